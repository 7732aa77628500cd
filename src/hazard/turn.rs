//! Turns of a loop: what changes from one to the next, and which event of one turn meets which of the next.

use super::query::Scene;
use crate::alias::domain::{MemoryId, Origin, ValueId};
use crate::alias::event::{Event, EventKind};
use crate::alias::state::Field;
use crate::flow::loop_holds;
use crate::ir::{BlockId, Index, IndexItem, Local, LoopId, Name, Operand, OperandKind, Rvalue};

/// A variable, or an attribute of one, that holds an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// The variable.
    pub local: Local,
    /// The attribute, where the array is not in the variable itself.
    pub attr: Option<Name>,
}

/// Whether something is the same at every turn of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Varies {
    /// It is.
    No,
    /// A variable that the loop binds takes part.
    Yes,
    /// Not known.
    Perhaps,
}

impl Varies {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            (Self::Perhaps, _) | (_, Self::Perhaps) => Self::Perhaps,
        }
    }
}

impl Scene<'_> {
    /// The loops around a block, innermost first.
    pub fn loops_around(&self, block: BlockId) -> impl Iterator<Item = LoopId> {
        std::iter::successors(self.body.blocks[block].in_loop, |inner| self.body.loops[*inner].parent)
    }

    /// Whether an event happens in a loop.
    #[must_use]
    pub fn is_in_loop(&self, event: &Event, of: LoopId) -> bool {
        loop_holds(self.body, of, event.block)
    }

    /// Whether what was made by `origin` exists before the loop is entered, and is one thing during all of its turns.
    #[must_use]
    pub fn is_from_before(&self, origin: Origin, of: LoopId) -> bool {
        use crate::alias::domain::Age;
        match origin {
            Origin::Place(place) => !self.cx.is_of_element(place),
            Origin::Made { point, age, .. } => {
                age == Age::Recent && point.body == self.id && !loop_holds(self.body, of, self.block_of(point.index))
            }
            Origin::Foreign(_) => false,
        }
    }

    /// The block of a point.
    #[must_use]
    pub fn block_of(&self, index: u32) -> BlockId {
        self.tables().block(index)
    }

    /// The variable, or the attribute of one, that an operand is read from.
    #[must_use]
    pub fn carrier(&self, block: BlockId, operand: Operand) -> Option<Carrier> {
        match operand.kind {
            OperandKind::Local(local) => Some(Carrier { local, attr: None }),
            OperandKind::Const(_) => None,
            OperandKind::Temp(_) => match self.definition(block, operand)? {
                Rvalue::Use(inner) => self.carrier(block, *inner),
                Rvalue::Attr { object, attr } => match object.kind {
                    OperandKind::Local(local) => Some(Carrier { local, attr: Some(*attr) }),
                    OperandKind::Temp(_) => self.carrier(block, *object),
                    OperandKind::Const(_) => None,
                },
                Rvalue::Index { object, .. } | Rvalue::CallMethod { object, .. } => self.carrier(block, *object),
                _ => None,
            },
        }
    }

    /// Whether an event gives a carrier something else than `memory` to hold.
    #[must_use]
    pub fn replaces(&self, event: &Event, carrier: Carrier, memory: MemoryId) -> bool {
        let lacks = |value: ValueId| !self.cx.arrays(value).any(|array| array.memory == memory);
        match event.kind {
            EventKind::Bind { local, slot, .. } => {
                local == carrier.local && (carrier.attr.is_some() || lacks(slot.value))
            }
            EventKind::Delete { local, .. } => local == carrier.local,
            EventKind::Keep { holder, field: Field::Attr(attr), value, .. } => {
                carrier.attr == Some(attr) && holder.kind == OperandKind::Local(carrier.local) && lacks(value)
            }
            _ => false,
        }
    }

    /// Whether control can come from one event to another without leaving a loop and without an event that stops it.
    #[must_use]
    pub fn meets(&self, of: LoopId, from: &Event, to: &Event, stops: &dyn Fn(&Event) -> bool) -> bool {
        let mut seen = vec![false; self.body.blocks.len()];
        let mut stack = vec![(from.block, true)];
        while let Some((block, is_start)) = stack.pop() {
            let mut skipping = is_start;
            let mut stopped = false;
            for event in self.events_in(block) {
                if skipping {
                    skipping = !std::ptr::eq(event, from);
                    continue;
                }
                if std::ptr::eq(event, to) {
                    return true;
                }
                if stops(event) {
                    stopped = true;
                    break;
                }
            }
            if stopped {
                continue;
            }
            for next in self.body.blocks[block].end.kind.successors() {
                if loop_holds(self.body, of, next) && !std::mem::replace(&mut seen[crate::ir::Id::index(next)], true) {
                    stack.push((next, false));
                }
            }
        }
        false
    }

    /// Whether an operand differs from turn to turn.
    #[must_use]
    pub fn varies(&self, of: LoopId, block: BlockId, operand: Operand) -> Varies {
        match operand.kind {
            OperandKind::Const(_) => Varies::No,
            OperandKind::Local(local) => {
                let is_bound = self.touches(local).any(|event| match event.kind {
                    EventKind::Bind { .. } => self.is_in_loop(event, of),
                    _ => false,
                });
                if is_bound { Varies::Yes } else { Varies::No }
            }
            OperandKind::Temp(_) => match self.definition(block, operand) {
                Some(Rvalue::Use(inner) | Rvalue::Unary { operand: inner, .. }) => self.varies(of, block, *inner),
                Some(Rvalue::Binary { left, right, .. }) => {
                    self.varies(of, block, *left).and(self.varies(of, block, *right))
                }
                Some(Rvalue::Tuple(items)) => {
                    items.iter().fold(Varies::No, |all, item| all.and(self.varies(of, block, item.value)))
                }
                Some(Rvalue::Format(parts)) => {
                    parts.iter().fold(Varies::No, |all, part| all.and(self.varies(of, block, *part)))
                }
                Some(Rvalue::Index { object, index }) => {
                    self.varies(of, block, *object).and(self.index_varies(of, block, index)).and(Varies::Perhaps)
                }
                Some(Rvalue::Call { args, .. }) => {
                    args.iter().fold(Varies::Perhaps, |all, arg| all.and(self.varies(of, block, arg.value)))
                }
                Some(Rvalue::Attr { object, .. } | Rvalue::CallMethod { object, .. }) => {
                    self.varies(of, block, *object).and(Varies::Perhaps)
                }
                _ => Varies::Perhaps,
            },
        }
    }

    /// Whether a subscript differs from turn to turn.
    #[must_use]
    pub fn index_varies(&self, of: LoopId, block: BlockId, index: &Index) -> Varies {
        let one = |operand: &Operand| self.varies(of, block, *operand);
        index.items.iter().fold(Varies::No, |all, item| match item {
            IndexItem::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().fold(all, |all, bound| all.and(one(bound)))
            }
            IndexItem::Value(value) | IndexItem::Starred(value) => all.and(one(value)),
        })
    }
}
