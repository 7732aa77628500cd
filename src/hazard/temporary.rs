//! Copies that nothing but a chain of temporaries holds: what is written there, nobody will ever read.
//!
//! ```python
//! table[rows][:, 1] = 7        # table[rows] is a fresh array, [:, 1] a view of it; both are gone after this line
//! ```
//!
//! The chain is walked from the operand that is written to the expression whose memory was allocated by that very
//! expression. All possibilities must agree: a result that may be a view ends the walk with nothing.

use super::query::Scene;
use crate::alias::domain::{ArrayAtom, Atom, MemoryId, Origin, Part, Point, Slot, ValueId};
use crate::alias::event::{CallEvent, Callee, Event, EventKind};
use crate::alias::facts::Evidence;
use crate::ir::{BlockId, BodyId, Operand, OperandKind, Rvalue, StmtKind};
use crate::source::Span;

/// A copy that only a chain of temporaries holds.
#[derive(Clone, Copy)]
pub struct Temporary<'a> {
    /// The expression that makes it.
    pub value: &'a Rvalue,
    /// The same in the source.
    pub span: Span,
    /// Where.
    pub point: Point,
    /// Why it is taken to be an array.
    pub evidence: Evidence,
    /// Whether the operand asked about is this copy itself, not a view of it.
    pub is_direct: bool,
}

impl<'a> Scene<'a> {
    /// The number of the first statement of a block.
    fn first_point(&self, block: BlockId) -> u32 {
        let before = self.body.blocks.iter_ids().take_while(|(id, _)| *id != block);
        before.map(|(_, block)| u32::try_from(block.stmts.len()).unwrap_or(u32::MAX - 1) + 1).sum()
    }

    /// Whether a point is that of a statement of this block.
    #[must_use]
    pub fn holds(&self, block: BlockId, point: Point) -> bool {
        let first = self.first_point(block) as usize;
        let at = point.index as usize;
        point.body == self.id && (first..=first + self.body.blocks[block].stmts.len()).contains(&at)
    }

    /// The right-hand side that defines a temporary, its place in the source, and its point.
    #[must_use]
    pub fn defined(&self, block: BlockId, operand: Operand) -> Option<(&'a Rvalue, Span, Point)> {
        let OperandKind::Temp(temp) = operand.kind else { return None };
        let (stmt, index) = self.tables().definition(self.body, block, temp)?;
        match &stmt.kind {
            StmtKind::Assign { value, .. } => Some((value, stmt.span, Point { body: self.id, index })),
            _ => None,
        }
    }

