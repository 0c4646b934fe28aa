//! What is known of the libraries of this language.

use std::sync::LazyLock;

use super::words::{Library, Line};

/// What functions do.
pub(super) const FUNCTIONS: &[&[Line]] = &[];

/// What members give.
pub(super) const PROPERTIES: &[&[Line]] = &[];

/// What is known.
pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::new(FUNCTIONS, PROPERTIES, &[]));
