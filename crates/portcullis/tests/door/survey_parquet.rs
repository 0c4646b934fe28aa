//! The tables of a survey as Parquet files, opened by DuckDB as analysts do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::desk::Desk;
use crate::test_servers;

/// Prints one JSON object: rows of each table, and answers to questions over two tables.
const QUESTIONS: &str = r#"
import duckdb, json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
tables = {file.stem: f"read_parquet('{file}')" for file in sorted(folder.glob('*.parquet'))}
ask = lambda sql: duckdb.sql(sql.format(**tables)).fetchall()
print(json.dumps({
    'rows': {name: ask(f'SELECT COUNT(*) FROM {{{name}}}')[0][0] for name in tables},
    'types': {name: dict((row[0], row[1]) for row in ask(f'DESCRIBE SELECT * FROM {{{name}}}')) for name in tables},
    'months': ask("SELECT strftime(first_seen AT TIME ZONE 'UTC', '%Y-%m'), COUNT(*) FROM {listings} WHERE first_seen IS NOT NULL GROUP BY 1 ORDER BY 1"),
    'rules': ask('SELECT f.rule, f.severity, COUNT(DISTINCT l.id) FROM {findings} f JOIN {listings} l ON l.id = f.listing GROUP BY ALL ORDER BY 3 DESC, 1, 2'),
    'states': ask('SELECT l.registry, s.state, COUNT(*) FROM {standings} s JOIN {listings} l ON l.id = s.listing GROUP BY ALL ORDER BY ALL'),
    'orphans': ask('SELECT COUNT(*) FROM {members} m WHERE m.listing NOT IN (SELECT id FROM {listings}) OR m."group" NOT IN (SELECT id FROM {groups})'),
    'texts': [str(row) for name in tables for row in ask(f'SELECT COLUMNS(*)::VARCHAR FROM {{{name}}}')],
}))
"#;

/// A Python that has DuckDB; none where nobody installed it and no CI promised to.
fn python() -> Option<PathBuf> {
    Some(test_servers::folder()?.join("python/bin/python"))
}

fn surveyed() -> Desk {
    let desk = Desk::new();
    let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("../survey/tests/recount");
    for name in ["listings.jsonl", "later.jsonl"] {
        let list = lists.join(name);
        desk.run(&["survey", "collect", "--store", "s.db", "--from", list.to_str().unwrap()]).exits(0);
    }
    desk.run(&["survey", "analyse", "--store", "s.db"]).exits(0);
    desk
}

/// The report, and what DuckDB answers about the tables that were written beside it.
fn answers(desk: &Desk, python: &Path, more: &[&str]) -> (Value, Value) {
    let words = [&["survey", "report", "--store", "s.db", "--format", "json", "--parquet", "tables"], more];
    let report = desk.run(&words.concat()).exits(0).json();
    let mut command = Command::new(python);
    command.args(["-c", QUESTIONS]).arg(desk.path("tables")).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (report, serde_json::from_slice(&output.stdout).unwrap())
}

/// What the report says of rules, and of where links stand, in the shape of the answers.
fn reported(report: &Value) -> (Value, Value) {
    let rows = |list: &str| report[list].as_array().unwrap().clone();
    let rule =
        |row: Value| Value::from(vec![row["rule"].clone(), row["severity"].clone(), row["listings"].clone()]);
    let mut states = Vec::new();
    for registry in rows("registries") {
        for (state, count) in registry["states"].as_object().unwrap() {
            states.push(vec![registry["registry"].clone(), state.as_str().into(), count.clone()]);
        }
    }
    states.sort_by_key(|row| format!("{row:?}"));
    (rows("rules").into_iter().map(rule).collect(), states.into())
}

#[test]
fn tables_are_opened_by_duckdb_with_their_types_and_join_to_what_the_report_says() {
    let Some(python) = python() else { return };
    let desk = surveyed();
    let (report, told) = answers(&desk, &python, &["--name-live-cases"]);
    let (rules, states) = reported(&report);
    assert_eq!(told["rules"], rules);
    assert_eq!(told["states"], states);
    let months: Vec<Value> = report["months"].as_array().unwrap().clone();
    let months: Vec<Value> =
        months.iter().map(|month| Value::from(vec![month["month"].clone(), month["new"].clone()])).collect();
    assert_eq!(told["months"], Value::from(months));
    assert_eq!(told["orphans"][0][0], 0);
    let rows = &told["rows"];
    for (table, total) in [
        ("listings", "listings"),
        ("findings", "findings"),
        ("subjects", "subjects"),
        ("observations", "observations"),
        ("changes", "changes"),
        ("rejected", "rejected"),
    ] {
        assert_eq!(rows[table], report["totals"][total], "{table}");
    }
    assert_eq!(rows.as_object().unwrap().len(), 16, "{rows}");
    assert!(rows.as_object().unwrap().values().all(|count| count.as_u64() > Some(0)), "{rows}");
    let types = &told["types"];
    assert_eq!(types["listings"]["first_seen"], "TIMESTAMP WITH TIME ZONE", "{types}");
    assert_eq!(types["listings"]["reach"], "BIGINT");
    assert_eq!(types["listings"]["name"], "VARCHAR");
}

#[test]
fn tables_tell_nothing_of_live_cases_unless_they_are_asked_to() {
    let Some(python) = python() else { return };
    let desk = surveyed();
    let (report, told) = answers(&desk, &python, &[]);
    // The same counts, and nothing that tells which listings they are.
    let (rules, states) = reported(&report);
    assert_eq!((&told["rules"], &told["states"]), (&rules, &states));
    let texts = told["texts"].to_string();
    for hidden in
        ["ann/gone", "bea", "cat/moved", "new-cat", "dan/leak", "github-account:ann", "gone.example"]
    {
        assert!(!texts.contains(hidden), "`{hidden}` is in the tables");
    }
    for case in report["cases"].as_array().unwrap() {
        assert!(texts.contains(case["case"].as_str().unwrap()), "{case}");
    }
    assert!(texts.contains("gus/unseen") && texts.contains("weatherly"), "{texts}");
    let (_, named) = answers(&desk, &python, &["--name-live-cases"]);
    assert!(named["texts"].to_string().contains("ann/gone"));
}

#[test]
fn analysing_writes_the_same_tables_as_reporting() {
    let desk = surveyed();
    // Numbers of live cases are others each time: the files are not alike byte for byte.
    let said = |words: &[&str], folder: &str| {
        let words = [words, &["--store", "s.db", "--parquet", folder]].concat();
        let run = desk.run(&words);
        let text = run.exits(0).everything();
        let told = text.lines().find(|line| line.contains(" rows of 16 tables in ")).unwrap().to_owned();
        let mut names: Vec<_> =
            std::fs::read_dir(desk.path(folder)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        (told.replace(folder, ""), names)
    };
    assert_eq!(said(&["survey", "analyse"], "analysed"), said(&["survey", "report"], "reported"));
}
