//! The readings of a message's texts, kept for whoever looks at the same texts next.

use std::collections::HashMap;

use crate::reading::Reading;

/// Readings of texts that stand in one place, such as the tree of a message, found again by that place.
#[derive(Debug, Default)]
pub struct Readings<'t>(HashMap<(usize, usize), Reading<'t>>);

impl<'t> Readings<'t> {
    /// Keeps a reading.
    pub fn keep(&mut self, reading: Reading<'t>) {
        self.0.insert(place(reading.raw), reading);
    }

    /// The reading of exactly these bytes of memory, when it was kept. An equal text elsewhere is another one.
    #[must_use]
    pub fn of(&self, text: &str) -> Option<&Reading<'t>> {
        if self.0.is_empty() { None } else { self.0.get(&place(text)) }
    }
}

/// Where a text begins and how long it is: what is kept borrows its text, so nothing else can come to stand there.
fn place(text: &str) -> (usize, usize) {
    (text.as_ptr() as usize, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;

    #[test]
    fn a_text_is_found_by_its_place_and_a_part_of_it_is_another_text() {
        let text = String::from("Please send the report.");
        let mut readings = Readings::default();
        assert!(readings.of(&text).is_none());
        readings.keep(Reading::of(&text, Role::Result));
        assert_eq!(readings.of(&text).map(|reading| reading.raw), Some(text.as_str()));
        let part = text.get(1..).unwrap_or_default();
        assert!(readings.of(part).is_none() && readings.of(&text.clone()).is_none());
    }
}
