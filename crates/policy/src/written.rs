//! Questions and test cases as people write them, in TOML.

mod word;

use std::collections::BTreeSet;

use portcullis_model::{
    Confidence, Confidentiality, Entry, Integrity, Label, Node, Severity, Span, Threat, Value, Verdict,
};

use crate::error::PolicyError;
use crate::question::{
    Action, Advice, Budgets, Findings, Flow, Labels, Moment, PinState, Principal, Question, Server, Tool,
    Transport,
};
use word::Of;

/// A question in a file; the members are those of the schema, and all but `action` may be left out.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenQuestion {
    action: Of<Action>,
    #[serde(default)]
    principal: WrittenPrincipal,
    #[serde(default)]
    server: WrittenServer,
    tool: Option<WrittenTool>,
    #[serde(default)]
    method: String,
    #[serde(default)]
    revision: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    arguments: toml::Table,
    #[serde(default)]
    labels: WrittenLabels,
    #[serde(default)]
    flow: WrittenFlow,
    #[serde(default)]
    findings: WrittenFindings,
    pin: Option<Of<PinState>>,
    #[serde(default)]
    budgets: WrittenBudgets,
    time: Option<toml::value::Datetime>,
    #[serde(default)]
    secrets: u64,
    #[serde(default)]
    asks_for_secret: bool,
    #[serde(default)]
    approved: bool,
}

/// Cases of a policy: questions with the verdicts they have to get.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// Files of policies, relative to this file.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Whether the default policies stand beside them.
    #[serde(default = "yes")]
    pub defaults: bool,
    /// The cases, in the order of the file.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    verdict: Of<Verdict>,
    by: Option<String>,
    /// The question.
    pub question: WrittenQuestion,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPrincipal {
    #[serde(default = "local")]
    issuer: String,
    #[serde(default = "me")]
    subject: String,
    #[serde(default)]
    groups: Vec<String>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenServer {
    #[serde(default = "server")]
    name: String,
    #[serde(default)]
    pinned: bool,
    transport: Option<Of<Transport>>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "they are the schema's")]
struct WrittenTool {
    name: String,
    #[serde(default)]
    ingests: bool,
    #[serde(default)]
    reads_private: bool,
    #[serde(default)]
    reaches_network: bool,
    #[serde(default)]
    writes: bool,
    #[serde(default)]
    deletes: bool,
    #[serde(default)]
    sends: bool,
    #[serde(default)]
    executes: bool,
    #[serde(default)]
    spends_money: bool,
    #[serde(default)]
    accepts_secrets: bool,
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    approved: bool,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLabels {
    integrity: Option<Of<Integrity>>,
    confidentiality: Option<Of<Confidentiality>>,
    #[serde(default)]
    sources: Vec<String>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFlow {
    advice: Option<Of<Advice>>,
    #[serde(default)]
    because: Vec<String>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFindings {
    severity: Option<Of<Severity>>,
    confidence: Option<Of<Confidence>>,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default)]
    threats: Vec<Of<Threat>>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenBudgets {
    calls_session: u64,
    calls_tool_minute: u64,
    bytes_session: u64,
}

fn yes() -> bool {
    true
}

fn local() -> String {
    "local".to_owned()
}

fn me() -> String {
    "me".to_owned()
}

fn server() -> String {
    "server".to_owned()
}

impl Default for WrittenPrincipal {
    fn default() -> Self {
        Self { issuer: local(), subject: me(), groups: Vec::new() }
    }
}

impl Default for WrittenServer {
    fn default() -> Self {
        Self { name: server(), pinned: false, transport: None }
    }
}

impl CaseFile {
    /// Reads a file of cases.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn read(name: &str, text: &str) -> Result<Self, PolicyError> {
        let file: Self = toml::from_str(text).map_err(|error| wrong(name, text, &error))?;
        let mut names = BTreeSet::new();
        match file.cases.iter().find(|case| !names.insert(&case.name)) {
            None => Ok(file),
            Some(case) => {
                let message = format!("two cases are called `{}`", case.name);
                Err(PolicyError::of_source(name, message, "give each case a name of its own"))
            }
        }
    }
}

impl Case {
    /// The verdict that is expected.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict.0
    }

    /// The policy that has to be among the reasons.
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }
}

impl WrittenQuestion {
    /// Reads a question that is a file of its own.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn read(name: &str, text: &str) -> Result<Self, PolicyError> {
        toml::from_str(text).map_err(|error| wrong(name, text, &error))
    }

    /// Takes a question from a tree that was read elsewhere; `text` is what the tree was read from.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn of_tree(name: &str, text: &str, tree: &Node) -> Result<Self, PolicyError> {
        let help = "see docs/guide/policy.md for the members of a question";
        let read: Result<Self, toml::de::Error> = value(tree).try_into();
        read.map_err(|error| PolicyError::at(name, text, tree.span, error.message(), help))
    }

    /// Puts the question.
    pub fn put<R>(&self, ask: impl FnOnce(&Question<'_>) -> R) -> R {
        let groups = texts(&self.principal.groups);
        let sources = texts(&self.labels.sources);
        let because = texts(&self.flow.because);
        let rules = texts(&self.findings.rules);
        let threats: Vec<Threat> = self.findings.threats.iter().map(|threat| threat.0).collect();
        let arguments = node(&toml::Value::Table(self.arguments.clone()));
        let of = |word: Option<Of<Severity>>| word.map(|word| word.0);
        let worst = of(self.findings.severity)
            .map(|severity| (severity, self.findings.confidence.map_or(Confidence::High, |word| word.0)));
        ask(&Question {
            action: self.action.0,
            principal: Principal {
                issuer: &self.principal.issuer,
                subject: &self.principal.subject,
                groups: &groups,
            },
            server: Server {
                name: &self.server.name,
                pinned: self.server.pinned,
                transport: self.server.transport.map(|word| word.0).unwrap_or_default(),
            },
            tool: self.tool.as_ref().map(WrittenTool::tool),
            method: &self.method,
            revision: &self.revision,
            target: &self.target,
            size: self.size,
            arguments: Some(&arguments),
            labels: Labels { label: self.labels.label(), sources: &sources },
            flow: Flow { advice: self.flow.advice.map(|word| word.0).unwrap_or_default(), because: &because },
            findings: Findings { worst, rules: &rules, threats: &threats },
            pin: self.pin.map(|word| word.0).unwrap_or_default(),
            budgets: Budgets {
                calls_session: self.budgets.calls_session,
                calls_tool_minute: self.budgets.calls_tool_minute,
                bytes_session: self.budgets.bytes_session,
            },
            moment: self.time.as_ref().map(moment).unwrap_or_default(),
            secrets: self.secrets,
            asks_for_secret: self.asks_for_secret,
            approved: self.approved,
        })
    }
}

