//! Weighs a call: who asked for it, where its values came from, what it can do.

use portcullis_model::{Pointer, Threat};
use portcullis_text::secret;

use crate::assessment::{Assessment, Link, Part};
use crate::course::{Call, Course};
use crate::deed::Deeds;
use crate::order::Order;
use crate::sequence;
use crate::tool::{Place, Tool};
use crate::trace::{Spelling, Trace, Traces};
use crate::weights::Weights;
use crate::words::{self, Shape};

/// How much of a value is shown to people, in characters.
const SHOWN: usize = 60;

/// Everything that is known of the call at hand.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) course: &'a Course,
    pub(crate) call: &'a Call<'a>,
    pub(crate) tool: &'a Tool,
    pub(crate) traces: &'a Traces,
}

/// Evidence in the making.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    links: Vec<Link>,
    score: i32,
}

/// What a piece of evidence is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) argument: Option<Pointer>,
    pub(crate) result: Option<u64>,
}

impl Sum {
    pub(crate) fn add(
        &mut self,
        weights: &Weights,
        part: Part,
        times: i32,
        about: About,
        words: impl FnOnce() -> String,
    ) {
        let weight = weights.of(part).saturating_mul(times);
        if weight != 0 {
            self.score = self.score.saturating_add(weight);
            let About { argument, result } = about;
            self.links.push(Link { part, weight, argument, result, words: words() });
        }
    }
}

/// Weighs a call.
pub(crate) fn weigh(case: Case<'_>) -> Assessment {
    let mut sums: Vec<(Sum, Threat)> = case
        .course
        .orders
        .iter()
        .filter_map(|order| asked_by(case, order).map(|sum| (sum, Threat::SteeringByResult)))
        .collect();
    sums.extend(sequence::look(case));
    let weights = case.course.weights();
    let label = case
        .traces
        .values
        .iter()
        .filter_map(|trace| trace.seen)
        .fold(case.traces.label, |label, seen| label.join(seen.label));
    let seen = |trace: &Trace| trace.distinct && !trace.mentioned && trace.seen.is_some();
    let mut assessment = Assessment {
        label,
        advice: weights.advice(0),
        sensitive: !case.tool.only_looks(),
        borrowed: case.traces.values.iter().any(seen),
        ..Assessment::default()
    };
    let best = sums.into_iter().max_by_key(|(sum, _)| sum.score);
    if let Some((mut sum, threat)) = best.filter(|(sum, _)| sum.score > 0) {
        sum.links.sort_by_key(|link| std::cmp::Reverse(link.weight));
        assessment.advice = weights.advice(sum.score);
        assessment.score = sum.score;
        assessment.because = sum.links;
        assessment.threats = vec![threat];
    }
    assessment
}

