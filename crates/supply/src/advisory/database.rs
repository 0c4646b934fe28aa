//! Many advisories in one file: an index of packages by digest of their names, and a block of records for each.
//!
//! `portcullis-adv1\n`, then five numbers (packages, records, malicious records, where the index begins, how long the
//! file is), the blocks, and the index: 65,537 bounds, one for each first two bytes of a digest, and the entries in the
//! order of their digests. Numbers are little-endian. Each block carries its checksum, so that a broken one is an error and
//! never an empty answer.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};

use portcullis_wire::json::{self, Dialect, Limits};
use sha2::{Digest, Sha256};

use super::{Advisory, canonical, record};
use crate::ecosystem::Ecosystem;

const MAGIC: &[u8; 16] = b"portcullis-adv1\n";
const HEAD: u64 = 16 + 5 * 8;
const BUCKETS: usize = 1 << 16;
/// Digest, offset, length, checksum.
const ENTRY: usize = 8 + 8 + 4 + 4;
/// A longer block is not read: 64 MiB.
const LONGEST: u32 = 64 << 20;

/// How much is in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Packages that something is known of.
    pub packages: u64,
    /// Advisories; one that speaks of two packages counts twice.
    pub advisories: u64,
    /// Those of them that say that a package is malicious.
    pub malicious: u64,
}

/// The database cannot be used.
#[derive(Debug)]
pub enum Broken {
    /// It cannot be read.
    Io(io::Error),
    /// It is not what was once written.
    Content(&'static str),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the advisory database cannot be read: {error}"),
            Self::Content(why) => write!(f, "the advisory database is broken: {why}; update it again"),
        }
    }
}

impl std::error::Error for Broken {}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Content("it ends too early"),
            _ => Self::Io(error),
        }
    }
}

/// Collects advisories for a database.
#[derive(Debug, Default)]
pub struct Builder {
    packages: BTreeMap<[u8; 8], BTreeMap<String, String>>,
}

impl Builder {
    /// Takes an advisory in. A second one of the same id and package takes the place of the first.
    pub fn add(&mut self, advisory: &Advisory) {
        let digest = digest(advisory.ecosystem, &advisory.package);
        // Two packages of one digest share a block.
        let key = format!("{}\0{}", advisory.id, advisory.package);
        self.packages.entry(digest).or_default().insert(key, json::write(&record::write(advisory)));
    }

    /// How much was taken in.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let of = |records: &BTreeMap<String, String>| {
            records.keys().filter(|key| key.starts_with("MAL-")).count() as u64
        };
        Counts {
            packages: self.packages.len() as u64,
            advisories: self.packages.values().map(|records| records.len() as u64).sum(),
            malicious: self.packages.values().map(of).sum(),
        }
    }

    /// Writes the database; its size in bytes.
    ///
    /// # Errors
    /// Writing fails, or a package has more records than a block holds.
    pub fn write(&self, out: &mut impl Write) -> io::Result<u64> {
        let mut index = Vec::new();
        let mut bounds = vec![0_u32; BUCKETS + 1];
        let mut blocks = Vec::new();
        for (digest, records) in &self.packages {
            let joined = records.values().map(String::as_str).collect::<Vec<_>>().join(",");
            let block = format!("[{joined}]");
            let length = u32::try_from(block.len()).ok().filter(|length| *length <= LONGEST);
            let length =
                length.ok_or_else(|| io::Error::other("one package has more than 64 MiB of advisories"))?;
            index.extend_from_slice(digest);
            index.extend_from_slice(&(HEAD + blocks.len() as u64).to_le_bytes());
            index.extend_from_slice(&length.to_le_bytes());
            index.extend_from_slice(&checksum(block.as_bytes()));
            blocks.extend_from_slice(block.as_bytes());
            if let Some(bound) = bounds.get_mut(bucket(digest) + 1) {
                *bound += 1;
            }
        }
        let mut sum = 0;
        for bound in &mut bounds {
            sum += *bound;
            *bound = sum;
        }
        let counts = self.counts();
        let begins = HEAD + blocks.len() as u64;
        let whole = begins + 4 * bounds.len() as u64 + index.len() as u64;
        out.write_all(MAGIC)?;
        for number in [counts.packages, counts.advisories, counts.malicious, begins, whole] {
            out.write_all(&number.to_le_bytes())?;
        }
        out.write_all(&blocks)?;
        for bound in bounds {
            out.write_all(&bound.to_le_bytes())?;
        }
        out.write_all(&index)?;
        Ok(whole)
    }
}

