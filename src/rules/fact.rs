//! Facts of results: `shape`, `dtype` and `layout` as text.

use super::argument::{Scope, Word, arguments};
use super::error::{Parsed, Problem, suggestion};
use super::lexer::{Cursor, Token};
use super::schema::{DtypeSpec, Geometry, GeometryOp, LayoutSpec};

/// Every geometry operation with the form of its arguments.
const OPERATIONS: &[Word<GeometryOp>] = &[
    ("like", GeometryOp::Like, "a"),
    ("arg", GeometryOp::Arg, "a"),
    ("transpose", GeometryOp::Transpose, "a, axes?"),
    ("reshape", GeometryOp::Reshape, "a, shape, order?"),
    ("ravel", GeometryOp::Ravel, "a, order?"),
    ("squeeze", GeometryOp::Squeeze, "a, axis?"),
    ("expand_dims", GeometryOp::ExpandDims, "a, axis"),
    ("swapaxes", GeometryOp::Swapaxes, "a, axis1, axis2"),
    ("moveaxis", GeometryOp::Moveaxis, "a, source, destination"),
    ("rollaxis", GeometryOp::Rollaxis, "a, axis, start?"),
    ("flip", GeometryOp::Flip, "a, axis?"),
    ("rot90", GeometryOp::Rot90, "a, k?, axes?"),
    ("diagonal", GeometryOp::Diagonal, "a, offset?, axis1?, axis2?"),
    ("index", GeometryOp::Index, "a, key"),
    ("broadcast_to", GeometryOp::BroadcastTo, "a, shape"),
    ("broadcast", GeometryOp::Broadcast, "x*"),
    ("reduce", GeometryOp::Reduce, "a, axis?, keepdims?"),
    ("arange", GeometryOp::Arange, "start, stop?, step?"),
    ("length", GeometryOp::Length, "n"),
    ("square", GeometryOp::Square, "n, m?"),
    ("concatenate", GeometryOp::Concatenate, "arrays, axis?"),
    ("stack", GeometryOp::Stack, "arrays, axis?"),
    ("atleast", GeometryOp::Atleast, "a, n"),
    ("iterate", GeometryOp::Iterate, "a"),
    ("split", GeometryOp::Split, "a, sections, axis?"),
    ("real", GeometryOp::Real, "a"),
    ("imag", GeometryOp::Imag, "a"),
    ("rearrange", GeometryOp::Rearrange, "a"),
    ("grid", GeometryOp::Grid, "x, indexing"),
    ("diag", GeometryOp::Diag, "a, k?"),
    ("ndmin", GeometryOp::Ndmin, "a, n"),
    ("windows", GeometryOp::Windows, "a, window_shape, axis?"),
    ("take", GeometryOp::Take, "a, indices, axis?"),
    ("repeated", GeometryOp::Repeated, "a, repeats, axis?"),
    ("padded", GeometryOp::Padded, "a, pad_width"),
    ("tiled", GeometryOp::Tiled, "a, reps"),
    ("appended", GeometryOp::Appended, "a, values, axis?"),
    ("deleted", GeometryOp::Deleted, "a, places, axis?"),
    ("rows", GeometryOp::Rows, "parts"),
    ("nonzero", GeometryOp::Nonzero, "a"),
];

/// Operations of which nothing is known: `repeat(a)` is `unknown` with a name for the reader.
const UNKNOWN_OPERATIONS: [&str; 2] = ["unknown", "repeat"];

/// How a dtype comes about, beside its name.
const DTYPE_WORDS: &[&str] =
    &["like", "arg", "promote", "arithmetic", "inexact", "accumulate", "magnitude", "real", "field", "unknown"];

/// Dtype names that a rule may state.
const DTYPES: &[&str] = &[
    "bool",
    "bool_",
    "int8",
    "int16",
    "int32",
    "int64",
    "intp",
    "int_",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintp",
    "uint",
    "float16",
    "float32",
    "float64",
    "longdouble",
    "complex64",
    "complex128",
    "clongdouble",
    "object",
    "str",
    "bytes",
    "void",
    "datetime64",
    "timedelta64",
];

