//! `portcullis guard -- COMMAND`: in front of one server that speaks over standard input and output.

use crate::cli::GuardArgs;
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &GuardArgs) -> Result<Exit, Failure> {
    let name = arguments.name.as_deref().unwrap_or_default();
    Err(Failure::usage(format!("the guard of one command `{name}` is not built in; use `--config FILE`")))
}
