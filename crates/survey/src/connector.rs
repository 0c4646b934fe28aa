//! The registries that are asked, one file each: which question comes next, and what an answer says.
//!
//! A connector reads; it asks nothing itself and keeps nothing. [`crate::collect`] asks, keeps, and goes on where it was.

mod awesome;
mod docker;
mod field;
mod glama;
mod html;
mod npm;
mod official;
mod page;
mod pulsemcp;
mod pypi;
mod site;
mod smithery;

use std::path::PathBuf;

use portcullis_fetch::KnownRegistry;
use portcullis_model::{Moment, Secret};
use portcullis_trust::{Reply, Request};

pub use awesome::Awesome;
pub use docker::Docker;
pub use glama::Glama;
pub use npm::Npm;
pub use official::Official;
pub use page::{Page, Refused};
pub use pulsemcp::PulseMcp;
pub use pypi::Pypi;
pub use site::Site;
pub use smithery::Smithery;

/// The words of all registries that can be collected, each with what it is.
pub const REGISTRIES: &[(&str, &str)] = &[
    ("official", "the official registry, version 0.1 of its API; any address that speaks it"),
    ("npm", "the npm registry of your own client, by its search"),
    ("pypi", "the Python index of your own client: names that speak of MCP, or those of a list"),
    ("smithery", "Smithery; it takes a key"),
    ("pulsemcp", "PulseMCP"),
    ("glama", "Glama"),
    ("mcp.so", "mcp.so, by its pages"),
    ("mcpmarket", "MCP Market, by its pages"),
    ("mcpstore", "MCP Store, by its pages"),
    ("docker", "Docker's catalogue"),
    ("awesome", "a list in Markdown"),
];

/// One registry as it is asked.
pub trait Connector: Send + Sync {
    /// The registry's word.
    fn registry(&self) -> &'static str;

    /// The first questions of a crawl.
    fn start(&self) -> Vec<String>;

    /// True when each answer names the next question: then no question comes twice, unless the registry goes round.
    fn is_chain(&self) -> bool {
        true
    }

    /// A question, asked with what changed since that moment where the registry can tell.
    fn ask(&self, question: &str, since: Option<Moment>) -> Request;

    /// What an answer to it says.
    ///
    /// # Errors
    /// It is not what this registry answers.
    fn read(&self, question: &str, reply: &Reply) -> Result<Page, String>;
}

/// What a user settled of one registry.
#[derive(Debug, Default)]
pub struct Choice {
    /// The base address instead of the public one.
    pub address: Option<String>,
    /// The key that the registry wants.
    pub key: Option<Secret>,
    /// A file or folder that is read instead of asking, or a list of names.
    pub file: Option<PathBuf>,
}

/// A connector for a registry's word.
///
/// # Errors
/// Nobody knows the word, or something is missing: the message says what.
pub fn connector(
    word: &str,
    choice: Choice,
    known: Option<KnownRegistry>,
) -> Result<Box<dyn Connector>, String> {
    let address = |public: &str| choice.address.clone().unwrap_or_else(|| public.to_owned());
    let nothing =
        |what: &str| format!("nothing says which {what} to ask; see `[registries]` in `portcullis.toml`");
    Ok(match word {
        "official" => Box::new(Official::new(&address("https://registry.modelcontextprotocol.io"))),
        "npm" => Box::new(Npm::new(known.ok_or_else(|| nothing("npm registry"))?)),
        "pypi" => {
            Box::new(Pypi::new(known.ok_or_else(|| nothing("Python index"))?, names(choice.file.as_deref())?))
        }
        "smithery" => Box::new(Smithery::new(&address("https://registry.smithery.ai"), choice.key)),
        "pulsemcp" => Box::new(PulseMcp::new(&address("https://api.pulsemcp.com"))),
        "glama" => Box::new(Glama::new(&address("https://glama.ai"))),
        "mcp.so" => Box::new(Site::new("mcp.so", &address("https://mcp.so"), "/server/")),
        "mcpmarket" => Box::new(Site::new("mcpmarket", &address("https://mcpmarket.com"), "/server/")),
        "mcpstore" => Box::new(Site::new("mcpstore", &address("https://mcpstore.co"), "/server/")),
        "docker" => Box::new(Docker::new(&address("https://desktop.docker.com"))),
        "awesome" => {
            let address = choice.address.ok_or(
                "`awesome` takes the address of a list; name it under `[survey.registries.awesome]`",
            )?;
            Box::new(Awesome::new(&address))
        }
        _ => {
            let known: Vec<&str> = REGISTRIES.iter().map(|(word, _)| *word).collect();
            return Err(format!(
                "`{word}` is no registry that can be collected; known are {}",
                known.join(", ")
            ));
        }
    })
}

/// A list of names, one a line.
fn names(file: Option<&std::path::Path>) -> Result<Vec<String>, String> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(file).map_err(|error| {
        format!("`{}` cannot be read: {error}; name a list of names, one a line", file.display())
    })?;
    let names = text.lines().map(str::trim).filter(|name| !name.is_empty() && !name.starts_with('#'));
    Ok(names.map(str::to_owned).collect())
}
