//! # shallow-copy-shares-array: a shallow copy of an object is changed in place, and so is the object
//!
//! ## What
//!
//! A method copies its object with `copy.copy(self)` and then writes into an array of the copy, itself or by calling a function
//! that does.
//!
//! ## Why it hurts
//!
//! `copy.copy` makes a new object with the same things in its attributes: both have one array. The method looks as if it left its
//! object alone, which is why it copies at all, and changes it.
//!
//! ## Bad
//!
//! ```python
//! class State:
//!     def __init__(self, amplitudes):
//!         self.amplitudes = np.array(amplitudes)
//!
//!     def scaled(self, factor):
//!         other = copy.copy(self)
//!         other.amplitudes *= factor      # those of `self` too
//!         return other
//! ```
//!
//! ## Good
//!
//! ```python
//! class State:
//!     def __init__(self, amplitudes):
//!         self.amplitudes = np.array(amplitudes)
//!
//!     def scaled(self, factor):
//!         other = copy.copy(self)
//!         other.amplitudes = self.amplitudes * factor
//!         return other
//! ```
//!
//! ## Limits
//!
//! Only copies of `self` are followed, of a class that does not say itself how it is copied. An attribute that the copy is given anew on some
//! path is left alone, and so is one that is named as shared, such as a cache.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{Atom, Const, MemoryId, ObjectId, Origin, Part, Point, ValueId};
use crate::alias::event::{Callee, Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::rules::Written;
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "shallow-copy-shares-array",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: None,
};

/// Parts of names of attributes, or words of a docstring, that say that something is shared.
const SHARED: &[&str] = &["cache", "shared", "buffer", "pool", "global", "registry", "memo", "scratch", "tmp", "temp", "in-place", "in place"];

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes().filter(|scene| scene.receiver().is_some()) {
        let docstring = scene.body.docstring.map(|text| cx.facts.names.text(text).to_ascii_lowercase());
        if docstring.is_some_and(|text| SHARED.iter().any(|word| text.contains(word))) {
            continue;
        }
        let mut told: Vec<MemoryId> = Vec::new();
        for event in scene.events {
            let EventKind::Write { target, what: Written::Data, .. } = event.kind else { continue };
            let Some((attribute, memory)) = shared_attribute(&scene, event, target) else { continue };
            let copied = scene.shallow_copy(event).filter(|_| !told.contains(&memory));
            if let Some(copied) = copied {
                told.push(memory);
                acc.push(finding(&scene, event, &attribute, copied));
            }
        }
    }
}

/// The attribute of `self` whose first array is written, if nothing else can be.
fn shared_attribute(
    scene: &Scene<'_>,
    event: &Event,
    target: ValueId,
) -> Option<(String, MemoryId)> {
    let cx = scene.cx;
    let (array, attribute) =
        cx.arrays(target).find_map(|array| scene.part_of_receiver(array.memory).map(|attribute| (array, attribute)))?;
    let is_shared = SHARED.iter().any(|word| attribute.to_ascii_lowercase().contains(word));
    let is_known = cx.array_facts(array).evidence >= Evidence::Use || is_array_of_class(scene, array.memory);
    let is_all = match event.kind {
        EventKind::Write { how: WriteHow::Attribute(_), .. } => false,
        // What else the callee may write, it has put there itself, elsewhere.
        EventKind::Write { how: WriteHow::Callee(body, span), .. } => {
            cx.facts.bodies[body].events.iter().any(|inner| match inner.kind {
                EventKind::Write { target, what: Written::Data, .. } => inner.span == span && is_one_array(cx, target),
                _ => false,
            })
        }
        _ => is_one_array(cx, target),
    };
    (is_all && is_known && !is_shared).then_some((attribute, array.memory))
}

/// Whether a value is one array, on every path.
fn is_one_array(cx: &Context<'_>, value: ValueId) -> bool {
    matches!(cx.atoms(value), [Atom::Array(_)])
}

/// Whether the class stores an array in the attribute, and nothing that is known to be none.
fn is_array_of_class(scene: &Scene<'_>, memory: MemoryId) -> bool {
    let cx = scene.cx;
    let Some((class, attr)) = cx.attribute_of_self(memory) else { return false };
    let stores = cx.stores(class);
    let own: Vec<_> = stores.iter().filter(|stored| stored.attr == attr).collect();
    let is_none = |atom: &Atom| match atom {
        Atom::Const(id) => *cx.facts.pool.consts.get(*id) != Const::None,
        Atom::Scalar | Atom::Container(..) => true,
        _ => false,
    };
    own.iter().any(|stored| cx.arrays(stored.value).any(|array| cx.array_facts(array).evidence == Evidence::Made))
        && !own.iter().any(|stored| cx.atoms(stored.value).iter().any(is_none))
}

impl Scene<'_> {
    /// Where the object through which an event writes was copied from `self`, if it was.
    fn shallow_copy(&self, event: &Event) -> Option<Span> {
        let EventKind::Write { through, .. } = event.kind else { return None };
        let local = self.root(event.block, through)?;
        self.bindings(local).filter(|bind| self.reaches(bind, event)).find_map(|bind| {
            let EventKind::Bind { slot, .. } = bind.kind else { return None };
            self.cx.atoms(slot.value).iter().find_map(|atom| match atom {
                Atom::Instance(object, _) => self.is_copied(*object).then_some(bind.span),
                _ => None,
            })
        })
    }

    /// Whether an object was made by `copy.copy`, here or in a method that was called.
    fn is_copied(&self, object: ObjectId) -> bool {
        let cx = self.cx;
        let mut at = object;
        for _ in 0..8 {
            let Origin::Made { point, part, .. } = *cx.facts.pool.objects.get(at) else { return false };
            match part {
                Part::Object(inner) => at = inner,
                _ => return is_copy_call(cx, point),
            }
        }
        false
    }
}

fn is_copy_call(cx: &Context<'_>, point: Point) -> bool {
    cx.scene(point.body).events_at(point).any(|event| match &event.kind {
        EventKind::Call(call) => match &call.callee {
            Callee::Path(path) => cx.facts.names.text(*path) == "copy.copy",
            _ => false,
        },
        _ => false,
    })
}

fn finding(scene: &Scene<'_>, event: &Event, attribute: &str, copied: Span) -> Diagnostic {
    let cx = scene.cx;
    let mut steps = vec![cx.step(copied, "a shallow copy: its attributes hold what those of `self` hold")];
    let location = match event.kind {
        EventKind::Write { how: WriteHow::Callee(_, span), .. } => {
            steps.push(cx.step(event.span, "the copy is handed to what changes it"));
            span
        }
        _ => event.span,
    };
    steps.push(cx.step(location, format!("the array in `{attribute}` is changed here, which both have")));
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{attribute}` is changed through a shallow copy of `self`, which shares its arrays"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps,
        help: Some(format!("give the copy an array of its own first: `{}`", own(attribute))),
        fix: None,
    }
}

fn own(attribute: &str) -> String {
    format!("{} = {attribute}.copy()", attribute.replacen("self", "other", 1))
}
