//! Lines of `KEY = VALUE` under `[SECTION]`, as npm and pip keep their settings.

/// The pairs of a file with the section they stand in; quotes are taken off, comments left out.
pub(super) fn pairs(text: &str) -> Vec<(String, String, String)> {
    let mut section = String::new();
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let is_continued = line.starts_with([' ', '\t']);
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
        } else if let Some((key, value)) = trimmed.split_once('=') {
            found.push((section.clone(), key.trim().to_owned(), unquoted(value.trim()).to_owned()));
        } else if is_continued
            && let Some((_, _, value)) = found.last_mut().filter(|(_, _, value)| value.is_empty())
        {
            // pip lets a value begin on the next line.
            unquoted(trimmed).clone_into(value);
        }
    }
    found
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_with_their_section() {
        let text = "\u{feff}; note\na=1\n[global]\nb = \"x y\" \n# c = 2\nd =\n  https://a.example\n";
        let pair =
            |section: &str, key: &str, value: &str| (section.to_owned(), key.to_owned(), value.to_owned());
        let expected =
            [pair("", "a", "1"), pair("global", "b", "x y"), pair("global", "d", "https://a.example")];
        assert_eq!(pairs(text), expected);
    }
}
