//! Dictionaries: what is under which key.
//!
//! A dictionary of which every key is known has a cell for each and no [`Field::Rest`]. Where paths meet, a cell may be that of
//! one path alone, so that only on a run a missing cell, or one that is there, says what `get` gives.

use super::call::{Arg, Args};
use super::domain::{Atom, Cause, Const, ContainerKind, ObjectId, Part, Slot, ValueId, Vn};
use super::engine::Engine;
use super::language::operand;
use super::state::{Field, State, is_single};
use super::subscript::Key;
use crate::ir::{ArgKind, Operand};

impl Engine<'_> {
    /// The cell of a constant key. Keys that are equal are one: `1`, `True` and `1.0`.
    pub(super) fn cell_of_key(&mut self, key: ValueId) -> Option<Field> {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the part after the point is nothing, and the number is small"
        )]
        let whole = match self.as_const(key)? {
            Const::Bool(value) => Some(i64::from(*value)),
            Const::Float(bits) => {
                let value = f64::from_bits(*bits);
                (value.fract() == 0.0 && value.abs() < 1e15).then_some(value as i64)
            }
            // Of these, what they are is not all known.
            Const::Complex | Const::Bytes(_) | Const::Dtype(_) | Const::Slice(_) => return None,
            Const::None | Const::Int(_) | Const::Str(_) | Const::Ellipsis => None,
        };
        if let Some(whole) = whole {
            return Some(Field::Key(self.pool.consts.intern(Const::Int(whole))));
        }
        match *self.pool.atoms(key) {
            [Atom::Const(id)] => Some(Field::Key(id)),
            _ => None,
        }
    }

    /// The cell that a subscript stands for, where that is known.
    pub(super) fn dict_field(&mut self, key: &Key) -> Option<Field> {
        self.cell_of_key(key.single?.value)
    }

    /// Stores a value under a key.
    pub(super) fn put_at(&mut self, state: &mut State, object: ObjectId, field: Field, slot: Slot) {
        if let Field::Key(id) = field {
            let key = Slot { value: self.pool.single(Atom::Const(id)), vn: Vn::Const(id) };
            if self.put_on_run(state, object, key, slot) {
                return;
            }
        }
        state.set_cell(&mut self.pool, object, field, slot);
    }

    /// `dict(...)`
    pub(super) fn new_dict(&mut self, state: &mut State, args: &Args) -> Slot {
        let object = self.make_object(Part::Result(0));
        self.set_keys(state, object, &[]);
        self.take_entries(state, object, args);
        let value = self.pool.single(Atom::Container(object, ContainerKind::Dict));
        self.fresh_slot(value)
    }

    /// `dict.fromkeys(keys, value)`
    pub(super) fn dict_of_keys(&mut self, state: &mut State, keys: Option<&Arg>, held: Slot) -> Slot {
        let keys = match keys.map(|keys| self.pool.atoms(keys.slot.value)) {
            Some(&[Atom::Container(object, kind)]) if kind != ContainerKind::Dict => {
                self.elements_in_order(state, object)
            }
            _ => None,
        };
        let fields: Option<Vec<Field>> =
            keys.and_then(|keys| keys.iter().map(|key| self.cell_of_key(key.value)).collect());
        let Some(fields) = fields else { return self.container_of(state, ContainerKind::Dict, held.value) };
        let object = self.make_object(Part::Result(0));
        self.set_keys(state, object, &[]);
        for field in fields {
            self.put_at(state, object, field, held);
        }
        let value = self.pool.single(Atom::Container(object, ContainerKind::Dict));
        self.fresh_slot(value)
    }

    /// Stores what `dict(...)` and `update(...)` are given.
    fn take_entries(&mut self, state: &mut State, object: ObjectId, args: &Args) {
        for arg in args {
            match arg.kind {
                ArgKind::Keyword(name) => {
                    let key = self.pool.consts.intern(Const::Str(name));
                    self.put_at(state, object, Field::Key(key), arg.slot);
                }
                ArgKind::Positional | ArgKind::DoubleStarred => {
                    self.take_dict(state, object, arg.slot, operand(self, arg));
                }
                ArgKind::Starred => self.changed_in_place(state, object, Cause::Element),
            }
        }
    }

    /// `elements |= other`, of one of several dictionaries if it is not for sure this one.
    pub(super) fn update_dict(&mut self, state: &mut State, object: ObjectId, certain: bool, other: (Operand, Slot)) {
        if certain {
            self.take_dict(state, object, other.1, other.0);
        } else {
            self.perhaps(state, |engine, state| engine.take_dict(state, object, other.1, other.0));
        }
    }

    /// Stores all that another dictionary holds, or the second of each pair.
    pub(super) fn take_dict(&mut self, state: &mut State, object: ObjectId, from: Slot, through: Operand) {
        let entries = match *self.pool.atoms(from.value) {
            [Atom::Container(other, ContainerKind::Dict)] => entries(state, other),
            [Atom::Container(other, _)] => self.pairs(state, other),
            _ => None,
        };
        if let Some(entries) = entries {
            for (field, slot) in entries {
                self.put_at(state, object, field, slot);
            }
            return;
        }
        for atom in self.pool.atoms(from.value).to_vec() {
            let more = match atom {
                Atom::Container(other, ContainerKind::Dict) => self.held(state, other),
                Atom::Container(..) => {
                    let one = self.pool.single(atom);
                    let pair = self.all_elements(state, one, through);
                    self.part_at(state, pair, 1, through).value
                }
                _ => self.pool.unknown(Cause::Element),
            };
            if more != ValueId::EMPTY {
                self.views_change(state, object, more);
                state.add_to_cell(&mut self.pool, object, Field::Rest, more);
            }
        }
    }

    /// What is under each key of a list of pairs, where all are known.
    fn pairs(&mut self, state: &State, object: ObjectId) -> Option<Vec<(Field, Slot)>> {
        let mut entries = Vec::new();
        for pair in self.elements_in_order(state, object)? {
            let [Atom::Container(pair, _)] = *self.pool.atoms(pair.value) else { return None };
            let [key, value] = self.elements_in_order(state, pair)?[..] else { return None };
            entries.push((self.cell_of_key(key.value)?, value));
        }
        Some(entries)
    }

    /// After this, nothing is known to be under a key; what was is still among what the dictionary may hold.
    pub(super) fn forget_keys(&mut self, state: &mut State, object: ObjectId) {
        let held = self.held(state, object);
        self.views_change(state, object, ValueId::EMPTY);
        for (field, _) in state.heap.cells(object).to_vec() {
            if matches!(field, Field::Key(_)) {
                state.remove_cell(object, field);
            }
        }
        if held != ValueId::EMPTY {
            state.add_to_cell(&mut self.pool, object, Field::Rest, held);
        }
    }

    /// A method of a dictionary that takes in, gives or removes what is under keys; `None` for any other.
    pub(super) fn dict_method(
        &mut self,
        state: &mut State,
        object: ObjectId,
        receiver: Operand,
        method: &str,
        args: &Args,
    ) -> Option<Slot> {
        let is_one = is_single(&self.pool, object);
        match (method, args.as_slice()) {
            ("update", _) => {
                let container = self.pool.single(Atom::Container(object, ContainerKind::Dict));
                for arg in args {
                    let held = match *self.pool.atoms(arg.slot.value) {
                        [Atom::Container(other, ContainerKind::Dict)] => self.held(state, other),
                        _ => arg.slot.value,
                    };
                    if let Some(operand) = arg.operand {
                        self.record_kept(container, receiver, held, operand);
                    }
                }
                self.take_entries(state, object, args);
                Some(self.none())
            }
            ("clear", []) => {
                if is_one {
                    self.views_change(state, object, ValueId::EMPTY);
                    for (field, _) in state.heap.cells(object).to_vec() {
                        state.remove_cell(object, field);
                    }
                    self.set_keys(state, object, &[]);
                } else {
                    self.forget_keys(state, object);
                }
                Some(self.none())
            }
            ("popitem", []) => {
                let cells = entries(state, object);
                let held = match cells.as_deref() {
                    Some([(field, slot)]) if is_one && self.on_a_run() => {
                        self.drop_key(state, object, *field);
                        *slot
                    }
                    _ => {
                        let held = self.held(state, object);
                        self.forget_keys(state, object);
                        if held == ValueId::EMPTY { self.unknown_element() } else { Slot { value: held, vn: Vn::None } }
                    }
                };
                let key = Slot { value: self.scalar(), vn: Vn::None };
                let pair = self.container_with(state, ContainerKind::Tuple, Part::Result(501), &[key, held]);
                Some(self.fresh_slot(pair))
            }
            ("get" | "pop" | "setdefault", [key, rest @ ..]) => {
                Some(self.at_key(state, object, receiver, method, key, rest))
            }
            _ => None,
        }
    }

    /// `get(key, default)`, `pop(key, default)`, `setdefault(key, value)`
    fn at_key(
        &mut self,
        state: &mut State,
        object: ObjectId,
        receiver: Operand,
        method: &str,
        key: &Arg,
        rest: &[Arg],
    ) -> Slot {
        let default = match rest.first() {
            Some(arg) => arg.slot,
            None => self.none(),
        };
        let field = self.cell_of_key(key.slot.value);
        let is_one = is_single(&self.pool, object);
        // Whether the key is there is only known on a run.
        if self.on_a_run()
            && is_one
            && let (Some(field), Some(_)) = (field, entries(state, object))
        {
            let found = state.cell(object, field);
            match (method, found) {
                ("pop", Some(_)) => self.drop_key(state, object, field),
                ("setdefault", None) => self.put_at(state, object, field, default),
                _ => {}
            }
            return found.unwrap_or(default);
        }
        let held = match field.and_then(|field| state.cell(object, field)) {
            Some(slot) if state.cell(object, Field::Rest).is_none() => slot.value,
            _ => self.held(state, object),
        };
        match method {
            "pop" => self.forget_keys(state, object),
            "setdefault" => {
                if let Some(Arg { operand: Some(operand), slot, .. }) = rest.first() {
                    let container = self.pool.single(Atom::Container(object, ContainerKind::Dict));
                    self.record_kept(container, receiver, slot.value, *operand);
                }
                self.views_change(state, object, default.value);
                state.add_to_cell(&mut self.pool, object, Field::Rest, default.value);
            }
            _ => {}
        }
        let value = self.pool.join(held, default.value);
        self.fresh_slot(value)
    }

    /// What `pop` and `popleft` take out of a list, a set or a deque.
    pub(super) fn taken(&mut self, state: &mut State, object: ObjectId) -> Slot {
        let held = self.held(state, object);
        self.forget_positions(state, object);
        if held == ValueId::EMPTY {
            return self.unknown_element();
        }
        self.fresh_slot(held)
    }
}

/// What is under each key, where all are known.
fn entries(state: &State, object: ObjectId) -> Option<Vec<(Field, Slot)>> {
    if state.cell(object, Field::Rest).is_some() {
        return None;
    }
    let cells = state.heap.cells(object).iter();
    Some(cells.filter(|(field, _)| matches!(field, Field::Key(_))).copied().collect())
}
