//! Code that runs to see whether it runs: what it computes is not the point.

use super::query::Scene;
use crate::alias::event::Event;
use crate::ir::{BlockId, BodyId, BodyKind, Local, Operand, OperandKind, Rvalue, Stmt, StmtKind, TerminatorKind};
use crate::source::Span;

/// Words in a context manager that expects trouble, or that measures.
const EXPECTS: &[&str] = &["raise", "warn", "suppress", "error", "assert", "expect", "fail", "deprecat"];

/// Those of them that say that an error is to come.
const RAISES: &[&str] = &["raise", "error", "fail"];

/// Words in a context manager or function that measures.
const MEASURES: &[&str] = &["time", "timing", "tictoc", "profil", "bench", "measure", "peakmem", "monitor"];

/// Starts of the names of functions that try things out.
const TRIES: &[&str] =
    &["test", "check", "validate", "_check", "_validate", "assert", "_assert", "setup_cache", "warm"];

impl<'a> Scene<'a> {
    /// Whether an event stands in `with raises(...)` or the like, or in a function that is only run there: it is meant to fail.
    #[must_use]
    pub fn is_expected_to_fail(&self, event: &Event) -> bool {
        self.is_within(event.block, event.span, EXPECTS) || self.is_only_run_to_fail()
    }

    /// The same of a write that is to raise, and so does not happen: where only a warning is awaited, it does.
    #[must_use]
    pub fn is_expected_to_raise(&self, event: &Event) -> bool {
        self.is_within(event.block, event.span, RAISES) || self.is_only_run_to_fail()
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
            || self.is_within(event.block, event.span, MEASURES)
            || self.is_expected_to_fail(event)
    }

    /// Whether the function of this code is named in `with raises(...)` and the like alone, or defined there.
    fn is_only_run_to_fail(&self) -> bool {
        let (Some(parent), BodyKind::Function) = (self.body.parent, self.body.kind) else { return false };
        let parent = self.cx.scene(parent);
        let Some((defined, local)) = parent.definition_of(self.id) else { return false };
        if parent.is_within(defined, self.body.span, RAISES) {
            return true;
        }
        let name = self.body.name;
        let mut is_named = false;
        let mut all_fail = true;
        for (scene, block, stmt) in self.cx.scenes().flat_map(Scene::into_statements) {
            let is_it = match &stmt.kind {
                StmtKind::Assign { value: Rvalue::Global(global), .. } => {
                    parent.body.kind == BodyKind::Module && *global == name
                }
                StmtKind::Assign { value: Rvalue::Free { body, local: free }, .. } => {
                    *body == parent.id && *free == local
                }
                _ => {
                    let mut reads = false;
                    stmt.kind.operands(&mut |operand| reads |= operand.kind == OperandKind::Local(local));
                    reads && scene == parent.id
                }
            };
            if is_it {
                is_named = true;
                let scene = self.cx.scene(scene);
                all_fail &= self.is_given_to_raises(stmt.span) || scene.is_within(block, stmt.span, RAISES);
            }
        }
        is_named && all_fail
    }

    /// Whether a function is named on a line that calls `raises(...)`.
    fn is_given_to_raises(&self, at: Span) -> bool {
        let before = self.cx.text.get(..at.start as usize).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("").to_ascii_lowercase();
        line.contains("raises(")
    }

    /// The block in which a function is defined here, and the variable that it is bound to.
    fn definition_of(&self, function: BodyId) -> Option<(BlockId, Local)> {
        let block = self.body.blocks.iter_ids().find_map(|(id, block)| {
            let makes = |stmt: &Stmt| {
                matches!(stmt.kind, StmtKind::Assign { value: Rvalue::MakeFunction { body, .. }, .. } if body == function)
            };
            block.stmts.iter().any(makes).then_some(id)
        })?;
        let name = self.cx.module.bodies[function].name;
        let local = self.body.locals.iter_ids().find(|(_, local)| local.name == Some(name))?;
        Some((block, local.0))
    }

    fn into_statements(self) -> impl Iterator<Item = (BodyId, BlockId, &'a Stmt)> {
        let blocks = self.body.blocks.iter_ids();
        blocks.flat_map(move |(id, block)| block.stmts.iter().map(move |stmt| (self.id, id, stmt)))
    }

    /// Whether code stands in a `with` whose manager is written with one of these words.
    fn is_within(&self, block: BlockId, span: Span, words: &[&str]) -> bool {
        self.exits().any(|(exit, manager)| {
            let text = self.cx.source(manager.span).to_ascii_lowercase();
            manager.span.end <= span.start
                && words.iter().any(|word| text.contains(word))
                && self.is_entered(manager)
                && (exit == block || self.block_reaches(block, exit))
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
