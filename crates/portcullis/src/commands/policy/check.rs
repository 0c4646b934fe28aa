//! `portcullis policy check`.

use portcullis_policy::{Defaults, PolicySet};
use portcullis_report::policies::{self, Checked};

use super::{files, options, problems};
use crate::cli::{ListFormat, PolicyCheckArgs};
use crate::exit::{Exit, Failure};

pub(super) fn run(arguments: &PolicyCheckArgs) -> Result<Exit, Failure> {
    let sources = files::policies(&arguments.files)?;
    let defaults = if arguments.no_defaults { Defaults::Replaced } else { Defaults::Kept };
    let texts = files::texts(&sources);
    let loaded = PolicySet::load(&sources, defaults);
    let errors = loaded.as_ref().err().map(|errors| problems(errors, &texts)).unwrap_or_default();
    let checked = Checked {
        errors: &errors,
        policies: loaded.as_ref().map_or(0, |set| set.policies().count()),
        revision: loaded.as_ref().map_or("", |set| set.revision()),
    };
    let mut out = anstream::stdout().lock();
    match arguments.format {
        ListFormat::Text => policies::checked(&checked, &options(), &mut out)?,
        ListFormat::Json => policies::checked_json(&checked, &mut out)?,
    }
    Ok(if errors.is_empty() { Exit::Clean } else { Exit::Findings })
}
