//! Inputs that reach an operation unchecked, gathered into what a person is told: one case for each operation and tool,
//! however many arguments lead there.

use std::collections::BTreeMap;

use portcullis_model::{Audience, Confidence, FlowStep, Location, Severity};
use portcullis_source::analysis::{Flow, Offer, OfferKind, SourceKind, Spot, Step};
use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::report::{Draft, Report};
use crate::sourced;

/// Arguments that a message names; the rest is counted.
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
];

/// One operation that one tool's inputs reach.
pub(crate) struct Case<'a> {
    source: &'a SourceEvidence<'a>,
    /// The tool, prompt, resource or route.
    pub(crate) offer: Option<&'a Offer>,
    /// The flows, of which each begins at another input.
    pub(crate) flows: Vec<&'a Flow>,
}

/// The cases of the kinds of operation, in the order of the flows.
pub(crate) fn cases<'a>(source: &'a SourceEvidence<'a>, kinds: &[SinkKind]) -> Vec<Case<'a>> {
    let mut positions: BTreeMap<(usize, &Spot, SinkKind), usize> = BTreeMap::new();
    let mut cases: Vec<Case<'a>> = Vec::new();
    for flow in source.analysis.flows.iter().filter(|flow| kinds.contains(&flow.sink)) {
        let Some(sink) = flow.steps.last() else { continue };
        let position = *positions.entry((flow.offer, &sink.spot, flow.sink)).or_insert(cases.len());
        match cases.get_mut(position) {
            Some(case) => case.add(flow),
            None => {
                cases.push(Case { source, offer: source.analysis.offers.get(flow.offer), flows: vec![flow] });
            }
        }
    }
    cases
}

impl<'a> Case<'a> {
    /// Adds a flow whose input is not among those that are known.
    fn add(&mut self, flow: &'a Flow) {
        if !self.flows.iter().any(|known| known.source.name == flow.source.name) {
            self.flows.push(flow);
        }
    }

    /// The kind of operation.
    pub(crate) fn sink(&self) -> Option<SinkKind> {
        self.flows.first().map(|flow| flow.sink)
    }

