//! # stale-snapshot-alias: an attribute meant to keep an earlier state follows the array it was taken from
//!
//! ## What
//!
//! A method stores `self.x[:]`, or `self.x` itself, in another attribute, to keep the state as it is now (`self.x_prior = self.x[:]`).
//! A method then changes `self.x` in place. Or a function does so with variables: `x_old = x`, `best = x`.
//!
//! ## Why it hurts
//!
//! `[:]` of an array is a view, not a copy. What was to be the earlier state is always the present one: differences are zero, and
//! "best so far" is whatever came last.
//!
//! ## Bad
//!
//! ```python
//! class Filter:
//!     def __init__(self, n):
//!         self.x = np.zeros(n)
//!         self.x_prior = self.x[:]
//!
//!     def update(self, residual):
//!         self.x += residual              # and `self.x_prior` with it
//! ```
//!
//! ## Good
//!
//! ```python
//! class Filter:
//!     def __init__(self, n):
//!         self.x = np.zeros(n)
//!         self.x_prior = self.x.copy()
//!
//!     def update(self, residual):
//!         self.x += residual
//! ```
//!
//! ## Limits
//!
//! Attributes of `self` are looked at within one class, variables within one function. A second name without `[:]` is reported only if it
//! says that it is an earlier state: `x_old`, `previous`, `best`, `initial`; and a variable only if it is read after the change.

use super::query::Scene;
use super::snapshot::{Follower, says_earlier};
use super::{Context, Group, Meta};
use crate::alias::domain::Atom;
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::alias::state::Field;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{BlockId, ClassId, Const, IndexItem, Name, Operand, OperandKind, Rvalue};
use crate::rules::Written;
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "stale-snapshot-alias",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// An attribute of `self` stored in another one.
struct Snapshot<'a> {
    event: &'a Event,
    /// What is stored: `self.x[:]`.
    value: Span,
    /// What that is taken from: `self.x`.
    base: &'a str,
    of: Name,
    to: Name,
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        acc.extend(scene.followers().iter().map(|one| followed(&scene, one)));
        let Some(class) = scene.body.class.filter(|_| scene.receiver().is_some()) else { continue };
        for snapshot in snapshots(&scene) {
            if !is_array_attribute(cx, class, snapshot.of) {
                continue;
            }
            if let Some((other, write)) = changed(&scene, class, &snapshot) {
                acc.push(finding(&scene, &snapshot, &other, write));
            }
        }
    }
}

fn snapshots<'a>(scene: &Scene<'a>) -> Vec<Snapshot<'a>> {
    let mut found = Vec::new();
    for event in scene.events {
        let EventKind::Keep { holder, field: Field::Attr(to), operand, .. } = event.kind else { continue };
        if !is_receiver(scene, holder) {
            continue;
        }
        let (source, is_slice) = match scene.definition(event.block, operand) {
            Some(Rvalue::Index { object, index }) => {
                let is_all = index.items.iter().all(|item| match item {
                    IndexItem::Slice { lower: None, upper: None, step: None } => true,
                    IndexItem::Value(value) => value.kind == OperandKind::Const(Const::Ellipsis),
                    IndexItem::Slice { .. } | IndexItem::Starred(_) => false,
                });
                if !is_all {
                    continue;
                }
                (*object, true)
            }
            _ => (operand, false),
        };
        let Some(of) = attribute_of_receiver(scene, event.block, source) else { continue };
        let says_so = is_slice || says_earlier(scene.cx.facts.names.text(to));
        if of != to && says_so {
            found.push(Snapshot { event, value: operand.span, base: scene.cx.source(source.span), of, to });
        }
    }
    found
}

fn is_receiver(scene: &Scene<'_>, operand: Operand) -> bool {
    matches!(operand.kind, OperandKind::Local(local) if Some(local) == scene.receiver())
}

fn attribute_of_receiver(scene: &Scene<'_>, block: BlockId, operand: Operand) -> Option<Name> {
    match scene.definition(block, operand)? {
        Rvalue::Attr { object, attr } => is_receiver(scene, *object).then_some(*attr),
        _ => None,
    }
}

