//! What is written into a built Python package: `METADATA`, `PKG-INFO`, `entry_points.txt`; and `setup.cfg`.

use portcullis_model::Span;

use super::{DependencyKind, Manifest, Stated, requirement};

/// A line and the byte at which it starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end_matches(['\n', '\r'])))
    })
}

/// A part of a line, with its place.
fn stated(start: usize, line: &str, part: &str) -> Stated {
    let before = line.find(part).unwrap_or_default();
    Stated { text: part.to_owned(), span: Span::new(start + before, start + before + part.len()) }
}

/// Headers, one on a line; the description starts after an empty line.
pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let mut homepage = None;
    for (start, line) in lines(text) {
        if line.is_empty() {
            manifest.server_name = server_name(text, start);
            break;
        }
        let Some((header, value)) = line.split_once(':').filter(|_| !line.starts_with([' ', '\t'])) else {
            continue;
        };
        let value = value.trim();
        let value_at = || {
            let mut at = stated(start, line, value);
            let end = start + line.trim_end().len();
            at.span = Span::new(end - value.len(), end);
            at
        };
        match header.to_ascii_lowercase().as_str() {
            "name" => manifest.name = Some(value_at()),
            "version" => manifest.version = Some(value_at()),
            "license-expression" => manifest.licence = Some(value.to_owned()),
            "license" if manifest.licence.is_none() && !value.is_empty() => {
                manifest.licence = Some(value.to_owned());
            }
            "home-page" => homepage = Some(value_at()),
            "project-url" => {
                if let Some((label, address)) = value.split_once(',') {
                    project_url(label.trim(), stated(start, line, address.trim()), &mut homepage, manifest);
                }
            }
            "requires-dist" => {
                let is_extra = value.split_once(';').is_some_and(|(_, marker)| marker.contains("extra"));
                let kind = if is_extra { DependencyKind::Optional } else { DependencyKind::Runtime };
                manifest.depends(requirement::parse(value, kind, value_at().span));
            }
            _ => {}
        }
    }
    if manifest.repository.is_none() {
        manifest.repository = homepage;
    }
    true
}

/// The server that a description says it is of, from a byte on: `mcp-name: NAME`, by which the official registry knows that a
/// Python package belongs to who lists it.
pub(super) fn server_name(text: &str, from: usize) -> Option<Stated> {
    const MARK: &str = "mcp-name:";
    let mut rest = text.get(from..)?;
    loop {
        rest = rest.get(rest.find(MARK)? + MARK.len()..)?;
        let name = rest.split_whitespace().next()?.trim_end_matches("-->");
        // A name has a namespace and a name in it; anything else is talk about the mark.
        if name.split('/').count() == 2 && name.is_ascii() {
            let start = text.len() - rest.len() + rest.find(name)?;
            return Some(Stated { text: name.to_owned(), span: Span::new(start, start + name.len()) });
        }
    }
}

fn project_url(label: &str, address: Stated, homepage: &mut Option<Stated>, manifest: &mut Manifest) {
    let label: String = label.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    match label.as_str() {
        "repository" | "source" | "sourcecode" | "github" | "code" => manifest.repository = Some(address),
        "homepage" if homepage.is_none() => *homepage = Some(address),
        _ => {}
    }
}

/// `[console_scripts]` and other groups of `NAME = MODULE:FUNCTION`.
pub(super) fn read_entry_points(text: &str, manifest: &mut Manifest) -> bool {
    let mut section = "";
    for (start, line) in lines(text) {
        let trimmed = line.trim();
        if let Some(name) = section_of(trimmed) {
            section = name;
        } else if !is_comment(trimmed) {
            entry_point(start, line, section, manifest);
        }
    }
    true
}

fn entry_point(start: usize, line: &str, section: &str, manifest: &mut Manifest) {
    let Some((name, target)) = line.split_once('=') else { return };
    // Extras that an entry point wants stand behind it.
    let target = target.split('[').next().unwrap_or_default().trim();
    let is_command = matches!(section, "console_scripts" | "gui_scripts");
    if !target.is_empty() {
        manifest.enters(name.trim(), Some(stated(start, line, target)), is_command);
    }
}

fn section_of(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']').map(str::trim)
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with(['#', ';'])
}