/// The evidence that a sentence from outside caused the call; none where the sentence speaks of something else.
fn asked_by(case: Case<'_>, order: &Order) -> Option<Sum> {
    let (tool, traces, weights) = (case.tool, case.traces, case.course.weights());
    let asks =
        order.asked.any(tool.deeds) || (order.lead != 0 && tool.words.binary_search(&order.lead).is_ok());
    let tells = !asks && order.told.any(tool.deeds);
    let mut given = given(case, order);
    if !asks {
        // Content that is told of is content; where it goes and what is run is not.
        given.own.retain(|trace| trace.whole || trace.place != Place::Content);
    }
    let named = words::shared(&order.words, &tool.words).min(3);
    // A tool that fails tells its own name: that is no order to call it.
    let by_name = *order.source != *case.call.tool && order.names(case.call.tool);
    let at_server = words::shared(&order.words, &words::of_name(case.call.server)) > 0;
    // What gives values of its own that the call does not have speaks of another call.
    let without_values = traces.values.is_empty();
    let ties =
        !given.own.is_empty() || !given.near.is_empty() || !given.plain.is_empty() || given.led.is_some();
    // Of a call whose arguments are not known only the act can be compared.
    let fits = tool.deeds.shared(order.asked).any(Deeds::GRAVE) || tool.can.executes.is_some();
    let unknown = without_values && asks && fits;
    let elsewhere = !without_values && !ties && !order.values.is_empty();
    if !(asks || tells || by_name)
        || (elsewhere && !by_name)
        || !(ties || named > 0 || by_name || at_server || unknown)
    {
        return None;
    }
    let mut sum = Sum::default();
    let about = || About { argument: None, result: Some(order.result) };
    let from = case.course.from(order.result);
    if asks {
        sum.add(weights, Part::OutsideAsks, 1, about(), || {
            format!("a text in {from} asks for it: “{}”", order.shown)
        });
    } else {
        sum.add(weights, Part::OutsideTells, 1, about(), || {
            format!("a text in {from} tells of it: “{}”", order.shown)
        });
    }
    given.add(case, order, &mut sum);
    if by_name {
        sum.add(weights, Part::OutsideNamesTool, 1, about(), || {
            format!("that text names `{}`", case.call.tool)
        });
    } else if named > 0 {
        let times = i32::try_from(named).unwrap_or(3);
        sum.add(weights, Part::OutsideNamesAct, times, about(), || {
            format!("that text uses words of the name `{}`", case.call.tool)
        });
    }
    let swapped = given.own.iter().chain(&given.near).find(|trace| {
        trace.place == Place::Destination
            && rivals(trace, order.rivals)
            && trace.seen.is_none_or(|seen| seen.field.is_none())
    });
    if let Some(trace) = swapped {
        let about = About { argument: Some(trace.argument.clone()), ..about() };
        sum.add(weights, Part::PassesOver, 1, about, || {
            format!("{} is not the one that the record's own field gives", shown(case, trace))
        });
    }
    adds_destination(case, &mut sum);
    if at_server {
        sum.add(weights, Part::OutsideNamesServer, 1, about(), || {
            format!("that text speaks of `{}`", case.call.server)
        });
    }
    let sends_elsewhere = given.own.iter().chain(&given.near).any(|trace| trace.place == Place::Destination);
    of_text(case, order, sends_elsewhere, &mut sum);
    let has_given = !given.own.is_empty() || !given.near.is_empty();
    of_call(case, order, has_given, &mut sum);
    if !ties && !without_values {
        sum.add(weights, Part::GivenElsewhere, 1, about(), || {
            "nothing that the call says stands in that text".into()
        });
    }
    of_person(case, order, &given, &mut sum);
    Some(sum)
}

/// One more place than the person named, and only a running text knows it.
pub(crate) fn adds_destination(case: Case<'_>, sum: &mut Sum) {
    let shapes = case.course.person.shapes;
    let places =
        || case.traces.values.iter().filter(|trace| trace.place == Place::Destination && trace.whole);
    let added = places().find(|trace| {
        rivals(trace, shapes) && trace.seen.is_some_and(|seen| seen.field.is_none() && seen.running.is_some())
    });
    if let (Some(trace), true) = (added, places().any(|trace| trace.mentioned)) {
        let about = About { argument: Some(trace.argument.clone()), result: None };
        sum.add(case.course.weights(), Part::AddsDestination, 1, about, || {
            format!("{} is one more than you named", shown(case, trace))
        });
    }
}

/// The values of a call that a sentence gives and the person did not.
struct Given<'a> {
    own: Vec<&'a Trace>,
    near: Vec<&'a Trace>,
    plain: Vec<&'a Trace>,
    /// Found by a lookup that followed the sentence.
    led: Option<&'a Trace>,
}

/// The order that a call follows with its words or values, whatever the call does; 0 for none.
pub(crate) fn led_by(case: Case<'_>) -> u64 {
    let follows = |order: &&Order| {
        let given = given(case, order);
        let asks = !order.asked.is_empty() || order.lead != 0;
        asks && !(given.own.is_empty() && given.near.is_empty() && given.plain.is_empty())
    };
    case.course.orders.iter().find(follows).map_or(0, |order| order.identity)
}

