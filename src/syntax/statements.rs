//! Where statements begin and end: the units of "after this line".

use rustpython_ast::visitor::{Visitor, walk_stmt};
use rustpython_ast::{Stmt, StmtFor, StmtIf, StmtMatch, StmtTry, StmtWhile, StmtWith};
use rustpython_text_size::Ranged;

use super::Parsed;
use crate::source::Span;

/// Spans of all statements in order of their start; of a compound one, its head alone.
#[must_use]
pub fn statements(parsed: &Parsed) -> Vec<Span> {
    let mut collector = Collector { spans: Vec::new() };
    parsed
        .with_stack_for(|| {
            for stmt in &parsed.module.body {
                collector.visit_stmt(stmt);
            }
            collector.spans.sort_unstable();
            collector.spans
        })
        .unwrap_or_default()
}

struct Collector {
    spans: Vec<Span>,
}

impl<'a> Visitor<'a> for Collector {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let whole = stmt.range();
        let inside = match stmt {
            Stmt::If(StmtIf { body, .. })
            | Stmt::For(StmtFor { body, .. })
            | Stmt::While(StmtWhile { body, .. })
            | Stmt::With(StmtWith { body, .. })
            | Stmt::Try(StmtTry { body, .. }) => body.first(),
            Stmt::Match(StmtMatch { cases, .. }) => cases.first().and_then(|case| case.body.first()),
            _ => None,
        };
        let end = inside.map_or(whole.end(), Ranged::start);
        self.spans.push(Span { start: whole.start().to_u32(), end: end.to_u32() });
        walk_stmt(self, stmt);
    }
}
