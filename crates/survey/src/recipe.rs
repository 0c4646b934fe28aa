//! How the lists of others are read: a recipe (TOML) says which file has which format, and which member is which field.
//!
//! ```toml
//! [[file]]
//! names = "servers_*.csv"          # of a folder; `*` stands for anything
//! format = "csv"                   # csv, json, jsonl, yaml or markdown; `.gz` is unpacked
//! registry = "example"
//! seen = "2026-06-12"              # when the name holds no day
//! [file.fields]
//! name = "entry"                   # a path; of several the first that leads to something holds
//! repository = ["links.repo", "url"]
//! [[file.package]]
//! each = "packages[]"
//! kind = "registryType"
//! name = "identifier"
//! ```
//!
//! The recipes of the public lists are built in ([`built_in`]).

mod build;
mod path;

use serde::Deserialize;

use crate::SurveyError;

pub(crate) use build::{Builder, Made};
pub(crate) use path::{Path, Place};

/// How the files of one folder are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Its files, in the order in which they are read when they are of one day.
    pub(crate) file: Vec<FileRecipe>,
}

/// How files of one pattern are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileRecipe {
    /// The pattern, without `.gz`.
    pub(crate) names: String,
    #[serde(default)]
    pub(crate) holds: Holds,
    /// Why a file that holds nothing for a survey is passed over.
    #[serde(default)]
    pub(crate) because: String,
    #[serde(default)]
    pub(crate) format: Format,
    #[serde(default)]
    pub(crate) registry: String,
    pub(crate) seen: Option<String>,
    /// Where a JSON document holds its records: a path to a list, or to an object whose members are the records.
    pub(crate) items: Option<Path>,
    /// Where a JSON document says how many records it holds.
    pub(crate) count: Option<Path>,
    /// Several records of one name are its versions; the last one that says it is the latest is kept.
    #[serde(default)]
    pub(crate) versions: bool,
    /// The member that says so.
    pub(crate) latest: Option<Path>,
    /// What relative links of a Markdown list begin with.
    #[serde(default)]
    pub(crate) base: String,
    /// Two records of one name are two listings; the second one's name takes its address along.
    #[serde(default)]
    pub(crate) names_repeat: bool,
    #[serde(default)]
    pub(crate) fields: Fields,
    #[serde(default)]
    pub(crate) package: Vec<PackageRecipe>,
    pub(crate) observation: Option<ObservationRecipe>,
    pub(crate) change: Option<ChangeRecipe>,
    pub(crate) counts: Option<CountRecipe>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Holds {
    #[default]
    Listings,
    Observations,
    Changes,
    Counts,
    Nothing,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Our own records.
    #[default]
    Records,
    Csv,
    Json,
    Jsonl,
    Yaml,
    Markdown,
}

/// Paths of which the first that leads to something holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "OneOrMany")]
pub(crate) struct Paths(pub(crate) Vec<Path>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Path),
    Many(Vec<Path>),
}

impl From<OneOrMany> for Paths {
    fn from(paths: OneOrMany) -> Self {
        match paths {
            OneOrMany::One(path) => Self(vec![path]),
            OneOrMany::Many(paths) => Self(paths),
        }
    }
}

/// Which member is which field of a listing. A field without a path is one that the source does not speak of.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fields {
    pub(crate) name: Paths,
    pub(crate) title: Paths,
    pub(crate) description: Paths,
    pub(crate) page: Paths,
    pub(crate) repository: Paths,
    pub(crate) repository_id: Paths,
    pub(crate) subfolder: Paths,
    pub(crate) publisher: Paths,
    pub(crate) config: Paths,
    pub(crate) status: Paths,
    pub(crate) version: Paths,
    pub(crate) published: Paths,
    pub(crate) updated: Paths,
    pub(crate) language: Paths,
    pub(crate) reach: Paths,
    pub(crate) seen: Paths,
    pub(crate) first_seen: Paths,
    /// All that these lead to.
    pub(crate) remotes: Paths,
    pub(crate) tools: Paths,
}

/// Where packages are named.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackageRecipe {
    /// The objects that name one package each; the record itself when there is no path.
    pub(crate) each: Option<Path>,
    #[serde(default)]
    pub(crate) kind: Paths,
    /// What its words for kinds mean here. A word that is missing here means itself.
    #[serde(default)]
    pub(crate) kinds: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) name: Paths,
    #[serde(default)]
    pub(crate) version: Paths,
    #[serde(default)]
    pub(crate) digest: Paths,
    /// Instead of kind and name: a command, whose arguments may stand beside it, that starts the package.
    #[serde(default)]
    pub(crate) command: Paths,
    #[serde(default)]
    pub(crate) arguments: Paths,
}

