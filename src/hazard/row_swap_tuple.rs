//! # row-swap-tuple: rows swapped through views, so that one of them is lost
//!
//! ## What
//!
//! `a[i], a[j] = a[j], a[i]` on rows, columns or slices: the right-hand side holds views. The first store overwrites what the
//! second one was to write. A temporary name, `t = a[i]; a[i] = a[j]; a[j] = t`, fails in the same way.
//!
//! ## Why it hurts
//!
//! Both places end with the same data and the other data is gone. The idiom is right for lists and for the elements of an array
//! with one axis.
//!
//! ## Bad
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([[1, 1], [2, 2], [3, 3]])
//! a[0], a[2] = a[2], a[0]              # [[3, 3], [2, 2], [3, 3]]
//! ```
//!
//! ## Good
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([[1, 1], [2, 2], [3, 3]])
//! a[[0, 2]] = a[[2, 0]]                # an advanced index copies first
//! a[0], a[2] = a[2], a[0].copy()       # so does this
//! ```
//!
//! ## Limits
//!
//! The overwritten part and the stored one must be written alike (`a[i]` and `a[i]`). Silent where the index may give single
//! elements.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{ArrayAtom, MemoryId};
use crate::alias::event::{Event, EventKind, Making, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Location, Severity};
use crate::ir::{Index, Local, Operand, OperandKind, Rvalue, StmtKind};
use crate::rules::Relation;
use crate::source::Span;

/// What is known of the hazard.
pub const META: Meta =
    Meta { name: "row-swap-tuple", group: Group::LostWrite, severity: Severity::Error, fix: Some(Applicability::Safe) };

/// A store of a part of an array into the same or another array.
struct Store<'a> {
    event: &'a Event,
    object: Operand,
    index: &'a Index,
    value: Operand,
    arrays: Vec<ArrayAtom>,
    target: Vec<ArrayAtom>,
}

/// A view that is stored after what it shows was overwritten.
struct Swap<'a> {
    view: &'a Making,
    overwritten: &'a Store<'a>,
    stored: &'a Store<'a>,
    evidence: Evidence,
}

/// Finds swaps through views.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        let stores: Vec<Store<'_>> = scene.events.iter().filter_map(|event| store(&scene, event)).collect();
        let mut found: Vec<Swap<'_>> = Vec::new();
        for stored in &stores {
            let Some(swap) = swap(&scene, &stores, stored) else { continue };
            let is_new = found.iter().all(|old| !in_one_statement(&scene, old, &swap));
            if is_new && !scene.is_expected_to_fail(stored.event) {
                found.push(swap);
            }
        }
        acc.extend(found.iter().map(|swap| finding(&scene, swap)));
    }
}

/// Whether two swaps are parts of one assignment of tuples: one is enough.
fn in_one_statement(scene: &Scene<'_>, old: &Swap<'_>, new: &Swap<'_>) -> bool {
    let (from, to) = (old.overwritten.event.span.start, new.stored.event.span.end);
    old.stored.event.block == new.stored.event.block
        && is_tuple(new)
        && from <= new.overwritten.event.span.start
        && !scene.cx.source(Span { start: from, end: to }).contains('\n')
}

fn store<'a>(scene: &Scene<'a>, event: &'a Event) -> Option<Store<'a>> {
    let EventKind::Write { target, how: WriteHow::Subscript, .. } = event.kind else { return None };
    let StmtKind::StoreIndex { object, index, value, .. } = &scene.stmt(event)?.kind else { return None };
    let slot = scene.slot_at(event.point, *value)?;
    let arrays = scene.only_arrays(slot.value, Evidence::Use);
    let target = scene.only_arrays(target, Evidence::Use);
    (!target.is_empty()).then_some(Store { event, object: *object, index, value: *value, arrays, target })
}

fn swap<'a>(scene: &Scene<'a>, all: &'a [Store<'a>], stored: &'a Store<'a>) -> Option<Swap<'a>> {
    let cx = scene.cx;
    let (view, memory) = view(scene, stored)?;
    let Rvalue::Index { object, index } = cx.made_by(view)? else { return None };
    let evidence = stored.arrays.iter().map(|array| cx.array_facts(*array).evidence).min()?;
    if same_text(cx, index.span, stored.index.span) && same_text(cx, object.span, stored.object.span) {
        return None;
    }
    let overwritten = all.iter().find(|store| {
        store.event.block == stored.event.block
            && view.point < store.event.point
            && store.event.point < stored.event.point
            && same_text(cx, object.span, store.object.span)
            && same_text(cx, index.span, store.index.span)
            && is_all_in(&store.target, memory)
    })?;
    let swap = Swap { view, overwritten, stored, evidence };
    let is_exchange = is_tuple(&swap) || (!overwritten.arrays.is_empty() && is_all_in(&overwritten.arrays, memory));
    let is_stable = is_repeatable(cx, index.span)
        && is_repeatable(cx, object.span)
        && !scene.rebinds_between(view, stored, &[(*object, index), (overwritten.object, overwritten.index)]);
    (is_exchange && is_stable && is_all_in(&stored.target, memory)).then_some(swap)
}

