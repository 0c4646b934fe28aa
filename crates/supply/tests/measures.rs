//! How many real look-alikes are found, and how many honest names are taken for one. Reads published lists beside the
//! repository when they are there, and says so when they are not. The lists of words and the rules of confidence were
//! drawn up with these lists in view: the figures are what to hold, not what to expect of other names.

#![expect(clippy::print_stdout, reason = "the figures are the point of these tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use portcullis_model::Confidence;
use portcullis_supply::Ecosystem;
use portcullis_supply::brand::{Origin, Published, Strength, brand_claims};
use portcullis_supply::name::{Asked, KnownName, NameForms, NameIndex, look_alike};
use portcullis_supply::resemblances;

fn list(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/names").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: `{name}` is not here");
    }
    text
}

fn known(name: &str) -> KnownName {
    KnownName { name: name.to_owned(), publisher: None, standing: None }
}

fn ecosystem_of(word: &str) -> Ecosystem {
    match word {
        "npm" => Ecosystem::Npm,
        "pypi" => Ecosystem::Pypi,
        "crates" => Ecosystem::Cargo,
        "go" => Ecosystem::Go,
        _ => Ecosystem::Git,
    }
}

/// Of the published pairs of a squat and its target, the share that must be found at any confidence. Most of what is
/// missed shares a word with its target and nothing else.
const FOUND_AT_ANY_CONFIDENCE: f64 = 0.90;

#[test]
fn published_typosquats_are_found_among_popular_names() {
    let Some(pairs) = list("typosquat_pairs.csv") else { return };
    let rows: Vec<Vec<&str>> = pairs.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let mut by_confidence: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut found, mut same, mut missed) = (0, 0, Vec::new());
    let mut indices: BTreeMap<Ecosystem, NameIndex> = BTreeMap::new();
    for row in &rows {
        let &[squat, target, ecosystem, kind, ..] = row.as_slice() else { panic!("{row:?}") };
        let ecosystem = ecosystem_of(ecosystem);
        let targets = || rows.iter().map(|row| known(row[1])).collect();
        let index = indices.entry(ecosystem).or_insert_with(|| NameIndex::new(ecosystem, targets()));
        let hits = index.neighbours(&Asked { name: squat, publisher: None });
        let hit = hits.iter().find(|hit| hit.known.name == target);
        let direct = look_alike(&NameForms::new(ecosystem, squat), &NameForms::new(ecosystem, target));
        assert_eq!(hit.map(|hit| &hit.look), direct.as_ref(), "the index hides `{squat}` from `{target}`");
        match hit {
            Some(hit) => {
                found += 1;
                *by_confidence.entry(hit.look.confidence.as_str()).or_default() += 1;
            }
            None if NameForms::new(ecosystem, squat).identity
                == NameForms::new(ecosystem, target).identity =>
            {
                same += 1;
            }
            None => missed.push(format!("{squat} -> {target} ({kind})")),
        }
    }
    let share = f64::from(found) / (rows.len() - same) as f64;
    println!(
        "typosquats: {found} of {} found ({share:.3}), {by_confidence:?}; {same} are the same name to their registry",
        rows.len() - same
    );
    println!("missed: {}", missed.join("; "));
    assert!(share >= FOUND_AT_ANY_CONFIDENCE);
}

/// Honest names that may be taken for a look-alike at medium confidence and above. The package registries themselves turn
/// down new names that differ from popular ones in delimiters alone; the names counted here are older than that.
const FALSE_ALARMS_AMONG_POPULAR: f64 = 0.006;
/// Server names repeat the product they serve, so more of them come close to each other.
const FALSE_ALARMS_AMONG_SERVERS: f64 = 0.015;

/// Hits of honest names by kind and confidence.
#[derive(Default)]
struct Tally {
    asked: u32,
    low: u32,
    medium: u32,
    kinds: BTreeMap<String, u32>,
    examples: Vec<String>,
}

