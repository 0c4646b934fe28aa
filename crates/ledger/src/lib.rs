//! The audit log: append-only, hash-chained, signed; it holds no argument and no result.
//!
//! Storey 2; depends on `model` and `wire`. `guard` and the binary depend on it.
