//! Records and verifications as other programs read them.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;

use crate::clock::spell;
use crate::encode;
use crate::query::Entry;
use crate::record::{Event, Record, Ruling};
use crate::verify::{Problem, SeriesState, Verification};

/// The columns of [`Entry::to_csv`].
pub const CSV_COLUMNS: &str = "id,time,event,session,principal,server,direction,kind,method,tool,bytes,sha256,\
integrity,confidentiality,verdict,because,threats,findings,decision,policy,pin,approval,approved_by,latency_us,note";

impl Entry {
    /// The record as one JSON object, without its place in the chain.
    #[must_use]
    pub fn to_json(&self) -> String {
        let rest = encode::record(&self.record, true).unwrap_or_else(|_| String::from("}"));
        format!("{{\"id\":\"{}\",\"time\":\"{}\",{rest}", self.id, spell(self.time))
    }

    /// The record as one line of comma-separated values (RFC 4180), without its message. A value that a spreadsheet
    /// would take for a formula begins with an apostrophe.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let record = &self.record;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let ids: Vec<_> = record.reasons.iter().map(|reason| reason.by.id()).collect();
        let mut threats: Vec<_> =
            record.reasons.iter().flat_map(|reason| &reason.threats).map(|threat| threat.id()).collect();
        threats.sort_unstable();
        threats.dedup();
        let approval = record.approval.as_ref();
        let digest = record.digest.as_ref();
        let cells = [
            self.id.to_string(),
            spell(self.time),
            record.event.to_string(),
            text(&record.session),
            text(&record.principal),
            text(&record.server),
            record.direction.map(|direction| direction.to_string()).unwrap_or_default(),
            record.kind.map(|kind| encode::kind_word(kind).to_owned()).unwrap_or_default(),
            text(&record.method),
            text(&record.tool),
            digest.map(|digest| digest.bytes.to_string()).unwrap_or_default(),
            digest.map(|digest| crate::chain::hex(&digest.sha256)).unwrap_or_default(),
            record.label.map(|label| label.integrity.to_string()).unwrap_or_default(),
            record.label.map(|label| label.confidentiality.to_string()).unwrap_or_default(),
            record.verdict.to_string(),
            ids.join(" "),
            threats.join(" "),
            record.findings.join(" "),
            text(&record.decision),
            text(&record.policy),
            text(&record.pin),
            approval.map(|approval| approval.id.clone()).unwrap_or_default(),
            approval.map(|approval| approval.by.clone()).unwrap_or_default(),
            record.latency_us.map(|latency| latency.to_string()).unwrap_or_default(),
            text(&record.note),
        ];
        cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",")
    }

    /// The message in the form of a transcript; none when it was not kept.
    #[must_use]
    pub fn to_transcript(&self) -> Option<String> {
        let Record { session, server, direction: Some(direction), message: Some(message), .. } = &self.record
        else {
            return None;
        };
        let message = std::str::from_utf8(message).ok()?;
        let text = |value: &Option<String>| serde_json::to_string(value.as_deref().unwrap_or_default()).ok();
        let (session, server) = (text(session)?, text(server)?);
        Some(format!(
            "{{\"session\":{session},\"server\":{server},\"direction\":\"{direction}\",\"message\":{message}}}"
        ))
    }

    /// Whether the record is about a message, so that a transcript without it has a gap.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.record.event == Event::Message
    }
}

/// What decided, in words: `policy no-outside-to-network (X07)`.
impl std::fmt::Display for crate::record::Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.by {
            Ruling::Rule(_) => "rule",
            Ruling::Policy(_) => "policy",
        };
        write!(f, "{kind} {}", self.by.id())?;
        if !self.threats.is_empty() {
            let threats: Vec<_> = self.threats.iter().map(|threat| threat.id()).collect();
            write!(f, " ({})", threats.join(" "))?;
        }
        Ok(())
    }
}

fn cell(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !text.contains([',', '"', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::with_capacity(text.len() + 4);
    let _ = write!(quoted, "\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""));
    Cow::Owned(quoted)
}

#[derive(Serialize)]
struct VerificationTwin<'a> {
    schema: &'static str,
    intact: bool,
    ledger: &'a str,
    index: Chain<'a>,
    records: u64,
    bytes: u64,
    series: Vec<SeriesTwin<'a>>,
    problems: Vec<ProblemTwin<'a>>,
    notes: Vec<ProblemTwin<'a>>,
}

#[derive(Serialize)]
struct Chain<'a> {
    lines: u64,
    head: &'a str,
}

#[derive(Serialize)]
struct SeriesTwin<'a> {
    name: &'a str,
    ending: &'static str,
    records: u64,
    signed: u64,
    lines: u64,
    head: &'a str,
}

#[derive(Serialize)]
struct ProblemTwin<'a> {
    file: &'a str,
    line: u64,
    what: &'a str,
}

impl<'a> From<&'a Problem> for ProblemTwin<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self { file: &problem.file, line: problem.line, what: &problem.what }
    }
}

impl<'a> From<&'a SeriesState> for SeriesTwin<'a> {
    fn from(series: &'a SeriesState) -> Self {
        let SeriesState { name, ending, records, signed, lines, head } = series;
        Self { name, ending: ending.as_str(), records: *records, signed: *signed, lines: *lines, head }
    }
}

impl Verification {
    /// All of it as one JSON object, `portcullis.ledger-verification/1`. Kept elsewhere, it is an
    /// [`Anchor`](crate::Anchor).
    #[must_use]
    pub fn to_json(&self) -> String {
        let twin = VerificationTwin {
            schema: "portcullis.ledger-verification/1",
            intact: self.is_intact(),
            ledger: &self.ledger,
            index: Chain { lines: self.index_lines, head: &self.index_head },
            records: self.records,
            bytes: self.bytes,
            series: self.series.iter().map(Into::into).collect(),
            problems: self.problems.iter().map(Into::into).collect(),
            notes: self.notes.iter().map(Into::into).collect(),
        };
        serde_json::to_string(&twin).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_has_to_be_and_is_never_a_formula() {
        assert_eq!(cell("plain text"), "plain text");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
    }
}
