//! `bench/source.md`.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use super::scan::{Scan, commit};
use super::{Measured, Run, bundles, compare, peers_page};
use crate::bench::guard::consumption;
use crate::bench::page::circumstances;
use crate::markdown::{Share, table};

pub(super) fn page(root: &Path, run: &Run, notes: &str) -> String {
    let mut page = String::from("# The source scanner on real servers\n\n");
    let _ = writeln!(
        page,
        "Written by `cargo xtask bench --source`, but for the last part. {} commit `{}`.\n\n{} The load average was {} \
         when the run began and {} when it ended: other work shared the cores, so times are upper bounds.\n\n\
         The packages are those of `servers.toml` and `vulnerable.toml`, fetched by the registries that the user's clients use, their \
         digests checked, unpacked. Each is scanned by a process of its own, `portcullis scan FOLDER --format json`, with {} \
         seconds at most; time is from start to end of the process, memory the most that it held.\n",
        if run.plan.programs.is_some() {
            "A program that was given to it, with the tables of"
        } else {
            "Release build of"
        },
        commit(root),
        circumstances(root),
        run.load_before,
        consumption::load(),
        run.plan.limit
    );
    if !run.plan.is_whole() {
        page.push_str("**Only a part was measured.**\n\n");
    }
    summary(&mut page, run);
    tools(&mut page, run);
    findings(&mut page, run);
    pairs(&mut page, run);
    speed(&mut page, run);
    peers_page::section(&mut page, run);
    page.push_str(notes);
    page
}

/// Scans that came to an end.
fn ended(run: &Run) -> Vec<(&Measured, &Scan)> {
    let scans = run.servers.iter().filter_map(|measured| Some((measured, measured.scan()?)));
    scans.filter(|(_, scan)| scan.failed.is_none()).collect()
}

/// Megabytes of source a second, the start of each process included.
pub(super) fn rate<'a>(scans: impl Iterator<Item = &'a Scan>) -> f64 {
    let (bytes, seconds) =
        scans.fold((0, 0.0), |(bytes, seconds), scan| (bytes + scan.bytes, seconds + scan.seconds()));
    if seconds > 0.0 { bytes as f64 / 1e6 / seconds } else { 0.0 }
}

/// All listed tools together.
fn recall(run: &Run) -> (usize, Share) {
    let mut all = Share::default();
    let mut servers = 0;
    for measured in &run.servers {
        if let Some(listed) = run.corpus.listed(&measured.package) {
            let share = compare::recall(listed, measured.scan());
            (servers, all.found, all.all) = (servers + 1, all.found + share.found, all.all + share.all);
        }
    }
    (servers, all)
}

