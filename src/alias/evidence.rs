//! Is it an array? What annotations, docstrings and use say of a parameter.
//!
//! Evidence for an array is what only arrays have: `x.shape`, `x[:, 0]`, an annotation. Evidence against one (`x.append`,
//! `x.iloc`) wins: a finding about something that is a list or a data frame is a false one.

use super::documented::{of_annotation, of_docstring};
use super::facts::{ArrayClass, Evidence};
use crate::ir::{
    BinaryOp, Block, BlockId, Body, ClassId, CompareOp, Const, Index, IndexItem, Local, Module, NameTable, OperandKind,
    Place, Rvalue, StmtKind, UnaryOp,
};
use crate::rules::{DtypeSpec, GeometryOp, Relation, RuleSet, Targets};

/// Attributes that lists, dicts, strings, files and data frames have as well, or instead.
const NOT_ONLY_ARRAYS: &[&str] = &[
    "copy",
    "sort",
    "index",
    "count",
    "pop",
    "insert",
    "append",
    "extend",
    "remove",
    "clear",
    "reverse",
    "items",
    "keys",
    "values",
    "get",
    "update",
    "data",
    "real",
    "imag",
    "conjugate",
    "dump",
    "round",
    "all",
    "any",
    "sum",
    "min",
    "max",
    "mean",
    "std",
    "var",
    "fill",
    "take",
    "view",
    "repeat",
    "resize",
    "size",
    "item",
    "tolist",
    "base",
    "diagonal",
    "dot",
    "transpose",
    "put",
    "clip",
    "nbytes",
    "device",
    "to_device",
    "product",
    "prod",
    "flat",
    "shape",
    "dtype",
    "ndim",
];

/// Attributes of other things that are indexed and have a shape.
const OTHER_THINGS: &[&str] = &[
    "iloc",
    "loc",
    "iterrows",
    "columns",
    "groupby",
    "append",
    "extend",
    "keys",
    "items",
    "pop",
    "tocsr",
    "tocsc",
    "tocoo",
    "toarray",
    "todense",
    "nnz",
    "indptr",
    "detach",
    "cpu",
    "numpy",
    "to_numpy",
    "requires_grad",
    "split",
    "startswith",
    "format",
    "add",
    "union",
    "lower",
    "upper",
    "strip",
    "read",
    "write",
    "to_dense",
    "is_cuda",
    "unsqueeze",
    "sel",
    "isel",
];

/// What a body says of each of its parameters, in order.
#[must_use]
pub fn of_parameters(module: &Module, body: &Body, rules: &RuleSet, targets: &Targets) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = body.params.iter().map(|_| Evidence::None).collect();
    let mut against = vec![false; found.len()];
    let docstring = body.docstring.map(|name| module.names.text(name));
    for (index, param) in body.params.iter().enumerate() {
        if let Some(annotation) = param.annotation {
            match of_annotation(module.names.text(annotation)) {
                Some(evidence) => found[index] = found[index].max(evidence),
                None => against[index] = true,
            }
        } else if let (Some(text), Some(name)) = (docstring, body.locals[param.local].name) {
            match of_docstring(text, module.names.text(name)) {
                Some(evidence) => found[index] = found[index].max(evidence),
                None => against[index] = true,
            }
        }
    }
    of_use(module, body, rules, targets, &mut found, &mut against);
    let is_static = body.decorators.iter().any(|name| module.names.text(*name) == "staticmethod");
    if let (Some(first), Some(_), false) = (against.first_mut(), body.class, is_static) {
        // A class with a `shape` of its own is no array.
        *first = true;
    }
    found.iter().zip(against).map(|(&evidence, against)| if against { Evidence::None } else { evidence }).collect()
}

/// Whether a class is derived from `ndarray`, or from a subclass of it, as far as the names of its bases tell.
pub(super) fn extends_array(module: &Module, class: ClassId, depth: u8) -> bool {
    module.classes[class].bases.iter().flatten().any(|base| {
        let text = module.names.text(*base);
        let last = text.rsplit('.').next().unwrap_or(text);
        let own = module.classes.iter_ids().find(|(id, one)| *id != class && one.name == *base);
        match own {
            Some((id, _)) => depth > 0 && extends_array(module, id, depth - 1),
            None => ArrayClass::is_array_named(last),
        }
    })
}

