//! The tools that source code offers: where each is registered, what its code does, what follows from it.

use super::markup::Markup;
use crate::assessment::{Assessment, SourceTool};
use crate::{effects, order, words};

pub(super) fn write(assessment: &Assessment, page: &mut Markup) {
    if assessment.source_tools.values().all(Vec::is_empty) {
        return;
    }
    page.raw("<section id=\"tools\"><div class=\"page\">\n<h2>What the tools’ code does</h2>\n");
    for target in order::targets(assessment) {
        let Some(tools) = assessment.source_tools.get(&target.id).filter(|tools| !tools.is_empty()) else {
            continue;
        };
        page.raw("<h3>")
            .text(&target.locator)
            .raw(": ")
            .text(&words::number(tools.len(), "tool"))
            .raw("</h3>\n");
        page.raw("<div class=\"table\"><table>\n<thead><tr><th>Tool</th><th>Its code</th><th>Class</th><th>Registered</th></tr></thead>\n<tbody>\n");
        tools.iter().for_each(|tool| row(tool, page));
        page.raw("</tbody>\n</table></div>\n");
    }
    page.raw("</div></section>\n");
}

fn row(tool: &SourceTool, page: &mut Markup) {
    page.raw("<tr><td><code>").text(&words::brief(effects::name(tool))).raw("</code></td><td>");
    page.text(&effects::does(tool)).raw("</td><td>");
    for class in &tool.capability {
        page.raw("<abbr title=\"").raw(class.in_words()).raw("\">").raw(class.as_str()).raw("</abbr> ");
    }
    page.raw("</td><td><code>").text(&tool.registered.file);
    if tool.registered.line > 0 {
        page.raw(":").value(tool.registered.line);
    }
    page.raw("</code></td></tr>\n");
}
