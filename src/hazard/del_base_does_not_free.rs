//! # del-base-does-not-free: `del` takes away a name; a view keeps all of the memory
//!
//! ## What
//!
//! `del a` (or `a = None`) of an array, while a small view of it, such as `b = a[:100]`, lives on.
//!
//! ## Why it hurts
//!
//! A view holds a reference to its base, and the base owns the memory. Deleting the name `a` frees nothing as long as any view of it
//! is reachable: a hundred numbers can hold 800 MB. Nothing says so; the process just stays large.
//!
//! ## Bad
//!
//! ```python
//! a = np.arange(int(1e8))
//! b = a[:100]
//! del a                               # the 800 MB stay: b.base is the old array
//! ```
//!
//! ## Good
//!
//! ```python
//! a = np.arange(int(1e8))
//! b = a[:100].copy()
//! del a                               # freed
//! ```
//!
//! ## Limits
//!
//! Silent where the array is known to be small (below 1 MiB), where the view takes more than an eighth of it, where another name
//! of the whole array lives on, and for arrays that belong to the caller. A view is taken to be small if the sizes say so or, where they are
//! not known, if it is cut out by a literal bound or a single position. `a = None` counts only where the array is known to be large.

use super::attribute::Stored;
use super::holding::{Base, Shown, human};
use super::liveness::Needed;
use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{ArrayAtom, Atom, Const, MemoryId, Slot};
use crate::alias::event::{Event, EventKind, Making};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::{ClassId, Id, Local, Name, Rvalue, StmtKind};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "del-base-does-not-free",
    group: Group::Lifetime,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// A view that outlives the name of its base.
struct Survivor<'a> {
    local: Local,
    view: ArrayAtom,
    needed: Needed<'a>,
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        if !scene.events.iter().any(|event| released(cx, event).is_some() || is_attribute(event)) {
            continue;
        }
        let shown = Shown::in_scene(&scene);
        for event in scene.events {
            if let Some((local, slot)) = released(cx, event) {
                acc.extend(of_variable(&scene, &shown, event, local, slot));
            }
            if let EventKind::DeleteAttr { holder, attr } = event.kind
                && let Some(class) = scene.slot_at(event.point, holder).and_then(|slot| cx.class_of_self(slot.value))
            {
                acc.extend(of_attribute(&scene, event, class, attr));
            }
        }
    }
}

fn is_attribute(event: &Event) -> bool {
    matches!(event.kind, EventKind::DeleteAttr { .. })
}

/// The variable that an event deletes or sets to `None`, and what it held.
fn released(cx: &Context<'_>, event: &Event) -> Option<(Local, Slot)> {
    match event.kind {
        EventKind::Delete { local, slot } => Some((local, slot)),
        EventKind::Bind { local, before, slot, .. } => match *cx.atoms(slot.value) {
            [Atom::Const(id)] if *cx.facts.pool.consts.get(id) == Const::None => Some((local, before)),
            _ => None,
        },
        _ => None,
    }
}

fn of_variable(
    scene: &Scene<'_>,
    shown: &Shown<'_, '_>,
    event: &Event,
    local: Local,
    slot: Slot,
) -> Option<Diagnostic> {
    let cx = scene.cx;
    let array = cx.made_array(slot.value)?;
    let is_captured = scene.body.locals[local].captured && scene.is_function();
    let base = shown.base(array).filter(|_| !is_captured)?;
    let is_delete = matches!(event.kind, EventKind::Delete { .. });
    let counts = if is_delete { !base.is_small() } else { base.is_large() };
    if !counts || cx.array_facts(array).evidence < Evidence::Use || shown.is_small_part(array, base) {
        return None;
    }
    let survivors = survivors(scene, event, local, array.memory)?;
    let all_small = survivors.iter().all(|one| shown.is_small_part(one.view, base));
    let survivor =
        survivors.first().filter(|_| all_small && !is_kept_whole(scene, shown, event, array.memory, base))?;
    let confidence = match (base.is_large(), survivors.len()) {
        (true, _) => Confidence::Certain,
        (false, 1) => Confidence::Likely,
        (false, _) => Confidence::Possible,
    };
    Some(finding(scene, event, local, base, survivor, confidence))
}

/// The variables over a memory that are needed after an event, in order of their first need; `None` if one of them may
/// hold something else.
fn survivors<'a>(scene: &Scene<'a>, event: &Event, deleted: Local, memory: MemoryId) -> Option<Vec<Survivor<'a>>> {
    let cx = scene.cx;
    let mut found = Vec::new();
    for (index, slot) in scene.locals_at(event).into_iter().enumerate() {
        let local = Local::from_index(index);
        if local == deleted || !cx.arrays(slot.value).any(|array| array.memory == memory) {
            continue;
        }
        if scene.body.locals[local].captured && scene.is_function() {
            return None;
        }
        let Some(needed) = scene.needed_after(event, local, memory) else { continue };
        let [Atom::Array(view)] = *cx.atoms(slot.value) else { return None };
        found.push(Survivor { local, view, needed });
    }
    found.sort_by_key(|one| match one.needed {
        Needed::Read(read) => read.point.index,
        Needed::AtEnd => u32::MAX,
    });
    Some(found)
}

/// Whether more than a small part of a memory was stored where it outlives the variable.
fn is_kept_whole(scene: &Scene<'_>, shown: &Shown<'_, '_>, event: &Event, memory: MemoryId, base: Base) -> bool {
    scene.events.iter().any(|other| match other.kind {
        EventKind::Keep { value, .. } => {
            scene.reaches(other, event)
                && scene.cx.arrays(value).any(|array| array.memory == memory && !shown.is_small_part(array, base))
        }
        _ => false,
    })
}

