//! A file and those that it imports, as one module.
//!
//! ```python
//! from tools import halves        # tools.py: def halves(x): return x[:2], x[2:]
//! a, b = halves(x)
//! ```
//!
//! The code of an imported file runs before that of the file itself, and each of its module-level names `f` becomes a variable
//! `tools.f` of the one module: an import is then a use of the variable, and classes, generators and what is kept in a module are
//! followed as if they stood in the file.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::namesake::Names;
use crate::ir::{
    BlockId, Body, BodyId, Class, ClassId, Id, Local, LocalKind, LoopId, Module, Name, NameTable, Operand, OperandKind,
    Place, Rvalue, Stmt, StmtKind, Temp, TerminatorKind,
};

/// Names that stand for imported names are followed this far.
const DEPTH: usize = 8;

/// Puts libraries, by their names as modules, into a module that imports them; the ones that others import come first. All have been
/// lowered with one table of names, which is that of the module.
pub fn link(main: &mut Module, libraries: Vec<(String, Module)>) {
    let linker = Linker::new(main, &libraries);
    let Module { names, bodies, classes, .. } = main;
    for body in bodies.iter_mut() {
        linker.body(0, body, names);
    }
    for class in classes.iter_mut() {
        linker.class(0, class, names);
    }
    let (entry, mut before) = (main.bodies[Module::TOP].entry, None);
    for (position, (_, library)) in (1..).zip(libraries) {
        let scope = &linker.scopes[position];
        for (id, mut body) in library.bodies.into_iter().enumerate() {
            linker.body(position, &mut body, &mut main.names);
            if id > 0 {
                body.parent = body.parent.map(|parent| scope.body(parent));
                body.class = body.class.map(|class| scope.class(class));
                main.bodies.push(body);
                continue;
            }
            let first = scope.block(body.entry);
            append(&mut main.bodies[Module::TOP], body, before, first, scope, entry, &mut main.names);
            before = Some(scope.blocks);
        }
        for mut class in library.classes {
            linker.class(position, &mut class, &mut main.names);
            main.classes.push(class);
        }
    }
}

/// Puts the code of a library's module before that of the module.
fn append(
    top: &mut Body,
    own: Body,
    before: Option<usize>,
    first: BlockId,
    scope: &Scope,
    entry: BlockId,
    names: &mut NameTable,
) {
    match before {
        None => top.entry = first,
        // What came before led on to the module itself.
        Some(start) => {
            for block in top.blocks.iter_mut().skip(start) {
                block.end.kind.map_successors(&mut |to| if to == entry { first } else { to });
            }
        }
    }
    for mut info in own.locals {
        if let (Some(name), LocalKind::Named) = (info.name, info.kind) {
            info.name = Some(scope.global(name, names));
        }
        top.locals.push(info);
    }
    top.temp_count += own.temp_count;
    for mut block in own.blocks {
        if matches!(block.end.kind, TerminatorKind::End) {
            block.end.kind = TerminatorKind::Goto(entry);
        } else {
            block.end.kind.map_successors(&mut |to| scope.block(to));
        }
        block.handler = block.handler.map(|handler| scope.block(handler));
        block.in_loop = block.in_loop.map(|inner| scope.in_loop(inner));
        top.blocks.push(block);
    }
    for mut one in own.loops {
        one.header = scope.block(one.header);
        one.parent = one.parent.map(|parent| scope.in_loop(parent));
        top.loops.push(one);
    }
}

/// A module-level variable: which module's, and which of its variables.
type Global = (usize, Local);

/// The module-level names of one of the modules, and where its parts go.
struct Scope {
    /// Its name; nothing for the module that the others are put into.
    name: Option<String>,
    tops: FxHashMap<Name, Local>,
    names: FxHashMap<Local, Name>,
    imports: FxHashMap<Local, Name>,
    bodies: usize,
    classes: usize,
    locals: usize,
    temps: usize,
    blocks: usize,
    loops: usize,
}

impl Scope {
    fn body(&self, id: BodyId) -> BodyId {
        if id == Module::TOP || self.name.is_none() { id } else { BodyId::from_index(self.bodies + id.index() - 1) }
    }

    fn class(&self, id: ClassId) -> ClassId {
        ClassId::from_index(self.classes + id.index())
    }

    fn local(&self, local: Local) -> Local {
        Local::from_index(self.locals + local.index())
    }

    fn block(&self, block: BlockId) -> BlockId {
        BlockId::from_index(self.blocks + block.index())
    }

