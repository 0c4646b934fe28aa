//! How many servers can be hijacked today, where, and what changed: listings of many registries are collected, what they
//! rely on is probed, everything is analysed without the network and reported.
//!
//! It has no rules of its own: `rules` looks at listings as at all other evidence.
//!
//! Storey 4: only the binary depends on it.
