//! What a subschema says of a value, and which parts of the value it looked at.

/// Whether a value fits. What cannot be known is neither yes nor no: it must not become a yes through a `not`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Valid,
    Invalid,
    Unknown,
}

impl Verdict {
    pub(super) const fn of(fits: bool) -> Self {
        if fits { Verdict::Valid } else { Verdict::Invalid }
    }

    /// Both have to fit.
    pub(super) const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Verdict::Invalid, _) | (_, Verdict::Invalid) => Verdict::Invalid,
            (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
            (Verdict::Valid, Verdict::Valid) => Verdict::Valid,
        }
    }
}

/// The members or elements that subschemas looked at, by their index: what `unevaluated*` leaves alone.
#[derive(Debug)]
pub(super) struct Seen {
    /// Nobody asks in this schema, so nothing is noted.
    is_wanted: bool,
    indices: Vec<bool>,
    /// A subschema of which nobody knows whether it fits may have looked at more.
    pub(super) is_uncertain: bool,
}

impl Seen {
    pub(super) const fn new(is_wanted: bool) -> Self {
        Self { is_wanted, indices: Vec::new(), is_uncertain: false }
    }

    pub(super) const fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    pub(super) fn note(&mut self, index: usize) {
        if !self.is_wanted {
            return;
        }
        if self.indices.len() <= index {
            self.indices.resize(index + 1, false);
        }
        if let Some(seen) = self.indices.get_mut(index) {
            *seen = true;
        }
    }

    pub(super) fn has(&self, index: usize) -> bool {
        self.indices.get(index).copied().unwrap_or(false)
    }

    /// Adds what a subschema of the same value looked at, as far as it counts.
    pub(super) fn add(&mut self, verdict: Verdict, other: &Self) {
        match verdict {
            Verdict::Invalid => {}
            Verdict::Unknown => self.is_uncertain = true,
            Verdict::Valid => {
                self.is_uncertain |= other.is_uncertain;
                for (index, _) in other.indices.iter().enumerate().filter(|(_, seen)| **seen) {
                    self.note(index);
                }
            }
        }
    }
}
