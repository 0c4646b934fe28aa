//! Whether a value may reach an operation: what carries an input must have been checked in a way that fits it.
//!
//! A check counts only for the value that is used, or for one that it was made of without changing what was checked.
//! A check that is there and does not fit becomes a fault that is shown with the flow.

mod command;
mod path;
mod pattern;
mod url;

use crate::analysis::GuardFault;
use crate::fact::{Check, Fact};
use crate::interpret::state::State;
use crate::ir::Language;
use crate::library::{Op, SinkKind};
use crate::value::{Place, Term, TermKind, Value};

use pattern::Letters;

/// Values inside values beyond this are not looked into.
const DEEPEST: usize = 24;

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

    const fn is_safe(&self) -> bool {
        self.taint == 0
    }

    fn add(&mut self, other: &Self) {
        self.taint |= other.taint;
        if self.guard.is_none() {
            self.guard = other.guard;
        }
    }

    fn fault(mut self, fault: GuardFault, place: Place) -> Self {
        if self.taint != 0 && self.guard.is_none() {
            self.guard = Some((fault, place));
        }
        self
    }
}

/// Looks at one value at one operation.
pub(crate) struct Judge<'j, 'a> {
    state: &'j State<'a>,
    facts: Vec<Fact<'a>>,
    language: Language,
    attacker: u64,
}

impl<'j, 'a> Judge<'j, 'a> {
    pub(crate) fn new(state: &'j State<'a>, language: Language, attacker: u64) -> Self {
        Self { state, facts: state.facts.clone(), language, attacker }
    }

