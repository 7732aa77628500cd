//! What a caller needs to know of a function: its result, what it writes, what it stores where.
//!
//! ```python
//! def centre(x):
//!     x = np.asarray(x, dtype=float)
//!     x -= x.mean()
//!     return x
//! ```
//!
//! Result: the object in parameter `x` (as an array of `float64`: otherwise this possibility does not exist), or a fresh array.
//! Writes: the data of the array in `x`, under the same proviso. [`super::instantiate`] turns this into what happens at a call.

use super::domain::{ArrayAtom, ObjectId, Slot, ValueId};
use super::state::Field;
use crate::ir::BodyId;
use crate::rules::Written;
use crate::source::Span;

/// A summary.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// What it returns.
    pub result: ValueId,
    /// What it yields, joined.
    pub yields: Option<ValueId>,
    /// Cells at its end, sorted: those of outside objects are stores; those of objects it made belong to its result.
    pub cells: Vec<((ObjectId, Field), Slot)>,
    /// Arrays from outside that it writes.
    pub writes: Vec<OuterWrite>,
    /// Whether it was given up: then nothing is known of what it does.
    pub opaque: bool,
}

/// Writes of one array that are told apart. A caller needs to know that an array is written; where else the callee writes it
/// says nothing more, and would be repeated at every call.
pub const MOST_WRITES: usize = 8;

/// A write to an array that exists outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OuterWrite {
    /// The array, as the function sees it.
    pub array: ArrayAtom,
    /// What of it.
    pub what: Written,
    /// Whether it is written on every run that gets there with this array.
    pub always: bool,
    /// The function that holds the write itself.
    pub body: BodyId,
    /// Where.
    pub span: Span,
}

impl Summary {
    /// Of a function that never returns: where a fixpoint over recursion starts.
    pub const NEVER: Self =
        Self { result: ValueId::EMPTY, yields: None, cells: Vec::new(), writes: Vec::new(), opaque: false };
}
