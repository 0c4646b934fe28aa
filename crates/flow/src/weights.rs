//! The weights of the evidence: reviewed data with a reason for each.

use std::sync::LazyLock;

use portcullis_model::Verdict;

use crate::assessment::Part;

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| Weights::read(include_str!("../data/weights.tsv")));

/// What each part of the evidence adds, in hundredths, and from which sums on something follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// In the order of [`Part::ALL`].
    parts: Vec<i32>,
    /// From here on a person should know.
    pub flag: i32,
    /// From here on a person decides.
    pub ask: i32,
    /// From here on the call may not pass.
    pub deny: i32,
}

impl Weights {
    /// The weights of the program.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads lines of a name, a tab, a whole number, a tab and a reason. Parts without a line count nothing.
    #[must_use]
    pub fn read(data: &str) -> Self {
        let mut weights =
            Self { parts: vec![0; Part::ALL.len()], flag: i32::MAX, ask: i32::MAX, deny: i32::MAX };
        for line in data.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(name), Some(Ok(weight))) = (columns.next(), columns.next().map(str::parse)) else {
                continue;
            };
            match name {
                "flag" => weights.flag = weight,
                "ask" => weights.ask = weight,
                "deny" => weights.deny = weight,
                _ => {
                    let place = Part::ALL.iter().position(|part| part.name() == name);
                    if let Some(kept) = place.and_then(|place| weights.parts.get_mut(place)) {
                        *kept = weight;
                    }
                }
            }
        }
        weights
    }

    /// The same weights with nothing for one part.
    #[must_use]
    pub fn without(mut self, part: Part) -> Self {
        if let Some(weight) = self.parts.get_mut(part as usize) {
            *weight = 0;
        }
        self
    }

    /// What a part adds.
    #[must_use]
    pub fn of(&self, part: Part) -> i32 {
        self.parts.get(part as usize).copied().unwrap_or(0)
    }

    /// What follows from a sum.
    #[must_use]
    pub const fn advice(&self, score: i32) -> Verdict {
        if score >= self.deny {
            Verdict::Deny
        } else if score >= self.ask {
            Verdict::Ask
        } else if score >= self.flag {
            Verdict::Flag
        } else {
            Verdict::Allow
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_weight_and_a_reason() {
        let data = include_str!("../data/weights.tsv");
        for part in Part::ALL {
            let line = data.lines().find(|line| line.split('\t').next() == Some(part.name()));
            let columns: Vec<&str> = line.unwrap_or_default().split('\t').collect();
            assert_eq!(columns.len(), 3, "{}", part.name());
            assert_ne!(Weights::shipped().of(*part), 0, "{}", part.name());
        }
        let weights = Weights::shipped();
        assert!(weights.flag < weights.ask && weights.ask < weights.deny);
    }
}