fn summary(page: &mut String, run: &Run) {
    let ended = ended(run);
    let (listed, recall) = recall(run);
    let review = &run.review;
    let told_apart = Share::of(&run.pairs, |pair| pair.is_told_apart());
    let both = run.corpus.pairs.iter().zip(&run.pairs);
    let packages: BTreeSet<&str> =
        both.filter(|(_, outcome)| outcome.is_told_apart()).map(|(pair, _)| pair.name.as_str()).collect();
    let found = run.pairs.iter().filter(|pair| pair.found == Some(true)).count();
    let largest = ended.iter().map(|(_, scan)| scan.megabytes()).fold(0.0, f64::max);
    let above = ended.iter().filter(|(_, scan)| scan.megabytes() > 300.0).count();
    let row = |what: &str, measured: String, goal: &str, holds: bool| {
        vec![what.to_owned(), measured, goal.to_owned(), verdict(holds).to_owned()]
    };
    let tally = |tally: compare::Tally| {
        format!("{}; {} of {} not read", tally.precision().words(), tally.unread, tally.all())
    };
    let precise = |tally: compare::Tally| tally.precision().percent() >= 90.0 && tally.unread == 0;
    let rate = rate(ended.iter().map(|(_, scan)| *scan));
    let mut rows = vec![
        row(
            "packages whose scan came to an end",
            Share { found: ended.len(), all: run.servers.len() }.words(),
            "all of at least 60",
            ended.len() == run.servers.len() && ended.len() >= 60,
        ),
        row(
            &format!("tools that {listed} running servers listed, found by name"),
            recall.words(),
            "98 %",
            recall.percent() >= 98.0,
        ),
        row(
            "default findings of source rules that are true, of those read",
            tally(review.findings),
            "90 %, all read",
            precise(review.findings),
        ),
        row("the same, each line once for each rule", tally(review.places), "", precise(review.places)),
        row(
            &format!("published pairs told apart ({found} found)"),
            format!("{}, of {} packages", told_apart.words(), packages.len()),
            "25 packages",
            packages.len() >= 25,
        ),
        row("source a second", format!("{rate:.2} MB"), "10 MB", rate >= 10.0),
        row(
            &format!("most memory of one scan ({above} packages above 300 MB)"),
            format!("{largest:.0} MB"),
            "300 MB",
            largest < 300.0,
        ),
    ];
    for language in ["JavaScript", "Python"] {
        let grown: Vec<&bundles::Row> =
            run.bundles.iter().filter(|row| !row.is_large && row.name.starts_with(language)).collect();
        if let Some(exponent) = bundles::exponent(&grown) {
            let measured = format!("size to the power of {exponent:.2}");
            rows.push(row(&format!("growth of time, {language}"), measured, "linear", exponent < 1.15));
        }
    }
    let large: Vec<&bundles::Row> = run.bundles.iter().filter(|row| row.is_large).collect();
    let bounded = Share::of(&large, |row| is_bounded(row));
    rows.push(row(
        "bundles of 50 MB that stay under 300 MB of memory and say what was not looked at",
        bounded.words(),
        "all",
        bounded.found == bounded.all,
    ));
    rows.extend(
        peers_page::goals(run)
            .into_iter()
            .map(|(what, measured, goal, holds)| row(&what, measured, goal, holds)),
    );
    table(page, &["what", "measured", "goal", ""], &rows);
}

const fn verdict(holds: bool) -> &'static str {
    if holds { "reached" } else { "**not reached**" }
}

/// It came to an end, in little memory, and did not look clean.
fn is_bounded(row: &bundles::Row) -> bool {
    row.scan.failed.is_none() && row.scan.megabytes() < 300.0 && says_so(&row.scan)
}

fn says_so(scan: &Scan) -> bool {
    !scan.complete || scan.notes.iter().any(|note| note.contains("too large"))
}

fn tools(page: &mut String, run: &Run) {
    page.push_str(
        "## Packages and their tools\n\nServers were started without a network and with made-up credentials; their tools are in \
         `servers-live.jsonl`. \"–\" was not started in time or did not start. A name counts once, however often it is registered.\n\n",
    );
    let rows: Vec<Vec<String>> = run
        .servers
        .iter()
        .map(|measured| {
            let listed = run.corpus.listed(&measured.package);
            let recall = listed.map(|listed| compare::recall(listed, measured.scan()));
            let found = recall.map_or("–".into(), |share| format!("{} of {}", share.found, share.all));
            let mut row = vec![measured.package.name.clone(), measured.package.version.clone()];
            match &measured.outcome {
                Ok((_, scan)) => {
                    row.push(scan.failed.clone().unwrap_or_else(|| scan.tools.len().to_string()));
                    row.extend([found, scan.findings.len().to_string()]);
                    row.extend(numbers(scan));
                }
                Err(why) => row.extend([why.clone(), found, "–".into(), "–".into(), "–".into(), "–".into()]),
            }
            row
        })
        .collect();
    let heads = [
        "package",
        "version",
        "#tools in the source",
        "#found of those listed live",
        "#findings",
        "#MB",
        "#s",
        "#peak MB",
    ];
    table(page, &heads, &rows);
}

/// Size, time, memory.
fn numbers(scan: &Scan) -> [String; 3] {
    let bytes = scan.bytes as f64 / 1e6;
    [format!("{bytes:.2}"), format!("{:.2}", scan.seconds()), format!("{:.0}", scan.megabytes())]
}

