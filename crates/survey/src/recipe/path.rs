//! Where in a record something stands.
//!
//! `links.repo` is a member of a member, `packages[]` every element of a list, `installations{}` every value of an object,
//! `"a.b".c` a member whose name has a dot in it, `@key` the name under which the record stands, `hosts.@key` the
//! member of that name, and `=npm` the text `npm` itself. ` | stem` takes a file's name without folder and ending,
//! ` | folder` the name of the folder that it is in, ` | tag` what follows an image's last colon, ` | address` the first
//! address of the web inside a text, ` | json NAME` the members `NAME` of a JSON list inside a text.

use portcullis_model::{Node, Value};
use portcullis_wire::json::{self, Dialect, Limits};
use serde::Deserialize;

/// A JSON document inside a text is smaller than this.
const INNER: Limits = Limits { bytes: 1 << 20, depth: 64, nodes: 100_000, string_bytes: 1 << 20 };

/// A way through a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Path {
    steps: Vec<Step>,
    then: Then,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Elements,
    Values,
    /// The member that is named as the record is.
    Key,
    Constant(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Then {
    Nothing,
    Stem,
    Tag,
    Folder,
    Address,
    Json(String),
}

/// A record, and the name under which it stands where it has one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'n> {
    pub(crate) node: &'n Node,
    pub(crate) key: &'n str,
}

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (path, then) = match text.split_once(" | ") {
            Some((path, "stem")) => (path, Then::Stem),
            Some((path, "tag")) => (path, Then::Tag),
            Some((path, "folder")) => (path, Then::Folder),
            Some((path, "address")) => (path, Then::Address),
            Some((path, then)) => match then.strip_prefix("json ") {
                Some(name) => (path, Then::Json(name.to_owned())),
                None => return Err(format!("`{then}` is none of stem, folder, tag, address, json NAME")),
            },
            None => (text.as_str(), Then::Nothing),
        };
        if let Some(constant) = path.strip_prefix('=') {
            return Ok(Self { steps: vec![Step::Constant(constant.to_owned())], then });
        }
        let mut steps = Vec::new();
        let mut rest = path.trim();
        while !rest.is_empty() {
            let (name, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or("a quotation mark is missing")?,
                None => rest.split_at(rest.find(['.', '[', '{']).unwrap_or(rest.len())),
            };
            match name {
                "" => {}
                "@key" => steps.push(Step::Key),
                name => steps.push(Step::Member(name.to_owned())),
            }
            rest = after;
            while let Some(step) = [("[]", Step::Elements), ("{}", Step::Values)]
                .into_iter()
                .find_map(|(mark, step)| rest.strip_prefix(mark).map(|after| (after, step)))
            {
                rest = step.0;
                steps.push(step.1);
            }
            rest = match rest.strip_prefix('.') {
                Some(after) => after,
                None if rest.is_empty() => rest,
                None => return Err(format!("`{rest}` is no part of a path")),
            };
        }
        Ok(Self { steps, then })
    }
}

