//! What stands where several ways of the program meet: one of several values, and what was checked on all of them.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Held, MOST_ALTERNATIVES};
use crate::fact::{Check, Checked, Fact};
use crate::value::{Alternative, Value};

/// More facts than this are not carried by one alternative.
const MOST_FACTS: usize = 12;

/// More facts of a way than this are not compared with those of another for one value.
const MOST_COMPARED: usize = 48;

/// With more facts on every way than this, it is asked first whether a way knows of a subject at all.
const MANY_FACTS: usize = 16;

/// What was checked on every way. A value that is one of a fixed set on one way satisfies whatever was checked on others,
/// and so does one that is empty: `if name and name.startswith("-"): raise` leaves none that begins with a dash.
pub(crate) fn common_facts<'a>(ways: &[&[Fact<'a>]]) -> Vec<Fact<'a>> {
    // Whatever holds on every way is about something that every way knows of.
    let Some(fewest) = ways.iter().min_by_key(|way| way.len()).filter(|way| !way.is_empty()) else {
        return Vec::new();
    };
    let mut about: Vec<u32> = Vec::new();
    if fewest.len() > MANY_FACTS {
        about.extend(fewest.iter().map(Fact::about));
        about.sort_unstable();
    }
    let may_hold = |fact: &Fact<'a>| about.is_empty() || about.binary_search(&fact.about()).is_ok();
    let mut common: Vec<Fact<'a>> = Vec::new();
    for (index, way) in ways.iter().enumerate() {
        let others = || ways.iter().enumerate().filter(|(other, _)| *other != index);
        for fact in *way {
            if may_hold(fact)
                && others().all(|(_, other)| is_satisfied(fact, other))
                && !common.contains(fact)
            {
                common.reserve(if common.is_empty() { fewest.len() } else { 1 });
                common.push(fact.clone());
            }
        }
    }
    common
}

/// Whether what was checked on another way says as much of the value.
fn is_satisfied<'a>(fact: &Fact<'a>, way: &[Fact<'a>]) -> bool {
    way.iter().filter(|other| other.about() == fact.about()).any(|other| {
        fact.is_same(other)
            || std::mem::discriminant(&other.check) == std::mem::discriminant(&fact.check)
            || other.check == Check::OneOf
            || (other.check == Check::False && is_of_content(&fact.check))
    })
}

/// Whether a check is about what a value holds, so that an empty value has nothing that it looks for.
const fn is_of_content(check: &Check<'_>) -> bool {
    !matches!(check, Check::True | Check::False | Check::Equal(_) | Check::Configured(_))
}

pub(super) fn join_held<'a>(
    first: &Held<'a>,
    first_facts: &Checked<'a>,
    second: &Held<'a>,
    second_facts: &Checked<'a>,
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
                Some(other) => one_or_other(value, other),
                // What was checked before it was put there stays with it.
                None if !facts.is_empty() && (matches!(value, Value::Object(_)) || value.taint() != 0) => {
                    join(value, facts, &Value::Nothing, &Checked::NOTHING)
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

/// One of two values.
pub(crate) fn one_or_other<'a>(first: &Value<'a>, second: &Value<'a>) -> Value<'a> {
    join(first, &Checked::NOTHING, second, &Checked::NOTHING)
}

/// One of two values, with what holds when it is the one or the other.
fn join<'a>(
    first: &Value<'a>,
    first_facts: &Checked<'a>,
    second: &Value<'a>,
    second_facts: &Checked<'a>,
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
        let one = |value: &Value<'a>, facts: &Checked<'a>| Alternative {
            value: value.clone(),
            facts: facts.first(MOST_FACTS),
        };
        return Value::Either(Rc::new([one(first, first_facts), one(second, second_facts)]));
    }
    let mut ways = Vec::with_capacity(2 * MOST_ALTERNATIVES);
    spread(first, first_facts, &mut ways);
    spread(second, second_facts, &mut ways);
    merged(ways)
}

