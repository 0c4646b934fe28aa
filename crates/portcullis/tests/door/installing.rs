//! `guard install` and `guard uninstall`: the guard in front of every configured server, and every file as it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use portcullis_hosts::{Machine, Os};
use portcullis_model::Launch;
use serde_json::{Value, json};

use crate::desk::{Desk, Run, finish};

/// The program that hosts start after an installation.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_portcullis");

/// A configuration in its owner's style.
const BEFORE: &str = "{\n  // mine\n  \"mcpServers\": {\n    \"weather\":  { \"command\": \"npx\", \"args\": [\"-y\", \"weather-server\"], \"env\": {\"KEY\": \"canary-0123456789\"}, },\n    \"clock\": { \"command\": \"/opt/clock/bin/clock\" } /* fine */\n  }\n}\n";

fn desk() -> Desk {
    Desk::new().file(".cursor/mcp.json", BEFORE)
}

#[track_caller]
pub(crate) fn install(desk: &Desk, words: &[&str]) -> Run {
    let run = desk.run(&[&["guard", "install", "--yes"], words].concat());
    run.exits(0);
    run
}

#[track_caller]
pub(crate) fn uninstall(desk: &Desk) -> Run {
    let run = desk.run(&["guard", "uninstall", "--yes"]);
    run.exits(0);
    run
}

/// The servers of a file in JSON, comments allowed, as its host would start them.
pub(crate) fn started(desk: &Desk, path: &str) -> BTreeMap<String, Vec<String>> {
    let machine = Machine::new(Os::native(), "/", desk.home());
    let reading = portcullis_hosts::read_any(&desk.path(path), &machine).unwrap();
    let words = |launch: &Launch| match launch {
        Launch::Stdio { command, args, .. } => {
            std::iter::once(command).chain(args).map(|word| word.text.clone()).collect()
        }
        Launch::Remote { url, .. } => vec![url.text.clone()],
        Launch::Unknown => Vec::new(),
    };
    reading.config.servers.iter().map(|server| (server.name.clone(), words(&server.launch))).collect()
}

/// What a host starts for a server behind the guard.
pub(crate) fn guarded(name: &str, words: &[&str]) -> Vec<String> {
    [&[PROGRAM, "guard", "--server", name, "--"], words].concat().into_iter().map(str::to_owned).collect()
}

/// What the program keeps for the uninstallation.
pub(crate) fn kept(desk: &Desk) -> Vec<PathBuf> {
    let folder = desk.home().join(".local/state/portcullis/install");
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut kept: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    kept.retain(|path| path.file_name().unwrap() != "lock");
    kept.sort();
    kept
}

