//! What follows from findings.

use std::fmt;

/// What may happen. Ordered from the most to the least permissive; no answer means [`Verdict::Deny`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Verdict {
    /// Nothing speaks against it.
    Allow,
    /// It may pass, and a person should know.
    Flag,
    /// A person decides first.
    Ask,
    /// It may pass with parts removed.
    Redact,
    /// It may not pass.
    #[default]
    Deny,
}

impl Verdict {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Flag => "flag",
            Verdict::Ask => "ask",
            Verdict::Redact => "redact",
            Verdict::Deny => "deny",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
