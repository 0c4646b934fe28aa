//! Symbols: the same for what comes about in the same way.

use std::hash::{Hash, Hasher};

use indexmap::Equivalent;

use super::Interpreter;
use super::sources::ATTACKER;
use crate::value::{Place, Term, TermData, TermKind, Value};

/// With more symbols that stay for all offers, those of recorded calls do not stay.
const MOST_LASTING: usize = 200_000;

/// A symbol by how it came about, and by where if that tells it apart.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    term: Term<'a>,
    place: Option<Place>,
}

/// How a symbol came about that may be known.
struct Sought<'k, 'a> {
    kind: &'k TermKind<'a>,
    place: Option<Place>,
}

impl Hash for Known<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Sought { kind: self.term.kind(), place: self.place }.hash(state);
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
        self.kind.hash(state);
        self.place.hash(state);
    }
}

impl<'a> Equivalent<Known<'a>> for Sought<'_, 'a> {
    fn equivalent(&self, known: &Known<'a>) -> bool {
        self.place == known.place && self.kind == known.term.kind()
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

    /// The symbol of what comes about in this way.
    pub(crate) fn intern(&mut self, kind: TermKind<'a>, taint: u64, place: Option<Place>) -> Value<'a> {
        if let TermKind::Apply(_, operands) | TermKind::Result(_, operands) = &kind {
            // All of them are compared.
            self.steps += operands.len() as u64 / 16;
        }
        let sought = Sought { kind: &kind, place };
        if let Some(known) = self.terms.get(&sought).or_else(|| self.lasting.get(&sought)) {
            return Value::Term(known.term.clone());
        }
        let term = self.fresh(kind, taint);
        // What a recorded call made of no input is the same when it is repeated for another offer.
        let stays = self.is_recorded() && taint & ATTACKER == 0 && self.lasting.len() < MOST_LASTING;
        let terms = if stays { &mut self.lasting } else { &mut self.terms };
        terms.insert(Known { term: term.clone(), place });
        Value::Term(term)
    }
}
