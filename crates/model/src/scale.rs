//! The three independent axes of a finding: how bad, how sure, and who wants to hear it.

use std::fmt;
use std::str::FromStr;

macro_rules! scale {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, lowest first.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word used in every format and option.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($text => Ok($name::$variant),)+
                    _ => Err(UnknownWord { expected: concat!($($text, " "),+) }),
                }
            }
        }
    };
}

/// A word that is not on the scale; `expected` lists those that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// The accepted words, separated by spaces.
    pub expected: &'static str,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected one of: {}", self.expected.trim_end())
    }
}

impl std::error::Error for UnknownWord {}

scale! {
    /// How much harm follows if the finding is true.
    Severity {
        /// Worth knowing; nothing to do.
        Info = "info",
        /// Weakens a defence that others still hold.
        Low = "low",
        /// Dangerous together with something else that is common.
        Medium = "medium",
        /// Dangerous by itself.
        High = "high",
        /// An attack, or an open door that needs no further step.
        Critical = "critical",
    }
}

scale! {
    /// How likely the finding is true.
    Confidence {
        /// A hint.
        Low = "low",
        /// More likely than not.
        Medium = "medium",
        /// Wrong only in unusual cases.
        High = "high",
        /// A fact of the evidence, not a judgement.
        Certain = "certain",
    }
}

scale! {
    /// Who wants to hear it. The default is [`Audience::Regular`]; each further audience also hears the earlier ones.
    Audience {
        /// Everybody: worth interrupting a developer for.
        Regular = "regular",
        /// Those who want every weakness named.
        Pedantic = "pedantic",
        /// Those who review by hand and want every hint.
        Auditor = "auditor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_as_its_value() {
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().parse::<Severity>().as_ref(), Ok(severity));
        }
        assert!("urgent".parse::<Severity>().is_err());
        assert!(Severity::Info < Severity::Critical);
    }
}
