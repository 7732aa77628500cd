//! What is known of the array under a handle: who made it, and whether it is meant to be written.

use std::rc::Rc;

use super::handle::Handle;
use super::query::Scene;
use crate::alias::domain::{ExtentId, MemoryId, ObjectId, Origin};
use crate::alias::event::{Event, EventKind, Making, WriteHow};
use crate::ir::{BodyKind, IndexItem, Local, LocalKind, OperandKind, StmtKind};
use crate::rules::{Relation, Written};

/// A statement that replaces all elements of a memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replacement {
    /// Its number.
    index: u32,
    /// The variable written through.
    through: Option<Local>,
}

impl<'a> Scene<'a> {
    /// Statements after which what was written before is gone, in order: those that allocate the memory, or replace all of the
    /// base's elements, seen from the base and not through `except`.
    #[must_use]
    pub fn overwrites(&self, memory: MemoryId, except: Local) -> Vec<u32> {
        let known = self.tables().overwrites.borrow().get(&memory).cloned();
        let replacements = known.unwrap_or_else(|| {
            let all: Rc<[Replacement]> = self.replacements(memory).into();
            self.tables().overwrites.borrow_mut().insert(memory, Rc::clone(&all));
            all
        });
        let others = replacements.iter().filter(|one| one.through != Some(except)).map(|one| one.index);
        let mut all: Vec<u32> = others.chain(self.allocation(memory)).collect();
        all.sort_unstable();
        all
    }

    fn replacements(&self, memory: MemoryId) -> Vec<Replacement> {
        let all = self.writes_of(memory).filter(|event| {
            let EventKind::Write { target, how, always: true, .. } = event.kind else { return false };
            let replaces = matches!(how, WriteHow::Subscript | WriteHow::Call(_));
            let mut arrays = self.cx.arrays(target);
            let is_base = arrays.next().is_some_and(|array| array.memory == memory && array.extent == ExtentId::WHOLE);
            replaces && is_base && (!matches!(how, WriteHow::Subscript) || self.stores_all(event))
        });
        let replacement = |event: &'a Event| {
            let EventKind::Write { through, .. } = event.kind else { return None };
            Some(Replacement { index: event.point.index, through: self.root(event.block, through) })
        };
        all.filter_map(replacement).collect()
    }

    /// The statement that allocates a memory, where it stands in this body: past it, it is another array.
    pub(super) fn allocation(&self, memory: MemoryId) -> Option<u32> {
        match *self.cx.facts.pool.memories.get(memory) {
            Origin::Made { point, .. } => (point.body == self.id).then_some(point.index),
            Origin::Place(_) | Origin::Foreign(_) => None,
        }
    }

    pub(super) fn stores_all(&self, event: &Event) -> bool {
        match self.stmt(event).map(|stmt| &stmt.kind) {
            Some(StmtKind::StoreIndex { index, .. }) => index.items.iter().all(|item| match item {
                IndexItem::Slice { lower, upper, .. } => lower.is_none() && upper.is_none(),
                IndexItem::Value(operand) => operand.kind == OperandKind::Const(crate::ir::Const::Ellipsis),
                IndexItem::Starred(_) => false,
            }),
            _ => false,
        }
    }

    /// Whether the base was made blank, to be filled: the call takes a `shape` and nothing to take data from.
    #[must_use]
    pub fn is_blank(&self, memory: MemoryId, object: ObjectId) -> bool {
        self.owner(memory, object).is_some_and(|making| {
            self.cx.making_rule(making).is_some_and(|rule| {
                rule.params.iter().any(|param| param.name == "shape")
                    && rule.results.iter().all(|outcome| outcome.is == Relation::Copy && outcome.of.is_empty())
            })
        })
    }

    /// How the array that owns the memory was made.
    pub(super) fn owner(&self, memory: MemoryId, object: ObjectId) -> Option<&'a Making> {
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
    pub(super) fn is_workspace(&self, handle: &Handle<'_>, memory: MemoryId) -> bool {
        self.writes_of(memory).any(|event| {
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
    pub(super) fn is_script(&self, write: &Event, handle: &Handle<'_>) -> bool {
        let is_slice = handle.making.is_some_and(|making| making.is_index);
        let is_private =
            self.owner(handle.array.memory, handle.array.object).is_none_or(|making| !making.sources.is_empty());
        self.body.kind == BodyKind::Module
            && is_slice
            && !is_private
            && self.body.blocks[write.block].in_loop.is_none()
            && self.body.locals[handle.local].kind == LocalKind::Named
    }
}
