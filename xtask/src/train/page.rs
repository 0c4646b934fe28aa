//! `bench/model.md`: how the model does on sources that it has not seen.

use std::fmt::Write;

use super::{Counts, Learned, LeftOut, Task};
use crate::markdown::{Share, table};

const HEAD: &str = "\
# The model of meaning

Written by `cargo xtask train`. A small linear model (`crates/text/src/model.rs`) over what sentences ask for, where the
rules end. Each row below is a model that learned from all sources but the one that it is measured on; its threshold was
chosen on honest texts of the sources it learned from. *Rules* is what is found without the model. Sources without a
licence (mcptox) and honest tools of the half on which figures are stated are never learned from.

";

/// The page in the making.
#[derive(Default)]
pub(super) struct Page {
    left_out: String,
    shipped: String,
}

impl Page {
    /// One set of features, every source left out once.
    pub(super) fn measured(&mut self, name: &str, title: &str, rows: &[LeftOut]) {
        let _ = writeln!(self.left_out, "### Texts that are {name}: {title}\n");
        let share = |found: usize, counts: Counts| Share { found, all: counts.all }.words();
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                vec![
                    row.source.clone(),
                    share(row.attacks.rules, row.attacks),
                    share(row.attacks.model, row.attacks),
                    share(row.attacks.either, row.attacks),
                    share(row.honest.rules, row.honest),
                    share(row.honest.either, row.honest),
                    share(row.stated.rules, row.stated),
                    share(row.stated.either, row.stated),
                ]
            })
            .collect();
        let heads = [
            "source left out",
            "#found by rules",
            "#by model",
            "#by either",
            "#honest, rules",
            "#honest, either",
            "#other half, rules",
            "#other half, either",
        ];
        table(&mut self.left_out, &heads, &rows);
    }

    /// The model that is shipped: what it learned from, and what it says of everything.
    pub(super) fn shipped(&mut self, name: &str, task: &Task<'_>, learned: &Learned) {
        let kept = learned.weights.of.iter().filter(|weight| (*weight * 256.0).round() != 0.0).count();
        let seen = task.bags.iter().filter(|bag| bag.learn);
        let (attacks, honest): (Vec<_>, Vec<_>) = seen.partition(|bag| bag.attack);
        let _ = writeln!(
            self.shipped,
            "* {name}: {kept} weights other than zero, learned from {} attacks and {} honest texts",
            attacks.len(),
            honest.len()
        );
    }

    pub(super) fn finish(self) -> String {
        let text = format!(
            "{HEAD}## What is shipped\n\n{}\n## Sources left out, one at a time\n\n{}",
            self.shipped, self.left_out
        );
        format!("{}\n", text.trim_end())
    }
}
