//! The picture of how tools combine: outside text comes in at the left, private data is read in the middle, and
//! leaves at the right.

use super::flow_layout::{COLUMN_WIDTH, Column, Edge, Layout, Part, TOOL_HEIGHT, ToolBox, WIDTH};
use super::markup::Markup;
use crate::assessment::{Assessment, CapabilityClass, ToolChain};
use crate::{order, words};

/// Characters of a tool's name that fit its box.
const NAME_ROOM: usize = 29;
/// Characters of a server's name that fit above its tools.
const SERVER_ROOM: usize = 34;
/// Chains told in words besides the shortest.
const CHAINS_TOLD: usize = 20;

pub(super) fn write(assessment: &Assessment, page: &mut Markup) {
    let layout = Layout::of(assessment);
    if layout.is_empty() {
        return;
    }
    page.raw(
        "<section id=\"flow\"><div class=\"page\">\n<h2>How the tools combine</h2>\n<p class=\"intro\">",
    );
    page.text(&introduction(assessment)).raw("</p>\n");
    if let Some(shortest) = order::shortest_chain(assessment) {
        page.raw("<p class=\"chain shortest\">");
        chain(shortest, page);
        page.raw("</p>\n");
    }
    page.raw("<div class=\"picture\" role=\"region\" aria-label=\"Picture of tool flow\" tabindex=\"0\">\n");
    picture(&layout, page);
    page.raw("</div>\n");
    other_chains(assessment, page);
    page.raw("</div></section>\n");
}

fn introduction(assessment: &Assessment) -> String {
    let unknown = assessment.servers.iter().filter(|server| server.tools.is_none()).count();
    let way = match assessment.chains.len() {
        0 => {
            "No way was found by which text from outside could make a model read private data and send it away."
        }
        1 => {
            "Each of these tools may be harmless alone. Together, text that a stranger wrote can make a model read \
             private data and send it away."
        }
        _ => {
            "Each of these tools may be harmless alone. Together, text that a stranger wrote can make a model read \
             private data and send it away; this is the shortest way."
        }
    };
    match unknown {
        0 => way.to_owned(),
        unknown => format!("{way} The tools of {} were not looked at.", words::number(unknown, "server")),
    }
}

fn chain(chain: &ToolChain, page: &mut Markup) {
    for (index, step) in chain.steps.iter().enumerate() {
        if index > 0 {
            page.raw(" <span class=\"arrow\">→</span> ");
        }
        page.raw("<span class=\"step\"><code>")
            .text(&words::brief(&words::step(step)))
            .raw("</code> <small>");
        page.raw(step.class.in_words()).raw("</small></span>");
    }
}

fn other_chains(assessment: &Assessment, page: &mut Markup) {
    let shortest = order::shortest_chain(assessment);
    let mut others: Vec<&ToolChain> =
        assessment.chains.iter().filter(|chain| Some(*chain) != shortest).collect();
    if others.is_empty() {
        return;
    }
    others.sort_by_key(|chain| chain.steps.len());
    page.raw("<details class=\"rest\"><summary>")
        .text(&words::number(others.len(), "other way"))
        .raw("</summary>\n<ol>\n");
    for other in others.iter().take(CHAINS_TOLD) {
        page.raw("<li class=\"chain\">");
        chain(other, page);
        page.raw("</li>\n");
    }
    page.raw("</ol>\n");
    if others.len() > CHAINS_TOLD {
        page.raw("<p class=\"more\">and ").value(others.len() - CHAINS_TOLD).raw(" more</p>\n");
    }
    page.raw("</details>\n");
}

fn picture(layout: &Layout<'_>, page: &mut Markup) {
    page.raw(
        "<svg class=\"flow\" role=\"img\" aria-labelledby=\"flow-title flow-description\" viewBox=\"-2 0 ",
    );
    page.value(WIDTH + 4)
        .raw(" ")
        .value(layout.height)
        .raw("\" width=\"")
        .value(WIDTH + 4)
        .raw("\" height=\"");
    page.value(layout.height)
        .raw("\">\n<title id=\"flow-title\">Tools in three columns, and the ways between them</title>\n");
    page.raw("<desc id=\"flow-description\">");
    for column in &layout.columns {
        page.text(&words::number(column.tools, "tool")).raw(" that ").raw(column.class.in_words()).raw("; ");
    }
    page.text(&words::number(layout.edges.len(), "step"))
        .raw(" between them. The ways are also told in words.</desc>\n");
    page.raw("<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
        orient=\"auto\"><path class=\"head\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n");
    for edge in &layout.edges {
        line(edge, page);
    }
    for column in &layout.columns {
        self::column(column, page);
    }
    page.raw("</svg>\n");
}

fn line(edge: &Edge, page: &mut Markup) {
    let ((from_x, from_y), (to_x, to_y)) = (edge.from, edge.to);
    let bend = (to_x - from_x) / 2;
    page.raw(if edge.shortest {
        "<path class=\"way shortest\" marker-end=\"url(#arrow)\" d=\"M"
    } else {
        "<path class=\"way\" d=\"M"
    });
    page.value(from_x).raw(" ").value(from_y).raw("C").value(from_x + bend).raw(" ").value(from_y);
    page.raw(" ")
        .value(to_x - bend)
        .raw(" ")
        .value(to_y)
        .raw(" ")
        .value(to_x)
        .raw(" ")
        .value(to_y)
        .raw("\"/>\n");
}

fn column(column: &Column<'_>, page: &mut Markup) {
    let head = |page: &mut Markup, class: &'static str, y: usize| {
        page.raw("<text class=\"")
            .raw(class)
            .raw("\" x=\"")
            .value(column.x)
            .raw("\" y=\"")
            .value(y)
            .raw("\">");
    };
    head(page, "column", 18);
    page.raw(match column.class {
        CapabilityClass::ExternalIngestion => "Brings outside text in",
        CapabilityClass::PrivacyAccess => "Reads private data",
        CapabilityClass::NetworkAccess => "Sends data out",
    });
    page.raw("</text>\n");
    head(page, "count", 38);
    page.raw(column.class.as_str()).raw(" · ").text(&words::number(column.tools, "tool")).raw("</text>\n");
    for label in &column.labels {
        head(page, "server", label.y);
        page.plain(&words::cut(label.server, SERVER_ROOM)).raw("</text>\n");
    }
    for tool in &column.boxes {
        tool_box(column.x, tool, page);
    }
    if let Some((y, more)) = column.more {
        head(page, "count", y);
        page.raw("and ").value(more).raw(" more</text>\n");
    }
}

fn tool_box(x: usize, tool: &ToolBox<'_>, page: &mut Markup) {
    page.raw(match tool.part {
        Part::Shortest => "<g class=\"tool shortest\">",
        Part::Chain => "<g class=\"tool chained\">",
        Part::Alone => "<g class=\"tool\">",
    });
    page.raw("<title>")
        .plain(tool.server)
        .raw(" / ")
        .plain(tool.tool)
        .raw("</title><rect rx=\"6\" x=\"")
        .value(x);
    page.raw("\" y=\"")
        .value(tool.y)
        .raw("\" width=\"")
        .value(COLUMN_WIDTH)
        .raw("\" height=\"")
        .value(TOOL_HEIGHT);
    page.raw("\"/><text x=\"").value(x + 12).raw("\" y=\"").value(tool.y + 20).raw("\">");
    // A server whose tools are not known is one box.
    let name = if tool.tool.is_empty() { "its tools" } else { tool.tool };
    page.plain(&words::cut(&crate::neutral::terminal(name), NAME_ROOM)).raw("</text></g>\n");
}
