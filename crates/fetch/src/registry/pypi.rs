//! Python packages: the simple index, in JSON (PEP 691) or as a page (PEP 503).

use portcullis_model::Node;
use portcullis_supply::range::{PypiSpecifiers, PypiVersion};
use reqwest::Url;

use super::{Offer, document, no_version, page, unknown};
use crate::archive::Root;
use crate::client::Configured;
use crate::digest::Digest;
use crate::error::{FetchError, FetchErrorKind};
use crate::wanted::{Wanted, normalised};
use crate::web::{Answer, Options, Web};

const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.2, text/html; q=0.1";

/// What a file is, the one that is looked at first first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A wheel that is the same on every machine: what it holds is what gets installed.
    PureWheel,
    /// The sources.
    Source,
    /// A wheel for one kind of machine.
    Wheel,
}

/// One file of the index.
#[derive(Debug, Clone)]
struct File {
    name: String,
    version: PypiVersion,
    kind: Kind,
    url: Url,
    digest: Option<Digest>,
    is_yanked: bool,
}

/// The file that is looked at for this package.
pub(super) async fn offer(
    wanted: &Wanted,
    configured: &Configured,
    options: &Options,
    web: &Web<'_>,
) -> Result<Offer, FetchError> {
    let address = configured.base.join(&format!("{}/", wanted.name)).map_err(|error| {
        FetchError::new(FetchErrorKind::Name, format!("`{}` makes no address: {error}", wanted.name))
    })?;
    let credentials = |url: &Url| configured.credentials(url);
    let answer = web.get(&address, ACCEPT, &credentials, options.metadata).await?;
    let answer = answer.ok_or_else(|| unknown(wanted, configured))?;
    chosen(wanted, files(wanted, &answer)?)
}

fn files(wanted: &Wanted, answer: &Answer) -> Result<Vec<File>, FetchError> {
    if answer.media_type.ends_with("html") {
        let page = String::from_utf8_lossy(&answer.body);
        let links = page::links(&page).into_iter();
        return Ok(links
            .filter_map(|link| {
                let url = answer.url.join(&link.address).ok()?;
                let digest = url
                    .fragment()
                    .and_then(|it| it.split_once('='))
                    .and_then(|(name, sum)| Digest::of_hex(name, sum));
                file(wanted, &link.file, url, digest, link.is_yanked)
            })
            .collect());
    }
    let root = document(answer)?;
    let listed = root.get("files").map(Node::items).unwrap_or_default();
    Ok(listed
        .iter()
        .filter_map(|entry| {
            let url = answer.url.join(entry.get_text("url")?).ok()?;
            let sum = entry.get("hashes").and_then(|hashes| hashes.get_text("sha256"));
            let digest = sum.and_then(|sum| Digest::of_hex("sha256", sum));
            // A reason counts as much as the bare word.
            let is_yanked = entry.get("yanked").is_some_and(|yanked| yanked.bool() != Some(false));
            file(wanted, entry.get_text("filename")?, url, digest, is_yanked)
        })
        .collect())
}

/// A file by its name: `NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl` or `NAME-VERSION.tar.gz`.
fn file(wanted: &Wanted, name: &str, mut url: Url, digest: Option<Digest>, is_yanked: bool) -> Option<File> {
    let (kind, version) = if let Some(stem) = name.strip_suffix(".whl") {
        let parts: Vec<&str> = stem.split('-').collect();
        let (project, version) = (parts.first()?, parts.get(1)?);
        if normalised(project) != wanted.name || !matches!(parts.len(), 5 | 6) {
            return None;
        }
        let pure = stem.ends_with("-none-any");
        (if pure { Kind::PureWheel } else { Kind::Wheel }, *version)
    } else {
        let stem = [".tar.gz", ".tgz", ".zip"].iter().find_map(|ending| name.strip_suffix(ending))?;
        // The name may have the sign that stands before the version.
        let fits = |at: usize| {
            let (project, version) = stem.split_at_checked(at)?;
            (normalised(project) == wanted.name).then(|| version.get(1..))?
        };
        (Kind::Source, stem.match_indices('-').find_map(|(at, _)| fits(at))?)
    };
    url.set_fragment(None);
    Some(File { name: name.to_owned(), version: version.parse().ok()?, kind, url, digest, is_yanked })
}

