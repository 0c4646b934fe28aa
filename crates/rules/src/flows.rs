//! Inputs that reach an operation unchecked, gathered into what a person is told: one case for each operation, however
//! many arguments of however many tools lead there.

mod openly;

use std::collections::BTreeMap;

use portcullis_model::{Audience, Confidence, FlowStep, Location, Severity};
use portcullis_source::analysis::{Flow, Offer, OfferKind, SourceKind, Spot, Step};
use portcullis_source::decoded;
use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::report::{Draft, Report};
use crate::sourced;

/// Arguments and tools that a message names; the rest is counted.
const NAMED: usize = 3;

/// Every kind of operation.
pub(crate) const KINDS: &[SinkKind] = &[
    SinkKind::Shell,
    SinkKind::Arguments,
    SinkKind::Code,
    SinkKind::PathRead,
    SinkKind::PathWrite,
    SinkKind::PathDelete,
    SinkKind::Url,
    SinkKind::Sql,
    SinkKind::NoSql,
    SinkKind::Deserialize,
    SinkKind::Template,
    SinkKind::Xml,
    SinkKind::Regex,
    SinkKind::Header,
    SinkKind::Message,
    SinkKind::Log,
    SinkKind::Ldap,
    SinkKind::Import,
    SinkKind::Prototype,
    SinkKind::Archive,
    SinkKind::XPath,
    SinkKind::Subject,
    SinkKind::Markup,
    SinkKind::Member,
];

/// One operation that inputs reach.
pub(crate) struct Case<'a> {
    source: &'a SourceEvidence<'a>,
    /// The tools, prompts, resources and routes that reach it, each once.
    offers: Vec<&'a Offer>,
    /// Those whose inputs reach it, each once.
    givers: Vec<&'a Offer>,
    /// The flows.
    pub(crate) flows: Vec<&'a Flow>,
    open: bool,
}

/// The cases of the kinds of operation, in the order of the flows. Where the operation is what one tool openly is for
/// and reached through another as well, these are two.
pub(crate) fn cases<'a>(source: &'a SourceEvidence<'a>, kinds: &[SinkKind]) -> Vec<Case<'a>> {
    let mut positions: BTreeMap<(&Spot, SinkKind, bool, bool), usize> = BTreeMap::new();
    let mut cases: Vec<Case<'a>> = Vec::new();
    for flow in source.analysis.flows.iter().filter(|flow| kinds.contains(&flow.sink)) {
        let Some(sink) = flow.steps.last() else { continue };
        let offer = source.analysis.offers.get(flow.offer);
        let open = offer.is_some_and(|offer| openly::says_so(offer, flow));
        let position =
            *positions.entry((&sink.spot, flow.sink, open, flow.configured)).or_insert(cases.len());
        if position == cases.len() {
            cases.push(Case { source, offers: Vec::new(), givers: Vec::new(), flows: Vec::new(), open });
        }
        if let Some(case) = cases.get_mut(position) {
            case.flows.push(flow);
            add(&mut case.offers, offer);
            add(&mut case.givers, source.analysis.offers.get(flow.given_to));
        }
    }
    cases
}

fn add<'a>(offers: &mut Vec<&'a Offer>, offer: Option<&'a Offer>) {
    let is_known =
        |offer: &Offer| offers.iter().any(|known| known.kind == offer.kind && known.name == offer.name);
    offers.extend(offer.filter(|offer| !is_known(offer)));
}

impl<'a> Case<'a> {
    /// The names of the inputs, each once.
    fn names(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        for flow in &self.flows {
            if !names.contains(&flow.source.name.as_str()) {
                names.push(flow.source.name.as_str());
            }
        }
        names
    }

    /// True when a check that an operator can switch on stops every input.
    pub(crate) fn is_configured(&self) -> bool {
        self.flows.iter().all(|flow| flow.configured)
    }

    /// The kind of operation.
    pub(crate) fn sink(&self) -> Option<SinkKind> {
        self.flows.first().map(|flow| flow.sink)
    }

