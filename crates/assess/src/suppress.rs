//! Findings that somebody decided to live with: with a reason, an owner and a last day, and never silently for ever.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use jiff::civil::Date;
use portcullis_model::{Finding, Span};
use portcullis_report::{Assessment, Suppressed, SuppressionPlace};

use crate::settings::SuppressSettings;

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    finding: Option<String>,
    rule: Option<String>,
    server: Option<String>,
    name: Option<String>,
    file: Option<String>,
    line: Option<usize>,
    reason: String,
    owner: Option<String>,
    expires: Option<Date>,
    place: SuppressionPlace,
}

impl From<&SuppressSettings> for Suppression {
    fn from(settings: &SuppressSettings) -> Self {
        Self {
            finding: settings.finding.clone(),
            rule: settings.rule.clone(),
            server: settings.server.clone(),
            name: settings.name.clone(),
            file: settings.file.clone(),
            line: None,
            reason: settings.reason.clone(),
            owner: Some(settings.owner.clone()),
            expires: settings.expires.parse().ok(),
            place: SuppressionPlace::Configuration,
        }
    }
}

impl Suppression {
    /// True when the finding is one that this decision is about.
    fn fits(&self, finding: &Finding) -> bool {
        let location = &finding.location;
        let same = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
        };
        let near = self.line.is_none_or(|line| {
            location.place.is_some_and(|place| place.line == line || place.line == line + 1)
        });
        near && same(&self.finding, Some(&finding.id))
            && same(&self.rule, Some(finding.rule.as_str()))
            && same(&self.server, location.server.as_deref())
            && same(&self.name, location.name.as_deref())
            && same(&self.file, location.file.as_deref())
    }

    fn is_over(&self, today: Date) -> bool {
        self.expires.is_some_and(|last_day| last_day < today)
    }
}

impl fmt::Display for Suppression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.finding.as_deref().or(self.rule.as_deref()).unwrap_or("everything");
        write!(f, "suppression of `{what}` ({})", self.reason)?;
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            write!(f, " at `{file}` line {line}")?;
        }
        Ok(())
    }
}

/// Suppressions in the comments of a file: `portcullis: ignore[RULE] reason="…" owner="…" expires=YYYY-MM-DD` on the
/// line of a finding or the one before it. One that is not complete is returned as a remark and does not count.
#[must_use]
pub(crate) fn inline(file: &str, text: &str, comments: &[Span]) -> (Vec<Suppression>, Vec<String>) {
    let mut suppressions = Vec::new();
    let mut remarks = Vec::new();
    for span in comments {
        let comment = text.get(span.start..span.end).unwrap_or_default();
        let Some(at) = comment.find("portcullis: ignore") else { continue };
        let line = portcullis_model::Place::of(*span, text).end_line;
        match parse_inline(comment.get(at..).unwrap_or_default()) {
            Some((rule, reason, owner, expires)) => suppressions.push(Suppression {
                finding: None,
                rule: Some(rule),
                server: None,
                name: None,
                file: Some(file.to_owned()),
                line: Some(line),
                reason,
                owner: Some(owner),
                expires: Some(expires),
                place: SuppressionPlace::Inline,
            }),
            None => remarks.push(format!(
                "`{file}` line {line}: this suppression does not count; write \
                 `portcullis: ignore[RULE] reason=\"…\" owner=\"…\" expires=YYYY-MM-DD`"
            )),
        }
    }
    (suppressions, remarks)
}

