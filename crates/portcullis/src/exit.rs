//! Exit codes: a promise to scripts.

use std::fmt;
use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything was looked at and nothing is at or above the threshold.
    Clean = 0,
    /// There are findings at or above the threshold.
    Findings = 1,
    /// The command line cannot be meant.
    Usage = 2,
    /// Something could not be looked at; it is named in the output.
    Incomplete = 3,
    /// Our fault.
    Internal = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command ended early, and with which code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    /// The user has to change something: the message says what.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }

    /// Something could not be read or written.
    pub(crate) fn incomplete(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Incomplete, message: message.to_string() }
    }
}

/// Standard output that went away (`portcullis … | head`) is not an error of ours or of the user.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self { exit: Exit::Clean, message: String::from("standard output was closed early") };
        }
        Self::incomplete(error)
    }
}
