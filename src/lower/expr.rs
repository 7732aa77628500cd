//! Expressions, operators and displays. Calls and subscripts are in [`super::call`], what branches in [`super::branch`].

use rustpython_ast::{self as ast, Expr, InterpolatedStringElement, Operator};

use super::literal::constant;
use super::{Lowerer, span};
use crate::ir::{BinaryOp, CompareOp, Element, Operand, OperandKind, Rvalue, UnaryOp};

impl<'a> Lowerer<'a> {
    /// Evaluates an expression to something that can be read.
    pub(super) fn operand(&mut self, expr: &'a Expr) -> Operand {
        let value = self.rvalue(expr);
        self.operand_of(value, span(expr))
    }

    /// As [`Self::operand`], for one whose use stands after code up to the offset `end`: copied if that may rebind it.
    pub(super) fn operand_until(&mut self, expr: &'a Expr, end: u32) -> Operand {
        let operand = self.operand(expr);
        self.keep_over(operand, span(expr).end, end)
    }

    /// Copies a variable that code between two offsets may rebind.
    pub(super) fn keep_over(&mut self, operand: Operand, start: u32, end: u32) -> Operand {
        match operand.kind {
            OperandKind::Local(_) if self.scopes.has_walrus(start, end) => {
                self.temp(Rvalue::Use(operand), operand.span)
            }
            OperandKind::Local(_) | OperandKind::Temp(_) | OperandKind::Const(_) => operand,
        }
    }

    /// Evaluates all but the last step of an expression and gives that.
    pub(super) fn rvalue(&mut self, expr: &'a Expr) -> Rvalue {
        if let Some(kind) = constant(expr, &mut self.names) {
            return Rvalue::Use(Operand { kind: OperandKind::Const(kind), span: span(expr) });
        }
        let end = span(expr).end;
        match expr {
            Expr::Name(name) if name.id.is_empty() => opaque("broken code", Vec::new()),
            Expr::Name(name) => self.read_name(&name.id, span(name)),
            Expr::Attribute(attribute) => self.attribute(attribute),
            Expr::Subscript(subscript) => {
                let object = self.operand_until(&subscript.value, end);
                let index = self.index(&subscript.slice);
                Rvalue::Index { object, index }
            }
            Expr::Call(call) => self.call(call),
            Expr::BinOp(binary) => {
                let left = self.operand_until(&binary.left, end);
                let right = self.operand(&binary.right);
                Rvalue::Binary { op: binary_op(binary.op), left, right }
            }
            Expr::UnaryOp(unary) => {
                let operand = self.operand(&unary.operand);
                Rvalue::Unary { op: unary_op(unary.op), operand }
            }
            Expr::Compare(compare) => self.compare(compare),
            Expr::BoolOp(operation) => self.bool_value(operation),
            Expr::If(conditional) => self.conditional_value(conditional),
            Expr::Named(named) => self.named(named),
            Expr::List(list) => Rvalue::List(self.elements(&list.elts, end)),
            Expr::Tuple(tuple) => Rvalue::Tuple(self.elements(&tuple.elts, end)),
            Expr::Set(set) => Rvalue::Set(self.elements(&set.elts, end)),
            Expr::Dict(dict) => self.dict(dict),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => self.comprehension(expr),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Await(awaited) => Rvalue::Await(self.operand(&awaited.value)),
            Expr::Yield(yielded) => {
                self.build.is_generator = true;
                Rvalue::Yield(yielded.value.as_ref().map(|value| self.operand(value)))
            }
            Expr::YieldFrom(yielded) => {
                self.build.is_generator = true;
                Rvalue::YieldFrom(self.operand(&yielded.value))
            }
            Expr::FString(string) => {
                let parts = string.value.iter().filter_map(ast::FStringPart::as_f_string);
                self.format(parts.map(|part| &part.elements), end)
            }
            Expr::TString(string) => self.format(string.value.iter().map(|part| &part.elements), end),
            Expr::Starred(starred) => opaque("a starred value out of place", vec![self.operand(&starred.value)]),
            Expr::Slice(slice) => {
                let bounds = [&slice.lower, &slice.upper, &slice.step].into_iter().flatten();
                opaque("a slice out of place", bounds.map(|bound| self.operand_until(bound, end)).collect())
            }
            Expr::IpyEscapeCommand(_) => opaque("an IPython command", Vec::new()),
            // Constants, which were taken above.
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => opaque("a constant", Vec::new()),
        }
    }

