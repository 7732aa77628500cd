//! `try` and `with`.
//!
//! A `finally` body is lowered twice: once for the normal way out, once for exceptions and for the `return`, `break` and
//! `continue` that pass it. The second copy ends in a choice between all that may have led into it, so that
//!
//! ```python
//! try:
//!     return view(x)
//! finally:
//!     x.close()
//! ```
//!
//! returns after `x.close()`, or raises. Where copies would nest deeper than [`MAX_COPIES`] one copy serves all.

use rustpython_ast::{self as ast, ExceptHandler, Expr};

use super::build::{FinallyFrame, Frame};
use super::jump::Jump;
use super::literal::dotted;
use super::{Lowerer, span};
use crate::ir::{BlockId, Fit, Rvalue, StmtKind, TerminatorKind};
use crate::source::Span;

/// How deep two copies of `finally` bodies may nest in each other.
const MAX_COPIES: u32 = 2;

impl<'a> Lowerer<'a> {
    pub(super) fn protected(&mut self, protected: &'a ast::StmtTry) {
        let whole = span(protected);
        let outer_handler = self.build.handler;
        let after = self.build.new_block();
        let normal_exit = if protected.finalbody.is_empty() { after } else { self.build.new_block() };
        let exceptional = (!protected.finalbody.is_empty()).then(|| {
            let entry = if self.build.copies < MAX_COPIES { self.build.new_block() } else { normal_exit };
            let frame = FinallyFrame { entry, returns: false, breaks: false, continues: false };
            self.build.frames.push(Frame::Finally(frame));
            entry
        });
        let inner_handler = exceptional.or(outer_handler);
        let dispatch = (!protected.handlers.is_empty()).then(|| self.build.new_block());

        self.build.handler = dispatch.or(inner_handler);
        self.build.continue_in_new_block(whole);
        self.suite(&protected.body);
        self.build.handler = inner_handler;
        self.build.continue_in_new_block(whole);
        self.suite(&protected.orelse);
        self.build.goto(normal_exit, whole);
        if let Some(dispatch) = dispatch {
            self.build.begin(dispatch);
            self.handlers(&protected.handlers, normal_exit, whole);
        }
        self.build.handler = outer_handler;
        if let Some(entry) = exceptional {
            self.finally(&protected.finalbody, entry, normal_exit, after, whole);
        }
        self.build.begin(after);
    }

    /// Lowers the handlers; control is where an exception was caught.
    fn handlers(&mut self, handlers: &'a [ExceptHandler], normal_exit: BlockId, whole: Span) {
        for ExceptHandler::ExceptHandler(handler) in handlers {
            let at = span(handler);
            let next = self.build.new_block();
            if let Some(class) = &handler.type_ {
                if !is_plain_class(class) {
                    let class_span = span(class.as_ref());
                    let value = self.rvalue(class);
                    self.discard(value, class_span);
                }
                let classes = self.raised(class);
                let fits = self.build.new_block();
                let caught = self.temp(Rvalue::Caught, span(class.as_ref()));
                let cond = self.temp(Rvalue::Matches { operand: caught, fit: classes }, caught.span);
                self.build.branch(cond, fits, next);
                self.build.begin(fits);
            }
            if let Some(name) = &handler.name {
                self.store_name(name, span(name), Rvalue::Caught, span(name));
            }
            self.suite(&handler.body);
            if let Some(name) = &handler.name
                && self.build.is_open()
            {
                self.build.separate(at);
                self.delete_name(name, span(name));
            }
            self.build.goto(normal_exit, at);
            self.build.begin(next);
        }
        self.build.end(TerminatorKind::Raise, whole);
    }

    /// What a handler asks of an exception.
    fn raised(&mut self, class: &Expr) -> Fit {
        let classes: &[Expr] = match class {
            Expr::Tuple(tuple) => &tuple.elts,
            one => std::slice::from_ref(one),
        };
        let names: Option<Vec<String>> = classes.iter().map(dotted).collect();
        names.map_or(Fit::Unknown, |names| Fit::Raised(names.iter().map(|name| self.names.intern(name)).collect()))
    }

