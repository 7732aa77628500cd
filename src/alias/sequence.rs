//! Sequences: their elements, which on a run are known in order and stay so.

use super::call::{Arg, Args};
use super::domain::{ArrayAtom, Atom, Const, ContainerKind, ObjectId, Part, Slot, ValueId};
use super::engine::Engine;
use super::geometry::IndexItem;
use super::language::operand;
use super::state::{Field, State};
use crate::ir::{ArgKind, Operand};
use crate::source::Span;

/// Numbers of a `range` that are told apart.
const MOST_NUMBERS: i64 = 64;

impl Engine<'_> {
    /// The elements that iteration over an argument gives, where they are known in order; an iterator is used up.
    fn in_order(&mut self, state: &mut State, arg: &Arg) -> Option<Vec<Slot>> {
        match *self.pool.atoms(arg.slot.value) {
            [Atom::Container(object, ContainerKind::Dict)] => self.keys(state, object),
            [Atom::Container(_, ContainerKind::Set)] => None,
            [Atom::Container(object, kind)] => {
                let elements = self.elements_in_order(state, object)?;
                if kind == ContainerKind::Iterator {
                    self.set_elements(state, object, &[]);
                }
                Some(elements)
            }
            [Atom::Array(array)] => self.rows(state, array, arg),
            _ => None,
        }
    }

    /// The elements that `*value` stands for, on a run where they are known in order.
    pub(super) fn spread_on_run(&mut self, state: &mut State, slot: Slot, operand: Operand) -> Option<Vec<Slot>> {
        let at = self.frame.at.point;
        let arg = Arg { kind: ArgKind::Positional, operand: Some(operand), slot };
        let elements = if self.on_a_run() { self.in_order(state, &arg) } else { None };
        self.frame.at.point = at;
        self.frame.base = 0;
        elements
    }

    /// A container of the elements of `from`, some or all of them, in whatever order.
    pub(super) fn unordered(&mut self, state: &mut State, kind: ContainerKind, from: Option<&Arg>) -> Slot {
        let held = from.map_or(ValueId::EMPTY, |arg| self.all_elements(state, arg.slot.value, operand(self, arg)));
        let held = self.as_many(held);
        self.container_of(state, kind, held)
    }

    /// The elements along the first axis of an array, where there are a few and their number is known.
    pub(super) fn rows(&mut self, state: &mut State, array: ArrayAtom, arg: &Arg) -> Option<Vec<Slot>> {
        const MOST: u64 = 16;
        let length = (*self.facts(array).geometry.shape.as_ref()?.first()?)?;
        let rule = self.array_method(array, "__getitem__").filter(|_| length <= MOST)?;
        let mut rows = Vec::new();
        for position in 0..u32::try_from(length).ok()? {
            self.frame.base = 1000 * (position + 1);
            self.step_on();
            let number = self.const_value(super::domain::Const::Int(i64::from(position)));
            let args = vec![(arg.operand, arg.slot), (None, number)];
            let items = [IndexItem::Int(Some(i64::from(position)))];
            rows.push(self.apply_rule_with_key(state, rule, args, &items, self.frame.at.span));
        }
        Some(rows)
    }

    /// A call of a builtin that makes or takes apart a sequence; `None` where the order is not known.
    pub(super) fn call_language_on_run(
        &mut self,
        state: &mut State,
        name: &str,
        kind: ContainerKind,
        args: &Args,
        span: Span,
    ) -> Option<Slot> {
        if let ("max" | "min", [elements, key]) = (name, args.as_slice()) {
            return self.extreme(state, name, elements, key, span);
        }
        if args.iter().any(|arg| arg.kind != ArgKind::Positional) {
            return None;
        }
        let (part, kind) = (Part::Result(0), if name == "reversed" { ContainerKind::Iterator } else { kind });
        let elements: Vec<Slot> = match (name, args.as_slice()) {
            ("range", _) => {
                let bounds: Option<Vec<i64>> = args.iter().map(|arg| self.as_int(arg.slot.value)).collect();
                let (first, end) = match bounds?[..] {
                    [end] => (0, end),
                    [first, end] => (first, end),
                    _ => return None,
                };
                if end.saturating_sub(first) > MOST_NUMBERS {
                    return None;
                }
                (first..end).map(|number| self.const_value(Const::Int(number))).collect()
            }
            ("list" | "tuple" | "iter", [arg]) => {
                if name == "iter"
                    && let [Atom::Container(_, ContainerKind::Iterator)] = *self.pool.atoms(arg.slot.value)
                {
                    return Some(arg.slot);
                }
                self.in_order(state, arg)?
            }
            ("reversed", [arg]) => {
                let mut elements = self.in_order(state, arg)?;
                elements.reverse();
                elements
            }
            ("next", [arg, rest @ ..]) => {
                // A generator expression is a list of what it gives.
                let [Atom::Container(object, ContainerKind::Iterator | ContainerKind::List)] =
                    *self.pool.atoms(arg.slot.value)
                else {
                    return None;
                };
                return match (self.length(state, object)?, rest) {
                    (0, [default]) => Some(default.slot),
                    _ => self.take_first(state, object),
                };
            }
            ("enumerate", [arg]) => {
                let elements = self.in_order(state, arg)?;
                let mut pairs = Vec::new();
                for (number, slot) in (0..).zip(elements) {
                    let pair = [self.const_value(Const::Int(number)), slot];
                    pairs.push(self.tuple(state, pairs.len(), &pair));
                }
                pairs
            }
            ("zip", [_, ..]) => {
                let mut columns = Vec::new();
                for arg in args {
                    columns.push(self.in_order(state, arg)?);
                }
                let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
                let rows: Vec<Vec<Slot>> =
                    (0..shortest).map(|at| columns.iter().map(|column| column[at]).collect()).collect();
                rows.iter().enumerate().map(|(at, row)| self.tuple(state, at, row)).collect()
            }
            ("map", [function, arg]) => {
                let elements = self.in_order(state, arg)?;
                let [atom] = *self.pool.atoms(function.slot.value) else { return None };
                let mut results = Vec::new();
                for slot in elements {
                    self.step_on();
                    let mut one = Args::new();
                    one.push(Arg { slot, ..*arg });
                    results.push(match atom {
                        Atom::Path(path) => self.call_path(state, path, &one, span),
                        Atom::Function(object, body) => self.apply_summary(state, body, Some(object), &one, span),
                        _ => return None,
                    });
                }
                results
            }
            _ => return None,
        };
        self.step_on();
        let value = self.container_with(state, kind, part, &elements);
        Some(self.fresh_slot(value))
    }

    /// `max(elements, key=f)`: the first element of which the number is the greatest.
    fn extreme(&mut self, state: &mut State, name: &str, elements: &Arg, key: &Arg, span: Span) -> Option<Slot> {
        let is_key = matches!(key.kind, ArgKind::Keyword(keyword) if self.names.text(keyword) == "key");
        let slots = self.in_order(state, elements).filter(|slots| is_key && !slots.is_empty())?;
        let mut best: Option<(i64, Slot)> = None;
        for slot in &slots {
            self.step_on();
            let mut one = Args::new();
            one.push(Arg { kind: ArgKind::Positional, operand: None, slot: *slot });
            let number = self.call_value(state, key.slot, one, span);
            let Some(number) = self.as_int(number.value) else {
                let any = slots.iter().fold(ValueId::EMPTY, |all, slot| self.pool.join(all, slot.value));
                return Some(self.fresh_slot(any));
            };
            let is_better = best.is_none_or(|(best, _)| if name == "max" { number > best } else { number < best });
            best = if is_better { Some((number, *slot)) } else { best };
        }
        best.map(|(_, slot)| slot)
    }

    pub(super) fn tuple(&mut self, state: &mut State, at: usize, elements: &[Slot]) -> Slot {
        let part = Part::Result(50_000 + u32::try_from(at).unwrap_or(0));
        let value = self.container_with(state, ContainerKind::Tuple, part, elements);
        self.fresh_slot(value)
    }

    /// A method of a list that leaves its elements known in order; `None` for any other.
    pub(super) fn sequence_method_on_run(
        &mut self,
        state: &mut State,
        object: ObjectId,
        method: &str,
        args: &Args,
    ) -> Option<Slot> {
        let mut elements = self.elements_in_order(state, object)?;
        let mut result = None;
        match (method, args.as_slice()) {
            ("append", [arg]) => elements.push(arg.slot),
            ("appendleft", [arg]) => elements.insert(0, arg.slot),
            ("extend", [arg]) => {
                let more = self.in_order(state, arg)?;
                elements.extend(more);
            }
            ("insert", [at, arg]) => {
                let at = usize::try_from(self.as_int(at.slot.value)?).ok()?;
                elements.insert(at.min(elements.len()), arg.slot);
            }
            ("pop" | "popleft", _) => {
                let at = match args.as_slice() {
                    [] if method == "pop" => -1,
                    [] => 0,
                    [at] => self.as_int(at.slot.value)?,
                    _ => return None,
                };
                result = Some(elements.remove(place_in(at, elements.len())?));
            }
            ("reverse", []) => elements.reverse(),
            ("clear", []) => elements.clear(),
            _ => return None,
        }
        self.set_elements(state, object, &elements);
        Some(match result {
            Some(slot) => slot,
            None => self.none(),
        })
    }

    /// `del elements[at]`; whether the elements are still known in order.
    pub(super) fn delete_on_run(&mut self, state: &mut State, object: ObjectId, at: i64) -> bool {
        let Some(mut elements) = self.elements_in_order(state, object) else { return false };
        let Some(at) = place_in(at, elements.len()) else { return false };
        elements.remove(at);
        self.set_elements(state, object, &elements);
        true
    }

    /// `elements += more`, or an element appended by a comprehension; whether the elements are still known in order.
    pub(super) fn extend_on_run(&mut self, state: &mut State, object: ObjectId, more: Slot, operand: Operand) -> bool {
        if !self.on_a_run() {
            return false;
        }
        let Some(mut elements) = self.elements_in_order(state, object) else { return false };
        let arg = Arg { kind: ArgKind::Positional, operand: Some(operand), slot: more };
        let Some(more) = self.in_order(state, &arg) else { return false };
        elements.extend(more);
        self.set_elements(state, object, &elements);
        true
    }

    /// An element appended by a comprehension; whether the elements are still known in order.
    pub(super) fn append_on_run(&mut self, state: &mut State, object: ObjectId, slot: Slot) -> bool {
        if !self.on_a_run() {
            return false;
        }
        let Some(position) = self.length(state, object) else { return false };
        state.set_cell(&mut self.pool, object, Field::Index(position), slot);
        self.set_length(state, object, position + 1);
        true
    }
}

fn place_in(at: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let at = if at < 0 { at + length } else { at };
    (0..length).contains(&at).then(|| usize::try_from(at).ok())?
}
