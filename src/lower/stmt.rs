//! Statements. Inside `try` each gets a block of its own, see [`crate::ir::Block::handler`].

use rustpython_ast::{self as ast, Stmt};

use super::expr::opaque;
use super::jump::Jump;
use super::{Lowerer, span};
use crate::ir::{Const, Operand, OperandKind, Rvalue, StmtKind, TerminatorKind};

impl<'a> Lowerer<'a> {
    pub(super) fn suite(&mut self, suite: &'a [Stmt]) {
        for stmt in suite {
            self.build.separate(span(stmt));
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        let whole = span(stmt);
        match stmt {
            Stmt::Expr(expr) => {
                let value = self.rvalue(&expr.value);
                self.discard(value, span(expr.value.as_ref()));
            }
            Stmt::Assign(assign) => self.assign(assign),
            Stmt::AugAssign(assign) => self.augmented(assign),
            Stmt::AnnAssign(assign) => self.annotated(assign),
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.delete(target)),
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(def) => self.class(def),
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Return(returned) => {
                let value = returned.value.as_ref().map(|value| self.operand(value));
                self.jump(Jump::Return(value), whole);
            }
            Stmt::Break(_) => self.jump(Jump::Break, whole),
            Stmt::Continue(_) => self.jump(Jump::Continue, whole),
            Stmt::Raise(raise) => {
                for value in [&raise.exc, &raise.cause].into_iter().flatten() {
                    let value_span = span(value.as_ref());
                    let value = self.rvalue(value);
                    self.discard(value, value_span);
                }
                self.build.end(TerminatorKind::Raise, whole);
            }
            Stmt::Assert(assert) => self.assert(assert),
            Stmt::If(branch) => self.branch(branch),
            Stmt::While(turns) => self.while_loop(turns),
            Stmt::For(turns) => self.for_loop(turns),
            Stmt::Try(protected) => self.protected(protected),
            Stmt::With(with) => self.with(with),
            Stmt::Match(choice) => self.choice(choice),
            Stmt::TypeAlias(alias) => {
                if let ast::Expr::Name(name) = alias.name.as_ref() {
                    self.store_name(&name.id, span(name), opaque("a type alias", Vec::new()), whole);
                }
            }
            Stmt::IpyEscapeCommand(_) => self.discard(opaque("an IPython command", Vec::new()), whole),
            // A place to look at, though nothing is done there.
            Stmt::Pass(_) => {
                let nothing = Operand { kind: OperandKind::Const(Const::None), span: span(stmt) };
                self.build.emit(StmtKind::Eval { value: Rvalue::Use(nothing) }, span(stmt));
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) => {}
        }
    }

    fn assert(&mut self, assert: &'a ast::StmtAssert) {
        let (holds, fails) = (self.build.new_block(), self.build.new_block());
        self.condition(&assert.test, holds, fails);
        self.build.begin(fails);
        if self.build.is_open() {
            if let Some(message) = &assert.msg {
                let message_span = span(message.as_ref());
                let message = self.rvalue(message);
                self.discard(message, message_span);
            }
            self.build.end(TerminatorKind::Raise, span(assert));
        }
        self.build.begin(holds);
    }

    fn branch(&mut self, branch: &'a ast::StmtIf) {
        let whole = span(branch);
        let after = self.build.new_block();
        let (mut then_to, mut else_to) = (self.build.new_block(), self.build.new_block());
        self.condition(&branch.test, then_to, else_to);
        self.build.begin(then_to);
        self.suite(&branch.body);
        self.build.goto(after, whole);
        for clause in &branch.elif_else_clauses {
            self.build.begin(else_to);
            if let Some(test) = &clause.test {
                (then_to, else_to) = (self.build.new_block(), self.build.new_block());
                self.condition(test, then_to, else_to);
                self.build.begin(then_to);
            }
            self.suite(&clause.body);
            self.build.goto(after, whole);
        }
        if branch.elif_else_clauses.last().is_none_or(|clause| clause.test.is_some()) {
            self.build.begin(else_to);
            self.build.goto(after, whole);
        }
        self.build.begin(after);
    }
}
