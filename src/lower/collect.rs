//! The first pass over a file: makes its scopes, bodies, variables and classes.

use rustpython_ast::visitor::{self, Visitor};
use rustpython_ast::{self as ast, Expr, ExprContext, Stmt};
use rustpython_text_size::Ranged;

use super::literal::{annotation_text, constant, decorator_text, docstring, dotted};
use super::scope::{Binding, Code, Draft, Scope, ScopeId, ScopeKind, Scopes, node_key};
use crate::ir::{
    Block, BlockId, Body, BodyId, BodyKind, Class, ClassId, Id, Local, LocalInfo, LocalKind, Name, NameTable, Param,
    ParamDefault, ParamKind, Table,
};
use crate::source::Span;
use crate::syntax::span;

/// Makes the scopes of a file.
pub(super) fn collect<'a>(names: NameTable, module: &'a ast::ModModule, text: &'a str) -> (Scopes<'a>, NameTable) {
    let mut collector = Collector { text, names, scopes: Scopes::default(), current: ScopeId::from_index(0) };
    let head =
        Head { kind: BodyKind::Module, name: "<module>", span: span(module), name_span: Span::default(), class: None };
    collector.open_body(ScopeKind::Module, None, head, Code::Suite(&module.body), module);
    collector.visit_body(&module.body);
    collector.scopes.walruses.sort_unstable();
    (collector.scopes, collector.names)
}

struct Collector<'a> {
    text: &'a str,
    names: NameTable,
    scopes: Scopes<'a>,
    current: ScopeId,
}

/// What is known of a body from the head of its definition.
#[derive(Clone, Copy)]
struct Head<'n> {
    kind: BodyKind,
    name: &'n str,
    span: Span,
    name_span: Span,
    class: Option<ClassId>,
}

impl<'a> Collector<'a> {
    fn open_body<T>(
        &mut self,
        kind: ScopeKind,
        parent: Option<ScopeId>,
        head: Head,
        code: Code<'a>,
        node: &T,
    ) -> BodyId {
        let parent_body = parent.map(|parent| self.scopes.table[parent].body);
        let outer = parent_body.map(|parent| &self.scopes.drafts[parent].body);
        let qualname = match outer {
            Some(outer) if outer.kind != BodyKind::Module => format!("{}.{}", outer.qualname, head.name),
            Some(_) | None => head.name.to_owned(),
        };
        let scope = ScopeId::from_index(self.scopes.table.len());
        let body = Body {
            kind: head.kind,
            name: self.names.intern(head.name),
            qualname,
            parent: parent_body,
            class: head.class,
            span: head.span,
            name_span: head.name_span,
            params: Vec::new(),
            returns: None,
            docstring: match code {
                Code::Suite(suite) => docstring(suite, self.text).map(|text| self.names.intern(&text)),
                Code::Expression(_) => None,
            },
            is_generator: false,
            is_async: false,
            decorators: Vec::new(),
            locals: Table::default(),
            temp_count: 0,
            blocks: Table::<BlockId, Block>::default(),
            entry: BlockId(0),
            loops: Table::default(),
        };
        let id = self.scopes.drafts.push(Draft { code, scope, body });
        self.open_scope(kind, parent, id, node);
        id
    }

    fn open_scope<T>(&mut self, kind: ScopeKind, parent: Option<ScopeId>, body: BodyId, node: &T) {
        let names = rustc_hash::FxHashMap::default();
        self.current = self.scopes.table.push(Scope { kind, parent, body, names });
        self.scopes.of_node.insert(node_key(node), self.current);
    }

    fn body_mut(&mut self, id: BodyId) -> &mut Body {
        &mut self.scopes.drafts[id].body
    }

    fn bind(&mut self, name: &str, at: Span) -> Option<Local> {
        if name.is_empty() {
            return None;
        }
        let name = self.names.intern(name);
        self.bind_in(self.current, name, at)
    }

    fn bind_in(&mut self, scope: ScopeId, name: Name, at: Span) -> Option<Local> {
        let scope = &mut self.scopes.table[scope];
        match scope.names.get(&name) {
            Some(Binding::Local(local)) => return Some(*local),
            Some(Binding::Global | Binding::Nonlocal) => return None,
            None => {}
        }
        let kind = match scope.kind {
            ScopeKind::Comprehension => LocalKind::Comprehension,
            ScopeKind::Module | ScopeKind::Function | ScopeKind::Class => LocalKind::Named,
        };
        let info = LocalInfo { name: Some(name), kind, captured: false, annotation: None, span: at };
        let local = self.scopes.drafts[scope.body].body.locals.push(info);
        scope.names.insert(name, Binding::Local(local));
        Some(local)
    }

