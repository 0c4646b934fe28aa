//! Path templates: where one starts, what its braces stand for, and whether a path looks like one.

use std::path::{Path, PathBuf};

use crate::machine::Machine;

/// Where a template starts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// In each project.
    Project,
    /// In this directory.
    Directory(PathBuf),
    /// Nowhere: the variable it starts with is not set, or the system has no such folder.
    Nowhere,
}

/// The variable that a template starts with.
pub(crate) fn variable(template: &str) -> Option<&str> {
    parts(template).map(|(name, ..)| name)
}

/// Where a template starts on a machine, and the rest of it.
pub(crate) fn base<'a>(template: &'a str, machine: &Machine) -> (Base, &'a str) {
    if let Some((name, default, rest)) = parts(template) {
        let directory = machine.folder(name).or_else(|| default.map(|default| machine.rooted(default)));
        return (directory.map_or(Base::Nowhere, Base::Directory), rest);
    }
    if let Some(rest) = template.strip_prefix("~/") {
        return (Base::Directory(machine.home.clone()), rest);
    }
    match template.strip_prefix('/') {
        Some(rest) => (Base::Directory(machine.root.clone()), rest),
        None => (Base::Project, template),
    }
}

/// The patterns that a template's braces stand for, in order.
pub(crate) fn alternatives(pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
    let Some((choices, after)) = rest.split_once('}') else { return vec![pattern.to_owned()] };
    let tails = alternatives(after);
    choices
        .split(',')
        .flat_map(|choice| tails.iter().map(move |tail| format!("{before}{choice}{tail}")))
        .collect()
}

/// True when a name fits a pattern in which `*` stands for anything, the empty text included.
pub(crate) fn fits(name: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return name.eq_ignore_ascii_case(pattern) };
    let Some((head, tail)) = name.split_at_checked(start.len()) else { return false };
    if !head.eq_ignore_ascii_case(start) {
        return false;
    }
    tail.char_indices()
        .map(|(at, _)| at)
        .chain([tail.len()])
        .any(|at| tail.get(at..).is_some_and(|end| fits(end, rest)))
}

/// How many of the path's last names a template describes; 0 when the path does not look like it.
pub(crate) fn likeness(template: &str, path: &Path) -> usize {
    let names: Vec<_> = path.components().map(|component| component.as_os_str().to_string_lossy()).collect();
    let pattern = match parts(template) {
        Some((_, default, rest)) => {
            format!("{}/{rest}", default.unwrap_or_default().trim_start_matches('~').trim_matches('/'))
        }
        None => template.trim_start_matches('~').to_owned(),
    };
    alternatives(&pattern)
        .iter()
        .filter_map(|pattern| {
            let segments: Vec<_> = pattern.split('/').filter(|segment| !segment.is_empty()).collect();
            (0..names.len())
                .any(|start| names.get(start..).is_some_and(|names| path_fits(names, &segments)))
                .then_some(segments.len())
        })
        .max()
        .unwrap_or(0)
}

fn path_fits<S: AsRef<str>>(names: &[S], segments: &[&str]) -> bool {
    match (names.split_first(), segments.split_first()) {
        (None, None) => true,
        (_, Some((&"**", rest))) => {
            (0..=names.len()).any(|at| names.get(at..).is_some_and(|n| path_fits(n, rest)))
        }
        (Some((name, names)), Some((segment, rest))) => {
            fits(name.as_ref(), segment) && path_fits(names, rest)
        }
        _ => false,
    }
}

/// The variable, its default and the rest of a template that starts with one.
fn parts(template: &str) -> Option<(&str, Option<&str>, &str)> {
    let (inner, rest) = template.strip_prefix("${")?.split_once('}')?;
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    Some((name, default, rest.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Os;

    #[test]
    fn a_variable_moves_a_folder_and_its_default_holds_without_it() {
        let mut machine = Machine::new(Os::Linux, "/", "/home/ada");
        let template = "${COPILOT_HOME:-~/.copilot}/mcp-config.json";
        assert_eq!(
            base(template, &machine),
            (Base::Directory("/home/ada/.copilot".into()), "mcp-config.json")
        );
        machine.variables.insert("COPILOT_HOME".into(), "/srv/copilot".into());
        assert_eq!(base(template, &machine), (Base::Directory("/srv/copilot".into()), "mcp-config.json"));
        assert_eq!(base("${APPDATA}/x", &machine), (Base::Nowhere, "x"));
        assert_eq!(base(".vscode/mcp.json", &machine), (Base::Project, ".vscode/mcp.json"));
    }

    #[test]
    fn braces_stand_for_each_choice_in_order() {
        assert_eq!(alternatives("{a,b}/x.{c,d}"), ["a/x.c", "a/x.d", "b/x.c", "b/x.d"]);
    }

    #[test]
    fn a_star_stands_for_any_part_of_one_name() {
        assert!(fits("Claude_pzs8sxrjxfjjc", "Claude_*"));
        assert!(fits("a.instructions.md", "*.instructions.md"));
        assert!(!fits("Claude", "Claude_*"));
    }

    #[test]
    fn a_path_is_recognised_by_its_last_names() {
        assert_eq!(likeness("~/.cursor/mcp.json", Path::new("/tmp/copy/.cursor/mcp.json")), 2);
        assert_eq!(likeness("~/.cursor/mcp.json", Path::new("/tmp/mcp.json")), 0);
        assert_eq!(
            likeness(
                "~/.claude/plugins/cache/**/.mcp.json",
                Path::new("/h/.claude/plugins/cache/a/b/.mcp.json")
            ),
            5
        );
        assert_eq!(
            likeness("${COPILOT_HOME:-~/.copilot}/mcp-config.json", Path::new("/x/.copilot/mcp-config.json")),
            2
        );
    }
}
