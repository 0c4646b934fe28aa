//! Surfaces to scan: as many as wanted, of the size of real ones, the same on every run.
//!
//! Descriptions are those of the honest tools of the development set where it is present, else sentences made of parts.
//! Schemas are made in both cases, because the set records few.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Deserialize;

use crate::devset;

/// Tools of one server: the mean of the development set is 9.5.
const TOOLS: usize = 10;
const SERVERS_LEAST: usize = 4;

/// Where tools come from.
pub(super) struct Load {
    /// Name and description.
    tools: Vec<(String, String)>,
    /// True when the descriptions are real.
    pub(super) real: bool,
}

#[derive(Deserialize)]
struct Surface {
    tools: Vec<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    description: String,
}

/// What was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) bytes: u64,
    pub(super) servers: usize,
    pub(super) tools: usize,
}

impl Load {
    pub(super) fn new(root: &Path) -> Result<Self, String> {
        let Some(folder) = devset::folder(root) else {
            return Ok(Self { tools: made(), real: false });
        };
        let mut tools = Vec::new();
        for line in devset::unpacked(&folder, "metadata/benign.surfaces.jsonl.zst")?.lines() {
            let surface: Surface = serde_json::from_str(line).map_err(|error| format!("benign: {error}"))?;
            tools.extend(surface.tools.into_iter().map(|tool| (tool.name, tool.description)));
        }
        Ok(Self { tools, real: true })
    }

    /// One server with so many tools, as one document.
    pub(super) fn one_server(&self, path: &Path, tools: usize) -> Result<Written, String> {
        self.write(path, &[tools])
    }

    /// Servers of the usual size with so many tools together, one a line.
    pub(super) fn servers(&self, path: &Path, servers: usize) -> Result<Written, String> {
        // Sizes vary as real ones do: from a few tools to many, the usual number on average.
        let sizes: Vec<usize> = (0..servers)
            .map(|server| {
                SERVERS_LEAST + (digest(server, 1) % (2 * (TOOLS - SERVERS_LEAST) + 1) as u64) as usize
            })
            .collect();
        self.write(path, &sizes)
    }

    fn write(&self, path: &Path, sizes: &[usize]) -> Result<Written, String> {
        let fault = |error: std::io::Error| format!("{}: {error}", path.display());
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(fault)?);
        let mut written = Written { bytes: 0, servers: sizes.len(), tools: sizes.iter().sum() };
        let mut number = 0;
        let mut line = String::new();
        for (server, &size) in sizes.iter().enumerate() {
            line.clear();
            line.push_str(&format!("{{\"server\":\"server-{server}\",\"tools\":["));
            for index in 0..size {
                if index > 0 {
                    line.push(',');
                }
                self.tool(&mut line, number)?;
                number += 1;
            }
            line.push_str("]}\n");
            file.write_all(line.as_bytes()).map_err(fault)?;
            written.bytes += line.len() as u64;
        }
        file.flush().map_err(fault)?;
        Ok(written)
    }

    fn tool(&self, line: &mut String, number: usize) -> Result<(), String> {
        let pick = (digest(number, 2) % self.tools.len().max(1) as u64) as usize;
        let (name, description) = self.tools.get(pick).ok_or("no tools to write")?;
        let quoted = |text: &str| serde_json::to_string(text).map_err(|error| error.to_string());
        line.push_str(&format!(
            "{{\"name\":{},\"description\":{},\"inputSchema\":{{\"type\":\"object\",\"properties\":{{",
            quoted(&format!("{name}_{number}"))?,
            quoted(description)?
        ));
        let parameters = (digest(number, 3) % 6) as usize;
        for index in 0..parameters {
            let which = (digest(number * 8 + index, 4) % PARAMETERS.len() as u64) as usize;
            let (name, kind, says) = PARAMETERS.get(which).copied().unwrap_or(("id", "string", "Identifier"));
            let comma = if index > 0 { "," } else { "" };
            line.push_str(&format!(
                "{comma}\"{name}{index}\":{{\"type\":\"{kind}\",\"description\":\"{says}\"}}"
            ));
        }
        line.push_str("}}}");
        Ok(())
    }
}

/// A well-mixed number (SplitMix64).
fn digest(number: usize, salt: u64) -> u64 {
    let mut mixed = (number as u64).wrapping_add(salt << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

const PARAMETERS: &[(&str, &str, &str)] = &[
    ("id", "string", "Identifier of the record, as returned by the list operation"),
    ("limit", "integer", "Maximum number of results to return (default 20, at most 100)"),
    ("query", "string", "Words to look for; quotes search for a phrase"),
    ("path", "string", "Path relative to the root of the project"),
    ("format", "string", "Either json or markdown"),
    ("start_date", "string", "First day of the range, ISO 8601"),
    ("verbose", "boolean", "Include details about each step"),
    ("tags", "array", "Only entries that carry all of these tags"),
];

/// Descriptions made of parts, for machines without the development set.
fn made() -> Vec<(String, String)> {
    let acts = ["List", "Get", "Create", "Update", "Search", "Export", "Summarise", "Compare"];
    let things =
        ["invoices", "issues", "calendar events", "log lines", "tables", "containers", "pages", "contacts"];
    let details = [
        "Results are sorted by date, newest first.",
        "Returns an error when the record does not exist.",
        "Pages hold at most one hundred entries; pass the cursor of the last answer to get the next one.",
        "You must call the list operation first to learn the identifier.",
        "",
    ];
    let mut tools = Vec::new();
    for act in acts {
        for thing in things {
            for (index, detail) in details.iter().enumerate() {
                let name = format!("{}_{}_{index}", act.to_lowercase(), thing.replace(' ', "_"));
                tools.push((
                    name,
                    format!("{act} {thing} of the current workspace. {detail}").trim_end().to_owned(),
                ));
            }
        }
    }
    tools
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_load_is_made_every_time_and_reads_as_surfaces() {
        let load = Load { tools: made(), real: false };
        let folder = crate::root().join("target/bench-test");
        std::fs::create_dir_all(&folder).unwrap();
        let (one, two) = (folder.join("one.jsonl"), folder.join("two.jsonl"));
        let written = load.servers(&one, 30).unwrap();
        load.servers(&two, 30).unwrap();
        let text = std::fs::read_to_string(&one).unwrap();
        assert_eq!(text, std::fs::read_to_string(&two).unwrap());
        let tools: usize =
            text.lines().map(|line| serde_json::from_str::<Surface>(line).unwrap().tools.len()).sum();
        assert_eq!((written.servers, written.tools), (30, tools));
    }
}
