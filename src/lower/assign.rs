//! Assignments, augmented assignments and deletions.

use rustpython_ast::{self as ast, Expr};

use super::expr::{binary_op, opaque};
use super::{Lowerer, Resolved, span};
use crate::ir::{Operand, OperandKind, Place, Rvalue, StmtKind, UnpackTarget};
use crate::source::Span;

impl<'a> Lowerer<'a> {
    pub(super) fn assign(&mut self, assign: &'a ast::StmtAssign) {
        match assign.targets.as_slice() {
            [Expr::Name(name)] => {
                let value = self.rvalue(&assign.value);
                self.store_name(&name.id, span(name), value, span(assign.value.as_ref()));
            }
            [target] => {
                if let Some((targets, values)) = pairs(target, &assign.value) {
                    return self.assign_pairs(targets, values);
                }
                let value = self.operand(&assign.value);
                let over = span(target);
                let value = self.keep_over(value, over.start, over.end);
                self.assign_to(target, value, span(assign.value.as_ref()));
            }
            targets => self.assign_chain(targets, &assign.value),
        }
    }

    /// `a = b = value`
    fn assign_chain(&mut self, targets: &'a [Expr], value: &'a Expr) {
        let value_span = span(value);
        let mut value = self.operand(value);
        let only_names = targets.iter().all(|target| matches!(target, Expr::Name(_)));
        if matches!(value.kind, OperandKind::Local(_)) && !only_names {
            value = self.temp(Rvalue::Use(value), value_span);
        }
        for target in targets {
            self.assign_to(target, value, value_span);
        }
    }

    /// `a, b = b, a`: all values first, then all targets. No tuple is made.
    fn assign_pairs(&mut self, targets: &'a [Expr], values: &'a [Expr]) {
        let end = values.last().map_or(0, |value| span(value).end);
        let bound: Option<Vec<&str>> = targets
            .iter()
            .filter_map(|target| match target {
                Expr::Name(name) => Some(Some(name.id.as_str())),
                Expr::Attribute(_) | Expr::Subscript(_) => None,
                _ => Some(None),
            })
            .collect();
        let operands: Vec<_> = values
            .iter()
            .map(|value| {
                let operand = self.operand_until(value, end);
                let rebound = match value {
                    Expr::Name(name) => bound.as_ref().is_none_or(|bound| bound.contains(&name.id.as_str())),
                    Expr::Named(_) => true,
                    _ => false,
                };
                let over = targets.last().map_or(Span::default(), |last| super::between(span(&targets[0]), span(last)));
                match operand.kind {
                    OperandKind::Local(_) if rebound || self.scopes.has_walrus(over.start, over.end) => {
                        self.temp(Rvalue::Use(operand), operand.span)
                    }
                    OperandKind::Local(_) | OperandKind::Temp(_) | OperandKind::Const(_) => operand,
                }
            })
            .collect();
        for (target, operand) in targets.iter().zip(operands) {
            self.assign_to(target, operand, operand.span);
        }
    }

