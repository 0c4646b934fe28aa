//! From registrations to offers: asks the handlers that list, calls the handlers that do.

use crate::analysis::{Effect, Offer, OfferKind};
use crate::ir::{ExpressionKind, Language, Over, Parameter};
use crate::value::{Text, Value};

use super::call::name_of;
use super::register::{Registration, What, function_of};
use super::sources::ATTACKER;
use super::state::ObjectKind;
use super::{Arguments, Interpreter, MOST_HELD};

/// Steps for loading all files, and for each offer.
const LOAD_STEPS: u64 = 3_000_000;
pub(crate) const OFFER_STEPS: u64 = 250_000;

/// Steps for all offers together: a few seconds. Each has at least its share of what is left.
const ALL_OFFERS_STEPS: u64 = 8_000_000;

/// Offers beyond this are not called.
const MOST_OFFERS: usize = 1000;

/// What all handlers do.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) offers: Vec<Offer>,
    pub(crate) on_load: Vec<Effect>,
    pub(crate) gave_up: Vec<String>,
}

/// A tool as a handler lists it.
#[derive(Debug, Clone)]
pub(crate) struct Listed<'a> {
    registration: Registration<'a>,
}

impl<'a> Interpreter<'a> {
    /// Loads all files, the entries first, and runs every handler.
    pub(crate) fn run(&mut self, entries: &[crate::ir::FileId]) -> Ran {
        let mut ran = Ran::default();
        self.budget(LOAD_STEPS);
        for file in entries {
            self.load(*file);
        }
        // What no entry leads to, and what nobody has called: one part that is large does not use up the others' budget.
        let end = self.steps + LOAD_STEPS;
        for file in self.project.in_order() {
            self.budget_within(end.saturating_sub(self.steps) / 4, end);
            self.load(file);
        }
        let end = self.steps + LOAD_STEPS;
        self.budget_within(LOAD_STEPS, end);
        self.start_programs();
        self.start_what_registers(end);
        self.find_as_frameworks_do();
        self.settings();
        if std::mem::take(&mut self.gave_up) || self.gave_up_loading {
            ran.gave_up.push(String::new());
        }
        ran.on_load = std::mem::take(&mut self.effects);
        self.seen_effects.clear();
        self.sources.loaded();
        self.loaded_objects = self.state.count();
        self.keep_terms();
        let mut listed = Vec::new();
        let before_lists = self.steps;
        for registration in self.registrations.clone() {
            if self.steps - before_lists > ALL_OFFERS_STEPS / 4 {
                self.gave_up = true;
                break;
            }
            self.list_of(&registration, &mut listed);
        }
        if self.gave_up {
            ran.gave_up.push(String::new());
            self.gave_up = false;
        }
        let call_handlers: Vec<Registration<'a>> =
            self.registrations.iter().filter(|one| one.what == What::CallTool).cloned().collect();
        let mut offers: Vec<Registration<'a>> = Vec::new();
        for registration in &self.registrations {
            if matches!(
                registration.what,
                What::Tool | What::Prompt | What::Resource | What::Route | What::Complete
            ) {
                offers.push(registration.clone());
            }
        }
        for one in listed {
            let mut registration = one.registration;
            let by = match registration.what {
                What::Tool => call_handlers.first(),
                What::Prompt => self.registrations.iter().find(|one| one.what == What::GetPrompt),
                _ => None,
            };
            registration.validated = by.is_some_and(|by| self.language_of(by) == Language::Python);
            let known =
                offers.iter().any(|known| known.what == registration.what && known.name == registration.name);
            if !known {
                offers.push(registration);
            }
        }
        if !offers.iter().any(|offer| offer.what == What::Tool && offer.name.is_some()) {
            offers.extend(self.described_tools());
        }
        let has_tools = offers.iter().any(|offer| offer.what == What::Tool);
        let others = call_handlers
            .iter()
            .filter(|_| !has_tools)
            .chain(self.registrations.iter().filter(|one| one.what == What::ReadResource));
        let others: Vec<Registration<'a>> = others.cloned().collect();
        offers.extend(others);
        let not_called = offers.split_off(offers.len().min(MOST_OFFERS)).into_iter();
        ran.gave_up.extend(not_called.map(|registration| registration.name.unwrap_or_default()));
        self.state.stays();
        let mut left = ALL_OFFERS_STEPS;
        for (index, registration) in offers.iter().enumerate() {
            let steps = share(left, offers.len(), index);
            left = left.saturating_sub(self.offer_of(registration, &call_handlers, steps, &mut ran));
        }
        if self.keeps_inputs() {
            // A tool may use what a later one has stored: all of them once more, for the flows alone.
            let mut again = Ran::default();
            left = left.max(ALL_OFFERS_STEPS / 2);
            for (index, registration) in offers.iter().enumerate() {
                let steps = share(left, offers.len(), index);
                left = left.saturating_sub(self.offer_of(registration, &call_handlers, steps, &mut again));
            }
        }
        ran
    }

