//! Who owns what a listing relies on: accounts, repositories, packages, domains, asked where the owners are known.
//!
//! Every question is polite (rate, conditional requests, patience), recorded with its time, and accompanied by a control
//! that must exist, so that an outage is never read as absence. What the answers mean is decided in `supply::ownership`,
//! which is pure.
//!
//! Storey 2: products may depend on it.
