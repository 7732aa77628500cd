//! `from module import *`, where the module is a file of the project: every public name is imported by itself.
//!
//! ```python
//! from .tools import *          # tools.py: __all__ = ["halves", "rest"]
//! ```
//!
//! is `from .tools import halves, rest`. Without `__all__` the public names are those without an underscore in front.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ModuleName;
use crate::ir::{
    Body, Const, Local, LocalInfo, LocalKind, Module, Name, NameTable, Operand, OperandKind, Place, Rvalue, Stmt,
    StmtKind, Table,
};
use crate::source::Span;

/// The names that a module gives to those who import all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Public {
    /// The names, in order.
    pub names: Vec<String>,
    /// Whether they are these: an `__all__` that is put together by code may name fewer, or more.
    pub is_sure: bool,
}

/// The public names of a module of which the imports have been resolved.
#[must_use]
pub fn public_names(module: &Module) -> Public {
    let top = &module.bodies[Module::TOP];
    let text = |name: Name| module.names.text(name);
    let variables = || top.locals.iter_ids().filter_map(|(local, info)| Some((local, text(name_of(info)?))));
    let listed = variables().find(|(_, name)| *name == "__all__").map(|(local, _)| listed_names(module, top, local));
    if let Some(Some(names)) = listed {
        return Public { names, is_sure: true };
    }
    let has_star = top.blocks.iter().flat_map(|block| &block.stmts).any(|stmt| is_star(stmt).is_some());
    let mut names: Vec<String> = variables().map(|(_, name)| name.to_owned()).collect();
    names.retain(|name| !name.starts_with('_'));
    names.sort_unstable();
    Public { names, is_sure: listed.is_none() && !has_star }
}

/// The names in `__all__`, where it is bound once, to a list or tuple of texts, and not used otherwise.
fn listed_names(module: &Module, top: &Body, all: Local) -> Option<Vec<String>> {
    let mut listed = None;
    for stmt in top.blocks.iter().flat_map(|block| &block.stmts) {
        let mut is_used = false;
        stmt.kind.operands(&mut |operand| is_used |= operand.kind == OperandKind::Local(all));
        if is_used {
            return None;
        }
        let StmtKind::Assign { place: Place::Local(local), value, .. } = &stmt.kind else { continue };
        if *local != all {
            continue;
        }
        let (Rvalue::List(elements) | Rvalue::Tuple(elements)) = value else { return None };
        let texts = elements.iter().map(|element| match element.value.kind {
            OperandKind::Const(Const::Str(text)) if !element.starred => Some(module.names.text(text).to_owned()),
            _ => None,
        });
        if listed.replace(texts.collect::<Option<Vec<String>>>()?).is_some() {
            return None;
        }
    }
    listed
}

fn name_of(info: &LocalInfo) -> Option<Name> {
    info.name.filter(|_| info.kind == LocalKind::Named)
}

fn is_star(stmt: &Stmt) -> Option<Name> {
    if let StmtKind::ImportStar(path) = stmt.kind { Some(path) } else { None }
}

/// Puts imports of single names in the place of each `import *` from one of these modules. The stages are those of
/// [`super::stages`]: what is imported comes first.
pub fn expand_all_stars(modules: &mut [Option<&mut Module>], names: &[ModuleName], stages: &[Vec<usize>]) {
    let all = modules.iter().flatten().flat_map(|module| {
        let stars = module.bodies[Module::TOP].blocks.iter().flat_map(|block| &block.stmts).filter_map(is_star);
        stars.map(|path| module.names.text(path).to_owned())
    });
    let wanted: FxHashSet<String> = all.collect();
    if wanted.is_empty() {
        return;
    }
    let mut stars = Stars::default();
    for &index in stages.iter().flatten() {
        let Some(module) = &mut modules[index] else { continue };
        let name = names[index].text.as_str();
        stars.expand(module, name, wanted.contains(name));
    }
}

/// The public names of modules.
#[derive(Default)]
pub struct Stars {
    /// Of two files of one name it cannot be said which is meant.
    known: FxHashMap<String, Option<Public>>,
}

impl Stars {
    /// Puts imports of single names in the place of each `import *` of a module, from those that came before; where it is wanted
    /// itself, its public names are kept.
    pub fn expand(&mut self, module: &mut Module, name: &str, is_wanted: bool) {
        expand_stars(module, |path| self.known.get(path)?.as_ref());
        if is_wanted {
            let own = || Some(public_names(module));
            self.known.entry(name.to_owned()).and_modify(|known| *known = None).or_insert_with(own);
        }
    }
}

