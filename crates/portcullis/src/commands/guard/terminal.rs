//! Decisions at the terminal that the gateway was started from: questions appear as they are asked, and a line answers.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, stdin};
use std::thread;
use std::time::Duration;

use portcullis_guard::approval::Approvals;

use crate::commands::approvals;
use crate::exit::Failure;
use crate::machine;

/// How often new questions are looked for.
const LOOKS: Duration = Duration::from_millis(300);

/// Asks at the terminal, where there is one. The threads live as long as the program.
pub(super) fn attend() -> Result<(), Failure> {
    if !stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(());
    }
    let folder = machine::state_folder()?.join("approvals");
    let open = || Approvals::open(&folder).map_err(Failure::incomplete);
    let (asked, answered) = (open()?, open()?);
    let start = |name: &str, work: Box<dyn FnOnce() + Send>| {
        thread::Builder::new().name(name.to_owned()).spawn(work).map(drop).map_err(Failure::incomplete)
    };
    start("questions", Box::new(move || show(&asked)))?;
    start("answers", Box::new(move || listen(&answered)))
}

/// Shows each question once.
fn show(approvals: &Approvals) {
    let mut shown = BTreeSet::new();
    loop {
        let waiting = approvals.waiting();
        let mut out = anstream::stderr().lock();
        for question in waiting.iter().filter(|question| !shown.contains(&question.id)) {
            // A terminal that is gone shows nothing; the question waits all the same.
            let _ = approvals::describe(&mut out, question);
        }
        drop(out);
        shown = waiting.into_iter().map(|question| question.id).collect();
        thread::sleep(LOOKS);
    }
}

/// Takes `approve ID` and `reject ID` until the terminal is gone.
fn listen(approvals: &Approvals) {
    for line in stdin().lock().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.trim_start_matches("portcullis ").split_whitespace().collect();
        let decided = match words.as_slice() {
            ["approve", id] => approvals.decide(id, true, &machine::user_name()),
            ["reject", id] => approvals.decide(id, false, &machine::user_name()),
            [] => continue,
            _ => {
                anstream::eprintln!("portcullis: write `approve ID` or `reject ID`");
                continue;
            }
        };
        match decided {
            Ok(question) => anstream::eprintln!("portcullis: {} is decided", question.id),
            Err(error) => anstream::eprintln!("portcullis: {error}"),
        }
    }
}
