//! The normal forms of a name: what two names share when a person takes one for the other.

use unicode_normalization::UnicodeNormalization;

use super::words::{PROJECT, is_affix, unglued};
use crate::ecosystem::Ecosystem;

/// Names longer than this are cut: no registry allows them, and comparing costs the square of the length.
const LENGTH_LIMIT: usize = 256;

/// A name in its normal forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameForms {
    /// Where the name is looked up.
    pub ecosystem: Ecosystem,
    /// What the registry itself takes for the same name; see [`identity`].
    pub identity: String,
    /// The publisher's part: `stripe` of `@stripe/mcp`, `owner` of `github.com/owner/module`, `example` of `com.example/server`.
    pub scope: Option<String>,
    /// What follows the scope.
    pub base: String,
    /// Words of scope and base in their order, lower case.
    pub tokens: Vec<String>,
    /// Scope and base without delimiters.
    pub joined: String,
    /// Words without affixes, sorted; all words when nothing else would be left.
    pub core: Vec<String>,
    /// The words of `core` in their order, without delimiters.
    pub core_joined: String,
    /// `joined` with characters that look alike made equal (UTS #39, and `l`/`1`/`I`, `0`/`O`, `rn`/`m`, `vv`/`w`).
    pub skeleton: String,
}

impl NameForms {
    /// The forms of `name`.
    #[must_use]
    pub fn new(ecosystem: Ecosystem, name: &str) -> Self {
        let written: String = if name.is_ascii() {
            name.chars().take(LENGTH_LIMIT).collect()
        } else {
            name.nfkc().take(LENGTH_LIMIT).collect()
        };
        let identity = identity(ecosystem, &written);
        let (scope, base) = split_scope(ecosystem, &identity);
        let (scope, base) = (scope.map(str::to_owned), base.to_owned());
        let flat = match &scope {
            Some(scope) => format!("{scope}-{base}"),
            None => base.clone(),
        };
        let tokens: Vec<String> =
            flat.split(is_delimiter).filter(|token| !token.is_empty()).map(str::to_owned).collect();
        let mut core: Vec<String> = tokens
            .iter()
            .map(|token| unglued(token))
            .filter(|token| !is_affix(token) && *token != PROJECT)
            .map(str::to_owned)
            .collect();
        // `@notion/notion-mcp` says `notion` once.
        core.dedup();
        if core.is_empty() {
            core.clone_from(&tokens);
        }
        let core_joined = core.concat();
        core.sort_unstable();
        let (written_scope, written_base) = split_scope(ecosystem, strip_host(ecosystem, &written));
        let skeleton = skeleton(&format!("{}{written_base}", written_scope.unwrap_or_default()));
        Self {
            ecosystem,
            identity,
            scope,
            base,
            joined: tokens.concat(),
            tokens,
            core,
            core_joined,
            skeleton,
        }
    }

    /// True when it holds nothing but words that any name can carry: `mcp-server`, `MCPServer`.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        let is_empty = |word: &str| is_affix(word) || word == PROJECT;
        self.tokens.iter().all(|token| is_empty(token) || is_empty(unglued(token)))
    }

    /// True when it calls itself an MCP server. Names of servers vary in their affixes as a matter of course.
    #[must_use]
    pub fn names_a_server(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token.as_str(), "mcp" | "server" | PROJECT))
    }
}

/// What the registry takes for the same name: lower case; for Python also one `-` for every run of `-`, `_`, `.`
/// (PEP 503); for Rust `-` for `_`; for images without the host that is the default one.
#[must_use]
pub fn identity(ecosystem: Ecosystem, name: &str) -> String {
    let lower = name.trim().to_lowercase();
    match ecosystem {
        Ecosystem::Pypi => {
            let parts = lower.split(['-', '_', '.']).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join("-")
        }
        Ecosystem::Cargo => lower.replace('_', "-"),
        Ecosystem::Oci => strip_host(ecosystem, &lower).to_owned(),
        _ => lower,
    }
}

fn strip_host(ecosystem: Ecosystem, name: &str) -> &str {
    if ecosystem != Ecosystem::Oci {
        return name;
    }
    let name =
        name.strip_prefix("docker.io/").or_else(|| name.strip_prefix("index.docker.io/")).unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

fn split_scope(ecosystem: Ecosystem, name: &str) -> (Option<&str>, &str) {
    let Some((before, base)) = name.rsplit_once('/').filter(|_| ecosystem.has_scopes()) else {
        return (None, name);
    };
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Jsr => (Some(before.trim_start_matches('@')), base),
        Ecosystem::Go => go_scope(name),
        Ecosystem::Mcp => (Some(domain_owner(before)), base),
        _ => (Some(before.rsplit('/').next().unwrap_or(before)), base),
    }
}

