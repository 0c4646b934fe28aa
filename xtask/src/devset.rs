//! The labelled development sets beside the repository. They were written by others, are read and never run, and are
//! absent on most machines: whoever uses them says so and goes on without.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the sets lie, seen from the repository.
const FOLDER: &str = "../shared/data";

/// One tool of the metadata set.
#[derive(Debug, Clone)]
pub(crate) struct LabelledTool {
    pub(crate) server: String,
    pub(crate) tool: String,
    pub(crate) poisoned: bool,
    pub(crate) class: String,
    /// The wording of the attack: `important_tag`, `ignore_previous`, `plain`, or none.
    pub(crate) form: String,
    pub(crate) source: String,
    /// A: open licence. B: share-alike. C: no licence stated, for measurement only.
    pub(crate) tier: String,
    pub(crate) long: bool,
    pub(crate) shouting: bool,
    /// Id at the source.
    pub(crate) origin: String,
}

/// One text of the outputs set.
#[derive(Debug, Clone)]
pub(crate) struct LabelledText {
    pub(crate) id: String,
    pub(crate) attack: bool,
    pub(crate) class: String,
    pub(crate) source: String,
    pub(crate) tier: String,
    /// `result` or `prompt`.
    pub(crate) surface: String,
}

/// The folder with the sets, when it is there.
pub(crate) fn folder(root: &Path) -> Option<PathBuf> {
    let folder = root.join(FOLDER);
    folder.join("README.md").is_file().then_some(folder)
}

/// A compressed file of a set.
pub(crate) fn unpacked(folder: &Path, name: &str) -> Result<String, String> {
    let output = Command::new("zstd")
        .args(["--decompress", "--stdout", "--quiet"])
        .arg(folder.join(name))
        .output()
        .map_err(|error| {
            format!("{name}: `zstd` could not be started: {error}; install the package `zstd`")
        })?;
    if !output.status.success() {
        return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{name}: {error}"))
}

/// The labels of every tool, sorted.
pub(crate) fn tools(folder: &Path) -> Result<Vec<LabelledTool>, String> {
    let mut tools: Vec<LabelledTool> = rows(folder, "metadata/labels.csv.zst")?
        .into_iter()
        .map(|mut row| {
            let mut take = |name: &str| row.remove(name).unwrap_or_default();
            LabelledTool {
                server: take("server"),
                tool: take("tool"),
                poisoned: take("label") == "poisoned",
                class: take("class"),
                form: take("form"),
                source: take("source"),
                tier: take("tier"),
                long: take("long") == "1",
                shouting: take("shouting") == "1",
                origin: take("origin"),
            }
        })
        .collect();
    tools.sort_by(|a, b| (&a.server, &a.tool).cmp(&(&b.server, &b.tool)));
    Ok(tools)
}

/// The labels of every text, sorted.
pub(crate) fn texts(folder: &Path) -> Result<Vec<LabelledText>, String> {
    let mut texts: Vec<LabelledText> = rows(folder, "outputs/labels.csv.zst")?
        .into_iter()
        .map(|mut row| {
            let mut take = |name: &str| row.remove(name).unwrap_or_default();
            LabelledText {
                id: take("id"),
                attack: take("label") == "attack",
                class: take("class"),
                source: take("source"),
                tier: take("tier"),
                surface: take("surface"),
            }
        })
        .collect();
    texts.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(texts)
}

/// The rows of a label file by column name. The files quote nothing: a quote or an odd row is an error, not a guess.
pub(crate) fn rows(folder: &Path, name: &str) -> Result<Vec<BTreeMap<String, String>>, String> {
    let text = unpacked(folder, name)?;
    if text.contains('"') {
        return Err(format!("{name}: quoted fields are not read"));
    }
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    lines
        .enumerate()
        .map(|(index, line)| {
            let fields: Vec<&str> = line.split(',').collect();
            if fields.len() != header.len() {
                return Err(format!(
                    "{name}: line {}: {} fields, not {}",
                    index + 2,
                    fields.len(),
                    header.len()
                ));
            }
            Ok(header
                .iter()
                .zip(fields)
                .map(|(name, field)| ((*name).to_owned(), field.to_owned()))
                .collect())
        })
        .collect()
}

/// Which half of a set a case belongs to. Thresholds are chosen on one half and figures stated on the other; what comes
/// from one server or one source is never torn apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Half {
    Choose,
    State,
}

impl Half {
    /// By the digest (FNV-1a) of what keeps cases together.
    pub(crate) fn of(key: &str) -> Self {
        let digest = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
        });
        if (digest >> 32) & 1 == 0 { Half::Choose } else { Half::State }
    }
}

impl LabelledTool {
    /// By server, without the number that tells copies apart.
    pub(crate) fn half(&self) -> Half {
        Half::of(self.server.split('#').next().unwrap_or_default())
    }
}

impl LabelledText {
    /// The source without its part: attacks and their clean twins stay together.
    pub(crate) fn family(&self) -> &str {
        self.source.split('/').next().unwrap_or_default()
    }

    /// By source.
    pub(crate) fn half(&self) -> Half {
        Half::of(self.family())
    }
}
