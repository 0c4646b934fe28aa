//! What was checked of a value on the way to the place that uses it.

use crate::value::{Place, Term, Value};

/// A condition that held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<'a> {
    /// Of which value.
    pub subject: Term<'a>,
    /// What held.
    pub check: Check<'a>,
    /// Where it was checked.
    pub place: Place,
}

/// What held of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check<'a> {
    /// It is one of a fixed set, or equal to a fixed value: none of them comes from an input.
    OneOf,
    /// It is none of these fixed values.
    NoneOf,
    /// It begins with this value.
    StartsWith(Value<'a>),
    /// It does not begin with this value.
    StartsNotWith(Value<'a>),
    /// It ends with this value.
    EndsWith(Value<'a>),
    /// It contains this value.
    Contains(Value<'a>),
    /// It does not contain this value.
    ContainsNot(Value<'a>),
    /// It is a path inside this folder, compared part by part (`is_relative_to`, `commonpath`, `relative_to`).
    Inside(Value<'a>),
    /// A regular expression matched: its source, its flags, and how it was anchored by the function that asked.
    Matches(Pattern),
    /// A regular expression did not match.
    MatchesNot(Pattern),
    /// It is a number.
    Number,
    /// It is the text of an address, private or not.
    Address,
    /// It is a text, and no object with properties of its own.
    Text,
    /// It is an address that is not private, loopback, link-local, or otherwise special. Of an address or host.
    PublicAddress,
    /// It is known to be truthy (an unknown function of it was).
    True,
    /// It is known to be falsy.
    False,
    /// It is equal to this value, which is not fixed.
    Equal(Value<'a>),
}

/// A regular expression that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Its source.
    pub source: String,
    /// Its flags, as the language writes them.
    pub flags: String,
    /// Whether the asking function anchors it: `re.match` at the start, `re.fullmatch` on both sides.
    pub anchored: Anchored,
}

/// Where the asking function anchors a regular expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchored {
    /// Nowhere.
    No,
    /// At the start.
    Start,
    /// On both sides.
    Both,
}
