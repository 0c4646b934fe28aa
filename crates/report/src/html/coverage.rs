//! What was looked at and what was not, what is suppressed, and remarks.

use super::markup::Markup;
use crate::assessment::Assessment;
use crate::{order, words};

pub(super) fn write(assessment: &Assessment, page: &mut Markup) {
    page.raw("<section id=\"coverage\"><div class=\"page\">\n<h2>What was looked at</h2>\n");
    targets(assessment, page);
    parts(assessment, page);
    suppressed(assessment, page);
    notes(assessment, page);
    page.raw("</div></section>\n");
}

fn targets(assessment: &Assessment, page: &mut Markup) {
    let targets = order::targets(assessment);
    if targets.is_empty() {
        page.raw("<p>No target was named, and none was found.</p>\n");
        return;
    }
    page.raw("<div class=\"table\"><table>\n<thead><tr><th>Target</th><th>Kind</th><th>Looked at</th></tr></thead>\n<tbody>\n");
    for target in targets {
        page.raw("<tr class=\"").raw(target.status.as_str()).raw("\"><td><code>").text(&target.locator);
        page.raw("</code></td><td>").text(&target.kind.as_str().replace('-', " ")).raw("</td><td>");
        match target.status.reason() {
            None => page.raw("yes"),
            Some(reason) => page.raw("<b>").raw(target.status.as_str()).raw("</b>: ").text(reason),
        };
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table></div>\n");
}

fn parts(assessment: &Assessment, page: &mut Markup) {
    let unread = order::unread_parts(assessment);
    if unread.is_empty() {
        return;
    }
    page.raw("<h3>Parts of servers that were not read</h3>\n<div class=\"table\"><table>\n");
    page.raw("<thead><tr><th>Part</th><th>Servers</th><th>Why</th></tr></thead>\n<tbody>\n");
    for part in unread {
        page.raw(if part.expected { "<tr class=\"skipped\"><td>" } else { "<tr class=\"failed\"><td>" });
        page.text(&part.parts).raw("</td><td>").text(&part.servers).raw("</td><td>").text(&part.reason);
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table></div>\n");
}

fn suppressed(assessment: &Assessment, page: &mut Markup) {
    if assessment.suppressed.is_empty() {
        return;
    }
    page.raw("<h3>Suppressed</h3>\n<div class=\"table\"><table>\n");
    page.raw("<thead><tr><th>Finding</th><th>Why</th><th>Who</th><th>Until</th></tr></thead>\n<tbody>\n");
    for suppressed in &assessment.suppressed {
        page.raw("<tr><td>")
            .raw(suppressed.finding.severity.as_str())
            .raw(": ")
            .prose(&suppressed.finding.message);
        page.raw("<br><code>")
            .text(suppressed.finding.rule.as_str())
            .raw("</code></td><td>")
            .text(&suppressed.reason);
        page.raw("</td><td>").text(suppressed.owner.as_deref().unwrap_or("nobody"));
        page.raw("</td><td>").text(suppressed.expires.as_deref().unwrap_or("for good")).raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table></div>\n");
}

fn notes(assessment: &Assessment, page: &mut Markup) {
    if assessment.notes.is_empty() {
        return;
    }
    page.raw("<h3>Notes</h3>\n<ul>\n");
    for note in &assessment.notes {
        page.raw("<li>").prose(&words::cut(note, 1_000)).raw("</li>\n");
    }
    page.raw("</ul>\n");
}
