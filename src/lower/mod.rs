//! From syntax to the intermediate form.
//!
//! [`collect`] makes the scopes of the whole file; then each body is lowered by itself, enclosing bodies first. Statements
//! and expressions are lowered in the order in which Python evaluates them. While a body is built, temporaries may be used
//! anywhere after their definition; [`finish`] makes locals of those that live across blocks.
//!
//! What Python reads early must not be changed before it is used: in `x + (x := 1)` the first `x` is copied to a temporary,
//! because an [`Operand`] that is a variable means its value where the operation stands.

use rustpython_ast as ast;

use crate::ir::{
    Body, BodyId, Const, Fit, Local, LocalInfo, LocalKind, Module, Name, NameTable, Operand, OperandKind, Place,
    Rvalue, StmtKind, TerminatorKind,
};
use crate::source::{FileId, Span};
use crate::syntax::{Parsed, span};

mod assign;
mod branch;
mod build;
mod call;
mod collect;
mod comprehension;
mod definition;
mod expr;
mod finish;
mod import;
mod jump;
mod literal;
mod pattern;
mod protect;
mod scope;
mod stmt;
#[cfg(test)]
mod tests;

use build::Builder;
use scope::{Code, Resolved, ScopeId, ScopeKind, Scopes};

/// Lowers a parsed file. Broken parts of it become [`Rvalue::Opaque`] or nothing.
#[must_use]
pub fn lower(file: FileId, parsed: &Parsed, text: &str) -> Module {
    lower_with(&NameTable::default(), file, parsed, text)
}

/// The same, with names that have been interned before.
#[must_use]
pub fn lower_with(names: &NameTable, file: FileId, parsed: &Parsed, text: &str) -> Module {
    let lowered = parsed.with_stack_for(|| lower_module(names.clone(), file, &parsed.module, text));
    lowered.unwrap_or_else(|| {
        let range = parsed.module.range;
        let empty = ast::ModModule { node_index: ast::AtomicNodeIndex::NONE, range, body: Vec::new() };
        lower_module(names.clone(), file, &empty, text)
    })
}

fn lower_module(names: NameTable, file: FileId, module: &ast::ModModule, text: &str) -> Module {
    let (scopes, names) = collect::collect(names, module, text);
    let top = scopes.drafts[Module::TOP].scope;
    let mut lowerer = Lowerer { names, scopes, body: Module::TOP, scope: top, build: Builder::new() };
    for body in lowerer.scopes.drafts.ids() {
        lowerer.lower_body(body);
    }
    let bodies = lowerer.scopes.drafts.into_iter().map(|draft| draft.body).collect();
    Module { file, names: lowerer.names, bodies, classes: lowerer.scopes.classes }
}

/// The state of lowering a file, one body after the other.
struct Lowerer<'a> {
    names: NameTable,
    scopes: Scopes<'a>,
    body: BodyId,
    /// The innermost scope, that of a comprehension included.
    scope: ScopeId,
    build: Builder,
}

