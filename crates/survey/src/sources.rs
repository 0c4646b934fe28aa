//! Packages of listed servers, looked at with the rules that `scan` has for packages and source. Nothing of them is run.
//!
//! What a package was found to do is kept under its key and joins the findings of every listing that names it, in this
//! analysis and in later ones. A package whose digest is known is not looked at again.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use portcullis_fetch::{Limits, Root, is_archive_name, read_folder, unpack};
use portcullis_model::{Bundle, Finding, ListedPackage, Moment};
use portcullis_rules::Engine;
use portcullis_store::{Batch, Column, Conflict, Store, id_of};
use portcullis_supply::manifest::{ManifestKind, of_bundle};
use sha2::{Digest as _, Sha256};

use crate::SurveyError;
use crate::identity::PackageName;
use crate::table::{KeyKind, finding};

/// A larger archive is not read: 96 MiB.
const LARGEST_ARCHIVE: u64 = 96 << 20;

/// What became of the packages of a folder.
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
    /// What is no package or could not be read: its name and why.
    pub unread: Vec<(String, String)>,
    /// What was left because the time was over.
    pub left: u64,
}

/// A package as its own manifest names it.
struct Package {
    kind: &'static str,
    name: String,
    version: Option<String>,
    digest: String,
    bundle: Bundle,
}

/// Looks at the packages in a folder: archives, or folders as they are unpacked, each with its own manifest. Begins no package
/// after `end`.
///
/// # Errors
/// The folder can not be listed, or the store failed.
pub async fn inspect(
    store: &Store,
    engine: &Engine,
    folder: &Path,
    now: Moment,
    end: Instant,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Inspected, SurveyError> {
    let paths = packages(folder)
        .map_err(|error| SurveyError::File(format!("`{}` can not be read: {error}", folder.display())))?;
    let of = paths.len() as u64;
    let mut inspected = Inspected::default();
    for (done, path) in (0_u64..).zip(&paths) {
        progress(done, of);
        if Instant::now() >= end {
            inspected.left = of - done;
            break;
        }
        let shown = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        let package = match read(path, &shown) {
            Ok(package) => package,
            Err(why) => {
                inspected.unread.push((shown, why));
                continue;
            }
        };
        one(store, engine, package, now, &mut inspected).await?;
    }
    Ok(inspected)
}

/// Archives and folders; the packages of a scope lie in a folder of their own.
fn packages(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name.starts_with('@') {
            found.extend(packages(&path)?);
        } else if path.is_dir() || is_archive_name(&name) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path, shown: &str) -> Result<Package, String> {
    let bundle = if path.is_dir() {
        read_folder(path, shown, &Limits::default()).map_err(|error| error.to_string())?
    } else {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| error.to_string())?;
        file.take(LARGEST_ARCHIVE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > LARGEST_ARCHIVE {
            return Err(String::from("it is larger than 96 MiB"));
        }
        unpack(shown, shown, &bytes, Root::Common, &Limits::default()).map_err(|error| error.to_string())?
    };
    let mut manifests = of_bundle(&bundle);
    manifests.sort_by_key(|manifest| (manifest.path.matches('/').count(), manifest.kind));
    let named = manifests.iter().find_map(|manifest| {
        let kind = match manifest.kind {
            ManifestKind::PackageJson => "npm",
            ManifestKind::PythonMetadata | ManifestKind::Pyproject | ManifestKind::SetupCfg => "pypi",
            _ => return None,
        };
        Some((
            kind,
            manifest.name.as_ref()?.text.clone(),
            manifest.version.as_ref().map(|at| at.text.clone()),
        ))
    });
    let (kind, name, version) =
        named.ok_or("it holds no manifest with a name; put the package's own folder or archive here")?;
    let mut digest = Sha256::new();
    for file in &bundle.files {
        digest.update(file.path.as_bytes());
        digest.update((file.bytes.len() as u64).to_be_bytes());
        digest.update(&file.bytes);
    }
    let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Package { kind, name, version, digest, bundle })
}

