//! Text as a model reads it: what is hidden in it, what it decodes to, what it asks for, and the secrets it holds.
//!
//! A [`Reading`] is made once per text, however many rules look at it. Nothing here concludes anything: that is what
//! rules are for. Everything is linear in the length of the text and bounded in memory.
//!
//! Depends on `model` only; every storey above may use it.

pub mod decode;
mod mark;
pub mod meaning;
pub mod model;
pub mod reading;
mod readings;
mod reference;
pub mod role;
mod scan;
pub mod secret;
pub mod view;

pub use mark::{Mark, MarkKind};
pub use reading::{Reading, Wording};
pub use readings::Readings;
pub use reference::is_reference;
pub use role::Role;
pub use view::{View, ViewKind, is_prose};