    pub(crate) fn language_of(&self, registration: &Registration<'a>) -> Language {
        self.project.file(registration.place.file).map_or(Language::Python, |file| file.language)
    }

    /// Asks a handler that lists.
    pub(crate) fn list_of(&mut self, registration: &Registration<'a>, listed: &mut Vec<Listed<'a>>) {
        let (what, field) = match registration.what {
            What::ListTools => (What::Tool, "tools"),
            What::ListPrompts => (What::Prompt, "prompts"),
            What::ListResources => (What::Resource, "resources"),
            _ => return,
        };
        let Some(handler) = registration.handler.clone() else { return };
        self.here = registration.place;
        self.budget(OFFER_STEPS);
        let request = self.unknown(0);
        let Ok(answer) = self.call(&handler, None, Arguments::of(vec![request])) else { return };
        let mut lists = Vec::new();
        answer.alternatives(&mut |value, _| lists.push(value.clone()));
        for list in lists {
            let inner = match &list {
                Value::Object(id)
                    if !matches!(
                        self.state.object(*id).map(|object| &object.kind),
                        Some(ObjectKind::List)
                    ) =>
                {
                    self.state.field(*id, field).cloned().unwrap_or_else(|| list.clone())
                }
                _ => list.clone(),
            };
            let mut ways = Vec::new();
            inner.alternatives(&mut |value, _| ways.push(value.clone()));
            for way in ways {
                let (known, rest) = self.iterate(&way, Over::Elements);
                for element in known.into_iter().chain(rest) {
                    let mut elements = Vec::new();
                    element.alternatives(&mut |value, _| elements.push(value.clone()));
                    for element in elements {
                        if let Some(found) = self.listed(&element, what, registration) {
                            listed.push(Listed { registration: found });
                        }
                    }
                }
            }
        }
    }

