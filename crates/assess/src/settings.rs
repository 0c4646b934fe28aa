//! `portcullis.toml`: what a team decided, in a file that is reviewed.

mod guard;
mod survey;

use std::fmt;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use portcullis_model::{Place, Span};
use portcullis_rules::capability::Correction;
use serde::Deserialize;
use toml::Spanned;

pub use guard::{GuardLimits, GuardServer, GuardSettings, GuardTransport};
pub use survey::{SurveyRegistry, SurveySettings};

/// The name that is searched for.
const FILE_NAME: &str = "portcullis.toml";

/// Settings and decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// Defaults of `portcullis scan`; the command line goes first.
    #[serde(default)]
    pub scan: ScanSettings,
    /// Findings that somebody decided to live with.
    #[serde(default, rename = "suppress")]
    pub suppressions: Vec<SuppressSettings>,
    /// Corrections of what tools can do.
    #[serde(default, rename = "tool")]
    pub tools: Vec<ToolSettings>,
    /// The gateway of `portcullis guard --config`.
    #[serde(default)]
    pub guard: GuardSettings,
    /// Where packages are fetched from, when the settings of the package clients shall not decide.
    #[serde(default)]
    pub registries: RegistrySettings,
    /// Where `portcullis survey` asks, how politely, and for what.
    #[serde(default)]
    pub survey: SurveySettings,
}

/// Base addresses of package registries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RegistrySettings {
    /// The npm registry, such as a mirror of your company.
    pub npm: Option<String>,
    /// The simple index of Python packages.
    pub pypi: Option<String>,
}

/// Defaults of `portcullis scan`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScanSettings {
    /// `info`, `low`, `medium`, `high`, `critical` or `never`.
    pub fail_on: Option<String>,
    /// Rules to run instead of all.
    #[serde(default)]
    pub select: Vec<String>,
    /// Rules to leave out.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// `low`, `medium`, `high` or `certain`.
    pub min_confidence: Option<String>,
    /// `regular`, `pedantic` or `auditor`.
    pub audience: Option<String>,
}

/// One decision to live with findings. All given members have to fit; at least one of `finding` and `rule` is given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SuppressSettings {
    /// The finding's id.
    pub finding: Option<String>,
    /// The rule.
    pub rule: Option<String>,
    /// The server.
    pub server: Option<String>,
    /// The tool, prompt or resource.
    pub name: Option<String>,
    /// The file, as the report shows it.
    pub file: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts, `YYYY-MM-DD`.
    pub expires: String,
}

/// What one tool can do, where its texts show it wrongly. At least one class is given; the others stay as inferred.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToolSettings {
    /// The server, as the host's configuration names it.
    pub server: String,
    /// The tool.
    pub name: String,
    /// It can bring in text that an outsider wrote.
    pub ingests: Option<bool>,
    /// It can read private or sensitive data.
    pub reads_private: Option<bool>,
    /// It can make data visible to an outsider.
    pub reaches_network: Option<bool>,
}

impl From<&ToolSettings> for Correction {
    fn from(tool: &ToolSettings) -> Self {
        Self {
            server: tool.server.clone(),
            tool: tool.name.clone(),
            ingests: tool.ingests,
            reads_private: tool.reads_private,
            reaches_network: tool.reaches_network,
        }
    }
}

/// Where each decision stands, for complaints about it.
#[derive(Default, Deserialize)]
struct Places {
    #[serde(default, rename = "suppress")]
    suppressions: Vec<Spanned<toml::Table>>,
    #[serde(default, rename = "tool")]
    tools: Vec<Spanned<toml::Table>>,
}

impl Places {
    /// A complaint about the table at `index` of `tables`.
    fn complaint(tables: &[Spanned<toml::Table>], index: usize, why: &str) -> (Span, String) {
        let place = tables.get(index).map(Spanned::span).unwrap_or_default();
        (Span::new(place.start, place.end), why.to_owned())
    }
}

/// A configuration that cannot be used: which file, where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    message: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SettingsError {}

/// The JSON schema of `portcullis.toml`.
#[cfg(feature = "schema")]
#[must_use]
pub fn settings_schema() -> schemars::Schema {
    schemars::schema_for!(Settings)
}

