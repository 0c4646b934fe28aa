//! `portcullis guard`: stand between hosts and servers.

mod assemble;
mod gateway;
mod install;
mod remote;
mod replay;
mod stdio;
mod terminal;

use crate::cli::{GuardAction, GuardArgs};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &GuardArgs) -> Result<Exit, Failure> {
    match (&arguments.action, &arguments.config) {
        (Some(GuardAction::Install(hosts)), _) => install::install(hosts),
        (Some(GuardAction::Uninstall(hosts)), _) => install::uninstall(hosts),
        (Some(GuardAction::Replay(replay)), _) => replay::run(replay),
        (None, _) if !arguments.command.is_empty() => stdio::run(arguments),
        (None, _) if arguments.url.is_some() => remote::run(arguments),
        (None, Some(settings)) => gateway::run(arguments, settings),
        (None, None) => Err(Failure::usage(
            "nothing to stand in front of; write `-- COMMAND`, `--url URL`, `--config FILE`, or `install`",
        )),
    }
}
