//! # returned-internal-view: a method returns an array that the object goes on writing into
//!
//! ## What
//!
//! A method returns an array that stays in an attribute of `self`, or a view of it. Either each call of the method fills that one
//! array anew, so that the next call changes what the last one returned; or the method takes the array under another name, computes
//! its result in it in place, and so changes the object each time it is asked. Or it does so with what the method of the same name of
//! an object that it holds has given, which may be that object's own array.
//!
//! ## Why it hurts
//!
//! Results that are kept change under their owner: all entries of a list of observations end up equal. A question that computes in
//! place gives another answer the second time.
//!
//! ## Bad
//!
//! ```python
//! class Sensor:
//!     def __init__(self, n):
//!         self.buffer = np.empty(n)
//!
//!     def observe(self, signal):
//!         self.buffer[:] = signal
//!         return self.buffer              # the next call writes into it
//! ```
//!
//! ## Good
//!
//! ```python
//! class Sensor:
//!     def __init__(self, n):
//!         self.buffer = np.empty(n)
//!
//!     def observe(self, signal):
//!         self.buffer[:] = signal
//!         return self.buffer.copy()
//! ```
//!
//! ## Limits
//!
//! Only methods that write in the same call are reported: a property that hands out `self.data` is not. Methods whose name or docstring
//! says that they change the object or share a buffer are left alone.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{ArrayAtom, Atom, Origin, Part, ValueId};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::{BinaryOp, BodyKind, ClassId, Local, Name, Operand, OperandKind, Rvalue, StmtKind};
use crate::rules::Written;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "returned-internal-view",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// Words of a docstring by which a method says that what it returns is not the caller's own.
const SHARES: &[&str] = &["buffer", "reuse", "re-use", "view", "overwrit", "in place", "in-place", "inplace", "shared", "no copy"];

/// First words of methods that are asked for something.
const ASKS: &[&str] = &["get", "compute", "calc", "calculate", "to", "as", "export", "evaluate", "eval", "predict", "list", "read"];

/// Operators that give something new and leave their operands alone, and `x[i]`, which nobody expects to change `x`.
const OPERATORS: &[&str] = &[
    "add", "sub", "mul", "truediv", "floordiv", "div", "mod", "pow", "matmul", "and", "or", "xor", "neg", "pos", "abs", "invert",
    "eq", "ne", "lt", "le", "gt", "ge", "getitem", "copy", "deepcopy", "array", "float", "complex",
];

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        acc.extend(handed_on(&scene));
        let Some(class) = scene.body.class.filter(|_| scene.receiver().is_some()) else { continue };
        if scene.body.kind != BodyKind::Function || scene.body.is_generator || shares(&scene) {
            continue;
        }
        for event in scene.events {
            let EventKind::Return { operand, slot, is_yield: false } = event.kind else { continue };
            let mut parts = scene.parts(event, operand, slot.value);
            parts.extend(wrapped(&scene, event, operand));
            parts.extend(collected(&scene, event, operand));
            let found = parts.into_iter().find_map(|(operand, value)| {
                refilled(&scene, class, event, operand, value).or_else(|| computed_in(&scene, event, operand, value))
            });
            if let Some(found) = found {
                // Last, for a docstring is long and few functions come to this.
                if !scene.announces_writes() {
                    acc.push(finding(&scene, &found));
                }
                break;
            }
        }
    }
}

/// What is returned, and the write that makes it a hazard.
struct Found<'a> {
    returned: Operand,
    attribute: String,
    write: &'a Event,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Each call fills it anew.
    Refilled,
    /// It is computed in place in the object's own array.
    Computed,
}

fn shares(scene: &Scene<'_>) -> bool {
    let names = &scene.cx.facts.names;
    let docstring = scene.body.docstring.map(|text| names.text(text).to_ascii_lowercase());
    let name = names.text(scene.body.name);
    docstring.is_some_and(|text| SHARES.iter().any(|word| text.contains(word)))
        || ["buffer", "view", "update", "inplace"].iter().any(|word| name.contains(word))
}

/// `self.buffer[:] = signal; return self.buffer`, where the class makes the array once.
fn refilled<'a>(
    scene: &Scene<'a>,
    class: ClassId,
    to: &Event,
    returned: Operand,
    value: ValueId,
) -> Option<Found<'a>> {
    let cx = scene.cx;
    let [Atom::Array(array)] = *cx.atoms(value) else { return None };
    let (of, attr) = cx.attribute_of_self(array.memory)?;
    if of != class || cx.array_facts(array).evidence < Evidence::Use || !is_made_once(cx, class, attr) {
        return None;
    }
    let write = scene.events.iter().find(|event| {
        let EventKind::Write { target, what: Written::Data, how, .. } = event.kind else { return false };
        matches!(how, WriteHow::Subscript | WriteHow::Call(_))
            && cx.arrays(target).any(|one| one.memory == array.memory)
            && scene.reaches(event, to)
    })?;
    let attribute = format!("self.{}", cx.facts.names.text(attr));
    Some(Found { returned, attribute, write, kind: Kind::Refilled })
}

