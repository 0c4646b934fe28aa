//! What one package argument names: `@scope/name@1.2`, `name[extra]==1.0`, `ghcr.io/owner/image:tag`, `github:owner/repo`.

use crate::ecosystem::Ecosystem;
use crate::version::VersionPin;

/// A package argument, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) ecosystem: Ecosystem,
    /// As the registry knows it, without version, extras and markers.
    pub(super) name: String,
    pub(super) version: VersionPin,
    pub(super) registry: Option<String>,
    /// The written text up to the version: a pinned version is put behind it.
    pub(super) head: String,
    /// What stays behind the version: `#subdirectory=…`.
    pub(super) tail: String,
}

impl Spec {
    fn new(ecosystem: Ecosystem, name: &str, version: VersionPin) -> Self {
        Self {
            ecosystem,
            name: name.to_owned(),
            version,
            registry: None,
            head: name.to_owned(),
            tail: String::new(),
        }
    }

    pub(super) fn local(path: &str) -> Self {
        Self::new(Ecosystem::LocalFile, path, VersionPin::Missing)
    }

    /// The version stands in another argument: none can be put behind the name.
    pub(super) fn without_place_for_version(self) -> Self {
        Self { head: String::new(), ..self }
    }

    fn url(text: &str) -> Self {
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let version = match fragment.strip_prefix("sha256=") {
            Some(digest) => VersionPin::Digest(digest.to_owned()),
            None => VersionPin::Missing,
        };
        Self::new(Ecosystem::Url, address, version)
    }

    fn git(repository: &str, reference: &str) -> Self {
        Self::new(Ecosystem::Git, repository, VersionPin::git(reference))
    }
}

/// Reads an argument of npx, pnpm, yarn or bun.
pub(super) fn npm(text: &str) -> Option<Spec> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('-') {
        return None;
    }
    if is_path(text) {
        return Some(Spec::local(text.strip_prefix("file:").unwrap_or(text)));
    }
    if let Some(spec) = repository_or_address(text) {
        return Some(spec);
    }
    let (name, version) = split_version(text);
    if let Some(real) = version.strip_prefix("npm:") {
        return npm_name(real);
    }
    if matches!(version.split_once(':'), Some(("file" | "link" | "portal", _))) {
        return Some(Spec::local(version));
    }
    if let Some(spec) = repository_or_address(version) {
        return Some(spec);
    }
    let is_shorthand = !name.starts_with('@') && name.matches('/').count() == 1;
    if is_shorthand {
        let (repository, reference) = text.split_once('#').unwrap_or((text, ""));
        return Some(Spec {
            head: repository.to_owned(),
            ..Spec::git(&format!("github.com/{repository}"), reference)
        });
    }
    npm_name(text)
}

fn npm_name(text: &str) -> Option<Spec> {
    let (name, version) = split_version(text);
    (!name.is_empty()).then(|| Spec::new(Ecosystem::Npm, name, VersionPin::npm(version)))
}

/// Splits `name@version`; the `@` of a scope is part of the name.
fn split_version(text: &str) -> (&str, &str) {
    match text.char_indices().skip(1).find(|&(_, character)| character == '@') {
        Some((at, _)) => (text.get(..at).unwrap_or(text), text.get(at + 1..).unwrap_or_default()),
        None => (text, ""),
    }
}

/// Reads an argument of uvx, pipx or pip.
pub(super) fn pypi(text: &str) -> Option<Spec> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('-') {
        return None;
    }
    if let Some((name, address)) = text.split_once('@') {
        // PEP 508 direct reference: `name @ git+https://…`.
        if !name.contains(':')
            && let Some(spec) = python_address(address.trim())
        {
            return Some(Spec { head: format!("{name}@ {}", spec.head), ..spec });
        }
    }
    if let Some(spec) = python_address(text) {
        return Some(spec);
    }
    if is_path(text) || has_extension(text, "whl") || has_extension(text, "py") {
        return Some(Spec::local(text));
    }
    let marker = text.find(';').and_then(|at| text.get(at..)).unwrap_or_default();
    let requirement = text.strip_suffix(marker).unwrap_or(text).trim();
    let end = requirement.find(['=', '<', '>', '~', '!', '@', ' ']).unwrap_or(requirement.len());
    let (head, rest) = (requirement.get(..end)?, requirement.get(end..)?.trim());
    let name = head.split_once('[').map_or(head, |(name, _)| name);
    let version = match rest.strip_prefix('@') {
        Some(version) => VersionPin::pypi_at(version),
        None => VersionPin::pypi_specifier(rest.trim_matches(['(', ')'])),
    };
    let spec = Spec::new(Ecosystem::Pypi, name, version);
    (!name.is_empty()).then(|| Spec { head: head.to_owned(), tail: marker.to_owned(), ..spec })
}

fn python_address(text: &str) -> Option<Spec> {
    let Some(address) = text.strip_prefix("git+") else {
        return is_address(text).then(|| Spec::url(text));
    };
    let tail = address.find('#').and_then(|at| address.get(at..)).unwrap_or_default();
    let address = address.strip_suffix(tail).unwrap_or(address);
    let path_start = address.find("://").map_or(0, |at| at + 3);
    let host_end = address.get(path_start..)?.find('/').map_or(path_start, |at| path_start + at);
    let (repository, reference) = match address.get(host_end..)?.rfind('@') {
        Some(at) => (address.get(..host_end + at)?, address.get(host_end + at + 1..)?),
        None => (address, ""),
    };
    let head = format!("git+{repository}");
    Some(Spec { head, tail: tail.to_owned(), ..Spec::git(&repository_name(repository), reference) })
}

