//! # mutate-after-maybe-copy: converted "to be safe", then changed: an array of the right kind was not copied
//!
//! ## What
//!
//! A parameter goes through a function that copies only where it must (`asarray`, `ravel`, `astype(copy=False)`, `atleast_2d`),
//! or is copied on one branch only. The result is then changed in place.
//!
//! ## Why it hurts
//!
//! Lists and arrays of another dtype or layout are copied, and all is well. An array that fits already is handed through, and
//! the caller's data is destroyed. Tests with lists pass.
//!
//! ## Bad
//!
//! ```python
//! def centre(x):
//!     x = np.asarray(x, dtype=float)
//!     x -= x.mean()                   # the caller's array, if it is one of floats
//!     return x
//! ```
//!
//! ## Good
//!
//! ```python
//! def centre(x):
//!     x = np.array(x, dtype=float)    # always a copy
//!     x -= x.mean()
//!     return x
//! ```
//!
//! ## Limits
//!
//! Functions that say that they work in place, return nothing, or let the caller choose are left alone, and parameters named like
//! outputs. A copy made on one branch is reported only if the test looks at the array itself.

use super::parameter_write::ParameterWrite;
use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::MemoryId;
use crate::alias::event::{Callee, Event, EventKind};
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{BlockId, CompareOp, Const, Local, Operand, OperandKind, Rvalue, StmtKind, TerminatorKind};
use crate::rules::{Relation, RuleId};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "mutate-after-maybe-copy",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// Why an array is sometimes the caller's and sometimes not.
enum Cause {
    /// A call copies only where it must.
    Call(Span, Option<RuleId>),
    /// It is copied on one branch only, at this place.
    Branch(Span),
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for write in scene.unexpected_parameter_writes().into_iter().filter(|write| write.is_maybe) {
            if let Some(cause) = scene.cause(&write) {
                acc.push(finding(cx, scene.scope(), &write, &cause));
            }
        }
    }
}

impl<'a> Scene<'a> {
    fn cause(&self, write: &ParameterWrite<'_>) -> Option<Cause> {
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
        if !self.is_both(slot.value, memory) {
            return None;
        }
        let stmt = self.stmt(bind)?;
        let calls = self.events.iter().filter(|event| event.block == bind.block && event.point.index <= bind.point.index);
        calls
            .rev()
            .take_while(|event| event.span.start >= stmt.span.start)
            .filter_map(|event| match &event.kind {
                EventKind::Call(call) if self.is_both(call.result, memory) => Some((event.span, &call.callee)),
                _ => None,
            })
            .find_map(|(span, callee)| match callee {
                Callee::Rule(rule) => Some(Cause::Call(span, Some(*rule))),
                Callee::Bodies(_) => Some(Cause::Call(span, None)),
                Callee::Path(_) | Callee::Method(_) | Callee::Unknown => None,
            })
    }

    fn is_both(&self, value: crate::alias::domain::ValueId, memory: MemoryId) -> bool {
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
            TerminatorKind::Branch { cond, then_to, else_to } if then_to == block || else_to == block => Some((id, cond)),
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

fn finding(cx: &Context<'_>, scope: String, write: &ParameterWrite<'_>, cause: &Cause) -> Diagnostic {
    let (param, handle) = (write.param, write.handle);
    let function = scope.rsplit('.').next().unwrap_or(&scope).to_owned();
    let because = match cause {
        Cause::Call(_, Some(rule)) => cx
            .rules
            .rule(*rule)
            .results
            .iter()
            .find(|outcome| matches!(outcome.is, Relation::Same | Relation::View))
            .and_then(|outcome| outcome.because.as_deref()),
        Cause::Call(_, None) | Cause::Branch(_) => None,
    };
    let (made, what) = match cause {
        Cause::Call(span, _) => (*span, format!("converted here, but not copied{}", because.map_or(String::new(), |text| format!(" if {text}")))),
        Cause::Branch(span) => (*span, "copied here, but not on the other branch".to_owned()),
    };
    let mut steps = vec![cx.step(made, what), cx.step(write.write.span, format!("`{handle}` is changed here"))];
    if let Some((call, read)) = write.caller {
        steps.push(cx.step(call, format!("`{function}` is called here")));
        steps.push(cx.step(read, "the caller reads the array afterwards".to_owned()));
    }
    let fix = matches!(cause, Cause::Call(..)).then(|| Fix {
        title: "take a copy of the converted array".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit { location: cx.location(Span { start: made.end, end: made.end }), text: ".copy()".to_owned() }],
    });
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{function}` changes the caller's array `{param}` if the conversion does not copy it, and leaves it alone otherwise"),
        location: cx.location(write.write.span),
        scope,
        steps,
        help: Some(format!("make `{handle}` private before it is changed: convert with a function that always copies, or add `.copy()`")),
        fix,
    }
}