    fn attribute(&mut self, attribute: &'a ast::ExprAttribute) -> Rvalue {
        let object = self.operand(&attribute.value);
        if attribute.attr.is_empty() {
            return opaque("broken code", vec![object]);
        }
        Rvalue::Attr { object, attr: self.names.intern(&attribute.attr) }
    }

    fn named(&mut self, named: &'a ast::ExprNamed) -> Rvalue {
        let Expr::Name(target) = named.target.as_ref() else {
            return self.rvalue(&named.value);
        };
        if target.id.is_empty() {
            return self.rvalue(&named.value);
        }
        let value = self.rvalue(&named.value);
        let scope = self.scopes.around_comprehensions(self.scope);
        let name = self.names.intern(&target.id);
        match self.resolve_store(scope, name) {
            super::Resolved::Local(local) => {
                self.store_in(scope, &target.id, span(target), value, span(named.value.as_ref()));
                Rvalue::Use(super::local_operand(local, span(target)))
            }
            super::Resolved::Free { .. } | super::Resolved::Global | super::Resolved::Builtin => {
                let value = self.operand_of(value, span(named.value.as_ref()));
                self.store_in(scope, &target.id, span(target), Rvalue::Use(value), span(named.value.as_ref()));
                Rvalue::Use(value)
            }
        }
    }

    fn elements(&mut self, elements: &'a [Expr], end: u32) -> Vec<Element> {
        let element = |element: &'a Expr| match element {
            Expr::Starred(starred) => Element { value: self.operand_until(&starred.value, end), starred: true },
            element => Element { value: self.operand_until(element, end), starred: false },
        };
        elements.iter().map(element).collect()
    }

    fn dict(&mut self, dict: &'a ast::ExprDict) -> Rvalue {
        let end = span(dict).end;
        let item = |item: &'a ast::DictItem| {
            let key = item.key.as_ref().map(|key| self.operand_until(key, end));
            (key, self.operand_until(&item.value, end))
        };
        Rvalue::Dict(dict.items.iter().map(item).collect())
    }

    /// An f-string or a t-string of several literals.
    fn format(&mut self, literals: impl Iterator<Item = &'a ast::InterpolatedStringElements>, end: u32) -> Rvalue {
        let mut parts = Vec::new();
        for literal in literals {
            self.interpolations(literal, end, &mut parts);
        }
        Rvalue::Format(parts)
    }

    fn interpolations(&mut self, elements: &'a [InterpolatedStringElement], end: u32, parts: &mut Vec<Operand>) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(_) => {}
                InterpolatedStringElement::Interpolation(field) => {
                    parts.push(self.operand_until(&field.expression, end));
                    if let Some(format) = &field.format_spec {
                        self.interpolations(&format.elements, end, parts);
                    }
                }
            }
        }
    }
}

/// What is not modelled.
pub(super) fn opaque(what: &'static str, reads: Vec<Operand>) -> Rvalue {
    Rvalue::Opaque { what, reads }
}

pub(super) fn binary_op(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Sub,
        Operator::Mult => BinaryOp::Mul,
        Operator::MatMult => BinaryOp::MatMul,
        Operator::Div => BinaryOp::Div,
        Operator::Mod => BinaryOp::Mod,
        Operator::Pow => BinaryOp::Pow,
        Operator::LShift => BinaryOp::LShift,
        Operator::RShift => BinaryOp::RShift,
        Operator::BitOr => BinaryOp::BitOr,
        Operator::BitXor => BinaryOp::BitXor,
        Operator::BitAnd => BinaryOp::BitAnd,
        Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}

fn unary_op(op: ast::UnaryOp) -> UnaryOp {
    match op {
        ast::UnaryOp::Invert => UnaryOp::Invert,
        ast::UnaryOp::Not => UnaryOp::Not,
        ast::UnaryOp::UAdd => UnaryOp::Pos,
        ast::UnaryOp::USub => UnaryOp::Neg,
    }
}

pub(super) fn compare_op(op: ast::CmpOp) -> CompareOp {
    match op {
        ast::CmpOp::Eq => CompareOp::Eq,
        ast::CmpOp::NotEq => CompareOp::Ne,
        ast::CmpOp::Lt => CompareOp::Lt,
        ast::CmpOp::LtE => CompareOp::Le,
        ast::CmpOp::Gt => CompareOp::Gt,
        ast::CmpOp::GtE => CompareOp::Ge,
        ast::CmpOp::Is => CompareOp::Is,
        ast::CmpOp::IsNot => CompareOp::IsNot,
        ast::CmpOp::In => CompareOp::In,
        ast::CmpOp::NotIn => CompareOp::NotIn,
    }
}
