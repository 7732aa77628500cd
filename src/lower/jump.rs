//! Loops, and the jumps out of them and out of functions.

use rustpython_ast as ast;

use super::build::Frame;
use super::{Lowerer, local_operand, span};
use crate::ir::{Const, Operand, OperandKind, Rvalue, StmtKind, TerminatorKind};
use crate::source::Span;

/// A way to leave a statement early.
#[derive(Clone, Copy, Debug)]
pub(super) enum Jump {
    Return(Option<Operand>),
    Break,
    Continue,
}

impl<'a> Lowerer<'a> {
    /// Leaves what is around the code being lowered, inside out: context managers are told, and the innermost `finally`
    /// takes over.
    pub(super) fn jump(&mut self, jump: Jump, at: Span) {
        for position in (0..self.build.frames.len()).rev() {
            match &mut self.build.frames[position] {
                Frame::With { manager, span } => {
                    let (manager, span) = (*manager, *span);
                    self.build.emit(StmtKind::Exit(manager), span);
                }
                Frame::Finally(frame) => {
                    match jump {
                        Jump::Return(_) => frame.returns = true,
                        Jump::Break => frame.breaks = true,
                        Jump::Continue => frame.continues = true,
                    }
                    let entry = frame.entry;
                    if let Jump::Return(value) = jump {
                        self.keep_returned(value, at);
                    }
                    return self.build.goto(entry, at);
                }
                Frame::Loop { break_to, continue_to } => {
                    let (break_to, continue_to) = (*break_to, *continue_to);
                    match jump {
                        Jump::Break => return self.build.goto(break_to, at),
                        Jump::Continue => return self.build.goto(continue_to, at),
                        Jump::Return(_) => {}
                    }
                }
            }
        }
        match jump {
            Jump::Return(value) => self.build.end(TerminatorKind::Return(value), at),
            // Outside any loop: an error that the parser has reported.
            Jump::Break | Jump::Continue => {}
        }
    }

    /// Keeps the value of a `return` until the `finally` it passes is done.
    fn keep_returned(&mut self, value: Option<Operand>, at: Span) {
        let value = value.unwrap_or(Operand { kind: OperandKind::Const(Const::None), span: at });
        let returned = match self.build.returned {
            Some(returned) => returned,
            None => self.new_synthetic(at),
        };
        self.build.returned = Some(returned);
        if value.kind != OperandKind::Local(returned) {
            self.assign_local(returned, Rvalue::Use(value), value.span);
        }
    }

    /// What the `return`s that pass a `finally` give.
    pub(super) fn returned(&self, at: Span) -> Option<Operand> {
        self.build.returned.map(|returned| local_operand(returned, at))
    }

    pub(super) fn while_loop(&mut self, turns: &'a ast::StmtWhile) {
        let whole = span(turns);
        let (body, exit, after) = (self.build.new_block(), self.build.new_block(), self.build.new_block());
        let header = self.build.begin_loop(whole);
        self.condition(&turns.test, body, exit);
        self.build.begin(body);
        self.build.frames.push(Frame::Loop { break_to: after, continue_to: header });
        self.suite(&turns.body);
        self.build.frames.pop();
        self.build.goto(header, whole);
        self.build.end_loop();
        self.build.begin(exit);
        self.suite(&turns.orelse);
        self.build.goto(after, whole);
        self.build.begin(after);
    }

    pub(super) fn for_loop(&mut self, turns: &'a ast::StmtFor) {
        let whole = span(turns);
        let operand = self.operand(&turns.iter);
        let iter = self.temp(Rvalue::Iter { operand, is_async: turns.is_async }, span(turns.iter.as_ref()));
        let (exit, after) = (self.build.new_block(), self.build.new_block());
        let header = self.begin_for(&turns.target, iter, exit, whole);
        self.build.frames.push(Frame::Loop { break_to: after, continue_to: header });
        self.suite(&turns.body);
        self.build.frames.pop();
        self.build.goto(header, whole);
        self.build.end_loop();
        self.build.begin(exit);
        self.suite(&turns.orelse);
        self.build.goto(after, whole);
        self.build.begin(after);
    }
}