fn parse_inline(comment: &str) -> Option<(String, String, String, Date)> {
    let rest = comment.strip_prefix("portcullis: ignore[")?;
    let (rule, rest) = rest.split_once(']')?;
    let quoted = |name: &str| {
        let value = rest.split_once(&format!("{name}=\""))?.1.split_once('"')?.0.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    let date = rest.split_once("expires=")?.1.get(..10)?.parse().ok()?;
    Some((rule.trim().to_owned(), quoted("reason")?, quoted("owner")?, date))
}

/// A baseline: the ids of findings that were there when the project adopted Portcullis, those included that an earlier
/// baseline hides and that are still there. One id on each line, then what it is, so that a review can follow.
#[must_use]
pub fn write_baseline(assessment: &Assessment) -> String {
    let known = assessment.suppressed.iter().filter(|known| known.place == SuppressionPlace::Baseline);
    let lines: BTreeSet<String> = assessment
        .findings
        .iter()
        .chain(known.map(|known| &known.finding))
        .map(|finding| format!("{} {} {}\n", finding.id, finding.rule, finding.target))
        .collect();
    let mut text =
        String::from("# Findings that were there when Portcullis was adopted: id, rule, target.\n");
    text.extend(lines);
    text
}

/// Reads a baseline.
///
/// # Errors
/// Why the file cannot be used.
pub fn read_baseline(path: &Path) -> Result<Vec<Suppression>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        format!("`{}` cannot be read: {error}; `--write-baseline` makes one", path.display())
    })?;
    let ids =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_whitespace().next());
    Ok(ids
        .map(|id| Suppression {
            finding: Some(id.to_owned()),
            rule: None,
            server: None,
            name: None,
            file: None,
            line: None,
            reason: String::from("in the baseline"),
            owner: None,
            expires: None,
            place: SuppressionPlace::Baseline,
        })
        .collect())
}

/// All decisions of a run, and which of them were used.
#[derive(Debug)]
pub struct Decisions {
    list: Vec<(Suppression, bool)>,
    today: Date,
}

impl Decisions {
    /// The decisions that hold on `today`.
    #[must_use]
    pub fn new(list: Vec<Suppression>, today: Date) -> Self {
        Self { list: list.into_iter().map(|decision| (decision, false)).collect(), today }
    }

    /// Decisions found beside what they are about.
    pub(crate) fn extend(&mut self, more: Vec<Suppression>) {
        self.list.extend(more.into_iter().map(|decision| (decision, false)));
    }

    /// Takes the suppressed findings out. A decision whose last day has passed does not count.
    pub(crate) fn sort_out(&mut self, findings: Vec<Finding>) -> (Vec<Finding>, Vec<Suppressed>) {
        let mut kept = Vec::new();
        let mut suppressed = Vec::new();
        for finding in findings {
            let mut counts = None;
            for (decision, used) in self.list.iter_mut().filter(|(decision, _)| decision.fits(&finding)) {
                *used = true;
                if !decision.is_over(self.today) {
                    counts = counts.or(Some(&*decision));
                }
            }
            match counts {
                None => kept.push(finding),
                Some(decision) => suppressed.push(Suppressed {
                    finding,
                    reason: decision.reason.clone(),
                    owner: decision.owner.clone(),
                    expires: decision.expires.map(|date| date.to_string()),
                    place: decision.place,
                }),
            }
        }
        (kept, suppressed)
    }

    /// What to say about decisions that are over or fit nothing any more.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for (decision, used) in &self.list {
            if decision.is_over(self.today) {
                remarks.push(format!("{decision} is over; fix the finding or decide again"));
            } else if !used && decision.place != SuppressionPlace::Baseline {
                remarks.push(format!("{decision} is stale: nothing was found that it fits; remove it"));
            }
        }
        let gone =
            self.list.iter().filter(|(decision, used)| !used && decision.place == SuppressionPlace::Baseline);
        match gone.count() {
            0 => {}
            gone => remarks.push(format!("{gone} findings of the baseline are gone; write it anew")),
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_suppression_needs_a_reason_an_owner_and_a_date() {
        let text = "// portcullis: ignore[unpinned-package] reason=\"internal\" owner=\"ann\" expires=2027-01-31\n// portcullis: ignore[x]\n";
        let first = text.find('\n').unwrap();
        let (good, bad) = inline("a", text, &[Span::new(0, first), Span::new(first + 1, text.len() - 1)]);
        assert_eq!(good.len(), 1);
        assert_eq!(good[0].rule.as_deref(), Some("unpinned-package"));
        assert_eq!(bad.len(), 1);
    }
}