    /// Events at a point. Events are sorted by point.
    pub fn events_at(&self, point: Point) -> std::slice::Iter<'a, Event> {
        let events = self.events;
        let first = events.partition_point(|event| event.point < point);
        let count = events[first..].partition_point(|event| event.point == point);
        events[first..first + count].iter()
    }

    /// What an operand held where it was read at a point.
    #[must_use]
    pub fn slot_at(&self, point: Point, wanted: Operand) -> Option<Slot> {
        self.events_at(point).find_map(|event| match event.kind {
            EventKind::Read { operand, slot, .. } if operand.kind == wanted.kind => Some(slot),
            _ => None,
        })
    }

    /// The call at a point.
    #[must_use]
    pub fn call_at(&self, point: Point) -> Option<&'a CallEvent> {
        self.events_at(point).find_map(|event| match &event.kind {
            EventKind::Call(call) => Some(&**call),
            _ => None,
        })
    }

    /// The arrays that a value is; none if it may be anything else, or if too little says that they are arrays.
    #[must_use]
    pub fn only_arrays(&self, value: ValueId, evidence: Evidence) -> Vec<ArrayAtom> {
        if self.cx.is_array(value, evidence) { self.cx.arrays(value).collect() } else { Vec::new() }
    }

    /// The copy that is lost when this operand, written by this event, goes out of use.
    #[must_use]
    pub fn temporary(&self, event: &Event, through: Operand) -> Option<Temporary<'a>> {
        let (mut operand, mut read_at, mut is_direct) = (through, event.point, true);
        for _ in 0..16 {
            let (value, span, point) = self.defined(event.block, operand)?;
            let slot = self.slot_at(read_at, operand)?;
            let arrays = self.only_arrays(slot.value, Evidence::Use);
            let evidence = arrays.iter().map(|array| self.cx.array_facts(*array).evidence).min()?;
            if arrays.iter().all(|array| self.is_made_at(array.memory, point)) {
                let found = Temporary { value, span, point, evidence, is_direct };
                return self.nobody_keeps(&found, &arrays).then_some(found);
            }
            operand = self.viewed_by(&arrays, point)?;
            read_at = point;
            is_direct = false;
        }
        None
    }

    /// Whether a memory was allocated at this point.
    #[must_use]
    pub fn is_made_at(&self, memory: MemoryId, at: Point) -> bool {
        matches!(*self.cx.facts.pool.memories.get(memory), Origin::Made { point, .. } if point == at)
    }

    /// The operand of which all these arrays are views made at this point.
    fn viewed_by(&self, arrays: &[ArrayAtom], point: Point) -> Option<Operand> {
        let mut operands = arrays.iter().map(|array| {
            let making = self.cx.making(array.object).filter(|making| making.point == point)?;
            making.operand
        });
        let first = operands.next()??;
        operands.all(|other| other.is_some_and(|other| other.kind == first.kind)).then_some(first)
    }

    /// Whether what made the copy has not put it anywhere else.
    fn nobody_keeps(&self, temporary: &Temporary<'_>, arrays: &[ArrayAtom]) -> bool {
        let Some(call) = self.call_at(temporary.point) else { return true };
        match &call.callee {
            Callee::Rule(rule) => self.cx.rules.rule(*rule).retains.is_empty(),
            Callee::Bodies(bodies) => {
                let is_open = |body: &BodyId| self.cx.module.bodies[*body].class.is_some();
                !bodies.iter().any(is_open) && arrays.iter().all(|array| !self.is_kept_by(bodies, array.memory))
            }
            Callee::Path(_) | Callee::Method(_) | Callee::Unknown => false,
        }
    }

    /// Whether one of these functions stores memory that it makes, and that is seen here as `memory`, outside.
    fn is_kept_by(&self, bodies: &[BodyId], memory: MemoryId) -> bool {
        let Origin::Made { part: Part::Memory(inner), .. } = *self.cx.facts.pool.memories.get(memory) else {
            return true;
        };
        bodies.iter().any(|body| {
            let summary = self.cx.facts.summaries[*body].as_deref();
            summary.is_none_or(|summary| {
                summary.cells.iter().any(|(_, slot)| self.cx.arrays(slot.value).any(|array| array.memory == inner))
            })
        })
    }

    /// Whether an expression takes an array: it is indexed, or it is a call with an array among its arguments.
    #[must_use]
    pub fn takes_array(&self, block: BlockId, point: Point, value: &Rvalue) -> bool {
        let mut takes = false;
        value.operands(&mut |operand| takes |= self.holds_array(block, point, *operand));
        takes
    }

    /// Whether an operand read at a point is an array, or a display that was made in the same block and holds one.
    fn holds_array(&self, block: BlockId, point: Point, operand: Operand) -> bool {
        let Some(slot) = self.slot_at(point, operand) else { return false };
        if self.cx.is_array(slot.value, Evidence::Use) {
            return true;
        }
        if !self.cx.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Container(..))) {
            return false;
        }
        match self.defined(block, operand) {
            Some((Rvalue::List(elements) | Rvalue::Tuple(elements), _, made)) => elements.iter().any(|element| {
                self.slot_at(made, element.value).is_some_and(|slot| self.cx.is_array(slot.value, Evidence::Use))
            }),
            _ => false,
        }
    }
}
