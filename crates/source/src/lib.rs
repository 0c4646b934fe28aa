//! Reads the source of an MCP server without running it: which tools it offers, what each does, and what their
//! arguments reach.
//!
//! Front ends ([`python`], [`javascript`], [`go`]) translate files into one small language ([`ir`]). An abstract
//! interpreter runs the result: what is known is computed, what is not stays a symbol that remembers where it came
//! from and what was checked of it. Registrations of tools therefore come out of loops and tables as they would at
//! run time, and a path from an argument to a dangerous operation is reported only where no guard holds on it.
//!
//! It is not a type checker and not a linter, it executes nothing and reads no file. Hostile sources cost bounded
//! time and memory: every loop, recursion and table has a limit, and what was given up is said.
//!
//! Storey 1; depends on `model` and `wire`. `rules` and `assess` depend on it.

pub mod analysis;
pub mod behaviour;
mod chain;
mod encoding;
pub mod fact;
pub mod go;
mod interpret;
pub mod ir;
pub mod javascript;
mod judge;
pub mod library;
mod ordered;
mod path;
mod project;
pub mod python;
pub mod value;

use std::thread;

use portcullis_model::{Bundle, UnreadFile};

pub use analysis::Analysis;
pub use encoding::decoded;

use interpret::Interpreter;
use project::Project;

/// The stack of the interpreter's thread: its recursion is bounded, but deep.
const STACK: usize = 512 << 20;

/// Looks at the source of a bundle. Nothing of it is executed.
///
/// The same bundle gives the same analysis. What could not be read or was given up is in [`Analysis::unread`] and
/// [`Analysis::gave_up`].
#[must_use]
pub fn analyse(bundle: &Bundle) -> Analysis {
    let project = Project::read(bundle);
    let mut analysis = Analysis { unread: bundle.unread.clone(), ..Analysis::default() };
    for file in project.files() {
        let bytes = bundle.file(&file.path).map_or(&[][..], |found| &found.bytes);
        analysis.files.push((file.path.clone(), file.language, bytes.len()));
        if file.problems.is_empty() {
            continue;
        }
        let (text, _) = decoded(&file.path, bytes);
        let line_ends: Vec<usize> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
        for problem in &file.problems {
            let line = 1 + line_ends.partition_point(|end| *end < problem.at.start as usize);
            let reason = format!("{} (line {line})", problem.message);
            analysis.unread.push(UnreadFile { path: file.path.clone(), reason, left_out: false });
        }
    }
    let entries = project.entries(bundle);
    let (serving, ran) = thread::scope(|scope| {
        let read = || behaviour::serving(project.files());
        let reading = thread::Builder::new().stack_size(project::STACK).spawn_scoped(scope, read);
        let work = || {
            let mut interpreter = Interpreter::new(&project);
            let ran = interpreter.run(&entries);
            let observed = std::mem::take(&mut interpreter.observed);
            (ran, std::mem::take(&mut interpreter.flows), observed, interpreter.steps)
        };
        let running = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let ran = running.ok().and_then(|thread| thread.join().ok());
        (reading.ok().and_then(|thread| thread.join().ok()), ran)
    });
    match serving {
        Some(serving) => analysis.serving = serving,
        None => {
            let reason = String::from("how it is reached could not be read: the analysis ended early");
            analysis.unread.push(UnreadFile { path: bundle.locator.clone(), reason, left_out: false });
        }
    }
    let Some((ran, flows, observed, steps)) = ran else {
        let reason = String::from("the code could not be followed: the analysis ended early");
        analysis.unread.push(UnreadFile { path: bundle.locator.clone(), reason, left_out: false });
        return analysis;
    };
    analysis.offers = ran.offers;
    analysis.on_load = ran.on_load;
    analysis.gave_up = ran.gave_up;
    analysis.flows = flows;
    analysis.steps = steps;
    analysis.hidden_texts = observed.texts;
    analysis.payloads = observed.payloads;
    analysis
}
