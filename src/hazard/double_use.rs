//! Arrays that are written under one name and read under another: what several hazards of mutation have in common.
//!
//! ```python
//! recent = prices[-2:]            # the handle: a name for (part of) another array's memory
//! recent *= 1.1                   # written through the handle
//! growth = recent.sum()           # the handle's own data is used: it is more than a means to write into the base
//! total = prices.sum()            # the base is read, as if nothing had happened
//! ```
//!
//! A handle that is never read for its own sake is there to write into its base, and is left alone; so is one whose base
//! is only handed out, is written by other means as well, or was made blank to be filled.

use super::query::Scene;
use super::usage::DataRead;
use crate::alias::Tri;
use crate::alias::domain::{ArrayAtom, Atom, Const, ExtentId, MemoryId, ObjectId, Origin, Slot, ValueId};
use crate::alias::event::{Event, EventKind, Making, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::Confidence;
use crate::flow::loop_holds;
use crate::ir::{BodyKind, IndexItem, Local, LocalKind, OperandKind, Rvalue, StmtKind};
use crate::rules::{Relation, Written};
use crate::source::Span;

/// An array written under one name and read under another.
#[derive(Clone, Debug)]
pub struct DoubleUse<'a> {
    /// What the second name is to the first.
    pub kind: Kind,
    /// The name written through.
    pub handle: &'a str,
    /// The other array, as the program writes it.
    pub base: String,
    /// Where the handle was made.
    pub made: Span,
    /// The expression that made it.
    pub making: Option<&'a Making>,
    /// The write.
    pub write: &'a Event,
    /// Where the other array is read.
    pub read: Span,
    /// Where the array that is read was made, if it is a view of the same base as well.
    pub sibling: Option<Span>,
    /// The memory.
    pub memory: MemoryId,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What a handle is to its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The same object.
    Alias,
    /// A view of all of it, written like a copy of a list: `a[:]`.
    FullSlice,
    /// Any other view.
    View,
}

/// The name that a write goes through.
struct Handle<'a> {
    local: Local,
    name: &'a str,
    slot: Slot,
    array: ArrayAtom,
    bind: &'a Event,
    making: Option<&'a Making>,
    kind: Kind,
}

