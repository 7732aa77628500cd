//! Tokens of the small languages inside rule files: signatures, conditions, geometry, dtypes.

use std::ops::Range;

use super::error::{Parsed, Problem};
use super::schema::Literal;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// A name such as `order`.
    Name(&'t str),
    /// A quoted string, without its quotes.
    Text(&'t str),
    /// An integer without sign.
    Int(i64),
    /// Anything else, one or two characters: `(`, `==`, `**`.
    Symbol(&'t str),
    /// After the last token.
    End,
}

/// A position in the tokens of one string.
pub(super) struct Cursor<'t> {
    text: &'t str,
    tokens: Vec<(Token<'t>, Range<usize>)>,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Splits `text` into tokens and stands at the first.
    pub(super) fn new(text: &'t str) -> Parsed<Self> {
        let mut tokens = Vec::new();
        let mut start = 0;
        while let Some(first) = text[start..].chars().next() {
            if first.is_whitespace() {
                start += first.len_utf8();
                continue;
            }
            let (token, end) = token_at(text, start, first)?;
            tokens.push((token, start..end));
            start = end;
        }
        tokens.push((Token::End, text.len()..text.len()));
        Ok(Self { text, tokens, at: 0 })
    }

    /// The token here.
    pub(super) fn peek(&self) -> &Token<'t> {
        &self.tokens[self.at].0
    }

    /// The token after the one here.
    pub(super) fn peek_second(&self) -> &Token<'t> {
        let second = (self.at + 1).min(self.tokens.len() - 1);
        &self.tokens[second].0
    }

    /// Where the token here stands.
    pub(super) fn range(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// From `start` to the end of the token before this one.
    pub(super) fn range_from(&self, start: usize) -> Range<usize> {
        start..self.at.checked_sub(1).map_or(start, |before| self.tokens[before].1.end)
    }

    /// Takes the token here and goes on; stays at the end.
    pub(super) fn take(&mut self) -> Token<'t> {
        let token = self.tokens[self.at].0.clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// Takes the symbol if it stands here.
    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let here = *self.peek() == Token::Symbol(symbol);
        if here {
            self.take();
        }
        here
    }

    /// Takes the word if it stands here.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let here = *self.peek() == Token::Name(word);
        if here {
            self.take();
        }
        here
    }

    /// Takes the symbol, which must stand here.
    pub(super) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.eat(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    /// Nothing may be left.
    pub(super) fn expect_end(&self) -> Parsed<()> {
        if *self.peek() == Token::End { Ok(()) } else { Err(self.unexpected("the end")) }
    }

    /// Takes a name, which must stand here.
    pub(super) fn name(&mut self, wanted: &str) -> Parsed<&'t str> {
        let Token::Name(name) = *self.peek() else {
            return Err(self.unexpected(wanted));
        };
        self.take();
        Ok(name)
    }

    /// Takes a literal if one stands here: `None`, `True`, `False`, an integer, a string.
    pub(super) fn literal(&mut self) -> Option<Literal> {
        let literal = match (self.peek(), self.peek_second()) {
            (Token::Symbol("-"), Token::Int(value)) => {
                let literal = Literal::Int(-value);
                self.take();
                literal
            }
            (Token::Int(value), _) => Literal::Int(*value),
            (Token::Text(text), _) => Literal::Str((*text).to_owned()),
            (Token::Name("None"), _) => Literal::None,
            (Token::Name("True"), _) => Literal::Bool(true),
            (Token::Name("False"), _) => Literal::Bool(false),
            _ => return None,
        };
        self.take();
        Some(literal)
    }

    /// The error of finding something else than what was wanted.
    pub(super) fn unexpected(&self, wanted: &str) -> Problem {
        let range = self.range();
        let found = match self.peek() {
            Token::End => "the end".to_owned(),
            _ => format!("`{}`", &self.text[range.clone()]),
        };
        Problem::new(range, format!("{found} stands where {wanted} is expected"), format!("write {wanted} here"))
    }
}

fn token_at(text: &str, start: usize, first: char) -> Parsed<(Token<'_>, usize)> {
    let end_of = |holds: fn(char) -> bool| text[start..].find(|c| !holds(c)).map_or(text.len(), |len| start + len);
    if first.is_alphabetic() || first == '_' {
        let end = end_of(|c| c.is_alphanumeric() || c == '_');
        return Ok((Token::Name(&text[start..end]), end));
    }
    if first.is_ascii_digit() {
        let end = end_of(|c| c.is_alphanumeric() || c == '_' || c == '.');
        let number = &text[start..end];
        return Ok((number.parse().map_or(Token::Symbol(number), Token::Int), end));
    }
    if first == '\'' || first == '"' {
        let body = start + 1;
        let Some(length) = text[body..].find(first) else {
            return Err(Problem::new(start..text.len(), "this string has no end", format!("close it with {first}")));
        };
        return Ok((Token::Text(&text[body..body + length]), body + length + 1));
    }
    let two = ["==", "!=", "<=", ">=", "**"].iter().any(|symbol| text[start..].starts_with(symbol));
    let end = if two { start + 2 } else { start + first.len_utf8() };
    Ok((Token::Symbol(&text[start..end]), end))
}
