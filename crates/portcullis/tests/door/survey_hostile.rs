//! What listings, registries and services say acts on nobody: no field reaches the terminal, the page or the reader of a report
//! as more than text, and every record that was not understood is there with its reason.

use serde_json::{Value, json};

use crate::desk::{Desk, Run};

/// Markup, an order to the terminal, a text that turns round, a new line with a heading and the end of a table's cell.
fn nasty(word: &str) -> String {
    format!(
        "{word}\u{1b}]0;owned\u{7}\u{1b}[31m<script>alert(1)</script>\"'\u{202e}|\r\n# head\n[x](javascript:y)<!--\u{9b}2J"
    )
}

/// A listing whose every field is nasty; `changed` gives some fields other values.
fn listing(number: u32, changed: &Value) -> String {
    let mut line = json!({
        "registry": nasty("market"), "name": nasty(&format!("n{number}")), "title": nasty("title"),
        "description": nasty("description"), "url": nasty("https://x.example/"), "publisher": nasty("publisher"),
        "repository": format!("https://github.com/ann{number}/gone"), "repository_id": nasty("7"), "subfolder": nasty("folder"),
        "packages": [{"type": nasty("npm"), "name": nasty("pkg"), "version": nasty("1.0")},
                     {"type": "npm", "name": nasty("other"), "version": nasty("2.0")}],
        "remotes": [nasty("https://h.example/mcp")], "config": nasty("GITHUB_TOKEN=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 "),
        "tools": [nasty("tool"), nasty("fetch_url"), nasty("read_file"), nasty("send_email")], "status": nasty("active"),
        "version": nasty("3.0"), "language": nasty("TypeScript"), "reach": 1000, "seen": "2026-06-01T00:00:00Z"});
    for (name, value) in changed.as_object().unwrap() {
        line[name] = value.clone();
    }
    line.to_string() + "\n"
}

fn observation(subject: &str, seen: &str) -> String {
    let facts = json!({nasty("fact"): nasty("value"), "http": "404", "owner": nasty("eve"), "mail-domains": nasty("a.example")});
    json!({"subject": subject, "seen": seen, "status": "absent", "facts": facts}).to_string() + "\n"
}

fn lists() -> String {
    let mut lines =
        listing(1, &json!({})) + &listing(2, &json!({"name": nasty("n-2"), "publisher": nasty("eve")}));
    for seen in ["2026-06-01T00:00:00Z", "2026-06-03T00:00:00Z"] {
        lines += &observation("https://github.com/ann1/gone", seen);
        lines += &observation("github-account:ann1", seen);
        lines += &observation(&nasty("npm:thing"), seen);
    }
    // What is no record: of another kind, without a name, and one that says nasty things on the way.
    lines
        + "7\n"
        + &json!({"registry": nasty("x")}).to_string()
        + "\n"
        + &json!({nasty("key"): nasty("value")}).to_string()
        + "\n"
        + &nasty("junk").replace('\n', " ")
        + "\n"
}

/// No sign that acts on a terminal or turns a text round.
#[track_caller]
fn is_plain(what: &str, text: &str) {
    let acts =
        |letter: &char| letter.is_control() && *letter != '\n' || matches!(letter, '\u{202e}' | '\u{9b}');
    assert_eq!(text.chars().find(acts), None, "{what}: {text:?}");
}

#[track_caller]
fn is_harmless(what: &str, run: &Run) {
    is_plain(what, &run.stdout);
    is_plain(what, &run.stderr);
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains("Ab1Cd2Ef3Gh4"), "{what} tells a secret: {text}");
    }
}

#[test]
fn no_field_of_a_listing_acts_on_whoever_reads_the_survey() {
    let desk = Desk::new().file("listings.jsonl", lists());
    let words = ["survey", "collect", "--from", "listings.jsonl", "--store", "s.db"];
    is_harmless("collect", &desk.run(&words));
    is_harmless("analyse", &desk.run(&["survey", "analyse", "--store", "s.db", "--audience", "pedantic"]));
    // A second run, so that changes are told, too.
    let later = lists()
        .replace("2026-06-0", "2026-07-0")
        .replace("/gone", "/other")
        .replace("publisher", "publisher2");
    desk.write("listings.jsonl", later);
    is_harmless("collect again", &desk.run(&words));
    is_harmless("analyse again", &desk.run(&["survey", "analyse", "--store", "s.db"]));
    for names in [&[][..], &["--name-live-cases"][..]] {
        for format in ["html", "markdown", "json"] {
            let words = [&["survey", "report", "--store", "s.db", "--format", format], names].concat();
            let run = desk.run(&words);
            run.exits(0);
            if format == "json" {
                assert!(run.json().is_object());
                assert!(
                    !run.stdout.contains('\u{1b}') && !run.stdout.contains("Ab1Cd2Ef3Gh4"),
                    "{}",
                    run.stdout
                );
                continue;
            }
            is_harmless(format, &run);
            assert!(!run.stdout.contains("<script") && !run.stdout.contains("</script"), "{}", run.stdout);
            // What is a link in Markdown is text in HTML.
            assert!(format == "html" || !run.stdout.contains("](javascript"), "{}", run.stdout);
            let heads = run.stdout.lines().filter(|line| line.starts_with("# ")).count();
            assert_eq!(heads, usize::from(format == "markdown"), "{}", run.stdout);
        }
    }
    desk.run(&["survey", "report", "--store", "s.db", "--disclose", "owners"]).exits(0);
    let mut told = 0;
    for file in std::fs::read_dir(desk.path("owners")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        is_plain("a letter to an owner", &text);
        assert!(!text.contains("<script") && !text.contains("Ab1Cd2Ef3Gh4"), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 1, "{text}");
        told += 1;
    }
    assert!(told > 0);
}

