//! # shared-default-mutated: a default that all calls share is changed in place
//!
//! ## What
//!
//! A function works with what its caller gave, or with a default that was made once: a list, dictionary or array that stands in the
//! signature, the class body or the module. It then changes what it has in place.
//!
//! ## Why it hurts
//!
//! A caller who gives nothing changes the default for every later call and every other object. The author thinks of the object as this
//! call's own: on the other path it is. NumPy's `NameValidator` added a character to a set that all its instances share.
//!
//! ## Bad
//!
//! ```python
//! DEFAULTS = {"tol": 1e-3}
//!
//! def options(given=None):
//!     chosen = DEFAULTS if given is None else dict(given)
//!     chosen["verbose"] = False           # for every later call
//!     return chosen
//! ```
//!
//! ## Good
//!
//! ```python
//! DEFAULTS = {"tol": 1e-3}
//!
//! def options(given=None):
//!     chosen = dict(DEFAULTS if given is None else given)
//!     chosen["verbose"] = False
//!     return chosen
//! ```
//!
//! ## Limits
//!
//! A second name for the default alone (`registry = self.registry`) is taken to be meant, unless it is an array that is updated. So is what is
//! called a cache, a memo or a registry, a list of one element in the signature of a function (`count=[0]`), and any default in the signature
//! of a private function: its callers are at hand. Defaults of other modules and of base classes are not seen.

use rustc_hash::{FxHashMap, FxHashSet};

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{ArrayAtom, Atom, Const, Place, Point, ValueId};
use crate::alias::event::EventKind;
use crate::alias::facts::Evidence;
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::ir::{BodyId, CallArg, BodyKind, ClassId, Id, Local, Name, Operand, OperandKind, Rvalue, Stmt, StmtKind};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta =
    Meta { name: "shared-default-mutated", group: Group::Mutation, severity: Severity::Warning, fix: None };

/// Parts of names of things that are shared on purpose.
const SHARED: &[&str] =
    &["cache", "shared", "buffer", "pool", "global", "regist", "memo", "scratch", "state", "seen", "visited", "handler", "stack"];

/// Methods that put something into what they are called on.
const PUTS: &[&str] = &["append", "appendleft", "extend", "insert", "add", "update", "setdefault"];

/// Methods that change what is there.
const CHANGES: &[&str] = &["remove", "discard", "clear", "pop", "popitem", "popleft", "sort", "reverse", "fill"];

/// What all calls share.
#[derive(Clone, Copy, Debug)]
struct Shared {
    /// Where it was made.
    made: Span,
    /// Whether it is an array, and no list, dictionary or set.
    is_array: bool,
}

/// The defaults of a file.
struct Defaults {
    /// Those in signatures, by position.
    params: FxHashMap<(BodyId, u32), Shared>,
    attributes: FxHashMap<(ClassId, Name), Shared>,
    globals: FxHashMap<Name, Shared>,
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    let defaults = Defaults::of(cx);
    if defaults.params.is_empty() && defaults.attributes.is_empty() && defaults.globals.is_empty() {
        return;
    }
    for scene in cx.scenes().filter(|scene| scene.body.kind == BodyKind::Function) {
        let mut told = Vec::new();
        for (id, block) in scene.body.blocks.iter_ids() {
            let first = scene.tables().firsts[id.index()];
            for (index, stmt) in (first..).zip(&block.stmts) {
                let Some((changed, is_put)) = changed(&scene, stmt) else { continue };
                let OperandKind::Local(local) = changed.kind else { continue };
                let Some(slot) = scene.slot_at(Point { body: scene.id, index }, changed) else { continue };
                let found = defaults.found(&scene, local, slot.value, is_put);
                if let Some((shared, name)) = found.filter(|_| !told.contains(&local)) {
                    told.push(local);
                    acc.push(finding(&scene, stmt, local, shared, &name));
                }
            }
        }
    }
}

