//! The heap, and how the interpreter tries one way, takes it back, tries the other and puts both together.
//!
//! Every write is noted in the innermost level. Leaving a level takes its writes back; what they were is kept as a
//! [`Delta`] and laid over the state again, alone or joined with those of other ways.

mod join;
mod stamp;

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use join::{common_facts, either, one_of, one_or_other};
pub(crate) use stamp::Read;
use stamp::{Stamp, Stamps};

use super::sources::ATTACKER;
use crate::fact::{Checked, Fact};
use crate::interpret::configured::{configured_facts, is_undecided};
use crate::ordered::Ordered;
use crate::value::{ClassValue, ObjectId, Text, Value};

/// More alternatives than this are not told apart.
pub(crate) const MOST_ALTERNATIVES: usize = 8;

/// An object.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    /// What it is.
    pub(crate) kind: ObjectKind<'a>,
    /// Its properties, entries or variables, in the order they were made.
    pub(crate) fields: Ordered<Text, Value<'a>>,
    /// Its elements, if it is a list.
    pub(crate) elements: Rc<Vec<Value<'a>>>,
    /// What other elements or entries may be there.
    pub(crate) rest: Option<Value<'a>>,
    /// When it changed last.
    stamp: u64,
}

impl<'a> Object<'a> {
    fn new(kind: ObjectKind<'a>, empty: &Rc<Vec<Value<'a>>>, stamp: u64) -> Self {
        Self { kind, fields: Ordered::default(), elements: Rc::clone(empty), rest: None, stamp }
    }
}

/// What an object is.
#[derive(Debug, Clone)]
pub(crate) enum ObjectKind<'a> {
    /// An object or dictionary.
    Record,
    /// A list, tuple or set.
    List,
    /// An instance of a class.
    Instance(Rc<ClassValue<'a>>),
    /// Variables, with the scope around them.
    Scope(Option<ObjectId>),
}

/// A part of an object that is written as one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Field(Text),
    Elements,
    Rest,
}

/// What stands in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held<'a> {
    Field(Option<Value<'a>>),
    Elements(Rc<Vec<Value<'a>>>),
    Rest(Option<Value<'a>>),
}

impl<'a> Held<'a> {
    /// The values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        let (one, several) = match self {
            Held::Field(value) | Held::Rest(value) => (value.as_ref(), None),
            Held::Elements(elements) => (None, Some(elements.iter())),
        };
        one.into_iter().chain(several.into_iter().flatten())
    }
}

/// A part of an object.
type Place = (ObjectId, Part);

/// What a way of the program wrote and checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Delta<'a> {
    writes: Ordered<Place, Held<'a>>,
    pub(crate) facts: Checked<'a>,
}

impl<'a> Delta<'a> {
    /// What was written, and what was checked.
    pub(crate) fn parts(self) -> (Vec<(Place, Held<'a>)>, Checked<'a>) {
        (self.writes.into_iter().collect(), self.facts)
    }

    /// How much was written.
    pub(crate) fn size(&self) -> usize {
        self.writes.len()
    }

    /// What was written, without what was checked.
    pub(crate) fn without_facts(mut self) -> Self {
        self.facts = Checked::NOTHING;
        self
    }
}

/// Writes that can be taken back.
#[derive(Debug, Default)]
struct Level<'a> {
    before: Ordered<Place, (Held<'a>, Stamp)>,
    facts: usize,
    /// How many objects there were. Newer ones are out of reach once the level is taken back: their writes are not noted.
    objects: usize,
}

/// The heap and what holds.
#[derive(Debug, Default)]
pub(crate) struct State<'a> {
    objects: Vec<Object<'a>>,
    stamps: Stamps,
    levels: Vec<Level<'a>>,
    /// Which symbols were made of which others, as far as it was asked.
    pub(crate) made: RefCell<FxHashMap<(u32, u32), bool>>,
    /// Objects before this one were there before all offers were called.
    stays: u32,
    /// Those of them that were written to since.
    touched: FxHashSet<u32>,
    /// Later ones that were in reach when it was looked for what is.
    survivors: Vec<u32>,
    /// How far it was looked.
    looked_at: u32,
    /// No elements: most objects have none.
    empty: Rc<Vec<Value<'a>>>,
    /// What was checked on this way.
    pub(crate) facts: Vec<Fact<'a>>,
}

impl<'a> State<'a> {
    pub(crate) fn allocate(&mut self, kind: ObjectKind<'a>) -> ObjectId {
        let id = ObjectId(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        let stamp = self.stamps.next();
        self.objects.push(Object::new(kind, &self.empty, stamp));
        id
    }

    /// How many objects there are.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.objects.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn object(&self, id: ObjectId) -> Option<&Object<'a>> {
        self.note_read(id);
        self.objects.get(id.0 as usize)
    }

