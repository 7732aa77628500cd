//! Calls and subscripts.

use rustpython_ast::{self as ast, ArgOrKeyword, Expr};

use super::{Lowerer, span};
use crate::ir::{ArgKind, CallArg, Index, IndexItem, Rvalue};

impl<'a> Lowerer<'a> {
    pub(super) fn call(&mut self, call: &'a ast::ExprCall) -> Rvalue {
        let end = span(call).end;
        match call.func.as_ref() {
            Expr::Attribute(attribute) if !attribute.attr.is_empty() => {
                let object = self.operand_until(&attribute.value, end);
                let args = self.args(&call.arguments, end);
                let method = self.names.intern(&attribute.attr);
                Rvalue::CallMethod { object, method, method_span: span(&attribute.attr), args }
            }
            function => {
                let function = self.operand_until(function, end);
                let args = self.args(&call.arguments, end);
                Rvalue::Call { function, args }
            }
        }
    }

    fn args(&mut self, arguments: &'a ast::Arguments, end: u32) -> Vec<CallArg> {
        let arg = |arg: ArgOrKeyword<'a>| match arg {
            ArgOrKeyword::Arg(Expr::Starred(starred)) => {
                CallArg { kind: ArgKind::Starred, value: self.operand_until(&starred.value, end) }
            }
            ArgOrKeyword::Arg(value) => CallArg { kind: ArgKind::Positional, value: self.operand_until(value, end) },
            ArgOrKeyword::Keyword(keyword) => {
                let value = self.operand_until(&keyword.value, end);
                let kind = match &keyword.arg {
                    Some(name) if name.is_empty() => ArgKind::Positional,
                    Some(name) => ArgKind::Keyword(self.names.intern(name)),
                    None => ArgKind::DoubleStarred,
                };
                CallArg { kind, value }
            }
        };
        arguments.arguments_source_order().map(arg).collect()
    }

    /// What stands between the brackets of a subscript.
    pub(super) fn index(&mut self, slice: &'a Expr) -> Index {
        let whole = span(slice);
        match slice {
            Expr::Tuple(tuple) => {
                let items = tuple.elts.iter().map(|item| self.index_item(item, whole.end)).collect();
                Index { items, is_tuple: true, span: whole }
            }
            // `a[*b]` is `a[(*b,)]`.
            Expr::Starred(_) => Index { items: vec![self.index_item(slice, whole.end)], is_tuple: true, span: whole },
            item => Index { items: vec![self.index_item(item, whole.end)], is_tuple: false, span: whole },
        }
    }

    fn index_item(&mut self, item: &'a Expr, end: u32) -> IndexItem {
        match item {
            Expr::Slice(slice) => {
                let mut bound =
                    |bound: &'a Option<Box<Expr>>| bound.as_ref().map(|bound| self.operand_until(bound, end));
                IndexItem::Slice { lower: bound(&slice.lower), upper: bound(&slice.upper), step: bound(&slice.step) }
            }
            Expr::Starred(starred) => IndexItem::Starred(self.operand_until(&starred.value, end)),
            value => IndexItem::Value(self.operand_until(value, end)),
        }
    }
}
