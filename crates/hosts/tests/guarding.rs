//! What holds of every configuration that the guard is put into and taken out of again, in every format.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_hosts::guarding::{self, Freed, Planned, Step};
use portcullis_hosts::{Reading, read_bytes};
use portcullis_model::{ConfiguredServer, Launch, Node};
use portcullis_wire::json;
use proptest::prelude::*;

const PROGRAM: &str = r"C:\Program Files\Portcullis\portcullis.exe";

/// A server keeps its name.
fn named(server: &ConfiguredServer, _: &[&str]) -> String {
    server.name.clone()
}

/// One configured server, before it is written in some format.
#[derive(Debug, Clone)]
struct Server {
    name: String,
    command: String,
    args: Option<Vec<String>>,
    env: Option<Vec<(String, String)>>,
    is_remote: bool,
    style: u8,
}

fn word() -> impl Strategy<Value = String> {
    let odd = [
        "-y",
        "--",
        "guard",
        "--server",
        "$HOME",
        "${input:key}",
        "a b",
        "",
        "größe 🛡",
        "it's",
        "\"q\"",
        "# no",
        "a: b",
        "\\",
        "[x]",
        "{",
        "true",
        "007",
        "\t",
        "@scope/pkg@1.2.3",
        "-",
    ];
    prop_oneof![prop::sample::select(odd.to_vec()).prop_map(str::to_owned), "[a-z/.@:-]{1,12}"]
}

fn server() -> impl Strategy<Value = Server> {
    let command = prop_oneof![
        prop::sample::select(vec!["npx", "uvx", "/usr/bin/node", r"C:\Windows\System32\cmd.exe", "./run.sh"])
            .prop_map(str::to_owned),
        "[a-z]{1,8}",
    ];
    (
        word(),
        command,
        prop::option::weighted(0.8, prop::collection::vec(word(), 0..4)),
        prop::option::of(prop::collection::vec(("[A-Z]{1,6}", word()), 0..3)),
        prop::bool::weighted(0.15),
        any::<u8>(),
    )
        .prop_map(|(name, command, args, env, is_remote, style)| Server {
            name,
            command,
            args,
            env,
            is_remote,
            style,
        })
}

fn servers() -> impl Strategy<Value = Vec<Server>> {
    prop::collection::vec(server(), 0..5).prop_map(|servers| {
        let mut names = std::collections::BTreeSet::new();
        servers.into_iter().filter(|server| names.insert(server.name.clone())).collect()
    })
}

fn quoted(text: &str) -> String {
    json::write(&Node::made_text(text))
}

fn list(words: &[String], gap: &str) -> String {
    format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(&format!(",{gap}")))
}

/// The members of a server's object, in the order and the style that its number says.
fn members(server: &Server, sign: &str, inline: bool) -> Vec<String> {
    if server.is_remote {
        return vec![format!("\"url\"{sign}\"https://x.example/mcp\"")];
    }
    let gap = if server.style & 1 == 0 || inline { " " } else { "\n        " };
    let mut members = vec![format!("\"command\"{sign}{}", quoted(&server.command))];
    members.extend(server.args.iter().map(|args| format!("\"args\"{sign}{}", list(args, gap))));
    if server.style & 2 == 0 {
        members.reverse();
    }
    members
}

fn as_json(servers: &[Server]) -> String {
    let server = |server: &Server| {
        let sign = if server.style & 4 == 0 { ": " } else { ":" };
        let mut members = members(server, sign, false);
        let env = server.env.iter().map(|env| {
            let pairs: std::collections::BTreeMap<_, _> = env.iter().cloned().collect();
            let pairs: Vec<_> =
                pairs.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value))).collect();
            format!("\"env\": {{{}}}", pairs.join(", "))
        });
        members.extend(env);
        let gap = if server.style & 8 == 0 { "\n      " } else { " " };
        format!("    {}: {{{gap}{}\n    }}", quoted(&server.name), members.join(&format!(",{gap}")))
    };
    format!(
        "{{\n  \"mcpServers\": {{\n{}\n  }}\n}}\n",
        servers.iter().map(server).collect::<Vec<_>>().join(",\n")
    )
}

fn as_json5(servers: &[Server]) -> String {
    let server = |server: &Server| {
        let members = members(server, ": ", false)
            .join(", // mine\n      ")
            .replace("\"command\"", "command")
            .replace("\"args\"", "'args'");
        format!("    {}: {{ /* first */ {members}, }}, // last\n", quoted(&server.name))
    };
    format!(
        "{{ // top\n  mcp: {{ servers: {{\n{}  }}, }},\n}}\n",
        servers.iter().map(server).collect::<String>()
    )
}

