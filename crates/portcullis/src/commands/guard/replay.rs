//! `portcullis guard replay`: decide over a recorded session.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};

use portcullis_guard::replay::{self, Replayed};
use portcullis_guard::{Reason, ReasonKind};
use portcullis_model::Verdict;
use serde::Serialize;

use super::assemble;
use crate::cli::GuardReplayArgs;
use crate::exit::{Exit, Failure};
use crate::machine;

#[derive(Serialize)]
struct Line<'a> {
    index: u64,
    verdict: &'a str,
    because: Vec<Because<'a>>,
    session: &'a str,
    line: u64,
}

#[derive(Serialize)]
struct Because<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    threats: &'a [Box<str>],
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
}

pub(crate) fn run(arguments: &GuardReplayArgs) -> Result<Exit, Failure> {
    let settings = machine::settings(None)?;
    let guard = assemble::for_replay(arguments.policy.as_ref(), &settings)?;
    let transcript: Box<dyn BufRead> = if arguments.transcript.as_os_str() == "-" {
        Box::new(BufReader::new(stdin()))
    } else {
        let path = arguments.transcript.display();
        let file = File::open(&arguments.transcript)
            .map_err(|error| Failure::incomplete(format!("`{path}` cannot be read: {error}")))?;
        Box::new(BufReader::with_capacity(1 << 16, file))
    };
    let mut out = BufWriter::new(stdout().lock());
    let worst =
        replay::run(&guard, transcript, |replayed| tell(&mut out, replayed)).map_err(Failure::incomplete);
    out.flush()?;
    Ok(if worst? >= Verdict::Deny { Exit::Findings } else { Exit::Clean })
}

fn tell(out: &mut impl Write, replayed: &Replayed) -> std::io::Result<()> {
    let line = Line {
        index: replayed.index,
        verdict: replayed.decision.verdict.as_str(),
        because: replayed.decision.because.iter().map(because).collect(),
        session: &replayed.session,
        line: replayed.line,
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

fn because(reason: &Reason) -> Because<'_> {
    let id = Some(&*reason.id);
    let (rule, policy) = match reason.kind {
        ReasonKind::Rule => (id, None),
        ReasonKind::Policy => (None, id),
    };
    Because { rule, policy, threats: &reason.threats, reason: &reason.words }
}
