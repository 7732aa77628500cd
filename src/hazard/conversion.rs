//! Why an array is sometimes the caller's and sometimes a private copy.
//!
//! ```python
//! x = np.asarray(x, dtype=float)              # a call copies only where it must
//!
//! if x.dtype != np.float64:                   # it is copied on one branch only, for what the array is
//!     x = x.astype(np.float64)
//! ```

use super::guarded::Guard;
use super::holder::Holder;
use super::intent::is_flag;
use super::parameter_write::ParameterWrite;
use super::query::Scene;
use crate::alias::domain::{MemoryId, Slot, ValueId};
use crate::alias::event::{Callee, Event, EventKind};
use crate::alias::facts::Evidence;
use crate::flow::loop_holds;
use crate::ir::{
    ArgKind, BlockId, BodyId, CallArg, CompareOp, Const, Fit, Local, Operand, OperandKind, Rvalue, StmtKind,
    TerminatorKind,
};
use crate::rules::{ParamKind, Relation, RuleId};
use crate::source::Span;

/// Why an array is sometimes the caller's and sometimes not.
#[derive(Clone, Copy, Debug)]
pub enum Cause {
    /// A call copies only where it must.
    Call(Span, Option<RuleId>),
    /// It is copied on one branch only, at this place.
    Branch(Span),
}

/// Parts of the names of functions that hand on what they are given, or a copy or conversion of it.
const CONVERTS: &[&str] =
    &["copy", "array", "check", "valid", "ensure", "prep", "clone", "conv", "cast", "as_", "astype", "require"];

impl<'a> Scene<'a> {
    /// Why the array that is written is sometimes private, if a conversion or a branch says so.
    #[must_use]
    pub fn cause(&self, write: &ParameterWrite<'_>) -> Option<Cause> {
        let param = self.body.params.get(write.position as usize)?.local;
        let mut to = write.write;
        let mut holder = write.holder;
        for _ in 0..4 {
            let mut binds = self.reaching(holder, to);
            // What starts as `None` is not what is written.
            binds.retain(|bind| self.bound_value(bind).is_none_or(|value| !self.cx.is_none(value)));
            match binds[..] {
                [] => return None,
                [bind] if holder != Holder::Variable(param) || !self.start_reaches(param, to) => {
                    if let Some(call) = self.maybe_call(bind, write.memory) {
                        return Some(call);
                    }
                    if self.may_pick(bind) || self.lets_choose(bind) {
                        return None;
                    }
                    (to, holder) = (bind, self.source_of(bind)?);
                }
                _ => return self.branch_cause(&binds, write, holder, param),
            }
        }
        None
    }

