//! Symbols: the same for what comes about in the same way.

use std::hash::{Hash, Hasher};

use indexmap::Equivalent;

use super::Interpreter;
use super::sources::ATTACKER;
use crate::library::Op;
use crate::value::{Place, Term, TermData, TermKind, Text, Value};

/// With more symbols that stay for all offers, those of recorded calls do not stay.
const MOST_LASTING: usize = 200_000;

/// Texts that are shared are no longer than this.
const LONGEST_SHARED: usize = 48;

/// With more texts that are shared, it is begun anew.
const MOST_SHARED: usize = 1 << 15;

/// A symbol by how it came about, and by where if that tells it apart.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    term: Term<'a>,
    place: Option<Place>,
}

/// How a symbol came about that may be known.
struct Sought<'k, 'a> {
    kind: Kind<'k, 'a>,
    place: Option<Place>,
}

/// How it came about. What is asked for most often is asked without making it first.
enum Kind<'k, 'a> {
    Whole(&'k TermKind<'a>),
    External(&'k str),
    /// A member of a symbol: [`Op::Field`].
    Member(&'k Term<'a>, &'k str),
}

impl Hash for Known<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Sought { kind: Kind::Whole(self.term.kind()), place: self.place }.hash(state);
    }
}

impl PartialEq for Known<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.term.kind() == other.term.kind()
    }
}

impl Eq for Known<'_> {}

impl Hash for Sought<'_, '_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.kind {
            Kind::External(path) => path.hash(state),
            Kind::Whole(TermKind::External(path)) => path.hash(state),
            Kind::Member(object, name) => (object.id(), name).hash(state),
            Kind::Whole(kind) => match member(kind) {
                Some((object, name)) => (object.id(), name).hash(state),
                None => kind.hash(state),
            },
        }
        self.place.hash(state);
    }
}

/// The object and the name, if it is a member of a symbol.
fn member<'k, 'a>(kind: &'k TermKind<'a>) -> Option<(&'k Term<'a>, &'k str)> {
    match kind {
        TermKind::Apply(Op::Field, operands) => match operands.as_slice() {
            [Value::Term(object), Value::Text(name)] => Some((object, name)),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Equivalent<Known<'a>> for Sought<'_, 'a> {
    fn equivalent(&self, known: &Known<'a>) -> bool {
        self.place == known.place
            && match self.kind {
                Kind::Whole(kind) => kind == known.term.kind(),
                Kind::External(path) => {
                    matches!(known.term.kind(), TermKind::External(known) if **known == *path)
                }
                Kind::Member(object, name) => member(known.term.kind()) == Some((object, name)),
            }
    }
}

impl<'a> Interpreter<'a> {
    /// Keeps the symbols that were made so far for all offers.
    pub(crate) fn keep_terms(&mut self) {
        self.lasting = std::mem::take(&mut self.terms);
    }

    /// A symbol that is no other.
    pub(crate) fn fresh(&mut self, kind: TermKind<'a>, taint: u64) -> Term<'a> {
        let id = self.next_term;
        self.next_term += 1;
        Term::new(id, TermData { kind, taint, place: self.here })
    }

    /// An entity of a library.
    pub(crate) fn external(&mut self, path: &str) -> Value<'a> {
        let sought = Sought { kind: Kind::External(path), place: None };
        self.known_term(&sought).unwrap_or_else(|| self.intern(TermKind::External(Text::from(path)), 0, None))
    }

    /// A member of a symbol of which nothing else is known.
    pub(crate) fn field_of(&mut self, object: &Term<'a>, name: &str) -> Value<'a> {
        let sought = Sought { kind: Kind::Member(object, name), place: None };
        self.known_term(&sought).unwrap_or_else(|| {
            let operands = vec![Value::Term(object.clone()), Value::Text(self.shared(name))];
            self.apply(Op::Field, operands)
        })
    }

    fn known_term(&self, sought: &Sought<'_, 'a>) -> Option<Value<'a>> {
        let known = self.terms.get(sought).or_else(|| self.lasting.get(sought))?;
        Some(Value::Term(known.term.clone()))
    }

    /// A short text: one for all who have the same.
    pub(crate) fn shared(&mut self, text: &str) -> Text {
        if text.len() > LONGEST_SHARED {
            return Text::from(text);
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        if self.texts.len() >= MOST_SHARED {
            self.texts.clear();
        }
        let new = Text::from(text);
        self.texts.insert(new.clone());
        new
    }

    /// The symbol of what comes about in this way.
    pub(crate) fn intern(&mut self, kind: TermKind<'a>, taint: u64, place: Option<Place>) -> Value<'a> {
        if let TermKind::Apply(_, operands) | TermKind::Result(_, operands) = &kind {
            // All of them are compared.
            self.steps += operands.len() as u64 / 16;
        }
        if let Some(known) = self.known_term(&Sought { kind: Kind::Whole(&kind), place }) {
            return known;
        }
        let term = self.fresh(kind, taint);
        // What a recorded call made of no input is the same when it is repeated for another offer.
        let stays = self.is_recorded() && taint & ATTACKER == 0 && self.lasting.len() < MOST_LASTING;
        let terms = if stays { &mut self.lasting } else { &mut self.terms };
        terms.insert(Known { term: term.clone(), place });
        Value::Term(term)
    }
}
