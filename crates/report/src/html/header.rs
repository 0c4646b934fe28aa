//! The top of the page: the verdict, and how much there is of each severity.

use portcullis_model::Severity;

use super::markup::Markup;
use crate::Options;
use crate::assessment::Assessment;
use crate::order::Counts;
use crate::words;

pub(super) fn write(assessment: &Assessment, options: &Options, page: &mut Markup) {
    let counts = Counts::of(&assessment.findings);
    page.raw("<body>\n<a class=\"skip\" href=\"#content\">Skip to content</a>\n<header class=\"")
        .raw(mood(assessment));
    page.raw("\"><div class=\"page\">\n<p class=\"brand\">").raw(MARK).raw("Portcullis <span>");
    page.plain(&assessment.tool_version)
        .raw("</span></p>\n<h1>")
        .text(&headline(&counts, assessment))
        .raw("</h1>\n");
    page.raw("<p class=\"lead\">").text(&words::looked_at(assessment));
    if options.elapsed {
        page.raw(", in ").text(&words::duration(assessment.elapsed));
    }
    page.raw(".</p>\n");
    if !assessment.is_complete() {
        page.raw("<p class=\"incomplete\"><strong>Incomplete.</strong> ").text(&incomplete(assessment));
        page.raw(" <a href=\"#coverage\">What and why</a></p>\n");
    }
    if counts.total() > 0 {
        bar(&counts, page);
    }
    page.raw("</div></header>\n");
}

/// The colour of the page's head.
fn mood(assessment: &Assessment) -> &'static str {
    match Counts::of(&assessment.findings).worst_first().next() {
        Some((worst, _)) => worst.as_str(),
        None if assessment.is_complete() && !assessment.targets.is_empty() => "fine",
        None => "open",
    }
}

fn headline(counts: &Counts, assessment: &Assessment) -> String {
    let total = counts.total();
    match counts.worst_first().next() {
        None if assessment.targets.is_empty() => "There was nothing to look at".to_owned(),
        None if assessment.is_complete() => "Nothing was found".to_owned(),
        None => "Nothing was found in what could be looked at".to_owned(),
        Some((worst, count)) if count == total => words::number(total, &format!("{worst} finding")),
        Some((worst, count)) => format!("{}, {count} of them {worst}", words::number(total, "finding")),
    }
}

fn incomplete(assessment: &Assessment) -> String {
    match words::failed_targets(assessment) {
        0 => "Not everything could be looked at.".to_owned(),
        failed => format!("{} could not be looked at.", words::number(failed, "target")),
    }
}

/// User units of the bar.
const LENGTH: usize = 1_000;

/// One bar with a stretch per severity, and the numbers below it.
fn bar(counts: &Counts, page: &mut Markup) {
    page.raw(
        "<svg class=\"share\" viewBox=\"0 0 1000 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    );
    let mut at = 0;
    let mut left = counts.total();
    for (severity, count) in counts.worst_first() {
        left -= count;
        // Even one finding among thousands gets a stretch that can be seen; the last one fills the bar.
        let width =
            if left == 0 { LENGTH.saturating_sub(at) } else { (count * LENGTH / counts.total()).max(8) };
        page.raw("<rect class=\"").raw(severity.as_str()).raw("\" y=\"0\" height=\"1\" x=\"").value(at);
        page.raw("\" width=\"").value(width).raw("\"/>");
        at += width;
    }
    page.raw("</svg>\n<ul class=\"counts\">\n");
    for severity in Severity::ALL.iter().rev() {
        let count = counts.get(*severity);
        page.raw("<li class=\"").raw(severity.as_str()).raw(if count == 0 { " none" } else { "" });
        page.raw("\"><strong>").value(count).raw("</strong> ").raw(severity.as_str()).raw("</li>\n");
    }
    page.raw("</ul>\n");
}

/// A portcullis: an arch with a grating.
const MARK: &str = "<svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M3 22V11a9 9 0 0 1 18 0v11\" \
    fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linecap=\"round\"/><path d=\"M8 5.2V20l-1 2M12 3v17l0 \
    2.5M16 5.2V20l1 2M4 10.5h16M4 15.5h16\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.4\" \
    stroke-linecap=\"round\"/></svg>";
