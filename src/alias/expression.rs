//! Values of right-hand sides.

use super::domain::{Atom, Cause, Const, ContainerKind, Part, Place, Slot, ValueId, Via, Vn};
use super::engine::Engine;
use super::event::{EventKind, Purpose};
use super::state::{Field, OUTER, State};
use crate::ir::{BinaryOp, BodyId, ClassId, CompareOp, Id, Local, Module, Name, Operand, Rvalue, UnaryOp};
use crate::source::Span;

impl Engine<'_> {
    /// The value of a right-hand side, and its effects.
    pub fn evaluate(&mut self, state: &mut State, value: &Rvalue, span: Span) -> Slot {
        match value {
            Rvalue::Use(operand) => self.read(state, *operand, Purpose::Alias),
            Rvalue::Global(name) => self.global(state, *name),
            Rvalue::Builtin(name) => self.builtin(*name),
            Rvalue::Free { body, local } => self.free(state, *body, *local),
            Rvalue::Import(path) => self.imported(*path),
            Rvalue::Attr { object, attr } => {
                let slot = self.read(state, *object, Purpose::Part);
                self.attribute_of(state, slot, *attr, Some(*object), span)
            }
            Rvalue::Index { object, index } => self.index(state, *object, index, span),
            Rvalue::Call { function, args } => self.call(state, *function, args, span),
            Rvalue::CallMethod { object, method, args, .. } => self.call_method(state, *object, *method, args, span),
            Rvalue::Binary { op, left, right } => self.binary(state, *op, *left, *right, span),
            Rvalue::InPlace { op, target, value } => self.in_place(state, *op, *target, *value, span),
            Rvalue::Unary { op, operand } => self.unary(state, *op, *operand, span),
            Rvalue::Compare { op, left, right } => self.compare(state, *op, *left, *right, span),
            Rvalue::List(elements) => self.display(state, ContainerKind::List, elements),
            Rvalue::Tuple(elements) => self.display(state, ContainerKind::Tuple, elements),
            Rvalue::Set(elements) => self.display(state, ContainerKind::Set, elements),
            Rvalue::Dict(items) => self.dict_display(state, items),
            Rvalue::Format(parts) => {
                for part in parts {
                    self.read(state, *part, Purpose::Data);
                }
                // A text, and no number: as a subscript it names a field.
                let text = self.names.intern("builtins.str");
                let value = self.pool.single(Atom::Typed(text));
                self.fresh_slot(value)
            }
            Rvalue::MakeFunction { body, defaults, decorators } => {
                self.make_function(state, *body, defaults, decorators)
            }
            Rvalue::MakeClass { class, decorators, .. } => self.make_class(state, *class, decorators),
            Rvalue::Iter { operand, is_async } => {
                let slot = self.slot(state, *operand);
                if *is_async { self.unknown(Cause::Construct("async for")) } else { self.iterated(state, slot, span) }
            }
            Rvalue::Enter(operand) => self.entered(state, *operand, span),
            Rvalue::Await(operand) => {
                self.read(state, *operand, Purpose::Data);
                self.unknown(Cause::Construct("await"))
            }
            Rvalue::Yield(operand) => self.yielded(state, *operand),
            Rvalue::YieldFrom(operand) => {
                self.read(state, *operand, Purpose::Data);
                self.unknown(Cause::Construct("yield from"))
            }
            Rvalue::Caught => self.unknown(Cause::Construct("an exception")),
            Rvalue::Matches { operand, fit } => {
                let slot = self.read(state, *operand, Purpose::Data);
                if let Some(known) = self.fits(state, slot, fit) {
                    return self.const_value(Const::Bool(known));
                }
                let value = self.scalar();
                self.fresh_slot(value)
            }
            Rvalue::Append { container, key, value } => self.append(state, *container, *key, *value),
            Rvalue::Opaque { what, reads } => {
                for operand in reads {
                    self.read(state, *operand, Purpose::Data);
                }
                self.unknown(Cause::Construct(what))
            }
        }
    }

    /// What `with` binds: what `__enter__` gives.
    fn entered(&mut self, state: &mut State, operand: Operand, span: Span) -> Slot {
        let slot = self.read(state, operand, Purpose::Data);
        match *self.pool.atoms(slot.value) {
            // `contextlib.nullcontext(x)` gives what it holds.
            [Atom::Container(object, ContainerKind::Iterator)] => match state.cell(object, Field::Rest) {
                Some(held) => self.fresh_slot(held.value),
                None => self.none(),
            },
            [Atom::Instance(_, class)] => match self.names.get("__enter__").and_then(|name| self.method(class, name)) {
                Some(body) => self.call_body(state, body, None, vec![(Some(operand), slot)], span),
                None => self.unknown(Cause::Construct("a context manager")),
            },
            [Atom::Unknown(reason)] => self.unknown(reason.then(Via::Part)),
            [Atom::Typed(class)] => {
                let method = self.names.intern("__enter__");
                let path = self.join_path(class, method);
                match self.callable(path) {
                    Some(rule) => self.apply_rule(state, rule, vec![(Some(operand), slot)], span),
                    None => self.unknown(Cause::Construct("a context manager")),
                }
            }
            _ => self.unknown(Cause::Construct("a context manager")),
        }
    }

    /// A module-level variable of another file that is followed together with this one, by its dotted path.
    pub(super) fn linked(&mut self, state: &State, path: Name) -> Option<Slot> {
        let local = *self.top_locals.get(&path)?;
        if !self.names.text(path).contains('.') {
            return None;
        }
        match self.frame.id {
            Module::TOP if state.locals[local.index()] == Slot::UNBOUND => Some(self.unknown(Cause::Name(path))),
            Module::TOP => Some(state.locals[local.index()]),
            _ => Some(self.global(state, path)),
        }
    }

    /// What is imported, or an attribute of it: an API object, but for a variable of another file of the project.
    pub(super) fn imported(&mut self, path: Name) -> Slot {
        if self.is_variable(path) {
            self.unknown(Cause::Construct("a variable of another file"))
        } else {
            self.path_slot(path)
        }
    }

    /// Whether a path is that of a module-level variable of another file of the project.
    pub(super) fn is_variable(&mut self, path: Name) -> bool {
        self.rules.is_value(self.names.text(path)) && self.callable(path).is_none() && self.attribute(path).is_none()
    }

    /// The slot of an API object.
    pub fn path_slot(&mut self, path: Name) -> Slot {
        Slot { value: self.pool.single(Atom::Path(path)), vn: Vn::Path(path) }
    }

    fn builtin(&mut self, name: Name) -> Slot {
        let path = format!("builtins.{}", self.names.text(name));
        let path = self.names.intern(&path);
        self.path_slot(path)
    }

    /// A module-level name, read inside a function.
    pub fn global(&mut self, state: &State, name: Name) -> Slot {
        let outer = self.pool.objects.intern(OUTER);
        if let Some(slot) = state.cell(outer, Field::Global(name)) {
            return slot;
        }
        match self.top_locals.get(&name) {
            None => self.builtin(name),
            Some(&local) => match self.statics.get(&(Module::TOP, local)) {
                Some(&slot) => slot,
                None => self.place(Place::Global(name)),
            },
        }
    }

    /// A variable of an enclosing function.
    pub fn free(&mut self, state: &State, body: BodyId, local: Local) -> Slot {
        let outer = self.pool.objects.intern(OUTER);
        if let Some(slot) = state.cell(outer, Field::Free(body, local)) {
            return slot;
        }
        match self.statics.get(&(body, local)) {
            Some(&slot) => slot,
            None => self.place(Place::Free(body, local)),
        }
    }

    fn yielded(&mut self, state: &State, operand: Option<Operand>) -> Slot {
        let slot = match operand {
            Some(operand) => {
                let slot = self.read(state, operand, Purpose::Data);
                self.record(operand.span, EventKind::Return { operand, slot, is_yield: true });
                slot
            }
            None => self.none(),
        };
        if self.on_a_run() {
            self.frame.given.push(slot);
        }
        let before = self.frame.yields.unwrap_or(ValueId::EMPTY);
        self.frame.yields = Some(self.pool.join(before, slot.value));
        self.unknown(Cause::Construct("a value sent to a generator"))
    }

    fn make_function(
        &mut self,
        state: &mut State,
        body: BodyId,
        defaults: &[(u32, Operand)],
        decorators: &[Operand],
    ) -> Slot {
        let object = self.make_object(Part::Result(0));
        for (position, operand) in defaults {
            let slot = self.read(state, *operand, Purpose::Alias);
            state.set_cell(&mut self.pool, object, Field::Index(*position), slot);
        }
        for decorator in decorators {
            self.read(state, *decorator, Purpose::Data);
        }
        if !self.keeps_meaning(body) {
            return self.unknown(Cause::Construct("a decorator"));
        }
        let value = self.pool.single(Atom::Function(object, body));
        self.fresh_slot(value)
    }

    /// Whether the decorators of a function leave what it does to arrays as it is.
    fn keeps_meaning(&self, body: BodyId) -> bool {
        const HARMLESS: &[&str] = &[
            "property",
            "staticmethod",
            "classmethod",
            "abstractmethod",
            "abc.abstractmethod",
            "override",
            "typing.override",
            "njit",
            "jit",
            "numba.njit",
            "numba.jit",
            "nb.njit",
            "nb.jit",
            "functools.wraps",
            "wraps",
            "validate_params",
            "cached_property",
            "functools.cached_property",
        ];
        let decorators = &self.module.bodies[body].decorators;
        decorators.iter().all(|name| {
            let text = self.names.text(*name);
            HARMLESS.contains(&text) || text.ends_with(".setter") || text.ends_with("_dispatch")
        })
    }

    fn make_class(&mut self, state: &mut State, class: ClassId, decorators: &[Operand]) -> Slot {
        let object = self.make_object(Part::Result(0));
        for decorator in decorators {
            self.read(state, *decorator, Purpose::Data);
        }
        self.run_class_body(state, class, object);
        let value = self.pool.single(Atom::Class(object, class));
        self.fresh_slot(value)
    }

    fn unary(&mut self, state: &mut State, op: UnaryOp, operand: Operand, span: Span) -> Slot {
        let slot = self.read(state, operand, Purpose::Data);
        let stem = match op {
            UnaryOp::Not => {
                if let Some(truth) = self.truth(slot.value) {
                    return self.const_value(Const::Bool(!truth));
                }
                if let Some(truth) = self.decided_boolean(slot) {
                    return self.const_value(Const::Bool(!truth));
                }
                let value = self.scalar();
                return self.fresh_slot(value);
            }
            UnaryOp::Neg => {
                if let Some(value) = self.as_int(slot.value).and_then(i64::checked_neg) {
                    return self.const_value(Const::Int(value));
                }
                "__neg__"
            }
            UnaryOp::Pos => "__pos__",
            UnaryOp::Invert => "__invert__",
        };
        self.operator(state, stem, &[(operand, slot)], span)
    }

    fn compare(&mut self, state: &mut State, op: CompareOp, left: Operand, right: Operand, span: Span) -> Slot {
        let Some(stem) = op.method() else {
            let identity = matches!(op, CompareOp::Is | CompareOp::IsNot);
            let purpose = if identity { Purpose::Alias } else { Purpose::Data };
            let (left, right) = (self.read(state, left, purpose), self.read(state, right, purpose));
            if self.on_a_run()
                && identity
                && let Some(is_one) = self.identity_on_run(left, right)
            {
                return self.const_value(Const::Bool(is_one == (op == CompareOp::Is)));
            }
            let value = self.scalar();
            let slot = self.fresh_slot(value);
            self.note_boolean(slot);
            return slot;
        };
        let args = [(left, self.read(state, left, Purpose::Data)), (right, self.read(state, right, Purpose::Data))];
        if self.on_a_run()
            && let Some(truth) = self.compared_on_run(stem, args[0].1.value, args[1].1.value)
        {
            return self.const_value(Const::Bool(truth));
        }
        let slot = self.operator(state, stem, &args, span);
        self.note_boolean(slot);
        slot
    }

    fn binary(&mut self, state: &mut State, op: BinaryOp, left: Operand, right: Operand, span: Span) -> Slot {
        let args = [(left, self.read(state, left, Purpose::Data)), (right, self.read(state, right, Purpose::Data))];
        if let Some(folded) = self.fold(op, args[0].1.value, args[1].1.value) {
            return self.const_value(Const::Int(folded));
        }
        if self.is_complex(args[0].1.value, args[1].1.value) {
            return self.const_value(Const::Complex);
        }
        if let Some(slot) = self.sequence_operator(state, op, &args) {
            return slot;
        }
        let name = format!("__{}__", op.stem());
        self.operator(state, &name, &args, span)
    }

    /// Whether two numbers of the source make a complex one: `1 + 2j`.
    fn is_complex(&self, left: ValueId, right: ValueId) -> bool {
        let both = [self.as_const(left), self.as_const(right)];
        let number = |one: Option<&Const>| {
            matches!(one, Some(Const::Int(_) | Const::Float(_) | Const::Bool(_) | Const::Complex))
        };
        both.into_iter().all(number) && both.contains(&Some(&Const::Complex))
    }

    pub(super) fn fold(&self, op: BinaryOp, left: ValueId, right: ValueId) -> Option<i64> {
        let (left, right) = (self.as_int(left)?, self.as_int(right)?);
        match op {
            BinaryOp::Add => left.checked_add(right),
            BinaryOp::Sub => left.checked_sub(right),
            BinaryOp::Mul => left.checked_mul(right),
            BinaryOp::FloorDiv if right > 0 => Some(left.div_euclid(right)),
            BinaryOp::Mod if right > 0 => Some(left.rem_euclid(right)),
            BinaryOp::Pow => left.checked_pow(u32::try_from(right).ok()?),
            BinaryOp::FloorDiv
            | BinaryOp::Mod
            | BinaryOp::MatMul
            | BinaryOp::Div
            | BinaryOp::LShift
            | BinaryOp::RShift
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::BitAnd => None,
        }
    }
}
