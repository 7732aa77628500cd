//! Calls of Python itself that make, fill or read containers.

use super::call::{Arg, Args};
use super::domain::{Atom, Cause, ContainerKind, ObjectId, Part, Slot, ValueId, Vn};
use super::engine::Engine;
use super::event::{Callee, EventKind};
use super::geometry::Bound;
use super::state::{Field, State};
use crate::ir::{ArgKind, Const, Name, Operand, OperandKind};
use crate::source::Span;

impl Engine<'_> {
    /// A call of a builtin that concerns containers and iteration; `None` for any other.
    pub fn call_language(&mut self, state: &mut State, path: Name, args: &Args, span: Span) -> Option<Slot> {
        let name = match self.names.text(path) {
            // One with a `maxlen` lets elements go.
            "collections.deque" if !matches!(args.as_slice(), [] | [Arg { kind: ArgKind::Positional, .. }]) => "deque",
            "collections.deque" => "list",
            "contextlib.nullcontext" => "repeat",
            "builtins.int" => return Some(self.integer(args)),
            "copy.copy" => return self.copied_container(state, path, args, span),
            "builtins.len" => return self.number_of(state, args),
            "builtins.setattr" => return self.set_by_name(state, path, args, true, span),
            "builtins.object.__setattr__" => return self.set_by_name(state, path, args, false, span),
            "builtins.vars" => return self.vars(state, args),
            "builtins.getattr" => return self.attribute_by_name(state, path, args, span),
            text => text.strip_prefix("builtins.").or_else(|| text.strip_prefix("itertools."))?,
        };
        let kind = match name {
            "list" | "sorted" | "deque" => ContainerKind::List,
            "tuple" => ContainerKind::Tuple,
            "set" | "frozenset" => ContainerKind::Set,
            "dict" | "dict.fromkeys" => ContainerKind::Dict,
            "iter" | "reversed" | "filter" | "zip" | "enumerate" | "map" | "range" | "repeat" => {
                ContainerKind::Iterator
            }
            "next" | "slice" | "max" | "min" => ContainerKind::Iterator,
            _ => return None,
        };
        let name = name.to_owned();
        if self.on_a_run()
            && let Some(slot) = self.call_language_on_run(state, &name, kind, args, span)
        {
            return Some(slot);
        }
        let slot = match name.as_str() {
            "max" | "min" => return None,
            "slice" => {
                let bounds = self.slice_bounds(args);
                self.const_value(super::domain::Const::Slice(bounds))
            }
            "range" => {
                let scalar = self.scalar();
                self.container_of(state, ContainerKind::Iterator, scalar)
            }
            // What `zip(*pairs)` goes over is not known.
            "zip" | "map" if args.iter().any(|arg| arg.kind == ArgKind::Starred) => {
                self.unknown(Cause::Construct("spread arguments"))
            }
            "zip" | "enumerate" => self.zipped(state, &name, args),
            "map" => self.mapped(state, args, span),
            "filter" => self.unordered(state, kind, args.get(1)),
            "sorted" | "deque" => self.unordered(state, kind, args.first()),
            "next" => {
                let first = args.first()?;
                let value = self.all_elements(state, first.slot.value, operand(self, first));
                // What was first is now gone.
                for atom in self.pool.all(first.slot.value) {
                    if let Atom::Container(object, _) = atom {
                        self.forget_positions(state, object);
                    }
                }
                let at_end = args.get(1).map_or(ValueId::EMPTY, |default| default.slot.value);
                let value = self.pool.join(value, at_end);
                self.fresh_slot(value)
            }
            "repeat" => {
                let held = args.first().map_or(ValueId::EMPTY, |arg| arg.slot.value);
                self.container_of(state, kind, held)
            }
            "dict.fromkeys" => {
                let held = match args.get(1) {
                    Some(value) => value.slot,
                    None => self.none(),
                };
                self.dict_of_keys(state, args.first(), held)
            }
            "dict" => self.new_dict(state, args),
            _ => self.collected(state, kind, args.first()),
        };
        self.record_call(Callee::Path(path), args, slot.value, span);
        Some(slot)
    }

    /// `int(1e8)`: sizes are often written so.
    fn integer(&mut self, args: &Args) -> Slot {
        let known = match args.as_slice() {
            [] => Some(0),
            [arg] => match self.as_const(arg.slot.value) {
                Some(&super::domain::Const::Float(bits)) => whole(f64::from_bits(bits)),
                Some(_) => self.as_int(arg.slot.value),
                None => self.decided_boolean(arg.slot).map(i64::from),
            },
            _ => None,
        };
        if let Some(value) = known {
            self.const_value(super::domain::Const::Int(value))
        } else {
            let value = self.scalar();
            self.fresh_slot(value)
        }
    }

    /// `slice(upper)`, `slice(lower, upper)`, `slice(lower, upper, step)`
    fn slice_bounds(&self, args: &Args) -> [Bound; 3] {
        let bound = |arg: &Arg| match self.as_const(arg.slot.value) {
            Some(super::domain::Const::None) => Bound::Absent,
            _ => self.as_int(arg.slot.value).map_or(Bound::Unknown, Bound::Known),
        };
        if args.iter().any(|arg| arg.kind != ArgKind::Positional) {
            return [Bound::Unknown; 3];
        }
        match args.as_slice() {
            [upper] => [Bound::Absent, bound(upper), Bound::Absent],
            [lower, upper] => [bound(lower), bound(upper), Bound::Absent],
            [lower, upper, step] => [bound(lower), bound(upper), bound(step)],
            _ => [Bound::Unknown; 3],
        }
    }

    /// `len(x)`, where the number of elements is known.
    fn number_of(&mut self, state: &State, args: &Args) -> Option<Slot> {
        let [Arg { kind: ArgKind::Positional, slot, .. }] = args.as_slice() else { return None };
        let length = match *self.pool.atoms(slot.value) {
            [Atom::Container(object, ContainerKind::List | ContainerKind::Tuple)] => {
                i64::from(self.length(state, object)?)
            }
            [Atom::Array(array)] => i64::try_from((*self.facts(array).geometry.shape.as_ref()?.first()?)?).ok()?,
            _ => return None,
        };
        Some(self.const_value(super::domain::Const::Int(length)))
    }

    fn collected(&mut self, state: &mut State, kind: ContainerKind, from: Option<&Arg>) -> Slot {
        let Some(arg) = from else {
            let value = self.container_with(state, kind, Part::Result(0), &[]);
            return self.fresh_slot(value);
        };
        if let [Atom::Array(array)] = *self.pool.atoms(arg.slot.value)
            && let Some(rows) = self.rows(state, array, arg)
            && matches!(kind, ContainerKind::List | ContainerKind::Tuple)
        {
            let value = self.container_with(state, kind, Part::Result(0), &rows);
            return self.fresh_slot(value);
        }
        if let [Atom::Container(object, old)] = *self.pool.atoms(arg.slot.value)
            && let Some(elements) = self.elements_in_order(state, object)
            && old != ContainerKind::Dict
            && matches!(kind, ContainerKind::List | ContainerKind::Tuple)
        {
            let value = self.container_with(state, kind, Part::Result(0), &elements);
            return self.fresh_slot(value);
        }
        self.unordered(state, kind, from)
    }

    /// `copy.copy` of a list, tuple or dict: a new one of the same elements, and a tuple itself.
    fn copied_container(&mut self, state: &mut State, path: Name, args: &Args, span: Span) -> Option<Slot> {
        let [arg] = args.as_slice() else { return None };
        if let [Atom::Array(array)] = *self.pool.atoms(arg.slot.value) {
            let slot = self.copied_self(state, array, arg.slot)?;
            self.record_call(Callee::Path(path), args, slot.value, span);
            return Some(slot);
        }
        let [Atom::Container(object, kind)] = *self.pool.atoms(arg.slot.value) else { return None };
        let slot = match kind {
            ContainerKind::Tuple => arg.slot,
            ContainerKind::List | ContainerKind::Dict => self.copied(state, object, kind),
            ContainerKind::Set | ContainerKind::Iterator => return None,
        };
        self.record_call(Callee::Path(path), args, slot.value, span);
        Some(slot)
    }

    /// `copy.copy(self)`: a new object of the class, with the same things in its attributes.
    fn copied_self(&mut self, state: &mut State, array: super::domain::ArrayAtom, original: Slot) -> Option<Slot> {
        let class = self.place_of(array).and_then(|place| self.class_of_place(place))?;
        let has_own_way = ["__copy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__"]
            .iter()
            .any(|name| self.names.get(name).is_some_and(|name| self.method(class, name).is_some()));
        if has_own_way {
            return None;
        }
        let copy = self.make_object(Part::Result(0));
        for (field, slot) in state.heap.cells(array.object).to_vec() {
            state.set_cell(&mut self.pool, copy, field, slot);
        }
        state.set_cell(&mut self.pool, copy, Field::Original, original);
        let value = self.pool.single(Atom::Instance(copy, class));
        Some(self.fresh_slot(value))
    }

    fn zipped(&mut self, state: &mut State, name: &str, args: &Args) -> Slot {
        let mut parts = Vec::new();
        if name == "enumerate" {
            let value = self.scalar();
            parts.push(Slot { value, vn: Vn::None });
        }
        let taken = if name == "enumerate" { 1 } else { args.len() };
        for (position, arg) in (1..).zip(args.iter().filter(|arg| arg.kind == ArgKind::Positional).take(taken)) {
            self.frame.base = 1000 * position;
            let value = self.all_elements(state, arg.slot.value, operand(self, arg));
            let value = self.as_many(value);
            parts.push(Slot { value, vn: Vn::None });
        }
        let tuple = self.container_with(state, ContainerKind::Tuple, Part::Result(500), &parts);
        self.container_of(state, ContainerKind::Iterator, tuple)
    }

    /// A method of a list, tuple, dict, set or iterator.
    #[allow(clippy::too_many_arguments, reason = "what a method call consists of")]
    pub fn call_container_method(
        &mut self,
        state: &mut State,
        object: ObjectId,
        kind: ContainerKind,
        receiver: Operand,
        method: Name,
        args: &Args,
        span: Span,
    ) -> Slot {
        let text = self.names.text(method).to_owned();
        let value = self.pool.single(Atom::Container(object, kind));
        if self.on_a_run() {
            let known = match kind {
                ContainerKind::Dict => self.mapping_method_on_run(state, object, &text, args),
                _ => self.sequence_method_on_run(state, object, &text, args),
            };
            if let Some(slot) = known {
                return slot;
            }
        }
        if kind == ContainerKind::Dict
            && let Some(slot) = self.dict_method(state, object, receiver, &text, args)
        {
            self.record_call(Callee::Method(method), args, slot.value, span);
            return slot;
        }
        let result = match text.as_str() {
            "append" | "add" | "appendleft" | "extend" | "extendleft" | "insert" | "update" | "setdefault" => {
                self.grow(state, object, value, receiver, &text, args)
            }
            "pop" | "popleft" | "get" | "popitem" => self.taken(state, object),
            "copy" => self.copied(state, object, kind),
            // Of what `contextlib.nullcontext` gave.
            "__enter__" => {
                let held = self.held(state, object);
                self.fresh_slot(held)
            }
            "values" => {
                let held = self.held(state, object);
                self.container_of(state, ContainerKind::Iterator, held)
            }
            "items" => {
                let (key, held) = (self.scalar(), self.held(state, object));
                let parts = [Slot { value: key, vn: Vn::None }, Slot { value: held, vn: Vn::None }];
                let tuple = self.container_with(state, ContainerKind::Tuple, Part::Result(500), &parts);
                self.container_of(state, ContainerKind::Iterator, tuple)
            }
            "keys" | "count" | "index" => {
                let scalar = self.scalar();
                self.container_of(state, ContainerKind::Iterator, scalar)
            }
            "sort" | "reverse" | "remove" | "clear" | "discard" => {
                self.forget_positions(state, object);
                self.none()
            }
            _ => {
                if kind != ContainerKind::Tuple {
                    self.changed_in_place(state, object, Cause::Method(method));
                }
                return self.unknown_call(state, Callee::Method(method), Cause::Method(method), args, span);
            }
        };
        self.record_call(Callee::Method(method), args, result.value, span);
        result
    }

    fn grow(
        &mut self,
        state: &mut State,
        object: ObjectId,
        container: ValueId,
        receiver: Operand,
        method: &str,
        args: &Args,
    ) -> Slot {
        let Some(last) = args.last() else { return self.none() };
        let spread = matches!(method, "extend" | "extendleft" | "update");
        let value = if spread {
            match *self.pool.atoms(last.slot.value) {
                [Atom::Container(other, ContainerKind::Dict)] => self.held(state, other),
                _ => self.all_elements(state, last.slot.value, operand(self, last)),
            }
        } else {
            last.slot.value
        };
        if let Some(operand) = last.operand {
            self.record_kept(container, receiver, value, operand);
        }
        match self.length(state, object) {
            Some(position) if method == "append" && self.is_single_object(object) => {
                state.set_cell(&mut self.pool, object, Field::Index(position), last.slot);
                let length = self.const_value(super::domain::Const::Int(i64::from(position) + 1));
                state.set_cell(&mut self.pool, object, Field::Length, length);
            }
            _ => {
                self.forget_positions(state, object);
                self.views_change(state, object, value);
                state.add_to_cell(&mut self.pool, object, Field::Rest, value);
            }
        }
        self.none()
    }

    /// Records that a container takes in elements.
    pub fn record_kept(&mut self, container: ValueId, holder: Operand, value: ValueId, operand: Operand) {
        self.record(operand.span, EventKind::Keep { object: container, holder, field: Field::Rest, value, operand });
    }

    fn is_single_object(&self, object: ObjectId) -> bool {
        super::state::is_single(&self.pool, object)
    }

    fn copied(&mut self, state: &mut State, object: ObjectId, kind: ContainerKind) -> Slot {
        if let Some(elements) = self.elements_in_order(state, object) {
            let value = self.container_with(state, kind, Part::Result(0), &elements);
            return self.fresh_slot(value);
        }
        let copy = self.make_object(Part::Result(0));
        for (field, slot) in state.heap.cells(object).to_vec() {
            state.set_cell(&mut self.pool, copy, field, slot);
        }
        let value = self.pool.single(Atom::Container(copy, kind));
        self.fresh_slot(value)
    }
}

/// The operand that an argument was passed through, or one that says where.
pub(super) fn operand(engine: &Engine<'_>, arg: &Arg) -> Operand {
    arg.operand.unwrap_or(Operand { kind: OperandKind::Const(Const::None), span: engine.frame.at.span })
}

/// The whole part of a float that `i64` holds exactly.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "a whole number below 2^53 is exact")]
    (value.abs() <= LIMIT).then(|| value.trunc() as i64)
}