/// Whether an attribute is only given a blank array, by `__init__`.
fn is_made_once(cx: &Context<'_>, class: ClassId, attr: Name) -> bool {
    let stores = cx.stores(class);
    let mut own = stores.iter().filter(|stored| stored.attr == attr).peekable();
    own.peek().is_some()
        && own.all(|stored| {
            let scene = cx.scene(stored.body);
            let is_blank = match *cx.atoms(stored.value) {
                [Atom::Array(array)] => scene.is_blank(array.memory, array.object),
                _ => false,
            };
            is_blank && cx.facts.names.text(scene.body.name) == "__init__"
        })
}

/// `data = self._data[1:]; data *= factor; return data`, in a method that is asked for something.
fn computed_in<'a>(scene: &Scene<'a>, to: &Event, returned: Operand, value: ValueId) -> Option<Found<'a>> {
    let cx = scene.cx;
    if !asks(scene) {
        return None;
    }
    let OperandKind::Local(local) = returned.kind else { return None };
    cx.arrays(value).find_map(|array| {
        let attribute = scene.part_of_receiver(array.memory).filter(|_| !is_perhaps_copied_by_callee(cx, array))?;
        let write = scene.events.iter().find(|event| {
            let EventKind::Write { through, target, what: Written::Data, how, .. } = event.kind else { return false };
            let is_array = |one: &ArrayAtom| cx.array_facts(*one).evidence >= Evidence::Use;
            matches!(how, WriteHow::Augmented | WriteHow::AugmentedSubscript)
                && cx.arrays(target).any(|one| one.memory == array.memory && (is_array(&one) || is_computed_with(scene, local)))
                && scene.root(event.block, through) == Some(local)
                && scene.reaches(event, to)
        })?;
        Some(Found { returned, attribute, write, kind: Kind::Computed })
    })
}

/// Whether a variable is indexed, and is multiplied or divided in place: numbers have no elements, and lists do not take this.
fn is_computed_with(scene: &Scene<'_>, local: Local) -> bool {
    use BinaryOp::{Div, Mul, Pow, Sub};
    let is_it = |operand: &Operand| operand.kind == OperandKind::Local(local);
    let values = || {
        scene.body.blocks.iter().flat_map(|block| &block.stmts).filter_map(|stmt| match &stmt.kind {
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => Some(value),
            _ => None,
        })
    };
    values().any(|value| matches!(value, Rvalue::Index { object, .. } if is_it(object)))
        && values()
            .any(|value| matches!(value, Rvalue::InPlace { op: Sub | Mul | Div | Pow, target, .. } if is_it(target)))
}

/// What has been put into the dictionary or list that is returned, itself or in a new object.
fn collected(scene: &Scene<'_>, event: &Event, returned: Operand) -> Vec<(Operand, ValueId)> {
    let mut holders: Vec<Local> = scene.root(event.block, returned).into_iter().collect();
    if let Some(Rvalue::Call { args, .. }) = scene.definition(event.block, returned) {
        holders.extend(args.iter().filter_map(|arg| scene.root(event.block, arg.value)));
    }
    let kept = scene.events.iter().filter_map(|kept| match kept.kind {
        EventKind::Keep { object, holder: Operand { kind: OperandKind::Local(holder), .. }, operand, value, .. } => {
            let is_returned = holders.contains(&holder) && scene.cx.is_container(object) && scene.reaches(kept, event);
            is_returned.then_some((operand, value))
        }
        _ => None,
    });
    kept.collect()
}

/// Whether a function that is called gives a view or a copy, by a subscript that is not seen, on the way to an array.
fn is_perhaps_copied_by_callee(cx: &Context<'_>, array: ArrayAtom) -> bool {
    let mut queue = vec![array.object];
    let mut seen = Vec::new();
    while let Some(object) = queue.pop() {
        if seen.contains(&object) || seen.len() > 16 {
            continue;
        }
        seen.push(object);
        let Some(making) = cx.making(object) else { continue };
        if making.sometimes && matches!(*cx.facts.pool.objects.get(object), Origin::Made { part: Part::Object(_), .. }) {
            return true;
        }
        queue.extend(making.sources.iter().copied());
    }
    false
}