    fn in_loop(&self, id: LoopId) -> LoopId {
        LoopId::from_index(self.loops + id.index())
    }

    /// What a module-level name is called in the one module.
    fn global(&self, name: Name, names: &mut NameTable) -> Name {
        match &self.name {
            None => name,
            Some(module) => {
                let whole = format!("{module}.{}", names.text(name));
                names.intern(&whole)
            }
        }
    }
}

/// What a path stands for.
enum Target {
    /// A module-level variable.
    Variable(Global),
    /// A module, by its own name.
    Module(String),
}

struct Linker {
    scopes: Vec<Scope>,
    by_name: FxHashMap<String, usize>,
}

impl Linker {
    fn new(main: &Module, libraries: &[(String, Module)]) -> Self {
        let mut scopes: Vec<Scope> = Vec::new();
        let top = &main.bodies[Module::TOP];
        let mut next = [
            main.bodies.len(),
            main.classes.len(),
            top.locals.len(),
            top.temp_count as usize,
            top.blocks.len(),
            top.loops.len(),
        ];
        let all = std::iter::once((None, main));
        for (name, module) in all.chain(libraries.iter().map(|(name, module)| (Some(name.clone()), module))) {
            let top = &module.bodies[Module::TOP];
            let variables = top.locals.iter_ids().filter(|(_, info)| info.kind == LocalKind::Named);
            let names: FxHashMap<Local, Name> =
                variables.filter_map(|(local, info)| Some((local, info.name?))).collect();
            let [bodies, classes, locals, temps, blocks, loops] = if name.is_none() { [0; 6] } else { next };
            if name.is_some() {
                next[0] += module.bodies.len() - 1;
                next[1] += module.classes.len();
                next[2] += top.locals.len();
                next[3] += top.temp_count as usize;
                next[4] += top.blocks.len();
                next[5] += top.loops.len();
            }
            let tops = names.iter().map(|(local, name)| (*name, *local)).collect();
            let imports = Names::of(module).imports().collect();
            scopes.push(Scope { name, tops, names, imports, bodies, classes, locals, temps, blocks, loops });
        }
        let named = scopes.iter().enumerate().filter_map(|(at, scope)| Some((scope.name.clone()?, at)));
        let by_name = named.collect();
        Self { scopes, by_name }
    }

    /// What a path stands for.
    fn resolve(&self, path: &str, names: &NameTable) -> Option<Target> {
        let (mut path, mut last) = (path, None);
        let mut seen: SmallVec<[&str; 4]> = SmallVec::new();
        for _ in 0..DEPTH {
            // `from . import tools` in `pkg` binds `pkg.tools` to the module of that name.
            if seen.contains(&path) {
                let module = seen.iter().find(|path| self.by_name.contains_key(**path))?;
                return Some(Target::Module((*module).to_owned()));
            }
            seen.push(path);
            let Some((at, local)) = self.variable(path, names) else {
                let module = self.by_name.contains_key(path).then(|| Target::Module(path.to_owned()));
                return module.or(last.map(Target::Variable));
            };
            last = Some((at, local));
            let Some(target) = self.scopes[at].imports.get(&local) else { break };
            path = names.text(*target);
        }
        last.map(Target::Variable)
    }

    fn variable(&self, path: &str, names: &NameTable) -> Option<Global> {
        let (above, last) = path.rsplit_once('.')?;
        let at = *self.by_name.get(above)?;
        Some((at, *self.scopes[at].tops.get(&names.get(last)?)?))
    }

    /// The name of a variable in the one module.
    fn name_of(&self, (at, local): Global, names: &mut NameTable) -> Name {
        let scope = &self.scopes[at];
        scope.global(scope.names[&local], names)
    }

    /// What a module-level name means to the functions of a module.
    fn meant(&self, at: usize, name: Name, names: &mut NameTable) -> Option<Name> {
        let scope = &self.scopes[at];
        let local = *scope.tops.get(&name)?;
        let target = scope.imports.get(&local).and_then(|target| self.resolve(names.text(*target), names));
        let global = if let Some(Target::Variable(global)) = target { global } else { (at, local) };
        Some(self.name_of(global, names))
    }

