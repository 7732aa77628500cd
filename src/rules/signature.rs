//! Signatures: parameter lists as Python writes them.

use super::error::{Parsed, Problem};
use super::lexer::{Cursor, Token};
use super::schema::{Literal, Param, ParamKind};

/// Parses `(a, /, order='C', *, out=None, **kwargs)`.
pub(super) fn parse_signature(text: &str) -> Parsed<Vec<Param>> {
    let mut cursor = Cursor::new(text)?;
    let mut params: Vec<Param> = Vec::new();
    let mut kind = ParamKind::Either;
    cursor.expect("(")?;
    while !cursor.eat(")") {
        let start = cursor.range().start;
        if cursor.eat("/") {
            for param in &mut params {
                param.kind = ParamKind::PositionalOnly;
            }
        } else if *cursor.peek() == Token::Symbol("*") && *cursor.peek_second() == Token::Symbol(",") {
            cursor.take();
            kind = ParamKind::KeywordOnly;
        } else {
            let param = parameter(&mut cursor, kind)?;
            if param.kind == ParamKind::VarPositional {
                kind = ParamKind::KeywordOnly;
            }
            if params.iter().any(|other| other.name == param.name) {
                let message = format!("parameter `{}` stands twice in the signature", param.name);
                return Err(Problem::new(cursor.range_from(start), message, "rename or remove one"));
            }
            params.push(param);
        }
        if *cursor.peek() != Token::Symbol(")") {
            cursor.expect(",")?;
        }
    }
    cursor.expect_end()?;
    if params.len() > usize::from(u8::MAX) {
        return Err(Problem::new(0..text.len(), "more than 255 parameters", "use `*args`"));
    }
    Ok(params)
}

fn parameter(cursor: &mut Cursor<'_>, ordinary: ParamKind) -> Parsed<Param> {
    let kind = if cursor.eat("**") {
        ParamKind::VarKeyword
    } else if cursor.eat("*") {
        ParamKind::VarPositional
    } else {
        ordinary
    };
    let name = cursor.name("a parameter name")?.to_owned();
    let default = if cursor.eat("=") { Some(default_value(cursor)?) } else { None };
    Ok(Param { name, kind, default })
}

/// A literal, or anything else up to the next comma outside brackets.
fn default_value(cursor: &mut Cursor<'_>) -> Parsed<Literal> {
    let literal = cursor.literal();
    if let Some(literal) = literal
        && matches!(cursor.peek(), Token::Symbol("," | ")"))
    {
        return Ok(literal);
    }
    let mut depth = 0_u32;
    loop {
        match cursor.peek() {
            Token::End => return Err(cursor.unexpected("`)`")),
            Token::Symbol("," | ")") if depth == 0 => return Ok(Literal::Other),
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
        cursor.take();
    }
}
