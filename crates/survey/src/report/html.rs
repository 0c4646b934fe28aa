//! The report as one HTML file.

use std::io::{self, Write};

use portcullis_report::neutral::html as text;

use super::papers::published;
use super::{
    Counted, Figures, block, cases, chart, given_up, grouped, growth, inspected, names, rejected, share,
    since, toolset,
};

const STYLE: &str = include_str!("report.css");

/// How the figures came about, and what they can not tell.
pub(super) const METHOD: &str = "\
Listings are counted by registry and name. A link counts as invalid when its forge said that it does not exist, as claimable when \
the account it belonged to was absent as well, both on two days, at least 20 hours apart, and never when a question could not be answered: \
errors, limits and outages are unknown, not absent. A login that does not exist is a candidate: some are held back by their forge. \
Names are compared within one registry, \
and equal ones between registries; pairs of one maintainer, one server, forks, those of which the imitation is much more used, and those \
of another purpose are left out. Credentials are known \
by their kind, length and last four characters; the value was never stored. What a source did not hold was not looked at.";

pub(super) fn write(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Survey of MCP servers</title><style>{STYLE}</style></head><body><main>"
    )?;
    head(figures, out)?;
    registries(figures, out)?;
    let live = cases::section(&figures.cases, figures.cases_in_all);
    block::html("Listings that others could take over", &live, out)?;
    rules(figures, out)?;
    let names = names::section(&figures.likenesses, &figures.groups, &figures.brands);
    block::html("Names that are alike", &names, out)?;
    block::html("Since the last run", &since::section(figures.since.as_ref()), out)?;
    block::html("Source of packages", &inspected::section(&figures.inspected), out)?;
    block::html("What tools can do together", &toolset::section(&figures.toolset), out)?;
    let makings = toolset::making(&figures.makings, figures.totals.servers);
    block::html("Languages and packages", &makings, out)?;
    if figures.given_up.subjects > 0 {
        block::html("Given up", &given_up::section(&figures.given_up), out)?;
    }
    time(figures, out)?;
    if !figures.growth.is_empty() {
        block::html("How registries grew", &growth::section(&figures.growth), out)?;
    }
    rest(figures, out)?;
    writeln!(out, "<section><h2>Method and limits</h2><p>{}</p></section></main></body></html>", text(METHOD))
}

/// What matters most in one line; what nobody looked at is not said to be safe.
pub(super) fn headline(figures: &Figures) -> String {
    let listings = grouped(figures.totals.listings);
    if figures.looked_at() == 0 && figures.cases_in_all == 0 {
        return format!("{listings} listings; nobody has looked yet at what they link to");
    }
    format!("{} of {listings} listings could be taken over", grouped(figures.cases_in_all))
}

fn head(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    let totals = &figures.totals;
    writeln!(
        out,
        "<header><p class=\"brand\">Portcullis survey</p><h1>{}</h1><p class=\"lead\">Seen from {} to {}.</p><dl class=\"counts\">",
        headline(figures),
        text(&figures.seen.0),
        text(&figures.seen.1)
    )?;
    for (word, count) in [
        ("servers", totals.servers),
        ("repositories", totals.repositories),
        ("owners", totals.owners),
        ("packages", totals.packages),
        ("remote hosts", totals.hosts),
        ("observations", totals.observations),
        ("findings", totals.findings),
        ("records not understood", totals.rejected),
    ] {
        write!(out, "<div><dt>{word}</dt><dd>{}</dd></div>", grouped(count))?;
    }
    writeln!(out, "</dl></header>")
}

