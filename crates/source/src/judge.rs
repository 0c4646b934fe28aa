//! Whether a value may reach an operation: what carries an input must have been checked in a way that fits it.
//!
//! A check counts only for the value that is used, or for one that it was made of without changing what was checked.
//! A check that is there and does not fit becomes a fault that is shown with the flow.

mod command;
mod guards;
mod harmless;
mod matched;
mod options;
mod path;
mod pattern;
mod quoting;
mod shells;
mod special;
mod url;

use crate::analysis::GuardFault;
use crate::fact::Fact;
use crate::interpret::state::State;
use crate::ir::Language;
use crate::library::{Op, SinkKind};
use crate::value::{Place, Term, TermKind, Value};

use harmless::clears;
pub(crate) use harmless::is_condition;
pub(crate) use path::ends_with_separator;
use quoting::quotes_doubled;

/// Values inside values beyond this are not looked into.
pub(crate) const DEEPEST: usize = 24;

/// Pairs of symbols of which it is remembered whether one was made of the other.
const MOST_REMEMBERED: usize = 1 << 16;

/// An input that reaches an operation.
#[derive(Debug, Clone)]
pub(crate) struct Danger<'a> {
    pub(crate) kind: SinkKind,
    /// The inputs.
    pub(crate) taint: u64,
    /// A check that does not fit.
    pub(crate) guard: Option<(GuardFault, Place)>,
    /// Whether the input is the whole operand.
    pub(crate) whole: bool,
    /// The value that carries it.
    pub(crate) value: Option<Value<'a>>,
}

/// What is loose in a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loose {
    pub(crate) taint: u64,
    pub(crate) guard: Option<(GuardFault, Place)>,
}

impl Loose {
    const SAFE: Self = Self { taint: 0, guard: None };

    pub(crate) const fn is_safe(&self) -> bool {
        self.taint == 0
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.taint |= other.taint;
        if self.guard.is_none() {
            self.guard = other.guard;
        }
    }

    pub(crate) fn fault(mut self, fault: GuardFault, place: Place) -> Self {
        if self.taint != 0 && self.guard.is_none() {
            self.guard = Some((fault, place));
        }
        self
    }
}

/// Looks at one value at one operation.
pub(crate) struct Judge<'j, 'a> {
    state: &'j State<'a>,
    facts: Facts<'j, 'a>,
    language: Language,
    attacker: u64,
}

/// Alternatives inside of one another that take no memory of their own.
const NEAR: usize = 4;

/// What holds: what was checked on the way, then what holds of the alternatives that are looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts<'j, 'a> {
    way: &'j [Fact<'a>],
    /// Of the alternatives, the outermost first: most values have few inside of one another.
    outer: [&'j [Fact<'a>]; NEAR],
    inner: Vec<&'j [Fact<'a>]>,
}

impl<'j, 'a> Facts<'j, 'a> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'j Fact<'a>> + use<'_, 'j, 'a> {
        self.way.iter().chain(self.outer.into_iter().chain(self.inner.iter().copied()).flatten())
    }

    fn push(&mut self, facts: &'j [Fact<'a>]) {
        if facts.is_empty() {
            return;
        }
        match self.outer.iter_mut().find(|place| place.is_empty()) {
            Some(place) => *place = facts,
            None => self.inner.push(facts),
        }
    }
}

impl<'j, 'a> Judge<'j, 'a> {
    pub(crate) fn new(state: &'j State<'a>, language: Language, attacker: u64) -> Self {
        Self::under(state, &state.facts, language, attacker)
    }

