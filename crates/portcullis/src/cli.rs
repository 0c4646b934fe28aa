//! The command line.

mod advisories;
mod guard;
pub(crate) mod ledger;
mod policy;
mod survey;

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use portcullis_model::scale::UnknownWord;
use portcullis_model::{Audience, Confidence, Severity};

pub(crate) use advisories::{AdvisoriesAction, AdvisoriesArgs, AdvisoriesShowArgs, AdvisoriesUpdateArgs};
pub(crate) use guard::{
    ApprovalsArgs, DecideArgs, ExecServerArgs, GuardAction, GuardArgs, GuardHostArgs, GuardReplayArgs,
    Transport,
};
pub(crate) use policy::{
    PolicyAction, PolicyArgs, PolicyCheckArgs, PolicyExplainArgs, PolicyShowArgs, PolicyTestArgs,
};

pub(crate) use survey::{
    AskingArgs, SourcesArgs, StoreArgs, SurveyAction, SurveyAnalyseArgs, SurveyArgs, SurveyCollectArgs,
    SurveyProbeArgs, SurveyReportArgs, SurveyRunArgs, SurveyWorkArgs, WorkingArgs, WrittenArgs,
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// A word styled as an error.
pub(crate) fn styled(word: &str) -> String {
    let style = AnsiColor::Red.on_default().bold();
    format!("{style}{word}{style:#}")
}

/// Makes the Model Context Protocol safe to use.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, about, styles = STYLES, max_term_width = 100)]
#[command(after_help = "Example: `portcullis scan` looks at every MCP host configuration on this machine.\n\
    Nothing is started and nothing is looked up unless you ask for it.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Is what I have configured, or am about to install, safe?
    Scan(Box<ScanArgs>),
    /// Judge texts, one JSON line each, as they stream in
    Judge(JudgeArgs),
    /// Write or compare pins of every configured server's launch and surface
    Lock(LockArgs),
    /// Stand between hosts and servers, so that no message passes unjudged
    Guard(Box<GuardArgs>),
    /// Check, test and explain the policies that decide what may happen
    Policy(PolicyArgs),
    /// Decisions that wait for a person
    Approvals(ApprovalsArgs),
    /// Let a waiting message pass, once
    Approve(DecideArgs),
    /// Refuse a waiting message
    Reject(DecideArgs),
    #[command(name = crate::commands::exec_server::NAME, hide = true)]
    ExecServer(ExecServerArgs),
    /// The audit log: prove that it was not changed, look at it, hand it on
    Ledger(Box<ledger::LedgerArgs>),
    /// Known vulnerabilities and malicious packages: a local database that scans look packages up in
    Advisories(AdvisoriesArgs),
    /// How many servers can be hijacked: listings of many registries, and what they rely on
    Survey(Box<SurveyArgs>),
    /// The catalogue of rules, or the page of one
    Rules(RulesArgs),
    /// The threats, and which rules find them
    Threats(ThreatsArgs),
}

/// `portcullis scan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis scan                                   every host configuration on this machine\n  \
    portcullis scan .cursor/mcp.json                  one configuration\n  \
    portcullis scan tools.json                        a recorded surface\n  \
    portcullis scan https://mcp.example.com/mcp       a remote server (naming it is consent)\n  \
    portcullis scan -- npx -y some-mcp-server@1.2.3   start a server and look at it (naming it is consent)\n  \
    portcullis scan --format sarif --output mcp.sarif --fail-on medium")]
pub(crate) struct ScanArgs {
    /// Host configuration, folder, archive (.tgz .whl .zip .mcpb), npm:NAME[@V], pypi:NAME[==V], surface file
    /// (.json, .jsonl), https:// address, or `-` for surfaces on standard input
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,

    /// Scan this when no host configuration is found on the machine
    #[arg(long, value_name = "FILE")]
    pub(crate) or: Option<PathBuf>,