    pub(crate) fn listed(
        &mut self,
        element: &Value<'a>,
        what: What,
        by: &Registration<'a>,
    ) -> Option<Registration<'a>> {
        if !matches!(element, Value::Object(_)) {
            return None;
        }
        let part = |me: &mut Self, name: &str| match me.index(element, &Value::Text(Text::from(name))) {
            Ok(Value::Nothing) | Err(_) => None,
            Ok(value) => Some(value),
        };
        let name = ["name", "Name", "uri", "uriTemplate"].iter().find_map(|key| part(self, key));
        let name = name.map(|name| match name {
            Value::Text(text) => text.to_string(),
            value => self.name_of_value(&value),
        })?;
        let description = part(self, "description").and_then(|value| self.description_of(&value));
        let schema = part(self, "inputSchema").or_else(|| part(self, "input_schema"));
        Some(Registration {
            what,
            name: Some(name),
            description,
            title: part(self, "title").and_then(|value| value.text().map(str::to_owned)),
            schema,
            annotations: part(self, "annotations"),
            handler: None,
            place: by.place,
            validated: false,
        })
    }

    /// A description: whole where it is known, else what of it is.
    pub(crate) fn description_of(&self, value: &Value<'a>) -> Option<String> {
        value.text().map(str::to_owned).or_else(|| self.known_part(value, 4))
    }

    /// The text of a name: an enumeration's member is its value.
    pub(crate) fn name_of_value(&self, value: &Value<'a>) -> String {
        let mut name = String::new();
        value.alternatives(&mut |one, _| {
            if let Value::Text(text) = one
                && name.is_empty()
            {
                name = text.to_string();
            }
        });
        name
    }

    /// Runs the handler of an offer with so many steps and notes what it does. Gives the steps that it took.
    pub(crate) fn offer_of(
        &mut self,
        registration: &Registration<'a>,
        call_handlers: &[Registration<'a>],
        steps: u64,
        ran: &mut Ran,
    ) -> u64 {
        let before = self.steps;
        let index = ran.offers.len();
        self.terms.clear();
        if self.sources.begin(index) {
            self.state.facts.clear();
        }
        // What one tool asked of the settings does not hold for the next.
        self.state.facts.retain(|fact| fact.subject.taint() & ATTACKER != 0);
        // What was checked of the inputs of offers before leaves room for what is checked of this one's.
        let earlier = self.state.facts.len().saturating_sub(MOST_HELD / 4);
        self.state.facts.drain(..earlier);
        self.sweep();
        self.effects.clear();
        self.seen_effects.clear();
        self.offer = Some(index);
        self.here = registration.place;
        self.budget(steps);
        let mut handlers: Vec<Registration<'a>> = Vec::new();
        if registration.handler.is_some() {
            handlers.push(registration.clone());
        } else if registration.what == What::Tool {
            handlers.extend(call_handlers.iter().cloned());
        } else if registration.what == What::Prompt {
            handlers.extend(self.registrations.iter().filter(|one| one.what == What::GetPrompt).cloned());
        }
        let mut spot = None;
        for handler in &handlers {
            let Some(function) = handler.handler.clone() else { continue };
            self.here = handler.place;
            if let Some(closure) = function_of(&function) {
                let place = crate::value::Place { file: closure.function.file, at: closure.function.at };
                self.here = place;
                spot = Some(self.spot(place));
            }
            let arguments = self.handler_arguments(registration, handler, &function);
            self.validates = handler.validated;
            let _ = self.call(&function, None, arguments);
            self.validates = false;
        }
        self.go_on_beside();
        self.beside.clear();
        self.offer = None;
        if self.gave_up {
            ran.gave_up.push(registration.name.clone().unwrap_or_default());
            self.gave_up = false;
        }
        let kind = match registration.what {
            What::Prompt | What::GetPrompt | What::Complete => OfferKind::Prompt,
            What::Resource | What::ReadResource => OfferKind::Resource,
            What::Route => OfferKind::Route,
            _ => OfferKind::Tool,
        };
        let declaration = self.declaration(registration);
        ran.offers.push(Offer {
            kind,
            name: registration.name.clone().unwrap_or_default(),
            description: registration.description.clone(),
            declaration,
            registered: self.spot(registration.place),
            handler: spot,
            effects: std::mem::take(&mut self.effects),
        });
        self.steps - before
    }

    /// Whether something that outlives a call holds an input.
    pub(crate) fn keeps_inputs(&self) -> bool {
        (0..self.loaded_objects).any(|index| {
            let id = crate::value::ObjectId(index);
            self.state.object(id).is_some_and(|object| {
                let inside = object.fields.values().chain(object.elements.iter()).chain(&object.rest);
                inside.take(200).any(|value| value.taint() & ATTACKER != 0)
            })
        })
    }
}

/// The steps of the next of so many offers. Half of what there was is kept for all of them alike; the other half is for
/// those that need more.
fn share(left: u64, offers: usize, next: usize) -> u64 {
    let kept = ALL_OFFERS_STEPS / 2 / offers.max(1) as u64;
    left.saturating_sub(kept * (offers - next - 1) as u64).min(OFFER_STEPS)
}

/// A parameter that the SDK fills itself.
pub(crate) fn is_context(parameter: &Parameter) -> bool {
    let named = name_of(parameter).is_some_and(|name| matches!(name, "ctx" | "context"));
    let annotated = parameter.annotation.as_ref().is_some_and(mentions_context);
    annotated || (named && parameter.annotation.is_none())
}

fn mentions_context(annotation: &crate::ir::Expression) -> bool {
    match &annotation.kind {
        ExpressionKind::Name(name) => name.ends_with("Context"),
        ExpressionKind::Member { name, .. } => name.ends_with("Context"),
        ExpressionKind::Index { object, .. } => mentions_context(object),
        ExpressionKind::Binary(_, left, right) => mentions_context(left) || mentions_context(right),
        _ => false,
    }
}
