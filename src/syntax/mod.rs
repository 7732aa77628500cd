//! The one door to the Python parser.
//!
//! [`parse`] takes any text and always gives a module: what could be parsed, and the errors. The parser recovers from
//! errors by leaving gaps: a name with an empty `id`, an attribute with an empty name. Readers of the tree must not take
//! a gap for a name.
//!
//! The parser, the readers of its tree and the tree's own destructor recurse. [`nesting`] therefore bounds how deep a text
//! can nest before anything is parsed: what is shallow runs on the caller's stack, what is deep on a thread with a stack
//! for the purpose ([`with_stack_for`]), and what is deeper than any program is an error.

use rustpython_ast::ModModule;
use rustpython_ast::PySourceType;
use rustpython_text_size::{Ranged, TextRange};

use crate::source::Span;

mod nesting;
mod statements;

pub use statements::statements;

/// A file as parsed.
#[derive(Debug)]
pub struct Parsed {
    /// What could be parsed.
    pub module: ModModule,
    /// What could not.
    pub errors: Vec<SyntaxError>,
    depth: Depth,
}

/// Something that is not Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong, in words.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// An upper bound of how deep a tree nests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Depth(u32);

/// Deepest tree that is worked on with the stack of the caller, who may be a thread of 2 MiB.
const SHALLOW: Depth = Depth(60);
/// Deepest tree that is worked on at all.
const DEEPEST: Depth = Depth(6000);
/// Stack for trees up to [`DEEPEST`]. Only what is used of it costs memory.
const DEEP_STACK_BYTES: usize = 512 << 20;

impl Parsed {
    /// Runs `work`, which may recurse over the tree, with a stack that suffices for it. `None` where there is no such stack.
    pub fn with_stack_for<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Option<T> {
        with_stack_for(self.depth, work)
    }
}

impl Drop for Parsed {
    fn drop(&mut self) {
        if self.depth > SHALLOW {
            let body = std::mem::take(&mut self.module.body);
            with_stack_for(self.depth, || drop(body));
        }
    }
}

/// Parses a text as a Python module.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    if u32::try_from(text.len()).is_err() {
        return nothing(SyntaxError { message: "the file is larger than 4 GiB".to_owned(), span: Span::default() });
    }
    let depth = match nesting::measure(text) {
        Ok(depth) => depth,
        Err(error) => return nothing(error),
    };
    let parsed = with_stack_for(depth, || rustpython_parser::parse_unchecked_source(text, PySourceType::Python));
    let Some(parsed) = parsed else {
        return nothing(SyntaxError {
            message: "nested too deeply for this machine".to_owned(),
            span: Span::default(),
        });
    };
    let to_error =
        |error: &rustpython_parser::ParseError| SyntaxError { message: error.error.to_string(), span: span(error) };
    let errors = parsed.errors().iter().map(to_error).collect();
    Parsed { module: parsed.into_syntax(), errors, depth }
}

/// The span of a node.
pub(crate) fn span(node: &impl Ranged) -> Span {
    let range = node.range();
    Span { start: range.start().to_u32(), end: range.end().to_u32() }
}

fn nothing(error: SyntaxError) -> Parsed {
    let module =
        ModModule { node_index: rustpython_ast::AtomicNodeIndex::NONE, range: TextRange::default(), body: Vec::new() };
    Parsed { module, errors: vec![error], depth: Depth::default() }
}

fn with_stack_for<T: Send>(depth: Depth, work: impl FnOnce() -> T + Send) -> Option<T> {
    if depth <= SHALLOW {
        return Some(work());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK_BYTES).spawn_scoped(scope, work).ok()?;
        match thread.join() {
            Ok(value) => Some(value),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests;
