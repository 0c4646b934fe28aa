//! `portcullis survey`: listings of registries and what they rely on.

mod analyse;
mod asking;
mod collect;
mod lists;
mod probe;
mod report;
mod sources;

use portcullis_survey::lists::units;

use crate::cli::{SurveyAction, SurveyArgs, SurveyRunArgs};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &SurveyArgs) -> Result<Exit, Failure> {
    match &arguments.action {
        SurveyAction::Collect(arguments) if !arguments.from.is_empty() => lists::run(arguments),
        SurveyAction::Collect(arguments) => collect::run(arguments),
        SurveyAction::Probe(arguments) => probe::probe(arguments),
        SurveyAction::Work(arguments) => probe::worker(arguments),
        SurveyAction::Analyse(arguments) => analyse::run(arguments),
        SurveyAction::Report(arguments) => report::run(arguments),
        SurveyAction::Run(arguments) => whole(arguments),
    }
}

/// Reads lists, analyses and reports.
fn whole(arguments: &SurveyRunArgs) -> Result<Exit, Failure> {
    let work = async {
        let units = units(&arguments.from, asking::now()).map_err(lists::failure)?;
        let store = asking::open(&arguments.store).await?;
        let (_, exit) = lists::files(&store, &units).await?;
        let looked = analyse::look(&store, &arguments.selection, &arguments.sources).await?;
        report::show(&store, &arguments.written).await?;
        store.close().await;
        Ok(if exit == Exit::Clean { looked } else { exit })
    };
    portcullis_probe::run_blocking(work).map_err(Failure::incomplete)?
}
