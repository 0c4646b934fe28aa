//! Executes the examples of every rule's page: a `bad` fence must be found by its rule, a `good` one must not.
//!
//! Fences: ```` ```text bad ```` is one text (a description unless `role=result`, `role=prompt`, ... is added).
//! ```` ```python bad ````, `javascript`, `typescript` and `go` are a server of one file, whose source is analysed.
//! ```` ```package bad ```` is a list of files, ```` ```advisory bad ```` a package in use and what is known of it.
//! `\u{…}` and `\n` in a text fence stand for the character. ```` ```json bad ```` is a tool, a surface, a list of
//! surfaces (an installation) or a `{"change": …}`. An example is heard by the audience of its rule; the word
//! `regular`, `pedantic` or `auditor` after `bad` or `good` names another. In a `filled` one `…` stands for 12,000 characters; a
//! surface of `many` has its first tool 150 times under numbered names.
//! ```` ```listing bad ```` is a listing and what was observed of it, see `listing_fence`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)] // a test may panic

#[path = "pages/json_fence.rs"]
mod json_fence;
#[path = "pages/listing_fence.rs"]
mod listing_fence;

use portcullis_model::{Bundle, BundleFile, Confidence, Finding, Location};
use portcullis_rules::{Advised, Engine, InUse, Meta, Neighbours, RULES, Selection, Subject};
use portcullis_supply::advisory;
use portcullis_text::Role;

/// One executed example.
struct Example<'p> {
    info: Vec<&'p str>,
    body: String,
}

fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut lines = page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        examples.push(Example { info: info.split_whitespace().collect(), body: body.join("\n") });
    }
    examples
}

/// Resolves `\u{…}` and `\n` of a text fence.
fn unescape(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix("u{") {
            let end = after.find('}').expect("an escape ends with a brace");
            let code = u32::from_str_radix(&after[..end], 16).expect("an escape is hexadecimal");
            text.push(char::from_u32(code).expect("an escape names a character"));
            rest = &after[end + 1..];
        } else if let Some(after) = rest.strip_prefix('n') {
            text.push('\n');
            rest = after;
        } else {
            text.push('\\');
        }
    }
    text + rest
}

fn role(info: &[&str]) -> Role {
    match info.iter().find_map(|word| word.strip_prefix("role=")) {
        None | Some("description") => Role::Description,
        Some("result") => Role::Result,
        Some("prompt") => Role::Prompt,
        Some("argument") => Role::Argument,
        Some("instructions") => Role::Instructions,
        Some("context") => Role::Context,
        Some("resource") => Role::Resource,
        Some("schema") => Role::Schema,
        Some("name") => Role::Name,
        Some("title") => Role::Title,
        Some(other) => panic!("unknown role `{other}` in a fence"),
    }
}

/// What a rule finds by itself, whatever the others would say.
fn run(example: &Example<'_>, rule: &'static Meta) -> Vec<Finding> {
    let neighbours = Neighbours::default();
    let audience = example.info.iter().find_map(|word| word.parse().ok()).unwrap_or(rule.audience);
    let own = [rule.id.as_str().to_owned()];
    let selection = Selection::new(&own, &[], Confidence::Low, audience).expect("the rule is selected");
    let engine = Engine::new(selection);
    match example.info[0] {
        "text" => {
            let subject = Subject {
                server: "example",
                file: None,
                item: None,
                name: Some("example"),
                neighbours: &neighbours,
            };
            engine.one_text(&subject, &unescape(&example.body), role(&example.info))
        }
        "json" => {
            let filler = if example.info.contains(&"filled") { "x".repeat(12_000) } else { "…".to_owned() };
            let many = if example.info.contains(&"many") { 150 } else { 1 };
            json_fence::findings(&engine, &example.body.replace('…', &filler), many)
        }
        "config" => config_findings(&engine, example),
        "package" => package_findings(&engine, example),
        "advisory" => advisory_findings(&engine, &example.body),
        "listing" => listing_fence::findings(&engine, &example.body),
        "python" => source_findings(&engine, "server.py", &example.body),
        "javascript" => source_findings(&engine, "server.js", &example.body),
        "typescript" => source_findings(&engine, "server.ts", &example.body),
        "go" => source_findings(&engine, "main.go", &example.body),
        other => panic!("a page cannot execute a `{other}` fence"),
    }
}

/// A host configuration at `path=` with the permission bits of `mode=`.
fn config_findings(engine: &Engine, example: &Example<'_>) -> Vec<Finding> {
    let option = |name: &str| example.info.iter().find_map(|word| word.strip_prefix(name));
    let path = option("path=").unwrap_or("~/.cursor/mcp.json");
    let mut config =
        portcullis_hosts::read_bytes(example.body.as_bytes(), path).expect("a configuration").config;
    config.unix_mode = option("mode=").map(|mode| u32::from_str_radix(mode, 8).expect("octal"));
    engine.host_config("page", &config)
}

/// A little server of one file.
fn source_findings(engine: &Engine, path: &str, body: &str) -> Vec<Finding> {
    let file = BundleFile { path: path.to_owned(), bytes: body.as_bytes().into(), executable: false };
    let bundle = Bundle { locator: "page".to_owned(), files: vec![file], unread: Vec::new() };
    engine.bundle("page", &bundle).findings
}

/// Files, each behind a line `--- PATH`; `locator=` is what the package was asked for as.
fn package_findings(engine: &Engine, example: &Example<'_>) -> Vec<Finding> {
    let parts =
        example.body.split("--- ").skip(1).map(|part| part.split_once('\n').expect("a path and a file"));
    let file = |(path, body): (&str, &str)| {
        let bytes = body.replace("\\x7f", "\x7f").into_bytes().into();
        BundleFile { path: path.to_owned(), bytes, executable: false }
    };
    let mut files: Vec<BundleFile> = parts.map(file).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let locator = example.info.iter().find_map(|word| word.strip_prefix("locator=")).unwrap_or("page");
    let bundle = Bundle { locator: locator.to_owned(), files, unread: Vec::new() };
    engine.bundle("page", &bundle).findings
}

/// A package in use on the first line, a record in the OSV schema behind it.
fn advisory_findings(engine: &Engine, body: &str) -> Vec<Finding> {
    let (package, record) = body.split_once('\n').expect("a package and a record");
    let (name, version) =
        package.split_once(':').and_then(|(_, rest)| rest.rsplit_once('@')).expect("a package");
    let mut advisories = advisory::read(record.as_bytes()).expect("a record");
    advisories.retain(|advisory| advisory.affects(version));
    let location = Location::default();
    let in_use = InUse::Scanned;
    engine.advised(
        "page",
        &Advised { name, version, in_use, advisories: &advisories, secure: None, location: &location },
    )
}

#[test]
fn every_example_of_every_page_is_what_its_page_says() {
    let mut executed = 0;
    let mut wrong = Vec::new();
    for rule in RULES {
        let mut kinds = (0, 0);
        for example in examples(rule.page) {
            let bad = match example.info.get(1) {
                Some(&"bad") => true,
                Some(&"good") => false,
                _ => panic!("{}: a fence is neither `bad` nor `good`", rule.id),
            };
            let found = run(&example, rule).iter().any(|finding| finding.rule == rule.id);
            if found != bad {
                wrong.push(format!("{}: this example is not what its page says:\n{}", rule.id, example.body));
            }
            *(if bad { &mut kinds.0 } else { &mut kinds.1 }) += 1;
            executed += 1;
        }
        assert!(kinds.0 > 0 && kinds.1 > 0, "{}: a page needs a bad and a good example", rule.id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(executed >= 2 * RULES.len());
}
