//! Servers are started through this program itself, which becomes the server: so that it dies when the guard does, even
//! when nobody could tell it. The sandbox will be put up in the same place.

use std::process::{Child, Command};

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

/// Becomes the server.
pub(crate) fn run(words: &[String]) -> Result<Exit, Failure> {
    let Some((program, words)) = words.split_first() else {
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
