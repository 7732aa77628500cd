//! A body under construction: blocks, loops, and what a jump has to pass on its way out.

use rustc_hash::FxHashSet;

use crate::ir::{BlockId, Local, Loop, LoopId, Name, Operand, Stmt, StmtKind, Table, Temp, Terminator, TerminatorKind};
use crate::source::Span;

/// A block that may not have ended yet.
#[derive(Debug, Default)]
pub(super) struct OpenBlock {
    pub stmts: Vec<Stmt>,
    pub end: Option<Terminator>,
    pub handler: Option<BlockId>,
    pub in_loop: Option<LoopId>,
    /// Whether something leads here.
    pub reached: bool,
}

/// What stands around the code being lowered and matters to `return`, `break` and `continue`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
    Loop { break_to: BlockId, continue_to: BlockId },
    With { manager: Operand, span: Span },
    Finally(FinallyFrame),
}

/// A `finally` around the code being lowered: where its exceptional copy starts, and which jumps go through it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FinallyFrame {
    pub entry: BlockId,
    pub returns: bool,
    pub breaks: bool,
    pub continues: bool,
}

/// A body under construction.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub blocks: Table<BlockId, OpenBlock>,
    /// Blocks in the order in which they were begun; others have no code.
    pub order: Vec<BlockId>,
    /// The open block; none after a jump, until more code comes.
    current: Option<BlockId>,
    pub temps: u32,
    pub loops: Table<LoopId, Loop>,
    pub handler: Option<BlockId>,
    pub in_loop: Option<LoopId>,
    pub frames: Vec<Frame>,
    pub is_generator: bool,
    /// What a `return` that passes a `finally` will give.
    pub returned: Option<Local>,
    /// In a class body: the names bound so far.
    pub bound_in_class: Option<FxHashSet<Name>>,
    /// How many copies of `finally` bodies are around the code being lowered.
    pub copies: u32,
}

impl Builder {
    /// A builder whose entry block is open.
    pub fn new() -> Self {
        let mut builder = Self::default();
        let entry = builder.new_block();
        builder.begin_always(entry);
        builder
    }

    /// A block to be begun later.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(OpenBlock::default())
    }

    pub fn new_temp(&mut self) -> Temp {
        self.temps += 1;
        Temp(self.temps - 1)
    }

    /// Makes `block` the open one if anything leads to it; else what follows cannot be reached.
    pub fn begin(&mut self, block: BlockId) {
        if self.blocks[block].reached {
            self.begin_always(block);
        }
    }

    /// Makes `block` the open one: of loop heads, to which jumps will lead later.
    pub fn begin_always(&mut self, block: BlockId) {
        debug_assert!(self.current.is_none(), "the block before has ended");
        let (handler, in_loop) = (self.handler, self.in_loop);
        let open = &mut self.blocks[block];
        (open.handler, open.in_loop) = (handler, in_loop);
        self.order.push(block);
        self.current = Some(block);
        if let Some(handler) = handler {
            self.blocks[handler].reached = true;
        }
    }

    /// The open block; begins an unreachable one after a jump.
    fn open(&mut self) -> &mut OpenBlock {
        let block = self.current.unwrap_or_else(|| {
            let block = self.new_block();
            self.begin_always(block);
            block
        });
        &mut self.blocks[block]
    }

    /// Whether control can get to the code lowered next.
    pub fn is_open(&self) -> bool {
        self.current.is_some()
    }

    pub fn emit(&mut self, kind: StmtKind, span: Span) {
        self.open().stmts.push(Stmt { kind, span });
    }

    /// Ends the open block, if there is one.
    pub fn end(&mut self, kind: TerminatorKind, span: Span) {
        let Some(current) = self.current.take() else { return };
        for to in kind.successors() {
            self.blocks[to].reached = true;
        }
        self.blocks[current].end = Some(Terminator { kind, span });
    }

    pub fn goto(&mut self, to: BlockId, span: Span) {
        self.end(TerminatorKind::Goto(to), span);
    }

    pub fn branch(&mut self, cond: Operand, then_to: BlockId, else_to: BlockId) {
        self.open();
        self.end(TerminatorKind::Branch { cond, then_to, else_to }, cond.span);
    }

    /// Goes on in a new block where a statement needs one of its own: inside `try`.
    pub fn separate(&mut self, span: Span) {
        let Some(current) = self.current else { return };
        if self.handler.is_some() && !self.blocks[current].stmts.is_empty() {
            self.continue_in_new_block(span);
        }
    }

    /// Goes on in a new block, which has the handler and loop that hold now.
    pub fn continue_in_new_block(&mut self, span: Span) {
        let block = self.new_block();
        self.goto(block, span);
        self.begin(block);
    }

    /// Opens a loop whose head is begun at once.
    pub fn begin_loop(&mut self, span: Span) -> BlockId {
        let header = self.new_block();
        self.goto(header, span);
        self.in_loop = Some(self.loops.push(Loop { header, parent: self.in_loop, span }));
        self.begin_always(header);
        header
    }

    /// Closes the innermost loop.
    pub fn end_loop(&mut self) {
        self.in_loop = self.in_loop.and_then(|in_loop| self.loops[in_loop].parent);
    }
}
