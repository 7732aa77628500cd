//! Is it an array? What annotations, docstrings and use say of a parameter.
//!
//! Evidence for an array is what only arrays have: `x.shape`, `x[:, 0]`, an annotation. Evidence against one (`x.append`,
//! `x.iloc`) wins: a finding about something that is a list or a data frame is a false one.

use rustc_hash::FxHashMap;

use super::documented::{documented_kind, of_annotated_elements, of_annotation, of_docstring, of_documented_elements};
use super::facts::{ArrayClass, Evidence};
use super::stand_in::{StandIns, Subject};
use super::wide_index::only_arrays_take;
use crate::ir::{BlockId, Body, ClassId, Local, Module, Name, OperandKind, Place, Rvalue, StmtKind};
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

/// What a body says of its parameters.
#[derive(Debug)]
pub struct OfParameters {
    /// Of each parameter, in order.
    pub own: Vec<Evidence>,
    /// Of what each holds, where it is no array itself.
    pub elements: Vec<Evidence>,
}

/// What a body says of each of its parameters.
#[must_use]
pub fn of_parameters(
    module: &Module,
    body: &Body,
    rules: &RuleSet,
    targets: &Targets,
    words: &mut Words,
) -> OfParameters {
    let mut own = vec![Evidence::None; body.params.len()];
    let mut elements = own.clone();
    let mut against = vec![false; own.len()];
    if body.params.is_empty() {
        return OfParameters { own, elements };
    }
    let docstring = body.docstring.map(|name| module.names.text(name));
    for (index, param) in body.params.iter().enumerate() {
        if let Some(annotation) = param.annotation {
            elements[index] = of_annotated_elements(module.names.text(annotation), param.kind);
            match of_annotation(module.names.text(annotation)) {
                Some(evidence) => own[index] = own[index].max(evidence),
                None => against[index] = true,
            }
        } else if let (Some(text), Some(name)) = (docstring, body.locals[param.local].name) {
            let kind = documented_kind(text, module.names.text(name));
            elements[index] = of_documented_elements(kind.as_deref());
            match of_docstring(kind.as_deref()) {
                Some(evidence) => own[index] = own[index].max(evidence),
                None => against[index] = true,
            }
        }
    }
    let is_static = body.decorators.iter().any(|name| module.names.text(*name) == "staticmethod");
    let has_receiver = body.class.is_some() && !is_static;
    let receiver = body.params.first().filter(|_| has_receiver).map(|param| param.local);
    let declared = own.iter().map(|evidence| *evidence > Evidence::None).collect();
    let mut found = Found { own, elements, against, declared };
    of_use(module, body, Known { rules, targets, words }, receiver, &mut found);
    if let (Some(first), true) = (found.against.first_mut(), has_receiver) {
        // A class with a `shape` of its own is no array.
        *first = true;
    }
    for (own, against) in found.own.iter_mut().zip(found.against) {
        *own = if against { Evidence::None } else { *own };
    }
    OfParameters { own: found.own, elements: found.elements }
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

/// What was found so far of the parameters of a body.
struct Found {
    own: Vec<Evidence>,
    elements: Vec<Evidence>,
    against: Vec<bool>,
    /// Whether more than use speaks for a parameter.
    declared: Vec<bool>,
}

impl Found {
    fn used(&mut self, subject: Option<Subject>) {
        match subject {
            Some(Subject::Param(index)) => self.own[index] = self.own[index].max(Evidence::Use),
            Some(Subject::Element(index)) => self.elements[index] = self.elements[index].max(Evidence::Use),
            None => {}
        }
    }

    /// An attribute of a slice of a parameter: a slice of an array has what arrays have.
    fn attribute_of_slice(&mut self, of: usize, word: Word) {
        self.against[of] |= !self.declared[of] && !word.is_of_arrays;
    }

    fn attribute(&mut self, subject: Subject, word: Word) {
        match subject {
            Subject::Param(index) => {
                let is_foreign = !self.declared[index] && !word.is_of_arrays;
                if word.is_of_others || is_foreign {
                    self.against[index] = true;
                } else if word.is_array_only {
                    self.used(Some(subject));
                }
            }
            Subject::Element(_) if word.is_array_only => self.used(Some(subject)),
            Subject::Element(_) => {}
        }
    }
}

/// What an attribute says of the object that has it.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Whether arrays, or things that behave like them, have it.
    pub is_of_arrays: bool,
    /// Whether it is one of other things that are indexed and have a shape, or of an array library.
    pub is_of_others: bool,
    /// Whether only arrays have it.
    pub is_array_only: bool,
}

/// What the attributes of a file say, each looked up once.
#[derive(Debug, Default)]
pub struct Words {
    known: FxHashMap<Name, Word>,
}

impl Words {
    /// What an attribute with this text says.
    pub fn of(&mut self, name: Name, text: &str, rules: &RuleSet, targets: &Targets) -> Word {
        *self.known.entry(name).or_insert_with(|| Word {
            is_of_arrays: is_of_arrays(text, rules, targets),
            is_of_others: OTHER_THINGS.contains(&text) || is_namespace(text, rules, targets),
            is_array_only: is_array_only(text, rules, targets),
        })
    }
}

/// What is known of names.
struct Known<'a> {
    rules: &'a RuleSet,
    targets: &'a Targets,
    words: &'a mut Words,
}

fn of_use(module: &Module, body: &Body, known: Known<'_>, receiver: Option<Local>, found: &mut Found) {
    let Known { rules, targets, words } = known;
    let of_local = |local: Local| body.params.iter().position(|param| param.local == local);
    let position = |kind: OperandKind, rebound: &[Option<BlockId>], block: BlockId| match kind {
        OperandKind::Local(local) => {
            of_local(local).filter(|&index| rebound[index].is_none_or(|at| at != block && at != body.entry))
        }
        OperandKind::Temp(_) | OperandKind::Const(_) => None,
    };
    let mut stand_ins = StandIns::new(receiver);
    // After `x = np.asarray(x)` what is done to `x` says nothing of the argument.
    let mut rebound: Vec<Option<BlockId>> = vec![None; body.params.len()];
    for (id, block) in body.blocks.iter_ids() {
        for stmt in &block.stmts {
            stand_ins.note(stmt, |kind| position(kind, &rebound, id));
            let subject = |kind: OperandKind| {
                position(kind, &rebound, id).map(Subject::Param).or_else(|| stand_ins.subject(kind))
            };
            if let StmtKind::StoreIndex { object, index, .. } = &stmt.kind
                && only_arrays_take(block, object.kind, index, &module.names, rules, targets)
            {
                found.used(subject(object.kind));
            }
            let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { continue };
            match value {
                Rvalue::Attr { object, attr: name } | Rvalue::CallMethod { object, method: name, .. } => {
                    let mut word = || words.of(*name, module.names.text(*name), rules, targets);
                    if let Some(of) = stand_ins.sliced(object.kind) {
                        found.attribute_of_slice(of, word());
                    }
                    if let Some(subject) = subject(object.kind) {
                        found.attribute(subject, word());
                    }
                }
                Rvalue::Index { object, index } => {
                    let subject = subject(object.kind);
                    if subject.is_some() && only_arrays_take(block, object.kind, index, &module.names, rules, targets) {
                        found.used(subject);
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

/// Whether an attribute by this name says that its object is an array. `shape`, `ndim` and `dtype` count as well: what else has them
/// (data frames, sparse matrices, tensors) gives itself away by other attributes.
fn is_array_only(name: &str, rules: &RuleSet, targets: &Targets) -> bool {
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