fn finding(
    scene: &Scene<'_>,
    event: &Event,
    local: Local,
    base: Base,
    survivor: &Survivor<'_>,
    confidence: Confidence,
) -> Diagnostic {
    let cx = scene.cx;
    let (name, view) = (scene.name(local).unwrap_or("it"), scene.name(survivor.local).unwrap_or("a view"));
    let held = base.bytes.map_or_else(|| "all of its memory".to_owned(), |bytes| format!("all {} of it", human(bytes)));
    let is_delete = matches!(event.kind, EventKind::Delete { .. });
    let done = if is_delete { format!("del {name}") } else { format!("{name} = None") };
    let mut steps = Vec::new();
    if let Some(made) = cx.making(base.object).filter(|made| made.point.body == scene.id && made.span != event.span) {
        steps.push(cx.step(made.span, format!("`{name}` owns the memory")));
    }
    let made = cx.making(survivor.view.object).filter(|made| made.point.body == scene.id);
    if let Some(made) = made {
        steps.push(cx.step(made.span, format!("`{view}` is a view of it{}", by_rule(cx, made))));
    }
    steps.push(cx.step(event.span, format!("`{done}` takes away a name, not the memory")));
    if let Needed::Read(read) = survivor.needed {
        steps.push(cx.step(read.span, format!("`{view}` is still used here")));
    }
    let fix = made.map(|made| {
        let safe = if is_written(scene, survivor.view.memory) { Applicability::Unsafe } else { Applicability::Safe };
        cx.copy_fix(made.span, "keep a copy of the part", safe)
    });
    let copy = made.map_or_else(|| format!("{view}.copy()"), |made| cx.copy_text(made.span));
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence,
        message: format!("`{done}` frees nothing: the view `{view}` keeps {held} alive"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps,
        help: Some(format!("keep a copy of what is needed: `{view} = {copy}`")),
        fix,
    }
}

/// Whether a body writes into a memory: then it matters whether the view is a copy.
fn is_written(scene: &Scene<'_>, memory: MemoryId) -> bool {
    scene.events.iter().any(|event| match event.kind {
        EventKind::Write { target, .. } => scene.cx.arrays(target).any(|array| array.memory == memory),
        _ => false,
    })
}

fn by_rule(cx: &Context<'_>, making: &Making) -> &'static str {
    match cx.making_rule(making) {
        Some(_) if making.is_index => " (a slice)",
        _ => "",
    }
}

/// `del self.a`, where another attribute was given a small view of what was stored in `a`, and nothing else.
fn of_attribute(scene: &Scene<'_>, event: &Event, class: ClassId, attr: Name) -> Option<Diagnostic> {
    let cx = scene.cx;
    let stores = cx.stores(class);
    let bases = stored_bases(cx, &stores, attr)?;
    let mut found: Option<(Name, Span, Base)> = None;
    for stored in stores.iter().filter(|stored| stored.attr != attr) {
        let inner = cx.scenes().find(|scene| scene.id == stored.body)?;
        let shown = Shown::in_scene(&inner);
        for array in cx.arrays(stored.value) {
            let Some((_, base)) = bases.iter().find(|(memory, _)| *memory == array.memory) else { continue };
            if stored.body == scene.id || !shown.is_small_part(array, *base) {
                return None;
            }
            found = Some((stored.attr, stored.event.span, *base));
        }
    }
    let (other, made, base) = found?;
    let arrays = stores.iter().filter(|stored| stored.attr == other && cx.arrays(stored.value).next().is_some());
    if arrays.count() != 1 {
        return None;
    }
    let (name, view) = (cx.facts.names.text(attr), cx.facts.names.text(other));
    let held = base.bytes.map_or_else(|| "its memory".to_owned(), human);
    let mut steps = vec![
        cx.step(made, format!("`self.{view}` is a view of `self.{name}`")),
        cx.step(event.span, format!("`del self.{name}` takes away a name, not the memory")),
    ];
    steps.extend(
        attribute_read_after(scene, event, other)
            .map(|read| cx.step(read, format!("`self.{view}` is still used here"))),
    );
    Some(Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`del self.{name}` frees nothing: `self.{view}` is a view that keeps all {held} of it alive"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps,
        help: Some(format!("store a copy: `self.{view} = {}`", cx.copy_text(made))),
        fix: Some(cx.copy_fix(made, "store a copy of the part", Applicability::Unsafe)),
    })
}

/// The memories of what is stored in an attribute, if each is a large array of its own.
fn stored_bases(cx: &Context<'_>, stores: &[Stored<'_>], attr: Name) -> Option<Vec<(MemoryId, Base)>> {
    let of_attr = stores.iter().filter(|stored| stored.attr == attr);
    let bases = of_attr.map(|stored| {
        let array = cx.made_array(stored.value)?;
        let inner = cx.scenes().find(|scene| scene.id == stored.body)?;
        let base = Shown::in_scene(&inner).base(array).filter(|base| base.is_large())?;
        Some((array.memory, base))
    });
    bases.collect()
}

/// Where an attribute is read further down.
fn attribute_read_after(scene: &Scene<'_>, event: &Event, attr: Name) -> Option<Span> {
    let stmts = scene.body.blocks.iter().flat_map(|block| &block.stmts);
    let reads = stmts.filter(|stmt| {
        stmt.span.start > event.span.end
            && matches!(&stmt.kind, StmtKind::Assign { value: Rvalue::Attr { attr: read, .. }, .. } if *read == attr)
    });
    reads.map(|stmt| stmt.span).min_by_key(|span| span.start)
}
