//! How a package's words about its licence are told: by identifier, as an expression, or as a name.

use serde::Serialize;

/// Identifiers of the SPDX list that packages of MCP servers and what they depend on carry.
const IDENTIFIERS: &[&str] = &[
    "0BSD",
    "AFL-2.1",
    "AFL-3.0",
    "AGPL-3.0",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "Artistic-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-3-Clause-Clear",
    "BSL-1.0",
    "BUSL-1.1",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDDL-1.0",
    "CDDL-1.1",
    "ECL-2.0",
    "Elastic-2.0",
    "EPL-1.0",
    "EPL-2.0",
    "EUPL-1.2",
    "GPL-2.0",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.1",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "MS-PL",
    "NCSA",
    "OFL-1.1",
    "PostgreSQL",
    "PSF-2.0",
    "Python-2.0",
    "Python-2.0.1",
    "SSPL-1.0",
    "Unicode-3.0",
    "Unlicense",
    "Vim",
    "WTFPL",
    "X11",
    "Zlib",
    "ZPL-2.1",
];
/// Longer words are a licence's text, of which its first line is shown.
const LONGEST_NAME: usize = 120;

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Licence<'a> {
    Stated { license: Stated<'a> },
    Expression { expression: &'a str },
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stated<'a> {
    Id(&'static str),
    Name(&'a str),
}

impl<'a> Licence<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let text = text.trim();
        if let Some(id) = identifier(text) {
            return Self::Stated { license: Stated::Id(id) };
        }
        let words: Vec<&str> = text.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
        let is_known = |(index, word): (usize, &&str)| match index % 2 {
            0 => identifier(word).is_some_and(|id| id == *word),
            _ => matches!(*word, "AND" | "OR"),
        };
        if words.len() % 2 == 1 && words.len() > 1 && words.iter().enumerate().all(is_known) {
            return Self::Expression { expression: text };
        }
        let line = text.lines().next().unwrap_or_default();
        let end = line.char_indices().nth(LONGEST_NAME).map_or(line.len(), |(end, _)| end);
        Self::Stated { license: Stated::Name(line.get(..end).unwrap_or(line)) }
    }
}

fn identifier(text: &str) -> Option<&'static str> {
    IDENTIFIERS.iter().find(|id| id.eq_ignore_ascii_case(text)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_told_as_precisely_as_it_is_known() {
        let told = |text| serde_json::to_string(&Licence::of(text)).unwrap();
        assert_eq!(told("mit"), r#"{"license":{"id":"MIT"}}"#);
        assert_eq!(told("(MIT OR Apache-2.0)"), r#"{"expression":"(MIT OR Apache-2.0)"}"#);
        assert_eq!(told("MIT OR SEE LICENSE"), r#"{"license":{"name":"MIT OR SEE LICENSE"}}"#);
        assert_eq!(told("Ours alone\n\nAll rights"), r#"{"license":{"name":"Ours alone"}}"#);
    }
}