    /// The function that does it.
    pub(crate) fn function(&self) -> &'a str {
        self.flows.first().map_or("", |flow| flow.function.as_str())
    }

    /// True when the operation is what the tool openly is for.
    pub(crate) fn is_open(&self) -> bool {
        let openly = |offer: &Offer, flow: &Flow| flow.by_design || says_so(offer, flow);
        self.offer.is_some_and(|offer| self.flows.iter().all(|flow| openly(offer, flow)))
    }

    /// Reports the case. `does` says what the inputs do, in words that follow `argument `x` of tool `y``: `{}` stands for
    /// the function's name, `[s]`, `[es]` and `[is]` for the verb's ending or `is`, where there is one input only.
    pub(crate) fn report<'r>(&self, does: &str, report: &'r mut Report<'_>) -> Draft<'r> {
        let mut does = does.to_owned();
        for (mark, one, many) in [("[s]", "s", ""), ("[es]", "es", ""), ("[is]", "is", "are")] {
            does = does.replacen(mark, if self.flows.len() == 1 { one } else { many }, 1);
        }
        let mut message = format!("{} {}", self.inputs(), does.replace("{}", self.function()));
        let guard = self.flows.iter().find_map(|flow| flow.guard.as_ref());
        if self.is_open() {
            message.push_str(", which the tool says of itself");
        } else if guard.is_some() {
            message.push_str("; a check stands before it that does not hold");
        }
        let mut draft = report.found(self.location(), message).flow(self.steps());
        if let Some(line) = self.line() {
            draft = draft.evidence(line);
        }
        if self.is_open() {
            draft = draft.severity(Severity::Medium).confidence(Confidence::Medium).remedy(
                "Let it run only what the user approves, in a sandbox; give it to no agent that reads what strangers write.",
            );
            let runs = matches!(self.sink(), Some(SinkKind::Shell | SinkKind::Arguments | SinkKind::Code));
            if !runs {
                draft = draft.severity(Severity::Low).audience(Audience::Pedantic);
            }
        }
        draft
    }

    /// The inputs and whose they are: ``arguments `a` and `b` of tool `c` ``.
    pub(crate) fn inputs(&self) -> String {
        let Some(first) = self.flows.first() else { return String::new() };
        let names: Vec<String> = self.flows.iter().map(|flow| format!("`{}`", flow.source.name)).collect();
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
        let list = match names.as_slice() {
            [one] => one.clone(),
            [shown @ .., last] if names.len() <= NAMED => format!("{} and {last}", shown.join(", ")),
            _ => {
                let shown = names.get(..NAMED).unwrap_or_default().join(", ");
                format!("{shown} and {} more", names.len() - NAMED)
            }
        };
        let Some(offer) = self.offer else { return format!("{what} {list}") };
        let kind = match offer.kind {
            OfferKind::Tool => "tool",
            OfferKind::Prompt => "prompt",
            OfferKind::Resource => "resource",
            OfferKind::Route => "route",
        };
        if offer.name.is_empty() {
            return format!("{what} {list} of a {kind}");
        }
        format!("{what} {list} of {kind} `{}`", offer.name)
    }

    /// The place of the operation.
    pub(crate) fn location(&self) -> Location {
        let sink = self.flows.first().and_then(|flow| flow.steps.last());
        sink.map_or_else(Location::default, |step| self.at(&step.spot))
    }

    /// A place in the code of the tool.
    pub(crate) fn at(&self, spot: &Spot) -> Location {
        let name = self.offer.map(|offer| offer.name.clone()).filter(|name| !name.is_empty());
        let item = self.offer.and_then(|offer| sourced::kind(offer.kind));
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
    let text = source.bundle.file(&spot.path)?.text()?;
    let start = text.floor_char_boundary(spot.at.start as usize);
    let before = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(before..)?.lines().next()?.trim();
    let shown: String = line.chars().take(MOST).collect();
    Some(if shown.len() < line.len() { format!("{shown}…") } else { shown })
}

/// True when a tool's name or description openly says that it runs what it is given, and it is given all of it.
fn says_so(offer: &Offer, flow: &Flow) -> bool {
    let (objects, whole): (&[&str], bool) = match flow.sink {
        SinkKind::Shell | SinkKind::Arguments => (
            &[
                "command",
                "commands",
                "cmd",
                "shell",
                "bash",
                "terminal",
                "powershell",
                "script",
                "scripts",
                "applescript",
                "process",
            ],
            true,
        ),
        SinkKind::Code => (
            &["code", "python", "javascript", "js", "typescript", "script", "scripts", "snippet", "repl"],
            true,
        ),
        SinkKind::Sql => (&["sql", "query", "queries", "statement", "statements"], true),
        SinkKind::NoSql => (&["query", "pipeline", "aggregate", "filter", "find"], true),
        _ => return false,
    };
    if offer.kind != OfferKind::Tool || (whole && !flow.whole) {
        return false;
    }
    let verbs =
        ["run", "runs", "execute", "executes", "exec", "eval", "evaluate", "evaluates", "raw", "arbitrary"];
    let says = |text: &str| {
        let words = words(text);
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        has(&verbs) && has(objects)
    };
    let bare = ["shell", "bash", "terminal", "eval", "exec", "sql"];
    let first_sentence = |text: &str| text.split(['.', '\n']).next().unwrap_or_default().to_owned();
    says(&offer.name)
        || bare.contains(&offer.name.as_str())
        || offer.description.as_deref().is_some_and(|description| says(&first_sentence(description)))
}

/// The words of a name or a sentence, in lower case: `runCommand` and `run_command` are two.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_lower = false;
    for character in text.chars() {
        if !character.is_alphanumeric() || (character.is_uppercase() && after_lower) {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        after_lower = character.is_lowercase();
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}
