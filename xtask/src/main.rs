//! Tasks of the house: generate, tidy, new-rule, evaluate, bench, train.

fn main() {}
