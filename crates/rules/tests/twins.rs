//! Every twin of `fixtures/twins` is analysed: the vulnerable server must have a finding of its kind, the safe one none
//! at all. What is told apart is counted for each kind and language, and must not fall below a floor.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used
)] // a test may panic

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use portcullis_model::{Audience, Bundle, BundleFile, Confidence};
use portcullis_rules::{Engine, RULES, Selection};

/// Of a hundred twins of a language, so many must be told apart.
const FLOORS: [(&str, usize); 3] = [("go", 86), ("javascript", 93), ("python", 92)];

/// The rules that find the weakness of a kind.
const KINDS: &[(&str, &[&str])] = &[
    ("archive", &["unsafe-archive-extraction", "path-traversal"]),
    ("code", &["code-injection"]),
    ("command", &["command-injection", "argument-injection"]),
    ("deserialization", &["unsafe-deserialization", "code-injection"]),
    ("header", &["header-injection"]),
    ("import", &["dynamic-import", "code-injection"]),
    ("ldap", &["ldap-injection"]),
    ("log", &["log-injection"]),
    ("nosql", &["nosql-injection"]),
    ("path-delete", &["path-traversal"]),
    ("path-read", &["path-traversal"]),
    ("path-write", &["path-traversal"]),
    ("prototype", &["prototype-pollution"]),
    ("reflection", &["unsafe-reflection"]),
    ("regex", &["regex-denial-of-service"]),
    ("sql", &["sql-injection"]),
    ("ssrf", &["server-side-request-forgery"]),
    ("template", &["template-injection", "code-injection", "script-injection"]),
    ("xml", &["xml-external-entities", "xpath-injection"]),
];

/// A pair of servers.
struct Twin {
    language: String,
    name: String,
    folder: PathBuf,
    kind: String,
}

/// What came of a pair; the texts say what is wrong.
#[derive(Default)]
struct Outcome {
    missed: bool,
    wrong: Vec<String>,
}

fn twins() -> Vec<Twin> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/twins");
    let mut twins = Vec::new();
    for (language, _) in FLOORS {
        for folder in children(&root.join(language)) {
            let about = fs::read_to_string(folder.join("twin.toml")).expect("a twin says what it is");
            let kind =
                about.lines().find_map(|line| line.strip_prefix("kind = ")).expect("a twin has a kind");
            twins.push(Twin {
                language: language.to_owned(),
                name: folder.file_name().expect("a folder has a name").to_string_lossy().into_owned(),
                kind: kind.trim_matches('"').to_owned(),
                folder,
            });
        }
    }
    twins
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of twins is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    paths
}

fn bundle(folder: &Path) -> Bundle {
    let mut files = Vec::new();
    let mut left = children(folder);
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(children(&path));
            continue;
        }
        let shown = path.strip_prefix(folder).expect("it is inside").to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&path).expect("a file of a twin can be read");
        files.push(BundleFile { path: shown, bytes: bytes.into(), executable: false });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Bundle { locator: "twin".to_owned(), files, unread: Vec::new() }
}

/// What the program tells of a server by default, as rule and message. What is for pedants only counts where the kind
/// of the twin is for pedants.
fn told(folder: &Path, audience: Audience) -> Vec<(String, String)> {
    let selection = Selection::new(&[], &[], Confidence::Low, audience).expect("all rules");
    let looked = Engine::new(selection).bundle("twin", &bundle(folder));
    looked
        .findings
        .into_iter()
        .map(|finding| (finding.rule.as_str().to_owned(), format!("{}: {}", finding.rule, finding.message)))
        .collect()
}

fn outcome(twin: &Twin, rules: &[&str]) -> Outcome {
    let audience = if twin.kind == "log" { Audience::Pedantic } else { Audience::Regular };
    let found = told(&twin.folder.join("vulnerable"), audience);
    let missed = !found.iter().any(|(rule, _)| rules.contains(&rule.as_str()));
    let wrong = told(&twin.folder.join("safe"), audience).into_iter();
    let wrong = wrong.filter(|(rule, _)| audience == Audience::Regular || rules.contains(&rule.as_str()));
    Outcome { missed, wrong: wrong.map(|(_, message)| message).collect() }
}

/// All outcomes, on as many threads as there are processors: nothing is shared between twins.
fn outcomes(twins: &[(Twin, &[&str])]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(BTreeMap::new());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((twin, rules)) = twins.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = outcome(twin, rules);
                    let key = (twin.language.clone(), twin.name.clone());
                    outcomes.lock().expect("no thread panicked").insert(key, outcome);
                }
            });
        }
    });
    outcomes.into_inner().expect("no thread panicked").into_values().collect()
}

#[test]
fn vulnerable_and_safe_twins_are_told_apart() {
    let known = |id: &str| RULES.iter().any(|rule| rule.id.as_str() == id);
    assert!(
        KINDS.iter().flat_map(|(_, rules)| *rules).all(|id| known(id)),
        "a rule of a kind does not exist"
    );
    let twins: Vec<(Twin, &[&str])> = twins()
        .into_iter()
        .filter_map(|twin| {
            let (_, rules) = KINDS.iter().find(|(kind, _)| *kind == twin.kind)?;
            Some((twin, *rules))
        })
        .collect();
    let mut table: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    let mut remarks = Vec::new();
    for ((twin, _), outcome) in twins.iter().zip(outcomes(&twins)) {
        let apart = !outcome.missed && outcome.wrong.is_empty();
        for kind in [twin.kind.as_str(), "all"] {
            let count = table.entry((twin.language.as_str(), kind)).or_default();
            *count = (count.0 + usize::from(apart), count.1 + 1);
        }
        if outcome.missed {
            remarks.push(format!("missed: {}/{} ({})", twin.language, twin.name, twin.kind));
        }
        for message in outcome.wrong {
            remarks.push(format!("wrong: {}/{}: {message}", twin.language, twin.name));
        }
    }
    for ((language, kind), (apart, all)) in &table {
        println!("{language:<12} {kind:<16} {apart:>3} of {all:>3}");
    }
    for remark in &remarks {
        println!("{remark}");
    }
    for (language, floor) in FLOORS {
        let (apart, all) = table[&(language, "all")];
        assert!(
            apart * 100 >= floor * all,
            "{language}: {apart} of {all} told apart, below the floor of {floor} %"
        );
    }
}
