//! `pnpm-lock.yaml`, versions 5 to 9: its outline is read line by line.

use std::collections::BTreeMap;

use portcullis_model::Span;

use super::{Dependency, DependencyKind, Manifest, Needed, Source, npm};
use crate::ecosystem::Ecosystem;

pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let mut locked: Vec<Dependency> = Vec::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut section, mut member) = ("", "");
    let mut current: Option<usize> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let plain = line.trim_end();
        let body = plain.trim_start();
        let depth = plain.len() - body.len();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        match depth {
            0 => (section, current) = (body.trim_end_matches(':'), None),
            2 if matches!(section, "packages" | "snapshots") => {
                member = "";
                current = package(body).map(|(name, version)| {
                    *places.entry((name.clone(), version.clone())).or_insert_with(|| {
                        let (kind, span) =
                            (DependencyKind::Locked, Span::new(start + 2, start + plain.len()));
                        locked.push(Dependency::new(Ecosystem::Npm, &name, &version, kind, span));
                        locked.len() - 1
                    })
                });
            }
            4 | 6 => {
                if depth == 4 {
                    member = body.split(':').next().unwrap_or_default();
                }
                if let Some(entry) = current.and_then(|index| locked.get_mut(index)) {
                    stated(entry, member, body, depth);
                }
            }
            _ => {}
        }
    }
    for mut entry in locked {
        if let Some(address) = &entry.resolved {
            // Of a registry's package only an archive that lies elsewhere is named.
            entry.source =
                if address.contains("/-/") { Source::Registry } else { npm::source(&entry.name, address) };
        }
        manifest.depends(entry);
    }
    true
}

/// What a line says of its package.
fn stated(entry: &mut Dependency, member: &str, body: &str, depth: usize) {
    match member {
        "resolution" => {
            let value = |key: &str| {
                let (_, rest) = body.split_once(&format!("{key}: "))?;
                Some(rest.split([',', '}']).next()?.trim().trim_matches(['\'', '"']).to_owned())
            };
            entry.integrity = entry.integrity.take().or_else(|| value("integrity"));
            entry.resolved = entry.resolved.take().or_else(|| value("tarball")).or_else(|| value("repo"));
        }
        "requiresBuild" => entry.runs_script |= body.ends_with("true"),
        "dependencies" | "optionalDependencies" if depth == 6 => {
            if let Some((name, version)) = body.split_once(": ") {
                let version = version_of(unquoted(version));
                entry.needs.push(Needed { name: unquoted(name).to_owned(), version: version.to_owned() });
            }
        }
        _ => {}
    }
}

/// Name and version of the key of a package: `name@1.0.0`, `/name@1.0.0`, `/name/1.0.0`, with the peers it was settled
/// for behind it.
fn package(line: &str) -> Option<(String, String)> {
    let key = line.strip_suffix(':').or_else(|| line.split_once(": ").map(|(key, _)| key))?;
    let key = unquoted(key);
    let (key, is_older) = key.strip_prefix('/').map_or((key, false), |key| (key, true));
    let key = key.split('(').next().unwrap_or(key);
    let (name, version) = match slash_of(key).filter(|_| is_older) {
        Some(at) => (key.get(..at)?, key.get(at + 1..)?),
        None => {
            let at = key.char_indices().skip(1).find(|(_, sign)| *sign == '@').map(|(at, _)| at)?;
            (key.get(..at)?, key.get(at + 1..)?)
        }
    };
    Some((name.to_owned(), version_of(version).to_owned()))
}

/// The `/` between name and version, behind the one of a scope.
fn slash_of(key: &str) -> Option<usize> {
    let scope = if key.starts_with('@') { key.find('/')? + 1 } else { 0 };
    let rest = key.get(scope..)?;
    let slash = rest.find('/')?;
    rest.as_bytes().get(slash + 1)?.is_ascii_digit().then_some(scope + slash)
}

/// A version without the peers that it was settled for.
fn version_of(text: &str) -> &str {
    let text = text.split('(').next().unwrap_or(text);
    if text.contains("://") { text } else { text.split('_').next().unwrap_or(text) }
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['\'', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    #[test]
    fn every_version_is_read_with_what_each_package_needs() {
        let ninth = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0\n\npackages:\n\n  \
            '@s/a@1.0.0':\n    resolution: {integrity: sha512-x}\n    engines: {node: '>=18'}\n\n  b@2.0.0:\n    resolution: {integrity: sha512-y, tarball: https://f.example/b.tgz}\n\n\
            snapshots:\n\n  '@s/a@1.0.0(b@2.0.0)':\n    dependencies:\n      b: 2.0.0(c@1)\n\n  b@2.0.0: {}\n";
        let sixth = "lockfileVersion: '6.0'\npackages:\n\n  /@s/a@1.0.0:\n    resolution: {integrity: sha512-x}\n    dependencies:\n      b: 2.0.0\n    dev: false\n\n  \
            /b@2.0.0:\n    resolution: {integrity: sha512-y, tarball: https://f.example/b.tgz}\n";
        let fifth = "lockfileVersion: 5.4\npackages:\n\n  /@s/a/1.0.0_peer@1.0.0:\n    resolution: {integrity: sha512-x}\n    dependencies:\n      b: 2.0.0\n\n  \
            /b/2.0.0:\n    resolution: {integrity: sha512-y, tarball: https://f.example/b.tgz}\n    requiresBuild: true\n";
        for text in [ninth, sixth, fifth] {
            let manifest = read("pnpm-lock.yaml", text).unwrap();
            let [a, b] = manifest.dependencies.as_slice() else { panic!("{manifest:?}") };
            assert_eq!(
                (&*a.name, &*a.requirement, a.integrity.as_deref()),
                ("@s/a", "1.0.0", Some("sha512-x"))
            );
            assert_eq!(a.needs, [Needed { name: String::from("b"), version: String::from("2.0.0") }]);
            assert!(matches!(b.source, Source::Url(_)), "{b:?}");
        }
        let span = read("pnpm-lock.yaml", ninth).unwrap().dependencies[0].span;
        assert_eq!(ninth.get(span.start..span.end).unwrap(), "'@s/a@1.0.0':");
    }

    #[test]
    fn what_is_broken_is_no_panic() {
        for text in [
            "packages:\n  :\n",
            "packages:\n  /:\n    resolution: {",
            "packages:\n  '@a:\n    dependencies:\n      x",
        ] {
            assert!(read("pnpm-lock.yaml", text).is_some());
        }
    }
}
