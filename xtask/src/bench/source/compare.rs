//! What was found beside what should be found.

use std::collections::{BTreeMap, BTreeSet};

use super::corpus::{FindingKey, Package, Pair, Verdict};
use super::scan::{Found, Scan};
use crate::markdown::Share;

/// Findings by what a person said of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) right: usize,
    pub(super) wrong: usize,
    pub(super) unread: usize,
}

impl Tally {
    const fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::True => self.right += 1,
            Verdict::False => self.wrong += 1,
            Verdict::Open => self.unread += 1,
        }
    }

    /// Those that are true, of those that were read.
    pub(super) const fn precision(self) -> Share {
        Share { found: self.right, all: self.right + self.wrong }
    }

    pub(super) const fn all(self) -> usize {
        self.right + self.wrong + self.unread
    }
}

/// All findings beside their verdicts.
#[derive(Debug, Default)]
pub(super) struct Review {
    pub(super) findings: Tally,
    /// One line of code counts once for each rule, however many tools pass it.
    pub(super) places: Tally,
    pub(super) by_rule: BTreeMap<String, Tally>,
    /// Findings that nobody has read, as lines for the table.
    pub(super) unread: Vec<String>,
    /// Verdicts on findings that are gone.
    pub(super) gone: usize,
}

impl Review {
    pub(super) fn of<'a>(
        scans: impl Iterator<Item = (&'a Package, &'a Scan)>,
        verdicts: &BTreeMap<FindingKey, Verdict>,
    ) -> Self {
        let mut review = Self::default();
        let mut scanned = BTreeSet::new();
        let mut met = 0;
        for (package, scan) in scans {
            if scan.failed.is_none() {
                scanned.insert((package.name.as_str(), package.version.as_str()));
            }
            let mut places: BTreeMap<(&str, &str), Verdict> = BTreeMap::new();
            for found in scan.findings.keys() {
                let key = key(package, found);
                let known = verdicts.get(&key);
                met += usize::from(known.is_some());
                let verdict = known.copied().unwrap_or(Verdict::Open);
                if verdict == Verdict::Open {
                    review.unread.push(key.join("\t"));
                }
                review.findings.add(verdict);
                review.by_rule.entry(found.rule.clone()).or_default().add(verdict);
                let place = places.entry((&found.rule, &found.place)).or_insert(verdict);
                // One true finding makes the place a true one; a verdict says more than none.
                if verdict == Verdict::True || *place == Verdict::Open {
                    *place = verdict;
                }
            }
            places.into_values().for_each(|verdict| review.places.add(verdict));
        }
        let about = verdicts
            .keys()
            .filter(|[package, version, ..]| scanned.contains(&(package.as_str(), version.as_str())));
        review.gone = about.count().saturating_sub(met);
        review
    }
}

fn key(package: &Package, found: &Found) -> FindingKey {
    [&package.name, &package.version, &found.rule, &found.tool, &found.place].map(Clone::clone)
}

/// What became of two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PairOutcome {
    /// The weakness is told of the vulnerable version; `None` when it could not be scanned.
    pub(super) found: Option<bool>,
    /// It is not told of the patched version; `None` when that could not be scanned.
    pub(super) clean: Option<bool>,
}

impl PairOutcome {
    pub(super) fn of(pair: &Pair, vulnerable: Option<&Scan>, patched: Option<&Scan>) -> Self {
        let told = |scan: Option<&Scan>| {
            let scan = scan.filter(|scan| scan.failed.is_none())?;
            Some(scan.findings.iter().any(|(found, arguments)| is_about(pair, found, arguments)))
        };
        Self { found: told(vulnerable), clean: told(patched).map(|told| !told) }
    }

    /// Told apart as an advisory does.
    pub(super) fn is_told_apart(&self) -> bool {
        self.found == Some(true) && self.clean == Some(true)
    }
}

/// True for a finding about the weakness of a pair.
fn is_about(pair: &Pair, found: &Found, arguments: &BTreeSet<String>) -> bool {
    pair.rules.contains(&found.rule)
        && (pair.tools.is_empty() || pair.tools.contains(&found.tool))
        && (pair.arguments.is_empty() || pair.arguments.iter().any(|argument| arguments.contains(argument)))
}

