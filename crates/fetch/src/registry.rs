//! From a package's name to its files.

mod npm;
mod page;
mod product;
mod pypi;

use portcullis_model::{Bundle, Node};
use portcullis_wire::json::{self, Dialect};
use reqwest::Url;

use crate::archive::{self, Root};
use crate::client::{Clients, Configured};
use crate::digest::Digest;
use crate::error::{FetchError, FetchErrorKind};
use crate::wanted::{Registry, Wanted};
use crate::web::{self, Answer, Options, Progress, Web};

/// A package that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it is from.
    pub registry: Registry,
    /// Its name.
    pub name: String,
    /// Its version, whole.
    pub version: String,
    /// The file that was read, such as `name-1.0-py3-none-any.whl`.
    pub file: String,
    /// The digest that the registry stated and the file has, such as `sha256:…`.
    pub digest: String,
    /// Its files. The locator is the package with its version.
    pub bundle: Bundle,
    /// What should be known of the choice: other files of the same version, a version that was taken back.
    pub notes: Vec<String>,
}

impl Fetched {
    /// True when the file has this digest: written as lock files do, `sha512-BASE64` or `sha256:HEX`.
    ///
    /// The file is known by the digest that the registry stated; another algorithm than the registry's is never the same.
    #[must_use]
    pub fn has_digest(&self, text: &str) -> bool {
        let named = text.split_once(':').and_then(|(name, digits)| Digest::of_hex(name, digits));
        let mut named = named.into_iter().chain(Digest::of_integrity(text));
        named.any(|digest| digest.to_string() == self.digest)
    }
}

/// How fetching ended, and who was asked for it.
#[derive(Debug)]
pub struct Attempt<T = Fetched> {
    /// The package, or why it could not be fetched.
    pub outcome: Result<T, FetchError>,
    /// Hosts that were asked, in order; also when nothing came of it.
    pub hosts: Vec<String>,
}

/// What there is of a package that may be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The version that is known; no file was fetched.
    Same(String),
    /// Another one.
    Fetched(Box<Fetched>),
}

/// One file of a version, as the registry offers it.
struct Offer {
    version: String,
    file: String,
    url: Url,
    /// Where else it may lie: tried first.
    nearer: Option<Url>,
    /// Any of these will do.
    digests: Vec<Digest>,
    root: Root,
    notes: Vec<String>,
}

