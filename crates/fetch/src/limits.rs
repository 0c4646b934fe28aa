//! How much is read at most.

/// Bounds of one bundle. What goes beyond them is named as unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files together, and bytes that an archive may unpack to.
    pub total: u64,
    /// Bytes of one file.
    pub file: u64,
    /// Files, folders and links together.
    pub entries: usize,
    /// How many times its own size an archive may unpack to.
    pub ratio: u64,
    /// Folders in folders.
    pub depth: usize,
}

impl Limits {
    /// Whatever its ratio, an archive may unpack to as many bytes: text that repeats itself packs well. 16 MiB.
    const HARMLESS: u64 = 16 << 20;

    /// Bytes that an archive of this size may unpack to.
    #[must_use]
    pub fn unpacked(&self, packed: usize) -> u64 {
        let by_ratio = (packed as u64).saturating_mul(self.ratio);
        by_ratio.max(Self::HARMLESS).min(self.total)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: 160 << 20, file: 32 << 20, entries: 50_000, ratio: 200, depth: 64 }
    }
}

/// A number of bytes for people.
pub(crate) fn shown(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=10_485_759 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
