//! A table that keeps its entries in the order in which they were made.
//!
//! Most objects, and most ways of a program, have a few entries: these are compared one by one, and nothing is kept
//! beside them. A table of more has an index.

use std::borrow::Borrow;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Entries are compared one by one up to this many.
const FEW: usize = 8;

/// A table in the order that its entries were made.
#[derive(Debug, Clone)]
pub(crate) struct Ordered<K, V> {
    entries: Vec<(K, V)>,
    /// Where each entry is, if there are many.
    index: Option<Box<FxHashMap<K, usize>>>,
}

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: None }
    }
}

impl<K, V> Ordered<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }
}

impl<K: Clone + Eq + Hash, V> Ordered<K, V> {
    fn position<Q>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        match &self.index {
            None => self.entries.iter().position(|(known, _)| known.borrow() == key),
            Some(index) => index.get(key).copied(),
        }
    }

    pub(crate) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.entries.get(self.position(key)?).map(|(_, value)| value)
    }

    pub(crate) fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.position(key).is_some()
    }

    /// Puts a value under a key, and gives what stood there. A new key comes last.
    pub(crate) fn insert(&mut self, key: &K, value: V) -> Option<V> {
        let known = self.position(key).and_then(|position| self.entries.get_mut(position));
        if let Some((_, known)) = known {
            return Some(std::mem::replace(known, value));
        }
        self.push(key.clone(), value);
        None
    }

    /// Puts a value under a key that has none.
    pub(crate) fn insert_new(&mut self, key: &K, value: impl FnOnce() -> V) {
        if self.position(key).is_none() {
            self.push(key.clone(), value());
        }
    }

    fn push(&mut self, key: K, value: V) {
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), self.entries.len());
        }
        self.entries.push((key, value));
        if self.index.is_none() && self.entries.len() > FEW {
            self.index_anew();
        }
    }

    /// Takes an entry away; those after it move up.
    pub(crate) fn shift_remove(&mut self, key: &K) -> Option<V> {
        let position = self.position(key)?;
        let (key, value) = self.entries.remove(position);
        if position == self.entries.len() {
            if let Some(index) = &mut self.index {
                index.remove(&key);
            }
        } else if self.index.is_some() {
            self.index_anew();
        }
        Some(value)
    }

    fn index_anew(&mut self) {
        let places = self.entries.iter().enumerate().map(|(position, (key, _))| (key.clone(), position));
        self.index = Some(Box::new(places.collect()));
    }
}

impl<K, V> IntoIterator for Ordered<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'t, K, V> IntoIterator for &'t Ordered<K, V> {
    type Item = (&'t K, &'t V);
    type IntoIter = std::iter::Map<std::slice::Iter<'t, (K, V)>, fn(&'t (K, V)) -> (&'t K, &'t V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::Ordered;

    #[test]
    fn entries_stay_in_order_when_one_of_many_goes() {
        let mut table = Ordered::default();
        for number in 0..20 {
            assert_eq!(table.insert(&number, number * 2), None);
        }
        assert_eq!(table.insert(&3, 7), Some(6));
        assert_eq!(table.shift_remove(&5), Some(10));
        assert_eq!(table.shift_remove(&19), Some(38));
        assert_eq!(table.shift_remove(&19), None);
        table.insert_new(&5, || 1);
        table.insert_new(&6, || 1);
        let keys: Vec<i32> = table.keys().copied().collect();
        let expected: Vec<i32> = (0..19).filter(|number| *number != 5).chain([5]).collect();
        assert_eq!(keys, expected);
        assert!(expected.iter().all(|number| table.contains_key(number)));
        assert_eq!((table.get(&3), table.get(&6), table.get(&19)), (Some(&7), Some(&12), None));
    }
}
