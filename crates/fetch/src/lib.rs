//! From a package, an archive or a source folder to its files in memory: a [`Bundle`](portcullis_model::Bundle).
//!
//! Nothing is ever executed and nothing is written to the disk. What is read is bounded ([`Limits`]) and accounted for:
//! whatever was not read stands in the bundle's `unread` with the reason. An archive that can be read in two ways is
//! noticed, because a scanner and an installer must not see different files.
//!
//! It judges nothing: rules over what was found are in `rules`, manifests and versions in `supply`.
//!
//! Storey 2: `assess` and the products may depend on it.

mod archive;
mod client;
mod digest;
mod error;
mod folder;
mod known;
mod limits;
mod parts;
mod path;
mod registry;
mod shelf;
mod wanted;
mod web;

pub use archive::{NotAnArchive, Root, is_archive_name, unpack};
pub use client::Clients;
pub use error::{FetchError, FetchErrorKind};
pub use folder::{is_source_name, read_folder};
pub use known::KnownRegistry;
pub use limits::Limits;
pub use registry::{Attempt, Fetched, News, fetch, fetch_unless};
pub use wanted::{Registry, Wanted};
pub use web::{Options, Progress, ProxySettings, download, words};
