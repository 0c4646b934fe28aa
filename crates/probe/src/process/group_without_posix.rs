//! Systems without process groups: the program itself is ended; what it started is not known.

use tokio::process::{Child, Command};

pub(super) fn separate(_command: &mut Command) {}

/// Stands where a process group would.
pub(super) struct Group;

impl Group {
    pub(super) fn of(_child: &Child) -> Self {
        Self
    }

    pub(super) fn remember_descendants(&mut self) {}

    pub(super) fn leader_ended(&self, child: &mut Child) -> bool {
        !matches!(child.try_wait(), Ok(None))
    }

    pub(super) fn ask_to_end(&self) {}

    pub(super) fn kill(&mut self, child: &mut Child) {
        // It fails only for a program that has ended.
        let _ = child.start_kill();
    }

    pub(super) fn forget(&mut self) {}
}
