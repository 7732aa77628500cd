//! Where in a body the builder of the graph is.

use petgraph::stable_graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::reaching::Reaching;
use crate::alias::domain::Slot;
use crate::alias::event::Event;
use crate::ir::{BlockId, Body, BodyId, Id, Operand, Place as IrPlace, Rvalue, StmtKind, Temp};
use crate::source::Span;

/// A slot with the operand that it was read through.
pub(super) type Seen = (Operand, Slot);

/// One body while its bindings are connected.
pub(super) struct Walk<'a> {
    pub(super) id: BodyId,
    pub(super) body: &'a Body,
    pub(super) events: &'a [Event],
    /// Bindings that reach the point where the walk is.
    pub(super) state: Reaching,
    pub(super) block: BlockId,
    pub(super) temps: FxHashMap<Temp, Option<NodeIndex>>,
    /// The number of the first statement of each block.
    first: Vec<u32>,
}

impl<'a> Walk<'a> {
    /// At the start of a body.
    pub(super) fn new(id: BodyId, body: &'a Body, events: &'a [Event]) -> Self {
        let mut first = Vec::new();
        let mut next = 0;
        for block in &body.blocks {
            first.push(next);
            next += u32::try_from(block.stmts.len()).unwrap_or(0) + 1;
        }
        Self { id, body, events, state: Reaching::default(), block: body.entry, temps: FxHashMap::default(), first }
    }

    /// The events at a point.
    pub(super) fn at(&self, point: u32) -> impl Iterator<Item = &'a Event> {
        let first = self.events.partition_point(|event| event.point.index < point);
        self.events[first..].iter().take_while(move |event| event.point.index == point)
    }

    /// The right-hand side at a point.
    pub(super) fn rvalue(&self, point: u32) -> Option<&'a Rvalue> {
        let index = point.checked_sub(self.first[self.block.index()])?;
        match &self.body.blocks[self.block].stmts.get(index as usize)?.kind {
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => Some(value),
            _ => None,
        }
    }

    /// Where a temporary is defined in this block: the point and the expression.
    pub(super) fn definition(&self, temp: Temp) -> Option<(u32, &'a Rvalue, Span)> {
        let stmts = self.body.blocks[self.block].stmts.iter().enumerate();
        stmts.rev().find_map(|(index, stmt)| match &stmt.kind {
            StmtKind::Assign { place: IrPlace::Temp(defined), value, .. } if *defined == temp => {
                Some((self.first[self.block.index()] + u32::try_from(index).ok()?, value, stmt.span))
            }
            _ => None,
        })
    }
}
