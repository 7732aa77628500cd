//! Which statements raise: on a run, the ways out of a `try` depend on it.
//!
//! That a statement raises, or does not, is said where it is known of its operands on this run; of anything else it is left
//! open, and both ways are taken. Running out of memory, signals, and warnings or floating-point errors that were turned into
//! exceptions are not regarded.

use super::call::{Arg, Args};
use super::domain::{ArrayAtom, Atom, Const, ContainerKind, Slot};
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::{ArrayClass, Evidence};
use super::geometry::{self, IndexItem, Operand as Shape};
use super::state::{Field, State};
use super::subscript::Key;
use super::tri::Tri;
use crate::ir::{ArgKind, ClassId, CompareOp, Id, Index, Name, Operand, Rvalue, StmtKind, UnaryOp, UnpackTarget};

/// Whether a statement raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raising {
    /// It does not.
    Never,
    /// It does where something that it runs does.
    Within,
    /// It does, before it has done anything: an exception of this class.
    Always(&'static str),
    /// It may.
    Perhaps,
}

/// Built-in exceptions with the classes that they are derived from.
const BUILT_IN: [(&str, &[&str]); 12] = [
    ("ValueError", &["Exception", "BaseException"]),
    ("TypeError", &["Exception", "BaseException"]),
    ("IndexError", &["LookupError", "Exception", "BaseException"]),
    ("KeyError", &["LookupError", "Exception", "BaseException"]),
    ("LookupError", &["Exception", "BaseException"]),
    ("RuntimeError", &["Exception", "BaseException"]),
    ("AttributeError", &["Exception", "BaseException"]),
    ("ZeroDivisionError", &["ArithmeticError", "Exception", "BaseException"]),
    ("ArithmeticError", &["Exception", "BaseException"]),
    ("NotImplementedError", &["RuntimeError", "Exception", "BaseException"]),
    ("Exception", &["BaseException"]),
    ("BaseException", &[]),
];

/// The built-in exception of this name, if it is one of those that are told apart.
pub(super) fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(known, _)| *known)
}

/// Whether a handler of this class catches a built-in exception.
fn catches(class: &str, raised: &str) -> Option<bool> {
    let (_, bases) = BUILT_IN.iter().find(|(known, _)| *known == raised)?;
    built_in(class)?;
    Some(class == raised || bases.contains(&class))
}

