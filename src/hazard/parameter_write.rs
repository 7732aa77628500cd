//! Functions that change an array they were given, though they look as if they only computed something.
//!
//! ```python
//! def centre(x):
//!     x -= x.mean()               # always: the caller's array is changed
//!     return x
//!
//! def centre(x):
//!     x = np.asarray(x, float)    # maybe: a list is converted, an array of floats is not copied
//!     x -= x.mean()
//!     return x
//! ```
//!
//! A function that returns nothing, that says what it does (see [`super::intent`]), or whose parameter is there to be written, is
//! left alone; one that only its own file calls is reported where a caller reads the array afterwards.

use super::query::Scene;
use super::usage::DataRead;
use crate::alias::domain::{Atom, Const, MemoryId, Origin, Reason, Slot};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::ir::{BodyKind, Local, OperandKind, Rvalue, StmtKind};
use crate::rules::Written;
use crate::source::Span;

/// A write to an array that a parameter holds.
#[derive(Clone, Copy, Debug)]
pub struct ParameterWrite<'a> {
    /// Position of the parameter.
    pub position: u32,
    /// The parameter's name.
    pub param: &'a str,
    /// The name written through.
    pub handle: &'a str,
    /// Where that name was given, if it is another one.
    pub made: Option<Span>,
    /// The write.
    pub write: &'a Event,
    /// The memory of the parameter.
    pub memory: MemoryId,
    /// Whether the array may also be a private copy.
    pub is_maybe: bool,
    /// The variable written through.
    pub local: Local,
    /// A call after which the caller reads the array, and that read.
    pub caller: Option<(Span, Span)>,
}

