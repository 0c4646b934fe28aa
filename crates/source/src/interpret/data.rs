//! Documents of data that a bundle ships and its code reads: a description of an API that tools are made of, a table of
//! names.

use portcullis_model::{Node, Value as Tree};
use portcullis_wire::json::{Dialect, Limits, read};

use super::state::ObjectKind;
use super::{Arguments, Interpreter};
use crate::library::{EffectKind, Model, Op, Slot, When};
use crate::path::{folder_of, join};
use crate::value::{TermKind, Text, Value};

/// A document of more bytes is not computed with.
const LONGEST: usize = 2 << 20;

/// A document of more values is not computed with.
const MOST_VALUES: usize = 100_000;

/// How deep the parts of a path are looked into.
const DEPTH: usize = 8;

/// A path in the bundle, as far as it is known.
struct BundlePath {
    /// Whether it begins at the bundle and not where the program was started.
    is_whole: bool,
    path: String,
}

impl<'a> Interpreter<'a> {
    /// The document that an import names, as a value.
    pub(crate) fn imported_document(&mut self, path: &str) -> Value<'a> {
        let known = self.project.data(path).and_then(|bytes| std::str::from_utf8(bytes).ok());
        match known.and_then(|text| self.parsed(text)) {
            Some(value) => value,
            None => self.unknown(0),
        }
    }

    /// What a text of JSON says, where it is one.
    pub(crate) fn parsed(&mut self, text: &str) -> Option<Value<'a>> {
        if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
            return None;
        }
        let limits = Limits { bytes: LONGEST, nodes: MOST_VALUES, ..Limits::default() };
        let document = read(text.as_bytes(), Dialect::Jsonc, &limits).ok()?;
        Some(self.value_of(&document.root))
    }

    fn value_of(&mut self, node: &Node) -> Value<'a> {
        match &node.value {
            Tree::Null => Value::Nothing,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Number(number) => match number.parse() {
                Ok(number) => Value::Number(number),
                Err(_) => self.unknown(0),
            },
            Tree::Text(text) => Value::Text(Text::from(&**text)),
            Tree::List(nodes) => {
                let values = nodes.iter().map(|node| self.value_of(node)).collect();
                self.list(values)
            }
            Tree::Map(entries) => {
                let id = self.state.allocate(ObjectKind::Record);
                for entry in entries {
                    let value = self.value_of(&entry.node);
                    self.state.set_field(id, Text::from(&*entry.key), value);
                }
                Value::Object(id)
            }
        }
    }

    /// The content of a document of the bundle that a call reads.
    pub(crate) fn shipped_document(
        &mut self,
        model: &'static Model,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        let reads = model.effects == [EffectKind::Read]
            || model.sinks.iter().any(|sink| matches!(sink.when, When::Writes(_)));
        if !reads {
            return None;
        }
        let slot = model.sinks.first().map_or(Slot::At(0), |sink| sink.slot);
        let operand = self.slot(slot, receiver, arguments).into_iter().next()?;
        let found = self.bundle_path(&operand, DEPTH)?;
        let text = std::str::from_utf8(self.project.data(&found.path)?).ok()?;
        let is_parsed = path.rsplit('.').next().is_some_and(|last| last.to_lowercase().contains("json"));
        if is_parsed { self.parsed(text) } else { Some(Value::Text(Text::from(text))) }
    }

    /// Where in the bundle a path leads that is made of the place of a file.
    fn bundle_path(&self, value: &Value<'a>, depth: usize) -> Option<BundlePath> {
        let depth = depth.checked_sub(1)?;
        let whole = |path: String| Some(BundlePath { is_whole: true, path });
        match value {
            Value::Text(text) if text.starts_with('/') || text.len() > 400 => None,
            Value::Text(text) => Some(BundlePath {
                is_whole: false,
                path: text.strip_prefix("file:").unwrap_or(text).to_owned(),
            }),
            Value::Either(ways) => ways.iter().find_map(|way| self.bundle_path(&way.value, depth)),
            Value::Term(term) => match term.kind() {
                TermKind::Result(name, _) => {
                    let file = &self.project.file(term.place().file)?.path;
                    match &**name {
                        "__filename" | "__file__" | "import.meta.url" | "import.meta.filename" => {
                            whole(file.clone())
                        }
                        "__dirname" | "import.meta.dirname" => whole(folder_of(file).to_owned()),
                        "process.cwd" | "os.getcwd" | "pathlib.Path.cwd" => {
                            Some(BundlePath { is_whole: false, path: String::new() })
                        }
                        _ => None,
                    }
                }
                TermKind::Apply(Op::ParentPath, operands) => {
                    let inner = self.bundle_path(operands.first()?, depth)?;
                    inner.is_whole.then(|| folder_of(&inner.path).to_owned()).and_then(whole)
                }
                TermKind::Apply(Op::ParseUrl, operands) => match operands.as_slice() {
                    [path, base @ Value::Term(_)] => {
                        let base = self.bundle_path(base, depth)?;
                        let path = self.bundle_path(path, depth)?;
                        whole(join(folder_of(&base.path), &path.path)?)
                    }
                    [path, ..] => self.bundle_path(path, depth),
                    [] => None,
                },
                TermKind::Apply(Op::JoinPath | Op::AppendPath | Op::ResolvePath, operands) => {
                    let mut all = BundlePath { is_whole: false, path: String::new() };
                    for operand in operands {
                        let part = self.bundle_path(operand, depth)?;
                        let is_whole = all.is_whole || part.is_whole;
                        let before = if part.is_whole { "" } else { &all.path };
                        all = BundlePath { is_whole, path: join(before, &part.path)? };
                    }
                    Some(all)
                }
                TermKind::Apply(Op::Concat, operands) => {
                    let mut parts = operands.iter();
                    let mut all = self.bundle_path(parts.next()?, depth)?;
                    for part in parts {
                        all.path.push_str(part.text()?);
                    }
                    all.path = join("", &all.path)?;
                    Some(all)
                }
                TermKind::Apply(Op::RealPath | Op::Same | Op::Decode | Op::Fold, operands) => {
                    self.bundle_path(operands.first()?, depth)
                }
                _ => None,
            },
            _ => None,
        }
    }
}
