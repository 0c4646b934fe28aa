//! The walk through one clause: what stood before an act decides how the act is meant.

use super::act::Force;
use super::concept::{ACTS, Concept, Concepts};
use super::token::{Break, Form, Language, Token, TokenKind};

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
pub(crate) struct Clause {
    pub(crate) at_start: bool,
    pub(crate) negated: bool,
    pub(crate) modal: Option<Force>,
    pub(crate) polite: bool,
    pub(crate) subject: Concepts,
    pub(crate) to: bool,
    pub(crate) be: bool,
    pub(crate) article: bool,
    pub(crate) condition: bool,
    /// Force of the last act, carried on by "and".
    pub(crate) carried: Option<Force>,
    /// True right after "and" or "or".
    pub(crate) joined: bool,
    /// True when "and" or "or" stood anywhere since the last act.
    pub(crate) chained: bool,
    /// True right after an act, or after an act and "by".
    pub(crate) after_act: bool,
    /// True right after a preposition.
    pub(crate) preposition: bool,
    /// True once the clause has an act.
    pub(crate) acted: bool,
    /// "It is essential that you", "it is mandatory to".
    pub(crate) required: bool,
    /// True right after "requires".
    pub(crate) just_required: bool,
    /// The concepts of the token before.
    pub(crate) previous: Concepts,
    pub(crate) asking: bool,
    /// "Have the file deleted", "should get the mail sent": how firmly the act of the participle to come is asked for.
    pub(crate) causative: Option<Force>,
    /// True while an English clause that a preposition opened has had neither a verb nor a subject: "For tests include …".
    pub(crate) fronted: bool,
}

impl Clause {
    pub(crate) const fn new() -> Self {
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
            causative: None,
            fronted: false,
        }
    }
}
/// Takes one token; the force of the act that it is, if it is one.
pub(crate) fn walk(
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
        clause.negated = clause.negated || negates(token, next);
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
    causes(clause, token);
    let opens_with_preposition =
        clause.at_start && concepts.any(Concepts::of(&[Concept::Preposition, Concept::Towards]));
    let keeps_fronted =
        !concepts.any(SUBJECTS.with(Concepts::of(&[Concept::Be, Concept::Can, Concept::And])));
    clause.fronted = opens_with_preposition || (clause.fronted && keeps_fronted);
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

/// "Stop sending" negates; "stop the service" is an act.
pub(crate) fn negates(token: &Token, next: Option<&Token>) -> bool {
    let object = Concepts::of(&[Concept::Article, Concept::All, Concept::You, Concept::This]);
    let halts = token.is(Concept::Disable)
        && next.is_some_and(|next| next.concepts.any(object) && !next.opens_clause());
    token.is(Concept::Not) && !halts
}

/// "Have", "has", "get" after a demand or at the beginning: the participle that follows is what is wanted.
fn causes(clause: &mut Clause, token: &Token) {
    if token.concepts.has(Concept::Cause) {
        let first = clause.at_start && !clause.condition && token.form.can_be(Form::BASE);
        clause.causative =
            clause.modal.filter(|modal| *modal >= Force::Advice).or(first.then_some(Force::Imperative));
    }
}

fn after_act(clause: &mut Clause, force: Force) {
    clause.causative = None;
    clause.fronted = false;
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
        if clause.fronted && !clause.condition && !question && orders_an_object(next) {
            return Some(Force::Imperative);
        }
        // "Agents add": a model right before the verb does it.
        if clause.previous.any(Concepts::of(&[Concept::Model, Concept::Agent])) && !clause.condition {
            return Some(Force::Statement);
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
    // "Have it deleted" causes; "have deleted" tells what happened.
    let done = form.can_be(Form::PAST) && !base && !clause.previous.has(Concept::Cause);
    let by_another = base
        && clause.subject.any(Concepts::of(&[Concept::Model, Concept::Agent, Concept::User, Concept::They]));
    if let Some(causative) = clause.causative.filter(|_| done || by_another) {
        return Some(causative);
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

/// True where a determiner follows: what stands before it is a verb, not a noun.
fn orders_an_object(next: Option<&Token>) -> bool {
    let determiner = Concepts::of(&[Concept::Article, Concept::All, Concept::You, Concept::They]);
    next.is_some_and(|next| {
        next.concepts.any(determiner)
            && !next.opens_clause()
            && !next.is(Concept::Be)
            && !next.is(Concept::Preposition)
    })
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
    // "Ist zu öffnen", whatever stands between.
    if language == Language::German && clause.be && clause.to {
        return Force::Obligation;
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
