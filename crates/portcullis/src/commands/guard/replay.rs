//! `portcullis guard replay`: decide over a recorded session.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};

use portcullis_guard::replay::{self, Replay, Replayed};
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
    /// Under the present policies, where another one is tried and decides otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'a str>,
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
    let present = arguments.policy.as_ref().map(|_| assemble::for_replay(None, &settings)).transpose()?;
    let mut transcript: Box<dyn BufRead> = if arguments.transcript.as_os_str() == "-" {
        Box::new(BufReader::new(stdin()))
    } else {
        let path = arguments.transcript.display();
        let file = File::open(&arguments.transcript)
            .map_err(|error| Failure::incomplete(format!("`{path}` cannot be read: {error}")))?;
        Box::new(BufReader::with_capacity(1 << 16, file))
    };
    let mut out = BufWriter::new(stdout().lock());
    let (mut replay, mut other) = (Replay::new(&guard), present.as_ref().map(Replay::new));
    let (mut line, mut worst, mut differ) = (Vec::new(), Verdict::Allow, 0_u64);
    while replay::next_line(&mut transcript, &mut line).map_err(Failure::incomplete)? {
        let replayed = replay.line(&line).map_err(Failure::incomplete)?;
        let was = match &mut other {
            Some(other) => other.line(&line).map_err(Failure::incomplete)?,
            None => None,
        };
        let Some(replayed) = replayed else { continue };
        let was = was.map(|was| was.decision.verdict).filter(|was| *was != replayed.decision.verdict);
        differ += u64::from(was.is_some());
        worst = worst.max(replayed.decision.verdict);
        tell(&mut out, &replayed, was)?;
    }
    out.flush()?;
    if present.is_some() {
        anstream::eprintln!("{differ} decisions differ from those of the present policies");
    }
    Ok(if worst >= Verdict::Deny { Exit::Findings } else { Exit::Clean })
}

fn tell(out: &mut impl Write, replayed: &Replayed, was: Option<Verdict>) -> std::io::Result<()> {
    let line = Line {
        index: replayed.index,
        verdict: replayed.decision.verdict.as_str(),
        was: was.map(Verdict::as_str),
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
