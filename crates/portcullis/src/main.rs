//! The one binary: arguments, terminal, exit codes; the only place that prints.

fn main() {}
