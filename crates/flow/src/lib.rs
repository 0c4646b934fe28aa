//! Where values come from and where they may go: labels, provenance of arguments, and the course of a session.
//!
//! A [`Course`] is kept per session. It is told what the person asked ([`Course::said`]), which tools there are
//! ([`Course::roster`]), which calls passed ([`Course::called`]) and what came back ([`Course::result`]). Asked about
//! the next call, it weighs named [`Part`]s of evidence: who asked for this act, the person or a text from outside;
//! where each argument came from; what the call can do. [`Assessment::because`] tells it as a chain.
//!
//! Pure: same messages, same answers. It knows no protocol, holds no clock, and forgets the oldest when it is full.
//! It keeps digests of values, short excerpts of texts that ask for something, and never a whole result.
//!
//! Storey 1; depends on `model`, `text` and `rules` (whose capability classes it uses). `guard` depends on it.

mod assessment;
mod course;
mod deed;
mod digest;
mod evidence;
mod gather;
mod given;
mod manner;
mod memory;
mod order;
mod person;
mod piece;
mod sequence;
mod tool;
mod trace;
mod weights;
mod wish;
mod words;

pub use assessment::{Assessment, Link, Part};
pub use course::{Call, Channel, Course, Limits};
pub use weights::Weights;
