//! What the local advisory database says of packages that are scanned, launched or depended on.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use portcullis_model::{Bundle, Finding, HostConfig, ItemKind, Launch, Location, Span, Target};
use portcullis_rules::{Advised, Engine, InUse, LaunchEvidence};
use portcullis_supply::advisory::{self, Advisory, Broken, Database, canonical};
use portcullis_supply::manifest::{self, Dependency, DependencyKind, ManifestKind, Source};
use portcullis_supply::{Ecosystem, VersionPin, packages_of};

/// The file of the database in the folder that is kept for it.
pub const DATABASE: &str = "advisories.db";
/// More packages of one target are not looked up.
const MOST: usize = 50_000;

/// The local advisory database, where there is one.
#[derive(Debug)]
pub struct Advisories(Result<Option<Database<File>>, Broken>);

/// A package that is in use, and where that is said.
struct Use {
    ecosystem: Ecosystem,
    name: String,
    /// Its version, or the range that is asked for.
    version: String,
    is_range: bool,
    in_use: InUse,
    location: Location,
}

impl Advisories {
    /// Opens the database of a folder; there may be none.
    #[must_use]
    pub fn open(folder: Option<&Path>) -> Self {
        let Some(folder) = folder else { return Self(Ok(None)) };
        match File::open(folder.join(DATABASE)) {
            Ok(file) => Self(Database::open(file).map(Some)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self(Ok(None)),
            Err(error) => Self(Err(error.into())),
        }
    }

    /// What is found about the packages, and what to say when they could not be looked up.
    fn look(&mut self, target: &str, uses: &[Use], engine: &Engine) -> (Vec<Finding>, Option<String>) {
        if uses.is_empty() {
            return (Vec::new(), None);
        }
        let database = match &mut self.0 {
            Ok(Some(database)) => database,
            Ok(None) => {
                let note = "known vulnerabilities were not looked up: there is no advisory database; `portcullis advisories update` makes one";
                return (Vec::new(), Some(String::from(note)));
            }
            Err(broken) => {
                return (Vec::new(), Some(format!("known vulnerabilities were not looked up: {broken}")));
            }
        };
        let mut findings = Vec::new();
        for package in uses.iter().take(MOST) {
            let known = match database.of(package.ecosystem, &package.name) {
                Ok(known) => known,
                Err(broken) => {
                    return (findings, Some(format!("known vulnerabilities were not looked up: {broken}")));
                }
            };
            // A range is told of only when it admits no version without an advisory.
            let lowest = match package.is_range {
                true => advisory::none_secure(&known, package.ecosystem, &package.version),
                false => Some(package.version.clone()),
            };
            let Some(lowest) = lowest else { continue };
            let affecting: Vec<Advisory> =
                known.iter().filter(|advisory| advisory.affects(&lowest)).cloned().collect();
            if affecting.is_empty() {
                continue;
            }
            let secure = advisory::secure_version(&known, &lowest);
            let version = match package.is_range {
                true => format!("{} (every version that it admits)", package.version),
                false => package.version.clone(),
            };
            findings.extend(engine.advised(
                target,
                &Advised {
                    name: &package.name,
                    version: &version,
                    in_use: package.in_use,
                    advisories: &affecting,
                    secure: secure.as_deref(),
                    location: &package.location,
                },
            ));
        }
        (findings, None)
    }

    /// Looks up the package that a bundle is, and what it locks or pins. Says also why they could not be looked up, when that is so.
    pub fn of_bundle(
        &mut self,
        target: &Target,
        bundle: &Bundle,
        engine: &Engine,
    ) -> (Vec<Finding>, Option<String>) {
        self.look(&target.id, &uses_of(bundle), engine)
    }

    /// Looks up the packages that a configuration launches servers from.
    pub(super) fn of_config(
        &mut self,
        target: &Target,
        config: &HostConfig,
        engine: &Engine,
    ) -> (Vec<Finding>, Option<String>) {
        self.look(&target.id, &launched(config), engine)
    }
}

fn launched(config: &HostConfig) -> Vec<Use> {
    let mut uses = Vec::new();
    for server in &config.servers {
        let Launch::Stdio { command, args, .. } = &server.launch else { continue };
        let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
        let evidence = LaunchEvidence { server, config };
        for package in packages_of(&command.text, &words) {
            let VersionPin::Exact(version) = &package.version else { continue };
            if !matches!(package.ecosystem, Ecosystem::Npm | Ecosystem::Pypi) {
                continue;
            }
            let word = package.place.argument.and_then(|index| args.get(index)).unwrap_or(command);
            uses.push(Use {
                ecosystem: package.ecosystem,
                name: package.name.clone(),
                version: plain(version),
                is_range: false,
                in_use: InUse::Launched,
                location: evidence.at(&word.pointer, word.span),
            });
        }
    }
    uses
}

fn uses_of(bundle: &Bundle) -> Vec<Use> {
    let place = |path: &str, span: Span| Location {
        item: Some(ItemKind::Package),
        file: Some(path.to_owned()),
        span: (span != Span::UNKNOWN).then_some(span),
        ..Location::default()
    };
    let mut uses = Vec::new();
    let mut met = BTreeSet::new();
    let manifests = manifest::of_bundle(bundle);
    let locks = manifests.iter().filter(|manifest| manifest.kind.is_lock());
    let locked: BTreeSet<(Ecosystem, String)> = locks
        .flat_map(|manifest| &manifest.dependencies)
        .map(|entry| (entry.ecosystem, canonical(entry.ecosystem, &entry.name)))
        .collect();
    for manifest in &manifests {
        let ecosystem = match manifest.kind {
            ManifestKind::PackageJson => Some(Ecosystem::Npm),
            ManifestKind::PythonMetadata => Some(Ecosystem::Pypi),
            _ => None,
        };
        if let (Some(ecosystem), Some(name), Some(version)) = (ecosystem, &manifest.name, &manifest.version)
            && met.insert((ecosystem, name.text.clone(), version.text.clone()))
        {
            uses.push(Use {
                ecosystem,
                name: name.text.clone(),
                version: version.text.clone(),
                is_range: false,
                in_use: InUse::Scanned,
                location: place(&manifest.path, version.span),
            });
        }
        for dependency in &manifest.dependencies {
            let range = || ranged(dependency).map(|(name, range)| (name, range, true));
            let settled = settled(dependency).map(|(name, version)| (name, version, false));
            let Some((name, version, is_range)) = settled.or_else(range) else { continue };
            if is_range && locked.contains(&(dependency.ecosystem, canonical(dependency.ecosystem, &name))) {
                continue;
            }
            if met.insert((dependency.ecosystem, name.clone(), version.clone())) {
                uses.push(Use {
                    ecosystem: dependency.ecosystem,
                    name,
                    version,
                    is_range,
                    in_use: InUse::Dependency,
                    location: place(&manifest.path, dependency.span),
                });
            }
        }
    }
    uses
}

/// The name and version of a dependency whose version is settled.
fn settled(dependency: &Dependency) -> Option<(String, String)> {
    let name = match &dependency.source {
        Source::Registry => dependency.name.clone(),
        Source::Alias(other) => other.clone(),
        Source::Git(_) | Source::Url(_) | Source::Local(_) => return None,
    };
    let version = match (dependency.kind, dependency.ecosystem) {
        (DependencyKind::Development, _) => return None,
        (DependencyKind::Locked | DependencyKind::Started, Ecosystem::Npm | Ecosystem::Pypi) => {
            dependency.requirement.clone()
        }
        (_, Ecosystem::Npm) => exact(VersionPin::npm(&dependency.requirement))?,
        (_, Ecosystem::Pypi) => exact(VersionPin::pypi_specifier(&dependency.requirement))?,
        _ => return None,
    };
    (!version.is_empty()).then_some((name, version))
}

/// The name and range of what is installed with the package, in any version that fits.
fn ranged(dependency: &Dependency) -> Option<(String, String)> {
    let name = match &dependency.source {
        Source::Registry => &dependency.name,
        Source::Alias(other) => other,
        Source::Git(_) | Source::Url(_) | Source::Local(_) => return None,
    };
    let is_installed = matches!(dependency.kind, DependencyKind::Runtime | DependencyKind::Optional);
    let range = dependency.requirement.trim();
    (is_installed && !range.is_empty()).then(|| (name.clone(), range.to_owned()))
}

fn exact(pin: VersionPin) -> Option<String> {
    match pin {
        VersionPin::Exact(version) => Some(plain(&version)),
        _ => None,
    }
}

/// A version without the signs that may stand before it.
fn plain(version: &str) -> String {
    version.trim_start_matches(['=', 'v', ' ']).to_owned()
}