fn of_use(
    module: &Module,
    body: &Body,
    rules: &RuleSet,
    targets: &Targets,
    found: &mut [Evidence],
    against: &mut [bool],
) {
    let of_local = |local: Local| body.params.iter().position(|param| param.local == local);
    let declared: Vec<bool> = found.iter().map(|evidence| *evidence > Evidence::None).collect();
    let position = |kind: OperandKind, rebound: &[Option<BlockId>], block: BlockId| match kind {
        OperandKind::Local(local) => {
            of_local(local).filter(|&index| rebound[index].is_none_or(|at| at != block && at != body.entry))
        }
        OperandKind::Temp(_) | OperandKind::Const(_) => None,
    };
    let mut attribute = |index: Option<usize>, name: &str, found: &mut [Evidence]| {
        let Some(index) = index else { return };
        let is_foreign = !declared[index] && !is_of_arrays(name, rules, targets);
        if OTHER_THINGS.contains(&name) || is_namespace(name, rules, targets) || is_foreign {
            against[index] = true;
        } else if is_array_only(name, rules, targets) {
            found[index] = found[index].max(Evidence::Use);
        }
    };
    // After `x = np.asarray(x)` what is done to `x` says nothing of the argument.
    let mut rebound: Vec<Option<BlockId>> = vec![None; found.len()];
    for (id, block) in body.blocks.iter_ids() {
        for stmt in &block.stmts {
            if let StmtKind::StoreIndex { object, index, .. } = &stmt.kind
                && only_arrays_take(block, object.kind, index, &module.names, rules, targets)
                && let Some(at) = position(object.kind, &rebound, id)
            {
                found[at] = found[at].max(Evidence::Use);
            }
            let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { continue };
            match value {
                Rvalue::Attr { object, attr } => {
                    attribute(position(object.kind, &rebound, id), module.names.text(*attr), found);
                }
                Rvalue::CallMethod { object, method, .. } => {
                    attribute(position(object.kind, &rebound, id), module.names.text(*method), found);
                }
                Rvalue::Index { object, index } => {
                    if only_arrays_take(block, object.kind, index, &module.names, rules, targets)
                        && let Some(at) = position(object.kind, &rebound, id)
                    {
                        found[at] = found[at].max(Evidence::Use);
                    }
                }
                _ => {}
            }
            if let StmtKind::Assign { place: Place::Local(local), value, .. } = &stmt.kind
                && !matches!(value, Rvalue::InPlace { .. })
                && let Some(index) = of_local(*local)
            {
                rebound[index].get_or_insert(id);
            }
        }
    }
}

/// Whether a subscript is one that only arrays take: `x[:, 0]`, `x[..., 0]`, or a mask made of the object itself, `x[x < 0]`.
fn only_arrays_take(
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

/// Attributes of arrays, or of their subclasses, about which there is no rule.
const MORE_OF_ARRAYS: &[&str] = &[
    "tobytes",
    "tostring",
    "tofile",
    "dumps",
    "ctypes",
    "setfield",
    "getfield",
    "searchsorted",
    "compress",
    "choose",
    "ptp",
    "newbyteorder",
    "byteswap",
    "to_device",
    "mask",
    "filled",
    "compressed",
    "fill_value",
    "harden_mask",
    "soften_mask",
    "count",
    "names",
    "unit",
    "value",
    "to",
    "to_value",
    "name",
    "index",
    "values",
    "fields",
    "itemset",
    "partition",
    "argpartition",
    "cumprod",
    "cumsum",
    "trace",
    "nonzero",
    "conj",
];

/// Whether arrays, or things that behave like them, have an attribute by this name.
fn is_of_arrays(name: &str, rules: &RuleSet, targets: &Targets) -> bool {
    name.starts_with("__")
        || NOT_ONLY_ARRAYS.contains(&name)
        || MORE_OF_ARRAYS.contains(&name)
        || ["numpy.ndarray", "numpy.ma.MaskedArray", "numpy.matrix", "numpy.recarray"].iter().any(|class| {
            let qualified = format!("{class}.{name}");
            rules.callable(&qualified, targets).is_some() || rules.attribute(&qualified, targets).is_some()
        })
}

/// Whether an attribute by this name says that its object is an array library handed over as `xp`: it makes or joins arrays.
fn is_namespace(name: &str, rules: &RuleSet, targets: &Targets) -> bool {
    let of_module = format!("numpy.{name}");
    let of_array = format!("numpy.ndarray.{name}");
    rules.callable(&of_module, targets).is_some()
        && rules.callable(&of_array, targets).is_none()
        && rules.attribute(&of_array, targets).is_none()
}

/// `shape`, `ndim` and `dtype` count as well: what else has them (data frames, sparse matrices, tensors) gives itself away by other
/// attributes.
/// Whether an attribute by this name says that its object is an array.
#[must_use]
pub fn is_array_only(name: &str, rules: &RuleSet, targets: &Targets) -> bool {
    if matches!(
        name,
        "shape" | "dtype" | "ndim" | "flat" | "mean" | "std" | "var" | "sum" | "max" | "min" | "size" | "T"
    ) {
        return true;
    }
    if NOT_ONLY_ARRAYS.contains(&name) || name.starts_with("__") {
        return false;
    }
    let qualified = format!("numpy.ndarray.{name}");
    rules.callable(&qualified, targets).is_some() || rules.attribute(&qualified, targets).is_some()
}