impl Tally {
    fn ask(&mut self, ecosystem: Ecosystem, name: &str) {
        self.asked += 1;
        let asked = Asked { name, publisher: None };
        let Some(first) = resemblances(ecosystem, &asked).into_iter().next() else { return };
        *self.kinds.entry(format!("{} {}", first.look.kind.as_str(), first.look.confidence)).or_default() +=
            1;
        if first.look.confidence >= Confidence::Medium {
            self.medium += 1;
            self.examples.push(first.look.explanation);
        } else {
            self.low += 1;
        }
    }

    /// Prints the figures; answers the share at medium confidence and above.
    fn say(&self, what: &str) -> f64 {
        let of_asked = |hits: u32| f64::from(hits) / f64::from(self.asked.max(1));
        let (low, medium) = (of_asked(self.low), of_asked(self.medium));
        println!(
            "{what}: {} asked, low {low:.4}, medium and above {medium:.4}; {:?}",
            self.asked, self.kinds
        );
        for example in &self.examples {
            println!("  {example}");
        }
        medium
    }
}

#[test]
fn honest_popular_names_are_rarely_taken_for_look_alikes() {
    for (file, ecosystem) in [("popular_npm.txt", Ecosystem::Npm), ("popular_pypi.txt", Ecosystem::Pypi)] {
        let Some(names) = list(file) else { return };
        let built_in = NameIndex::built_in(ecosystem).unwrap();
        let mut tally = Tally::default();
        for name in names.lines().filter(|name| !built_in.contains(name)) {
            tally.ask(ecosystem, name);
        }
        assert!(
            tally.say(&format!("{file} without the names on the built-in list"))
                <= FALSE_ALARMS_AMONG_POPULAR
        );
    }
}

#[test]
fn known_names_do_not_imitate_each_other() {
    for (file, ecosystem) in [("popular_npm.txt", Ecosystem::Npm), ("popular_pypi.txt", Ecosystem::Pypi)] {
        let Some(names) = list(file) else { return };
        let index = NameIndex::new(ecosystem, names.lines().map(known).collect());
        let mut crowded = [0, 0];
        for name in names.lines() {
            let asked = Asked { name, publisher: None };
            assert!(index.closest(&asked).is_empty());
            let most = index.neighbours(&asked).into_iter().map(|hit| hit.look.confidence).max();
            crowded[0] += u32::from(most.is_some());
            crowded[1] += u32::from(most >= Some(Confidence::Medium));
        }
        let [any, medium] = crowded;
        println!(
            "{file}, {} names against each other: {any} near another, {medium} at medium and above, 0 reported",
            index.len()
        );
        assert!(any > 0);
    }
}

#[test]
fn honest_server_names_are_rarely_taken_for_look_alikes() {
    let Some(names) = list("mcp_names.csv") else { return };
    for (word, ecosystem) in
        [("npm", Ecosystem::Npm), ("pypi", Ecosystem::Pypi), ("namespace", Ecosystem::Mcp)]
    {
        let built_in = NameIndex::built_in(ecosystem).unwrap();
        let asked = names.lines().filter_map(|line| line.split_once(',')).filter(|(found, _)| *found == word);
        let mut tally = Tally::default();
        let mut claims: BTreeMap<(Strength, Origin), u32> = BTreeMap::new();
        for (_, name) in asked.filter(|(_, name)| !built_in.contains(name)) {
            tally.ask(ecosystem, name);
            let published = Published { ecosystem, name, title: None, publisher: None };
            let most = brand_claims(&published).into_iter().find(|claim| claim.origin != Origin::Brand);
            let Some(claim) = most else { continue };
            *claims.entry((claim.strength, claim.origin)).or_default() += 1;
            if claim.strength >= Strength::Publisher {
                println!("  {}", claim.explanation);
            }
        }
        let share = tally.say(&format!("mcp_names.csv {word} without the names on the built-in list"));
        println!("  claims of a brand that is not shown to publish it: {claims:?}");
        assert!(share <= FALSE_ALARMS_AMONG_SERVERS);
    }
}
