//! JSON Lines: one line per target, written as soon as the target is done.

use std::collections::BTreeMap;
use std::io::{self, Write};

use portcullis_model::{Finding, Target};

use crate::assessment::Assessment;
use crate::json::{self, v1};
use crate::order;
use crate::source::Sources;

/// Writes one line per target while a scan runs; keeps nothing.
#[derive(Debug)]
pub struct JsonLines<W> {
    out: W,
}

impl<W: Write> JsonLines<W> {
    /// A writer over `out`, which should be buffered.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Writes the line of one target, its findings worst first. `sources` may be empty: it only serves to turn bytes into lines and columns.
    ///
    /// # Errors
    ///
    /// Only those of the writer below.
    pub fn target(&mut self, target: &Target, findings: &[Finding], sources: &Sources) -> io::Result<()> {
        self.line(target, findings.iter().collect(), sources)
    }

    fn line(&mut self, target: &Target, mut findings: Vec<&Finding>, sources: &Sources) -> io::Result<()> {
        order::sort(&mut findings);
        let line = v1::Line {
            target: target.into(),
            findings: findings.into_iter().map(|finding| v1::Finding::new(finding, sources)).collect(),
        };
        json::write_value(&line, json::Layout::Line, &mut self.out)
    }

    /// Flushes and gives the writer back.
    ///
    /// # Errors
    ///
    /// Only those of the writer below.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes a whole assessment, targets in its own order.
pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    let mut of_target: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &assessment.findings {
        of_target.entry(&finding.target).or_default().push(finding);
    }
    let mut lines = JsonLines::new(out);
    let unlisted = order::unlisted_targets(assessment);
    for target in assessment.targets.iter().chain(&unlisted) {
        let findings = of_target.remove(target.id.as_str()).unwrap_or_default();
        lines.line(target, findings, &assessment.sources)?;
    }
    Ok(())
}
