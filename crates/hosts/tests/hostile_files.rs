//! Files that are broken or made to break a reader, through the front door: each is a problem that names the file,
//! the place and a remedy, the rest is still read, and nothing hangs, panics or grows.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // a test may panic

use std::path::PathBuf;
use std::time::{Duration, Instant};

use portcullis_hosts::{Machine, Os, Problem, ProblemKind, Reading, discover, read, read_any, read_bytes};
use portcullis_model::{ConfiguredServer, Launch};

/// A home directory that holds `~/.cursor/mcp.json` and a sound `~/.kimi/mcp.json`.
struct Home {
    folder: tempfile::TempDir,
    machine: Machine,
}

impl Home {
    fn with(bytes: impl AsRef<[u8]>) -> Self {
        let home = Self::empty();
        std::fs::write(home.suspect(), bytes).unwrap();
        home
    }

    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::new(Os::Linux, folder.path(), folder.path().join("home/ada"));
        for name in [".cursor", ".kimi"] {
            std::fs::create_dir_all(machine.home.join(name)).unwrap();
        }
        let sound = r#"{"mcpServers": {"sound": {"command": "npx"}}}"#;
        std::fs::write(machine.home.join(".kimi/mcp.json"), sound).unwrap();
        Self { folder, machine }
    }

    fn suspect(&self) -> PathBuf {
        self.machine.home.join(".cursor/mcp.json")
    }

    /// What became of the suspect; the sound file must be read whatever it is.
    fn outcome(&self) -> Result<Reading, Problem> {
        let started = Instant::now();
        let candidates = discover(&self.machine).candidates;
        let [suspect, sound] = candidates.as_slice() else { panic!("{} files were found", candidates.len()) };
        let outcome = read(suspect);
        assert_eq!(read(sound).ok().unwrap().config.servers[0].name, "sound");
        assert!(started.elapsed() < Duration::from_secs(5), "took {:?}", started.elapsed());
        outcome
    }

    fn problem(&self) -> Problem {
        self.outcome().err().expect("the file should not be readable")
    }
}

#[test]
fn malformed_and_truncated_text_names_line_column_and_remedy() {
    assert_eq!(
        Home::with("{\"mcpServers\": {\n  \"a\" {}\n}}").problem().to_string(),
        "`~/.cursor/mcp.json` line 2 column 7: expected `:` after the key, found `{`; correct the file there"
    );
    let truncated = Home::with("{\"mcpServers\": {\"a\": {\"command\": \"np").problem();
    assert_eq!((truncated.kind, truncated.place.unwrap().line), (ProblemKind::Syntax, 1));
}

#[test]
fn empty_blank_and_binary_files_are_told_apart() {
    for text in ["", " \n\t\n", "\u{feff}"] {
        assert_eq!(&*Home::with(text).problem().message, "the file is empty");
    }
    for bytes in [&b"\x7fELF\x02\x01\x01\0\0"[..], b"PK\x03\x04\0\0", &[0; 64]] {
        assert_eq!(Home::with(bytes).problem().kind, ProblemKind::NotText);
    }
}

#[test]
fn a_gigabyte_costs_nothing() {
    let home = Home::with("");
    std::fs::OpenOptions::new().write(true).open(home.suspect()).unwrap().set_len(1 << 30).unwrap();
    assert_eq!(home.problem().kind, ProblemKind::TooLarge);
}

#[test]
fn depth_is_refused_in_every_format() {
    for (name, text) in [
        ("x.json", "[".repeat(1 << 20)),
        ("x.json", "{\"a\":".repeat(1 << 20)),
        ("x.yaml", "- ".repeat(1 << 20)),
        ("x.yaml", "[".repeat(1 << 20)),
        ("x.toml", format!("a = {}", "[".repeat(1 << 20))),
        ("x.toml", format!("a{} = 1", ".b".repeat(1 << 19))),
        ("x.plist", format!("<plist>{}", "<array>".repeat(1 << 17))),
    ] {
        let started = Instant::now();
        assert!(read_bytes(text.as_bytes(), name).is_err(), "{name}");
        assert!(started.elapsed() < Duration::from_secs(20), "{name} took {:?}", started.elapsed());
    }
}

