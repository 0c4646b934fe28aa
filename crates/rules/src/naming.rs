//! When two names of tools, prompts or servers can be taken for one another.

use portcullis_supply::Ecosystem;
use portcullis_supply::name::NameForms;

/// How two different names resemble each other, closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// They differ in upper and lower case or in separators: `readFile`, `read_file`.
    Spelling,
    /// They differ in characters that look alike.
    Confusable,
    /// They differ in words that say nothing: `mcp_send_email`, `send_email`.
    Affix,
}

impl Likeness {
    /// The words for people.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Likeness::Spelling => "differ only in case or separators",
            Likeness::Confusable => "differ only in characters that look alike",
            Likeness::Affix => "differ only in words that say nothing",
        }
    }
}

/// A name without case and separators.
pub(crate) fn folded(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name with the characters that look alike made equal.
pub(crate) fn skeleton(name: &str) -> String {
    NameForms::new(Ecosystem::Url, name).skeleton
}

/// A name without the words that say nothing, without separators; the folded name when nothing else is left.
pub(crate) fn core(name: &str) -> String {
    NameForms::new(Ecosystem::Url, name).core_joined
}

/// The first pair of equal keys among `names`, for each key that occurs more than once, in the order of the names.
pub(crate) fn groups<K: Ord>(names: &[&str], key: impl Fn(&str) -> K) -> Vec<Vec<usize>> {
    let mut groups: std::collections::BTreeMap<K, Vec<usize>> = std::collections::BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        groups.entry(key(name)).or_default().push(index);
    }
    let mut found: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
    found.sort();
    found
}