/// The tools of a running server that were found in its source.
pub(super) fn recall(listed: &BTreeSet<String>, scan: Option<&Scan>) -> Share {
    Share::of(listed, |tool| scan.is_some_and(|scan| scan.tools.contains(*tool)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::process::Took;

    fn scan(findings: &[(&str, &str, &str)]) -> Scan {
        let found = |(rule, tool, place): &(&str, &str, &str)| Found {
            rule: (*rule).into(),
            tool: (*tool).into(),
            place: (*place).into(),
        };
        let about = |finding| (found(finding), BTreeSet::from([String::from("x")]));
        Scan {
            took: Took { wall: Duration::ZERO, processor: Duration::ZERO, memory: 0, exit: 0 },
            bytes: 0,
            tools: ["a", "b"].map(str::to_owned).into(),
            findings: findings.iter().map(about).collect(),
            failed: None,
            notes: Vec::new(),
            complete: true,
        }
    }

    fn pair(rules: &str, more: &str) -> Pair {
        let text = format!(
            "ecosystem = 'npm'\nname = 'p'\nadvisory = 'x'\nvulnerable = '1'\nvulnerable-digest = ''\npatched = '2'\n\
             patched-digest = ''\nrules = {rules}\n{more}"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn a_place_that_many_tools_pass_counts_once_and_gone_verdicts_are_counted() {
        let package =
            Package { ecosystem: "npm".into(), name: "p".into(), version: "1".into(), digest: String::new() };
        let scan = scan(&[("r", "a", "f:1"), ("r", "b", "f:1"), ("r", "a", "f:2"), ("s", "a", "f:3")]);
        let key = |rule: &str, tool: &str, place: &str| ["p", "1", rule, tool, place].map(str::to_owned);
        let verdicts = BTreeMap::from([
            (key("r", "a", "f:1"), Verdict::False),
            (key("r", "b", "f:1"), Verdict::True),
            (key("r", "a", "f:2"), Verdict::False),
            (key("r", "a", "f:9"), Verdict::True),
        ]);
        let review = Review::of([(&package, &scan)].into_iter(), &verdicts);
        assert_eq!(review.findings, Tally { right: 1, wrong: 2, unread: 1 });
        assert_eq!(review.places, Tally { right: 1, wrong: 1, unread: 1 });
        assert_eq!(review.findings.precision(), Share { found: 1, all: 3 });
        assert_eq!(review.by_rule["s"], Tally { right: 0, wrong: 0, unread: 1 });
        assert_eq!(review.unread, ["p\t1\ts\ta\tf:3"]);
        assert_eq!(review.gone, 1);
    }

    #[test]
    fn a_pair_is_told_apart_by_the_finding_of_its_weakness_only() {
        let told = scan(&[("path-traversal", "a", "f:1")]);
        let other = scan(&[("path-traversal", "b", "f:1"), ("sql-injection", "a", "f:1")]);
        let outcome = |pair: &Pair| PairOutcome::of(pair, Some(&told), Some(&other));
        assert!(outcome(&pair("['path-traversal']", "tools = ['a']")).is_told_apart());
        assert!(!outcome(&pair("['path-traversal']", "")).is_told_apart());
        assert_eq!(outcome(&pair("[]", "")).found, Some(false));
        assert_eq!(outcome(&pair("['path-traversal']", "arguments = ['x']")).found, Some(true));
        assert_eq!(outcome(&pair("['path-traversal']", "arguments = ['y']")).found, Some(false));
    }

    #[test]
    fn what_could_not_be_scanned_is_neither_found_nor_clean() {
        let mut failed = scan(&[]);
        failed.failed = Some("over 1 seconds".into());
        let outcome = PairOutcome::of(&pair("['r']", ""), Some(&failed), None);
        assert_eq!(outcome, PairOutcome { found: None, clean: None });
        assert!(!outcome.is_told_apart());
        let listed = ["a", "c"].map(str::to_owned).into();
        assert_eq!(recall(&listed, Some(&scan(&[]))), Share { found: 1, all: 2 });
        assert_eq!(recall(&listed, None), Share { found: 0, all: 2 });
    }
}
