//! Special methods of the file's own classes: what an operator, a `for` or a `with` runs on an instance.
//!
//! ```python
//! class Signal:
//!     def __add__(self, other):
//!         return self.samples         # `signal + 1` is the attribute itself
//! ```

use super::call::{Arg, Args};
use super::domain::{Atom, Cause, Slot, ValueId, Vn};
use super::engine::Engine;
use super::state::State;
use crate::ir::{ArgKind, BodyId, ClassId, Operand};
use crate::source::Span;

impl Engine<'_> {
    /// Runs what happens on some runs alone: afterwards it may have happened or not.
    pub(super) fn perhaps<T>(&mut self, state: &mut State, work: impl FnOnce(&mut Self, &mut State) -> T) -> T {
        let before = state.clone();
        let result = work(self, state);
        if *state != before {
            state.take_in(&mut self.pool, &before);
        }
        result
    }

    /// Whether a call of one of several possible callees, or on one of several possible receivers, changes more than arrays.
    pub(super) fn changes_objects(atom: Atom) -> bool {
        matches!(
            atom,
            Atom::Function(..) | Atom::Method(..) | Atom::Instance(..) | Atom::Class(..) | Atom::Container(..)
        )
    }

    /// The special method of a class, by its name.
    pub(super) fn special(&self, class: ClassId, method: &str) -> Option<BodyId> {
        self.names.get(method).and_then(|name| self.method(class, name))
    }

    /// The special method of an object, where it is an instance and its class has it.
    pub(super) fn special_of(&self, slot: Slot, method: &str) -> Option<BodyId> {
        match *self.pool.atoms(slot.value) {
            [Atom::Instance(_, class)] => self.special(class, method),
            _ => None,
        }
    }

    /// A call of a special method on its object.
    pub(super) fn call_special(&mut self, state: &mut State, body: BodyId, args: &[Slot], span: Span) -> Slot {
        let args = args.iter().map(|slot| Arg { kind: ArgKind::Positional, operand: None, slot: *slot });
        let slot = self.apply_summary(state, body, None, &args.collect::<Args>(), span);
        let declines = |atom: &Atom| match atom {
            Atom::Path(path) => self.names.text(*path) == "builtins.NotImplemented",
            _ => false,
        };
        // Then Python asks the other operand.
        if self.pool.atoms(slot.value).iter().any(declines) {
            let unknown = self.pool.unknown(Cause::Construct("an operator"));
            let value = self.pool.join(slot.value, unknown);
            return self.fresh_slot(value);
        }
        slot
    }

    /// An operator with an operand that may be an instance; `None` if none may.
    ///
    /// Who is asked first depends on both classes. It is decided where one operand is an instance whose class has the method, and
    /// the other is no array: arrays ask their elements, and make an array of what those give.
    pub(super) fn special_operator(
        &mut self,
        state: &mut State,
        method: &str,
        args: &[(Operand, Slot)],
        span: Span,
    ) -> Option<Slot> {
        let may_be_instance = |engine: &Self, slot: Slot| {
            engine.pool.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Instance(..)))
        };
        if !args.iter().any(|(_, slot)| may_be_instance(self, *slot)) {
            return None;
        }
        let slots: Vec<Slot> = args.iter().map(|(_, slot)| *slot).collect();
        let swapped: Vec<Slot> = slots.iter().rev().copied().collect();
        let reflected = reflected(method);
        // That of a subclass comes first, whichever side it is on.
        let both = slots.len() == 2 && self.are_of_two_classes(slots[0], slots[1]);
        let of_left = self.special_of(slots[0], method);
        let of_right = slots.get(1).and_then(|right| self.special_of(*right, &reflected));
        if let Some(body) = of_left.filter(|_| !both || of_right.is_none()) {
            return Some(self.call_special(state, body, &slots, span));
        }
        if let Some(body) = of_right.filter(|_| of_left.is_none()) {
            let is_plain = |atom: &Atom| matches!(atom, Atom::Const(_) | Atom::Instance(..));
            if self.pool.atoms(slots[0].value).iter().all(is_plain) {
                return Some(self.call_special(state, body, &swapped, span));
            }
        }
        // Any of the methods may run.
        let mut value = self.pool.unknown(Cause::Construct("an operator"));
        let orders = [(method, slots.as_slice()), (&reflected, swapped.as_slice())];
        for (method, order) in &orders[..slots.len()] {
            for atom in self.pool.atoms(order[0].value).to_vec() {
                if let Atom::Instance(_, class) = atom
                    && let Some(body) = self.special(class, method)
                {
                    let mut given = order.to_vec();
                    given[0] = Slot { value: self.pool.single(atom), vn: Vn::None };
                    let part =
                        self.perhaps(state, |engine, state| engine.call_special(state, body, &given, span).value);
                    value = self.pool.join(value, part);
                }
            }
        }
        Some(self.fresh_slot(value))
    }

    /// Whether two operands are instances of different classes.
    fn are_of_two_classes(&self, one: Slot, other: Slot) -> bool {
        match (self.pool.atoms(one.value), self.pool.atoms(other.value)) {
            ([Atom::Instance(_, one)], [Atom::Instance(_, other)]) => one != other,
            _ => false,
        }
    }

    /// `target op= value` of an instance: its own method for that, else the operator.
    pub(super) fn special_in_place(
        &mut self,
        state: &mut State,
        stem: &str,
        target: (Operand, Slot),
        value: (Operand, Slot),
        span: Span,
    ) -> ValueId {
        if let Some(body) = self.special_of(target.1, &format!("__i{stem}__")) {
            return self.call_special(state, body, &[target.1, value.1], span).value;
        }
        let slot = self.special_operator(state, &format!("__{stem}__"), &[target, value], span);
        slot.unwrap_or_else(|| self.unknown(Cause::Construct("an operator"))).value
    }

    /// What `for` goes over: what `__iter__` gives, where an instance has one.
    pub(super) fn iterated(&mut self, state: &mut State, slot: Slot, span: Span) -> Slot {
        match self.special_of(slot, "__iter__") {
            Some(body) => self.call_special(state, body, &[slot], span),
            None => slot,
        }
    }

    /// `__exit__` of a context manager that is an instance.
    pub(super) fn exited(&mut self, state: &mut State, slot: Slot, span: Span) {
        for atom in self.pool.atoms(slot.value).to_vec() {
            if let Atom::Instance(_, class) = atom
                && let Some(body) = self.special(class, "__exit__")
            {
                let receiver = Slot { value: self.pool.single(atom), vn: Vn::None };
                // Whether there was an exception is not known here.
                let given = Slot { value: self.scalar(), vn: Vn::None };
                self.perhaps(state, |engine, state| {
                    engine.call_special(state, body, &[receiver, given, given, given], span)
                });
            }
        }
    }
}

/// The method that the right operand is asked for. Comparisons swap their sides.
fn reflected(method: &str) -> String {
    match method {
        "__lt__" => "__gt__".to_owned(),
        "__gt__" => "__lt__".to_owned(),
        "__le__" => "__ge__".to_owned(),
        "__ge__" => "__le__".to_owned(),
        "__eq__" | "__ne__" => method.to_owned(),
        _ => method.replacen("__", "__r", 1),
    }
}
