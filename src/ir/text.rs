//! The stable text form of the intermediate form, for tests and debugging.
//!
//! ```text
//! function #1 centre(x) in #0
//!   b0:
//!     %0 = global np
//!     x = method %0.asarray(x)
//!     return x
//! ```
//!
//! `%0` is a temporary, `$3` a synthetic local, `i~2` a local that shares its name with an earlier one, `#1` a body.
//! After a block's name stand its loop and its handler where it has them.

use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use super::{
    Block, Body, BodyId, BodyKind, ClassId, Const, Id, Local, Module, Name, Operand, OperandKind, Param, ParamDefault,
    ParamKind, Place, Table, TerminatorKind,
};

mod operation;

/// The text of a whole module.
#[must_use]
pub fn write_module(module: &Module) -> String {
    let mut text = String::new();
    for id in module.classes.ids() {
        write_class(module, id, &mut text);
    }
    for id in module.bodies.ids() {
        text.push_str(&write_body(module, id));
    }
    text
}

/// The text of one body.
#[must_use]
pub fn write_body(module: &Module, id: BodyId) -> String {
    let body = &module.bodies[id];
    let mut printer = Printer { module, locals: local_names(module, body), out: String::new() };
    printer.head(id, body);
    for (block_id, block) in body.blocks.iter_ids() {
        printer.block(block_id.index(), block);
    }
    printer.out
}

fn write_class(module: &Module, id: ClassId, out: &mut String) {
    let class = &module.classes[id];
    let name = |name: Name| module.names.text(name);
    let bases: Vec<_> = class.bases.iter().map(|base| base.map_or("?", name)).collect();
    let methods: Vec<_> = class.methods.iter().map(|&(method, body)| format!("{}=#{}", name(method), body.0)).collect();
    let decorators: Vec<_> = class.decorators.iter().map(|&decorator| format!("@{} ", name(decorator))).collect();
    let (bases, methods, decorators) = (bases.join(", "), methods.join(", "), decorators.concat());
    let _ = writeln!(
        out,
        "{decorators}class {}({bases}) body #{} in #{}: {methods}",
        class.qualname, class.body.0, class.parent.0
    );
}

/// Names of a body's locals, made unique.
fn local_names(module: &Module, body: &Body) -> Table<Local, String> {
    let mut seen = FxHashSet::default();
    body.locals
        .iter_ids()
        .map(|(id, info)| match info.name {
            Some(name) if seen.insert(name) => module.names.text(name).to_owned(),
            Some(name) => format!("{}~{}", module.names.text(name), id.0),
            None => format!("${}", id.0),
        })
        .collect()
}

struct Printer<'m> {
    module: &'m Module,
    locals: Table<Local, String>,
    out: String,
}

impl Printer<'_> {
    fn name(&self, name: Name) -> &str {
        self.module.names.text(name)
    }

    fn head(&mut self, id: BodyId, body: &Body) {
        for &decorator in &body.decorators {
            let _ = write!(self.out, "@{} ", self.module.names.text(decorator));
        }
        let kind = match body.kind {
            BodyKind::Module => "module",
            BodyKind::Function => "function",
            BodyKind::Lambda => "lambda",
            BodyKind::Class => "class body",
        };
        let params: Vec<_> = body.params.iter().map(|param| self.param(body, param)).collect();
        let _ = write!(self.out, "{kind} #{} {}({})", id.0, body.qualname, params.join(", "));
        if let Some(returns) = body.returns {
            let _ = write!(self.out, " -> {}", self.module.names.text(returns));
        }
        for (holds, word) in [(body.is_async, " async"), (body.is_generator, " generator")] {
            self.out.push_str(if holds { word } else { "" });
        }
        if let Some(parent) = body.parent {
            let _ = write!(self.out, " in #{}", parent.0);
        }
        self.out.push('\n');
        let captured: Vec<_> = body
            .locals
            .iter_ids()
            .filter(|(_, info)| info.captured)
            .map(|(local, _)| self.locals[local].as_str())
            .collect();
        if !captured.is_empty() {
            let _ = writeln!(self.out, "  captured {}", captured.join(", "));
        }
    }

    fn param(&self, body: &Body, param: &Param) -> String {
        let mut text = match param.kind {
            ParamKind::PositionalOnly => "pos ",
            ParamKind::Either => "",
            ParamKind::KeywordOnly => "kw ",
            ParamKind::VarPositional => "*",
            ParamKind::VarKeyword => "**",
        }
        .to_owned();
        text.push_str(&self.locals[param.local]);
        let annotation = param.annotation.or(body.locals[param.local].annotation);
        if let Some(annotation) = annotation {
            let _ = write!(text, ": {}", self.name(annotation));
        }
        match &param.default {
            ParamDefault::Required => {}
            ParamDefault::Const(constant) => {
                let _ = write!(text, " = {}", self.constant(constant));
            }
            ParamDefault::Value => text.push_str(" = _"),
        }
        text
    }

    fn block(&mut self, index: usize, block: &Block) {
        let _ = write!(self.out, "  b{index}");
        if let Some(in_loop) = block.in_loop {
            let _ = write!(self.out, " loop {}", in_loop.0);
        }
        if let Some(handler) = block.handler {
            let _ = write!(self.out, " handler b{}", handler.0);
        }
        self.out.push_str(":\n");
        for stmt in &block.stmts {
            let text = self.stmt(&stmt.kind);
            let _ = writeln!(self.out, "    {text}");
        }
        let end = self.end(&block.end.kind);
        let _ = writeln!(self.out, "    {end}");
    }

    fn end(&self, end: &TerminatorKind) -> String {
        match end {
            TerminatorKind::Goto(to) => format!("goto b{}", to.0),
            TerminatorKind::Branch { cond, then_to, else_to } => {
                format!("branch {} ? b{} : b{}", self.operand(cond), then_to.0, else_to.0)
            }
            TerminatorKind::ForNext { iter, element, body, exit } => {
                format!("next {} of {} ? b{} : b{}", self.place(*element), self.operand(iter), body.0, exit.0)
            }
            TerminatorKind::Return(None) => "return".to_owned(),
            TerminatorKind::Return(Some(value)) => format!("return {}", self.operand(value)),
            TerminatorKind::Raise => "raise".to_owned(),
            TerminatorKind::End => "end".to_owned(),
        }
    }

    fn place(&self, place: Place) -> String {
        match place {
            Place::Local(local) => self.locals[local].clone(),
            Place::Temp(temp) => format!("%{}", temp.0),
        }
    }

    fn operand(&self, operand: &Operand) -> String {
        match &operand.kind {
            OperandKind::Local(local) => self.locals[*local].clone(),
            OperandKind::Temp(temp) => format!("%{}", temp.0),
            OperandKind::Const(constant) => self.constant(constant),
        }
    }

    fn constant(&self, constant: &Const) -> String {
        match constant {
            Const::None => "None".to_owned(),
            Const::Bool(true) => "True".to_owned(),
            Const::Bool(false) => "False".to_owned(),
            Const::Int(value) => value.to_string(),
            Const::Float(value) => format!("{value:?}"),
            Const::Imaginary => "<imaginary>".to_owned(),
            Const::Number => "<number>".to_owned(),
            Const::Str(text) => format!("{:?}", self.name(*text)),
            Const::Bytes(_) => "<bytes>".to_owned(),
            Const::Ellipsis => "...".to_owned(),
        }
    }
}