fn registries(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section><h2>Registries</h2><p class=\"lead\">Shares are of all listings of a registry, in per cent; small, what arXiv 2510.16558 measured in 2025.</p>"
    )?;
    table(
        out,
        &[
            "registry",
            "listings",
            "links looked at",
            "invalid",
            "empty",
            "no README",
            "maintainer hijack",
            "redirection hijack",
            "leaking",
            "look-alike",
        ],
        figures.registries.iter().map(|registry| {
            let paper = published(&registry.registry);
            let of = |states: i64| {
                if registry.looked_at() == 0 { String::from("–") } else { share(states, registry.listings) }
            };
            let hijacks = |count: i64| {
                if registry.looked_at() == 0 && count == 0 { String::from("–") } else { grouped(count) }
            };
            let beside = |now: String, then: Option<String>| match then {
                Some(then) => format!("{now} <small>{then}</small>"),
                None => now,
            };
            vec![
                text(&registry.registry),
                grouped(registry.listings),
                grouped(registry.looked_at()),
                beside(of(registry.invalid()), paper.map(|paper| paper.invalid.to_owned())),
                beside(of(registry.standing(&["empty"])), paper.map(|paper| paper.empty.to_owned())),
                beside(of(registry.standing(&["no-readme"])), paper.map(|paper| paper.no_readme.to_owned())),
                beside(
                    hijacks(registry.maintainer_hijackable),
                    paper.map(|paper| paper.maintainer.to_string()),
                ),
                beside(
                    hijacks(registry.redirection_hijackable),
                    paper.map(|paper| paper.redirection.to_string()),
                ),
                grouped(registry.leaking),
                grouped(registry.look_alike),
            ]
        }),
    )?;
    let hijackable: Vec<(String, i64, &str)> = figures
        .registries
        .iter()
        .map(|registry| {
            let both = registry.maintainer_hijackable + registry.redirection_hijackable;
            (registry.registry.clone(), both, "critical")
        })
        .filter(|(_, count, _)| *count > 0)
        .collect();
    if !hijackable.is_empty() {
        writeln!(
            out,
            "<h3>Listings that could be taken over, by registry</h3>{}",
            chart::bars("listings that could be taken over", &hijackable)
        )?;
    }
    writeln!(out, "</section>")
}

fn rules(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section><h2>What rules found</h2>")?;
    table(
        out,
        &["rule", "threat", "severity", "listings"],
        figures.rules.iter().map(|rule| {
            vec![
                text(&rule.rule),
                text(&rule.threat),
                format!("<span class=\"{0}\">{0}</span>", text(&rule.severity)),
                grouped(rule.listings),
            ]
        }),
    )?;
    writeln!(out, "</section>")
}

fn time(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section><h2>Over time</h2>")?;
    if figures.months.len() > 1 {
        writeln!(out, "<h3>Listings, by when they were first seen</h3>{}", chart::growth(&figures.months))?;
    }
    counted(out, "What changed", &figures.changes, "medium")?;
    writeln!(out, "</section>")
}

fn rest(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section><h2>Credentials in listings</h2>")?;
    table(
        out,
        &["registry", "kind", "listings"],
        figures.leaks.iter().map(|leak| vec![text(&leak.registry), text(&leak.kind), grouped(leak.listings)]),
    )?;
    writeln!(out, "</section><section><h2>Names of tools</h2>")?;
    counted(out, "Names of tools that several servers use", &figures.tools, "low")?;
    writeln!(out, "</section>")?;
    block::html("Sources", &rejected::sources(&figures.sources), out)?;
    writeln!(out, "<section><h2>Records that were not understood</h2>")?;
    counted(out, "Why records were not understood", &figures.rejected, "info")?;
    writeln!(out, "</section>")?;
    block::html("Which ones were not understood", &rejected::section(&figures.not_understood), out)
}

fn counted(out: &mut dyn Write, title: &str, rows: &[Counted], tone: &'static str) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let bars: Vec<(String, i64, &str)> = rows.iter().map(|row| (row.what.clone(), row.count, tone)).collect();
    writeln!(out, "<h3>{}</h3>{}", text(title), chart::bars(title, &bars))
}

/// A table; cells are markup already. Without rows it says so.
fn table(out: &mut dyn Write, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return writeln!(out, "<p class=\"none\">None.</p>");
    }
    write!(out, "<div class=\"wide\"><table><thead><tr>")?;
    for head in heads {
        write!(out, "<th scope=\"col\">{head}</th>")?;
    }
    write!(out, "</tr></thead><tbody>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for cell in row {
            write!(out, "<td>{cell}</td>")?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}
