//! The fix that most hazards have: `.copy()` behind an expression.

use super::Context;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::source::Span;

impl Context<'_> {
    /// A fix that copies the array which the expression at `span` gives.
    #[must_use]
    pub fn copy_fix(&self, span: Span, title: impl Into<String>, applicability: Applicability) -> Fix {
        let insert =
            |at: u32, text: &str| Edit { location: self.location(Span { start: at, end: at }), text: text.to_owned() };
        let edits = if is_primary(self.source(span)) {
            vec![insert(span.end, ".copy()")]
        } else {
            vec![insert(span.start, "("), insert(span.end, ").copy()")]
        };
        Fix { title: title.into(), applicability, edits }
    }

    /// The text of that copy.
    #[must_use]
    pub fn copy_text(&self, span: Span) -> String {
        let source = self.source(span);
        if is_primary(source) { format!("{source}.copy()") } else { format!("({source}).copy()") }
    }

    /// What to call the array that the expression at `span` gives: its text where that is short, else `or_else`.
    #[must_use]
    pub fn label(&self, span: Span, or_else: &str) -> String {
        let source = self.source(span);
        let fits = !source.is_empty() && source.len() <= 48 && !source.contains('\n');
        if fits { format!("`{source}`") } else { or_else.to_owned() }
    }
}

/// Whether a trailing `.copy()` applies to the whole expression: names, attributes, calls and subscripts.
fn is_primary(source: &str) -> bool {
    let mut depth = 0_i32;
    for character in source.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if depth > 0 || character.is_alphanumeric() || matches!(character, '_' | '.') => {}
            _ => return false,
        }
    }
    !source.starts_with('(') || source.ends_with(')')
}

#[cfg(test)]
mod tests {
    use super::is_primary;

    #[test]
    fn operators_need_parentheses() {
        for whole in ["a", "a.b[1:2, x + 1]", "f(a, b)[0].T", "(a + b)"] {
            assert!(is_primary(whole), "{whole}");
        }
        for parts in ["a + b", "a if c else b", "-a", "not a", "lambda: a"] {
            assert!(!is_primary(parts), "{parts}");
        }
    }
}
