//! What a bundle promises, whatever it was read from.

use portcullis_fetch::{Limits, Root, unpack};

pub(crate) fn unpacks(bytes: &[u8]) {
    let limits = Limits { total: 1 << 20, file: 1 << 18, entries: 200, ..Limits::default() };
    for root in [Root::Keep, Root::Common, Root::First] {
        let Ok(bundle) = unpack("it", "it", bytes, root, &limits) else { continue };
        assert!(bundle.size() <= limits.total, "more than allowed");
        assert!(bundle.files.len() <= limits.entries, "more entries than allowed");
        for pair in bundle.files.windows(2) {
            assert!(pair[0].path < pair[1].path, "in order, and no path twice");
        }
        for file in &bundle.files {
            assert!(file.bytes.len() as u64 <= limits.file);
            let parts = || file.path.split('/');
            assert!(!file.path.contains('\\') && parts().all(|part| !matches!(part, "" | "." | "..")), "{}", file.path);
        }
        assert!(bundle.unread.iter().all(|unread| !unread.reason.is_empty()));
    }
}
