//! Subscripts that only arrays take.

use crate::ir::{
    BinaryOp, Block, CompareOp, Const, Index, IndexItem, NameTable, OperandKind, Place, Rvalue, StmtKind, UnaryOp,
};
use crate::rules::{DtypeSpec, GeometryOp, Relation, RuleSet, Targets};

/// Whether a subscript is one that only arrays take: `x[:, 0]`, `x[..., 0]`, or a mask made of the object itself, `x[x < 0]`.
pub(super) fn only_arrays_take(
    block: &Block,
    object: OperandKind,
    index: &Index,
    names: &NameTable,
    rules: &RuleSet,
    targets: &Targets,
) -> bool {
    let is_wide = |item: &IndexItem| match item {
        IndexItem::Slice { .. } => true,
        IndexItem::Value(value) => value.kind == OperandKind::Const(Const::Ellipsis),
        IndexItem::Starred(_) => false,
    };
    if index.is_tuple {
        return index.items.iter().any(is_wide);
    }
    match index.items.as_slice() {
        [IndexItem::Value(key)] => is_mask_of(block, object, key.kind, names, rules, targets, 0),
        _ => false,
    }
}

/// Whether a function of NumPy by this name gives booleans, one for each element.
fn gives_mask(name: &str, rules: &RuleSet, targets: &Targets) -> bool {
    let rule = rules.callable(&format!("numpy.{name}"), targets).map(|id| rules.rule(id));
    rule.is_some_and(|rule| {
        rule.results.iter().any(|outcome| {
            outcome.is == Relation::Copy
                && matches!(&outcome.facts.dtype, Some(DtypeSpec::Literal(text)) if text.as_str() == "bool")
                && outcome.facts.geometry.as_ref().is_some_and(|geometry| geometry.op == GeometryOp::Broadcast)
        })
    })
}

/// Whether an operand is a comparison of the object, a negation or combination of such, or a call like `np.isnan(x)`.
fn is_mask_of(
    block: &Block,
    object: OperandKind,
    key: OperandKind,
    names: &NameTable,
    rules: &RuleSet,
    targets: &Targets,
    depth: u32,
) -> bool {
    let OperandKind::Temp(temp) = key else { return false };
    let defined = block.stmts.iter().find_map(|stmt| match &stmt.kind {
        StmtKind::Assign { place: Place::Temp(place), value, .. } if *place == temp => Some(value),
        _ => None,
    });
    let again = |key: OperandKind| depth < 4 && is_mask_of(block, object, key, names, rules, targets, depth + 1);
    match defined {
        Some(Rvalue::Compare { op, left, right }) => {
            let compares = !matches!(op, CompareOp::Is | CompareOp::IsNot | CompareOp::In | CompareOp::NotIn);
            compares && (left.kind == object || right.kind == object)
        }
        Some(Rvalue::Unary { op: UnaryOp::Invert, operand }) => again(operand.kind),
        Some(Rvalue::Binary { op: BinaryOp::BitAnd | BinaryOp::BitOr, left, right }) => {
            again(left.kind) || again(right.kind)
        }
        Some(Rvalue::CallMethod { method, args, .. }) if gives_mask(names.text(*method), rules, targets) => {
            args.iter().any(|arg| arg.value.kind == object || again(arg.value.kind))
        }
        _ => false,
    }
}
