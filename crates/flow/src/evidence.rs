//! Weighs a call: who asked for it, where its values came from, what it can do.

use portcullis_model::{Pointer, Threat};

use crate::assessment::{Assessment, Link, Part};
use crate::course::{Call, Course};
use crate::deed::Deeds;
use crate::digest;
use crate::given::{Given, given, shown};
use crate::manner::Manner;
use crate::order::Order;
use crate::sequence;
use crate::tool::{Place, Tool};
use crate::trace::{Trace, Traces};
use crate::weights::Weights;
use crate::wish::{of_person, off_course, person_asked, rivals};
use crate::words;

/// Everything that is known of the call at hand.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) course: &'a Course,
    pub(crate) call: &'a Call<'a>,
    pub(crate) tool: &'a Tool,
    pub(crate) traces: &'a Traces,
    /// The words of the server's name.
    pub(crate) server_words: &'a [u64],
    /// The tool's name in lower case with its words, where no prose would hold it by chance.
    pub(crate) name: Option<&'a (String, Vec<u64>)>,
}

/// Evidence in the making.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    links: Vec<Link>,
    score: i32,
    /// Only the score is wanted: nothing is put into words.
    silent: bool,
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
        self.score = self.score.saturating_add(weight);
        if weight != 0 && !self.silent {
            let About { argument, result } = about;
            self.links.push(Link { part, weight, argument, result, words: words() });
        }
    }
}

/// Weighs a call.
pub(crate) fn weigh(case: Case<'_>) -> Assessment {
    let heaviest = case
        .course
        .orders
        .iter()
        .filter_map(|order| Some((asked_by(case, order, true)?.score, order)))
        .max_by_key(|(score, _)| *score);
    let told = heaviest.and_then(|(_, order)| asked_by(case, order, false));
    let mut sums = sequence::look(case);
    sums.extend(told.map(|sum| (sum, Threat::SteeringByResult)));
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

/// How a sentence and a call fit together.
struct Fit<'a> {
    /// The sentence asks for this kind of act; else it tells of it.
    asks: bool,
    given: Given<'a>,
    /// Words of the tool's name in it.
    named: usize,
    /// It uses the very name of the tool.
    by_name: bool,
    /// It names the server.
    at_server: bool,
}

/// How a sentence and the call fit together; none where it speaks of something else.
fn fit<'a>(case: Case<'a>, order: &Order) -> Option<Fit<'a>> {
    let tool = case.tool;
    let by_verb = tool.verb != 0
        && !order.reports
        && order.words.binary_search(&tool.verb).is_ok()
        && order.things.binary_search(&tool.verb).is_err();
    let by_lead = order.lead != 0 && tool.words.binary_search(&order.lead).is_ok();
    let by_deed = order.asked.any(tool.deeds) || by_lead || by_verb;
    // A tool that fails tells its own name: that is no order to call it.
    let by_name =
        *order.source != *case.call.tool && case.name.is_some_and(|(lower, words)| order.says(lower, words));
    let rules = order.manner == Manner::Rule && !order.told.is_empty();
    if !(by_deed
        || by_name
        || order.lead != 0
        || rules
        || !order.asked.is_empty()
        || order.told.any(tool.deeds))
    {
        return None;
    }
    let mut given = given(case, order);
    let at_own_server = order.server == digest::of(case.call.server);
    if !by_deed {
        // Content that is told of is content; where it goes and what is run is not.
        given.own.retain(|trace| trace.whole || trace.place != Place::Content);
        let (handles, own) = given.own.into_iter().partition(|trace| trace.is_handle() && at_own_server);
        given.own = own;
        given.handles.extend::<Vec<_>>(handles);
    }
    let named = words::shared(&order.words, &tool.words).min(3);
    // An order whose verb nobody knows, but whose values the call takes over.
    let found = 2 * given.own.len() + given.plain.len();
    let by_form = order.lead != 0 && (found > 3 || (named > 0 && found > 1));
    let at_server = words::shared(&order.words, case.server_words) > 0;
    let without_values = case.traces.values.is_empty();
    // What gives values of its own that the call does not have speaks of another call.
    let elsewhere = !without_values && !given.ties() && !order.values.is_empty();
    // Of a call whose arguments are not known only the act can be compared.
    let grave = tool.deeds.shared(order.asked).any(Deeds::GRAVE) || tool.can.executes.is_some();
    // An order about the very thing that the tool is named for.
    let by_thing = !order.asked.is_empty() && found > 0 && named_thing(tool, order);
    let asks = by_deed || by_form || by_thing;
    // A rule that says where things go speaks of every call that goes there.
    let goes = |trace: &&Trace| {
        let stands = order.values.binary_search(&trace.digest).is_ok();
        stands && trace.place == Place::Destination && trace.whole && trace.leads_to_somebody()
    };
    let goes_there = rules && tool.deeds.any(Deeds::GRAVE) && given.own.iter().any(goes);
    if !(asks || by_name || goes_there || order.told.any(tool.deeds)) {
        return None;
    }
    let unknown = without_values && asks && grave;
    let speaks_of_it = given.ties() || named > 0 || at_server || unknown;
    (by_name || (speaks_of_it && !elsewhere)).then_some(Fit { asks, given, named, by_name, at_server })
}

