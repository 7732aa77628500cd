//! Code that runs to see whether it runs: what it computes is not the point.

use super::query::Scene;
use crate::alias::event::Event;
use crate::ir::{BlockId, Operand, Rvalue, Stmt, StmtKind, TerminatorKind};

/// Words in a context manager that expects trouble, or that measures.
const EXPECTS: &[&str] = &["raise", "warn", "suppress", "error", "assert", "expect", "fail", "deprecat"];

/// Words in a context manager or function that measures.
const MEASURES: &[&str] = &["time", "timing", "tictoc", "profil", "bench", "measure", "peakmem", "monitor"];

/// Starts of the names of functions that try things out.
const TRIES: &[&str] =
    &["test", "check", "validate", "_check", "_validate", "assert", "_assert", "setup_cache", "warm"];

impl Scene<'_> {
    /// Whether an event stands in `with raises(...)` or the like: it is meant to fail.
    #[must_use]
    pub fn is_expected_to_fail(&self, event: &Event) -> bool {
        self.is_within(event, EXPECTS)
    }

    /// The same of a statement, by any event at its place.
    #[must_use]
    pub fn is_statement_expected_to_fail(&self, block: BlockId, stmt: &Stmt) -> bool {
        let is_part = |event: &&Event| stmt.span.start <= event.span.start && event.span.end <= stmt.span.end;
        self.events_in(block).iter().find(is_part).is_some_and(|event| self.is_expected_to_fail(event))
    }

    /// Whether an event stands where only its success, or its time, is of interest: in `try`, before a `raise` that follows
    /// in any case (the call was to raise first), in a context manager that says so, in a test, a check or a benchmark.
    #[must_use]
    pub fn is_trial(&self, event: &Event) -> bool {
        let block = &self.body.blocks[event.block];
        if block.handler.is_some() || matches!(block.end.kind, TerminatorKind::Raise) {
            return true;
        }
        let name = self.cx.facts.names.text(self.body.name).to_ascii_lowercase();
        TRIES.iter().any(|word| name.starts_with(word))
            || MEASURES.iter().any(|word| name.contains(word))
            || self.is_within(event, EXPECTS)
            || self.is_within(event, MEASURES)
    }

    /// Whether an event stands in a `with` whose manager is written with one of these words.
    fn is_within(&self, event: &Event, words: &[&str]) -> bool {
        self.exits().any(|(block, manager)| {
            let text = self.cx.source(manager.span).to_ascii_lowercase();
            manager.span.end <= event.span.start
                && words.iter().any(|word| text.contains(word))
                && self.is_entered(manager)
                && (block == event.block || self.block_reaches(event.block, block))
        })
    }

    fn exits(&self) -> impl Iterator<Item = (BlockId, Operand)> {
        self.body.blocks.iter_ids().flat_map(|(id, block)| {
            block.stmts.iter().filter_map(move |stmt| match stmt.kind {
                StmtKind::Exit(manager) => Some((id, manager)),
                _ => None,
            })
        })
    }

    fn is_entered(&self, manager: Operand) -> bool {
        self.body.blocks.iter().flat_map(|block| &block.stmts).any(|stmt| match &stmt.kind {
            StmtKind::Assign { value: Rvalue::Enter(entered), .. }
            | StmtKind::Eval { value: Rvalue::Enter(entered) } => entered.kind == manager.kind,
            _ => false,
        })
    }
}