/// `host/owner/module/sub/v2`: the owner, and the rest without the major version.
fn go_scope(name: &str) -> (Option<&str>, &str) {
    let Some((owner, module)) = name.split_once('/').and_then(|(_, path)| path.split_once('/')) else {
        return (None, name);
    };
    let without_major = module
        .rsplit_once('/')
        .filter(|(_, last)| last.strip_prefix('v').is_some_and(|digits| digits.parse::<u32>().is_ok()))
        .map_or(module, |(module, _)| module);
    (Some(owner), without_major)
}

/// `io.github.owner` names an account, `com.example` and `com.example.team` a domain: its second label.
fn domain_owner(namespace: &str) -> &str {
    let accounts = ["io.github.", "com.github.", "io.gitlab.", "com.gitlab."];
    let account = accounts.iter().find_map(|prefix| namespace.strip_prefix(prefix));
    account.unwrap_or_else(|| namespace.split('.').nth(1).unwrap_or(namespace))
}

pub(super) const fn is_delimiter(character: char) -> bool {
    matches!(character, '-' | '_' | '.' | '/' | ' ' | '@' | ':' | '+')
}

/// Characters that look alike made equal, delimiters dropped, lower case.
pub(crate) fn skeleton(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii_look_alikes(text.chars());
    }
    fold_ascii_look_alikes(unicode_security::skeleton(text))
}

fn fold_ascii_look_alikes(characters: impl Iterator<Item = char>) -> String {
    let mut folded = String::new();
    for character in characters.filter(|character| !is_delimiter(*character)) {
        let next = match character {
            'I' | 'l' | '1' | '|' => 'l',
            '0' | 'O' | 'o' => 'o',
            other => other.to_lowercase().next().unwrap_or(other),
        };
        let pair = match (folded.chars().next_back(), next) {
            (Some('r'), 'n') => Some('m'),
            (Some('v'), 'v') => Some('w'),
            _ => None,
        };
        if pair.is_some() {
            folded.pop();
        }
        folded.push(pair.unwrap_or(next));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ecosystem_has_its_own_scope() {
        let scope = |ecosystem, name| {
            let forms = NameForms::new(ecosystem, name);
            format!("{} {}", forms.scope.unwrap_or_default(), forms.base)
        };
        assert_eq!(scope(Ecosystem::Npm, "@Stripe/MCP"), "stripe mcp");
        assert_eq!(scope(Ecosystem::Oci, "docker.io/mcp/fetch"), "mcp fetch");
        assert_eq!(scope(Ecosystem::Oci, "ghcr.io/owner/image"), "owner image");
        assert_eq!(scope(Ecosystem::Go, "github.com/owner/module/v2"), "owner module");
        assert_eq!(scope(Ecosystem::Mcp, "io.github.owner/server"), "owner server");
        assert_eq!(scope(Ecosystem::Mcp, "com.example.team/server"), "example server");
        assert_eq!(scope(Ecosystem::Pypi, "a.b/c"), " a-b/c");
    }

    #[test]
    fn python_names_fold_as_pep_503_says() {
        assert_eq!(identity(Ecosystem::Pypi, "My._-Server"), "my-server");
        assert_eq!(identity(Ecosystem::Cargo, "rust_decimal"), "rust-decimal");
    }

    #[test]
    fn the_core_of_a_server_name_is_what_it_serves() {
        let core = |name| NameForms::new(Ecosystem::Npm, name).core.join(" ");
        assert_eq!(core("@modelcontextprotocol/server-github"), "github");
        assert_eq!(core("github-mcp-server"), "github");
        assert_eq!(core("mcp-server-google-drive"), "drive google");
        assert_eq!(core("mcp-server"), "mcp server");
        assert_eq!(core("@stripe/mcp"), "stripe");
    }

    #[test]
    fn what_looks_the_same_has_the_same_skeleton() {
        for (one, other) in [
            ("lodash", "1odash"),
            ("OpenAI", "openal"),
            ("modern", "modem"),
            ("wave", "vvave"),
            ("paypal", "pаypаl"),
            ("g00gle", "google"),
            ("slack", "ｓlack"),
        ] {
            let of = |name| NameForms::new(Ecosystem::Npm, name).skeleton;
            assert_eq!(of(one), of(other), "{one} {other}");
        }
        assert_ne!(skeleton("lodash"), skeleton("lodesh"));
    }

    #[test]
    fn hostile_names_have_forms_too() {
        for name in
            ["", "/", "@", "@/", "-", "a/b/c/d", "\u{202e}", &"x".repeat(100_000), "\u{1f600}\u{200d}"]
        {
            for ecosystem in [Ecosystem::Npm, Ecosystem::Pypi, Ecosystem::Go, Ecosystem::Mcp, Ecosystem::Oci]
            {
                assert!(NameForms::new(ecosystem, name).joined.len() <= 4 * LENGTH_LIMIT);
            }
        }
    }
}
