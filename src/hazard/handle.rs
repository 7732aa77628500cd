//! The name that a write goes through: what it is a name for, and how it came to be one.
//!
//! ```python
//! h = table[:, 1]                 # a view of `table`
//! h = table[:]                    # a view of everything, written like a copy of a list
//! h = table                       # the same object
//! ```

use super::double_use::Kind;
use super::query::Scene;
use crate::alias::domain::{ArrayAtom, Atom, Const, ObjectId, Origin, Slot, ValueId};
use crate::alias::event::{Event, EventKind, Making, WriteHow};
use crate::alias::facts::Evidence;
use crate::flow::loop_holds;
use crate::ir::{IndexItem, Local, OperandKind, Rvalue, StmtKind};
use crate::rules::Relation;

/// The name that a write goes through.
pub(super) struct Handle<'a> {
    pub(super) local: Local,
    pub(super) name: &'a str,
    pub(super) slot: Slot,
    pub(super) array: ArrayAtom,
    pub(super) bind: &'a Event,
    pub(super) making: Option<&'a Making>,
    pub(super) kind: Kind,
}

impl<'a> Scene<'a> {
    /// The handle that a write goes through, if it is a name for memory that has another name.
    pub(super) fn handle(&self, position: usize) -> Option<Handle<'a>> {
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
        self.are_arrays_when_written(self.cx.atoms(value), how)
    }

    /// The same of some of the possibilities.
    pub(super) fn are_arrays_when_written(&self, atoms: &[Atom], how: WriteHow) -> bool {
        let updates_numbers = matches!(how, WriteHow::Augmented);
        atoms.iter().all(|atom| match atom {
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
        let touches = self.tables().touches(local);
        let before = touches.partition_point(|touch| (*touch as usize) < position).checked_sub(1)?;
        let touch = &self.events[touches[before] as usize];
        match touch.kind {
            EventKind::Read { slot, .. } | EventKind::Bind { slot, .. } if touch.block == event.block => Some(slot),
            _ => None,
        }
    }

    /// The events that bind or read a variable.
    pub(super) fn touches(&self, local: Local) -> impl Iterator<Item = &'a Event> + use<'a> {
        let events = self.events;
        self.tables().touches(local).iter().map(move |position| &events[*position as usize])
    }

    /// The statement that gave a variable this array, where it is bound other than by an update in place.
    pub(super) fn binding(&self, to: &Event, local: Local, array: ArrayAtom) -> Option<&'a Event> {
        let binds: Vec<&'a Event> = self.bindings(local).collect();
        binds.iter().copied().find(|bind| {
            let EventKind::Bind { slot, .. } = bind.kind else { return false };
            let stops: Vec<u32> =
                binds.iter().filter(|other| other.point != bind.point).map(|other| other.point.index).collect();
            self.cx.arrays(slot.value).any(|one| one.memory == array.memory) && self.reaches_without(bind, to, &stops)
        })
    }

    /// The bindings of a variable, updates in place aside.
    pub fn bindings(&self, local: Local) -> impl Iterator<Item = &'a Event> + use<'a> {
        let events = self.events;
        self.tables().bindings(local).iter().map(move |position| &events[*position as usize])
    }

    /// Whether a binding gives a second name to an array that was there before.
    pub(super) fn is_second_name(&self, bind: &Event, object: ObjectId) -> bool {
        if !matches!(self.stmt(bind).map(|stmt| &stmt.kind), Some(StmtKind::Assign { .. })) {
            return false;
        }
        match *self.cx.facts.pool.objects.get(object) {
            Origin::Place(_) => true,
            Origin::Made { point, .. } => point != bind.point,
            Origin::Foreign(_) => false,
        }
    }

    /// Whether a call by which a view came about says so, by its own name or as an iterator like `a.flat`: its author knows.
    pub(super) fn says_view(&self, object: ObjectId) -> bool {
        let mut at = Some(object);
        for _ in 0..8 {
            let Some(making) = at.and_then(|object| self.cx.making(object)) else { return false };
            if making.relation != Relation::View {
                return false;
            }
            if self.cx.making_rule(making).is_some_and(|rule| {
                let is_iterator =
                    rule.results.get(usize::from(making.outcome)).is_some_and(|outcome| outcome.class.is_some());
                is_iterator || rule.name.rsplit('.').next() == Some("view")
            }) {
                return true;
            }
            at = making.sources.first().copied();
        }
        false
    }

    /// Whether a view was made by `[:]`, `[...]` or the like.
    pub(super) fn is_full_slice(&self, making: &Making) -> bool {
        let Some(Rvalue::Index { index, .. }) = self.cx.made_by(making) else { return false };
        index.items.iter().all(|item| match item {
            IndexItem::Slice { lower: None, upper: None, step: None } => true,
            IndexItem::Value(operand) => operand.kind == OperandKind::Const(crate::ir::Const::Ellipsis),
            IndexItem::Slice { .. } | IndexItem::Starred(_) => false,
        })
    }

    /// Whether the handle is made outside the loop in which it is written: a lasting means to write.
    pub(super) fn outlives_turns(&self, write: &Event, handle: &Handle<'_>) -> bool {
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
    pub(super) fn is_shorthand(&self, handle: &Handle<'_>) -> bool {
        let EventKind::Bind { from: Some(from), .. } = handle.bind.kind else { return false };
        match self.definition(handle.bind.block, from) {
            Some(Rvalue::Attr { attr, .. }) => {
                let attr = self.cx.facts.names.text(*attr).trim_matches('_');
                attr.eq_ignore_ascii_case(handle.name.trim_matches('_'))
            }
            _ => false,
        }
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
}
