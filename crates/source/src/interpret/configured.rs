//! What an operator's setting decides: checks that are made where it is set, and left out where it is not.

use crate::fact::{Check, Fact};
use crate::value::{Term, Value};

/// How deep it is looked into what a setting is made of.
const DEPTH: usize = 6;

/// What was checked of inputs on some ways only, where a setting decides which way is taken.
pub(crate) fn configured_facts<'a>(ways: &[&[Fact<'a>]], common: &[Fact<'a>], outside: u64) -> Vec<Fact<'a>> {
    let mut configured: Vec<Fact<'a>> = Vec::new();
    let decides = |fact: &Fact<'a>| is_setting(&fact.subject, outside);
    if !ways.iter().all(|way| way.iter().any(decides)) {
        return configured;
    }
    for way in ways {
        for fact in way.iter().filter(|fact| fact.subject.taint() & outside != 0) {
            let check = bare(&fact.check);
            let is_known = |known: &Fact<'a>| known.subject == fact.subject && bare(&known.check) == check;
            if common.iter().chain(&configured).any(is_known) {
                continue;
            }
            let elsewhere = |other: &&[Fact<'a>]| other.iter().any(is_known) || differ(way, other, outside);
            if ways.iter().all(elsewhere) {
                let check = Check::Configured(Box::new(check.clone()));
                configured.push(Fact::new(fact.subject.clone(), check, fact.place));
            }
        }
    }
    configured
}

/// Whether a setting is there, or on, on some ways only.
pub(crate) fn is_undecided(fact: &Fact<'_>, ways: &[&[Fact<'_>]], outside: u64) -> bool {
    let opposes = |other: &Fact<'_>| other.subject == fact.subject && excludes(&fact.check, &other.check);
    is_setting(&fact.subject, outside) && ways.iter().any(|way| way.iter().any(opposes))
}

/// Whether a setting is the difference between two ways: it is there, or on, on one of them only.
pub(crate) fn differ(one: &[Fact<'_>], other: &[Fact<'_>], outside: u64) -> bool {
    one.iter().filter(|fact| is_setting(&fact.subject, outside)).any(|fact| {
        other
            .iter()
            .any(|opposite| opposite.subject == fact.subject && excludes(&fact.check, &opposite.check))
    })
}

/// Whether something is the operator's: no input, and not the length or the truth of one, which say nothing more of it but
/// are the caller's choice all the same (`skip_checks: bool`).
pub(crate) fn is_setting(term: &Term<'_>, outside: u64) -> bool {
    !is_made_of_input(term, outside, DEPTH)
}

fn is_made_of_input(term: &Term<'_>, outside: u64, depth: usize) -> bool {
    let inside =
        |value: &Value<'_>| value.term().is_some_and(|term| is_made_of_input(term, outside, depth - 1));
    term.taint() & outside != 0 || (depth > 0 && term.kind().operands().iter().any(inside))
}

/// Whether not both can hold of a setting.
fn excludes(one: &Check<'_>, other: &Check<'_>) -> bool {
    let is_set = |check: &Check<'_>| matches!(check, Check::True | Check::NoneOf);
    let is_unset = |check: &Check<'_>| matches!(check, Check::False | Check::OneOf);
    (is_set(one) && is_unset(other)) || (is_unset(one) && is_set(other))
}

/// A check, whether it holds always or under a setting.
pub(crate) fn bare<'c, 'a>(check: &'c Check<'a>) -> &'c Check<'a> {
    match check {
        Check::Configured(inner) => inner,
        check => check,
    }
}
