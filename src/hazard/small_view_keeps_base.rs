//! # small-view-keeps-base: a few cells leave the function, and the whole array stays in memory
//!
//! ## What
//!
//! A function makes a large array and returns a small view of it, or stores one in an attribute, and nothing else of the array
//! leaves the function.
//!
//! ## Why it hurts
//!
//! A view holds its base. As long as anybody has the ten numbers, the eight megabytes they were cut from cannot be freed. Over many
//! calls this is the memory leak that is reported to NumPy again and again.
//!
//! ## Bad
//!
//! ```python
//! def opening():
//!     noise = np.zeros(1_000_000)
//!     return noise[:10]               # 80 bytes that hold 8 MB
//! ```
//!
//! ## Good
//!
//! ```python
//! def opening():
//!     noise = np.zeros(1_000_000)
//!     return noise[:10].copy()
//! ```
//!
//! ## Limits
//!
//! Only arrays that are known to be large (1 MiB and more) count: where the size depends on the input, nothing is said. A view of more than an eighth of its base is right as it is, and so is one whose base
//! is kept by somebody else.

use super::holding::{Shown, human};
use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{ArrayAtom, Atom, MemoryId, Origin, ValueId};
use crate::alias::event::{Event, EventKind};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::{BodyKind, Operand};

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "small-view-keeps-base",
    group: Group::Lifetime,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// How an array leaves a function.
struct Exit<'a> {
    event: &'a Event,
    operand: Operand,
    array: ArrayAtom,
    is_return: bool,
    /// Whether it is this array and nothing else, `None` aside.
    is_sure: bool,
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes().filter(|scene| scene.body.kind == BodyKind::Function && !scene.body.is_generator) {
        let exits = exits(&scene);
        if exits.is_empty() {
            continue;
        }
        let shown = Shown::in_scene(&scene);
        for exit in &exits {
            acc.extend(finding(&scene, &shown, &exits, exit));
        }
    }
}

/// Everything made here that leaves by `return` or is stored somewhere.
fn exits<'a>(scene: &Scene<'a>) -> Vec<Exit<'a>> {
    let mut exits = Vec::new();
    for event in scene.events {
        let (operand, value, is_return) = match event.kind {
            EventKind::Return { operand, slot, is_yield: false } => (operand, slot.value, true),
            EventKind::Keep { operand, value, .. } => (operand, value, false),
            _ => continue,
        };
        for (operand, value) in scene.parts(event, operand, value) {
            let is_sure = scene.cx.made_array(value).is_some();
            for array in scene.cx.arrays(value).filter(|array| scene.cx.is_made(array.memory)) {
                exits.push(Exit { event, operand, array, is_return, is_sure });
            }
        }
    }
    exits
}

fn finding(scene: &Scene<'_>, shown: &Shown<'_, '_>, exits: &[Exit<'_>], exit: &Exit<'_>) -> Option<Diagnostic> {
    let cx = scene.cx;
    let view = exit.array;
    let base = shown.base(view).filter(|base| base.object != view.object && base.is_large())?;
    if !exit.is_sure
        || !outlives(scene, exit)
        || cx.array_facts(view).evidence < Evidence::Use
        || !shown.is_small_part(view, base)
    {
        return None;
    }
    let memory = view.memory;
    let all_small =
        exits.iter().filter(|other| other.array.memory == memory).all(|other| shown.is_small_part(other.array, base));
    if !all_small || is_captured(scene, memory) {
        return None;
    }
    let source = cx.label(exit.operand.span, "this view");
    let held =
        base.bytes.map_or_else(|| "all of its base".to_owned(), |bytes| format!("all {} of its base", human(bytes)));
    let verb = if exit.is_return { "returned" } else { "stored" };
    let mut steps = Vec::new();
    if let Some(made) = cx.innermost_making(base.object) {
        steps.push(cx.step(made.span, "the memory is allocated here"));
    }
    if let Some(made) =
        cx.making(view.object).filter(|made| made.point.body == scene.id && made.span != exit.operand.span)
    {
        steps.push(cx.step(made.span, "the view is made here"));
    }
    steps.push(cx.step(exit.operand.span, format!("the view is {verb}, and its base with it")));
    Some(Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("{source} is {verb} as a view and keeps {held} in memory"),
        location: cx.location(exit.operand.span),
        scope: scene.scope(),
        steps,
        help: Some(format!("let go of the base: `{}`", cx.copy_text(exit.operand.span))),
        fix: Some(cx.copy_fix(exit.operand.span, "keep a copy of the part", applicability(scene, exit))),
    })
}

/// Whether what is kept at an exit is still there when the function is over.
fn outlives(scene: &Scene<'_>, exit: &Exit<'_>) -> bool {
    match exit.event.kind {
        EventKind::Return { .. } => true,
        EventKind::Keep { object, .. } => is_outside(scene.cx, object),
        _ => false,
    }
}

fn is_outside(cx: &Context<'_>, object: ValueId) -> bool {
    let mut atoms = cx.atoms(object).iter().peekable();
    atoms.peek().is_some()
        && atoms.all(|atom| match atom {
            Atom::Array(array) => matches!(cx.facts.pool.objects.get(array.object), Origin::Place(_)),
            _ => false,
        })
}

/// Whether a nested function holds a variable over the memory: it may hold all of it.
fn is_captured(scene: &Scene<'_>, memory: MemoryId) -> bool {
    scene.events.iter().any(|event| match event.kind {
        EventKind::Bind { local, slot, .. } => {
            scene.body.locals[local].captured && scene.cx.arrays(slot.value).any(|array| array.memory == memory)
        }
        _ => false,
    })
}

/// A copy is as good as the view, unless the memory is written afterwards.
fn applicability(scene: &Scene<'_>, exit: &Exit<'_>) -> Applicability {
    let is_written = scene.events.iter().any(|event| match event.kind {
        EventKind::Write { target, .. } => {
            scene.cx.arrays(target).any(|array| array.memory == exit.array.memory) && scene.reaches(exit.event, event)
        }
        _ => false,
    });
    if is_written { Applicability::Unsafe } else { Applicability::Safe }
}