    /// The bindings of a holder that a statement may see.
    fn reaching(&self, holder: Holder, to: &Event) -> Vec<&'a Event> {
        let binds = self.bindings_of(holder);
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
        let Some(value) = self.bound_value(bind) else { return false };
        let mut makings = self.cx.arrays(value).filter_map(|array| self.cx.making(array.object));
        makings.any(|making| making.is_index && making.sometimes)
    }

    /// The call behind a binding whose result is sometimes the parameter's memory and sometimes not.
    pub(super) fn maybe_call(&self, bind: &Event, memory: MemoryId) -> Option<Cause> {
        let value = self.bound_value(bind)?;
        let is_sure = self.cx.is_array(self.start_value(memory)?, Evidence::Made);
        let is_both = |value| self.is_both(value, memory);
        if is_sure && !is_both(value) {
            return None;
        }
        let stmt = self.stmt(bind)?;
        let within = match (&bind.kind, &stmt.kind) {
            (EventKind::Keep { .. }, _) => bind.span,
            (_, StmtKind::Unpack { value, .. }) => value.span,
            _ => stmt.span,
        };
        let spreads = |args: &[CallArg]| args.iter().any(|arg| arg.kind == ArgKind::DoubleStarred);
        if let Some(Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. }) = self.bound_by(bind)
            && spreads(args)
        {
            // The caller may say by a keyword whether it is copied.
            return None;
        }
        if self.lets_choose(bind) {
            return None;
        }
        let calls = self
            .events_in(bind.block)
            .iter()
            .filter(|event| within.start <= event.span.start && event.span.end <= within.end);
        calls.into_iter().find_map(|event| match &event.kind {
            EventKind::Call(call) => match &call.callee {
                callee if self.passes_flag_on(bind, callee) => None,
                Callee::Rule(rule) if is_both(call.result) => Some(Cause::Call(event.span, Some(*rule))),
                // `a, b = np.atleast_1d(a, b)`: the items of what it gives.
                Callee::Rule(rule)
                    if is_both(value) && self.cx.is_container(call.result) && self.hands_items_on(*rule) =>
                {
                    Some(Cause::Call(event.span, Some(*rule)))
                }
                Callee::Rule(rule)
                    if !is_sure && self.has_memory(call.result, memory) && self.copies_sequences(*rule) =>
                {
                    Some(Cause::Call(event.span, Some(*rule)))
                }
                Callee::Bodies(bodies) if is_both(call.result) => {
                    self.all_hand_argument_on(bodies, 3).then_some(Cause::Call(event.span, None))
                }
                Callee::Rule(_) | Callee::Bodies(_) | Callee::Path(_) | Callee::Method(_) | Callee::Unknown => None,
            },
            _ => None,
        })
    }

    /// Whether a binding is a call that is told by a variable whether to copy, as in `copy=self.copy`: somebody chooses.
    fn lets_choose(&self, bind: &Event) -> bool {
        self.bound_by(bind).is_some_and(|value| self.is_told(value))
    }

    fn is_told(&self, value: &Rvalue) -> bool {
        let (Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. }) = value else { return false };
        args.iter().any(|arg| match arg.kind {
            ArgKind::Keyword(keyword) => {
                let is_constant = matches!(arg.value.kind, OperandKind::Const(_));
                is_flag(self.cx.facts.names.text(keyword)) && !is_constant
            }
            ArgKind::Positional | ArgKind::Starred | ArgKind::DoubleStarred => false,
        })
    }

    /// The same of a binding, or of one that gave it what it binds: `self.x = x`.
    fn was_chosen(&self, bind: &Event, depth: u32) -> bool {
        let is_chosen = |source| self.reaching(source, bind).iter().any(|one| self.was_chosen(one, depth - 1));
        self.lets_choose(bind) || depth > 0 && self.source_of(bind).is_some_and(is_chosen)
    }

    /// Whether a call gives a flag such as `copy=True` to a function that takes it by `**`: what it does there is not seen.
    fn passes_flag_on(&self, bind: &Event, callee: &Callee) -> bool {
        let Some(Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. }) = self.bound_by(bind) else {
            return false;
        };
        let flags = args.iter().filter_map(|arg| match arg.kind {
            ArgKind::Keyword(keyword) => Some(self.cx.facts.names.text(keyword)).filter(|name| is_flag(name)),
            ArgKind::Positional | ArgKind::Starred | ArgKind::DoubleStarred => None,
        });
        flags.into_iter().any(|flag| match callee {
            Callee::Rule(rule) => {
                let params = &self.cx.rules.rule(*rule).params;
                params.iter().any(|param| param.kind == ParamKind::VarKeyword)
                    && params.iter().all(|param| param.name != flag)
            }
            Callee::Bodies(bodies) => bodies.iter().any(|body| {
                let callee = self.cx.scene(*body);
                let params = &callee.body.params;
                params.iter().any(|param| param.kind == crate::ir::ParamKind::VarKeyword)
                    && params.iter().all(|param| callee.name(param.local) != Some(flag))
            }),
            Callee::Path(_) | Callee::Method(_) | Callee::Unknown => false,
        })
    }

    /// Whether a function may return an array that it was given, in another way than by a loop that makes no turn.
    fn hands_argument_on(&self, depth: u32) -> bool {
        self.events.iter().any(|event| match event.kind {
            EventKind::Return { operand, slot, is_yield: false } if self.is_argument(slot.value) => {
                let is_told = self.definition(event.block, operand).is_some_and(|value| self.is_told(value));
                let holder = self.holder(event.block, operand);
                !is_told && holder.is_none_or(|holder| self.comes_from_argument(holder, event, depth))
            }
            _ => false,
        })
    }

    fn is_argument(&self, value: ValueId) -> bool {
        self.cx.arrays(value).any(|array| self.cx.parameter(array.memory).is_some())
    }

    fn comes_from_argument(&self, holder: Holder, to: &Event, depth: u32) -> bool {
        let binds = self.reaching(holder, to);
        let is_given = |bind: &&&Event| self.bound_value(bind).is_some_and(|value| self.is_argument(value));
        if binds.iter().any(|bind| !is_given(&bind) && self.is_in_loop_without(bind, to)) {
            return false;
        }
        let is_start = matches!(holder, Holder::Variable(local) if self.start_reaches(local, to));
        is_start
            || binds.iter().filter(is_given).filter(|bind| !self.lets_choose(bind)).any(|bind| {
                depth == 0
                    || self.calls_of(bind).all(|bodies| self.all_hand_argument_on(bodies, depth - 1))
                        && self.source_of(bind).is_none_or(|source| self.comes_from_argument(source, bind, depth - 1))
            })
    }

    fn all_hand_argument_on(&self, bodies: &[BodyId], depth: u32) -> bool {
        bodies.iter().all(|body| self.cx.scene(*body).hands_argument_on(depth))
    }

    /// The functions of this file that the statement of a binding calls.
    fn calls_of(&self, bind: &'a Event) -> impl Iterator<Item = &'a [BodyId]> {
        self.events_at(bind.point).filter_map(|event| match &event.kind {
            EventKind::Call(call) => match &call.callee {
                Callee::Bodies(bodies) => Some(bodies.as_slice()),
                Callee::Rule(_) | Callee::Path(_) | Callee::Method(_) | Callee::Unknown => None,
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

    /// Whether a function may give each of its arguments as it is, or a copy of it.
    fn hands_items_on(&self, rule: RuleId) -> bool {
        let results = &self.cx.rules.rule(rule).results;
        let has = |wanted: Relation| results.iter().any(|outcome| outcome.is == wanted);
        has(Relation::Copy) && (has(Relation::Same) || has(Relation::View))
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

    /// The binding to another array on one branch, if the branch is taken for what the array is, or for anything but to protect
    /// the argument:
    ///
    /// ```python
    /// if centre:
    ///     x = x - x.mean()        # computed: nobody thought of a copy
    /// x /= x.std()
    ///
    /// if negative.any():
    ///     x = x.copy()            # a copy for the very next write, and for no later one
    ///     x[negative] = 0
    /// x /= x.std()
    /// ```
    fn branch_cause(
        &self,
        binds: &[&'a Event],
        write: &ParameterWrite<'_>,
        holder: Holder,
        param: Local,
    ) -> Option<Cause> {
        let holds = |bind: &&Event| self.bound_value(bind).is_some_and(|value| self.has_memory(value, write.memory));
        if binds.iter().any(|bind| self.was_chosen(bind, 3)) {
            return None;
        }
        let others: Vec<&'a Event> = binds.iter().filter(|bind| !holds(bind)).copied().collect();
        let Some(first) = others.first() else {
            return binds.iter().find_map(|bind| self.maybe_call(bind, write.memory));
        };
        let mut locals = vec![param];
        if let Holder::Variable(local) = holder {
            locals.push(local);
        }
        let mut guards = None;
        let explains = others.iter().all(|bind| {
            if self.is_chosen_by_kind(bind.block, &locals) {
                return true;
            }
            let guards = guards.get_or_insert_with(|| self.guards(write.write.block));
            let own = self.guards(bind.block);
            let is_meant = self.hands_on(bind) && !self.is_written_at_once(bind, holder);
            let leaves_nothing = |one: &Guard| self.tests_size(one) || self.tests_divisor(one, bind);
            let leaves_something = !self.is_in_loop_without(bind, write.write) && !own.iter().any(leaves_nothing);
            !is_meant && leaves_something && !self.share_a_guard(&own, guards)
        });
        explains.then(|| Cause::Branch(self.stmt(first).map_or(first.span, |stmt| stmt.span)))
    }

    /// Whether a binding stands in a loop that an event does not: without it there was no turn.
    fn is_in_loop_without(&self, bind: &Event, other: &Event) -> bool {
        let outer = self.body.blocks[bind.block].in_loop;
        outer.is_some_and(|of| !loop_holds(self.body, of, other.block))
    }

    /// Whether a binding gives what it was given, or a copy or conversion of it.
    fn hands_on(&self, bind: &Event) -> bool {
        let name = match self.bound_by(bind) {
            Some(Rvalue::CallMethod { method, .. }) => self.cx.facts.names.text(*method),
            Some(Rvalue::Call { function, .. }) => self.cx.source(function.span),
            Some(Rvalue::Binary { .. } | Rvalue::Unary { .. } | Rvalue::Compare { .. }) => return false,
            _ => return true,
        };
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        CONVERTS.iter().any(|part| name.contains(part))
    }

    /// Whether the array that a binding gives is written in the same block.
    fn is_written_at_once(&self, bind: &Event, holder: Holder) -> bool {
        self.events.iter().any(|event| match event.kind {
            EventKind::Write { through, .. } => {
                event.block == bind.block
                    && event.point > bind.point
                    && self.holder(event.block, through) == Some(holder)
            }
            _ => false,
        })
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
            // `match x:` looks at another name of `x`.
            Some(Rvalue::Matches { operand, fit: Fit::Instance(_) | Fit::Sequence { .. } | Fit::Mapping(_) }) => {
                let OperandKind::Local(subject) = operand.kind else { return false };
                let is_other_name = |bind: &Event| match bind.kind {
                    EventKind::Bind { from: Some(from), .. } => {
                        self.root(bind.block, from).is_some_and(|local| locals.contains(&local))
                    }
                    _ => false,
                };
                locals.contains(&subject) || self.bindings(subject).any(is_other_name)
            }
            _ => false,
        }
    }

    fn is_attribute(&self, block: BlockId, operand: Operand) -> bool {
        matches!(self.definition(block, operand), Some(Rvalue::Attr { .. }))
    }
}
