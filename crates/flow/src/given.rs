//! The values of a call that a sentence gives, and how they are told to people.

use portcullis_model::{Confidentiality, Secret};
use portcullis_text::secret;

use crate::assessment::Part;
use crate::deed::Deeds;
use crate::digest::{self, Digest};
use crate::evidence::{About, Case, Sum};
use crate::order::Order;
use crate::tool::Place;
use crate::trace::{Spelling, Trace};
use crate::words::Shape;

/// How much of a value is shown to people, in characters.
const SHOWN: usize = 60;

/// The values of a call that a sentence gives and the person did not.
#[derive(Default)]
pub(crate) struct Given<'a> {
    pub(crate) own: Vec<&'a Trace>,
    pub(crate) near: Vec<&'a Trace>,
    /// Beside the sentence, too, but only what its server calls its own things by, and on the way back to it.
    pub(crate) handles: Vec<&'a Trace>,
    pub(crate) plain: Vec<&'a Trace>,
    /// Found by a lookup that followed the sentence.
    pub(crate) led: Option<&'a Trace>,
}

/// The order that a call follows with its words or values, whatever the call does; 0 for none.
pub(crate) fn led_by(case: Case<'_>) -> Digest {
    let follows = |order: &&Order| {
        let given = given(case, order);
        let asks = !order.asked.is_empty() || order.lead != 0;
        asks && !(given.own.is_empty() && given.near.is_empty() && given.plain.is_empty())
    };
    case.course.orders.iter().find(follows).map_or(0, |order| order.identity)
}

/// What a sentence gives of a call.
pub(crate) fn given<'a>(case: Case<'a>, order: &Order) -> Given<'a> {
    let mut given = Given::default();
    let given_to = digest::of(case.call.server);
    for trace in case.traces.values.iter().filter(|trace| !trace.mentioned && trace.tells()) {
        let holds = |values: &[Digest]| {
            values.binary_search(&trace.digest).is_ok()
                || trace.host.is_some_and(|host| values.binary_search(&host).is_ok())
        };
        let says = || order.says(&trace.lower, &trace.words);
        let shaped = || trace.shape == Some(Shape::Account) && says();
        let called = || trace.whole && order.calls(trace.key(), &trace.lower);
        let addressed = || trace.place == Place::Destination && order.addresses(&trace.words);
        // The lookup whose result it is said it first.
        if !order.acted && order.home.binary_search(&trace.digest).is_ok() {
            continue;
        }
        // What a text says stands in what is made of it.
        let quoted = trace.place == Place::Content && !trace.whole;
        if quoted && !case.tool.lets_out() && !case.tool.deeds.any(Deeds::GRAVE) {
            continue;
        }
        if holds(&order.values) || called() || (trace.whole && (shaped() || addressed())) {
            given.own.push(trace);
        } else if holds(&order.near) {
            let home = order.server == given_to && trace.is_handle();
            if home { &mut given.handles } else { &mut given.near }.push(trace);
        } else if trace.whole && trace.value.len() > 2 && trace.value.len() < 80 && says() {
            given.plain.push(trace);
        } else if trace.seen.and_then(|seen| seen.field).is_some_and(|place| place.led_by == order.identity) {
            given.led = given.led.or(Some(trace));
        }
    }
    given
}

impl Given<'_> {
    /// True when anything ties the call to the sentence.
    pub(crate) fn ties(&self) -> bool {
        !self.own.is_empty()
            || !self.near.is_empty()
            || !self.handles.is_empty()
            || !self.plain.is_empty()
            || self.led.is_some()
    }

    /// Adds it to the evidence.
    pub(crate) fn add(&self, case: Case<'_>, order: &Order, sum: &mut Sum) {
        let weights = case.course.weights();
        let from = || case.course.from(order.result);
        let about =
            |trace: &Trace| About { argument: Some(trace.argument.clone()), result: Some(order.result) };
        let unsaid = if case.course.person.heard { "; you did not mention it" } else { "" };
        for (index, trace) in self.own.iter().take(3).enumerate() {
            let part = if index == 0 { Part::OutsideGivesValue } else { Part::OutsideGivesMore };
            sum.add(weights, part, 1, about(trace), || {
                format!("{} came from that text in {}{unsaid}", shown(case, trace), from())
            });
        }
        if let (true, Some(trace)) = (self.own.is_empty(), self.near.first()) {
            sum.add(weights, Part::OutsideGivesNearby, 1, about(trace), || {
                format!("{} stands beside that text in {}{unsaid}", shown(case, trace), from())
            });
        }
        if let (true, Some(trace)) = (self.own.is_empty() && self.near.is_empty(), self.led) {
            sum.add(weights, Part::OutsideLedThere, 1, about(trace), || {
                format!("{} was found by a lookup that followed that text", shown(case, trace))
            });
        }
        if let Some(trace) = self.plain.first() {
            sum.add(weights, Part::OutsideGivesWords, 1, about(trace), || {
                format!("{} stands in that text, too", shown(case, trace))
            });
        }
    }
}

/// A value for people: where it stands and what it is, shortened, never a secret.
pub(crate) fn shown(case: Case<'_>, trace: &Trace) -> String {
    let place = trace.argument.as_str().trim_start_matches('/').replace('/', ".");
    let is_secret = trace.seen.is_some_and(|seen| seen.label.confidentiality == Confidentiality::Secret);
    let repeats = || case.course.memory.repeats_secret(&trace.value).is_some();
    let value = if is_secret || repeats() || secret::looks_secret(&place, &trace.value).is_some() {
        format!("a secret of {}", Secret::new(trace.value.as_str()).shown())
    } else {
        let mut value: String = trace.value.chars().take(SHOWN).collect();
        if value.len() < trace.value.len() {
            value.push('…');
        }
        format!("`{}`", value.replace(['`', '\n'], " "))
    };
    let how = match trace.spelling {
        Spelling::Same => String::new(),
        Spelling::Encoded(name) => format!(" ({name})"),
    };
    format!("`{}.{place}` = {value}{how}", case.call.tool)
}
