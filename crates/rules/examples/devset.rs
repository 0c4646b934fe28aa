//! Measures the rules about meaning on labelled sets: `devset metadata DIR`, `devset outputs DIR`,
//! `devset explain TEXT`. A set is the decompressed JSON Lines and CSV of one folder; options: `--half a|b|all` (by a
//! digest of the server or origin), `--missed`, `--false`, `--only WORD`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::expect_used
)] // a tool for people

use std::collections::BTreeMap;
use std::fs;

use portcullis_model::{Confidence, Finding, Severity};
use portcullis_rules::{Engine, Neighbours, Subject};
use portcullis_text::Role;
use portcullis_text::meaning::Meaning;
use portcullis_wire::json::{self, Dialect, Limits};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|argument| argument == name);
    let value = |name: &str| option(name).and_then(|at| arguments.get(at + 1)).cloned().unwrap_or_default();
    let run = Run {
        half: value("--half"),
        missed: option("--missed").is_some(),
        alarms: option("--false").is_some(),
        only: value("--only"),
        engine: {
            let ignore: Vec<String> = option("--ignore").map(|_| value("--ignore")).into_iter().collect();
            let selection = portcullis_rules::Selection::new(
                &[],
                &ignore,
                portcullis_model::Confidence::Low,
                portcullis_model::Audience::Regular,
            );
            Engine::new(selection.unwrap())
        },
    };
    match arguments.first().map(String::as_str) {
        Some("metadata") => metadata(&arguments[1], &run),
        Some("outputs") => outputs(&arguments[1], &run),
        Some("fixtures") => fixtures(&arguments[1], &run),
        Some("speed") => speed(&arguments[1]),
        Some("explain") => explain(&arguments[1]),
        _ => println!("devset metadata|outputs DIR, or explain TEXT"),
    }
}

struct Run {
    half: String,
    missed: bool,
    alarms: bool,
    only: String,
    engine: Engine,
}

impl Run {
    fn takes(&self, key: &str) -> bool {
        let digest = key.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
        match self.half.as_str() {
            "a" => (digest >> 3) & 1 == 0,
            "b" => (digest >> 3) & 1 == 1,
            _ => true,
        }
    }
}

#[derive(Default)]
struct Table {
    rows: BTreeMap<String, (usize, usize)>,
    rules: BTreeMap<(String, String), usize>,
}

impl Table {
    fn count(&mut self, row: &str, findings: &[Finding]) {
        let entry = self.rows.entry(row.to_owned()).or_default();
        entry.0 += usize::from(!findings.is_empty());
        entry.1 += 1;
        if row.ends_with("/ all") {
            return;
        }
        let mut ids: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            *self
                .rules
                .entry((row.split(" / ").next().unwrap_or_default().to_owned(), id.to_owned()))
                .or_default() += 1;
        }
    }

    fn print(&self) {
        for (row, (found, all)) in &self.rows {
            println!("{:6.2} %  {found:5} of {all:5}  {row}", *found as f64 * 100.0 / *all as f64);
        }
        for ((row, rule), count) in &self.rules {
            println!("{count:6}  {row}  {rule}");
        }
    }
}

fn csv(path: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => rows.last_mut().unwrap().push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' => {}
            _ => rows.last_mut().unwrap().last_mut().unwrap().push(character),
        }
    }
    rows
}

