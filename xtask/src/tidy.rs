//! Every invariant of ARCHITECTURE.md as a check against the sources. Absences matter most.

mod sources;
mod storeys;
mod words;

use std::path::Path;

pub(crate) use sources::{Source, read_sources};

/// One invariant: its number and words in ARCHITECTURE.md, and the check that returns what breaks it.
struct Invariant {
    words: &'static str,
    check: fn(&Path, &[Source]) -> Result<Vec<String>, String>,
}

const INVARIANTS: &[Invariant] = &[
    Invariant { words: "a crate depends on lower storeys only", check: storeys::edges },
    Invariant { words: "every crate takes the workspace lints", check: storeys::lints },
    Invariant { words: "every dependency says why it is here", check: storeys::reasons },
    Invariant { words: "model knows no format, clock, file or network", check: words::model_is_words },
    Invariant { words: "rules, text and supply are pure", check: words::rules_are_pure },
    Invariant {
        words: "only portcullis prints and reads the environment",
        check: words::only_the_door_prints,
    },
    Invariant { words: "no `serde_json::Value` in a signature", check: words::no_loose_json },
    Invariant {
        words: "a rule has one entry point, is registered, and fits its size",
        check: words::rules_are_whole,
    },
    Invariant { words: "files stay rooms, not halls", check: words::files_fit },
    Invariant { words: "no file called mod.rs or utils", check: words::names },
    Invariant { words: "nothing unfinished, nothing silenced", check: words::finished },
    Invariant { words: "no package registry's host is named", check: words::no_registry_hosts },
    Invariant { words: "every crate says what it is", check: words::crates_introduce_themselves },
    Invariant { words: "every claim has its test", check: crate::claims::check },
];

/// Runs every check and prints one line for each.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let sources = read_sources(root)?;
    let mut broken = 0;
    for invariant in INVARIANTS {
        let violations = (invariant.check)(root, &sources)?;
        println!("{} {}", if violations.is_empty() { "ok  " } else { "FAIL" }, invariant.words);
        for violation in &violations {
            println!("       {violation}");
        }
        broken += usize::from(!violations.is_empty());
    }
    if broken > 0 { Err(format!("{broken} invariants are broken")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invariant_holds() {
        let root = crate::root();
        let sources = read_sources(&root).unwrap();
        assert!(sources.len() > 50, "the sources were not found");
        for invariant in INVARIANTS {
            let violations = (invariant.check)(&root, &sources).unwrap();
            assert!(violations.is_empty(), "{}:\n{}", invariant.words, violations.join("\n"));
        }
    }
}