impl Settings {
    /// The nearest `portcullis.toml` from `start` upwards, then the one in the user's configuration folder.
    #[must_use]
    pub fn search(start: &Path, user: Option<&Path>) -> Option<PathBuf> {
        let upwards = start.ancestors().map(|folder| folder.join(FILE_NAME));
        let users = user.map(|folder| folder.join("portcullis").join(FILE_NAME));
        upwards.chain(users).find(|path| path.is_file())
    }

    /// Reads a configuration.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, or has a key or value that is not known; the message names file and line.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path).map_err(|error| SettingsError {
            message: format!("`{}` cannot be read: {error}", path.display()),
        })?;
        Self::parse(&text).map_err(|(span, why)| {
            let Place { line, column, .. } = Place::of(span, &text);
            SettingsError { message: format!("`{}` line {line}, column {column}: {why}", path.display()) }
        })
    }

    fn parse(text: &str) -> Result<Self, (Span, String)> {
        let settings: Self = toml::from_str(text).map_err(|error| {
            let span = error.span().map_or(Span::UNKNOWN, |span| Span::new(span.start, span.end));
            (span, with_nearest_key(error.message()))
        })?;
        let places: Places = toml::from_str(text).unwrap_or_default();
        for (index, decision) in settings.suppressions.iter().enumerate() {
            let complain = |why: &str| Places::complaint(&places.suppressions, index, why);
            if decision.finding.is_none() && decision.rule.is_none() {
                return Err(complain(
                    "a suppression names neither `finding` nor `rule`; add the one you mean",
                ));
            }
            if decision.reason.trim().is_empty() || decision.owner.trim().is_empty() {
                return Err(complain("a suppression needs a `reason` and an `owner`"));
            }
            if decision.expires.parse::<Date>().is_err() {
                return Err(complain("`expires` is no date; write it as `2027-01-31`"));
            }
        }
        for (index, tool) in settings.tools.iter().enumerate() {
            let complain = |why: &str| Places::complaint(&places.tools, index, why);
            if tool.ingests.or(tool.reads_private).or(tool.reaches_network).is_none() {
                return Err(complain(
                    "a `[[tool]]` says nothing of the tool; add `ingests`, `reads-private` or `reaches-network`",
                ));
            }
            let same = |other: &ToolSettings| other.server == tool.server && other.name == tool.name;
            if settings.tools.iter().take(index).any(same) {
                return Err(complain("a `[[tool]]` names the same tool as one before it; keep one"));
            }
        }
        Ok(settings)
    }

    /// What the user says of the classes of tools.
    #[must_use]
    pub fn corrections(&self) -> Vec<Correction> {
        self.tools.iter().map(Correction::from).collect()
    }
}

/// Adds the nearest known key to the parser's message about an unknown one.
fn with_nearest_key(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (true, Some(unknown)) = (message.starts_with("unknown field"), quoted.next()) else {
        return message.trim_end().to_owned();
    };
    let shared = |known: &&str| {
        let same_start = known.chars().zip(unknown.chars()).take_while(|(a, b)| a == b).count();
        let same_letters = known.chars().filter(|&letter| unknown.contains(letter)).count();
        same_start * 2 + same_letters
    };
    match quoted.max_by_key(shared) {
        Some(nearest) => format!("unknown key `{unknown}`; did you mean `{nearest}`?"),
        None => format!("unknown key `{unknown}`; remove it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_the_nearest_known_one() {
        let (span, why) = Settings::parse("[scan]\nfail-om = \"high\"\n").unwrap_err();
        assert_eq!(why, "unknown key `fail-om`; did you mean `fail-on`?");
        assert_eq!(span.start, 7);
    }

    #[test]
    fn a_suppression_needs_a_reason_an_owner_and_a_date() {
        let text = |expires: &str| {
            format!(
                "[[suppress]]\nrule = \"x\"\nreason = \"known\"\nowner = \"ann\"\nexpires = \"{expires}\"\n"
            )
        };
        assert!(Settings::parse(&text("2027-01-31")).is_ok());
        assert!(Settings::parse(&text("soon")).is_err());
        assert!(Settings::parse("[[suppress]]\nrule = \"x\"\nreason = \"known\"\n").is_err());
    }
}
