//! What is the same thing under several spellings.

mod repository;

pub use repository::Place;
