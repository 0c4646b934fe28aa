//! Where code comes from.

use std::fmt;

/// The place a name is looked up in when it is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// The JavaScript package registry.
    Npm,
    /// The Python package index.
    Pypi,
    /// A container registry.
    Oci,
    /// The Rust crate registry.
    Cargo,
    /// Go modules, named by their repository.
    Go,
    /// The .NET package gallery.
    Nuget,
    /// The JavaScript registry that Deno uses (`jsr:`).
    Jsr,
    /// The MCP registry: reverse-DNS server names such as `io.github.owner/server`.
    Mcp,
    /// A file at an address: a tarball, a script, a bundle.
    Url,
    /// A repository.
    Git,
    /// A program, script or module that is on the machine already: nothing is fetched.
    LocalFile,
}

impl Ecosystem {
    /// Whose rules the names of a registry's listings follow: `npm`, `pypi` and `cargo` have their own, and a namespace that is a
    /// domain backwards is the MCP registry's, whoever lists it. All others have an owner and a name at most.
    #[must_use]
    pub fn of_listing(registry: &str, name: &str) -> Self {
        match registry {
            "npm" => Self::Npm,
            "pypi" => Self::Pypi,
            "cargo" => Self::Cargo,
            "official" => Self::Mcp,
            _ if is_reverse_domain(name) => Self::Mcp,
            _ => Self::Git,
        }
    }

    /// The word used in data files, messages and formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Ecosystem::Npm => "npm",
            Ecosystem::Pypi => "pypi",
            Ecosystem::Oci => "oci",
            Ecosystem::Cargo => "cargo",
            Ecosystem::Go => "go",
            Ecosystem::Nuget => "nuget",
            Ecosystem::Jsr => "jsr",
            Ecosystem::Mcp => "mcp",
            Ecosystem::Url => "url",
            Ecosystem::Git => "git",
            Ecosystem::LocalFile => "local",
        }
    }

    /// The ecosystem a word stands for: [`Ecosystem::as_str`], and the `registryType` words of MCP registry listings.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "npm" => Ecosystem::Npm,
            "pypi" => Ecosystem::Pypi,
            "oci" | "docker" => Ecosystem::Oci,
            "cargo" | "crates" => Ecosystem::Cargo,
            "go" | "golang" => Ecosystem::Go,
            "nuget" => Ecosystem::Nuget,
            "jsr" => Ecosystem::Jsr,
            "mcp" => Ecosystem::Mcp,
            "url" | "mcpb" => Ecosystem::Url,
            "git" => Ecosystem::Git,
            "local" => Ecosystem::LocalFile,
            _ => return None,
        })
    }

    /// True when starting it may download code.
    #[must_use]
    pub const fn is_fetched(self) -> bool {
        !matches!(self, Ecosystem::LocalFile)
    }

    /// True for registries where a publisher's scope is part of the name.
    #[must_use]
    pub const fn has_scopes(self) -> bool {
        matches!(
            self,
            Ecosystem::Npm
                | Ecosystem::Oci
                | Ecosystem::Go
                | Ecosystem::Jsr
                | Ecosystem::Mcp
                | Ecosystem::Git
        )
    }
}

/// `io.github.owner/name` and `com.example/name`.
fn is_reverse_domain(name: &str) -> bool {
    const FIRST: &[&str] = &["io", "com", "dev", "org", "net", "ai", "app", "co", "me"];
    let Some((namespace, base)) = name.split_once('/') else { return false };
    let first = namespace.split('.').next().unwrap_or_default();
    namespace.contains('.') && FIRST.contains(&first) && !base.is_empty() && !base.contains('/')
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
