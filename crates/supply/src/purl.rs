//! Package URLs: `pkg:type/namespace/name@version?qualifiers#subpath`.
//!
//! The parsing steps and the rules of the types used here follow the package-url specification (ECMA-427).

use std::fmt;
use std::str::FromStr;

use crate::ecosystem::Ecosystem;
use crate::version::VersionPin;

/// A package URL in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    /// The type, in lower case: `npm`, `pypi`, `oci`, `golang`.
    pub kind: String,
    /// Segments in front of the name, joined by `/`: a scope, an owner, a host path.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The version.
    pub version: Option<String>,
    /// Qualifiers, sorted by key.
    pub qualifiers: Vec<(String, String)>,
    /// A path inside the package.
    pub subpath: Option<String>,
}

/// Why a text is not a package URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPurl {
    /// What is wrong, a lower-case fragment.
    pub because: &'static str,
}

impl fmt::Display for NotAPurl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a package url: {}", self.because)
    }
}

impl std::error::Error for NotAPurl {}

impl Purl {
    /// The package URL of a package in one of the ecosystems that have names; `None` for files and addresses.
    #[must_use]
    pub fn of(ecosystem: Ecosystem, name: &str, version: &VersionPin) -> Option<Self> {
        let kind = match ecosystem {
            Ecosystem::Npm => "npm",
            Ecosystem::Pypi => "pypi",
            Ecosystem::Oci => return Self::of_image(name, version),
            Ecosystem::Cargo => "cargo",
            Ecosystem::Go => "golang",
            Ecosystem::Nuget => "nuget",
            Ecosystem::Jsr => "jsr",
            Ecosystem::Git => return Self::of_repository(name, version),
            Ecosystem::Mcp | Ecosystem::Url | Ecosystem::LocalFile => return None,
        };
        let version = match version {
            VersionPin::Exact(version) | VersionPin::Digest(version) => Some(version.as_str()),
            _ => None,
        };
        Self::made(kind, name, version)
    }

    fn made(kind: &str, path: &str, version: Option<&str>) -> Option<Self> {
        let path = path.trim_matches('/');
        let (namespace, name) = match path.rsplit_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, path),
        };
        let purl = Self {
            kind: kind.to_owned(),
            namespace,
            name: name.to_owned(),
            version: version.map(str::to_owned),
            qualifiers: Vec::new(),
            subpath: None,
        };
        purl.normalised().ok()
    }

    /// An image is named by its last segment; where it lies and its tag are qualifiers, its version is the digest.
    fn of_image(name: &str, version: &VersionPin) -> Option<Self> {
        let base = name.rsplit('/').next()?;
        let mut purl = Self::made("oci", base, None)?;
        if base.len() < name.len() {
            purl.qualifiers.push(("repository_url".to_owned(), name.to_ascii_lowercase()));
        }
        match version {
            VersionPin::Digest(digest) => purl.version = Some(digest.clone()),
            VersionPin::Tag(tag) => purl.qualifiers.push(("tag".to_owned(), tag.clone())),
            _ => {}
        }
        Some(purl)
    }

    fn of_repository(name: &str, version: &VersionPin) -> Option<Self> {
        let reference = version.text();
        let hosts = [("github.com/", "github"), ("bitbucket.org/", "bitbucket")];
        if let Some((kind, path)) =
            hosts.iter().find_map(|(host, kind)| Some((kind, name.strip_prefix(host)?)))
        {
            return Self::made(kind, path, reference);
        }
        let mut purl = Self::made("generic", name.rsplit('/').next()?, reference)?;
        purl.qualifiers.push(("vcs_url".to_owned(), format!("git+https://{name}")));
        Some(purl)
    }

    /// The name as the package's own registry writes it: `@scope/name`, `github.com/owner/module`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.name),
            None => self.name.clone(),
        }
    }

    fn normalised(mut self) -> Result<Self, NotAPurl> {
        let mut characters = self.kind.chars();
        let starts_well = characters.next().is_some_and(|first| first.is_ascii_alphabetic());
        if !starts_well
            || !characters.all(|next| next.is_ascii_alphanumeric() || matches!(next, '.' | '-' | '+'))
        {
            return Err(NotAPurl { because: "its type is not a word of letters, digits, `.`, `-` and `+`" });
        }
        self.kind.make_ascii_lowercase();
        if matches!(self.kind.as_str(), "npm" | "github" | "bitbucket" | "golang" | "oci" | "pypi" | "docker")
        {
            self.namespace = self.namespace.map(|namespace| namespace.to_lowercase());
            self.name = self.name.to_lowercase();
        }
        if self.kind == "pypi" {
            self.name = self.name.replace('_', "-");
        }
        if self.name.is_empty() {
            return Err(NotAPurl { because: "it has no name" });
        }
        self.qualifiers.sort();
        Ok(self)
    }
}

