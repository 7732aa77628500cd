//! # fancy-chained-write-lost: a store through two indices of which the first one copies
//!
//! ## What
//!
//! `a[mask][0] = v`, `a[rows][:, 1] += 1`: an index with a mask, a list or an integer array makes a new array. The second index
//! then writes into that new array, which nobody holds, and `a` stays as it was.
//!
//! ## Why it hurts
//!
//! Nothing is raised and nothing is written. With a slice in place of the mask the same line works, because a slice is a view.
//!
//! ## Bad
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([1, 2, 3, 4])
//! a[a > 2][0] = 99                     # a is still [1, 2, 3, 4]
//! m = np.zeros((3, 2))
//! m[[0, 2]][:, 1] = 7                  # m is still all zeros
//! ```
//!
//! ## Good
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([1, 2, 3, 4])
//! a[np.flatnonzero(a > 2)[0]] = 99     # the position first, then one store
//! m = np.zeros((3, 2))
//! m[[0, 2], 1] = 7                     # one index for both axes
//! ```
//!
//! ## Limits
//!
//! Silent where the array or the first index may be something else: a list, a data frame, an integer, a slice.

use super::query::Scene;
use super::temporary::Temporary;
use super::{Context, Group, Meta};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{Const, Index, IndexItem, Operand, OperandKind, Rvalue, StmtKind};
use crate::source::Span;

/// What is known of the hazard.
pub const META: Meta = Meta {
    name: "fancy-chained-write-lost",
    group: Group::LostWrite,
    severity: Severity::Error,
    fix: Some(Applicability::Safe),
};

/// Finds stores into a copy that an index made.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for event in scene.events {
            let EventKind::Write { through, how: WriteHow::Subscript | WriteHow::AugmentedSubscript, .. } = event.kind
            else {
                continue;
            };
            let Some(StmtKind::StoreIndex { index, .. }) = scene.stmt(event).map(|stmt| &stmt.kind) else { continue };
            let Some(copy) = scene.temporary(event, through) else { continue };
            let Rvalue::Index { object, index: inner } = copy.value else { continue };
            if scene.is_expected_to_fail(event) || is_frame_like(index, copy.evidence) {
                continue;
            }
            acc.push(finding(&scene, event, &copy, *object, inner, index));
        }
    }
}

/// Whether this is how columns of data frames are written, and nothing but use says that it is an array.
fn is_frame_like(index: &Index, evidence: Evidence) -> bool {
    evidence < Evidence::Declared
        && index
            .items
            .iter()
            .any(|item| matches!(item, IndexItem::Value(Operand { kind: OperandKind::Const(Const::Str(_)), .. })))
}

fn finding(
    scene: &Scene<'_>,
    event: &Event,
    copy: &Temporary<'_>,
    object: Operand,
    inner: &Index,
    outer: &Index,
) -> Diagnostic {
    let cx = scene.cx;
    let (base, first) = (cx.source(object.span), cx.source(copy.span));
    let merged = if copy.is_direct { merged(scene, copy, inner, outer) } else { None };
    let help = match &merged {
        Some((_, text)) => format!("use one index: `{base}[{text}]`"),
        None => format!("write to `{base}` with one index; turn a mask into positions first (`np.flatnonzero(mask)`)"),
    };
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: if copy.evidence >= Evidence::Declared { Confidence::Certain } else { Confidence::Likely },
        message: format!("the write is lost: `{first}` is a copy, and `{base}` is not changed"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(copy.span, format!("`{first}` is a copy of parts of `{base}` (advanced index)")),
            cx.step(event.span, "the write goes into that copy, which nothing holds"),
        ],
        help: Some(help),
        fix: merged.map(|(edit, text)| Fix {
            title: format!("merge the two indices: `{base}[{text}]`"),
            applicability: Applicability::Safe,
            edits: vec![Edit { location: cx.location(edit.0), text: edit.1 }],
        }),
    }
}

/// The edit that makes one index of two, and what then stands between the brackets.
fn merged(scene: &Scene<'_>, copy: &Temporary<'_>, inner: &Index, outer: &Index) -> Option<((Span, String), String)> {
    let cx = scene.cx;
    let gap = Span { start: inner.span.end, end: outer.span.end };
    let is_all = |item: &IndexItem| match item {
        IndexItem::Slice { lower: None, upper: None, step: None } => true,
        IndexItem::Slice { .. } | IndexItem::Value(_) | IndexItem::Starred(_) => false,
    };
    let inner_text = cx.source(inner.span).trim_end().trim_end_matches(',').to_owned();
    if let [only] = outer.items.as_slice() {
        return is_all(only).then(|| ((gap, String::new()), inner_text));
    }
    let [first, rest @ ..] = outer.items.as_slice() else { return None };
    let plain = |item: &IndexItem| match item {
        IndexItem::Slice { .. } => true,
        IndexItem::Value(operand) => matches!(operand.kind, OperandKind::Const(Const::Int(_))),
        IndexItem::Starred(_) => false,
    };
    let one_axis = match inner.items.as_slice() {
        [IndexItem::Value(key)] if !inner.is_tuple => scene.has_one_axis(copy, *key),
        _ => false,
    };
    if !is_all(first) || !rest.iter().all(plain) || !one_axis {
        return None;
    }
    let rest = cx.source(outer.span).split_once(',')?.1.trim();
    Some(((gap, format!(", {rest}")), format!("{inner_text}, {rest}")))
}

impl Scene<'_> {
    /// Whether an index takes positions of one axis: it is a display of numbers, or an array known to have one axis.
    fn has_one_axis(&self, copy: &Temporary<'_>, key: Operand) -> bool {
        let Some(slot) = self.slot_at(copy.point, key) else { return false };
        let arrays = self.only_arrays(slot.value, Evidence::Use);
        if !arrays.is_empty() {
            return arrays.iter().all(|array| self.cx.array_facts(*array).geometry.ndim == Some(1));
        }
        let block = self.events_at(copy.point).next().map(|event| event.block);
        let display = block.and_then(|block| self.definition(block, key));
        let Some(Rvalue::List(elements)) = display else { return false };
        elements.iter().all(|element| matches!(element.value.kind, OperandKind::Const(Const::Int(_))))
    }
}
