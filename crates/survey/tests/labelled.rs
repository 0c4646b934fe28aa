//! Published cases, where they are present: names that imitated others, servers that were or could be taken over. What share is found,
//! as which class, and how many honest names are taken for imitations.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use portcullis_model::listing::{
    ListedPackage, ListedRepository, Listing, Observation, ObservedStatus, Subject,
};
use portcullis_model::{Audience, Confidence, Moment};
use portcullis_rules::{Engine, Selection};
use portcullis_store::Store;
use portcullis_survey::analyse::analyse;
use portcullis_survey::identity;
use portcullis_survey::lists::{read, units};
use portcullis_survey::table::{self, Spoken, Writer};

const DAY: i64 = 86_400;
const THEN: Moment = Moment(1_700_000_000);
const NOW: Moment = Moment(1_780_000_000);

/// Of the pairs whose names are two names to their registry, the share that has to be found.
const FOUND: f64 = 0.90;
/// Of the official names, the share that may be called imitations where everybody reads it.
const FALSE_ALARMS: f64 = 0.005;

fn data(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !path.exists() {
        eprintln!("`{}` is not here: nothing was measured", path.display());
        return None;
    }
    Some(path)
}

fn run<F: Future<Output = ()>>(test: F) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(test);
}

async fn filled(folder: &Path, listings: Vec<Listing>, observations: &[Observation]) -> Store {
    let store = table::open(&folder.join("store.db").display().to_string()).await.unwrap();
    let mut writer = Writer::new(&store, 1, Spoken::ALL);
    for (listing, position) in listings.into_iter().zip(1..) {
        assert_eq!(writer.take(listing, position).await.unwrap(), None);
    }
    writer.finish().await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    table::write_observations(&mut transaction, observations).await.unwrap();
    transaction.commit().await.unwrap();
    table::index(&store).await.unwrap();
    identity::resolve(&store).await.unwrap();
    store
}

async fn analysed(store: &Store, audience: Audience) {
    let selection = Selection::new(&[], &[], Confidence::Low, audience).unwrap();
    analyse(store, &Engine::new(selection), NOW, &|_| {}).await.unwrap();
}

async fn count(store: &Store, rule: &str) -> i64 {
    let sql = "SELECT COUNT(DISTINCT listing) FROM finding WHERE rule = $1";
    store.number(sql, &[rule.into()]).await.unwrap()
}

#[test]
fn nine_of_ten_published_imitations_are_found_through_the_whole_analysis() {
    let Some(file) = data("names/typosquat_pairs.csv") else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let pairs: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let mut names: BTreeMap<(&str, &str), (Moment, u64)> = BTreeMap::new();
    for pair in &pairs {
        names.entry((pair[2], pair[0])).or_insert((NOW, 3));
        names.insert((pair[2], pair[1]), (THEN, 1_000_000));
    }
    let listings = names.iter().map(|(&(registry, name), &(seen, reach))| Listing {
        registry: registry.to_owned(),
        name: name.to_owned(),
        publisher: Some(format!("the owner of {name}")),
        published: Some(seen),
        reach: Some(reach),
        seen,
        ..Listing::default()
    });
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let store = filled(folder.path(), listings.collect(), &[]).await;
        analysed(&store, Audience::Regular).await;
        let told = count(&store, "look-alike-listing").await;
        let sql = "SELECT a.registry, a.name, b.name, k.confidence FROM likeness AS k
            JOIN listing AS a ON a.id = k.listing JOIN listing AS b ON b.id = k.other WHERE k.benign IS NULL";
        let mut found: BTreeMap<(String, String, String), String> = BTreeMap::new();
        for row in store.query(sql, &[]).await.unwrap() {
            let [registry, one, other] = [0, 1, 2].map(|column| row.text(column).to_owned());
            found.insert((registry, one, other), row.text(3).to_owned());
        }
        let (mut hits, mut same, mut missed) = (BTreeMap::<&str, u32>::new(), 0, Vec::new());
        for pair in &pairs {
            let normal = |name: &str| name.to_lowercase().replace(['_', '.'], "-");
            let key = |one: &str, other: &str| (pair[2].to_owned(), one.to_owned(), other.to_owned());
            match found.get(&key(pair[0], pair[1])) {
                Some(confidence) => *hits.entry(confidence).or_default() += 1,
                None if pair[2] == "pypi" && normal(pair[0]) == normal(pair[1]) => same += 1,
                None => missed.push(format!("{} for {} ({})", pair[0], pair[1], pair[2])),
            }
        }
        let all: u32 = hits.values().sum();
        let share = f64::from(all) / (pairs.len() - same) as f64;
        eprintln!(
            "{all} of {} pairs are found ({share:.3}), {hits:?}; {same} are one name to their registry; {told} listings \
             are told to everybody\nmissed: {}",
            pairs.len() - same,
            missed.join("; ")
        );
        assert!(share >= FOUND, "{share}");
    });
}