#[test]
fn every_record_that_was_not_understood_is_in_the_report_with_its_reason() {
    let mut lines = String::new();
    for number in 0..30 {
        lines += &match number {
            0 => String::from("this is no record\n"),
            4 | 5 | 6 | 20 => json!({"registry": "market", "seen": "2026-06-01"}).to_string() + "\n",
            9 => {
                json!({"subject": "https://x.example", "seen": "2026-06-01", "status": "odd"}).to_string()
                    + "\n"
            }
            12 => {
                json!({"registry": "market", "name": "x".repeat(1 << 20), "seen": "2026-06-01"}).to_string()
                    + "\n"
            }
            _ => {
                json!({"registry": "market", "name": format!("n{number}"), "seen": "2026-06-01"}).to_string()
                    + "\n"
            }
        };
    }
    let desk = Desk::new().file("listings.jsonl", lines);
    let run = desk.run(&["survey", "run", "--from", "listings.jsonl", "--store", "s.db", "--format", "json"]);
    let figures = run.exits(0).json();
    let groups = figures["not_understood"]["groups"].as_array().unwrap();
    let which = |part: &str| {
        let found = groups.iter().find(|group| group["reason"].as_str().unwrap().contains(part));
        found.unwrap_or_else(|| panic!("no `{part}` in {groups:#?}"))["which"].as_str().unwrap().to_owned()
    };
    assert_eq!(which("`name` is missing"), "5-7, 21");
    assert_eq!(which("`status` is none of"), "10");
    assert_eq!(which("expected a value"), "1");
    let records: i64 = groups.iter().map(|group| group["records"].as_i64().unwrap()).sum();
    assert_eq!(figures["totals"]["rejected"], records);
    let output = crate::survey_recount::count(&desk, &figures);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for format in ["html", "markdown"] {
        let text =
            desk.run(&["survey", "report", "--store", "s.db", "--format", format]).exits(0).stdout.clone();
        assert!(text.contains("Which ones were not understood") && text.contains("5-7, 21"), "{text}");
    }
}

#[test]
fn listings_that_claim_one_another_are_one_server_and_nothing_goes_round() {
    let line = |name: &str, other: &str| {
        json!({"registry": "market", "name": format!("{name}/tool"), "repository": format!("https://github.com/{other}/tool"),
            "publisher": name, "packages": [{"type": "npm", "name": format!("{other}-mcp")}, {"type": "npm", "name": format!("{name}-mcp")}],
            "remotes": [format!("https://{other}.example/mcp")], "seen": "2026-06-01"})
        .to_string()
            + "\n"
    };
    // Two that name each other's things, three in a ring, and one that names itself twice.
    let pairs = [
        ("ann", "bob"),
        ("bob", "ann"),
        ("cat", "dan"),
        ("dan", "eve"),
        ("eve", "cat"),
        ("fay", "fay"),
        ("fay", "fay"),
    ];
    let lines: String = pairs.iter().map(|(name, other)| line(name, other)).collect();
    let moved = |from: &str, to: &str| {
        let facts = json!({"full-name": format!("{to}/tool"), "id": "7", "owner": to});
        let subject = format!("https://github.com/{from}/tool");
        json!({"subject": subject, "seen": "2026-06-01", "status": "moved", "facts": facts}).to_string()
            + "\n"
    };
    let desk = Desk::new().file("listings.jsonl", lines + &moved("ann", "bob") + &moved("bob", "ann"));
    let run = desk.run(&["survey", "run", "--from", "listings.jsonl", "--store", "s.db", "--format", "json"]);
    let figures = run.exits(0).json();
    assert_eq!(
        (&figures["totals"]["listings"], &figures["totals"]["servers"]),
        (&6.into(), &3.into()),
        "{}",
        figures["totals"]
    );
    assert_eq!(figures["cases_in_all"], 0);
    let output = crate::survey_recount::count(&desk, &figures);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