/// One of several values. Equal ones become one, with what holds of all of them.
pub(crate) fn either<'a>(ways: &[(Value<'a>, Checked<'a>)]) -> Value<'a> {
    let alone = ways.iter().map(|(value, facts)| Way { value, own: facts.clone(), since: &Checked::NOTHING });
    merged(alone.collect())
}

/// The same, where each of them may be one of several by itself.
pub(crate) fn one_of<'a>(values: &[(Value<'a>, Checked<'a>)]) -> Value<'a> {
    let mut ways = Vec::with_capacity(values.len());
    for (value, facts) in values {
        spread(value, facts, &mut ways);
    }
    for way in &mut ways {
        let since = std::mem::replace(&mut way.since, &Checked::NOTHING);
        if way.own.is_empty() {
            way.own = since.clone();
        } else if !since.is_empty() {
            way.own = [&*way.own, &**since].concat().into();
        }
    }
    merged(ways)
}

/// A value, with what was checked of it, and what was checked since.
struct Way<'w, 'a> {
    value: &'w Value<'a>,
    own: Checked<'a>,
    since: &'w Checked<'a>,
}

impl<'a> Way<'_, 'a> {
    /// All that was checked, so many facts at most. It is put together only where somebody asks.
    fn checked(&self, most: usize) -> Checked<'a> {
        if self.own.is_empty() {
            return self.since.first(most);
        }
        let new = || self.since.iter().filter(|fact| !self.own.contains(fact));
        if self.own.len() >= most || new().next().is_none() {
            return self.own.first(most);
        }
        let all: Vec<Fact<'a>> = self.own.iter().chain(new()).take(most).cloned().collect();
        all.into()
    }

    /// Lets another way of the same value stand for it as well.
    fn merge(&mut self, other: &Self) {
        self.own = if self.is_unchecked() || other.is_unchecked() {
            Checked::NOTHING
        } else {
            common_facts(&[&self.checked(MOST_COMPARED), &other.checked(MOST_COMPARED)]).into()
        };
        self.since = &Checked::NOTHING;
    }

    fn is_unchecked(&self) -> bool {
        self.own.is_empty() && self.since.is_empty()
    }
}

fn spread<'w, 'a>(value: &'w Value<'a>, since: &'w Checked<'a>, ways: &mut Vec<Way<'w, 'a>>) {
    match value {
        Value::Either(alternatives) => {
            ways.extend(alternatives.iter().map(|one| Way {
                value: &one.value,
                own: one.facts.clone(),
                since,
            }));
        }
        value => ways.push(Way { value, own: Checked::NOTHING, since }),
    }
}

fn merged<'a>(ways: Vec<Way<'_, 'a>>) -> Value<'a> {
    let mut order: Vec<Way<'_, 'a>> = Vec::with_capacity(ways.len().min(2 * MOST_ALTERNATIVES));
    // Few are compared sooner than a table of them is made.
    let mut at: FxHashMap<&Value<'a>, usize> = FxHashMap::default();
    let are_many = ways.len() > 2 * MOST_ALTERNATIVES;
    for way in ways {
        let known = if are_many {
            at.get(way.value).copied()
        } else {
            order.iter().position(|known| known.value == way.value)
        };
        if let Some(known) = known.and_then(|index| order.get_mut(index)) {
            known.merge(&way);
        } else {
            if are_many {
                at.insert(way.value, order.len());
            }
            order.push(way);
        }
    }
    if order.len() > MOST_ALTERNATIVES {
        // What carries an input matters more than what does not.
        order.sort_by_key(|way| way.value.taint() == 0);
        order.truncate(MOST_ALTERNATIVES);
    }
    if let [way] = order.as_slice() {
        return way.value.clone();
    }
    let alternative =
        |way: &Way<'_, 'a>| Alternative { value: way.value.clone(), facts: way.checked(MOST_FACTS) };
    Value::Either(order.iter().map(alternative).collect())
}
