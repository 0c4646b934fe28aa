//! `portcullis policy`: what is wrong with policies and where, whether their cases pass, and why a decision came about.

use std::path::Path;

use crate::desk::Desk;

const NIGHT: &str = r#"@id("no-deletion-at-night")
@reason("nothing is deleted between 22:00 and 6:00")
forbid (principal, action == Action::"call_tool", resource)
when { resource.deletes && (context.time.hour >= 22 || context.time.hour < 6) };
"#;

const DELETION: &str = r#"{"action": "call_tool", "tool": {"name": "delete", "deletes": true}, "time": "2026-11-21T23:30:00+01:00"}"#;

#[test]
fn sound_policies_are_sound_and_the_defaults_too() {
    let desk = Desk::new().file("policies/night.cedar", NIGHT).file("policies/notes.txt", "no policy");
    let run = desk.run(&["policy", "check", "policies"]);
    assert!(run.exits(0).stdout.contains("policies are sound; revision sha256:"), "{}", run.stdout);
    desk.run(&["policy", "check"]).exits(0);
    let shown = desk.run(&["policy", "show"]);
    desk.write("ours.cedar", &shown.exits(0).stdout);
    let alone = desk.run(&["policy", "check", "--no-defaults", "ours.cedar", "--format", "json"]);
    assert_eq!(alone.exits(0).json()["errors"].as_array().unwrap().len(), 0);
    assert!(alone.json()["policies"].as_u64().unwrap() > 10);
}

#[test]
fn every_mistake_is_shown_where_it_stands_with_the_nearest_name() {
    let broken = NIGHT.replace("@reason", "@reson").replace("resource.deletes", "resource.deltes");
    let desk = Desk::new().file("night.cedar", &broken);
    let run = desk.run(&["policy", "check", "night.cedar"]);
    run.exits(1);
    for said in [
        "night.cedar:2:1",
        "did you mean `@reason`?",
        "night.cedar:4:8",
        "attribute `deltes` on entity type `Tool` not found",
        "did you mean `deletes`?",
        "when { resource.deltes &&",
        "2 errors; the policies cannot be used",
    ] {
        assert!(run.stdout.contains(said), "no `{said}` in\n{}", run.stdout);
    }
    let json = desk.run(&["policy", "check", "night.cedar", "--format", "json"]).exits(1).json();
    assert_eq!((&json["errors"][0]["line"], &json["errors"][1]["column"]), (&2.into(), &8.into()));
    assert_eq!(json["policies"], 0);
}

#[test]
fn what_cannot_be_read_is_a_usage_error_and_never_sound() {
    let desk = Desk::new()
        .file("latin.cedar", b"// \xe4\n")
        .file("large.cedar", "/".repeat(2 << 20))
        .file("empty/x.txt", "");
    for file in ["missing.cedar", "latin.cedar", "large.cedar", "empty"] {
        let run = desk.run(&["policy", "check", file]);
        assert!(run.exits(2).stderr.contains(file), "{}", run.stderr);
    }
    desk.run(&["policy"]).exits(2);
    desk.run(&["policy", "test", "missing.test.toml"]).exits(2);
}

#[test]
fn control_characters_of_a_policy_do_not_reach_the_terminal() {
    let desk =
        Desk::new().file("x.cedar", "permit (principal, action, resource);\n\u{1b}[31m\u{202e}permit;");
    let run = desk.run(&["policy", "check", "x.cedar"]);
    run.exits(1);
    assert!(!run.everything().contains(['\u{1b}', '\u{202e}']), "{}", run.stdout);
}

