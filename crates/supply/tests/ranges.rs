//! Ranges against what npm's and pip's own libraries say of them: each line of a table is a range, and a sign for each
//! version of the head line. The tables were written by `semver` 7 and `packaging` 26.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_supply::Ecosystem;
use portcullis_supply::range::{Release, Requirement};

fn agrees(ecosystem: Ecosystem, table: &str) {
    let mut lines = table.lines();
    let versions: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let mut wrong = Vec::new();
    for line in lines {
        let (range, expected) = line.rsplit_once('\t').unwrap();
        let found = match Requirement::read(ecosystem, range) {
            None => String::from("invalid"),
            Some(requirement) => versions
                .iter()
                .map(|version| {
                    let fits = Release::read(ecosystem, version).is_some_and(|one| requirement.admits(&one));
                    if fits { '+' } else { '-' }
                })
                .collect(),
        };
        if found != expected {
            wrong.push(format!("{range}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{versions:?}", wrong.join("\n"));
}

#[test]
fn ranges_of_npm_admit_what_npm_admits() {
    agrees(Ecosystem::Npm, include_str!("ranges/npm.tsv"));
}

#[test]
fn specifiers_of_python_admit_what_pip_admits() {
    agrees(Ecosystem::Pypi, include_str!("ranges/pypi.tsv"));
}

#[test]
fn versions_are_ordered_as_their_registries_order_them() {
    let rising = |ecosystem, versions: &[&str]| {
        for pair in versions.windows(2) {
            let [left, right] = [pair[0], pair[1]].map(|text| Release::read(ecosystem, text).expect(text));
            assert!(left < right, "{pair:?}");
        }
    };
    let npm = [
        "0.0.0-0",
        "0.0.0",
        "1.0.0-1",
        "1.0.0-2",
        "1.0.0-11",
        "1.0.0-a",
        "1.0.0-a.1",
        "1.0.0-b",
        "1.0.0",
        "1.0.1",
    ];
    rising(Ecosystem::Npm, &npm);
    let pypi = [
        "1.dev0",
        "1a1.dev1",
        "1a1",
        "1b2",
        "1rc1",
        "1",
        "1+local",
        "1.post1.dev1",
        "1.post1",
        "1.0.1",
        "1!0",
    ];
    rising(Ecosystem::Pypi, &pypi);
    assert_eq!(Release::read(Ecosystem::Npm, "1.0.0+a"), Release::read(Ecosystem::Npm, "v1.0.0+b"));
    assert_eq!(Release::read(Ecosystem::Pypi, "1.0-alpha.1"), Release::read(Ecosystem::Pypi, "1a1"));
    assert_eq!(Release::read(Ecosystem::Oci, "1.0.0"), None);
}
