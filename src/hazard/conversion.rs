//! Why an array is sometimes the caller's and sometimes a private copy.
//!
//! ```python
//! x = np.asarray(x, dtype=float)              # a call copies only where it must
//!
//! if x.dtype != np.float64:                   # it is copied on one branch only, for what the array is
//!     x = x.astype(np.float64)
//! ```

use super::parameter_write::ParameterWrite;
use super::query::Scene;
use crate::alias::domain::{MemoryId, Slot, ValueId};
use crate::alias::event::{Callee, Event, EventKind};
use crate::alias::facts::Evidence;
use crate::ir::{BlockId, CompareOp, Const, Local, Operand, OperandKind, Rvalue, StmtKind, TerminatorKind};
use crate::rules::{Relation, RuleId};
use crate::source::Span;

/// Why an array is sometimes the caller's and sometimes not.
#[derive(Clone, Copy, Debug)]
pub enum Cause {
    /// A call copies only where it must.
    Call(Span, Option<RuleId>),
    /// It is copied on one branch only, at this place.
    Branch(Span),
}

impl<'a> Scene<'a> {
    /// Why the array that is written is sometimes private, if a conversion or a branch says so.
    #[must_use]
    pub fn cause(&self, write: &ParameterWrite<'_>) -> Option<Cause> {
        let mut to = write.write;
        let mut local = write.local;
        for _ in 0..4 {
            let binds = self.reaching(local, to);
            let param = self.body.params.get(write.position as usize)?.local;
            match binds[..] {
                [] => return None,
                [bind] if local != param || !self.start_reaches(local, to) => {
                    if let Some(call) = self.maybe_call(bind, write.memory) {
                        return Some(call);
                    }
                    if self.may_pick(bind) {
                        return None;
                    }
                    (to, local) = (bind, self.source_of(bind)?);
                }
                _ => return self.branch_cause(&binds, local, param, write.memory),
            }
        }
        None
    }