impl<'a> Scene<'a> {
    /// All double uses in this body, one for each handle.
    #[must_use]
    pub fn double_uses(&self) -> Vec<DoubleUse<'a>> {
        let mut found: Vec<DoubleUse<'a>> = Vec::new();
        let mut reads: Option<Vec<DataRead<'a>>> = None;
        for (position, event) in self.events.iter().enumerate() {
            let EventKind::Write { what: Written::Data, .. } = event.kind else { continue };
            let Some(handle) = self.handle(position) else { continue };
            let is_known = |one: &DoubleUse<'_>| one.made == handle.bind.span || one.write.point == event.point;
            if found.iter().any(is_known) {
                continue;
            }
            let reads = reads.get_or_insert_with(|| self.data_reads());
            found.extend(self.double_use(event, &handle, reads));
        }
        self.changed_under_full_slices(&mut found);
        found
    }

    /// Arrays that are changed while what was meant as their copy is kept: `backup = state[:]`, then `state *= 0`.
    fn changed_under_full_slices(&self, found: &mut Vec<DoubleUse<'a>>) {
        for bind in self.events {
            let EventKind::Bind { local: backup, slot, .. } = bind.kind else { continue };
            let [Atom::Array(view)] = *self.cx.atoms(slot.value) else { continue };
            let Some(making) = self.cx.making(view.object).filter(|making| making.point == bind.point) else {
                continue;
            };
            if making.relation == Relation::View && self.is_full_slice(making) {
                found.extend(self.changed_under(bind, backup, view, making));
            }
        }
    }

    fn changed_under(
        &self,
        bind: &'a Event,
        backup: Local,
        view: ArrayAtom,
        making: &'a Making,
    ) -> Option<DoubleUse<'a>> {
        let stops: Vec<u32> = self.bindings(backup).map(|bind| bind.point.index).collect();
        let reads = self.data_reads();
        self.events.iter().enumerate().find_map(|(position, write)| {
            let EventKind::Write { through, target, what: Written::Data, how, .. } = write.kind else { return None };
            let local = self.root(write.block, through).filter(|local| *local != backup)?;
            let slot = self.slot_before(position, local)?;
            let writes_source = self
                .cx
                .arrays(slot.value)
                .chain(self.cx.arrays(target))
                .all(|array| array.memory == view.memory && making.sources.contains(&array.object));
            if !writes_source
                || !self.is_array_when_written(slot.value, how)
                || self.cx.array_facts(view).evidence < Evidence::Use
                || !self.cx.relations().is_single_memory(view.memory)
                || !self.reaches_without(bind, write, &stops)
            {
                return None;
            }
            let is_backup = |read: &&DataRead<'_>| self.root(read.event.block, read.operand) == Some(backup);
            let leaves = |read: &&DataRead<'a>| self.data_leaves(**read, view.memory);
            let read = reads
                .iter()
                .filter(is_backup)
                .find(|read| self.reaches_without(write, read.event, &stops) && leaves(read))?;
            let is_used = reads.iter().any(|one| {
                self.root(one.event.block, one.operand) == Some(local) && self.reaches(write, one.event) && leaves(&one)
            });
            is_used.then(|| DoubleUse {
                kind: Kind::FullSlice,
                handle: self.name(local).unwrap_or(""),
                base: self.name(backup).unwrap_or("").to_owned(),
                made: making.span,
                making: Some(making),
                write,
                read: read.operand.span,
                sibling: None,
                memory: view.memory,
                confidence: Confidence::Likely,
            })
        })
    }

    fn double_use(&self, write: &'a Event, handle: &Handle<'a>, reads: &[DataRead<'a>]) -> Option<DoubleUse<'a>> {
        let memory = handle.array.memory;
        if self.outlives_turns(write, handle) || self.is_shorthand(handle) {
            return None;
        }
        let stops = self.overwrites(memory, handle);
        let read = reads.iter().find(|read| {
            self.reads_base(read, handle)
                && self.reaches_without(write, read.event, &stops)
                && !self.writes_at(read.event.point.index, memory)
                && self.data_leaves(**read, memory)
        })?;
        let meant = match handle.kind {
            Kind::FullSlice => true,
            Kind::Alias => self.handle_is_used(write, handle, reads),
            Kind::View => {
                !self.is_blank(memory, handle)
                    && !self.is_workspace(handle, memory)
                    && (self.handle_is_used(write, handle, reads) || self.is_script(write, handle))
            }
        };
        if !meant {
            return None;
        }
        Some(DoubleUse {
            kind: handle.kind,
            handle: handle.name,
            base: self.base_name(handle, read),
            made: handle.making.map_or(handle.bind.span, |making| self.made_span(making, handle)),
            making: handle.making,
            write,
            read: read.operand.span,
            sibling: self.sibling(read),
            memory,
            confidence: self.confidence(write, handle, read),
        })
    }

    /// The handle that a write goes through, if it is a name for memory that has another name.
    fn handle(&self, position: usize) -> Option<Handle<'a>> {
        let event = &self.events[position];
        let EventKind::Write { through, target, how, .. } = event.kind else { return None };
        let local = self.root(event.block, through)?;
        let name = self.name(local)?;
        let slot = self.slot_before(position, local)?;
        let is_view =
            |array: &ArrayAtom| self.cx.making(array.object).is_some_and(|making| making.relation == Relation::View);
        let array = self.cx.arrays(slot.value).find(is_view).or_else(|| self.cx.arrays(slot.value).next())?;
        let memory = array.memory;
        if !self.is_array_when_written(slot.value, how)
            || self.cx.arrays(slot.value).any(|other| other.memory != memory)
            || self.cx.arrays(target).any(|other| other.memory != memory)
            || matches!(self.cx.facts.pool.memories.get(memory), Origin::Foreign(_))
            || !self.cx.relations().is_single_memory(memory)
        {
            return None;
        }
        let bind = self.binding(event, local, array)?;
        let making = self.cx.making(array.object).filter(|making| making.relation == Relation::View);
        let kind = match making {
            Some(_) if self.says_view(array.object) => return None,
            Some(making) if self.is_full_slice(making) => Kind::FullSlice,
            Some(_) => Kind::View,
            None if self.is_second_name(bind, array.object) => Kind::Alias,
            None => return None,
        };
        Some(Handle { local, name, slot, array, bind, making, kind })
    }

    /// Whether what is written is an array: each possibility is one, or could not be written in this way.
    #[must_use]
    pub fn is_array_when_written(&self, value: ValueId, how: WriteHow) -> bool {
        let updates_numbers = matches!(how, WriteHow::Augmented);
        self.cx.atoms(value).iter().all(|atom| match atom {
            Atom::Array(array) => self.cx.array_facts(*array).evidence >= Evidence::Use,
            Atom::Const(id) => !updates_numbers || *self.cx.facts.pool.consts.get(*id) == Const::None,
            Atom::Scalar => !updates_numbers,
            Atom::Container(..)
            | Atom::Instance(..)
            | Atom::Function(..)
            | Atom::Method(..)
            | Atom::Class(..)
            | Atom::Path(_)
            | Atom::Typed(_)
            | Atom::Unknown(_) => false,
        })
    }

    /// What a variable holds just before an event.
    #[must_use]
    pub fn slot_before(&self, position: usize, local: Local) -> Option<Slot> {
        let event = &self.events[position];
        self.events[..position].iter().rev().take_while(|one| one.block == event.block).find_map(|one| match one.kind {
            EventKind::Read { operand, slot, .. } if operand.kind == OperandKind::Local(local) => Some(slot),
            EventKind::Bind { local: bound, slot, .. } if bound == local => Some(slot),
            _ => None,
        })
    }

    /// The statement that gave a variable this array, where it is bound other than by an update in place.
    fn binding(&self, to: &Event, local: Local, array: ArrayAtom) -> Option<&'a Event> {
        let binds: Vec<&'a Event> = self.bindings(local).collect();
        binds.iter().copied().find(|bind| {
            let EventKind::Bind { slot, .. } = bind.kind else { return false };
            let stops: Vec<u32> =
                binds.iter().filter(|other| other.point != bind.point).map(|other| other.point.index).collect();
            self.cx.arrays(slot.value).any(|one| one.memory == array.memory) && self.reaches_without(bind, to, &stops)
        })
    }

    /// The bindings of a variable, updates in place aside.
    pub fn bindings(&self, local: Local) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(move |event| match event.kind {
            EventKind::Bind { local: bound, .. } => bound == local && !self.is_update(event),
            _ => false,
        })
    }

    /// Whether a binding only ends `x op= value`.
    fn is_update(&self, bind: &Event) -> bool {
        matches!(self.stmt(bind).map(|stmt| &stmt.kind), Some(StmtKind::Assign { value: Rvalue::InPlace { .. }, .. }))
    }

    /// Whether a binding gives a second name to an array that was there before.
    fn is_second_name(&self, bind: &Event, object: ObjectId) -> bool {
        if !matches!(self.stmt(bind).map(|stmt| &stmt.kind), Some(StmtKind::Assign { .. })) {
            return false;
        }
        match *self.cx.facts.pool.objects.get(object) {
            Origin::Place(_) => true,
            Origin::Made { point, .. } => point != bind.point,
            Origin::Foreign(_) => false,
        }
    }

    /// Whether a call by which a view came about says so in its own name: its author knows.
    fn says_view(&self, object: ObjectId) -> bool {
        let mut at = Some(object);
        for _ in 0..8 {
            let Some(making) = at.and_then(|object| self.cx.making(object)) else { return false };
            if making.relation != Relation::View {
                return false;
            }
            if self.cx.making_rule(making).is_some_and(|rule| rule.name.rsplit('.').next() == Some("view")) {
                return true;
            }
            at = making.sources.first().copied();
        }
        false
    }

    /// Whether a view was made by `[:]`, `[...]` or the like.
    fn is_full_slice(&self, making: &Making) -> bool {
        let Some(Rvalue::Index { index, .. }) = self.cx.made_by(making) else { return false };
        index.items.iter().all(|item| match item {
            IndexItem::Slice { lower: None, upper: None, step: None } => true,
            IndexItem::Value(operand) => operand.kind == OperandKind::Const(crate::ir::Const::Ellipsis),
            IndexItem::Slice { .. } | IndexItem::Starred(_) => false,
        })
    }

    /// Whether the handle is made outside the loop in which it is written: a lasting means to write.
    fn outlives_turns(&self, write: &Event, handle: &Handle<'_>) -> bool {
        let mut at = self.body.blocks[write.block].in_loop;
        while let Some(of) = at {
            if !loop_holds(self.body, of, handle.bind.block) {
                return true;
            }
            at = self.body.loops[of].parent;
        }
        false
    }

    /// Whether the handle is named like the attribute it stands for: `weights = self.weights`.
    fn is_shorthand(&self, handle: &Handle<'_>) -> bool {
        let EventKind::Bind { from: Some(from), .. } = handle.bind.kind else { return false };
        match self.definition(handle.bind.block, from) {
            Some(Rvalue::Attr { attr, .. }) => {
                let attr = self.cx.facts.names.text(*attr).trim_matches('_');
                attr.eq_ignore_ascii_case(handle.name.trim_matches('_'))
            }
            _ => false,
        }
    }

    /// Statements that replace all of the base's elements, seen from the base: what was written before is gone.
    fn overwrites(&self, memory: MemoryId, handle: &Handle<'_>) -> Vec<u32> {
        let all = self.events.iter().filter(|event| {
            let EventKind::Write { through, target, how, always: true, .. } = event.kind else { return false };
            let replaces = matches!(how, WriteHow::Subscript | WriteHow::Call(_));
            let mut arrays = self.cx.arrays(target);
            let is_base = arrays.next().is_some_and(|array| array.memory == memory && array.extent == ExtentId::WHOLE);
            replaces
                && is_base
                && self.root(event.block, through) != Some(handle.local)
                && (!matches!(how, WriteHow::Subscript) || self.stores_all(event))
        });
        all.map(|event| event.point.index).collect()
    }

    fn stores_all(&self, event: &Event) -> bool {
        match self.stmt(event).map(|stmt| &stmt.kind) {
            Some(StmtKind::StoreIndex { index, .. }) => index.items.iter().all(|item| match item {
                IndexItem::Slice { lower, upper, .. } => lower.is_none() && upper.is_none(),
                IndexItem::Value(operand) => operand.kind == OperandKind::Const(crate::ir::Const::Ellipsis),
                IndexItem::Starred(_) => false,
            }),
            _ => false,
        }
    }

    /// Whether a read goes to the base: the same memory, by another way than the handle, where the handle may have written.
    fn reads_base(&self, read: &DataRead<'_>, handle: &Handle<'_>) -> bool {
        let is_handle = self.root(read.event.block, read.operand) == Some(handle.local);
        let mut shares = false;
        for array in self.cx.arrays(read.value) {
            if array.memory != handle.array.memory {
                if self.cx.making(array.object).is_none_or(|making| !making.sometimes) {
                    return false;
                }
                continue;
            }
            let is_other = match handle.kind {
                Kind::Alias => array.object == handle.array.object && self.is_named_otherwise(read, handle),
                Kind::FullSlice | Kind::View => !self.comes_from(array.object, handle.array.object),
            };
            let overlaps = self.cx.relations().overlap(array, handle.array) != Tri::No;
            if !is_other || !overlaps {
                return false;
            }
            shares = true;
        }
        shares && !is_handle
    }

    /// Whether a read goes through another name that the array had before the handle: a variable, or an attribute.
    fn is_named_otherwise(&self, read: &DataRead<'_>, handle: &Handle<'_>) -> bool {
        let Some(root) = self.root(read.event.block, read.operand) else { return false };
        let is_param = self.body.params.iter().any(|param| param.local == root);
        let mut binds = self.bindings(root).filter(|bind| match bind.kind {
            EventKind::Bind { slot, .. } => self.cx.arrays(slot.value).any(|array| array.object == handle.array.object),
            _ => false,
        });
        is_param || binds.any(|bind| bind.point != handle.bind.point && self.reaches(bind, handle.bind))
    }

    /// Whether the handle's own data is used after the write, other than to write into the same memory again.
    fn handle_is_used(&self, write: &Event, handle: &Handle<'_>, reads: &[DataRead<'a>]) -> bool {
        let memory = handle.array.memory;
        let stops: Vec<u32> = self.bindings(handle.local).map(|bind| bind.point.index).collect();
        reads.iter().any(|read| {
            let is_handle = match handle.kind {
                Kind::Alias => self.root(read.event.block, read.operand) == Some(handle.local),
                Kind::FullSlice | Kind::View => {
                    self.cx.arrays(read.value).any(|array| self.comes_from(array.object, handle.array.object))
                }
            };
            is_handle
                && !self.writes_at(read.event.point.index, memory)
                && self.reaches_without(write, read.event, &stops)
                && self.data_leaves(*read, memory)
        })
    }

    /// Whether an object is another, or a view made of it.
    #[must_use]
    pub fn comes_from(&self, object: ObjectId, of: ObjectId) -> bool {
        let mut queue = vec![object];
        let mut seen = Vec::new();
        while let Some(at) = queue.pop() {
            if at == of {
                return true;
            }
            if seen.contains(&at) || seen.len() > 16 {
                continue;
            }
            seen.push(at);
            if let Some(making) = self.cx.making(at)
                && matches!(making.relation, Relation::View | Relation::Same)
            {
                queue.extend(making.sources.iter().copied());
            }
        }
        false
    }

    /// Whether the base was made blank, to be filled: the call takes a `shape` and nothing to take data from.
    fn is_blank(&self, memory: MemoryId, handle: &Handle<'_>) -> bool {
        self.owner(memory, handle.array.object).is_some_and(|making| {
            self.cx.making_rule(making).is_some_and(|rule| {
                rule.params.iter().any(|param| param.name == "shape")
                    && rule.results.iter().all(|outcome| outcome.is == Relation::Copy && outcome.of.is_empty())
            })
        })
    }

    /// How the array that owns the memory was made.
    fn owner(&self, memory: MemoryId, object: ObjectId) -> Option<&'a Making> {
        let mut at = object;
        for _ in 0..16 {
            let making = self.cx.making(at)?;
            if making.relation == Relation::Copy {
                let Origin::Made { point, .. } = *self.cx.facts.pool.memories.get(memory) else { return None };
                return (point == making.point).then_some(making);
            }
            at = *making.sources.first()?;
        }
        None
    }

    /// Whether the base is written by other means as well once the handle is there: it is work in progress.
    fn is_workspace(&self, handle: &Handle<'_>, memory: MemoryId) -> bool {
        self.events.iter().any(|event| {
            let EventKind::Write { through, target, what: Written::Data, .. } = event.kind else { return false };
            let is_other = self
                .cx
                .arrays(target)
                .any(|array| array.memory == memory && !self.comes_from(array.object, handle.array.object));
            is_other && self.root(event.block, through) != Some(handle.local) && self.reaches(handle.bind, event)
        })
    }

    /// Whether a script changes a slice of an array that has data of its own. At module level nothing is returned, and no
    /// caller waits for the change: to read the array afterwards is to read it as it was.
    fn is_script(&self, write: &Event, handle: &Handle<'_>) -> bool {
        let is_slice = handle.making.is_some_and(|making| making.is_index);
        let is_private =
            self.owner(handle.array.memory, handle.array.object).is_none_or(|making| !making.sources.is_empty());
        self.body.kind == BodyKind::Module
            && is_slice
            && !is_private
            && self.body.blocks[write.block].in_loop.is_none()
            && self.body.locals[handle.local].kind == LocalKind::Named
    }

    fn base_name(&self, handle: &Handle<'_>, read: &DataRead<'_>) -> String {
        let from = match handle.kind {
            Kind::Alias => match handle.bind.kind {
                EventKind::Bind { from, .. } => from,
                _ => None,
            },
            Kind::FullSlice | Kind::View => handle.making.and_then(|making| making.operand),
        };
        let text = from.map_or("", |operand| self.cx.source(operand.span)).trim();
        let is_name = !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "_.".contains(letter));
        if is_name && text != handle.name {
            return text.to_owned();
        }
        let root = self.root(read.event.block, read.operand).and_then(|local| self.name(local));
        match root {
            Some(name) if name != "self" => name.to_owned(),
            _ => self.cx.source(read.operand.span).to_owned(),
        }
    }

    /// Where a named view was made through which the base is read.
    fn sibling(&self, read: &DataRead<'_>) -> Option<Span> {
        let local = self.root(read.event.block, read.operand)?;
        let object = self.cx.arrays(read.value).next()?.object;
        let making = self.cx.making(object).filter(|making| making.relation == Relation::View && making.is_index)?;
        (read.operand.kind == OperandKind::Local(local) && making.point.body == self.id).then_some(making.span)
    }

    fn made_span(&self, making: &Making, handle: &Handle<'_>) -> Span {
        if making.point.body == self.id { making.span } else { handle.bind.span }
    }

    fn confidence(&self, write: &Event, handle: &Handle<'_>, read: &DataRead<'_>) -> Confidence {
        let made =
            self.cx.is_array(handle.slot.value, Evidence::Made) && self.cx.arrays(handle.slot.value).count() == 1;
        let straight = write.block == read.event.block && write.point.index < read.event.point.index;
        if made && straight { Confidence::Certain } else { Confidence::Likely }
    }
}
