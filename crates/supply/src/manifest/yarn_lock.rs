//! `yarn.lock`: the format of the first Yarn, and the YAML of its successors, which has the same outline.

use std::collections::BTreeMap;

use portcullis_model::Span;

use super::{Dependency, DependencyKind, Manifest, Needed, Source, npm};
use crate::ecosystem::Ecosystem;

/// One entry, as it is written.
#[derive(Default)]
struct Entry<'t> {
    /// What it answers, such as `a@^1.0.0`.
    wanted: Vec<&'t str>,
    span: Span,
    version: &'t str,
    resolved: Option<&'t str>,
    integrity: Option<&'t str>,
    /// Name and range of what it needs.
    needs: Vec<(&'t str, &'t str)>,
}

pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let entries = entries(text);
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        answers.extend(entry.wanted.iter().map(|wanted| (*wanted, index)));
    }
    for entry in &entries {
        let Some((name, range)) = entry.wanted.first().and_then(|wanted| split(wanted)) else { continue };
        // The project itself and its parts, and a package with a patch of the project's, which stands alone too.
        if ["workspace:", "patch:"].iter().any(|prefix| range.starts_with(prefix)) {
            continue;
        }
        let kind = DependencyKind::Locked;
        let mut locked = Dependency::new(Ecosystem::Npm, name, entry.version, kind, entry.span);
        locked.integrity = entry.integrity.map(str::to_owned);
        locked.resolved = entry.resolved.filter(|address| address.contains("://")).map(str::to_owned);
        locked.source = source(name, range, locked.resolved.as_deref());
        locked.needs = entry
            .needs
            .iter()
            .filter_map(|(name, range)| {
                let spelt = [format!("{name}@{range}"), format!("{name}@npm:{range}")];
                let index = spelt.iter().find_map(|wanted| answers.get(wanted.as_str()))?;
                let version = entries.get(*index)?.version.to_owned();
                Some(Needed { name: (*name).to_owned(), version })
            })
            .collect();
        manifest.depends(locked);
    }
    true
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut in_needs = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let plain = line.trim_end();
        let body = plain.trim_start();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        match plain.len() - body.len() {
            0 => {
                in_needs = false;
                let wanted = body.strip_suffix(':').unwrap_or(body);
                let wanted = wanted.split(',').map(unquoted).filter(|wanted| !wanted.is_empty()).collect();
                entries.push(Entry {
                    wanted,
                    span: Span::new(start, start + plain.len()),
                    ..Entry::default()
                });
            }
            2 => {
                in_needs = matches!(body, "dependencies:" | "optionalDependencies:");
                if let (Some(entry), Some((key, value))) = (entries.last_mut(), pair(body)) {
                    match key {
                        "version" => entry.version = value,
                        "resolved" => entry.resolved = Some(value.split('#').next().unwrap_or(value)),
                        "integrity" => entry.integrity = Some(value),
                        // A checksum of Yarn's own archive, but a digest all the same.
                        "checksum" => entry.integrity = Some(value),
                        "resolution" => entry.resolved = split(value).map(|(_, from)| from),
                        _ => {}
                    }
                }
            }
            _ if in_needs => {
                if let (Some(entry), Some(pair)) = (entries.last_mut(), pair(body)) {
                    entry.needs.push(pair);
                }
            }
            _ => {}
        }
    }
    // The head of the newer format is no package.
    entries.retain(|entry| !entry.wanted.contains(&"__metadata"));
    entries
}

/// `key value` or `key: value`, either quoted.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = match line.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?,
        None => line.split_once([' ', ':'])?,
    };
    let value = unquoted(value.trim_start_matches(':'));
    (!value.is_empty()).then_some((key, value))
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches('"')
}

/// The name and the range of `name@range`; a scope starts with `@`.
fn split(wanted: &str) -> Option<(&str, &str)> {
    let at = wanted.char_indices().skip(1).find(|(_, sign)| *sign == '@').map(|(at, _)| at)?;
    Some((wanted.get(..at)?, wanted.get(at + 1..)?))
}

fn source(name: &str, range: &str, resolved: Option<&str>) -> Source {
    let range = range.strip_prefix("npm:").filter(|rest| split(rest).is_none()).unwrap_or(range);
    match npm::source(name, range) {
        // A range of the registry, whose archive lies at an address that is none of a registry.
        Source::Registry => match resolved {
            Some(address) if !address.contains("/-/") => npm::source(name, address),
            _ => Source::Registry,
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    #[test]
    fn both_generations_are_read_with_what_each_entry_needs() {
        let first = "# yarn lockfile v1\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.2.0\"\n  resolved \"https://r.example/@s/a/-/a-1.2.0.tgz#ab\"\n  \
            integrity sha512-x\n  dependencies:\n    b \"^2.0.0\"\n\nb@^2.0.0:\n  version \"2.0.1\"\n  resolved \"https://r.example/b/-/b-2.0.1.tgz\"\n\n\
            c@https://f.example/c.tgz:\n  version \"0.0.0\"\n  resolved \"https://f.example/c.tgz\"\n";
        let newer = "__metadata:\n  version: 8\n\n\"@s/a@npm:^1.0.0\":\n  version: 1.2.0\n  resolution: \"@s/a@npm:1.2.0\"\n  dependencies:\n    b: \"npm:^2.0.0\"\n  \
            checksum: 10c0/ab\n  languageName: node\n\n\"b@npm:^2.0.0\":\n  version: 2.0.1\n\n\"app@workspace:.\":\n  version: 0.0.0-use.local\n";
        for (text, count) in [(first, 3), (newer, 2)] {
            let manifest = read("yarn.lock", text).unwrap();
            let [a, b, ..] = manifest.dependencies.as_slice() else { panic!("{manifest:?}") };
            assert_eq!((&*a.name, &*a.requirement, &a.source), ("@s/a", "1.2.0", &Source::Registry));
            let needed = Needed { name: String::from("b"), version: String::from("2.0.1") };
            assert!(a.integrity.is_some() && a.needs == [needed], "{a:?}");
            assert_eq!((&*b.name, manifest.dependencies.len()), ("b", count));
        }
        let manifest = read("yarn.lock", first).unwrap();
        assert!(matches!(manifest.dependencies[2].source, Source::Url(_)));
        let span = manifest.dependencies[0].span;
        assert!(first.get(span.start..span.end).unwrap().starts_with("\"@s/a@^1.0.0\""));
    }

    #[test]
    fn what_is_broken_is_no_panic() {
        for text in ["a", "  version", "@:\n  version \"", "\"a@1\n    b", "a@1:\n  dependencies:\n    \"x"] {
            assert!(read("yarn.lock", text).unwrap().dependencies.len() <= 1);
        }
    }
}