fn findings(page: &mut String, run: &Run) {
    let review = &run.review;
    let _ = writeln!(
        page,
        "## Findings\n\nWhat the rules about source say by default, each rule, tool and line once; `source-review.tsv` has what a \
         person thinks of each. {} verdicts are about findings that are not made any more.\n",
        review.gone
    );
    let rows: Vec<Vec<String>> = review
        .by_rule
        .iter()
        .map(|(rule, tally)| {
            let numbers =
                [tally.all(), tally.right, tally.wrong, tally.unread].map(|number| number.to_string());
            let mut row = vec![rule.clone()];
            row.extend(numbers);
            row.push(tally.precision().words());
            row
        })
        .collect();
    table(page, &["rule", "#findings", "#true", "#false", "#not read", "#true of those read"], &rows);
}

fn pairs(page: &mut String, run: &Run) {
    page.push_str(
        "## Vulnerable and patched versions\n\nFound: a finding of a named rule, of a named tool and argument where one is named, in the \
         vulnerable version. Patched clean: none such in the patched version; other findings do not count. Many versions that \
         advisories name are not published any more.\n\n",
    );
    let word = |answer: Option<bool>| match answer {
        Some(true) => String::from("yes"),
        Some(false) => String::from("no"),
        None => String::from("not scanned"),
    };
    let rows: Vec<Vec<String>> = run
        .corpus
        .pairs
        .iter()
        .zip(&run.pairs)
        .map(|(pair, outcome)| {
            let rules = pair
                .rules
                .iter()
                .chain(&pair.tools)
                .chain(&pair.arguments)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let found = outcome.found;
            let clean = if found == Some(true) { word(outcome.clean) } else { String::from("–") };
            let (vulnerable, patched) = (pair.vulnerable().version, pair.patched().version);
            let (name, advisory) = (pair.name.clone(), pair.advisory.clone());
            vec![name, vulnerable, patched, advisory, rules, word(found), clean, pair.remark.clone()]
        })
        .collect();
    let heads = [
        "package",
        "vulnerable",
        "patched",
        "advisory",
        "rule, tool, argument",
        "found",
        "patched clean",
        "remark",
    ];
    table(page, &heads, &rows);
}

fn speed(page: &mut String, run: &Run) {
    let mut ended = ended(run);
    ended.sort_by_key(|(_, scan)| std::cmp::Reverse(scan.took.wall));
    let seconds: f64 = ended.iter().map(|(_, scan)| scan.seconds()).sum();
    let processor: f64 = ended.iter().map(|(_, scan)| scan.took.processor.as_secs_f64()).sum();
    let bytes: u64 = ended.iter().map(|(_, scan)| scan.bytes).sum();
    let median = ended.get(ended.len() / 2).map_or(0.0, |(_, scan)| scan.seconds());
    let _ = writeln!(
        page,
        "## Speed and memory\n\n{} packages with {:.1} MB of source took {seconds:.1} s one after the other ({processor:.1} s of processor \
         time), half of them less than {median:.2} s. The slowest:\n",
        ended.len(),
        bytes as f64 / 1e6
    );
    let rows: Vec<Vec<String>> = ended
        .iter()
        .take(8)
        .map(|(measured, scan)| {
            let mut row = vec![measured.package.name.clone(), measured.package.version.clone()];
            row.extend(numbers(scan));
            row.push(format!("{:.2}", rate(std::iter::once(*scan))));
            row
        })
        .collect();
    table(page, &["package", "version", "#MB", "#s", "#peak MB", "#MB/s"], &rows);
    page.push_str(
        "Generated servers: each tool's argument passes a chain of thirty functions before it names a file. What could not be looked \
         at has to be said, as a target that failed or a remark.\n\n",
    );
    let rows: Vec<Vec<String>> = run
        .bundles
        .iter()
        .map(|row| {
            let scan = &row.scan;
            let tools = Share { found: scan.tools.len(), all: row.tools };
            let said = match (&scan.failed, scan.notes.first()) {
                (Some(why), _) => why.clone(),
                (None, Some(note)) if says_so(scan) => note.chars().take(160).collect(),
                _ => String::from("that all was looked at"),
            };
            let mut cells = vec![row.name.clone(), format!("{} of {}", tools.found, tools.all)];
            cells.push(scan.findings.len().to_string());
            cells.extend(numbers(scan));
            cells.push(format!("{:.2}", rate(std::iter::once(scan))));
            cells.push(said);
            cells
        })
        .collect();
    let heads = ["generated", "#tools found", "#findings", "#MB", "#s", "#peak MB", "#MB/s", "what it says"];
    table(page, &heads, &rows);
}
