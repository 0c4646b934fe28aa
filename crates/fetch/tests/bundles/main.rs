//! Archives and folders, honest and hostile, as the tests themselves build them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod build;
mod folders;
mod tarballs;
mod zips;

use portcullis_fetch::{Limits, NotAnArchive, Root, unpack};
use portcullis_model::{Bundle, UnreadFile};

fn unpacked(bytes: &[u8], root: Root) -> Result<Bundle, NotAnArchive> {
    unpack("~/it", "it", bytes, root, &Limits::default())
}

/// What was read, as `path=content`.
fn files(bundle: &Bundle) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    bundle.files.iter().map(|file| format!("{}={}", file.path, text(&file.bytes))).collect()
}

/// The one thing that could not be read has this path, and the reason holds this fragment.
#[track_caller]
fn refuses(bundle: &Bundle, path: &str, fragment: &str) {
    let gaps: Vec<_> = bundle.unread.iter().filter(|unread| !unread.left_out).collect();
    assert!(gaps.len() == 1 && gaps[0].path == path && gaps[0].reason.contains(fragment), "{gaps:?}");
}

/// Among what could not be read is this path, with a reason that holds this fragment.
#[track_caller]
fn is_refused(bundle: &Bundle, path: &str, fragment: &str) {
    let fits =
        |unread: &UnreadFile| !unread.left_out && unread.path == path && unread.reason.contains(fragment);
    assert!(bundle.unread.iter().any(fits), "{:?}", bundle.unread);
}
