//! Whether a value fits a pattern of `match`, where that can be told.

use super::domain::{Atom, Const, ContainerKind, ObjectId, Slot};
use super::engine::Engine;
use super::facts::Evidence;
use super::guard::Kind;
use super::state::{Field, State};
use crate::ir::{Fit, Operand};

impl Engine<'_> {
    /// Whether what a slot holds fits, whichever of its possibilities it is; `None` where that is not certain.
    pub(super) fn fits(&mut self, state: &State, slot: Slot, fit: &Fit) -> Option<bool> {
        let atoms = self.pool.all(slot.value);
        let mut known = None;
        for atom in atoms {
            let one = match fit {
                Fit::Unknown => None,
                Fit::Raised(classes) => self.is_caught(classes),
                Fit::Instance(class) => {
                    let class = self.slot(state, *class);
                    self.is_instance(atom, class)
                }
                Fit::Sequence { least, more } => self.is_sequence_of(state, atom, *least, *more),
                Fit::Mapping(keys) => self.is_mapping_with(state, atom, keys),
            }?;
            if known.is_some_and(|known| known != one) {
                return None;
            }
            known = Some(one);
        }
        known
    }

    fn is_instance(&self, atom: Atom, class: Slot) -> Option<bool> {
        if let (Atom::Instance(_, of), [Atom::Class(_, asked)]) = (atom, self.pool.atoms(class.value)) {
            return (of == *asked).then_some(true);
        }
        let kind = self.kind_of(class)?;
        match atom {
            Atom::Array(array) => {
                let is_sure = self.facts(array).evidence == Evidence::Made && !self.holds(array);
                is_sure.then_some(kind == Kind::Array)
            }
            Atom::Container(_, ContainerKind::List) => Some(kind == Kind::List),
            Atom::Container(_, ContainerKind::Tuple) => Some(kind == Kind::Tuple),
            Atom::Container(_, ContainerKind::Dict) => Some(kind == Kind::Dict),
            Atom::Const(id) => match (kind, self.pool.consts.get(id)) {
                (Kind::Text, constant) => Some(matches!(constant, Const::Str(_))),
                (Kind::Array | Kind::List | Kind::Tuple | Kind::Dict, _)
                | (Kind::Number, Const::Str(_) | Const::None) => Some(false),
                (Kind::Number, _) => None,
            },
            _ => None,
        }
    }

    /// Arrays, texts and dictionaries are no sequences to `match`.
    fn is_sequence_of(&self, state: &State, atom: Atom, least: u32, more: bool) -> Option<bool> {
        match atom {
            Atom::Container(object, ContainerKind::List | ContainerKind::Tuple) => {
                let length = self.length(state, object)?;
                Some(length == least || more && length > least)
            }
            Atom::Container(_, ContainerKind::Dict | ContainerKind::Set) | Atom::Const(_) => Some(false),
            Atom::Array(array) => {
                let is_sure = self.facts(array).evidence == Evidence::Made && !self.holds(array);
                is_sure.then_some(false)
            }
            _ => None,
        }
    }

    fn is_mapping_with(&mut self, state: &State, atom: Atom, keys: &[Operand]) -> Option<bool> {
        match atom {
            // Where ways have met, a key may be there on one of them.
            Atom::Container(object, ContainerKind::Dict) if keys.is_empty() || self.on_a_run() => {
                keys.iter().try_fold(true, |all, key| Some(all && self.has_key(state, object, *key)?))
            }
            Atom::Container(_, ContainerKind::List | ContainerKind::Tuple | ContainerKind::Set) | Atom::Const(_) => {
                Some(false)
            }
            Atom::Array(array) => {
                let is_sure = self.facts(array).evidence == Evidence::Made && !self.holds(array);
                is_sure.then_some(false)
            }
            _ => None,
        }
    }

    fn has_key(&mut self, state: &State, object: ObjectId, key: Operand) -> Option<bool> {
        let slot = self.slot(state, key);
        let field = self.cell_of_key(slot.value)?;
        match (state.cell(object, field), state.cell(object, Field::Rest)) {
            (Some(_), _) => Some(true),
            (None, None) => Some(false),
            (None, Some(_)) => None,
        }
    }
}