/// A database that is asked for single packages.
#[derive(Debug)]
pub struct Database<S> {
    source: S,
    counts: Counts,
    index: u64,
}

impl<S: Read + Seek> Database<S> {
    /// Opens a database.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn open(mut source: S) -> Result<Self, Broken> {
        source.rewind()?;
        let mut magic = [0; 16];
        source.read_exact(&mut magic)?;
        if magic != *MAGIC {
            return Err(Broken::Content("it does not begin as one of this version"));
        }
        let mut numbers = [0_u64; 5];
        for number in &mut numbers {
            *number = long(&mut source)?;
        }
        let [packages, advisories, malicious, index, whole] = numbers;
        let expected = (ENTRY as u64)
            .checked_mul(packages)
            .and_then(|entries| entries.checked_add(4 * (BUCKETS as u64 + 1)))
            .and_then(|tail| tail.checked_add(index));
        if source.seek(SeekFrom::End(0))? != whole || expected != Some(whole) || index < HEAD {
            return Err(Broken::Content("it is not as long as it says"));
        }
        Ok(Self { source, counts: Counts { packages, advisories, malicious }, index })
    }

    /// How much is in it.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Everything that is known of a package, whichever version.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(&mut self, ecosystem: Ecosystem, name: &str) -> Result<Vec<Advisory>, Broken> {
        let name = canonical(ecosystem, name);
        let wanted = digest(ecosystem, &name);
        let Some((offset, length, sum)) = self.entry(&wanted)? else { return Ok(Vec::new()) };
        let inside =
            offset >= HEAD && offset.checked_add(u64::from(length)).is_some_and(|end| end <= self.index);
        if !inside || length > LONGEST {
            return Err(Broken::Content("its index leads out of it"));
        }
        self.source.seek(SeekFrom::Start(offset))?;
        let mut block = vec![0; usize::try_from(length).unwrap_or_default()];
        self.source.read_exact(&mut block)?;
        if checksum(&block) != sum {
            return Err(Broken::Content("a block does not have its checksum"));
        }
        let document = json::read(&block, Dialect::Strict, &Limits::default())
            .map_err(|_| Broken::Content("a block cannot be read"))?;
        let mut found = Vec::new();
        for record in document.root.items() {
            let advisories =
                record::of_node(record).map_err(|_| Broken::Content("a record cannot be understood"))?;
            found.extend(advisories.into_iter().filter(|it| it.ecosystem == ecosystem && it.package == name));
        }
        Ok(found)
    }

    /// Where the block of a digest lies, how long it is, and its checksum.
    fn entry(&mut self, wanted: &[u8; 8]) -> Result<Option<(u64, u32, [u8; 4])>, Broken> {
        self.source.seek(SeekFrom::Start(self.index + 4 * bucket(wanted) as u64))?;
        let (from, to) = (word(&mut self.source)?, word(&mut self.source)?);
        if to < from || u64::from(to) > self.counts.packages {
            return Err(Broken::Content("its index is not in order"));
        }
        let entries = self.index + 4 * (BUCKETS as u64 + 1);
        self.source.seek(SeekFrom::Start(entries + u64::from(from) * ENTRY as u64))?;
        for _ in from..to {
            let mut digest = [0; 8];
            self.source.read_exact(&mut digest)?;
            let (offset, length) = (long(&mut self.source)?, word(&mut self.source)?);
            let mut sum = [0; 4];
            self.source.read_exact(&mut sum)?;
            if digest == *wanted {
                return Ok(Some((offset, length, sum)));
            }
        }
        Ok(None)
    }
}

fn digest(ecosystem: Ecosystem, name: &str) -> [u8; 8] {
    first(&Sha256::digest(format!("{}\0{name}", ecosystem.as_str())))
}

fn checksum(block: &[u8]) -> [u8; 4] {
    first(&Sha256::digest(block))
}

/// The first bytes of a digest.
fn first<const N: usize>(digest: &[u8]) -> [u8; N] {
    digest.first_chunk().copied().unwrap_or([0; N])
}

fn bucket(digest: &[u8; 8]) -> usize {
    let [high, low, ..] = *digest;
    usize::from(u16::from_be_bytes([high, low]))
}

fn word(source: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    source.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn long(source: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    source.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
