//! Paths that every way compares with some folder, each in its own manner: `is the folder itself, or begins with it and a
//! separator`, `inside one of these`.

use super::sources::ATTACKER;
use super::{Arguments, Interpreter};
use crate::fact::{Check, Fact};
use crate::ir::visit::{self, Visitor};
use crate::ir::{Function, Statement, StatementKind};
use crate::judge::ends_with_separator;
use crate::library::Op;
use crate::value::{Term, Value};

impl<'a> Interpreter<'a> {
    /// Notes which inputs were compared with a folder.
    pub(crate) fn note_comparison(&mut self, op: Op, operands: &[Value<'a>]) {
        let compared = match (op, operands) {
            (Op::StartsWith, [path, start]) => {
                let climbs = start.text().is_some_and(|start| start.starts_with(".."));
                // `~/` and `file://` are beginnings that something else is asked of.
                let is_folder = start.text().is_none_or(|start| start.len() > 1 && start.starts_with('/'));
                (is_folder && ends_with_separator(start)) || (climbs && is_relative(path))
            }
            (Op::IsInside, _) => true,
            _ => false,
        };
        if compared && let Some(path) = operands.first() {
            self.compared |= self.taint(path);
        }
    }

    /// A function that compares paths with folders and throws where they do not fit has come back: what it was given and what
    /// it gives are such paths. This holds however many ways it went inside, of which the joined facts may show nothing.
    pub(crate) fn hold_validated(
        &mut self,
        function: &'a Function,
        given: &[Term<'a>],
        back: &Value<'a>,
        compared: u64,
    ) {
        if compared & ATTACKER == 0 || !throws(function) {
            return;
        }
        let mut paths = given.to_vec();
        paths.extend(terms(back));
        let place = self.here;
        for path in paths {
            if path.taint() & compared & ATTACKER != 0 {
                self.hold(Fact::new(path, Check::Inside(Value::Bool(true)), place));
            }
        }
    }

    /// The symbols among the arguments of a call that carry an input.
    pub(crate) fn tainted(&self, arguments: &Arguments<'a>) -> Vec<Term<'a>> {
        let mut found = Vec::new();
        for value in arguments.all() {
            value.alternatives(&mut |one, _| {
                found.extend(one.term().filter(|term| term.taint() != 0).cloned());
            });
        }
        found.truncate(MOST_GIVEN);
        found
    }
}

/// Arguments beyond this are not held to be checked.
const MOST_GIVEN: usize = 16;

fn is_relative(value: &Value<'_>) -> bool {
    let mut found = false;
    value.alternatives(&mut |one, _| {
        found = found || one.term().is_some_and(|term| term.operands(Op::RelativePath).is_some());
    });
    found
}

/// Whether a function throws of its own accord.
fn throws(function: &Function) -> bool {
    let mut seen = Throws(false);
    visit::statements(&function.body, &mut seen);
    seen.0
}

struct Throws(bool);

impl<'a> Visitor<'a> for Throws {
    fn statement(&mut self, statement: &'a Statement) {
        self.0 |= matches!(statement.kind, StatementKind::Throw(_));
    }
}

/// What holds on all ways: paths that are inside a folder on each of them.
pub(crate) fn shared<'a>(ways: &[&[Fact<'a>]]) -> Vec<Fact<'a>> {
    let [first, others @ ..] = ways else { return Vec::new() };
    if others.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Fact<'a>> = Vec::new();
    for fact in *first {
        for (path, folder) in paths(fact) {
            if found.iter().any(|known| known.subject == path) {
                continue;
            }
            // On each way; a way of which nothing is compared with a folder shows none.
            let folders: Option<Vec<Value<'a>>> = others
                .iter()
                .map(|way| {
                    let mut compared = way.iter().flat_map(paths);
                    compared.find(|(one, _)| alike(one, &path)).map(|(_, folder)| folder)
                })
                .collect();
            let Some(folders) = folders else { continue };
            let is_chosen =
                |folder: &Value<'a>| folder.term().is_some_and(|term| term.taint() & ATTACKER != 0);
            let folder = folders.into_iter().find(is_chosen).unwrap_or(folder);
            found.push(Fact::new(path, Check::Inside(folder), fact.place));
        }
    }
    found
}

/// Whether two paths are the same, letters apart.
fn alike<'a>(one: &Term<'a>, other: &Term<'a>) -> bool {
    crate::judge::bare(one) == crate::judge::bare(other)
}

/// The paths that a check shows to be in a folder, and that folder.
fn paths<'a>(fact: &Fact<'a>) -> Vec<(Term<'a>, Value<'a>)> {
    let folder = match &fact.check {
        Check::Inside(folder) => folder.clone(),
        Check::OneOf => Value::Nothing,
        Check::StartsWith(folder) if ends_with_separator(folder) => folder.clone(),
        Check::StartsNotWith(part) | Check::ContainsNot(part) => {
            return match fact.subject.operands(Op::RelativePath) {
                Some([folder, path]) if part.text().is_some_and(|part| part.starts_with("..")) => {
                    terms(path).into_iter().map(|path| (path, folder.clone())).collect()
                }
                _ => Vec::new(),
            };
        }
        _ => return Vec::new(),
    };
    vec![(fact.subject.clone(), folder)]
}

fn terms<'a>(value: &Value<'a>) -> Vec<Term<'a>> {
    let mut found = Vec::new();
    value.alternatives(&mut |one, _| found.extend(one.term().cloned()));
    found
}
