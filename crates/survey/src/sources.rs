//! Packages of listed servers, looked at with the rules that `scan` has for packages and source, and asked for in the local
//! advisory database. Nothing of them is run.
//!
//! [`folder`] looks at packages that lie in a folder, [`fetched`] fetches those of the most used servers, within a budget, from
//! where the user's own clients fetch them. What a package was found to do is kept under its key and joins the findings of every
//! listing that names it, in this analysis and in later ones. What is known is not looked at again.

mod due;
mod fetched;
mod folder;
mod keep;

use std::collections::BTreeSet;

use portcullis_assess::Advisories;
use portcullis_model::{Bundle, ListedPackage, Moment, Target, TargetKind};
use portcullis_rules::Engine;
use portcullis_store::Store;

use crate::SurveyError;
use crate::identity::PackageName;
use crate::table::KeyKind;

pub use fetched::{Budget, Ended, Fetching, fetch};
pub use folder::inspect;
pub(crate) use keep::told;

/// What became of packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspected {
    /// Packages that were looked at now.
    pub looked_at: u64,
    /// What was found in them.
    pub findings: u64,
    /// Packages that had been looked at before and are the same.
    pub known: u64,
    /// Packages that no listing names.
    pub unlisted: u64,
    /// What is no package, could not be fetched or could not be read: its name and why.
    pub unread: Vec<(String, String)>,
    /// Packages that could not be had earlier and were not asked for now.
    pub missing: u64,
    /// What was left: the budget is used up, or a registry does not answer.
    pub left: u64,
    /// Why they were left, where something ended the run.
    pub ended: Option<Ended>,
    /// Bytes that were fetched.
    pub bytes: u64,
    /// Hosts that were asked.
    pub hosts: BTreeSet<String>,
    /// Why packages were not looked up among known vulnerabilities.
    pub unadvised: Option<String>,
}

/// What packages are looked at with.
pub struct Inspector<'a> {
    store: &'a Store,
    engine: &'a Engine,
    advisories: Advisories,
    now: Moment,
}

/// A package with its files.
struct Package {
    name: PackageName,
    version: Option<String>,
    digest: String,
    bundle: Bundle,
}

impl<'a> Inspector<'a> {
    /// Looks at packages with these rules and this advisory database, at the time `now`.
    #[must_use]
    pub const fn new(store: &'a Store, engine: &'a Engine, advisories: Advisories, now: Moment) -> Self {
        Self { store, engine, advisories, now }
    }

    /// Looks at a package, and keeps what was found.
    async fn look(&mut self, package: &Package, inspected: &mut Inspected) -> Result<(), SurveyError> {
        // Whatever its version: what is found in the next one is the same finding.
        let target = Target::scanned(TargetKind::Package, package.name.subject().to_string());
        let looked = self.engine.bundle(&target.id, &package.bundle);
        let (known, note) = self.advisories.of_bundle(&target, &package.bundle, self.engine);
        let mut findings = looked.findings;
        findings.extend(known);
        inspected.looked_at += 1;
        inspected.findings += findings.len() as u64;
        let missing = package.bundle.unread.iter().filter(|unread| !unread.left_out).count();
        let missing = missing + looked.analysis.unread.len() + looked.analysis.gave_up.len();
        keep::looked_at(self.store, package, &findings, missing, note.is_none(), self.now).await?;
        inspected.unadvised = inspected.unadvised.take().or(note);
        Ok(())
    }
}

/// The name of a package, and its key in the store; none when no registry has packages of such a name.
fn named(kind: &str, name: &str) -> Option<(PackageName, i64)> {
    let listed = ListedPackage { kind: kind.to_owned(), name: name.to_owned(), ..ListedPackage::default() };
    let name = PackageName::of(&listed)?;
    let key = key(&name);
    Some((name, key))
}

fn key(name: &PackageName) -> i64 {
    KeyKind::Package.value(&name.subject().to_string())
}