impl Engine<'_> {
    /// Whether a handler of these classes catches what was raised on this run; `None` where that is not known.
    pub(super) fn is_caught(&self, classes: &[Name]) -> Option<bool> {
        let raised = self.runs.as_ref()?.caught?;
        let mut caught = Some(false);
        for class in classes {
            // A name of the module's own may hide the built-in one.
            let one = if self.is_bound_somewhere(*class) { None } else { catches(self.names.text(*class), raised) };
            match one {
                Some(true) => return Some(true),
                Some(false) => {}
                None => caught = None,
            }
        }
        caught
    }

    fn is_bound_somewhere(&self, name: Name) -> bool {
        self.module.bodies.iter().any(|body| body.locals.iter().any(|local| local.name == Some(name)))
    }

    /// The built-in exception that `raise value` raises, by the statement that made the value.
    pub(super) fn raised_class(&self, last: Option<&StmtKind>) -> Option<&'static str> {
        let Some(StmtKind::Eval { value }) = last else { return None };
        let name = match value {
            Rvalue::Builtin(name) => Some(*name),
            Rvalue::Global(name) => (!self.is_bound_somewhere(*name)).then_some(*name),
            Rvalue::Call { function, .. } => {
                let crate::ir::OperandKind::Temp(temp) = function.kind else { return None };
                let [Atom::Path(path)] = *self.pool.atoms(self.frame.temps[temp.index()].value) else { return None };
                return built_in(self.names.text(path).strip_prefix("builtins.")?);
            }
            _ => None,
        };
        built_in(self.names.text(name?))
    }

    /// Whether a statement raises in this state.
    pub(super) fn raising(&mut self, state: &mut State, stmt: &StmtKind) -> Raising {
        match stmt {
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => self.raising_value(state, value),
            StmtKind::StoreIndex { object, index, value, .. } => self.raising_store(state, *object, index, *value),
            StmtKind::StoreAttr { object, attr, .. } => {
                let slot = self.slot(state, *object);
                match *self.pool.atoms(slot.value) {
                    [Atom::Instance(_, class)]
                        if self.method(class, *attr).is_none() && self.keeps_attributes(class) =>
                    {
                        Raising::Never
                    }
                    _ => Raising::Perhaps,
                }
            }
            StmtKind::StoreGlobal { .. } | StmtKind::StoreFree { .. } => Raising::Never,
            StmtKind::Unpack { value, targets } => self.raising_unpack(state, *value, targets),
            _ => Raising::Perhaps,
        }
    }

    fn raising_value(&mut self, state: &mut State, value: &Rvalue) -> Raising {
        match value {
            Rvalue::Use(_)
            | Rvalue::Global(_)
            | Rvalue::Builtin(_)
            | Rvalue::Free { .. }
            | Rvalue::Tuple(_)
            | Rvalue::List(_)
                if !spreads(value) =>
            {
                Raising::Never
            }
            Rvalue::Tuple(elements) | Rvalue::List(elements) if self.can_spread(state, elements) => Raising::Never,
            Rvalue::Iter { operand, is_async: false } => {
                let slot = self.slot(state, *operand);
                if self.can_be_gone_over(state, slot) { Raising::Never } else { Raising::Perhaps }
            }
            Rvalue::MakeFunction { decorators, .. } if decorators.is_empty() => Raising::Never,
            Rvalue::Caught | Rvalue::Matches { .. } | Rvalue::Append { key: None, .. } => Raising::Never,
            Rvalue::Attr { object, attr } => self.raising_attr(state, *object, *attr),
            Rvalue::Index { object, index } => self.raising_index(state, *object, index),
            Rvalue::Call { function, args } => {
                let callee = self.slot(state, *function);
                let args = self.read_args(state, None, args);
                match *self.pool.atoms(callee.value) {
                    [Atom::Function(..) | Atom::Method(..)] => Raising::Within,
                    [Atom::Path(path)] => self.raising_call(state, path, &args),
                    _ => Raising::Perhaps,
                }
            }
            Rvalue::CallMethod { object, method, args, .. } => {
                let args = self.read_args(state, None, args);
                self.raising_method(state, *object, *method, args)
            }
            Rvalue::Binary { op, left, right } => {
                let args = [(*left, self.slot(state, *left)), (*right, self.slot(state, *right))];
                if self.makes_sequence(*op, args[0].1, args[1].1) {
                    return Raising::Never;
                }
                self.raising_operator(state, &format!("__{}__", op.stem()), &args)
            }
            Rvalue::InPlace { op, target, value } => {
                let args = [(*target, self.slot(state, *target)), (*value, self.slot(state, *value))];
                self.raising_operator(state, &format!("__i{}__", op.stem()), &args)
            }
            Rvalue::Unary { op, operand } => {
                let slot = self.slot(state, *operand);
                let method = match op {
                    UnaryOp::Not if self.truth(slot.value).is_some() => return Raising::Never,
                    UnaryOp::Not => return Raising::Perhaps,
                    UnaryOp::Neg => "__neg__",
                    UnaryOp::Pos => "__pos__",
                    UnaryOp::Invert => "__invert__",
                };
                self.raising_operator(state, method, &[(*operand, slot)])
            }
            Rvalue::Compare { op, left, right } => {
                let args = [(*left, self.slot(state, *left)), (*right, self.slot(state, *right))];
                match op.method() {
                    None if matches!(op, CompareOp::Is | CompareOp::IsNot) => Raising::Never,
                    Some(method) => self.raising_operator(state, method, &args),
                    None => Raising::Perhaps,
                }
            }
            _ => Raising::Perhaps,
        }
    }

    /// Whether attributes of a class's instances are stored and found as usual.
    fn keeps_attributes(&self, class: ClassId) -> bool {
        let is_usual = |name: &str| self.names.get(name).is_none_or(|name| self.method(class, name).is_none());
        self.module.classes[class]
            .bases
            .iter()
            .all(|base| base.is_some_and(|base| self.class_names.contains_key(&base)))
            && ["__setattr__", "__getattribute__"].into_iter().all(is_usual)
    }

    /// An operator whose first operand is an array.
    fn raising_operator(&mut self, state: &mut State, method: &str, args: &[(Operand, Slot)]) -> Raising {
        let [Atom::Array(array)] = *self.pool.atoms(args[0].1.value) else { return Raising::Perhaps };
        let Some(rule) = self.array_method(array, method) else { return Raising::Perhaps };
        let arg =
            |(operand, slot): &(Operand, Slot)| Arg { kind: ArgKind::Positional, operand: Some(*operand), slot: *slot };
        self.raising_rule(state, rule, &args.iter().map(arg).collect())
    }

    fn raising_attr(&mut self, state: &mut State, object: Operand, attr: Name) -> Raising {
        let slot = self.slot(state, object);
        match *self.pool.atoms(slot.value) {
            [Atom::Array(array)] if self.is_plain_array(array) => match self.array_attribute(array, attr) {
                Some(rule) if self.rules.rule(rule).raises.is_empty() => Raising::Never,
                Some(_) | None => Raising::Perhaps,
            },
            [Atom::Instance(instance, class)] => match self.method(class, attr) {
                Some(_) => Raising::Within,
                None if state.cell(instance, Field::Attr(attr)).is_some() && self.keeps_attributes(class) => {
                    Raising::Never
                }
                None => Raising::Perhaps,
            },
            [Atom::Path(path)] => {
                let path = self.join_path(path, attr);
                let is_known = self.callable(path).is_some() || self.attribute(path).is_some();
                let is_known = is_known
                    || Dtype::parse(self.names.text(path)) != Dtype::Unknown
                    || self.is_known_module(self.names.text(path));
                if is_known { Raising::Never } else { Raising::Perhaps }
            }
            _ => Raising::Perhaps,
        }
    }

    fn raising_index(&mut self, state: &mut State, object: Operand, index: &Index) -> Raising {
        let slot = self.slot(state, object);
        let key = self.key(state, index);
        match *self.pool.atoms(slot.value) {
            [Atom::Array(array)] => self.raising_key(state, array, &key),
            [Atom::Container(container, kind)] => self.raising_element(state, container, kind, &key),
            _ => Raising::Perhaps,
        }
    }

    fn raising_element(
        &mut self,
        state: &State,
        container: super::domain::ObjectId,
        kind: ContainerKind,
        key: &Key,
    ) -> Raising {
        if kind == ContainerKind::Dict {
            let is_held = self.dict_field(key).is_some_and(|field| state.cell(container, field).is_some());
            return if is_held { Raising::Never } else { Raising::Perhaps };
        }
        let (Some(length), Some(at)) =
            (self.length(state, container), key.single.and_then(|one| self.as_int(one.value)))
        else {
            return Raising::Perhaps;
        };
        let length = i64::from(length);
        if (-length..length).contains(&at) { Raising::Never } else { Raising::Always("IndexError") }
    }

    /// A subscript of an array.
    fn raising_key(&self, state: &State, array: ArrayAtom, key: &Key) -> Raising {
        let facts = self.facts(array);
        if facts.evidence != Evidence::Made || facts.class != ArrayClass::Ndarray {
            return Raising::Perhaps;
        }
        let single = key.single.map(|slot| self.shape_of(state, slot.value));
        match geometry::key_fits(&Shape::Array(facts), &key.items, single.as_ref()) {
            Tri::Yes => Raising::Never,
            // What is taken for a number may be a truth value of NumPy, which fits anything.
            Tri::No if key.items.iter().any(|item| matches!(item, IndexItem::Int(None))) => Raising::Perhaps,
            Tri::No => Raising::Always("IndexError"),
            Tri::Maybe => Raising::Perhaps,
        }
    }

    fn raising_store(&mut self, state: &mut State, object: Operand, index: &Index, value: Operand) -> Raising {
        let (slot, stored) = (self.slot(state, object), self.slot(state, value));
        let key = self.key(state, index);
        let is_key = self.dict_field(&key).is_some();
        match *self.pool.atoms(slot.value) {
            [Atom::Array(array)] => {
                let is_number = matches!(self.as_const(stored.value), Some(Const::Bool(_) | Const::Int(_)));
                let takes_numbers = self.is_plain_array(array) && self.facts(array).writeable == Tri::Yes;
                match self.raising_key(state, array, &key) {
                    Raising::Never if is_number && takes_numbers => Raising::Never,
                    _ => Raising::Perhaps,
                }
            }
            [Atom::Container(container, kind @ ContainerKind::List)] => {
                self.raising_element(state, container, kind, &key)
            }
            [Atom::Container(_, ContainerKind::Dict)] if is_key => Raising::Never,
            _ => Raising::Perhaps,
        }
    }

    fn raising_unpack(&mut self, state: &State, value: Operand, targets: &[UnpackTarget]) -> Raising {
        let slot = self.slot(state, value);
        let count = match *self.pool.atoms(slot.value) {
            [Atom::Container(object, ContainerKind::List | ContainerKind::Tuple)] => {
                self.length(state, object).map(u64::from)
            }
            [Atom::Array(array)] => self.first_length(array),
            _ => None,
        };
        let starred = targets.iter().filter(|target| target.starred).count() as u64;
        let wanted = targets.len() as u64 - starred;
        match count {
            Some(count) if count == wanted || (starred > 0 && count > wanted) => Raising::Never,
            Some(_) => Raising::Always("ValueError"),
            None => Raising::Perhaps,
        }
    }

    fn raising_method(&mut self, state: &mut State, object: Operand, method: Name, args: Args) -> Raising {
        let receiver = self.slot(state, object);
        match *self.pool.atoms(receiver.value) {
            [Atom::Array(array)] => {
                let name = self.names.text(method).to_owned();
                let Some(rule) = self.array_method(array, &name) else { return Raising::Perhaps };
                let mut all = Args::new();
                all.push(Arg { kind: ArgKind::Positional, operand: Some(object), slot: receiver });
                all.extend(args);
                self.raising_rule(state, rule, &all)
            }
            [Atom::Container(_, ContainerKind::List)] if args.len() == 1 && self.names.text(method) == "append" => {
                Raising::Never
            }
            [Atom::Path(path)] => {
                let path = self.join_path(path, method);
                self.raising_call(state, path, &args)
            }
            [Atom::Class(_, class)] if self.method(class, method).is_some() => Raising::Within,
            [Atom::Instance(instance, class)]
                if state.cell(instance, Field::Attr(method)).is_none() && self.method(class, method).is_some() =>
            {
                Raising::Within
            }
            _ => Raising::Perhaps,
        }
    }

    /// A call of something by its dotted path.
    fn raising_call(&mut self, state: &mut State, path: Name, args: &Args) -> Raising {
        let builtin = self.names.text(path).strip_prefix("builtins.").map(str::to_owned);
        if let Some(raising) = builtin.and_then(|name| self.raising_builtin(state, &name, args)) {
            return raising;
        }
        match self.callable(path) {
            Some(rule) => self.raising_rule(state, rule, args),
            None => Raising::Perhaps,
        }
    }
}

/// Whether a display has starred elements.
fn spreads(value: &Rvalue) -> bool {
    match value {
        Rvalue::Tuple(elements) | Rvalue::List(elements) => elements.iter().any(|element| element.starred),
        _ => false,
    }
}
