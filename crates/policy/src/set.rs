//! A set of policies, and the decision.

use std::cmp::Reverse;
use std::fmt;
use std::sync::{Arc, LazyLock};

use cedar_policy::{EvalResult, Expression, Policy, Schema, Validator};
use cedar_policy_core::ast::SlotEnv;
use cedar_policy_core::evaluator::Evaluator;
use cedar_policy_core::extensions::Extensions;
use portcullis_model::{Threat, Verdict};
use sha2::{Digest, Sha256};

use crate::decision::{Decision, NOTHING_PERMITS, Reason, UNASKABLE};
use crate::error::{PolicyError, PolicyErrors};
use crate::facts::{Facts, Vocabulary};
use crate::load::{self, Defaults, Source};
use crate::needs::Needs;
use crate::question::{Action, Question};
use crate::recall::{self, Recall};
use crate::{DEFAULT_POLICIES, SCHEMA};

/// A policy without its conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySummary {
    /// Its `@id`, or `SOURCE:LINE` when it has none.
    pub id: Arc<str>,
    /// True for `permit`, false for `forbid`.
    pub permits: bool,
    /// What it demands when it applies.
    pub verdict: Verdict,
    /// The threats it stands against.
    pub threats: Arc<[Threat]>,
    /// Its `@reason`, or its id.
    pub reason: Arc<str>,
    /// The source it stands in.
    pub source: Arc<str>,
    /// The line it starts at, from 1.
    pub line: usize,
}

/// Policies that were checked and decide together.
pub struct PolicySet {
    vocabulary: &'static Vocabulary,
    pub(crate) rules: Vec<Rule>,
    /// For each kind of message, in the order of [`Action::ALL`].
    by_action: Vec<Concerning>,
    revision: Arc<str>,
}

/// What concerns one kind of message.
struct Concerning {
    /// The rules whose scope admits it.
    rules: Vec<usize>,
    /// What they can see of a question.
    needs: Needs,
    /// What they said before.
    recall: Recall,
}

/// A policy that was read.
pub(crate) struct Rule {
    pub(crate) summary: Arc<PolicySummary>,
    pub(crate) policy: Policy,
    /// Scope and conditions as one expression. Cedar's authorizer makes it anew for every policy of every request, which
    /// takes longer than evaluating it; a test compares the two.
    condition: Expression,
}

/// The schema, read once: as that against which policies are checked, and as the names that questions use.
static KNOWN: LazyLock<Result<(Validator, Vocabulary), String>> = LazyLock::new(|| {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(|error| error.to_string())?;
    let vocabulary = Vocabulary::of(&schema)?;
    Ok((Validator::new(schema), vocabulary))
});

/// The name of the default policies in errors and summaries.
const DEFAULT_NAME: &str = "default.cedar";

impl PolicySet {
    /// Reads policies; the default ones stand before `sources` unless they are replaced.
    ///
    /// # Errors
    /// Everything that is wrong with any of the sources. A set with an error does not come to be.
    pub fn load(sources: &[Source], defaults: Defaults) -> Result<Self, PolicyErrors> {
        let mut all = Vec::with_capacity(sources.len() + 1);
        if defaults == Defaults::Kept {
            all.push(Source { name: DEFAULT_NAME.to_owned(), text: DEFAULT_POLICIES.to_owned() });
        }
        all.extend_from_slice(sources);
        let broken = |message: String| {
            PolicyErrors::one(PolicyError::of_source(
                "portcullis.cedarschema",
                message,
                "install Portcullis again",
            ))
        };
        let (validator, vocabulary) = KNOWN.as_ref().map_err(|message| broken(message.clone()))?;
        let loaded = load::load(&all, validator)?;
        let rule = |(policy, summary): (Policy, Arc<PolicySummary>)| {
            let condition = Expression::from(policy.as_ref().condition());
            Rule { summary, policy, condition }
        };
        let rules: Vec<Rule> = loaded.policies.into_iter().map(rule).collect();
        let concerning = |action: &Action| {
            let concerns = |rule: &Rule| vocabulary.admits(&rule.policy.action_constraint(), *action);
            let concerned = || rules.iter().enumerate().filter(|(_, rule)| concerns(rule));
            let needs = Needs::of(concerned().map(|(_, rule)| rule.condition.as_ref()));
            Concerning { rules: concerned().map(|(at, _)| at).collect(), needs, recall: Recall::default() }
        };
        let by_action = Action::ALL.iter().map(concerning).collect();
        Ok(Self { vocabulary, rules, by_action, revision: revision(&all) })
    }

    /// `sha256:` and the digest of the schema and all sources: another revision may decide otherwise.
    #[must_use]
    pub fn revision(&self) -> &Arc<str> {
        &self.revision
    }

    /// The policies, in the order of their sources.
    pub fn policies(&self) -> impl Iterator<Item = &PolicySummary> {
        self.rules.iter().map(|rule| rule.summary.as_ref())
    }

