//! Text of statements and right-hand sides.

use std::fmt::Write as _;

use super::Printer;
use crate::ir::{
    ArgKind, BodyId, CallArg, ClassId, Element, Fit, Id, Index, IndexItem, Local, Operand, Rvalue, StmtKind,
    UnpackTarget,
};

impl Printer<'_> {
    pub(super) fn stmt(&self, kind: &StmtKind) -> String {
        match kind {
            StmtKind::Assign { place, value, .. } => format!("{} = {}", self.place(*place), self.rvalue(value)),
            StmtKind::Eval { value } => self.rvalue(value),
            StmtKind::StoreAttr { object, attr, value, augmented } => {
                let how = if *augmented { " (augmented)" } else { "" };
                format!("store {}.{} = {}{how}", self.operand(object), self.name(*attr), self.operand(value))
            }
            StmtKind::StoreIndex { object, index, value, augmented } => {
                let how = augmented.map_or(String::new(), |op| format!(" (augmented {op:?})"));
                format!("store {}{} = {}{how}", self.operand(object), self.index(index), self.operand(value))
            }
            StmtKind::StoreGlobal { name, value } => {
                format!("store global {} = {}", self.name(*name), self.operand(value))
            }
            StmtKind::StoreFree { body, local, value } => {
                format!("store free {} = {}", self.free(*body, *local), self.operand(value))
            }
            StmtKind::Unpack { value, targets } => {
                format!("unpack {} -> {}", self.operand(value), self.targets(targets))
            }
            StmtKind::DeleteLocal(local) => format!("delete {}", self.locals[*local]),
            StmtKind::DeleteGlobal(name) => format!("delete global {}", self.name(*name)),
            StmtKind::DeleteAttr { object, attr } => format!("delete {}.{}", self.operand(object), self.name(*attr)),
            StmtKind::DeleteIndex { object, index } => format!("delete {}{}", self.operand(object), self.index(index)),
            StmtKind::Exit(manager) => format!("exit {}", self.operand(manager)),
            StmtKind::ImportStar(module) => format!("import * from {}", self.name(*module)),
        }
    }

    pub(super) fn rvalue(&self, value: &Rvalue) -> String {
        let of = |operand: &Operand| self.operand(operand);
        match value {
            Rvalue::Use(operand) => format!("use {}", of(operand)),
            Rvalue::Global(name) => format!("global {}", self.name(*name)),
            Rvalue::Builtin(name) => format!("builtin {}", self.name(*name)),
            Rvalue::Free { body, local } => format!("free {}", self.free(*body, *local)),
            Rvalue::Import(path) => format!("import {}", self.name(*path)),
            Rvalue::Attr { object, attr } => format!("attr {}.{}", of(object), self.name(*attr)),
            Rvalue::Index { object, index } => format!("index {}{}", of(object), self.index(index)),
            Rvalue::Call { function, args } => format!("call {}({})", of(function), self.args(args)),
            Rvalue::CallMethod { object, method, args, .. } => {
                format!("method {}.{}({})", of(object), self.name(*method), self.args(args))
            }
            Rvalue::Binary { op, left, right } => format!("binary {op:?} {}, {}", of(left), of(right)),
            Rvalue::InPlace { op, target, value } => format!("inplace {op:?} {}, {}", of(target), of(value)),
            Rvalue::Unary { op, operand } => format!("unary {op:?} {}", of(operand)),
            Rvalue::Compare { op, left, right } => format!("compare {op:?} {}, {}", of(left), of(right)),
            Rvalue::List(elements) => format!("list [{}]", self.elements(elements)),
            Rvalue::Tuple(elements) => format!("tuple ({})", self.elements(elements)),
            Rvalue::Set(elements) => format!("set {{{}}}", self.elements(elements)),
            Rvalue::Dict(items) => format!("dict {{{}}}", self.items(items)),
            Rvalue::Format(parts) => format!("format ({})", self.operands(parts)),
            Rvalue::MakeFunction { body, defaults, decorators } => self.make_function(*body, defaults, decorators),
            Rvalue::MakeClass { class, bases, decorators } => self.make_class(*class, bases, decorators),
            Rvalue::Iter { operand, is_async } => {
                format!("{}iter {}", if *is_async { "async " } else { "" }, of(operand))
            }
            Rvalue::Enter(operand) => format!("enter {}", of(operand)),
            Rvalue::Await(operand) => format!("await {}", of(operand)),
            Rvalue::Yield(None) => "yield".to_owned(),
            Rvalue::Yield(Some(operand)) => format!("yield {}", of(operand)),
            Rvalue::YieldFrom(operand) => format!("yield from {}", of(operand)),
            Rvalue::Caught => "caught".to_owned(),
            Rvalue::Matches { operand, fit } => format!("matches {}{}", of(operand), self.fit(fit)),
            Rvalue::Append { container, key: None, value } => format!("append {}, {}", of(container), of(value)),
            Rvalue::Append { container, key: Some(key), value } => {
                format!("append {}, {}: {}", of(container), of(key), of(value))
            }
            Rvalue::Opaque { what, reads } => format!("opaque {what:?} ({})", self.operands(reads)),
        }
    }

    fn make_function(&self, body: BodyId, defaults: &[(u32, Operand)], decorators: &[Operand]) -> String {
        let mut text = format!("function #{}", body.0);
        for (position, default) in defaults {
            let _ = write!(text, " {position}={}", self.operand(default));
        }
        for decorator in decorators {
            let _ = write!(text, " @{}", self.operand(decorator));
        }
        text
    }

    fn make_class(&self, class: ClassId, bases: &[Operand], decorators: &[Operand]) -> String {
        let mut text = format!("class {}({})", self.module.classes[class].qualname, self.operands(bases));
        for decorator in decorators {
            let _ = write!(text, " @{}", self.operand(decorator));
        }
        text
    }

    fn free(&self, body: BodyId, local: Local) -> String {
        let owner = &self.module.bodies[body];
        let name =
            owner.locals[local].name.map_or_else(|| format!("${}", local.index()), |name| self.name(name).to_owned());
        format!("{}.{name}", owner.qualname)
    }

    fn index(&self, index: &Index) -> String {
        let mut items: Vec<_> = index.items.iter().map(|item| self.index_item(item)).collect();
        if index.is_tuple && items.len() == 1 {
            items.push(String::new());
        }
        format!("[{}]", items.join(", "))
    }

    fn index_item(&self, item: &IndexItem) -> String {
        let bound = |bound: &Option<Operand>| bound.as_ref().map_or("_".to_owned(), |operand| self.operand(operand));
        match item {
            IndexItem::Slice { lower, upper, step: None } => format!("{}:{}", bound(lower), bound(upper)),
            IndexItem::Slice { lower, upper, step } => format!("{}:{}:{}", bound(lower), bound(upper), bound(step)),
            IndexItem::Value(operand) => self.operand(operand),
            IndexItem::Starred(operand) => format!("*{}", self.operand(operand)),
        }
    }

    fn args(&self, args: &[CallArg]) -> String {
        let texts: Vec<_> = args
            .iter()
            .map(|arg| {
                let value = self.operand(&arg.value);
                match arg.kind {
                    ArgKind::Positional => value,
                    ArgKind::Keyword(name) => format!("{}={value}", self.name(name)),
                    ArgKind::Starred => format!("*{value}"),
                    ArgKind::DoubleStarred => format!("**{value}"),
                }
            })
            .collect();
        texts.join(", ")
    }

    fn fit(&self, fit: &Fit) -> String {
        match fit {
            Fit::Unknown | Fit::Raised(_) => String::new(),
            Fit::Instance(class) => format!(" instance of {}", self.operand(class)),
            Fit::Sequence { least, more } => format!(" sequence of {least}{}", if *more { " or more" } else { "" }),
            Fit::Mapping(keys) => format!(" mapping with [{}]", self.operands(keys)),
        }
    }

    fn elements(&self, elements: &[Element]) -> String {
        let text =
            |element: &Element| format!("{}{}", if element.starred { "*" } else { "" }, self.operand(&element.value));
        elements.iter().map(text).collect::<Vec<_>>().join(", ")
    }

    fn items(&self, items: &[(Option<Operand>, Operand)]) -> String {
        let text = |(key, value): &(Option<Operand>, Operand)| match key {
            Some(key) => format!("{}: {}", self.operand(key), self.operand(value)),
            None => format!("**{}", self.operand(value)),
        };
        items.iter().map(text).collect::<Vec<_>>().join(", ")
    }

    fn operands(&self, operands: &[Operand]) -> String {
        operands.iter().map(|operand| self.operand(operand)).collect::<Vec<_>>().join(", ")
    }

    fn targets(&self, targets: &[UnpackTarget]) -> String {
        let text =
            |target: &UnpackTarget| format!("{}{}", if target.starred { "*" } else { "" }, self.place(target.place));
        targets.iter().map(text).collect::<Vec<_>>().join(", ")
    }
}
