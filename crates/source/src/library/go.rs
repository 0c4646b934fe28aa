//! What is known of Go's standard library and of the modules that servers use.

mod files;
mod network;
mod process;
mod text;

use std::sync::LazyLock;

use super::words::{Library, Line};

/// What functions do.
pub(super) const FUNCTIONS: &[&[Line]] =
    &[files::FUNCTIONS, network::FUNCTIONS, process::FUNCTIONS, text::FUNCTIONS];

/// What members give.
pub(super) const PROPERTIES: &[&[Line]] = &[network::PROPERTIES, process::PROPERTIES];

/// Modules that are another one in the tables. The longer name stands first.
const ALIASES: &[(&str, &str)] = &[
    ("io/ioutil.ReadAll", "io.ReadAll"),
    ("golang.org/x/exp/slices", "slices"),
    ("golang.org/x/exp/maps", "maps"),
    ("github.com/json-iterator/go.ConfigCompatibleWithStandardLibrary", "encoding/json"),
    ("github.com/cli/safeexec", "os/exec"),
];

/// What is known.
pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::new(FUNCTIONS, PROPERTIES, ALIASES));
