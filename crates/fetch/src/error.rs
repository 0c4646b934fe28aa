//! Why a package could not be fetched.

use std::fmt;

/// What kind of trouble it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FetchErrorKind {
    /// The package is not named in a way that can be understood.
    Name,
    /// No registry is configured, or its configuration cannot be used.
    Configuration,
    /// The registry does not know the package.
    UnknownPackage,
    /// The registry does not have that version, or no file of it that can be read.
    NoVersion,
    /// The registry wants to know who is asking, or does not let them.
    Unauthorised,
    /// The registry could not be reached, or not understood.
    Unreachable,
    /// What it sent, or where it sent us, was refused.
    Refused,
    /// It is larger than what is read.
    TooLarge,
    /// What it sent does not have the digest that it stated.
    WrongDigest,
}

/// Why a package could not be fetched, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError {
    /// The kind of trouble.
    pub kind: FetchErrorKind,
    message: String,
}

impl FetchError {
    pub(crate) fn new(kind: FetchErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FetchError {}
