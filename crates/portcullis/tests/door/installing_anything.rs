//! `guard install` and `uninstall` over configurations as nobody would write them: every byte comes back.

use crate::desk::Desk;
use crate::installing::{PROGRAM, install, uninstall};

/// Numbers that follow from a seed: the same configurations on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    fn word(&mut self) -> &'static str {
        self.one(&[
            "-y",
            "pkg@1",
            "a b",
            "größe 🛡",
            "it's",
            "#no",
            "",
            "--",
            "guard",
            "x:y",
            "$HOME",
            "C:\\\\x",
        ])
    }

    fn words(&mut self, most: usize) -> Vec<&'static str> {
        (0..self.below(most + 1)).map(|_| self.word()).collect()
    }
}

fn json(numbers: &mut Numbers, liberal: bool) -> String {
    let end = numbers.one(&["\n", "\r\n", " ", "\n\n\t"]);
    let mut text = format!("{{{end}");
    let comment = |numbers: &mut Numbers| match liberal {
        true => numbers.one(&["", " // note\n", "/* note */ "]),
        false => "",
    };
    text.push_str(&format!("\"mcpServers\"{}:{end}{{{end}", numbers.one(&["", " "])));
    let count = numbers.below(5);
    for index in 0..count {
        let args = numbers.words(4).iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        let list = args.join(&format!(",{}", numbers.one(&["", " ", "\n      "])));
        let mut members = vec![format!("\"command\":{}\"npx\"", numbers.one(&["", " ", "\t"]))];
        if numbers.below(3) > 0 {
            members.push(format!(
                "\"args\": [{}{list}{}]",
                numbers.one(&["", "\n   "]),
                numbers.one(&["", "\n"])
            ));
        }
        if numbers.below(2) > 0 {
            members.push("\"env\": {\"KEY\": \"value\"}".to_owned());
        }
        if numbers.below(2) > 0 {
            members.reverse();
        }
        let note = comment(numbers);
        let last = if liberal { numbers.one(&[",", ""]) } else { "" };
        let more = if index + 1 < count { "," } else { last };
        text.push_str(&format!(
            "\"s{index}\": {{{end}{}{last}{end}}}{more}{note}{end}",
            members.join(&format!(",{note}{end}"))
        ));
    }
    text + "}" + end + "}" + numbers.one(&["", "\n", "\r\n"])
}

fn toml(numbers: &mut Numbers) -> String {
    let mut text = numbers.one(&["", "# mine\n", "model = 'm'\n\n"]).to_owned();
    for index in 0..numbers.below(5) {
        let words = numbers.words(4).iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        let list = words.join(numbers.one(&[", ", ",\n  # note\n  ", " ,"]));
        let note = numbers.one(&["", " # note", "   "]);
        let quote = numbers.one(&["\"", "'", "\"\"\""]);
        let args = if numbers.below(3) > 0 { format!("args = [{list}]{note}\n") } else { String::new() };
        text.push_str(&format!(
            "[mcp_servers.s{index}]{note}\n{args}command = {quote}npx{quote}{note}\nenv = {{ K = 'v' }}\n\n"
        ));
    }
    if numbers.below(2) > 0 { text.replace('\n', "\r\n") } else { text }
}

fn yaml(numbers: &mut Numbers) -> String {
    let mut text = numbers.one(&["", "# mine\n", "---\n"]).to_owned() + "extensions:\n";
    for index in 0..=numbers.below(4) {
        let words = numbers.words(4).iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        let note = numbers.one(&["", " # note", "  "]);
        let command = numbers.one(&["npx", "'npx'", "\"npx\"", "&cmd npx", ">-\n      npx"]);
        let lines = words.iter().map(|word| format!("    - {word}{note}\n")).collect::<String>();
        let args = match (numbers.below(3), words.is_empty()) {
            (0, _) => String::new(),
            (1, false) => format!("    args:{note}\n{lines}"),
            _ => format!("    args: [{}]{note}\n", words.join(", ")),
        };
        let block = command.starts_with('>');
        let command = format!("    cmd: {command}{}\n", if block { "" } else { note });
        let both = if numbers.below(2) > 0 { command + &args } else { args + &command };
        text.push_str(&format!("  s{index}:\n{both}    enabled: true\n"));
    }
    text
}

#[test]
fn every_byte_of_any_configuration_comes_back() {
    let mut numbers = Numbers(42);
    let mut guards = 0;
    for round in 0..12 {
        let files = [
            ("~/.cursor/mcp.json", json(&mut numbers, false)),
            (".kiro/settings/mcp.json", json(&mut numbers, true)),
            ("~/.factory/mcp.json", format!("\u{feff}{}", json(&mut numbers, true))),
            ("~/.codex/config.toml", toml(&mut numbers)),
            (".codex/config.toml", toml(&mut numbers)),
            ("~/.config/goose/config.yaml", yaml(&mut numbers)),
        ];
        let desk = files.iter().fold(Desk::new(), |desk, (path, text)| desk.file(path, text));
        install(&desk, &[]);
        for (path, text) in &files {
            let now = desk.read(path);
            guards += now.matches(PROGRAM).count();
            // A command folded over lines is not edited in place, and is said to be left alone.
            let wanted = text.matches("npx").count() - text.matches(">-").count();
            assert_eq!(now.matches(PROGRAM).count(), wanted, "round {round}: {path}\n{text}\n{now}");
        }
        install(&desk, &[]);
        uninstall(&desk);
        for (path, text) in &files {
            assert_eq!(&desk.read(path), text, "round {round}: {path}");
        }
    }
    assert!(guards > 60, "{guards}");
}
