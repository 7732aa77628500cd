//! # class-level-array-shared: an array in the class body is one for all objects, and a method writes into it
//!
//! ## What
//!
//! A class body makes an array (`hits = np.zeros(3)`), no method gives an object one of its own, and a method writes into
//! `self.hits` in place.
//!
//! ## Why it hurts
//!
//! A class body runs once. `self.hits` finds the array of the class, so that what one object counts shows in all others, and in
//! those that are made later.
//!
//! ## Bad
//!
//! ```python
//! class Counter:
//!     hits = np.zeros(3)              # one array for every counter
//!
//!     def hit(self, place):
//!         self.hits[place] += 1
//! ```
//!
//! ## Good
//!
//! ```python
//! class Counter:
//!     def __init__(self):
//!         self.hits = np.zeros(3)
//!
//!     def hit(self, place):
//!         self.hits[place] += 1
//! ```
//!
//! ## Limits
//!
//! Classes with bases are left alone, because a method of a base may set the attribute, and so are arrays that say by their name
//! that they are shared (`cache`, `buffer`). Only updates (`+=`) are reported, not stores, which may fill a scratch array.
//! Writes through the class itself (`Counter.hits[0] = 1`) are meant.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::Atom;
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::ir::{ClassId, Name};
use crate::rules::Written;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "class-level-array-shared",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: None,
};

/// Parts of names of arrays that are shared on purpose.
const SHARED: &[&str] = &["cache", "shared", "buffer", "pool", "global", "registry", "memo", "scratch", "work", "tmp", "temp"];

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for (class, definition) in cx.module.classes.iter_ids() {
        let is_plain = |base: &Option<Name>| base.is_some_and(|name| cx.facts.names.text(name) == "object");
        if !definition.bases.iter().all(is_plain) || !definition.decorators.is_empty() {
            continue;
        }
        let body = cx.scene(definition.body);
        for made in body.events {
            let EventKind::Bind { local, slot, .. } = made.kind else { continue };
            let Some(attr) = body.body.locals[local].name else { continue };
            let is_only = body.bindings(local).count() == 1;
            let is_new = matches!(cx.atoms(slot.value), [Atom::Array(array)] if cx.place_of(array.object).is_none())
                && cx.is_array(slot.value, Evidence::Made);
            if !is_only || !is_new || is_shared_by_name(cx.facts.names.text(attr)) || has_own(cx, class, attr) {
                continue;
            }
            if let Some((scene, write)) = written(cx, class, attr) {
                acc.push(finding(&scene, cx.facts.names.text(attr), made, write));
            }
        }
    }
}

fn is_shared_by_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SHARED.iter().any(|word| name.contains(word))
}

/// Whether a method gives an object an array of its own: `self.hits += 1` does not, it stores what it has just changed.
fn has_own(cx: &Context<'_>, class: ClassId, attr: Name) -> bool {
    let is_first = |value| cx.arrays(value).any(|array| cx.attribute_of_self(array.memory) == Some((class, attr)));
    cx.stores(class).iter().any(|stored| stored.attr == attr && !is_first(stored.value))
}

/// A write of a method, through `self`, into the attribute's first array.
fn written<'a>(cx: &'a Context<'a>, class: ClassId, attr: Name) -> Option<(Scene<'a>, &'a Event)> {
    cx.scenes().filter(|scene| scene.body.class == Some(class)).find_map(|scene| {
        let is_of_class = scene.body.decorators.iter().any(|name| cx.facts.names.text(*name) == "classmethod");
        if is_of_class || scene.receiver().is_none() {
            return None;
        }
        let write = scene.events.iter().find(|event| {
            let EventKind::Write { target, what: Written::Data, how, .. } = event.kind else { return false };
            // A record that is filled before each use shows nothing of what the last object put there.
            let is_direct = matches!(how, WriteHow::AugmentedSubscript | WriteHow::Augmented);
            // Where nothing in the method says that it is an array, the class body does.
            let mut arrays = cx.arrays(target).peekable();
            is_direct
                && arrays.peek().is_some()
                && arrays.all(|array| cx.attribute_of_self(array.memory) == Some((class, attr)))
        })?;
        Some((scene, write))
    })
}

fn finding(scene: &Scene<'_>, attr: &str, made: &Event, write: &Event) -> Diagnostic {
    let cx = scene.cx;
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`self.{attr}` is one array for all objects of the class, and `{}` changes it", cx.facts.names.text(scene.body.name)),
        location: cx.location(write.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(made.span, format!("`{attr}` is made here, once for the class")),
            cx.step(write.span, "it is changed here for every object"),
        ],
        help: Some(format!("give each object its own in `__init__`: `self.{attr} = ...`")),
        fix: None,
    }
}
