//! Where the results of a run come together, in the order of the targets.

use std::collections::BTreeMap;
use std::io;

use portcullis_model::{Finding, Surface, Target, TargetStatus};
use portcullis_report::{Assessment, ServerSummary, Sources};

use super::advised::Advisories;
use super::{Scan, Seen, SeenSurface};
use crate::descriptors;
use crate::suppress::Decisions;

/// Hears of each target when it is done. A target's findings about several servers together come later, with the
/// target they belong to.
pub trait Observer {
    /// One target is done. Return true to have its findings kept for the report, false when they were written out.
    ///
    /// # Errors
    /// When writing fails; the run ends.
    fn target_done(&mut self, target: &Target, findings: &[Finding], sources: &Sources) -> io::Result<bool>;
}

/// Keeps everything for the report.
impl Observer for () {
    fn target_done(
        &mut self,
        _target: &Target,
        _findings: &[Finding],
        _sources: &Sources,
    ) -> io::Result<bool> {
        Ok(true)
    }
}

/// The results so far.
pub(super) struct Gather<'a> {
    pub(super) scan: &'a Scan<'a>,
    observer: &'a mut dyn Observer,
    pub(super) assessment: Assessment,
    pub(super) seen: Seen,
    pub(super) decisions: Decisions,
    pub(super) advisories: Advisories,
    /// How often each target id was met: the second one of the same name gets a number.
    met: BTreeMap<String, usize>,
}

impl<'a> Gather<'a> {
    pub(super) fn new(scan: &'a Scan<'a>, observer: &'a mut dyn Observer) -> Self {
        let assessment = Assessment {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: descriptors(),
            complete: true,
            ..Assessment::default()
        };
        let decisions = Decisions::new(scan.decisions.clone(), scan.today);
        let advisories = Advisories::open(scan.advisories.as_deref());
        Self {
            scan,
            observer,
            advisories,
            assessment,
            seen: Seen::default(),
            decisions,
            met: BTreeMap::new(),
        }
    }

    /// One target is done.
    pub(super) fn done(
        &mut self,
        mut target: Target,
        mut findings: Vec<Finding>,
        summary: Option<ServerSummary>,
    ) -> io::Result<()> {
        let count = self.met.entry(target.id.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            target.id = format!("{}~{count}", target.id);
            for finding in &mut findings {
                finding.target.clone_from(&target.id);
                finding.id = format!("{}~{count}", finding.id);
            }
        }
        self.judged(&target, findings)?;
        if let Some(mut summary) = summary {
            summary.target.clone_from(&target.id);
            self.assessment.servers.push(summary);
        }
        self.assessment.targets.push(target);
        Ok(())
    }

    /// Findings about targets that are already done.
    pub(super) fn afterwards(&mut self, target: &Target, findings: Vec<Finding>) -> io::Result<()> {
        if findings.is_empty() {
            return Ok(());
        }
        if !self.assessment.targets.iter().any(|known| known.id == target.id) {
            self.assessment.targets.push(target.clone());
        }
        self.judged(target, findings)
    }

    /// Takes out what was decided to be lived with, and hands the rest on.
    fn judged(&mut self, target: &Target, findings: Vec<Finding>) -> io::Result<()> {
        let (findings, suppressed) = self.decisions.sort_out(findings);
        self.assessment.suppressed.extend(suppressed);
        if self.observer.target_done(target, &findings, &self.assessment.sources)? {
            self.assessment.findings.extend(findings);
        }
        Ok(())
    }

    /// Remembers a surface for composition and pins.
    pub(super) fn keep(&mut self, target: &Target, origin: &str, surface: Surface) {
        self.seen.surfaces.push(SeenSurface {
            target: target.id.clone(),
            origin: origin.to_owned(),
            surface,
        });
    }

    /// Something about the whole run, said once.
    pub(super) fn note(&mut self, note: Option<String>) {
        if let Some(note) = note.filter(|note| !self.assessment.notes.contains(note)) {
            self.assessment.notes.push(note);
        }
    }

    /// A host was contacted: the report says so.
    pub(super) fn asked(&mut self, url: &str) {
        let host =
            url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or(url).to_owned();
        if !self.assessment.asked_hosts.contains(&host) {
            self.assessment.asked_hosts.push(host);
        }
    }

    /// A configured server that was asked is summarised by what it said, not a second time by its entry.
    pub(super) fn replace_summary(&mut self, by: &ServerSummary) {
        let same =
            |known: &ServerSummary| known.tools.is_none() && known.name == by.name && known.file == by.file;
        self.assessment.servers.retain(|known| !same(known));
    }

    pub(super) fn finish(mut self) -> (Assessment, Seen) {
        let failed = |target: &Target| matches!(target.status, TargetStatus::Failed(_));
        self.assessment.notes.extend(self.decisions.remarks());
        self.assessment.complete = !self.assessment.targets.iter().any(failed);
        (self.assessment, self.seen)
    }
}
