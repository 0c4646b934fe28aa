//! Advisories: which versions of a package are known to be vulnerable, or malicious.
//!
//! Records are in the OSV schema. A [`Database`] keeps many of them in one file and answers for one package without
//! reading the others.

mod admitted;
mod affected;
mod database;
mod record;

use portcullis_model::Severity;

use crate::ecosystem::Ecosystem;
use crate::range::Release;

pub use admitted::none_secure;
pub use database::{Broken, Builder, Counts, Database};
pub use record::{Unusable, read};

/// What one record says of one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// Its id, such as `GHSA-…`, `PYSEC-…` or `MAL-…`.
    pub id: String,
    /// Other ids of the same matter, such as `CVE-…`.
    pub aliases: Vec<String>,
    /// What it is about, in one line.
    pub summary: String,
    /// How bad the database says it is; none where it does not say.
    pub severity: Option<Severity>,
    /// Whose package it is.
    pub ecosystem: Ecosystem,
    /// The package, as its registry compares names.
    pub package: String,
    /// What happened along the versions; within one list the events belong together.
    pub ranges: Vec<Vec<Event>>,
    /// Versions that are affected whatever the ranges say.
    pub versions: Vec<String>,
}

/// What happened at a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The first affected one; `0` stands before every version.
    Introduced(String),
    /// The first one that is affected no more.
    Fixed(String),
    /// The last affected one.
    LastAffected(String),
}

impl Advisory {
    /// True when the package was published to do harm.
    #[must_use]
    pub fn is_malicious(&self) -> bool {
        self.id.starts_with("MAL-")
    }

    /// True when this version is affected.
    #[must_use]
    pub fn affects(&self, version: &str) -> bool {
        affected::is_affected(self, version)
    }
}

/// A package's name as its registry compares it.
#[must_use]
pub fn canonical(ecosystem: Ecosystem, name: &str) -> String {
    if ecosystem != Ecosystem::Pypi {
        return name.to_owned();
    }
    let mut out = String::new();
    for letter in name.chars() {
        match letter {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            _ => out.push(letter.to_ascii_lowercase()),
        }
    }
    out
}

/// The lowest version from `version` on that none of the advisories affects; none when nobody has fixed it.
#[must_use]
pub fn secure_version(advisories: &[Advisory], version: &str) -> Option<String> {
    let mut at = version.to_owned();
    // Each step leaves at least one range behind.
    let most =
        advisories.iter().map(|advisory| advisory.ranges.iter().map(Vec::len).sum::<usize>()).sum::<usize>();
    for _ in 0..=most {
        let Some(holding) = advisories.iter().find(|advisory| advisory.affects(&at)) else { return Some(at) };
        at = next_fixed(holding, &at)?;
    }
    None
}

/// The lowest fixed version above `version`.
fn next_fixed(advisory: &Advisory, version: &str) -> Option<String> {
    let from = Release::read(advisory.ecosystem, version)?;
    let fixed = advisory.ranges.iter().flatten().filter_map(|event| match event {
        Event::Fixed(fixed) => Some((Release::read(advisory.ecosystem, fixed)?, fixed)),
        Event::Introduced(_) | Event::LastAffected(_) => None,
    });
    let above = fixed.filter(|(release, _)| *release > from);
    above
        .min_by(|(left, _), (right, _)| left.partial_cmp(right).unwrap_or(std::cmp::Ordering::Equal))
        .map(|(_, text)| text.clone())
}
