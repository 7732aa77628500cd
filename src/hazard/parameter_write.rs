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

use super::caller::Caller;
use super::guarded::Guard;
use super::holder::Holder;
use super::query::Scene;
use super::usage::DataRead;
use crate::alias::domain::{
    ArrayAtom, Atom, Cause, Const, MemoryId, Origin, Place as OuterPlace, Reason, ValueId, Via,
};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::alias::state::Field;
use crate::ir::{ArgKind, BodyKind, CallArg, CompareOp, Local, OperandKind, Rvalue, StmtKind};
use crate::rules::{Write, Written};
use crate::source::Span;

/// Attributes of an array that change what it is when they are set.
const HEADER: &[&str] = &["shape", "dtype", "strides"];

/// A write to an array that a parameter holds.
#[derive(Clone, Debug)]
pub struct ParameterWrite<'a> {
    /// Position of the parameter.
    pub position: u32,
    /// The caller's array, as the program would write it: `x`, `mesh.triangles`, `masks[...]`.
    pub param: String,
    /// The name written through.
    pub handle: &'a str,
    /// Where that name was given, if it is another one.
    pub made: Option<Span>,
    /// The write.
    pub write: &'a Event,
    /// The memory of the array.
    pub memory: MemoryId,
    /// Whether the array may also be a private one, or something unknown.
    pub is_maybe: bool,
    /// What holds the array that is written.
    pub holder: Holder,
    /// The attribute that is changed, if it is not the elements that are: `shape`.
    pub attribute: Option<&'a str>,
    /// A caller that does not know of it, where the function is not for everybody.
    pub caller: Option<Caller>,
}