    /// Start this server and look at it
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) selection: SelectionArgs,

    #[command(flatten)]
    pub(crate) live: LiveArgs,

    #[arg(
        long,
        value_name = "SEVERITY|never",
        help = "Exit with 1 when a finding is at least this severe [default: high]"
    )]
    pub(crate) fail_on: Option<FailOn>,

    /// Apply safe fixes; a backup is kept beside every changed file
    #[arg(long)]
    pub(crate) fix: bool,

    /// Apply fixes that a person should look at, too
    #[arg(long, requires = "fix")]
    pub(crate) unsafe_fixes: bool,

    /// Show what `--fix` would change, and change nothing
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,

    /// Compare with this lock file (`portcullis.lock` is used when it is there)
    #[arg(long, value_name = "FILE")]
    pub(crate) lock: Option<PathBuf>,

    /// Hide findings that are in this baseline; `--write-baseline` makes one
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Write all findings of this scan as a baseline
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,

    /// Write a bill of materials of what was scanned (CycloneDX 1.6, JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) sbom: Option<PathBuf>,

    /// Settings and suppressions (`portcullis.toml` is searched from here upwards when not given)
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Which servers of a scan are used together, so that conflicts and tool chains between them are looked at
    #[arg(long, value_enum, default_value_t = Together::Auto)]
    pub(crate) together: Together,
}

/// Which servers count as one installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Together {
    /// Configured servers always; recorded surfaces when there are at most 50
    Auto,
    /// All servers of the scan
    Always,
    /// None
    Never,
}

/// How results are written.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// text, json, jsonl, sarif, html or markdown
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: String,

    /// Write the results to a file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Which rules speak.
#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Run only this rule (repeatable)
    #[arg(long, value_name = "RULE")]
    pub(crate) select: Vec<String>,

    /// Leave this rule out (repeatable)
    #[arg(long, value_name = "RULE")]
    pub(crate) ignore: Vec<String>,

    /// Report only what is at least this certain: low, medium, high or certain [default: low]
    #[arg(long, value_name = "CONFIDENCE")]
    pub(crate) min_confidence: Option<Confidence>,

    /// Who reads this: regular, pedantic or auditor [default: regular]
    #[arg(long, value_name = "AUDIENCE")]
    pub(crate) audience: Option<Audience>,
}

/// Whether servers are started or contacted.
#[derive(Debug, Args)]
pub(crate) struct LiveArgs {
    /// Start or contact the configured servers; asks for each one
    #[arg(long)]
    pub(crate) live: bool,

    /// Answer yes for every server
    #[arg(long)]
    pub(crate) yes: bool,

    /// Seconds that a server has for each step
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) timeout: u64,
}

/// `portcullis judge`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    echo '{\"id\":\"1\",\"text\":\"Adds two numbers.\"}' | portcullis judge --surface description")]
pub(crate) struct JudgeArgs {
    /// What the texts are
    #[arg(long, value_enum)]
    pub(crate) surface: JudgedSurface,
}

/// What a judged text is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum JudgedSurface {
    /// The description of a tool
    Description,
    /// What a tool returned
    Result,
    /// An argument that is passed to a tool
    Argument,
    /// The body of a prompt
    Prompt,
    /// A server's instructions
    Instructions,
}

/// `portcullis lock`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis lock                     pin every configured server (launch only; with --live the surface too)\n  \
    portcullis lock --diff              what changed since\n  \
    portcullis lock --update github     accept what changed in one server")]
pub(crate) struct LockArgs {
    /// Host configurations or surface files; every configuration of this machine when none is named
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,

    /// Accept the present state of this server (repeatable)
    #[arg(long, value_name = "SERVER")]
    pub(crate) update: Vec<String>,

    /// Show what changed and write nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// The lock file
    #[arg(long, value_name = "FILE", default_value = "portcullis.lock")]
    pub(crate) lock: PathBuf,

    #[command(flatten)]
    pub(crate) live: LiveArgs,
}

/// `portcullis rules`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis rules                        every rule, one line each\n  \
    portcullis rules hidden-unicode-tags    what it finds, why it matters, what to do")]
pub(crate) struct RulesArgs {
    /// Show the page of this rule
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,

    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `portcullis threats`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  portcullis threats --format json")]
pub(crate) struct ThreatsArgs {
    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// The formats of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// From which severity on the exit code is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailOn {
    AtLeast(Severity),
    Never,
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "never" => Ok(FailOn::Never),
            _ => word.parse().map(FailOn::AtLeast).map_err(|error: UnknownWord| format!("{error} never")),
        }
    }
}

impl From<Together> for portcullis_assess::Together {
    fn from(together: Together) -> Self {
        match together {
            Together::Auto => Self::Auto,
            Together::Always => Self::Always,
            Together::Never => Self::Never,
        }
    }
}
