//! What the sources may not say.

use std::path::Path;

use super::Source;

type Checked = Result<Vec<String>, String>;

/// Lines of product code of the `rooms` that hold one of `words`.
fn forbid(sources: &[Source], rooms: &[&str], words: &[&str]) -> Vec<String> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.is_product()) {
        if !source.room().is_some_and(|room| rooms.contains(&room)) {
            continue;
        }
        for (number, line) in source.code() {
            for word in words.iter().filter(|word| line.contains(**word)) {
                violations.push(format!("{}:{number}: `{word}`", source.path));
            }
        }
    }
    violations
}

/// Invariant 1.
pub(super) fn model_is_words(_root: &Path, sources: &[Source]) -> Checked {
    Ok(forbid(
        sources,
        &["model"],
        &["serde", "std::fs", "std::net", "std::time", "std::env", "SystemTime", "Instant"],
    ))
}

/// Invariant 3. `LazyLock` is fine: what it holds is a constant.
pub(super) fn rules_are_pure(_root: &Path, sources: &[Source]) -> Checked {
    let reaching_out = [
        "std::fs",
        "std::net::Tcp",
        "std::net::Udp",
        "ToSocketAddrs",
        "std::env",
        "SystemTime",
        "Instant::",
        "std::process",
    ];
    let mut violations = forbid(sources, &["rules", "text", "supply"], &reaching_out);
    // Iteration over a hash map has no order: findings would come in a different one each time.
    violations.extend(forbid(sources, &["rules"], &["HashMap<", "HashSet<"]));
    Ok(violations)
}

/// Invariant 6.
pub(super) fn only_the_door_prints(_root: &Path, sources: &[Source]) -> Checked {
    let rooms = ["model", "wire", "text", "hosts", "supply", "rules", "probe", "report", "assess"];
    let words = [
        "println!",
        "print!(",
        "io::stdout",
        "io::stderr",
        "env::var",
        "env::vars",
        "env::args",
        "process::exit",
    ];
    Ok(forbid(sources, &rooms, &words))
}

/// Invariant 5.
pub(super) fn no_loose_json(_root: &Path, sources: &[Source]) -> Checked {
    let rooms = ["model", "text", "hosts", "supply", "rules", "probe", "report", "assess", "portcullis"];
    Ok(forbid(sources, &rooms, &["serde_json::Value", "rmcp", "sqlx"]))
}

/// One entry point, one registered line, at most 250 lines.
pub(super) fn rules_are_whole(_root: &Path, sources: &[Source]) -> Checked {
    let registry = sources.iter().find(|source| source.path == "crates/rules/src/rules.rs");
    let registry = registry.ok_or("the registry of rules was not found")?;
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.room() == Some("rules") && source.is_product()) {
        if !source.text.contains("\ndeclare_rule! {") {
            continue;
        }
        let entry_points = source.code().filter(|(_, line)| line.starts_with("    fn check_")).count();
        if entry_points != 1 {
            violations.push(format!("{}: {entry_points} entry points instead of one", source.path));
        }
        let lines = source.text.lines().count();
        if lines > 250 {
            violations.push(format!("{}: {lines} lines; a rule has at most 250", source.path));
        }
        let module =
            source.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or_default();
        if !registry.text.contains(&format!("        {module}::")) {
            violations.push(format!("{}: not registered in rules.rs", source.path));
        }
    }
    Ok(violations)
}

/// A file has at most 450 lines with its tests.
pub(super) fn files_fit(_root: &Path, sources: &[Source]) -> Checked {
    const MOST: usize = 450;
    Ok(sources
        .iter()
        .filter(|source| source.path.ends_with(".rs"))
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > MOST)
        .map(|(source, lines)| {
            format!("{}: {lines} lines; split it into rooms of at most {MOST}", source.path)
        })
        .collect())
}

/// Files are named after what they hold.
pub(super) fn names(_root: &Path, sources: &[Source]) -> Checked {
    let bad = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        matches!(name, "mod.rs" | "utils.rs" | "util.rs" | "helpers.rs" | "common.rs" | "misc.rs")
    };
    Ok(sources.iter().filter(|source| bad(&source.path)).map(|source| source.path.clone()).collect())
}

/// No marks of unfinished work. The marks are assembled so that this file does not find itself.
pub(super) fn finished(_root: &Path, sources: &[Source]) -> Checked {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("#[", "ignore"),
        concat!("allow(dead", "_code)"),
        concat!("allow(", "unused"),
    ];
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        for (number, line) in source.text.lines().enumerate() {
            for mark in marks.iter().filter(|mark| line.contains(**mark)) {
                violations.push(format!("{}:{}: `{mark}`", source.path, number + 1));
            }
        }
    }
    Ok(violations)
}

/// Addresses of package registries come from the user's own client configuration.
pub(super) fn no_registry_hosts(_root: &Path, sources: &[Source]) -> Checked {
    let hosts = [
        concat!("npmjs", ".org"),
        concat!("npmjs", ".com"),
        concat!("pypi", ".org"),
        concat!("python", "hosted", ".org"),
        concat!("crates", ".io"),
        concat!("deb.debian", ".org"),
    ];
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| !source.path.ends_with("Cargo.lock")) {
        for host in hosts.iter().filter(|host| source.text.contains(**host)) {
            violations.push(format!("{}: `{host}`", source.path));
        }
    }
    Ok(violations)
}

/// `lib.rs` and `main.rs` begin with what the crate is.
pub(super) fn crates_introduce_themselves(_root: &Path, sources: &[Source]) -> Checked {
    Ok(sources
        .iter()
        .filter(|source| source.path.ends_with("/src/lib.rs") || source.path.ends_with("/src/main.rs"))
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| format!("{}: does not say what the crate is", source.path))
        .collect())
}
