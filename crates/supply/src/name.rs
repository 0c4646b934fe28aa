//! Names, their normal forms, and which names look like others.

mod edit;
mod forms;
mod index;
mod look_alike;
mod words;

pub use edit::{Operation, distance};
pub(crate) use forms::skeleton;
pub use forms::{NameForms, identity};
pub use index::{Asked, KnownName, Match, NameIndex};
pub use look_alike::{Kind, LookAlike, look_alike};
pub(crate) use words::is_affix;
pub use words::{is_common_word, is_decoration};
