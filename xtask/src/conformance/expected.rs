//! `conformance/expected.yaml`: two lists of `scenario:check`, in the format of the suite's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Leg;

/// What may fail through the guard: each entry with why, from the comment above it.
#[derive(Debug, Default)]
pub(super) struct Expected {
    entries: BTreeMap<(Leg, String), String>,
}

impl Expected {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|why| format!("{}: {why}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut entries = BTreeMap::new();
        let (mut leg, mut why, mut in_comment) = (None, String::new(), false);
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let wrong = |what: &str| format!("line {}: {what}", index + 1);
            if let Some(comment) = line.strip_prefix("  # ") {
                if !in_comment {
                    why.clear();
                }
                why.push_str(if why.is_empty() { "" } else { " " });
                why.push_str(comment);
            } else if let Some(entry) = line.strip_prefix("  - ") {
                let leg = leg.ok_or_else(|| wrong("the entry stands before `server:` and `client:`"))?;
                if why.is_empty() || !entry.contains(':') || entry.contains(' ') {
                    return Err(wrong("write `  - scenario:check` below a comment that says why"));
                }
                entries.insert((leg, entry.to_owned()), why.clone());
            } else {
                leg = match line.trim_end_matches(" []") {
                    "server:" => Some(Leg::Server),
                    "client:" => Some(Leg::Client),
                    _ => return Err(wrong("write `server:` or `client:`")),
                };
                why.clear();
            }
            in_comment = line.starts_with("  #");
        }
        Ok(Self { entries })
    }

    pub(super) fn holds(&self, leg: Leg, check: &str) -> bool {
        self.entries.contains_key(&(leg, check.to_owned()))
    }

    /// The entries, and why each is there.
    pub(super) fn all(&self) -> impl Iterator<Item = (&(Leg, String), &str)> {
        self.entries.iter().map(|(entry, why)| (entry, why.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_belong_to_the_leg_they_stand_under_and_say_why() {
        let text = "# about the file\nserver:\n  # one\n  # reason\n  - a:b\n  - a:c\n  # another\n  - d:e\nclient: []\n";
        let expected = Expected::parse(text).unwrap();
        assert!(expected.holds(Leg::Server, "a:b") && !expected.holds(Leg::Client, "a:b"));
        let reasons: Vec<&str> = expected.all().map(|(_, why)| why).collect();
        assert_eq!(reasons, ["one reason", "one reason", "another"]);
    }

    #[test]
    fn an_entry_without_a_reason_and_a_whole_scenario_are_refused() {
        assert!(Expected::parse("server:\n  - a:b\n").is_err());
        assert!(Expected::parse("server:\n  # why\n  - whole-scenario\n").is_err());
        assert!(Expected::parse("  # why\n  - a:b\n").is_err());
    }
}
