//! Changes in place of what is in a variable, be it known or not.

use super::query::Scene;
use crate::alias::domain::Point;
use crate::alias::event::Event;
use crate::ir::{BlockId, Id, Index, IndexItem, Local, Operand, OperandKind, Rvalue, Stmt, StmtKind};

/// Methods that change arrays, lists, dictionaries and sets.
const CHANGES: &[&str] = &[
    "append",
    "extend",
    "insert",
    "add",
    "update",
    "setdefault",
    "remove",
    "discard",
    "clear",
    "pop",
    "popitem",
    "sort",
    "reverse",
    "fill",
    "partition",
    "put",
    "resize",
    "itemset",
];

impl<'a> Scene<'a> {
    /// The first statement that changes in place what a variable was bound to here.
    pub(super) fn change_of(&self, local: Local, bind: &Event) -> Option<&'a Stmt> {
        let stops: Vec<u32> = self.bindings(local).map(|other| other.point.index).collect();
        self.body.blocks.iter_ids().find_map(|(id, block)| {
            let first = self.tables().firsts[id.index()];
            // Nothing is recorded of what is done to an unknown object.
            let is_after = |index: u32| {
                let at = Event { point: Point { body: self.id, index }, block: id, ..bind.clone() };
                self.reaches_without(bind, &at, &stops)
            };
            let mut stmts = (first..).zip(&block.stmts);
            stmts.find(|(index, stmt)| self.is_change(stmt, local) && is_after(*index)).map(|(_, stmt)| stmt)
        })
    }

    fn is_change(&self, stmt: &Stmt, local: Local) -> bool {
        let object = match &stmt.kind {
            StmtKind::StoreIndex { object, .. } | StmtKind::DeleteIndex { object, .. } => object,
            StmtKind::Assign { value: Rvalue::InPlace { target, .. }, .. } => target,
            StmtKind::Assign { value: Rvalue::CallMethod { object, method, .. }, .. }
            | StmtKind::Eval { value: Rvalue::CallMethod { object, method, .. } }
                if CHANGES.contains(&self.cx.facts.names.text(*method)) =>
            {
                object
            }
            _ => return false,
        };
        object.kind == OperandKind::Local(local)
    }

    /// Whether a variable is used as only arrays are: `x[:, 0]`, `x[x > 0]`, `x.shape`.
    pub(super) fn looks_like_array(&self, local: Local) -> bool {
        let is_it = |operand: &Operand| operand.kind == OperandKind::Local(local);
        self.body.blocks.iter_ids().any(|(id, block)| {
            block.stmts.iter().any(|stmt| match &stmt.kind {
                StmtKind::StoreIndex { object, index, .. }
                | StmtKind::Assign { value: Rvalue::Index { object, index }, .. } => {
                    is_it(object) && self.is_wide(id, local, index)
                }
                StmtKind::Assign { value: Rvalue::Attr { object, attr }, .. } => {
                    is_it(object) && matches!(self.cx.facts.names.text(*attr), "shape" | "ndim" | "dtype")
                }
                _ => false,
            })
        })
    }

    /// Whether a subscript has several axes, or is a mask made of the variable itself.
    fn is_wide(&self, block: BlockId, local: Local, index: &Index) -> bool {
        if index.is_tuple {
            return index.items.iter().any(|item| matches!(item, IndexItem::Slice { .. }));
        }
        let [IndexItem::Value(key)] = index.items.as_slice() else { return false };
        match self.definition(block, *key) {
            Some(Rvalue::Compare { left, right, .. }) => {
                [left, right].iter().any(|side| side.kind == OperandKind::Local(local))
            }
            _ => false,
        }
    }
}
