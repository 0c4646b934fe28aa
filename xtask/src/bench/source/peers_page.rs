//! The part of the page about other scanners.

use std::fmt::Write;

use super::Run;
use super::peers::{Answers, PairCount, Peers, SEMGREP_SECONDS, Told};
use super::scan::Scan;
use crate::markdown::{Share, table};

/// A goal: what, what was measured, what is asked, whether it is reached.
type Goal = (String, String, &'static str, bool);

/// How many times faster than each peer, on the packages that the peer reads.
pub(super) fn goals(run: &Run) -> Vec<Goal> {
    let Some(peers) = &run.peers else { return Vec::new() };
    let mut goals = Vec::new();
    for peer in &peers.others {
        let what = format!("faster than {}", peer.name);
        match &peer.outcome {
            Ok(answers) => {
                let times = answers.packages.seconds() / own(peers, peer.only_python).seconds();
                let goal = if peer.only_python { "" } else { "20 times" };
                goals.push((
                    what,
                    format!("{}{times:.1} times", at_least(&answers.packages)),
                    goal,
                    times >= if peer.only_python { 1.0 } else { 20.0 },
                ));
            }
            Err(why) => goals.push((what, format!("not measured: {why}"), "", false)),
        }
    }
    goals
}

/// Our answers about the packages that a peer reads.
fn own(peers: &Peers, only_python: bool) -> &Told {
    if only_python { &peers.ours_python } else { &peers.ours.packages }
}

pub(super) fn section(page: &mut String, run: &Run) {
    page.push_str("## Beside other scanners\n\n");
    let Some(peers) = &run.peers else {
        page.push_str("Not measured in this run: `--peers` was not given.\n\n");
        return;
    };
    let _ = write!(
        page,
        "The same packages, pairs and twins in the same run. semgrep's default rules come from a service that was not reachable, and no \
         rules are in its package: it runs the rules that `redteam-mcp` 0.5.2 (for MCP servers, Python and JavaScript) and `njsscan` \
         1.0.2 (for web applications in JavaScript) ship for it, which are fewer than its defaults. It is started once for \
         six packages, with all cores, and gets {SEMGREP_SECONDS} seconds for them; ours is started once for each. It is used as it comes: files of \
         more than 1 MB it passes over, ours reads them. What was not done in time counts with that time and as not found. mcp-vulnscan reads Python only. Memory is that of the largest process. \
         Nobody has read the findings of the others: their number says nothing about how many are true.\n\n",
    );
    let mut rows = vec![
        row(run, "portcullis", false, &peers.ours.packages),
        row(run, "portcullis, Python alone", true, &peers.ours_python),
    ];
    for peer in &peers.others {
        match &peer.outcome {
            Ok(answers) => rows.push(row(run, &peer.name, peer.only_python, &answers.packages)),
            Err(why) => {
                let mut cells = vec![peer.name.clone(), format!("not run: {why}")];
                cells.resize(8, String::from("–"));
                rows.push(cells);
            }
        }
    }
    let heads = [
        "scanner",
        "#packages",
        "#s",
        "#MB/s",
        "#peak MB",
        "#findings of weaknesses",
        "#gave up or failed",
        "#not done in time",
    ];
    table(page, &heads, &rows);
    pairs(page, run);
    twins(page, run);
    page.push_str("How they were run:\n\n");
    for peer in &peers.others {
        let _ = writeln!(page, "* `{}`", peer.command);
    }
    page.push('\n');
}

/// A time is a lower bound where something was ended before it was done.
const fn at_least(told: &Told) -> &'static str {
    if told.unfinished > 0 { "more than " } else { "" }
}

fn row(run: &Run, name: &str, only_python: bool, told: &Told) -> Vec<String> {
    let servers = run.servers.iter().filter(|measured| !only_python || measured.package.ecosystem == "pypi");
    let scans: Vec<&Scan> = servers.filter_map(|measured| measured.scan()).collect();
    let megabytes = scans.iter().map(|scan| scan.bytes as f64 / 1e6).sum::<f64>();
    vec![
        name.to_owned(),
        scans.len().to_string(),
        format!("{}{:.1}", at_least(told), told.seconds()),
        format!("{:.3}", megabytes / told.seconds()),
        format!("{:.0}", told.took.map_or(0.0, |took| took.memory as f64 / 1e6)),
        told.compared().to_string(),
        told.faults.to_string(),
        told.unfinished.to_string(),
    ]
}

/// All scanners that ran, ours first, and whether Python alone is meant.
fn scanners(run: &Run) -> Vec<(&str, bool, &Answers)> {
    let Some(peers) = &run.peers else { return Vec::new() };
    let others = peers.others.iter();
    let others =
        others.filter_map(|peer| Some((peer.name.as_str(), peer.only_python, peer.outcome.as_ref().ok()?)));
    let ours = [("portcullis", false, &peers.ours), ("portcullis, Python alone", true, &peers.ours)];
    ours.into_iter().chain(others).collect()
}

fn pairs(page: &mut String, run: &Run) {
    if !run.plan.on_pairs {
        page.push_str("Pairs were not compared in this run: `--on-pairs` was not given.\n\n");
        return;
    }
    page.push_str(
        "Pairs, counted in the same way for all: findings about the kind of weakness that the pair is about, anywhere in the package, in \
         the vulnerable version and in the patched one. Of pairs with a weakness of a kind that is compared.\n\n",
    );
    let rows: Vec<Vec<String>> = scanners(run)
        .into_iter()
        .map(|(name, only_python, answers)| {
            let counts = || answers.pairs.iter().filter(move |count| !only_python || count.is_python);
            let share = |holds: fn(&PairCount) -> bool| Share::of(counts(), |count| holds(count)).words();
            vec![
                name.to_owned(),
                share(|count| count.vulnerable > 0),
                share(|count| count.vulnerable > count.patched),
                share(|count| count.vulnerable > 0 && count.patched == 0),
            ]
        })
        .collect();
    let heads = [
        "scanner",
        "#something in the vulnerable version",
        "#less in the patched one",
        "#nothing in the patched one",
    ];
    table(page, &heads, &rows);
}

fn twins(page: &mut String, run: &Run) {
    page.push_str(
        "Twins (`fixtures/twins`, written by us and developed on: an upper bound for us, and none for the others). Found: the kind of weakness \
         is told of the vulnerable side; accused: of the safe side.\n\n",
    );
    let mut rows = Vec::new();
    let whole = scanners(run).into_iter().filter(|(name, ..)| !name.ends_with("alone"));
    for (name, _, answers) in whole {
        for (language, count) in &answers.twins {
            let share = |found: usize| Share { found, all: count.all }.words();
            let cells = [share(count.told_apart), share(count.found), share(count.accused)];
            let mut row = vec![name.to_owned(), language.clone()];
            row.extend(cells);
            row.push(format!("{:.1}", answers.twins_took));
            rows.push(row);
        }
    }
    table(page, &["scanner", "language", "#told apart", "#found", "#accused", "#s for all languages"], &rows);
}
