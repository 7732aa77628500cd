//! # list-multiply-array: one array many times in a list, and written through one of the places
//!
//! ## What
//!
//! `[np.zeros(3)] * n`, `dict.fromkeys(keys, np.zeros(3))` and `itertools.repeat(np.zeros(3), n)` repeat one array: all places
//! hold the same object. A write through one of them shows in all.
//!
//! ## Why it hurts
//!
//! Counters, histograms and accumulators that were meant to be separate add up to one.
//!
//! ## Bad
//!
//! ```python
//! import numpy as np
//!
//! bins = [np.zeros(2)] * 3
//! bins[0][0] = 7.0                     # so are bins[1][0] and bins[2][0]
//! ```
//!
//! ## Good
//!
//! ```python
//! import numpy as np
//!
//! bins = [np.zeros(2) for _ in range(3)]
//! bins[0][0] = 7.0
//! rows = np.stack([np.arange(2)] * 3)  # repeated only to be copied
//! ```
//!
//! ## Limits
//!
//! Reported only where an element is written in place: in the same function, or in another method of the class that keeps the list.
//! Silent where places of the list are replaced after it was made.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{Atom, MemoryId, Origin, Place as OuterPlace, PlaceId, Point, ValueId};
use crate::alias::event::{Callee, Event, EventKind};
use crate::alias::facts::Evidence;
use crate::alias::state::Field;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{
    BinaryOp, BlockId, ClassId, Const, Element, Local, Name, Operand, OperandKind, Rvalue, Stmt, StmtKind,
};
use crate::rules::Written;
use crate::source::Span;

/// What is known of the hazard.
pub const META: Meta = Meta {
    name: "list-multiply-array",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// A container in which one array stands several times.
struct Repetition {
    span: Span,
    point: Point,
    block: BlockId,
    elements: Vec<Repeated>,
    /// What to write instead.
    instead: Option<String>,
}

/// One repeated array.
struct Repeated {
    operand: Operand,
    memories: Vec<MemoryId>,
    /// The variable that holds it as well; without one the container is the only way to it.
    owner: Option<Local>,
}

/// Finds repeated arrays that are written.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for repetition in repetitions(&scene) {
            if is_refilled(&scene, &repetition) {
                continue;
            }
            let written = repetition.elements.iter().find_map(|element| {
                let write = first_write(&scene, &repetition, element)?;
                Some((element, write.span, cx.source(write.span)))
            });
            let elsewhere = || {
                let write = written_in_class(&scene, &repetition)?;
                Some((repetition.elements.first()?, write, cx.source(write)))
            };
            if let Some((element, at, text)) = written.or_else(elsewhere) {
                acc.push(finding(&scene, &repetition, element, at, text));
            }
        }
    }
}

fn repetitions(scene: &Scene<'_>) -> Vec<Repetition> {
    let mut all = Vec::new();
    let mut index = 0;
    for (id, block) in scene.body.blocks.iter_ids() {
        for stmt in &block.stmts {
            all.extend(repetition(scene, id, Point { body: scene.id, index }, stmt));
            index += 1;
        }
        index += 1;
    }
    all
}

fn repetition(scene: &Scene<'_>, block: BlockId, point: Point, stmt: &Stmt) -> Option<Repetition> {
    let StmtKind::Assign { value, .. } = &stmt.kind else { return None };
    let (operands, instead) = match value {
        Rvalue::Binary { op: BinaryOp::Mul, left, right } => {
            multiplied(scene, block, *left, *right).or_else(|| multiplied(scene, block, *right, *left))?
        }
        Rvalue::Call { .. } | Rvalue::CallMethod { .. } => called(scene, point)?,
        _ => return None,
    };
    let elements: Vec<Repeated> =
        operands.into_iter().filter_map(|(operand, at)| repeated(scene, block, at.unwrap_or(point), operand)).collect();
    (!elements.is_empty()).then_some(Repetition { span: stmt.span, point, block, elements, instead })
}

/// An element, and the point at which it is read if that is not the repetition's own.
type Parts = (Vec<(Operand, Option<Point>)>, Option<String>);

/// `[a, b] * n`
fn multiplied(scene: &Scene<'_>, block: BlockId, display: Operand, times: Operand) -> Option<Parts> {
    if matches!(times.kind, OperandKind::Const(Const::Int(i64::MIN..=1))) {
        return None;
    }
    let (value, _, point) = scene.defined(block, display)?;
    let (elements, is_list): (&[Element], bool) = match value {
        Rvalue::List(elements) => (elements, true),
        Rvalue::Tuple(elements) => (elements, false),
        _ => return None,
    };
    if elements.iter().any(|element| element.starred) {
        return None;
    }
    let instead = match elements {
        [only] => {
            let (one, times) = (fresh(scene, block, only.value), scene.cx.source(times.span));
            let each = format!("{one} for _ in range({times})");
            Some(if is_list { format!("[{each}]") } else { format!("tuple({each})") })
        }
        _ => None,
    };
    Some((elements.iter().map(|element| (element.value, Some(point))).collect(), instead))
}

