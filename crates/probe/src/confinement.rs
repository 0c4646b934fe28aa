//! The place where a started server is confined.

use tokio::process::Command;

/// What limits a server that was started on this machine.
pub trait Confinement: Send + Sync {
    /// Changes `command`, which is complete but not started, so that it starts confined.
    ///
    /// # Errors
    /// Why it cannot be confined, in words; the server is then not started.
    fn prepare(&self, command: &mut Command) -> Result<(), String>;

    /// What the server can do under it: one sentence for the person who is asked for consent.
    fn sentence(&self) -> &'static str;
}

/// No confinement at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unconfined;

impl Confinement for Unconfined {
    fn prepare(&self, _command: &mut Command) -> Result<(), String> {
        Ok(())
    }

    fn sentence(&self) -> &'static str {
        "it runs unconfined, with all of your rights: it can read and change every file that you can, \
         start programs and reach the network"
    }
}
