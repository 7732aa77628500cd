//! # live-buffer-to-callback: a callback gets the array that the next turn overwrites
//!
//! ## What
//!
//! A loop hands its own working array to a callback of its caller at every turn, and changes that same array in place afterwards.
//!
//! ## Why it hurts
//!
//! A callback is often there to record: `trace.append(x)`. It keeps a reference, so in the end all entries of the trace are one array,
//! in its last state. Nobody can see at the callback that it would have to copy. SciPy had this in several of its optimizers.
//!
//! ## Bad
//!
//! ```python
//! def descend(x0, gradient, callback):
//!     x = np.array(x0, dtype=float)
//!     for step in range(100):
//!         x -= 0.1 * gradient(x)
//!         callback(x)                     # `trace.append` holds one array, a hundred times
//!     return x
//! ```
//!
//! ## Good
//!
//! ```python
//! def descend(x0, gradient, callback):
//!     x = np.array(x0, dtype=float)
//!     for step in range(100):
//!         x -= 0.1 * gradient(x)
//!         callback(x.copy())
//!     return x
//! ```
//!
//! ## Limits
//!
//! A callback is a parameter, or an attribute of the object, that is called one: `callback`, `hook`, `observer`, `on_step`. What
//! compiled code does is not seen; a function of a private module that is called for its effect alone is taken to change the arrays that
//! nothing else in the loop changes.

use super::query::Scene;
use super::turn::Carrier;
use super::{Context, Group, Meta, reuse};
use crate::alias::domain::{ArrayAtom, Atom, MemoryId, ValueId};
use crate::alias::event::{CallEvent, Callee, Event, EventKind};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::{LoopId, Operand, OperandKind, Rvalue, StmtKind};
use crate::rules::Written;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "live-buffer-to-callback",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// Words in the names of functions that are told of something, and may keep what they are told.
const OBSERVERS: &[&str] = &[
    "callback", "callbacks", "cb", "hook", "hooks", "observer", "monitor", "listener", "subscriber", "recorder", "tracker",
];

/// Parts of the names of functions that look at arrays and leave them as they are.
const LOOKS: &[&str] = &[
    "check", "valid", "assert", "ensure", "require", "print", "log", "warn", "debug", "show", "plot", "draw", "save", "dump",
    "write", "send", "report", "raise", "test",
];

/// An array that is handed to a callback.
struct Handed<'a> {
    event: &'a Event,
    operand: Operand,
    array: ArrayAtom,
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for event in scene.events.iter().filter(|event| scene.body.blocks[event.block].in_loop.is_some()) {
            let EventKind::Call(call) = &event.kind else { continue };
            let Some(name) = observer(&scene, event, call) else { continue };
            for (operand, slot) in &call.args {
                let found = arrays(cx, slot.value).find_map(|array| {
                    let handed = Handed { event, operand: *operand, array };
                    let write = scene.loops_around(event.block).find_map(|of| next_write(&scene, &handed, of))?;
                    Some((handed, write))
                });
                if let Some((handed, write)) = found {
                    acc.push(finding(&scene, &handed, name, write));
                }
            }
        }
    }
}

/// The arrays that a value may be, where it is nothing else, as far as is known.
fn arrays<'a>(cx: &Context<'a>, value: ValueId) -> impl Iterator<Item = ArrayAtom> + use<'a> {
    let is_array = |atom: &Atom| match atom {
        Atom::Array(array) => cx.array_facts(*array).evidence >= Evidence::Use,
        Atom::Unknown(_) => true,
        _ => false,
    };
    let are_arrays = cx.atoms(value).iter().all(is_array);
    cx.arrays(value).filter(move |_| are_arrays)
}

/// The name of the callback that a call runs, where it is one of the caller's.
fn observer<'a>(scene: &Scene<'a>, event: &Event, call: &CallEvent) -> Option<&'a str> {
    let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &scene.stmt(event)?.kind else { return None };
    let name = match (value, &call.callee) {
        (Rvalue::Call { function, .. }, Callee::Unknown) => {
            let OperandKind::Local(local) = function.kind else { return None };
            let is_param = scene.body.params.iter().any(|param| param.local == local);
            scene.name(local).filter(|_| is_param)?
        }
        (Rvalue::CallMethod { object, method, .. }, Callee::Method(_)) => {
            let class = scene.body.class.filter(|_| scene.receiver().is_some_and(|own| object.kind == OperandKind::Local(own)))?;
            let is_given = scene.cx.stores(class).iter().any(|stored| stored.attr == *method);
            Some(scene.cx.facts.names.text(*method)).filter(|_| is_given)?
        }
        _ => return None,
    };
    is_observer(name).then_some(name)
}

