//! How deep a text nests, measured on its bytes before it is parsed.
//!
//! The bound counts, at each point: the brackets and f-string fields around it, the indentation levels, and per bracket
//! the operators, attributes, calls and keywords since the last comma, each of which may nest one expression in another:
//! `not not x`, `a + b + c`, `a.b.c`, `f()()()`, `lambda: lambda: 0`. It counts some that do not (`a and b and c` is flat),
//! so it is an upper bound. Brackets and indentation have the limits that `CPython` has.

use super::{DEEPEST, Depth, SyntaxError};
use crate::source::Span;

/// `CPython`'s limit, `MAXLEVEL`.
const MAX_BRACKETS: usize = 200;
/// `CPython`'s limit, `MAXINDENT`.
const MAX_INDENTS: usize = 100;
/// What one level of indentation adds: a statement, its suite, and the statement in it.
const INDENT_WEIGHT: u32 = 2;

/// The depth of `text`, or the place where it passes a limit.
pub(super) fn measure(text: &str) -> Result<Depth, SyntaxError> {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        indents: Vec::new(),
        levels: vec![Level::new(Kind::Code)],
        outer: 0,
        deepest: 0,
    };
    scan.indentation();
    while scan.at < scan.bytes.len() {
        scan.step();
        if let Some(limit) = scan.passed() {
            let start = u32::try_from(scan.at).unwrap_or(u32::MAX);
            return Err(SyntaxError { message: limit.to_owned(), span: Span { start, end: start } });
        }
    }
    Ok(Depth(scan.deepest))
}

/// What a level of nesting is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Brackets, or the file itself.
    Code,
    /// `{...}` in an f-string.
    Field,
    /// The text of an f-string.
    Text(Quote),
    /// What follows the colon in a field.
    Spec(Quote),
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Quote {
    byte: u8,
    triple: bool,
    raw: bool,
}

struct Level {
    kind: Kind,
    /// What may nest since the last comma.
    chain: u32,
    /// Colons of lambdas still to come: until then commas separate parameters.
    lambdas: u32,
}

impl Level {
    fn new(kind: Kind) -> Self {
        Self { kind, chain: 0, lambdas: 0 }
    }
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    indents: Vec<usize>,
    /// Never empty.
    levels: Vec<Level>,
    /// Depth of all levels below the last.
    outer: u32,
    deepest: u32,
}

