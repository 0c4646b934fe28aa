//! The pages of the rules that found something.

use std::collections::BTreeSet;

use portcullis_model::{Finding, RuleId};

use super::markup::Markup;
use super::rule_page;
use crate::assessment::Assessment;

pub(super) fn write(assessment: &Assessment, findings: &[&Finding], page: &mut Markup) {
    let ids: BTreeSet<RuleId> = findings.iter().map(|finding| finding.rule).collect();
    if ids.is_empty() {
        return;
    }
    page.raw("<section id=\"rules\"><div class=\"page\">\n<h2>The rules behind it</h2>\n");
    for id in ids {
        page.raw("<details class=\"rule\" id=\"rule-")
            .value(id)
            .raw("\">\n<summary><code>")
            .text(id.as_str());
        page.raw("</code>");
        let Some(rule) = assessment.rule(id) else {
            page.raw("</summary>\n</details>\n");
            continue;
        };
        page.raw(" ").prose(&rule.summary).raw("</summary>\n<div class=\"body\">\n");
        rule_page::write(&rule.page, page);
        if !rule.remedy.is_empty() {
            page.raw("<p class=\"remedy\"><b>What to do</b> ").prose(&rule.remedy).raw("</p>\n");
        }
        page.raw("</div>\n</details>\n");
    }
    page.raw("</div></section>\n");
}
