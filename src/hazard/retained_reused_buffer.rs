//! # retained-reused-buffer: a loop keeps the same array at every turn, and each turn overwrites it
//!
//! ## What
//!
//! A loop appends an array (or a view of it) to a list, or stores it under a new key, and changes that same array in place at
//! the next turn. A method does so with an array and a list of its object: each call is a turn.
//!
//! ## Why it hurts
//!
//! A list holds references, not contents. Every entry of the history is the same array, so in the end all of them show its last state. There
//! is no error; a trajectory of a thousand steps is a thousand times the last step.
//!
//! ## Bad
//!
//! ```python
//! state = np.zeros(2)
//! history = []
//! for step in range(3):
//!     state += 1
//!     history.append(state)           # three times [3. 3.]
//! ```
//!
//! ## Good
//!
//! ```python
//! state = np.zeros(2)
//! history = []
//! for step in range(3):
//!     state += 1
//!     history.append(state.copy())
//! ```
//!
//! ## Limits
//!
//! The array and the container must both be older than the loop, and the container must be one that the analysis follows. A container that is
//! emptied in the loop is left alone, and so is a value stored under the same key each turn.

use super::history::History;
use super::query::Scene;
use super::turn::Varies;
use super::{Context, Group, Meta, reuse};
use crate::alias::domain::{ArrayAtom, Atom, ExtentId, ObjectId, ValueId};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::alias::state::Field;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::{IndexItem, LoopId, Operand, Rvalue, StmtKind};
use crate::rules::{Relation, Written};

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "retained-reused-buffer",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// Methods that take elements out of a container, or all of them.
const EMPTIES: &[&str] = &["pop", "popleft", "popitem", "clear", "remove", "discard"];

/// An array that is put into a container.
struct Kept<'a> {
    event: &'a Event,
    holder: Operand,
    operand: Operand,
    array: ArrayAtom,
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for event in scene.events.iter().filter(|event| scene.body.blocks[event.block].in_loop.is_none()) {
            if let Some(history) = scene.history(event) {
                acc.push(finding_of_calls(&scene, &history));
            }
        }
        for event in scene.events.iter().filter(|event| scene.body.blocks[event.block].in_loop.is_some()) {
            let EventKind::Keep { object, holder, field, value, operand } = event.kind else { continue };
            if !matches!(field, Field::Rest) {
                continue;
            }
            for (operand, value) in scene.parts(event, operand, value) {
                let Some(array) = reuse::only_array(cx, value).or_else(|| perhaps_cut_out(&scene, value)) else { continue };
                let kept = Kept { event, holder, operand, array };
                let loops = scene.loops_around(event.block);
                let mut writes = loops.filter_map(|of| overwritten(&scene, &kept, object, of).map(|write| (of, write)));
                if let Some((of, write)) = writes.next() {
                    acc.push(finding(&scene, &kept, of, write));
                }
            }
        }
    }
}

/// A part of an array that a value may be, beside what other turns make of it.
fn perhaps_cut_out(scene: &Scene<'_>, value: ValueId) -> Option<ArrayAtom> {
    let is_shown = |array: &ArrayAtom| scene.cx.array_facts(*array).evidence >= Evidence::Use;
    scene.cx.arrays(value).find(|array| is_shown(array) && is_cut_out(scene, *array))
}

/// The write of the next turn that changes what was kept, if the loop keeps it again after that.
fn overwritten<'a>(scene: &Scene<'a>, kept: &Kept<'a>, container: ValueId, of: LoopId) -> Option<&'a Event> {
    let cx = scene.cx;
    let memory = kept.array.memory;
    let is_old = scene.is_from_before(*cx.facts.pool.memories.get(memory), of);
    let is_same = reuse::is_same_part(scene, kept.array, of);
    if !is_old || !is_growing(scene, kept, container, of) || !is_same && !is_cut_out(scene, kept.array) {
        return None;
    }
    let keeper = scene.carrier(kept.event.block, kept.operand);
    scene.events.iter().find(|event| {
        let EventKind::Write { through, target, what: Written::Data, how, .. } = event.kind else { return false };
        let is_change = if is_same {
            reuse::overwrites(scene, event, target, how, kept.array)
        } else {
            replaces_rows(scene, event, target, how, kept.array)
        };
        if !scene.is_in_loop(event, of) || !is_change {
            return false;
        }
        reuse::meet_again(scene, of, (kept.event, keeper), (event, scene.carrier(event.block, through)), memory)
    })
}

/// Whether a container is older than the loop and gets one more element at every turn, without losing any.
fn is_growing(scene: &Scene<'_>, kept: &Kept<'_>, container: ValueId, of: LoopId) -> bool {
    let cx = scene.cx;
    let atoms = cx.atoms(container);
    let is_old = |object: ObjectId| scene.is_from_before(*cx.facts.pool.objects.get(object), of);
    let is_container = atoms.iter().all(|atom| match atom {
        Atom::Container(object, _) => is_old(*object),
        Atom::Array(array) => {
            let place = cx.place_of(array.object);
            let attribute = place.and_then(|place| cx.self_attribute(place));
            is_old(array.object) && attribute.is_some_and(|(class, attr)| cx.holds_containers(class, attr))
        }
        _ => false,
    });
    !atoms.is_empty() && is_container && !stores_under_one_key(scene, kept.event, of) && !is_emptied(scene, kept, of)
}

