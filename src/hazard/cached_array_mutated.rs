//! # cached-array-mutated: what a cached function gave is changed in place, and with it every later result
//!
//! ## What
//!
//! A function under `functools.lru_cache`, `functools.cache` or `cached_property` makes an array, a list or a dictionary. A caller changes
//! what it got in place.
//!
//! ## Why it hurts
//!
//! The cache hands out one object every time. Who changes it changes the answer to every later call, far away from here.
//!
//! ## Bad
//!
//! ```python
//! @functools.lru_cache
//! def window(n):
//!     return np.hanning(n)
//!
//! def apply_window(x):
//!     w = window(len(x))
//!     w /= w.sum()                        # the next call starts from this
//!     return x * w
//! ```
//!
//! ## Good
//!
//! ```python
//! @functools.lru_cache
//! def window(n):
//!     return np.hanning(n)
//!
//! def apply_window(x):
//!     w = window(len(x))
//!     return x * (w / w.sum())
//! ```
//!
//! ## Limits
//!
//! Only functions of the same file and properties of the same class are followed, where they are bound to a name first. An array that
//! the function makes read-only is safe: `w.flags.writeable = False`.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::Tri;
use crate::alias::domain::{Atom, ContainerKind};
use crate::alias::event::{Event, EventKind};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::{BodyId, BodyKind, Local, Name, OperandKind, Rvalue, Stmt, StmtKind};

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "cached-array-mutated",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// Decorators that keep what a function gave, for later calls.
const CACHES: &[&str] = &["lru_cache", "cache", "cached_property", "cachedproperty", "lazyproperty", "cache_readonly"];

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    let cached: Vec<BodyId> = cx.module.bodies.iter_ids().map(|(id, _)| id).filter(|id| gives_one_object(cx, *id)).collect();
    if cached.is_empty() {
        return;
    }
    for scene in cx.scenes().filter(Scene::is_function) {
        for event in scene.events {
            let EventKind::Bind { local, .. } = event.kind else { continue };
            let Some(function) = source(&scene, event, &cached) else { continue };
            if let Some(change) = scene.change_of(local, event) {
                acc.push(finding(&scene, event, local, function, change));
            }
        }
    }
}

/// Whether a function is cached, and makes what can be changed.
fn gives_one_object(cx: &Context<'_>, id: BodyId) -> bool {
    let body = &cx.module.bodies[id];
    let is_cache = |name: &Name| {
        let text = cx.facts.names.text(*name);
        let (module, last) = text.rsplit_once('.').unwrap_or(("functools", text));
        CACHES.contains(&last) && (module == "functools" || last != "cache")
    };
    if body.kind != BodyKind::Function || !body.decorators.iter().any(is_cache) {
        return false;
    }
    let Some(summary) = &cx.facts.summaries[id] else { return false };
    let atoms = cx.atoms(summary.result);
    let can_change = |atom: &Atom| match atom {
        Atom::Array(array) => {
            let facts = cx.array_facts(*array);
            facts.evidence == Evidence::Made && facts.writeable != Tri::No
        }
        Atom::Container(_, kind) => matches!(kind, ContainerKind::List | ContainerKind::Dict | ContainerKind::Set),
        _ => false,
    };
    // Of an array without axes a call may give a number.
    let may_be = |atom: &Atom| can_change(atom) || *atom == Atom::Scalar;
    !summary.opaque && atoms.iter().any(can_change) && atoms.iter().all(may_be)
}

/// The cached function, or property of `self`, that gave a variable what it is bound to.
fn source(scene: &Scene<'_>, bind: &Event, cached: &[BodyId]) -> Option<BodyId> {
    let StmtKind::Assign { value, .. } = &scene.stmt(bind)?.kind else { return None };
    let of_self = |object: OperandKind, name: Name| {
        let is_self = matches!(object, OperandKind::Local(local) if Some(local) == scene.receiver());
        let class = scene.body.class.filter(|_| is_self)?;
        let methods = &scene.cx.module.classes[class].methods;
        methods.iter().rev().find(|(method, _)| *method == name).map(|(_, body)| *body)
    };
    let (body, is_read) = match value {
        Rvalue::Call { function, .. } => match scene.definition(bind.block, *function)? {
            Rvalue::Global(name) => (module_function(scene.cx, *name)?, false),
            _ => return None,
        },
        Rvalue::CallMethod { object, method, .. } => (of_self(object.kind, *method)?, false),
        Rvalue::Attr { object, attr } => (of_self(object.kind, *attr)?, true),
        _ => return None,
    };
    let is_property = scene.cx.module.bodies[body].decorators.iter().any(|name| {
        let text = scene.cx.facts.names.text(*name);
        text.contains("property") || text.contains("readonly")
    });
    (cached.contains(&body) && is_property == is_read).then_some(body)
}

/// The function that a module's name is, if it is bound once.
fn module_function(cx: &Context<'_>, name: Name) -> Option<BodyId> {
    let is_it = |id: BodyId| {
        let body = &cx.module.bodies[id];
        let is_top = body.parent.is_some_and(|parent| cx.module.bodies[parent].kind == BodyKind::Module);
        body.name == name && is_top && body.kind == BodyKind::Function
    };
    let mut found = cx.module.bodies.iter_ids().map(|(id, _)| id).filter(|id| is_it(*id));
    found.next().filter(|_| found.next().is_none())
}

fn finding(scene: &Scene<'_>, bind: &Event, local: Local, function: BodyId, change: &Stmt) -> Diagnostic {
    let cx = scene.cx;
    let body = &cx.module.bodies[function];
    let (function, name) = (cx.facts.names.text(body.name), scene.name(local).unwrap_or(""));
    let span = scene.stmt(bind).map_or(bind.span, |stmt| stmt.span);
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{name}` is what `{function}` keeps in its cache: this changes the answer to every later call"),
        location: cx.location(change.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(body.name_span, format!("`{function}` gives one object every time")),
            cx.step(span, "it is taken here"),
            cx.step(change.span, "it is changed here"),
        ],
        help: Some(format!("work with a copy: `{}`", cx.copy_text(span))),
        fix: Some(cx.copy_fix(span, "take a copy", Applicability::Safe)),
    }
}
