//! Effects of a summary at a call: what it writes, and what the objects that it made hold.

use rustc_hash::FxHashMap;

use super::domain::{Atom, Cause, MemoryId, ObjectId, Origin, Place, Slot, Vn};
use super::engine::Engine;
use super::event::WriteHow;
use super::instantiate::Call;
use super::state::{Field, OUTER, State};
use super::summary::OuterWrite;
use crate::ir::{ClassId, Const, Operand, OperandKind};

impl Engine<'_> {
    /// Runs the statements of a class: its variables become attributes of the class.
    pub fn run_class_body(&mut self, state: &mut State, class: ClassId, object: ObjectId) {
        self.class_objects.insert(class, object);
        let body = self.module.classes[class].body;
        let Some(summary) = self.summaries[body].clone() else { return };
        let outer = self.pool.objects.intern(OUTER);
        let mut call = Call {
            body,
            params: Vec::new(),
            operands: Vec::new(),
            summary: &summary,
            places: FxHashMap::default(),
            values: FxHashMap::default(),
            made: Vec::new(),
            span: self.frame.at.span,
        };
        for &((of, field), slot) in &summary.cells {
            if of == outer && matches!(field, Field::Attr(_)) {
                let value = self.value_at_call(state, &mut call, slot.value);
                state.set_cell(&mut self.pool, object, field, Slot { value, vn: Vn::None });
            }
        }
        self.made_at_call(state, &mut call);
    }

    /// Copies the cells of what the callee made into this heap.
    pub(super) fn made_at_call(&mut self, state: &mut State, call: &mut Call<'_>) {
        let mut done = 0;
        while done < call.made.len() {
            let (object, mapped) = call.made[done];
            done += 1;
            let first = call.summary.cells.partition_point(|((of, _), _)| *of < object);
            let cells: Vec<(Field, Slot)> = call.summary.cells[first..]
                .iter()
                .take_while(|((of, _), _)| *of == object)
                .map(|((_, field), slot)| (*field, *slot))
                .collect();
            for (field, slot) in cells {
                let slot = match self.identity(state, call, slot.value) {
                    Some(slot) => slot,
                    None => Slot { value: self.value_at_call(state, call, slot.value), vn: Vn::None },
                };
                state.set_cell(&mut self.pool, mapped, field, slot);
            }
        }
    }

    /// The argument through which the callee reaches a memory.
    pub(super) fn operand_of(&self, call: &Call<'_>, memory: MemoryId) -> Operand {
        let nothing = Operand { kind: OperandKind::Const(Const::None), span: call.span };
        let Origin::Place(mut place) = *self.pool.memories.get(memory) else { return nothing };
        loop {
            match *self.pool.places.get(place) {
                Place::Attr(of, _) | Place::Element(of) => place = of,
                Place::Param(body, position) if body == call.body => {
                    return call.operands.get(position as usize).copied().flatten().unwrap_or(nothing);
                }
                Place::Param(..) | Place::Global(_) | Place::Free(..) => return nothing,
            }
        }
    }

    pub(super) fn writes_at_call(&mut self, state: &mut State, call: &mut Call<'_>) {
        for write in &call.summary.writes {
            self.containers_at_call(state, call, write);
            let mut mapped = Vec::new();
            self.array_at_call(state, call, write.array, &mut mapped);
            mapped.retain(|atom| matches!(atom, Atom::Array(_)));
            if mapped.is_empty() {
                continue;
            }
            let through = self.operand_of(call, write.array.memory);
            let certain = write.always && mapped.len() == 1;
            let target = self.pool.value(mapped);
            let how = WriteHow::Callee(write.body, write.span);
            self.write(through, target, write.what, how, certain, call.span);
            for array in self.arrays(target) {
                self.forget_geometry(state, array, write.what);
            }
        }
    }

    /// `x[:] = values` in the callee, where `x` is a list here: its elements are others then.
    fn containers_at_call(&mut self, state: &mut State, call: &mut Call<'_>, write: &OuterWrite) {
        let Origin::Place(place) = *self.pool.objects.get(write.array.object) else { return };
        let kept = (write.array.object, Field::Rest);
        // What it stores at one position is among the cells.
        let is_known = call.summary.cells.binary_search_by(|(cell, _)| cell.cmp(&kept)).is_ok();
        let holders = self.place_at_call(state, call, place);
        for atom in self.pool.all(holders.value) {
            match atom {
                Atom::Container(object, _) if is_known => self.forget_positions(state, object),
                Atom::Container(object, _) => {
                    self.changed_in_place(state, object, Cause::Construct("what a callee stored in a list"));
                }
                _ => {}
            }
        }
    }
}
