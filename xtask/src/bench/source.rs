//! `cargo xtask bench --source`: the source scanner on real servers, in `bench/source.md`.
//!
//! Packages are fetched once, by the registries that the user's clients use, and checked against the digests of
//! `bench/servers.toml` and `bench/vulnerable.toml`; from then on no network is needed. Each is then scanned through the
//! front door, one process after the other, so that time and memory are those of a user.

mod bundles;
mod compare;
mod corpus;
mod page;
mod peers;
mod peers_page;
mod scan;
mod store;
mod twins;
mod weakness;

use std::fs;
use std::path::{Path, PathBuf};

use compare::{PairOutcome, Review};
use corpus::{Corpus, Package};
use scan::{Scan, Scanner};

use super::guard::consumption;

const USAGE: &str = "cargo xtask bench --source [--quick] [--peers [--on-pairs]] [--limit SECONDS] [--only WORD] [--programs FOLDER]";

/// What to measure.
struct Plan {
    /// A handful of packages, written beside the page and not over it.
    quick: bool,
    /// Other scanners, on the packages and the twins.
    peers: bool,
    /// And on the published pairs, which takes them as long again.
    on_pairs: bool,
    /// Only packages with this in their name; written beside the page as well.
    only: Option<String>,
    /// Seconds that one scan may take.
    limit: u64,
    /// Where the program lies; it is built when nothing is said.
    programs: Option<PathBuf>,
}

impl Plan {
    fn read(options: &[&str]) -> Result<Self, String> {
        let mut plan =
            Self { quick: false, peers: false, on_pairs: false, only: None, limit: 120, programs: None };
        let mut rest = options;
        while let [option, after @ ..] = rest {
            rest = after;
            match (*option, after) {
                ("--quick", _) => plan.quick = true,
                ("--peers", _) => plan.peers = true,
                ("--on-pairs", _) => plan.on_pairs = true,
                ("--limit", [seconds, after @ ..]) => {
                    plan.limit = seconds.parse().map_err(|error| format!("`{seconds}`: {error}"))?;
                    rest = after;
                }
                ("--only", [word, after @ ..]) => {
                    plan.only = Some((*word).to_owned());
                    rest = after;
                }
                ("--programs", [folder, after @ ..]) => {
                    plan.programs = Some(PathBuf::from(folder));
                    rest = after;
                }
                _ => return Err(USAGE.into()),
            }
        }
        Ok(plan)
    }

    /// False when so little is measured that the page would be wrong.
    const fn is_whole(&self) -> bool {
        !self.quick && self.only.is_none()
    }
}

/// One package and what came of it.
struct Measured {
    package: Package,
    /// Why there is nothing to scan, or the unpacked folder and its scan.
    outcome: Result<(PathBuf, Scan), String>,
}

impl Measured {
    fn scan(&self) -> Option<&Scan> {
        self.outcome.as_ref().ok().map(|(_, scan)| scan)
    }

    fn folder(&self) -> Option<&Path> {
        self.outcome.as_ref().ok().map(|(folder, _)| folder.as_path())
    }
}

/// Everything that the page is made of.
struct Run {
    plan: Plan,
    corpus: Corpus,
    load_before: String,
    servers: Vec<Measured>,
    review: Review,
    pairs: Vec<PairOutcome>,
    bundles: Vec<bundles::Row>,
    peers: Option<peers::Peers>,
}

pub(super) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let plan = Plan::read(options)?;
    let corpus = corpus_of(root, &plan)?;
    let scanner = Scanner::new(root, plan.programs.as_deref(), plan.limit)?;
    let store = store::Store::open(root)?;
    let load_before = consumption::load();
    let measure = |package: &Package| {
        let outcome = store.folder(package).and_then(|folder| {
            let scan = scanner.scan(&folder)?;
            eprintln!("{}: {}", package.wanted(), scan.in_a_line());
            Ok((folder, scan))
        });
        if let Err(why) = &outcome {
            eprintln!("{}: {why}", package.wanted());
        }
        Measured { package: package.clone(), outcome }
    };
    let servers: Vec<Measured> = corpus.servers.iter().map(measure).collect();
    let mut sides = Vec::new();
    for pair in &corpus.pairs {
        sides.push((measure(&pair.vulnerable()), measure(&pair.patched())));
    }
    let pairs = corpus
        .pairs
        .iter()
        .zip(&sides)
        .map(|(pair, (vulnerable, patched))| PairOutcome::of(pair, vulnerable.scan(), patched.scan()))
        .collect();
    let scans = servers.iter().filter_map(|measured| Some((&measured.package, measured.scan()?)));
    let review = Review::of(scans, &corpus.verdicts);
    let bundles = bundles::measure(&scanner)?;
    let peers = if plan.peers {
        let pairs = if plan.on_pairs { corpus.pairs.as_slice() } else { &[] };
        Some(peers::measure(root, &scanner, &servers, pairs, &sides, plan.quick)?)
    } else {
        None
    };
    let run = Run { plan, corpus, load_before, servers, review, pairs, bundles, peers };
    let notes = fs::read_to_string(root.join("bench/source-notes.md")).unwrap_or_default();
    let target = if run.plan.is_whole() { "bench/source.md" } else { "target/bench/source-part.md" };
    fs::write(root.join(target), page::page(root, &run, &notes))
        .map_err(|error| format!("{target}: {error}"))?;
    println!("wrote {target}");
    Ok(())
}

/// What is measured: everything, or so little that it takes a minute.
fn corpus_of(root: &Path, plan: &Plan) -> Result<Corpus, String> {
    let mut corpus = Corpus::read(&root.join("bench"))?;
    if plan.quick {
        corpus.servers = corpus.servers.into_iter().step_by(12).collect();
        corpus.pairs.truncate(3);
    }
    if let Some(word) = &plan.only {
        corpus.servers.retain(|package| package.name.contains(word.as_str()));
        corpus.pairs.retain(|pair| pair.name.contains(word.as_str()));
    }
    Ok(corpus)
}
