//! Our judge and the Python package `jsonschema`, which `.ci/install-test-servers` installs, on the same pairs.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use portcullis_wire::json::{self, Dialect};
use portcullis_wire::schema::{Limits, Refusal, Schema};
use serde_json::{Map, Value, json};

const PAIRS: usize = 4000;

/// The same pairs at every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).unwrap()).unwrap()
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn value(&mut self, deeper: usize) -> Value {
        let most = if deeper == 0 { 6 } else { 10 };
        match self.below(most) {
            0 => Value::Null,
            1 => json!(self.below(2) == 1),
            2 | 3 => self.number(),
            4 | 5 => json!(self.one(&["", "a", "ab", "abc", "x-1", "é", "b a"])),
            6 | 7 => (0..self.below(4)).map(|_| self.value(deeper - 1)).collect(),
            _ => {
                let members = (0..self.below(4)).map(|_| (self.name(), self.value(deeper - 1)));
                Value::Object(members.collect())
            }
        }
    }

    fn number(&mut self) -> Value {
        serde_json::from_str(
            self.one(&["0", "1", "2", "3", "6", "-1", "1.0", "0.5", "0.3", "2.25", "-0.1", "100"]),
        )
        .unwrap()
    }

    fn name(&mut self) -> String {
        self.one(&["a", "b", "c", "x-1", "é"]).to_owned()
    }

    fn count(&mut self) -> Value {
        json!(self.below(4))
    }

    fn schemas(&mut self, deeper: usize) -> Value {
        (0..=self.below(3)).map(|_| self.schema(deeper)).collect()
    }

    fn by_name(&mut self, deeper: usize) -> Value {
        let members = (0..=self.below(3)).map(|_| (self.name(), self.schema(deeper)));
        Value::Object(members.collect())
    }

    fn names(&mut self) -> Value {
        // Each once: the package wants it so.
        let names = (0..self.below(3)).map(|_| self.name()).collect::<std::collections::BTreeSet<_>>();
        json!(names)
    }

    fn type_names(&mut self) -> Value {
        let types = ["null", "boolean", "number", "integer", "string", "array", "object"];
        match self.below(3) {
            0 => json!([self.one(&types[..3]), self.one(&types[3..])]),
            _ => json!(self.one(&types)),
        }
    }

    fn schema(&mut self, deeper: usize) -> Value {
        if deeper == 0 {
            return match self.below(6) {
                0 => json!(self.below(3) > 0),
                1 => json!({"$ref": self.one(&["#/$defs/a", "#/$defs/b", "#here", "#"])}),
                2 => json!({"const": self.value(1)}),
                _ => json!({"type": self.type_names()}),
            };
        }
        let keywords = [
            "type",
            "enum",
            "const",
            "minimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "pattern",
            "properties",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
            "required",
            "minProperties",
            "dependentRequired",
            "dependentSchemas",
            "prefixItems",
            "items",
            "contains",
            "minItems",
            "maxItems",
            "uniqueItems",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "$ref",
            "$dynamicRef",
            "unevaluatedProperties",
            "unevaluatedItems",
        ];
        let mut schema = Map::new();
        for _ in 0..=self.below(4) {
            let keyword = self.one(&keywords);
            let value = match keyword {
                "type" => self.type_names(),
                "enum" => (0..=self.below(4)).map(|_| self.value(1)).collect(),
                "const" => self.value(2),
                "minimum" | "exclusiveMaximum" => self.number(),
                "multipleOf" => {
                    serde_json::from_str(self.one(&["1", "2", "0.5", "0.1", "0.25", "3"])).unwrap()
                }
                "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" => self.count(),
                "pattern" => json!(self.one(&["^a", "b", "^[a-z]{2}$", "^x-\\d$", "^$"])),
                "properties" | "dependentSchemas" => self.by_name(deeper - 1),
                "patternProperties" => json!({self.one(&["^a", "^x-", "[bc]"]): self.schema(deeper - 1)}),
                "required" => self.names(),
                "dependentRequired" => json!({self.name(): self.names()}),
                "prefixItems" | "allOf" | "anyOf" | "oneOf" => self.schemas(deeper - 1),
                "uniqueItems" => json!(true),
                "$ref" => json!(self.one(&["#/$defs/a", "#/$defs/b", "#here", "#"])),
                "$dynamicRef" => json!(self.one(&["#node", "#here", "#/$defs/b"])),
                _ => self.schema(deeper - 1),
            };
            if keyword == "contains" && self.below(2) == 0 {
                schema.insert("minContains".into(), self.count());
                schema.insert("maxContains".into(), self.count());
            }
            if keyword == "if" {
                schema.insert("then".into(), self.schema(deeper - 1));
                schema.insert("else".into(), self.schema(deeper - 1));
            }
            schema.insert(keyword.into(), value);
        }
        Value::Object(schema)
    }

    fn pair(&mut self) -> Value {
        let mut schema = self.schema(3);
        if let Value::Object(members) = &mut schema {
            let mut here = json!({"$anchor": "here", "$dynamicAnchor": "node"});
            if let Value::Object(more) = self.schema(1) {
                here.as_object_mut().unwrap().extend(more);
            }
            members.insert("$defs".into(), json!({"a": self.schema(1), "b": here}));
        }
        let wanted = schema.get("type").and_then(Value::as_str).map(str::to_owned);
        // Most pairs should be about more than a wrong type.
        let value = (0..4)
            .map(|_| self.value(3))
            .find(|value| wanted.as_deref() != Some("object") || value.is_object());
        json!([schema, value.unwrap_or_default()])
    }
}