/// `dict.fromkeys(keys, a)`, `itertools.repeat(a, n)`
fn called(scene: &Scene<'_>, point: Point) -> Option<Parts> {
    let call = scene.call_at(point)?;
    let block = scene.events_at(point).next()?.block;
    let Callee::Path(path) = call.callee else { return None };
    let [(first, _), rest @ ..] = call.args.as_slice() else { return None };
    match scene.cx.facts.names.text(path) {
        "builtins.dict.fromkeys" => {
            let (value, _) = rest.first()?;
            let (one, keys) = (fresh(scene, block, *value), scene.cx.source(first.span));
            let instead = (!one.contains("key")).then(|| format!("{{key: {one} for key in {keys}}}"));
            Some((vec![(*value, None)], instead))
        }
        "itertools.repeat" => {
            let times = rest.first().map(|(operand, _)| *operand);
            if times.is_some_and(|times| matches!(times.kind, OperandKind::Const(Const::Int(i64::MIN..=1)))) {
                return None;
            }
            let instead = times.map(|times| {
                format!("({} for _ in range({}))", fresh(scene, block, *first), scene.cx.source(times.span))
            });
            Some((vec![(*first, None)], instead))
        }
        _ => None,
    }
}

/// The text that gives a new array each time it is evaluated.
fn fresh(scene: &Scene<'_>, block: BlockId, operand: Operand) -> String {
    let text = scene.cx.source(operand.span);
    let is_call = matches!(scene.definition(block, operand), Some(Rvalue::Call { .. } | Rvalue::CallMethod { .. }));
    if is_call { text.to_owned() } else { format!("{text}.copy()") }
}

fn repeated(scene: &Scene<'_>, block: BlockId, at: Point, operand: Operand) -> Option<Repeated> {
    let slot = scene.slot_at(at, operand)?;
    let arrays = scene.only_arrays(slot.value, Evidence::Use);
    let is_scalar = |facts: &crate::alias::facts::Facts| facts.geometry.ndim == Some(0);
    if arrays.is_empty() || arrays.iter().any(|array| is_scalar(scene.cx.array_facts(*array))) {
        return None;
    }
    let memories: Vec<MemoryId> = arrays.iter().map(|array| array.memory).collect();
    let owner = match operand.kind {
        OperandKind::Local(local) => Some(local),
        OperandKind::Temp(_) => {
            let (_, _, made) = scene.defined(block, operand)?;
            let is_new = memories.iter().all(|memory| scene.is_made_at(*memory, made));
            if !is_new {
                return None;
            }
            None
        }
        OperandKind::Const(_) => return None,
    };
    Some(Repeated { operand, memories, owner })
}

/// Whether a value may be the container itself.
fn is_container(scene: &Scene<'_>, repetition: &Repetition, value: ValueId) -> bool {
    scene.cx.atoms(value).iter().any(|atom| match atom {
        Atom::Container(object, _) => {
            matches!(*scene.cx.facts.pool.objects.get(*object), Origin::Made { point, .. } if point == repetition.point)
        }
        _ => false,
    })
}

/// Whether something else is put into the container later.
fn is_refilled(scene: &Scene<'_>, repetition: &Repetition) -> bool {
    scene.events.iter().any(|event| match &event.kind {
        EventKind::Keep { object, .. } => is_container(scene, repetition, *object),
        _ => false,
    })
}

/// The first event that writes a repeated array through the container.
fn first_write<'a>(scene: &Scene<'a>, repetition: &Repetition, element: &Repeated) -> Option<&'a Event> {
    scene.events.iter().find(|event| {
        let EventKind::Write { through, target, what: Written::Data, .. } = event.kind else { return false };
        let arrays = scene.only_arrays(target, Evidence::Use);
        !arrays.is_empty()
            && arrays.iter().all(|array| is_one_of(scene, array.memory, &element.memories))
            && is_later(scene, repetition, event)
            && element.owner.is_none_or(|owner| !is_through(scene, event.block, through, owner))
    })
}

/// Whether a memory is one of these; in a later turn of a loop it is the same allocation site.
fn is_one_of(scene: &Scene<'_>, memory: MemoryId, of: &[MemoryId]) -> bool {
    let site = |memory: MemoryId| match *scene.cx.facts.pool.memories.get(memory) {
        Origin::Made { point, part, .. } => Some((point, part)),
        Origin::Place(_) | Origin::Foreign(_) => None,
    };
    of.iter().any(|other| *other == memory || site(*other).is_some_and(|other| site(memory) == Some(other)))
}

