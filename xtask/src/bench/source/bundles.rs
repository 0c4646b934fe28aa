//! Generated servers of growing size, and of a size that no limit admits: does time grow with the size, and is what
//! was too much said.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::scan::{Scan, Scanner};

/// Sizes of the servers that growth is measured on.
const SIZES: [usize; 3] = [1_000_000, 2_000_000, 4_000_000];
/// More than any limit admits.
const LARGE: usize = 50_000_000;
/// Functions that one tool calls, each the one before it.
const CHAIN: usize = 30;

/// One generated server.
pub(super) struct Row {
    pub(super) name: String,
    /// Tools that it has.
    pub(super) tools: usize,
    /// Asked to stay under the limits and to say what was not looked at.
    pub(super) is_large: bool,
    pub(super) scan: Scan,
}

/// Generates and scans all of them.
pub(super) fn measure(scanner: &Scanner) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for language in [Language::JavaScript, Language::Python] {
        for size in SIZES {
            rows.push(row(scanner, language, size, size)?);
        }
    }
    rows.push(row(scanner, Language::JavaScript, LARGE, LARGE)?);
    rows.push(row(scanner, Language::JavaScript, LARGE, LARGE / 50)?);
    Ok(rows)
}

fn row(scanner: &Scanner, language: Language, size: usize, file: usize) -> Result<Row, String> {
    let folder = scanner.work.join("generated");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let tools = write(&folder, language, size, file).map_err(|error| format!("generated: {error}"))?;
    let files = if size == file { "one file".to_owned() } else { format!("{} files", size / file) };
    let name = format!("{}, {} MB in {files}", language.name(), size / 1_000_000);
    let scan = scanner.scan(&folder)?;
    eprintln!("generated, {name}: {}", scan.in_a_line());
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(Row { name, tools, is_large: size == LARGE, scan })
}

#[derive(Clone, Copy)]
enum Language {
    JavaScript,
    Python,
}

impl Language {
    const fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::JavaScript => "js",
            Self::Python => "py",
        }
    }

    fn head(self) -> &'static str {
        match self {
            Self::JavaScript => {
                "import { readFile } from \"node:fs/promises\";\n\
                 import { McpServer } from \"@modelcontextprotocol/sdk/server/mcp.js\";\nimport { z } from \"zod\";\n\
                 const server = new McpServer({ name: \"generated\", version: \"1.0.0\" });\n"
            }
            Self::Python => "from mcp.server.fastmcp import FastMCP\n\nserver = FastMCP(\"generated\")\n\n",
        }
    }

    /// A tool whose argument passes through a chain of functions before it is read from.
    fn tool(self, text: &mut String, number: usize) {
        for link in 0..CHAIN {
            let next = link + 1;
            let _ = match self {
                Self::JavaScript => write!(
                    text,
                    "function step_{number}_{link}(value, rest) {{\n  const parts = String(value).split(\"/\");\n  \
                     const kept = [];\n  for (const part of parts) {{\n    if (part.length > {next}) kept.push(part.trim());\n  \
                     }}\n  return rest > {link} ? kept.join(\"/\") : {{ name: kept.join(\"/\"), rest, link: {link} }}.name;\n}}\n"
                ),
                Self::Python => write!(
                    text,
                    "def step_{number}_{link}(value, rest):\n    parts = str(value).split(\"/\")\n    kept = []\n    \
                     for part in parts:\n        if len(part) > {next}:\n            kept.append(part.strip())\n    \
                     return \"/\".join(kept) if rest > {link} else {{\"name\": \"/\".join(kept), \"rest\": rest}}[\"name\"]\n\n\n"
                ),
            };
        }
        let call = (0..CHAIN)
            .fold(String::from("path"), |call, link| format!("step_{number}_{link}({call}, {link})"));
        let _ = match self {
            Self::JavaScript => write!(
                text,
                "server.tool(\"tool_{number}\", \"Reads a note.\", {{ path: z.string() }}, async ({{ path }}) => {{\n  \
                 const text = await readFile({call}, \"utf8\");\n  return {{ content: [{{ type: \"text\", text }}] }};\n}});\n"
            ),
            Self::Python => write!(
                text,
                "@server.tool()\ndef tool_{number}(path: str) -> str:\n    \"\"\"Reads a note.\"\"\"\n    \
                 with open({call}) as file:\n        return file.read()\n\n\n"
            ),
        };
    }
}

/// Writes a server of about `size` bytes in files of about `file` bytes; how many tools it has.
fn write(folder: &Path, language: Language, size: usize, file: usize) -> std::io::Result<usize> {
    fs::create_dir_all(folder)?;
    let mut tools = 0;
    for part in 0..size.div_ceil(file) {
        let mut text = String::from(language.head());
        while text.len() < file {
            language.tool(&mut text, tools);
            tools += 1;
        }
        fs::write(folder.join(format!("part_{part}.{}", language.ending())), text)?;
    }
    Ok(tools)
}

/// How time grows with size, as the exponent of a power between the smallest and the largest: 1 is linear.
pub(super) fn exponent(rows: &[&Row]) -> Option<f64> {
    let (first, last) = (rows.first()?, rows.last()?);
    let size = last.scan.bytes as f64 / first.scan.bytes as f64;
    let time = last.scan.seconds() / first.scan.seconds();
    (size > 1.0 && time > 0.0).then(|| time.ln() / size.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_server_has_its_size_and_its_tools() {
        let folder = std::env::temp_dir().join(format!("portcullis-generated-{}", std::process::id()));
        for language in [Language::JavaScript, Language::Python] {
            let tools = write(&folder, language, 40_000, 20_000).unwrap();
            let text = fs::read_to_string(folder.join(format!("part_1.{}", language.ending()))).unwrap();
            assert!(
                tools >= 4 && (20_000..32_000).contains(&text.len()),
                "{tools} tools, {} bytes",
                text.len()
            );
            assert!(text.contains("Reads a note."));
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
