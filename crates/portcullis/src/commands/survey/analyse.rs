//! `portcullis survey analyse`.

use std::io::Write;

use portcullis_model::{Audience, Confidence};
use portcullis_rules::{Engine, Selection};
use portcullis_store::Store;
use portcullis_survey::analyse::{Step, analyse};
use portcullis_survey::export::Live;

use super::lists::{Progress, failure};
use super::{asking, report, sources};
use crate::cli::{SelectionArgs, SourcesArgs, SurveyAnalyseArgs};
use crate::exit::{Exit, Failure};

pub(super) fn run(arguments: &SurveyAnalyseArgs) -> Result<Exit, Failure> {
    let work = async {
        let store = asking::open(&arguments.store).await?;
        let exit = look(&store, &arguments.selection, &arguments.sources).await?;
        if let Some(folder) = &arguments.parquet {
            report::parquet(&store, folder, Live::Masked).await?;
        }
        store.close().await;
        Ok::<_, Failure>(exit)
    };
    let exit = portcullis_probe::run_blocking(work).map_err(Failure::incomplete)??;
    let mut out = anstream::stdout().lock();
    writeln!(out, "`portcullis survey report` shows what was found")?;
    Ok(exit)
}

/// Looks at everything in the store, and at packages where a folder of them is named, and says on standard error what it came to.
pub(super) async fn look(
    store: &Store,
    chosen: &SelectionArgs,
    packages: &SourcesArgs,
) -> Result<Exit, Failure> {
    let selection = Selection::new(
        &chosen.select,
        &chosen.ignore,
        chosen.min_confidence.unwrap_or(Confidence::Low),
        chosen.audience.unwrap_or(Audience::Regular),
    )
    .map_err(Failure::usage)?;
    let engine = Engine::new(selection);
    let exit = sources::look(store, &engine, packages).await?;
    let shown = Progress::new();
    let progress = |step: Step| {
        let message = match step {
            Step::Names => String::from("names are compared"),
            Step::Owners => String::from("owners are compared"),
            Step::Listings { done, of } => format!("{done} of {of} listings"),
        };
        shown.say(&message);
    };
    let analysed = analyse(store, &engine, asking::now(), &progress).await.map_err(failure)?;
    shown.done();
    if analysed.listings == 0 {
        return Err(Failure::incomplete("nothing was collected yet; `portcullis survey collect` does that"));
    }
    let mut err = anstream::stderr().lock();
    writeln!(
        err,
        "{} listings looked at: {} findings, {} names that look like others, {} groups of names",
        analysed.listings, analysed.findings, analysed.likenesses, analysed.groups
    )?;
    Ok(exit)
}
