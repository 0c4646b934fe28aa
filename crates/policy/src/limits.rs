//! Bounds on policy texts, checked before anything parses them.
//!
//! The parser and the evaluator of policies recurse. A text that nests deeper than any person writes is refused here by a
//! walk over its characters that cannot recurse.

use crate::error::PolicyError;
use crate::tokens::{Token, tokens};

/// Sources of one set.
pub(crate) const SOURCES: usize = 64;
/// Bytes of one source.
pub(crate) const SOURCE_BYTES: usize = 256 * 1024;
/// Policies of one set.
pub(crate) const POLICIES: usize = 1_000;
/// Brackets within brackets, and `if` within a policy.
const NESTING: usize = 32;
/// Words and operators of one policy. Text in quotes and commas are free, so that long lists of names are not bounded by it.
const TOKENS: usize = 4_000;

/// Refuses a text that is too long, nests too deep, or holds a policy that is too long.
pub(crate) fn check(source: &str, text: &str) -> Result<(), PolicyError> {
    if text.len() > SOURCE_BYTES {
        let message = format!("{} bytes of policies are more than {SOURCE_BYTES}", text.len());
        return Err(PolicyError::of_source(source, message, "split the file"));
    }
    let mut walk = Walk::default();
    for (span, token) in tokens(text) {
        match token {
            Token::Text => {}
            Token::Word(word) => walk.word(word),
            Token::Sign(sign) => walk.sign(sign),
        }
        let message = if walk.depth + walk.branches > NESTING {
            format!("the policy nests deeper than {NESTING} levels")
        } else if walk.tokens > TOKENS {
            format!("the policy is longer than {TOKENS} words and operators")
        } else {
            continue;
        };
        return Err(PolicyError::at(source, text, span, message, "split it into several policies"));
    }
    Ok(())
}

/// What was met in the present policy.
#[derive(Default)]
struct Walk {
    depth: usize,
    branches: usize,
    tokens: usize,
}

impl Walk {
    fn word(&mut self, word: &str) {
        self.tokens += 1;
        self.branches += usize::from(word == "if");
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '(' | '[' | '{' => {
                self.depth += 1;
                self.tokens += 1;
            }
            ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
            ';' => *self = Self::default(),
            ',' => {}
            _ => self.tokens += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_and_long_policies_are_refused_before_they_are_parsed() {
        let nested = format!(
            "permit (principal, action, resource) when {{ {}1 == 1{} }};",
            "(".repeat(40),
            ")".repeat(40)
        );
        assert!(check("a", &nested).unwrap_err().message.contains("nests deeper"));
        let branches = format!(
            "permit (principal, action, resource) when {{ {} true }};",
            "if true then true else ".repeat(40)
        );
        assert!(check("a", &branches).unwrap_err().message.contains("nests deeper"));
        let chain =
            format!("permit (principal, action, resource) when {{ true{} }};", " && true".repeat(2_000));
        assert!(check("a", &chain).unwrap_err().message.contains("longer than"));
        assert!(check("a", &"x".repeat(SOURCE_BYTES + 1)).is_err());
    }

    #[test]
    fn texts_and_comments_do_not_count_and_every_policy_counts_for_itself() {
        assert_eq!(check("a", &format!("// {}\n", "(".repeat(100))), Ok(()));
        let quoted =
            format!("permit (principal, action, resource) when {{ \"{}\\\"((\" == \"\" }};", "(".repeat(100));
        assert_eq!(check("a", &quoted), Ok(()));
        assert_eq!(check("a", &"permit (principal, action, resource);\n".repeat(2_000)), Ok(()));
        let names = vec!["\"name\""; 5_000].join(", ");
        assert_eq!(
            check("a", &format!("permit (principal, action, resource) when {{ [{names}] }};")),
            Ok(())
        );
    }
}
