//! Under which conditions a block is run.
//!
//! ```python
//! if centre:
//!     x = x - x.mean()            # guarded by `centre`
//! x /= x.std()                    # not guarded
//! ```

use super::query::Scene;
use crate::ir::{BlockId, Id, Operand, TerminatorKind};

/// A condition that holds wherever a block is run.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// The block at whose end it is tested.
    pub block: BlockId,
    /// The test.
    pub cond: Operand,
    /// How it comes out.
    pub truth: bool,
}

impl Scene<'_> {
    /// The conditions that hold wherever a block is run.
    #[must_use]
    pub fn guards(&self, of: BlockId) -> Vec<Guard> {
        let mut guards = Vec::new();
        for (block, one) in self.body.blocks.iter_ids() {
            let TerminatorKind::Branch { cond, then_to, else_to } = one.end.kind else { continue };
            if then_to == else_to {
                continue;
            }
            for (to, truth) in [(then_to, true), (else_to, false)] {
                if !self.is_reached_without(of, (block, to)) {
                    guards.push(Guard { block, cond, truth });
                }
            }
        }
        guards
    }

    /// Whether a block is reached though an edge is never taken.
    fn is_reached_without(&self, of: BlockId, edge: (BlockId, BlockId)) -> bool {
        let mut seen = vec![false; self.body.blocks.len()];
        let mut stack = vec![self.body.entry];
        seen[self.body.entry.index()] = true;
        while let Some(id) = stack.pop() {
            if id == of {
                return true;
            }
            let block = &self.body.blocks[id];
            for next in block.end.kind.successors().chain(block.handler) {
                if (id, next) != edge && !std::mem::replace(&mut seen[next.index()], true) {
                    stack.push(next);
                }
            }
        }
        false
    }

    /// Whether two blocks are run under one condition that comes out one way, as far as its words tell.
    #[must_use]
    pub fn share_a_guard(&self, left: &[Guard], right: &[Guard]) -> bool {
        left.iter().any(|one| {
            let words = self.cx.source(one.cond.span);
            right.iter().any(|other| {
                one.block != other.block && one.truth == other.truth && self.cx.source(other.cond.span) == words
            })
        })
    }
}