    /// What may happen. Total: whatever goes wrong on the way is a denial that says so.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        let mut reasons = self.said(question);
        reasons.sort_by_key(|reason| Reverse(reason.verdict));
        let demanded = reasons.iter().map(|reason| match reason.verdict {
            Verdict::Ask if question.approved => Verdict::Allow,
            verdict => verdict,
        });
        let verdict = demanded.max().unwrap_or(Verdict::Deny);
        // What is forbidden in any degree needs no mention of what would have permitted it.
        let first = reasons.first().map_or(Verdict::Deny, |reason| reason.verdict);
        if first > Verdict::Allow {
            reasons.retain(|reason| reason.verdict > Verdict::Allow);
        }
        Decision { verdict, reasons, revision: self.revision.clone(), approved: question.approved }
    }

    /// The whole question in Cedar's terms, or why it has none.
    pub(crate) fn facts(&self, question: &Question<'_>) -> Result<Facts, String> {
        self.vocabulary.facts(question, &Needs::ALL)
    }

    /// What the policies that concern the question can see of it.
    fn needed(&self, question: &Question<'_>) -> Result<Facts, String> {
        let needs = self.concerning(question.action).map_or(&Needs::ALL, |concerning| &concerning.needs);
        self.vocabulary.facts(question, needs)
    }

    /// What the policies say, or said before to what they cannot tell from this.
    fn said(&self, question: &Question<'_>) -> Vec<Reason> {
        let concerning = self.concerning(question.action);
        let seen = concerning.and_then(|concerning| recall::seen(question, &concerning.needs));
        let before = |(concerning, seen): (&Concerning, &Vec<u8>)| concerning.recall.said(seen);
        if let Some(reasons) = concerning.zip(seen.as_ref()).and_then(before) {
            return reasons;
        }
        match self.needed(question) {
            Ok(facts) => {
                let (reasons, sound) = self.reasons(question.action, &facts);
                if let (Some((concerning, seen)), true) = (concerning.zip(seen), sound) {
                    concerning.recall.keep(seen, &reasons);
                }
                reasons
            }
            Err(because) => vec![built_in(UNASKABLE, because)],
        }
    }

    fn concerning(&self, action: Action) -> Option<&Concerning> {
        Action::ALL.iter().position(|known| *known == action).and_then(|at| self.by_action.get(at))
    }

    /// What applies, and whether every policy could be evaluated.
    fn reasons(&self, action: Action, facts: &Facts) -> (Vec<Reason>, bool) {
        let (mut reasons, mut sound) = (Vec::new(), true);
        let mut permitted = false;
        let (request, entities) = (facts.request.as_ref().clone(), facts.entities.as_ref());
        let evaluator = Evaluator::new(request, entities, Extensions::all_available());
        // Policies have no slots: templates are refused.
        let slots = SlotEnv::new();
        let concerning = self.concerning(action).map(|concerning| &concerning.rules);
        for rule in concerning.into_iter().flatten().filter_map(|at| self.rules.get(*at)) {
            match evaluator.interpret(rule.condition.as_ref(), &slots).map(EvalResult::from) {
                Ok(EvalResult::Bool(false)) => {}
                Ok(EvalResult::Bool(true)) => {
                    permitted |= rule.summary.permits;
                    reasons.push(rule.reason(rule.summary.verdict, rule.summary.reason.clone()));
                }
                Ok(other) => {
                    sound = false;
                    reasons.push(rule.failed(&format!("it is no truth value but `{other}`")));
                }
                Err(error) => {
                    sound = false;
                    reasons.push(rule.failed(&error));
                }
            }
        }
        if !permitted {
            reasons.push(built_in(NOTHING_PERMITS, "no policy permits this".to_owned()));
        }
        (reasons, sound)
    }
}

impl Rule {
    fn reason(&self, verdict: Verdict, text: Arc<str>) -> Reason {
        Reason { policy: self.summary.id.clone(), verdict, threats: self.summary.threats.clone(), text }
    }

    fn failed(&self, why: &dyn fmt::Display) -> Reason {
        self.reason(Verdict::Deny, format!("the policy cannot be evaluated, which denies: {why}").into())
    }
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySet")
            .field("revision", &self.revision)
            .field("policies", &self.rules.len())
            .finish_non_exhaustive()
    }
}

fn built_in(policy: &str, text: String) -> Reason {
    Reason { policy: policy.into(), verdict: Verdict::Deny, threats: Arc::default(), text: text.into() }
}

/// Every length stands before its bytes, so that no two lists of sources have the same digest.
fn revision(sources: &[Source]) -> Arc<str> {
    let mut digest = Sha256::new();
    let mut part = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    part(SCHEMA.as_bytes());
    for source in sources {
        part(source.name.as_bytes());
        part(source.text.as_bytes());
    }
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}").into()
}

#[cfg(test)]
mod tests {
    use cedar_policy::{Authorizer, Entities, PolicySet as CedarSet, Request};
    use portcullis_model::{Confidence, Integrity, Label, Severity};

