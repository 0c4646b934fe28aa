//! What a configured command or a listing names, and which names look like others.
//!
//! [`launch`] reads a command and says which packages, images, repositories or files it would fetch and run, and how
//! firmly their versions are given. [`resemblances`] finds the known names that a name imitates ([`name`] compares any two),
//! [`brand_claims`] the brands that a name speaks of. [`lists`] holds what is known: MCP servers and what they can do, brands
//! and where they publish, packages found to be bad. [`purl`] writes and reads package URLs.
//! [`manifest`] reads what a package says of itself and depends on. [`range`] says which versions a range admits. [`advisory`] knows which versions are vulnerable or
//! malicious. [`ownership`] says whose the things are now that a listing relies on, from what was observed of them.
//!
//! It is not a client of any registry: nothing is looked up, nothing is read from the disk; the lists it judges by are
//! built in and reviewed (`data/`, with `PROVENANCE.md`).
//!
//! Storey 1: it depends on `model` and `wire`; `rules` and everything above may depend on it.

pub mod advisory;
pub mod brand;
pub mod ecosystem;
pub mod launch;
pub mod lists;
pub mod manifest;
pub mod name;
pub mod ownership;
pub mod purl;
pub mod range;
pub mod resemblance;
pub mod version;

pub use brand::{BrandClaim, brand_claims};
pub use ecosystem::Ecosystem;
pub use launch::{PackageUse, package_of, packages_of};
pub use lists::{known_bad, well_known};
pub use manifest::Manifest;
pub use purl::Purl;
pub use resemblance::{Resemblance, resemblances};
pub use version::VersionPin;
