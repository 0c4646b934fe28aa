//! The report as Markdown.

use std::io::{self, Write};

use portcullis_report::neutral::markdown as text;

use super::papers::{self, published};
use super::{
    Figures, block, cases, given_up, grouped, growth, inspected, names, rejected, share, since, toolset,
};

pub(super) fn write(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    let totals = &figures.totals;
    writeln!(out, "# Survey of MCP servers\n\n**{}**\n", super::html::headline(figures))?;
    writeln!(
        out,
        "{} listings of {} servers, seen from {} to {}: {} repositories of {} owners, {} packages, {} remote hosts; {} observations of {} things they rely on.\n",
        grouped(totals.listings),
        grouped(totals.servers),
        figures.seen.0,
        figures.seen.1,
        grouped(totals.repositories),
        grouped(totals.owners),
        grouped(totals.packages),
        grouped(totals.hosts),
        grouped(totals.observations),
        grouped(totals.subjects)
    )?;
    registries(figures, out)?;
    let live = cases::section(&figures.cases, figures.cases_in_all);
    block::markdown("Listings that others could take over", &live, out)?;
    rules(figures, out)?;
    let names = names::section(&figures.likenesses, &figures.groups, &figures.brands);
    block::markdown("Names that are alike", &names, out)?;
    block::markdown("Since the last run", &since::section(figures.since.as_ref()), out)?;
    block::markdown("Source of packages", &inspected::section(&figures.inspected), out)?;
    block::markdown("What tools can do together", &toolset::section(&figures.toolset), out)?;
    let makings = toolset::making(&figures.makings, figures.totals.servers);
    block::markdown("Languages and packages", &makings, out)?;
    if figures.given_up.subjects > 0 {
        block::markdown("Given up", &given_up::section(&figures.given_up), out)?;
    }
    if !figures.growth.is_empty() {
        block::markdown("How registries grew", &growth::section(&figures.growth), out)?;
    }
    rest(figures, out)
}

fn registries(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Registries\n")?;
    writeln!(
        out,
        "Shares are of all listings of a registry; in brackets what arXiv 2510.16558 measured in 2025.\n"
    )?;
    writeln!(
        out,
        "| registry | listings | links looked at | invalid % | empty % | no README % | maintainer hijack | redirection hijack | leaking | look-alike |"
    )?;
    writeln!(out, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")?;
    for registry in &figures.registries {
        let paper = published(&registry.registry);
        let hijacks = |count: i64| {
            if registry.looked_at() == 0 && count == 0 { String::from("–") } else { grouped(count) }
        };
        let beside =
            |now: String, then: Option<String>| then.map_or(now.clone(), |then| format!("{now} ({then})"));
        let of = |states: i64| {
            if registry.looked_at() == 0 { String::from("–") } else { share(states, registry.listings) }
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            text(&registry.registry),
            grouped(registry.listings),
            grouped(registry.looked_at()),
            beside(of(registry.invalid()), paper.map(|paper| paper.invalid.to_owned())),
            beside(of(registry.standing(&["empty"])), paper.map(|paper| paper.empty.to_owned())),
            beside(of(registry.standing(&["no-readme"])), paper.map(|paper| paper.no_readme.to_owned())),
            beside(hijacks(registry.maintainer_hijackable), paper.map(|paper| paper.maintainer.to_string())),
            beside(
                hijacks(registry.redirection_hijackable),
                paper.map(|paper| paper.redirection.to_string())
            ),
            grouped(registry.leaking),
            grouped(registry.look_alike)
        )?;
    }
    let (invalid, claimable) = papers::INVALID;
    writeln!(
        out,
        "\nThe paper in all: {} listings, {} invalid links, {claimable} of them to take over, {} redirects to take over, {} tokens.\n",
        grouped(papers::LISTINGS),
        grouped(invalid),
        papers::REDIRECTED,
        papers::TOKENS
    )
}

fn rules(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## What rules found\n\n| rule | threat | severity | listings |\n|---|---|---|---:|")?;
    for rule in &figures.rules {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            rule.rule,
            rule.threat,
            rule.severity,
            grouped(rule.listings)
        )?;
    }
    writeln!(out)
}

fn rest(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Credentials in listings\n\n| registry | kind | listings |\n|---|---|---:|")?;
    for leak in &figures.leaks {
        writeln!(out, "| {} | {} | {} |", text(&leak.registry), text(&leak.kind), grouped(leak.listings))?;
    }
    for (title, rows) in [
        ("Names of tools that several servers use", &figures.tools),
        ("What changed", &figures.changes),
        ("Why records were not understood", &figures.rejected),
    ] {
        writeln!(out, "\n## {title}\n\n| what | count |\n|---|---:|")?;
        for row in rows {
            writeln!(out, "| {} | {} |", text(&row.what), grouped(row.count))?;
        }
    }
    writeln!(out, "\n## First seen\n\n| month | new | all |\n|---|---:|---:|")?;
    for month in &figures.months {
        writeln!(out, "| {} | {} | {} |", month.month, grouped(month.new), grouped(month.all))?;
    }
    writeln!(out)?;
    block::markdown("Sources", &rejected::sources(&figures.sources), out)?;
    block::markdown("Which ones were not understood", &rejected::section(&figures.not_understood), out)?;
    writeln!(out, "{}", super::html::METHOD.trim())
}