/// `traces = self._parent.get_traces(); traces[traces < 0] = 0; return traces`, in `get_traces`.
fn handed_on(scene: &Scene<'_>) -> Option<Diagnostic> {
    let cx = scene.cx;
    let name = cx.facts.names.text(scene.body.name);
    if scene.body.class.is_none() || !name.starts_with("get_") || shares(scene) || scene.announces_writes() {
        return None;
    }
    let is_held = |object: &Operand, block| match scene.definition(block, *object) {
        Some(Rvalue::Attr { object, .. }) => scene.receiver().is_some_and(|own| object.kind == OperandKind::Local(own)),
        _ => false,
    };
    scene.events.iter().find_map(|event| {
        let EventKind::Bind { local, .. } = event.kind else { return None };
        let stmt = scene.stmt(event)?;
        let StmtKind::Assign { value: Rvalue::CallMethod { object, method, .. }, .. } = &stmt.kind else { return None };
        if *method != scene.body.name || !is_held(object, event.block) || !scene.looks_like_array(local) {
            return None;
        }
        let change = scene.change_of(local, event)?;
        let returned = scene.events.iter().find_map(|to| match to.kind {
            EventKind::Return { operand, is_yield: false, .. } => {
                (operand.kind == OperandKind::Local(local) && scene.reaches(event, to)).then_some(operand.span)
            }
            _ => None,
        })?;
        let (held, variable) = (cx.source(object.span), scene.name(local)?);
        Some(Diagnostic {
            hazard: META.name,
            severity: META.severity,
            confidence: Confidence::Likely,
            message: format!("`{name}` computes its result in what `{held}.{name}` gave: that may be the array of `{held}` itself"),
            location: cx.location(change.span),
            scope: scene.scope(),
            steps: vec![
                cx.step(stmt.span, format!("`{held}` may hand out its own array here")),
                cx.step(change.span, format!("`{variable}` is changed in place")),
                cx.step(returned, "it is returned here"),
            ],
            help: Some(format!("work with a copy: `{variable} = {variable}.copy()`")),
            fix: None,
        })
    })
}

fn asks(scene: &Scene<'_>) -> bool {
    let names = &scene.cx.facts.names;
    let name = names.text(scene.body.name).trim_start_matches('_');
    let first = name.split('_').next().unwrap_or("");
    let is_property = scene.body.decorators.iter().any(|one| names.text(*one) == "property");
    is_property || ASKS.contains(&first) || is_operator(scene)
}

/// Whether a method is an operator, such as `__add__` or `__rmul__`, but not `__iadd__`.
fn is_operator(scene: &Scene<'_>) -> bool {
    let name = scene.cx.facts.names.text(scene.body.name);
    let Some(name) = name.strip_prefix("__").and_then(|name| name.strip_suffix("__")) else { return false };
    OPERATORS.contains(&name) || name.strip_prefix('r').is_some_and(|name| OPERATORS.contains(&name))
}

/// What an operator returns in a new object of its class: `return Vector(values)`, `return type(self)(values)`.
fn wrapped(scene: &Scene<'_>, event: &Event, returned: Operand) -> Vec<(Operand, ValueId)> {
    if !is_operator(scene) {
        return Vec::new();
    }
    let Some((Rvalue::Call { args, .. }, _, point)) = scene.defined(event.block, returned) else { return Vec::new() };
    let is_arg = |operand: Operand| args.iter().any(|arg| arg.value.kind == operand.kind && arg.value.span == operand.span);
    let reads = scene.events_at(point).filter_map(|event| match event.kind {
        EventKind::Read { operand, slot, .. } if is_arg(operand) => Some((operand, slot.value)),
        _ => None,
    });
    reads.collect()
}

fn finding(scene: &Scene<'_>, found: &Found<'_>) -> Diagnostic {
    let cx = scene.cx;
    let method = cx.facts.names.text(scene.body.name);
    let attribute = &found.attribute;
    let (message, at, steps) = match found.kind {
        Kind::Refilled => (
            format!("`{method}` returns `{attribute}` itself, and the next call overwrites what this one returned"),
            found.returned.span,
            vec![
                cx.step(found.write.span, format!("each call writes into `{attribute}`")),
                cx.step(found.returned.span, "the same array is returned every time"),
            ],
        ),
        Kind::Computed => (
            format!("`{method}` computes its result in `{attribute}` itself: each call changes the object"),
            found.write.span,
            vec![
                cx.step(found.write.span, format!("this is, or may be, the array in `{attribute}`")),
                cx.step(found.returned.span, "it is returned here"),
            ],
        ),
    };
    let copied = match found.kind {
        Kind::Refilled => cx.copy_text(found.returned.span),
        Kind::Computed => format!("{attribute}.copy()"),
    };
    let fix = (found.kind == Kind::Refilled)
        .then(|| cx.copy_fix(found.returned.span, "return a copy", Applicability::Unsafe));
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message,
        location: cx.location(at),
        scope: scene.scope(),
        steps,
        help: Some(format!("work with a copy: `{copied}`; or say in the docstring that the array is shared")),
        fix,
    }
}
