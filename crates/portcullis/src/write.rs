//! Files are written whole or not at all.

use std::io::Write;
use std::path::Path;

use crate::exit::Failure;

/// Writes a file so that a reader sees the old one or the new one, never a part.
pub(crate) fn whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: std::io::Error| {
        Failure::incomplete(format!("`{}` cannot be written: {error}", path.display()))
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}

/// Writes a file that its owner alone may read, as [`whole`] does.
pub(crate) fn private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    // A temporary file is its owner's alone, and so is what it becomes.
    whole(path, bytes)?;
    if let Some(folder) = path.parent().and_then(|folder| std::fs::File::open(folder).ok()) {
        // Makes the new name last through a power failure, where a folder can be synced.
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Makes a folder that its owner alone may look into. One that is there already is closed to others.
pub(crate) fn private_folder(path: &Path) -> Result<(), Failure> {
    let fail =
        |error: std::io::Error| Failure::incomplete(format!("`{}` cannot be made: {error}", path.display()));
    std::fs::create_dir_all(path).map_err(fail)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(fail)?;
    }
    Ok(())
}
