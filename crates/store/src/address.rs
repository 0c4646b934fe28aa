//! Where a store is: a file, or the address of a PostgreSQL server.

use std::path::PathBuf;
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;

use crate::StoreError;

/// A place that can be opened, and how it may be shown.
#[derive(Debug)]
pub(crate) enum Address {
    File(PathBuf),
    Server(Box<PgConnectOptions>),
}

impl Address {
    /// Reads `FILE`, `sqlite:FILE` or `postgres://…`.
    pub(crate) fn read(text: &str) -> Result<Self, StoreError> {
        let refused = |reason: &str| StoreError::Address(format!("`{}` {reason}", shown(text)));
        if text.trim().is_empty() {
            return Err(StoreError::Address(String::from(
                "a store needs a file name or a postgres:// address",
            )));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            // The parser's own message may quote the address, password included.
            let options = PgConnectOptions::from_str(text).map_err(|_| {
                refused("is no address of a database; write postgres://USER@HOST:PORT/DATABASE")
            })?;
            return Ok(Self::Server(Box::new(options.application_name("portcullis"))));
        }
        match text.split_once("://") {
            Some((scheme, _)) if scheme != "sqlite" => {
                Err(refused("is no store; name a file, or an address that begins with postgres://"))
            }
            Some((_, file)) => Ok(Self::File(PathBuf::from(file))),
            None => Ok(Self::File(PathBuf::from(text.strip_prefix("sqlite:").unwrap_or(text)))),
        }
    }
}

/// The address without what could be a secret: the user's password, and parameters, which may hold one.
pub(crate) fn shown(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            if user.is_empty() { host.to_owned() } else { format!("{user}@{host}") }
        }
        None => rest.to_owned(),
    };
    format!("{scheme}://{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for address in [
            "postgres://ann:hunter2@db.example:5432/survey?sslmode=require&password=hunter2",
            "postgres://ann:hunter2@x@db.example/survey",
            "mysql://ann:hunter2@db.example/survey",
            "postgres://ann:hunter2@db.example:99999999/survey",
        ] {
            assert!(!shown(address).contains("hunter2"), "{}", shown(address));
            if let Err(error) = Address::read(address) {
                assert!(!error.to_string().contains("hunter2"), "{error}");
            }
        }
        assert_eq!(shown("postgres://ann:pw@db.example/survey"), "postgres://ann@db.example/survey");
    }

    #[test]
    fn a_file_is_a_file_however_it_is_written() {
        for text in ["survey.db", "sqlite:survey.db", "sqlite://survey.db"] {
            assert!(matches!(Address::read(text), Ok(Address::File(path)) if path == *"survey.db"), "{text}");
        }
        assert!(Address::read("mysql://localhost/x").is_err());
        assert!(Address::read(" ").is_err());
    }
}
