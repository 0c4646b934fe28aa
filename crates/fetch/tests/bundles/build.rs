//! Archives made by hand, so that they can be wrong in any way.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One tar entry: its header, checked, and its content in blocks.
pub(crate) fn tar_entry(name: &str, kind: u8, link: &str, content: &[u8]) -> Vec<u8> {
    tar_entry_of(name, kind, link, content, content.len())
}

/// A tar entry that says it has `size` bytes.
pub(crate) fn tar_entry_of(name: &str, kind: u8, link: &str, content: &[u8], size: usize) -> Vec<u8> {
    let mut header = vec![0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000755");
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[148..156].copy_from_slice(b"        ");
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header.extend_from_slice(content);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

pub(crate) fn tar_file(name: &str, content: &str) -> Vec<u8> {
    tar_entry(name, b'0', "", content.as_bytes())
}

/// A whole tar archive with the mark of its end.
pub(crate) fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = entries.concat();
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// One entry of a zip archive; every statement of its two headers can be changed before it is written.
#[derive(Clone)]
pub(crate) struct Zipped {
    pub(crate) name: String,
    /// The name in the entry's own header.
    pub(crate) local_name: String,
    pub(crate) method: u16,
    pub(crate) data: Vec<u8>,
    pub(crate) size: usize,
    /// The size in the entry's own header.
    pub(crate) local_size: usize,
    pub(crate) checksum: u32,
    pub(crate) mode: u32,
    pub(crate) flags: u16,
}

impl Zipped {
    pub(crate) fn new(name: &str, content: &str) -> Self {
        let mut sum = flate2::Crc::new();
        sum.update(content.as_bytes());
        Self {
            name: name.to_owned(),
            local_name: name.to_owned(),
            method: 8,
            data: deflate(content.as_bytes()),
            size: content.len(),
            local_size: content.len(),
            checksum: sum.sum(),
            mode: 0o100_644,
            flags: 0,
        }
    }

    pub(crate) fn local(&self) -> Vec<u8> {
        let mut out = b"PK\x03\x04\x14\0".to_vec();
        out.extend(self.flags.to_le_bytes());
        out.extend(self.method.to_le_bytes());
        out.extend([0; 4]);
        let streamed = self.flags & 8 != 0;
        let stated = |value: usize| if streamed { 0 } else { u32::try_from(value).unwrap() };
        out.extend(if streamed { 0 } else { self.checksum }.to_le_bytes());
        out.extend(stated(self.data.len()).to_le_bytes());
        out.extend(stated(self.local_size).to_le_bytes());
        out.extend(u16::try_from(self.local_name.len()).unwrap().to_le_bytes());
        out.extend([0; 2]);
        out.extend(self.local_name.as_bytes());
        out.extend(&self.data);
        if streamed {
            out.extend(b"PK\x07\x08");
            out.extend(self.checksum.to_le_bytes());
            out.extend(u32::try_from(self.data.len()).unwrap().to_le_bytes());
            out.extend(u32::try_from(self.size).unwrap().to_le_bytes());
        }
        out
    }

    fn listed(&self, offset: usize) -> Vec<u8> {
        let mut out = b"PK\x01\x02\x14\x03\x14\0".to_vec();
        out.extend(self.flags.to_le_bytes());
        out.extend(self.method.to_le_bytes());
        out.extend([0; 4]);
        out.extend(self.checksum.to_le_bytes());
        out.extend(u32::try_from(self.data.len()).unwrap().to_le_bytes());
        out.extend(u32::try_from(self.size).unwrap().to_le_bytes());
        out.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        out.extend([0; 8]);
        out.extend((self.mode << 16).to_le_bytes());
        out.extend(u32::try_from(offset).unwrap().to_le_bytes());
        out.extend(self.name.as_bytes());
        out
    }
}

/// A zip archive of these entries.
pub(crate) fn zip(entries: &[Zipped]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut listed = Vec::new();
    for entry in entries {
        listed.push((entry.clone(), bytes.len()));
        bytes.extend(entry.local());
    }
    zip_with(bytes, &listed)
}

/// A zip archive whose directory says that these entries lie at these places of `bytes`.
pub(crate) fn zip_with(mut bytes: Vec<u8>, entries: &[(Zipped, usize)]) -> Vec<u8> {
    let start = bytes.len();
    for (entry, offset) in entries {
        bytes.extend(entry.listed(*offset));
    }
    let size = bytes.len() - start;
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    bytes.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(size).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(start).unwrap().to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}