/// Fetches a package from the registry that the user's clients use, checks its digest and unpacks it in memory.
///
/// Packages that are released with it under its own version are parts of it: they are fetched in the same way, a bounded
/// number of them, and lie under `node_modules` as they get installed. Notes name them.
pub async fn fetch(
    wanted: &Wanted,
    clients: &Clients<'_>,
    options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Attempt {
    let Attempt { outcome, hosts } = fetch_unless(wanted, clients, options, progress, &|_| false).await;
    let outcome = outcome.and_then(|news| match news {
        News::Fetched(package) => Ok(*package),
        News::Same(version) => Err(no_version(wanted, Some(&version))),
    });
    Attempt { outcome, hosts }
}

/// As [`fetch`], unless the version that the registry would give is known: then its file is not fetched.
pub async fn fetch_unless(
    wanted: &Wanted,
    clients: &Clients<'_>,
    options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    is_known: &(dyn Fn(&str) -> bool + Sync),
) -> Attempt<News> {
    let web = match Web::new(options, &clients.proxy(), progress) {
        Ok(web) => web,
        Err(error) => return Attempt { outcome: Err(error), hosts: Vec::new() },
    };
    let news = async {
        let (configured, offer) = offered(wanted, clients, options, &web).await?;
        if is_known(&offer.version) {
            return Ok(News::Same(offer.version));
        }
        let package = taken(wanted, offer, &configured, options, &web).await?;
        Ok(News::Fetched(Box::new(product::whole(package, clients, options, &web).await)))
    };
    let outcome = news.await;
    Attempt { outcome, hosts: web.hosts() }
}

async fn fetched(
    wanted: &Wanted,
    clients: &Clients<'_>,
    options: &Options,
    web: &Web<'_>,
) -> Result<Fetched, FetchError> {
    let (configured, offer) = offered(wanted, clients, options, web).await?;
    taken(wanted, offer, &configured, options, web).await
}

async fn offered(
    wanted: &Wanted,
    clients: &Clients<'_>,
    options: &Options,
    web: &Web<'_>,
) -> Result<(Configured, Offer), FetchError> {
    let configured = clients.registry(wanted).await?;
    let offer = match wanted.registry {
        Registry::Npm => npm::offer(wanted, &configured, options, web).await?,
        Registry::Pypi => pypi::offer(wanted, &configured, options, web).await?,
    };
    Ok((configured, offer))
}

async fn taken(
    wanted: &Wanted,
    offer: Offer,
    configured: &Configured,
    options: &Options,
    web: &Web<'_>,
) -> Result<Fetched, FetchError> {
    let bytes = download(&offer, configured, options, web).await?;
    let digest = verified(&offer, &bytes)?;
    let sign = if wanted.registry == Registry::Npm { "@" } else { "==" };
    let locator = format!("{}:{}{sign}{}", wanted.registry.as_str(), wanted.name, offer.version);
    let bundle = archive::unpack(&locator, &offer.file, &bytes, offer.root, &options.limits)
        .map_err(|error| FetchError::new(FetchErrorKind::Refused, format!("`{}`: {error}", offer.file)))?;
    let notes =
        configured.notes.iter().chain(&offer.notes).map(|note| format!("`{locator}`: {note}")).collect();
    Ok(Fetched {
        registry: wanted.registry,
        name: wanted.name.clone(),
        version: offer.version,
        file: offer.file,
        digest,
        bundle,
        notes,
    })
}

async fn download(
    offer: &Offer,
    configured: &Configured,
    options: &Options,
    web: &Web<'_>,
) -> Result<Vec<u8>, FetchError> {
    let credentials = |url: &Url| configured.credentials(url);
    for url in offer.nearer.iter().chain([&offer.url]) {
        if !web::may_go(&configured.base, url) {
            let message = format!(
                "the registry offers `{}` at `{}`, where a download does not go: only https will do",
                offer.file,
                web::harmless(url)
            );
            return Err(FetchError::new(FetchErrorKind::Refused, message));
        }
        if let Some(answer) = web.get(url, "*/*", &credentials, options.archive).await? {
            return Ok(answer.body);
        }
    }
    let message = format!(
        "the registry offers `{}` at `{}`, and there is nothing; try another version",
        offer.file,
        web::harmless(&offer.url)
    );
    Err(FetchError::new(FetchErrorKind::NoVersion, message))
}

/// The digest that the file has and the registry stated.
fn verified(offer: &Offer, bytes: &[u8]) -> Result<String, FetchError> {
    let wrong = |message: String| FetchError::new(FetchErrorKind::WrongDigest, message);
    let Some(stated) = offer.digests.first() else {
        let message = format!(
            "the registry states no digest for `{}`, so that nothing proves what it sends",
            offer.file
        );
        return Err(wrong(message));
    };
    let found = stated.same_of(bytes);
    if offer.digests.contains(&found) {
        return Ok(found.to_string());
    }
    Err(wrong(format!(
        "`{}` is not what the registry says it is: it states {stated} and sent {found}; nothing of it was looked at",
        offer.file
    )))
}

/// What a registry says of a package, in JSON.
fn document(answer: &Answer) -> Result<Node, FetchError> {
    let document = json::read(&answer.body, Dialect::Jsonc, &json::Limits::default()).map_err(|fault| {
        let message = format!(
            "`{}` does not answer as a registry does: {fault}; check its address",
            web::harmless(&answer.url)
        );
        FetchError::new(FetchErrorKind::Unreachable, message)
    })?;
    Ok(document.root)
}

fn unknown(wanted: &Wanted, configured: &Configured) -> FetchError {
    let host = web::host(&configured.base);
    let message = format!("`{host}` knows no package `{}`; check its name and the registry", wanted.name);
    FetchError::new(FetchErrorKind::UnknownPackage, message)
}

fn no_version(wanted: &Wanted, newest: Option<&str>) -> FetchError {
    let version = wanted.version.as_deref().unwrap_or("any");
    let remedy = newest.map_or_else(String::new, |newest| format!("; the newest one is `{newest}`"));
    let message = format!("`{}` has no version `{version}`{remedy}", wanted.name);
    FetchError::new(FetchErrorKind::NoVersion, message)
}
