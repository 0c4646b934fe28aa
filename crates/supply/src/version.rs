//! How firmly a configuration says which version it wants.

use std::fmt;

/// What the text after a name commits to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionPin {
    /// One published version. The registry decides whether its bytes can change.
    Exact(String),
    /// Any version that fits.
    Range(String),
    /// A name that its owner can move to other bytes: `latest`, an image tag, a branch.
    Tag(String),
    /// A digest of the bytes, or a commit.
    Digest(String),
    /// Nothing: whatever is newest when it starts.
    Missing,
}

impl VersionPin {
    /// True when two starts get the same version as far as the registry keeps its word.
    #[must_use]
    pub const fn is_pinned(&self) -> bool {
        matches!(self, VersionPin::Exact(_) | VersionPin::Digest(_))
    }

    /// The text as written, without the character that introduces it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            VersionPin::Exact(text)
            | VersionPin::Range(text)
            | VersionPin::Tag(text)
            | VersionPin::Digest(text) => Some(text),
            VersionPin::Missing => None,
        }
    }

    /// The kind in words, for messages: "an exact version", "a movable tag".
    #[must_use]
    pub const fn in_words(&self) -> &'static str {
        match self {
            VersionPin::Exact(_) => "an exact version",
            VersionPin::Range(_) => "a range of versions",
            VersionPin::Tag(_) => "a tag that its owner can move",
            VersionPin::Digest(_) => "a digest",
            VersionPin::Missing => "no version",
        }
    }

    /// Reads what follows `name@` in the JavaScript registries.
    #[must_use]
    pub fn npm(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            VersionPin::Missing
        } else if is_full_semantic_version(text.trim_start_matches(['=', 'v', ' '])) {
            VersionPin::Exact(text.to_owned())
        } else if looks_like_range(text) {
            VersionPin::Range(text.to_owned())
        } else {
            VersionPin::Tag(text.to_owned())
        }
    }

    /// Reads a PEP 440 specifier with its operator, such as `==1.2` or `>=1,<2`.
    #[must_use]
    pub fn pypi_specifier(text: &str) -> Self {
        let text = text.trim();
        let exact = text.strip_prefix("===").or_else(|| text.strip_prefix("=="));
        match exact.map(str::trim) {
            _ if text.is_empty() => VersionPin::Missing,
            Some(version) if !version.contains(['*', ',']) && starts_with_digit(version) => {
                VersionPin::Exact(version.to_owned())
            }
            _ => VersionPin::Range(text.to_owned()),
        }
    }

    /// Reads what follows `name@` for uv and pipx: a version is exact, `latest` is a tag.
    #[must_use]
    pub fn pypi_at(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            VersionPin::Missing
        } else if text.starts_with(['=', '<', '>', '~', '!']) {
            VersionPin::pypi_specifier(text)
        } else if text.contains(['*', ',']) {
            VersionPin::Range(text.to_owned())
        } else if starts_with_digit(text) {
            VersionPin::Exact(text.to_owned())
        } else {
            VersionPin::Tag(text.to_owned())
        }
    }

    /// Reads a Go version query: a tagged version is kept by the checksum database, anything else moves.
    #[must_use]
    pub fn go(text: &str) -> Self {
        if text.is_empty() {
            VersionPin::Missing
        } else if text.strip_prefix('v').is_some_and(is_full_semantic_version) {
            VersionPin::Exact(text.to_owned())
        } else if is_commit(text) {
            VersionPin::Digest(text.to_owned())
        } else if text.starts_with(['<', '>']) || text.strip_prefix('v').is_some_and(starts_with_digit) {
            VersionPin::Range(text.to_owned())
        } else {
            VersionPin::Tag(text.to_owned())
        }
    }

    /// Reads a NuGet version: a bare one is exact; brackets, commas and stars make a range.
    #[must_use]
    pub fn nuget(text: &str) -> Self {
        if text.is_empty() {
            VersionPin::Missing
        } else if text.contains(['*', ',', '(', ')']) {
            VersionPin::Range(text.to_owned())
        } else if starts_with_digit(text.trim_start_matches('[')) {
            VersionPin::Exact(text.trim_matches(['[', ']']).to_owned())
        } else {
            VersionPin::Tag(text.to_owned())
        }
    }

    /// Reads a crate version: a full one is exact when it is asked for on the command line.
    #[must_use]
    pub fn cargo(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            VersionPin::Missing
        } else if is_full_semantic_version(text.trim_start_matches('=')) {
            VersionPin::Exact(text.trim_start_matches('=').to_owned())
        } else {
            VersionPin::Range(text.to_owned())
        }
    }

    /// Reads a git reference: a whole commit is a digest, anything else moves.
    #[must_use]
    pub fn git(text: &str) -> Self {
        if text.is_empty() {
            VersionPin::Missing
        } else if is_commit(text) {
            VersionPin::Digest(text.to_owned())
        } else if let Some(range) = text.strip_prefix("semver:") {
            VersionPin::Range(range.to_owned())
        } else {
            VersionPin::Tag(text.to_owned())
        }
    }
}

