//! What a branch that is taken says of the memory of arrays.
//!
//! ```python
//! y = np.asarray(x)
//! if np.shares_memory(x, y):
//!     y = y.copy()
//! y += 1                      # here `y` is a copy, whichever `asarray` gave
//! ```

use super::Tri;
use super::domain::{ArrayAtom, Atom, Atoms, Slot};
use super::engine::Engine;
use super::facts::Facts;
use super::relation::Relations;
use super::state::State;
use crate::ir::{BlockId, Id, Local, Operand, OperandKind, Rvalue};
use crate::rules::Told;

/// What is asked of one array.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    /// `x.flags.owndata`
    Owndata,
    /// `x.flags.writeable`
    Writeable,
    /// `x.base is None`
    NoBase,
}

impl Engine<'_> {
    /// The variable `x` where an operand is `x.base`.
    pub(super) fn base_of_local(&self, block: BlockId, operand: Operand) -> Option<Local> {
        match *self.definition(block, operand)? {
            Rvalue::Attr { object: Operand { kind: OperandKind::Local(local), .. }, attr }
                if self.names.text(attr) == "base" =>
            {
                Some(local)
            }
            _ => None,
        }
    }

    /// Takes it that two variables share memory, or do not; false if that cannot be.
    pub(super) fn assume_sharing(
        &mut self,
        state: &mut State,
        left: Local,
        right: Local,
        told: Told,
        truth: bool,
    ) -> bool {
        if truth && told == Told::MayShare {
            return true;
        }
        for (mine, other) in [(left, right), (right, left)] {
            let (old, other) = (state.locals[mine.index()], state.locals[other.index()]);
            let atoms = self.pool.all(old.value);
            let kept: Atoms = atoms.iter().filter_map(|atom| self.keep_sharing(*atom, old, other, truth)).collect();
            if kept.is_empty() && !atoms.is_empty() {
                return false;
            }
            if kept != atoms {
                let value = self.pool.value(kept);
                state.locals.narrow(mine.index(), Slot { value, vn: old.vn });
            }
        }
        true
    }

    /// What is left of one possibility of a variable where it shares memory with another variable, or does not.
    fn keep_sharing(&mut self, atom: Atom, mine: Slot, other: Slot, truth: bool) -> Option<Atom> {
        let Atom::Array(array) = atom else { return Some(atom) };
        let is_array = |atom: &Atom| matches!(atom, Atom::Array(_));
        if !self.pool.atoms(other.value).iter().all(is_array) {
            return Some(atom);
        }
        let mine = Slot { value: self.pool.single(atom), vn: mine.vn };
        let possible = Relations { pool: &self.pool, makings: &self.makings }.between(mine, other);
        if truth {
            return possible.related().then_some(atom);
        }
        if possible.none {
            return Some(atom);
        }
        // Arrays without elements share none, not even with themselves.
        let facts = self.facts(array);
        if facts.has_elements() == Tri::Yes {
            return None;
        }
        let facts = Facts { filled: Tri::No, ..facts.clone() };
        let facts = self.pool.facts.intern(facts);
        Some(Atom::Array(ArrayAtom { facts, ..array }))
    }

    /// What is left of a value where a flag is set, or is not.
    pub(super) fn keep_flag(&mut self, atom: Atom, flag: Flag, truth: bool) -> Option<Atom> {
        let Atom::Array(array) = atom else { return Some(atom) };
        let facts = self.facts(array);
        let known = if flag == Flag::Writeable { facts.writeable } else { facts.owndata };
        let wanted = Tri::known(truth);
        if known != Tri::Maybe {
            return (known == wanted).then_some(atom);
        }
        let facts = match flag {
            Flag::Owndata => Facts { owndata: wanted, ..facts.clone() },
            Flag::Writeable => Facts { writeable: wanted, ..facts.clone() },
            // Memory from outside NumPy may be owned by no array.
            Flag::NoBase => return Some(atom),
        };
        let facts = self.pool.facts.intern(facts);
        Some(Atom::Array(ArrayAtom { facts, ..array }))
    }
}