/// Parses `reshape(a, shape, order)`.
pub(super) fn parse_geometry(text: &str, scope: Scope<'_>) -> Parsed<Geometry> {
    let mut cursor = Cursor::new(text)?;
    let range = cursor.range();
    let name = cursor.name("an operation")?;
    if UNKNOWN_OPERATIONS.contains(&name) {
        return Ok(Geometry { op: GeometryOp::Unknown, args: Vec::new() });
    }
    let Some(word) = OPERATIONS.iter().find(|(known, ..)| *known == name) else {
        let known = OPERATIONS.iter().map(|(known, ..)| *known).chain(UNKNOWN_OPERATIONS);
        return Err(Problem::new(range, format!("unknown geometry `{name}`"), suggestion(name, known)));
    };
    let args = arguments(&mut cursor, scope, range.start, word)?;
    cursor.expect_end()?;
    Ok(Geometry { op: word.1, args })
}

/// Parses `arg(dtype) or like(a)`.
pub(super) fn parse_dtype(text: &str, scope: Scope<'_>) -> Parsed<DtypeSpec> {
    let mut cursor = Cursor::new(text)?;
    let mut choices = vec![dtype_choice(&mut cursor, scope)?];
    while cursor.eat_word("or") {
        choices.push(dtype_choice(&mut cursor, scope)?);
    }
    cursor.expect_end()?;
    Ok(if choices.len() == 1 { choices.remove(0) } else { DtypeSpec::FirstOf(choices) })
}

fn dtype_choice(cursor: &mut Cursor<'_>, scope: Scope<'_>) -> Parsed<DtypeSpec> {
    let range = cursor.range();
    let name = cursor.name("a dtype")?;
    let called = *cursor.peek() == Token::Symbol("(");
    match name {
        "unknown" => Ok(DtypeSpec::Unknown),
        "like" => one_param(cursor, scope).map(DtypeSpec::Like),
        "arg" => one_param(cursor, scope).map(DtypeSpec::Arg),
        "accumulate" => one_param(cursor, scope).map(DtypeSpec::Accumulate),
        "magnitude" => one_param(cursor, scope).map(DtypeSpec::Magnitude),
        "real" => one_param(cursor, scope).map(DtypeSpec::Real),
        "field" => {
            let range = cursor.range();
            match scope.params(cursor)?[..] {
                [array, key] => Ok(DtypeSpec::Field(array, key)),
                _ => Err(Problem::new(
                    range,
                    "a field is of an array and has a key".to_owned(),
                    "write `field(a, key)`".to_owned(),
                )),
            }
        }
        "promote" => scope.params(cursor).map(DtypeSpec::Promote),
        "arithmetic" => scope.params(cursor).map(DtypeSpec::Arithmetic),
        "inexact" => scope.params(cursor).map(DtypeSpec::Inexact),
        _ if !called && DTYPES.contains(&name) => Ok(DtypeSpec::Literal(name.to_owned())),
        _ => {
            let words = DTYPE_WORDS.iter().chain(DTYPES).copied();
            Err(Problem::new(range, format!("unknown dtype `{name}`"), suggestion(name, words)))
        }
    }
}

/// Parses `C`, `F`, `order(order)` or `keep(a)`.
pub(super) fn parse_layout(text: &str, scope: Scope<'_>) -> Parsed<LayoutSpec> {
    let mut cursor = Cursor::new(text)?;
    let range = cursor.range();
    let name = cursor.name("a layout")?;
    let layout = match name {
        "C" => LayoutSpec::C,
        "F" => LayoutSpec::F,
        "order" => {
            let mut params = scope.params(&mut cursor)?;
            LayoutSpec::Order(params.remove(0), params)
        }
        "keep" => LayoutSpec::Keep(scope.params(&mut cursor)?),
        "fortran" => LayoutSpec::Fortran(one_param(&mut cursor, scope)?),
        _ => {
            let help = suggestion(name, ["C", "F", "order", "keep", "fortran"]);
            return Err(Problem::new(range, format!("unknown layout `{name}`"), help));
        }
    };
    cursor.expect_end()?;
    Ok(layout)
}

fn one_param(cursor: &mut Cursor<'_>, scope: Scope<'_>) -> Parsed<super::schema::ParamIdx> {
    cursor.expect("(")?;
    let param = scope.param(cursor)?;
    cursor.expect(")")?;
    Ok(param)
}