fn is_later(scene: &Scene<'_>, repetition: &Repetition, event: &Event) -> bool {
    (repetition.block == event.block && repetition.point < event.point)
        || scene.block_reaches(repetition.block, event.block)
}

/// Whether an operand is reached through the variable that held the array before it was repeated, or another name for it.
fn is_through(scene: &Scene<'_>, block: BlockId, through: Operand, owner: Local) -> bool {
    let Some(root) = scene.root(block, through) else { return true };
    root == owner
        || scene.events.iter().any(|event| {
            matches!(event.kind, EventKind::Bind { local, from: Some(from), .. }
                if local == root && from.kind == OperandKind::Local(owner))
        })
}

/// Where another method writes into an element of the attribute that keeps the container.
fn written_in_class(scene: &Scene<'_>, repetition: &Repetition) -> Option<Span> {
    let class = scene.body.class?;
    let attribute = scene.events.iter().find_map(|event| match event.kind {
        EventKind::Keep { object, field: Field::Attr(name), value, .. }
            if is_container(scene, repetition, value) && is_self(scene, object) =>
        {
            Some(name)
        }
        _ => None,
    })?;
    let mut found = None;
    for other in scene.cx.scenes().filter(|other| other.body.class == Some(class)) {
        for event in other.events {
            match event.kind {
                EventKind::Keep { object, field: Field::Attr(name), value, .. }
                    if name == attribute && is_self(&other, object) && !is_container(scene, repetition, value) =>
                {
                    return None;
                }
                EventKind::Write { target, what: Written::Data, .. } => {
                    match depth_in(scene.cx, target, class, attribute) {
                        Some(0) => return None,
                        Some(_) => found = found.or(Some(event.span)),
                        None => {}
                    }
                }
                _ => {}
            }
        }
    }
    found
}

fn is_self(scene: &Scene<'_>, value: ValueId) -> bool {
    scene.cx.arrays(value).any(|array| scene.cx.parameter(array.memory) == Some((scene.id, 0)))
}

/// How many elements deep a written array is in this attribute of `self`.
fn depth_in(cx: &Context<'_>, target: ValueId, class: ClassId, attribute: Name) -> Option<u32> {
    let pool = &cx.facts.pool;
    let depth = |place: PlaceId| {
        let (mut at, mut depth) = (place, 0);
        while let OuterPlace::Element(of) = *pool.places.get(at) {
            (at, depth) = (of, depth + 1);
        }
        let OuterPlace::Attr(of, name) = *pool.places.get(at) else { return None };
        let OuterPlace::Param(body, 0) = *pool.places.get(of) else { return None };
        (name == attribute && cx.module.bodies[body].class == Some(class)).then_some(depth)
    };
    // A view over the attribute's own memory is there only because the subscript may be a slice, for all that is known.
    let is_itself = |object| matches!(pool.objects.get(object), Origin::Place(_));
    cx.arrays(target)
        .filter_map(|array| match *pool.memories.get(array.memory) {
            Origin::Place(place) => depth(place).filter(|depth| *depth > 0 || is_itself(array.object)),
            Origin::Made { .. } | Origin::Foreign(_) => None,
        })
        .min()
}

/// Whether an expression is a call that may as well be made several times.
fn is_pure(scene: &Scene<'_>, block: BlockId, operand: Operand) -> bool {
    let call = scene.defined(block, operand).and_then(|(_, _, made)| scene.call_at(made));
    call.is_some_and(|call| matches!(call.callee, Callee::Rule(rule) if scene.cx.rules.rule(rule).pure))
}

fn finding(scene: &Scene<'_>, repetition: &Repetition, element: &Repeated, at: Span, text: &str) -> Diagnostic {
    let cx = scene.cx;
    let array = cx.source(element.operand.span);
    let written =
        text.split_once(['=', '\n']).map_or(text, |(target, _)| target.trim_end_matches(['+', '-', '*', '/', ' ']));
    let is_plain = element.owner.is_none() && is_pure(scene, repetition.block, element.operand);
    let applicability = if is_plain { Applicability::Safe } else { Applicability::Unsafe };
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("all places hold one array `{array}`: the write to `{written}` shows in each of them"),
        location: cx.location(repetition.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(element.operand.span, format!("`{array}` is evaluated once, and repeated")),
            cx.step(at, format!("`{written}` is written in place")),
        ],
        help: Some(match &repetition.instead {
            Some(instead) => format!("make an array for each place: `{instead}`"),
            None => "make an array for each place, with a comprehension".to_owned(),
        }),
        fix: repetition.instead.as_ref().map(|instead| Fix {
            title: "make an array for each place".to_owned(),
            applicability,
            edits: vec![Edit { location: cx.location(repetition.span), text: instead.clone() }],
        }),
    }
}