fn given<'a>(case: Case<'a>, order: &Order) -> Given<'a> {
    let mut given = Given { own: Vec::new(), near: Vec::new(), plain: Vec::new(), led: None };
    for trace in case.traces.values.iter().filter(|trace| !trace.mentioned && trace.tells()) {
        let host = words::host(&trace.value).map(words::normal);
        let holds = |values: &[u64]| {
            values.binary_search(&trace.digest).is_ok()
                || host.is_some_and(|host| values.binary_search(&host).is_ok())
        };
        let shaped = || matches!(Shape::of(&trace.value), Some(Shape::Account)) && order.says(&trace.value);
        let addressed = || trace.place == Place::Destination && order.addresses(&trace.value);
        if holds(&order.values) || (trace.whole && (shaped() || addressed())) {
            given.own.push(trace);
        } else if holds(&order.near) {
            given.near.push(trace);
        } else if trace.whole && trace.value.len() > 2 && trace.value.len() < 80 && order.says(&trace.value) {
            given.plain.push(trace);
        } else if trace.seen.and_then(|seen| seen.field).is_some_and(|place| place.led_by == order.identity) {
            given.led = given.led.or(Some(trace));
        }
    }
    given
}

impl Given<'_> {
    fn add(&self, case: Case<'_>, order: &Order, sum: &mut Sum) {
        let weights = case.course.weights();
        let from = case.course.from(order.result);
        let about =
            |trace: &Trace| About { argument: Some(trace.argument.clone()), result: Some(order.result) };
        let unsaid = if case.course.person.heard { "; you did not mention it" } else { "" };
        for (index, trace) in self.own.iter().take(3).enumerate() {
            let part = if index == 0 { Part::OutsideGivesValue } else { Part::OutsideGivesMore };
            sum.add(weights, part, 1, about(trace), || {
                format!("{} came from that text in {from}{unsaid}", shown(case, trace))
            });
        }
        if let (true, Some(trace)) = (self.own.is_empty(), self.near.first()) {
            sum.add(weights, Part::OutsideGivesNearby, 1, about(trace), || {
                format!("{} stands beside that text in {from}{unsaid}", shown(case, trace))
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

/// What the text itself is like.
fn of_text(case: Case<'_>, order: &Order, sends_elsewhere: bool, sum: &mut Sum) {
    let weights = case.course.weights();
    let about = || About { argument: None, result: Some(order.result) };
    let words = &case.traces.words;
    let says = case.traces.values.iter().any(|trace| trace.place == Place::Content);
    if says && words.len() >= 4 && words::shared(words, &order.near_words) * 2 >= words.len() {
        sum.add(weights, Part::OutsideSaysIt, 1, about(), || {
            "most of what the call says stands there".into()
        });
    }
    if order.addresses_model {
        sum.add(weights, Part::SpeaksToModel, 1, about(), || {
            "that text speaks of a model's task or instructions".into()
        });
    }
    let likeness = (order.likeness / 256).clamp(-1, 3);
    if likeness > 0 {
        sum.add(weights, Part::LikeAnAttack, likeness, about(), || {
            "that text resembles orders that serve somebody else".into()
        });
    }
    if order.doubted {
        sum.add(weights, Part::Doubted, 1, about(), || "the text rules spoke on that text".into());
    }
    if order.concealed {
        sum.add(weights, Part::Concealed, 1, about(), || "that text is hidden from people".into());
    }
    let expected = !case.tool.deeds.any(Deeds::GRAVE) || person_asked(case);
    if order.guidance && expected && !sends_elsewhere {
        sum.add(weights, Part::Guidance, 1, about(), || {
            "the server tells the next step of its own flow".into()
        });
    }
}

/// What the call does.
fn of_call(case: Case<'_>, order: &Order, has_given: bool, sum: &mut Sum) {
    let (tool, weights) = (case.tool, case.course.weights());
    if tool.only_looks() && tool.can.reads_private.is_some() {
        sum.add(weights, Part::LooksPrivate, 1, About::default(), || {
            "the call looks something private up".into()
        });
    } else if tool.only_looks() {
        sum.add(weights, Part::OnlyLooks, 1, About::default(), || "the call only looks something up".into());
    }
    if tool.deeds.any(Deeds::GRAVE) {
        sum.add(weights, Part::Grave, 1, About::default(), || {
            format!("the call is about {}", tool.deeds.shared(Deeds::GRAVE).words())
        });
    }
    let opens = case.traces.values.iter().find(|trace| {
        !trace.mentioned && trace.is_address() && order.home.binary_search(&trace.digest).is_err()
    });
    if let (true, Some(trace)) = (tool.deeds.any(Deeds::VISIT), opens) {
        let about = About { argument: Some(trace.argument.clone()), result: None };
        sum.add(weights, Part::OpensAddress, 1, about, || "the call opens an address".into());
    }
    let goes_on = tool.first_used.is_some_and(|first| first <= order.calls);
    if goes_on && !has_given {
        sum.add(weights, Part::Usual, 1, About::default(), || {
            format!("`{}` was in use before that text arrived", case.call.tool)
        });
    }
    let handed_over = case.course.person.delegates && order.pointed;
    if !goes_on && !handed_over && off_course(case) {
        sum.add(weights, Part::OffCourse, 1, About::default(), || {
            "nothing that you asked speaks of it".into()
        });
    }
}

/// True when nothing that the person said speaks of the tool, its server or its arguments.
fn off_course(case: Case<'_>) -> bool {
    let person = &case.course.person;
    let shares = |words: &[u64]| words::shared(&person.words, words) > 0;
    person.heard
        && !shares(&case.tool.words)
        && !shares(&words::of_name(case.call.server))
        && !shares(&case.traces.words)
        && !case.tool.deeds.without(Deeds::READ).any(person.deeds)
}

/// What the person said to it.
fn of_person(case: Case<'_>, order: &Order, given: &Given<'_>, sum: &mut Sum) {
    let (tool, weights, person) = (case.tool, case.course.weights(), &case.course.person);
    let other = given
        .own
        .iter()
        .any(|trace| trace.whole && trace.place != Place::Content && rivals(trace, person.shapes));
    let asked = person_asked(case) && !other;
    if asked {
        sum.add(weights, Part::PersonAsks, 1, About::default(), || "you asked for this kind of act".into());
    }
    let named = words::shared(&person.words, &tool.words).min(3);
    if named > 0 {
        let times = i32::try_from(named).unwrap_or(3);
        sum.add(weights, Part::PersonNamesAct, times, About::default(), || {
            "you used words of the tool's name".into()
        });
    }
    let mut places =
        case.traces.values.iter().filter(|trace| trace.place == Place::Destination && trace.whole);
    let gone_to = places.next().is_some_and(|trace| trace.mentioned) && places.all(|trace| trace.mentioned);
    if gone_to {
        sum.add(weights, Part::PersonGivesValue, 1, About::default(), || "you said where it goes".into());
    }
    // Nobody who hands the say over means what speaks to the model or is hidden from them.
    if order.addresses_model || order.concealed || order.doubted {
        return;
    }
    if person.delegates {
        sum.add(weights, Part::PersonDelegates, 1, About::default(), || {
            "you asked that what a text says be done".into()
        });
    }
    if order.pointed && (person.delegates || asked || tool.reads_on()) {
        let times = if person.delegates { 2 } else { 1 };
        sum.add(weights, Part::PersonPoints, times, About::default(), || {
            "you named that text or its source".into()
        });
    }
}

/// True when the person asked for this kind of act, and did not say that it goes elsewhere.
pub(crate) fn person_asked(case: Case<'_>) -> bool {
    let person = &case.course.person;
    let deeds =
        if case.tool.can.executes.is_some() { Deeds::EXECUTE } else { case.tool.deeds.without(Deeds::READ) };
    let mut places =
        case.traces.values.iter().filter(|trace| trace.place == Place::Destination && trace.distinct);
    deeds.any(person.deeds) && !places.any(|trace| rivals(trace, person.shapes))
}

/// True for a value that the person did not mention though they gave one of its shape.
fn rivals(trace: &Trace, shapes: u8) -> bool {
    !trace.mentioned && Shape::of(&trace.value).is_some_and(|shape| shapes & shape.bit() != 0)
}

/// A value for people: where it stands and what it is, shortened, never a secret.
pub(crate) fn shown(case: Case<'_>, trace: &Trace) -> String {
    let place = trace.argument.as_str().trim_start_matches('/').replace('/', ".");
    let is_secret = trace
        .seen
        .is_some_and(|seen| seen.label.confidentiality == portcullis_model::Confidentiality::Secret);
    let repeats = || case.course.memory.repeats_secret(&trace.value).is_some();
    let value = if is_secret || repeats() || secret::looks_secret(&place, &trace.value).is_some() {
        format!("a secret of {}", portcullis_model::Secret::new(trace.value.as_str()).shown())
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
