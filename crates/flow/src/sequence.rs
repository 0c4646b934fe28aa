//! Sequences over a session: a secret that was read and goes out, private content on its way to a stranger.

use portcullis_model::{Confidentiality, Integrity, Threat};

use crate::assessment::Part;
use crate::deed::Deeds;
use crate::evidence::{About, Case, Sum, adds_destination};
use crate::given::shown;
use crate::tool::Place;
use crate::trace::{Spelling, Trace};
use crate::wish::person_asked;
use crate::words::Shape;

/// The evidence that does not need a text that asks for the call.
pub(crate) fn look(case: Case<'_>) -> Vec<(Sum, Threat)> {
    if !case.tool.lets_out() && !case.tool.deeds.any(Deeds::PAY) {
        return Vec::new();
    }
    let mut sums = Vec::new();
    sums.extend(secret_leaves(case).map(|sum| (sum, Threat::ToolChainingAbuse)));
    sums.extend(private_leaves(case).map(|sum| (sum, Threat::ToolChainingAbuse)));
    sums.extend(field_passed_over(case).map(|sum| (sum, Threat::SteeringByResult)));
    sums
}

/// Secret read, then network: unless the tool is where such secrets are shown, or the person said both what and where.
fn secret_leaves(case: Case<'_>) -> Option<Sum> {
    if case.tool.takes_credentials {
        return None;
    }
    let weights = case.course.weights();
    let told = case.traces.values.iter().find(|trace| {
        !trace.mentioned
            && trace.seen.is_some_and(|seen| seen.label.confidentiality == Confidentiality::Secret)
    });
    let result = told
        .and_then(|trace| trace.seen)
        .and_then(|seen| seen.field.or(seen.running))
        .map(|place| place.result)
        .or_else(|| case.course.repeated_secret(&case.traces.text))?;
    let mut sum = Sum::default();
    let from = case.course.from(result);
    let about = About { argument: told.map(|trace| trace.argument.clone()), result: Some(result) };
    sum.add(weights, Part::SecretLeaves, 1, about, || match told {
        Some(trace) => format!("{} is a secret that {from} held", shown(case, trace)),
        None => format!("the call repeats parts of a secret that {from} held"),
    });
    destination(case, &mut sum);
    person(case, &mut sum);
    Some(sum)
}

/// Private content to an address that a text from outside gave.
fn private_leaves(case: Case<'_>) -> Option<Sum> {
    if case.traces.label.confidentiality < Confidentiality::Private && !carries_private(case) {
        return None;
    }
    let weights = case.course.weights();
    let mut sum = Sum::default();
    sum.add(weights, Part::PrivateLeaves, 1, About::default(), || {
        "the call carries private content out".into()
    });
    destination(case, &mut sum);
    person(case, &mut sum);
    Some(sum)
}

/// Where it goes stands in running text only, though the record has a field of its own for such a value.
fn field_passed_over(case: Case<'_>) -> Option<Sum> {
    let weights = case.course.weights();
    let passes = |trace: &&Trace| {
        trace.place == Place::Destination && trace.whole && !trace.mentioned && trace.leads_to_somebody()
    };
    let mut places = case.traces.values.iter().filter(passes);
    let (trace, place) = places.find_map(|trace| {
        let place = trace.seen.filter(|seen| seen.field.is_none())?.running?;
        let rivals = trace.shape.is_some_and(|shape| place.rivals & shape.bit() != 0);
        rivals.then_some((trace, place))
    })?;
    let mut sum = Sum::default();
    let about = About { argument: Some(trace.argument.clone()), result: Some(place.result) };
    let from = case.course.from(place.result);
    sum.add(weights, Part::StrangerGives, 1, about.clone(), || {
        format!("{} stands only in running text of {from}", shown(case, trace))
    });
    sum.add(weights, Part::PassesOver, 1, about, || {
        format!("{} is not the one that the record's own field gives", shown(case, trace))
    });
    Some(sum)
}

/// True for a value that only a private result held. A mail address alone is none: every letter shows it.
fn carries_private(case: Case<'_>) -> bool {
    case.traces.values.iter().any(|trace| {
        !trace.mentioned
            && trace.shape != Some(Shape::Mail)
            && trace.place != Place::Destination
            && trace.seen.is_some_and(|seen| seen.label.confidentiality >= Confidentiality::Private)
    })
}

/// Who it goes to.
fn destination(case: Case<'_>, sum: &mut Sum) {
    let weights = case.course.weights();
    let places: Vec<&Trace> = case
        .traces
        .values
        .iter()
        .filter(|trace| trace.place == Place::Destination && trace.whole && !trace.mentioned)
        .collect();
    if places.is_empty() {
        return;
    }
    adds_destination(case, sum);
    for trace in places {
        let about = About { argument: Some(trace.argument.clone()), result: None };
        match trace.seen {
            None if trace.distinct => {
                sum.add(weights, Part::FromNowhere, 1, about, || {
                    format!("{} is in nothing that was asked or returned", shown(case, trace))
                });
                break;
            }
            Some(seen) if seen.field.is_none() && seen.label.integrity == Integrity::Outside => {
                let Some(place) = seen.running.filter(|place| !place.pointed) else {
                    continue;
                };
                let about = About { result: Some(place.result), ..about };
                let from = case.course.from(place.result);
                sum.add(weights, Part::StrangerGives, 1, about, || {
                    format!("{} stands only in running text of {from}", shown(case, trace))
                });
                break;
            }
            _ => {}
        }
    }
    if let Some(trace) = case.traces.values.iter().find(|trace| trace.spelling != Spelling::Same) {
        let about = About { argument: Some(trace.argument.clone()), result: None };
        sum.add(weights, Part::Encoded, 1, about, || format!("{} hides what it carries", shown(case, trace)));
    }
}

/// What the person said to it.
fn person(case: Case<'_>, sum: &mut Sum) {
    let weights = case.course.weights();
    let mut places =
        case.traces.values.iter().filter(|trace| trace.place == Place::Destination && trace.whole);
    if places.next().is_some_and(|trace| trace.mentioned) && places.all(|trace| trace.mentioned) {
        sum.add(weights, Part::PersonGivesValue, 1, About::default(), || "you said where it goes".into());
    }
    if person_asked(case) {
        sum.add(weights, Part::PersonAsks, 1, About::default(), || "you asked for this kind of act".into());
    }
}
