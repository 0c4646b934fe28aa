//! Items in which no rule found anything, by their digests: a list that is asked for again is not read again.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// The most items that are remembered; beyond, all are forgotten and read again.
const MOST: usize = 65_536;

/// What was found clean.
#[derive(Debug, Default)]
pub(crate) struct Clean {
    seen: Mutex<HashSet<[u8; 16]>>,
}

impl Clean {
    pub(crate) fn contains(&self, name: &str, body: &str) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).contains(&key(name, body))
    }

    pub(crate) fn insert(&self, name: &str, body: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert(key(name, body));
    }
}

fn key(name: &str, body: &str) -> [u8; 16] {
    let digest = Sha256::new().chain_update(body.as_bytes()).chain_update(name.as_bytes()).finalize();
    let mut key = [0; 16];
    key.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    key
}
