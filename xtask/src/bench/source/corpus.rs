//! The tables that a person keeps: servers, what they list when they run, versions with a known weakness, verdicts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A version of a package.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Package {
    /// `npm` or `pypi`.
    pub(super) ecosystem: String,
    pub(super) name: String,
    pub(super) version: String,
    /// `sha512-BASE64` or `sha256:HEX`.
    pub(super) digest: String,
}

impl Package {
    /// As it is named on the command line.
    pub(super) fn wanted(&self) -> String {
        let sign = if self.ecosystem == "npm" { "@" } else { "==" };
        format!("{}:{}{sign}{}", self.ecosystem, self.name, self.version)
    }

    /// The name of its folder: one word for one version.
    pub(super) fn folder(&self) -> String {
        format!("{}@{}", self.name.replace('/', "__"), self.version)
    }
}

/// Two versions: one with a published weakness, one without it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Pair {
    pub(super) ecosystem: String,
    pub(super) name: String,
    pub(super) advisory: String,
    vulnerable: String,
    vulnerable_digest: String,
    patched: String,
    patched_digest: String,
    /// The rules that find the weakness; none when it is not of a kind that any rule looks for.
    #[serde(default)]
    pub(super) rules: Vec<String>,
    /// The tools that have it; any when none is named.
    #[serde(default)]
    pub(super) tools: Vec<String>,
    /// The arguments that have it; any when none is named.
    #[serde(default)]
    pub(super) arguments: Vec<String>,
    /// What should be known of the pair.
    #[serde(default)]
    pub(super) remark: String,
}

impl Pair {
    pub(super) fn vulnerable(&self) -> Package {
        self.side(&self.vulnerable, &self.vulnerable_digest)
    }

    pub(super) fn patched(&self) -> Package {
        self.side(&self.patched, &self.patched_digest)
    }

    fn side(&self, version: &str, digest: &str) -> Package {
        Package {
            ecosystem: self.ecosystem.clone(),
            name: self.name.clone(),
            version: version.to_owned(),
            digest: digest.to_owned(),
        }
    }
}

/// What a person said of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    True,
    False,
    /// Nobody looked yet.
    Open,
}

/// A finding as it stands in the table: package, version, rule, tool and place.
pub(super) type FindingKey = [String; 5];

/// All tables.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    pub(super) servers: Vec<Package>,
    pub(super) pairs: Vec<Pair>,
    /// The tools that a running server listed, by name and version of its package.
    pub(super) live: BTreeMap<(String, String), BTreeSet<String>>,
    pub(super) verdicts: BTreeMap<FindingKey, Verdict>,
}

#[derive(Deserialize)]
struct Servers {
    server: Vec<Package>,
}

#[derive(Deserialize)]
struct Pairs {
    pair: Vec<Pair>,
}

#[derive(Deserialize)]
struct Live {
    package: String,
    version: String,
    tools: BTreeSet<String>,
}

impl Corpus {
    /// Reads the tables of a folder.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        let read = |name: &str| {
            let text = fs::read_to_string(folder.join(name));
            text.map_err(|error| format!("bench/{name}: {error}"))
        };
        let wrong = |name: &str, error: &dyn std::fmt::Display| format!("bench/{name}: {error}");
        let servers: Servers =
            toml::from_str(&read("servers.toml")?).map_err(|error| wrong("servers.toml", &error))?;
        let pairs: Pairs =
            toml::from_str(&read("vulnerable.toml")?).map_err(|error| wrong("vulnerable.toml", &error))?;
        Ok(Self {
            servers: servers.server,
            pairs: pairs.pair,
            live: live(&read("servers-live.jsonl")?).map_err(|error| wrong("servers-live.jsonl", &error))?,
            verdicts: verdicts(&read("source-review.tsv")?)
                .map_err(|error| wrong("source-review.tsv", &error))?,
        })
    }

    /// The tools that the server listed when it was started; `None` when it was not.
    pub(super) fn listed(&self, package: &Package) -> Option<&BTreeSet<String>> {
        self.live.get(&(package.name.clone(), package.version.clone()))
    }
}

fn live(text: &str) -> Result<BTreeMap<(String, String), BTreeSet<String>>, String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let live: Live = serde_json::from_str(line).map_err(|error| error.to_string())?;
            Ok(((live.package, live.version), live.tools))
        })
        .collect()
}

fn verdicts(text: &str) -> Result<BTreeMap<FindingKey, Verdict>, String> {
    let mut verdicts = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [package, version, rule, tool, place, verdict, ..] = fields.as_slice() else {
            return Err(format!("`{line}` has fewer than six fields"));
        };
        let verdict = match *verdict {
            "true" => Verdict::True,
            "false" => Verdict::False,
            "open" => Verdict::Open,
            other => return Err(format!("`{other}` is no verdict: true, false, open")),
        };
        let key = [package, version, rule, tool, place].map(|field| (*field).to_owned());
        verdicts.insert(key, verdict);
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_the_repository_can_be_read() {
        let corpus = Corpus::read(&crate::root().join("bench")).unwrap();
        assert!(corpus.servers.len() >= 60);
        assert!(corpus.servers.iter().any(|server| corpus.listed(server).is_some()));
        assert!(!corpus.pairs.is_empty() && !corpus.verdicts.is_empty());
        let rules: BTreeSet<&str> = portcullis_rules::RULES.iter().map(|rule| rule.id.as_str()).collect();
        for rule in corpus.pairs.iter().flat_map(|pair| &pair.rules) {
            assert!(rules.contains(rule.as_str()), "bench/vulnerable.toml: there is no rule `{rule}`");
        }
    }

    #[test]
    fn a_package_is_one_folder_and_one_word_of_the_command_line() {
        let package = |ecosystem: &str, name: &str| Package {
            ecosystem: ecosystem.into(),
            name: name.into(),
            version: "1.2".into(),
            digest: String::new(),
        };
        assert_eq!(package("npm", "@scope/one").folder(), "@scope__one@1.2");
        assert_eq!(package("npm", "@scope/one").wanted(), "npm:@scope/one@1.2");
        assert_eq!(package("pypi", "one").wanted(), "pypi:one==1.2");
    }

    #[test]
    fn a_verdict_that_is_none_is_an_error() {
        assert_eq!(verdicts("# a\nb\n").unwrap_err(), "`b` has fewer than six fields");
        assert!(verdicts("p\t1\tr\tt\tf:1\tmaybe\t").unwrap_err().contains("`maybe` is no verdict"));
        let read = verdicts("p\t1\tr\tt\tf:1\topen\n").unwrap();
        assert_eq!(read.get(&["p", "1", "r", "t", "f:1"].map(str::to_owned)), Some(&Verdict::Open));
    }
}
