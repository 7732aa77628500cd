//! Lists, tuples, dicts, sets and iterators: what they hold and how their elements are taken out.

use super::domain::{Atom, Const, ContainerKind, ObjectId, Part, Slot, ValueId, Vn};
use super::engine::Engine;
use super::event::{EventKind, Purpose};
use super::facts::Evidence;
use super::reason::Reason;
use super::state::{Field, State};
use super::subscript::Key;
use crate::ir::{BinaryOp, Element, Operand};

impl Engine<'_> {
    /// `[a, *b]` and the like.
    pub fn display(&mut self, state: &mut State, kind: ContainerKind, elements: &[Element]) -> Slot {
        let object = self.make_object(Part::Result(0));
        let mut position = Some(0u32);
        for element in elements {
            let slot = self.read(state, element.value, Purpose::Alias);
            if element.starred {
                if let Some(first) = position
                    && let Some(elements) = self.spread_on_run(state, slot, element.value)
                {
                    for (position, slot) in (first..).zip(&elements) {
                        state.set_cell(&mut self.pool, object, Field::Index(position), *slot);
                    }
                    position = u32::try_from(elements.len()).ok().and_then(|count| first.checked_add(count));
                    continue;
                }
                let all = self.all_elements(state, slot.value, element.value);
                state.add_to_cell(&mut self.pool, object, Field::Rest, all);
                position = None;
                continue;
            }
            let field = position.map_or(Field::Rest, Field::Index);
            match field {
                Field::Index(_) => state.set_cell(&mut self.pool, object, field, slot),
                _ => state.add_to_cell(&mut self.pool, object, field, slot.value),
            }
            position = position.map(|position| position + 1);
        }
        if let Some(length) = position {
            self.set_length(state, object, length);
        }
        let value = self.pool.single(Atom::Container(object, kind));
        self.fresh_slot(value)
    }

    /// `{key: value}`
    pub fn dict_display(&mut self, state: &mut State, items: &[(Option<Operand>, Operand)]) -> Slot {
        let object = self.make_object(Part::Result(0));
        self.set_keys(state, object, &[]);
        for (key, value) in items {
            let slot = self.read(state, *value, Purpose::Alias);
            let Some(key) = key else {
                self.take_dict(state, object, slot, *value);
                continue;
            };
            let key = self.slot(state, *key);
            match self.cell_of_key(key.value) {
                Some(field) => self.put_at(state, object, field, slot),
                None => state.add_to_cell(&mut self.pool, object, Field::Rest, slot.value),
            }
        }
        let value = self.pool.single(Atom::Container(object, ContainerKind::Dict));
        self.fresh_slot(value)
    }

    /// A container made here that may hold this, in unknown number.
    pub fn container_of(&mut self, state: &mut State, kind: ContainerKind, elements: ValueId) -> Slot {
        let object = self.make_object(Part::Result(0));
        if elements != ValueId::EMPTY {
            state.set_cell(&mut self.pool, object, Field::Rest, Slot { value: elements, vn: Vn::None });
        }
        let value = self.pool.single(Atom::Container(object, kind));
        self.fresh_slot(value)
    }

    /// A container made here of these elements.
    pub fn container_with(&mut self, state: &mut State, kind: ContainerKind, part: Part, elements: &[Slot]) -> ValueId {
        let object = self.make_object(part);
        for (position, slot) in (0..).zip(elements) {
            state.set_cell(&mut self.pool, object, Field::Index(position), *slot);
        }
        self.set_length(state, object, u32::try_from(elements.len()).unwrap_or(u32::MAX));
        self.pool.single(Atom::Container(object, kind))
    }

    pub(super) fn set_length(&mut self, state: &mut State, object: ObjectId, length: u32) {
        let slot = self.const_value(Const::Int(i64::from(length)));
        state.set_cell(&mut self.pool, object, Field::Length, slot);
    }

    /// The number of elements of a list or tuple, where each is known by its position.
    pub fn length(&self, state: &State, object: ObjectId) -> Option<u32> {
        if state.cell(object, Field::Rest).is_some() {
            return None;
        }
        state.cell(object, Field::Length).and_then(|slot| self.as_int(slot.value)).and_then(|n| u32::try_from(n).ok())
    }

    /// The elements of a list or tuple, where each is known by its position.
    pub fn elements_in_order(&self, state: &State, object: ObjectId) -> Option<Vec<Slot>> {
        (0..self.length(state, object)?).map(|position| state.cell(object, Field::Index(position))).collect()
    }

    /// The element at a position, where each is known by its position.
    pub fn element_at(&self, state: &State, object: ObjectId, position: u32) -> Option<Slot> {
        (position < self.length(state, object)?).then(|| state.cell(object, Field::Index(position)))?
    }

    /// The element at a position counted from the end (1 is the last).
    pub fn element_from_end(&self, state: &State, object: ObjectId, back: u32) -> Option<Slot> {
        let position = self.length(state, object)?.checked_sub(back)?;
        self.element_at(state, object, position)
    }

    /// All that a container may hold.
    pub fn held(&mut self, state: &State, object: ObjectId) -> ValueId {
        if let Some(elements) = self.elements_in_order(state, object) {
            return elements.iter().fold(ValueId::EMPTY, |all, slot| self.pool.join(all, slot.value));
        }
        let is_element = |field: Field| matches!(field, Field::Index(_) | Field::Key(_) | Field::Rest);
        let elements = state.heap.cells(object).iter().filter(|(field, _)| is_element(*field));
        elements.fold(ValueId::EMPTY, |all, (_, slot)| self.pool.join(all, slot.value))
    }

    /// `container[key]`
    pub fn index_container(
        &mut self,
        state: &mut State,
        object: ObjectId,
        kind: ContainerKind,
        key: &Key,
        _operand: Operand,
    ) -> Slot {
        use super::geometry::IndexItem;
        if let [IndexItem::Slice { lower, upper, step }] = key.items[..] {
            if let Some(elements) = self.elements_in_order(state, object)
                && let Some(positions) = super::geometry::positions(elements.len(), lower, upper, step)
                && matches!(kind, ContainerKind::List | ContainerKind::Tuple)
            {
                let taken: Vec<Slot> = positions.into_iter().map(|position| elements[position]).collect();
                let value = self.container_with(state, kind, Part::Result(0), &taken);
                return self.fresh_slot(value);
            }
            let held = self.held(state, object);
            return self.container_of(state, kind, held);
        }
        if let Some(field) = self.field_of(key) {
            if let Field::Index(position) = field
                && kind != ContainerKind::Dict
            {
                if let Some(slot) = self.element_at(state, object, position) {
                    return slot;
                }
            } else if let Some(slot) = state.cell(object, self.dict_field(key).unwrap_or(field))
                && state.cell(object, Field::Rest).is_none()
            {
                return slot;
            }
        }
        if let [IndexItem::Int(Some(position))] = key.items[..]
            && position < 0
            && let Ok(back) = u32::try_from(position.unsigned_abs())
            && let Some(slot) = self.element_from_end(state, object, back)
        {
            return slot;
        }
        let held = self.held(state, object);
        if held == ValueId::EMPTY {
            return self.unknown_element();
        }
        self.fresh_slot(held)
    }

    /// The cell that a constant key stands for.
    pub fn field_of(&self, key: &Key) -> Option<Field> {
        let slot = key.single?;
        match self.pool.atoms(slot.value) {
            [Atom::Const(id)] => match self.pool.consts.get(*id) {
                Const::Int(position) => u32::try_from(*position).ok().map(Field::Index),
                _ => Some(Field::Key(*id)),
            },
            _ => None,
        }
    }

    /// `container[key] = value`
    pub fn keep_element(
        &mut self,
        state: &mut State,
        object: ObjectId,
        kind: ContainerKind,
        key: &Key,
        slot: Slot,
        certain: bool,
    ) {
        let field = match kind {
            ContainerKind::Dict => self.dict_field(key),
            _ => self.field_of(key),
        };
        if kind == ContainerKind::Dict
            && certain
            && let Some(key) = key.single
            && self.put_on_run(state, object, key, slot)
        {
            return;
        }
        let known = match field {
            Some(Field::Index(position)) => self.length(state, object).is_some_and(|length| length > position),
            Some(Field::Key(_)) => kind == ContainerKind::Dict && state.cell(object, Field::Rest).is_none(),
            _ => false,
        };
        if let Some(super::geometry::IndexItem::Int(Some(position))) = key.items.first()
            && *position < 0
            && self.on_a_run()
            && certain
            && kind != ContainerKind::Dict
            && let Some(length) = self.length(state, object)
            && let Ok(at) = u32::try_from(position + i64::from(length))
        {
            return state.set_cell(&mut self.pool, object, Field::Index(at), slot);
        }
        match field {
            Some(field) if known && certain => state.set_cell(&mut self.pool, object, field, slot),
            _ => {
                self.forget_positions(state, object);
                if kind == ContainerKind::Dict {
                    self.views_change(state, object, slot.value);
                }
                let value = self.stored_under(state, key, slot.value);
                state.add_to_cell(&mut self.pool, object, Field::Rest, value);
            }
        }
    }

    /// What is among the elements once `value` is stored under `key`: its own elements, under a slice.
    pub(super) fn stored_under(&mut self, state: &mut State, key: &Key, value: ValueId) -> ValueId {
        match key.items.first() {
            Some(super::geometry::IndexItem::Slice { .. }) => self.elements_joined(state, value),
            _ => value,
        }
    }

    /// After this, elements are no longer known by their positions; they are still known to be in the container.
    pub fn forget_positions(&mut self, state: &mut State, object: ObjectId) {
        if state.cell(object, Field::Length).is_none() {
            return;
        }
        let held = self.held(state, object);
        if held != ValueId::EMPTY {
            state.add_to_cell(&mut self.pool, object, Field::Rest, held);
        }
        state.remove_cell(object, Field::Length);
    }

    /// A container that code which is not known may have changed: its elements may have moved, and others are among them.
    pub(super) fn changed_in_place(&mut self, state: &mut State, object: ObjectId, reason: impl Into<Reason>) {
        self.forget_positions(state, object);
        let unknown = self.pool.unknown(reason);
        self.views_change(state, object, unknown);
        state.add_to_cell(&mut self.pool, object, Field::Rest, unknown);
    }

    /// An element appended by a comprehension.
    pub fn append(&mut self, state: &mut State, container: Operand, key: Option<Operand>, value: Operand) -> Slot {
        let holder = self.slot(state, container);
        let slot = self.read(state, value, Purpose::Alias);
        if let Some(key) = key {
            self.read(state, key, Purpose::Data);
        }
        let kept = EventKind::Keep {
            object: holder.value,
            holder: container,
            field: Field::Rest,
            value: slot.value,
            operand: value,
        };
        self.record(value.span, kept);
        for atom in self.pool.all(holder.value) {
            if let Atom::Container(object, _) = atom {
                let is_in_place = match key {
                    Some(key) => {
                        let key = self.slot(state, key);
                        self.put_on_run(state, object, key, slot)
                    }
                    None => self.append_on_run(state, object, slot),
                };
                if is_in_place {
                    continue;
                }
                self.forget_positions(state, object);
                state.add_to_cell(&mut self.pool, object, Field::Rest, slot.value);
            }
        }
        self.none()
    }

    /// `list + list` and `list * n`.
    pub fn sequence_operator(&mut self, state: &mut State, op: BinaryOp, args: &[(Operand, Slot); 2]) -> Option<Slot> {
        let container = |engine: &Self, slot: Slot| match *engine.pool.atoms(slot.value) {
            [Atom::Container(object, kind @ (ContainerKind::List | ContainerKind::Tuple))] => Some((object, kind)),
            _ => None,
        };
        let (left, right) = (container(self, args[0].1), container(self, args[1].1));
        match (op, left, right) {
            (BinaryOp::Add, Some((left, kind)), Some((right, _))) => {
                if let (Some(mut all), Some(more)) =
                    (self.elements_in_order(state, left), self.elements_in_order(state, right))
                {
                    all.extend(more);
                    let value = self.container_with(state, kind, Part::Result(0), &all);
                    return Some(self.fresh_slot(value));
                }
                let (left, right) = (self.held(state, left), self.held(state, right));
                let held = self.pool.join(left, right);
                Some(self.container_of(state, kind, held))
            }
            (BinaryOp::Mul, Some((object, kind)), None) => self.repeated(state, object, kind, args[1].1),
            (BinaryOp::Mul, None, Some((object, kind))) => self.repeated(state, object, kind, args[0].1),
            _ => None,
        }
    }

    fn repeated(&mut self, state: &mut State, object: ObjectId, kind: ContainerKind, times: Slot) -> Option<Slot> {
        let numeric = self
            .pool
            .atoms(times.value)
            .iter()
            .all(|atom| !matches!(atom, Atom::Array(array) if self.facts(*array).evidence >= Evidence::Made));
        if !numeric {
            return None;
        }
        if let (Some(elements), Some(times)) = (self.elements_in_order(state, object), self.as_int(times.value))
            && (0..=16).contains(&times)
            && elements.len() <= 4
        {
            let all: Vec<Slot> = (0..times).flat_map(|_| elements.iter().copied()).collect();
            let value = self.container_with(state, kind, Part::Result(0), &all);
            return Some(self.fresh_slot(value));
        }
        let held = self.held(state, object);
        Some(self.container_of(state, kind, held))
    }
}