fn is_observer(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.trim_matches('_').split('_').peekable();
    words.peek() == Some(&"on") || words.any(|word| OBSERVERS.contains(&word))
}

/// Where the array that is handed over is changed before the next turn hands it over again.
fn next_write<'a>(scene: &Scene<'a>, handed: &Handed<'_>, of: LoopId) -> Option<&'a Event> {
    let memory = handed.array.memory;
    let is_old = scene.is_from_before(*scene.cx.facts.pool.memories.get(memory), of);
    if !is_old || !reuse::is_same_part(scene, handed.array, of) {
        return None;
    }
    let giver = scene.carrier(handed.event.block, handed.operand);
    let meets = |event: &Event, writer: Option<Carrier>| {
        reuse::meet_again(scene, of, (handed.event, giver), (event, writer), memory)
    };
    let mut in_loop = scene.events.iter().filter(|event| scene.is_in_loop(event, of));
    let seen = in_loop.clone().find(|event| {
        let EventKind::Write { through, target, what: Written::Data, how, .. } = event.kind else { return false };
        reuse::overwrites(scene, event, target, how, handed.array) && meets(event, scene.carrier(event.block, through))
    });
    seen.or_else(|| {
        let is_unchanged = !scene.writes_of(memory).any(|event| scene.is_in_loop(event, of));
        in_loop.find(|event| {
            let Some(through) = is_unchanged.then(|| effect_on(scene, event, memory)).flatten() else { return false };
            meets(event, scene.carrier(event.block, through))
        })
    })
}

/// The argument by which a function of a private module gets an array, where it is called for its effect and no code of it is at hand.
fn effect_on(scene: &Scene<'_>, event: &Event, memory: MemoryId) -> Option<Operand> {
    let EventKind::Call(call) = &event.kind else { return None };
    let Callee::Path(path) = call.callee else { return None };
    let (module, name) = scene.cx.facts.names.text(path).rsplit_once('.')?;
    let name = name.to_ascii_lowercase();
    let is_private = module.rsplit('.').next().is_some_and(|last| last.starts_with('_'));
    if !call.discarded || !is_private || LOOKS.iter().any(|part| name.contains(part)) {
        return None;
    }
    let holds = |value| scene.cx.arrays(value).any(|array| array.memory == memory);
    call.args.iter().find(|(_, slot)| holds(slot.value)).map(|(operand, _)| *operand)
}

fn finding(scene: &Scene<'_>, handed: &Handed<'_>, name: &str, write: &Event) -> Diagnostic {
    let cx = scene.cx;
    let array = cx.label(handed.operand.span, "an array");
    let is_seen = matches!(write.kind, EventKind::Write { .. });
    let mut steps = vec![
        cx.step(handed.operand.span, format!("`{name}` gets {array} itself, not its contents")),
        cx.step(write.span, if is_seen { "each turn writes into that same array" } else { "each turn lets this work on that same array" }),
    ];
    if let Some(made) =
        cx.making(handed.array.object).filter(|made| made.point.body == scene.id && made.span != handed.operand.span)
    {
        steps.insert(0, cx.step(made.span, "the array is made here, once"));
    }
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{name}` gets {array} itself, and every turn overwrites it: what it has kept changes"),
        location: cx.location(handed.operand.span),
        scope: scene.scope(),
        steps,
        help: Some(format!("hand over a copy: `{}`", cx.copy_text(handed.operand.span))),
        fix: Some(cx.copy_fix(handed.operand.span, "hand over a copy", Applicability::Unsafe)),
    }
}

#[cfg(test)]
mod tests {
    use super::is_observer;

    #[test]
    fn names_of_callbacks() {
        for name in ["callback", "_callback", "step_callback", "on_step", "Hook", "cb"] {
            assert!(is_observer(name), "{name}");
        }
        for name in ["function", "gradient", "online", "fun", "confirm"] {
            assert!(!is_observer(name), "{name}");
        }
    }
}