impl FromStr for Purl {
    type Err = NotAPurl;

    fn from_str(text: &str) -> Result<Self, NotAPurl> {
        let (rest, subpath) = text.rsplit_once('#').map_or((text, None), |(rest, path)| (rest, Some(path)));
        let (rest, qualifiers) = rest.rsplit_once('?').map_or((rest, ""), |(rest, list)| (rest, list));
        let (scheme, rest) =
            rest.split_once(':').ok_or(NotAPurl { because: "it does not start with `pkg:`" })?;
        if !scheme.eq_ignore_ascii_case("pkg") {
            return Err(NotAPurl { because: "it does not start with `pkg:`" });
        }
        let (kind, rest) = rest
            .trim_matches('/')
            .split_once('/')
            .ok_or(NotAPurl { because: "it has a type but no name" })?;
        // An `@` at the start of a segment belongs to a scope that should have been written `%40`.
        let (path, version) = match rest.rsplit_once('@') {
            Some((path, version)) if !path.is_empty() && !path.ends_with('/') => (path, Some(version)),
            _ => (rest, None),
        };
        let mut segments = Vec::new();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            segments.push(decoded(segment)?);
        }
        let name = segments.pop().unwrap_or_default();
        let purl = Self {
            kind: kind.to_owned(),
            namespace: (!segments.is_empty()).then(|| segments.join("/")),
            name,
            version: version.map(decoded).transpose()?.filter(|version| !version.is_empty()),
            qualifiers: read_qualifiers(qualifiers)?,
            subpath: subpath.map(read_subpath).transpose()?.filter(|path| !path.is_empty()),
        };
        purl.normalised()
    }
}

fn read_qualifiers(list: &str) -> Result<Vec<(String, String)>, NotAPurl> {
    let mut qualifiers: Vec<(String, String)> = Vec::new();
    for pair in list.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(NotAPurl { because: "a qualifier has no value" })?;
        let key = key.to_ascii_lowercase();
        if key.is_empty() || qualifiers.iter().any(|(earlier, _)| *earlier == key) {
            return Err(NotAPurl { because: "a qualifier has no key or is given twice" });
        }
        if !value.is_empty() {
            qualifiers.push((key, decoded(value)?));
        }
    }
    Ok(qualifiers)
}

fn read_subpath(path: &str) -> Result<String, NotAPurl> {
    let segments: Result<Vec<_>, _> =
        path.split('/').filter(|segment| !matches!(*segment, "" | "." | "..")).map(decoded).collect();
    Ok(segments?.join("/"))
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for segment in self.namespace.iter().flat_map(|namespace| namespace.split('/')) {
            write!(f, "{}/", Encoded(segment))?;
        }
        write!(f, "{}", Encoded(&self.name))?;
        if let Some(version) = &self.version {
            write!(f, "@{}", Encoded(version))?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            let mark = if index == 0 { '?' } else { '&' };
            write!(f, "{mark}{key}={}", Encoded(value))?;
        }
        if let Some(subpath) = &self.subpath {
            f.write_str("#")?;
            for (index, segment) in subpath.split('/').enumerate() {
                write!(f, "{}{}", if index == 0 { "" } else { "/" }, Encoded(segment))?;
            }
        }
        Ok(())
    }
}

/// A text in percent-encoding, where letters, digits and `.-_~:` stay.
struct Encoded<'t>(&'t str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

