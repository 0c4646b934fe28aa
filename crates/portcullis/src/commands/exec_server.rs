//! Servers are started through this program itself, which becomes the server: so that it dies when the guard does, even
//! when nobody could tell it. The sandbox will be put up in the same place.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use crate::cli::ExecServerArgs;
use crate::exit::{Exit, Failure};

/// The hidden command.
pub(crate) const NAME: &str = "exec-server";

/// The command that starts a server in a group of its own.
///
/// # Errors
/// The system does not tell where this program lies.
pub(crate) fn command(program: &str, words: &[String]) -> Result<Command, Failure> {
    let this = std::env::current_exe().map_err(|error| {
        Failure::incomplete(format!("the system does not tell where this program lies: {error}"))
    })?;
    let mut command = Command::new(this);
    command.arg(NAME).arg("--").arg(program).args(words);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command)
}

/// Becomes the server, or watches over the processes of one.
pub(crate) fn run(arguments: &ExecServerArgs) -> Result<Exit, Failure> {
    if let Some(group) = arguments.watch {
        return Ok(watch(group));
    }
    let Some((program, words)) = arguments.command.split_first() else {
        return Err(Failure::usage("no command follows `--`"));
    };
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)
        .map_err(|error| Failure::incomplete(format!("the server cannot be tied to the guard: {error}")))?;
    let mut command = Command::new(program);
    command.args(words);
    #[cfg(unix)]
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    #[cfg(not(unix))]
    let error = match command.status() {
        Ok(status) if status.success() => return Ok(Exit::Clean),
        Ok(status) => std::io::Error::other(status.to_string()),
        Err(error) => error,
    };
    Err(Failure::incomplete(format!("`{program}` cannot be started: {error}")))
}

/// Waits for the guard's word that the server is over. When the guard goes without one, whatever the server has started
/// ends too: only the server itself dies with its parent.
fn watch(group: i32) -> Exit {
    let mut word = [0];
    let spoken = matches!(std::io::stdin().read(&mut word), Ok(1));
    #[cfg(unix)]
    if !spoken {
        // A group that is gone needs no end.
        let _ =
            nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = (spoken, group);
    Exit::Clean
}

/// A process that ends a server's processes when the guard is killed.
pub(crate) struct Watch(Option<Child>);

impl Watch {
    /// Watches over a group.
    ///
    /// # Errors
    /// The process cannot be started.
    pub(crate) fn over(group: Group) -> Result<Self, Failure> {
        if !cfg!(unix) {
            return Ok(Self(None));
        }
        let fail = |error| Failure::incomplete(format!("nobody can watch over the server: {error}"));
        let mut command = Command::new(std::env::current_exe().map_err(fail)?);
        command.args([NAME, "--watch", &group.0.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(|child| Self(Some(child))).map_err(fail)
    }

    /// The server is over: there is nothing left to watch over.
    pub(crate) fn end(self) {
        let Some(mut child) = self.0 else { return };
        if let Some(mut word) = child.stdin.take() {
            // A watch that is gone needs no word.
            let _ = word.write_all(b".");
        }
        let _ = child.wait();
    }
}

/// The processes of a server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group(u32);

impl Group {
    /// The group that this child leads.
    pub(crate) fn of(child: &Child) -> Self {
        Self(child.id())
    }

    /// Ends whatever is left of it.
    pub(crate) fn end(self) {
        #[cfg(unix)]
        if let Ok(id) = i32::try_from(self.0) {
            // A group that is gone needs no end.
            let _ =
                nix::sys::signal::killpg(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGKILL);
        }
    }
}