    /// As if these facts held, instead of those of the state.
    pub(crate) fn under(
        state: &'j State<'a>,
        facts: &'j [Fact<'a>],
        language: Language,
        attacker: u64,
    ) -> Self {
        Self { state, facts: Facts { way: facts, ..Facts::default() }, language, attacker }
    }

    /// The danger of a value at an operation, if any.
    pub(crate) fn judge(&self, kind: SinkKind, value: &Value<'a>) -> Option<Danger<'a>> {
        let mut worst: Option<Danger<'a>> = None;
        value.alternatives(&mut |one, facts| {
            if worst.is_some() {
                return;
            }
            let inner = self.with(facts);
            let loose = inner.loose_at(kind, one);
            if !loose.is_safe() {
                worst = Some(Danger {
                    kind: inner.kind_of(kind, one),
                    taint: loose.taint,
                    guard: loose.guard,
                    whole: is_whole(one),
                    value: Some(one.clone()),
                });
            }
        });
        worst
    }

    /// A list whose program is a shell is a command line.
    pub(crate) fn kind_of(&self, kind: SinkKind, value: &Value<'a>) -> SinkKind {
        if kind == SinkKind::Arguments { self.arguments_kind(value) } else { kind }
    }

    pub(crate) fn loose_at(&self, kind: SinkKind, value: &Value<'a>) -> Loose {
        match kind {
            SinkKind::Shell => self.shell(value),
            SinkKind::Arguments => self.arguments(value),
            SinkKind::PathRead | SinkKind::PathWrite | SinkKind::PathDelete => self.path(value, DEEPEST),
            SinkKind::Url => self.url(value, DEEPEST),
            SinkKind::NoSql => self.no_sql(value, DEEPEST),
            SinkKind::Archive => self.archive(value),
            SinkKind::Prototype => self.key(value),
            SinkKind::Message => self.message(value),
            SinkKind::Sql => self.statement(value),
            _ => self.generic(kind, value, DEEPEST),
        }
    }

    /// The inputs in a value that nothing made harmless for this kind of operation.
    pub(crate) fn generic(&self, kind: SinkKind, value: &Value<'a>, depth: usize) -> Loose {
        if depth == 0 {
            return Loose { taint: self.taint(value), guard: None };
        }
        match value {
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return Loose::SAFE };
                let mut loose = Loose::SAFE;
                for inner in
                    object.fields.values().chain(object.elements.iter()).chain(&object.rest).take(200)
                {
                    loose.add(&self.generic(kind, inner, depth.saturating_sub(4)));
                }
                loose
            }
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).generic(kind, &one.value, depth - 1));
                }
                loose
            }
            Value::Term(term) => self.generic_term(kind, term, depth),
            Value::Method(method) => self.generic(kind, &method.0, depth - 1),
            _ => Loose::SAFE,
        }
    }

    pub(crate) fn generic_term(&self, kind: SinkKind, term: &Term<'a>, depth: usize) -> Loose {
        if term.taint() & self.attacker == 0 || self.is_fixed(term, kind) || self.is_signed(term, kind) {
            return Loose::SAFE;
        }
        let loose = match term.kind() {
            TermKind::Apply(op, _) if clears(*op, kind) => Loose::SAFE,
            TermKind::Apply(op, operands) => match op {
                op if is_condition(*op) => Loose::SAFE,
                Op::Number | Op::Measure | Op::IndexOf => Loose::SAFE,
                Op::ParseAddress if kind != SinkKind::Url => Loose::SAFE,
                Op::Decode | Op::ExpandPath => {
                    let inner = operands.first().map_or(Loose::SAFE, |inner| self.unchecked(inner));
                    match operands.first().and_then(|inner| self.any_fact(inner, kind)) {
                        Some(place) => inner.fault(GuardFault::BeforeDecoding, place),
                        None => inner,
                    }
                }
                Op::And => operands.last().map_or(Loose::SAFE, |inner| self.generic(kind, inner, depth - 1)),
                Op::ReplaceAll if self.keeps_only(operands, kind) || escapes(operands, kind) => Loose::SAFE,
                // An end that is cut off is neither a list of what is forbidden nor left out elsewhere.
                Op::ReplaceFirst if matched::stands_once(operands) => {
                    operands.first().map_or(Loose::SAFE, |inner| self.generic(kind, inner, depth - 1))
                }
                Op::ReplaceFirst | Op::ReplaceAll => {
                    let inner =
                        operands.first().map_or(Loose::SAFE, |inner| self.generic(kind, inner, depth - 1));
                    let fault =
                        if *op == Op::ReplaceFirst { GuardFault::FirstOnly } else { GuardFault::DenyList };
                    inner.fault(fault, term.place())
                }
                Op::Element | Op::Field | Op::Part => {
                    let inner = matched::text_of(term).or_else(|| operands.first());
                    inner.map_or(Loose::SAFE, |inner| self.generic(kind, inner, depth - 1))
                }
                _ => {
                    let mut loose = Loose::SAFE;
                    for (index, operand) in operands.iter().enumerate() {
                        let is_literal =
                            *op == Op::Concat && kind == SinkKind::Sql && quotes_doubled(operands, index);
                        if !is_literal {
                            loose.add(&self.generic(kind, operand, depth - 1));
                        }
                    }
                    loose
                }
            },
            // What builds a part of a statement and is not known quotes or binds more often than not.
            TermKind::Result(path, _) if kind == SinkKind::Sql && is_unknown_builder(path) => Loose::SAFE,
            TermKind::Result(_, operands) => {
                let mut loose = Loose::SAFE;
                for operand in operands {
                    loose.add(&self.generic(kind, operand, depth - 1));
                }
                // What is not understood may carry what its operands carry, also where they hide it.
                if loose.is_safe() && !operands.iter().any(|operand| self.taint(operand) != 0) {
                    loose.taint = term.taint() & self.attacker;
                }
                loose
            }
            _ => Loose { taint: term.taint() & self.attacker, guard: None },
        };
        self.blamed(loose, term, kind)
    }

    /// The inputs in a value, whatever was checked of them.
    pub(crate) fn unchecked(&self, value: &Value<'a>) -> Loose {
        let judge = Judge {
            state: self.state,
            facts: Facts::default(),
            language: self.language,
            attacker: self.attacker,
        };
        judge.generic(SinkKind::Code, value, DEEPEST)
    }

    pub(crate) fn with<'k>(&self, facts: &'k [Fact<'a>]) -> Judge<'k, 'a>
    where
        'j: 'k,
    {
        let mut all: Facts<'k, 'a> = self.facts.clone();
        all.push(facts);
        Judge { state: self.state, facts: all, language: self.language, attacker: self.attacker }
    }

    /// Whether a symbol was made of another. Symbols do not change: what was found out stays true.
    pub(crate) fn made_of(&self, term: &Term<'a>, root: &Term<'a>) -> bool {
        if term.id() <= root.id() || term.taint() & root.taint() == 0 {
            return term == root;
        }
        let key = (term.id(), root.id());
        let known = self.state.made.borrow().get(&key).copied();
        known.unwrap_or_else(|| {
            let made = made_of(term, root);
            let mut all = self.state.made.borrow_mut();
            if all.len() >= MOST_REMEMBERED {
                all.clear();
            }
            all.insert(key, made);
            made
        })
    }

    pub(crate) fn taint(&self, value: &Value<'a>) -> u64 {
        self.taint_within(value, 4) & self.attacker
    }

    pub(crate) fn taint_within(&self, value: &Value<'a>, depth: u8) -> u64 {
        match value {
            Value::Object(id) if depth > 0 => self.state.object(*id).map_or(0, |object| {
                let all = object.fields.values().chain(object.elements.iter()).chain(&object.rest).take(200);
                all.fold(0, |taint, value| taint | self.taint_within(value, depth - 1))
            }),
            Value::Either(alternatives) => {
                alternatives.iter().fold(0, |taint, one| taint | self.taint_within(&one.value, depth))
            }
            value => value.taint(),
        }
    }

    /// A statement, or an object of a statement and its values: the values are harmless.
    pub(crate) fn statement(&self, value: &Value<'a>) -> Loose {
        let texts = match value {
            Value::Object(id) => self.state.object(*id).map(|object| {
                let names = ["text", "sql", "query", "sqlText"];
                names.iter().filter_map(|name| object.fields.get(*name)).collect::<Vec<_>>()
            }),
            _ => None,
        };
        let Some(texts) = texts.filter(|texts| !texts.is_empty()) else {
            return self.generic(SinkKind::Sql, value, DEEPEST);
        };
        let mut loose = Loose::SAFE;
        texts.into_iter().for_each(|text| loose.add(&self.generic(SinkKind::Sql, text, DEEPEST)));
        loose
    }
}