impl WrittenTool {
    fn tool(&self) -> Tool<'_> {
        Tool {
            name: &self.name,
            ingests: self.ingests,
            reads_private: self.reads_private,
            reaches_network: self.reaches_network,
            writes: self.writes,
            deletes: self.deletes,
            sends: self.sends,
            executes: self.executes,
            spends_money: self.spends_money,
            accepts_secrets: self.accepts_secrets,
            pinned: self.pinned,
            approved: self.approved,
        }
    }
}

impl WrittenLabels {
    fn label(&self) -> Label {
        Label {
            integrity: self.integrity.map(|word| word.0).unwrap_or_default(),
            confidentiality: self.confidentiality.map(|word| word.0).unwrap_or_default(),
        }
    }
}

fn texts(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

/// A value of TOML as a tree. A date is its text.
fn node(value: &toml::Value) -> Node {
    Node::made(match value {
        toml::Value::String(text) => Value::Text(text.as_str().into()),
        toml::Value::Integer(number) => Value::Number(number.to_string().into()),
        toml::Value::Float(number) => Value::Number(number.to_string().into()),
        toml::Value::Boolean(truth) => Value::Bool(*truth),
        toml::Value::Datetime(time) => Value::Text(time.to_string().into()),
        toml::Value::Array(items) => Value::List(items.iter().map(node).collect()),
        toml::Value::Table(members) => Value::Map(
            members
                .iter()
                .map(|(key, value)| Entry {
                    key: key.as_str().into(),
                    key_span: Span::UNKNOWN,
                    node: node(value),
                })
                .collect(),
        ),
    })
}

/// A tree as a value of TOML. It has no null, which policies see as that word; a date is a text in other formats.
fn value(node: &Node) -> toml::Value {
    let as_text = |text: &str| toml::Value::String(text.to_owned());
    match &node.value {
        Value::Null => as_text("null"),
        Value::Bool(truth) => toml::Value::Boolean(*truth),
        Value::Number(spelling) => spelling
            .parse()
            .map(toml::Value::Integer)
            .or_else(|_| spelling.parse().map(toml::Value::Float))
            .unwrap_or_else(|_| as_text(spelling)),
        Value::Text(text) => as_text(text),
        Value::List(items) => toml::Value::Array(items.iter().map(value).collect()),
        Value::Map(entries) => {
            let member = |entry: &Entry| match entry.node.text().and_then(|text| text.parse().ok()) {
                Some(time) if &*entry.key == "time" => (entry.key.to_string(), toml::Value::Datetime(time)),
                _ => (entry.key.to_string(), value(&entry.node)),
            };
            toml::Value::Table(entries.iter().map(member).collect())
        }
    }
}

/// A date and time of TOML; what it leaves out is the beginning of the day and UTC.
fn moment(written: &toml::value::Datetime) -> Moment {
    let days =
        written.date.map_or(0, |date| days_since_1970(date.year.into(), date.month.into(), date.day.into()));
    let seconds = written.time.map_or(0, |time| {
        i64::from(time.hour) * 3_600
            + i64::from(time.minute) * 60
            + i64::from(time.second.unwrap_or_default())
    });
    let minutes = match written.offset {
        Some(toml::value::Offset::Custom { minutes }) => minutes,
        _ => 0,
    };
    let offset_seconds = i32::from(minutes) * 60;
    Moment { unix_seconds: days * 86_400 + seconds - i64::from(offset_seconds), offset_seconds }
}

/// Days of the Gregorian calendar from 1970-01-01, with years that begin in March so that leap days come last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

fn wrong(name: &str, text: &str, error: &toml::de::Error) -> PolicyError {
    let span = error.span().map_or(Span::UNKNOWN, |span| Span::new(span.start, span.end));
    PolicyError::at(
        name,
        text,
        span,
        error.message(),
        "see docs/guide/policy.md for the members of a question",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_toml_is_a_moment() {
        let moment_of = |text: &str| moment(&text.parse().unwrap());
        let evening = moment_of("2026-11-22T00:30:00+01:00");
        assert_eq!((evening.unix_seconds, evening.hour(), evening.weekday()), (1_795_303_800, 0, 7));
        assert_eq!(moment_of("1970-01-01").unix_seconds, 0);
        assert_eq!(moment_of("2000-02-29T12:00:00Z").unix_seconds, 951_825_600);
        assert_eq!(moment_of("2100-03-01").unix_seconds, 4_107_542_400);
    }
}
