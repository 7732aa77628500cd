//! Conditions: `and`, `or`, `not`, parentheses and the tests of `rules/README.md`.

use super::argument::{Scope, Word, arguments};
use super::error::{Parsed, Problem, suggestion};
use super::lexer::{Cursor, Token};
use super::schema::{Arg, Compare, Cond, Literal, Test, TestOp};

/// Every test with the form of its arguments.
const TESTS: &[Word<TestOp>] = &[
    ("given", TestOp::Given, "p"),
    ("passed", TestOp::Passed, "p"),
    ("true", TestOp::True, "p"),
    ("false", TestOp::False, "p"),
    ("none", TestOp::NoneValue, "p"),
    ("array", TestOp::Array, "p"),
    ("exact", TestOp::Exact, "p"),
    ("masked", TestOp::Masked, "p"),
    ("matrix", TestOp::Matrix, "p"),
    ("sequence", TestOp::Sequence, "p"),
    ("scalar", TestOp::Scalar, "p"),
    ("same_dtype", TestOp::SameDtype, "p, d"),
    ("like_dtype", TestOp::LikeDtype, "p, q"),
    ("kind", TestOp::Kind, "p, letters"),
    ("ndim", TestOp::Ndim, "p"),
    ("size", TestOp::Size, "p"),
    ("elements", TestOp::Elements, "p"),
    ("extent", TestOp::Extent, "p, axis"),
    ("c_contiguous", TestOp::CContiguous, "p"),
    ("f_contiguous", TestOp::FContiguous, "p"),
    ("satisfies", TestOp::Satisfies, "p, order"),
    ("reshapes_as_view", TestOp::ReshapesAsView, "p, shape, order?"),
    ("ravels_as_view", TestOp::RavelsAsView, "p, order?"),
    ("squeezes", TestOp::Squeezes, "p, axis?"),
    ("same_shape", TestOp::SameShape, "p, shape"),
    ("identity_axes", TestOp::IdentityAxes, "p, axes?"),
    ("writeable", TestOp::Writeable, "p"),
    ("basic", TestOp::Basic, "p"),
    ("advanced", TestOp::Advanced, "p"),
    ("leads", TestOp::Leads, "p, q"),
    ("full_scalar", TestOp::FullScalar, "p, q"),
    ("field", TestOp::Field, "p"),
    ("fields", TestOp::Fields, "p"),
    ("ellipsis", TestOp::Ellipsis, "p"),
    ("owndata", TestOp::Owndata, "p"),
    ("known_kind", TestOp::KnownKind, "p, letters"),
    ("all_axes", TestOp::AllAxes, "p, axis?"),
    ("buffer", TestOp::Buffer, "p"),
    ("count", TestOp::Count, "p"),
    ("equal_shapes", TestOp::EqualShapes, "p"),
    ("fills_broadcast", TestOp::FillsBroadcast, "p"),
    ("ends_with", TestOp::EndsWith, "p, text"),
    ("scalars", TestOp::Scalars, "p"),
    ("names_dtype", TestOp::NamesDtype, "p"),
    ("adds_axes", TestOp::AddsAxes, "p, q"),
    ("permutes", TestOp::Permutes, "p"),
    ("holds", TestOp::Holds, "p, text"),
    ("contracts", TestOp::Contracts, "p"),
    ("has_axis", TestOp::HasAxis, "p, axis?"),
    ("broadcasts", TestOp::Broadcasts, "x*"),
    ("fits", TestOp::Fits, "p, shape"),
    ("numeric", TestOp::Numeric, "d"),
    ("new_axis", TestOp::NewAxis, "p, axis"),
    ("shape", TestOp::Shape, "p"),
    ("splits", TestOp::Splits, "p, q, axis"),
    ("orders_axes", TestOp::OrdersAxes, "p, axes"),
    ("within", TestOp::Within, "p, q, axis"),
    ("stretches", TestOp::Stretches, "p, shape"),
    ("joins", TestOp::Joins, "arrays, axis"),
    ("appends", TestOp::Appends, "p, q, axis"),
    ("stacks", TestOp::Stacks, "arrays, axis"),
    ("spans", TestOp::Spans, "p, x*"),
];

