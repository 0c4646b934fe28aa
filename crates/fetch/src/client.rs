//! Where the user's own package clients fetch from. No registry is known by heart: a mirror that a company set up is
//! asked like any other.

mod ask;
mod ini;
mod npmrc;
mod python;

use std::fmt;
use std::path::Path;

use portcullis_model::Secret;
use reqwest::Url;

use crate::error::{FetchError, FetchErrorKind};
use crate::wanted::{Registry, Wanted};
use crate::web::{Credentials, ProxySettings};

/// The largest configuration file that is read: 1 MiB.
const LARGEST: u64 = 1 << 20;

/// What the user's machine says about its package clients.
#[derive(Clone, Copy)]
pub struct Clients<'a> {
    /// The user's home.
    pub home: &'a Path,
    /// The root of the file system.
    pub root: &'a Path,
    /// The folder that is worked in: its project may have settings of its own.
    pub folder: Option<&'a Path>,
    /// The value of a variable of the user's environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Base address of the npm registry in `portcullis.toml`; it goes first.
    pub npm: Option<&'a str>,
    /// Base address of the Python index in `portcullis.toml`; it goes first.
    pub pypi: Option<&'a str>,
}

impl fmt::Debug for Clients<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients")
            .field("home", &self.home)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// A registry as the user's client knows it.
pub(crate) struct Configured {
    /// Its base address, with a `/` at its end and without a name or password.
    pub(crate) base: Url,
    credentials: Vec<(String, Login)>,
    /// What was not used, and why.
    pub(crate) notes: Vec<String>,
}

/// How the user is known to a part of a host.
#[derive(Clone)]
enum Login {
    Bearer(Secret),
    Basic(Secret),
    User(String, Secret),
}

impl Configured {
    fn new(text: &str, said_by: &str, mut credentials: Vec<(String, Login)>) -> Result<Self, FetchError> {
        let wrong = |why: &str| {
            let message =
                format!("the registry's address in {said_by} {why}; write it as `https://HOST/PATH/`");
            FetchError::new(FetchErrorKind::Configuration, message)
        };
        let mut base =
            Url::parse(text.trim()).map_err(|error| wrong(&format!("cannot be read ({error})")))?;
        if !matches!(base.scheme(), "https" | "http") || base.host_str().is_none() {
            return Err(wrong("is not of the web"));
        }
        let user = decoded(base.username());
        let password = base.password().map(decoded).unwrap_or_default();
        if !user.is_empty() {
            // Neither fails for an address of the web.
            let _ = base.set_username("");
            let _ = base.set_password(None);
        }
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        if !user.is_empty() {
            let origin = Url::options().base_url(Some(&base)).parse("/").unwrap_or_else(|_| base.clone());
            credentials.push((part_of(&origin), Login::User(user, Secret::new(password))));
        }
        Ok(Self { base, credentials, notes: Vec::new() })
    }

    /// Who we are towards an address: credentials go to the host and path they were given for, and nowhere else.
    pub(crate) fn credentials(&self, url: &Url) -> Credentials {
        // Over plain HTTP only where the user named the registry so.
        if url.scheme() != "https" && url.origin() != self.base.origin() {
            return Credentials::Nobody;
        }
        let part = part_of(url);
        let fitting = self.credentials.iter().filter(|(prefix, _)| part.starts_with(prefix.as_str()));
        match fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, login)| login.clone()) {
            Some(Login::Bearer(token)) => Credentials::Bearer(token),
            Some(Login::Basic(encoded)) => Credentials::Basic(encoded),
            Some(Login::User(name, password)) => Credentials::User(name, password),
            None => Credentials::Nobody,
        }
    }
}

/// Host, port and path of an address, as npm writes them in front of credentials.
fn part_of(url: &Url) -> String {
    format!("//{}{}", crate::web::host(url), url.path())
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let mut digit = || ahead.next().and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(), digit()) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Clients<'_> {
    /// The registry that a package is fetched from: what `portcullis.toml` says, else what the client's variables and
    /// files say, else what the installed client itself says when it is asked.
    pub(crate) async fn registry(&self, wanted: &Wanted) -> Result<Configured, FetchError> {
        match wanted.registry {
            Registry::Npm => npmrc::registry(self, &wanted.name).await,
            Registry::Pypi => python::registry(self).await,
        }
    }

    /// The proxy that the environment names.
    #[must_use]
    pub fn proxy(&self) -> ProxySettings {
        let first = |names: &[&str]| names.iter().find_map(|name| self.value(name));
        let proxy =
            first(&["HTTPS_PROXY", "https_proxy", "npm_config_https_proxy", "ALL_PROXY", "all_proxy"]);
        ProxySettings { proxy: proxy.map(Secret::new), direct: first(&["NO_PROXY", "no_proxy"]) }
    }

    /// The value of a variable that is not empty.
    fn value(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.trim().is_empty())
    }
}

/// The text of a configuration file; `None` when there is none.
fn text_of(path: &Path) -> Result<Option<String>, FetchError> {
    let wrong = |why: String| {
        FetchError::new(FetchErrorKind::Configuration, format!("`{}` cannot be read: {why}", path.display()))
    };
    let Ok(metadata) = path.metadata() else { return Ok(None) };
    if !metadata.is_file() {
        return Ok(None);
    }
    if metadata.len() > LARGEST {
        return Err(wrong(String::from("it is larger than 1 MiB")));
    }
    std::fs::read_to_string(path).map(Some).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_their_host_and_path_and_nowhere_else() {
        let token = (String::from("//a.example/npm/"), Login::Bearer(Secret::new("canary")));
        let configured = Configured::new("https://a.example/npm", "a test", vec![token]).unwrap();
        let is_known =
            |url: &str| !matches!(configured.credentials(&Url::parse(url).unwrap()), Credentials::Nobody);
        assert_eq!(configured.base.as_str(), "https://a.example/npm/");
        assert!(is_known("https://a.example/npm/x"));
        assert!(!is_known("https://a.example/other"));
        assert!(!is_known("https://b.example/npm/x"));
        assert!(!is_known("https://a.example:8443/npm/x"));
        assert!(!is_known("http://a.example/npm/x"));
    }

    #[test]
    fn a_name_and_password_in_the_address_are_taken_out_of_it() {
        let configured =
            Configured::new("https://ann:c%40nary@a.example/simple?x=1#y", "a test", Vec::new()).unwrap();
        assert_eq!(configured.base.as_str(), "https://a.example/simple/");
        let other = Url::parse("https://a.example/packages/x.whl").unwrap();
        let Credentials::User(name, password) = configured.credentials(&other) else { panic!("nobody") };
        assert_eq!((name.as_str(), password.expose()), ("ann", "c@nary"));
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_the_place_and_the_remedy() {
        for text in ["", "registry.example", "ftp://a.example/", "file:///etc"] {
            let Err(error) = Configured::new(text, "`.npmrc`", Vec::new()) else { panic!("{text}") };
            assert!(
                error.to_string().contains("`.npmrc`") && error.to_string().contains("https://HOST/PATH/")
            );
        }
    }
}
