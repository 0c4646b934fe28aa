//! `portcullis ledger`: prove, show and hand on what was decided.

mod export;
mod query;
mod verify;

use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use portcullis_ledger::{Filter, LedgerError, Problem};
use portcullis_model::Verdict;
use portcullis_report::neutral;

use crate::cli::ledger::{FilterArgs, LedgerAction, LedgerArgs, PlaceArgs, VerdictWord};
use crate::exit::{Exit, Failure};
use crate::machine;

pub(crate) fn run(arguments: &LedgerArgs) -> Result<Exit, Failure> {
    match &arguments.action {
        LedgerAction::Verify(arguments) => verify::run(arguments),
        LedgerAction::Query(arguments) => query::run(arguments),
        LedgerAction::Export(arguments) => export::run(arguments),
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::incomplete(error)
    }
}

impl PlaceArgs {
    /// The folder of the ledger, which must be there.
    fn folder(&self) -> Result<PathBuf, Failure> {
        let folder = match &self.ledger {
            Some(folder) => folder.clone(),
            None => machine::state_folder()?.join("ledger"),
        };
        if folder.is_dir() {
            return Ok(folder);
        }
        let message = "there is no ledger in `{}`; the guard makes one, and `--ledger` names another folder";
        Err(Failure::incomplete(message.replace("{}", &folder.display().to_string())))
    }
}

impl FilterArgs {
    fn filter(&self) -> Result<Filter, Failure> {
        let now = Timestamp::now();
        let time = |text: &Option<String>| text.as_deref().map(|text| time(text, now)).transpose();
        Ok(Filter {
            since: time(&self.since)?,
            until: time(&self.until)?,
            server: self.server.clone(),
            tool: self.tool.clone(),
            session: self.session.clone(),
            principal: self.principal.clone(),
            verdict: self.verdict.map(Into::into),
            rule: self.rule.clone(),
            threat: self.threat,
            id: self.id.clone(),
        })
    }
}

impl From<VerdictWord> for Verdict {
    fn from(word: VerdictWord) -> Self {
        match word {
            VerdictWord::Allow => Self::Allow,
            VerdictWord::Flag => Self::Flag,
            VerdictWord::Ask => Self::Ask,
            VerdictWord::Redact => Self::Redact,
            VerdictWord::Deny => Self::Deny,
        }
    }
}

/// A moment as people write it: RFC 3339, a day in UTC, or how long ago.
fn time(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let ago = || {
        let unit = text.chars().next_back()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        let count: i64 = text.strip_suffix(unit)?.parse().ok().filter(|count| *count >= 0)?;
        now.checked_sub(SignedDuration::from_secs(count.checked_mul(seconds)?)).ok()
    };
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp());
    text.parse().ok().or_else(ago).or_else(day).ok_or_else(|| {
        Failure::usage(format!(
            "`{text}` is no time; write `2026-11-21T12:00:00Z`, `2026-11-21`, or how long ago, such as `2h` or `7d`"
        ))
    })
}

/// Tells about a line that could not be read.
fn tell(problem: &Problem) {
    anstream::eprintln!(
        "{}: {}: {}",
        crate::cli::styled("not read"),
        neutral::terminal(&place(problem)),
        neutral::terminal(&problem.what)
    );
}

/// Where a problem is.
fn place(problem: &Problem) -> String {
    match problem.line {
        0 => problem.file.clone(),
        line => format!("{}:{line}", problem.file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_moment_a_day_or_how_long_ago() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-11-20T01:02:03Z", "2026-11-20T01:02:03Z"),
            ("2026-11-20T01:02:03+02:00", "2026-11-19T23:02:03Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("90s", "2026-11-21T11:58:30Z"),
            ("2h", "2026-11-21T10:00:00Z"),
            ("1w", "2026-11-14T12:00:00Z"),
        ] {
            assert_eq!(time(text, now).unwrap().to_string(), expected);
        }
        for text in ["", "yesterday", "-2h", "99999999999999999999d", "9223372036854775807w", "2026-13-01"] {
            assert!(time(text, now).is_err(), "{text}");
        }
    }
}
