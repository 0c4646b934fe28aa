//! What is thought of a call, and why.

use portcullis_model::{Label, Pointer, Threat, Verdict};

/// What is thought of one call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// The labels of everything that the arguments are made of.
    pub label: Label,
    /// What the evidence advises. Never [`Verdict::Redact`].
    pub advice: Verdict,
    /// The sum of the evidence, in hundredths; from [`Assessment::ASK`] on a person should decide.
    pub score: i32,
    /// The evidence, heaviest first, in words for people.
    pub because: Vec<Link>,
    /// The threats that the evidence speaks of, each once.
    pub threats: Vec<Threat>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What kind of evidence.
    pub part: Part,
    /// What it adds to the score, in hundredths; below zero where it speaks for the call.
    pub weight: i32,
    /// The argument it is about.
    pub argument: Option<Pointer>,
    /// The number of the result it came from, counted from 1 in the session.
    pub result: Option<u64>,
    /// A sentence for people. Secrets and long content are never in it.
    pub words: String,
}

/// The kinds of evidence. Each has a weight in `data/weights.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A text from outside asks for what the call does.
    OutsideAsks,
}