/// How the stored value was made, if it is a view taken by a basic index in this block, and the memory it is over.
fn view<'a>(scene: &Scene<'a>, stored: &Store<'_>) -> Option<(&'a Making, MemoryId)> {
    let memory = stored.arrays.first()?.memory;
    let mut view = None;
    for array in &stored.arrays {
        let making = scene.cx.making(array.object)?;
        let is_view = making.is_index && making.relation == Relation::View && array.memory == memory;
        if !is_view || !scene.holds(stored.event.block, making.point) {
            return None;
        }
        view = Some(making);
    }
    Some((view?, memory))
}

fn is_all_in(arrays: &[ArrayAtom], memory: MemoryId) -> bool {
    arrays.iter().all(|array| array.memory == memory)
}

fn same_text(cx: &Context<'_>, left: Span, right: Span) -> bool {
    let text = |span: Span| cx.source(span).chars().filter(|c| !c.is_whitespace());
    text(left).eq(text(right))
}

/// Whether an expression gives the same when it is evaluated twice: it calls nothing.
fn is_repeatable(cx: &Context<'_>, span: Span) -> bool {
    !cx.source(span).contains('(')
}

/// Whether the view stands to the right of the store that overwrites it: both are parts of one assignment of tuples.
fn is_tuple(swap: &Swap<'_>) -> bool {
    swap.view.span.start > swap.overwritten.event.span.start
}

impl Scene<'_> {
    /// Whether a variable that one of these subscripts is written with is bound between a view and its store.
    fn rebinds_between(&self, view: &Making, stored: &Store<'_>, parts: &[(Operand, &Index)]) -> bool {
        let mut used: Vec<Local> = Vec::new();
        for (object, index) in parts {
            let mut note = |operand: &Operand| used.extend(self.locals_of(stored, *operand));
            note(object);
            index.operands(&mut note);
        }
        self.events.iter().any(|event| {
            let EventKind::Bind { local, .. } = event.kind else { return false };
            event.block == stored.event.block
                && view.point < event.point
                && event.point < stored.event.point
                && used.contains(&local)
        })
    }

    /// The variables that an operand is computed from.
    fn locals_of(&self, stored: &Store<'_>, operand: Operand) -> Vec<Local> {
        match operand.kind {
            OperandKind::Local(local) => vec![local],
            OperandKind::Const(_) => Vec::new(),
            OperandKind::Temp(_) => {
                let mut all = Vec::new();
                if let Some(value) = self.definition(stored.event.block, operand) {
                    value.operands(&mut |inner| all.extend(self.locals_of(stored, *inner)));
                }
                all
            }
        }
    }
}

fn finding(scene: &Scene<'_>, swap: &Swap<'_>) -> Diagnostic {
    let cx = scene.cx;
    let place = |store: &Store<'_>| cx.source(store.event.span);
    let (lost, kept) = (place(swap.overwritten), place(swap.stored));
    let shown = cx.source(swap.view.span);
    let end = if is_tuple(swap) { swap.stored.value.span.end } else { swap.overwritten.value.span.end };
    let span = Span { start: swap.overwritten.event.span.start, end: end.max(swap.overwritten.event.span.end) };
    let copied = format!("{shown}.copy()");
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: if swap.evidence >= Evidence::Declared { Confidence::Certain } else { Confidence::Likely },
        message: format!(
            "`{kept}` gets what was just written to `{lost}`: `{shown}` is a view, so its old data is lost"
        ),
        location: cx.location(span),
        scope: scene.scope(),
        steps: vec![
            cx.step(swap.view.span, format!("`{shown}` is a view, not a copy")),
            cx.step(swap.overwritten.event.span, format!("`{lost}` is overwritten, and the view shows the new data")),
            cx.step(swap.stored.value.span, format!("the view is stored into `{kept}`")),
        ],
        help: Some(format!("copy what is stored last: `{copied}`")),
        fix: Some(Fix {
            title: format!("take a copy: `{copied}`"),
            applicability: if is_tuple(swap) { Applicability::Safe } else { Applicability::Unsafe },
            edits: vec![Edit {
                location: Location {
                    file: cx.module.file,
                    span: Span { start: swap.view.span.end, end: swap.view.span.end },
                },
                text: ".copy()".to_owned(),
            }],
        }),
    }
}