fn metadata(folder: &str, run: &Run) {
    let labels: BTreeMap<(String, String), Vec<String>> = csv(&format!("{folder}/metadata-labels.csv"))
        .into_iter()
        .filter(|row| row.len() > 10)
        .map(|row| ((row[0].clone(), row[1].clone()), row))
        .collect();
    let mut table = Table::default();
    for kind in ["poisoned", "benign"] {
        let lines = fs::read_to_string(format!("{folder}/metadata-{kind}.surfaces.jsonl")).unwrap();
        for line in lines.lines() {
            let document = json::read(line.as_bytes(), Dialect::Strict, &Limits::default()).unwrap();
            let read = portcullis_wire::surface::read(document.root, "x").unwrap();
            let surface = read.surface;
            let plain = surface.server.split('#').next().unwrap_or_default().to_owned();
            if !run.takes(&plain) {
                continue;
            }
            let mut neighbours = Neighbours::default();
            neighbours.servers.push(surface.server.clone());
            for tool in surface.tools() {
                neighbours.tools.push((surface.server.clone(), tool.name.clone()));
            }
            neighbours.tools.sort();
            let findings = run.engine.surface("dev", &surface, None, &neighbours);
            for tool in surface.tools() {
                let Some(row) = labels.get(&(surface.server.clone(), tool.name.clone())) else { continue };
                let own: Vec<Finding> = findings
                    .iter()
                    .filter(|finding| finding.location.name.as_deref() == Some(&tool.name))
                    .cloned()
                    .collect();
                let length = if row[8] == "1" { "long" } else { "short" };
                let key = if kind == "benign" {
                    format!("{kind} / {} / {length}", row[5])
                } else {
                    format!("{kind} / {} / {}", row[5], row[4])
                };
                table.count(&key, &own);
                table.count(&format!("{kind} / all"), &own);
                let text = tool.description().unwrap_or_default();
                let shown = (kind == "poisoned" && own.is_empty() && run.missed)
                    || (kind == "benign" && !own.is_empty() && run.alarms);
                if shown && key.contains(&run.only) {
                    println!("* {key} | {} | {} | {}", surface.server, tool.name, text.replace('\n', " // "));
                    for finding in &own {
                        println!(
                            "      {}: {} [{}]",
                            finding.rule,
                            finding.message,
                            finding.evidence.as_deref().unwrap_or_default()
                        );
                    }
                }
            }
        }
    }
    table.print();
}

fn outputs(folder: &str, run: &Run) {
    let labels: BTreeMap<String, Vec<String>> = csv(&format!("{folder}/outputs-labels.csv"))
        .into_iter()
        .filter(|row| row.len() > 8)
        .map(|row| (row[0].clone(), row))
        .collect();
    let mut table = Table::default();
    let neighbours = Neighbours::default();
    let engine = &run.engine;
    for kind in ["attack", "benign"] {
        let lines = fs::read_to_string(format!("{folder}/outputs-{kind}.jsonl")).unwrap();
        for line in lines.lines() {
            let document = json::read(line.as_bytes(), Dialect::Strict, &Limits::default()).unwrap();
            let get = |key: &str| document.root.get_text(key).unwrap_or_default();
            let row = &labels[get("id")];
            if !run.takes(&row[8]) {
                continue;
            }
            let role = if row[5] == "prompt" { Role::Prompt } else { Role::Result };
            let subject = Subject {
                server: get("server"),
                file: None,
                item: None,
                name: document.root.get_text("tool"),
                neighbours: &neighbours,
            };
            let mut findings = engine.one_text(&subject, get("text"), role);
            findings.retain(|finding| speaks_up(finding, role));
            let key = format!("{kind} / {}", row[3]);
            table.count(&key, &findings);
            table.count(&format!("{kind} / all"), &findings);
            let shown = (kind == "attack" && findings.is_empty() && run.missed)
                || (kind == "benign" && !findings.is_empty() && run.alarms);
            if shown && key.contains(&run.only) {
                let text = get("text");
                let characters: Vec<char> = text.chars().collect();
                let place = |at: usize| row[at].parse::<usize>().unwrap_or(0).min(characters.len());
                let (start, end) =
                    if row[6].is_empty() { (0, characters.len()) } else { (place(6), place(7)) };
                let part: String = characters[start..end].iter().take(500).collect();
                println!("* {key} | {} | {}", row[2], part.replace('\n', " // "));
                for finding in &findings {
                    println!(
                        "      {}: {} [{}]",
                        finding.rule,
                        finding.message,
                        finding.evidence.as_deref().unwrap_or_default()
                    );
                }
            }
        }
    }
    table.print();
}

/// Of a result, a hint alone flags nothing: `judge` needs more.
fn speaks_up(finding: &Finding, role: Role) -> bool {
    role != Role::Result
        || finding.severity >= Severity::High
        || (finding.severity == Severity::Medium && finding.confidence >= Confidence::Medium)
}