/// Where an observation is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObservationRecipe {
    /// Subject in front of its name: `domain:`.
    pub(crate) prefix: String,
    pub(crate) subject: Paths,
    pub(crate) status: Paths,
    /// What its words mean: the words of observations. What is missing here is no observation.
    pub(crate) statuses: std::collections::BTreeMap<String, String>,
    /// Facts by name.
    #[serde(default)]
    pub(crate) facts: std::collections::BTreeMap<String, Paths>,
}

/// Where a change is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeRecipe {
    /// The list's word for the registry, and what it means.
    #[serde(default)]
    pub(crate) registry: Paths,
    #[serde(default)]
    pub(crate) registries: std::collections::BTreeMap<String, String>,
    pub(crate) name: Paths,
    pub(crate) at: Paths,
    pub(crate) field: Paths,
    /// What its words for fields mean; what is missing here means itself, and what means nothing is left out.
    #[serde(default)]
    pub(crate) fields: std::collections::BTreeMap<String, String>,
    pub(crate) before: Paths,
    pub(crate) after: Paths,
}

/// Where counts of a whole registry are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountRecipe {
    pub(crate) at: Paths,
    /// What is counted, and where its number is.
    pub(crate) numbers: std::collections::BTreeMap<String, Paths>,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// It is no recipe; the message says where.
    pub fn read(text: &str) -> Result<Self, SurveyError> {
        toml::from_str(text)
            .map_err(|error| SurveyError::Usage(format!("the recipe can not be read: {error}")))
    }

    /// The recipe for files that hold our own records.
    #[must_use]
    pub(crate) fn records() -> FileRecipe {
        FileRecipe {
            names: String::from("*"),
            holds: Holds::Listings,
            because: String::new(),
            format: Format::Records,
            registry: String::new(),
            seen: None,
            items: None,
            count: None,
            versions: false,
            latest: None,
            base: String::new(),
            names_repeat: false,
            fields: Fields::default(),
            package: Vec::new(),
            observation: None,
            change: None,
            counts: None,
        }
    }

    /// The first part of the recipe whose pattern a file's name fits, and its place.
    #[must_use]
    pub(crate) fn of(&self, name: &str) -> Option<(usize, &FileRecipe)> {
        let name = name.strip_suffix(".gz").unwrap_or(name);
        let fits = |pattern: &str| match pattern.split_once('*') {
            Some((start, end)) => {
                name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
            }
            None => name == pattern,
        };
        self.file.iter().enumerate().find(|(_, file)| fits(&file.names))
    }
}

/// The recipe of a public list, by the name of its folder.
#[must_use]
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of the recipes that are built in.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

macro_rules! built_in {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../recipes/", $name, ".toml")))),*]
    };
}

const BUILT_IN: &[(&str, &str)] = built_in! {
    "archestra-catalog-facts"
    "awesome-lists"
    "chat2anyllm-mcpm"
    "derived-url-drift"
    "docker-mcp-registry"
    "ever-works-awesome"
    "ground-truth-issues"
    "mcp-servers-hub"
    "mcp-servers-readme"
    "mcpcorpus-mcpso-partial"
    "official-registry-growth"
    "official-registry-rosmur"
    "official-registry-seed"
    "official-registry-snapshots"
    "official-registry-teamspark"
    "radixia-mcp-census"
    "remote-mcp-census"
    "sail-replication"
    "tensorblock-mcp-index"
    "toolhive-registry"
    "toolsdk-mcp-registry"
    "typosquatting-dataset"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_recipe_reads() {
        for (name, text) in BUILT_IN {
            if let Err(error) = Recipe::read(text) {
                panic!("{name}: {error}");
            }
        }
    }

    #[test]
    fn a_pattern_fits_with_and_without_gz() {
        let recipe = Recipe::read("[[file]]\nnames = 'servers_*.csv'\n[[file]]\nnames = 'x.json'").unwrap();
        assert_eq!(recipe.of("servers_2026-06-12.csv.gz").unwrap().0, 0);
        assert_eq!(recipe.of("x.json").unwrap().0, 1);
        assert!(recipe.of("servers.json").is_none());
    }
}
