//! `portcullis policy`: check, test and explain what decides.

mod check;
mod explain;
mod files;
mod test;

use std::io::{IsTerminal, Write};

use portcullis_policy::{DEFAULT_POLICIES, Decision, PolicyErrors, Reason, SCHEMA};
use portcullis_report::Options;
use portcullis_report::policies::{Because, Problem};

use crate::cli::{PolicyAction, PolicyShowArgs};
use crate::exit::{Exit, Failure};

pub(crate) fn run(action: &PolicyAction) -> Result<Exit, Failure> {
    match action {
        PolicyAction::Check(arguments) => check::run(arguments),
        PolicyAction::Test(arguments) => test::run(arguments),
        PolicyAction::Explain(arguments) => explain::run(arguments),
        PolicyAction::Show(arguments) => show(arguments),
    }
}

fn show(arguments: &PolicyShowArgs) -> Result<Exit, Failure> {
    let text = if arguments.schema { SCHEMA } else { DEFAULT_POLICIES };
    anstream::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// How text is written to standard output.
fn options() -> Options {
    let stdout = std::io::stdout();
    let colour = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
    let columns = terminal_size::terminal_size().filter(|_| stdout.is_terminal());
    Options { colour, width: columns.map_or(100, |(width, _)| usize::from(width.0)), elapsed: false }
}

/// The errors with the lines they are about.
fn problems<'a>(errors: &'a PolicyErrors, texts: &'a files::Texts) -> Vec<Problem<'a>> {
    let problem = |error: &'a portcullis_policy::PolicyError| Problem {
        file: &error.source,
        line: error.line,
        column: error.column,
        message: &error.message,
        help: &error.help,
        span: error.span,
        text: texts.of(&error.source),
    };
    errors.errors.iter().map(problem).collect()
}

fn because(decision: &Decision) -> Vec<Because<'_>> {
    decision.reasons.iter().map(reason).collect()
}

fn reason(reason: &Reason) -> Because<'_> {
    Because { policy: &reason.policy, verdict: reason.verdict, threats: &reason.threats, text: &reason.text }
}
