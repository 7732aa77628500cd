//! # write-to-broadcast-view: a broadcast array has one cell for many places, and is read-only
//!
//! ## What
//!
//! A write into what `np.broadcast_to` gave, directly, through a view of it, or through `out=`.
//!
//! ## Why it hurts
//!
//! The result looks like an array of its full shape, but all rows (or whatever was repeated) are the same few bytes. NumPy
//! therefore makes it read-only, and the write raises `ValueError`, often only on the one input shape that needs broadcasting.
//! Who sets `flags.writeable = True` to get past that, changes many places with each write.
//!
//! ## Bad
//!
//! ```python
//! table = np.broadcast_to(np.arange(3), (2, 3))
//! table[0, 0] = 9                     # ValueError: assignment destination is read-only
//! ```
//!
//! ## Good
//!
//! ```python
//! table = np.broadcast_to(np.arange(3), (2, 3)).copy()
//! table[0, 0] = 9
//! ```
//!
//! ## Limits
//!
//! Only arrays that are broadcast on every path are reported: after `if not a.flags.writeable: a = a.copy()` nothing is.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{ArrayAtom, ObjectId, ValueId};
use crate::alias::event::{Event, EventKind, Making, WriteHow};
use crate::alias::{Tri, facts::Evidence};
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::Operand;
use crate::rules::schema::GeometryOp;
use crate::rules::{Relation, Stated, Written};

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "write-to-broadcast-view",
    group: Group::ReadOnly,
    severity: Severity::Error,
    fix: Some(Applicability::Safe),
};

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for event in scene.events {
            if let EventKind::Write { through, target, what: Written::Data, how, always } = event.kind
                && let Some(making) = broadcast(cx, target)
                && (always
                    || is_element_write(how)
                        && scene.slot_at(event.point, through).is_some_and(|slot| slot.value == target))
                && !scene.is_expected_to_fail(event)
            {
                let all_are = |wanted| cx.arrays(target).all(|array| cx.array_facts(array).writeable == wanted);
                let is_forced = all_are(Tri::Yes);
                // After `setflags` nobody knows.
                if is_forced || all_are(Tri::No) {
                    acc.push(finding(&scene, event, through, making, is_forced));
                }
            }
        }
    }
}

/// Whether a construct writes whichever of its possible targets it meets.
fn is_element_write(how: WriteHow) -> bool {
    match how {
        WriteHow::Subscript | WriteHow::AugmentedSubscript | WriteHow::Augmented => true,
        WriteHow::Call(_) | WriteHow::Callee(..) | WriteHow::Attribute(_) => false,
    }
}

/// How the arrays came to be broadcast, if each of them is.
fn broadcast<'a>(cx: &Context<'a>, value: ValueId) -> Option<&'a Making> {
    if !cx.is_array(value, Evidence::Use) {
        return None;
    }
    let mut made = cx.arrays(value).map(|array| broadcast_array(cx, array));
    let first = made.next()??;
    made.all(|making| making.is_some()).then_some(first)
}

fn broadcast_array<'a>(cx: &Context<'a>, array: ArrayAtom) -> Option<&'a Making> {
    if let Some((class, attr)) = cx.attribute_of_self(array.memory) {
        let mut stores = cx.stores(class).into_iter().filter(|stored| stored.attr == attr);
        let made = |value| {
            let mut made = cx.arrays(value).map(|array| broadcast_object(cx, array.object));
            let first = made.next()??;
            made.all(|making| making.is_some()).then_some(first)
        };
        let first = made(stores.next()?.value)?;
        return stores.all(|stored| made(stored.value).is_some()).then_some(first);
    }
    broadcast_object(cx, array.object)
}

/// The broadcast on the way from an array's base to it.
fn broadcast_object<'a>(cx: &Context<'a>, object: ObjectId) -> Option<&'a Making> {
    let mut at = object;
    for _ in 0..16 {
        let making = cx.making(at)?;
        if is_broadcast(cx, making) {
            return Some(making);
        }
        match (making.relation, making.sources.as_slice()) {
            (Relation::View, [source]) => at = *source,
            _ => return None,
        }
    }
    None
}

fn is_broadcast(cx: &Context<'_>, making: &Making) -> bool {
    let outcome = cx.making_rule(making).and_then(|rule| rule.results.get(usize::from(making.outcome)));
    outcome.is_some_and(|outcome| {
        let facts = &outcome.facts;
        facts.overlaps
            && facts.writeable == Some(Stated::No)
            && facts.geometry.as_ref().is_some_and(|geometry| geometry.op == GeometryOp::BroadcastTo)
    })
}

fn finding(scene: &Scene<'_>, event: &Event, through: Operand, making: &Making, is_forced: bool) -> Diagnostic {
    let cx = scene.cx;
    let name = cx.label(through.span, "this array");
    let harm = if is_forced {
        "and was made writeable: this write changes every place that shares the cell"
    } else {
        "and read-only: this write raises `ValueError`"
    };
    let is_direct = making.point.body == scene.id;
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: if is_direct { Confidence::Certain } else { Confidence::Likely },
        message: format!("{name} is broadcast {harm}"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(making.span, "broadcast here: one cell stands for many places"),
            cx.step(event.span, "written here"),
        ],
        help: Some(format!("copy before writing: `{}`", cx.copy_text(making.span))),
        fix: Some(cx.copy_fix(making.span, "copy the broadcast array", Applicability::Safe)),
    }
}