    fn bind_identifier(&mut self, identifier: &ast::Identifier) {
        self.bind(identifier, span(identifier));
    }

    fn declare(&mut self, names: &[ast::Identifier], binding: Binding) {
        for identifier in names.iter().filter(|identifier| !identifier.is_empty()) {
            let name = self.names.intern(identifier);
            if binding == Binding::Global {
                self.bind_in(ScopeId::from_index(0), name, span(identifier));
            }
            if self.scopes.table[self.current].parent.is_some() {
                self.scopes.table[self.current].names.insert(name, binding);
            }
        }
    }

    fn params(&mut self, body: BodyId, parameters: &'a ast::Parameters) {
        for (kind, parameter, default) in params(parameters) {
            let name = self.names.intern(&parameter.name);
            let annotation = parameter.annotation().and_then(|text| self.annotation(text));
            let info = LocalInfo {
                name: Some(name),
                kind: LocalKind::Param,
                captured: false,
                annotation,
                span: span(&parameter.name),
            };
            let default = match default {
                None => ParamDefault::Required,
                Some(default) => constant(default, &mut self.names).map_or(ParamDefault::Value, ParamDefault::Const),
            };
            let local = self.body_mut(body).locals.push(info);
            self.body_mut(body).params.push(Param { local, kind, default, annotation });
            self.scopes.table[self.current].names.insert(name, Binding::Local(local));
        }
    }

    fn annotation(&mut self, annotation: &Expr) -> Option<Name> {
        annotation_text(annotation, self.text).map(|text| self.names.intern(&text))
    }

    fn decorators(&mut self, decorators: &'a [ast::Decorator]) -> Vec<Name> {
        decorators
            .iter()
            .map(|decorator| self.names.intern(&decorator_text(&decorator.expression, self.text)))
            .collect()
    }

    fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        self.bind_identifier(&def.name);
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.defaults(&def.parameters);
        let outer = self.current;
        let class = match self.scopes.table[outer].kind {
            ScopeKind::Class => self.scopes.drafts[self.scopes.table[outer].body].body.class,
            ScopeKind::Module | ScopeKind::Function | ScopeKind::Comprehension => None,
        };
        let head =
            Head { kind: BodyKind::Function, name: &def.name, span: span(def), name_span: span(&def.name), class };
        let body = self.open_body(ScopeKind::Function, Some(outer), head, Code::Suite(&def.body), def);
        let returns = def.returns.as_ref().and_then(|returns| self.annotation(returns));
        let decorators = self.decorators(&def.decorator_list);
        let info = self.body_mut(body);
        info.returns = returns;
        info.decorators = decorators;
        info.is_async = def.is_async;
        let name = info.name;
        if let Some(class) = class {
            self.scopes.classes[class].methods.push((name, body));
        }
        self.params(body, &def.parameters);
        self.visit_body(&def.body);
        self.current = outer;
    }

    fn defaults(&mut self, parameters: &'a ast::Parameters) {
        for (_, _, default) in params(parameters) {
            if let Some(default) = default {
                self.visit_expr(default);
            }
        }
    }

    fn lambda(&mut self, lambda: &'a ast::ExprLambda) {
        let outer = self.current;
        if let Some(parameters) = &lambda.parameters {
            self.defaults(parameters);
        }
        let at = span(lambda);
        let name_span = Span { start: at.start, end: at.end.min(at.start + 6) };
        let head = Head { kind: BodyKind::Lambda, name: "<lambda>", span: at, name_span, class: None };
        let body = self.open_body(ScopeKind::Function, Some(outer), head, Code::Expression(&lambda.body), lambda);
        if let Some(parameters) = &lambda.parameters {
            self.params(body, parameters);
        }
        self.visit_expr(&lambda.body);
        self.current = outer;
    }

    fn class(&mut self, def: &'a ast::StmtClassDef) {
        self.bind_identifier(&def.name);
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        if let Some(arguments) = &def.arguments {
            self.visit_arguments(arguments);
        }
        let outer = self.current;
        let class = ClassId::from_index(self.scopes.classes.len());
        let parent = self.scopes.table[outer].body;
        let decorators = self.decorators(&def.decorator_list);
        let bases = def.arguments.iter().flat_map(|arguments| &arguments.args);
        let bases = bases.map(|base| dotted(base).map(|text| self.names.intern(&text))).collect();
        let name = self.names.intern(&def.name);
        let body = BodyId::from_index(self.scopes.drafts.len());
        let methods = Vec::new();
        let info = Class { name, qualname: String::new(), parent, body, bases, methods, decorators, span: span(def) };
        self.scopes.classes.push(info);
        let head = Head {
            kind: BodyKind::Class,
            name: &def.name,
            span: span(def),
            name_span: span(&def.name),
            class: Some(class),
        };
        self.open_body(ScopeKind::Class, Some(outer), head, Code::Suite(&def.body), def);
        self.scopes.classes[class].qualname.clone_from(&self.scopes.drafts[body].body.qualname);
        self.visit_body(&def.body);
        self.current = outer;
    }

    fn comprehension<T>(&mut self, node: &T, parts: &[&'a Expr], generators: &'a [ast::Comprehension]) {
        let outer = self.current;
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.open_scope(ScopeKind::Comprehension, Some(outer), self.scopes.table[outer].body, node);
        for (position, generator) in generators.iter().enumerate() {
            if position > 0 {
                self.visit_expr(&generator.iter);
            }
            self.visit_expr(&generator.target);
            generator.ifs.iter().for_each(|test| self.visit_expr(test));
        }
        for part in parts {
            self.visit_expr(part);
        }
        self.current = outer;
    }

    fn walrus(&mut self, named: &'a ast::ExprNamed) {
        self.scopes.walruses.push(named.start().to_u32());
        self.visit_expr(&named.value);
        match named.target.as_ref() {
            Expr::Name(target) if !target.id.is_empty() => {
                let scope = self.scopes.around_comprehensions(self.current);
                let name = self.names.intern(&target.id);
                self.bind_in(scope, name, span(target));
            }
            target => self.visit_expr(target),
        }
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => return self.function(def),
            Stmt::ClassDef(def) => return self.class(def),
            Stmt::Global(global) => self.declare(&global.names, Binding::Global),
            Stmt::Nonlocal(nonlocal) => self.declare(&nonlocal.names, Binding::Nonlocal),
            Stmt::Import(import) => {
                for alias in &import.names {
                    match &alias.asname {
                        Some(name) => self.bind_identifier(name),
                        None => _ = self.bind(alias.name.split('.').next().unwrap_or(""), span(&alias.name)),
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in import.names.iter().filter(|alias| &alias.name != "*") {
                    self.bind_identifier(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            Stmt::TypeAlias(alias) => return self.visit_expr(&alias.name),
            Stmt::AnnAssign(assign) => {
                visitor::walk_stmt(self, stmt);
                let annotation = self.annotation(&assign.annotation);
                if let Expr::Name(name) = assign.target.as_ref()
                    && let Some(local) = self.bind(&name.id, span(name))
                {
                    let body = self.scopes.table[self.current].body;
                    let info = &mut self.body_mut(body).locals[local];
                    info.annotation = info.annotation.or(annotation);
                }
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if matches!(name.ctx, ExprContext::Store | ExprContext::Del) => {
                self.bind(&name.id, span(name));
            }
            Expr::Named(named) => self.walrus(named),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::ListComp(list) => self.comprehension(list, &[&list.elt], &list.generators),
            Expr::SetComp(set) => self.comprehension(set, &[&set.elt], &set.generators),
            Expr::DictComp(dict) => self.comprehension(dict, &[&dict.key, &dict.value], &dict.generators),
            Expr::Generator(generator) => self.comprehension(generator, &[&generator.elt], &generator.generators),
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(caught) = handler;
        caught.name.iter().for_each(|name| self.bind_identifier(name));
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        let name = match pattern {
            ast::Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            ast::Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            ast::Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            ast::Pattern::MatchValue(_)
            | ast::Pattern::MatchSingleton(_)
            | ast::Pattern::MatchSequence(_)
            | ast::Pattern::MatchClass(_)
            | ast::Pattern::MatchOr(_) => None,
        };
        if let Some(name) = name {
            self.bind_identifier(name);
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_annotation(&mut self, _: &'a Expr) {}

    fn visit_type_params(&mut self, _: &'a ast::TypeParams) {}
}

/// The parameters of a definition in order, with their defaults; nameless ones of broken code left out.
pub(super) fn params(
    parameters: &ast::Parameters,
) -> impl Iterator<Item = (ParamKind, &ast::Parameter, Option<&Expr>)> {
    let positional =
        parameters.posonlyargs.iter().map(|param| (ParamKind::PositionalOnly, &param.parameter, param.default()));
    let either = parameters.args.iter().map(|param| (ParamKind::Either, &param.parameter, param.default()));
    let rest = parameters.vararg.iter().map(|param| (ParamKind::VarPositional, &**param, None));
    let keyword = parameters.kwonlyargs.iter().map(|param| (ParamKind::KeywordOnly, &param.parameter, param.default()));
    let keywords = parameters.kwarg.iter().map(|param| (ParamKind::VarKeyword, &**param, None));
    let all = positional.chain(either).chain(rest).chain(keyword).chain(keywords);
    all.filter(|(_, parameter, _)| !parameter.name.is_empty())
}
