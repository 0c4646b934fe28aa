//! One HTML file that a person can look around in: verdict, how tools combine, servers, findings, what was not
//! looked at. It loads nothing, works without its script, and suits light and dark, wide and narrow screens.

use std::io::{self, Write};

use crate::Options;
use crate::assessment::Assessment;
use crate::{order, words};

mod coverage;
mod finding;
mod flow;
mod flow_layout;
mod header;
mod markup;
mod policy;
mod rule_page;
mod rules;
mod servers;
mod source_tools;

use markup::Markup;

/// The whole style of the page; its digest is in the policy.
const STYLE: &str = include_str!("html/report.css");
/// The whole script of the page; its digest is in the policy.
const SCRIPT: &str = include_str!("html/report.js");

pub(crate) fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings = order::findings(assessment);
    let mut page = Markup::default();
    head(assessment, &mut page);
    header::write(assessment, options, &mut page);
    page.raw("<main id=\"content\">\n");
    flow::write(assessment, &mut page);
    servers::write(assessment, &mut page);
    source_tools::write(assessment, &mut page);
    out.write_all(page.as_bytes())?;
    finding::write_all(assessment, &findings, out)?;
    let mut page = Markup::default();
    coverage::write(assessment, &mut page);
    rules::write(assessment, &findings, &mut page);
    page.raw("</main>\n");
    footer(assessment, &mut page);
    page.raw("<script>").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    out.write_all(page.as_bytes())
}

fn head(assessment: &Assessment, page: &mut Markup) {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"");
    page.plain(&policy::content_security_policy()).raw("\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.raw("<title>").plain(&words::verdict(assessment)).raw(" · Portcullis</title>\n");
    page.raw("<style>").raw(STYLE).raw("</style>\n</head>\n");
}

fn footer(assessment: &Assessment, page: &mut Markup) {
    page.raw("<footer><div class=\"page\">\n<p>Portcullis ")
        .plain(&assessment.tool_version)
        .raw(" looked at ");
    page.raw(
        "configurations, packages by name, and what servers say about themselves, and judged it with rules that can \
         be read. It did not run the servers’ tools, and it cannot see what a server does behind its words: no finding \
         means that nothing of what the rules know was seen, not that a server is harmless.</p>\n",
    );
    if assessment.asked_hosts.is_empty() {
        page.raw("<p>Nothing was looked up over the network");
    } else {
        page.raw("<p>Asked over the network: ").text(&assessment.asked_hosts.join(", "));
    }
    page.raw(
        ". This file loads nothing and sends nothing. Secrets are shown by kind, length and last four characters \
         only.</p>\n</div></footer>\n",
    );
}
