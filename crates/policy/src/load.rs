//! Policy texts to policies, strictly: whatever is not understood wholly is an error with its place and its remedy.

use std::collections::HashMap;
use std::sync::Arc;

use cedar_policy::{
    Effect, Policy, PolicyId, PolicySet as CedarSet, ValidationMode, ValidationResult, ValidationWarning,
    Validator,
};
use miette::Diagnostic;
use portcullis_model::{Span, Threat, Verdict};

use crate::decision::{NOTHING_PERMITS, UNASKABLE};
use crate::error::{PolicyError, PolicyErrors, nearest};
use crate::limits;
use crate::set::PolicySummary;

/// A text of policies and the name that errors call it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Usually the path of the file.
    pub name: String,
    /// The policies.
    pub text: String,
}

/// Whether the policies that protect without configuration stand beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Defaults {
    /// They do: other policies can only tighten.
    #[default]
    Kept,
    /// They do not: nothing is permitted that the other policies do not permit.
    Replaced,
}

/// The annotations that a policy may carry.
const ANNOTATIONS: &[&str] = &["id", "verdict", "threats", "reason"];
/// The verdicts that a forbidding policy may have.
const FORBIDDING: &[Verdict] = &[Verdict::Flag, Verdict::Ask, Verdict::Redact, Verdict::Deny];
/// The verdicts that a permitting policy may have.
const PERMITTING: &[Verdict] = &[Verdict::Allow, Verdict::Flag];

/// Policies that were read, in the order of their sources.
pub(crate) struct Loaded {
    pub(crate) policies: Vec<(Policy, Arc<PolicySummary>)>,
}

/// Reads every source; all errors of all sources are named.
pub(crate) fn load(sources: &[Source], validator: &Validator) -> Result<Loaded, PolicyErrors> {
    let mut loading = Loading { policies: Vec::new(), errors: Vec::new(), taken: HashMap::new() };
    if sources.len() > limits::SOURCES {
        let message = format!("{} sources of policies are more than {}", sources.len(), limits::SOURCES);
        return Err(PolicyErrors::one(PolicyError::of_source(
            "policies",
            message,
            "put several into one file",
        )));
    }
    for source in sources {
        loading.source(source, validator);
    }
    if loading.policies.len() > limits::POLICIES {
        let message = format!("{} policies are more than {}", loading.policies.len(), limits::POLICIES);
        loading.errors.push(PolicyError::of_source(
            "policies",
            message,
            "join policies that differ in one name only",
        ));
    }
    match loading.errors.is_empty() {
        true => Ok(Loaded { policies: loading.policies }),
        false => Err(PolicyErrors { errors: loading.errors }),
    }
}

struct Loading {
    policies: Vec<(Policy, Arc<PolicySummary>)>,
    errors: Vec<PolicyError>,
    /// Ids that are taken, and where.
    taken: HashMap<String, String>,
}

impl Loading {
    fn source(&mut self, source: &Source, validator: &Validator) {
        if let Err(error) = limits::check(&source.name, &source.text) {
            return self.errors.push(error);
        }
        let parsed: CedarSet = match source.text.parse() {
            Ok(parsed) => parsed,
            Err(errors) => {
                let errors: cedar_policy::ParseErrors = errors;
                self.errors.extend(errors.iter().map(|error| diagnosed(source, error, None)));
                return;
            }
        };
        for template in parsed.templates() {
            let span = span_of(template.as_ref().loc().map(|loc| (loc.span.offset(), loc.span.len())));
            self.errors.push(PolicyError::at(
                &source.name,
                &source.text,
                span,
                "a policy with slots (`?principal`, `?resource`) is never linked",
                "write the principal and the resource themselves",
            ));
        }
        let mut named = CedarSet::new();
        for policy in parsed.policies() {
            let Some((policy, summary)) = self.policy(source, policy) else {
                // Its types are checked nevertheless: whoever mends it learns of everything at once.
                let _ = named.add(policy.clone());
                continue;
            };
            // The id is new in this set: `policy` refuses those that are taken.
            if named.add(policy.clone()).is_ok() {
                self.policies.push((policy, Arc::new(summary)));
            }
        }
        self.errors.extend(mistyped(source, &validator.validate(&named, ValidationMode::Strict)));
    }

    /// The policy under its own id, with what its annotations say. Errors are pushed.
    fn policy(&mut self, source: &Source, policy: &Policy) -> Option<(Policy, PolicySummary)> {
        let span = span_of(policy.as_ref().loc().map(|loc| (loc.span.offset(), loc.span.len())));
        let before = self.errors.len();
        for (name, _) in policy.annotations() {
            if !ANNOTATIONS.contains(&name) {
                let help = match nearest(name, ANNOTATIONS.iter().copied()) {
                    Some(known) => format!("did you mean `@{known}`?"),
                    None => "use `@id`, `@verdict`, `@threats` or `@reason`; write other remarks as comments"
                        .to_owned(),
                };
                self.wrong(source, span, name, format!("unknown annotation `@{name}`"), help);
            }
        }
        let verdict = self.verdict(source, span, policy);
        let threats = self.threats(source, span, policy);
        let place = PolicyError::at(&source.name, &source.text, span, "", "");
        let id = match policy.annotation("id") {
            Some(id) => id.to_owned(),
            None => format!("{}:{}", source.name, place.line),
        };
        self.id(source, span, &id, place.line);
        if self.errors.len() > before {
            return None;
        }
        let summary = PolicySummary {
            id: id.as_str().into(),
            permits: policy.effect() == Effect::Permit,
            verdict,
            threats: threats.into(),
            reason: policy.annotation("reason").unwrap_or(&id).into(),
            source: source.name.as_str().into(),
            line: place.line,
        };
        Some((policy.new_id(PolicyId::new(id)), summary))
    }

