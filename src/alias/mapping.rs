//! The order of a dictionary's keys on a run, and the views that were taken of it.
//!
//! What is under which key is in [`super::dictionary`].

use super::call::Args;
use super::domain::{Atom, ContainerKind, ObjectId, Part, Slot, ValueId, Vn};
use super::engine::Engine;
use super::state::{Field, State};
use crate::ir::ArgKind;

impl Engine<'_> {
    /// An element put under a key by a comprehension; whether it is still known what is under which key.
    pub(super) fn put_on_run(&mut self, state: &mut State, object: ObjectId, key: Slot, slot: Slot) -> bool {
        if !self.on_a_run() || state.cell(object, Field::Rest).is_some() {
            return false;
        }
        let Some(field) = self.cell_of_key(key.value) else { return false };
        let is_new = state.cell(object, field).is_none();
        let mut keys = self.keys(state, object);
        state.set_cell(&mut self.pool, object, field, slot);
        if let Some(keys) = keys.as_mut().filter(|_| is_new) {
            keys.push(key);
            self.set_keys(state, object, keys);
        }
        self.views_change(state, object, slot.value);
        true
    }

    /// Notes in which order the keys of a dict came, on a run.
    pub(super) fn set_keys(&mut self, state: &mut State, object: ObjectId, keys: &[Slot]) {
        if self.on_a_run() {
            let value = self.container_with(state, ContainerKind::Tuple, Part::Result(910), keys);
            state.set_cell(&mut self.pool, object, Field::Keys, Slot { value, vn: Vn::None });
        }
    }

    /// The keys of a dict in the order in which they came, where that is known.
    pub(super) fn keys(&mut self, state: &State, object: ObjectId) -> Option<Vec<Slot>> {
        if !self.on_a_run() || state.cell(object, Field::Rest).is_some() {
            return None;
        }
        let [Atom::Container(keys, _)] = *self.pool.atoms(state.cell(object, Field::Keys)?.value) else { return None };
        let keys = self.elements_in_order(state, keys)?;
        let count = state.heap.cells(object).iter().filter(|(field, _)| matches!(field, Field::Key(_))).count();
        (keys.len() == count).then_some(keys)
    }

    /// Keys and values of a dict in order, where they are known.
    fn items(&mut self, state: &State, object: ObjectId) -> Option<Vec<(Slot, Slot)>> {
        let keys = self.keys(state, object)?;
        keys.into_iter().map(|key| Some((key, state.cell(object, self.cell_of_key(key.value)?)?))).collect()
    }

    /// Takes a key out of a dict, on a run.
    pub(super) fn drop_key(&mut self, state: &mut State, object: ObjectId, field: Field) {
        let keys = self.keys(state, object);
        state.remove_cell(object, field);
        if let Some(mut keys) = keys {
            keys.retain(|key| self.cell_of_key(key.value) != Some(field));
            self.set_keys(state, object, &keys);
        }
        self.views_change(state, object, ValueId::EMPTY);
    }

    /// What was taken for the items of a dict is so no longer: a value has come, or one has gone.
    pub(super) fn views_change(&mut self, state: &mut State, object: ObjectId, value: ValueId) {
        let Some(views) = state.cell(object, Field::Views) else { return };
        state.remove_cell(object, Field::Views);
        let scalar = self.scalar();
        for atom in self.pool.atoms(views.value).to_vec() {
            let Atom::Container(view, _) = atom else { continue };
            let is_of_pairs = self.elements_in_order(state, view).is_some_and(|all| {
                let is_pair = |slot: &Slot| matches!(self.pool.atoms(slot.value), [Atom::Container(..)]);
                !all.is_empty() && all.iter().all(is_pair)
            });
            self.forget_positions(state, view);
            let parts = [Slot { value: scalar, vn: Vn::None }, Slot { value, vn: Vn::None }];
            let pair = self.container_with(state, ContainerKind::Tuple, Part::Result(911), &parts);
            let more = if is_of_pairs { pair } else { self.pool.join(pair, value) };
            let more = self.pool.join(more, scalar);
            state.add_to_cell(&mut self.pool, view, Field::Rest, more);
        }
    }

    /// A method of a dict that leaves it known what it has under which key; `None` for any other.
    pub(super) fn mapping_method_on_run(
        &mut self,
        state: &mut State,
        object: ObjectId,
        method: &str,
        args: &Args,
    ) -> Option<Slot> {
        if args.iter().any(|arg| arg.kind != ArgKind::Positional) {
            return None;
        }
        let pairs = self.items(state, object)?;
        let elements = match (method, args.as_slice()) {
            ("keys", []) => pairs.iter().map(|(key, _)| *key).collect(),
            ("values", []) => pairs.iter().map(|(_, value)| *value).collect(),
            ("items", []) => {
                let mut items = Vec::new();
                for (at, (key, value)) in pairs.iter().enumerate() {
                    items.push(self.tuple(state, at, &[*key, *value]));
                }
                items
            }
            ("popitem", []) => {
                let (key, value) = *pairs.last()?;
                let field = self.cell_of_key(key.value)?;
                self.drop_key(state, object, field);
                return Some(self.tuple(state, 0, &[key, value]));
            }
            ("setdefault", [key, default]) => {
                let field = self.cell_of_key(key.slot.value)?;
                if let Some(slot) = state.cell(object, field) {
                    return Some(slot);
                }
                self.put_on_run(state, object, key.slot, default.slot);
                return Some(default.slot);
            }
            ("update", [arg]) => {
                let [Atom::Container(other, ContainerKind::Dict)] = *self.pool.atoms(arg.slot.value) else {
                    return None;
                };
                for (key, value) in self.items(state, other)? {
                    self.put_on_run(state, object, key, value);
                    self.step_on();
                }
                return Some(self.none());
            }
            _ => return None,
        };
        // A view can be gone over again, as a list can.
        let view = self.container_with(state, ContainerKind::List, Part::Result(0), &elements);
        state.add_to_cell(&mut self.pool, object, Field::Views, view);
        Some(self.fresh_slot(view))
    }
}
