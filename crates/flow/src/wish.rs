//! What the person's words say of a call: whether they speak of it, ask for it, or say where it goes.

use crate::assessment::Part;
use crate::deed::Deeds;
use crate::evidence::{About, Case, Sum};
use crate::given::Given;
use crate::order::Order;
use crate::tool::{Place, Tool};
use crate::trace::Trace;
use crate::words;

/// True when nothing that the person said speaks of the tool, its server or its arguments.
pub(crate) fn off_course(case: Case<'_>) -> bool {
    let person = &case.course.person;
    let shares = |words: &[u64]| words::shared(&person.words, words) > 0;
    person.heard
        && !shares(&case.tool.words)
        && !shares(case.server_words)
        && !shares(&case.traces.words)
        && !comparable(case.tool).any(person.deeds)
}

/// The deeds of a tool that a person would ask for: who can run anything is asked to run something.
fn comparable(tool: &Tool) -> Deeds {
    if tool.can.executes.is_some() { Deeds::EXECUTE } else { tool.deeds.without(Deeds::READ) }
}

/// What the person said to it.
pub(crate) fn of_person(case: Case<'_>, order: &Order, given: &Given<'_>, sum: &mut Sum) {
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
    if order.addresses_model || order.concealed || order.doubted || order.acted {
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
    let deeds = comparable(case.tool);
    let mut places =
        case.traces.values.iter().filter(|trace| trace.place == Place::Destination && trace.distinct);
    // To change something is not to change a password, and to add somebody is not to give them rights.
    let by_word = || words::shared(&person.words, case.tool.guards.as_slice()) > 0;
    let guarded = deeds.any(Deeds::GRANT) || !case.tool.guards.is_empty();
    let by_verb = person.words.binary_search(&case.tool.verb).is_ok();
    // To change something is not to send, pay or delete it.
    let shared = deeds.shared(person.deeds);
    let fits = shared.any(Deeds::GRAVE) || (!shared.is_empty() && !deeds.any(Deeds::GRAVE));
    let asked = fits || (by_verb && !deeds.is_empty());
    (if guarded && !person.deeds.any(Deeds::GRANT) { asked && by_word() } else { asked })
        && !places.any(|trace| rivals(trace, person.shapes))
}

/// True for a value that the person did not mention though they gave one of its shape.
pub(crate) fn rivals(trace: &Trace, shapes: u8) -> bool {
    !trace.mentioned && trace.shape.is_some_and(|shape| shapes & shape.bit() != 0)
}