    /// The bindings of a variable that a statement may see.
    fn reaching(&self, local: Local, to: &Event) -> Vec<&'a Event> {
        let binds: Vec<&'a Event> = self.bindings(local).collect();
        let sees = |bind: &&Event| {
            let stops: Vec<u32> =
                binds.iter().filter(|other| other.point != bind.point).map(|other| other.point.index).collect();
            self.reaches_without(bind, to, &stops)
        };
        binds.iter().copied().filter(|bind| sees(bind)).collect()
    }

    /// Whether a statement may see the value that a parameter starts with.
    fn start_reaches(&self, local: Local, to: &Event) -> bool {
        let stops: Vec<u32> = self.bindings(local).map(|bind| bind.point.index).collect();
        let Some(first) = self.events.first() else { return false };
        let start = Event { block: self.body.entry, ..first.clone() };
        if stops.contains(&start.point.index) {
            return false;
        }
        start.point.index == to.point.index || self.reaches_without(&start, to, &stops)
    }

    /// Whether a binding is a subscript that gives a view or a copy depending on the key: `x[mask]` if `mask` is a mask.
    fn may_pick(&self, bind: &Event) -> bool {
        let EventKind::Bind { slot, .. } = bind.kind else { return false };
        let mut makings = self.cx.arrays(slot.value).filter_map(|array| self.cx.making(array.object));
        makings.any(|making| making.is_index && making.sometimes)
    }

    /// The variable that a binding takes (part of) its value from.
    fn source_of(&self, bind: &Event) -> Option<Local> {
        let StmtKind::Assign { value, .. } = &self.stmt(bind)?.kind else { return None };
        let operand = match value {
            Rvalue::Use(operand) => *operand,
            Rvalue::Index { object, .. } | Rvalue::Attr { object, .. } | Rvalue::CallMethod { object, .. } => *object,
            _ => return None,
        };
        self.root(bind.block, operand)
    }

    /// The call behind a binding whose result is sometimes the parameter's memory and sometimes not.
    fn maybe_call(&self, bind: &Event, memory: MemoryId) -> Option<Cause> {
        let EventKind::Bind { slot, .. } = bind.kind else { return None };
        let is_sure = self.cx.is_array(self.start_value(memory)?, Evidence::Made);
        let is_both = |value| self.is_both(value, memory);
        if is_sure && !is_both(slot.value) {
            return None;
        }
        let within = self.stmt(bind)?.span;
        let calls = self
            .events_in(bind.block)
            .iter()
            .filter(|event| within.start <= event.span.start && event.span.end <= within.end);
        calls.into_iter().find_map(|event| match &event.kind {
            EventKind::Call(call) => match &call.callee {
                Callee::Rule(rule) if is_both(call.result) => Some(Cause::Call(event.span, Some(*rule))),
                Callee::Rule(rule)
                    if !is_sure && self.has_memory(call.result, memory) && self.copies_sequences(*rule) =>
                {
                    Some(Cause::Call(event.span, Some(*rule)))
                }
                Callee::Bodies(_) if is_both(call.result) => Some(Cause::Call(event.span, None)),
                Callee::Rule(_) | Callee::Bodies(_) | Callee::Path(_) | Callee::Method(_) | Callee::Unknown => None,
            },
            _ => None,
        })
    }

    /// What the parameter with this memory starts with.
    fn start_value(&self, memory: MemoryId) -> Option<ValueId> {
        let of_param = |slot: &Slot| matches!(self.cx.arrays(slot.value).next(), Some(array) if array.memory == memory);
        self.events.iter().find_map(|event| match event.kind {
            EventKind::Read { slot, .. } if of_param(&slot) => Some(slot.value),
            _ => None,
        })
    }

    fn has_memory(&self, value: ValueId, memory: MemoryId) -> bool {
        self.cx.arrays(value).any(|array| array.memory == memory)
    }

    /// Whether a function hands arrays through and makes new ones of lists.
    fn copies_sequences(&self, rule: RuleId) -> bool {
        let rule = self.cx.rules.rule(rule);
        let is_method = rule.params.first().is_some_and(|param| param.name == "self");
        let has = |wanted: &[Relation]| rule.results.iter().any(|outcome| wanted.contains(&outcome.is));
        !is_method && has(&[Relation::Same, Relation::View]) && has(&[Relation::Copy])
    }

    fn is_both(&self, value: ValueId, memory: MemoryId) -> bool {
        let arrays: Vec<_> = self.cx.arrays(value).collect();
        arrays.iter().any(|array| array.memory == memory) && arrays.iter().any(|array| array.memory != memory)
    }

    /// The binding to a private array on one branch, if the branch is taken for what the array is.
    fn branch_cause(&self, binds: &[&'a Event], local: Local, param: Local, memory: MemoryId) -> Option<Cause> {
        let is_private = |bind: &&&'a Event| match bind.kind {
            EventKind::Bind { slot, .. } => self.cx.arrays(slot.value).all(|array| array.memory != memory),
            _ => false,
        };
        let private: Vec<&'a Event> = binds.iter().filter(is_private).copied().collect();
        let looks = |bind: &&'a Event| self.is_chosen_by_kind(bind.block, &[local, param]);
        let first = private.first()?;
        private.iter().all(looks).then(|| Cause::Branch(self.stmt(first).map_or(first.span, |stmt| stmt.span)))
    }

    /// Whether a block is entered by a test of the kind of one of these variables, and of nothing else.
    fn is_chosen_by_kind(&self, block: BlockId, locals: &[Local]) -> bool {
        let mut branches = self.body.blocks.iter_ids().filter_map(|(id, one)| match one.end.kind {
            TerminatorKind::Branch { cond, then_to, else_to } if then_to == block || else_to == block => {
                Some((id, cond))
            }
            _ => None,
        });
        branches.next().is_some_and(|(id, cond)| self.tests_kind(id, cond, locals)) && branches.next().is_none()
    }

    fn tests_kind(&self, block: BlockId, cond: Operand, locals: &[Local]) -> bool {
        let is_it = |operand: Operand| self.root(block, operand).is_some_and(|local| locals.contains(&local));
        match self.definition(block, cond) {
            Some(Rvalue::Compare { op: CompareOp::Is | CompareOp::IsNot, left, right }) => {
                let is_none = right.kind == OperandKind::Const(Const::None);
                !is_none && is_it(*left) && !is_it(*right) && self.is_attribute(block, *left)
            }
            Some(Rvalue::Compare { left, .. }) => is_it(*left) && self.is_attribute(block, *left),
            Some(Rvalue::Unary { operand, .. }) => self.tests_kind(block, *operand, locals),
            Some(Rvalue::Call { args, .. }) => {
                let others = args.iter().skip(1).any(|arg| matches!(arg.value.kind, OperandKind::Local(_)));
                args.first().is_some_and(|arg| is_it(arg.value)) && !others
            }
            _ => false,
        }
    }

    fn is_attribute(&self, block: BlockId, operand: Operand) -> bool {
        matches!(self.definition(block, operand), Some(Rvalue::Attr { .. }))
    }
}
