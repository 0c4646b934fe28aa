//! Other scanners of source code on the same packages, pairs and twins, in the same run.
//!
//! They are installed by the ordinary client of their registry into `target/peers` and run without a network. semgrep's
//! own rules come from a service and are in no package; it is given the rules that two other packages ship for it.

mod install;
mod semgrep;
mod vulnscan;

use std::collections::BTreeMap;
use std::path::Path;

use super::Measured;
use super::corpus::Pair;
use super::scan::{Scan, Scanner};
use super::twins::{self, Twin};
use super::weakness;
use crate::bench::process::Took;

/// Seconds that semgrep gets for the packages that it is started for at once.
pub(super) const SEMGREP_SECONDS: u64 = semgrep::LONGEST;

/// Something that a peer said: the weakness it is about, if it is of a kind that is compared, and the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) weakness: Option<&'static str>,
    pub(super) file: String,
}

/// What a scanner said of a set of folders.
#[derive(Default)]
pub(super) struct Told {
    pub(super) said: Vec<Said>,
    /// All runs together; memory is that of the largest process.
    pub(super) took: Option<Took>,
    /// Folders that it was not done with when its time was over; that time counts.
    pub(super) unfinished: usize,
    /// Files or rules that were given up.
    pub(super) faults: usize,
}

/// A scanner beside ours.
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) command: &'static str,
    /// True when it reads Python only.
    pub(super) only_python: bool,
    /// What it said of packages, of both sides of the pairs and of the twins; or why it could not be run.
    pub(super) outcome: Result<Answers, String>,
}

/// What one scanner said.
pub(super) struct Answers {
    pub(super) packages: Told,
    pub(super) pairs: Vec<PairCount>,
    pub(super) twins: BTreeMap<String, TwinCount>,
    pub(super) twins_took: f64,
}

/// Findings about the weakness of a pair, in both versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PairCount {
    pub(super) is_python: bool,
    pub(super) vulnerable: usize,
    pub(super) patched: usize,
}

/// Twins of one language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TwinCount {
    pub(super) all: usize,
    /// The weakness is told of the vulnerable side.
    pub(super) found: usize,
    /// The same weakness is told of the safe side.
    pub(super) accused: usize,
    pub(super) told_apart: usize,
}

/// All of it.
pub(super) struct Peers {
    pub(super) ours: Answers,
    /// The part of our findings and time that is about Python packages.
    pub(super) ours_python: Told,
    pub(super) others: Vec<Peer>,
}

/// What every scanner looks at.
struct Targets<'a> {
    /// Packages that are there.
    servers: Vec<&'a Measured>,
    /// Pairs of which both sides are there and whose weakness is of a kind that is compared.
    pairs: Vec<(&'a Pair, &'a Measured, &'a Measured)>,
    twins: Vec<Twin>,
}

pub(super) fn measure(
    root: &Path,
    scanner: &Scanner,
    servers: &[Measured],
    pairs: &[Pair],
    sides: &[(Measured, Measured)],
    quick: bool,
) -> Result<Peers, String> {
    let both = pairs.iter().zip(sides).map(|(pair, (one, other))| (pair, one, other));
    let targets = Targets {
        servers: servers.iter().filter(|measured| measured.folder().is_some()).collect(),
        pairs: both
            .filter(|(pair, one, other)| {
                !weaknesses(pair).is_empty() && one.folder().is_some() && other.folder().is_some()
            })
            .collect(),
        twins: twins::all(root)?.into_iter().step_by(if quick { 10 } else { 1 }).collect(),
    };
    let ours = ours(scanner, &targets)?;
    let ours_python = own_packages(&targets.python());
    let others = vec![semgrep::peer(root, scanner, &targets), vulnscan::peer(root, scanner, &targets)];
    Ok(Peers { ours, ours_python, others })
}

/// What we said of packages, counted as what the others said is.
fn own_packages(servers: &[&Measured]) -> Told {
    let mut told = Told::default();
    for scan in servers.iter().filter_map(|measured| measured.scan()) {
        told.said.extend(said(scan));
        told.add(scan.took);
        told.faults += usize::from(scan.failed.is_some() || !scan.complete);
    }
    told
}

fn ours(scanner: &Scanner, targets: &Targets<'_>) -> Result<Answers, String> {
    let count = |measured: &Measured, pair: &Pair| {
        let said = measured.scan().into_iter().flat_map(said);
        said.filter(|said| is_about(said, pair)).count()
    };
    let pairs = targets.pairs.iter().map(|(pair, one, other)| PairCount {
        is_python: pair.ecosystem == "pypi",
        vulnerable: count(one, pair),
        patched: count(other, pair),
    });
    eprintln!("portcullis, {} twins ...", targets.twins.len());
    let mut told = Told::default();
    for twin in &targets.twins {
        for side in [&twin.vulnerable, &twin.safe] {
            let scan = scanner.scan(side)?;
            told.said.extend(said(&scan).map(|said| Said { file: format!("{}/", side.display()), ..said }));
            told.add(scan.took);
        }
    }
    Ok(Answers {
        packages: own_packages(&targets.servers),
        pairs: pairs.collect(),
        twins: twin_counts(&targets.twins, &["go", "javascript", "python"], &told.said),
        twins_took: told.seconds(),
    })
}

