//! Is it an array? What annotations, docstrings and use say of a parameter.
//!
//! Evidence for an array is what only arrays have: `x.shape`, `x[:, 0]`, an annotation. Evidence against one (`x.append`,
//! `x.iloc`) wins: a finding about something that is a list or a data frame is a false one.

use super::facts::Evidence;
use crate::ir::{BlockId, Body, IndexItem, Local, Module, OperandKind, Place, Rvalue, StmtKind};
use crate::rules::{RuleSet, Targets};

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

/// `None`: it is something else.
fn of_annotation(text: &str) -> Option<Evidence> {
    if text.contains("ndarray") || text.contains("NDArray") {
        let mixed = ["DataFrame", "Series", "Tensor", "Sequence", "list", "List", "ArrayLike"];
        return Some(if mixed.iter().any(|word| text.contains(word)) { Evidence::Use } else { Evidence::Declared });
    }
    if text.contains("ArrayLike") || text.trim_matches(['"', '\'']) == "Array" {
        return Some(Evidence::Use);
    }
    if text.contains("Any") || text.contains("object") || text.contains("TypeVar") {
        return Some(Evidence::None);
    }
    None
}

/// The line `name : type` of a NumPy-style docstring, `name (type):` of a Google-style one. `None`: it is something else.
fn of_docstring(text: &str, name: &str) -> Option<Evidence> {
    for line in text.lines() {
        let line = line.trim();
        let Some((names, kind)) = line.split_once(':').map(|(left, right)| (left.trim(), right.trim())) else {
            continue;
        };
        let kind = if let Some((before, inside)) = names.split_once('(') {
            if before.trim() != name {
                continue;
            }
            inside.trim_end_matches(')')
        } else if names.split(',').any(|one| one.trim().trim_start_matches('*') == name) {
            kind
        } else {
            continue;
        };
        return of_kind(&kind.to_ascii_lowercase());
    }
    Some(Evidence::None)
}

fn of_kind(kind: &str) -> Option<Evidence> {
    if ["dataframe", "sparse", "tensor", "series", "callable", "dict"].iter().any(|word| kind.contains(word)) {
        return Some(Evidence::None);
    }
    if kind.contains("array_like") || kind.contains("array-like") || kind.contains("arraylike") {
        return Some(Evidence::Use);
    }
    if kind.contains("array of") || kind.contains("ndarray") || kind.starts_with("array") || kind.contains("np.array") {
        let mixed = kind.contains(" or ") || kind.contains("list") || kind.contains("sequence");
        return Some(if mixed { Evidence::Use } else { Evidence::Declared });
    }
    let other = ["int", "float", "bool", "str", "list", "tuple", "object", "none", "scalar", "number"];
    if other.iter().any(|word| kind.starts_with(word)) { None } else { Some(Evidence::None) }
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
    let position = |kind: OperandKind, rebound: &[Option<BlockId>], block: BlockId| match kind {
        OperandKind::Local(local) => {
            of_local(local).filter(|&index| rebound[index].is_none_or(|at| at != block && at != body.entry))
        }
        OperandKind::Temp(_) | OperandKind::Const(_) => None,
    };
    let mut attribute = |index: Option<usize>, name: &str, found: &mut [Evidence]| {
        let Some(index) = index else { return };
        if OTHER_THINGS.contains(&name) || is_namespace(name, rules, targets) {
            against[index] = true;
        } else if is_array_only(name, rules, targets) {
            found[index] = found[index].max(Evidence::Use);
        }
    };
    // After `x = np.asarray(x)` what is done to `x` says nothing of the argument.
    let mut rebound: Vec<Option<BlockId>> = vec![None; found.len()];
    for (id, block) in body.blocks.iter_ids() {
        for stmt in &block.stmts {
            let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { continue };
            match value {
                Rvalue::Attr { object, attr } => {
                    attribute(position(object.kind, &rebound, id), module.names.text(*attr), found);
                }
                Rvalue::CallMethod { object, method, .. } => {
                    attribute(position(object.kind, &rebound, id), module.names.text(*method), found);
                }
                Rvalue::Index { object, index } => {
                    let slices = index.items.iter().any(|item| matches!(item, IndexItem::Slice { .. }));
                    if index.is_tuple
                        && slices
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
