//! One finding in the terminal report.

use std::fmt::Write as _;

use portcullis_model::Finding;

use super::wrap::wrapped;
use super::{Page, Palette, frame};
use crate::neutral::terminal;
use crate::words;

/// Columns before the text of a finding: the severity and two spaces.
const INDENT: usize = 10;
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
        if !self.frame(finding, text) {
            self.evidence(finding, text);
        }
        let fix = wrapped(&terminal(&finding.fix.title), room.saturating_sub(5), usize::MAX)
            .join(&format!("{break_line}     "));
        let _ = writeln!(text, "{:INDENT$}{remedy}fix{remedy:#}  {fix}", "");
        let about = words::about_rule(finding);
        let about = wrapped(&about, room.saturating_sub(5), usize::MAX).join(&format!("{break_line}     "));
        let _ = writeln!(text, "{:INDENT$}{faint}why  {about}{faint:#}\n", "");
    }

    /// The source with the place underlined. False when there is none to show.
    fn frame(&self, finding: &Finding, text: &mut String) -> bool {
        let location = &finding.location;
        let shown = location.file.as_deref().zip(location.span).and_then(|(file, span)| {
            let source = self.assessment.sources.get(file)?;
            frame::render(source, span, self.width.saturating_sub(INDENT), &self.palette, finding.severity)
        });
        let Some(shown) = shown else { return false };
        for line in shown.lines() {
            let _ = writeln!(text, "{:INDENT$}{}", "", line.trim_end());
        }
        true
    }

    fn evidence(&self, finding: &Finding, text: &mut String) {
        let Some(evidence) = finding.evidence.as_deref().filter(|evidence| !evidence.is_empty()) else {
            return;
        };
        let faint = self.palette.faint;
        for line in wrapped(&terminal(evidence), self.width.saturating_sub(INDENT + 2), EVIDENCE_LINES) {
            let _ = writeln!(text, "{:INDENT$}{faint}│{faint:#} {line}", "");
        }
    }
}