impl Lowerer<'_> {
    fn lower_body(&mut self, id: BodyId) {
        let draft = &self.scopes.drafts[id];
        let (code, kind, whole) = (draft.code, draft.body.kind, draft.body.span);
        (self.body, self.scope, self.build) = (id, draft.scope, Builder::new());
        let at_end = Span { start: whole.end, end: whole.end };
        match code {
            Code::Suite(suite) => {
                let is_function = match kind {
                    crate::ir::BodyKind::Function | crate::ir::BodyKind::Lambda => true,
                    crate::ir::BodyKind::Module => false,
                    crate::ir::BodyKind::Class => {
                        self.build.bound_in_class = Some(rustc_hash::FxHashSet::default());
                        false
                    }
                };
                self.suite(suite);
                self.build.end(if is_function { TerminatorKind::Return(None) } else { TerminatorKind::End }, at_end);
            }
            Code::Expression(value) => {
                let value = self.operand(value);
                self.build.end(TerminatorKind::Return(Some(value)), value.span);
            }
        }
        let builder = std::mem::take(&mut self.build);
        finish::finish(builder, self.body_mut());
    }

    fn body_mut(&mut self) -> &mut Body {
        &mut self.scopes.drafts[self.body].body
    }

    /// A variable for a value that lives across blocks.
    fn new_synthetic(&mut self, span: Span) -> Local {
        let info = LocalInfo { name: None, kind: LocalKind::Synthetic, captured: false, annotation: None, span };
        self.body_mut().locals.push(info)
    }

    /// Binds a value to a new temporary and reads that.
    fn temp(&mut self, value: Rvalue, span: Span) -> Operand {
        let temp = self.build.new_temp();
        self.build.emit(StmtKind::Assign { place: Place::Temp(temp), target: span, value }, span);
        Operand { kind: OperandKind::Temp(temp), span }
    }

    /// An operand that gives a value: itself where it is only a use of one.
    fn operand_of(&mut self, value: Rvalue, span: Span) -> Operand {
        match value {
            Rvalue::Use(operand) => Operand { kind: operand.kind, span },
            value => self.temp(value, span),
        }
    }

    fn assign_local(&mut self, local: Local, value: Rvalue, span: Span) {
        self.build.emit(StmtKind::Assign { place: Place::Local(local), target: span, value }, span);
    }

    fn resolve(&mut self, name: Name) -> Resolved {
        self.scopes.resolve(self.scope, name, self.build.bound_in_class.as_ref())
    }

    /// Reads a variable.
    fn read_name(&mut self, name: &str, span: Span) -> Rvalue {
        let name = self.names.intern(name);
        match self.resolve(name) {
            Resolved::Local(local) => Rvalue::Use(local_operand(local, span)),
            Resolved::Free { body, local } => Rvalue::Free { body, local },
            Resolved::Global => Rvalue::Global(name),
            Resolved::Builtin => Rvalue::Builtin(name),
        }
    }

    /// What a binding of `name` in `scope` binds.
    fn resolve_store(&mut self, scope: ScopeId, name: Name) -> Resolved {
        if let Some(bound) = &mut self.build.bound_in_class
            && self.scopes.table[scope].kind == ScopeKind::Class
        {
            bound.insert(name);
        }
        self.scopes.resolve(scope, name, None)
    }

    /// Binds a variable. `target` is where its name stands, `span` where the value does.
    fn store_name(&mut self, name: &str, target: Span, value: Rvalue, span: Span) {
        self.store_in(self.scope, name, target, value, span);
    }

    fn store_in(&mut self, scope: ScopeId, name: &str, target: Span, value: Rvalue, span: Span) {
        if name.is_empty() {
            self.discard(value, span);
            return;
        }
        let name = self.names.intern(name);
        match self.resolve_store(scope, name) {
            Resolved::Local(local) => {
                self.build.emit(StmtKind::Assign { place: Place::Local(local), target, value }, span);
            }
            Resolved::Free { body, local } => {
                let value = self.operand_of(value, span);
                self.build.emit(StmtKind::StoreFree { body, local, value }, target);
            }
            Resolved::Global | Resolved::Builtin => {
                let value = self.operand_of(value, span);
                self.build.emit(StmtKind::StoreGlobal { name, value }, target);
            }
        }
    }

    /// Evaluates a value that nobody takes.
    fn discard(&mut self, value: Rvalue, span: Span) {
        let worthless = if let Rvalue::Use(operand) = &value {
            match operand.kind {
                OperandKind::Temp(_) | OperandKind::Const(_) => true,
                OperandKind::Local(local) => self.body_mut().locals[local].kind == LocalKind::Synthetic,
            }
        } else {
            false
        };
        if !worthless {
            self.build.emit(StmtKind::Eval { value }, span);
        }
    }

    /// A condition of which nothing is known.
    fn unknown_condition(&mut self, span: Span) -> Operand {
        let nothing = Operand { kind: OperandKind::Const(Const::None), span };
        self.temp(Rvalue::Matches { operand: nothing, fit: Fit::Unknown }, span)
    }
}

fn local_operand(local: Local, span: Span) -> Operand {
    Operand { kind: OperandKind::Local(local), span }
}

/// The span from the start of one to the end of another.
fn between(start: Span, end: Span) -> Span {
    Span { start: start.start, end: end.end.max(start.start) }
}