impl Scan<'_> {
    fn passed(&mut self) -> Option<&'static str> {
        let indents = u32::try_from(self.indents.len()).unwrap_or(u32::MAX);
        let here = self.outer + self.top().chain + indents.saturating_mul(INDENT_WEIGHT);
        self.deepest = self.deepest.max(here);
        if self.levels.len() > MAX_BRACKETS {
            Some("too many nested parentheses")
        } else if self.indents.len() > MAX_INDENTS {
            Some("too many levels of indentation")
        } else if here > DEEPEST.0 {
            Some("an expression is nested too deeply")
        } else {
            None
        }
    }

    fn top(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the file's own level stays")
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind) {
        self.outer += self.top().chain + 1;
        self.levels.push(Level::new(kind));
    }

    fn pop(&mut self) {
        if self.levels.len() > 1 {
            self.levels.pop();
            let chain = self.top().chain;
            self.outer -= chain + 1;
            self.top().chain += 1;
        }
    }

    fn step(&mut self) {
        match self.top().kind {
            Kind::Code | Kind::Field => self.code(),
            Kind::Text(quote) => self.string_text(quote, false),
            Kind::Spec(quote) => self.string_text(quote, true),
        }
    }

    /// One step through code.
    fn code(&mut self) {
        let byte = self.peek(0);
        match byte {
            b'\n' | b'\r' => {
                self.at += 1;
                if self.levels.len() == 1 {
                    *self.top() = Level::new(Kind::Code);
                }
                return self.indentation();
            }
            b'\\' => self.at += 1,
            b'#' => return self.skip_while(|byte| !matches!(byte, b'\n' | b'\r')),
            b'\'' | b'"' => return self.string(b""),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => return self.word(),
            b'0'..=b'9' => return self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            b'(' | b'[' | b'{' => self.push(Kind::Code),
            b')' | b']' | b'}' => self.close(byte),
            b',' if self.top().lambdas == 0 => self.top().chain = 0,
            b';' if self.levels.len() == 1 => *self.top() = Level::new(Kind::Code),
            b':' if self.top().lambdas > 0 => self.top().lambdas -= 1,
            b':' if self.top().kind == Kind::Field => self.spec(),
            b' ' | b'\t' | b',' | b';' | 0x0c => {}
            _ => self.top().chain += 1,
        }
        self.at += 1;
    }

    /// A closing bracket; a brace that ends a field's format ends the field too.
    fn close(&mut self, byte: u8) {
        if self.top().kind == Kind::Field && byte != b'}' {
            return;
        }
        self.pop();
    }

    /// The colon of a field: the rest of it is text in the f-string around it.
    fn spec(&mut self) {
        let quote = self.levels.iter().rev().find_map(|level| match level.kind {
            Kind::Text(quote) => Some(quote),
            Kind::Code | Kind::Field | Kind::Spec(_) => None,
        });
        if let Some(quote) = quote {
            self.push(Kind::Spec(quote));
        }
    }

    fn skip_while(&mut self, holds: impl Fn(u8) -> bool) {
        while self.at < self.bytes.len() && holds(self.bytes[self.at]) {
            self.at += 1;
        }
    }

    /// A name, a keyword, or the prefix of a string.
    fn word(&mut self) {
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80);
        let word = &self.bytes[start..self.at];
        if matches!(self.peek(0), b'\'' | b'"') && is_string_prefix(word) {
            return self.string(word);
        }
        match word {
            b"lambda" => {
                self.top().lambdas += 1;
                self.top().chain += 1;
            }
            b"not" | b"await" | b"else" | b"if" | b"for" | b"in" | b"is" | b"and" | b"or" | b"yield" | b"from"
            | b"async" => {
                self.top().chain += 1;
            }
            _ => {}
        }
    }

    /// A string from its quote on.
    fn string(&mut self, prefix: &[u8]) {
        let byte = self.peek(0);
        let triple = self.peek(1) == byte && self.peek(2) == byte;
        let raw = prefix.iter().any(|letter| matches!(letter, b'r' | b'R'));
        let quote = Quote { byte, triple, raw };
        self.at += if triple { 3 } else { 1 };
        if prefix.iter().any(|letter| matches!(letter, b'f' | b'F' | b't' | b'T')) {
            return self.push(Kind::Text(quote));
        }
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.escape(),
                b'\n' | b'\r' if !triple => return,
                at if at == byte && self.ends(quote) => {
                    self.at += if triple { 3 } else { 1 };
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// A backslash in a string and what it escapes, a line end of two bytes included.
    fn escape(&mut self) {
        self.at += if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 3 } else { 2 };
    }

    fn ends(&self, quote: Quote) -> bool {
        self.peek(0) == quote.byte && (!quote.triple || self.peek(1) == quote.byte && self.peek(2) == quote.byte)
    }

    /// One step through the text of an f-string or of a field's format.
    fn string_text(&mut self, quote: Quote, in_spec: bool) {
        match self.peek(0) {
            b'\\' if !quote.raw && self.peek(1) == b'N' && self.peek(2) == b'{' => {
                self.skip_while(|byte| byte != b'}' && byte != b'\n');
            }
            b'\\' if !matches!(self.peek(1), b'{' | b'}') => self.escape(),
            b'{' if !in_spec && self.peek(1) == b'{' => self.at += 2,
            b'{' => {
                self.push(Kind::Field);
                self.at += 1;
            }
            b'}' if in_spec => {
                self.pop();
                self.pop();
                self.at += 1;
            }
            b'\n' | b'\r' if !quote.triple => self.leave_string(),
            _ if self.ends(quote) => {
                self.at += if quote.triple { 3 } else { 1 };
                self.leave_string();
            }
            _ => self.at += 1,
        }
    }

    /// Leaves the innermost f-string and whatever is open in it.
    fn leave_string(&mut self) {
        loop {
            let kind = self.top().kind;
            self.pop();
            if matches!(kind, Kind::Text(_)) || self.levels.len() == 1 {
                return;
            }
        }
    }

    /// The indentation at the start of a line, in brackets too: the parser may recover there as if they were closed.
    fn indentation(&mut self) {
        let start = self.at;
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | 0x0c));
        let width = self.at - start;
        if matches!(self.peek(0), b'\n' | b'\r' | b'#' | 0) {
            return;
        }
        while self.indents.last().is_some_and(|last| *last > width) {
            self.indents.pop();
        }
        if width > self.indents.last().copied().unwrap_or(0) {
            self.indents.push(width);
        }
    }
}

fn is_string_prefix(word: &[u8]) -> bool {
    match word {
        [letter] => matches!(letter.to_ascii_lowercase(), b'r' | b'b' | b'u' | b'f' | b't'),
        [first, second] => {
            let pair = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
            matches!(&pair, b"br" | b"rb" | b"fr" | b"rf" | b"tr" | b"rt")
        }
        _ => false,
    }
}
