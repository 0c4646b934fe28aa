//! Process groups of POSIX systems.

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

use super::descendants::{self, Descendant};

/// Makes `command` lead a group of its own.
pub(super) fn separate(command: &mut Command) {
    command.process_group(0);
}

/// The group that a server leads, until its leader was reaped: then the number may belong to somebody else.
pub(super) struct Group {
    leader: Option<Pid>,
    strays: Vec<Descendant>,
}

impl Group {
    pub(super) fn of(child: &Child) -> Self {
        let leader = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        Self { leader, strays: Vec::new() }
    }

    /// Notes descendants that left the group while their line of parents still leads here.
    pub(super) fn remember_descendants(&mut self) {
        let Some(leader) = self.leader else { return };
        for stray in descendants::outside_group(leader.as_raw()) {
            if !self.strays.contains(&stray) {
                self.strays.push(stray);
            }
        }
    }

    /// Whether the leader has ended. It is not reaped by asking, where the system allows that.
    pub(super) fn leader_ended(&self, child: &mut Child) -> bool {
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
        {
            use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
            let _ = child;
            let Some(leader) = self.leader else { return true };
            let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
            !matches!(waitid(Id::Pid(leader), flags), Ok(WaitStatus::StillAlive))
        }
        #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
        {
            self.leader.is_none() || !matches!(child.try_wait(), Ok(None))
        }
    }

    /// Sends SIGTERM to the group. Who is gone already needs no signal, so failures are no news.
    pub(super) fn ask_to_end(&self) {
        if let Some(leader) = self.leader {
            let _ = killpg(leader, Signal::SIGTERM);
        }
    }

    /// Sends SIGKILL to the group and to the descendants that left it.
    pub(super) fn kill(&mut self, _child: &mut Child) {
        if let Some(leader) = self.leader {
            let _ = killpg(leader, Signal::SIGKILL);
        }
        for stray in self.strays.drain(..) {
            if stray.is_still_there() {
                let _ = kill(Pid::from_raw(stray.id), Signal::SIGKILL);
            }
        }
    }

    /// The leader was reaped.
    pub(super) fn forget(&mut self) {
        self.leader = None;
    }
}