impl<'a> Scene<'a> {
    /// The writes to arrays of parameters that nobody would expect, the first of each parameter.
    #[must_use]
    pub fn unexpected_parameter_writes(&self) -> Vec<ParameterWrite<'a>> {
        let mut found: Vec<ParameterWrite<'a>> = Vec::new();
        let writes = |event: &Event| matches!(event.kind, EventKind::Write { .. });
        if self.body.kind != BodyKind::Function
            || self.body.is_generator
            || !self.events.iter().any(writes)
            || !self.has_outcome()
        {
            return found;
        }
        for (position, event) in self.events.iter().enumerate() {
            let EventKind::Write { .. } = event.kind else { continue };
            let Some(mut write) = self.parameter_write(position).filter(|_| !self.only_masks(event)) else { continue };
            let is_told = |one: &ParameterWrite<'_>| {
                one.position == write.position && one.attribute == write.attribute || one.write.point == event.point
            };
            if found.iter().any(is_told) || write.attribute.is_none() && !self.is_input(&write) {
                continue;
            }
            if self.is_spared_by_callee(event) || self.is_expected_to_raise(event) {
                continue;
            }
            if self.is_internal() {
                write.caller = self.unknowing_caller(&write);
                if write.caller.is_none() {
                    continue;
                }
            }
            found.push(write);
        }
        // Last, for a docstring is long and few functions come to this.
        if !found.is_empty() && self.announces_writes() {
            found.clear();
        }
        found
    }

    /// Whether the function gives something back, or keeps something in `self`: it is there for more than to write.
    fn has_outcome(&self) -> bool {
        let Some(summary) = &self.cx.facts.summaries[self.id] else { return false };
        let is_something = |atom: &Atom| match atom {
            Atom::Const(id) => *self.cx.facts.pool.consts.get(*id) != Const::None,
            _ => true,
        };
        let returns = || self.cx.atoms(summary.result).iter().any(is_something);
        !summary.opaque && (returns() || self.events.iter().any(|event| self.keeps_in_self(event)))
    }

    /// Whether an event puts something into an attribute of `self`.
    fn keeps_in_self(&self, event: &Event) -> bool {
        match event.kind {
            EventKind::Keep { holder, field: Field::Attr(_), .. } => match holder.kind {
                OperandKind::Local(local) => Some(local) == self.receiver(),
                OperandKind::Temp(_) | OperandKind::Const(_) => false,
            },
            _ => false,
        }
    }

    /// The write at a position, if it is one to an array of a parameter.
    pub(super) fn parameter_write(&self, position: usize) -> Option<ParameterWrite<'a>> {
        let event = &self.events[position];
        let EventKind::Write { through, how, target, what, .. } = event.kind else { return None };
        let attribute = self.changed_attribute(event, what)?;
        let holder = self.holder(event.block, through)?;
        let (value, local) = match holder {
            Holder::Variable(local) => (self.slot_before(position, local)?.value, local),
            Holder::Attribute(_) => (target, self.receiver()?),
        };
        let (memory, param, label) = self.cx.arrays(value).find_map(|array| {
            let (param, label) = self.part_of_parameter(array.memory)?;
            Some((array.memory, param, label))
        })?;
        let param_local = self.body.params.get(param as usize)?.local;
        let is_own = |one: MemoryId| one == memory;
        let is_part = self.cx.parameter(memory).is_none();
        if self.is_output(param_local)
            || self.is_announced_by_name(param_local)
            || is_part && (local == param_local || self.is_shorthand_of(local, memory))
        {
            return None;
        }
        let others = |atom: &Atom| match atom {
            Atom::Array(array) => !is_own(array.memory),
            Atom::Unknown(_) | Atom::Container(..) => true,
            _ => false,
        };
        let is_maybe = self.cx.atoms(value).iter().any(others);
        let written: Vec<ArrayAtom> = self.cx.arrays(target).filter(|array| is_own(array.memory)).collect();
        let evidence = written.iter().map(|array| self.cx.array_facts(*array).evidence).min()?;
        let is_header = |array: &ArrayAtom| self.cx.place_of(array.object).is_some();
        if evidence < Evidence::Use && !self.only_arrays_are_written(event)
            || !self.is_parameter_written(value, memory, local, how)
            || attribute.is_some() && (!written.iter().any(is_header) || self.is_changed_again(event, memory))
        {
            return None;
        }
        let handle = match holder {
            Holder::Variable(local) => self.name(local)?,
            Holder::Attribute(_) => self.cx.source(through.span),
        };
        let made = (holder != Holder::Variable(param_local))
            .then(|| self.bindings_of(holder).into_iter().find(|bind| self.reaches(bind, event)).map(|bind| bind.span))
            .flatten();
        Some(ParameterWrite {
            position: param,
            param: label,
            handle,
            made,
            write: event,
            memory,
            is_maybe,
            holder,
            attribute,
            caller: None,
        })
    }

    /// Whether the call that writes raises on anything but an array: NumPy's `out` takes no list.
    fn only_arrays_are_written(&self, event: &Event) -> bool {
        let EventKind::Write { how: WriteHow::Call(rule), through, .. } = event.kind else { return false };
        let is_out = |arg: &CallArg| {
            arg.value.kind == through.kind
                && arg.value.span == through.span
                && matches!(arg.kind, ArgKind::Keyword(name) if self.cx.facts.names.text(name) == "out")
        };
        self.cx.rules.rule(rule).name.starts_with("numpy.")
            && self.arguments(event).is_some_and(|args| args.iter().any(is_out))
    }

    /// The attribute by which a write changes an array's header, `Some(None)` where it changes elements; `None` for what does not
    /// count, such as a flag.
    #[allow(clippy::option_option, reason = "three answers")]
    fn changed_attribute(&self, event: &Event, what: Written) -> Option<Option<&'a str>> {
        let EventKind::Write { how, .. } = event.kind else { return None };
        match (what, how) {
            (Written::Data, WriteHow::Attribute(_)) => None,
            (Written::Data, _) => Some(None),
            (Written::Metadata, WriteHow::Attribute(name)) => {
                let name = self.cx.facts.names.text(name);
                HEADER.contains(&name).then_some(Some(name))
            }
            (Written::Metadata, WriteHow::Callee(body, span)) => {
                let writes = self.cx.facts.bodies[body].events.iter().filter(|one| one.span == span);
                writes.into_iter().find_map(|one| match one.kind {
                    EventKind::Write { how: WriteHow::Attribute(name), .. } => {
                        let name = self.cx.facts.names.text(name);
                        HEADER.contains(&name).then_some(Some(name))
                    }
                    _ => None,
                })
            }
            (Written::Metadata, _) => None,
        }
    }

    /// Whether an array's header is changed a second time: it is put back.
    fn is_changed_again(&self, write: &Event, memory: MemoryId) -> bool {
        self.events.iter().any(|event| match event.kind {
            EventKind::Write { what: Written::Metadata, target, how: WriteHow::Attribute(_), .. } => {
                event.point != write.point
                    && self.cx.arrays(target).any(|array| array.memory == memory)
                    && (self.reaches(write, event) || self.reaches(event, write))
            }
            _ => false,
        })
    }

    /// Whether a variable is named like the attribute that it stands for: `weights = layer.weights`.
    fn is_shorthand_of(&self, local: Local, memory: MemoryId) -> bool {
        let Some(OuterPlace::Attr(_, attr)) = self.cx.outer_place(memory) else { return false };
        let attr = self.cx.facts.names.text(attr).trim_matches('_');
        self.name(local).is_some_and(|name| attr.eq_ignore_ascii_case(name.trim_matches('_')))
    }

    /// Whether each possibility is the parameter's array, or a private or unknown one, or cannot be written in this way. A row taken
    /// from an array may be a number, if there is one axis: then it is used as an array elsewhere, or nothing is said.
    fn is_parameter_written(&self, value: ValueId, memory: MemoryId, local: Local, how: WriteHow) -> bool {
        let is_private = |one: MemoryId| !matches!(self.cx.facts.pool.memories.get(one), Origin::Place(_));
        if !self.cx.arrays(value).all(|array| array.memory == memory || is_private(array.memory)) {
            return false;
        }
        let is_part =
            self.cx.arrays(value).all(|array| self.cx.making(array.object).is_some_and(|making| making.is_index));
        self.is_array_or_unknown(value, memory, how)
            || is_part && self.is_used_as_array(local)
            || self.cx.arrays(value).count() > 1 && self.is_outcome_of_rule(value)
    }

    /// Whether each possibility that is known is an array, or could not be written in this way; and one is.
    fn is_array_or_unknown(&self, value: ValueId, memory: MemoryId, how: WriteHow) -> bool {
        let atoms = self.cx.atoms(value).iter();
        let is_made =
            |array: ArrayAtom| self.cx.place_of(array.object).is_none() && self.cx.parameter(array.memory).is_none();
        let is_computed = self.cx.arrays(value).any(is_made);
        // What an unknown call gives is not the argument; a new list is none; and a number comes out of what computes arrays.
        let is_other = |atom: &&Atom| match atom {
            Atom::Unknown(reason) => reason.is_result(),
            Atom::Container(object, _) => !matches!(self.cx.facts.pool.objects.get(*object), Origin::Place(_)),
            Atom::Scalar => is_computed,
            // That the argument is one has been seen at the write.
            Atom::Array(array) => array.memory == memory,
            _ => false,
        };
        let known: Vec<Atom> = atoms.filter(|atom| !is_other(atom)).copied().collect();
        self.are_arrays_when_written(&known, how)
    }

    /// Whether what is not an array in a value is the outcome of an API call about which its rule says nothing.
    fn is_outcome_of_rule(&self, value: ValueId) -> bool {
        self.cx.atoms(value).iter().all(|atom| match atom {
            Atom::Array(array) => self.cx.array_facts(*array).evidence >= Evidence::Made,
            Atom::Unknown(Reason { cause: Cause::Call(Some(name)) | Cause::Rule(name), via: Via::Itself }) => {
                self.cx.facts.names.text(*name).contains('.')
            }
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
        }) || reads.iter().any(|read| {
            // `if x is None: x = np.zeros(n)`: a place for results, if nothing is read of it before the first write.
            let is_early = || !self.may_be_allocated(write) || self.reaches(read.event, write.write);
            !self.is_target_of_call(read, write.memory) && is_early()
        });
        let is_returned = self.events.iter().any(|event| match event.kind {
            EventKind::Return { operand, slot, .. } => {
                let is_after = self.reaches(write.write, event);
                is_after && self.parts(event, operand, slot.value).into_iter().any(|(_, value)| holds(value))
            }
            EventKind::Keep { value, .. } => holds(value) && self.keeps_in_self(event),
            _ => false,
        });
        let comes_out = || self.leaving_reads_of(write.memory).any(|read| self.reaches(write.write, read.event));
        is_used && (is_returned || comes_out() || self.updates_others(write))
    }

    /// Whether the call that writes updates another array together with this one, and neither is named its output: what is in the
    /// one goes into the other.
    fn updates_others(&self, write: &ParameterWrite<'_>) -> bool {
        let EventKind::Write { how: WriteHow::Call(rule), .. } = write.write.kind else { return false };
        let rule = self.cx.rules.rule(rule);
        let is_output = |one: &Write| rule.params[usize::from(one.param)].name.starts_with("out");
        rule.writes.len() > 1
            && !rule.writes.iter().any(is_output)
            && self.events_at(write.write.point).any(|event| match event.kind {
                EventKind::Write { target, what: Written::Data, .. } => {
                    let mut arrays = self.cx.arrays(target).peekable();
                    arrays.peek().is_some() && arrays.all(|array| array.memory != write.memory)
                }
                _ => false,
            })
    }

    /// Whether the array written is a new one where the caller gives `None`.
    fn may_be_allocated(&self, write: &ParameterWrite<'_>) -> bool {
        let Some(param) = self.body.params.get(write.position as usize).map(|param| param.local) else { return false };
        let is_absent = |guard: &Guard| match self.definition(guard.block, guard.cond) {
            Some(Rvalue::Compare { op: CompareOp::Is | CompareOp::IsNot, left, right }) => {
                left.kind == OperandKind::Local(param) && right.kind == OperandKind::Const(crate::ir::Const::None)
            }
            _ => false,
        };
        self.bindings_of(write.holder).into_iter().any(|bind| {
            let other = |value| !self.cx.arrays(value).any(|array| array.memory == write.memory);
            self.bound_value(bind).is_some_and(other) && self.guards(bind.block).iter().any(is_absent)
        })
    }

    /// Whether an operand is only named in a call to be written there.
    fn is_target_of_call(&self, read: &DataRead<'_>, memory: MemoryId) -> bool {
        self.events_at(read.event.point).any(|event| match event.kind {
            EventKind::Write { through, target, .. } => {
                through.span == read.operand.span
                    && self.cx.arrays(target).any(|array| array.memory == memory)
                    && !self.is_spared_by_callee(event)
            }
            _ => false,
        })
    }
}
