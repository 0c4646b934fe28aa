//! What is the same thing under several spellings, and which listings list the same server.

mod keys;
mod package;
mod remote;
mod repository;
mod server;

pub use keys::{keys, relies};
pub use package::PackageName;
pub use remote::{Remote, host, registrable};
pub use repository::Place;
pub use server::{Resolved, resolve};
