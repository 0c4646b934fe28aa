//! `portcullis approvals`, `approve` and `reject`: decisions that wait for a person.

use std::io::Write;

use portcullis_guard::approval::{Approvals, Waiting};
use portcullis_report::neutral;
use serde::Serialize;

use crate::cli::{ApprovalsArgs, DecideArgs, ListFormat};
use crate::exit::{Exit, Failure};
use crate::machine;

#[derive(Serialize)]
struct Twin<'a> {
    id: &'a str,
    kind: &'a str,
    principal: &'a str,
    server: &'a str,
    subject: &'a str,
    shown: &'a str,
    because: &'a [String],
    asked: u64,
    expires: u64,
}

/// Lists what waits.
pub(crate) fn list(arguments: &ApprovalsArgs) -> Result<Exit, Failure> {
    let waiting = open()?.waiting();
    let mut out = anstream::stdout().lock();
    match arguments.format {
        ListFormat::Json => {
            let twins: Vec<Twin<'_>> = waiting.iter().map(twin).collect();
            let text = serde_json::to_string_pretty(&twins).map_err(Failure::incomplete)?;
            writeln!(out, "{text}")?;
        }
        ListFormat::Text if waiting.is_empty() => writeln!(out, "nothing waits for a decision")?,
        ListFormat::Text => {
            for waiting in &waiting {
                describe(&mut out, waiting)?;
            }
        }
    }
    Ok(Exit::Clean)
}

/// Decides.
pub(crate) fn decide(arguments: &DecideArgs, approve: bool) -> Result<Exit, Failure> {
    let approvals = open()?;
    let decided = approvals.decide(&arguments.id, approve, &machine::user_name()).map_err(Failure::usage)?;
    let mut out = anstream::stdout().lock();
    let word = if approve { "approved" } else { "rejected" };
    writeln!(
        out,
        "{word} {}: {} of {}",
        decided.id,
        neutral::terminal(&decided.subject),
        neutral::terminal(&decided.server)
    )?;
    Ok(Exit::Clean)
}

fn open() -> Result<Approvals, Failure> {
    Approvals::open(&machine::state_folder()?.join("approvals")).map_err(Failure::incomplete)
}

fn twin(waiting: &Waiting) -> Twin<'_> {
    Twin {
        id: &waiting.id,
        kind: &waiting.kind,
        principal: &waiting.principal,
        server: &waiting.server,
        subject: &waiting.subject,
        shown: &waiting.shown,
        because: &waiting.because,
        asked: waiting.asked,
        expires: waiting.expires,
    }
}

/// One question, as a person reads it. Everything in it may come from a stranger.
pub(super) fn describe(out: &mut impl Write, waiting: &Waiting) -> std::io::Result<()> {
    let Waiting { id, kind, principal, server, subject, shown, because, .. } = waiting;
    let clean = |text: &str| neutral::terminal(text).to_string();
    writeln!(out, "{id}  {kind}: {} of {} for {}", clean(subject), clean(server), clean(principal))?;
    for because in because {
        writeln!(out, "    because {}", clean(because))?;
    }
    for line in shown.lines().take(40) {
        writeln!(out, "    | {}", clean(line))?;
    }
    writeln!(out, "    portcullis approve {id}    portcullis reject {id}\n")
}
