//! What NumPy computes: shape, strides, offset and flags of results, and the tests of rule conditions.
//!
//! Everything here is a pure function of what is known of the arguments. Not knowing is normal: a length, the strides,
//! even the rank may be missing. **An answer is given only if it holds for every array that fits what is known**, so an
//! array of unknown length may be empty, and one with an axis of unknown length may have length 1 there:
//!
//! ```python
//! a = np.zeros((n, 3))       # shape (?, 3), strides (24, 8), C-contiguous; in Fortran order too if n is 1
//! a[1:]                      # strides (24, 8), offset 24, still C-contiguous
//! a[:, 0]                    # stride 24: contiguous if n is 0 or 1, so that is not known
//! a.T                        # F-contiguous
//! ```
//!
//! Where NumPy would raise (an axis out of range, shapes that don't fit), any answer will do, and there is no panic.

#![allow(clippy::similar_names, reason = "axis and axes, start, stop and step are the words for these things")]

mod accepts;
mod added;
mod arguments;
mod arrangement;
mod axes;
mod condition;
mod data;
mod fresh;
mod grown;
mod index;
mod keys;
mod operand;
mod overlap;
mod picked;
mod reshape;
mod safety;
mod shape;
mod split;
#[cfg(test)]
mod tests;

pub(super) use condition::compared;
pub use condition::test;
pub use data::{dtype_of_argument, dtype_of_operand, inexact_operands, promote_operands};
pub use fresh::Layout;
pub(super) use index::positions;
pub use operand::{Bound, Const, IndexItem, Operand};
pub(super) use overlap::gcd;
pub(super) use safety::key_fits;
pub(super) use shape::lengths;
pub(super) use split::{indices, parts};

use arrangement::{Arrangement, Lengths};
use operand::{operand, unwrapped};

use crate::alias::Tri;
use crate::alias::facts::Geometry;
use crate::rules::schema::GeometryOp;

/// Geometry and flags of a result.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Flow {
    /// Shape, strides, offset.
    pub geometry: Geometry,
    /// `flags.c_contiguous`
    pub c_contiguous: Tri,
    /// `flags.f_contiguous`
    pub f_contiguous: Tri,
    /// Whether two elements may occupy the same memory.
    pub overlaps: Tri,
}

/// Geometry and contiguity of a view made by `op`: strides and offset follow from the operand, which is the first
/// argument. `itemsize` is that of the result.
///
/// An operation that makes no view of its operand (`concatenate`, `reduce`, ...) leaves only the shape.
#[must_use]
pub fn view(op: GeometryOp, args: &[Operand], itemsize: Option<u32>) -> Flow {
    arrange(op, args, itemsize).flow()
}

/// Geometry and contiguity of a fresh array of the shape that `op` gives, laid out as asked.
#[must_use]
pub fn fresh(op: GeometryOp, args: &[Operand], layout: Layout, itemsize: Option<u32>) -> Flow {
    if matches!(layout, Layout::Unknown) {
        // NumPy lays these out in ways of their own.
        let copy = match op {
            GeometryOp::Index => index::copied(args, itemsize),
            GeometryOp::Deleted => picked::deleted(args, itemsize),
            _ => None,
        };
        if let Some(copy) = copy {
            return copy.flow();
        }
    }
    let lengths = match op {
        GeometryOp::Like => shape::lengths(operand(args, 0)),
        GeometryOp::Index => index::lengths(args),
        // What is no array is made one first, and that is stretched.
        GeometryOp::BroadcastTo => {
            let made = fresh::fresh(shape::lengths(operand(args, 0)), Layout::C, itemsize);
            return axes::broadcast_to(made, shape::arg(operand(args, 1))).flow();
        }
        _ => arrange(op, args, None).lengths(),
    };
    fresh::fresh(lengths, layout, itemsize).flow()
}

fn arrange(op: GeometryOp, args: &[Operand], itemsize: Option<u32>) -> Arrangement {
    let first = operand(args, 0);
    let second = operand(args, 1);
    let array = || Arrangement::of(first, itemsize);
    let shaped = |lengths: Option<Lengths>| Arrangement::of_lengths(lengths);
    match op {
        GeometryOp::Like => axes::like(first, itemsize),
        GeometryOp::Transpose => axes::transpose(array(), second),
        GeometryOp::Reshape => reshape::reshape(array(), second, operand(args, 2)),
        GeometryOp::Ravel => reshape::ravel(array()),
        GeometryOp::Squeeze => axes::squeeze(array(), second),
        GeometryOp::ExpandDims => axes::expand_dims(array(), second),
        GeometryOp::Swapaxes => axes::swapaxes(array(), args),
        GeometryOp::Moveaxis => axes::moveaxis(array(), args),
        GeometryOp::Rollaxis => axes::rollaxis(array(), args),
        GeometryOp::Flip => axes::flip(array(), second),
        GeometryOp::Rot90 => axes::rot90(array(), args),
        GeometryOp::Diagonal => axes::diagonal(array(), args),
        GeometryOp::Index => index::view(args, itemsize),
        GeometryOp::BroadcastTo => axes::broadcast_to(array(), shape::arg(second)),
        GeometryOp::Broadcast => axes::broadcast_to(array(), shape::broadcast(operands(args))),
        GeometryOp::Atleast => axes::atleast(array(), second),
        GeometryOp::Iterate => axes::iterate(array()),
        GeometryOp::Real => axes::part(first, axes::Part::Real),
        GeometryOp::Imag => axes::part(first, axes::Part::Imag),
        GeometryOp::Split => split::split(args, itemsize),
        GeometryOp::Arg => shaped(shape::arg(first)),
        GeometryOp::Reduce => shaped(shape::reduce(args)),
        GeometryOp::Arange => shaped(Some(shape::arange(args))),
        GeometryOp::Length => shaped(Some(shape::length(first))),
        GeometryOp::Square => shaped(Some(shape::square(args))),
        GeometryOp::Concatenate => shaped(shape::concatenate(args)),
        GeometryOp::Stack => shaped(shape::stack(args)),
        GeometryOp::Ndmin => added::ndmin(array(), second),
        GeometryOp::Grid => shaped(shape::grid(args)),
        GeometryOp::Diag => added::diag(&array(), second),
        GeometryOp::Windows => added::windows(array(), args),
        GeometryOp::Take => shaped(grown::take(args)),
        GeometryOp::Repeated => shaped(grown::repeated(args)),
        GeometryOp::Padded => shaped(grown::padded(args)),
        GeometryOp::Tiled => shaped(grown::tiled(args)),
        GeometryOp::Appended => shaped(grown::appended(args)),
        GeometryOp::Deleted => shaped(grown::deleted(args)),
        GeometryOp::Rows => shaped(grown::rows(args)),
        GeometryOp::Nonzero => shaped(Some(smallvec::smallvec![None])),
        GeometryOp::Rearrange | GeometryOp::Unknown => Arrangement::default(),
    }
}

/// The operands of `broadcast(args)`: `*args` arrives as one sequence.
fn operands<'o, 'a>(args: &'o [Operand<'a>]) -> &'o [Operand<'a>] {
    match args {
        [Operand::Sequence(items)] if !std::ptr::eq(unwrapped(&args[0]), &raw const args[0]) => items,
        _ => args,
    }
}
