//! # chained-table-write: a part of a pandas table is taken and then written, so that the table may stay as it is
//!
//! ## What
//!
//! Two subscripts in a row where the first is an indexer of pandas that cuts something out, and the second is assigned to:
//! `table.loc[rows, :][column] = 0`, `table.iloc[:, 0][mask] = 0`.
//!
//! ## Why it hurts
//!
//! The write goes to what the first subscript made. Before pandas 3 this is a view of the table or a copy of it, which depends on how the
//! table is stored; since pandas 3 it is never the table. There is no error.
//!
//! ## Bad
//!
//! ```python
//! table = pd.DataFrame({"price": [1.0, 5.0], "sold": [2, 3]})
//! table.loc[:, "price"][table["sold"] > 2] = 0.0      # the table keeps its prices
//! ```
//!
//! ## Good
//!
//! ```python
//! table = pd.DataFrame({"price": [1.0, 5.0], "sold": [2, 3]})
//! table.loc[table["sold"] > 2, "price"] = 0.0
//! ```
//!
//! ## Limits
//!
//! Only files that import pandas, and indexers with a slice among their keys: `table.loc[row, column]["key"] = 0` may well write into what the
//! cell holds. Files that import xarray are left alone, whose `loc` gives views.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::ir::{BlockId, IndexItem, Operand, Rvalue, StmtKind};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta =
    Meta { name: "chained-table-write", group: Group::LostWrite, severity: Severity::Warning, fix: None };

/// Attributes of a table that are indexed in its place; `ix` was one before pandas 1.
const INDEXERS: &[&str] = &["loc", "iloc", "ix"];

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    if !cx.imports("pandas") || cx.imports("xarray") {
        return;
    }
    for scene in cx.scenes() {
        for (id, block) in scene.body.blocks.iter_ids() {
            for stmt in &block.stmts {
                let StmtKind::StoreIndex { object, .. } = stmt.kind else { continue };
                if let Some((table, first)) = cut_out(&scene, id, object)
                    && !scene.is_statement_expected_to_fail(id, stmt)
                {
                    acc.push(finding(&scene, stmt.span, table, first));
                }
            }
        }
    }
}

/// The table, and the first subscript, where an operand is what an indexer with a slice gives.
fn cut_out(scene: &Scene<'_>, block: BlockId, operand: Operand) -> Option<(Span, Span)> {
    let (Rvalue::Index { object, index }, span, _) = scene.defined(block, operand)? else { return None };
    let is_slice = |item: &IndexItem| matches!(item, IndexItem::Slice { .. });
    let Rvalue::Attr { object: table, attr } = scene.definition(block, *object)? else { return None };
    let is_indexer = INDEXERS.contains(&scene.cx.facts.names.text(*attr));
    (is_indexer && index.items.iter().any(is_slice)).then_some((table.span, span))
}

impl Context<'_> {
    /// Whether the file imports a module by this name, or something of it.
    #[must_use]
    pub(super) fn imports(&self, module: &str) -> bool {
        self.module.bodies.iter().flat_map(|body| &body.blocks).flat_map(|block| &block.stmts).any(|stmt| {
            let (StmtKind::Assign { value: Rvalue::Import(path), .. } | StmtKind::Eval { value: Rvalue::Import(path) }) =
                &stmt.kind
            else {
                return false;
            };
            self.facts.names.text(*path).split('.').next() == Some(module)
        })
    }
}

fn finding(scene: &Scene<'_>, at: Span, table: Span, first: Span) -> Diagnostic {
    let cx = scene.cx;
    let (table, part) = (cx.source(table), cx.source(first));
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("the write goes to what `{part}` gives, and `{table}` may stay as it is"),
        location: cx.location(at),
        scope: scene.scope(),
        steps: vec![
            cx.step(first, format!("`{part}` is a view or a copy of `{table}`, since pandas 3 always a copy on write")),
            cx.step(at, "written here"),
        ],
        help: Some(format!("use one subscript: `{table}.loc[rows, column] = ...`")),
        fix: None,
    }
}
