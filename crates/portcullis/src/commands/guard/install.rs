//! `portcullis guard install` and `uninstall`: the guard in front of configured servers, and out again.

use crate::cli::GuardHostArgs;
use crate::exit::{Exit, Failure};

pub(crate) fn install(arguments: &GuardHostArgs) -> Result<Exit, Failure> {
    Err(missing(arguments))
}

pub(crate) fn uninstall(arguments: &GuardHostArgs) -> Result<Exit, Failure> {
    Err(missing(arguments))
}

fn missing(arguments: &GuardHostArgs) -> Failure {
    let asked = if arguments.yes { "unasked" } else { "asked" };
    let shown = if arguments.diff { "shown" } else { "changed" };
    Failure::usage(format!("no host of `{}` is {shown} {asked}", arguments.hosts.join(", ")))
}
