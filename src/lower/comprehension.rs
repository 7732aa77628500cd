//! Comprehensions and generator expressions, inlined as loops that append to a container made first.
//!
//! A generator expression is lowered as a list: it runs when it is made, not when it is consumed.

use rustpython_ast::{self as ast, Expr};

use super::scope::{ScopeId, node_key};
use super::{Lowerer, local_operand, span};
use crate::ir::{BlockId, Operand, Rvalue, TerminatorKind};
use crate::source::Span;

/// What a comprehension makes of an element.
#[derive(Clone, Copy)]
struct Item<'a> {
    key: Option<&'a Expr>,
    value: &'a Expr,
}

impl<'a> Lowerer<'a> {
    pub(super) fn comprehension(&mut self, expr: &'a Expr) -> Rvalue {
        let (node, item, generators, empty) = match expr {
            Expr::ListComp(list) => (node_key(list), item(None, &list.elt), &list.generators, Rvalue::List(Vec::new())),
            Expr::Generator(list) => {
                (node_key(list), item(None, &list.elt), &list.generators, Rvalue::List(Vec::new()))
            }
            Expr::SetComp(set) => (node_key(set), item(None, &set.elt), &set.generators, Rvalue::Set(Vec::new())),
            Expr::DictComp(dict) => {
                (node_key(dict), item(Some(&dict.key), &dict.value), &dict.generators, Rvalue::Dict(Vec::new()))
            }
            other => return self.rvalue(other),
        };
        let whole = span(expr);
        let container = self.new_synthetic(whole);
        self.assign_local(container, empty, whole);
        let container = local_operand(container, whole);
        let inner = self.scopes.of_node[&node];
        self.generators(generators, inner, container, item);
        Rvalue::Use(container)
    }

    /// Lowers the remaining `for` clauses and what stands in them. The first iterable belongs to the scope outside.
    fn generators(&mut self, generators: &'a [ast::Comprehension], inner: ScopeId, container: Operand, item: Item<'a>) {
        let outer = self.scope;
        let mut heads: Vec<(BlockId, BlockId, Span)> = Vec::new();
        for generator in generators {
            let whole = span(generator);
            let operand = self.operand(&generator.iter);
            let iter = self.temp(Rvalue::Iter { operand, is_async: generator.is_async }, span(&generator.iter));
            self.scope = inner;
            let exit = self.build.new_block();
            let header = self.begin_for(&generator.target, iter, exit, whole);
            heads.push((header, exit, whole));
            for test in &generator.ifs {
                let next = self.build.new_block();
                self.condition(test, next, header);
                self.build.begin(next);
            }
        }
        let key = item.key.map(|key| self.operand_until(key, span(item.value).end));
        let value = self.operand(item.value);
        self.discard(Rvalue::Append { container, key, value }, value.span);
        for (header, exit, whole) in heads.into_iter().rev() {
            self.build.goto(header, whole);
            self.build.end_loop();
            self.build.begin(exit);
        }
        self.scope = outer;
    }

    /// Begins a `for` loop and its body, where the target is bound. Gives the loop's head.
    pub(super) fn begin_for(&mut self, target: &'a Expr, iter: Operand, exit: BlockId, whole: Span) -> BlockId {
        let header = self.build.begin_loop(whole);
        let body = self.build.new_block();
        let (element, rest) = self.target_place(target);
        let at = super::between(span(target), iter.span);
        self.build.end(TerminatorKind::ForNext { iter, element, body, exit }, at);
        self.build.begin(body);
        if let Some(rest) = rest {
            self.assign_to(target, rest, span(target));
        }
        header
    }
}

fn item<'a>(key: Option<&'a Expr>, value: &'a Expr) -> Item<'a> {
    Item { key, value }
}