/// A Python that has the package: the one of the test servers, else the machine's own.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("PORTCULLIS_TEST_SERVERS").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-servers");
    let installed = named.unwrap_or(usual).join("python/bin/python");
    let found = [installed, PathBuf::from("python3")].into_iter().find(|python| {
        let status = Command::new(python).args(["-c", "import jsonschema"]).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    });
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(found.is_some() || !is_ci, "no Python with `jsonschema`; run .ci/install-test-servers first");
    found
}

fn theirs(python: &Path, pairs: &[String]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema_peer.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = pairs.join("\n");
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn ours(pair: &str) -> &'static str {
    let pair = json::read(pair.as_bytes(), Dialect::Strict, &json::Limits::default()).unwrap().root;
    let Ok(schema) = Schema::compile(&pair.items()[0], &Limits::default()) else { return "broken" };
    match schema.check(&pair.items()[1]) {
        Ok(()) => "fits",
        Err(Refusal::Violations(_)) => "misfits",
        Err(Refusal::Unjudged(_)) => "broken",
    }
}

#[test]
fn random_pairs_are_judged_as_the_python_package_judges_them() {
    let Some(python) = python() else { return };
    let mut chance = Chance(0x5eed_0fac_ade5);
    let pairs: Vec<String> = (0..PAIRS).map(|_| chance.pair().to_string()).collect();
    let theirs = theirs(&python, &pairs);
    assert_eq!(theirs.len(), PAIRS);
    let mut counts = std::collections::BTreeMap::new();
    let mut different = Vec::new();
    for (pair, theirs) in pairs.iter().zip(&theirs) {
        let ours = ours(pair);
        *counts.entry((ours, theirs.as_str())).or_insert(0_usize) += 1;
        // Where a reference leads in a circle, the order of keywords decides whether anybody follows it.
        if ours != theirs && ours != "broken" && theirs != "broken" {
            different.push(format!("ours {ours}, theirs {theirs}: {pair}"));
        }
    }
    different.sort_by_key(String::len);
    different.truncate(12);
    assert!(different.is_empty(), "{counts:?}\n{}", different.join("\n"));
    let judged =
        counts.iter().filter(|((ours, _), _)| *ours != "broken").map(|(_, count)| count).sum::<usize>();
    assert!(judged > PAIRS * 9 / 10, "{counts:?}");
    assert!(counts.get(&("fits", "fits")).is_some_and(|count| *count > PAIRS / 8), "{counts:?}");
    assert!(counts.get(&("misfits", "misfits")).is_some_and(|count| *count > PAIRS / 8), "{counts:?}");
}
