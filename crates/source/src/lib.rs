//! Reads the source of an MCP server without running it: which tools it offers, what each does, and what their
//! arguments reach.
//!
//! Front ends ([`python`], [`javascript`], [`go`]) translate files into one small language ([`ir`]). An abstract
//! interpreter runs the result: what is known is computed, what is not stays a symbol that remembers where it came
//! from and what was checked of it. Registrations of tools therefore come out of loops and tables as they would at
//! run time, and a path from an argument to a dangerous operation is reported only where no guard holds on it.
//!
//! It is not a type checker and not a linter, it executes nothing and reads no file. Hostile sources cost bounded
//! time and memory: every loop, recursion and table has a limit, and what was given up is said.
//!
//! Storey 1; depends on `model` and `wire`. `rules` and `assess` depend on it.

mod chain;
pub mod fact;
pub mod go;
pub mod ir;
pub mod javascript;
pub mod library;
pub mod python;
pub mod value;