/// Whether the class makes an array for the attribute, and never stores a list there.
fn is_array_attribute(cx: &Context<'_>, class: ClassId, attr: Name) -> bool {
    let stores = cx.stores(class);
    let mut values = stores.iter().filter(|stored| stored.attr == attr).map(|stored| stored.value);
    let is_made = |value| cx.arrays(value).any(|array| cx.array_facts(array).evidence == Evidence::Made);
    let holds_list = |value| cx.atoms(value).iter().any(|atom| matches!(atom, Atom::Container(..)));
    values.clone().any(is_made) && !values.any(holds_list)
}

/// A change in place of the attribute by which it was taken, in another method or further on in this one.
fn changed<'a>(scene: &Scene<'a>, class: ClassId, snapshot: &Snapshot<'_>) -> Option<(Scene<'a>, &'a Event)> {
    scene.cx.scenes().filter(|other| other.body.class == Some(class)).find_map(|other| {
        let write = other.events.iter().find(|event| {
            let EventKind::Write { through, what: Written::Data, how, .. } = event.kind else { return false };
            let is_direct = attribute_of_receiver(&other, event.block, through) == Some(snapshot.of);
            let is_change =
                matches!(how, WriteHow::Augmented | WriteHow::AugmentedSubscript | WriteHow::Subscript | WriteHow::Call(_));
            let is_later = other.id != scene.id || scene.reaches(snapshot.event, event);
            is_direct && is_change && is_later && !is_taken_again(&other, event, snapshot)
        })?;
        Some((other, write))
    })
}

/// Whether the attribute, or the one it was taken into, is always bound anew on the way to a change.
fn is_taken_again(scene: &Scene<'_>, write: &Event, snapshot: &Snapshot<'_>) -> bool {
    let Some(first) = scene.events.first() else { return false };
    let stops: Vec<u32> = scene
        .events
        .iter()
        .filter(|event| match event.kind {
            EventKind::Keep { holder, field: Field::Attr(attr), .. } => {
                (attr == snapshot.of || attr == snapshot.to)
                    && event.point != snapshot.event.point
                    && is_receiver(scene, holder)
            }
            _ => false,
        })
        .map(|event| event.point.index)
        .collect();
    let start = if scene.events.iter().any(|event| std::ptr::eq(event, snapshot.event)) { snapshot.event } else { first };
    !stops.is_empty() && !scene.reaches_without(start, write, &stops)
}

fn finding(scene: &Scene<'_>, snapshot: &Snapshot<'_>, other: &Scene<'_>, write: &Event) -> Diagnostic {
    let cx = scene.cx;
    let names = &cx.facts.names;
    let (to, of) = (names.text(snapshot.to), names.text(snapshot.of));
    let method = names.text(other.body.name);
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`self.{to}` keeps no earlier state: `{method}` changes `self.{of}` in place, and with it `self.{to}`"),
        location: cx.location(snapshot.value),
        scope: scene.scope(),
        steps: vec![
            cx.step(snapshot.value, format!("`self.{to}` is, or is a view of, the array in `self.{of}`")),
            cx.step(write.span, format!("`self.{of}` is changed in place here")),
        ],
        help: Some(format!("keep a copy: `self.{to} = self.{of}.copy()`")),
        fix: Some(Fix {
            title: "keep a copy".to_owned(),
            applicability: Applicability::Safe,
            edits: vec![Edit { location: cx.location(snapshot.value), text: format!("{}.copy()", snapshot.base) }],
        }),
    }
}

fn followed(scene: &Scene<'_>, one: &Follower<'_>) -> Diagnostic {
    let cx = scene.cx;
    let (name, base) = (one.name, one.base);
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{name}` keeps no earlier state: it is `{base}` itself, which is changed in place"),
        location: cx.location(one.value),
        scope: scene.scope(),
        steps: vec![
            cx.step(one.value, format!("`{name}` becomes a second name for `{base}`; nothing is copied")),
            cx.step(one.write.span, format!("`{base}` is changed in place here")),
            cx.step(one.read, format!("`{name}` is read here, as if it had kept what was there before")),
        ],
        help: Some(format!("keep a copy: `{name} = {base}.copy()`")),
        fix: Some(cx.copy_fix(one.value, "keep a copy", Applicability::Safe)),
    }
}
