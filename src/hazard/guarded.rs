//! Under which conditions a block is run.
//!
//! ```python
//! if centre:
//!     x = x - x.mean()            # guarded by `centre`
//! x /= x.std()                    # not guarded
//! ```

use super::query::Scene;
use crate::alias::event::Event;
use crate::ir::{BlockId, Const, Id, Operand, OperandKind, Rvalue, TerminatorKind};

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

    /// Whether a condition asks whether there are any elements: where there are none, none is written.
    pub(super) fn tests_size(&self, guard: &Guard) -> bool {
        let words = self.cx.source(guard.cond.span);
        words.contains(".size") || words.contains("len(")
    }

    /// Whether a condition compares with zero what the binding scales by, `if norm > 0: x = x / norm`: else there are but zeros.
    pub(super) fn tests_divisor(&self, guard: &Guard, bind: &Event) -> bool {
        let Some(Rvalue::Compare { left, right, .. }) = self.definition(guard.block, guard.cond) else { return false };
        let is_zero = matches!(right.kind, OperandKind::Const(Const::Int(0))) || self.cx.source(right.span) == "0.0";
        let (OperandKind::Local(tested), Some(stmt)) = (left.kind, self.stmt(bind)) else { return false };
        let mut words = self.cx.source(stmt.span).split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        is_zero && self.name(tested).is_some_and(|name| words.any(|word| word == name))
    }
}
