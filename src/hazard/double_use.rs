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

use super::handle::Handle;
use super::query::Scene;
use super::usage::DataRead;
use crate::alias::Tri;
use crate::alias::domain::{ArrayAtom, MemoryId};
use crate::alias::event::{Event, EventKind, Making};
use crate::alias::extent;
use crate::alias::facts::Evidence;
use crate::diagnostic::Confidence;
use crate::ir::OperandKind;
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

impl<'a> Scene<'a> {
    /// All double uses in this body, one for each handle.
    #[must_use]
    pub fn double_uses(&self) -> Vec<DoubleUse<'a>> {
        let mut found: Vec<DoubleUse<'a>> = Vec::new();
        for (position, event) in self.events.iter().enumerate() {
            let EventKind::Write { what: Written::Data, .. } = event.kind else { continue };
            let Some(handle) = self.handle(position).filter(|_| !self.only_masks(event)) else { continue };
            let is_known = |one: &DoubleUse<'_>| one.made == handle.bind.span || one.write.point == event.point;
            if found.iter().any(is_known) {
                continue;
            }
            found.extend(self.double_use(event, &handle));
        }
        self.changed_under_full_slices(&mut found);
        found
    }

    fn double_use(&self, write: &'a Event, handle: &Handle<'a>) -> Option<DoubleUse<'a>> {
        let memory = handle.array.memory;
        if self.outlives_turns(write, handle) || self.is_shorthand(handle) {
            return None;
        }
        let stops = self.overwrites(memory, handle.local);
        let read = self
            .leaving_reads_of(memory)
            .find(|read| self.reads_base(read, handle) && self.reaches_without(write, read.event, &stops))?;
        let meant = match handle.kind {
            Kind::FullSlice => true,
            Kind::Alias => self.handle_is_used(write, handle),
            Kind::View => {
                !self.is_blank(memory, handle.array.object)
                    && !self.is_workspace(handle, memory)
                    && (self.handle_is_used(write, handle) || self.is_script(write, handle))
            }
        };
        if !meant || self.is_expected_to_raise(write) {
            return None;
        }
        Some(DoubleUse {
            kind: handle.kind,
            handle: handle.name,
            base: self.base_name(handle, &read),
            made: handle.making.map_or(handle.bind.span, |making| self.made_span(making, handle)),
            making: handle.making,
            write,
            read: read.operand.span,
            sibling: self.sibling(&read),
            memory,
            confidence: self.confidence(write, handle, &read),
        })
    }

    /// Whether a read goes to the base: the same memory, by another way than the handle, where the handle may have written.
    fn reads_base(&self, read: &DataRead<'_>, handle: &Handle<'_>) -> bool {
        let Some(root) = self.root(read.event.block, read.operand) else { return false };
        let is_handle = root == handle.local;
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
            if !is_other || !overlaps || self.is_elsewhere(array, handle) {
                return false;
            }
            shares = true;
        }
        shares && !is_handle
    }

    /// Whether an array is taken by one position of an axis where the handle is taken by one, and not by the same for sure:
    /// `amplitude /= 1e9` concerns nobody who reads `data[:, column]`, unless that is the same column.
    fn is_elsewhere(&self, array: ArrayAtom, handle: &Handle<'_>) -> bool {
        let made = (self.cx.making(array.object), handle.making);
        let (Some(one), Some(other)) = made else { return false };
        let (Some(left), Some(right)) = (one.taken, other.taken) else { return false };
        one.sources == other.sources && extent::pick_apart(&self.cx.facts.pool, left, right)
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
    fn handle_is_used(&self, write: &Event, handle: &Handle<'_>) -> bool {
        let memory = handle.array.memory;
        let stops: Vec<u32> = self.bindings(handle.local).map(|bind| bind.point.index).collect();
        self.leaving_reads_of(memory).any(|read| {
            let is_handle = match handle.kind {
                Kind::Alias => self.root(read.event.block, read.operand) == Some(handle.local),
                Kind::FullSlice | Kind::View => {
                    self.cx.arrays(read.value).any(|array| self.comes_from(array.object, handle.array.object))
                }
            };
            is_handle && self.reaches_without(write, read.event, &stops)
        })
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