/// A symbol without conversions that keep its text.
pub(crate) fn bare<'a>(term: &Term<'a>) -> Term<'a> {
    let mut term = term;
    for _ in 0..8 {
        match term.kind() {
            TermKind::Apply(Op::Same | Op::Fold, operands) => match operands.first() {
                Some(Value::Term(inner)) => term = inner,
                _ => break,
            },
            _ => break,
        }
    }
    term.clone()
}

/// Whether a symbol was made of another.
pub(crate) fn made_of<'a>(term: &Term<'a>, root: &Term<'a>) -> bool {
    made_within(term, root, 10, &mut { MOST_MADE_OF })
}

/// Symbols that are looked at to tell whether one was made of another: the same may be reached in many ways.
const MOST_MADE_OF: u32 = 64;

fn made_within<'a>(term: &Term<'a>, root: &Term<'a>, depth: u8, steps: &mut u32) -> bool {
    if term == root {
        return true;
    }
    *steps = steps.saturating_sub(1);
    // What a symbol is made of was there before it.
    if depth == 0 || *steps == 0 || term.id() < root.id() || term.taint() & root.taint() == 0 {
        return false;
    }
    match term.kind() {
        TermKind::Apply(_, operands) | TermKind::Result(_, operands) => operands.iter().any(|operand| {
            let mut found = false;
            operand.alternatives(&mut |one, _| {
                if let Value::Term(inner) = one {
                    found = found || made_within(inner, root, depth - 1, steps);
                }
            });
            found
        }),
        _ => false,
    }
}