fn as_lists(servers: &[Server]) -> String {
    let server = |server: &Server| {
        let words: Vec<_> =
            std::iter::once(server.command.clone()).chain(server.args.clone().unwrap_or_default()).collect();
        format!(
            "    {}: {{\"type\": \"local\", \"command\": {}}}",
            quoted(&server.name),
            list(&words, if server.style & 1 == 0 { " " } else { "\n" })
        )
    };
    format!("{{\"mcp\": {{\n{}\n}}}}", servers.iter().map(server).collect::<Vec<_>>().join(",\n"))
}

fn as_toml(servers: &[Server]) -> String {
    let server = |server: &Server| {
        let inline = server.style & 8 == 0;
        let members: Vec<_> =
            members(server, " = ", inline).iter().map(|line| line.replacen('"', "", 2)).collect();
        let comment = if server.style & 16 == 0 { " # mine" } else { "" };
        if inline {
            return format!(
                "[mcp_servers]\n{} = {{ {} }}{comment}\n",
                quoted(&server.name),
                members.join(", ")
            );
        }
        format!(
            "[mcp_servers.{}]\n{}{comment}\n",
            quoted(&server.name),
            members.join(&format!("{comment}\n"))
        )
    };
    // A table is opened once.
    let (inline, own): (Vec<_>, Vec<_>) =
        servers.iter().map(server).partition(|text| text.starts_with("[mcp_servers]\n"));
    let inline: String = inline.iter().map(|text| text.trim_start_matches("[mcp_servers]\n")).collect();
    format!("model = \"m\"\n\n[mcp_servers]\n{inline}\n{}", own.concat())
}

fn as_yaml(servers: &[Server]) -> String {
    let server = |server: &Server| {
        let mut text = format!("  {}:\n    name: x # the name\n", quoted(&server.name));
        let command =
            if server.style & 1 == 0 { quoted(&server.command) } else { format!("'{}'", server.command) };
        let args = server.args.as_ref().map(|args| match (server.style & 4 == 0, args.is_empty()) {
            (true, false) => format!(
                "    args:\n{}",
                args.iter().map(|word| format!("      - {} # w\n", quoted(word))).collect::<String>()
            ),
            _ => format!("    args: {}\n", list(args, " ")),
        });
        let command = format!("    cmd: {command} # run\n");
        match server.style & 2 == 0 {
            true => text.push_str(&(command + &args.unwrap_or_default())),
            false => text.push_str(&(args.unwrap_or_default() + &command)),
        }
        text
    };
    if servers.is_empty() {
        return "extensions: {}\n".to_owned();
    }
    format!("# mine\nextensions:\n{}", servers.iter().map(server).collect::<String>())
}

fn as_yaml_list(servers: &[Server]) -> String {
    let server = |server: &Server| {
        let args =
            server.args.as_ref().map(|args| format!("\n    args: {}", list(args, " "))).unwrap_or_default();
        match server.style & 1 == 0 {
            true => format!(
                "  - name: {}\n    command: {}{args}\n",
                quoted(&server.name),
                quoted(&server.command)
            ),
            false => format!(
                "  - command: {}{args}\n    name: {}\n",
                quoted(&server.command),
                quoted(&server.name)
            ),
        }
    };
    if servers.is_empty() {
        return "mcpServers: []\n".to_owned();
    }
    format!("mcpServers:\n{}", servers.iter().map(server).collect::<String>())
}

/// What a file says, wherever it is written.
fn said(reading: &Reading) -> String {
    json::write(&reading.config.root)
}

fn freed(planned: &[Planned], pointer: &str) -> Option<Freed> {
    match &planned.iter().find(|one| one.pointer.as_str() == pointer)?.step {
        Step::Guard { had_arguments, remote } => {
            Some(Freed { had_arguments: *had_arguments, remote: remote.clone() })
        }
        _ => None,
    }
}

fn check(shown: &str, text: &str, line_ends: bool) {
    let text = if line_ends { text.replace('\n', "\r\n") } else { text.to_owned() };
    let before = read_bytes(text.as_bytes(), shown).unwrap_or_else(|problem| panic!("{problem}:\n{text}"));
    let plan = guarding::install(&before, PROGRAM, named).unwrap();
    let after = plan.change.after();
    let installed = read_bytes(after.as_bytes(), shown).unwrap();
    for (old, new) in before.config.servers.iter().zip(&installed.config.servers) {
        let (
            Launch::Stdio { command, args, env, .. },
            Launch::Stdio { command: guard, args: words, env: given, .. },
        ) = (&old.launch, &new.launch)
        else {
            assert!(matches!(old.launch, Launch::Remote { .. }));
            continue;
        };
        let end = words.iter().position(|word| word.text == "--").unwrap();
        let behind: Vec<_> = words[end + 1..].iter().map(|word| word.text.as_str()).collect();
        let wanted: Vec<_> = std::iter::once(command).chain(args).map(|word| word.text.as_str()).collect();
        assert_eq!((guard.text.as_str(), &behind), (PROGRAM, &wanted), "{text}");
        assert_eq!(env.len(), given.len());
    }
    let again = guarding::install(&installed, PROGRAM, named).unwrap();
    assert!(again.change.is_empty(), "installed twice:\n{after}");
    if text.contains("\r\n") {
        assert_eq!(after.matches("\r\n").count(), after.matches('\n').count(), "{after}");
    }
    let out = guarding::uninstall(&installed, |_, pointer| freed(&plan.servers, pointer.as_str())).unwrap();
    let free = read_bytes(out.change.after().as_bytes(), shown).unwrap();
    assert_eq!(
        said(&free),
        said(&before),
        "before:\n{text}\nwith the guard:\n{after}\nwithout:\n{}",
        out.change.after()
    );
}

