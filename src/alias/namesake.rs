//! What the module-level names of a file mean to those who import them.
//!
//! ```python
//! from .tools import halves as parts      # `pkg.parts` is `pkg.tools.halves`
//!
//! def rest(x): ...                        # a function for good
//!
//! limit = np.zeros(3)                     # any array: whoever imports it asks when it may have been bound anew
//! ```

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{self, BodyId, Local, Module, Name, Rvalue, StmtKind};
use crate::rules::ProjectClass;

/// The module-level names of a file that mean one thing for good, and those that do not.
pub struct Names {
    bound: FxHashMap<Local, Option<Bound>>,
}

/// What a name means.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Bound {
    Function(BodyId),
    Class(ir::ClassId),
    Import(Name),
}

impl Names {
    /// The names of a module. One that is bound in two ways, by a function of the module among others, means what the last binding
    /// says when it is read, which is not known here.
    #[must_use]
    pub fn of(module: &Module) -> Self {
        let mut names = Self { bound: FxHashMap::default() };
        let top = &module.bodies[Module::TOP];
        for block in &top.blocks {
            for stmt in &block.stmts {
                match &stmt.kind {
                    StmtKind::Assign { place: ir::Place::Local(local), value, .. } => {
                        names.bind(
                            *local,
                            match value {
                                Rvalue::Import(path) => Some(Bound::Import(*path)),
                                Rvalue::MakeFunction { body, .. } => Some(Bound::Function(*body)),
                                Rvalue::MakeClass { class, .. } => Some(Bound::Class(*class)),
                                _ => None,
                            },
                        );
                    }
                    StmtKind::Unpack { targets, .. } => {
                        for target in targets {
                            names.bind_place(target.place);
                        }
                    }
                    StmtKind::DeleteLocal(local) => names.bind(*local, None),
                    _ => {}
                }
            }
            if let ir::TerminatorKind::ForNext { element, .. } = block.end.kind {
                names.bind_place(element);
            }
        }
        let stmts = module.bodies.iter().flat_map(|body| body.blocks.iter()).flat_map(|block| &block.stmts);
        let stored: FxHashSet<Name> = stmts
            .filter_map(|stmt| match stmt.kind {
                StmtKind::StoreGlobal { name, .. } | StmtKind::DeleteGlobal(name) => Some(name),
                _ => None,
            })
            .collect();
        for (local, info) in top.locals.iter_ids() {
            if info.name.is_some_and(|name| stored.contains(&name)) {
                names.bind(local, None);
            }
        }
        names
    }

    fn bind(&mut self, local: Local, bound: Option<Bound>) {
        let is_other = |known: &Option<Bound>| known.is_none() || *known != bound;
        self.bound
            .entry(local)
            .and_modify(|known| *known = if is_other(known) { None } else { *known })
            .or_insert(bound);
    }

    fn bind_place(&mut self, place: ir::Place) {
        if let ir::Place::Local(local) = place {
            self.bind(local, None);
        }
    }

    /// The variables that are bound to something imported, and nothing else.
    pub(super) fn imports(&self) -> impl Iterator<Item = (Local, Name)> {
        self.bound.iter().filter_map(|(local, bound)| match bound {
            Some(Bound::Import(path)) => Some((*local, *path)),
            _ => None,
        })
    }

    /// The names that mean one thing for good.
    pub(super) fn sure<'m>(&'m self, module: &'m Module) -> impl Iterator<Item = (&'m str, Bound)> {
        let top = &module.bodies[Module::TOP];
        top.locals.iter_ids().filter_map(|(local, info)| {
            let bound = (*self.bound.get(&local)?)?;
            Some((module.names.text(info.name?), bound))
        })
    }
}

/// What a module-level name stands for, where it is that of something imported and nothing else.
#[must_use]
pub fn import_of<'m>(module: &'m Module, name: &str) -> Option<&'m str> {
    Names::of(module).sure(module).find_map(|(own, bound)| match bound {
        Bound::Import(path) if own == name => Some(module.names.text(path)),
        Bound::Import(_) | Bound::Function(_) | Bound::Class(_) => None,
    })
}

/// Other names that a module gives to what it imports, as (its own, what is imported).
#[must_use]
pub fn names_of(module: &Module, names: &Names, name: &str) -> Vec<(String, String)> {
    let imports = names.sure(module).filter_map(|(own, bound)| {
        let Bound::Import(target) = bound else { return None };
        Some((format!("{name}.{own}"), module.names.text(target).to_owned()))
    });
    imports.filter(|(own, target)| own != target).collect()
}

/// The module-level variables of a module, under its name: what they hold is not known elsewhere.
#[must_use]
pub fn values_of(module: &Module, names: &Names, name: &str) -> Vec<String> {
    let top = &module.bodies[Module::TOP];
    let values = top.locals.iter_ids().filter_map(|(local, info)| {
        let own = info.name.filter(|_| info.kind == ir::LocalKind::Named && names.bound.get(&local) == Some(&None));
        Some(format!("{name}.{}", module.names.text(own?)))
    });
    values.collect()
}

/// The classes of a module, under its name.
#[must_use]
pub fn classes_of(module: &Module, names: &Names, name: &str) -> Vec<(String, ProjectClass)> {
    let text = |id| module.names.text(id);
    // A base is known by the name that it has in this module, which may be one that it imports.
    let base = |base: &Option<ir::Name>| {
        base.map(|base| match text(base) {
            "object" => "object".to_owned(),
            base => format!("{name}.{base}"),
        })
    };
    let class = |class: &ir::Class| {
        let own = module.bodies[class.body].locals.iter().filter_map(|local| local.name);
        let own = own.map(|own| text(own).to_owned()).collect();
        (format!("{name}.{}", text(class.name)), ProjectClass { bases: class.bases.iter().map(base).collect(), own })
    };
    let classes = names.sure(module).filter_map(|(_, bound)| match bound {
        Bound::Class(id) => Some(class(&module.classes[id])),
        Bound::Function(_) | Bound::Import(_) => None,
    });
    classes.collect()
}