    /// Binds a value, already evaluated, to any target.
    pub(super) fn assign_to(&mut self, target: &'a Expr, value: Operand, value_span: Span) {
        match target {
            Expr::Name(name) => self.store_name(&name.id, span(name), Rvalue::Use(value), value_span),
            Expr::Attribute(attribute) => {
                let object = self.operand(&attribute.value);
                if !attribute.attr.is_empty() {
                    let attr = self.names.intern(&attribute.attr);
                    self.build.emit(StmtKind::StoreAttr { object, attr, value, augmented: false }, span(target));
                }
            }
            Expr::Subscript(subscript) => {
                let object = self.operand_until(&subscript.value, span(subscript).end);
                let index = self.index(&subscript.slice);
                self.build.emit(StmtKind::StoreIndex { object, index, value, augmented: None }, span(target));
            }
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, value, span(target)),
            Expr::List(list) => self.unpack(&list.elts, value, span(target)),
            Expr::Starred(starred) => self.assign_to(&starred.value, value, value_span),
            // Nothing else can be assigned to; what it is made of is evaluated.
            other => {
                let value = self.rvalue(other);
                self.discard(value, span(other));
            }
        }
    }

    fn unpack(&mut self, elements: &'a [Expr], value: Operand, whole: Span) {
        let mut targets = Vec::with_capacity(elements.len());
        let mut rests = Vec::new();
        for element in elements {
            let (target, starred) = match element {
                Expr::Starred(starred) => (starred.value.as_ref(), true),
                element => (element, false),
            };
            let (place, rest) = self.target_place(target);
            targets.push(UnpackTarget { place, starred, span: span(target) });
            rests.extend(rest.map(|rest| (target, rest)));
        }
        self.build.emit(StmtKind::Unpack { value, targets }, whole);
        for (target, part) in rests {
            self.assign_to(target, part, part.span);
        }
    }

    /// Where a value goes first on its way to `target`: a variable of this body itself, else a temporary still to be
    /// assigned to the target.
    pub(super) fn target_place(&mut self, target: &'a Expr) -> (Place, Option<Operand>) {
        if let Expr::Name(name) = target
            && !name.id.is_empty()
        {
            let name = self.names.intern(&name.id);
            if let Resolved::Local(local) = self.resolve_store(self.scope, name) {
                return (Place::Local(local), None);
            }
        }
        let temp = self.build.new_temp();
        (Place::Temp(temp), Some(Operand { kind: OperandKind::Temp(temp), span: span(target) }))
    }

    pub(super) fn annotated(&mut self, assign: &'a ast::StmtAnnAssign) {
        let Some(value) = &assign.value else { return };
        let value_span = span(value.as_ref());
        if let Expr::Name(name) = assign.target.as_ref() {
            let value = self.rvalue(value);
            return self.store_name(&name.id, span(name), value, value_span);
        }
        let value = self.operand(value);
        let over = span(assign.target.as_ref());
        let value = self.keep_over(value, over.start, over.end);
        self.assign_to(&assign.target, value, value_span);
    }

    pub(super) fn augmented(&mut self, assign: &'a ast::StmtAugAssign) {
        let whole = span(assign);
        let op = binary_op(assign.op);
        match assign.target.as_ref() {
            Expr::Name(name) => {
                let target = self.operand_until(&assign.target, whole.end);
                let value = self.operand(&assign.value);
                self.store_name(&name.id, span(name), Rvalue::InPlace { op, target, value }, whole);
            }
            Expr::Attribute(attribute) if !attribute.attr.is_empty() => {
                let object = self.operand_until(&attribute.value, whole.end);
                let attr = self.names.intern(&attribute.attr);
                let target = self.temp(Rvalue::Attr { object, attr }, span(attribute));
                let value = self.operand(&assign.value);
                let value = self.temp(Rvalue::InPlace { op, target, value }, whole);
                self.build.emit(StmtKind::StoreAttr { object, attr, value, augmented: true }, whole);
            }
            Expr::Subscript(subscript) => {
                let object = self.operand_until(&subscript.value, whole.end);
                let mut index = self.index(&subscript.slice);
                if self.scopes.has_walrus(whole.start, whole.end) {
                    index.operands_mut(&mut |operand| *operand = self.keep_over(*operand, whole.start, whole.end));
                }
                let target = self.temp(Rvalue::Index { object, index: index.clone() }, span(subscript));
                let value = self.operand(&assign.value);
                let value = self.temp(Rvalue::InPlace { op, target, value }, whole);
                self.build.emit(StmtKind::StoreIndex { object, index, value, augmented: Some(op) }, whole);
            }
            other => {
                let target = self.operand(other);
                let value = self.operand(&assign.value);
                self.discard(Rvalue::InPlace { op, target, value }, whole);
            }
        }
    }

    pub(super) fn delete(&mut self, target: &'a Expr) {
        let whole = span(target);
        match target {
            Expr::Name(name) => self.delete_name(&name.id, whole),
            Expr::Attribute(attribute) if !attribute.attr.is_empty() => {
                let object = self.operand(&attribute.value);
                let attr = self.names.intern(&attribute.attr);
                self.build.emit(StmtKind::DeleteAttr { object, attr }, whole);
            }
            Expr::Subscript(subscript) => {
                let object = self.operand_until(&subscript.value, whole.end);
                let index = self.index(&subscript.slice);
                self.build.emit(StmtKind::DeleteIndex { object, index }, whole);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| self.delete(element)),
            Expr::List(list) => list.elts.iter().for_each(|element| self.delete(element)),
            other => {
                let value = self.rvalue(other);
                self.discard(value, whole);
            }
        }
    }

    pub(super) fn delete_name(&mut self, name: &str, whole: Span) {
        if name.is_empty() {
            return;
        }
        let name = self.names.intern(name);
        match self.resolve_store(self.scope, name) {
            Resolved::Local(local) => self.build.emit(StmtKind::DeleteLocal(local), whole),
            Resolved::Global | Resolved::Builtin => self.build.emit(StmtKind::DeleteGlobal(name), whole),
            Resolved::Free { .. } => {
                self.discard(opaque("deletion of an enclosing function's variable", Vec::new()), whole);
            }
        }
    }
}

/// The elements of a target and a value that pair off one to one.
fn pairs<'a>(target: &'a Expr, value: &'a Expr) -> Option<(&'a [Expr], &'a [Expr])> {
    let elements = |expr: &'a Expr| match expr {
        Expr::Tuple(tuple) => Some(tuple.elts.as_slice()),
        Expr::List(list) => Some(list.elts.as_slice()),
        _ => None,
    };
    let (targets, values) = (elements(target)?, elements(value)?);
    let starred = targets.iter().chain(values).any(|element| matches!(element, Expr::Starred(_)));
    (targets.len() == values.len() && !starred).then_some((targets, values))
}
