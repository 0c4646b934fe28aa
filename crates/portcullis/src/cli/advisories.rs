//! The words of `portcullis advisories`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `portcullis advisories`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    portcullis advisories update npm.zip pypi.zip      archives of OSV records, as one downloads them\n  \
    portcullis advisories update https://osv.example   a base address: npm/all.zip and PyPI/all.zip below it\n  \
    portcullis advisories show npm:some-mcp@1.2.3      what is known of a version")]
pub(crate) struct AdvisoriesArgs {
    #[command(subcommand)]
    pub(crate) action: AdvisoriesAction,
}

/// What to do with advisories.
#[derive(Debug, Subcommand)]
pub(crate) enum AdvisoriesAction {
    /// Make the local database anew from these records
    Update(AdvisoriesUpdateArgs),
    /// What the local database says of a package
    Show(AdvisoriesShowArgs),
}

/// `portcullis advisories update`.
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesUpdateArgs {
    /// Archive (.zip) of OSV records, JSON Lines (.jsonl), a record (.json), a folder of these, or an address
    #[arg(value_name = "SOURCE", required = true)]
    pub(crate) sources: Vec<String>,

    /// Take only files that this public key signed; the signature lies beside each as `.sig`, 128 hexadecimal digits
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

/// `portcullis advisories show`.
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesShowArgs {
    /// npm:NAME[@VERSION] or pypi:NAME[==VERSION]
    #[arg(value_name = "PACKAGE")]
    pub(crate) package: String,
}
