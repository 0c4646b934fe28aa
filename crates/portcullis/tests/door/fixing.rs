//! `--fix`: what is safe is repaired, the rest of the file stays as it was, and the old file is kept.

use crate::desk::{Desk, Run};

/// A configuration in its owner's style: comments, a trailing comma, uneven spaces.
const BEFORE: &str = r#"{
  // the servers of this project
  "mcpServers": {
    "weather":  { "command": "npx", "args": ["-y", "weather-server"], "autoApprove": ["*"], },
    "clock": { "command": "/opt/clock/bin/clock" } /* fine */
  }
}
"#;

/// A desk on which npx has fetched the package in this version before.
fn desk() -> Desk {
    let manifest = r#"{"name": "weather-server", "version": "1.4.2"}"#;
    Desk::new()
        .file(".cursor/mcp.json", BEFORE)
        .file("~/.npm/_npx/0a1b2c/node_modules/weather-server/package.json", manifest)
}

/// The files beside the configuration.
fn backups(desk: &Desk) -> Vec<String> {
    let entries = std::fs::read_dir(desk.path(".cursor")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name != "mcp.json").collect()
}

#[track_caller]
fn fixed(desk: &Desk, words: &[&str]) -> Run {
    let run = desk.scan(&[&["--fix"], words].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    run
}

#[test]
fn safe_repairs_are_made_and_everything_else_stays_byte_for_byte() {
    let desk = desk();
    desk.scan(&[]).exits(1).finds("auto-approved-tools").finds("unpinned-package");
    let run = fixed(&desk, &[]);
    let after = desk.read(".cursor/mcp.json");
    let expected = BEFORE.replace(r#""weather-server"]"#, r#""weather-server@1.4.2"]"#);
    let approvals = [r#", "autoApprove": ["*"],"#, r#""autoApprove": [],"#];
    assert!(!after.contains(r#"["*"]"#), "{after}");
    let kept = expected.split(approvals[0]).next().unwrap();
    assert!(after.starts_with(kept), "{after}");
    assert!(
        after.ends_with("\"clock\": { \"command\": \"/opt/clock/bin/clock\" } /* fine */\n  }\n}\n"),
        "{after}"
    );
    // The report is about what is left.
    run.finds_no("auto-approved-tools").finds_no("unpinned-package");
    for word in ["repaired `.cursor/mcp.json`", "weather-server@1.4.2", "before: `"] {
        assert!(run.stderr.contains(word), "no `{word}` in {}", run.stderr);
    }
    // The repaired file is still a configuration that a host can read.
    desk.scan(&[]).exits(0);
}

#[test]
fn the_old_file_is_kept_beside_the_new_one() {
    let desk = desk();
    fixed(&desk, &[]);
    let backups = backups(&desk);
    assert_eq!(backups.len(), 1, "{backups:?}");
    assert_eq!(desk.read(&format!(".cursor/{}", backups[0])), BEFORE);
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let desk = desk();
    let run = desk.run(&["scan", "--fix", "--diff"]);
    for line in ["--- ", "+++ ", "-    \"weather\":  {", "+    \"weather\":  {", "weather-server@1.4.2"] {
        assert!(run.stdout.contains(line), "no `{line}` in {}", run.stdout);
    }
    assert_eq!(desk.read(".cursor/mcp.json"), BEFORE);
    assert_eq!(backups(&desk), [""; 0]);
}

#[test]
fn a_second_repair_finds_nothing_to_do() {
    let desk = desk();
    fixed(&desk, &[]);
    let once = desk.read(".cursor/mcp.json");
    let run = fixed(&desk, &[]);
    assert!(run.stderr.contains("nothing can be repaired automatically"), "{}", run.stderr);
    assert_eq!(desk.read(".cursor/mcp.json"), once);
}

#[test]
fn a_version_is_pinned_only_when_exactly_one_is_installed_and_it_is_a_version() {
    let manifest = |version: &str| format!(r#"{{"name": "weather-server", "version": "{version}"}}"#);
    let path = "~/.npm/_npx/ffffff/node_modules/weather-server/package.json";
    for other in ["1.5.0", "1.4.2\", \"--evil", "latest"] {
        let desk = desk().file(path, manifest(&other.replace('"', "\\\"")));
        fixed(&desk, &[]);
        let after = desk.read(".cursor/mcp.json");
        let pinned = after.contains("weather-server@1.4.2");
        // What is no version does not count as one; two versions are no answer.
        assert_eq!(pinned, other != "1.5.0", "{other}: {after}");
        assert!(!after.contains("evil") && !after.contains("latest"), "{after}");
    }
    let none = Desk::new().file(".cursor/mcp.json", BEFORE);
    fixed(&none, &[]);
    assert!(none.read(".cursor/mcp.json").contains("\"weather-server\"]"));
}

#[cfg(unix)]
#[test]
fn permissions_that_are_too_open_are_closed() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with_servers(r#""a": {"command": "/opt/a/bin/a"}"#);
    let path = desk.path(".cursor/mcp.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    desk.scan(&[]).finds("open-permissions");
    fixed(&desk, &[]).finds_no("open-permissions");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode & 0o022, 0, "{mode:o}");
}

#[test]
fn a_file_that_cannot_be_read_whole_is_not_edited() {
    let broken = BEFORE.replace("/* fine */", "/* fine ");
    let desk = desk().file(".cursor/mcp.json", &broken);
    let run = desk.scan(&["--fix"]);
    assert_ne!(run.code, Some(0));
    assert_eq!(desk.read(".cursor/mcp.json"), broken);
    assert_eq!(backups(&desk), [""; 0]);
}

#[test]
fn only_what_is_selected_is_repaired() {
    let desk = desk();
    fixed(&desk, &["--select", "auto-approved-tools"]);
    let after = desk.read(".cursor/mcp.json");
    assert!(after.contains("\"weather-server\"]") && !after.contains("[\"*\"]"), "{after}");
}

#[test]
fn other_encodings_and_line_ends_stay_as_they_are() {
    let text = format!("\u{feff}{}", BEFORE.replace('\n', "\r\n"));
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let desk = desk().file(".cursor/mcp.json", &bytes);
    fixed(&desk, &[]);
    let after = std::fs::read(desk.path(".cursor/mcp.json")).unwrap();
    let units: Vec<u16> = after.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let after = String::from_utf16(&units).unwrap();
    assert!(after.starts_with("\u{feff}{\r\n") && after.contains("weather-server@1.4.2"), "{after}");
    assert_eq!(after.matches("\r\n").count(), after.matches('\n').count());
}

#[test]
fn toml_and_yaml_are_repaired_in_their_own_way() {
    let toml =
        "# mine\n[mcp_servers.weather]\ncommand = \"npx\" # node\nargs = [\"-y\", \"weather-server\"]\n";
    let yaml = "# mine\nextensions:\n  weather:\n    cmd: npx\n    args: [-y, \"weather-server\"] # node\n";
    let desk = desk().file("~/.codex/config.toml", toml).file("~/.config/goose/config.yaml", yaml);
    fixed(&desk, &[]);
    let pinned = |text: &str| text.replace("weather-server\"", "weather-server@1.4.2\"");
    assert_eq!(desk.read("~/.codex/config.toml"), pinned(toml));
    assert_eq!(desk.read("~/.config/goose/config.yaml"), pinned(yaml));
}
