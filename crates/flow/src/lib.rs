//! Where values come from and where they may go: labels, provenance of arguments, and the course of a session.
//!
//! Pure: same messages, same answers. It knows no protocol; the guard hands it calls and results as trees.
//!
//! Storey 1; depends on `model`, `text` and `rules` (whose capability classes it uses). `guard` depends on it.
