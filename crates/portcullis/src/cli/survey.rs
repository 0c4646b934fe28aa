//! The words of `portcullis survey`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use portcullis_survey::report::Format;

use super::{ListFormat, SelectionArgs};

/// `portcullis survey`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis survey collect official npm      ask two registries for what is new there\n  \
    portcullis survey probe --limit 500         look at 500 of the things that the listings rely on\n  \
    portcullis survey probe --replay heard.jsonl --store again.db   the same without the network\n  \
    portcullis survey work --store env:SURVEY   help with it from another machine\n  \
    portcullis survey run --from listings/ --output today.html      read lists, analyse and report in one go\n  \
    portcullis survey analyse --sources         fetch packages of the most used servers and look at them, too")]
pub(crate) struct SurveyArgs {
    #[command(subcommand)]
    pub(crate) action: SurveyAction,
}

/// What to do in a survey.
#[derive(Debug, Subcommand)]
pub(crate) enum SurveyAction {
    /// Ask registries for their listings; goes on where the last crawl ended
    Collect(SurveyCollectArgs),
    /// Ask for what the listings rely on: accounts, repositories, packages, domains
    Probe(SurveyProbeArgs),
    /// Look at what `probe` has planned, beside other workers on this machine and others
    Work(SurveyWorkArgs),
    /// Let the rules look at everything that was collected and observed; asks nobody, unless `--sources` says so
    Analyse(SurveyAnalyseArgs),
    /// Write what was found
    Report(SurveyReportArgs),
    /// Read lists in files, analyse and report in one go; asks nobody, unless `--sources` says so
    Run(SurveyRunArgs),
}

/// Where results are kept and how is asked.
#[derive(Debug, Args)]
pub(crate) struct AskingArgs {
    /// FILE, postgres://…, or env:NAME or file:PATH that hold such an address: where everything is kept
    /// [default: survey/survey.db in the state folder]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) store: Option<String>,

    /// Add every answer, with its time and digest, to this recording [default: survey/heard.jsonl in the state folder]
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub(crate) record: Option<PathBuf>,

    /// Take every answer from this recording and ask nobody
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,

    /// Settings (`portcullis.toml` is searched from here upwards when not given)
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `portcullis survey collect`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis survey collect official                             what is new there\n  \
    portcullis survey collect --from listings.jsonl                our own records\n  \
    portcullis survey collect --from servers.csv=recipe.toml       another list, read by a recipe\n  \
    portcullis survey collect --from listings/                     folders that are named as built-in recipes\n\n\
    Addresses, keys (as references) and lists of names stand under `[survey.registries.NAME]` in `portcullis.toml`.\n\
    Records that were not understood are counted, and kept with their reasons in the table `rejected`.")]
pub(crate) struct SurveyCollectArgs {
    /// official, npm, pypi, smithery, pulsemcp, glama, mcp.so, mcpmarket, mcpstore, docker or awesome
    #[arg(value_name = "REGISTRY", required_unless_present = "from")]
    pub(crate) registries: Vec<String>,

    /// Read lists instead and ask nobody: FILE, FOLDER, FILE=RECIPE or FOLDER=RECIPE (repeatable). A recipe is a file or
    /// the name of a built-in one; a file without one holds our own records, JSON Lines
    #[arg(long, value_name = "FROM", conflicts_with_all = ["registries", "record", "replay"])]
    pub(crate) from: Vec<String>,

    /// Answers of each registry that are read at most; the next run goes on behind them
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) limit: u64,

    /// Begin anew and ask for everything, not only for what changed
    #[arg(long)]
    pub(crate) whole: bool,

    #[command(flatten)]
    pub(crate) asking: AskingArgs,
}

/// `portcullis survey probe`.
#[derive(Debug, Args)]
#[command(
    after_help = "What was looked at less than 20 hours ago is not due. What is gone counts as free for others only when a second\n\
    look, on another day, agrees. The first Ctrl-C or SIGTERM lets what was begun come to its end and puts the rest\n\
    back; the second ends at once."
)]
pub(crate) struct SurveyProbeArgs {
    /// Things that are planned at most, with what they hang on: those that were never looked at go first
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) limit: u64,

    /// Only plan, and let `survey work` do it
    #[arg(long)]
    pub(crate) plan: bool,

    #[command(flatten)]
    pub(crate) working: WorkingArgs,

    #[command(flatten)]
    pub(crate) asking: AskingArgs,
}

/// How a process works.
#[derive(Debug, Args)]
pub(crate) struct WorkingArgs {
    /// Hosts that are asked at the same time, each at its own pace
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) hosts: u32,

    /// A worker that is not heard from for so long is dead, and others take over what it held
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) lease: u64,
}