/// `held[key] = array` with a key that does not change with the turns for sure.
fn stores_under_one_key(scene: &Scene<'_>, event: &Event, of: LoopId) -> bool {
    match scene.stmt(event).map(|stmt| &stmt.kind) {
        Some(StmtKind::StoreIndex { index, .. }) => scene.index_varies(of, event.block, index) != Varies::Yes,
        Some(
            StmtKind::Eval { value: Rvalue::CallMethod { method, .. } }
            | StmtKind::Assign { value: Rvalue::CallMethod { method, .. }, .. },
        ) => matches!(scene.cx.facts.names.text(*method), "update" | "setdefault"),
        _ => false,
    }
}

/// Whether the loop takes elements out of the container again.
fn is_emptied(scene: &Scene<'_>, kept: &Kept<'_>, of: LoopId) -> bool {
    let holder = scene.carrier(kept.event.block, kept.holder);
    let is_holder = |block, object: Operand| holder.is_some() && scene.carrier(block, object) == holder;
    scene.body.blocks.iter_ids().filter(|(id, _)| crate::flow::loop_holds(scene.body, of, *id)).any(|(id, block)| {
        block.stmts.iter().any(|stmt| match &stmt.kind {
            StmtKind::Assign { value: Rvalue::CallMethod { object, method, .. }, .. }
            | StmtKind::Eval { value: Rvalue::CallMethod { object, method, .. } } => {
                EMPTIES.contains(&scene.cx.facts.names.text(*method)) && is_holder(id, *object)
            }
            StmtKind::DeleteIndex { object, .. } => is_holder(id, *object),
            _ => false,
        })
    })
}

/// Whether an array is a part, such as a row, that a subscript has cut out of another one for sure.
fn is_cut_out(scene: &Scene<'_>, array: ArrayAtom) -> bool {
    let making = scene.cx.making(array.object);
    making.is_some_and(|making| making.relation == Relation::View && making.is_index && !making.sometimes)
}

/// Whether a write puts others in the place of many rows, whichever they are: `population[n:] = offspring`.
fn replaces_rows(scene: &Scene<'_>, event: &Event, target: ValueId, how: WriteHow, kept: ArrayAtom) -> bool {
    let cx = scene.cx;
    let Some(StmtKind::StoreIndex { index, .. }) = scene.stmt(event).map(|stmt| &stmt.kind) else { return false };
    let is_wide = |item: &IndexItem| match item {
        IndexItem::Slice { lower, upper, .. } => lower.is_none() || upper.is_none(),
        IndexItem::Value(_) | IndexItem::Starred(_) => false,
    };
    let is_same = |written: ArrayAtom| {
        written.memory == kept.memory
            && written.extent == ExtentId::WHOLE
            && cx.array_facts(written).evidence >= Evidence::Use
    };
    how == WriteHow::Subscript && index.items.iter().all(is_wide) && cx.arrays(target).any(is_same)
}

fn finding(scene: &Scene<'_>, kept: &Kept<'_>, of: LoopId, write: &Event) -> Diagnostic {
    let cx = scene.cx;
    let is_part = !reuse::is_same_part(scene, kept.array, of);
    let array = cx.label(kept.operand.span, "an array");
    let holder = cx.label(kept.holder.span, "a container");
    let facts = cx.array_facts(kept.array);
    let is_certain = facts.evidence == Evidence::Made && matches!(write.kind, EventKind::Write { always: true, .. });
    let mut steps = vec![
        cx.step(kept.operand.span, format!("{array} is kept in {holder}: the array itself, not its contents")),
        cx.step(write.span, if is_part { "each turn puts others in its place" } else { "each turn writes into that same array" }),
    ];
    if let Some(made) =
        cx.making(kept.array.object).filter(|made| made.point.body == scene.id && made.span != kept.operand.span)
    {
        let what = if is_part { "it is a view, made here" } else { "the array is made here, once" };
        steps.insert(0, cx.step(made.span, what));
        if let Some(inner) = cx.made_by_callee(kept.array.object) {
            steps.insert(0, cx.step(inner, "the function that is called takes it here"));
        }
    }
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: if is_certain { Confidence::Certain } else { Confidence::Likely },
        message: if is_part {
            format!("{holder} holds {array} itself, a part of an array that every turn overwrites: entries kept earlier change")
        } else {
            format!("{holder} holds {array} itself, and every turn overwrites it: all entries end up equal")
        },
        location: cx.location(kept.operand.span),
        scope: scene.scope(),
        steps,
        help: Some(format!("keep a copy: `{}`", cx.copy_text(kept.operand.span))),
        fix: Some(cx.copy_fix(kept.operand.span, "keep a copy", Applicability::Safe)),
    }
}

/// A method appends its object's array, and each call updates that array.
fn finding_of_calls(scene: &Scene<'_>, history: &History<'_>) -> Diagnostic {
    let cx = scene.cx;
    let array = cx.label(history.operand.span, "an array");
    let holder = cx.label(history.holder.span, "a list");
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("{holder} holds {array} itself, and every call changes it: all entries end up equal"),
        location: cx.location(history.operand.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(history.operand.span, format!("{array} is kept in {holder}: the array itself, not its contents")),
            cx.step(history.write.span, "each call writes into that same array"),
        ],
        help: Some(format!("keep a copy: `{}`", cx.copy_text(history.operand.span))),
        fix: Some(cx.copy_fix(history.operand.span, "keep a copy", Applicability::Safe)),
    }
}
