//! Why a step of a survey did not succeed.

use std::fmt;

use portcullis_store::StoreError;

/// What went wrong.
#[derive(Debug)]
pub enum SurveyError {
    /// The store failed.
    Store(StoreError),
    /// Something could not be read or written: which, and why.
    File(String),
    /// The user has to change something: the message says what.
    Usage(String),
}

impl fmt::Display for SurveyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(formatter),
            Self::File(message) | Self::Usage(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for SurveyError {}

impl From<StoreError> for SurveyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
