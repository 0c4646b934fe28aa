//! The workshop: what keeps the house in order. `cargo xtask` lists the tasks.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a workshop tool talks to the developer

mod bench;
mod claims;
mod conformance;
mod devset;
mod evaluate;
mod fixtures;
mod generate;
mod markdown;
mod new_rule;
mod portcullis;
mod synthetic;
mod test;
mod tidy;
mod train;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask TASK

  test                 everything that CI runs: format, lints, tests, generated files
  tidy                 every invariant of ARCHITECTURE.md, checked against the sources
  generate [--check]   rule pages, schemas, command reference, claim ledger; --check fails when they are stale
  evaluate             what the rules find and cry wolf about on the development sets: bench/evaluation.md
  evaluate --flows     attacks in recorded conversations that are stopped, honest ones that are hurt: bench/flows.md
  bench [OPTION]...    speed, memory and size of the release binary: bench/results.md (--speed, --build, --peers)
  bench --guard [OPTION]...
                       what the guard adds to a call, beside other proxies: bench/guard.md
                       (--quick, --soak SECONDS, --programs FOLDER)
  bench --source [OPTION]...
                       the source scanner on real servers, beside other scanners: bench/source.md
                       (--quick, --peers, --limit SECONDS, --only WORD, --programs FOLDER)
  bench --survey [OPTION]...
                       the survey over planted and public listings: bench/survey.md (--large, --programs FOLDER)
  conformance [OPTION]...
                       the official suite against our peers, directly and through the guard: bench/conformance.md
                       (--direct, --guard, --requirements REVISION)
  train                the weights of the model of meaning, and how it does on sources it has not seen: bench/model.md
  synthetic FOLDER [LISTINGS]
                       listings with the papers' marginals, observations of them, and what was planted
  planted              a survey of synthetic listings by the debug program: fails unless it reports what was planted
  new-rule GROUP ID    a new rule: its file with a page to fill, and its line in rules.rs
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = root();
    let outcome = match words.as_slice() {
        ["test"] => test::run(&root),
        ["tidy"] => tidy::run(&root),
        ["generate"] => generate::run(&root, false),
        ["generate", "--check"] => generate::run(&root, true),
        ["evaluate"] => evaluate::run(&root),
        ["evaluate", "--flows"] => evaluate::flows::run(&root),
        ["bench", options @ ..] => bench::run(&root, options),
        ["conformance", options @ ..] => conformance::run(&root, options),
        ["measured", notes, command @ ..] => bench::measured(notes, command),
        ["synthetic", folder, rest @ ..] => synthetic::run(folder, rest),
        ["planted"] => bench::planted(&root),
        ["train"] => train::run(&root),
        ["new-rule", group, id] => new_rule::run(&root, group, id),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository: the folder above this crate.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
