//! One file for each command.

mod advisories;
mod approvals;
pub(crate) mod exec_server;
mod fix;
mod guard;
mod judge;
mod ledger;
mod lock;
mod policy;
mod rules;
mod scan;
mod survey;
mod threats;

use crate::cli::{Cli, Command};
use crate::exit::{Exit, Failure};

/// Runs the command.
pub(crate) fn run(arguments: Cli) -> Result<Exit, Failure> {
    match arguments.command {
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Judge(arguments) => judge::run(&arguments),
        Command::Lock(arguments) => lock::run(&arguments),
        Command::Approvals(arguments) => approvals::list(&arguments),
        Command::Approve(arguments) => approvals::decide(&arguments, true),
        Command::Reject(arguments) => approvals::decide(&arguments, false),
        Command::ExecServer(arguments) => exec_server::run(&arguments),
        Command::Guard(arguments) => guard::run(&arguments),
        Command::Policy(arguments) => policy::run(&arguments.action),
        Command::Ledger(arguments) => ledger::run(&arguments),
        Command::Advisories(arguments) => advisories::run(&arguments.action),
        Command::Survey(arguments) => survey::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Threats(arguments) => threats::run(&arguments),
    }
}
