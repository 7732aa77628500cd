//! Calls: who is called, and what comes back.

use smallvec::SmallVec;

use super::domain::{ArrayAtom, Atom, Cause, ContainerKind, ObjectId, Reason, Slot, ValueId, Via, Vn};
use super::engine::Engine;
use super::event::{CallEvent, Callee, EventKind, Purpose};
use super::facts::Evidence;
use super::state::{Field, State};
use crate::ir::{ArgKind, BodyId, CallArg, Name, Operand};
use crate::source::Span;

/// An argument, evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// How it is passed.
    pub kind: ArgKind,
    /// Through which operand, where there is one.
    pub operand: Option<Operand>,
    /// What it holds.
    pub slot: Slot,
}

/// Arguments in order; a receiver comes first, by position.
pub type Args = SmallVec<[Arg; 4]>;

impl Engine<'_> {
    /// `function(args)`
    pub fn call(&mut self, state: &mut State, function: Operand, args: &[CallArg], span: Span) -> Slot {
        let callee = self.read(state, function, Purpose::Part);
        let args = self.read_args(state, None, args);
        let atoms = self.pool.all(callee.value);
        if let [atom] = atoms[..] {
            return self.call_atom(state, atom, args, span);
        }
        let value = self.for_atoms(callee.value, |engine, atom| {
            let args = args.clone();
            if Self::changes_objects(atom) {
                return engine.perhaps(state, |engine, state| engine.call_atom(state, atom, args, span).value);
            }
            engine.call_atom(state, atom, args, span).value
        });
        if value == ValueId::EMPTY {
            return self.unknown(Cause::Call(None));
        }
        self.fresh_slot(value)
    }

    pub(super) fn read_args(&mut self, state: &State, receiver: Option<(Operand, Slot)>, args: &[CallArg]) -> Args {
        let mut all = Args::new();
        if let Some((operand, slot)) = receiver {
            all.push(Arg { kind: ArgKind::Positional, operand: Some(operand), slot });
        }
        for arg in args {
            let slot = self.read(state, arg.value, Purpose::Data);
            if arg.kind == ArgKind::Starred
                && let [Atom::Container(object, _)] = *self.pool.atoms(slot.value)
                && let Some(elements) = self.elements_in_order(state, object)
            {
                let one = |slot| Arg { kind: ArgKind::Positional, operand: Some(arg.value), slot };
                all.extend(elements.into_iter().map(one));
                continue;
            }
            all.push(Arg { kind: arg.kind, operand: Some(arg.value), slot });
        }
        all
    }

    fn call_atom(&mut self, state: &mut State, atom: Atom, args: Args, span: Span) -> Slot {
        match atom {
            Atom::Path(path) => self.call_path(state, path, &args, span),
            Atom::Function(object, body) => self.call_function(state, body, Some(object), &args, span),
            Atom::Method(object, body) => {
                let receiver = state.cell(object, Field::Receiver).unwrap_or(Slot::UNBOUND);
                let args = with_receiver(None, receiver, args);
                self.call_function(state, body, None, &args, span)
            }
            Atom::Class(_, class) => self.instantiate_class(state, class, args, span),
            Atom::Typed(class) => {
                let method = self.names.intern("__call__");
                let path = self.join_path(class, method);
                match self.callable(path) {
                    Some(rule) => {
                        let receiver = Slot { value: self.pool.single(atom), vn: Vn::None };
                        let args = with_receiver(None, receiver, args);
                        self.apply_rule_args(state, rule, &args, None, span)
                    }
                    None => self.unknown_call(state, Callee::Unknown, Cause::Call(None), &args, span),
                }
            }
            Atom::Instance(_, class) if let Some(body) = self.call_of(class) => {
                let receiver = Slot { value: self.pool.single(atom), vn: Vn::None };
                self.call_function(state, body, None, &with_receiver(None, receiver, args), span)
            }
            Atom::Const(_) | Atom::Scalar | Atom::Array(_) | Atom::Container(..) | Atom::Instance(..) => {
                self.unknown_call(state, Callee::Unknown, Cause::Call(None), &args, span)
            }
            Atom::Unknown(reason) => self.unknown_call(state, Callee::Unknown, reason.then(Via::Call), &args, span),
        }
    }

    /// A call of something by its dotted path: of the language, of the API, or not known.
    pub fn call_path(&mut self, state: &mut State, path: Name, args: &Args, span: Span) -> Slot {
        if let Some(slot) = self.call_language(state, path, args, span) {
            return slot;
        }
        match self.callable(path) {
            Some(rule) => self.apply_rule_args(state, rule, args, None, span),
            None => self.call_method_of_callable(state, path, args, span),
        }
    }

    /// `np.add.reduce(a)`: a call of a method of something that is itself called.
    fn call_method_of_callable(&mut self, state: &mut State, path: Name, args: &Args, span: Span) -> Slot {
        match self.method_of_callable(path) {
            Some(rule) => {
                let receiver = Slot { value: self.pool.single(Atom::Path(path)), vn: Vn::None };
                let args = with_receiver(None, receiver, args.clone());
                self.apply_rule_args(state, rule, &args, None, span)
            }
            None => self.unknown_call(state, Callee::Path(path), Cause::Call(Some(path)), args, span),
        }
    }

    /// `object.method(args)`
    pub fn call_method(
        &mut self,
        state: &mut State,
        object: Operand,
        method: Name,
        args: &[CallArg],
        span: Span,
    ) -> Slot {
        let receiver = self.read(state, object, Purpose::Part);
        let args = self.read_args(state, None, args);
        let atoms = self.pool.all(receiver.value);
        if let [atom] = atoms[..] {
            return self.call_method_of(state, atom, receiver, object, method, args, span);
        }
        let value = self.for_atoms(receiver.value, |engine, atom| {
            let one = Slot { value: engine.pool.single(atom), vn: Vn::None };
            let args = args.clone();
            if Self::changes_objects(atom) {
                return engine.perhaps(state, |engine, state| {
                    engine.call_method_of(state, atom, one, object, method, args, span).value
                });
            }
            engine.call_method_of(state, atom, one, object, method, args, span).value
        });
        if value == ValueId::EMPTY {
            return self.unknown(Cause::Method(method));
        }
        self.fresh_slot(value)
    }

    #[allow(clippy::too_many_arguments, reason = "what a method call consists of")]
    fn call_method_of(
        &mut self,
        state: &mut State,
        atom: Atom,
        receiver: Slot,
        object: Operand,
        method: Name,
        args: Args,
        span: Span,
    ) -> Slot {
        match atom {
            Atom::Array(array) => self.call_array_method(state, array, receiver, object, method, args, span),
            Atom::Container(container, kind) => {
                self.call_container_method(state, container, kind, object, method, &args, span)
            }
            Atom::Instance(instance, class) => {
                if let Some(slot) = state.cell(instance, Field::Attr(method)) {
                    return self.call_value(state, slot, args, span);
                }
                match self.method(class, method) {
                    Some(body) => self.call_class_method(state, body, object, receiver, args, span),
                    None => self.call_inherited(state, class, object, receiver, method, args, span),
                }
            }
            Atom::Class(class_object, class) => {
                let known = self.method(class, method);
                let own = state.cell(class_object, Field::Attr(method));
                if let Some(slot) = own.filter(|slot| !self.is_function_of(*slot, known)) {
                    return self.call_value(state, slot, args, span);
                }
                match known {
                    Some(body) if self.has_decorator(body, "classmethod") => {
                        let args = with_receiver(Some(object), receiver, args);
                        self.call_function(state, body, None, &args, span)
                    }
                    Some(body) => self.call_function(state, body, None, &args, span),
                    None => self.unknown_call(state, Callee::Method(method), Cause::Method(method), &args, span),
                }
            }
            Atom::Path(path) => {
                let path = self.join_path(path, method);
                let Some(slot) = self.linked(state, path) else { return self.call_path(state, path, &args, span) };
                self.call_value(state, slot, args, span)
            }
            Atom::Typed(class) => {
                let path = self.join_path(class, method);
                match self.callable(path) {
                    Some(rule) => {
                        let args = with_receiver(Some(object), receiver, args);
                        self.apply_rule_args(state, rule, &args, None, span)
                    }
                    None => self.unknown_call(state, Callee::Method(method), Cause::Call(Some(path)), &args, span),
                }
            }
            Atom::Const(_) | Atom::Scalar => {
                let path = format!("numpy.generic.{}", self.names.text(method));
                let path = self.names.intern(&path);
                // A NumPy scalar has the methods of arrays, and some of them give arrays.
                match self.callable(path) {
                    Some(rule) if atom == Atom::Scalar => {
                        let args = with_receiver(Some(object), receiver, args);
                        self.apply_rule_args(state, rule, &args, None, span)
                    }
                    _ if self.names.text(method).starts_with("__") => {
                        self.unknown_call(state, Callee::Method(method), Cause::Method(method), &args, span)
                    }
                    _ => {
                        let scalar = self.scalar();
                        self.fresh_slot(scalar)
                    }
                }
            }
            Atom::Function(..) | Atom::Method(..) => {
                self.unknown_call(state, Callee::Method(method), Cause::Method(method), &args, span)
            }
            Atom::Unknown(reason) => {
                self.unknown_call(state, Callee::Method(method), reason.then(Via::Call), &args, span)
            }
        }
    }

    pub(super) fn call_value(&mut self, state: &mut State, callee: Slot, args: Args, span: Span) -> Slot {
        match *self.pool.atoms(callee.value) {
            [atom] => self.call_atom(state, atom, args, span),
            _ => self.unknown_call(state, Callee::Unknown, Cause::Call(None), &args, span),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what a method call consists of")]
    fn call_array_method(
        &mut self,
        state: &mut State,
        array: ArrayAtom,
        receiver: Slot,
        object: Operand,
        method: Name,
        args: Args,
        span: Span,
    ) -> Slot {
        if let Some(place) = self.place_of(array)
            && let Some(class) = self.class_of_place(place)
            && let Some(body) = self.method(class, method)
        {
            return self.call_class_method(state, body, object, receiver, args, span);
        }
        let text = self.names.text(method).to_owned();
        if self.facts(array).evidence == Evidence::None && self.place_of(array).is_some() {
            self.keep_in_place(state, array, receiver, object, &text, &args);
        }
        let Some(rule) = self.method_rule(array, method) else {
            return self.unknown_call(state, Callee::Method(method), Cause::Method(method), &args, span);
        };
        let only_arrays = self.tells_array(method);
        let array = if only_arrays { self.with_evidence(array, Evidence::Use) } else { array };
        let value = self.pool.single(Atom::Array(array));
        let args = with_receiver(Some(object), Slot { value, vn: receiver.vn }, args);
        self.apply_rule_args(state, rule, &args, None, span)
    }

    /// `x.append(value)`, where `x` comes from outside and may be a list.
    fn keep_in_place(
        &mut self,
        state: &mut State,
        array: ArrayAtom,
        receiver: Slot,
        holder: Operand,
        method: &str,
        args: &Args,
    ) {
        if !matches!(method, "append" | "add" | "appendleft" | "insert" | "setdefault") {
            return;
        }
        let Some(Arg { operand: Some(operand), slot, .. }) = args.last().copied() else { return };
        state.add_to_cell(&mut self.pool, array.object, Field::Rest, slot.value);
        let kept = EventKind::Keep { object: receiver.value, holder, field: Field::Rest, value: slot.value, operand };
        self.record(operand.span, kept);
    }

    fn call_class_method(
        &mut self,
        state: &mut State,
        body: BodyId,
        object: Operand,
        receiver: Slot,
        args: Args,
        span: Span,
    ) -> Slot {
        let args =
            if self.has_decorator(body, "staticmethod") { args } else { with_receiver(Some(object), receiver, args) };
        self.call_function(state, body, None, &args, span)
    }

    /// Whether a function has this decorator.
    pub fn has_decorator(&self, body: BodyId, decorator: &str) -> bool {
        self.module.bodies[body].decorators.iter().any(|name| self.names.text(*name) == decorator)
    }

    /// A call of a function of this module with arguments by position.
    pub fn call_body(
        &mut self,
        state: &mut State,
        body: BodyId,
        function: Option<ObjectId>,
        args: Vec<(Option<Operand>, Slot)>,
        span: Span,
    ) -> Slot {
        let args = args.into_iter().map(|(operand, slot)| Arg { kind: ArgKind::Positional, operand, slot }).collect();
        self.call_function(state, body, function, &args, span)
    }

    pub(super) fn call_function(
        &mut self,
        state: &mut State,
        body: BodyId,
        function: Option<ObjectId>,
        args: &Args,
        span: Span,
    ) -> Slot {
        let result = self.apply_summary(state, body, function, args, span);
        self.record_call(Callee::Bodies(SmallVec::from_elem(body, 1)), args, result.value, span);
        result
    }

    /// A call of which nothing is known: it is taken to read its arguments, and what comes back is unknown.
    pub fn unknown_call(
        &mut self,
        state: &mut State,
        callee: Callee,
        reason: impl Into<Reason>,
        args: &Args,
        span: Span,
    ) -> Slot {
        let reason = reason.into();
        self.functions_may_run(state, args, span);
        let result = self.unknown(reason);
        // What is passed by `*` or `**` is taken apart: the callee gets another tuple or dictionary.
        let is_whole = |arg: &&Arg| !matches!(arg.kind, ArgKind::Starred | ArgKind::DoubleStarred);
        for arg in args.iter().filter(is_whole) {
            for atom in self.pool.all(arg.slot.value) {
                if let Atom::Container(object, ContainerKind::List | ContainerKind::Dict | ContainerKind::Set) = atom {
                    self.changed_in_place(state, object, reason);
                }
            }
        }
        self.record_call(callee, args, result.value, span);
        result
    }

    /// Records a call.
    pub fn record_call(&mut self, callee: Callee, args: &Args, result: ValueId, span: Span) {
        if self.frame.log.is_none() {
            return;
        }
        let args = args.iter().filter_map(|arg| arg.operand.map(|operand| (operand, arg.slot))).collect();
        let discarded = self.frame.at.discarded;
        self.record(span, EventKind::Call(Box::new(CallEvent { callee, args, result, discarded })));
    }
}

pub(super) fn with_receiver(operand: Option<Operand>, slot: Slot, args: Args) -> Args {
    let mut all = Args::new();
    all.push(Arg { kind: ArgKind::Positional, operand, slot });
    all.extend(args);
    all
}
