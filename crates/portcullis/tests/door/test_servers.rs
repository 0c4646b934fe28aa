//! Where `.ci/install-test-servers` put the programs that tests start.

use std::path::{Path, PathBuf};

/// The folder that holds them. Without it the tests that need them are skipped, except where CI promised to install
/// them.
pub(crate) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("PORTCULLIS_TEST_SERVERS").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-servers");
    let folder = named.unwrap_or(usual);
    if folder.join("installed").is_file() {
        return Some(folder.canonicalize().unwrap());
    }
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "nothing in {}; run .ci/install-test-servers first", folder.display());
    None
}
