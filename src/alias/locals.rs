//! The variables of a state.

use std::ops::Index;

use super::domain::{Slot, Vn};
use super::shared::Shared;

/// What each variable holds, by its index; clones share what they agree in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locals {
    slots: Shared<Slot, 8>,
}

impl Locals {
    /// Sets what a variable holds, and gives what it held.
    pub fn set(&mut self, index: usize, slot: Slot) -> Slot {
        let old = self[index];
        if old != slot {
            *self.slots.entry(index) = slot;
        }
        old
    }

    /// Sets what a variable holds where more is known of it now, and with it all that hold the very same object.
    pub fn narrow(&mut self, index: usize, slot: Slot) {
        let old = self[index];
        if old == slot {
            return;
        }
        if old.vn == Vn::None {
            self.set(index, slot);
        } else {
            self.update(None, |one| if one == old { slot } else { one });
        }
    }

    /// Replaces each slot by what `change` makes of it, except where all around it is one with `done`.
    pub fn update(&mut self, done: Option<&Self>, mut change: impl FnMut(Slot) -> Slot) {
        self.slots.change(done.map(|done| &done.slots), |_, old| {
            let new = change(*old);
            (new != *old).then_some(new)
        });
    }
    /// Replaces each slot in which two states differ by what `join` makes of its index, the own slot and the other; says
    /// whether any changed.
    pub fn join(&mut self, other: &Self, mut join: impl FnMut(usize, Slot, Slot) -> Slot) -> bool {
        self.slots.join(&other.slots, |index, mine, theirs| {
            let joined = join(index, *mine, *theirs);
            (joined != *mine).then_some(joined)
        })
    }
}

impl Index<usize> for Locals {
    type Output = Slot;
    fn index(&self, index: usize) -> &Slot {
        const UNBOUND: &Slot = &Slot::UNBOUND;
        self.slots.get(index).unwrap_or(UNBOUND)
    }
}
