//! What a registry lists, and what was observed of the things that a listing points to.

use std::fmt;

/// A point in time: seconds since 1970-01-01T00:00:00Z. Evidence carries its time; nothing here reads a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub i64);

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Two looks with so many seconds between them are looks on two days: 20 hours. Whoever looks once a day does so now a little
/// earlier and now a little later, and has to get round every time.
pub const DAY_APART: i64 = 20 * 3600;

impl Moment {
    /// Whole seconds from `earlier` to this one; negative when it is later.
    #[must_use]
    pub const fn since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// One entry of one registry, as it was seen at one time. Every text is as the registry spells it: untrusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The registry, one word: `official`, `npm`, `pulsemcp`, `mcp.so`.
    pub registry: String,
    /// The name that is unique there.
    pub name: String,
    /// What people read.
    pub title: Option<String>,
    /// What it says it does.
    pub description: Option<String>,
    /// The page of the listing.
    pub page: Option<String>,
    /// The source repository it names.
    pub repository: Option<ListedRepository>,
    /// Packages that a client would install.
    pub packages: Vec<ListedPackage>,
    /// Addresses of remote servers.
    pub remotes: Vec<String>,
    /// The account that published it there.
    pub publisher: Option<String>,
    /// Example of a configuration, as a text. A credential in it is blanked before the listing is kept.
    pub config: Option<String>,
    /// Names of the tools it declares.
    pub tools: Vec<String>,
    /// The registry's own word for its state: `active`, `deprecated`, `deleted`.
    pub status: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// When it was first published.
    pub published: Option<Moment>,
    /// When it was last changed there.
    pub updated: Option<Moment>,
    /// Programming language that the registry states.
    pub language: Option<String>,
    /// How many use it by the registry's own measure (stars, downloads, calls); comparable within one registry only.
    pub reach: Option<u64>,
    /// When it was seen.
    pub seen: Moment,
}

impl Listing {
    /// True when its name is the address or the path of a page, which nobody calls it by.
    #[must_use]
    pub fn is_named_by_address(&self) -> bool {
        is_address(&self.name)
    }
}

/// True for an address or the path of a page.
#[must_use]
pub fn is_address(name: &str) -> bool {
    name.contains("://") || name.starts_with('/')
}

/// A repository as a listing names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedRepository {
    /// Its address.
    pub url: String,
    /// The forge's immutable id of it, where the listing records one.
    pub id: Option<String>,
    /// The folder inside it.
    pub subfolder: Option<String>,
}

/// A package as a listing names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedPackage {
    /// `npm`, `pypi`, `oci`, `nuget`, `cargo`, `go`, `mcpb`, or another word of the registry.
    pub kind: String,
    /// Its name or address there.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The digest that the listing declares.
    pub digest: Option<String>,
}

/// Something that somebody owns and a listing relies on: its word in front of the colon is what kind of thing it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An account of a forge: `github-account:LOGIN`.
    Account(String),
    /// A repository or another link, by its address.
    Link(String),
    /// `npm:NAME`.
    Npm(String),
    /// `pypi:NAME`.
    Pypi(String),
    /// A package of another registry: `cargo:NAME`, `nuget:NAME`, `go:NAME`, `oci:NAME`.
    Package(String, String),
    /// `domain:NAME`, the registrable domain or a platform's subdomain.
    Domain(String),
    /// Anything else that was recorded; kept and not judged.
    Other(String),
}

impl Subject {
    /// Reads the spelling that recordings use.
    #[must_use]
    pub fn read(text: &str) -> Self {
        match text.split_once(':') {
            Some(("http" | "https", _)) => Subject::Link(text.to_owned()),
            Some(("github-account", login)) => Subject::Account(login.to_owned()),
            Some(("npm", name)) => Subject::Npm(name.to_owned()),
            Some(("pypi", name)) => Subject::Pypi(name.to_owned()),
            Some((kind @ ("cargo" | "nuget" | "go" | "oci" | "mcpb"), name)) => {
                Subject::Package(kind.to_owned(), name.to_owned())
            }
            Some(("domain", name)) => Subject::Domain(name.to_owned()),
            _ => Subject::Other(text.to_owned()),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Account(login) => write!(formatter, "github-account:{login}"),
            Subject::Npm(name) => write!(formatter, "npm:{name}"),
            Subject::Pypi(name) => write!(formatter, "pypi:{name}"),
            Subject::Package(kind, name) => write!(formatter, "{kind}:{name}"),
            Subject::Domain(name) => write!(formatter, "domain:{name}"),
            Subject::Link(text) | Subject::Other(text) => formatter.write_str(text),
        }
    }
}

/// What was seen of a subject at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Of what.
    pub subject: Subject,
    /// When.
    pub seen: Moment,
    /// What there was.
    pub status: ObservedStatus,
    /// Details by name, in the order of their names: `id`, `login`, `owner`, `moved-to`, `created`, `error`. Never a secret.
    pub facts: Vec<(String, String)>,
}

impl Observation {
    /// The fact of a name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What there was. Only what is [`Absent`](ObservedStatus::Absent) may be free for others; whatever could not be found
/// out is [`Unknown`](ObservedStatus::Unknown) and never absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservedStatus {
    /// It is there.
    Present,
    /// It is there under another name or owner: the facts say which.
    Moved,
    /// It is there and holds nothing.
    Empty,
    /// The one who knows says that it does not exist, and a control that must exist was found in the same batch.
    Absent,
    /// It does not exist and can not be taken at present: held back, reserved, removed by the operator.
    Withheld,
    /// It could not be found out: an error, a limit, an outage.
    Unknown,
}

impl ObservedStatus {
    /// Every status.
    pub const ALL: &'static [ObservedStatus] = &[
        ObservedStatus::Present,
        ObservedStatus::Moved,
        ObservedStatus::Empty,
        ObservedStatus::Absent,
        ObservedStatus::Withheld,
        ObservedStatus::Unknown,
    ];

    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ObservedStatus::Present => "present",
            ObservedStatus::Moved => "moved",
            ObservedStatus::Empty => "empty",
            ObservedStatus::Absent => "absent",
            ObservedStatus::Withheld => "withheld",
            ObservedStatus::Unknown => "unknown",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_written_as_it_is_read() {
        for text in [
            "github-account:octocat",
            "https://github.com/octocat/hello",
            "npm:@scope/name",
            "pypi:some-mcp",
            "oci:ghcr.io/owner/image",
            "domain:example.com",
            "something else",
        ] {
            assert_eq!(Subject::read(text).to_string(), text);
        }
    }

    #[test]
    fn every_status_has_a_word_of_its_own() {
        for status in ObservedStatus::ALL {
            assert_eq!(ObservedStatus::read(status.as_str()), Some(*status));
        }
        assert_eq!(ObservedStatus::read("gone"), None);
    }
}