/// `setup.cfg`: values may go on over lines that start with a blank.
pub(super) fn read_setup(text: &str, manifest: &mut Manifest) -> bool {
    let (mut section, mut key) = ("", String::new());
    for (start, line) in lines(text) {
        let trimmed = line.trim();
        if is_comment(trimmed) {
            continue;
        }
        if let Some(name) = section_of(trimmed) {
            section = name;
            key.clear();
        } else if line.starts_with([' ', '\t']) && !key.is_empty() {
            setting(section, &key, start, line, trimmed, manifest);
        } else if let Some((name, value)) = trimmed.split_once(['=', ':']) {
            key = name.trim().to_ascii_lowercase().replace('-', "_");
            if !value.trim().is_empty() {
                setting(section, &key, start, line, value.trim(), manifest);
            }
        }
    }
    true
}

fn setting(section: &str, key: &str, start: usize, line: &str, value: &str, manifest: &mut Manifest) {
    let place = || stated(start, line, value);
    let mut needs = |kind| {
        for part in value.split(['\n']).map(str::trim).filter(|part| !part.is_empty()) {
            manifest.depends(requirement::parse(part, kind, place().span));
        }
    };
    match (section, key) {
        ("options", "install_requires") => needs(DependencyKind::Runtime),
        ("options", "setup_requires") => needs(DependencyKind::Build),
        ("options", "tests_require") => needs(DependencyKind::Development),
        ("options.extras_require", _) => needs(DependencyKind::Optional),
        ("metadata", "name") => manifest.name = Some(place()),
        ("metadata", "version") => manifest.version = Some(place()),
        ("metadata", "license") => manifest.licence = Some(value.to_owned()),
        ("metadata", "url" | "home_page") if manifest.repository.is_none() => {
            manifest.repository = Some(place());
        }
        ("metadata", "project_urls") => {
            if let Some((label, address)) = value.split_once('=') {
                let mut homepage = None;
                project_url(label.trim(), stated(start, line, address.trim()), &mut homepage, manifest);
            }
        }
        ("options.entry_points", group) => entry_point(start, line, group, manifest),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{DependencyKind, read};

    #[test]
    fn the_metadata_of_a_wheel_is_read_up_to_its_description() {
        let text = "Metadata-Version: 2.4\nName: some-mcp\nVersion: 1.0\nHome-page: https://h.example\nProject-URL: Source Code, https://r.example\n\
            Requires-Dist: mcp>=1.2\nRequires-Dist: typer; extra == 'cli'\n\nName: other\n";
        let manifest = read("some_mcp-1.0.dist-info/METADATA", text).unwrap();
        let name = manifest.name.unwrap();
        assert_eq!(
            (&*name.text, text.get(name.span.start..name.span.end).unwrap()),
            ("some-mcp", "some-mcp")
        );
        assert_eq!(manifest.repository.unwrap().text, "https://r.example");
        let kinds: Vec<DependencyKind> =
            manifest.dependencies.iter().map(|dependency| dependency.kind).collect();
        assert_eq!(kinds, [DependencyKind::Runtime, DependencyKind::Optional]);
    }

    #[test]
    fn entry_points_are_read_with_their_group() {
        let text = "[console_scripts]\nsome-mcp = some_mcp.cli:main [cli]\n# no\n[plugins]\nx=y\n";
        let manifest = read("a.dist-info/entry_points.txt", text).unwrap();
        let [command, plugin] = manifest.entry_points.as_slice() else { panic!("{manifest:?}") };
        assert!(command.is_command && command.target.text == "some_mcp.cli:main");
        assert!(!plugin.is_command && plugin.name == "x");
    }

    #[test]
    fn a_setup_file_is_read_with_values_over_several_lines() {
        let text = "[metadata]\nname = a\nversion: 1.0\nurl = https://h.example\n[options]\ninstall_requires =\n    mcp>=1\n    # no\n    x\nsetup_requires = y\n\
            [options.extras_require]\ncli = typer\n[options.entry_points]\nconsole_scripts =\n    a = a.cli:main\n";
        let manifest = read("setup.cfg", text).unwrap();
        assert_eq!(manifest.version.unwrap().text, "1.0");
        let names: Vec<&str> = manifest.dependencies.iter().map(|dependency| &*dependency.name).collect();
        assert_eq!(names, ["mcp", "x", "y", "typer"]);
        assert_eq!(manifest.dependencies[2].kind, DependencyKind::Build);
        assert!(manifest.entry_points[0].is_command && manifest.entry_points[0].target.text == "a.cli:main");
        let span = manifest.dependencies[0].span;
        assert_eq!(text.get(span.start..span.end).unwrap(), "mcp>=1");
    }
}