    fn id(&mut self, source: &Source, span: Span, id: &str, line: usize) {
        let sound = !id.is_empty() && id.len() <= 128 && !id.chars().any(char::is_control);
        if !sound || id == NOTHING_PERMITS || id == UNASKABLE {
            let message = format!("`@id({id:?})` cannot be the name of a policy");
            self.wrong(
                source,
                span,
                "id",
                message,
                "use a short name of your own, such as `no-mail-at-night`".to_owned(),
            );
            return;
        }
        let here = format!("{}:{line}", source.name);
        if let Some(there) = self.taken.insert(id.to_owned(), here) {
            let message = format!("the policy id `{id}` is taken at {there}");
            self.wrong(source, span, "id", message, "give this policy an `@id` of its own".to_owned());
        }
    }

    fn verdict(&mut self, source: &Source, span: Span, policy: &Policy) -> Verdict {
        let (implied, accepted, effect) = match policy.effect() {
            Effect::Permit => (Verdict::Allow, PERMITTING, "permit"),
            Effect::Forbid => (Verdict::Deny, FORBIDDING, "forbid"),
        };
        let Some(word) = policy.annotation("verdict") else { return implied };
        if let Some(verdict) = accepted.iter().find(|verdict| verdict.as_str() == word) {
            return *verdict;
        }
        let words: Vec<&str> = accepted.iter().map(|verdict| verdict.as_str()).collect();
        let help = match nearest(word, words.iter().copied()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("use one of: {}", words.join(", ")),
        };
        self.wrong(source, span, "verdict", format!("`{word}` is not a verdict of a `{effect}`"), help);
        implied
    }

    fn threats(&mut self, source: &Source, span: Span, policy: &Policy) -> Vec<Threat> {
        let mut threats = Vec::new();
        for word in policy
            .annotation("threats")
            .unwrap_or("")
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            match word.parse::<Threat>() {
                Ok(threat) => threats.push(threat),
                Err(_) => {
                    let help = "see `portcullis threats` for the ids, such as `T05`".to_owned();
                    self.wrong(source, span, "threats", format!("unknown threat `{word}`"), help);
                }
            }
        }
        threats
    }

    /// Something wrong with the annotation `name` of the policy at `span`.
    fn wrong(&mut self, source: &Source, span: Span, name: &str, message: String, help: String) {
        let mark = format!("@{name}");
        let policy = source.text.get(span.start..span.end).unwrap_or("");
        let span = match policy.find(&mark) {
            Some(at) => Span::new(span.start + at, span.start + at + mark.len()),
            None => span,
        };
        self.errors.push(PolicyError::at(&source.name, &source.text, span, message, help));
    }
}

fn span_of(place: Option<(usize, usize)>) -> Span {
    place.map_or(Span::UNKNOWN, |(start, length)| Span::new(start, start + length))
}

/// What the schema has against policies. Of each policy the most exact: an unknown action makes a policy also one that
/// never applies, which is no second mistake.
fn mistyped(source: &Source, result: &ValidationResult) -> Vec<PolicyError> {
    let errors = result
        .validation_errors()
        .map(|error| (error.policy_id(), diagnosed(source, error, Some(error.policy_id()))));
    let warnings = result.validation_warnings().map(|warning| {
        let mut error = diagnosed(source, warning, Some(warning.policy_id()));
        error.help = match warning {
            ValidationWarning::ImpossiblePolicy(_) => "a policy that never applies protects nothing: mend or remove it",
            _ => "a name that looks like another matches nothing: spell it in one alphabet, or use a pattern with `like`",
        }
        .to_owned();
        (warning.policy_id(), error)
    });
    let mut narrowest: HashMap<&PolicyId, usize> = HashMap::new();
    let all: Vec<(&PolicyId, PolicyError)> = errors.chain(warnings).collect();
    for (policy, error) in &all {
        let length = narrowest.entry(policy).or_insert(usize::MAX);
        *length = error.span.len().min(*length);
    }
    let exact = |(policy, error): &(&PolicyId, PolicyError)| {
        let is_whole =
            source.text.get(error.span.start..error.span.end).is_some_and(|text| text.ends_with(';'));
        !is_whole || narrowest.get(policy) == Some(&error.span.len())
    };
    let mut wrong: Vec<PolicyError> = all.into_iter().filter(exact).map(|(_, error)| error).collect();
    wrong.sort_by(|left, right| (left.span, &left.message).cmp(&(right.span, &right.message)));
    // The same place is checked once for every kind of message that the policy is about.
    wrong.dedup_by(|later, earlier| later.span == earlier.span);
    wrong
}

/// What Cedar found, in our form.
fn diagnosed(source: &Source, error: &dyn Diagnostic, policy: Option<&PolicyId>) -> PolicyError {
    let label = error.labels().and_then(|mut labels| labels.next());
    let span = span_of(label.as_ref().map(|label| (label.offset(), label.len())));
    // The place says which policy it is.
    let plain = |text: String| match policy {
        Some(id) => ["for policy `{}`, ", "for policy `{}`: "]
            .iter()
            .fold(text, |text, prefix| text.replace(&prefix.replace("{}", id.as_ref()), "")),
        None => text,
    };
    let message = plain(error.to_string());
    let hint = error
        .help()
        .map(|help| plain(help.to_string()))
        .or_else(|| label.and_then(|label| label.label().map(str::to_owned)));
    let help =
        hint.unwrap_or_else(|| "see docs/reference/policy.md for the names and types that exist".to_owned());
    PolicyError::at(&source.name, &source.text, span, message, help)
}
