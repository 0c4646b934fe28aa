//! `conformance/expected.yaml`: two lists of `scenario:check`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Leg;

/// What may fail through the guard.
#[derive(Debug, Default)]
pub(super) struct Expected {
    entries: BTreeSet<(Leg, String)>,
}

impl Expected {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|why| format!("{}: {why}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut entries = BTreeSet::new();
        let mut leg = None;
        for (index, line) in text.lines().enumerate() {
            let line = line.split(" #").next().unwrap_or_default().trim_end();
            match line.strip_prefix("  - ") {
                _ if line.is_empty() || line.starts_with('#') => {}
                None if line.starts_with("server:") => leg = Some(Leg::Server),
                None if line.starts_with("client:") => leg = Some(Leg::Client),
                Some(entry) if entry.contains(':') && !entry.contains(' ') => {
                    let leg = leg.ok_or("an entry stands before `server:` and `client:`")?;
                    entries.insert((leg, entry.to_owned()));
                }
                _ => return Err(format!("line {}: write `  - scenario:check`", index + 1)),
            }
        }
        Ok(Self { entries })
    }

    pub(super) fn holds(&self, leg: Leg, check: &str) -> bool {
        self.entries.contains(&(leg, check.to_owned()))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Leg, String)> + '_ {
        self.entries.iter().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_belong_to_the_leg_they_stand_under() {
        let expected = Expected::parse("# why\nserver:\n  - a:b # because\nclient: []\n").unwrap();
        assert!(expected.holds(Leg::Server, "a:b") && !expected.holds(Leg::Client, "a:b"));
        assert!(Expected::parse("server:\n  - whole-scenario\n").is_err());
        assert!(Expected::parse("  - a:b\n").is_err());
    }
}