/// What a statement changes in place, and whether it puts something there.
fn changed(scene: &Scene<'_>, stmt: &Stmt) -> Option<(Operand, bool)> {
    match &stmt.kind {
        StmtKind::StoreIndex { object, .. } => Some((*object, true)),
        StmtKind::Assign { value: Rvalue::InPlace { target, .. }, .. } => Some((*target, true)),
        StmtKind::Assign { value: Rvalue::CallMethod { object, method, args, .. }, .. }
        | StmtKind::Eval { value: Rvalue::CallMethod { object, method, args, .. } } => {
            let method = scene.cx.facts.names.text(*method);
            let is_put = PUTS.contains(&method) && !(method == "setdefault" && are_constants(args));
            (is_put || CHANGES.contains(&method)).then_some((*object, is_put))
        }
        StmtKind::Eval { value: Rvalue::Append { container, .. } } => Some((*container, true)),
        _ => None,
    }
}

/// Whether a call leaves the same behind each time: `options.setdefault("tol", 0)`.
fn are_constants(args: &[CallArg]) -> bool {
    args.iter().all(|arg| matches!(arg.value.kind, OperandKind::Const(_)))
}

impl Defaults {
    fn of(cx: &Context<'_>) -> Self {
        let mut defaults =
            Self { params: FxHashMap::default(), attributes: FxHashMap::default(), globals: FxHashMap::default() };
        for scene in cx.scenes() {
            defaults.add_signatures(&scene);
            if scene.body.kind == BodyKind::Module {
                defaults.add_globals(&scene);
            }
        }
        for (class, _) in cx.module.classes.iter_ids() {
            defaults.add_attributes(cx, class);
        }
        defaults
    }

    fn add_signatures(&mut self, scene: &Scene<'_>) {
        // A function inside another one is made anew, and its defaults with it.
        if scene.is_function() {
            return;
        }
        for (id, block) in scene.body.blocks.iter_ids() {
            let first = scene.tables().firsts[id.index()];
            for (index, stmt) in (first..).zip(&block.stmts) {
                let StmtKind::Assign { value: Rvalue::MakeFunction { body, defaults, .. }, .. } = &stmt.kind else {
                    continue;
                };
                for (position, operand) in defaults {
                    let is_cell = matches!(scene.definition(id, *operand), Some(Rvalue::List(items)) if items.len() == 1);
                    let slot = scene.slot_at(Point { body: scene.id, index }, *operand);
                    let made = slot.and_then(|slot| made(scene.cx, slot.value, operand.span));
                    if let Some(shared) = made.filter(|_| !is_cell) {
                        self.params.insert((*body, *position), shared);
                    }
                }
            }
        }
    }

    fn add_globals(&mut self, scene: &Scene<'_>) {
        let bound = bound_once(scene);
        if bound.is_empty() {
            return;
        }
        let statements = scene.cx.module.bodies.iter().flat_map(|body| &body.blocks).flat_map(|block| &block.stmts);
        let given: FxHashSet<Name> = statements
            .filter_map(|stmt| match stmt.kind {
                StmtKind::StoreGlobal { name, .. } | StmtKind::DeleteGlobal(name) => Some(name),
                _ => None,
            })
            .collect();
        self.globals.extend(bound.into_iter().filter(|(name, _)| !given.contains(name)));
    }

    fn add_attributes(&mut self, cx: &Context<'_>, class: ClassId) {
        let definition = &cx.module.classes[class];
        let is_plain = |base: &Option<Name>| base.is_some_and(|name| cx.facts.names.text(name) == "object");
        if !definition.bases.iter().all(is_plain) || !definition.decorators.is_empty() {
            return;
        }
        let bound = bound_once(&cx.scene(definition.body));
        if bound.is_empty() {
            return;
        }
        let stored: FxHashSet<Name> = cx.stores(class).iter().map(|stored| stored.attr).collect();
        let kept = bound.into_iter().filter(|(name, _)| !stored.contains(name));
        self.attributes.extend(kept.map(|(name, shared)| ((class, name), shared)));
    }

