//! Taking elements out of whatever can be iterated over.

use super::domain::{ArrayAtom, Atom, Cause, Const, ContainerKind, Part, Place, Slot, ValueId, Via, Vn};
use super::engine::Engine;
use super::facts::Evidence;
use super::state::{Field, State};
use crate::ir::Operand;
impl Engine<'_> {
    /// An element of whatever is iterated over, of any turn.
    pub fn element_of(&mut self, state: &mut State, value: ValueId, operand: Operand) -> Slot {
        let mut all = ValueId::EMPTY;
        for atom in self.pool.atoms(value).to_vec() {
            let part = self.element_of_atom(state, atom, None, operand);
            all = self.pool.join(all, part);
        }
        if all == ValueId::EMPTY {
            return self.unknown_element();
        }
        self.fresh_slot(all)
    }

    /// Everything that iteration gives.
    pub fn all_elements(&mut self, state: &mut State, value: ValueId, operand: Operand) -> ValueId {
        self.element_of(state, value, operand).value
    }

    pub(super) fn elements_joined(&mut self, state: &mut State, value: ValueId) -> ValueId {
        let mut all = ValueId::EMPTY;
        for atom in self.pool.atoms(value).to_vec() {
            if let Atom::Container(object, _) = atom {
                let held = self.held(state, object);
                all = self.pool.join(all, held);
            } else {
                let other = match atom {
                    Atom::Array(_) => self.pool.single(atom),
                    Atom::Unknown(reason) => self.pool.unknown(reason.then(Via::Part)),
                    _ => self.pool.unknown(Cause::Element),
                };
                all = self.pool.join(all, other);
            }
        }
        all
    }

    pub(super) fn element_of_atom(
        &mut self,
        state: &mut State,
        atom: Atom,
        position: Option<usize>,
        operand: Operand,
    ) -> ValueId {
        match atom {
            Atom::Container(object, ContainerKind::Dict) => {
                let _ = object;
                self.scalar()
            }
            Atom::Container(object, _) => {
                if let Some(position) = position
                    && let Ok(position) = u32::try_from(position)
                    && let Some(slot) = self.element_at(state, object, position)
                {
                    return slot.value;
                }
                self.held(state, object)
            }
            Atom::Array(array) => self.element_of_array(state, array, position, operand),
            Atom::Const(_) | Atom::Scalar => self.scalar(),
            Atom::Instance(..)
            | Atom::Function(..)
            | Atom::Method(..)
            | Atom::Class(..)
            | Atom::Path(_)
            | Atom::Typed(_) => self.pool.unknown(Cause::Element),
            Atom::Unknown(reason) => self.pool.unknown(reason.then(Via::Part)),
        }
    }

    pub(super) fn element_of_array(
        &mut self,
        state: &mut State,
        array: ArrayAtom,
        position: Option<usize>,
        operand: Operand,
    ) -> ValueId {
        if self.facts(array).evidence == Evidence::None {
            return match self.place_of(array) {
                Some(place) => {
                    let slot = self.place(Place::Element(place));
                    slot.value
                }
                None => self.pool.unknown(Cause::Element),
            };
        }
        let subject = Slot { value: self.pool.single(Atom::Array(array)), vn: Vn::None };
        let span = self.frame.at.span;
        if let Some(position) = position
            && !self.holds(array)
            && let Some(rule) = self.array_method(array, "__getitem__")
        {
            let position = i64::try_from(position).unwrap_or(0);
            let key = self.const_value(Const::Int(position));
            let items = [super::geometry::IndexItem::Int(Some(position))];
            let args = vec![(Some(operand), subject), (None, key)];
            return self.apply_rule_with_key(state, rule, args, &items, span).value;
        }
        match self.array_method(array, "__iter__") {
            Some(rule) => {
                let all = self.apply_rule(state, rule, vec![(Some(operand), subject)], span).value;
                self.elements_joined(state, all)
            }
            None => self.pool.unknown(Cause::Element),
        }
    }

    /// The element at a position, when a value is taken apart.
    pub fn part_at(&mut self, state: &mut State, value: ValueId, position: usize, operand: Operand) -> Slot {
        if let [Atom::Container(object, _)] = *self.pool.atoms(value)
            && let Ok(at) = u32::try_from(position)
            && let Some(slot) = self.element_at(state, object, at)
        {
            return slot;
        }
        let mut all = ValueId::EMPTY;
        for atom in self.pool.atoms(value).to_vec() {
            let part = self.element_of_atom(state, atom, Some(position), operand);
            all = self.pool.join(all, part);
        }
        if all == ValueId::EMPTY { self.unknown_element() } else { self.fresh_slot(all) }
    }

    /// The element at a position counted from the end (1 is the last).
    pub fn part_from_end(&mut self, state: &mut State, value: ValueId, back: usize, operand: Operand) -> Slot {
        if let [Atom::Container(object, _)] = *self.pool.atoms(value)
            && let Ok(back) = u32::try_from(back)
            && let Some(slot) = self.element_from_end(state, object, back)
        {
            return slot;
        }
        self.element_of(state, value, operand)
    }

    /// The list that a starred target takes.
    pub fn rest_of(&mut self, state: &mut State, value: ValueId, before: usize, after: usize) -> Slot {
        let part = Part::Result(900 + u32::try_from(before).unwrap_or(0));
        if let [Atom::Container(object, _)] = *self.pool.atoms(value)
            && let Some(elements) = self.elements_in_order(state, object)
            && elements.len() >= before + after
        {
            let middle = &elements[before..elements.len() - after];
            let list = self.container_with(state, ContainerKind::List, part, middle);
            return self.fresh_slot(list);
        }
        let operand = Operand { kind: crate::ir::OperandKind::Const(crate::ir::Const::None), span: self.frame.at.span };
        let all = self.all_elements(state, value, operand);
        let object = self.make_object(part);
        state.set_cell(&mut self.pool, object, Field::Rest, Slot { value: all, vn: Vn::None });
        let list = self.pool.single(Atom::Container(object, ContainerKind::List));
        self.fresh_slot(list)
    }
}
