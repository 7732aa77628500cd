//! The variables of a state, shared between states as far as they agree.
//!
//! A body of many blocks has many states, each with a slot for every variable, and neighbours differ in a few. The slots
//! stand in chunks that are copied only when one of them changes, and a join passes over chunks that are one.

use std::ops::{Index, IndexMut};
use std::rc::Rc;

use super::domain::Slot;

/// Slots in one chunk.
const CHUNK: usize = 32;

/// What each variable holds, by its index.
#[derive(Clone, Debug, PartialEq)]
pub struct Locals {
    chunks: Vec<Rc<[Slot; CHUNK]>>,
    count: usize,
}

impl Locals {
    /// So many variables that are not bound.
    #[must_use]
    pub fn unbound(count: usize) -> Self {
        let chunk = Rc::new([Slot::UNBOUND; CHUNK]);
        Self { chunks: vec![chunk; count.div_ceil(CHUNK)], count }
    }
    /// What the variable holds, if there is one of this index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Slot> {
        (index < self.count).then(|| self[index])
    }
    /// The slots in order.
    pub fn iter(&self) -> impl Iterator<Item = Slot> + '_ {
        self.chunks.iter().flat_map(|chunk| chunk.iter().copied()).take(self.count)
    }
    /// Replaces each slot by what `change` makes of it.
    pub fn update(&mut self, mut change: impl FnMut(Slot) -> Slot) {
        for chunk in &mut self.chunks {
            for index in 0..CHUNK {
                let old = chunk[index];
                let new = change(old);
                if new != old {
                    Rc::make_mut(chunk)[index] = new;
                }
            }
        }
    }
    /// Replaces each slot in which two states differ by what `join` makes of its index, the own slot and the other; says
    /// whether any changed.
    pub fn join(&mut self, other: &Self, mut join: impl FnMut(usize, Slot, Slot) -> Slot) -> bool {
        let mut changed = false;
        for (number, (mine, theirs)) in self.chunks.iter_mut().zip(&other.chunks).enumerate() {
            if Rc::ptr_eq(mine, theirs) {
                continue;
            }
            for index in 0..CHUNK {
                let (old, new) = (mine[index], theirs[index]);
                if old == new {
                    continue;
                }
                let joined = join(number * CHUNK + index, old, new);
                if joined != old {
                    Rc::make_mut(mine)[index] = joined;
                    changed = true;
                }
            }
        }
        changed
    }
}

impl Index<usize> for Locals {
    type Output = Slot;
    fn index(&self, index: usize) -> &Slot {
        &self.chunks[index / CHUNK][index % CHUNK]
    }
}

impl IndexMut<usize> for Locals {
    fn index_mut(&mut self, index: usize) -> &mut Slot {
        &mut Rc::make_mut(&mut self.chunks[index / CHUNK])[index % CHUNK]
    }
}

#[cfg(test)]
mod tests {
    use super::{Locals, Slot};
    use crate::alias::domain::{ValueId, Vn};

    #[test]
    fn a_change_is_seen_in_one_state_alone() {
        let mut first = Locals::unbound(70);
        let second = first.clone();
        let slot = Slot { value: ValueId(3), vn: Vn::None };
        first[69] = slot;
        assert_eq!((first[69], second[69]), (slot, Slot::UNBOUND));
        assert_eq!(first.iter().count(), 70);
        assert_eq!(second.get(70), None);
    }

    #[test]
    fn a_join_looks_at_what_differs() {
        let mut first = Locals::unbound(70);
        let mut second = first.clone();
        second[40] = Slot { value: ValueId(3), vn: Vn::None };
        let mut seen = Vec::new();
        assert!(first.join(&second, |index, _, theirs| {
            seen.push(index);
            theirs
        }));
        assert_eq!(seen, [40]);
        assert!(!first.join(&second, |_, mine, _| mine));
    }
}
