//! Whether what belongs to Python itself raises: displays, operators of lists, calls of builtins that go over something.

use super::call::{Arg, Args};
use super::domain::{Atom, Const, ContainerKind, Slot};
use super::engine::Engine;
use super::facts::{ArrayClass, Evidence};
use super::raising::Raising;
use super::state::State;
use crate::ir::{BinaryOp, Element};

impl Engine<'_> {
    /// A call of a builtin; `None` for those that rules describe, and others.
    pub(super) fn raising_builtin(&self, state: &State, name: &str, args: &Args) -> Option<Raising> {
        let never = |known: bool| if known { Raising::Never } else { Raising::Perhaps };
        let all = |test: &dyn Fn(Slot) -> bool| never(args.iter().all(|arg| test(arg.slot)));
        if args.iter().any(|arg| arg.kind != crate::ir::ArgKind::Positional) {
            return None;
        }
        Some(match (name, args.as_slice()) {
            ("int", [arg]) => self.raising_int(arg),
            ("len", [arg]) => never(match *self.pool.atoms(arg.slot.value) {
                [Atom::Container(_, kind)] => kind != ContainerKind::Iterator,
                [Atom::Array(array)] => self.first_length(array).is_some(),
                _ => false,
            }),
            ("slice", [_] | [_, _] | [_, _, _]) => all(&|slot| self.as_const(slot.value).is_some()),
            ("range", [_] | [_, _]) => all(&|slot| self.as_int(slot.value).is_some()),
            ("list" | "tuple" | "iter" | "enumerate", [_]) | ("zip", _) => {
                all(&|slot| self.can_be_gone_over(state, slot))
            }
            ("next", [arg, rest @ ..]) => never(match *self.pool.atoms(arg.slot.value) {
                [Atom::Container(object, ContainerKind::Iterator | ContainerKind::List)] => {
                    self.length(state, object).is_some_and(|length| length > 0 || !rest.is_empty())
                }
                _ => false,
            }),
            _ => return None,
        })
    }

    /// Whether going over a value does not raise.
    pub(super) fn can_be_gone_over(&self, state: &State, slot: Slot) -> bool {
        match *self.pool.atoms(slot.value) {
            [Atom::Container(object, ContainerKind::Iterator)] => self.length(state, object).is_some(),
            [Atom::Container(..)] => true,
            [Atom::Array(array)] => {
                let facts = self.facts(array);
                facts.evidence == Evidence::Made
                    && facts.class == ArrayClass::Ndarray
                    && facts.geometry.ndim.is_some_and(|ndim| ndim > 0)
            }
            _ => false,
        }
    }

    /// Whether all that is spread in a display can be gone over.
    pub(super) fn can_spread(&mut self, state: &State, elements: &[Element]) -> bool {
        elements.iter().filter(|element| element.starred).all(|element| {
            let slot = self.slot(state, element.value);
            self.can_be_gone_over(state, slot)
        })
    }

    /// Whether an operator makes a list or tuple of lists or tuples: `[a] * 3`, `[a] + [b]`.
    pub(super) fn makes_sequence(&self, op: BinaryOp, left: Slot, right: Slot) -> bool {
        let kind = |slot: Slot| match *self.pool.atoms(slot.value) {
            [Atom::Container(_, kind @ (ContainerKind::List | ContainerKind::Tuple))] => Some(kind),
            _ => None,
        };
        match (op, kind(left), kind(right)) {
            (BinaryOp::Add, Some(left), Some(right)) => left == right,
            (BinaryOp::Mul, Some(_), None) => self.as_int(right.value).is_some(),
            (BinaryOp::Mul, None, Some(_)) => self.as_int(left.value).is_some(),
            _ => false,
        }
    }

    /// Whether there are rules for names that begin with this path: it is a module, or an object that stands in one.
    pub(super) fn is_known_module(&self, path: &str) -> bool {
        self.rules.has_names_in(path)
    }

    /// `int("x")` of a text that is no number.
    fn raising_int(&self, arg: &Arg) -> Raising {
        match self.as_const(arg.slot.value) {
            Some(Const::Str(text)) => {
                let text = self.names.text(*text).trim();
                let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
                let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                match () {
                    () if is_plain => Raising::Never,
                    () if digits.bytes().any(|byte| byte.is_ascii_alphabetic()) => Raising::Always("ValueError"),
                    () => Raising::Perhaps,
                }
            }
            Some(Const::Int(_) | Const::Bool(_)) => Raising::Never,
            _ if self.runs.as_ref().is_some_and(|runs| runs.is_boolean(arg.slot)) => Raising::Never,
            _ => Raising::Perhaps,
        }
    }
}
