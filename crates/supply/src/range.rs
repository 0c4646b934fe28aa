//! Versions and ranges of versions, exactly as the clients of their registries read them.

mod npm;
mod pypi;

use std::cmp::Ordering;

pub use npm::{NpmRange, NpmVersion};
pub use pep440_rs::Version as PypiVersion;
pub use pypi::PypiSpecifiers;

use crate::ecosystem::Ecosystem;

/// A version of an ecosystem whose order is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// Of the JavaScript registry.
    Npm(NpmVersion),
    /// Of the Python index.
    Pypi(PypiVersion),
}

impl Release {
    /// Reads a version; none when it is none, or nothing is known of the ecosystem's order.
    #[must_use]
    pub fn read(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        match ecosystem {
            Ecosystem::Npm => NpmVersion::read(text).map(Self::Npm),
            Ecosystem::Pypi => text.trim().parse().ok().map(Self::Pypi),
            _ => None,
        }
    }
}

impl PartialOrd for Release {
    /// None between ecosystems.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Npm(left), Self::Npm(right)) => Some(left.cmp(right)),
            (Self::Pypi(left), Self::Pypi(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }
}

/// What a dependency asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// In the words of npm.
    Npm(NpmRange),
    /// In the words of pip.
    Pypi(PypiSpecifiers),
}

impl Requirement {
    /// Reads a requirement; none when it is none, such as a tag or an address.
    #[must_use]
    pub fn read(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        match ecosystem {
            Ecosystem::Npm => NpmRange::read(text).map(Self::Npm),
            Ecosystem::Pypi => PypiSpecifiers::read(text).map(Self::Pypi),
            _ => None,
        }
    }

    /// True when the version would do.
    #[must_use]
    pub fn admits(&self, release: &Release) -> bool {
        match (self, release) {
            (Self::Npm(range), Release::Npm(version)) => range.admits(version),
            (Self::Pypi(specifiers), Release::Pypi(version)) => specifiers.admits(version),
            _ => false,
        }
    }
}
