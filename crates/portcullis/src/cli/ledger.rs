//! The words of `portcullis ledger`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use portcullis_model::Threat;

use super::ListFormat;

/// `portcullis ledger`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis ledger verify                            is the log what was written?\n  \
    portcullis ledger query --verdict deny --since 1d   what was denied since yesterday\n  \
    portcullis ledger export --format csv --output audit.csv")]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    pub(crate) action: LedgerAction,
}

/// What to do with the ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerAction {
    /// Prove that no record was changed, removed, moved or put in; needs the public key alone
    Verify(VerifyArgs),
    /// Show records, oldest first
    Query(QueryArgs),
    /// Write records for other programs
    Export(ExportArgs),
}

/// Where the ledger is.
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// The folder of the ledger [default: `ledger` in the state folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: Option<PathBuf>,
}

/// `portcullis ledger verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis ledger verify\n  \
    portcullis ledger verify --ledger copy/ledger --key my-own-copy.pub\n  \
    portcullis ledger verify --format json > anchor.json         keep this elsewhere, and later:\n  \
    portcullis ledger verify --anchor anchor.json                nothing that was there then is gone\n\n\
    Exit codes: 0 intact, 1 tampered with, 3 it cannot be read.")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    /// The public key [default: `keys/ledger.pub` beside the folder of the ledger]
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,

    /// What an earlier `verify --format json` wrote: all of that must still be there
    #[arg(long, value_name = "FILE")]
    pub(crate) anchor: Option<PathBuf>,

    /// Exit with 1 for notes too: series that nobody closed, and what was recovered after a crash
    #[arg(long)]
    pub(crate) strict: bool,

    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// Which records.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Not before: `2026-11-21T12:00:00Z`, `2026-11-21` (UTC), or how long ago: `90s`, `15m`, `2h`, `7d`
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// Not after
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,

    /// Of this server
    #[arg(long, value_name = "NAME")]
    pub(crate) server: Option<String>,

    /// Of this tool
    #[arg(long, value_name = "NAME")]
    pub(crate) tool: Option<String>,

    /// With this verdict
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<VerdictWord>,

    /// Of this session
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,

    /// Of this rule or policy: it decided, or it found something
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Option<String>,

    /// Decided because of this threat, such as `T09`
    #[arg(long, value_name = "ID")]
    pub(crate) threat: Option<Threat>,

    /// Of this principal
    #[arg(long, value_name = "NAME")]
    pub(crate) principal: Option<String>,

    /// Of this decision or approval, or this one record
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,

    /// Only the newest so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) limit: Option<u32>,
}

/// `portcullis ledger query`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis ledger query --limit 20\n  \
    portcullis ledger query --verdict deny --since 2h\n  \
    portcullis ledger query --id d-7f3a --format json\n  \
    portcullis ledger query --server github --threat T09 --format jsonl | jq .tool")]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    /// text, json or jsonl
    #[arg(long, value_enum, default_value_t = QueryFormat::Text)]
    pub(crate) format: QueryFormat,
}

/// `portcullis ledger export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis ledger export --format csv --output audit.csv\n  \
    portcullis ledger export --format transcript --session 7f3c1d --output session.jsonl\n\n\
    A transcript needs messages: they are kept, redacted, only where the user asked for it.")]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    /// jsonl, csv or transcript
    #[arg(long, value_enum)]
    pub(crate) format: ExportFormat,

    /// Write to this file, readable by you alone, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The formats of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryFormat {
    /// A table for people
    Text,
    /// One document
    Json,
    /// One line for each record
    Jsonl,
}

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One JSON line for each record
    Jsonl,
    /// Comma-separated values, for a spreadsheet
    Csv,
    /// The messages, for `portcullis guard replay`
    Transcript,
}

/// A verdict on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictWord {
    Allow,
    Flag,
    Ask,
    Redact,
    Deny,
}
