//! One card per server: how it is reached, what it offers, what was found in it.

use super::markup::Markup;
use crate::assessment::{Assessment, ServerSummary, ToolSummary};
use crate::order::{self, Counts, ServerGroup};
use crate::words;

/// Tools named on a card before the rest is folded away.
const TOOLS_SHOWN: usize = 12;
/// Findings linked from a card.
const LINKS_SHOWN: usize = 4;

pub(super) fn write(assessment: &Assessment, page: &mut Markup) {
    let groups = order::groups(assessment);
    if groups.iter().all(|group| group.servers.is_empty()) {
        return;
    }
    page.raw("<section id=\"servers\"><div class=\"page\">\n<h2>Servers</h2>\n<div class=\"cards\">\n");
    for group in &groups {
        for server in &group.servers {
            card(server, page);
        }
    }
    page.raw("</div>\n</div></section>\n");
}

fn card(server: &ServerGroup<'_>, page: &mut Markup) {
    let unfound = if looked_at_whole(server) { "fine" } else { "open" };
    let worst = server.findings.first().map_or(unfound, |finding| finding.severity.as_str());
    page.raw("<article class=\"card ").raw(worst).raw("\">\n<h3>").text(server.name).raw("</h3>\n");
    if let Some(summary) = server.summary {
        about(summary, page);
    }
    found(server, page);
    if let Some(summary) = server.summary {
        tools(summary, page);
    }
    page.raw("</article>\n");
}

fn about(server: &ServerSummary, page: &mut Markup) {
    page.raw("<p class=\"launch\"><code>").text(&server.launch).raw("</code></p>\n");
    let from: Vec<&str> = [server.host.as_deref(), server.file.as_deref()].into_iter().flatten().collect();
    if !from.is_empty() {
        page.raw("<p class=\"from\">").text(&from.join(" · ")).raw("</p>\n");
    }
}

fn found(server: &ServerGroup<'_>, page: &mut Markup) {
    if server.findings.is_empty() {
        page.raw(if looked_at_whole(server) {
            "<p class=\"found\">Nothing was found."
        } else {
            "<p class=\"found\">Nothing was found in what was looked at."
        });
        page.raw("</p>\n");
        return;
    }
    page.raw("<p class=\"found\">")
        .text(&words::counts(&Counts::of(server.findings.iter().copied())))
        .raw("</p>\n<ul>\n");
    for finding in server.findings.iter().take(LINKS_SHOWN) {
        page.raw("<li class=\"")
            .raw(finding.severity.as_str())
            .raw("\"><a href=\"#finding-")
            .value(&finding.id)
            .raw("\">");
        page.prose(&words::cut(&finding.message, 110)).raw("</a></li>\n");
    }
    page.raw("</ul>\n");
    let more = server.findings.len().saturating_sub(LINKS_SHOWN);
    if more > 0 {
        page.raw("<p class=\"more\">and ").value(more).raw(" more below</p>\n");
    }
}

/// True when its tools and everything else that it offers were read.
fn looked_at_whole(server: &ServerGroup<'_>) -> bool {
    server.summary.is_some_and(|summary| {
        summary.tools.is_some() && summary.coverage.unread.iter().all(|unread| unread.expected)
    })
}

fn tools(server: &ServerSummary, page: &mut Markup) {
    let Some(tools) = &server.tools else {
        page.raw("<p class=\"tools unknown\">Tools not looked at</p>\n");
        return;
    };
    page.raw("<p class=\"tools\">").text(&words::tools(tools)).raw("</p>\n");
    let (first, rest) = tools.split_at_checked(TOOLS_SHOWN).unwrap_or((tools, &[]));
    chips(first, page);
    if !rest.is_empty() {
        page.raw("<details class=\"rest\"><summary>").value(rest.len()).raw(" more</summary>\n");
        chips(rest, page);
        page.raw("</details>\n");
    }
}

fn chips(tools: &[ToolSummary], page: &mut Markup) {
    if tools.is_empty() {
        return;
    }
    page.raw("<ul class=\"chips\">\n");
    for tool in tools {
        page.raw("<li>").text(&words::brief(&tool.name));
        for class in &tool.classes {
            page.raw(" <abbr class=\"")
                .raw(class.as_str())
                .raw("\" title=\"")
                .raw(class.in_words())
                .raw("\">");
            page.raw(class.as_str()).raw("</abbr>");
        }
        page.raw("</li>\n");
    }
    page.raw("</ul>\n");
}
