//! The one door to the Python parser.

use rustpython_ast::ModModule;
use rustpython_parser::{ParseOptions, parse_unchecked};

use crate::source::Span;

/// A parsed file: what could be parsed of it, and what could not.
pub struct Parsed {
    /// The syntax tree.
    pub module: ModModule,
    /// Errors in order.
    pub errors: Vec<SyntaxError>,
}

/// A place that is not Python.
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// Parses a Python text.
///
/// # Panics
///
/// Never.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let parsed = parse_unchecked(text, ParseOptions::from(rustpython_parser::Mode::Module))
        .try_into_module()
        .expect("a module was asked for");
    let errors = parsed
        .errors()
        .iter()
        .map(|error| SyntaxError {
            message: error.error.to_string(),
            span: Span { start: error.location.start().to_u32(), end: error.location.end().to_u32() },
        })
        .collect();
    Parsed { module: parsed.into_syntax(), errors }
}
