//! Expressions that branch: conditions, `and`, `or`, `a if c else b`, chains of comparisons.
//!
//! Where a condition only decides where to go, its parts branch directly, so that each way knows what was tested:
//!
//! ```text
//! if a is None and not b:      %0 = compare Is a, None
//!                              branch %0 ? next : else      next: branch b ? else : then
//! ```

use rustpython_ast::{self as ast, BoolOp, Expr, UnaryOp};

use super::expr::compare_op;
use super::literal::constant_truth;
use super::{Lowerer, local_operand, span};
use crate::ir::{BlockId, Fit, Operand, Rvalue};

impl<'a> Lowerer<'a> {
    /// Goes to one block or the other by the truth of `test`.
    pub(super) fn condition(&mut self, test: &'a Expr, then_to: BlockId, else_to: BlockId) {
        if let Some(truth) = constant_truth(test) {
            return self.build.goto(if truth { then_to } else { else_to }, span(test));
        }
        match test {
            Expr::BoolOp(operation) => {
                let Some((last, others)) = operation.values.split_last() else { return };
                for value in others {
                    let next = self.build.new_block();
                    match operation.op {
                        BoolOp::And => self.condition(value, next, else_to),
                        BoolOp::Or => self.condition(value, then_to, next),
                    }
                    self.build.begin(next);
                }
                self.condition(last, then_to, else_to);
            }
            Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => self.condition(&unary.operand, else_to, then_to),
            Expr::If(conditional) => {
                let (first, second) = (self.build.new_block(), self.build.new_block());
                self.condition(&conditional.test, first, second);
                self.build.begin(first);
                self.condition(&conditional.body, then_to, else_to);
                self.build.begin(second);
                self.condition(&conditional.orelse, then_to, else_to);
            }
            Expr::Compare(chain) if chain.ops.len() > 1 => {
                let last = self.chain(chain, |lowerer, link, span| {
                    let cond = lowerer.temp(link, span);
                    let next = lowerer.build.new_block();
                    lowerer.build.branch(cond, next, else_to);
                    lowerer.build.begin(next);
                });
                let cond = self.temp(last, span(test));
                self.build.branch(cond, then_to, else_to);
            }
            _ => {
                let cond = self.operand(test);
                self.build.branch(cond, then_to, else_to);
            }
        }
    }

    pub(super) fn compare(&mut self, compare: &'a ast::ExprCompare) -> Rvalue {
        if compare.ops.len() < 2 {
            return self.chain(compare, |_, _, _| {});
        }
        let whole = span(compare);
        let (result, join) = (self.new_synthetic(whole), self.build.new_block());
        let last = self.chain(compare, |lowerer, link, span| {
            let cond = lowerer.temp(link, span);
            lowerer.assign_local(result, Rvalue::Use(cond), span);
            let next = lowerer.build.new_block();
            lowerer.build.branch(cond, next, join);
            lowerer.build.begin(next);
        });
        self.assign_local(result, last, whole);
        self.build.goto(join, whole);
        self.build.begin(join);
        Rvalue::Use(local_operand(result, whole))
    }

    /// Lowers a chain of comparisons, each operand once. `link` takes each comparison but the last, which is given back.
    fn chain(
        &mut self,
        compare: &'a ast::ExprCompare,
        mut link: impl FnMut(&mut Self, Rvalue, crate::source::Span),
    ) -> Rvalue {
        let whole = span(compare);
        let mut left = self.operand_until(&compare.left, whole.end);
        let mut links = compare.ops.iter().zip(&compare.comparators).peekable();
        while let Some((op, comparator)) = links.next() {
            let right = self.operand_until(comparator, whole.end);
            let value = Rvalue::Compare { op: compare_op(*op), left, right };
            if links.peek().is_none() {
                return value;
            }
            link(self, value, super::between(left.span, right.span));
            left = right;
        }
        Rvalue::Use(left)
    }

    /// `a and b` as a value.
    pub(super) fn bool_value(&mut self, operation: &'a ast::ExprBoolOp) -> Rvalue {
        let whole = span(operation);
        let (result, join) = (self.new_synthetic(whole), self.build.new_block());
        let count = operation.values.len();
        for (position, value) in operation.values.iter().enumerate() {
            if position + 1 == count {
                let value_span = span(value);
                let value = self.rvalue(value);
                self.assign_local(result, value, value_span);
                self.build.goto(join, whole);
                break;
            }
            let value = self.operand(value);
            self.assign_local(result, Rvalue::Use(value), value.span);
            let next = self.build.new_block();
            match operation.op {
                BoolOp::And => self.build.branch(value, next, join),
                BoolOp::Or => self.build.branch(value, join, next),
            }
            self.build.begin(next);
        }
        self.build.begin(join);
        Rvalue::Use(local_operand(result, whole))
    }

    /// `a if c else b` as a value.
    pub(super) fn conditional_value(&mut self, conditional: &'a ast::ExprIf) -> Rvalue {
        let whole = span(conditional);
        let result = self.new_synthetic(whole);
        let (first, second, join) = (self.build.new_block(), self.build.new_block(), self.build.new_block());
        self.condition(&conditional.test, first, second);
        for (block, value) in [(first, &conditional.body), (second, &conditional.orelse)] {
            self.build.begin(block);
            let value_span = span(value.as_ref());
            let value = self.rvalue(value);
            self.assign_local(result, value, value_span);
            self.build.goto(join, whole);
        }
        self.build.begin(join);
        Rvalue::Use(local_operand(result, whole))
    }

    /// Branches on a part of a value fitting a pattern: goes on where it does.
    pub(super) fn branch_on_match(&mut self, part: Operand, fit: Fit, fail: BlockId) {
        let cond = self.temp(Rvalue::Matches { operand: part, fit }, part.span);
        self.branch_or_fail(cond, fail);
    }

    pub(super) fn branch_or_fail(&mut self, cond: Operand, fail: BlockId) {
        let next = self.build.new_block();
        self.build.branch(cond, next, fail);
        self.build.begin(next);
    }
}