async fn one(
    store: &Store,
    engine: &Engine,
    package: Package,
    now: Moment,
    inspected: &mut Inspected,
) -> Result<(), SurveyError> {
    let listed = ListedPackage {
        kind: package.kind.to_owned(),
        name: package.name.clone(),
        ..ListedPackage::default()
    };
    let Some(name) = PackageName::of(&listed) else {
        inspected.unread.push((package.name, String::from("no registry has packages of such a name")));
        return Ok(());
    };
    let key = KeyKind::Package.value(&name.subject().to_string());
    let names = "SELECT COUNT(*) FROM key WHERE kind = $1 AND value = $2";
    if store.number(names, &[KeyKind::Package.code().into(), key.into()]).await? == 0 {
        inspected.unlisted += 1;
        return Ok(());
    }
    let known = "SELECT COUNT(*) FROM inspected WHERE package = $1 AND digest = $2";
    if store.number(known, &[key.into(), package.digest.as_str().into()]).await? > 0 {
        inspected.known += 1;
        return Ok(());
    }
    let looked = engine.bundle(&package.bundle.locator, &package.bundle);
    inspected.looked_at += 1;
    inspected.findings += looked.findings.len() as u64;
    let missing = package.bundle.unread.iter().filter(|unread| !unread.left_out).count();
    let missing = missing + looked.analysis.unread.len() + looked.analysis.gave_up.len();
    keep(store, key, &package, &looked.findings, missing, now).await
}

async fn keep(
    store: &Store,
    key: i64,
    package: &Package,
    findings: &[Finding],
    missing: usize,
    now: Moment,
) -> Result<(), SurveyError> {
    const INSPECTED: &[(&str, Column)] = &[
        ("package", Column::Integer),
        ("kind", Column::Text),
        ("name", Column::Text),
        ("version", Column::Text),
        ("digest", Column::Text),
        ("at", Column::Integer),
        ("missing", Column::Integer),
    ];
    const INSPECTION: &[(&str, Column)] = &[
        ("package", Column::Integer),
        ("id", Column::Integer),
        ("rule", Column::Text),
        ("severity", Column::Text),
        ("confidence", Column::Text),
        ("threat", Column::Text),
        ("message", Column::Text),
        ("evidence", Column::Text),
    ];
    let mut row = Batch::new("inspected", INSPECTED, Conflict::Replace(1));
    row.push([
        key.into(),
        package.kind.into(),
        package.name.as_str().into(),
        package.version.as_deref().into(),
        package.digest.as_str().into(),
        now.0.into(),
        i64::try_from(missing).unwrap_or(i64::MAX).into(),
    ])?;
    let mut rows = Batch::new("inspection", INSPECTION, Conflict::Keep);
    for one in findings {
        let place = one.location.file.as_deref().unwrap_or("the package");
        let evidence = match &one.evidence {
            Some(evidence) => format!("{place}: {evidence}"),
            None => place.to_owned(),
        };
        let [rule, severity, confidence, threat, message, evidence] = finding::said(one, Some(evidence));
        let id = id_of(&["inspection", &one.id]);
        rows.push([key.into(), id.into(), rule, severity, confidence, threat, message, evidence])?;
    }
    let mut transaction = store.begin().await?;
    transaction.execute("DELETE FROM inspection WHERE package = $1", &[key.into()]).await?;
    transaction.write(&mut row).await?;
    transaction.write(&mut rows).await?;
    transaction.commit().await?;
    Ok(())
}

/// Writes what is known of packages under the listings that name them. Says how many findings that are.
pub(crate) async fn told(store: &Store) -> Result<u64, SurveyError> {
    let sql = "SELECT k.listing, i.id, i.rule, i.severity, i.confidence, i.threat, i.message, i.evidence, p.at, i.package
        FROM inspection AS i JOIN inspected AS p ON p.package = i.package
        JOIN key AS k ON k.kind = $1 AND k.value = i.package
        ORDER BY k.listing, i.package, i.id";
    let mut rows = Batch::new("finding", finding::FINDING, Conflict::Keep);
    for row in store.query(sql, &[KeyKind::Package.code().into()]).await? {
        let numbers = [row.integer(0), row.integer(9), row.integer(1)].map(|number| number.to_string());
        let [listing, package, inspection] = &numbers;
        let id = id_of(&["source", listing, package, inspection]);
        let said = [2, 3, 4, 5, 6, 7].map(|column| row.text(column).into());
        rows.push(finding::row(id, row.integer(0), said, row.integer(8)))?;
    }
    let count = rows.len() as u64;
    let mut transaction = store.begin().await?;
    transaction.write(&mut rows).await?;
    transaction.commit().await?;
    Ok(count)
}
