//! Names of entries, as an archive gives them, and what they become.

use unicode_normalization::UnicodeNormalization;

/// Bytes of a longer path are somebody's attempt at something: common file systems hold no more.
const LONGEST: usize = 1024;
/// Characters of a refused name that are shown.
const SHOWN: usize = 300;

/// A name as it may stand in a bundle, or why it may not.
pub(crate) fn judged(raw: &[u8]) -> Result<String, &'static str> {
    let Ok(name) = std::str::from_utf8(raw) else { return Err("its name is not UTF-8") };
    if name.len() > LONGEST {
        return Err("its name is longer than 1024 bytes");
    }
    if name.chars().any(char::is_control) {
        return Err("its name has control characters");
    }
    if name.contains('\\') {
        return Err(
            "its name has a `\\`, which is a letter on one system and a separator of folders on another",
        );
    }
    if name.starts_with('/') {
        return Err("its path is absolute: unpacked, it would land outside the package");
    }
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                return Err("its path leads upwards with `..`: unpacked, it would land outside the package");
            }
            part => parts.push(part),
        }
    }
    if parts.first().is_some_and(|first| is_drive(first)) {
        return Err("its path names a drive: unpacked, it would land outside the package");
    }
    Ok(parts.join("/"))
}

/// Where a link leads that stands at `from`; `None` when that is outside.
pub(crate) fn resolved(from: &str, target: &[u8]) -> Option<String> {
    let target = std::str::from_utf8(target).ok().filter(|target| target.len() <= LONGEST)?;
    if target.starts_with('/') || target.contains(['\\', '\0']) || is_drive(target) {
        return None;
    }
    let mut parts: Vec<&str> =
        from.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect());
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn is_drive(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// A raw name for a report: whatever it holds, cut at a length that can be read.
pub(crate) fn shown(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).chars().take(SHOWN).collect()
}

/// The same for every name that a file system without a difference of case, or of composed and decomposed letters,
/// takes for the same.
pub(crate) fn folded(path: &str) -> String {
    if path.is_ascii() {
        path.to_ascii_lowercase()
    } else {
        path.nfc().flat_map(char::to_lowercase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_loses_its_empty_parts_and_stays_inside() {
        assert_eq!(judged(b"./a//b.js").as_deref(), Ok("a/b.js"));
        assert_eq!(judged(b"a/").as_deref(), Ok("a"));
        assert_eq!(judged("ä/ö".as_bytes()).as_deref(), Ok("ä/ö"));
        assert_eq!(judged(b"./").as_deref(), Ok(""));
        assert_eq!(judged(b"...").as_deref(), Ok("..."));
    }

    #[test]
    fn a_path_that_could_lead_elsewhere_is_refused() {
        for name in ["../a", "a/../b", "/etc/a", "a\\b", "C:/a", "c:a", "a\nb", "a\0"] {
            assert!(judged(name.as_bytes()).is_err(), "{name:?}");
        }
        assert!(judged(b"\xff").is_err());
        assert!(judged("x".repeat(2000).as_bytes()).is_err());
    }

    #[test]
    fn a_link_is_resolved_from_where_it_stands_and_never_to_the_outside() {
        assert_eq!(resolved("a/b/link", b"../c").as_deref(), Some("a/c"));
        assert_eq!(resolved("link", b"./c/d").as_deref(), Some("c/d"));
        assert_eq!(resolved("a/link", b"../../c"), None);
        assert_eq!(resolved("a/link", b"/etc/passwd"), None);
    }

    #[test]
    fn names_that_some_systems_take_for_the_same_fold_to_the_same() {
        assert_eq!(folded("A/Index.JS"), folded("a/index.js"));
        assert_eq!(folded("\u{e9}"), folded("E\u{301}"));
        assert_ne!(folded("a"), folded("b"));
    }
}
