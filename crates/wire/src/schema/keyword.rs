//! A schema after it was understood: what is left to do for a value.

use std::collections::{HashMap, HashSet};

use portcullis_model::{Node, Value};

use super::decimal::Decimal;
use super::pattern::Pattern;
use super::{Limits, Problem};

/// Which subschema: an index into [`Compiled::subs`].
pub(super) type Id = usize;

/// All subschemas that the root reaches.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) subs: Vec<Sub>,
    /// For each schema resource (the document, and each part with an `$id`), its dynamic anchors.
    pub(super) dynamic_anchors: Vec<HashMap<Box<str>, Id>>,
    /// Whether some subschema asks which members were looked at.
    pub(super) asks_for_unevaluated: bool,
    pub(super) limits: Limits,
    pub(super) remarks: Vec<Problem>,
    pub(super) unjudged: Vec<Problem>,
}

/// One subschema.
#[derive(Debug, Default)]
pub(super) struct Sub {
    /// In the order in which they are looked at: cheap ones first, `unevaluated*` last.
    pub(super) keywords: Vec<Keyword>,
    /// The resource it belongs to.
    pub(super) resource: usize,
}

/// One keyword, or several that need one another.
#[derive(Debug)]
pub(super) enum Keyword {
    /// The schema `false`.
    Never,
    Type(Types),
    /// The keys of the values that are allowed ([`super::equality::key`]), and how a message shows them.
    OneOfThese {
        name: &'static str,
        keys: HashSet<String>,
        shown: String,
    },
    Bound(Bound, Decimal, Box<str>),
    MultipleOf(Decimal, Box<str>),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Judge),
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    MinProperties(u64),
    MaxProperties(u64),
    Required(Vec<Box<str>>),
    /// Whoever has the first needs the others. With the name of the keyword.
    DependentRequired(&'static str, Vec<(Box<str>, Vec<Box<str>>)>),
    DependentSchemas(Vec<(Box<str>, Id)>),
    PropertyNames(Id),
    Members(Members),
    Elements(Elements),
    Contains {
        what: Id,
        least: u64,
        most: Option<u64>,
    },
    Ref(Id),
    /// Where the reference leads at first, and the dynamic anchor that may lead elsewhere.
    DynamicRef(Id, Box<str>),
    AllOf(Vec<Id>),
    AnyOf(Vec<Id>),
    OneOf(Vec<Id>),
    Not(Id),
    If {
        test: Id,
        then: Option<Id>,
        otherwise: Option<Id>,
    },
    UnevaluatedItems(Id),
    UnevaluatedProperties(Id),
}

impl Keyword {
    /// When it is looked at.
    pub(super) const fn stage(&self) -> u8 {
        match self {
            Keyword::Never | Keyword::Type(_) => 0,
            Keyword::OneOfThese { .. } | Keyword::Required(_) => 1,
            Keyword::Members(_) | Keyword::Elements(_) => 3,
            Keyword::Contains { .. }
            | Keyword::DependentSchemas(_)
            | Keyword::Ref(_)
            | Keyword::DynamicRef(..) => 4,
            Keyword::AllOf(_)
            | Keyword::AnyOf(_)
            | Keyword::OneOf(_)
            | Keyword::Not(_)
            | Keyword::If { .. } => 5,
            Keyword::UnevaluatedItems(_) | Keyword::UnevaluatedProperties(_) => 6,
            _ => 2,
        }
    }
}

/// How a number is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Minimum,
    Maximum,
    ExclusiveMinimum,
    ExclusiveMaximum,
}

/// A pattern, or one that cannot be matched.
#[derive(Debug, Clone)]
pub(super) enum Judge {
    Pattern(Pattern, Box<str>),
    CannotBeJudged,
}

/// `properties`, `patternProperties` and `additionalProperties`.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// Sorted by name.
    pub(super) named: Vec<(Box<str>, Id)>,
    pub(super) patterns: Vec<(Judge, Id)>,
    pub(super) others: Option<Id>,
}

/// `prefixItems` and `items`, or `items` and `additionalItems` as before 2020.
#[derive(Debug, Default)]
pub(super) struct Elements {
    pub(super) first: Vec<Id>,
    pub(super) rest: Option<Id>,
    /// The keyword that `rest` came from.
    pub(super) rest_name: &'static str,
}

/// The names of types, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NONE: Self = Self(0);
    const NAMES: [(&'static str, &'static str); 7] = [
        ("null", "null"),
        ("boolean", "a truth value"),
        ("number", "a number"),
        ("integer", "a whole number"),
        ("string", "a text"),
        ("array", "a list"),
        ("object", "an object"),
    ];

    /// With one more type. None when there is no such type.
    pub(super) fn with(self, name: &str) -> Option<Self> {
        let index = Self::NAMES.iter().position(|(known, _)| *known == name)?;
        Some(Self(self.0 | 1 << index))
    }

    fn has(self, name: &str) -> bool {
        Self::NAMES.iter().enumerate().any(|(index, (known, _))| *known == name && self.0 & (1 << index) != 0)
    }

    /// Whether the value is of one of the types. None for a number of which nobody can say whether it is whole.
    pub(super) fn fit(self, node: &Node) -> Option<bool> {
        Some(match &node.value {
            Value::Null => self.has("null"),
            Value::Bool(_) => self.has("boolean"),
            Value::Number(_) if self.has("number") => true,
            Value::Number(spelling) => self.has("integer") && Decimal::read(spelling)?.is_integer(),
            Value::Text(_) => self.has("string"),
            Value::List(_) => self.has("array"),
            Value::Map(_) => self.has("object"),
        })
    }

    /// The types as words.
    pub(super) fn shown(self) -> String {
        let words = Self::NAMES.iter().enumerate().filter(|(index, _)| self.0 & (1 << index) != 0);
        words.map(|(_, (_, words))| *words).collect::<Vec<_>>().join(" or ")
    }
}