    /// An object, by somebody who does not decide by it what the program does.
    pub(crate) fn peek(&self, id: ObjectId) -> Option<&Object<'a>> {
        self.objects.get(id.0 as usize)
    }

    pub(crate) fn field(&self, id: ObjectId, name: &str) -> Option<&Value<'a>> {
        self.note_read_of(id, name);
        self.peek(id)?.fields.get(name)
    }

    pub(crate) fn elements(&self, id: ObjectId) -> Rc<Vec<Value<'a>>> {
        self.object(id).map(|object| Rc::clone(&object.elements)).unwrap_or_default()
    }

    pub(crate) fn set_field(&mut self, id: ObjectId, name: Text, value: Value<'a>) {
        self.write(&(id, Part::Field(name)), Held::Field(Some(value)));
    }

    pub(crate) fn remove_field(&mut self, id: ObjectId, name: Text) {
        self.write(&(id, Part::Field(name)), Held::Field(None));
    }

    pub(crate) fn set_elements(&mut self, id: ObjectId, elements: Vec<Value<'a>>) {
        self.write(&(id, Part::Elements), Held::Elements(Rc::new(elements)));
    }

    pub(crate) fn push_element(&mut self, id: ObjectId, value: Value<'a>) {
        let mut elements = self.elements(id).as_ref().clone();
        elements.push(value);
        self.set_elements(id, elements);
    }

    /// Lets an object hold this somewhere, beside what is known of it.
    pub(crate) fn may_hold(&mut self, id: ObjectId, value: &Value<'a>) {
        let rest = self.object(id).and_then(|object| object.rest.clone());
        let joined = rest.map_or_else(|| value.clone(), |rest| one_or_other(&rest, value));
        self.write(&(id, Part::Rest), Held::Rest(Some(joined)));
    }

    fn write(&mut self, place: &Place, held: Held<'a>) {
        let stamp = self.stamp(place.0.0, &place.1);
        let Some(before) = self.put(place, held) else { return };
        if !self.holds(place, &before) {
            self.stamp_anew(place.0.0, &place.1);
        }
        if let Some(level) = self.levels.last_mut()
            && (place.0.0 as usize) < level.objects
        {
            level.before.insert_new(place, || (before, stamp));
        }
    }

    /// Whether this is what stands in a place.
    fn holds(&self, (id, part): &Place, held: &Held<'a>) -> bool {
        let Some(object) = self.peek(*id) else { return false };
        match (part, held) {
            (Part::Field(name), Held::Field(value)) => object.fields.get(name) == value.as_ref(),
            (Part::Elements, Held::Elements(elements)) => Rc::ptr_eq(&object.elements, elements),
            (Part::Rest, Held::Rest(rest)) => object.rest == *rest,
            _ => false,
        }
    }

    fn put(&mut self, (id, part): &Place, held: Held<'a>) -> Option<Held<'a>> {
        if id.0 < self.stays {
            self.touched.insert(id.0);
        }
        let object = self.objects.get_mut(id.0 as usize)?;
        Some(match (part, held) {
            (Part::Field(name), Held::Field(Some(value))) => Held::Field(object.fields.insert(name, value)),
            (Part::Field(name), _) => Held::Field(object.fields.shift_remove(name)),
            (_, Held::Elements(elements)) => {
                Held::Elements(std::mem::replace(&mut object.elements, elements))
            }
            (_, Held::Rest(rest)) => Held::Rest(std::mem::replace(&mut object.rest, rest)),
            (_, Held::Field(_)) => return None,
        })
    }

    fn held(&self, (id, part): &Place) -> Held<'a> {
        let object = self.peek(*id);
        match part {
            Part::Field(name) => Held::Field(object.and_then(|object| object.fields.get(name).cloned())),
            Part::Elements => {
                Held::Elements(object.map(|object| Rc::clone(&object.elements)).unwrap_or_default())
            }
            Part::Rest => Held::Rest(object.and_then(|object| object.rest.clone())),
        }
    }

    /// What there is stays. From here on it is noted what is written into it.
    pub(crate) fn stays(&mut self) {
        self.stays = self.count();
    }

    /// Objects before this one stay.
    pub(crate) const fn staying(&self) -> u32 {
        self.stays
    }

    /// The objects that were there before and were written to.
    pub(crate) fn touched(&self) -> impl Iterator<Item = u32> + use<'_, 'a> {
        self.touched.iter().copied()
    }

    /// Lets go the objects that came after those that stay and are not among these. An object keeps its place.
    pub(crate) fn keep_only(&mut self, reached: &FxHashSet<u32>) {
        let newer = self.looked_at.max(self.stays)..self.count();
        let mut alive = Vec::new();
        for id in std::mem::take(&mut self.survivors).into_iter().chain(newer) {
            if reached.contains(&id) {
                alive.push(id);
            } else if let Some(object) = self.objects.get_mut(id as usize) {
                *object = Object::new(ObjectKind::Record, &self.empty, self.stamps.next());
            }
        }
        let last = alive.last().map_or(self.stays, |last| last + 1);
        self.objects.truncate(last as usize);
        self.looked_at = last;
        self.survivors = alive;
    }

    /// How many levels there are.
    pub(crate) fn depth(&self) -> usize {
        self.levels.len()
    }

    /// Begins to note writes.
    pub(crate) fn enter(&mut self) {
        self.levels.push(Level {
            before: Ordered::default(),
            facts: self.facts.len(),
            objects: self.objects.len(),
        });
    }

    /// What was written and checked since the level at this depth was entered.
    pub(crate) fn since(&self, depth: usize) -> Delta<'a> {
        let mut delta = Delta::default();
        for level in self.levels.get(depth..).unwrap_or_default() {
            for place in level.before.keys() {
                delta.writes.insert_new(place, || self.held(place));
            }
        }
        let facts = self.levels.get(depth).map_or(self.facts.len(), |level| level.facts);
        delta.facts = Checked::from(self.facts.get(facts..).unwrap_or_default());
        delta
    }

    /// Takes back everything since the innermost level was entered, and leaves it.
    pub(crate) fn back(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        // The newest first: a field that goes away again is then the last one.
        for (place, (held, stamp)) in level.before.into_iter().rev() {
            self.put(&place, held);
            self.stamp_as(place.0.0, &place.1, stamp);
        }
        self.facts.truncate(level.facts);
    }

    /// Leaves the innermost level and keeps what was written and checked in it.
    pub(crate) fn keep(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        if let Some(outer) = self.levels.last_mut() {
            let objects = outer.objects;
            for (place, held) in level.before.into_iter().filter(|(place, _)| (place.0.0 as usize) < objects)
            {
                outer.before.insert_new(&place, || held);
            }
        }
    }

    /// Notes that what stands in a place was read.
    fn note_read_at(&self, (id, part): &Place) {
        match part {
            Part::Field(name) => self.note_read_of(*id, name),
            Part::Elements | Part::Rest => self.note_read(*id),
        }
    }

    /// Writes this once more.
    pub(crate) fn write_all(&mut self, writes: &[(Place, Held<'a>)]) {
        for (place, held) in writes {
            self.write(place, held.clone());
        }
    }

    /// Lays what a way wrote and checked over the state.
    pub(crate) fn apply(&mut self, delta: Delta<'a>) {
        for (place, held) in delta.writes {
            self.write(&place, held);
        }
        self.facts.extend_from_slice(&delta.facts);
    }

    /// What stands in a place after one of several ways.
    fn joined(&self, place: &Place, deltas: &[Delta<'a>]) -> Held<'a> {
        let current = self.held(place);
        let mut ways =
            deltas.iter().map(|delta| (delta.writes.get(place).unwrap_or(&current), &delta.facts)).peekable();
        let Some((first, facts)) = ways.next() else { return current };
        let (mut joined, mut facts) = (first.clone(), facts.clone());
        while let Some((held, others)) = ways.next() {
            let both = join::join_held(&joined, &facts, held, others);
            // Where two ways give the same, what holds on both tells them from a third.
            facts = if ways.peek().is_some() && join::are_same(&joined, held) {
                common_facts(&[&facts, others]).into()
            } else {
                Checked::NOTHING
            };
            joined = both;
        }
        joined
    }

    /// Lays several ways over the state: the program took one of them.
    pub(crate) fn apply_any(&mut self, mut deltas: Vec<Delta<'a>>) {
        if deltas.len() < 2 {
            if let Some(delta) = deltas.pop() {
                self.apply(delta);
            }
            return;
        }
        for (index, delta) in deltas.iter().enumerate() {
            let (before, _) = deltas.split_at(index);
            for place in delta.writes.keys() {
                // A place that a way before wrote as well is done.
                if before.iter().all(|other| !other.writes.contains_key(place)) {
                    self.note_read_at(place);
                    let held = self.joined(place, &deltas);
                    self.write(place, held);
                }
            }
        }
        let ways: Vec<&[Fact<'a>]> = deltas.iter().map(|delta| &*delta.facts).collect();
        let mut common = common_facts(&ways);
        common.retain(|fact| !is_undecided(fact, &ways, ATTACKER));
        let configured = configured_facts(&ways, &common, ATTACKER);
        self.facts.extend(common);
        self.facts.extend(configured);
    }
}
