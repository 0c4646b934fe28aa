//! `portcullis guard replay`: decide over a recorded session.

use crate::cli::GuardReplayArgs;
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &GuardReplayArgs) -> Result<Exit, Failure> {
    let policy = arguments.policy.as_deref().unwrap_or(&arguments.transcript);
    Err(Failure::usage(format!("replay is not built in; `{}` was not read", policy.display())))
}