fn said(scan: &Scan) -> impl Iterator<Item = Said> + '_ {
    let said = |rule: &str, place: &str| Said { weakness: weakness::of_rule(rule), file: place.to_owned() };
    scan.findings.keys().map(move |found| said(&found.rule, &found.place))
}

impl Told {
    fn add(&mut self, took: Took) {
        self.took = Some(match self.took {
            None => took,
            Some(all) => Took {
                wall: all.wall + took.wall,
                processor: all.processor + took.processor,
                memory: all.memory.max(took.memory),
                exit: took.exit,
            },
        });
    }

    pub(super) fn seconds(&self) -> f64 {
        self.took.map_or(0.0, |took| took.wall.as_secs_f64())
    }

    /// Findings about weaknesses that are compared.
    pub(super) fn compared(&self) -> usize {
        self.said.iter().filter(|said| said.weakness.is_some()).count()
    }
}

/// The kinds of weakness that a pair is about.
fn weaknesses(pair: &Pair) -> Vec<&'static str> {
    pair.rules.iter().filter_map(|rule| weakness::of_rule(rule)).collect()
}

fn is_about(said: &Said, pair: &Pair) -> bool {
    said.weakness.is_some_and(|weakness| weaknesses(pair).contains(&weakness))
}

/// Counts findings below two folders.
fn pair_count(told: &Told, (pair, vulnerable, patched): &(&Pair, &Measured, &Measured)) -> PairCount {
    let below = |measured: &Measured| {
        let folder = format!("{}/", measured.folder().unwrap_or(Path::new("")).display());
        told.said.iter().filter(|said| said.file.starts_with(&folder) && is_about(said, pair)).count()
    };
    PairCount { is_python: pair.ecosystem == "pypi", vulnerable: below(vulnerable), patched: below(patched) }
}

/// Twins by language, from what was said of their files.
fn twin_counts(twins: &[Twin], languages: &[&str], said: &[Said]) -> BTreeMap<String, TwinCount> {
    let mut counts: BTreeMap<String, TwinCount> = BTreeMap::new();
    for twin in twins {
        let kinds = weakness::of_twin(&twin.kind);
        if kinds.is_empty() || !languages.contains(&twin.language.as_str()) {
            continue;
        }
        let told = |folder: &Path| {
            let folder = format!("{}/", folder.display());
            let mut below = said.iter().filter(|said| said.file.starts_with(&folder));
            below.any(|said| said.weakness.is_some_and(|weakness| kinds.contains(&weakness)))
        };
        let (found, accused) = (told(&twin.vulnerable), told(&twin.safe));
        let count = counts.entry(twin.language.clone()).or_default();
        count.all += 1;
        count.found += usize::from(found);
        count.accused += usize::from(accused);
        count.told_apart += usize::from(found && !accused);
    }
    counts
}

impl Answers {
    fn new(packages: Told, pairs: &Told, twins: &Told, languages: &[&str], targets: &Targets<'_>) -> Self {
        Self {
            packages,
            pairs: targets.pairs.iter().map(|pair| pair_count(pairs, pair)).collect(),
            twins: twin_counts(&targets.twins, languages, &twins.said),
            twins_took: twins.seconds(),
        }
    }
}

impl<'a> Targets<'a> {
    fn python(&self) -> Vec<&'a Measured> {
        let servers = self.servers.iter().copied();
        servers.filter(|measured| measured.package.ecosystem == "pypi").collect()
    }

    /// The folders of both sides of pairs.
    fn pair_folders(&self, ecosystems: &[&str]) -> Vec<&'a Path> {
        let pairs = self.pairs.iter().filter(|(pair, ..)| ecosystems.contains(&pair.ecosystem.as_str()));
        pairs.flat_map(|(_, one, other)| [one.folder(), other.folder()]).flatten().collect()
    }

    fn twin_folders(&self, languages: &[&str]) -> Vec<&Path> {
        let twins = self.twins.iter().filter(|twin| languages.contains(&twin.language.as_str()));
        twins.flat_map(|twin| [twin.vulnerable.as_path(), twin.safe.as_path()]).collect()
    }
}

fn folders<'a>(measured: &[&'a Measured]) -> Vec<&'a Path> {
    measured.iter().filter_map(|measured| measured.folder()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(weakness: &'static str, file: &str) -> Said {
        Said { weakness: Some(weakness), file: file.to_owned() }
    }

    #[test]
    fn a_twin_is_told_apart_by_its_own_weakness_only() {
        let twin = |name: &str, kind: &str| Twin {
            language: String::from("python"),
            kind: kind.to_owned(),
            vulnerable: Path::new("/t").join(name).join("vulnerable"),
            safe: Path::new("/t").join(name).join("safe"),
        };
        let twins =
            [twin("one", "command"), twin("two", "sql"), twin("three", "path-read"), twin("four", "auth")];
        let said = [
            said("command", "/t/one/vulnerable/a.py"),
            said("sql", "/t/one/safe/a.py"),
            said("sql", "/t/two/vulnerable/a.py"),
            said("sql", "/t/two/safe/a.py"),
            said("command", "/t/three/vulnerable/a.py"),
        ];
        let counts = twin_counts(&twins, &["python"], &said);
        assert_eq!(counts["python"], TwinCount { all: 3, found: 2, accused: 1, told_apart: 1 });
    }
}
