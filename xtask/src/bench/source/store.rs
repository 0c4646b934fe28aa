//! Packages as folders: fetched once, verified, unpacked.

use std::fs;
use std::path::{Path, PathBuf};

use portcullis_fetch::{Clients, Options, Wanted};

use super::corpus::Package;

/// The folder of packages.
pub(super) struct Store {
    folder: PathBuf,
    home: PathBuf,
}

impl Store {
    /// `target/bench/packages`; what is there already is not fetched again.
    pub(super) fn open(root: &Path) -> Result<Self, String> {
        let folder = root.join("target/bench/packages");
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        Ok(Self { folder, home })
    }

    /// The unpacked package. It is there whole or not at all: the note about its digest is written last.
    pub(super) fn folder(&self, package: &Package) -> Result<PathBuf, String> {
        let folder = self.folder.join(&package.ecosystem).join(package.folder());
        let note = self.folder.join(&package.ecosystem).join(format!("{}.digest", package.folder()));
        if fs::read_to_string(&note).is_ok_and(|digest| digest == package.digest) {
            return Ok(folder);
        }
        eprintln!("{} is fetched ...", package.wanted());
        self.fetch(package, &folder)?;
        fs::write(&note, &package.digest).map_err(|error| format!("{}: {error}", note.display()))?;
        Ok(folder)
    }

    fn fetch(&self, package: &Package, folder: &Path) -> Result<(), String> {
        let wanted: Wanted = package.wanted().parse().map_err(|error| format!("{error}"))?;
        let clients = Clients {
            home: &self.home,
            root: Path::new("/"),
            folder: None,
            variable: &|name| std::env::var(name).ok(),
            npm: None,
            pypi: None,
        };
        let options = Options::default();
        let work = portcullis_fetch::fetch(&wanted, &clients, &options, &|_| ());
        let attempt = portcullis_probe::run_blocking(work).map_err(|error| error.to_string())?;
        let fetched = attempt.outcome.map_err(|error| error.to_string())?;
        if !fetched.has_digest(&package.digest) {
            return Err(format!("it has the digest {} and not {}", fetched.digest, package.digest));
        }
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        for file in &fetched.bundle.files {
            let path = folder.join(&file.path);
            let wrong = |error: std::io::Error| format!("{}: {error}", path.display());
            fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(wrong)?;
            fs::write(&path, &file.bytes).map_err(wrong)?;
        }
        Ok(())
    }
}
