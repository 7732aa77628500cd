//! Functions, lambdas and classes where they are made; their code is lowered as bodies of their own.

use rustpython_ast::{self as ast, Expr};

use super::collect::params;
use super::expr::opaque;
use super::scope::node_key;
use super::{Lowerer, span};
use crate::ir::{BodyId, Operand, ParamDefault, Rvalue};

impl<'a> Lowerer<'a> {
    pub(super) fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        let whole = span(def);
        let decorators = self.decorators(&def.decorator_list, whole.end);
        let body = self.body_of(def);
        let defaults = self.defaults(body, &def.parameters, whole.end);
        self.store_name(&def.name, span(&def.name), Rvalue::MakeFunction { body, defaults, decorators }, whole);
    }

    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda) -> Rvalue {
        let body = self.body_of(lambda);
        let defaults = match &lambda.parameters {
            Some(parameters) => self.defaults(body, parameters, span(lambda).end),
            None => Vec::new(),
        };
        Rvalue::MakeFunction { body, defaults, decorators: Vec::new() }
    }

    fn body_of<T>(&self, node: &T) -> BodyId {
        self.scopes.table[self.scopes.of_node[&node_key(node)]].body
    }

    fn decorators(&mut self, decorators: &'a [ast::Decorator], end: u32) -> Vec<Operand> {
        decorators.iter().map(|decorator| self.operand_until(&decorator.expression, end)).collect()
    }

    /// Evaluates the defaults that are not constants.
    fn defaults(&mut self, body: BodyId, parameters: &'a ast::Parameters, end: u32) -> Vec<(u32, Operand)> {
        let mut defaults = Vec::new();
        for (position, (_, _, default)) in (0..).zip(params(parameters)) {
            let param = &self.scopes.drafts[body].body.params[position as usize];
            if let (ParamDefault::Value, Some(default)) = (&param.default, default) {
                defaults.push((position, self.operand_until(default, end)));
            }
        }
        defaults
    }

    pub(super) fn class(&mut self, def: &'a ast::StmtClassDef) {
        let whole = span(def);
        let decorators = self.decorators(&def.decorator_list, whole.end);
        let mut bases = Vec::new();
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                let base = match base {
                    Expr::Starred(starred) => starred.value.as_ref(),
                    base => base,
                };
                bases.push(self.operand_until(base, whole.end));
            }
            for keyword in &arguments.keywords {
                let value = self.rvalue(&keyword.value);
                self.discard(value, span(&keyword.value));
            }
        }
        let body = self.body_of(def);
        let value = match self.scopes.drafts[body].body.class {
            Some(class) => Rvalue::MakeClass { class, bases, decorators },
            None => opaque("a class", bases),
        };
        self.store_name(&def.name, span(&def.name), value, whole);
    }
}