#[test]
fn few_official_names_are_called_imitations() {
    let Some(lists) = data("listings/official-registry-rosmur") else { return };
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let store = table::open(&folder.path().join("store.db").display().to_string()).await.unwrap();
        for unit in units(&[lists.display().to_string()], NOW).unwrap() {
            read(&store, &unit, &mut |_| {}).await.unwrap();
        }
        table::index(&store).await.unwrap();
        identity::resolve(&store).await.unwrap();
        let names = store.number("SELECT COUNT(*) FROM listing", &[]).await.unwrap();
        let mut told = Vec::new();
        for audience in [Audience::Regular, Audience::Pedantic] {
            analysed(&store, audience).await;
            told.push(count(&store, "look-alike-listing").await);
        }
        let sql =
            "SELECT kind, confidence, COUNT(*), SUM(CASE WHEN benign IS NULL THEN 1 ELSE 0 END) FROM likeness
            GROUP BY kind, confidence ORDER BY kind, confidence";
        for row in store.query(sql, &[]).await.unwrap() {
            eprintln!("{} {}: {} pairs, {} left", row.text(0), row.text(1), row.integer(2), row.integer(3));
        }
        eprintln!("of {names} official names {} are told to everybody, {} to pedants", told[0], told[1]);
        assert!(told[0] as f64 <= names as f64 * FALSE_ALARMS, "{told:?} of {names}");
    });
}

/// What a published case says was seen, as observations at two times a day and more apart.
fn twice(subject: &Subject, status: ObservedStatus, facts: &[(&str, &str)]) -> Vec<Observation> {
    let facts: Vec<(String, String)> =
        facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    [0, 2 * DAY]
        .map(|later| Observation {
            subject: subject.clone(),
            seen: Moment(NOW.0 + later),
            status,
            facts: facts.clone(),
        })
        .into()
}

/// A case as a listing, what was seen of it, and what has to be said of it: a rule with its severity, or where the link stands.
fn case(kind: &str, subject: &str, detail: &str) -> (Listing, Vec<Observation>, &'static str) {
    let mut listing = Listing {
        registry: String::from("official"),
        published: Some(THEN),
        seen: NOW,
        ..Listing::default()
    };
    let word_after = |mark: &str| {
        let rest = detail.split_once(mark).map_or("", |(_, rest)| rest);
        rest.split([' ', ',', ';', '"']).next().unwrap_or_default().to_owned()
    };
    if kind == "package_404" {
        // Who owns the scope was not told: that the name is free is to be confirmed, and not yet critical.
        let name = subject.trim_start_matches("npm:");
        listing.name = format!("io.github.somebody/{}", name.rsplit('/').next().unwrap());
        listing.packages =
            vec![ListedPackage { kind: "npm".into(), name: name.to_owned(), ..ListedPackage::default() }];
        let seen = twice(&Subject::Npm(name.to_owned()), ObservedStatus::Absent, &[("control", "found")]);
        return (listing, seen, "free-package-name high");
    }
    let (login, server) = subject.trim_start_matches("io.github.").split_once('/').map_or_else(
        || (subject.trim_start_matches("io.github."), "server"),
        |(login, server)| (login, server),
    );
    let url = format!("https://github.com/{login}/{server}");
    listing.name = format!("io.github.{login}/{server}");
    listing.repository = Some(ListedRepository { url: url.clone(), ..ListedRepository::default() });
    let account = Subject::Account(login.to_lowercase());
    let new = match kind {
        "rename_orphan" => word_after("renamed to "),
        "repo_transfer" => word_after("transferred to "),
        _ => String::from("the-new-owner"),
    };
    let moved = format!("https://github.com/{new}/{server}");
    let mut seen = twice(&Subject::Link(url), ObservedStatus::Moved, &[("moved-to", &moved), ("id", "7")]);
    if kind == "repo_transfer" {
        // The old account is there: nobody else can take the link; it leads to another owner.
        seen.extend(twice(&account, ObservedStatus::Present, &[("id", "1")]));
        return (listing, seen, "link redirected");
    }
    seen.extend(twice(&account, ObservedStatus::Absent, &[("control", "found")]));
    (listing, seen, "freed-account critical")
}

#[test]
fn every_published_takeover_is_found_as_what_it_is() {
    let Some(file) = data("listings/ground-truth-issues/known_cases.csv") else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let mut wrong = Vec::new();
    let mut by_kind: BTreeMap<String, (u32, BTreeSet<String>)> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut parts = line.splitn(3, ',');
        let [kind, subject, detail] = [(); 3].map(|()| parts.next().unwrap());
        let (listing, seen, class) = case(kind, subject, detail);
        let folder = tempfile::tempdir().unwrap();
        run(async {
            let store = filled(folder.path(), vec![listing], &seen).await;
            analysed(&store, Audience::Pedantic).await;
            let sql = "SELECT rule, severity FROM finding UNION ALL SELECT 'link', state FROM standing";
            let rows = store.query(sql, &[]).await.unwrap();
            let told: Vec<String> =
                rows.iter().map(|row| format!("{} {}", row.text(0), row.text(1))).collect();
            if !told.iter().any(|told| told == class) {
                wrong.push(format!("{kind} {subject}: {told:?}"));
            }
            let of_kind = by_kind.entry(kind.to_owned()).or_default();
            of_kind.0 += 1;
            of_kind.1.extend(told);
        });
    }
    eprintln!("{by_kind:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
