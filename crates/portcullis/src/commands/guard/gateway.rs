//! `portcullis guard --config FILE`: many servers behind one address.

use std::path::Path;

use crate::exit::{Exit, Failure};

pub(crate) fn run(settings: &Path, stdio: bool) -> Result<Exit, Failure> {
    let front = if stdio { "standard input" } else { "HTTP" };
    Err(Failure::usage(format!("`{}` names no servers to serve over {front}", settings.display())))
}
