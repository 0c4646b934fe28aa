//! The report for a person at a terminal: worst first, where exactly, what to do.

use std::fmt::Write as _;
use std::io::{self, Write};

use portcullis_model::{Finding, Severity};

use crate::assessment::{Assessment, ServerSummary};
use crate::neutral::terminal;
use crate::order::{self, Counts, Group, ServerGroup};
use crate::{Options, words};

mod finding;
mod frame;
mod palette;
mod tools;
mod wrap;

pub(crate) use frame::{GUTTER, render as framed};
pub(crate) use palette::Palette;
pub(crate) use wrap::wrapped;

/// Targets named when nothing was found in them.
const MOST_TARGETS: usize = 20;

/// What every part of the report needs to know.
struct Page<'a> {
    assessment: &'a Assessment,
    palette: Palette,
    width: usize,
}

pub(crate) fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let page =
        Page { assessment, palette: Palette::new(options.colour), width: options.width.clamp(40, 120) };
    for group in order::groups(assessment) {
        page.group(&group, out)?;
    }
    let mut end = String::new();
    page.source_tools_alone(&mut end);
    page.chains(&mut end);
    page.looked_at(&mut end);
    page.not_looked_at(&mut end);
    page.remarks(&mut end);
    page.summary(options, &mut end);
    out.write_all(end.as_bytes())
}

