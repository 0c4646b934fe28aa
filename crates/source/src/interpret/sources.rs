//! Where values come from, and the bits of a set that stand for it.
//!
//! A source keeps its position for good: what one offer stored is told by its name in another. The bits of sets are few and
//! are used again by later offers. What the operator decides about has bits of its own: it never turns into an input of a
//! later offer.

use crate::analysis::{Source, SourceKind};

/// The first bits are for what somebody outside decides about. The last of them stands for all beyond.
const OUTSIDE: u8 = 48;

/// The set of the sources that somebody outside decides about.
pub(crate) const ATTACKER: u64 = (1 << OUTSIDE) - 1;

/// With more bits in use than this, the next offer begins again.
const MANY: u8 = 40;

/// A source, the bit that stands for it, and the offer that it came in by.
struct Known {
    source: Source,
    bit: u8,
    offer: Option<usize>,
}

/// The sources of an analysis.
pub(crate) struct Sources {
    all: Vec<Known>,
    /// Positions of the sources that are the same for every offer.
    lasting: Vec<usize>,
    /// The position that each bit stands for at the moment.
    bits: [Option<usize>; 64],
    /// The offer that runs.
    offer: Option<usize>,
    /// Its first position.
    first: usize,
    /// The next bit for what somebody outside decides about.
    next: u8,
    /// The bits that loading the files took.
    loaded: u8,
}

impl Sources {
    pub(crate) const fn new() -> Self {
        Self {
            all: Vec::new(),
            lasting: Vec::new(),
            bits: [None; 64],
            offer: None,
            first: 0,
            next: 0,
            loaded: 0,
        }
    }

    /// A source, known or new: its position and its bit.
    pub(crate) fn add(&mut self, kind: SourceKind, name: &str) -> (usize, u8) {
        let is_lasting = matches!(kind, SourceKind::Environment | SourceKind::PrivateFile);
        let is_it = |position: &usize| {
            self.all.get(*position).is_some_and(|it| it.source.kind == kind && it.source.name == name)
        };
        let known = if is_lasting {
            self.lasting.iter().copied().find(is_it)
        } else {
            (self.first..self.all.len()).find(is_it)
        };
        if let Some((position, known)) = known.and_then(|position| Some((position, self.all.get(position)?)))
        {
            return (position, known.bit);
        }
        let position = self.all.len();
        let bit = if is_lasting {
            self.lasting.push(position);
            u8::try_from(self.lasting.len() - 1).map_or(63, |index| OUTSIDE.saturating_add(index).min(63))
        } else {
            let bit = self.next.min(OUTSIDE - 1);
            self.next = self.next.saturating_add(1);
            bit
        };
        if let Some(stands_for) = self.bits.get_mut(usize::from(bit)) {
            *stands_for = Some(position);
        }
        self.all.push(Known { source: Source { kind, name: name.to_owned() }, bit, offer: self.offer });
        (position, bit)
    }

    /// How many sources that do not last were given.
    pub(crate) const fn given(&self) -> usize {
        self.all.len() - self.lasting.len()
    }

    /// The source of an input.
    pub(crate) fn get(&self, position: u32) -> Option<&Source> {
        self.all.get(position as usize).map(|known| &known.source)
    }

    /// The offer that an input came in by: what it gave may have been kept since.
    pub(crate) fn offer(&self, position: u32) -> Option<usize> {
        self.all.get(position as usize)?.offer
    }

    /// The source that a bit stands for at the moment.
    pub(crate) fn of_bit(&self, bit: u32) -> Option<&Source> {
        let position = (*self.bits.get(bit as usize)?)?;
        self.all.get(position).map(|known| &known.source)
    }

    /// The sources of a set.
    pub(crate) fn of(&self, set: u64) -> Vec<Source> {
        (0..64).filter(|bit| set & (1 << bit) != 0).filter_map(|bit| self.of_bit(bit).cloned()).collect()
    }

    /// All files are loaded: what comes now belongs to offers.
    pub(crate) fn loaded(&mut self) {
        self.loaded = self.next;
        self.first = self.all.len();
    }

    /// Inputs of the next offer are others than those before, also where they have the same names: what an earlier one
    /// stored, and what was checked of it, stays apart. True when bits are used again.
    pub(crate) fn begin(&mut self, offer: usize) -> bool {
        self.offer = Some(offer);
        self.first = self.all.len();
        let again = self.next > MANY.max(self.loaded);
        if again {
            self.next = self.loaded;
        }
        again
    }
}
