//! Which rules speak, and to whom.

use std::fmt;

use portcullis_model::{Audience, Confidence, Finding};

use crate::rules::RULES;

/// What the user asked to hear.
#[derive(Debug, Clone)]
pub struct Selection {
    enabled: Vec<bool>,
    min_confidence: Confidence,
    audience: Audience,
}

/// A selection that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectionError {
    /// No rule has this id; the nearest one is named.
    UnknownRule {
        /// What was asked for.
        id: String,
        /// The nearest known id.
        nearest: &'static str,
    },
    /// No rule is left: nothing would be looked at, so nothing could be called clean.
    NoRules,
}

impl fmt::Display for SelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectionError::UnknownRule { id, nearest } => {
                write!(
                    f,
                    "there is no rule `{id}`; did you mean `{nearest}`? `portcullis rules` lists them all"
                )
            }
            SelectionError::NoRules => f.write_str(
                "no rule is selected, so nothing would be looked at; loosen `--select` or `--ignore`",
            ),
        }
    }
}

impl std::error::Error for SelectionError {}

impl Default for Selection {
    fn default() -> Self {
        Self {
            enabled: vec![true; RULES.len()],
            min_confidence: Confidence::Low,
            audience: Audience::Regular,
        }
    }
}

impl Selection {
    /// Selects by id: `select` empty means all rules; `ignore` takes away.
    ///
    /// # Errors
    /// An id that no rule has, or nothing left to run.
    pub fn new(
        select: &[String],
        ignore: &[String],
        min_confidence: Confidence,
        audience: Audience,
    ) -> Result<Self, SelectionError> {
        for id in select.iter().chain(ignore) {
            if !RULES.iter().any(|rule| rule.id.as_str() == id) {
                return Err(SelectionError::UnknownRule { id: id.clone(), nearest: nearest_rule(id) });
            }
        }
        let named = |list: &[String], id: &str| list.iter().any(|entry| entry == id);
        let enabled: Vec<bool> = RULES
            .iter()
            .map(|rule| {
                (select.is_empty() || named(select, rule.id.as_str())) && !named(ignore, rule.id.as_str())
            })
            .collect();
        if !enabled.contains(&true) {
            return Err(SelectionError::NoRules);
        }
        Ok(Self { enabled, min_confidence, audience })
    }

    pub(crate) fn runs(&self, index: usize) -> bool {
        self.enabled.get(index).copied().unwrap_or(false)
    }

    pub(crate) fn hears(&self, finding: &Finding) -> bool {
        finding.confidence >= self.min_confidence && finding.audience <= self.audience
    }
}

/// The rule id that shares the longest run of leading characters, so that a typing error is corrected.
#[must_use]
pub fn nearest_rule(id: &str) -> &'static str {
    let shared = |known: &str| known.chars().zip(id.chars()).take_while(|(a, b)| a == b).count();
    RULES.iter().max_by_key(|rule| shared(rule.id.as_str())).map_or("", |rule| rule.id.as_str())
}
