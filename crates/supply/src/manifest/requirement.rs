//! Requirements as Python spells them (PEP 508), and files of them.

use portcullis_model::Span;

use super::{Dependency, DependencyKind, Manifest, Source};
use crate::ecosystem::Ecosystem;

/// `requirements.txt`: a requirement on each line, options before or behind it.
pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let mut lines = text.split_inclusive('\n').scan(0_usize, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    while let Some((start, first)) = lines.next() {
        let mut line = first.trim_end().to_owned();
        let mut end = start + first.trim_end().len();
        while line.ends_with('\\') {
            line.pop();
            let Some((next, more)) = lines.next() else { break };
            line.push(' ');
            line.push_str(more.trim());
            end = next + more.trim_end().len();
        }
        requirement_line(&line, Span::new(start, end), manifest);
    }
    true
}

fn requirement_line(line: &str, span: Span, manifest: &mut Manifest) {
    // A comment starts a line or follows a blank.
    let line =
        if line.trim_start().starts_with('#') { "" } else { line.split(" #").next().unwrap_or_default() };
    let line = line.trim();
    if line.is_empty() {
        return;
    }
    let editable = ["-e ", "--editable ", "--editable="].iter().find_map(|option| line.strip_prefix(option));
    if line.starts_with('-') && editable.is_none() {
        return;
    }
    let (body, hash) = match editable.unwrap_or(line).split_once(" --hash=") {
        Some((body, hashes)) => (body, hashes.split_ascii_whitespace().next()),
        None => (editable.unwrap_or(line), None),
    };
    let mut dependency = parse(body, DependencyKind::Runtime, span);
    dependency.integrity = hash.map(str::to_owned);
    manifest.depends(dependency);
}

/// One requirement: `NAME[EXTRA] >=1,<2; MARKER`, `NAME @ ADDRESS`, or an address or path alone.
pub(super) fn parse(text: &str, kind: DependencyKind, span: Span) -> Dependency {
    let text = text.trim();
    let made =
        |name: &str, requirement: &str| Dependency::new(Ecosystem::Pypi, name, requirement, kind, span);
    if is_address(text) || text.starts_with(['.', '/']) {
        let name = text.split_once("#egg=").or_else(|| text.split_once("&egg=")).map_or("", |(_, name)| name);
        let name = name.split(['&', '[', ' ']).next().unwrap_or_default();
        return Dependency { source: source(text), ..made(name, "") };
    }
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.'));
    let (name, rest) = text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""));
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest).trim_start(),
        None => rest,
    };
    if let Some(address) = rest.strip_prefix('@') {
        // A marker stands behind an address only after a blank.
        let address = address.trim().split(" ;").next().unwrap_or_default().trim();
        return Dependency { source: source(address), ..made(name, "") };
    }
    let range = rest.split(';').next().unwrap_or_default().trim();
    let range = range.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(range);
    made(name, range.trim())
}

fn is_address(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// Where an address or path leads.
pub(super) fn source(address: &str) -> Source {
    let lower = address.to_ascii_lowercase();
    let versioned =
        ["git+", "git:", "ssh:", "hg+", "svn+", "bzr+"].iter().any(|prefix| lower.starts_with(prefix));
    if versioned {
        Source::Git(address.to_owned())
    } else if lower.starts_with("file:") || !lower.contains("://") {
        Source::Local(address.to_owned())
    } else {
        Source::Url(address.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_read_in_every_spelling() {
        let shown = |text: &str| {
            let it = parse(text, DependencyKind::Runtime, Span::UNKNOWN);
            format!("{}|{}|{:?}", it.name, it.requirement, it.source)
        };
        assert_eq!(shown("mcp"), "mcp||Registry");
        assert_eq!(shown("mcp[cli]>=1.2,<2 ; python_version<'3.12'"), "mcp|>=1.2,<2|Registry");
        assert_eq!(shown("mcp (>=1.2)"), "mcp|>=1.2|Registry");
        assert_eq!(
            shown("a @ git+https://g.example/o/r@main ; x"),
            "a||Git(\"git+https://g.example/o/r@main\")"
        );
        assert_eq!(shown("a@https://f.example/a.whl"), "a||Url(\"https://f.example/a.whl\")");
        assert_eq!(shown("git+https://g.example/o/r#egg=b"), "b||Git(\"git+https://g.example/o/r#egg=b\")");
        assert_eq!(shown("./local"), "||Local(\"./local\")");
        assert_eq!(shown(""), "||Registry");
        assert_eq!(shown("a[broken"), "a||Registry");
    }

    #[test]
    fn a_file_of_requirements_is_read_line_by_line() {
        let text = "# note\n-r other.txt\n--index-url https://i.example\na==1.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\nb>=2 # why\n-e ./c\n\n";
        let manifest = crate::manifest::read("requirements-dev.txt", text).unwrap();
        let [a, b, c] = manifest.dependencies.as_slice() else { panic!("{manifest:?}") };
        assert_eq!((&*a.name, &*a.requirement, a.integrity.as_deref()), ("a", "==1.0", Some("sha256:ab")));
        assert!(
            text.get(a.span.start..a.span.end).unwrap().starts_with("a==1.0")
                && text.get(a.span.start..a.span.end).unwrap().ends_with("cd")
        );
        assert_eq!((&*b.name, &*b.requirement), ("b", ">=2"));
        assert_eq!(c.source, Source::Local(String::from("./c")));
    }
}