/// Parses a condition over the parameters in `scope`.
pub(super) fn parse_condition(text: &str, scope: Scope<'_>) -> Parsed<Cond> {
    let mut cursor = Cursor::new(text)?;
    let cond = any_of(&mut cursor, scope)?;
    cursor.expect_end()?;
    Ok(cond)
}

fn any_of(cursor: &mut Cursor<'_>, scope: Scope<'_>) -> Parsed<Cond> {
    let first = all_of(cursor, scope)?;
    let mut rest = Vec::new();
    while cursor.eat_word("or") {
        rest.push(all_of(cursor, scope)?);
    }
    Ok(if rest.is_empty() { first } else { Cond::Or(std::iter::once(first).chain(rest).collect()) })
}

fn all_of(cursor: &mut Cursor<'_>, scope: Scope<'_>) -> Parsed<Cond> {
    let first = unary(cursor, scope)?;
    let mut rest = Vec::new();
    while cursor.eat_word("and") {
        rest.push(unary(cursor, scope)?);
    }
    Ok(if rest.is_empty() { first } else { Cond::And(std::iter::once(first).chain(rest).collect()) })
}

fn unary(cursor: &mut Cursor<'_>, scope: Scope<'_>) -> Parsed<Cond> {
    if cursor.eat_word("not") {
        return Ok(Cond::Not(Box::new(unary(cursor, scope)?)));
    }
    if cursor.eat_word("sometimes") {
        return Ok(Cond::Sometimes);
    }
    if cursor.eat("(") {
        let cond = any_of(cursor, scope)?;
        cursor.expect(")")?;
        return Ok(cond);
    }
    match cursor.peek_second() {
        Token::Symbol("==" | "!=") => equality(cursor, scope),
        _ => test(cursor, scope),
    }
}

/// `p == "F"`
fn equality(cursor: &mut Cursor<'_>, scope: Scope<'_>) -> Parsed<Cond> {
    let param = scope.param(cursor)?;
    let negated = cursor.take() == Token::Symbol("!=");
    let right = cursor.literal().ok_or_else(|| cursor.unexpected("a string, an integer, True, False or None"))?;
    let op = TestOp::Equals;
    let test = Cond::Test(Test { op, args: vec![Arg::Param(param), Arg::Literal(right)], compare: None });
    Ok(if negated { Cond::Not(Box::new(test)) } else { test })
}

/// `name(args)`, with a comparison after `ndim`, `size`, `elements`, `extent` and `count`.
fn test(cursor: &mut Cursor<'_>, scope: Scope<'_>) -> Parsed<Cond> {
    let range = cursor.range();
    let name = cursor.name("a test")?;
    let Some(word) = TESTS.iter().find(|(known, ..)| *known == name) else {
        let help = if scope.find(name).is_some() {
            format!("`{name}` is a parameter: write `true({name})` or `given({name})`")
        } else {
            suggestion(name, TESTS.iter().map(|(known, ..)| *known))
        };
        return Err(Problem::new(range, format!("unknown test `{name}`"), help));
    };
    let args = arguments(cursor, scope, range.start, word)?;
    let op = word.1;
    let is_number = matches!(op, TestOp::Ndim | TestOp::Size | TestOp::Elements | TestOp::Extent | TestOp::Count);
    let compare = if is_number { Some(comparison(cursor, name)?) } else { None };
    Ok(Cond::Test(Test { op, args, compare }))
}

fn comparison(cursor: &mut Cursor<'_>, name: &str) -> Parsed<(Compare, i64)> {
    let operator = match cursor.peek() {
        Token::Symbol("==") => Compare::Eq,
        Token::Symbol("!=") => Compare::Ne,
        Token::Symbol("<") => Compare::Lt,
        Token::Symbol("<=") => Compare::Le,
        Token::Symbol(">") => Compare::Gt,
        Token::Symbol(">=") => Compare::Ge,
        _ => {
            let message = format!("`{name}(...)` is a number, not a condition");
            return Err(Problem::new(cursor.range(), message, format!("compare it: `{name}(...) == 1`")));
        }
    };
    cursor.take();
    match cursor.literal() {
        Some(Literal::Int(value)) => Ok((operator, value)),
        _ => Err(cursor.unexpected("an integer")),
    }
}