    /// The danger of a value at an operation, if any.
    pub(crate) fn judge(&self, kind: SinkKind, value: &Value<'a>) -> Option<Danger<'a>> {
        let mut worst: Option<Danger<'a>> = None;
        value.alternatives(&mut |one, facts| {
            let mut inner = Judge {
                state: self.state,
                facts: self.facts.clone(),
                language: self.language,
                attacker: self.attacker,
            };
            inner.facts.extend(facts.iter().cloned());
            let loose = inner.loose_at(kind, one);
            if !loose.is_safe() && worst.is_none() {
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
    fn kind_of(&self, kind: SinkKind, value: &Value<'a>) -> SinkKind {
        if kind == SinkKind::Arguments { self.arguments_kind(value) } else { kind }
    }

    fn loose_at(&self, kind: SinkKind, value: &Value<'a>) -> Loose {
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

    fn generic_term(&self, kind: SinkKind, term: &Term<'a>, depth: usize) -> Loose {
        if term.0.taint & self.attacker == 0 || self.is_fixed(term, kind) || self.is_signed(term, kind) {
            return Loose::SAFE;
        }
        let loose = match term.kind() {
            TermKind::Apply(op, _) if clears(*op, kind) => Loose::SAFE,
            TermKind::Apply(op, operands) => match op {
                op if is_condition(*op) => Loose::SAFE,
                Op::Number | Op::Measure | Op::IndexOf => Loose::SAFE,
                Op::Decode | Op::ExpandPath => {
                    let inner = operands.first().map_or(Loose::SAFE, |inner| self.unchecked(inner));
                    match operands.first().and_then(|inner| self.any_fact(inner)) {
                        Some(place) => inner.fault(GuardFault::BeforeDecoding, place),
                        None => inner,
                    }
                }
                Op::And => operands.last().map_or(Loose::SAFE, |inner| self.generic(kind, inner, depth - 1)),
                Op::ReplaceAll if self.keeps_only(operands, kind) || escapes(operands, kind) => Loose::SAFE,
                Op::ReplaceFirst | Op::ReplaceAll => {
                    let inner =
                        operands.first().map_or(Loose::SAFE, |inner| self.generic(kind, inner, depth - 1));
                    let fault =
                        if *op == Op::ReplaceFirst { GuardFault::FirstOnly } else { GuardFault::DenyList };
                    inner.fault(fault, term.0.place)
                }
                Op::Element | Op::Field => {
                    operands.first().map_or(Loose::SAFE, |inner| self.generic(kind, inner, depth - 1))
                }
                _ => {
                    let mut loose = Loose::SAFE;
                    for operand in operands {
                        loose.add(&self.generic(kind, operand, depth - 1));
                    }
                    loose
                }
            },
            TermKind::Result(_, operands) => {
                let mut loose = Loose::SAFE;
                for operand in operands {
                    loose.add(&self.generic(kind, operand, depth - 1));
                }
                // What is not understood may carry what its operands carry, also where they hide it.
                if loose.is_safe() && !operands.iter().any(|operand| self.taint(operand) != 0) {
                    loose.taint = term.0.taint & self.attacker;
                }
                loose
            }
            _ => Loose { taint: term.0.taint & self.attacker, guard: None },
        };
        self.blamed(loose, term)
    }

    /// Names a check that is there and does not fit.
    pub(crate) fn blamed(&self, loose: Loose, term: &Term<'a>) -> Loose {
        if loose.is_safe() || loose.guard.is_some() {
            return loose;
        }
        let root = bare(term);
        for fact in &self.facts {
            let subject = bare(&fact.subject);
            let fault = match &fact.check {
                Check::NoneOf | Check::ContainsNot(_) | Check::MatchesNot(_) | Check::StartsNotWith(_)
                    if subject == root || made_of(&fact.subject, &root) =>
                {
                    GuardFault::DenyList
                }
                Check::Matches(_) if subject == root || made_of(&fact.subject, &root) => {
                    GuardFault::LoosePattern
                }
                Check::Contains(_) | Check::EndsWith(_) if subject == root => GuardFault::LoosePattern,
                Check::OneOf
                    if subject != root && made_of(&fact.subject, &root) && !is_nothing_check(fact) =>
                {
                    GuardFault::OtherValue
                }
                _ => continue,
            };
            return loose.fault(fault, fact.place);
        }
        loose
    }

    /// Whether a value is one of a fixed set, a number, or only of letters that are harmless here.
    pub(crate) fn is_fixed(&self, term: &Term<'a>, kind: SinkKind) -> bool {
        let root = bare(term);
        self.facts.iter().any(|fact| {
            if bare(&fact.subject) != root {
                return self.without_letters(fact, &root, kind);
            }
            match &fact.check {
                Check::OneOf | Check::Number => true,
                Check::Address => kind != SinkKind::Url,
                Check::ContainsNot(part)
                    if matches!(kind, SinkKind::Header | SinkKind::Log | SinkKind::Message) =>
                {
                    part.text().is_some_and(|part| part.contains(['\n', '\r']))
                }
                Check::Equal(Value::Term(other))
                    if is_path(kind)
                        && other.operands(Op::BaseName).is_some_and(|inner| {
                            inner.first().and_then(Value::term).is_some_and(|inner| bare(inner) == root)
                        }) =>
                {
                    true
                }
                Check::Equal(value) => self.taint(value) == 0,
                Check::Matches(pattern) => {
                    pattern::allowed(pattern).is_some_and(|letters| harmless(&letters, kind))
                }
                Check::MatchesNot(pattern)
                    if matches!(kind, SinkKind::Header | SinkKind::Log | SinkKind::Message) =>
                {
                    let without = pattern::class_letters(&pattern.source);
                    without.is_some_and(|letters| letters.may_be('\n') && letters.may_be('\r'))
                        || pattern::complement(pattern).is_some_and(|letters| harmless(&letters, kind))
                }
                Check::MatchesNot(pattern) => {
                    pattern::complement(pattern).is_some_and(|letters| harmless(&letters, kind))
                }
                _ => false,
            }
        })
    }

    /// Whether what becomes objects or code was signed by somebody who holds a key: a comparison of digests held.
    fn is_signed(&self, term: &Term<'a>, kind: SinkKind) -> bool {
        if !matches!(kind, SinkKind::Deserialize | SinkKind::Code | SinkKind::Import) {
            return false;
        }
        let Some(root) = deepest_input(&Value::Term(term.clone())) else { return false };
        let of_root = |operand: &Value<'a>| operand.term().is_some_and(|operand| made_of(operand, &root));
        self.facts.iter().any(|fact| {
            fact.check == Check::True
                && match fact.subject.kind() {
                    TermKind::Result(path, operands) => {
                        const COMPARES: &[&str] =
                            &["compare_digest", "timingSafeEqual", "hmac.Equal", ".verify"];
                        COMPARES.iter().any(|end| path.ends_with(end)) && operands.iter().any(of_root)
                    }
                    // A comparison with a digest, itself a measure.
                    TermKind::Apply(Op::Measure, operands) => {
                        let digest = operands.iter().any(|operand| {
                            operand.term().is_some_and(|operand| operand.operands(Op::Measure).is_some())
                        });
                        digest && operands.iter().any(of_root)
                    }
                    _ => false,
                }
        })
    }

    /// A check of a value without some letters: `word.replace("-", "").isalnum()`.
    fn without_letters(&self, fact: &Fact<'a>, root: &Term<'a>, kind: SinkKind) -> bool {
        let Check::Matches(pattern) = &fact.check else { return false };
        let Some(mut letters) = pattern::allowed(pattern) else { return false };
        let mut subject = bare(&fact.subject);
        for _ in 0..6 {
            let Some([Value::Term(inner), what, Value::Text(by)]) = subject.operands(Op::ReplaceAll) else {
                return false;
            };
            let what = match what {
                Value::Text(what) => Some(&**what),
                Value::Term(regex) => regex.operands(Op::Regex).and_then(|inner| inner.first()?.text()),
                _ => None,
            };
            let Some(what) = what.filter(|_| by.is_empty()) else { return false };
            letters.also(what);
            subject = bare(inner);
            if subject == *root {
                return harmless(&letters, kind);
            }
        }
        false
    }

    /// A replacement that leaves only harmless letters: `replace(/[^a-z0-9]/g, "")`.
    pub(crate) fn keeps_only(&self, operands: &[Value<'a>], kind: SinkKind) -> bool {
        let [_, what, by] = operands else { return false };
        let source = match what {
            Value::Text(source) => source.to_string(),
            Value::Term(term) => match term.operands(Op::Regex).and_then(|inner| inner.first()?.text()) {
                Some(source) => source.to_owned(),
                None => return false,
            },
            _ => return false,
        };
        let pattern =
            crate::fact::Pattern { source, flags: String::new(), anchored: crate::fact::Anchored::No };
        let by_is_harmless = by.text().is_some_and(|by| {
            by.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
        });
        by_is_harmless && pattern::complement(&pattern).is_some_and(|letters| harmless(&letters, kind))
    }

    /// The inputs in a value, whatever was checked of them.
    fn unchecked(&self, value: &Value<'a>) -> Loose {
        let judge =
            Judge { state: self.state, facts: Vec::new(), language: self.language, attacker: self.attacker };
        judge.generic(SinkKind::Code, value, DEEPEST)
    }

    /// Where anything was checked of a value.
    pub(crate) fn any_fact(&self, value: &Value<'a>) -> Option<Place> {
        let root = bare(value.term()?);
        let fact = self.facts.iter().find(|fact| {
            (bare(&fact.subject) == root || made_of(&fact.subject, &root))
                && !matches!(fact.check, Check::True | Check::False)
        });
        fact.map(|fact| fact.place)
    }

    pub(crate) fn with(&self, facts: &[Fact<'a>]) -> Self {
        let mut all = self.facts.clone();
        all.extend(facts.iter().cloned());
        Judge { state: self.state, facts: all, language: self.language, attacker: self.attacker }
    }

    pub(crate) fn taint(&self, value: &Value<'a>) -> u64 {
        self.taint_within(value, 4) & self.attacker
    }

    fn taint_within(&self, value: &Value<'a>, depth: u8) -> u64 {
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

    /// A query of a document database: an input that can be an object brings operators of its own.
    fn no_sql(&self, value: &Value<'a>, depth: usize) -> Loose {
        if depth == 0 {
            return Loose::SAFE;
        }
        match value {
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return Loose::SAFE };
                let mut loose = Loose::SAFE;
                for (name, inner) in &object.fields {
                    if &**name == "$where" {
                        loose.add(&self.generic(SinkKind::Code, inner, depth - 1));
                    } else if !name.starts_with("$eq") {
                        loose.add(&self.no_sql(inner, depth - 1));
                    }
                }
                for inner in object.elements.iter().chain(&object.rest) {
                    loose.add(&self.no_sql(inner, depth - 1));
                }
                loose
            }
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).no_sql(&one.value, depth - 1));
                }
                loose
            }
            Value::Term(term) => {
                let is_checked = self.facts.iter().any(|fact| {
                    bare(&fact.subject) == bare(term)
                        && matches!(fact.check, Check::Text | Check::OneOf | Check::Number)
                });
                if is_checked {
                    return Loose::SAFE;
                }
                let is_object = match term.kind() {
                    TermKind::Apply(Op::ParseJson, _) => true,
                    TermKind::Input(_) => true,
                    TermKind::Apply(Op::Field | Op::Element, operands) => {
                        return operands.first().map_or(Loose::SAFE, |inner| self.no_sql(inner, depth - 1));
                    }
                    _ => false,
                };
                let is_text = self.facts.iter().any(|fact| {
                    bare(&fact.subject) == bare(term)
                        && matches!(
                            fact.check,
                            Check::OneOf | Check::Number | Check::Matches(_) | Check::Text | Check::Address
                        )
                });
                if is_object && !is_text {
                    Loose { taint: term.0.taint & self.attacker, guard: None }
                } else {
                    Loose::SAFE
                }
            }
            _ => Loose::SAFE,
        }
    }

    /// A statement, or an object of a statement and its values: the values are harmless.
    fn statement(&self, value: &Value<'a>) -> Loose {
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

    /// A message of headers, an empty line, and a body: headers must be of one line.
    fn message(&self, value: &Value<'a>) -> Loose {
        if let Value::Object(id) = value
            && let Some(object) = self.state.object(*id)
        {
            let mut loose = Loose::SAFE;
            object.fields.values().take(50).for_each(|inner| loose.add(&self.message(inner)));
            object.elements.iter().chain(&object.rest).for_each(|inner| {
                loose.add(&self.generic(SinkKind::Message, inner, DEEPEST));
            });
            return loose;
        }
        let Value::Term(term) = value else { return self.generic(SinkKind::Message, value, DEEPEST) };
        let Some(parts) = bare(term).operands(Op::Concat).map(<[Value<'a>]>::to_vec) else {
            return self.generic(SinkKind::Message, value, DEEPEST);
        };
        let mut loose = Loose::SAFE;
        for part in &parts {
            if part.text().is_some_and(|text| text.contains("\n\n") || text.contains("\r\n\r\n")) {
                break;
            }
            loose.add(&self.generic(SinkKind::Message, part, DEEPEST));
        }
        loose
    }

    /// Which operands of a text that is put together were checked together: `file = name + ".md"`, then
    /// `folder + file`.
    pub(crate) fn covered(&self, operands: &[Value<'a>], kind: SinkKind) -> Vec<bool> {
        let mut covered = vec![false; operands.len()];
        for fact in &self.facts {
            let subject = bare(&fact.subject);
            let Some(checked) = subject.operands(Op::Concat) else { continue };
            if checked.len() > operands.len() || !self.is_fixed(&subject, kind) {
                continue;
            }
            for start in 0..=operands.len() - checked.len() {
                let window = operands.get(start..start + checked.len()).unwrap_or_default();
                let last = checked.len() - 1;
                let same = window.iter().zip(checked).enumerate().all(|(index, (here, there))| {
                    match (here, there) {
                        (Value::Text(here), Value::Text(there)) => {
                            here == there
                                || (index == 0 && here.ends_with(&**there))
                                || (index == last && here.starts_with(&**there))
                        }
                        (here, there) => here == there,
                    }
                });
                if same {
                    covered.iter_mut().skip(start).take(checked.len()).for_each(|one| *one = true);
                }
            }
        }
        covered
    }

    /// An archive that is unpacked where its entries say: safe where the entries were checked.
    fn archive(&self, value: &Value<'a>) -> Loose {
        let taint = self.taint(value);
        let Some(root) = deepest_input(value) else { return Loose { taint, guard: None } };
        let mut guard = None;
        for fact in &self.facts {
            if !made_of(&fact.subject, &root) {
                continue;
            }
            match &fact.check {
                Check::Inside(_) => return Loose::SAFE,
                Check::StartsWith(folder) if path::ends_with_separator(folder) => return Loose::SAFE,
                Check::StartsNotWith(_) if path::is_relative(&fact.subject) => return Loose::SAFE,
                Check::StartsWith(_) => guard = Some((GuardFault::PrefixWithoutSeparator, fact.place)),
                Check::ContainsNot(_) => guard = Some((GuardFault::DenyList, fact.place)),
                _ => {}
            }
        }
        Loose { taint, guard }
    }

    /// A key under which an object is written: naming what is forbidden is right here.
    fn key(&self, value: &Value<'a>) -> Loose {
        let Some(term) = value.term() else { return Loose::SAFE };
        let root = bare(term);
        let checked = self.facts.iter().any(|fact| {
            bare(&fact.subject) == root
                && matches!(
                    fact.check,
                    Check::OneOf
                        | Check::NoneOf
                        | Check::Number
                        | Check::ContainsNot(_)
                        | Check::Matches(_)
                        | Check::MatchesNot(_)
                )
        });
        if checked { Loose::SAFE } else { self.generic(SinkKind::Prototype, value, DEEPEST) }
    }
}

/// A symbol without conversions that keep its text.
pub(crate) fn bare<'a>(term: &Term<'a>) -> Term<'a> {
    let mut term = term.clone();
    for _ in 0..8 {
        let inner = match term.kind() {
            TermKind::Apply(Op::Same | Op::Fold, operands) => match operands.first() {
                Some(Value::Term(inner)) => inner.clone(),
                _ => return term,
            },
            _ => return term,
        };
        term = inner;
    }
    term
}

/// Whether a symbol was made of another.
pub(crate) fn made_of<'a>(term: &Term<'a>, root: &Term<'a>) -> bool {
    made_within(term, root, 10)
}

fn made_within<'a>(term: &Term<'a>, root: &Term<'a>, depth: u8) -> bool {
    if term == root {
        return true;
    }
    if depth == 0 || term.0.taint & root.0.taint == 0 {
        return false;
    }
    match term.kind() {
        TermKind::Apply(_, operands) | TermKind::Result(_, operands) => operands.iter().any(|operand| {
            let mut found = false;
            operand.alternatives(&mut |one, _| {
                if let Value::Term(inner) = one {
                    found |= made_within(inner, root, depth - 1);
                }
            });
            found
        }),
        _ => false,
    }
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
fn deepest_input<'a>(value: &Value<'a>) -> Option<Term<'a>> {
    let mut term = value.term()?.clone();
    for _ in 0..DEEPEST {
        let next = match term.kind() {
            TermKind::Apply(_, operands) | TermKind::Result(_, operands) => {
                operands.iter().find_map(|operand| operand.term().filter(|inner| inner.0.taint != 0)).cloned()
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

/// `x === ""` and the like say nothing about what x is otherwise.
fn is_nothing_check(_fact: &Fact<'_>) -> bool {
    false
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

pub(crate) const fn is_condition(op: Op) -> bool {
    matches!(
        op,
        Op::Not
            | Op::Equal
            | Op::Less
            | Op::In
            | Op::StartsWith
            | Op::EndsWith
            | Op::Matches
            | Op::IsInside
            | Op::IsAbsolute
            | Op::IsNumber
            | Op::IsPrivate
            | Op::IsPublic
            | Op::IsInstance
            | Op::Any
            | Op::All
    )
}

const fn is_path(kind: SinkKind) -> bool {
    matches!(kind, SinkKind::PathRead | SinkKind::PathWrite | SinkKind::PathDelete)
}

pub(crate) use pattern::backtracks;

/// Operations whose result is harmless for a kind of operation.
const fn clears(op: Op, kind: SinkKind) -> bool {
    match kind {
        SinkKind::Sql => matches!(op, Op::QuoteSql),
        SinkKind::Regex => matches!(op, Op::EscapeRegex),
        SinkKind::Ldap => matches!(op, Op::EscapeLdap),
        SinkKind::Markup | SinkKind::Xml => matches!(op, Op::EscapeMarkup | Op::EncodeUrl | Op::WriteJson),
        SinkKind::Template => matches!(op, Op::EscapeMarkup),
        SinkKind::Header | SinkKind::Message | SinkKind::Log => {
            matches!(op, Op::EncodeUrl | Op::WriteJson | Op::ReplaceAll | Op::EscapeMarkup | Op::BaseName)
        }
        SinkKind::Code => matches!(op, Op::WriteJson),
        SinkKind::Import => matches!(op, Op::BaseName),
        SinkKind::Shell | SinkKind::Arguments => matches!(op, Op::QuoteShell),
        _ => false,
    }
}

/// Whether a text of these letters is harmless for a kind of operation.
fn harmless(letters: &Letters, kind: SinkKind) -> bool {
    match kind {
        SinkKind::Shell => {
            letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.,:/@%+=".contains(letter))
        }
        SinkKind::Arguments => {
            letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.,:/@%+= ~^{}#".contains(letter))
        }
        SinkKind::PathRead | SinkKind::PathWrite | SinkKind::PathDelete | SinkKind::Import => {
            !letters.may_be('/') && !letters.may_be('\\')
                || (!letters.may_be('.') && !letters.begins_with('/'))
        }
        SinkKind::Url => {
            letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.,~".contains(letter))
                || letters.fixed_host()
        }
        SinkKind::Sql => letters.only(|letter| letter.is_ascii_alphanumeric() || "_.-: ".contains(letter)),
        SinkKind::Header | SinkKind::Message | SinkKind::Log => {
            !letters.may_be('\n') && !letters.may_be('\r')
        }
        SinkKind::Ldap => letters.only(|letter| letter.is_ascii_alphanumeric() || "_.-@ ".contains(letter)),
        SinkKind::Regex => letters.only(|letter| letter.is_ascii_alphanumeric() || "_- ".contains(letter)),
        SinkKind::Code => {
            letters.only(|letter| !letter.is_ascii_alphabetic() && !"\"'`$\\[]{};".contains(letter))
                || letters.only(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        }
        _ => letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter)),
    }
}
