//! Comprehensions and generator expressions, inlined as loops that append to a container made first.
//!
//! A generator expression is lowered as a list: it runs when it is made, not when it is consumed.
//!
//! `[f(x) for x in (a, b)]` is lowered as the display `[f(a), f(b)]`, so that each element keeps apart from the others.

use rustpython_ast::visitor::{Visitor, walk_expr};
use rustpython_ast::{self as ast, Expr};

use super::scope::{ScopeId, node_key};
use super::{Lowerer, local_operand, span};
use crate::ir::{BlockId, Element, Operand, Rvalue, TerminatorKind};
use crate::source::Span;

/// Displays longer than this stay loops: one body for all elements.
const MOST_TURNS: usize = 8;

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
        if let (Rvalue::List(_), Some((generator, elements))) = (&empty, over_display(generators, item.value)) {
            let inner = self.scopes.of_node[&node];
            return self.turn_by_turn(generator, elements, inner, item.value, span(expr));
        }
        let whole = span(expr);
        let container = self.new_synthetic(whole);
        self.assign_local(container, empty, whole);
        let container = local_operand(container, whole);
        let inner = self.scopes.of_node[&node];
        self.generators(generators, inner, container, item);
        Rvalue::Use(container)
    }

    /// `[f(x) for x in (a, b)]`: the elements of the display are evaluated, then each is bound and `f(x)` with it.
    fn turn_by_turn(
        &mut self,
        generator: &'a ast::Comprehension,
        elements: &'a [Expr],
        inner: ScopeId,
        value: &'a Expr,
        whole: Span,
    ) -> Rvalue {
        let given: Vec<Operand> = elements.iter().map(|element| self.operand_until(element, whole.end)).collect();
        let outer = std::mem::replace(&mut self.scope, inner);
        let mut made = Vec::with_capacity(given.len());
        for operand in given {
            self.assign_to(&generator.target, operand, operand.span);
            let item = self.rvalue(value);
            made.push(Element { value: self.temp(item, span(value)), starred: false });
        }
        self.scope = outer;
        Rvalue::List(made)
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

/// The only clause of a comprehension and the elements of the display that it goes over, where each turn can be written out: there
/// is no test, and nothing in the item has a scope of its own.
fn over_display<'a>(
    generators: &'a [ast::Comprehension],
    value: &'a Expr,
) -> Option<(&'a ast::Comprehension, &'a [Expr])> {
    let [generator] = generators else { return None };
    let elements = match &generator.iter {
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::List(list) => &list.elts,
        _ => return None,
    };
    let is_written_out = !generator.is_async
        && generator.ifs.is_empty()
        && (1..=MOST_TURNS).contains(&elements.len())
        && !elements.iter().any(Expr::is_starred_expr);
    let mut scopes = Scopes(false);
    scopes.visit_expr(value);
    (is_written_out && !scopes.0).then_some((generator, elements))
}

/// Whether an expression has a part with a scope of its own, which is lowered once, or binds outside.
struct Scopes(bool);

impl<'a> Visitor<'a> for Scopes {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_)
            | Expr::Named(_)
            | Expr::Yield(_)
            | Expr::YieldFrom(_)
            | Expr::Await(_) => self.0 = true,
            _ => walk_expr(self, expr),
        }
    }
}
