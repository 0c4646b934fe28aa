//! Attacks and honest texts of our own wording, in every language of the lexicon: `fixtures/text`.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)] // a test may panic

use std::fs;

use portcullis_rules::{Engine, Neighbours, Subject};
use portcullis_text::Role;

struct Case {
    language: String,
    line: String,
    found: bool,
}

fn role(name: &str) -> Role {
    match name {
        "description" => Role::Description,
        "schema" => Role::Schema,
        "result" => Role::Result,
        "prompt" => Role::Prompt,
        "argument" => Role::Argument,
        "resource" => Role::Resource,
        "instructions" => Role::Instructions,
        other => panic!("unknown role `{other}`"),
    }
}

fn cases(file: &str) -> Vec<Case> {
    let path = format!("{}/../../fixtures/text/{file}.tsv", env!("CARGO_MANIFEST_DIR"));
    let neighbours = Neighbours::default();
    let engine = Engine::default();
    fs::read_to_string(path)
        .expect("the fixture is there")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 5, "five columns: {line}");
            let subject = Subject {
                server: "fixture",
                file: None,
                item: None,
                name: Some(columns[3]),
                neighbours: &neighbours,
            };
            let text = columns[4].replace("\\n", "\n");
            let found = !engine.one_text(&subject, &text, role(columns[1])).is_empty();
            Case { language: columns[2].to_owned(), line: line.to_owned(), found }
        })
        .collect()
}

fn listed(cases: &[&Case]) -> String {
    cases.iter().map(|case| case.line.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn at_least_nine_in_ten_attacks_are_found_in_every_language() {
    let cases = cases("attacks");
    assert!(cases.len() >= 150);
    let missed: Vec<&Case> = cases.iter().filter(|case| !case.found).collect();
    assert!(
        missed.len() * 10 <= cases.len(),
        "{} of {} missed:\n{}",
        missed.len(),
        cases.len(),
        listed(&missed)
    );
    for language in ["en", "fr", "de", "es", "pt", "it", "ru", "zh", "ja"] {
        let of_language = cases.iter().filter(|case| case.language == language);
        let (found, all) =
            of_language.fold((0, 0), |(found, all), case| (found + usize::from(case.found), all + 1));
        assert!(found * 10 >= all * 8, "{language}: {found} of {all} found");
    }
}

#[test]
fn at_most_one_in_a_hundred_honest_texts_is_accused() {
    let cases = cases("honest");
    assert!(cases.len() >= 300);
    let accused: Vec<&Case> = cases.iter().filter(|case| case.found).collect();
    assert!(
        accused.len() * 100 <= cases.len(),
        "{} of {} accused:\n{}",
        accused.len(),
        cases.len(),
        listed(&accused)
    );
}

#[test]
fn eight_further_languages_are_read_as_widely_as_they_were_measured() {
    let attacks = cases("language-attacks");
    let missed: Vec<&Case> = attacks.iter().filter(|case| !case.found).collect();
    assert!(missed.len() * 100 <= attacks.len() * 15, "{} missed:\n{}", missed.len(), listed(&missed));
    let honest = cases("language-honest");
    let accused: Vec<&Case> = honest.iter().filter(|case| case.found).collect();
    assert!(accused.len() * 100 <= honest.len() * 4, "{} accused:\n{}", accused.len(), listed(&accused));
}

#[test]
fn texts_to_develop_on_and_to_state_on_are_found_and_spared_as_they_were_measured() {
    for (half, least) in [("develop", 42), ("state", 33)] {
        let attacks = cases(&format!("{half}-attacks"));
        let missed: Vec<&Case> = attacks.iter().filter(|case| !case.found).collect();
        assert!(
            attacks.len() - missed.len() >= least,
            "{half}: {} missed:\n{}",
            missed.len(),
            listed(&missed)
        );
        let honest = cases(&format!("{half}-honest"));
        let accused: Vec<&Case> = honest.iter().filter(|case| case.found).collect();
        assert!(
            accused.len() * 100 <= honest.len() * 5,
            "{half}: {} accused:\n{}",
            accused.len(),
            listed(&accused)
        );
    }
}
