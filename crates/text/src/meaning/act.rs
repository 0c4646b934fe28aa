//! Acts: what is asked, stated or forbidden, and on what.

use std::ops::Range;

use super::clause::{Clause, negates, walk};
use super::concept::{ACTS, Concept, Concepts};
use super::token::{Break, Form, Language, Token};

/// How an act is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// Part of a condition: "before using", "when X is called".
    Condition,
    /// A purpose: "to validate".
    Purpose,
    /// Somebody may: "you can call".
    Permission,
    /// Something does: "reads a file".
    Statement,
    /// A question: "how do I send".
    Question,
    /// A polite wish: "should", "could you", "please".
    Advice,
    /// An order by its form: "read the file".
    Imperative,
    /// An order with its word: "must", "have to", "need to".
    Obligation,
}

impl Force {
    /// True when somebody is to do it.
    #[must_use]
    pub fn asks(self) -> bool {
        self >= Force::Advice
    }
}

/// One act.
#[derive(Debug, Clone)]
pub struct Act {
    /// What is done; a word can stand for more than one act.
    pub concepts: Concepts,
    /// How it is meant.
    pub force: Force,
    /// True when it is not to be done, or is said not to be.
    pub negated: bool,
    /// True when its object comes first: "must be told".
    pub passive: bool,
    /// True when it is the purpose of an act before it that is asked for: "call `x` to read the key".
    pub led: bool,
    /// Who is to do it, where that is said: you, the model, the user, it.
    pub subject: Concepts,
    /// What it is done on: every concept in its scope.
    pub objects: Concepts,
    /// The concepts of its clause, itself included.
    pub clause: Concepts,
    /// The token of the act, counted in the meaning.
    pub(crate) token: usize,
    /// The tokens of its objects, counted in the meaning.
    pub(crate) scope: Range<usize>,
}

impl Act {
    /// True when the act is one of these.
    #[must_use]
    pub const fn is(&self, acts: Concepts) -> bool {
        self.concepts.any(acts)
    }

    /// True when somebody is asked to do it.
    #[must_use]
    pub fn ordered(&self) -> bool {
        self.force.asks() && !self.negated
    }

    /// True when it comes about if the text is obeyed: it is asked for, or is the purpose of what is.
    #[must_use]
    pub fn wanted(&self) -> bool {
        self.ordered() || (self.led && !self.negated)
    }

    /// True when somebody is asked not to do it.
    #[must_use]
    pub fn forbidden(&self) -> bool {
        self.force.asks() && self.negated
    }
}
/// Finds the acts of a sentence whose first token has the number `first`.
pub(crate) fn find(tokens: &[Token], first: usize, question: bool, language: Language, into: &mut Vec<Act>) {
    let from = into.len();
    let mut clause = Clause::new();
    let mut clause_from = 0;
    for (index, token) in tokens.iter().enumerate() {
        if token.before >= Break::Clause && index > 0 {
            close_clause(tokens, clause_from..index, first, &clause, language, into);
            clause = next_clause(&clause, token.before);
            clause_from = index;
        }
        if let Some(force) = walk(&mut clause, token, tokens.get(index + 1), question, language) {
            into.push(Act {
                concepts: if token.concepts.any(ACTS) {
                    token.concepts.shared(ACTS)
                } else {
                    Concept::Do.into()
                },
                force,
                negated: clause.negated || negates(token, tokens.get(index + 1)),
                passive: !token.form.can_be(Form::BASE) && token.form.can_be(Form::PAST),
                led: false,
                subject: clause.subject,
                objects: Concepts::NONE,
                clause: Concepts::NONE,
                token: first + index,
                scope: 0..0,
            });
        }
    }
    close_clause(tokens, clause_from..tokens.len(), first, &clause, language, into);
    scopes(tokens, first, language, into.get_mut(from..).unwrap_or_default());
}

/// What a new clause takes over: after "if you see this," an order can follow; in a list the act goes on.
fn next_clause(last: &Clause, boundary: Break) -> Clause {
    let carried = if boundary == Break::Colon { None } else { last.carried };
    // "Returns names, email addresses and roles" goes on listing; it does not order mail to be sent.
    let listing = boundary == Break::Clause && last.carried == Some(Force::Statement);
    Clause { carried, at_start: !listing, ..Clause::new() }
}

/// Everything in a clause is known at its end: languages that put "not" last, and the clause's concepts.
fn close_clause(
    tokens: &[Token],
    range: Range<usize>,
    first: usize,
    clause: &Clause,
    language: Language,
    into: &mut [Act],
) {
    let inside = tokens.get(range.clone()).unwrap_or_default();
    let concepts = inside.iter().fold(Concepts::NONE, |all, token| all.with(token.concepts));
    let late_not = matches!(language, Language::German | Language::Japanese) && clause.negated;
    for act in into.iter_mut().rev().take_while(|act| act.token >= first + range.start) {
        act.clause = concepts;
        act.negated = act.negated || late_not;
        if language != Language::English
            && concepts.any(Concepts::of(&[Concept::Must, Concept::Please]))
            && act.force == Force::Statement
        {
            act.force = Force::Obligation;
        }
    }
}
/// The widest scope to one side, in tokens.
const WIDEST: usize = 60;

/// The scope of an act reaches to the next act or the end of the sentence; where objects come first, also back to the
/// act before.
fn scopes(tokens: &[Token], first: usize, language: Language, acts: &mut [Act]) {
    let mut leading = false;
    for act in acts.iter_mut() {
        act.led = leading && act.force == Force::Purpose;
        leading = act.ordered() || act.led;
    }
    let cuts: Vec<usize> =
        acts.iter().filter(|act| act.force != Force::Statement).map(|act| act.token - first).collect();
    for act in acts.iter_mut() {
        let at = act.token - first;
        let next = cuts.partition_point(|cut| *cut <= at);
        let before = cuts.get(..cuts.partition_point(|cut| *cut < at)).and_then(<[usize]>::last);
        let from = match before {
            // The object of "must be sent" stands before it.
            _ if !language.object_first() && !act.passive => at + 1,
            Some(before) => before + 1,
            None => 0,
        };
        let from = from.max(at.saturating_sub(WIDEST));
        let to = cuts.get(next).copied().unwrap_or(tokens.len()).min(at + 1 + WIDEST);
        act.scope = first + from..first + to;
        let inside = tokens.get(from..to).unwrap_or_default();
        act.objects = inside
            .iter()
            .enumerate()
            .filter(|(offset, _)| from + offset != at)
            .fold(Concepts::NONE, |all, (_, token)| all.with(token.concepts));
    }
}
