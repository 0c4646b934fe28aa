//! What stands where several ways of the program meet: one of several values, and what was checked on all of them.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Held, MOST_ALTERNATIVES};
use crate::fact::{Check, Fact};
use crate::value::{Alternative, Value};

/// More facts than this are not carried by one alternative.
const MOST_FACTS: usize = 12;

/// More facts of a way than this are not compared with those of another for one value.
const MOST_COMPARED: usize = 48;

/// What was checked on every way. A value that is one of a fixed set on one way satisfies whatever was checked on others,
/// and so does one that is empty: `if name and name.startswith("-"): raise` leaves none that begins with a dash.
pub(crate) fn common_facts<'f, 'a: 'f>(ways: impl Iterator<Item = &'f [Fact<'a>]>) -> Vec<Fact<'a>> {
    let ways: Vec<&[Fact<'a>]> = ways.collect();
    // Whatever holds on every way is about something that every way knows of.
    let Some(fewest) = ways.iter().min_by_key(|way| way.len()).filter(|way| !way.is_empty()) else {
        return Vec::new();
    };
    let mut about: Vec<u32> = fewest.iter().map(Fact::about).collect();
    about.sort_unstable();
    let satisfied = |way: &[Fact<'a>], fact: &Fact<'a>| {
        way.iter().filter(|other| other.about() == fact.about()).any(|other| {
            other.check == Check::OneOf
                || (other.check == Check::False && is_of_content(&fact.check))
                || std::mem::discriminant(&other.check) == std::mem::discriminant(&fact.check)
        })
    };
    let mut common: Vec<Fact<'a>> = Vec::new();
    for way in &ways {
        for fact in *way {
            if about.binary_search(&fact.about()).is_ok()
                && !common.contains(fact)
                && ways.iter().all(|other| satisfied(other, fact))
            {
                common.push(fact.clone());
            }
        }
    }
    common
}

/// Whether a check is about what a value holds, so that an empty value has nothing that it looks for.
const fn is_of_content(check: &Check<'_>) -> bool {
    !matches!(check, Check::True | Check::False | Check::Equal(_) | Check::Configured(_))
}

pub(super) fn join_held<'a>(
    first: &Held<'a>,
    first_facts: &[Fact<'a>],
    second: &Held<'a>,
    second_facts: &[Fact<'a>],
) -> Held<'a> {
    let maybe = |a: &Option<Value<'a>>, b: &Option<Value<'a>>| match (a, b) {
        (Some(a), Some(b)) => Some(join(a, first_facts, b, second_facts)),
        (one, other) => one.clone().or_else(|| other.clone()),
    };
    match (first, second) {
        (Held::Field(a), Held::Field(b)) => Held::Field(maybe(a, b)),
        (Held::Rest(a), Held::Rest(b)) => Held::Rest(maybe(a, b)),
        (Held::Elements(a), Held::Elements(b)) => {
            if Rc::ptr_eq(a, b) {
                return first.clone();
            }
            let (longer, facts, shorter) =
                if a.len() >= b.len() { (a, first_facts, b) } else { (b, second_facts, a) };
            let joined = longer.iter().enumerate().map(|(index, value)| match shorter.get(index) {
                Some(other) => join(value, &[], other, &[]),
                // What was checked before it was put there stays with it.
                None if !facts.is_empty() && (matches!(value, Value::Object(_)) || value.taint() != 0) => {
                    join(value, facts, &Value::Nothing, &[])
                }
                None => value.clone(),
            });
            Held::Elements(Rc::new(joined.collect()))
        }
        _ => first.clone(),
    }
}

/// Whether two ways gave the same single value: what they are told from another by is then in no alternative.
pub(super) fn are_same(first: &Held<'_>, second: &Held<'_>) -> bool {
    match (first, second) {
        (Held::Field(Some(a)), Held::Field(Some(b))) => !matches!(a, Value::Either(_)) && a == b,
        _ => false,
    }
}

/// One of two values, with what holds when it is the one or the other.
pub(crate) fn join<'a>(
    first: &Value<'a>,
    first_facts: &[Fact<'a>],
    second: &Value<'a>,
    second_facts: &[Fact<'a>],
) -> Value<'a> {
    if let (Value::Either(a), Value::Either(b)) = (first, second)
        && Rc::ptr_eq(a, b)
        && a.iter().all(|one| !matches!(one.value, Value::Object(_)) && one.value.taint() == 0)
    {
        // What was checked on both ways holds where they meet.
        return first.clone();
    }
    let are_single = !matches!(first, Value::Either(_)) && !matches!(second, Value::Either(_));
    if first == second && (are_single || first_facts.is_empty() && second_facts.is_empty()) {
        return first.clone();
    }
    if are_single {
        let one = |value: &Value<'a>, facts: &[Fact<'a>]| {
            let facts = facts.get(..MOST_FACTS).unwrap_or(facts).iter().cloned().collect();
            Alternative { value: value.clone(), facts }
        };
        return Value::Either(Rc::new([one(first, first_facts), one(second, second_facts)]));
    }
    let mut ways = Vec::new();
    spread(first, first_facts, &mut ways);
    spread(second, second_facts, &mut ways);
    either(ways)
}

/// One of several values. Equal ones become one, with what holds of all of them.
pub(crate) fn either<'a>(ways: Vec<(Value<'a>, Vec<Fact<'a>>)>) -> Value<'a> {
    let mut order: Vec<(Value<'a>, Vec<Fact<'a>>)> = Vec::new();
    // Few are compared sooner than a table of them is made.
    let mut at: FxHashMap<Value<'a>, usize> = FxHashMap::default();
    let are_many = ways.len() > 2 * MOST_ALTERNATIVES;
    for (value, facts) in ways {
        let known = if are_many {
            at.get(&value).copied()
        } else {
            order.iter().position(|(known, _)| *known == value)
        };
        if let Some(known) = known.and_then(|index| order.get_mut(index)) {
            known.1 = common_facts([known.1.as_slice(), facts.as_slice()].into_iter());
        } else {
            if are_many {
                at.insert(value.clone(), order.len());
            }
            order.push((value, facts));
        }
    }
    if order.len() > MOST_ALTERNATIVES {
        // What carries an input matters more than what does not.
        order.sort_by_key(|(value, _)| value.taint() == 0);
        order.truncate(MOST_ALTERNATIVES);
    }
    if order.len() == 1 {
        return order.pop().map_or(Value::Nothing, |(value, _)| value);
    }
    let alternatives = order.into_iter().map(|(value, mut facts)| {
        facts.truncate(MOST_FACTS);
        Alternative { value, facts: facts.into() }
    });
    Value::Either(alternatives.collect())
}

fn spread<'a>(value: &Value<'a>, facts: &[Fact<'a>], ways: &mut Vec<(Value<'a>, Vec<Fact<'a>>)>) {
    value.alternatives(&mut |one, own| {
        let most = MOST_COMPARED.min(own.len() + facts.len());
        let mut all = Vec::with_capacity(most);
        all.extend(own.iter().chain(facts.iter().filter(|fact| !own.contains(fact))).take(most).cloned());
        ways.push((one.clone(), all));
    });
}
