//! `portcullis survey`: listings of registries and what they rely on.

mod asking;
mod collect;
mod lists;
mod probe;

use crate::cli::{SurveyAction, SurveyArgs};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &SurveyArgs) -> Result<Exit, Failure> {
    match &arguments.action {
        SurveyAction::Collect(arguments) if !arguments.from.is_empty() => lists::run(arguments),
        SurveyAction::Collect(arguments) => collect::run(arguments),
        SurveyAction::Probe(arguments) => probe::run(arguments),
    }
}