    /// Lowers the copies of a `finally` body.
    fn finally(&mut self, suite: &'a [ast::Stmt], entry: BlockId, normal_exit: BlockId, after: BlockId, whole: Span) {
        let Some(Frame::Finally(frame)) = self.build.frames.pop() else { return };
        let shared = entry == normal_exit;
        self.build.copies += 1;
        if !shared {
            self.build.begin(normal_exit);
            // Code that only an exception gets to is lowered below.
            if self.build.is_open() || !self.build.blocks[entry].reached {
                self.suite(suite);
                self.build.goto(after, whole);
            }
        }
        self.build.begin(entry);
        if self.build.is_open() {
            self.suite(suite);
        }
        self.build.copies -= 1;
        if !self.build.is_open() {
            return;
        }
        if shared {
            self.choose(whole, |lowerer| lowerer.build.goto(after, whole));
        }
        if frame.returns {
            let value = self.returned(whole);
            self.choose(whole, |lowerer| lowerer.jump(Jump::Return(value), whole));
        }
        if frame.breaks {
            self.choose(whole, |lowerer| lowerer.jump(Jump::Break, whole));
        }
        if frame.continues {
            self.choose(whole, |lowerer| lowerer.jump(Jump::Continue, whole));
        }
        self.build.end(TerminatorKind::Raise, whole);
    }

    /// Leaves by `way`, or goes on.
    fn choose(&mut self, at: Span, way: impl FnOnce(&mut Self)) {
        let cond = self.unknown_condition(at);
        let (taken, next) = (self.build.new_block(), self.build.new_block());
        self.build.branch(cond, taken, next);
        self.build.begin(taken);
        way(self);
        self.build.begin(next);
    }

    pub(super) fn with(&mut self, with: &'a ast::StmtWith) {
        let depth = self.build.frames.len();
        for item in &with.items {
            let at = span(&item.context_expr);
            self.build.separate(at);
            let value = self.rvalue(&item.context_expr);
            let manager = self.temp(value, at);
            match item.optional_vars.as_deref() {
                None => self.discard(Rvalue::Enter(manager), at),
                Some(Expr::Name(name)) => self.store_name(&name.id, span(name), Rvalue::Enter(manager), at),
                Some(target) => {
                    let entered = self.temp(Rvalue::Enter(manager), at);
                    self.assign_to(target, entered, at);
                }
            }
            self.build.frames.push(Frame::With { manager, span: at });
        }
        let outer_handler = self.build.handler;
        let after = with.items.iter().any(|item| may_swallow(&item.context_expr)).then(|| self.build.new_block());
        if let Some(after) = after {
            self.build.handler = Some(after);
            self.build.continue_in_new_block(span(with));
        }
        self.suite(&with.body);
        self.build.handler = outer_handler;
        if let Some(after) = after {
            self.build.goto(after, span(with));
            self.build.begin(after);
        }
        while self.build.frames.len() > depth {
            let Some(Frame::With { manager, span }) = self.build.frames.pop() else { continue };
            if self.build.is_open() {
                self.build.separate(span);
                self.build.emit(StmtKind::Exit(manager), span);
            }
        }
    }
}

/// Whether a context manager is one of those that swallow exceptions, by the last part of its name: control then goes
/// on after the block.
fn may_swallow(manager: &Expr) -> bool {
    let called = match manager {
        Expr::Call(call) => &*call.func,
        other => other,
    };
    let name = match called {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(name, "suppress" | "raises" | "assertRaises" | "assertRaisesRegex" | "assert_raises")
}

/// Whether a handler's class is a dotted name or a tuple of such: reading it does nothing.
fn is_plain_class(class: &Expr) -> bool {
    match class {
        Expr::Tuple(tuple) => tuple.elts.iter().all(|class| dotted(class).is_some()),
        class => dotted(class).is_some(),
    }
}
