//! GitHub-flavoured Markdown for a comment on a change: a table, then what to do about the worst.

use std::fmt::Write as _;
use std::io::{self, Write};

use portcullis_model::{Finding, Severity};

use crate::Options;
use crate::assessment::Assessment;
use crate::neutral::markdown as neutral;
use crate::{effects, order, way, words};

/// Rows of the table: services limit the length of a comment (65,536 characters).
const MOST_ROWS: usize = 40;
/// Findings told in full.
const MOST_DETAILS: usize = 15;
/// Characters of a message in a row, and of evidence.
const LONGEST_MESSAGE: usize = 240;
const LONGEST_EVIDENCE: usize = 480;
/// Entries of each further list.
const MOST_ENTRIES: usize = 20;

pub(crate) fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings = order::findings(assessment);
    let mut text = format!("## Portcullis: {}\n\n", neutral(&words::verdict(assessment)));
    let mut looked = words::looked_at(assessment);
    if options.elapsed {
        let _ = write!(looked, ", in {}", words::duration(assessment.elapsed));
    }
    let _ = writeln!(text, "{}.\n", neutral(&looked));
    table(assessment, &findings, &mut text);
    chain(assessment, &mut text);
    details(assessment, &findings, &mut text);
    tools(assessment, &mut text);
    list("Not looked at", &not_looked_at(assessment), &mut text);
    list("Notes", &remarks(assessment), &mut text);
    out.write_all(text.as_bytes())
}

/// A sentence whose quoted input is shown as code.
fn prose(sentence: &str) -> String {
    let mut text = String::new();
    for (is_code, stretch) in words::quoted(sentence) {
        text.push_str(&if is_code { code(stretch) } else { neutral(stretch) });
    }
    text
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", neutral(text))
}

const fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "🟥",
        Severity::High => "🟧",
        Severity::Medium => "🟨",
        Severity::Low => "🟦",
        Severity::Info => "⬜",
    }
}

/// Server and item, and the file with its line.
fn place(assessment: &Assessment, finding: &Finding) -> String {
    let server =
        finding.location.server.as_deref().map(|server| format!("server `{}`", words::brief(server)));
    let place = words::place(finding, &assessment.sources);
    let parts = [server.unwrap_or_default(), place];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { code(&finding.target) } else { prose(&parts.join(" · ")) }
}

fn table(assessment: &Assessment, findings: &[&Finding], text: &mut String) {
    if findings.is_empty() {
        return;
    }
    text.push_str("| Severity | Finding | Where | Rule |\n|---|---|---|---|\n");
    for finding in findings.iter().take(MOST_ROWS) {
        let _ = writeln!(
            text,
            "| {} {} | {} | {} | {} |",
            mark(finding.severity),
            finding.severity,
            prose(&words::cut(&finding.message, LONGEST_MESSAGE)),
            place(assessment, finding),
            code(finding.rule.as_str()),
        );
    }
    text.push('\n');
    more(findings.len(), MOST_ROWS, text);
}

/// Says that a list was cut.
fn more(all: usize, shown: usize, text: &mut String) {
    if all > shown {
        let _ = writeln!(text, "… and {} more.\n", all - shown);
    }
}

fn chain(assessment: &Assessment, text: &mut String) {
    let Some(shortest) = order::shortest_chain(assessment) else { return };
    let steps: Vec<String> = shortest
        .steps
        .iter()
        .map(|step| format!("{} ({})", code(&words::brief(&words::step(step))), step.class.in_words()))
        .collect();
    let _ = writeln!(text, "**Tools that combine:** {}\n", steps.join(" → "));
}

fn details(assessment: &Assessment, findings: &[&Finding], text: &mut String) {
    for finding in findings.iter().take(MOST_DETAILS) {
        let message = prose(&words::cut(&finding.message, LONGEST_MESSAGE));
        let _ = writeln!(text, "<details><summary>{} {message}</summary>\n", mark(finding.severity));
        let _ = writeln!(text, "{}\n", place(assessment, finding));
        if let Some(evidence) = finding.evidence.as_deref().filter(|evidence| !evidence.is_empty()) {
            let evidence = words::cut(evidence, LONGEST_EVIDENCE);
            let _ = writeln!(text, "<pre><code>{}</code></pre>\n", neutral(&evidence));
        }
        let stops = way::stops(finding, &assessment.sources);
        for (index, stop) in stops.iter().enumerate().take(MOST_ENTRIES) {
            let _ = writeln!(text, "{}. {} {}", index + 1, code(&stop.shown), prose(&stop.what));
        }
        if !stops.is_empty() {
            text.push('\n');
            more(stops.len(), MOST_ENTRIES, text);
        }
        let _ = writeln!(text, "**What to do:** {}\n", prose(&finding.fix.title));
        let _ = writeln!(text, "{}\n\n</details>\n", neutral(&words::about_rule(finding)));
    }
}

/// What the code of each tool does, folded away.
fn tools(assessment: &Assessment, text: &mut String) {
    for target in order::targets(assessment) {
        let Some(tools) = assessment.source_tools.get(&target.id).filter(|tools| !tools.is_empty()) else {
            continue;
        };
        let count = words::number(tools.len(), "tool");
        let _ = writeln!(text, "<details><summary>{count} of {}</summary>\n", code(&target.locator));
        text.push_str("| Tool | Its code | Class |\n|---|---|---|\n");
        for tool in tools.iter().take(MOST_ROWS) {
            let name = code(&words::brief(effects::name(tool)));
            let does = neutral(&words::cut(&effects::does(tool), LONGEST_MESSAGE));
            let classes: Vec<&str> = tool.capability.iter().map(|class| class.as_str()).collect();
            let _ = writeln!(text, "| {name} | {does} | {} |", classes.join(" "));
        }
        text.push('\n');
        more(tools.len(), MOST_ROWS, text);
        text.push_str("</details>\n\n");
    }
}

fn not_looked_at(assessment: &Assessment) -> Vec<String> {
    let targets = order::targets(assessment);
    let targets = targets.iter().filter_map(|target| {
        let reason = target.status.reason()?;
        Some(format!("{}: {} ({})", code(&target.locator), neutral(reason), target.status.as_str()))
    });
    let unread = order::unread_parts(assessment).into_iter().map(|unread| {
        format!("{} of {}: {}", neutral(&unread.parts), code(&unread.servers), neutral(&unread.reason))
    });
    targets.chain(unread).collect()
}

fn remarks(assessment: &Assessment) -> Vec<String> {
    words::remarks(assessment).iter().map(|remark| prose(remark)).collect()
}

fn list(title: &str, entries: &[String], text: &mut String) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(text, "**{title}**\n");
    for entry in entries.iter().take(MOST_ENTRIES) {
        let _ = writeln!(text, "- {entry}");
    }
    text.push('\n');
    more(entries.len(), MOST_ENTRIES, text);
}