fn fixtures(folder: &str, run: &Run) {
    let mut table = Table::default();
    let neighbours = Neighbours::default();
    for kind in ["attacks", "honest"] {
        let lines = fs::read_to_string(format!("{folder}/{kind}.tsv")).unwrap();
        for line in lines.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let role = match columns[1] {
                "schema" => Role::Schema,
                "result" => Role::Result,
                "prompt" => Role::Prompt,
                "argument" => Role::Argument,
                "resource" => Role::Resource,
                "instructions" => Role::Instructions,
                _ => Role::Description,
            };
            let subject = Subject {
                server: "fixture",
                file: None,
                item: None,
                name: Some(columns[3]),
                neighbours: &neighbours,
            };
            let text = columns[4].replace("\\n", "\n");
            let mut findings = run.engine.one_text(&subject, &text, role);
            findings.retain(|finding| speaks_up(finding, role));
            let language = if columns[2] == "en" { "en" } else { "other languages" };
            table.count(&format!("{kind} / {language} / {}", columns[0]), &findings);
            table.count(&format!("{kind} / {} / all", columns[1]), &findings);
            table.count(&format!("{kind} / all"), &findings);
            table.count(&format!("{kind} / {language} / all"), &findings);
            let shown = (kind == "attacks" && findings.is_empty() && run.missed)
                || (kind == "honest" && !findings.is_empty() && run.alarms);
            if shown && line.contains(&run.only) {
                println!("* {} | {} | {} | {}", columns[0], columns[1], columns[3], columns[4]);
                for finding in &findings {
                    println!("      {}: {}", finding.rule, finding.message);
                }
            }
        }
    }
    table.print();
}

/// Throughput over the benign texts, once, twice and four times as long, and over hostile shapes.
fn speed(folder: &str) {
    let lines = fs::read_to_string(format!("{folder}/metadata-benign.surfaces.jsonl")).unwrap();
    let mut texts = Vec::new();
    for line in lines.lines() {
        let document = json::read(line.as_bytes(), Dialect::Strict, &Limits::default()).unwrap();
        let surface = portcullis_wire::surface::read(document.root, "x").unwrap().surface;
        texts.extend(surface.tools().filter_map(|tool| tool.description().map(str::to_owned)));
    }
    let real = texts.join("\n\n");
    let shapes = [
        ("real", real),
        ("letters", "a".repeat(1_000_000)),
        ("quotes", "'a ".repeat(300_000)),
        ("backticks", "`a b c d e f".repeat(80_000)),
        ("tags", "<a".repeat(500_000)),
        ("orders", "send it to a@b.co and ".repeat(45_000)),
        ("names", "call read_file ".repeat(60_000)),
        ("lines", "\n # # #".repeat(140_000)),
        ("han", "读取文件并发送".repeat(45_000)),
        ("slashes", "/".repeat(1_000_000)),
        ("dots", "a.b.".repeat(250_000)),
    ];
    for (name, text) in shapes {
        for times in [1, 4] {
            let long = text.repeat(times);
            let start = std::time::Instant::now();
            let meaning = Meaning::of(&long);
            let time = start.elapsed().as_secs_f64();
            let neighbours = Neighbours::default();
            let subject =
                Subject { server: "x", file: None, item: None, name: Some("x"), neighbours: &neighbours };
            let start = std::time::Instant::now();
            let findings = Engine::default().one_text(&subject, &long, Role::Result).len();
            let whole = start.elapsed().as_secs_f64();
            let start = std::time::Instant::now();
            let views = portcullis_text::Reading::of(&long, Role::Result).views.len();
            let reading = start.elapsed().as_secs_f64();
            println!("{name:10} reading {:.1} MB/s {views} views", long.len() as f64 / 1e6 / reading);
            let megabytes = long.len() as f64 / 1e6;
            println!(
                "{name:10} {megabytes:6.2} MB  meaning {:7.1} MB/s  all rules {:7.1} MB/s  {} sentences {findings} findings",
                megabytes / time,
                megabytes / whole,
                meaning.sentence_count()
            );
        }
    }
}

fn explain(text: &str) {
    let meaning = Meaning::of(text);
    for sentence in meaning.sentences() {
        println!(
            "— {:?} {:?} {}",
            sentence.language,
            sentence.question,
            &text[sentence.span.start..sentence.span.end]
        );
        for token in meaning.tokens_of(sentence) {
            println!(
                "      {:?} {} {:?}{}",
                token.kind,
                token.text(text),
                token.concepts,
                if token.name { " name" } else { "" }
            );
        }
        for act in meaning.acts_of(sentence) {
            println!(
                "   {:?}{} {:?} on {:?}",
                act.force,
                if act.negated { " NOT" } else { "" },
                act.concepts,
                act.objects
            );
        }
    }
}