/// A method of an object of which nothing is known, and none of a text.
fn is_unknown_builder(path: &str) -> bool {
    const OF_TEXTS: &[&str] = &[
        "join", "format", "replace", "strip", "trim", "lower", "upper", "get", "toString", "concat", "slice",
        "map",
    ];
    let method = path.rsplit('.').next().unwrap_or_default();
    path.starts_with(['?', '(']) && path.contains('.') && !OF_TEXTS.contains(&method)
}

/// A replacement of every letter that means something here: `replace(/[.*+?^${}()|[\]\\]/g, "\\$&")`.
fn escapes(operands: &[Value<'_>], kind: SinkKind) -> bool {
    let special = match kind {
        SinkKind::Regex => ".*+?^${}()|[]\\",
        SinkKind::Ldap => "*()\\",
        _ => return false,
    };
    let source = operands
        .get(1)
        .and_then(Value::term)
        .and_then(|what| what.operands(Op::Regex))
        .and_then(|inner| inner.first()?.text());
    source
        .and_then(pattern::class_letters)
        .is_some_and(|letters| special.chars().all(|one| letters.may_be(one)))
}

/// The input at the root of a value.
pub(crate) fn deepest_input<'a>(value: &Value<'a>) -> Option<Term<'a>> {
    let mut term = value.term()?.clone();
    for _ in 0..DEEPEST {
        let next = match term.kind() {
            TermKind::Apply(_, operands) | TermKind::Result(_, operands) => {
                operands.iter().find_map(|operand| operand.term().filter(|inner| inner.taint() != 0)).cloned()
            }
            _ => None,
        };
        match next {
            Some(inner) => term = inner,
            None => return Some(term),
        }
    }
    Some(term)
}

/// Whether an operand is an input as it came, not a part of something.
fn is_whole(value: &Value<'_>) -> bool {
    value.term().is_some_and(|term| {
        let term = bare(term);
        !matches!(
            term.kind(),
            TermKind::Apply(Op::Concat | Op::JoinPath | Op::AppendPath | Op::ResolvePath | Op::RealPath, _)
        )
    })
}

pub(crate) use pattern::backtracks;
pub(crate) use shells::reads_orders;
