//! Callers in this file that do not know that a function changes its argument.
//!
//! ```python
//! def _scaled(weights, factors):
//!     weights = np.asarray(weights, dtype=float)
//!     weights *= factors
//!     return weights.sum()
//!
//! def fit(weights, folds):
//!     for factors in folds:
//!         _scaled(weights, factors)       # each turn scales what the turn before has left
//! ```

use super::Context;
use super::parameter_write::ParameterWrite;
use super::query::Scene;
use crate::alias::domain::{ArrayAtom, MemoryId, Origin};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::Step;
use crate::ir::{Local, OperandKind};
use crate::source::Span;

/// A call whose argument is used again as if nothing had happened.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    call: Span,
    /// Where the caller reads the array afterwards; nothing where it is the call itself, in the next turn of a loop.
    read: Option<Span>,
}

impl Caller {
    /// Adds the steps that say so.
    pub(super) fn tell(&self, cx: &Context<'_>, function: &str, steps: &mut Vec<Step>) {
        if let Some(read) = self.read {
            steps.push(cx.step(self.call, format!("`{function}` is called here")));
            steps.push(cx.step(read, "the caller reads the array afterwards"));
        } else {
            let message = format!("`{function}` is called here at every turn, with what the turn before has left");
            steps.push(cx.step(self.call, message));
        }
    }
}

impl<'a> Scene<'a> {
    /// A call in this file whose argument is used afterwards as if nothing had happened. That a helper is called at each turn with
    /// one array is how loops work in place; where it converts its argument first, it is not meant to.
    pub(super) fn unknowing_caller(&self, write: &ParameterWrite<'_>) -> Option<Caller> {
        let mut converts = None;
        self.cx.scenes().filter(|scene| scene.id != self.id).find_map(|scene| {
            let calls = scene.events.iter().filter(|event| match event.kind {
                EventKind::Write { how: WriteHow::Callee(body, span), .. } => {
                    body == self.id && span == write.write.span
                }
                _ => false,
            });
            calls.into_iter().find_map(|call| {
                if let Some(read) = scene.read_after_call(call) {
                    return Some(Caller { call: call.span, read: Some(read) });
                }
                let converts = *converts.get_or_insert_with(|| write.is_maybe && self.cause(write).is_some());
                (converts && scene.calls_again(call)).then_some(Caller { call: call.span, read: None })
            })
        })
    }

    /// Statements that store to a memory by subscript.
    fn stores_of(&self, memory: MemoryId) -> impl Iterator<Item = u32> + use<'a> {
        self.writes_of(memory).filter_map(|event| match event.kind {
            EventKind::Write { how: WriteHow::Subscript, .. } => Some(event.point.index),
            _ => None,
        })
    }

    /// The array that a call changes and the variable that is passed, where that holds it after the call.
    fn changed_by_call(&self, call: &Event) -> Option<(ArrayAtom, Local)> {
        let EventKind::Write { through, target, .. } = call.kind else { return None };
        let OperandKind::Local(local) = through.kind else { return None };
        let array = self.cx.arrays(target).next()?;
        if self.cx.array_facts(array).evidence < Evidence::Use
            || matches!(self.cx.facts.pool.memories.get(array.memory), Origin::Foreign(_))
            || self.is_blank(array.memory, array.object)
            || self.bindings(local).any(|bind| bind.point == call.point)
        {
            return None;
        }
        Some((array, local))
    }

    /// Statements after which a variable holds another array, or other elements.
    fn renewals(&self, array: ArrayAtom, local: Local) -> Vec<u32> {
        let mut stops: Vec<u32> = self.bindings(local).map(|bind| bind.point.index).collect();
        stops.extend(self.stores_of(array.memory));
        stops.sort_unstable();
        stops
    }

    /// Where the array that a call changes is read afterwards, under the name that was passed.
    fn read_after_call(&self, call: &Event) -> Option<Span> {
        let (array, local) = self.changed_by_call(call)?;
        let stops = self.renewals(array, local);
        let read = self.leaving_reads_of(array.memory).find(|read| {
            self.root(read.event.block, read.operand) == Some(local) && self.reaches_without(call, read.event, &stops)
        })?;
        Some(read.operand.span)
    }

    /// Whether the next turn of a loop passes the array that a call changes to that call again.
    fn calls_again(&self, call: &Event) -> bool {
        let Some((array, local)) = self.changed_by_call(call) else { return false };
        let origin = *self.cx.facts.pool.memories.get(array.memory);
        let mut loops = self.loops_around(call.block);
        loops.any(|of| self.is_from_before(origin, of))
            && self.reaches_without(call, call, &self.renewals(array, local))
    }
}