impl Page<'_> {
    /// One target with everything found in it; nothing when there is nothing to say about it.
    fn group(&self, group: &Group<'_>, out: &mut dyn Write) -> io::Result<()> {
        if group.own.is_empty() && group.servers.iter().all(|server| server.findings.is_empty()) {
            return Ok(());
        }
        let mut text = String::new();
        self.rule_line(&group.target.locator, &Counts::of(group.findings()), &mut text);
        self.source_tools(&group.target.id, &mut text);
        out.write_all(text.as_bytes())?;
        self.findings(&group.own, out)?;
        for server in group.servers.iter().filter(|server| !server.findings.is_empty()) {
            let mut text = String::new();
            self.server(server, &mut text);
            out.write_all(text.as_bytes())?;
            self.findings(&server.findings, out)?;
        }
        Ok(())
    }

    fn findings(&self, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        for finding in findings {
            let mut text = String::new();
            self.finding(finding, &mut text);
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    /// A heading drawn across the page: the target on the left, how much was found on the right.
    fn rule_line(&self, title: &str, counts: &Counts, text: &mut String) {
        let Palette { strong, faint, .. } = self.palette;
        let counts = words::counts(counts);
        let room = self.width.saturating_sub(wrap::width(&counts) + 8);
        let title = wrap::shortened(&terminal(title), room);
        let dashes = self.width.saturating_sub(wrap::width(&title) + wrap::width(&counts) + 6).max(2);
        let _ = writeln!(
            text,
            "{faint}──{faint:#} {strong}{title}{strong:#} {faint}{}{faint:#} {counts}\n",
            "─".repeat(dashes)
        );
    }

    fn server(&self, server: &ServerGroup<'_>, text: &mut String) {
        let Palette { strong, faint, .. } = self.palette;
        let name = words::brief(server.name);
        let _ = write!(text, "{strong}{}{strong:#}", terminal(&name));
        if let Some(summary) = server.summary {
            let about = about_server(summary);
            let indent = wrap::width(&terminal(&name)).min(24) + 2;
            let lines = wrapped(&about, self.width.saturating_sub(indent).max(20), 3);
            let _ = write!(text, "  {faint}{}{faint:#}", lines.join(&format!("\n{:indent$}", "")));
        }
        text.push_str("\n\n");
    }

    /// The shortest way from outside text over private data to the network.
    fn chains(&self, text: &mut String) {
        let Palette { strong, faint, high, .. } = self.palette;
        let Some(shortest) = order::shortest_chain(self.assessment) else {
            return;
        };
        let steps: Vec<(String, &str)> = shortest
            .steps
            .iter()
            .map(|step| (terminal(&words::brief(&words::step(step))).into_owned(), step.class.in_words()))
            .collect();
        let needed: usize = steps.iter().map(|(place, does)| wrap::width(place) + does.len() + 6).sum();
        // Too long for one line: one step a line, the arrows in front.
        let arrow = if needed > self.width {
            format!("\n    {high}→{high:#} ")
        } else {
            format!(" {high}→{high:#} ")
        };
        let steps: Vec<String> = steps
            .iter()
            .map(|(place, does)| format!("{strong}{place}{strong:#} {faint}({does}){faint:#}"))
            .collect();
        let _ = writeln!(text, "{high}Tools that combine{high:#}");
        let _ = writeln!(text, "  {}", steps.join(&arrow));
        let others = self.assessment.chains.len().saturating_sub(1);
        if others > 0 {
            let _ = writeln!(text, "  {faint}and {others} more; see the HTML report{faint:#}");
        }
        text.push('\n');
    }

    /// What was read, when nothing was found: the reader wants to know what that covers.
    fn looked_at(&self, text: &mut String) {
        let looked = words::scanned(self.assessment);
        if !self.assessment.findings.is_empty() || looked.is_empty() {
            return;
        }
        let Palette { strong, faint, fine, .. } = self.palette;
        let _ = writeln!(text, "{strong}Looked at{strong:#}");
        for line in looked.iter().take(MOST_TARGETS) {
            self.item(&format!("{fine}✓{fine:#} "), 2, line, text);
        }
        if looked.len() > MOST_TARGETS {
            let _ = writeln!(text, "  {faint}and {} more{faint:#}", looked.len() - MOST_TARGETS);
        }
        text.push('\n');
    }

    /// Everything that was not read and why, so that silence is not taken for safety.
    fn not_looked_at(&self, text: &mut String) {
        let Palette { strong, faint, failed, .. } = self.palette;
        let not_scanned: Vec<_> = order::targets(self.assessment)
            .into_iter()
            .filter_map(|target| {
                Some((target.locator.clone(), target.status.as_str(), target.status.reason()?.to_owned()))
            })
            .collect();
        let unread: Vec<_> = order::unread_parts(self.assessment);
        if not_scanned.is_empty() && unread.is_empty() {
            return;
        }
        let _ = writeln!(text, "{strong}Not looked at{strong:#}");
        for (locator, status, reason) in not_scanned {
            let style = if status == "failed" { failed } else { faint };
            self.item(&format!("{style}{status:<7}{style:#} "), 8, &format!("{locator}: {reason}"), text);
        }
        for unread in unread {
            let style = if unread.expected { faint } else { failed };
            let line = format!("{} of {}: {}", unread.parts, unread.servers, unread.reason);
            self.item(&format!("{style}unread{style:#}  "), 8, &line, text);
        }
        text.push('\n');
    }

    fn remarks(&self, text: &mut String) {
        let strong = self.palette.strong;
        let lines = words::remarks(self.assessment);
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(text, "{strong}Notes{strong:#}");
        for line in lines {
            self.item("· ", 2, &line, text);
        }
        text.push('\n');
    }

    /// An indented paragraph after a mark of `mark_width` columns. `words` is from outside.
    fn item(&self, mark: &str, mark_width: usize, words: &str, text: &mut String) {
        let indent = mark_width + 2;
        let lines = wrapped(&terminal(words), self.width.saturating_sub(indent), usize::MAX);
        let _ = writeln!(text, "  {mark}{}", lines.join(&format!("\n{:indent$}", "")));
    }

    fn summary(&self, options: &Options, text: &mut String) {
        let Palette { strong, faint, .. } = self.palette;
        let counts = Counts::of(&self.assessment.findings);
        let style = match counts.worst_first().next() {
            Some((worst, _)) => self.palette.of(worst),
            None if self.assessment.is_complete() => self.palette.fine,
            None => self.palette.failed,
        };
        let verdict = words::verdict(self.assessment);
        for line in wrapped(&verdict, self.width, usize::MAX) {
            let _ = writeln!(text, "{style}{line}{style:#}");
        }
        let mut looked = words::looked_at(self.assessment);
        if options.elapsed {
            let _ = write!(looked, ", in {}", words::duration(self.assessment.elapsed));
        }
        for line in wrapped(&looked, self.width, usize::MAX) {
            let _ = writeln!(text, "{faint}{line}{faint:#}");
        }
        let steps = words::next_steps(self.assessment);
        let column = steps.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
        for (command, purpose) in steps {
            let _ = writeln!(text, "  {strong}{command:<column$}{strong:#}  {faint}{purpose}{faint:#}");
        }
    }

    fn severity(&self, severity: Severity) -> String {
        let style = self.palette.of(severity);
        format!("{style}{:<8}{style:#}", severity.as_str())
    }
}

fn about_server(server: &ServerSummary) -> String {
    let mut about = terminal(&server.launch).into_owned();
    if let Some(host) = &server.host {
        let _ = write!(about, " · {}", terminal(host));
    }
    match &server.tools {
        Some(tools) => {
            let _ = write!(about, " · {}", words::tools(tools));
        }
        None => about.push_str(" · its tools were not looked at"),
    }
    about
}