/// Reads an image reference: `[host[:port]/]path[:tag][@digest]`.
pub(super) fn oci(text: &str) -> Option<Spec> {
    let text = text.trim();
    let reference = text.split_once("://").map_or(text, |(_, reference)| reference);
    let (named, digest) = match reference.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (reference, None),
    };
    let path_start = named.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match named.get(path_start..)?.find(':') {
        Some(at) => (named.get(..path_start + at)?, named.get(path_start + at + 1..)?),
        None => (named, ""),
    };
    if name.is_empty() {
        return None;
    }
    let version = match digest {
        Some(digest) => VersionPin::Digest(digest.to_owned()),
        None if tag.is_empty() => VersionPin::Missing,
        None => VersionPin::Tag(tag.to_owned()),
    };
    let registry = name
        .split_once('/')
        .map(|(host, _)| host)
        .filter(|host| host.contains(['.', ':']) || *host == "localhost");
    Some(Spec { registry: registry.map(str::to_owned), ..Spec::new(Ecosystem::Oci, name, version) })
}

/// Reads `deno run` operands: `npm:`, `jsr:`, an address, or a file.
pub(super) fn deno(text: &str) -> Option<Spec> {
    if let Some(name) = text.strip_prefix("npm:") {
        let found = npm_name(name.trim_start_matches('/'))?;
        return Some(Spec { head: format!("npm:{}", found.name), ..found });
    }
    if let Some(package) = text.strip_prefix("jsr:") {
        let (name, version) = split_version(package.trim_start_matches('/'));
        let version = version.split('/').next().unwrap_or_default();
        return Some(Spec {
            head: format!("jsr:{name}"),
            ..Spec::new(Ecosystem::Jsr, name, VersionPin::npm(version))
        });
    }
    Some(if is_address(text) { Spec::url(text) } else { Spec::local(text) })
}

/// Reads `go run` operands: a module path with a version, or a folder.
pub(super) fn go(text: &str) -> Option<Spec> {
    let (path, version) = text.split_once('@').unwrap_or((text, ""));
    let has_host = path.split('/').next().is_some_and(|host| host.contains('.') && !host.starts_with('.'));
    if is_path(path) || !has_host || has_extension(path, "go") {
        return Some(Spec::local(text));
    }
    Some(Spec::new(Ecosystem::Go, path, VersionPin::go(version)))
}

/// Reads `name@version` of crates and .NET tools.
pub(super) fn at_version(text: &str, ecosystem: Ecosystem, read: fn(&str) -> VersionPin) -> Option<Spec> {
    let (name, version) = text.split_once('@').unwrap_or((text, ""));
    (!name.is_empty()).then(|| Spec::new(ecosystem, name, read(version)))
}

/// Reads a repository address and a reference given beside it.
pub(super) fn git(address: &str, reference: &str) -> Option<Spec> {
    (!address.is_empty()).then(|| Spec::git(&repository_name(address), reference).without_place_for_version())
}

/// Reads a flake reference: a repository when it is one, else a name of the local flake registry.
pub(super) fn flake(text: &str) -> Option<Spec> {
    repository_or_address(text).map(Spec::without_place_for_version).or_else(|| Some(Spec::local(text)))
}

/// `github:o/r#ref`, `git+ssh://…`, `git@host:o/r`, an address of a repository or of a file.
fn repository_or_address(text: &str) -> Option<Spec> {
    const HOSTS: [(&str, &str); 4] = [
        ("github:", "github.com/"),
        ("gitlab:", "gitlab.com/"),
        ("bitbucket:", "bitbucket.org/"),
        ("gist:", "gist.github.com/"),
    ];
    let (place, reference) = text.split_once('#').unwrap_or((text, ""));
    for (prefix, host) in HOSTS {
        if let Some(path) = place.strip_prefix(prefix) {
            return Some(Spec { head: place.to_owned(), ..Spec::git(&format!("{host}{path}"), reference) });
        }
    }
    let is_git = place.starts_with("git+") || place.starts_with("git://") || place.starts_with("ssh://");
    if is_git || place.starts_with("git@") || (is_address(place) && has_extension(place, "git")) {
        return Some(Spec { head: place.to_owned(), ..Spec::git(&repository_name(place), reference) });
    }
    if !is_address(place) {
        return None;
    }
    // The clients clone `https://github.com/owner/repo`; deeper paths are files.
    let path = place.split_once("://").map_or("", |(_, path)| path).trim_end_matches('/');
    if path.starts_with("github.com/") && path.matches('/').count() == 2 {
        return Some(Spec { head: place.to_owned(), ..Spec::git(path, reference) });
    }
    Some(Spec::url(text))
}

/// `git+ssh://git@github.com/o/r.git` as `github.com/o/r`.
fn repository_name(address: &str) -> String {
    let address = address.strip_prefix("git+").unwrap_or(address);
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = address.split_once('@').map_or(address, |(_, rest)| rest);
    let address = address.strip_suffix(".git").unwrap_or(address);
    // scp-like `github.com:o/r`; a port stays.
    match address.split_once(':') {
        Some((host, path)) if !path.starts_with(|character: char| character.is_ascii_digit()) => {
            format!("{host}/{path}")
        }
        _ => address.to_owned(),
    }
}

pub(super) fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

pub(super) fn has_extension(text: &str, extension: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// True for text that names a place on this machine.
pub(super) fn is_path(text: &str) -> bool {
    let drive = text.get(1..3).is_some_and(|rest| matches!(rest, ":\\" | ":/"));
    drive
        || ["/", "./", "../", "~/", ".\\", "..\\", "\\\\", "file:", "$HOME", "%USERPROFILE%"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        || matches!(text, "." | "..")
        || (text.starts_with("${") && text.contains(['/', '\\']))
}