fn chosen(wanted: &Wanted, files: Vec<File>) -> Result<Offer, FetchError> {
    let newest = |files: &mut dyn Iterator<Item = &File>| files.map(|file| file.version.clone()).max();
    let released = || files.iter().filter(|file| !file.version.any_prerelease());
    let sound = |file: &&File| !file.is_yanked;
    let latest = newest(&mut released().filter(sound)).or_else(|| newest(&mut files.iter().filter(sound)));
    let missing = || no_version(wanted, latest.as_ref().map(ToString::to_string).as_deref());
    let version = match wanted.version.as_deref() {
        None => latest.clone(),
        Some(asked) => {
            let specifiers = PypiSpecifiers::read(asked).ok_or_else(|| {
                let message = format!("`{asked}` is no version of a Python package; write `==1.2.3`");
                FetchError::new(FetchErrorKind::Name, message)
            })?;
            let names_one = asked.starts_with("==") && !asked.contains(['*', ',']);
            let fitting = || files.iter().filter(|file| specifiers.admits(&file.version));
            let stable = newest(&mut fitting().filter(sound).filter(|file| !file.version.any_prerelease()));
            // A version that was taken back is fetched when it is asked for by name, as pip does.
            stable
                .or_else(|| newest(&mut fitting().filter(sound)))
                .or_else(|| names_one.then(|| newest(&mut fitting())).flatten())
        }
    };
    let version = version.ok_or_else(missing)?;
    let mut of_version: Vec<File> = files.into_iter().filter(|file| file.version == version).collect();
    of_version.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    let others: Vec<String> = of_version.iter().skip(1).map(|file| format!("`{}`", file.name)).collect();
    let file = of_version.into_iter().next().ok_or_else(|| {
        FetchError::new(
            FetchErrorKind::NoVersion,
            format!("`{}` has no file of version `{version}`", wanted.name),
        )
    })?;
    Ok(Offer {
        version: version.to_string(),
        notes: notes(&file, &others),
        root: if file.kind == Kind::Source { Root::Common } else { Root::Keep },
        file: file.name,
        url: file.url,
        nearer: None,
        digests: file.digest.into_iter().collect(),
    })
}

fn notes(file: &File, others: &[String]) -> Vec<String> {
    const SHOWN: usize = 3;
    let what = match file.kind {
        Kind::PureWheel => "the wheel",
        Kind::Source => "the source distribution",
        Kind::Wheel => "a wheel of one platform",
    };
    let mut notes = Vec::new();
    if file.is_yanked {
        notes.push(String::from("this version was yanked by its publisher"));
    }
    if !others.is_empty() {
        let mut named = others.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        if others.len() > SHOWN {
            named.push_str(&format!(" and {} more", others.len() - SHOWN));
        }
        notes.push(format!("{what} `{}` was looked at; not looked at: {named}", file.name));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(asked: &str, names: &[&str]) -> String {
        let wanted: Wanted = format!("pypi:some-mcp{asked}").parse().unwrap();
        let files = names.iter().filter_map(|name| {
            let (name, is_yanked) = name.strip_prefix('!').map_or((*name, false), |name| (name, true));
            file(&wanted, name, Url::parse("https://a.example/x").unwrap(), None, is_yanked)
        });
        chosen(&wanted, files.collect()).map_or_else(|error| error.to_string(), |offer| offer.file)
    }

    #[test]
    fn the_version_is_the_newest_that_fits_and_was_neither_yanked_nor_unfinished() {
        let names = [
            "some_mcp-1.9.tar.gz",
            "some-mcp-1.10.tar.gz",
            "!some_mcp-1.11.tar.gz",
            "some_mcp-2.0rc1.tar.gz",
            "some_mcp_other-3.0.tar.gz",
        ];
        assert_eq!(choose("", &names), "some-mcp-1.10.tar.gz");
        assert_eq!(choose("<1.10", &names), "some_mcp-1.9.tar.gz");
        assert_eq!(choose("==1.11", &names), "some_mcp-1.11.tar.gz");
        assert_eq!(choose(">1.10", &names), "some_mcp-2.0rc1.tar.gz");
        assert_eq!(choose("==2.0rc1", &names), "some_mcp-2.0rc1.tar.gz");
        assert_eq!(choose("==4", &names), "`some-mcp` has no version `==4`; the newest one is `1.10`");
        assert!(choose("=4", &names).contains("write `==1.2.3`"));
        assert_eq!(choose("", &names[3..4]), "some_mcp-2.0rc1.tar.gz");
    }

    #[test]
    fn a_wheel_for_every_machine_goes_before_the_sources_and_those_before_other_wheels() {
        let (pure, source) = ("some_mcp-1.0-py3-none-any.whl", "some_mcp-1.0.tar.gz");
        let bound = "some_mcp-1.0-1-cp312-cp312-manylinux_2_17_x86_64.whl";
        assert_eq!(choose("", &[bound, source, pure]), pure);
        assert_eq!(choose("", &[bound, source]), source);
        assert_eq!(choose("", &[bound]), bound);
        assert_eq!(
            choose("", &["other-1.0-py3-none-any.whl", "some_mcp-1.0.exe"]),
            "`some-mcp` has no version `any`"
        );
    }
}
