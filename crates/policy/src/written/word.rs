//! Words that stand for a value, read strictly.

use std::marker::PhantomData;

use portcullis_model::{Confidence, Confidentiality, Integrity, Severity, Threat, Verdict};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::error::nearest;
use crate::question::{Action, Advice, PinState, Transport};

/// Something with a fixed set of words.
pub(super) trait Word: Copy + 'static {
    const WHAT: &'static str;
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($kind:ty: $what:literal, $all:expr, $word:expr;)+) => {
        $(impl Word for $kind {
            const WHAT: &'static str = $what;
            const ALL: &'static [Self] = $all;
            fn word(self) -> &'static str {
                $word(self)
            }
        })+
    };
}

words! {
    Action: "action", Action::ALL, Action::as_str;
    Transport: "transport", Transport::ALL, Transport::as_str;
    Advice: "advice", Advice::ALL, Advice::as_str;
    PinState: "pin state", PinState::ALL, PinState::as_str;
    Integrity: "integrity", &[Integrity::Trusted, Integrity::Outside], Integrity::as_str;
    Confidentiality: "confidentiality",
        &[Confidentiality::Public, Confidentiality::Private, Confidentiality::Secret], Confidentiality::as_str;
    Severity: "severity", Severity::ALL, Severity::as_str;
    Confidence: "confidence", Confidence::ALL, Confidence::as_str;
    Threat: "threat", Threat::ALL, Threat::id;
    Verdict: "verdict",
        &[Verdict::Allow, Verdict::Flag, Verdict::Ask, Verdict::Redact, Verdict::Deny], Verdict::as_str;
}

/// A word read as what it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<T>(pub(super) T);

impl<'de, T: Word> Deserialize<'de> for Of<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WordVisitor(PhantomData))
    }
}

struct WordVisitor<T>(PhantomData<T>);

impl<T: Word> Visitor<'_> for WordVisitor<T> {
    type Value = Of<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the name of a {}", T::WHAT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Of<T>, E> {
        if let Some(found) = T::ALL.iter().find(|known| known.word() == text) {
            return Ok(Of(*found));
        }
        let words: Vec<&str> = T::ALL.iter().map(|known| known.word()).collect();
        Err(E::custom(match nearest(text, words.iter().copied()) {
            Some(known) => format!("`{text}` is no {}; did you mean `{known}`?", T::WHAT),
            None => format!("`{text}` is no {}; use one of: {}", T::WHAT, words.join(", ")),
        }))
    }
}
