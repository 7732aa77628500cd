//! What a branch that is taken says of the values tested.
//!
//! ```python
//! if out is None:
//!     out = np.empty(n)       # here `out` is None, and nothing else
//! out[:] = 0                  # here it is the argument, or the fresh array
//! ```

use super::domain::{Atom, Const, ContainerKind, Slot, ValueId};
use super::engine::Engine;
use super::facts::Evidence;
use super::memory_guard::Flag;
use super::state::State;
use crate::ir::{ArgKind, BlockId, CallArg, CompareOp, Fit, Id, Local, Name, Operand, OperandKind, Rvalue};
use crate::rules::Told;

/// A fact about one variable, from a test.
enum Test {
    IsNone(Local),
    IsInstance(Local, Kind),
    Truth(Local),
    /// The first is the very object that the second is.
    Is(Local, Local),
    /// A function was asked whether the two share memory.
    Shares(Local, Local, Told),
    /// A flag of an array is set.
    Flag(Local, Flag),
}

/// A type tested for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Array,
    List,
    Tuple,
    Dict,
    Number,
    Text,
}

impl Engine<'_> {
    /// Takes it that `cond` is `truth`; false if that cannot be.
    pub fn assume(&mut self, state: &mut State, block: BlockId, cond: Operand, truth: bool) -> bool {
        let slot = self.slot(state, cond);
        if let Some(known) = self.truth(slot.value)
            && known != truth
        {
            return false;
        }
        let Some((test, negated)) = self.test_of(state, block, cond) else { return true };
        let truth = truth != negated;
        let local = match &test {
            Test::Is(left, right) => return self.assume_identity(state, *left, *right, truth),
            Test::Shares(left, right, told) => return self.assume_sharing(state, *left, *right, *told, truth),
            Test::Flag(local, _) | Test::IsNone(local) | Test::IsInstance(local, _) | Test::Truth(local) => *local,
        };
        let old = state.locals[local.index()];
        let kept: Vec<Atom> = self
            .pool
            .atoms(old.value)
            .to_vec()
            .into_iter()
            .filter_map(|atom| match &test {
                Test::IsNone(_) => self.keep_none(atom, truth),
                Test::IsInstance(_, kind) => self.keep_kind(atom, *kind, truth),
                Test::Flag(_, flag) => self.keep_flag(atom, *flag, truth),
                Test::Truth(_) | Test::Is(..) | Test::Shares(..) => self.keep_truth(atom, truth),
            })
            .collect();
        if kept.is_empty() && old.value != ValueId::EMPTY {
            return false;
        }
        let value = self.pool.value(kept);
        if value != old.value {
            let none = self.none();
            let vn = if value == none.value { none.vn } else { old.vn };
            state.locals.narrow(local.index(), Slot { value, vn });
        }
        true
    }

    /// `left is right`, or not: `if work is x: work = work.copy()` leaves nothing of `x` in `work`.
    fn assume_identity(&mut self, state: &mut State, left: Local, right: Local, truth: bool) -> bool {
        let (mine, other) = (state.locals[left.index()], state.locals[right.index()]);
        let known_arrays = |engine: &Self, slot: Slot| {
            slot.value != ValueId::EMPTY
                && engine.pool.atoms(slot.value).iter().all(|atom| matches!(atom, Atom::Array(_)))
        };
        if !known_arrays(self, mine) || !known_arrays(self, other) {
            return true;
        }
        let others = self.arrays(other.value);
        let is_one = |array: super::domain::ArrayAtom, other: &super::domain::ArrayAtom| {
            array.object == other.object && array.memory == other.memory
        };
        let single = others.len() == 1 && super::state::is_single(&self.pool, others[0].object);
        let kept: Vec<Atom> = self
            .arrays(mine.value)
            .into_iter()
            .filter(|array| {
                let among = others.iter().any(|other| is_one(*array, other));
                // What is in two places from outside may be one object.
                let from_outside = |array: &super::domain::ArrayAtom| self.place_of(*array).is_some();
                let may_be_one = from_outside(array) && others.iter().any(from_outside);
                if truth { among || may_be_one } else { !(among && single) }
            })
            .map(Atom::Array)
            .collect();
        if kept.is_empty() {
            return false;
        }
        let value = self.pool.value(kept);
        let vn = if truth { other.vn } else { mine.vn };
        state.locals.set(left.index(), Slot { value, vn });
        true
    }

    /// Whether a value is true, where it is always or never.
    pub(super) fn truth(&self, value: ValueId) -> Option<bool> {
        let mut known = None;
        for atom in self.pool.atoms(value) {
            let one = match atom {
                Atom::Const(id) => self.const_truth(self.pool.consts.get(*id))?,
                Atom::Function(..) | Atom::Method(..) | Atom::Class(..) => true,
                _ => return None,
            };
            if known.is_some_and(|known| known != one) {
                return None;
            }
            known = Some(one);
        }
        known
    }

    pub(super) fn const_truth(&self, constant: &Const) -> Option<bool> {
        match constant {
            Const::None => Some(false),
            Const::Bool(value) => Some(*value),
            Const::Int(value) => Some(*value != 0),
            Const::Str(text) => Some(!self.names.text(*text).is_empty()),
            Const::Ellipsis | Const::Dtype(_) | Const::Slice(_) => Some(true),
            Const::Float(bits) => Some(f64::from_bits(*bits) != 0.0),
            Const::Bytes(_) | Const::Complex => None,
        }
    }

    fn test_of(&mut self, state: &State, block: BlockId, cond: Operand) -> Option<(Test, bool)> {
        if let OperandKind::Local(local) = cond.kind {
            return Some((Test::Truth(local), false));
        }
        let definition = self.definition(block, cond)?.clone();
        match definition {
            Rvalue::Use(operand) => match operand.kind {
                OperandKind::Local(local) => Some((Test::Truth(local), false)),
                OperandKind::Temp(_) | OperandKind::Const(_) => None,
            },
            Rvalue::Compare { op: op @ (CompareOp::Is | CompareOp::IsNot), left, right } => {
                let negated = op == CompareOp::IsNot;
                let OperandKind::Local(local) = left.kind else {
                    let is_none = right.kind == OperandKind::Const(crate::ir::Const::None);
                    let based = is_none.then(|| self.base_of_local(block, left)).flatten();
                    return based.map(|local| (Test::Flag(local, Flag::NoBase), negated));
                };
                match right.kind {
                    OperandKind::Const(crate::ir::Const::None) => Some((Test::IsNone(local), negated)),
                    OperandKind::Local(other) => Some((Test::Is(local, other), negated)),
                    OperandKind::Temp(_) | OperandKind::Const(_) => None,
                }
            }
            Rvalue::Call { function, args } => {
                let callee = self.slot(state, function);
                let [Atom::Path(path)] = *self.pool.atoms(callee.value) else { return None };
                self.test_by_call(state, path, &args)
            }
            Rvalue::CallMethod { object, method, args, .. } => {
                let object = self.slot(state, object);
                let [Atom::Path(module)] = *self.pool.atoms(object.value) else { return None };
                let path = self.join_path(module, method);
                self.test_by_call(state, path, &args)
            }
            Rvalue::Matches { operand, fit: Fit::Instance(class) } => {
                let OperandKind::Local(local) = operand.kind else { return None };
                let class = self.slot(state, class);
                Some((Test::IsInstance(local, self.kind_of(class)?), false))
            }
            Rvalue::Attr { object, attr } => {
                let flag = match self.names.text(attr) {
                    "owndata" => Flag::Owndata,
                    "writeable" => Flag::Writeable,
                    _ => return None,
                };
                let Rvalue::Attr { object, attr } = *self.definition(block, object)? else { return None };
                let OperandKind::Local(local) = object.kind else { return None };
                (self.names.text(attr) == "flags").then_some((Test::Flag(local, flag), false))
            }
            _ => None,
        }
    }

    /// What the answer of a function tells.
    fn test_by_call(&mut self, state: &State, path: Name, args: &[CallArg]) -> Option<(Test, bool)> {
        let [first, second, ..] = args else { return None };
        if [first, second].iter().any(|arg| arg.kind != ArgKind::Positional) {
            return None;
        }
        let OperandKind::Local(local) = first.value.kind else { return None };
        if self.names.text(path) == "builtins.isinstance" && args.len() == 2 {
            let class = self.slot(state, second.value);
            return Some((Test::IsInstance(local, self.kind_of(class)?), false));
        }
        let OperandKind::Local(other) = second.value.kind else { return None };
        let rule = self.callable(path)?;
        let told = self.rules.rule(rule).tells?;
        Some((Test::Shares(local, other, told), false))
    }

    /// The kind of value that a class stands for.
    pub(super) fn kind_of(&self, class: Slot) -> Option<Kind> {
        let [Atom::Path(class)] = *self.pool.atoms(class.value) else { return None };
        Some(match self.names.text(class) {
            "numpy.ndarray" => Kind::Array,
            "builtins.list" => Kind::List,
            "builtins.tuple" => Kind::Tuple,
            "builtins.dict" => Kind::Dict,
            "builtins.int" | "builtins.float" | "numbers.Number" | "numbers.Integral" | "numbers.Real" => Kind::Number,
            "builtins.str" => Kind::Text,
            _ => return None,
        })
    }

    fn keep_none(&mut self, atom: Atom, truth: bool) -> Option<Atom> {
        let none = self.pool.consts.intern(Const::None);
        match atom {
            Atom::Const(id) if id == none => truth.then_some(atom),
            Atom::Array(array) if truth => {
                let from_outside = self.place_of(array).is_some() && self.facts(array).evidence < Evidence::Made;
                from_outside.then_some(Atom::Const(none))
            }
            Atom::Unknown(_) => Some(if truth { Atom::Const(none) } else { atom }),
            Atom::Const(_)
            | Atom::Scalar
            | Atom::Array(_)
            | Atom::Container(..)
            | Atom::Instance(..)
            | Atom::Function(..)
            | Atom::Method(..)
            | Atom::Class(..)
            | Atom::Path(_)
            | Atom::Typed(_) => (!truth).then_some(atom),
        }
    }

    fn keep_kind(&mut self, atom: Atom, kind: Kind, truth: bool) -> Option<Atom> {
        let unknown = Atom::Unknown(super::domain::Cause::Construct("a value tested by isinstance").into());
        match atom {
            Atom::Array(array) if kind == Kind::Array && !self.holds(array) => {
                let sure = self.facts(array).evidence == Evidence::Made;
                match (truth, sure) {
                    (true, _) => Some(Atom::Array(self.with_evidence(array, Evidence::Made))),
                    (false, true) => None,
                    (false, false) => Some(unknown),
                }
            }
            Atom::Array(array) => {
                let sure = self.facts(array).evidence == Evidence::Made;
                match (truth, sure) {
                    (true, true) => None,
                    (true, false) => Some(if kind == Kind::Number { Atom::Scalar } else { unknown }),
                    (false, _) => Some(atom),
                }
            }
            Atom::Container(_, held) => {
                let fits = matches!(
                    (kind, held),
                    (Kind::List, ContainerKind::List)
                        | (Kind::Tuple, ContainerKind::Tuple)
                        | (Kind::Dict, ContainerKind::Dict)
                );
                (fits == truth).then_some(atom)
            }
            Atom::Scalar | Atom::Const(_) => {
                let may_fit = matches!(kind, Kind::Number | Kind::Text);
                (may_fit || !truth).then_some(atom)
            }
            Atom::Instance(..)
            | Atom::Function(..)
            | Atom::Method(..)
            | Atom::Class(..)
            | Atom::Path(_)
            | Atom::Typed(_) => (!truth).then_some(atom),
            Atom::Unknown(_) => Some(atom),
        }
    }

    fn keep_truth(&self, atom: Atom, truth: bool) -> Option<Atom> {
        match atom {
            Atom::Const(id) => match self.const_truth(self.pool.consts.get(id)) {
                Some(known) => (known == truth).then_some(atom),
                None => Some(atom),
            },
            _ => Some(atom),
        }
    }
}