    /// The function that does it.
    pub(crate) fn function(&self) -> &'a str {
        self.flows.first().map_or("", |flow| flow.function.as_str())
    }

    /// True when the operation is what the tools openly are for.
    pub(crate) const fn is_open(&self) -> bool {
        self.open
    }

    /// Reports the case. `does` says what the inputs do, in words that follow `argument `x` of tool `y``: `{}` stands for
    /// the function's name, `[s]`, `[es]` and `[is]` for the verb's ending or `is`, where there is one input only.
    pub(crate) fn report<'r>(&self, does: &str, report: &'r mut Report<'_>) -> Draft<'r> {
        let mut does = does.to_owned();
        let single = self.names().len() == 1;
        for (mark, one, many) in [("[s]", "s", ""), ("[es]", "es", ""), ("[is]", "is", "are")] {
            does = does.replacen(mark, if single { one } else { many }, 1);
        }
        let mut message = format!("{} {}", self.inputs(), does.replace("{}", self.function()));
        if let (Some(giver), Some(offer)) = (self.givers.first(), self.offers.first())
            && giver.name != offer.name
        {
            message.push_str(&format!(", once `{}` runs", offer.name));
        }
        let guard = self.flows.iter().find_map(|flow| flow.guard.as_ref());
        if self.is_open() {
            message.push_str(", which is what it openly is for");
        } else if self.is_configured() {
            message.push_str(", unless the operator switches a check on");
        } else if guard.is_some() {
            message.push_str("; a check stands before it that does not hold");
        }
        let mut draft = report.found(self.location(), message).flow(self.steps());
        if let Some(line) = self.line() {
            draft = draft.evidence(line);
        }
        if self.is_configured() {
            draft = draft
                .severity(Severity::Low)
                .audience(Audience::Pedantic)
                .remedy("Start the server with the setting that switches the check on.");
        } else if self.is_open() {
            draft = draft.severity(Severity::Low).confidence(Confidence::Medium).remedy(
                "Let it run only what the user approves, in a sandbox; give it to no agent that reads what strangers write.",
            );
            let told = [SinkKind::Shell, SinkKind::Arguments, SinkKind::Code, SinkKind::Url];
            if !self.sink().is_some_and(|sink| told.contains(&sink)) {
                draft = draft.audience(Audience::Pedantic);
            }
        }
        draft
    }

    /// The inputs and whose they are: ``arguments `a` and `b` of tool `c` ``.
    pub(crate) fn inputs(&self) -> String {
        let Some(first) = self.flows.first() else { return String::new() };
        let names = self.names();
        let many = names.len() > 1;
        let what = match (first.source.kind, many) {
            (SourceKind::Argument | SourceKind::PromptArgument, false) => "argument",
            (SourceKind::Argument | SourceKind::PromptArgument, true) => "arguments",
            (SourceKind::Uri, false) => "part",
            (SourceKind::Uri, true) => "parts",
            (SourceKind::Request, _) => "the request's",
            (SourceKind::Answer, _) => "the answer",
            (SourceKind::Archive, _) => "the names of entries of",
            (SourceKind::Environment, false) => "variable",
            (SourceKind::Environment, true) => "variables",
            (SourceKind::PrivateFile, false) => "private file",
            (SourceKind::PrivateFile, true) => "private files",
        };
        let inputs = format!("{what} {}", list(&names));
        let Some(offer) = self.givers.first() else { return inputs };
        let kind = match (offer.kind, self.givers.len() > 1) {
            (_, true) if self.givers.iter().any(|other| other.kind != offer.kind) => "offers",
            (OfferKind::Tool, false) => "tool",
            (OfferKind::Tool, true) => "tools",
            (OfferKind::Prompt, false) => "prompt",
            (OfferKind::Prompt, true) => "prompts",
            (OfferKind::Resource, false) => "resource",
            (OfferKind::Resource, true) => "resources",
            (OfferKind::Route, false) => "route",
            (OfferKind::Route, true) => "routes",
        };
        let names: Vec<&str> =
            self.givers.iter().map(|offer| offer.name.as_str()).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            let article = if self.givers.len() > 1 { "several" } else { "a" };
            return format!("{inputs} of {article} {kind}");
        }
        format!("{inputs} of {kind} {}", list(&names))
    }

    /// The place of the operation.
    pub(crate) fn location(&self) -> Location {
        let sink = self.flows.first().and_then(|flow| flow.steps.last());
        sink.map_or_else(Location::default, |step| self.at(&step.spot))
    }

    /// A place in the code of the first tool.
    pub(crate) fn at(&self, spot: &Spot) -> Location {
        let offer = self.offers.first();
        let name = offer.map(|offer| offer.name.clone()).filter(|name| !name.is_empty());
        let item = offer.and_then(|offer| sourced::kind(offer.kind));
        Location { item, name, ..place(spot) }
    }

    /// The way of the first input. Where the tool's function is not on it, it begins there.
    fn steps(&self) -> Vec<FlowStep> {
        let Some(flow) = self.flows.first() else { return Vec::new() };
        let step = |step: &Step| FlowStep { location: place(&step.spot), message: step.what.clone() };
        flow.steps.iter().map(step).collect()
    }

    /// The line of the operation.
    fn line(&self) -> Option<String> {
        let spot = &self.flows.first()?.steps.last()?.spot;
        line_of(self.source, spot)
    }
}

/// A place in source code.
pub(crate) fn place(spot: &Spot) -> Location {
    Location { file: Some(spot.path.clone()), span: Some(sourced::span(spot.at)), ..Location::default() }
}

/// The line of source on which a place begins, without the white space around it. Cut at 200 characters.
pub(crate) fn line_of(source: &SourceEvidence<'_>, spot: &Spot) -> Option<String> {
    const MOST: usize = 200;
    let (text, _) = decoded(&spot.path, &source.bundle.file(&spot.path)?.bytes);
    let start = text.floor_char_boundary(spot.at.start as usize);
    let before = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(before..)?.lines().next()?.trim();
    let shown: String = line.chars().take(MOST).collect();
    Some(if shown.len() < line.len() { format!("{shown}…") } else { shown })
}

/// Names in backticks: ``a`, `b` and 2 more``.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        [shown @ .., last] if quoted.len() <= NAMED => format!("{} and {last}", shown.join(", ")),
        _ => {
            let shown = quoted.get(..NAMED).unwrap_or_default().join(", ");
            format!("{shown} and {} more", quoted.len() - NAMED)
        }
    }
}
