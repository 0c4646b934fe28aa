//! Packages as they are named on a command line.

use std::fmt;
use std::str::FromStr;

use crate::error::{FetchError, FetchErrorKind};

/// Where packages are fetched from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Registry {
    /// Packages of JavaScript.
    Npm,
    /// Packages of Python.
    Pypi,
}

impl Registry {
    /// The word in front of a package's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Registry::Npm => "npm",
            Registry::Pypi => "pypi",
        }
    }
}

/// A package that is to be fetched: `npm:NAME[@VERSION]` or `pypi:NAME[==VERSION]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    /// Where it is.
    pub registry: Registry,
    /// Its name; for Python in the spelling that all spellings stand for (PEP 503).
    pub name: String,
    /// A version, a range or a tag as the registry's own client reads it. The newest when it is not given.
    pub version: Option<String>,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.registry.as_str(), self.name)?;
        match (&self.version, self.registry) {
            (None, _) => Ok(()),
            (Some(version), Registry::Npm) => write!(f, "@{version}"),
            (Some(version), Registry::Pypi) => f.write_str(version),
        }
    }
}

impl FromStr for Wanted {
    type Err = FetchError;

    fn from_str(text: &str) -> Result<Self, FetchError> {
        let wrong = |why: &str| {
            let how = "write `npm:NAME@VERSION` or `pypi:NAME==VERSION`";
            FetchError::new(FetchErrorKind::Name, format!("`{text}` {why}; {how}"))
        };
        let (word, rest) = text.split_once(':').ok_or_else(|| wrong("names no registry"))?;
        match word {
            "npm" => {
                // A scope starts with the sign that stands before a version.
                let at = rest.char_indices().skip(1).find(|(_, sign)| *sign == '@').map(|(at, _)| at);
                let (name, version) = match at {
                    Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).map(str::trim)),
                    None => (rest, None),
                };
                if !is_npm_name(name) {
                    return Err(wrong("is no name of an npm package"));
                }
                let version = version.filter(|version| !version.is_empty()).map(str::to_owned);
                Ok(Self { registry: Registry::Npm, name: name.to_owned(), version })
            }
            "pypi" => {
                let end = rest.find(['=', '<', '>', '~', '!', '@', '[', ';', ' ']).unwrap_or(rest.len());
                let (name, version) = rest.split_at_checked(end).unwrap_or((rest, ""));
                let version = match version.strip_prefix('[') {
                    Some(extras) => extras.split_once(']').map_or("", |(_, version)| version),
                    None => version,
                };
                if !is_python_name(name) {
                    return Err(wrong("is no name of a Python package"));
                }
                let version = version.trim();
                let version = match version.strip_prefix('@') {
                    Some("latest") | None if version.is_empty() || version.starts_with('@') => None,
                    Some(exact) => Some(format!("=={}", exact.trim())),
                    None => Some(version.to_owned()),
                };
                Ok(Self { registry: Registry::Pypi, name: normalised(name), version })
            }
            _ => Err(wrong("names a registry that is not known")),
        }
    }
}

/// Letters that may stand in an address as they are. Old packages have capital letters.
pub(crate) fn is_npm_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    };
    let whole = name.len() <= 214;
    whole
        && match name.strip_prefix('@') {
            Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| part(scope) && part(name)),
            None => part(name),
        }
}

fn is_python_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    name.len() <= 214
        && name.bytes().all(inner)
        && outer(name.bytes().next())
        && outer(name.bytes().next_back())
}

/// The one spelling of a Python package's name that all others stand for (PEP 503).
pub(crate) fn normalised(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match text.parse::<Wanted>() {
            Ok(wanted) => format!("{} {:?}", wanted.name, wanted.version),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_package_is_read_as_its_client_reads_it() {
        assert_eq!(read("npm:some-mcp"), "some-mcp None");
        assert_eq!(read("npm:@scope/some-mcp@^1.2"), "@scope/some-mcp Some(\"^1.2\")");
        assert_eq!(read("npm:@scope/some-mcp"), "@scope/some-mcp None");
        assert_eq!(read("npm:some-mcp@latest"), "some-mcp Some(\"latest\")");
        assert_eq!(read("pypi:Some_MCP.server==1.2"), "some-mcp-server Some(\"==1.2\")");
        assert_eq!(read("pypi:some>=1,<2"), "some Some(\">=1,<2\")");
        assert_eq!(read("pypi:some[cli]==1"), "some Some(\"==1\")");
        assert_eq!(read("pypi:some@1.2"), "some Some(\"==1.2\")");
        assert_eq!(read("pypi:some@latest"), "some None");
    }

    #[test]
    fn what_could_lead_elsewhere_than_to_a_package_is_refused() {
        for text in
            ["npm:../x", "npm:a/b", "npm:@a", "npm:", "npm:a?b", "pypi:a/b", "pypi:", "pypi:-a", "gem:a", "a"]
        {
            assert!(read(text).contains("write `npm:NAME@VERSION`"), "{text}");
        }
    }
}
