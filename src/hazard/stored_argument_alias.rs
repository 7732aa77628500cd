//! # stored-argument-alias: an object keeps what may be the caller's array, and changes it later
//!
//! ## What
//!
//! A constructor stores an argument in an attribute after a conversion that copies only where it must (`self.x = np.asarray(x)`).
//! Another method then updates the attribute in place (`self.x += step`).
//!
//! ## Why it hurts
//!
//! Lists and arrays of another dtype were copied, and the object has an array of its own. An array that fits is the caller's: it
//! changes with the object, and two objects made from one start array change each other.
//!
//! ## Bad
//!
//! ```python
//! class Particle:
//!     def __init__(self, place):
//!         self.place = np.asarray(place, dtype=float)
//!
//!     def step(self, velocity):
//!         self.place += velocity          # and the array that the caller gave
//! ```
//!
//! ## Good
//!
//! ```python
//! class Particle:
//!     def __init__(self, place):
//!         self.place = np.array(place, dtype=float)
//!
//!     def step(self, velocity):
//!         self.place += velocity
//! ```
//!
//! ## Limits
//!
//! `self.x = x` without a conversion is taken to share on purpose. So are classes whose docstring speaks of copies, views or references,
//! attributes that are given something else anywhere, and setters (`set_x`): they are there to change it. Only updates count (`+=`,
//! `self.x.sort()`), not `self.x[i] = value`.

use super::attribute::Stored;
use super::conversion::Cause;
use super::parameter_write::ParameterWrite;
use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{ClassId, Name};
use crate::rules::Written;
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "stored-argument-alias",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// Words of a docstring by which a class says whose array it works on.
const SAYS: &[&str] = &["copy", "copie", "reference", "shared", "view", "in place", "in-place", "inplace", "buffer", "overwrit"];

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for (class, definition) in cx.module.classes.iter_ids() {
        if !is_silent(&cx.scene(definition.body)) {
            continue;
        }
        let stores = cx.stores(class);
        for stored in &stores {
            let scene = cx.scene(stored.body);
            let is_first = cx.facts.names.text(scene.body.name) == "__init__";
            if !is_first || !is_silent(&scene) || scene.is_internal() || scene.has_flag() {
                continue;
            }
            let Some((param, made)) = kept_argument(&scene, stored) else { continue };
            if !is_only(cx, class, stored, &stores) {
                continue;
            }
            if let Some((other, write)) = updated(cx, class, stored.attr) {
                acc.push(finding(cx, &other, write, &param, made, stored.attr));
            }
        }
    }
}

/// Whether a docstring leaves open whose array it is.
fn is_silent(scene: &Scene<'_>) -> bool {
    let text = scene.body.docstring.map(|text| scene.cx.facts.names.text(text).to_ascii_lowercase());
    text.is_none_or(|text| !SAYS.iter().any(|word| text.contains(word)))
}

/// Whether a store is the only one that gives the attribute something new: `self.x += 1` stores what was there.
fn is_only(cx: &Context<'_>, class: ClassId, stored: &Stored<'_>, all: &[Stored<'_>]) -> bool {
    let is_new = |value| !cx.arrays(value).any(|array| cx.attribute_of_self(array.memory) == Some((class, stored.attr)));
    all.iter().all(|other| other.attr != stored.attr || std::ptr::eq(other.event, stored.event) || !is_new(other.value))
}

/// The parameter that is stored, and the conversion that copies it only where it must.
fn kept_argument(scene: &Scene<'_>, stored: &Stored<'_>) -> Option<(String, Span)> {
    let cx = scene.cx;
    let (memory, position) = cx.arrays(stored.value).find_map(|array| {
        let (body, position) = cx.parameter(array.memory)?;
        (body == scene.id && cx.array_facts(array).evidence >= Evidence::Use).then_some((array.memory, position))
    })?;
    let param = scene.body.params.get(position as usize)?.local;
    if scene.is_output(param) {
        return None;
    }
    let name = scene.name(param)?;
    let cause = scene.maybe_call(stored.event, memory).or_else(|| {
        let kept = ParameterWrite {
            position,
            param: name.to_owned(),
            handle: name,
            made: None,
            write: stored.event,
            memory,
            is_maybe: true,
            holder: scene.source_of(stored.event)?,
            attribute: None,
            caller: None,
        };
        scene.cause(&kept)
    });
    match cause? {
        Cause::Call(span, _) => Some((name.to_owned(), span)),
        Cause::Branch(_) => None,
    }
}

/// An update of the attribute in another method.
fn updated<'a>(cx: &'a Context<'a>, class: ClassId, attr: Name) -> Option<(Scene<'a>, &'a Event)> {
    cx.scenes().filter(|scene| scene.body.class == Some(class) && scene.receiver().is_some()).find_map(|scene| {
        let name = cx.facts.names.text(scene.body.name);
        if name.starts_with("__") || name.starts_with("set_") || name.ends_with('_') || name.contains("inplace") || !is_silent(&scene) {
            return None;
        }
        let write = scene.events.iter().find(|event| {
            let EventKind::Write { target, what: Written::Data, how, .. } = event.kind else { return false };
            let mut arrays = cx.arrays(target).peekable();
            matches!(how, WriteHow::Augmented | WriteHow::AugmentedSubscript | WriteHow::Call(_))
                && arrays.peek().is_some()
                && arrays.all(|array| cx.attribute_of_self(array.memory) == Some((class, attr)))
        })?;
        Some((scene, write))
    })
}

fn finding(cx: &Context<'_>, scene: &Scene<'_>, write: &Event, param: &str, made: Span, attr: Name) -> Diagnostic {
    let attr = cx.facts.names.text(attr);
    let method = cx.facts.names.text(scene.body.name);
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`self.{attr}` is the caller's array `{param}` if the conversion did not copy it, and `{method}` changes it in place"),
        location: cx.location(write.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(made, format!("`{param}` is converted here, but not copied if it fits")),
            cx.step(write.span, format!("`self.{attr}` is changed here")),
        ],
        help: Some("convert with a function that always copies, or add `.copy()`".to_owned()),
        fix: Some(Fix {
            title: "take a copy of the converted array".to_owned(),
            applicability: Applicability::Safe,
            edits: vec![Edit { location: cx.location(Span { start: made.end, end: made.end }), text: ".copy()".to_owned() }],
        }),
    }
}
