//! Packages that lie in a folder.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use portcullis_fetch::{Limits, Root, is_archive_name, read_folder, unpack};
use portcullis_model::Bundle;
use portcullis_supply::manifest::{ManifestKind, of_bundle};
use sha2::{Digest as _, Sha256};

use super::{Ended, Inspected, Inspector, Package, key, named};
use crate::SurveyError;
use crate::table::KeyKind;

/// A larger archive is not read: 96 MiB.
const LARGEST_ARCHIVE: u64 = 96 << 20;

/// Looks at the packages in a folder: archives, or folders as they are unpacked, each with its own manifest. Begins no package
/// after `end`.
///
/// # Errors
/// The folder can not be listed, or the store failed.
pub async fn inspect(
    inspector: &mut Inspector<'_>,
    folder: &Path,
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
            (inspected.left, inspected.ended) = (of - done, Some(Ended::Minutes));
            break;
        }
        let shown = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        match read(path, &shown) {
            Ok(package) => one(inspector, &package, &mut inspected).await?,
            Err(why) => inspected.unread.push((shown, why)),
        }
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
    let stated = manifests.iter().find_map(|manifest| {
        let kind = match manifest.kind {
            ManifestKind::PackageJson => "npm",
            ManifestKind::PythonMetadata | ManifestKind::Pyproject | ManifestKind::SetupCfg => "pypi",
            _ => return None,
        };
        let version = manifest.version.as_ref().map(|at| at.text.clone());
        Some((kind, manifest.name.as_ref()?.text.as_str(), version))
    });
    let (kind, name, version) =
        stated.ok_or("it holds no manifest with a name; put the package's own folder or archive here")?;
    let (name, _) =
        named(kind, name).ok_or_else(|| format!("no registry has packages of the name `{name}`"))?;
    Ok(Package { name, version, digest: digest(&bundle), bundle })
}

fn digest(bundle: &Bundle) -> String {
    let mut digest = Sha256::new();
    for file in &bundle.files {
        digest.update(file.path.as_bytes());
        digest.update((file.bytes.len() as u64).to_be_bytes());
        digest.update(&file.bytes);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn one(
    inspector: &mut Inspector<'_>,
    package: &Package,
    inspected: &mut Inspected,
) -> Result<(), SurveyError> {
    let key = key(&package.name);
    let names = "SELECT COUNT(*) FROM key WHERE kind = $1 AND value = $2";
    if inspector.store.number(names, &[KeyKind::Package.code().into(), key.into()]).await? == 0 {
        inspected.unlisted += 1;
        return Ok(());
    }
    let known = "SELECT COUNT(*) FROM inspected WHERE package = $1 AND digest = $2";
    if inspector.store.number(known, &[key.into(), package.digest.as_str().into()]).await? > 0 {
        inspected.known += 1;
        return Ok(());
    }
    inspector.look(package, inspected).await
}
