//! Whether control can come from one place of a body to another.

use super::query::Scene;
use crate::alias::event::Event;
use crate::ir::{BlockId, Id, TerminatorKind};

impl Scene<'_> {
    /// Whether control can come from one event to another: further on in its block, or through other blocks.
    #[must_use]
    pub fn reaches(&self, from: &Event, to: &Event) -> bool {
        if from.block == to.block && from.point.index < to.point.index {
            return true;
        }
        self.block_reaches(from.block, to.block)
    }

    /// Whether a path of at least one edge leads from one block to another.
    #[must_use]
    pub fn block_reaches(&self, from: BlockId, to: BlockId) -> bool {
        let reach = &self.tables().reach;
        if let Some(known) = reach.borrow().get(&from) {
            return known[to.index()];
        }
        let mut seen = vec![false; self.body.blocks.len()];
        let mut stack = vec![from];
        while let Some(block) = stack.pop() {
            let block = &self.body.blocks[block];
            for next in block.end.kind.successors().chain(block.handler) {
                if !std::mem::replace(&mut seen[next.index()], true) {
                    stack.push(next);
                }
            }
        }
        let found = seen[to.index()];
        reach.borrow_mut().insert(from, seen.into());
        found
    }

    /// Whether control can come from one event to another without passing one of the statements in `stops` (points, sorted).
    #[must_use]
    pub fn reaches_without(&self, from: &Event, to: &Event, stops: &[u32]) -> bool {
        debug_assert!(stops.is_sorted());
        let firsts = &self.tables().firsts;
        let mut seen = self.tables().seen.borrow_mut();
        seen.0 += 1;
        let (mark, seen) = (seen.0, &mut seen.1);
        let mut push_unseen = |stack: &mut Vec<(BlockId, u32)>, blocks: &mut dyn Iterator<Item = BlockId>| {
            for block in blocks {
                if std::mem::replace(&mut seen[block.index()], mark) != mark {
                    stack.push((block, firsts[block.index()]));
                }
            }
        };
        let mut stack = vec![(from.block, from.point.index + 1)];
        while let Some((id, start)) = stack.pop() {
            let block = &self.body.blocks[id];
            let end = firsts[id.index()] + u32::try_from(block.stmts.len()).unwrap_or(u32::MAX);
            let stop = stops.get(stops.partition_point(|stop| *stop < start)).copied().filter(|stop| *stop <= end);
            if to.block == id && to.point.index >= start && stop.is_none_or(|stop| to.point.index <= stop) {
                return true;
            }
            let blocked = match (stop, &block.end.kind) {
                (None, _) => None,
                (Some(stop), TerminatorKind::ForNext { body, .. }) if stop == end => Some(*body),
                (Some(_), _) => {
                    push_unseen(&mut stack, &mut block.handler.into_iter());
                    continue;
                }
            };
            let successors = block.end.kind.successors().filter(|next| Some(*next) != blocked);
            push_unseen(&mut stack, &mut successors.chain(block.handler));
        }
        false
    }
}