    fn body(&self, at: usize, body: &mut Body, names: &mut NameTable) {
        let scope = &self.scopes[at];
        let is_top = body.kind == crate::ir::BodyKind::Module;
        for block in &mut body.blocks {
            for stmt in &mut block.stmts {
                if is_top {
                    stmt.kind.operands_mut(&mut |operand| moved(scope, operand));
                    stmt.kind.places_mut(&mut |place| moved_place(scope, place));
                }
                self.stmt(at, stmt, is_top, names);
            }
            if is_top {
                block.end.kind.operands_mut(&mut |operand| moved(scope, operand));
                block.end.kind.places_mut(&mut |place| moved_place(scope, place));
            }
        }
    }

    fn stmt(&self, at: usize, stmt: &mut Stmt, is_top: bool, names: &mut NameTable) {
        let scope = &self.scopes[at];
        match &mut stmt.kind {
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => {
                self.value(at, value, stmt.span, is_top, names);
            }
            StmtKind::StoreGlobal { name, .. } | StmtKind::DeleteGlobal(name) => *name = scope.global(*name, names),
            StmtKind::StoreFree { body, local, .. } => free(scope, body, local),
            StmtKind::DeleteLocal(local) if is_top => *local = scope.local(*local),
            StmtKind::DeleteLocal(_)
            | StmtKind::StoreAttr { .. }
            | StmtKind::StoreIndex { .. }
            | StmtKind::Unpack { .. }
            | StmtKind::DeleteAttr { .. }
            | StmtKind::DeleteIndex { .. }
            | StmtKind::Exit(_)
            | StmtKind::ImportStar(_) => {}
        }
    }

    fn value(&self, at: usize, value: &mut Rvalue, span: crate::source::Span, is_top: bool, names: &mut NameTable) {
        let scope = &self.scopes[at];
        match value {
            Rvalue::Import(path) => {
                *value = match self.resolve(names.text(*path), names) {
                    Some(Target::Module(module)) => Rvalue::Import(names.intern(&module)),
                    Some(Target::Variable((at, local))) if is_top => {
                        let local = self.scopes[at].local(local);
                        Rvalue::Use(Operand { kind: OperandKind::Local(local), span })
                    }
                    Some(Target::Variable(global)) => Rvalue::Global(self.name_of(global, names)),
                    None => return,
                };
            }
            Rvalue::Global(name) => match self.meant(at, *name, names) {
                Some(meant) => *name = meant,
                None if scope.name.is_some() => *value = Rvalue::Builtin(*name),
                None => {}
            },
            Rvalue::Free { body, local } => free(scope, body, local),
            Rvalue::MakeFunction { body, .. } => *body = scope.body(*body),
            Rvalue::MakeClass { class, .. } => *class = scope.class(*class),
            _ => {}
        }
    }

    fn class(&self, at: usize, class: &mut Class, names: &mut NameTable) {
        let scope = &self.scopes[at];
        if class.parent == Module::TOP {
            class.name = scope.global(class.name, names);
        }
        class.parent = scope.body(class.parent);
        class.body = scope.body(class.body);
        for (_, body) in &mut class.methods {
            *body = scope.body(*body);
        }
        for base in class.bases.iter_mut().flatten() {
            let text = names.text(*base).to_owned();
            let (first, rest) = text.find('.').map_or((text.as_str(), ""), |dot| text.split_at(dot));
            let Some(first) = names.get(first) else { continue };
            let Some(local) = scope.tops.get(&first) else { continue };
            let whole = match scope.imports.get(local) {
                Some(target) => format!("{}{rest}", names.text(*target)),
                None => format!("{}{rest}", names.text(first)),
            };
            match self.resolve(&whole, names) {
                Some(Target::Variable(global)) => *base = self.name_of(global, names),
                None if rest.is_empty() => *base = scope.global(first, names),
                Some(Target::Module(_)) | None => {}
            }
        }
    }
}

fn free(scope: &Scope, body: &mut BodyId, local: &mut Local) {
    if *body == Module::TOP {
        *local = scope.local(*local);
    }
    *body = scope.body(*body);
}

fn moved(scope: &Scope, operand: &mut Operand) {
    match &mut operand.kind {
        OperandKind::Local(local) => *local = scope.local(*local),
        OperandKind::Temp(temp) => *temp = Temp::from_index(scope.temps + temp.index()),
        OperandKind::Const(_) => {}
    }
}

fn moved_place(scope: &Scope, place: &mut Place) {
    match place {
        Place::Local(local) => *local = scope.local(*local),
        Place::Temp(temp) => *temp = Temp::from_index(scope.temps + temp.index()),
    }
}