#[test]
fn duplicate_keys_are_said_both_values_are_read_and_the_guard_is_put_before_neither() {
    let text = r#"{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}"#;
    let reading = Home::with(text).outcome().ok().unwrap();
    assert_eq!(reading.problems[0].kind, ProblemKind::Irregular);
    assert_eq!(reading.problems[0].place.unwrap().column, 40);
    assert!(!reading.has_gap());
    let command = |server: &ConfiguredServer| match &server.launch {
        Launch::Stdio { command, .. } => command.text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(reading.config.servers.iter().map(command).collect::<Vec<_>>(), ["x", "y"]);
    let refused =
        portcullis_hosts::guarding::install(&reading, "/opt/portcullis", |server, _| server.name.clone())
            .map(|_| ())
            .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::EditRefused);
    assert!(refused.to_string().contains("two equal keys") && refused.place.is_some(), "{refused}");
    // Whose value is the same in both is one server.
    let text = r#"{"mcpServers": {"b": {"command": "z"}}, "theme": 1, "theme": 2}"#;
    assert_eq!(Home::with(text).outcome().ok().unwrap().config.servers.len(), 1);
}

#[test]
fn wrong_types_are_said_where_they_stand() {
    let said = |text: &str| -> Vec<String> {
        let reading = Home::with(text).outcome().ok().unwrap();
        reading.problems.iter().map(|problem| format!("{:?} {}", problem.kind, problem.message)).collect()
    };
    for (text, expected) in [
        (
            r#"{"mcpServers": [1, 2]}"#,
            "NotUnderstood `/mcpServers/0` is a number, not an object that describes a server",
        ),
        (r#"{"mcpServers": "x"}"#, "NotUnderstood `/mcpServers` is a text, not an object of servers"),
        (
            r#"{"mcpServers": {"a": {"command": 5}}}"#,
            "Irregular `/mcpServers/a/command` is a number, not a text",
        ),
        (
            r#"{"mcpServers": {"a": {"command": "x", "args": "y"}}}"#,
            "Irregular `/mcpServers/a/args` is a text, not a list of texts",
        ),
        (
            r#"{"mcpServers": {"a": {"command": "x", "args": [1]}}}"#,
            "Irregular `/mcpServers/a/args/0` is a number, not a text",
        ),
        (
            r#"{"mcpServers": {"a": {"command": "x", "args": [{}]}}}"#,
            "NotUnderstood `/mcpServers/a/args/0` is an object, not a text",
        ),
        (
            r#"{"mcpServers": {"a": {"command": "x", "env": {"A": 1}}}}"#,
            "Irregular `/mcpServers/a/env/A` is a number, not a text",
        ),
        (
            r#"{"mcpServers": {"a": {"command": "x", "env": {"A": []}}}}"#,
            "NotUnderstood `/mcpServers/a/env/A` is a list, not a text",
        ),
        (
            r#"{"mcpServers": {"a": {"command": "x", "env": "A=1"}}}"#,
            "NotUnderstood `/mcpServers/a/env` is a text, not an object of texts",
        ),
        (
            r#"{"mcpServers": {"a": {"command": {"x": 1}}}}"#,
            "NotUnderstood `/mcpServers/a/command` is an object, not a text that names a program",
        ),
    ] {
        assert_eq!(said(text).first().map(String::as_str), Some(expected), "{text}");
    }
}

#[test]
fn values_of_wrong_types_are_still_looked_at() {
    let text = r#"{"mcpServers": {"a": {"command": "x", "args": "--flag", "env": {"A": 1, "B": true}}}}"#;
    let reading = Home::with(text).outcome().ok().unwrap();
    let Launch::Stdio { args, env, .. } = &reading.config.servers[0].launch else { panic!("no command") };
    assert_eq!(args[0].text, "--flag");
    assert_eq!(env.iter().map(|one| one.value.expose()).collect::<Vec<_>>(), ["1", "true"]);
}

#[test]
fn a_root_that_is_no_object_is_a_configuration_without_servers() {
    for text in ["[]", "null", "7", "\"text\"", "true"] {
        assert!(Home::with(text).outcome().ok().unwrap().config.servers.is_empty(), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_pipes_and_folders_are_problems_and_do_not_hang() {
    let home = Home::empty();
    std::os::unix::fs::symlink("mcp.json", home.suspect()).unwrap();
    assert_eq!(&*home.problem().message, "the link leads back to itself");

    let home = Home::empty();
    nix::unistd::mkfifo(&home.suspect(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert_eq!(home.problem().kind, ProblemKind::NotAFile);

    let home = Home::empty();
    std::fs::create_dir(home.suspect()).unwrap();
    assert_eq!(home.problem().kind, ProblemKind::NotAFile);

    let home = Home::empty();
    std::os::unix::fs::symlink("/dev/zero", home.suspect()).unwrap();
    assert_eq!(home.problem().kind, ProblemKind::NotAFile);

    let home = Home::empty();
    std::os::unix::fs::symlink("/nowhere/at/all", home.suspect()).unwrap();
    assert_eq!(&*home.problem().message, "the file does not exist");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_or_folder_is_a_problem() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::with("{}");
    std::fs::set_permissions(home.suspect(), std::fs::Permissions::from_mode(0o000)).unwrap();
    // An administrator may read everything.
    if std::fs::File::open(home.suspect()).is_err() {
        assert_eq!(home.problem().kind, ProblemKind::Unreadable);
        let folder = home.machine.home.join(".cursor");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o000)).unwrap();
        assert!(
            discover(&home.machine).problems.iter().any(|problem| problem.kind == ProblemKind::Unreadable)
        );
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_its_real_path_is_noted() {
    let home = Home::empty();
    let real = home.folder.path().join("dotfiles.json");
    std::fs::write(&real, r#"{"mcpServers": {}}"#).unwrap();
    std::os::unix::fs::symlink(&real, home.suspect()).unwrap();
    let reading = home.outcome().ok().unwrap();
    assert_eq!(reading.path, std::fs::canonicalize(real).unwrap());
    assert_eq!(reading.config.path, "~/.cursor/mcp.json");
}

#[test]
fn a_file_named_by_hand_that_is_not_there_says_so() {
    let home = Home::empty();
    let problem = read_any(&home.machine.home.join("none.json"), &home.machine).err().unwrap();
    assert_eq!((problem.kind, &*problem.path), (ProblemKind::Unreadable, "~/none.json"));
}

#[test]
fn many_servers_are_read_in_time() {
    let entry = |index: usize| {
        format!(
            r#""s{index}": {{"command": "npx", "args": ["-y", "pkg{index}@1.0.0"], "env": {{"K": "v"}}}}"#
        )
    };
    let entries: Vec<_> = (0..20_000).map(entry).collect();
    let reading =
        Home::with(format!("{{\"mcpServers\": {{{}}}}}", entries.join(", "))).outcome().ok().unwrap();
    assert_eq!(reading.config.servers.len(), 20_000);
}

#[test]
fn the_largest_files_of_any_shape_are_read_in_time() {
    /// Small enough for a test, large enough that anything quadratic would take minutes.
    const LARGE: usize = 1 << 20;
    let fill = |part: &str| part.repeat(LARGE / part.len());
    for (name, text) in [
        ("x.yaml", fill("a: b\n")),
        ("x.yaml", fill("- [a, b, {c: d}]\n")),
        ("x.yaml", fill("# ä comment\n")),
        ("x.yaml", format!("a: \"{}\"", fill("ä"))),
        ("x.yaml", format!("[{}]", fill("ä, "))),
        ("x.yaml", format!("a: |\n{}", fill("  x\n"))),
        ("x.yaml", fill("&a ")),
        ("x.yaml", fill("? ")),
        ("x.yaml", fill("---\n")),
        ("x.toml", fill("[[a]]\n")),
        ("x.toml", format!("a = \"{}\"", fill("ä"))),
        ("x.toml", fill("# x\n")),
        ("x.toml", fill("=\n")),
        ("x.toml", fill("a = 1\n")),
        ("x.toml", format!("a = [{}]", fill("1, "))),
        ("x.plist", format!("<plist><array>{}</array></plist>", fill("<true/>"))),
        ("x.plist", fill("<!-- -->")),
        ("x.plist", format!("<plist><string>{}", fill("&amp;"))),
        ("x.json", format!("[{}1]", fill("1,"))),
        ("x.json", fill("/**/")),
    ] {
        let started = Instant::now();
        let _ = read_bytes(text.as_bytes(), name);
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{name} {:?} took {:?}",
            text.get(..8),
            started.elapsed()
        );
    }
}