impl fmt::Display for VersionPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().unwrap_or("none"))
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|character: char| character.is_ascii_digit())
}

/// A full SHA-1 or SHA-256 in hexadecimal. Shortened commits can be made to collide and count as names.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `major.minor.patch` with optional pre-release and build parts.
fn is_full_semantic_version(text: &str) -> bool {
    let (core, suffix) = match text.find(['-', '+']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
        None => (text, "0"),
    };
    let mut parts = 0;
    let numeric = core.split('.').all(|part| {
        parts += 1;
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    numeric
        && parts == 3
        && !suffix.is_empty()
        && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'))
}

fn looks_like_range(text: &str) -> bool {
    text.starts_with(['^', '~', '<', '>', '=', '*'])
        || text.contains("||")
        || text.contains(' ')
        || text.trim_start_matches('v').split('.').all(|part| {
            matches!(part, "x" | "X" | "*")
                || (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(pin: &VersionPin) -> char {
        match pin {
            VersionPin::Exact(_) => '=',
            VersionPin::Range(_) => '~',
            VersionPin::Tag(_) => 't',
            VersionPin::Digest(_) => '#',
            VersionPin::Missing => '-',
        }
    }

    #[test]
    fn an_npm_version_is_exact_only_with_three_numbers() {
        let judged =
            ["1.2.3", "v1.2.3", "=1.2.3", "1.2.3-beta.1+b", "1.2", "1", "^1.2.3", "~1", "1.x", "*", ">=1 <2"];
        let kinds: String = judged.iter().map(|text| kind(&VersionPin::npm(text))).collect();
        assert_eq!(kinds, "====~~~~~~~");
        assert_eq!(VersionPin::npm("latest"), VersionPin::Tag("latest".into()));
        assert_eq!(VersionPin::npm("${VERSION}"), VersionPin::Tag("${VERSION}".into()));
        assert_eq!(VersionPin::npm(""), VersionPin::Missing);
        assert_eq!(VersionPin::npm("1.2.3-"), VersionPin::Tag("1.2.3-".into()));
    }

    #[test]
    fn a_python_version_is_exact_after_two_equal_signs_or_an_at_sign() {
        let kinds: String = ["==1.2", "===1.2", "==1.*", "~=1.2", ">=1,<2", "==1,!=1.1"]
            .iter()
            .map(|text| kind(&VersionPin::pypi_specifier(text)))
            .collect();
        assert_eq!(kinds, "==~~~~");
        let kinds: String =
            ["1.2", "latest", ">=1", "==2"].iter().map(|text| kind(&VersionPin::pypi_at(text))).collect();
        assert_eq!(kinds, "=t~=");
    }

    #[test]
    fn a_git_reference_is_firm_only_as_a_whole_commit() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(kind(&VersionPin::git(commit)), '#');
        assert_eq!(kind(&VersionPin::git("0123456")), 't');
        assert_eq!(kind(&VersionPin::git("v1.2.3")), 't');
        assert_eq!(kind(&VersionPin::git("semver:^1.0.0")), '~');
        assert_eq!(kind(&VersionPin::go("v1.2.3")), '=');
        assert_eq!(kind(&VersionPin::go("latest")), 't');
        assert_eq!(kind(&VersionPin::go("v1")), '~');
        assert_eq!(kind(&VersionPin::nuget("1.2.3")), '=');
        assert_eq!(kind(&VersionPin::nuget("1.*")), '~');
        assert_eq!(kind(&VersionPin::cargo("1.2")), '~');
    }
}
