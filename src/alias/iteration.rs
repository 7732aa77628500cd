//! Taking elements out of whatever can be iterated over.

use super::call::{Arg, Args};
use super::domain::{ArrayAtom, Atom, Cause, Const, ContainerKind, Part, Place, Slot, ValueId, Via, Vn};
use super::engine::Engine;
use super::facts::Evidence;
use super::language::operand;
use super::state::{Field, State};
use crate::ir::{ArgKind, Operand};
use crate::source::Span;

impl Engine<'_> {
    /// An element of whatever is iterated over, of any turn.
    pub fn element_of(&mut self, state: &mut State, value: ValueId, operand: Operand) -> Slot {
        let mut all = ValueId::EMPTY;
        for atom in self.pool.all(value) {
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
        for atom in self.pool.all(value) {
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
        for atom in self.pool.all(value) {
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
        if let [Atom::Array(array)] = *self.pool.atoms(value)
            && let Some(length) = self.first_length(array).and_then(|length| usize::try_from(length).ok())
            && let Some(position) = length.checked_sub(back)
        {
            return self.part_at(state, value, position, operand);
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

    /// `map(function, iterables...)`
    pub(super) fn mapped(&mut self, state: &mut State, args: &Args, span: Span) -> Slot {
        let Some((function, rest)) = args.split_first() else { return self.unknown(Cause::Call(None)) };
        if let Some(slot) = self.mapped_in_order(state, function, rest, span) {
            return slot;
        }
        let mut elements = Args::new();
        for arg in rest {
            let value = self.all_elements(state, arg.slot.value, operand(self, arg));
            let value = self.as_many(value);
            elements.push(Arg { slot: Slot { value, vn: Vn::None }, ..*arg });
        }
        let mut result = ValueId::EMPTY;
        for atom in self.pool.all(function.slot.value) {
            let slot = match atom {
                Atom::Path(path) => self.call_path(state, path, &elements, span),
                Atom::Function(object, body) => self.apply_summary(state, body, Some(object), &elements, span),
                Atom::Unknown(reason) => self.unknown(reason.then(Via::Call)),
                _ => self.unknown(Cause::Call(None)),
            };
            result = self.pool.join(result, slot.value);
        }
        let result = self.as_many(result);
        self.container_of(state, ContainerKind::Iterator, result)
    }

    /// `map(np.asarray, (a, b))`: one call of the API after the other, where the elements are known one by one.
    fn mapped_in_order(&mut self, state: &mut State, function: &Arg, rest: &[Arg], span: Span) -> Option<Slot> {
        const MOST: usize = 8;
        let ([Atom::Path(path)], [arg]) = (self.pool.atoms(function.slot.value), rest) else { return None };
        let path = *path;
        self.callable(path)?;
        let [Atom::Container(object, ContainerKind::List | ContainerKind::Tuple)] = *self.pool.atoms(arg.slot.value)
        else {
            return None;
        };
        let given = self.elements_in_order(state, object).filter(|elements| elements.len() <= MOST)?;
        let mut made = Vec::with_capacity(given.len());
        for (position, slot) in (1..).zip(given) {
            self.frame.base = 1000 * position;
            self.step_on();
            let one = Args::from_iter([Arg { kind: ArgKind::Positional, slot, ..*arg }]);
            made.push(self.call_path(state, path, &one, span));
        }
        self.frame.base = 0;
        let value = self.container_with(state, ContainerKind::Iterator, Part::Result(0), &made);
        Some(self.fresh_slot(value))
    }
}