/// The host reads its file, writes it in another style, and the guard is taken out afterwards.
fn check_rewritten(shown: &str, write: Writer, servers: &[Server], style: u8) {
    let before = read_bytes(write(servers).as_bytes(), shown).unwrap();
    let plan = guarding::install(&before, PROGRAM, named).unwrap();
    let installed = read_bytes(plan.change.after().as_bytes(), shown).unwrap();
    let restyled: Vec<Server> =
        servers.iter().map(|server| Server { style: server.style ^ style, ..server.clone() }).collect();
    let guarded = |server: &Server| {
        let found = installed.config.servers.iter().find(|one| one.name == server.name).unwrap();
        let Launch::Stdio { command, args, .. } = &found.launch else { return server.clone() };
        let args = args.iter().map(|word| word.text.clone()).collect();
        Server { command: command.text.clone(), args: Some(args), ..server.clone() }
    };
    let rewritten = write(&restyled.iter().map(guarded).collect::<Vec<_>>());
    let host = read_bytes(rewritten.as_bytes(), shown).unwrap();
    let out = guarding::uninstall(&host, |name, _| {
        let one = plan.servers.iter().find(|one| one.name == name)?;
        freed(&plan.servers, one.pointer.as_str())
    });
    let free = read_bytes(out.unwrap().change.after().as_bytes(), shown).unwrap();
    let wanted = read_bytes(write(&restyled).as_bytes(), shown).unwrap();
    assert_eq!(said(&free), said(&wanted), "the host wrote:\n{rewritten}");
}

/// Writes a file of servers.
type Writer = fn(&[Server]) -> String;

/// Every format: the name of a file that is written so, and how.
const FORMATS: [(&str, Writer); 6] = [
    (".cursor/mcp.json", as_json),
    (".openclaw/openclaw.json", as_json5),
    ("opencode.json", as_lists),
    (".codex/config.toml", as_toml),
    (".config/goose/config.yaml", as_yaml),
    (".continue/config.yaml", as_yaml_list),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_says_the_same_when_the_guard_is_out_again(servers in servers(), line_ends: bool) {
        for (shown, write) in FORMATS {
            check(shown, &write(&servers), line_ends);
        }
    }

    #[test]
    fn a_file_in_another_style_says_the_same_when_the_guard_is_out_again(servers in servers(), style: u8) {
        for (shown, write) in FORMATS {
            check_rewritten(shown, write, &servers, style);
        }
    }

    #[test]
    fn a_host_that_writes_its_file_anew_keeps_what_it_wrote(all in servers(), more in server()) {
        let text = as_json(&all);
        let before = read_bytes(text.as_bytes(), ".cursor/mcp.json").unwrap();
        let plan = guarding::install(&before, PROGRAM, named).unwrap();
        // The host reads, drops the first server, adds one, and writes everything in a line.
        let rewritten = |text: &str| {
            let root = json::read(text.as_bytes(), json::Dialect::Strict, &json::Limits::default()).unwrap().root;
            let servers = root.get("mcpServers").unwrap();
            let mut entries: Vec<_> = servers.entries().iter().skip(1).map(|entry| format!("{}:{}", quoted(&entry.key), json::write(&entry.node))).collect();
            if servers.get("brand new").is_none() {
                entries.push(format!("\"brand new\":{{\"args\":[\"x\"],\"command\":{}}}", quoted(&more.command)));
            }
            format!("{{\"mcpServers\":{{{}}}}}", entries.join(","))
        };
        let host = read_bytes(rewritten(plan.change.after()).as_bytes(), ".cursor/mcp.json").unwrap();
        let out = guarding::uninstall(&host, |_, pointer| freed(&plan.servers, pointer.as_str())).unwrap();
        let mut found = said(&read_bytes(out.change.after().as_bytes(), ".cursor/mcp.json").unwrap());
        // A name that holds a slash keeps its place too.
        let wanted = said(&read_bytes(rewritten(&text).as_bytes(), ".cursor/mcp.json").unwrap());
        if found != wanted {
            found.push_str(out.change.after());
        }
        prop_assert_eq!(found, wanted);
    }
}