/// Puts imports of single names in the place of each `import *` from a module whose public names are known.
fn expand_stars<'k>(module: &mut Module, known: impl Fn(&str) -> Option<&'k Public>) {
    let Module { names, bodies, .. } = module;
    let top = &mut bodies[Module::TOP];
    if !top.blocks.iter().flat_map(|block| &block.stmts).any(|stmt| is_star(stmt).is_some()) {
        return;
    }
    let bound = top.locals.iter_ids().filter_map(|(local, info)| Some((name_of(info)?, local))).collect();
    let mut scope = Scope { bound, added: FxHashMap::default() };
    let Body { locals, blocks, .. } = top;
    for block in blocks.iter_mut() {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        for stmt in std::mem::take(&mut block.stmts) {
            let path = is_star(&stmt).map(|path| names.text(path).to_owned());
            match path.and_then(|path| Some((known(&path)?, path))) {
                Some((public, path)) => stmts.extend(scope.imports(&path, public, stmt.span, names, locals)),
                None => stmts.push(stmt),
            }
        }
        block.stmts = stmts;
    }
    for stmt in top.blocks.iter_mut().flat_map(|block| &mut block.stmts) {
        let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &mut stmt.kind else { continue };
        if let Rvalue::Builtin(name) = value
            && let Some(local) = scope.added.get(name)
        {
            *value = Rvalue::Use(Operand { kind: OperandKind::Local(*local), span: stmt.span });
        }
    }
}

/// The module-level variables of a module, and those among them that stars have added.
struct Scope {
    bound: FxHashMap<Name, Local>,
    added: FxHashMap<Name, Local>,
}

impl Scope {
    /// The imports that a star stands for.
    fn imports(
        &mut self,
        path: &str,
        public: &Public,
        span: Span,
        names: &mut NameTable,
        locals: &mut Table<Local, LocalInfo>,
    ) -> Vec<Stmt> {
        let mut stmts = Vec::with_capacity(public.names.len());
        for name in &public.names {
            let (whole, name) = (names.intern(&format!("{path}.{name}")), names.intern(name));
            let before = self.bound.get(&name).copied();
            let local = before.unwrap_or_else(|| {
                let local = locals.push(variable(name, span));
                self.added.insert(name, local);
                self.bound.insert(name, local);
                local
            });
            // What had the name before may keep it.
            let value = if before.is_some() && !public.is_sure {
                Rvalue::Opaque { what: "import *", reads: Vec::new() }
            } else {
                Rvalue::Import(whole)
            };
            stmts.push(Stmt { kind: StmtKind::Assign { place: Place::Local(local), target: span, value }, span });
        }
        stmts
    }
}

fn variable(name: Name, span: Span) -> LocalInfo {
    LocalInfo { name: Some(name), kind: LocalKind::Named, captured: true, annotation: None, span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::{lower, syntax};

    fn module(text: &str) -> Module {
        lower::lower(FileId(0), &syntax::parse(text), text)
    }

    fn public(text: &str) -> (Vec<String>, bool) {
        let Public { names, is_sure } = public_names(&module(text));
        (names, is_sure)
    }

    #[test]
    fn public_names_are_listed_or_have_no_underscore() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(public("import os\n_a = 1\ndef f(): pass\n"), (names(&["f", "os"]), true));
        assert_eq!(public("__all__ = ['_a', 'f']\n_a = 1\ndef f(): pass\n"), (names(&["_a", "f"]), true));
        assert_eq!(public("__all__ = ['f']\n__all__ += ['g']\ndef f(): pass\n"), (names(&["f"]), false));
        assert_eq!(public("__all__ = make()\ndef f(): pass\n"), (names(&["f"]), false));
    }

    #[test]
    fn a_star_is_an_import_of_each_name() {
        let mut importing = module("from lib import *\nf(1)\n");
        let public = Public { names: vec!["f".to_owned()], is_sure: true };
        expand_stars(&mut importing, |path| (path == "lib").then_some(&public));
        let top = &importing.bodies[Module::TOP];
        let stmts: Vec<&Stmt> = top.blocks.iter().flat_map(|block| &block.stmts).collect();
        assert!(matches!(stmts[0].kind, StmtKind::Assign { value: Rvalue::Import(path), .. }
            if importing.names.text(path) == "lib.f"));
        assert!(stmts.iter().all(|stmt| is_star(stmt).is_none()));
        assert!(!stmts.iter().any(|stmt| matches!(stmt.kind, StmtKind::Assign { value: Rvalue::Builtin(_), .. })));
    }
}