/// True when the sentence speaks of a thing in the tool's name: a word of it that is not its verb.
fn named_thing(tool: &Tool, order: &Order) -> bool {
    let of_it = |word: &&u64| **word != tool.verb && order.words.binary_search(word).is_ok();
    !tool.only_looks() && tool.words.iter().any(|word| of_it(&word))
}

/// The evidence that a sentence from outside caused the call; none where the sentence speaks of something else.
fn asked_by(case: Case<'_>, order: &Order, silent: bool) -> Option<Sum> {
    let Fit { asks, given, named, by_name, at_server } = fit(case, order)?;
    let weights = case.course.weights();
    let mut sum = Sum { silent, ..Sum::default() };
    let about = || About { argument: None, result: Some(order.result) };
    let from = || case.course.from(order.result);
    if asks {
        sum.add(weights, Part::OutsideAsks, 1, about(), || {
            format!("a text in {} asks for it: “{}”", from(), order.shown)
        });
    } else {
        let part = if order.manner == Manner::Offer { Part::OutsideOffers } else { Part::OutsideTells };
        sum.add(weights, part, 1, about(), || format!("a text in {} tells of it: “{}”", from(), order.shown));
    }
    given.add(case, order, &mut sum);
    // A server that answers may name its own tools.
    let own_guide = order.leads_on && order.server == digest::of(case.call.server);
    if by_name && !own_guide {
        sum.add(weights, Part::OutsideNamesTool, 1, about(), || {
            format!("that text names `{}`", case.call.tool)
        });
    } else if named > 0 && !by_name {
        let times = i32::try_from(named).unwrap_or(3);
        sum.add(weights, Part::OutsideNamesAct, times, about(), || {
            format!("that text uses words of the name `{}`", case.call.tool)
        });
    }
    let mut places = case.traces.values.iter().filter(|trace| trace.place == Place::Destination);
    let goes_to_field = places.any(|trace| trace.seen.and_then(|seen| seen.field).is_some());
    let at_home =
        |trace: &Trace| trace.seen.and_then(|seen| seen.running).is_some_and(|place| place.rivals == 0);
    let swapped = given.own.iter().chain(&given.near).find(|trace| {
        let goes = trace.place == Place::Destination && !goes_to_field;
        goes && rivals(trace, order.rivals) && !at_home(trace)
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
    // A server that tells its next step says neither where to send something nor which password to set.
    let sets = |trace: &&Trace| {
        trace.place == Place::Destination || trace.is_password() || trace.value.contains("://")
    };
    let sets_more = given.own.iter().chain(&given.near).any(sets);
    of_text(case, order, asks, sets_more, &mut sum);
    of_call(case, order, asks, &given, &mut sum);
    if !given.ties() && !case.traces.values.is_empty() {
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

/// What the text itself is like.
fn of_text(case: Case<'_>, order: &Order, asks: bool, sets_more: bool, sum: &mut Sum) {
    let weights = case.course.weights();
    let about = || About { argument: None, result: Some(order.result) };
    let words = &case.traces.content;
    let dictates = asks || order.manner == Manner::Rule;
    if dictates && words.len() >= 4 && words::shared(words, &order.near_words) * 2 >= words.len() {
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
    // What a tool says of its own next call is the nearest to it.
    let itself = *order.source == *case.call.tool;
    let by_own = case.name.is_some_and(|(lower, words)| order.says(lower, words))
        && order.server == digest::of(case.call.server);
    let expected = itself || by_own || !case.tool.deeds.any(Deeds::GRAVE) || person_asked(case);
    if (order.guidance || (order.leads_on && by_own)) && expected && !sets_more {
        let times = if itself { 2 } else { 1 };
        sum.add(weights, Part::Guidance, times, about(), || {
            "the server tells the next step of its own flow".into()
        });
    }
}

/// What the call does.
fn of_call(case: Case<'_>, order: &Order, asks: bool, given: &Given<'_>, sum: &mut Sum) {
    let has_given = !given.own.is_empty() || !given.near.is_empty();
    let only_handles = !has_given && !given.handles.is_empty();
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
    let heard = case.course.person.heard;
    let pressed = asks || order.manner == Manner::Rule;
    let new_ground = !heard && pressed && !goes_on && !case.course.tools.knew(case.call.server, order.calls);
    if new_ground {
        sum.add(weights, Part::NewGround, 1, About::default(), || {
            format!("nothing had gone to `{}` before that text arrived", case.call.server)
        });
    }
    // Who uses a page goes on with what it shows.
    let goes_on = goes_on || (only_handles && case.course.tools.knew(case.call.server, order.calls));
    let handed_over = case.course.person.delegates && order.pointed;
    if !goes_on && !handed_over && off_course(case) {
        sum.add(weights, Part::OffCourse, 1, About::default(), || {
            "nothing that you asked speaks of it".into()
        });
    }
}
