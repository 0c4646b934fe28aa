//! What is the same thing under several spellings, and which listings list the same server.

mod keys;
mod package;
mod remote;
mod repository;
mod server;

pub(crate) use keys::called;
pub use keys::keys;
pub use package::PackageName;
pub use remote::{Remote, host};
pub use repository::Place;
pub use server::{Resolved, resolve};
