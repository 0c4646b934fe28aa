//! The one binary: arguments, terminal, exit codes. The only place that prints, reads the environment or asks a person.

mod cli;
mod commands;
mod consent;
mod downloads;
mod exit;
mod interrupt;
mod machine;
mod write;

use clap::Parser;
use clap::error::ErrorKind;

use crate::exit::Exit;

fn main() -> std::process::ExitCode {
    let arguments = match cli::Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nothing is left to do when the terminal itself is gone.
            let _ = error.print();
            return if asked_for { Exit::Clean } else { Exit::Usage }.into();
        }
    };
    match std::panic::catch_unwind(|| commands::run(arguments)) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(failure)) => {
            // A reader that went away is told nothing: `portcullis … | head` is no error.
            if failure.exit != Exit::Clean {
                anstream::eprintln!("{}: {}", cli::styled("error"), harmless(&failure.message));
            }
            failure.exit.into()
        }
        // The panic hook has already said where; the code says that it is our fault.
        Err(_) => Exit::Internal.into(),
    }
}

/// The message line by line: settings and lock files, which it may quote, come with a stranger's project.
fn harmless(message: &str) -> String {
    message.lines().map(portcullis_report::neutral::terminal).collect::<Vec<_>>().join("\n")
}
