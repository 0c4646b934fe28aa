//! What a person is asked to agree to.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // a test may panic

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use portcullis_model::Secret;
use portcullis_probe::{LaunchPlan, Unconfined, Way};

fn variable(name: &str, value: &str) -> (String, Secret) {
    (name.to_owned(), Secret::new(value))
}

fn start(command: &str, arguments: &[&str], base: Vec<(String, Secret)>) -> LaunchPlan {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    LaunchPlan::start("x", command, arguments, base, vec![variable("TOKEN", "canary-4711-4711")], None)
        .unwrap()
}

#[test]
fn the_command_is_shown_whole_with_the_boundaries_of_its_arguments_and_nothing_invisible() {
    let long = "x".repeat(5000);
    let plan = start("/bin/sh", &["-c", "echo a b", "it's", "a\u{202e}b\u{1b}[2J", "", &long], Vec::new());
    let lines = plan.describe(&Unconfined);
    assert_eq!(
        lines[0],
        format!("starts /bin/sh -c 'echo a b' 'it'\\''s' 'a\\u{{202e}}b\\u{{1b}}[2J' '' {long}")
    );
    assert!(lines.last().unwrap().contains("unconfined, with all of your rights"));
}

#[test]
fn names_of_variables_are_shown_and_values_never() {
    let plan = start("/bin/sh", &[], vec![variable("PATH", "/bin"), variable("TOKEN", "older")]);
    let shown = format!("{:?} {:?}", plan.describe(&Unconfined), plan);
    assert!(shown.contains("with the variables PATH, TOKEN"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    let headers = vec![variable("Authorization", "canary-4711-4711")];
    let plan = LaunchPlan::contact("x", "https://tools.example/mcp", headers, false).unwrap();
    let shown = format!("{:?} {:?}", plan.describe(&Unconfined), plan);
    assert!(shown.contains("https://tools.example/mcp") && shown.contains("Authorization"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn the_program_and_its_script_are_shown_with_their_digests() {
    let folder = tempfile::tempdir().unwrap();
    let (program, script) = (folder.path().join("program"), folder.path().join("server.py"));
    fs::write(&program, "").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(&script, "abc").unwrap();
    let base = vec![variable("PATH", &format!("relative:/nowhere:{}", folder.path().display()))];
    let plan = start("program", &["-u", script.to_str().unwrap(), "--flag"], base);
    let Way::Start(start) = &plan.way else { panic!("it starts something") };
    assert_eq!(start.command, program);
    let digests: Vec<&str> = start.digests.iter().map(|file| file.sha256.as_str()).collect();
    assert_eq!(
        digests,
        [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ]
    );
    let lines = plan.describe(&Unconfined).join("\n");
    assert!(digests.iter().all(|digest| lines.contains(digest)), "{lines}");
}

#[test]
fn what_may_not_be_run_makes_no_plan() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "").unwrap();
    for command in [file.to_str().unwrap(), folder.path().to_str().unwrap(), "", "a\0b", "sh"] {
        let plan = LaunchPlan::start("x", command, Vec::new(), Vec::new(), Vec::new(), None);
        assert!(plan.is_err(), "{command:?}");
    }
}
