//! A set of policies, and the decision.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use cedar_policy::{Authorizer, Diagnostics, PolicyId, PolicySet as CedarSet, Schema};
use portcullis_model::{Threat, Verdict};
use sha2::{Digest, Sha256};

use crate::decision::{Decision, NOTHING_PERMITS, Reason, UNASKABLE};
use crate::error::{PolicyError, PolicyErrors};
use crate::facts::{Facts, Vocabulary};
use crate::load::{self, Defaults, Source};
use crate::question::Question;
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
    vocabulary: Vocabulary,
    authorizer: Authorizer,
    /// Cedar does not say whether anything permits when something forbids: both are asked for themselves.
    pub(crate) permits: CedarSet,
    pub(crate) forbids: CedarSet,
    pub(crate) summaries: Vec<Arc<PolicySummary>>,
    by_id: HashMap<Arc<str>, usize>,
    revision: Arc<str>,
}

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
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(|error| broken(error.to_string()))?;
        let vocabulary = Vocabulary::of(&schema).map_err(broken)?;
        let loaded = load::load(&all, &schema)?;
        let (mut permits, mut forbids) = (CedarSet::new(), CedarSet::new());
        let mut summaries = Vec::with_capacity(loaded.policies.len());
        for (policy, summary) in loaded.policies {
            let set = if summary.permits { &mut permits } else { &mut forbids };
            set.add(policy).map_err(|error| broken(error.to_string()))?;
            summaries.push(summary);
        }
        let by_id = summaries.iter().enumerate().map(|(at, summary)| (summary.id.clone(), at)).collect();
        let authorizer = Authorizer::new();
        Ok(Self { vocabulary, authorizer, permits, forbids, summaries, by_id, revision: revision(&all) })
    }

    /// `sha256:` and the digest of the schema and all sources: another revision may decide otherwise.
    #[must_use]
    pub fn revision(&self) -> &Arc<str> {
        &self.revision
    }

    /// The policies, in the order of their sources.
    pub fn policies(&self) -> impl Iterator<Item = &PolicySummary> {
        self.summaries.iter().map(AsRef::as_ref)
    }

    /// What may happen. Total: whatever goes wrong on the way is a denial that says so.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        let mut reasons = match self.facts(question) {
            Ok(facts) => self.reasons(&facts),
            Err(because) => vec![built_in(UNASKABLE, because)],
        };
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

    /// The question in Cedar's terms, or why it has none.
    pub(crate) fn facts(&self, question: &Question<'_>) -> Result<Facts, String> {
        self.vocabulary.facts(question)
    }

    fn reasons(&self, facts: &Facts) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let forbidden = self.authorizer.is_authorized(&facts.request, &self.forbids, &facts.entities);
        self.applied(forbidden.diagnostics(), &mut reasons);
        let permitted = self.authorizer.is_authorized(&facts.request, &self.permits, &facts.entities);
        self.applied(permitted.diagnostics(), &mut reasons);
        if permitted.diagnostics().reason().next().is_none() {
            reasons.push(built_in(NOTHING_PERMITS, "no policy permits this".to_owned()));
        }
        reasons
    }

    /// The policies that applied, in their order, and those that could not be evaluated.
    fn applied(&self, diagnostics: &Diagnostics, reasons: &mut Vec<Reason>) {
        let mut at: Vec<usize> = diagnostics.reason().filter_map(|id| self.place_of(id)).collect();
        at.sort_unstable();
        reasons.extend(at.into_iter().filter_map(|at| self.summaries.get(at)).map(|summary| Reason {
            policy: summary.id.clone(),
            verdict: summary.verdict,
            threats: summary.threats.clone(),
            text: summary.reason.clone(),
        }));
        for error in diagnostics.errors() {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            let id: &str = error.policy_id().as_ref();
            let summary = self.place_of(error.policy_id()).and_then(|at| self.summaries.get(at));
            reasons.push(Reason {
                policy: id.into(),
                verdict: Verdict::Deny,
                threats: summary.map(|summary| summary.threats.clone()).unwrap_or_default(),
                text: format!("the policy cannot be evaluated, which denies: {}", error.inner()).into(),
            });
        }
    }

    fn place_of(&self, policy: &PolicyId) -> Option<usize> {
        let id: &str = policy.as_ref();
        self.by_id.get(id).copied()
    }
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySet")
            .field("revision", &self.revision)
            .field("policies", &self.summaries.len())
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