/// `portcullis survey work`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ends when nothing waits and nothing is in anybody's hand. Each host is asked by one worker at a time. A worker that\n\
    is killed loses nothing: what it held is given to others when its lease ends. Every machine needs the same settings.\n\
    The first Ctrl-C or SIGTERM lets what was begun come to its end and puts the rest back; the second ends at once."
)]
pub(crate) struct SurveyWorkArgs {
    /// Wait for more when nothing is left
    #[arg(long)]
    pub(crate) keep: bool,

    #[command(flatten)]
    pub(crate) working: WorkingArgs,

    #[command(flatten)]
    pub(crate) asking: AskingArgs,
}

/// Where everything is kept.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// FILE, postgres://…, or env:NAME or file:PATH that hold such an address: where everything is kept
    /// [default: survey/survey.db in the state folder]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) store: Option<String>,
}

/// Packages whose source is looked at.
#[derive(Debug, Args)]
pub(crate) struct SourcesArgs {
    /// Look also at packages that listings name, as `scan` does; nothing is run. Without a folder those of the most used servers
    /// are fetched from where your own clients fetch them; with one, the archives and unpacked folders in it are read
    #[arg(long, value_name = "FOLDER", num_args = 0..=1)]
    pub(crate) sources: Option<Option<PathBuf>>,

    /// Packages that are asked for at most; the next run goes on there
    #[arg(long, value_name = "N", default_value_t = 100, requires = "sources")]
    pub(crate) sources_packages: u64,

    /// Megabytes that are fetched at most
    #[arg(long, value_name = "N", default_value_t = 500, requires = "sources")]
    pub(crate) sources_megabytes: u64,

    /// Begin no package after so many minutes
    #[arg(long, value_name = "N", default_value_t = 30, requires = "sources")]
    pub(crate) sources_minutes: u64,

    /// Fetch nothing: only what was looked at before counts
    #[arg(long, requires = "sources")]
    pub(crate) offline: bool,
}

/// `portcullis survey analyse`.
#[derive(Debug, Args)]
pub(crate) struct SurveyAnalyseArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,

    #[command(flatten)]
    pub(crate) selection: SelectionArgs,

    #[command(flatten)]
    pub(crate) sources: SourcesArgs,

    /// Write every table as a Parquet file into this folder, for analysts; live cases are masked
    #[arg(long, value_name = "FOLDER")]
    pub(crate) parquet: Option<PathBuf>,
}

/// `portcullis survey report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis survey report --output today.html   what was found, without names of live cases\n  \
    portcullis survey report --disclose owners     a file for each owner who should be told\n  \
    portcullis survey report --parquet tables      every table, for DuckDB, pandas and the like")]
pub(crate) struct SurveyReportArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,

    #[command(flatten)]
    pub(crate) written: WrittenArgs,
}

/// How a report is written.
#[derive(Debug, Args)]
pub(crate) struct WrittenArgs {
    /// html, markdown or json; by default as the file's name ends, else markdown
    #[arg(long, value_enum)]
    pub(crate) format: Option<SurveyFormat>,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Name the listings that could be taken over; without it they have case numbers
    #[arg(long)]
    pub(crate) name_live_cases: bool,

    /// Compare with this earlier run: its number, or a day for the last one until then [default: the one before]
    #[arg(long, value_name = "RUN")]
    pub(crate) since: Option<String>,

    /// Write a file for each owner who should be told into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) disclose: Option<PathBuf>,

    /// Write every table as a Parquet file into this folder, for analysts; without `--name-live-cases` live cases are masked
    #[arg(long, value_name = "FOLDER")]
    pub(crate) parquet: Option<PathBuf>,
}

/// `portcullis survey run`.
#[derive(Debug, Args)]
pub(crate) struct SurveyRunArgs {
    /// FILE, FOLDER, FILE=RECIPE or FOLDER=RECIPE (repeatable), as for `collect`
    #[arg(long, value_name = "FROM", required = true)]
    pub(crate) from: Vec<String>,

    #[command(flatten)]
    pub(crate) store: StoreArgs,

    #[command(flatten)]
    pub(crate) selection: SelectionArgs,

    #[command(flatten)]
    pub(crate) sources: SourcesArgs,

    #[command(flatten)]
    pub(crate) written: WrittenArgs,
}

/// The formats of a survey's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SurveyFormat {
    /// One HTML file that loads nothing
    Html,
    /// GitHub-flavoured Markdown
    Markdown,
    /// For programs
    Json,
}

impl From<SurveyFormat> for Format {
    fn from(format: SurveyFormat) -> Self {
        match format {
            SurveyFormat::Html => Format::Html,
            SurveyFormat::Markdown => Format::Markdown,
            SurveyFormat::Json => Format::Json,
        }
    }
}
