//! What is read off the source directly: constants, dotted names, annotations, docstrings.

use rustpython_ast::{self as ast, Expr, Number, Stmt, UnaryOp};
use rustpython_text_size::{Ranged, TextRange};

use crate::ir::{Const, NameTable};

/// The constant an expression is written as, a minus sign included.
pub(super) fn constant(expr: &Expr, names: &mut NameTable) -> Option<Const> {
    match expr {
        Expr::NoneLiteral(_) => Some(Const::None),
        Expr::BooleanLiteral(literal) => Some(Const::Bool(literal.value)),
        Expr::EllipsisLiteral(_) => Some(Const::Ellipsis),
        Expr::BytesLiteral(literal) => {
            Some(Const::Bytes(u32::try_from(literal.value.bytes().count()).unwrap_or(u32::MAX)))
        }
        Expr::StringLiteral(literal) => Some(Const::Str(names.intern(literal.value.to_str()))),
        Expr::NumberLiteral(literal) => Some(number(&literal.value)),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => match unary.operand.as_ref() {
            Expr::NumberLiteral(literal) => match number(&literal.value) {
                Const::Int(value) => Some(Const::Int(-value)),
                Const::Float(value) => Some(Const::Float(-value)),
                other => Some(other),
            },
            _ => None,
        },
        _ => None,
    }
}

fn number(number: &Number) -> Const {
    match number {
        Number::Int(value) => value.as_i64().map_or(Const::Number, Const::Int),
        Number::Float(value) => Const::Float(*value),
        Number::Complex { .. } => Const::Imaginary,
    }
}

/// Whether a condition is always true or always false as written.
pub(super) fn constant_truth(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NoneLiteral(_) => Some(false),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(value) => Some(*value != 0u8),
            Number::Float(_) | Number::Complex { .. } => None,
        },
        _ => None,
    }
}

/// `a.b.c`, where that is what the expression is.
pub(super) fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) if !name.id.is_empty() => Some(name.id.to_string()),
        Expr::Attribute(attribute) if !attribute.attr.is_empty() => {
            Some(dotted(&attribute.value)? + "." + &attribute.attr)
        }
        _ => None,
    }
}

/// A decorator's dotted name without arguments; its whole text where it has none.
pub(super) fn decorator_text(expr: &Expr, text: &str) -> String {
    let mut function = expr;
    while let Expr::Call(call) = function {
        function = &call.func;
    }
    dotted(function).unwrap_or_else(|| slice(text, expr.range()).to_owned())
}

/// An annotation's text, without its quotes where it is a string.
pub(super) fn annotation_text(expr: &Expr, text: &str) -> Option<String> {
    let annotation = match expr {
        Expr::StringLiteral(literal) => literal.value.to_str(),
        _ => slice(text, expr.range()),
    };
    (!annotation.is_empty()).then(|| annotation.to_owned())
}

/// The docstring of a suite as written between its quotes.
pub(super) fn docstring(suite: &[Stmt], text: &str) -> Option<String> {
    let Some(Stmt::Expr(first)) = suite.first() else { return None };
    let Expr::StringLiteral(literal) = first.value.as_ref() else { return None };
    match literal.as_single_part_string() {
        Some(single) => Some(slice(text, content_range(single)).to_owned()),
        None => Some(literal.value.to_str().to_owned()),
    }
}

/// What stands between the quotes; an unclosed string has no closing quotes.
fn content_range(literal: &ast::StringLiteral) -> TextRange {
    use ast::StringFlags as _;
    let start = literal.start() + literal.flags.opener_len();
    let end = literal.end().to_u32().saturating_sub(literal.flags.closer_len().to_u32());
    TextRange::new(start.min(literal.end()), end.max(start.min(literal.end()).to_u32()).into())
}

/// The text of a range; empty where the range is none of the text.
pub(super) fn slice(text: &str, range: TextRange) -> &str {
    text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("")
}