    /// What a variable shares with other calls, where that is a possibility of its value, and the name of it.
    fn found(&self, scene: &Scene<'_>, local: Local, value: ValueId, is_put: bool) -> Option<(Shared, String)> {
        let cx = scene.cx;
        let atoms = cx.atoms(value);
        let name = scene.name(local)?;
        atoms.iter().find_map(|atom| {
            let Atom::Array(array) = atom else { return None };
            let (shared, of) = self.shared(scene, *array)?;
            if is_shared_by_name(&of) || is_shared_by_name(name) {
                return None;
            }
            // What was converted to an array is no list or dictionary any more.
            if !shared.is_array && cx.array_facts(*array).evidence > Evidence::None {
                return None;
            }
            let is_default = of == name;
            // The callers of a private function are at hand, and give what it changes.
            if is_default && scene.is_internal() {
                return None;
            }
            let is_own = |other: &Atom| match other {
                Atom::Array(array) => self.shared(scene, *array).is_none(),
                other => !is_none(cx, *other),
            };
            let is_chosen = atoms.iter().any(is_own);
            let is_update = shared.is_array && is_put && !of.eq_ignore_ascii_case(name);
            (is_default && is_put || !is_default && (is_chosen || is_update)).then_some((shared, of))
        })
    }

    fn shared(&self, scene: &Scene<'_>, array: ArrayAtom) -> Option<(Shared, String)> {
        let cx = scene.cx;
        let text = |name: Name| cx.facts.names.text(name).to_owned();
        let place = cx.place_of(array.object)?;
        match *cx.facts.pool.places.get(place) {
            Place::Param(body, position) if body == scene.id => {
                let shared = self.params.get(&(body, position))?;
                let name = scene.name(scene.body.params.get(position as usize)?.local)?;
                Some((*shared, name.to_owned()))
            }
            Place::Global(name) => self.globals.get(&name).map(|shared| (*shared, text(name))),
            Place::Attr(..) => {
                let (class, name) = cx.self_attribute(place)?;
                self.attributes.get(&(class, name)).map(|shared| (*shared, format!("self.{}", text(name))))
            }
            Place::Param(..) | Place::Free(..) | Place::Element(_) => None,
        }
    }
}

/// The names that a module or a class body binds once, to what it makes there.
fn bound_once(scene: &Scene<'_>) -> Vec<(Name, Shared)> {
    let bound = scene.events.iter().filter_map(|event| {
        let EventKind::Bind { local, slot, .. } = event.kind else { return None };
        let name = scene.body.locals[local].name?;
        let shared = made(scene.cx, slot.value, event.span).filter(|_| scene.bindings(local).count() == 1)?;
        Some((name, shared))
    });
    bound.collect()
}

/// What was made, if a value is a new array, list, dictionary or set.
fn made(cx: &Context<'_>, value: ValueId, span: Span) -> Option<Shared> {
    use crate::alias::domain::ContainerKind::{Dict, List, Set};
    match cx.atoms(value) {
        [Atom::Container(_, List | Dict | Set)] => Some(Shared { made: span, is_array: false }),
        [Atom::Array(array)] if cx.place_of(array.object).is_none() => {
            cx.is_array(value, Evidence::Made).then_some(Shared { made: span, is_array: true })
        }
        _ => None,
    }
}

fn is_none(cx: &Context<'_>, atom: Atom) -> bool {
    matches!(atom, Atom::Const(id) if *cx.facts.pool.consts.get(id) == Const::None)
}

fn is_shared_by_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with('_') || SHARED.iter().any(|word| name.contains(word))
}

fn finding(scene: &Scene<'_>, stmt: &Stmt, local: Local, shared: Shared, of: &str) -> Diagnostic {
    let cx = scene.cx;
    let name = scene.name(local).unwrap_or("");
    let is_default = name == of;
    let message = if is_default {
        format!("the default of `{name}` is made once, and `{}` changes it for every later call", cx.facts.names.text(scene.body.name))
    } else {
        format!("`{name}` may be `{of}` itself, which all calls share, and is changed in place")
    };
    let help = if is_default {
        format!("make it in the function: `{name}=None`, and a new one where it is `None`")
    } else {
        format!("take a copy of the default: `{of}.copy()`")
    };
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message,
        location: cx.location(stmt.span),
        scope: scene.scope(),
        steps: vec![cx.step(shared.made, "made here, once"), cx.step(stmt.span, format!("`{name}` is changed here"))],
        help: Some(help),
        fix: None,
    }
}
