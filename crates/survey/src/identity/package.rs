//! Names of packages: what a registry takes for the same name is the same.

use portcullis_model::listing::{ListedPackage, Subject};
use portcullis_supply::Ecosystem;
use portcullis_supply::name::identity;

/// A package in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName {
    /// `npm`, `pypi`, `oci`, …; the listing's own word when it is none that is known.
    pub kind: String,
    /// The name: PEP 503 for Python, lower case for JavaScript, an image without tag and digest.
    pub name: String,
    ecosystem: Option<Ecosystem>,
}

impl PackageName {
    /// The normal form of a package. None when the text is no name: a placeholder, a path, something with spaces.
    #[must_use]
    pub fn of(package: &ListedPackage) -> Option<Self> {
        let word = package.kind.trim().to_ascii_lowercase();
        let ecosystem = Ecosystem::from_word(&word);
        let name = package.name.trim();
        let no_name = name.is_empty()
            || name.chars().any(|c| c.is_whitespace() || c.is_control() || "{}$<>\"'|;".contains(c))
            || name.starts_with(['.', '/', '-', '~']);
        if no_name {
            return None;
        }
        let name = match ecosystem {
            Some(Ecosystem::Oci) => without_tag(name),
            Some(Ecosystem::Npm) => without_version(name),
            _ => name,
        };
        let name = match ecosystem {
            Some(ecosystem) => identity(ecosystem, name),
            None => name.to_owned(),
        };
        let kind = match ecosystem {
            Some(ecosystem) if word != "mcpb" => ecosystem.as_str().to_owned(),
            _ => word,
        };
        (!name.is_empty() && !kind.is_empty()).then_some(Self { kind, name, ecosystem })
    }

    /// Where the name is looked up, when it is a place that is known.
    #[must_use]
    pub const fn ecosystem(&self) -> Option<Ecosystem> {
        self.ecosystem
    }

    /// What is asked for when its existence is looked at.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self.kind.as_str() {
            "npm" => Subject::Npm(self.name.clone()),
            "pypi" => Subject::Pypi(self.name.clone()),
            kind => Subject::Package(kind.to_owned(), self.name.clone()),
        }
    }
}

/// An image without `:tag` and `@sha256:…`. The port of a registry is no tag.
fn without_tag(name: &str) -> &str {
    let name = name.split('@').next().unwrap_or(name);
    match name.rsplit_once(':') {
        Some((image, tag)) if !tag.contains('/') => image,
        _ => name,
    }
}

/// `name@1.2.3` and `@scope/name@latest` without what follows the name.
fn without_version(name: &str) -> &str {
    match name.rfind('@') {
        Some(at) if at > 0 => name.get(..at).unwrap_or(name),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: &str, name: &str) -> String {
        let package = ListedPackage { kind: kind.into(), name: name.into(), ..ListedPackage::default() };
        PackageName::of(&package).map_or_else(|| String::from("-"), |name| name.subject().to_string())
    }

    #[test]
    fn names_that_a_registry_takes_for_one_are_one() {
        for (kind, name, subject) in [
            ("npm", "@Ann/Tools@1.2.3", "npm:@ann/tools"),
            ("pypi", "Ann.Tools__x", "pypi:ann-tools-x"),
            ("oci", "docker.io/ann/tools:1.0", "oci:ann/tools"),
            ("docker", "ghcr.io/Ann/tools@sha256:00", "oci:ghcr.io/ann/tools"),
            ("oci", "localhost:5000/ann/tools", "oci:localhost:5000/ann/tools"),
            (
                "mcpb",
                "https://github.com/ann/tools/releases/x.mcpb",
                "mcpb:https://github.com/ann/tools/releases/x.mcpb",
            ),
            ("npm", "./server.js", "-"),
            ("npm", "${PACKAGE}", "-"),
            ("pypi", "", "-"),
        ] {
            assert_eq!(shown(kind, name), subject, "{kind} {name}");
        }
    }
}