fn decoded(text: &str) -> Result<String, NotAPurl> {
    let wrong = NotAPurl { because: "its percent-encoding is broken" };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(wrong) };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
    }
    String::from_utf8(bytes).map_err(|_| wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        text.parse::<Purl>().map_or_else(|error| error.to_string(), |purl| purl.to_string())
    }

    #[test]
    fn a_canonical_purl_reads_and_writes_back_unchanged() {
        for text in [
            "pkg:npm/%40scope/server@1.2.3",
            "pkg:npm/server",
            "pkg:pypi/mcp-server-time@2025.9.25",
            "pkg:oci/server@sha256:00ff?repository_url=ghcr.io%2Fowner%2Fserver&tag=v1",
            "pkg:golang/example.com/owner/module@v1.2.3#cmd/server",
            "pkg:nuget/Vendor.Server@1.0.0",
            "pkg:cargo/server@1.0.0%2Bbuild",
        ] {
            assert_eq!(canonical(text), text);
        }
    }

    #[test]
    fn loose_spellings_are_brought_to_the_canonical_form() {
        assert_eq!(canonical("pkg://NPM/@Scope/Server@1.0.0"), "pkg:npm/%40scope/server@1.0.0");
        assert_eq!(canonical("pkg:npm/@scope/server"), "pkg:npm/%40scope/server");
        assert_eq!(canonical("PKG:pypi/My_Server@1"), "pkg:pypi/my-server@1");
        assert_eq!(canonical("pkg:github/Owner/Repo@main"), "pkg:github/owner/repo@main");
        assert_eq!(canonical("pkg:npm/a?b=2&A=1&c="), "pkg:npm/a?a=1&b=2");
        assert_eq!(canonical("pkg:golang/h/o/m#/./cmd/../x/"), "pkg:golang/h/o/m#cmd/x");
    }

    #[test]
    fn what_is_not_a_purl_is_refused_with_a_reason() {
        assert_eq!(canonical("npm/server"), "not a package url: it does not start with `pkg:`");
        assert_eq!(canonical("pkg:npm"), "not a package url: it has a type but no name");
        assert_eq!(canonical("pkg:npm/"), "not a package url: it has a type but no name");
        assert_eq!(
            canonical("pkg:npm/a?b=1&b=2"),
            "not a package url: a qualifier has no key or is given twice"
        );
        assert_eq!(canonical("pkg:npm/a%4"), "not a package url: its percent-encoding is broken");
        assert_eq!(canonical("pkg:npm/a%ff"), "not a package url: its percent-encoding is broken");
        assert!(canonical("pkg:n%20m/a").contains("its type is not a word"));
    }

    #[test]
    fn a_package_of_every_ecosystem_with_names_has_a_purl() {
        let of = |ecosystem, name: &str, version| Purl::of(ecosystem, name, &version).unwrap().to_string();
        let exact = || VersionPin::Exact("1.2.3".into());
        assert_eq!(of(Ecosystem::Npm, "@scope/server", exact()), "pkg:npm/%40scope/server@1.2.3");
        assert_eq!(of(Ecosystem::Pypi, "My_Server", VersionPin::Missing), "pkg:pypi/my-server");
        assert_eq!(
            of(Ecosystem::Oci, "ghcr.io/o/server", VersionPin::Tag("v1".into())),
            "pkg:oci/server?repository_url=ghcr.io%2Fo%2Fserver&tag=v1"
        );
        assert_eq!(
            of(Ecosystem::Go, "example.com/o/m", VersionPin::Tag("latest".into())),
            "pkg:golang/example.com/o/m"
        );
        assert_eq!(of(Ecosystem::Git, "github.com/O/R", VersionPin::Tag("v1".into())), "pkg:github/o/r@v1");
        assert_eq!(
            of(Ecosystem::Git, "git.example/o/r", VersionPin::Missing),
            "pkg:generic/r?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fo%2Fr"
        );
        assert_eq!(Purl::of(Ecosystem::LocalFile, "server.py", &VersionPin::Missing), None);
        assert_eq!("pkg:npm/%40s/n@1".parse::<Purl>().unwrap().full_name(), "@s/n");
    }
}
