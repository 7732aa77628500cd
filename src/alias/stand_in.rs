//! Temporaries that stand for a parameter, or for what it holds, in the code of a body.
//!
//! ```python
//! def __init__(self, weights, masks):
//!     self.weights = weights
//!     self.weights /= self.weights.sum()      # what is done to `self.weights` is done to `weights`
//!     height = masks[0].shape[0]              # and this says what is in `masks`
//! ```

use rustc_hash::FxHashMap;

use crate::ir::{IndexItem, Local, Name, OperandKind, Place, Rvalue, Stmt, StmtKind, Temp};

/// What a temporary stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A parameter, by its position.
    Param(usize),
    /// Something that the parameter holds.
    Element(usize),
}

/// The temporaries seen so far.
#[derive(Debug, Default)]
pub(super) struct StandIns {
    receiver: Option<Local>,
    kept: FxHashMap<Name, usize>,
    temps: FxHashMap<Temp, Subject>,
    /// Variables that hold a slice of a parameter.
    slices: FxHashMap<Local, usize>,
}

impl StandIns {
    /// None yet, in a body whose object is `receiver`.
    pub(super) fn new(receiver: Option<Local>) -> Self {
        Self { receiver, ..Self::default() }
    }

    /// What an operand stands for, where it is no variable.
    pub(super) fn subject(&self, kind: OperandKind) -> Option<Subject> {
        match kind {
            OperandKind::Temp(temp) => self.temps.get(&temp).copied(),
            OperandKind::Local(_) | OperandKind::Const(_) => None,
        }
    }

    /// The parameter of which a variable holds a slice: what no array has, the parameter is none for having.
    pub(super) fn sliced(&self, kind: OperandKind) -> Option<usize> {
        match kind {
            OperandKind::Local(local) => self.slices.get(&local).copied(),
            OperandKind::Temp(_) | OperandKind::Const(_) => None,
        }
    }

    /// Takes note of a statement; `param` gives the parameter that a variable is at this place.
    pub(super) fn note(&mut self, stmt: &Stmt, param: impl Fn(OperandKind) -> Option<usize>) {
        let is_own = |object: OperandKind| match object {
            OperandKind::Local(local) => Some(local) == self.receiver,
            OperandKind::Temp(_) | OperandKind::Const(_) => false,
        };
        match &stmt.kind {
            StmtKind::StoreAttr { object, attr, value, augmented: false } if is_own(object.kind) => {
                match param(value.kind) {
                    Some(index) => self.kept.insert(*attr, index),
                    None => self.kept.remove(attr),
                };
            }
            StmtKind::Assign { place: Place::Temp(temp), value, .. } => {
                let subject = match value {
                    Rvalue::Attr { object, attr } if is_own(object.kind) => {
                        self.kept.get(attr).map(|index| Subject::Param(*index))
                    }
                    Rvalue::Index { object, index } => match index.items.as_slice() {
                        [IndexItem::Value(_)] if !index.is_tuple => param(object.kind).map(Subject::Element),
                        _ => None,
                    },
                    _ => None,
                };
                if let Some(subject) = subject {
                    self.temps.insert(*temp, subject);
                }
            }
            StmtKind::Assign { place: Place::Local(local), value, .. } => {
                let of = match value {
                    Rvalue::Index { object, index } => {
                        let is_slice = index.items.iter().any(|item| matches!(item, IndexItem::Slice { .. }));
                        param(object.kind).filter(|_| is_slice)
                    }
                    _ => None,
                };
                match of {
                    Some(of) => self.slices.insert(*local, of),
                    None => self.slices.remove(local),
                };
            }
            _ => {}
        }
    }
}