#[test]
fn a_case_that_fails_shows_what_it_expected_and_what_it_got() {
    let cases = r#"
        policies = ["night.cedar"]
        [[case]]
        name = "nobody deletes at night"
        verdict = "deny"
        by = "no-deletion-at-night"
        [case.question]
        action = "call_tool"
        tool = { name = "delete", deletes = true }
        time = 2026-11-21T23:30:00+01:00
        [[case]]
        name = "nobody deletes at noon"
        verdict = "deny"
        [case.question]
        action = "call_tool"
        tool = { name = "delete", deletes = true }
        time = 2026-11-21T12:00:00+01:00
    "#;
    let desk = Desk::new().file("policies/night.cedar", NIGHT).file("policies/night.test.toml", cases);
    let run = desk.run(&["policy", "test", "policies"]);
    run.exits(1);
    for said in [
        "ok      nobody deletes at night",
        "FAILED  nobody deletes at noon",
        "- expected  deny",
        "+ got       allow by `ordinary-messages`",
        "1 cases passed, 1 failed",
    ] {
        assert!(run.stdout.contains(said), "no `{said}` in\n{}", run.stdout);
    }
    let json = desk.run(&["policy", "test", "policies/night.test.toml", "--format", "json"]).exits(1).json();
    assert_eq!((&json[0]["passed"], &json[1]["passed"]), (&true.into(), &false.into()));

    desk.write(
        "policies/night.test.toml",
        cases.replace(
            "\"nobody deletes at noon\"\n        verdict = \"deny\"",
            "\"noon\"\n        verdict = \"allow\"",
        ),
    );
    desk.run(&["policy", "test", "policies"]).exits(0);
    // The right verdict for another reason is no pass.
    desk.write(
        "policies/night.test.toml",
        cases.replace("by = \"no-deletion-at-night\"", "by = \"flow-denied\""),
    );
    desk.run(&["policy", "test", "policies"]).exits(1);
    desk.write("policies/night.test.toml", cases.replace("call_tool", "call_tol"));
    let run = desk.run(&["policy", "test", "policies"]);
    assert!(run.exits(1).stderr.contains("did you mean `call_tool`?"), "{}", run.stderr);
}

#[test]
fn cases_of_policies_that_are_not_sound_do_not_pass() {
    let cases = "policies = [\"x.cedar\"]\n[[case]]\nname = \"a\"\nverdict = \"deny\"\nquestion = { action = \"list\" }\n";
    let desk = Desk::new().file("x.cedar", "permt;").file("x.test.toml", cases);
    let run = desk.run(&["policy", "test", "x.test.toml"]);
    assert!(run.exits(1).stderr.contains("x.cedar:1:6"), "{}", run.stderr);
}

#[test]
fn a_decision_is_explained_with_the_policies_that_did_not_apply_and_why() {
    let desk = Desk::new().file("night.cedar", NIGHT).file("call.json", DELETION);
    let run = desk.run(&["policy", "explain", "call.json", "--policy", "night.cedar"]);
    run.exits(0);
    for said in [
        "deny\n\nbecause of\n  deny   no-deletion-at-night\n         nothing is deleted between 22:00 and 6:00\n",
        "`context.flow.advice == Advice::\"ask\"` does not hold",
        "`action in Action::\"inbound\"` does not hold",
    ] {
        assert!(run.stdout.contains(said), "no `{said}` in\n{}", run.stdout);
    }
    let json = desk.run_with(&["policy", "explain", "-", "--format", "json"], DELETION).exits(0).json();
    assert_eq!(
        (&json["verdict"], &json["because"][0]["policy"]),
        (&"allow".into(), &"ordinary-messages".into())
    );
    let noon = DELETION.replace("23:30", "12:30");
    let run = desk.run_with(&["policy", "explain", "-", "--policy", "night.cedar"], noon);
    let said = "`(context.time.hour >= 22 || context.time.hour < 6)` does not hold";
    assert!(run.exits(0).stdout.contains(said), "{}", run.stdout);
    let run = desk.run_with(&["policy", "explain", "-"], "action = \"list\"\nverdict = \"allow\"");
    assert!(run.exits(2).stderr.contains("-:2:1"), "{}", run.stderr);
}

#[test]
fn every_recipe_of_the_guide_does_what_its_cases_say() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/policy.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let recipes: Vec<&str> = guide.split("\n## ").skip(1).collect();
    assert!(recipes.len() >= 6);
    for recipe in recipes {
        let block = |language: &str| {
            let (_, rest) = recipe
                .split_once(&format!("```{language}\n"))
                .unwrap_or_else(|| panic!("no {language} in {recipe}"));
            rest.split_once("\n```").unwrap().0.to_owned()
        };
        let desk = Desk::new().file("recipe.cedar", block("cedar")).file("recipe.test.toml", block("toml"));
        let run = desk.run(&["policy", "test", "recipe.test.toml"]);
        assert_eq!(run.code, Some(0), "{recipe}\n{}{}", run.stdout, run.stderr);
    }
}
