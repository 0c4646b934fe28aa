//! npm packages.

use portcullis_model::Node;
use portcullis_supply::range::{NpmRange, NpmVersion};
use reqwest::Url;

use super::{Offer, document, no_version, unknown};
use crate::archive::Root;
use crate::client::Configured;
use crate::digest::Digest;
use crate::error::{FetchError, FetchErrorKind};
use crate::wanted::Wanted;
use crate::web::{Options, Web};

/// The short form of what a registry says of a package, else the long one.
const ACCEPT: &str = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";

/// The archive that npm would install.
pub(super) async fn offer(
    wanted: &Wanted,
    configured: &Configured,
    options: &Options,
    web: &Web<'_>,
) -> Result<Offer, FetchError> {
    let address = configured.base.join(&wanted.name.replace('/', "%2f")).map_err(|error| {
        FetchError::new(FetchErrorKind::Name, format!("`{}` makes no address: {error}", wanted.name))
    })?;
    let credentials = |url: &Url| configured.credentials(url);
    let answer = web.get(&address, ACCEPT, &credentials, options.metadata).await?;
    let answer = answer.ok_or_else(|| unknown(wanted, configured))?;
    let root = document(&answer)?;
    let (version, described) = chosen(wanted, &root)?;
    let dist = described.get("dist");
    let tarball = dist.and_then(|dist| dist.get_text("tarball"));
    let url = tarball.and_then(|tarball| answer.url.join(tarball).ok()).ok_or_else(|| {
        let message = format!("the registry says not where `{}@{version}` lies", wanted.name);
        FetchError::new(FetchErrorKind::Unreachable, message)
    })?;
    let integrity = dist.and_then(|dist| dist.get_text("integrity")).map(Digest::of_integrity);
    let mut digests = integrity.unwrap_or_default();
    if digests.is_empty() {
        let sum = dist.and_then(|dist| dist.get_text("shasum"));
        digests.extend(sum.and_then(|sum| Digest::of_hex("sha1", sum)));
    }
    let mut notes = Vec::new();
    if let Some(reason) = described.get("deprecated").and_then(Node::text).filter(|reason| !reason.is_empty())
    {
        notes.push(format!("deprecated by its publisher: {}", reason.chars().take(200).collect::<String>()));
    }
    let file = url.path().rsplit('/').next().unwrap_or_default().to_owned();
    let nearer = nearer(configured, &url, &wanted.name, &file);
    Ok(Offer { version, file, url, nearer, digests, root: Root::First, notes })
}

/// A mirror may hand on addresses of what it mirrors: the file lies with the mirror as well, where npm looks for it.
fn nearer(configured: &Configured, url: &Url, name: &str, file: &str) -> Option<Url> {
    let usual = format!("{name}/-/{file}");
    let is_usual = url.path().ends_with(&format!("/{usual}"));
    (url.origin() != configured.base.origin() && is_usual).then(|| configured.base.join(&usual).ok())?
}

/// The version that npm would choose.
fn chosen<'a>(wanted: &Wanted, root: &'a Node) -> Result<(String, &'a Node), FetchError> {
    let versions = root.get("versions").map(Node::entries).unwrap_or_default();
    let described = |name: &str| {
        let entry = versions.iter().find(|entry| &*entry.key == name)?;
        Some((entry.key.to_string(), &entry.node))
    };
    let tagged = |tag: &str| root.get("dist-tags").and_then(|tags| tags.get_text(tag)).and_then(described);
    let latest = tagged("latest");
    let asked = wanted.version.as_deref().unwrap_or("latest");
    let newest = || latest.as_ref().map(|(version, _)| version.as_str());
    let missing = || no_version(wanted, newest());
    let exact = asked.trim_start_matches(['v', '=']);
    if let Some(found) = described(exact).or_else(|| tagged(asked)) {
        return Ok(found);
    }
    let mut parsed: Vec<(NpmVersion, String, &Node)> = versions
        .iter()
        .filter_map(|entry| Some((NpmVersion::read(&entry.key)?, entry.key.to_string(), &entry.node)))
        .collect();
    parsed.sort_by(|a, b| a.0.cmp(&b.0));
    if asked == "latest" {
        let released = parsed.iter().rev().find(|(version, _, _)| !version.is_prerelease());
        let any = released.or(parsed.last());
        return any.map(|(_, name, node)| (name.clone(), *node)).ok_or_else(missing);
    }
    let range = NpmRange::read(asked).ok_or_else(missing)?;
    // As npm does: what is tagged as the latest when it fits, else the highest that is not deprecated.
    if let Some(found) = &latest
        && NpmVersion::read(&found.0).is_some_and(|version| range.admits(&version))
    {
        return Ok(found.clone());
    }
    let fitting: Vec<_> = parsed.iter().rev().filter(|(version, _, _)| range.admits(version)).collect();
    let supported = fitting.iter().find(|(_, _, node)| node.get("deprecated").is_none());
    let found = supported.or(fitting.first());
    found.map(|(_, name, node)| (name.clone(), *node)).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use portcullis_wire::json::{Dialect, Limits, read};

    use super::*;

    fn choose(asked: &str) -> String {
        let text = r#"{"dist-tags": {"latest": "1.5.0", "next": "2.0.0-beta.1"}, "versions": {
            "1.4.0": {}, "1.5.0": {}, "1.10.0": {}, "1.11.0": {"deprecated": "broken"}, "2.0.0-beta.1": {}, "odd": {}}}"#;
        let root = read(text.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root;
        let wanted: Wanted = format!("npm:a{asked}").parse().unwrap();
        chosen(&wanted, &root).map_or_else(|error| error.to_string(), |(version, _)| version)
    }

    #[test]
    fn the_version_is_the_one_that_npm_chooses() {
        assert_eq!(choose(""), "1.5.0");
        assert_eq!(choose("@latest"), "1.5.0");
        assert_eq!(choose("@next"), "2.0.0-beta.1");
        assert_eq!(choose("@1.4.0"), "1.4.0");
        assert_eq!(choose("@v1.4.0"), "1.4.0");
        assert_eq!(choose("@^1.2"), "1.5.0");
        assert_eq!(choose("@>=1.6"), "1.10.0");
        assert_eq!(choose("@>=1.11"), "1.11.0");
        assert_eq!(choose("@~1.4.0"), "1.4.0");
        assert_eq!(choose("@3.0.0"), "`a` has no version `3.0.0`; the newest one is `1.5.0`");
        assert_eq!(choose("@~x"), "1.5.0");
        assert_eq!(choose("@nonsense"), "`a` has no version `nonsense`; the newest one is `1.5.0`");
    }
}
