//! A light scan of Python text: where comments are, and whether a line starts a statement.
//!
//! This is not a parser. It knows strings, brackets, comments and continued lines, which is enough to tell a comment from
//! a string that looks like one, and a shell line of a notebook from the middle of an expression.

use super::Span;
use super::lines::offset;

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment<'a> {
    /// Its bytes, from the `#` to the end of the line.
    pub span: Span,
    /// Its text, `#` included.
    pub text: &'a str,
}

/// The comments of a Python text in order.
#[must_use]
pub fn comments(text: &str) -> Vec<Comment<'_>> {
    let mut scanner = Scanner::default();
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(at) = scanner.scan(line) {
            let text = line[at..].trim_end();
            let begin = offset(start + at);
            found.push(Comment { span: Span { start: begin, end: begin + offset(text.len()) }, text });
        }
        start += line.len();
    }
    found
}

/// What is open at the start of a line.
#[derive(Clone, Debug, Default)]
pub struct Scanner {
    depth: u32,
    string: Option<Quote>,
    is_continued: bool,
}

/// The quotes that close a string.
#[derive(Clone, Copy, Debug)]
struct Quote {
    mark: u8,
    is_triple: bool,
}

impl Scanner {
    /// Whether the next line starts a statement: no bracket, string or backslash is open.
    pub fn is_at_statement(&self) -> bool {
        self.depth == 0 && self.string.is_none() && !self.is_continued
    }

    /// Reads one line, its line break included; gives the place of the comment in it.
    pub fn scan(&mut self, line: &str) -> Option<usize> {
        let bytes = line.trim_end_matches(['\n', '\r']).as_bytes();
        self.is_continued = false;
        let mut at = 0;
        while at < bytes.len() {
            match (self.string, bytes[at]) {
                (Some(_), b'\\') => at += 1,
                (Some(quote), mark) if mark == quote.mark => {
                    let is_triple = bytes[at..].starts_with(&[mark; 3]);
                    if !quote.is_triple || is_triple {
                        self.string = None;
                    }
                    if quote.is_triple && is_triple {
                        at += 2;
                    }
                }
                (None, b'#') => return Some(at),
                (None, mark @ (b'"' | b'\'')) => {
                    let is_triple = bytes[at..].starts_with(&[mark; 3]);
                    self.string = Some(Quote { mark, is_triple });
                    at += if is_triple { 2 } else { 0 };
                }
                (None, b'(' | b'[' | b'{') => self.depth += 1,
                (None, b')' | b']' | b'}') => self.depth = self.depth.saturating_sub(1),
                (Some(_) | None, _) => {}
            }
            at += 1;
        }
        let is_continued = bytes.last() == Some(&b'\\');
        if !is_continued && self.string.is_some_and(|quote| !quote.is_triple) {
            self.string = None;
        }
        self.is_continued = is_continued;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_not_comments() {
        let text = "a = '# no'  # yes\nb = \"\"\"\n# no\n\"\"\"  # also\nc = 'it\\'s # no'\n# last";
        let found: Vec<_> = comments(text).iter().map(|comment| comment.text).collect();
        assert_eq!(found, ["# yes", "# also", "# last"]);
    }

    #[test]
    fn statements_start_outside_brackets_and_strings() {
        let mut scanner = Scanner::default();
        let mut starts = Vec::new();
        for line in
            ["x = (a\n", "  % b)\n", "s = '''\n", "!no\n", "'''\n", "y = 1 + \\\n", "  2\n", "z = 'open\n", "w\n"]
        {
            starts.push(scanner.is_at_statement());
            scanner.scan(line);
        }
        assert_eq!(starts, [true, false, true, false, false, true, false, true, true]);
    }
}
