//! JSON Schema 2020-12 for arguments, against schemas that a hostile server wrote.
//!
//! A schema is understood once ([`Schema::compile`]) and asked for every call ([`Schema::check`]). Both are bounded:
//! references lead into the schema itself and nowhere else, every step is counted, patterns are matched in linear time
//! and numbers are compared exactly. Whatever exceeds a bound has no answer ([`Unjudged`]), and no answer is no yes.
//!
//! Applicators, assertions, `unevaluated*` and dynamic references are those of 2020-12; `format` and `content*` only
//! describe. Of older drafts, `definitions`, a list of `items` with `additionalItems` and `dependencies` are obeyed.

mod compile;
mod decimal;
mod equality;
mod evaluate;
mod groups;
mod keyword;
mod pattern;
mod place;
mod references;
mod scalars;
mod structure;
mod values;
mod verdict;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use portcullis_model::{Node, Pointer};

use crate::fault::{Fault, Problem};

/// How much work a schema may cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps of one check: about one for each keyword that looks at a value, for 64 bytes of text and for a digit. A
    /// byte of a text that a pattern is searched in takes 4 for each KiB of the compiled pattern. A million steps take
    /// a few milliseconds, and never more than a fraction of a second.
    pub steps: usize,
    /// Subschemas within one another while a value is checked, references included.
    pub depth: usize,
    /// Subschemas that the root reaches.
    pub subschemas: usize,
    /// Different patterns.
    pub patterns: usize,
    /// Bytes that one compiled pattern may take.
    pub pattern_bytes: usize,
    /// Violations that one check lists; at least one.
    pub violations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 1_000_000,
            depth: 200,
            subschemas: 20_000,
            patterns: 100,
            pattern_bytes: 256 << 10,
            violations: 5,
        }
    }
}

/// A schema that was understood. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Schema {
    compiled: Arc<keyword::Compiled>,
}

/// Why a value was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It does not fit; at least one reason.
    Violations(Vec<Violation>),
    /// Nobody can say.
    Unjudged(Unjudged),
}

/// One reason why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where in the value. Names of members are cut after 128 characters.
    pub pointer: Pointer,
    /// The keyword that does not allow it, such as `maxLength`; `false` for a schema that allows nothing.
    pub keyword: &'static str,
    /// What is wrong and what to do, a lower-case fragment. It quotes the schema, and nothing of the value.
    pub message: String,
}

/// Why a value could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unjudged {
    /// The schema takes more steps than [`Limits::steps`].
    Steps,
    /// The schema or the value nests deeper than [`Limits::depth`]; a reference may lead in a circle.
    Depth,
    /// It hangs on a pattern that cannot be matched ([`Schema::unjudged`]).
    Pattern,
    /// It hangs on a number that cannot be compared, such as one with an exponent of ten digits.
    Number,
}

impl Schema {
    /// Understands a schema.
    ///
    /// # Errors
    /// The first fault: a keyword with a value that it cannot have, a reference that leads nowhere or out of the
    /// schema, or more subschemas than the limit.
    pub fn compile(schema: &Node, limits: &Limits) -> Result<Self, Fault> {
        compile::compile(schema, *limits).map(|compiled| Self { compiled: Arc::new(compiled) })
    }

    /// Whether a value fits.
    ///
    /// # Errors
    /// The reasons why it does not, or why nobody can say.
    pub fn check(&self, value: &Node) -> Result<(), Refusal> {
        evaluate::check(&self.compiled, value)
    }

    /// Keywords that are not obeyed, such as the spellings of draft 4.
    #[must_use]
    pub fn remarks(&self) -> &[Problem] {
        &self.compiled.remarks
    }

    /// Patterns that cannot be matched in bounded time and memory: what hangs on one of them is [`Unjudged::Pattern`].
    #[must_use]
    pub fn unjudged(&self) -> &[Problem] {
        &self.compiled.unjudged
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.as_str().is_empty() { "the value" } else { self.pointer.as_str() };
        write!(f, "{place}: {} (`{}`)", self.message, self.keyword)
    }
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unjudged::Steps => "the schema takes too many steps; make it smaller",
            Unjudged::Depth => "schema and value nest too deeply, or a reference leads in a circle; flatten them",
            Unjudged::Pattern => "the schema has a pattern that cannot be matched in bounded time; write it without look-around",
            Unjudged::Number => "a number cannot be compared; write it shorter",
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Unjudged(why) => write!(f, "{why}"),
            Refusal::Violations(violations) => {
                for (index, violation) in violations.iter().enumerate() {
                    if index > 0 {
                        f.write_str("; ")?;
                    }
                    write!(f, "{violation}")?;
                }
                Ok(())
            }
        }
    }
}

impl Error for Unjudged {}

impl Error for Refusal {}
