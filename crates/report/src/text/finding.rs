//! One finding in the terminal report.

use std::fmt::Write as _;

use portcullis_model::Finding;

use super::wrap::wrapped;
use super::{Page, Palette, frame};
use crate::neutral::terminal;
use crate::{way, words};

/// Columns before the text of a finding: the severity and two spaces.
const INDENT: usize = 10;
/// Stops of a way through source code; those in the middle are left out first.
const STOPS: usize = 8;
/// Lines of evidence shown when there is no source to point into.
const EVIDENCE_LINES: usize = 4;

impl Page<'_> {
    pub(super) fn finding(&self, finding: &Finding, text: &mut String) {
        let Palette { strong, faint, remedy, .. } = self.palette;
        let room = self.width.saturating_sub(INDENT);
        let break_line = format!("\n{:INDENT$}", "");
        let message = wrapped(&terminal(&finding.message), room, usize::MAX).join(&break_line);
        let _ = writeln!(text, "{}  {strong}{message}{strong:#}", self.severity(finding.severity));
        let place = words::place(finding, &self.assessment.sources);
        if !place.is_empty() {
            let place = wrapped(&terminal(&place), room, usize::MAX).join(&break_line);
            let _ = writeln!(text, "{:INDENT$}{faint}{place}{faint:#}", "");
        }
        self.shown(finding, text);
        self.way(finding, text);
        let fix = wrapped(&terminal(&finding.fix.title), room.saturating_sub(5), usize::MAX)
            .join(&format!("{break_line}     "));
        let _ = writeln!(text, "{:INDENT$}{remedy}fix{remedy:#}  {fix}", "");
        let about = words::about_rule(finding);
        let about = wrapped(&about, room.saturating_sub(5), usize::MAX).join(&format!("{break_line}     "));
        let _ = writeln!(text, "{:INDENT$}{faint}why  {about}{faint:#}\n", "");
    }

    /// The source with the place underlined, and the evidence when it cannot be read there.
    fn shown(&self, finding: &Finding, text: &mut String) {
        let width = self.width.saturating_sub(INDENT);
        let columns = width.saturating_sub(frame::GUTTER).max(24);
        let frame = self.assessment.sources.frame(&finding.location, columns);
        if let Some(frame) = &frame {
            for line in frame::render(frame, width, &self.palette, finding.severity).lines() {
                let _ = writeln!(text, "{:INDENT$}{}", "", line.trim_end());
            }
        }
        match finding.evidence.as_deref() {
            Some(evidence) if frame.is_none_or(|frame| !frame.shows(evidence)) => {
                self.evidence(evidence, text);
            }
            _ => {}
        }
    }

    /// The way from the input to the place, a numbered line for each stop.
    fn way(&self, finding: &Finding, text: &mut String) {
        let faint = self.palette.faint;
        let stops = way::stops(finding, &self.assessment.sources);
        let columns = stops.iter().map(|stop| stop.shown.chars().count()).max().unwrap_or_default().min(32);
        let left_out = stops.len().saturating_sub(STOPS);
        for (index, stop) in stops.iter().enumerate() {
            let (first, after) = (STOPS / 2, STOPS / 2 + left_out);
            if index >= first && index < after {
                if index == first {
                    let _ = writeln!(text, "{:INDENT$}     {faint}… {left_out} more{faint:#}", "");
                }
                continue;
            }
            let mark = if index == 0 { "way" } else { "" };
            let room = self.width.saturating_sub(INDENT + columns + 10).max(24);
            let what = wrapped(&terminal(&stop.what), room, 2).join(&format!(
                "\n{:width$}",
                "",
                width = INDENT + columns + 10
            ));
            let place = terminal(&stop.shown).into_owned();
            let _ = writeln!(
                text,
                "{:INDENT$}{mark:<3}  {:>2} {faint}{place:<columns$}{faint:#}  {what}",
                "",
                index + 1
            );
        }
    }

    fn evidence(&self, evidence: &str, text: &mut String) {
        let faint = self.palette.faint;
        for line in wrapped(&terminal(evidence), self.width.saturating_sub(INDENT + 2), EVIDENCE_LINES) {
            let _ = writeln!(text, "{:INDENT$}{faint}│{faint:#} {line}", "");
        }
    }
}
