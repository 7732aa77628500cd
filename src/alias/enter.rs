//! Calls on a run: the callee is entered with its arguments.
//!
//! While it runs, the variables of its callers are kept in the heap, where what happens to an array is seen in all of them, and
//! where enclosed functions find what they use: see [`Field::Free`] and [`Field::Global`].

use std::mem;

use super::domain::{Age, Atom, ContainerKind, ObjectId, Origin, Part, Point, Slot};
use super::engine::{Engine, Frame};
use super::runs::{MOST_DEPTH, Way};
use super::state::{Field, OUTER, State};
use crate::ir::{BodyId, Id, Local, LocalKind, Module};

impl Engine<'_> {
    /// Runs a function with these arguments.
    pub(super) fn enter(&mut self, state: &mut State, body: BodyId, params: &[Slot]) -> Slot {
        let is_captured = self.is_captured(body);
        let depth = self.runs.as_ref().map_or(0, |runs| runs.entered.len());
        let again = self.runs.as_ref().is_some_and(|runs| runs.entered.iter().any(|(one, _)| *one == body));
        let store = self.pool.objects.intern(Origin::Made {
            point: Point { body: BodyId(0), index: u32::MAX - 1 },
            age: Age::Recent,
            part: Part::Result(u32::try_from(depth).unwrap_or(0)),
        });
        self.put_away(state, store);
        let escaped = is_captured && (again || self.is_kept(state, body));
        if depth >= MOST_DEPTH || escaped {
            self.give_up();
        }
        let Some(runs) = &mut self.runs else { return Slot::UNBOUND };
        if runs.failed {
            return Slot::UNBOUND;
        }
        let caller = self.frame.id;
        runs.entered.push((body, store));
        let code = &self.module.bodies[body];
        let outside = mem::replace(&mut self.frame, Frame::new(body, code));
        state.locals = super::locals::Locals::default();
        for (slot, param) in params.iter().zip(&code.params) {
            state.locals.set(param.local.index(), *slot);
        }
        let way = self.follow(state, None);
        let given = mem::take(&mut self.frame.given);
        if is_captured {
            self.keep_captured(state, body);
        }
        self.frame = outside;
        if let Some(runs) = &mut self.runs {
            runs.entered.pop();
        }
        self.take_back(state, caller, store);
        if code.is_generator {
            let value = self.container_with(state, ContainerKind::Iterator, Part::Result(600), &given);
            return self.fresh_slot(value);
        }
        match way {
            Way::Returned(slot) => slot,
            Way::Raised => {
                self.raise_from(state);
                Slot::UNBOUND
            }
        }
    }

    /// Gives up following runs.
    pub(super) fn give_up(&mut self) {
        if let Some(runs) = &mut self.runs {
            runs.failed = true;
        }
    }

    fn is_captured(&self, body: BodyId) -> bool {
        self.module.bodies[body].locals.iter().any(|local| local.captured)
    }

    /// The variable's cell that enclosed functions read.
    fn outer_field(&self, body: BodyId, local: Local) -> Option<Field> {
        let info = &self.module.bodies[body].locals[local];
        match (body, info.kind) {
            (Module::TOP, LocalKind::Named) => info.name.map(Field::Global),
            _ if info.captured => Some(Field::Free(body, local)),
            _ => None,
        }
    }

    /// Puts the variables of the body that is run into the heap.
    fn put_away(&mut self, state: &mut State, store: ObjectId) {
        let outer = self.pool.objects.intern(OUTER);
        let id = self.frame.id;
        for (local, _) in self.module.bodies[id].locals.iter_ids() {
            let slot = state.locals[local.index()];
            let (object, field) = match self.outer_field(id, local) {
                Some(field) => (outer, field),
                None => (store, Field::Index(u32::try_from(local.index()).unwrap_or(0))),
            };
            if slot == Slot::UNBOUND {
                state.remove_cell(object, field);
            } else {
                state.set_cell(&mut self.pool, object, field, slot);
            }
        }
    }

    /// Gives a body its variables back.
    fn take_back(&mut self, state: &mut State, id: BodyId, store: ObjectId) {
        let outer = self.pool.objects.intern(OUTER);
        state.locals = super::locals::Locals::default();
        for (local, _) in self.module.bodies[id].locals.iter_ids() {
            let (object, field) = match self.outer_field(id, local) {
                Some(field) => (outer, field),
                None => (store, Field::Index(u32::try_from(local.index()).unwrap_or(0))),
            };
            if let Some(slot) = state.cell(object, field) {
                state.locals.set(local.index(), slot);
                state.remove_cell(object, field);
            }
        }
    }

    /// Leaves captured variables to the functions that outlive the body.
    fn keep_captured(&mut self, state: &mut State, body: BodyId) {
        let outer = self.pool.objects.intern(OUTER);
        for (local, info) in self.module.bodies[body].locals.iter_ids() {
            let slot = state.locals[local.index()];
            if info.captured && slot != Slot::UNBOUND {
                state.set_cell(&mut self.pool, outer, Field::Free(body, local), slot);
            }
        }
    }

    /// Whether a function made in an earlier call of `body` is still there: it goes on using the variables of that call.
    fn is_kept(&self, state: &State, body: BodyId) -> bool {
        let cells = state.heap.objects().flat_map(|(_, cells)| cells);
        cells.filter(|(field, _)| !matches!(field, Field::Free(of, _) if *of == body)).any(|(_, slot)| {
            self.pool
                .atoms(slot.value)
                .iter()
                .any(|atom| matches!(atom, Atom::Function(_, made) if self.module.bodies[*made].parent == Some(body)))
        })
    }

    /// Takes the first element out of an iterator whose elements are known in order.
    pub(super) fn take_first(&mut self, state: &mut State, object: ObjectId) -> Option<Slot> {
        let elements = self.elements_in_order(state, object)?;
        let (first, rest) = elements.split_first()?;
        let (first, rest) = (*first, rest.to_vec());
        self.set_elements(state, object, &rest);
        Some(first)
    }

    /// Replaces the elements of a container, all known in order.
    pub(super) fn set_elements(&mut self, state: &mut State, object: ObjectId, elements: &[Slot]) {
        for (field, _) in state.heap.cells(object).to_vec() {
            if matches!(field, Field::Index(_)) {
                state.remove_cell(object, field);
            }
        }
        for (position, slot) in (0..).zip(elements) {
            state.set_cell(&mut self.pool, object, Field::Index(position), *slot);
        }
        self.set_length(state, object, u32::try_from(elements.len()).unwrap_or(u32::MAX));
    }
}
