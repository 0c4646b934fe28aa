//! What may happen: Cedar policies over who calls which tool with what, and what is known about it.
//!
//! A policy that fails to load never opens the gate, and an evaluation that errs is a denial (Cedar alone would skip it).
//!
//! Storey 1; depends on `model` and `cedar-policy`, whose types are in no public signature. `guard` depends on it.
