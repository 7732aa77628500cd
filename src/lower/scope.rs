//! Scopes: which variable a name means.
//!
//! A function, lambda, class or module has a scope and a body of its own; a comprehension has a scope but lives in the body
//! around it. [`super::collect`] makes the scopes of a whole file before anything is lowered, so that a function can be
//! resolved against variables that are bound after it.

use rustc_hash::{FxHashMap, FxHashSet};
use rustpython_ast as ast;

use crate::ir::{Body, BodyId, Class, ClassId, Id, Local, Module, Name, Table};

/// A scope of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ScopeId(u32);

impl Id for ScopeId {
    fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("a table of fewer than 2^32 entries"))
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a scope is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    /// A function or a lambda.
    Function,
    Class,
    Comprehension,
}

#[derive(Debug)]
pub(super) struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    /// The body its code is part of.
    pub body: BodyId,
    pub names: FxHashMap<Name, Binding>,
}

/// What a scope says of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// It is a variable of this scope's body.
    Local(Local),
    /// `global`
    Global,
    /// `nonlocal`
    Nonlocal,
}

/// What a name means in some body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    Local(Local),
    Free { body: BodyId, local: Local },
    Global,
    Builtin,
}

/// The code of a body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Code<'a> {
    Suite(&'a [ast::Stmt]),
    Expression(&'a ast::Expr),
}

/// A body before and while it is lowered.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub code: Code<'a>,
    pub scope: ScopeId,
    pub body: Body,
}

/// All scopes, bodies and classes of a file.
#[derive(Debug, Default)]
pub(super) struct Scopes<'a> {
    pub table: Table<ScopeId, Scope>,
    pub drafts: Table<BodyId, Draft<'a>>,
    pub classes: Table<ClassId, Class>,
    /// By the node that opens the scope, see [`node_key`].
    pub of_node: FxHashMap<usize, ScopeId>,
    /// Where `:=` binds, sorted.
    pub walruses: Vec<u32>,
}

/// Identity of a node: its place in memory, which the tree's reader borrows.
pub(super) fn node_key<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

impl Scopes<'_> {
    /// The scope that `:=` binds in: comprehensions are passed over.
    pub fn around_comprehensions(&self, mut scope: ScopeId) -> ScopeId {
        while let (ScopeKind::Comprehension, Some(parent)) = (self.table[scope].kind, self.table[scope].parent) {
            scope = parent;
        }
        scope
    }

    /// Whether `:=` binds anything within these offsets.
    pub fn has_walrus(&self, start: u32, end: u32) -> bool {
        let first = self.walruses.partition_point(|at| *at < start);
        self.walruses.get(first).is_some_and(|at| *at < end)
    }

    /// What `name` means to code in `scope`. `bound_in_class`: names that a class body has bound so far; before that, its
    /// names mean those outside (`x = x`).
    pub fn resolve(&mut self, scope: ScopeId, name: Name, bound_in_class: Option<&FxHashSet<Name>>) -> Resolved {
        let home = self.table[scope].body;
        let mut next = Some(scope);
        while let Some(id) = next {
            let current = &self.table[id];
            next = current.parent;
            let visible = match current.kind {
                ScopeKind::Class => id == scope && bound_in_class.is_none_or(|bound| bound.contains(&name)),
                ScopeKind::Module | ScopeKind::Function | ScopeKind::Comprehension => true,
            };
            match current.names.get(&name) {
                Some(&Binding::Local(local)) if visible => return self.found(home, current.body, local),
                Some(Binding::Global) if visible => break,
                Some(Binding::Local(_) | Binding::Global | Binding::Nonlocal) | None => {}
            }
        }
        match self.table.iter().next().and_then(|module| module.names.get(&name)) {
            Some(&Binding::Local(local)) => self.found(home, Module::TOP, local),
            Some(Binding::Global | Binding::Nonlocal) | None if home == Module::TOP => Resolved::Builtin,
            Some(Binding::Global | Binding::Nonlocal) | None => Resolved::Global,
        }
    }

    fn found(&mut self, home: BodyId, owner: BodyId, local: Local) -> Resolved {
        if owner == home {
            return Resolved::Local(local);
        }
        self.drafts[owner].body.locals[local].captured = true;
        if owner == Module::TOP && self.is_global(local) {
            Resolved::Global
        } else {
            Resolved::Free { body: owner, local }
        }
    }

    /// Whether a variable of the module's body is a global, not one of a comprehension.
    fn is_global(&self, local: Local) -> bool {
        self.drafts[Module::TOP].body.locals[local].kind == crate::ir::LocalKind::Named
    }
}
