//! The findings: a bar to choose what is shown, and one foldable entry each.

use std::io::{self, Write};

use portcullis_model::{Finding, Safety, Severity};

use super::markup::Markup;
use crate::assessment::Assessment;
use crate::frame::Frame;
use crate::order::Counts;
use crate::{way, words};

/// Findings that are open at first; a long list is easier to survey closed.
const OPEN: usize = 12;
/// Bytes of a source line shown around the mark.
const FRAME_COLUMNS: usize = 160;
/// Characters of evidence shown.
const LONGEST_EVIDENCE: usize = 4_000;

/// Writes each finding as it is made: a page may have thousands.
pub(super) fn write_all(
    assessment: &Assessment,
    findings: &[&Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut page = Markup::default();
    page.raw("<section id=\"findings\"><div class=\"page\">\n<h2>Findings</h2>\n");
    filter(&Counts::of(findings.iter().copied()), &mut page);
    page.raw("<div class=\"list\">\n");
    out.write_all(page.as_bytes())?;
    for (index, finding) in findings.iter().enumerate() {
        let mut page = Markup::default();
        entry(assessment, finding, index, &mut page);
        out.write_all(page.as_bytes())?;
    }
    out.write_all(b"</div>\n<p class=\"nothing\" hidden>Nothing matches.</p>\n</div></section>\n")
}

/// One switch per severity that occurs, as plain check boxes: the style alone hides what is switched off.
fn filter(counts: &Counts, page: &mut Markup) {
    for (severity, _) in counts.worst_first() {
        page.raw("<input type=\"checkbox\" class=\"switch\" checked id=\"show-")
            .raw(severity.as_str())
            .raw("\">\n");
    }
    page.raw("<div class=\"filter\">\n");
    for (severity, count) in counts.worst_first() {
        page.raw("<label class=\"")
            .raw(severity.as_str())
            .raw("\" for=\"show-")
            .raw(severity.as_str())
            .raw("\">");
        page.raw(severity.as_str()).raw(" <b>").value(count).raw("</b></label>\n");
    }
    page.raw(
        "<span class=\"scripted\"><input type=\"search\" id=\"search\" placeholder=\"Search findings\" \
         aria-label=\"Search findings\"><button type=\"button\" id=\"fold\">Close all</button></span>\n\
         <span id=\"shown\" role=\"status\"></span>\n</div>\n",
    );
}

fn entry(assessment: &Assessment, finding: &Finding, index: usize, page: &mut Markup) {
    let severity = finding.severity.as_str();
    page.raw("<details class=\"finding ").raw(severity).raw("\" id=\"finding-").value(&finding.id).raw("\"");
    if index < OPEN && finding.severity >= Severity::Medium {
        page.raw(" open");
    }
    page.raw(">\n<summary><span class=\"severity\">").raw(severity).raw("</span><span class=\"what\">");
    page.prose(&finding.message).raw("</span><span class=\"where\">");
    place(assessment, finding, page);
    page.raw("</span></summary>\n<div class=\"body\">\n");
    let frame = assessment.sources.frame(&finding.location, FRAME_COLUMNS);
    if let Some(frame) = &frame {
        lines(frame, page);
    }
    match finding.evidence.as_deref() {
        Some(evidence) if frame.is_none_or(|frame| !frame.shows(evidence)) => {
            page.raw("<blockquote>").text(&words::cut(evidence, LONGEST_EVIDENCE)).raw(
                "</blockquote>
",
            );
        }
        _ => {}
    }
    steps(assessment, finding, page);
    remedy(finding, page);
    facts(finding, page);
    page.raw("</div>\n</details>\n");
}

fn place(assessment: &Assessment, finding: &Finding, page: &mut Markup) {
    if let Some(server) = &finding.location.server {
        page.raw("<b>").text(&words::brief(server)).raw("</b> ");
    }
    let place = words::place(finding, &assessment.sources);
    if !place.is_empty() {
        page.prose(&place);
    } else if finding.location.server.is_none() {
        page.text(&finding.target);
    }
}

/// The lines of the file with the place marked.
fn lines(frame: &Frame<'_>, page: &mut Markup) {
    page.raw("<pre class=\"frame\"><code>");
    for (index, line) in frame.lines.iter().enumerate() {
        page.raw("<span class=\"line\"><span class=\"number\">")
            .value(frame.first_line + index)
            .raw("</span>");
        page.raw(if line.cut_before { "…" } else { "" }).text(line.before);
        if !line.marked.is_empty() {
            page.raw("<mark>").text(line.marked).raw("</mark>");
        }
        page.text(line.after).raw(if line.cut_after { "…" } else { "" }).raw("</span>");
    }
    page.raw("</code></pre>\n");
}

/// The way from the input to the place, drawn as a line with a stop for each line of code.
fn steps(assessment: &Assessment, finding: &Finding, page: &mut Markup) {
    let stops = way::stops(finding, &assessment.sources);
    if stops.is_empty() {
        return;
    }
    page.raw("<ol class=\"way\" aria-label=\"The way from the input to the operation\">\n");
    for stop in &stops {
        page.raw("<li><span class=\"stop\">").prose(&stop.what).raw("</span> <span class=\"at\">");
        page.text(&stop.shown).raw("</span>");
        if let Some(frame) = stop.frame(&assessment.sources, FRAME_COLUMNS) {
            lines(&frame, page);
        }
        page.raw("</li>\n");
    }
    page.raw("</ol>\n");
}

fn remedy(finding: &Finding, page: &mut Markup) {
    page.raw("<p class=\"remedy\"><b>What to do</b> ").prose(&finding.fix.title);
    if !finding.fix.edits.is_empty() {
        page.raw(match finding.fix.safety {
            Safety::Safe => " <i><code>portcullis scan --fix</code> does it</i>",
            Safety::Unsafe => {
                " <i><code>portcullis scan --fix --unsafe-fixes</code> does it; look at the change first</i>"
            }
        });
    }
    page.raw("</p>\n");
}

fn facts(finding: &Finding, page: &mut Markup) {
    page.raw("<dl>\n<div><dt>Rule</dt><dd><a href=\"#rule-")
        .value(finding.rule)
        .raw("\"><code>")
        .text(finding.rule.as_str());
    page.raw("</code></a></dd></div>\n<div><dt>Threat</dt><dd>");
    let threats: Vec<String> =
        finding.threats.iter().map(|threat| format!("{} {}", threat.id(), threat.name())).collect();
    page.text(&threats.join(", "))
        .raw("</dd></div>\n<div><dt>Confidence</dt><dd>")
        .raw(finding.confidence.as_str());
    page.raw("</dd></div>\n<div><dt>Planted in, fires in</dt><dd>")
        .text(&finding.origin.as_str().replace('-', " "));
    page.raw(" → ").text(&finding.trigger.as_str().replace('-', " ")).raw("</dd></div>\n");
    if !finding.references.is_empty() {
        page.raw("<div><dt>References</dt><dd>").text(&finding.references.join(", ")).raw("</dd></div>\n");
    }
    page.raw("<div><dt>Fingerprint</dt><dd><code>").text(&finding.id).raw("</code></dd></div>\n</dl>\n");
}
