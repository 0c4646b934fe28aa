//! What can go wrong, said so that somebody can act. No message holds a password.

use std::fmt;

/// Why the store did not do what it was asked to.
#[derive(Debug)]
pub enum StoreError {
    /// The address of the store can not be meant.
    Address(String),
    /// The store can not be opened.
    Closed {
        /// Its address, without its password.
        address: String,
        /// Why, and what to do.
        reason: String,
    },
    /// The store was written by a newer program.
    Newer {
        /// Whose tables.
        of: &'static str,
        /// The version that it has.
        found: i64,
    },
    /// A statement failed.
    Statement {
        /// How it begins.
        statement: String,
        /// What the database said.
        reason: String,
    },
    /// A job was finished by a worker that no longer holds it: another one does it now.
    LeaseLost,
}

impl StoreError {
    pub(crate) fn statement(sql: &str, error: &sqlx::Error) -> Self {
        let words: Vec<&str> = sql.split_whitespace().take(8).collect();
        let reason = match error {
            sqlx::Error::Database(error) => error.message().to_owned(),
            other => other.to_string(),
        };
        Self::Statement { statement: words.join(" "), reason }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(reason) => formatter.write_str(reason),
            Self::Closed { address, reason } => {
                write!(formatter, "the store `{address}` can not be opened: {reason}")
            }
            Self::Newer { of, found } => write!(
                formatter,
                "the store's tables of the {of} have version {found}, which this program does not know; use a newer one"
            ),
            Self::Statement { statement, reason } => {
                write!(formatter, "the store refused `{statement} …`: {reason}")
            }
            Self::LeaseLost => {
                formatter.write_str("the job took longer than its lease and was given to another worker")
            }
        }
    }
}

impl std::error::Error for StoreError {}
