//! Paths of a bundle: relative, with `/` between their parts.

/// Folder and name. The folder of a file at the top is empty.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &str) -> &str {
    split(path).0
}

/// A folder, the one around it, and so on up to the bundle itself.
pub(crate) fn folders_upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| Some(folder_of(folder)).filter(|_| !folder.is_empty()))
}

/// A path relative to a folder; nothing where it leaves the bundle.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What `*` stands for, where a name is of this pattern.
pub(crate) fn star<'a>(pattern: &str, name: &'a str) -> Option<&'a str> {
    let (before, after) = pattern.split_once('*')?;
    let inside = name.strip_prefix(before)?.strip_suffix(after)?;
    Some(inside).filter(|inside| !inside.is_empty())
}
