//! What was checked of a value on the way to the place that uses it.

use std::ops::Deref;
use std::rc::Rc;

use crate::value::{Place, Term, Value};

/// A condition that held. Shared: facts are copied with every way that the program may take.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
    /// The id of the subject: most facts that are compared are about different values.
    subject: u32,
    data: Rc<FactData<'a>>,
}

/// What a condition says.
#[derive(Debug, PartialEq, Eq)]
pub struct FactData<'a> {
    /// Of which value.
    pub subject: Term<'a>,
    /// What held.
    pub check: Check<'a>,
    /// Where it was checked.
    pub place: Place,
}

impl<'a> Fact<'a> {
    /// A condition that held of a value, checked at a place.
    #[must_use]
    pub fn new(subject: Term<'a>, check: Check<'a>, place: Place) -> Self {
        Self { subject: subject.id(), data: Rc::new(FactData { subject, check, place }) }
    }

    /// The id of the value that it is about.
    #[must_use]
    pub const fn about(&self) -> u32 {
        self.subject
    }

    /// Whether it is the very same, checked once.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.data, &other.data)
    }
}

impl<'a> Deref for Fact<'a> {
    type Target = FactData<'a>;

    fn deref(&self) -> &FactData<'a> {
        &self.data
    }
}

impl PartialEq for Fact<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.subject == other.subject && (Rc::ptr_eq(&self.data, &other.data) || self.data == other.data)
    }
}

impl Eq for Fact<'_> {}

/// What was checked on a way of the program. Shared: it goes with the way, and with every value that the way gives.
#[derive(Debug, Clone, Default)]
pub struct Checked<'a>(Option<Rc<[Fact<'a>]>>);

impl<'a> Checked<'a> {
    /// Nothing was checked.
    pub const NOTHING: Self = Self(None);

    /// The first of it, so many at most.
    #[must_use]
    pub fn first(&self, most: usize) -> Self {
        match self.get(..most) {
            Some(fewer) if fewer.len() < self.len() => Self::from(fewer),
            _ => self.clone(),
        }
    }
}

impl<'a> Deref for Checked<'a> {
    type Target = [Fact<'a>];

    fn deref(&self) -> &[Fact<'a>] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl<'a> From<&[Fact<'a>]> for Checked<'a> {
    fn from(facts: &[Fact<'a>]) -> Self {
        Self((!facts.is_empty()).then(|| Rc::from(facts)))
    }
}

impl<'a> From<Vec<Fact<'a>>> for Checked<'a> {
    fn from(facts: Vec<Fact<'a>>) -> Self {
        Self((!facts.is_empty()).then(|| Rc::from(facts)))
    }
}

impl PartialEq for Checked<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const **self, &raw const **other) || **self == **other
    }
}

impl Eq for Checked<'_> {}

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
    /// This holds where an operator set the server up so, and not otherwise: `if root is not None: keep_inside(path, root)`.
    Configured(Box<Check<'a>>),
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
