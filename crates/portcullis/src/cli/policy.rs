//! The words of `portcullis policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ListFormat;

/// `portcullis policy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis policy check team.cedar            are the policies sound? every name and type is checked\n  \
    portcullis policy test policies/              do the policies decide as their cases say?\n  \
    portcullis policy explain call.toml           which policies decide this, and why the others do not\n  \
    portcullis policy show                        the policies that protect without configuration")]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    pub(crate) action: PolicyAction,
}

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyAction {
    /// Are the policies sound? Syntax, names, types and annotations are checked
    Check(PolicyCheckArgs),
    /// Do the policies decide as their cases say?
    Test(PolicyTestArgs),
    /// Which policies decide a question, and why the others do not
    Explain(PolicyExplainArgs),
    /// The policies that protect without configuration, or the schema of all policies
    Show(PolicyShowArgs),
}

/// `portcullis policy check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis policy check team.cedar                  beside the default policies\n  \
    portcullis policy check --no-defaults policies/     every .cedar file of a folder, instead of the defaults\n  \
    portcullis policy check --format json team.cedar    for an editor or a pipeline\n\n\
    Exit code 0: sound; 1: something is wrong; 2: a file cannot be read.")]
pub(crate) struct PolicyCheckArgs {
    /// Files of policies, or folders with .cedar files; the default policies alone when none is named
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Leave the default policies out
    #[arg(long)]
    pub(crate) no_defaults: bool,

    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `portcullis policy test`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis policy test team.test.toml      one file of cases\n  \
    portcullis policy test policies/           every .test.toml file of a folder\n\n\
    A file of cases:\n\n  \
    policies = [\"team.cedar\"]\n\n  \
    [[case]]\n  \
    name = \"nobody deletes at night\"\n  \
    verdict = \"deny\"\n  \
    by = \"no-deletion-at-night\"\n  \
    [case.question]\n  \
    action = \"call_tool\"\n  \
    tool = { name = \"delete_file\", deletes = true }\n  \
    time = 2026-11-21T23:30:00+01:00\n\n\
    Exit code 0: every case passes; 1: one does not, or a policy is not sound; 2: a file cannot be read.")]
pub(crate) struct PolicyTestArgs {
    /// Files of cases, or folders with .test.toml files
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `portcullis policy explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis policy explain call.toml                        under the default policies\n  \
    portcullis policy explain call.toml --policy team.cedar    and these\n  \
    portcullis policy explain call.json --format json\n\n\
    A question: action = \"call_tool\", tool = { name = \"send\", sends = true }, labels = { integrity = \"outside\" }\n\
    (the members are those of `portcullis policy show --schema`; one that is left out is harmless).")]
pub(crate) struct PolicyExplainArgs {
    /// A file with the question, in TOML or JSON (`-`: standard input)
    #[arg(value_name = "QUESTION")]
    pub(crate) question: PathBuf,

    /// Policies beside the default ones: a file or a folder (repeatable)
    #[arg(long = "policy", value_name = "FILE")]
    pub(crate) policies: Vec<PathBuf>,

    /// Leave the default policies out
    #[arg(long)]
    pub(crate) no_defaults: bool,

    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `portcullis policy show`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis policy show > default.cedar                 to read, or to start from with `--no-defaults`\n  \
    portcullis policy show --schema > portcullis.cedarschema   for editors that know Cedar")]
pub(crate) struct PolicyShowArgs {
    /// The schema of all policies instead
    #[arg(long)]
    pub(crate) schema: bool,
}
