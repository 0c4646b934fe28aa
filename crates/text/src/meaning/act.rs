//! Acts: what is asked, stated or forbidden, and on what.

use std::ops::Range;

use super::concept::{ACTS, Concept, Concepts};
use super::token::{Break, Form, Language, Token, TokenKind};

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

/// Who can be a subject.
const SUBJECTS: Concepts = Concepts::of(&[
    Concept::You,
    Concept::Model,
    Concept::Agent,
    Concept::User,
    Concept::Me,
    Concept::It,
    Concept::They,
    Concept::This,
    Concept::Tool,
    Concept::Authority,
]);

/// What opens a condition.
const CONDITIONS: Concepts = Concepts::of(&[
    Concept::Before,
    Concept::After,
    Concept::When,
    Concept::If,
    Concept::Without,
    Concept::Instead,
]);

/// Words that leave the beginning of a clause its beginning.
const TRANSPARENT: Concepts = Concepts::of(&[
    Concept::Filler,
    Concept::And,
    Concept::Or,
    Concept::Please,
    Concept::Not,
    Concept::Always,
    Concept::First,
    Concept::Automatic,
    Concept::Silent,
    Concept::Only,
    Concept::Important,
    Concept::Henceforth,
]);

/// The walk through one clause.
struct Clause {
    at_start: bool,
    negated: bool,
    modal: Option<Force>,
    polite: bool,
    subject: Concepts,
    to: bool,
    be: bool,
    article: bool,
    condition: bool,
    /// Force of the last act, carried on by "and".
    carried: Option<Force>,
    /// True right after "and" or "or".
    joined: bool,
    /// True when "and" or "or" stood anywhere since the last act.
    chained: bool,
    /// True right after an act, or after an act and "by".
    after_act: bool,
    /// True right after a preposition.
    preposition: bool,
    /// True once the clause has an act.
    acted: bool,
    /// "It is essential that you", "it is mandatory to".
    required: bool,
    /// True right after "requires".
    just_required: bool,
    /// The concepts of the token before.
    previous: Concepts,
    asking: bool,
}

