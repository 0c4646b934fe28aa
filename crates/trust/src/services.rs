//! Where is asked: the addresses of the services, which the user's settings name.

use std::net::SocketAddr;

use portcullis_fetch::KnownRegistry;
use portcullis_model::{Secret, Subject};

use crate::request::Request;

/// Base addresses without a `/` at their end, and what must exist there.
#[derive(Debug)]
pub struct Services {
    /// The API of the forge whose accounts are subjects.
    pub forge: String,
    /// Who asks it: a token.
    pub forge_token: Option<Secret>,
    /// The service that knows the registrations of domains (RFC 9082).
    pub rdap: String,
    /// The npm registry, as the user's client knows it.
    pub npm: Option<KnownRegistry>,
    /// The Python index, as the user's client knows it.
    pub pypi: Option<KnownRegistry>,
    /// The sparse index of Rust crates.
    pub cargo: Option<String>,
    /// The container of `NuGet` packages: `…/v3-flatcontainer`.
    pub nuget: Option<String>,
    /// The proxy of Go modules.
    pub go: Option<String>,
    /// The image registry of names that name none.
    pub oci: Option<String>,
    /// The name server; the system's own when it is not given.
    pub dns: Option<SocketAddr>,
    /// Hosts that are asked somewhere else: a mirror, with its base address.
    pub mirrors: Vec<(String, String)>,
    /// What must exist.
    pub controls: Controls,
}

/// What must exist: when one of these is not found, nothing else of its batch is absent either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controls {
    /// An account of the forge.
    pub account: String,
    /// A repository of the forge, `OWNER/NAME`.
    pub repository: String,
    /// An npm package.
    pub npm: String,
    /// A scope of npm.
    pub npm_scope: String,
    /// A Python package.
    pub pypi: String,
    /// A Rust crate.
    pub cargo: String,
    /// A `NuGet` package.
    pub nuget: String,
    /// A Go module.
    pub go: String,
    /// A domain.
    pub domain: String,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            account: String::from("github"),
            repository: String::from("github/docs"),
            npm: String::from("semver"),
            npm_scope: String::from("types"),
            pypi: String::from("pip"),
            cargo: String::from("libc"),
            nuget: String::from("newtonsoft.json"),
            go: String::from("golang.org/x/text"),
            domain: String::from("example.com"),
        }
    }
}

impl Default for Services {
    fn default() -> Self {
        Self {
            forge: String::from("https://api.github.com"),
            forge_token: None,
            rdap: String::from("https://rdap.org"),
            npm: None,
            pypi: None,
            cargo: None,
            nuget: None,
            go: None,
            oci: None,
            dns: None,
            mirrors: Vec::new(),
            controls: Controls::default(),
        }
    }
}

impl Services {
    /// A question to the forge's API.
    pub(crate) fn forge(&self, path: &str) -> Request {
        let token = self.forge_token.as_ref().map(|token| Secret::new(format!("Bearer {}", token.expose())));
        Request::service(format!("{}{path}", self.forge.trim_end_matches('/')))
            .accepting("application/vnd.github+json")
            .known_as(token)
    }

    /// A question to a host that a listing names, or to the mirror that stands in for it.
    pub(crate) fn host(&self, host: &str, path: &str) -> Request {
        let mirror = self.mirrors.iter().find(|(known, _)| known.eq_ignore_ascii_case(host));
        match mirror {
            Some((_, base)) => Request {
                is_trusted: true,
                ..Request::stranger(format!("{}{path}", base.trim_end_matches('/')))
            },
            None => Request::stranger(format!("https://{host}{path}")),
        }
    }

    /// What must exist where this subject is asked for; none where no such thing is known.
    pub(crate) fn control(&self, subject: &Subject) -> Option<Subject> {
        let controls = &self.controls;
        let package = |kind: &str, name: &str| Some(Subject::Package(kind.to_owned(), name.to_owned()));
        match subject {
            Subject::Account(_) => Some(Subject::Account(controls.account.clone())),
            Subject::Link(_) => Some(Subject::Link(format!("https://github.com/{}", controls.repository))),
            Subject::Npm(_) => Some(Subject::Npm(controls.npm.clone())),
            Subject::Pypi(_) => Some(Subject::Pypi(controls.pypi.clone())),
            Subject::Package(kind, _) => match kind.as_str() {
                "cargo" => package("cargo", &controls.cargo),
                "nuget" => package("nuget", &controls.nuget),
                "go" => package("go", &controls.go),
                _ => None,
            },
            Subject::Domain(_) => Some(Subject::Domain(controls.domain.clone())),
            Subject::Other(text) if text.starts_with("npm-scope:") => {
                Some(Subject::Other(format!("npm-scope:{}", controls.npm_scope)))
            }
            Subject::Other(_) => None,
        }
    }
}
