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
        /// True when the server was away or another writer was in the way: the same may succeed a little later.
        may_pass: bool,
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
        Self::Statement { statement: words.join(" "), reason, may_pass: may_pass(error) }
    }

    /// True when the same may succeed a little later: the server was away, or another writer was in the way.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Statement { may_pass: true, .. })
    }
}

/// Connections that broke or could not be had; a server that starts, ends or has no place (classes 08, 53 and 57P of
/// PostgreSQL); transactions that stood in each other's way (40); a file that is locked (5 and 6 of SQLite).
fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["08", "40", "53", "57P"].iter().any(|class| code.len() == 5 && code.starts_with(class))
                || matches!(code.as_ref(), "5" | "6" | "261" | "517")
        }),
        _ => false,
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
            Self::Statement { statement, reason, .. } => {
                write!(formatter, "the store refused `{statement} …`: {reason}")
            }
            Self::LeaseLost => {
                formatter.write_str("the job took longer than its lease and was given to another worker")
            }
        }
    }
}

impl std::error::Error for StoreError {}