impl Path {
    /// True when elements of lists or values of objects are among what it leads to.
    pub(crate) fn leads_to_many(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Elements | Step::Values))
    }

    /// The nodes that it leads to, each with the name under which it stands.
    pub(crate) fn places<'n>(&self, from: Place<'n>) -> Vec<Place<'n>> {
        let mut places = vec![from];
        for step in &self.steps {
            places = places
                .into_iter()
                .flat_map(|place| -> Vec<Place<'n>> {
                    match step {
                        Step::Member(name) => place
                            .node
                            .get(name)
                            .map(|node| Place { node, key: place.key })
                            .into_iter()
                            .collect(),
                        Step::Key => place
                            .node
                            .get(from.key)
                            .map(|node| Place { node, key: place.key })
                            .into_iter()
                            .collect(),
                        Step::Elements => {
                            place.node.items().iter().map(|node| Place { node, key: place.key }).collect()
                        }
                        Step::Values => {
                            let entries = place.node.entries().iter();
                            entries.map(|entry| Place { node: &entry.node, key: &entry.key }).collect()
                        }
                        Step::Constant(_) => Vec::new(),
                    }
                })
                .collect();
        }
        places
    }

    /// The texts that it leads to; numbers and truth values count as texts, blank ones as nothing.
    pub(crate) fn texts(&self, from: Place<'_>) -> Vec<String> {
        let found: Vec<String> = match self.steps.as_slice() {
            [Step::Constant(text)] => vec![text.clone()],
            [Step::Key] => vec![from.key.to_owned()],
            _ => self.places(from).into_iter().filter_map(|place| plain(place.node)).collect(),
        };
        let found = found.into_iter().filter(|text| !text.trim().is_empty());
        match &self.then {
            Then::Nothing => found.collect(),
            Then::Stem => found.map(|text| stem(&text).to_owned()).collect(),
            Then::Folder => found.filter_map(|text| folder(&text).map(str::to_owned)).collect(),
            Then::Address => found.filter_map(|text| address(&text).map(str::to_owned)).collect(),
            Then::Tag => found.filter_map(|text| Some(text.rsplit_once(':')?.1.to_owned())).collect(),
            Then::Json(name) => found.flat_map(|text| inner(&text, name)).collect(),
        }
    }
}

fn plain(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The folder that a file stands in, without what is above it.
fn folder(path: &str) -> Option<&str> {
    let (folder, _) = path.rsplit_once('/')?;
    Some(folder.rsplit('/').next().unwrap_or(folder))
}

/// The first address of the web inside a text.
fn address(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"))
}

/// The members of a JSON list inside a text; none when it is none.
fn inner(text: &str, name: &str) -> Vec<String> {
    let Ok(document) = json::read(text.as_bytes(), Dialect::Jsonc, &INNER) else { return Vec::new() };
    document.root.items().iter().filter_map(|node| node.get_text(name).map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(path: &str, json: &str) -> Vec<String> {
        let document = json::read(json.as_bytes(), Dialect::Strict, &Limits::default()).unwrap();
        let path = Path::try_from(path.to_owned()).unwrap();
        path.texts(Place { node: &document.root, key: "k" })
    }

    #[test]
    fn a_path_leads_to_what_it_names() {
        for (path, json, found) in [
            ("a.b", r#"{"a":{"b":"x"}}"#, vec!["x"]),
            ("a[].b", r#"{"a":[{"b":1},{"c":2},{"b":true}]}"#, vec!["1", "true"]),
            ("a{}.b", r#"{"a":{"p":{"b":"x"},"q":{"b":"y"}}}"#, vec!["x", "y"]),
            ("[].b", r#"[{"b":"x"}]"#, vec!["x"]),
            (r#"a."b.c".d"#, r#"{"a":{"b.c":{"d":"x"}}}"#, vec!["x"]),
            ("=npm", "{}", vec!["npm"]),
            ("@key", "{}", vec!["k"]),
            ("a.@key", r#"{"a":{"k":false}}"#, vec!["false"]),
            ("a | stem", r#"{"a":"x/y/z.json"}"#, vec!["z"]),
            ("a | folder", r#"{"a":"x/y/z.json"}"#, vec!["y"]),
            ("a | address", r#"{"a":"Name - https://example.org/x y"}"#, vec!["https://example.org/x"]),
            ("a | tag", r#"{"a":"host/x:1.2"}"#, vec!["1.2"]),
            ("a | json name", r#"{"a":"[{\"name\":\"x\"},{\"name\":\"y\"}]"}"#, vec!["x", "y"]),
            ("a | json name", r#"{"a":"[{"}"#, vec![]),
            ("a.b", r#"{"a":[1]}"#, vec![]),
            ("a", r#"{"a":" "}"#, vec![]),
        ] {
            assert_eq!(texts(path, json), found, "{path} {json}");
        }
        for path in ["a[", r#""a"#, "a | shout", "a]b"] {
            let read = Path::try_from(path.to_owned());
            assert!(read.is_err() || path == "a]b", "{path}");
        }
    }
}