    use super::*;
    use crate::question::{Advice, Findings, Flow, Labels, PinState, Principal, Server, Tool};

    /// Questions that differ in everything that the default policies look at.
    fn questions(ask: &mut dyn FnMut(&Question<'_>)) {
        let tools = [
            Tool::default(),
            Tool { name: "t", sends: true, ..Tool::default() },
            Tool { deletes: true, ..Tool::default() },
        ];
        let worst =
            [None, Some((Severity::High, Confidence::Low)), Some((Severity::Critical, Confidence::Certain))];
        let labels = [Integrity::Trusted, Integrity::Outside]
            .map(|integrity| Labels { label: Label { integrity, ..Label::default() }, sources: &["a/b"] });
        for number in 0..10 * 3 * 3 * 2 * 3 * 5 * 4 {
            let mut rest = number;
            let mut digit = |base: usize| {
                let digit = rest % base;
                rest /= base;
                digit
            };
            let server = Server { name: "s", ..Server::default() };
            let principal = Principal { groups: &["g"], ..Principal::default() };
            let mut question = Question::new(Action::ALL[digit(10)], principal, server);
            question.tool = Some(tools[digit(3)]);
            question.findings = Findings { worst: worst[digit(3)], ..Findings::default() };
            question.labels = labels[digit(2)];
            question.flow = Flow { advice: Advice::ALL[digit(3)], because: &[] };
            question.pin = PinState::ALL[digit(5)];
            question.secrets = digit(2) as u64;
            question.asks_for_secret = digit(2) == 1;
            question.method = if question.asks_for_secret { "sampling/createMessage" } else { "tools/call" };
            ask(&question);
        }
    }

    /// What Cedar's own authorizer says: the policies that apply or err.
    fn authorized(
        rules: &[Rule],
        permits: bool,
        request: &Request,
        entities: &Entities,
    ) -> (Vec<String>, usize) {
        let mut set = CedarSet::new();
        for rule in rules.iter().filter(|rule| rule.summary.permits == permits) {
            set.add(rule.policy.clone()).unwrap();
        }
        let response = Authorizer::new().is_authorized(request, &set, entities);
        let diagnostics = response.diagnostics();
        (diagnostics.reason().map(ToString::to_string).collect(), diagnostics.errors().count())
    }

    #[test]
    fn conditions_that_are_kept_say_what_cedars_authorizer_says() {
        let own = r#"@id("group") forbid (principal in Group::"g", action in Action::"inbound", resource) when { context.secrets > 0 };
            @id("tool") @verdict("flag") permit (principal, action, resource == Tool::"s/t");
            @id("either") forbid (principal, action in [Action::"list", Action::"call_tool"], resource in Server::"s")
            unless { context.labels.integrity == Integrity::"trusted" };
            @id("errs") forbid (principal, action == Action::"complete", resource)
            when { context.secrets * 9223372036854775807 + 1 == 0 };"#;
        let own = Source { name: "own.cedar".to_owned(), text: own.to_owned() };
        let set = PolicySet::load(&[own], Defaults::Kept).unwrap();
        let mut asked = 0;
        let mut failed = 0;
        questions(&mut |question| {
            let facts = set.facts(question).unwrap();
            let (mut expected, mut errors) = authorized(&set.rules, true, &facts.request, &facts.entities);
            let forbidding = authorized(&set.rules, false, &facts.request, &facts.entities);
            expected.extend(forbidding.0);
            errors += forbidding.1;
            expected.sort();
            // Cedar is asked with everything, we ask with what is needed.
            let (reasons, _) = set.reasons(question.action, &set.needed(question).unwrap());
            // What was said before is what is said, first and again.
            assert_eq!((set.said(question), set.said(question)), (reasons.clone(), reasons.clone()));
            let is_failure = |reason: &&Reason| reason.text.contains("cannot be evaluated");
            let mut said: Vec<String> = reasons
                .iter()
                .filter(|reason| !is_failure(reason))
                .map(|reason| reason.policy.to_string())
                .collect();
            said.sort();
            assert_eq!((said, reasons.iter().filter(is_failure).count()), (expected, errors), "{question:?}");
            asked += 1;
            failed += errors;
        });
        assert!(asked > 10_000 && failed > 100, "{asked} {failed}");
    }

    #[test]
    fn what_questions_become_is_what_the_schema_declares() {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
        let set = PolicySet::load(&[], Defaults::Kept).unwrap();
        let mut asked = 0;
        questions(&mut |question| {
            asked += 1;
            if asked % 7 != 0 {
                return;
            }
            let Facts { request, entities } = set.facts(question).unwrap();
            let named = |uid: Option<&cedar_policy::EntityUid>| uid.cloned().unwrap();
            Request::new(
                named(request.principal()),
                named(request.action()),
                named(request.resource()),
                request.context().cloned().unwrap(),
                Some(&schema),
            )
            .unwrap();
            Entities::from_entities(entities, Some(&schema)).unwrap();
        });
    }
}
