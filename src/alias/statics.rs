//! Names whose meaning does not change: module-level variables and classes, and variables that are bound once, to a
//! function, a class or an import.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::domain::{Age, Atom, Origin, Part, Point, Slot, Vn};
use super::engine::Engine;
use crate::ir::{Body, BodyId, LocalKind, Module, Place as IrPlace, Rvalue, StmtKind, TerminatorKind};

impl<'a> Engine<'a> {
    /// Module-level variables and classes, and variables bound once to a function or an import.
    pub(super) fn find_names(&mut self) {
        let module: &'a Module = self.module;
        for (local, info) in module.bodies[Module::TOP].locals.iter_ids() {
            if let (Some(name), LocalKind::Named) = (info.name, info.kind) {
                self.top_locals.insert(name, local);
            }
        }
        for (id, class) in module.classes.iter_ids() {
            for (name, body) in &class.methods {
                let has = |end: &str| {
                    module.bodies[*body].decorators.iter().any(|decorator| self.names.text(*decorator).ends_with(end))
                };
                // The last of a name counts.
                if has(".setter") {
                    self.setters.insert((id, *name), *body);
                } else if !has(".deleter") {
                    self.methods.insert((id, *name), *body);
                }
            }
            if class.parent == Module::TOP {
                self.class_names.insert(class.name, id);
            }
        }
        for (id, body) in module.bodies.iter_ids() {
            self.find_statics(id, body);
        }
    }

    pub(super) fn find_statics(&mut self, id: BodyId, body: &Body) {
        let mut bound: FxHashMap<crate::ir::Local, Option<Slot>> = FxHashMap::default();
        let mut point = 0;
        for block in &body.blocks {
            for stmt in &block.stmts {
                let targets: SmallVec<[IrPlace; 2]> = match &stmt.kind {
                    StmtKind::Assign { place, .. } => SmallVec::from_elem(*place, 1),
                    StmtKind::Unpack { targets, .. } => targets.iter().map(|target| target.place).collect(),
                    _ => SmallVec::new(),
                };
                for place in targets {
                    let IrPlace::Local(local) = place else { continue };
                    let slot = match &stmt.kind {
                        StmtKind::Assign { value, .. } => self.static_value(id, point, value),
                        _ => None,
                    };
                    let same_import = |old: &Option<Slot>| slot.is_some() && *old == slot;
                    bound
                        .entry(local)
                        .and_modify(|old| {
                            if !same_import(old) {
                                *old = None;
                            }
                        })
                        .or_insert(slot);
                }
                point += 1;
            }
            if let TerminatorKind::ForNext { element: IrPlace::Local(local), .. } = block.end.kind {
                bound.insert(local, None);
            }
            point += 1;
        }
        for (local, slot) in bound {
            if let Some(slot) = slot
                && body.locals[local].kind != LocalKind::Param
            {
                self.statics.insert((id, local), slot);
            }
        }
    }

    pub(super) fn static_value(&mut self, body: BodyId, point: u32, value: &Rvalue) -> Option<Slot> {
        match value {
            Rvalue::Import(path) if self.is_variable(*path) => None,
            Rvalue::Import(path) => Some(self.path_slot(*path)),
            Rvalue::MakeFunction { body: made, defaults, decorators }
                if defaults.is_empty() && decorators.is_empty() =>
            {
                let origin =
                    Origin::Made { point: Point { body, index: point }, age: Age::Recent, part: Part::Result(0) };
                let object = self.pool.objects.intern(origin);
                let value = self.pool.single(Atom::Function(object, *made));
                Some(Slot { value, vn: Vn::Point(Point { body, index: point }, 0) })
            }
            Rvalue::MakeClass { class, decorators, .. } if decorators.is_empty() => {
                let origin =
                    Origin::Made { point: Point { body, index: point }, age: Age::Recent, part: Part::Result(0) };
                let object = self.pool.objects.intern(origin);
                let value = self.pool.single(Atom::Class(object, *class));
                Some(Slot { value, vn: Vn::Point(Point { body, index: point }, 0) })
            }
            _ => None,
        }
    }
}
