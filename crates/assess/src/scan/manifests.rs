//! Manifests of a package that cannot be read: what they would have said was not looked at.

use portcullis_model::{Bundle, BundleFile, UnreadFile};
use portcullis_supply::manifest::{self, ManifestKind};

/// The manifests and lock files at the root of a package that are broken. Those further inside may be examples, and
/// those that are configurations as well are targets of their own.
pub(super) fn unread(bundle: &Bundle) -> Vec<UnreadFile> {
    let root = bundle.files.iter().filter(|file| !file.path.contains('/'));
    root.filter_map(|file| Some(UnreadFile::gap(&*file.path, broken(file)?))).collect()
}

fn broken(file: &BundleFile) -> Option<String> {
    let Some(text) = file.text() else {
        // By its name alone: an empty text is a manifest too.
        let named = manifest::read(&file.path, "").filter(|named| is_asked(named.kind));
        return named.map(|_| String::from("it is not UTF-8; save it as that"));
    };
    manifest::read(&file.path, text).filter(|read| is_asked(read.kind))?.broken
}

/// Whether a manifest is read as nothing else.
const fn is_asked(kind: ManifestKind) -> bool {
    !matches!(kind, ManifestKind::ServerBundle | ManifestKind::ServerListing)
}
