//! The form of the tables: one line for each function, `"path" [Effects] Sink(slot, when) => answer;`.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{Answer, EffectKind, Model, Sink};

/// One line: functions that do the same.
pub(super) struct Line {
    /// Their paths.
    pub(super) paths: &'static [&'static str],
    /// What they can do to the world.
    pub(super) effects: &'static [EffectKind],
    /// What must not reach them.
    pub(super) sinks: &'static [Sink],
    /// What they give.
    pub(super) answer: Answer,
}

/// Makes a list of lines.
macro_rules! table {
    ($(
        $($path:literal)|+ $([$($effect:ident)+])? $($kind:ident ($slot:expr $(, $when:expr)?))* => $answer:expr;
    )*) => {
        &[$($crate::library::table::Line {
            paths: &[$($path),+],
            effects: &[$($($crate::library::EffectKind::$effect),+)?],
            sinks: &[$($crate::library::Sink {
                kind: $crate::library::SinkKind::$kind,
                slot: $slot,
                when: $crate::library::table::when!($($when)?),
            }),*],
            answer: $answer,
        }),*]
    };
}

/// The condition of a sink: always, unless one is named.
macro_rules! when {
    () => {
        $crate::library::When::Always
    };
    ($when:expr) => {
        $when
    };
}

pub(super) use {table, when};

/// Everything that is known of the libraries of a language.
pub(super) struct Library {
    functions: FxHashMap<&'static str, Model>,
    properties: FxHashMap<&'static str, Model>,
    aliases: &'static [(&'static str, &'static str)],
}

impl Library {
    /// Of tables, and of modules that are known under another name: (name, name in the tables).
    pub(super) fn new(
        functions: &[&'static [Line]],
        properties: &[&'static [Line]],
        aliases: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { functions: by_path(functions), properties: by_path(properties), aliases }
    }

    /// What is known of a function.
    pub(super) fn function(&self, path: &str) -> Option<&Model> {
        // No alias hides a path of a table.
        self.functions.get(path).or_else(|| find(&self.functions, &self.canonical(path)))
    }

    /// What is known of a member that is read.
    pub(super) fn property(&self, path: &str) -> Option<&Model> {
        find(&self.properties, &self.canonical(path))
    }

    /// The path with its module named as in the tables.
    fn canonical<'p>(&self, path: &'p str) -> Cow<'p, str> {
        for (alias, name) in self.aliases {
            let Some(rest) = path.strip_prefix(alias) else { continue };
            let is_canonical = name.len() > alias.len() && path.starts_with(name);
            if is_canonical {
                continue;
            }
            if rest.is_empty() || rest.starts_with(['.', '(']) {
                let rest = if name.is_empty() { rest.trim_start_matches('.') } else { rest };
                return Cow::Owned(format!("{name}{rest}"));
            }
        }
        Cow::Borrowed(path)
    }
}

fn by_path(tables: &[&'static [Line]]) -> FxHashMap<&'static str, Model> {
    let lines = tables.iter().flat_map(|table| table.iter());
    let models = lines.flat_map(|line| {
        line.paths.iter().map(|&path| {
            (path, Model { path, effects: line.effects, sinks: line.sinks, answer: line.answer })
        })
    });
    models.collect()
}

/// Exactly, then by module and member, then by module, then by member, then by module if nothing else is known.
fn find<'m>(models: &'m FxHashMap<&'static str, Model>, path: &str) -> Option<&'m Model> {
    if let Some(model) = models.get(path) {
        return Some(model);
    }
    let (_, member) = path.rsplit_once('.')?;
    let module = module(path);
    // `module.*.member` begins with `module.*` and ends with `*.member`.
    let whole = format!("{module}.*.{member}");
    let of_module = whole.get(..module.len() + 2).and_then(|key| models.get(key));
    if let Some(model) = models.get(whole.as_str()).or(of_module) {
        return Some(model);
    }
    let of_member = || whole.get(module.len() + 1..).and_then(|key| models.get(key));
    let rest = || models.get(format!("{module}.**").as_str());
    // What stands in a module is no method: `ast.walk` is not the `walk` of a path.
    if path.contains('(') { of_member().or_else(rest) } else { rest().or_else(of_member) }
}

/// The module of a path, as far as a path tells: what stands before the first `.` or `(` after the last `/`.
fn module(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    let end = path.get(name..).and_then(|rest| rest.find(['.', '('])).map_or(path.len(), |end| name + end);
    path.get(..end).unwrap_or(path)
}
