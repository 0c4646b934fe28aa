//! No finding shows a secret, whichever rule quotes it.

#![allow(clippy::expect_used, clippy::string_slice)] // a test may panic

use portcullis_rules::{Engine, Neighbours, Subject};
use portcullis_text::Role;

#[test]
fn a_secret_spelt_in_what_a_rule_quotes_never_leaves_the_engine() {
    // Tag characters make `hidden-unicode-tags` quote what they spell, in its message and in its evidence.
    let canary = ["ghp_", "Qm3zX81LpvT5sKc0WnRb7YdHf2GjAe4k9PXs"].concat();
    let hidden: String = canary
        .chars()
        .map(|letter| char::from_u32(0xE0000 + letter as u32).expect("a tag character"))
        .collect();
    let neighbours = Neighbours::default();
    let subject = Subject { server: "example", file: None, item: None, name: None, neighbours: &neighbours };
    let findings =
        Engine::default().one_text(&subject, &format!("Adds two numbers.{hidden}"), Role::Description);
    let shown = format!("{findings:?}");
    assert!(shown.contains("GitHub personal token, 40 characters ending in 9PXs"), "{shown}");
    assert!(!shown.contains(&canary[..12]), "{shown}");
}

#[test]
fn a_secret_that_an_excerpt_would_cut_in_two_is_shown_as_what_it_is() {
    let canary = ["ghp_", "Qm3zX81LpvT5sKc0WnRb7YdHf2GjAe4k9PXs"].concat();
    let neighbours = Neighbours::default();
    let subject = Subject { server: "example", file: None, item: None, name: None, neighbours: &neighbours };
    for distance in 0..60 {
        // The overrides make `hidden-bidi-controls` quote forty characters around them.
        let gap = " ".repeat(distance);
        let text = format!("{canary}{gap}\u{202E}sdda\u{202C}{gap}{canary}");
        let shown = format!("{:?}", Engine::default().one_text(&subject, &text, Role::Description));
        assert!(shown.contains("hidden-bidi-controls"), "{shown}");
        assert!(!shown.contains(&canary[4..12]) && !shown.contains(&canary[24..32]), "{distance}: {shown}");
    }
}