impl<'a> Scene<'a> {
    /// The writes to arrays of parameters that nobody would expect, the first of each parameter.
    #[must_use]
    pub fn unexpected_parameter_writes(&self) -> Vec<ParameterWrite<'a>> {
        let mut found: Vec<ParameterWrite<'a>> = Vec::new();
        if self.body.kind != BodyKind::Function
            || self.body.is_generator
            || !self.returns_value()
            || self.announces_writes()
        {
            return found;
        }
        for (position, event) in self.events.iter().enumerate() {
            let EventKind::Write { what: Written::Data, .. } = event.kind else { continue };
            let Some(mut write) = self.parameter_write(position).filter(|_| !self.only_masks(event)) else { continue };
            let is_told = |one: &ParameterWrite<'_>| one.position == write.position || one.write.point == event.point;
            if found.iter().any(is_told) || !self.is_input(&write) {
                continue;
            }
            if self.is_internal() {
                write.caller = self.caller_that_reads(&write);
                if write.caller.is_none() {
                    continue;
                }
            }
            found.push(write);
        }
        found
    }

    fn returns_value(&self) -> bool {
        let Some(summary) = &self.cx.facts.summaries[self.id] else { return false };
        !summary.opaque
            && self.cx.atoms(summary.result).iter().any(|atom| match atom {
                Atom::Const(id) => *self.cx.facts.pool.consts.get(*id) != Const::None,
                _ => true,
            })
    }

    fn parameter_write(&self, position: usize) -> Option<ParameterWrite<'a>> {
        let event = &self.events[position];
        let EventKind::Write { through, how, target, .. } = event.kind else { return None };
        let local = self.root(event.block, through)?;
        let slot = self.slot_before(position, local)?;
        let (memory, param) = self.cx.arrays(slot.value).find_map(|array| {
            let (body, param) = self.cx.parameter(array.memory)?;
            (body == self.id).then_some((array.memory, param))
        })?;
        let param_local = self.body.params.get(param as usize)?.local;
        let is_receiver = param == 0 && self.body.class.is_some();
        if is_receiver || self.is_output(param_local) {
            return None;
        }
        let is_own = |one: MemoryId| one == memory;
        let is_maybe = self.cx.arrays(slot.value).any(|array| !is_own(array.memory));
        let written = self.cx.arrays(target).filter(|array| is_own(array.memory));
        let evidence = written.map(|array| self.cx.array_facts(array).evidence).min()?;
        if evidence < Evidence::Use || !self.is_parameter_written(slot, memory, local, how) {
            return None;
        }
        let made = (local != param_local)
            .then(|| self.bindings(local).find(|bind| self.reaches(bind, event)).map(|bind| bind.span))
            .flatten();
        Some(ParameterWrite {
            position: param,
            param: self.name(param_local)?,
            handle: self.name(local)?,
            made,
            write: event,
            memory,
            is_maybe,
            local,
            caller: None,
        })
    }

    /// Whether each possibility is the parameter's array, or a private one, or cannot be written in this way. A row taken from an
    /// array may be a number, if there is one axis: then it is used as an array elsewhere, or nothing is said.
    fn is_parameter_written(&self, slot: Slot, memory: MemoryId, local: Local, how: WriteHow) -> bool {
        let is_private = |one: MemoryId| matches!(self.cx.facts.pool.memories.get(one), Origin::Made { .. });
        if !self.cx.arrays(slot.value).all(|array| array.memory == memory || is_private(array.memory)) {
            return false;
        }
        let is_part =
            self.cx.arrays(slot.value).all(|array| self.cx.making(array.object).is_some_and(|making| making.is_index));
        self.is_array_when_written(slot.value, how)
            || is_part && self.is_used_as_array(local)
            || self.cx.arrays(slot.value).count() > 1 && self.is_outcome_of_rule(slot)
    }

    /// Whether what is not an array in a value is the outcome of an API call about which its rule says nothing.
    fn is_outcome_of_rule(&self, slot: Slot) -> bool {
        self.cx.atoms(slot.value).iter().all(|atom| match atom {
            Atom::Array(array) => self.cx.array_facts(*array).evidence >= Evidence::Made,
            Atom::Unknown(Reason::Call(Some(name))) => self.cx.facts.names.text(*name).contains('.'),
            _ => false,
        })
    }

    /// Whether a variable is used as only arrays are: with a method, an attribute or a subscript.
    fn is_used_as_array(&self, local: Local) -> bool {
        let is_it = |kind: OperandKind| kind == OperandKind::Local(local);
        self.body.blocks.iter().flat_map(|block| &block.stmts).any(|stmt| {
            let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { return false };
            match value {
                Rvalue::CallMethod { object, .. } | Rvalue::Attr { object, .. } | Rvalue::Index { object, .. } => {
                    is_it(object.kind)
                }
                _ => false,
            }
        })
    }

    /// Whether the parameter is more than a place for results: its data is used, and what is returned comes from it.
    fn is_input(&self, write: &ParameterWrite<'_>) -> bool {
        let holds = |value| self.cx.arrays(value).any(|array| array.memory == write.memory);
        let reads: Vec<DataRead<'a>> = self.data_reads_of(write.memory).collect();
        let updates = |how| matches!(how, WriteHow::Augmented | WriteHow::AugmentedSubscript | WriteHow::Callee(..));
        let is_used = self.writes_of(write.memory).any(|event| match event.kind {
            EventKind::Write { how, .. } => updates(how),
            _ => false,
        }) || reads.iter().any(|read| !self.is_target_of_call(read, write.memory));
        let is_returned = self.events.iter().any(|event| match event.kind {
            EventKind::Return { slot, .. } => holds(slot.value) && self.reaches(write.write, event),
            _ => false,
        });
        let comes_out = || self.leaving_reads_of(write.memory).any(|read| self.reaches(write.write, read.event));
        is_used && (is_returned || comes_out())
    }

    /// Whether an operand is only named in a call to be written there.
    fn is_target_of_call(&self, read: &DataRead<'_>, memory: MemoryId) -> bool {
        self.events_at(read.event.point).any(|event| match event.kind {
            EventKind::Write { through, target, .. } => {
                through.span == read.operand.span && self.cx.arrays(target).any(|array| array.memory == memory)
            }
            _ => false,
        })
    }

    /// A call in this file whose argument is read afterwards as if nothing had happened.
    fn caller_that_reads(&self, write: &ParameterWrite<'_>) -> Option<(Span, Span)> {
        self.cx.scenes().filter(|scene| scene.id != self.id).find_map(|scene| {
            let calls = scene.events.iter().filter(|event| match event.kind {
                EventKind::Write { how: WriteHow::Callee(body, span), .. } => {
                    body == self.id && span == write.write.span
                }
                _ => false,
            });
            calls.into_iter().find_map(|call| scene.read_after_call(call).map(|read| (call.span, read)))
        })
    }

    /// Statements that store to a memory by subscript.
    fn stores_of(&self, memory: MemoryId) -> impl Iterator<Item = u32> + use<'a> {
        self.writes_of(memory).filter_map(|event| match event.kind {
            EventKind::Write { how: WriteHow::Subscript, .. } => Some(event.point.index),
            _ => None,
        })
    }

    /// Where the array that a call changes is read afterwards, under the name that was passed.
    fn read_after_call(&self, call: &Event) -> Option<Span> {
        let EventKind::Write { through, target, .. } = call.kind else { return None };
        let OperandKind::Local(local) = through.kind else { return None };
        let array = self.cx.arrays(target).next()?;
        if self.cx.array_facts(array).evidence < Evidence::Use
            || matches!(self.cx.facts.pool.memories.get(array.memory), Origin::Foreign(_))
        {
            return None;
        }
        if self.is_blank(array.memory, array.object) {
            return None;
        }
        let mut stops: Vec<u32> = self.bindings(local).map(|bind| bind.point.index).collect();
        stops.extend(self.stores_of(array.memory));
        stops.sort_unstable();
        let is_rebound = self.bindings(local).any(|bind| bind.point == call.point);
        let read = self.leaving_reads_of(array.memory).find(|read| {
            !is_rebound
                && self.root(read.event.block, read.operand) == Some(local)
                && self.reaches_without(call, read.event, &stops)
        })?;
        Some(read.operand.span)
    }
}