#[test]
fn a_host_starts_the_guard_and_everything_else_stays_as_its_owner_wrote_it() {
    let desk = desk();
    let run = install(&desk, &[]);
    let expected = BEFORE
        .replace(
            r#""npx", "args": ["#,
            &format!(r#""{PROGRAM}", "args": ["guard", "--server", "weather", "--", "npx", "#),
        )
        .replace(
            r#""/opt/clock/bin/clock""#,
            &format!(r#""{PROGRAM}", "args": ["guard", "--server", "clock", "--", "/opt/clock/bin/clock"]"#),
        );
    assert_eq!(desk.read(".cursor/mcp.json"), expected);
    for line in
        ["+++ .cursor/mcp.json", ".cursor/mcp.json (Cursor)", "  guard       weather", "  guard       clock"]
    {
        assert!(run.stdout.contains(line), "no `{line}` in {}", run.stdout);
    }
    assert!(!run.everything().contains("canary"), "{}", run.everything());
    assert_eq!(
        std::fs::read_dir(desk.path(".cursor")).unwrap().count(),
        1,
        "nothing is left beside the file"
    );
    uninstall(&desk);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
    assert_eq!(kept(&desk), [""; 0].map(PathBuf::from));
}

#[test]
fn a_second_installation_changes_nothing() {
    let desk = desk();
    install(&desk, &[]);
    let once = desk.read(".cursor/mcp.json");
    let run = install(&desk, &[]);
    assert_eq!(desk.read(".cursor/mcp.json"), once);
    assert!(
        run.stderr.contains("nothing has to be changed") && run.stdout.contains("guarded     weather"),
        "{run:?}"
    );
    uninstall(&desk);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
}

#[test]
fn a_diff_shows_what_would_change_and_nothing_is_changed_without_a_yes() {
    let desk = desk();
    let run = desk.run(&["guard", "install", "--diff"]);
    run.exits(0);
    assert!(run.stdout.contains("\"guard\", \"--server\", \"weather\", \"--\", \"npx\""), "{}", run.stdout);
    assert!(!desk.home().join(".local").exists(), "looking leaves nothing behind");
    let unasked = desk.run(&["guard", "install"]);
    unasked.exits(2);
    assert!(unasked.stderr.contains("`--yes` agrees"), "{}", unasked.stderr);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
    install(&desk, &[]);
    let after = desk.read(".cursor/mcp.json");
    desk.run(&["guard", "uninstall", "--diff"]).exits(0);
    desk.run(&["guard", "uninstall"]).exits(2);
    assert_eq!(desk.read(".cursor/mcp.json"), after);
}

#[test]
fn only_the_named_hosts_are_changed_and_a_name_that_no_host_has_is_refused() {
    let desk = desk().file("~/.codex/config.toml", "[mcp_servers.a]\ncommand = \"a\"\n");
    install(&desk, &["codex"]);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
    assert_eq!(started(&desk, "~/.codex/config.toml")["a"], guarded("a", &["a"]));
    install(&desk, &["cursor"]);
    desk.run(&["guard", "uninstall", "--yes", "codex"]).exits(0);
    assert_eq!(desk.read("~/.codex/config.toml"), "[mcp_servers.a]\ncommand = \"a\"\n");
    assert_eq!(started(&desk, ".cursor/mcp.json")["clock"], guarded("clock", &["/opt/clock/bin/clock"]));
    let unknown = desk.run(&["guard", "install", "curser"]);
    unknown.exits(2);
    assert!(unknown.stderr.contains("`curser`") && unknown.stderr.contains("cursor"), "{}", unknown.stderr);
}

#[test]
fn what_is_not_guarded_is_named_with_the_reason() {
    let desk = Desk::with_servers(
        r#""far": {"url": "https://far.example/mcp", "auth": {"CLIENT_ID": "me"}}, "line": {"command": "npx -y pkg"}, "near": {"command": "near"}"#,
    )
    .file("compose.yaml", "services:\n  mcp:\n    image: mcp/x\n")
    .file("~/.cursor/plugins/x/mcp.json", r#"{"mcpServers": {"plugged": {"command": "p"}}}"#);
    let run = install(&desk, &[]);
    for line in [
        "NOT guarded far: the host signs in to it by itself (`auth`)",
        "NOT guarded line: its command is a whole line",
        "NOT guarded mcp: its servers are containers of Compose",
        "NOT guarded plugged: its file is a plug-in's",
        "guard       near",
    ] {
        assert!(run.stdout.contains(line), "no `{line}` in {}", run.stdout);
    }
    assert_eq!(started(&desk, ".cursor/mcp.json")["far"], ["https://far.example/mcp"]);
}

#[test]
fn a_new_server_is_guarded_by_the_next_installation_and_stays_after_the_uninstallation() {
    let desk = desk();
    install(&desk, &[]);
    let more = |text: &str| text.replace("  }\n}\n", "  , \"new\": {\"command\": \"new\"} }\n}\n");
    desk.write(".cursor/mcp.json", more(&desk.read(".cursor/mcp.json")));
    install(&desk, &[]);
    assert_eq!(started(&desk, ".cursor/mcp.json")["new"], guarded("new", &["new"]));
    uninstall(&desk);
    assert_eq!(desk.read(".cursor/mcp.json"), more(BEFORE));
}

#[test]
fn a_host_that_writes_its_file_anew_keeps_what_it_wrote() {
    let servers = json!({"mcpServers": {
        "a": {"command": "npx", "args": ["-y", "a"], "env": {"K": "v"}}, "b": {"command": "b"}, "c": {"command": "c", "args": []}}, "other": 1});
    let desk = Desk::new().file("~/.claude.json", servers.to_string());
    install(&desk, &[]);
    let mut rewritten: Value = serde_json::from_str(&desk.read("~/.claude.json")).unwrap();
    rewritten["other"] = json!({"changed": true});
    rewritten["mcpServers"].as_object_mut().unwrap().remove("c");
    rewritten["mcpServers"]["a"]["env"]["MORE"] = json!("x");
    rewritten["mcpServers"]["new"] = json!({"command": "new", "args": ["--", "guard"]});
    desk.write("~/.claude.json", serde_json::to_string_pretty(&rewritten).unwrap());
    uninstall(&desk);
    let found: Value = serde_json::from_str(&desk.read("~/.claude.json")).unwrap();
    let expected = json!({"mcpServers": {
        "a": {"command": "npx", "args": ["-y", "a"], "env": {"K": "v", "MORE": "x"}}, "b": {"command": "b"},
        "new": {"command": "new", "args": ["--", "guard"]}}, "other": {"changed": true}});
    assert_eq!(found, expected);
    assert_eq!(kept(&desk).len(), 0);
}

#[test]
fn a_program_that_moved_is_named_anew() {
    let desk = desk();
    install(&desk, &[]);
    let elsewhere = desk.home().join("bin/portcullis");
    std::fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
    std::fs::hard_link(PROGRAM, &elsewhere)
        .or_else(|_| std::fs::copy(PROGRAM, &elsewhere).map(drop))
        .unwrap();
    let moved = |words: &[&str]| {
        let mut command = std::process::Command::new(&elsewhere);
        command.args(words).current_dir(desk.project()).env_clear().env("HOME", desk.home());
        finish(command, Vec::new())
    };
    moved(&["guard", "install", "--yes"]).exits(0);
    let mut expected = guarded("clock", &["/opt/clock/bin/clock"]);
    expected[0] = elsewhere.display().to_string();
    assert_eq!(started(&desk, ".cursor/mcp.json")["clock"], expected);
    moved(&["guard", "uninstall", "--yes"]).exits(0);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
}

#[test]
fn a_guard_that_somebody_wrote_by_hand_belongs_to_the_file() {
    let before = format!(
        r#"{{"mcpServers": {{"a": {{"command": "{PROGRAM}", "args": ["guard", "--server", "a", "--", "npx"]}}, "b": {{"command": "b"}}}}}}"#
    );
    let desk = Desk::new().file(".cursor/mcp.json", &before);
    install(&desk, &[]);
    uninstall(&desk);
    assert_eq!(desk.read(".cursor/mcp.json"), before);
    // Without anything to remember, what looks like an installation is one.
    uninstall(&desk);
    assert_eq!(started(&desk, ".cursor/mcp.json")["a"], ["npx"]);
}

#[test]
fn without_what_was_remembered_every_entry_is_freed_by_itself() {
    let desk = desk();
    install(&desk, &[]);
    for path in kept(&desk) {
        std::fs::remove_file(path).unwrap();
    }
    uninstall(&desk);
    let servers = started(&desk, ".cursor/mcp.json");
    assert_eq!(servers["weather"], ["npx", "-y", "weather-server"]);
    assert_eq!(servers["clock"], ["/opt/clock/bin/clock"]);
    assert!(desk.read(".cursor/mcp.json").contains("// mine"));
}

#[test]
fn a_copy_that_was_tampered_with_is_not_restored() {
    let desk = desk();
    install(&desk, &[]);
    let copy = kept(&desk).into_iter().find(|path| path.extension().unwrap() == "original").unwrap();
    std::fs::write(&copy, r#"{"mcpServers": {"evil": {"command": "evil"}}}"#).unwrap();
    uninstall(&desk);
    assert!(!desk.read(".cursor/mcp.json").contains("evil"));
    assert_eq!(started(&desk, ".cursor/mcp.json")["weather"], ["npx", "-y", "weather-server"]);
}

#[test]
fn every_encoding_and_line_end_comes_back_byte_for_byte() {
    let crlf = BEFORE.replace('\n', "\r\n");
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    for bytes in [
        crlf.clone().into_bytes(),
        format!("\u{feff}{crlf}").into_bytes(),
        utf16(&crlf, u16::to_le_bytes),
        utf16(BEFORE, u16::to_be_bytes),
    ] {
        let desk = Desk::new().file(".cursor/mcp.json", &bytes);
        install(&desk, &[]);
        let after = std::fs::read(desk.path(".cursor/mcp.json")).unwrap();
        assert_eq!(after[..2], bytes[..2]);
        assert_eq!(
            started(&desk, ".cursor/mcp.json")["weather"],
            guarded("weather", &["npx", "-y", "weather-server"])
        );
        uninstall(&desk);
        assert_eq!(std::fs::read(desk.path(".cursor/mcp.json")).unwrap(), bytes);
    }
}

#[test]
fn a_file_that_is_gone_is_not_made_again_and_its_copy_is_named() {
    let desk = desk();
    install(&desk, &[]);
    std::fs::remove_file(desk.path(".cursor/mcp.json")).unwrap();
    let run = uninstall(&desk);
    assert!(
        run.stderr.contains("`.cursor/mcp.json` is not there any more") && run.stderr.contains(".original"),
        "{run:?}"
    );
    assert!(!desk.path(".cursor/mcp.json").exists());
    let copy = kept(&desk).into_iter().find(|path| path.extension().unwrap() == "original").unwrap();
    assert_eq!(std::fs::read_to_string(copy).unwrap(), BEFORE);
}

#[test]
fn a_file_of_another_project_is_restored_from_anywhere() {
    let desk = desk();
    install(&desk, &[]);
    let mut command = desk.command(&["guard", "uninstall", "--yes"]);
    command.current_dir(desk.home());
    finish(command, Vec::new()).exits(0);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
}

#[test]
fn a_file_that_cannot_be_understood_is_left_alone_until_it_can() {
    let desk = desk();
    install(&desk, &[]);
    let after = desk.read(".cursor/mcp.json");
    desk.write(".cursor/mcp.json", "{ \"mcpServers\": {");
    desk.run(&["guard", "uninstall", "--yes"]).exits(3);
    assert_eq!(desk.read(".cursor/mcp.json"), "{ \"mcpServers\": {");
    desk.write(".cursor/mcp.json", after);
    uninstall(&desk);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
    let broken = Desk::new().file("~/.codex/config.toml", "[mcp_servers.a]\ncommand = \"a\"\nargs = [\n");
    broken.run(&["guard", "install", "--yes"]).exits(3);
    assert!(broken.read("~/.codex/config.toml").ends_with("args = [\n"));
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let desk = desk();
    install(&desk, &[]);
    let lock = std::fs::File::open(desk.home().join(".local/state/portcullis/install/lock")).unwrap();
    lock.lock().unwrap();
    let run = desk.run(&["guard", "uninstall", "--yes"]);
    run.exits(3);
    assert!(run.stderr.contains("is running"), "{}", run.stderr);
    drop(lock);
    uninstall(&desk);
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
}

/// Many files, so that a run takes a while.
fn many() -> (Desk, Vec<(String, String)>) {
    let files: Vec<_> = [
        "~/.cursor/mcp.json",
        "~/.kiro/settings/mcp.json",
        "~/.factory/mcp.json",
        "~/.claude.json",
        ".mcp.json",
        "mcp.json",
    ]
    .iter()
    .map(|path| ((*path).to_owned(), BEFORE.replace("weather-server", &format!("server of {path}"))))
    .collect();
    let desk = files.iter().fold(Desk::new(), |desk, (path, text)| desk.file(path, text));
    (desk, files)
}

#[test]
fn a_run_that_is_killed_at_any_moment_can_be_undone() {
    for moment in 0..14 {
        let (desk, files) = many();
        let mut running = desk.command(&["guard", "install", "--yes"]);
        let mut running =
            running.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(15 + 9 * moment));
        running.kill().unwrap();
        running.wait().unwrap();
        if moment % 2 == 0 {
            install(&desk, &[]);
        }
        uninstall(&desk);
        for (path, text) in &files {
            assert_eq!(&desk.read(path), text, "{path}");
        }
        assert_eq!(kept(&desk).len(), 0);
        for (path, _) in &files {
            let names = std::fs::read_dir(desk.path(path).parent().unwrap()).unwrap();
            let left = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
            let left: Vec<_> = left.filter(|name| name.contains(".portcullis-")).collect();
            assert_eq!(left, [""; 0]);
        }
    }
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_is_kept_is_its_owners_alone() {
        let desk = desk();
        install(&desk, &[]);
        assert_eq!(mode(&desk.home().join(".local/state/portcullis/install")), 0o700);
        let kept = kept(&desk);
        assert_eq!(kept.len(), 2);
        for path in kept {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }

    #[test]
    fn permissions_stay_and_a_link_is_followed_and_stays_a_link() {
        let desk = Desk::new().file("~/dotfiles/cursor.json", BEFORE);
        let (real, link) = (desk.path("~/dotfiles/cursor.json"), desk.path("~/.cursor/mcp.json"));
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        set_mode(&real, 0o640);
        install(&desk, &[]);
        assert!(link.is_symlink());
        assert_eq!((mode(&real), started(&desk, "~/dotfiles/cursor.json").len()), (0o640, 2));
        assert!(desk.read("~/dotfiles/cursor.json").contains("--server"));
        uninstall(&desk);
        assert!(link.is_symlink());
        assert_eq!((mode(&real), desk.read("~/dotfiles/cursor.json").as_str()), (0o640, BEFORE));
    }

    #[test]
    fn a_read_only_file_is_left_alone_and_the_others_are_changed() {
        let desk = desk().file("~/.codex/config.toml", "[mcp_servers.a]\ncommand = \"a\"\n");
        set_mode(&desk.path(".cursor/mcp.json"), 0o444);
        let run = desk.run(&["guard", "install", "--yes"]);
        run.exits(3);
        assert!(run.stderr.contains("read-only"), "{}", run.stderr);
        assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
        assert_eq!(started(&desk, "~/.codex/config.toml")["a"], guarded("a", &["a"]));
        assert_eq!(kept(&desk).len(), 2, "nothing is remembered of what was not changed");
    }
}
