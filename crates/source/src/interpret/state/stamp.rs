//! When each part of the heap changed last, and which parts were read: whether a call would come out as it did before.
//!
//! A stamp belongs to one content: who takes a write back takes its stamp back too, and no stamp is given twice.

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::{Object, ObjectKind, Part, State};
use crate::value::{ObjectId, Value};

/// A part of the heap that is read as one: an object, and which of its names; [`WHOLE`] for all of it.
pub(crate) type Read = (u32, u64);

/// All of an object.
const WHOLE: u64 = 0;

/// Stamps of objects whose names are told apart: variables of files, and what was written into values that are not known.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    clock: u64,
    names: FxHashMap<Read, u64>,
    /// Objects before this one are looked at by a call that is recorded.
    watched: Cell<u32>,
    /// What each of those calls read, the outermost first.
    reads: RefCell<Vec<FxHashSet<Read>>>,
}

/// The stamps of a place: of the object, and of the name if it is told apart.
pub(super) type Stamp = (u64, Option<u64>);

impl Stamps {
    pub(super) const fn next(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }
}

fn of_name(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    hasher.finish().max(WHOLE + 1)
}

/// Whether the names of an object are told apart. The first object holds what is written into unknown values.
const fn tells_names_apart(id: u32, object: &Object<'_>) -> bool {
    id == 0 || matches!(object.kind, ObjectKind::Scope(None))
}

impl<'a> State<'a> {
    /// The stamps of a place.
    pub(super) fn stamp(&self, id: u32, part: &Part) -> Stamp {
        let Some(object) = self.objects.get(id as usize) else { return (0, None) };
        let name = match part {
            Part::Field(name) if tells_names_apart(id, object) => {
                Some(self.stamps.names.get(&(id, of_name(name))).copied().unwrap_or_default())
            }
            _ => None,
        };
        (object.stamp, name)
    }

    /// Gives a place that was written a new stamp.
    pub(super) fn stamp_anew(&mut self, id: u32, part: &Part) {
        let stamp = self.stamps.next();
        self.stamp_as(id, part, (stamp, Some(stamp)));
    }

    /// Gives a place these stamps.
    pub(super) fn stamp_as(&mut self, id: u32, part: &Part, (whole, name): Stamp) {
        let Some(object) = self.objects.get_mut(id as usize) else { return };
        object.stamp = whole;
        if let (Part::Field(field), Some(stamp)) = (part, name)
            && tells_names_apart(id, object)
        {
            self.stamps.names.insert((id, of_name(field)), stamp);
        }
    }

    /// The stamp of what was read, as it is now.
    pub(crate) fn stamp_of(&self, (id, name): Read) -> u64 {
        if name == WHOLE {
            return self.objects.get(id as usize).map_or(0, |object| object.stamp);
        }
        self.stamps.names.get(&(id, name)).copied().unwrap_or_default()
    }

    /// The variable of a file that was read.
    pub(crate) fn named(&self, id: u32, name: u64) -> Option<&Value<'a>> {
        let fields = &self.objects.get(id as usize)?.fields;
        fields.iter().find(|(field, _)| of_name(field) == name).map(|(_, value)| value)
    }

    /// What stood in which stamp before the innermost level was entered, of the places that were written since.
    pub(crate) fn stamps_before(&self) -> FxHashMap<Read, u64> {
        let mut before = FxHashMap::default();
        for ((id, part), (_, (whole, name))) in self.levels.last().into_iter().flat_map(|level| &level.before)
        {
            before.entry((id.0, WHOLE)).or_insert(*whole);
            if let (Part::Field(field), Some(stamp)) = (part, name) {
                before.entry((id.0, of_name(field))).or_insert(*stamp);
            }
        }
        before
    }

    /// Begins to note what is read of the objects that there are.
    pub(crate) fn watch(&mut self) -> u32 {
        self.stamps.reads.get_mut().push(FxHashSet::default());
        self.stamps.watched.replace(self.count())
    }

    /// Ends to note what is read, and gives it. It counts for whoever began before, too.
    pub(crate) fn unwatch(&mut self, watched: u32) -> FxHashSet<Read> {
        self.stamps.watched.set(watched);
        let reads = self.stamps.reads.get_mut();
        let read = reads.pop().unwrap_or_default();
        if let Some(outer) = reads.last_mut() {
            outer.extend(read.iter().filter(|read| read.0 < watched));
        }
        read
    }

    /// Notes that an object was read.
    pub(super) fn note_read(&self, id: ObjectId) {
        if id.0 < self.stamps.watched.get() {
            self.note((id.0, WHOLE));
        }
    }

    /// Notes that a field of an object was read.
    pub(super) fn note_read_of(&self, id: ObjectId, name: &str) {
        if id.0 >= self.stamps.watched.get() {
            return;
        }
        let apart = self.objects.get(id.0 as usize).is_some_and(|object| tells_names_apart(id.0, object));
        self.note((id.0, if apart { of_name(name) } else { WHOLE }));
    }

    /// Notes that this was read.
    pub(crate) fn note(&self, read: Read) {
        if read.0 < self.stamps.watched.get()
            && let Some(reads) = self.stamps.reads.borrow_mut().last_mut()
        {
            reads.insert(read);
        }
    }
}