impl Clause {
    const fn new() -> Self {
        Self {
            at_start: true,
            negated: false,
            modal: None,
            polite: false,
            subject: Concepts::NONE,
            to: false,
            be: false,
            article: false,
            condition: false,
            carried: None,
            joined: false,
            chained: false,
            after_act: false,
            preposition: false,
            acted: false,
            required: false,
            just_required: false,
            previous: Concepts::NONE,
            asking: false,
        }
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
                negated: clause.negated || token.is(Concept::Not),
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

/// Takes one token; the force of the act that it is, if it is one.
fn walk(
    clause: &mut Clause,
    token: &Token,
    next: Option<&Token>,
    question: bool,
    language: Language,
) -> Option<Force> {
    let concepts = token.concepts;
    if token.inner {
        return None;
    }
    let force = force_or_state(clause, token, next, question, language);
    clause.previous = concepts;
    force
}

/// The force of the act that a token is; a token that is none changes what the next one can be.
fn force_or_state(
    clause: &mut Clause,
    token: &Token,
    next: Option<&Token>,
    question: bool,
    language: Language,
) -> Option<Force> {
    let concepts = token.concepts;
    let is_act = concepts.any(ACTS) && token.form != Form::default() && !token.quoted;
    let force = if is_act {
        force_of(clause, token, next, question, language)
    } else {
        unknown_act(clause, token, next, language)
    };
    if let Some(force) = force {
        after_act(clause, force);
        clause.negated = clause.negated || concepts.has(Concept::Not);
        return Some(force);
    }
    if concepts.has(Concept::Not) {
        clause.negated = true;
    }
    let modal = [
        (Concept::Must, Force::Obligation),
        (Concept::Should, Force::Advice),
        (Concept::Will, Force::Obligation),
        (Concept::Can, Force::Permission),
    ];
    let modal = modal.iter().find(|(concept, _)| concepts.has(*concept)).map(|(_, force)| *force);
    if let Some(modal) = modal {
        let by_you = clause.subject.any(Concepts::of(&[Concept::You, Concept::Model]));
        clause.modal = Some(match modal {
            Force::Obligation if concepts.has(Concept::Will) && !by_you => Force::Statement,
            modal => modal,
        });
    }
    clause.after_act = clause.after_act && concepts.has(Concept::Preposition);
    clause.preposition = concepts.has(Concept::Preposition);
    clause.just_required = concepts.has(Concept::Required);
    clause.required = clause.required || concepts.has(Concept::Required);
    clause.polite = clause.polite || concepts.has(Concept::Please);
    clause.be = clause.be || concepts.has(Concept::Be);
    clause.asking = clause.asking || (clause.at_start && concepts.has(Concept::Asking));
    clause.to = concepts.has(Concept::To);
    clause.article = concepts.has(Concept::Article);
    if concepts.any(CONDITIONS) {
        clause.condition = true;
        clause.modal = None;
        clause.be = false;
    }
    if concepts.any(SUBJECTS) && !clause.acted {
        clause.subject = clause.subject.with(concepts.shared(SUBJECTS));
    }
    if concepts.has(Concept::And) {
        clause.joined = true;
        clause.chained = true;
        clause.acted = false;
        clause.negated = false;
    } else if concepts.has(Concept::Or) {
        clause.joined = true;
        clause.chained = true;
    } else if !concepts.any(TRANSPARENT) {
        clause.joined = false;
    }
    let reopened = concepts.has(Concept::Please)
        || (clause.carried == Some(Force::Condition)
            && concepts.any(Concepts::of(&[Concept::First, Concept::Always])));
    if reopened {
        clause.condition = false;
    }
    clause.at_start = reopened || (clause.at_start && concepts.any(TRANSPARENT));
    None
}

fn after_act(clause: &mut Clause, force: Force) {
    clause.carried = Some(force);
    clause.at_start = false;
    clause.joined = false;
    clause.chained = false;
    clause.after_act = true;
    clause.preposition = false;
    clause.acted = true;
    clause.required = false;
    clause.to = false;
    clause.article = false;
    clause.modal = None;
    clause.be = false;
}

fn force_of(
    clause: &Clause,
    token: &Token,
    next: Option<&Token>,
    question: bool,
    language: Language,
) -> Option<Force> {
    let form = token.form;
    let question = question && (clause.asking || clause.subject.has(Concept::Me));
    if form.can_be(Form::OPEN) {
        return Some(open_force(clause, question, language));
    }
    let base = form.can_be(Form::BASE);
    if base {
        if let Some(modal) = clause.modal {
            return Some(match modal {
                _ if question => Force::Question,
                Force::Permission if clause.polite => Force::Advice,
                modal => modal,
            });
        }
        if clause.required && (clause.to || clause.subject.has(Concept::You)) {
            return Some(Force::Obligation);
        }
        if clause.to {
            return Some(if clause.condition && clause.carried.is_none() {
                Force::Condition
            } else {
                Force::Purpose
            });
        }
        if clause.at_start || (clause.joined && clause.carried.is_some()) {
            if next.is_some_and(|next| next.is(Concept::Be) && next.before == Break::None) {
                return None;
            }
            if question {
                return Some(Force::Question);
            }
            if clause.condition {
                return Some(Force::Condition);
            }
            return Some(match clause.carried.filter(|_| clause.joined) {
                Some(force) => force,
                None if clause.polite => Force::Imperative,
                None => Force::Imperative,
            });
        }
        if clause.article {
            return None;
        }
        if clause.subject.any(Concepts::of(&[Concept::You, Concept::User, Concept::Me]))
            && clause.condition
            && clause.carried.is_none()
        {
            return Some(Force::Condition);
        }
        if clause.polite && clause.subject.has(Concept::You) && clause.carried.is_none() {
            return Some(Force::Advice);
        }
    }
    if form.can_be(Form::PAST) && clause.be {
        return Some(match clause.modal {
            Some(modal) => modal,
            None if clause.condition => Force::Condition,
            None => Force::Statement,
        });
    }
    if clause.article {
        return None;
    }
    // "For all emails", "in the reports": a plural, not an act.
    let plural =
        Concepts::of(&[Concept::All, Concept::Preposition, Concept::You, Concept::My, Concept::Others]);
    if form.can_be(Form::THIRD) && !clause.previous.any(plural) {
        return Some(if clause.condition { Force::Condition } else { Force::Statement });
    }
    if form.can_be(Form::GERUND) {
        if let Some(carried) = clause.carried.filter(|carried| clause.after_act && carried.asks()) {
            return Some(carried);
        }
        if clause.just_required {
            return Some(Force::Obligation);
        }
        if clause.preposition && clause.carried.is_some_and(Force::asks) {
            return Some(Force::Purpose);
        }
        return Some(if clause.condition { Force::Condition } else { Force::Statement });
    }
    if form.can_be(Form::PAST) && clause.condition {
        return Some(Force::Condition);
    }
    None
}

/// A word of no known meaning that opens a clause before a determiner is nearly always an order: "Paint the fence".
fn unknown_act(clause: &Clause, token: &Token, next: Option<&Token>, language: Language) -> Option<Force> {
    let determiner = Concepts::of(&[
        Concept::Article,
        Concept::All,
        Concept::You,
        Concept::Me,
        Concept::This,
        Concept::They,
    ]);
    let opens =
        clause.at_start && token.concepts.is_empty() && token.kind == TokenKind::Word && !token.quoted;
    let before_object = next
        .is_some_and(|next| next.concepts.any(determiner) && !next.opens_clause() && !next.is(Concept::Be));
    if language != Language::English {
        return None;
    }
    if opens && token.form.can_be(Form::THIRD) && !before_object {
        return Some(Force::Statement);
    }
    if opens && before_object && !clause.condition && !token.form.can_be(Form::THIRD) {
        return Some(Force::Imperative);
    }
    // "Has to carry", "must remit": whatever follows a demand is demanded.
    let passive = token.form.can_be(Form::PAST);
    let demanded = clause.modal.filter(|modal| *modal >= Force::Advice && clause.be == passive)?;
    let plain = token.concepts.is_empty() && token.kind == TokenKind::Word && !token.quoted;
    (plain && !token.inner && !clause.article).then_some(demanded)
}

/// In a language in which order and statement look alike, what stands around the act decides.
fn open_force(clause: &Clause, question: bool, language: Language) -> Force {
    if question {
        return Force::Question;
    }
    if let Some(modal) = clause.modal {
        return modal;
    }
    if clause.condition {
        return Force::Condition;
    }
    if clause.required {
        return Force::Obligation;
    }
    if let Some(carried) = clause.carried.filter(|_| clause.chained) {
        return carried;
    }
    let addressee = Concepts::of(&[Concept::You, Concept::Model, Concept::Agent, Concept::User]);
    let subject_dropped = matches!(language, Language::Chinese | Language::Japanese)
        && clause.subject.without(addressee).is_empty();
    if clause.at_start || clause.polite || subject_dropped {
        return Force::Imperative;
    }
    if clause.to {
        return Force::Purpose;
    }
    Force::Statement
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
