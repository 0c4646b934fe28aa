//! Words that say little in a name: affixes, decorations, ordinary words.

use std::collections::HashSet;
use std::sync::OnceLock;

/// Words that any server's or library's name can carry without meaning another product.
const AFFIXES: [&str; 28] = [
    "ai",
    "api",
    "app",
    "cli",
    "client",
    "connector",
    "context",
    "for",
    "integration",
    "js",
    "mcp",
    "mcps",
    "model",
    "node",
    "nodejs",
    "official",
    "protocol",
    "py",
    "python",
    "sdk",
    "server",
    "servers",
    "service",
    "the",
    "tool",
    "tools",
    "ts",
    "typescript",
];

/// The MCP project's own scope: it says nothing about what a server serves.
pub(super) const PROJECT: &str = "modelcontextprotocol";

/// Further words with which a squatter dresses a known name up. Honest plug-ins use them too: they prove little.
const DECORATIONS: [&str; 41] = [
    "alpha",
    "beta",
    "better",
    "com",
    "compat",
    "core",
    "darwin",
    "dev",
    "enhanced",
    "extra",
    "extras",
    "fast",
    "fix",
    "fixed",
    "free",
    "full",
    "helper",
    "helpers",
    "hq",
    "inc",
    "io",
    "labs",
    "lib",
    "linux",
    "lite",
    "macos",
    "new",
    "next",
    "orm",
    "patched",
    "plus",
    "premium",
    "pro",
    "safe",
    "secure",
    "simd",
    "team",
    "unofficial",
    "utils",
    "win32",
    "windows",
];

pub(crate) fn is_affix(token: &str) -> bool {
    AFFIXES.binary_search(&token).is_ok()
}

/// True for words with which a squatter dresses up somebody's name: `lite`, `pro`, `mcp`, a number.
#[must_use]
pub fn is_decoration(token: &str) -> bool {
    DECORATIONS.binary_search(&token).is_ok() || is_affix(token) || is_number(token)
}

pub(super) fn is_number(token: &str) -> bool {
    let digits = token.strip_prefix('v').unwrap_or(token);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The token without a glued `js` or `mcp`: `typescriptjs`, `pubmedmcp`, `mcpgithub`. What is left must still be a name.
pub(super) fn unglued(token: &str) -> &str {
    let long_enough = |rest: &&str| rest.len() >= 4;
    token
        .strip_suffix("js")
        .or_else(|| token.strip_suffix("mcp"))
        .or_else(|| token.strip_prefix("mcp"))
        .filter(long_enough)
        .unwrap_or(token)
}

/// True for an ordinary English word that occurs in package names. Two names that differ in such words are two names.
#[must_use]
pub fn is_common_word(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORDS
        .get_or_init(|| crate::lists::lines(include_str!("../../data/common_words.txt")).collect())
        .contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_lists_are_sorted_because_they_are_searched_by_halving() {
        assert!(AFFIXES.is_sorted() && DECORATIONS.is_sorted());
        assert!(is_affix("mcp") && is_decoration("lite") && is_decoration("2") && !is_decoration("github"));
    }

    #[test]
    fn glued_affixes_come_off_only_where_a_name_remains() {
        assert_eq!(unglued("typescriptjs"), "typescript");
        assert_eq!(unglued("pubmedmcp"), "pubmed");
        assert_eq!(unglued("vuejs"), "vuejs");
        assert_eq!(unglued("mcp"), "mcp");
    }
}
