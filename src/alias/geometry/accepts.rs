//! Arguments that a call takes for sure: an axis that may be put in, indices within an array, shapes that can be joined.
//!
//! Like all tests of what raises, these say "yes" or "no" only of what is known in full.

use super::arrangement::product;
use super::operand::{Axes, Const, Operand, operand, unwrapped};
use super::safety::{has_axis, within};
use super::shape::{asked, lengths};
use crate::alias::Tri;
use crate::rules::TestOp;

/// Elements that an array may have without NumPy refusing to make it.
const MANY: i64 = 1 << 31;

pub(super) fn test(op: TestOp, args: &[Operand]) -> Tri {
    let (first, second, third) = (operand(args, 0), operand(args, 1), operand(args, 2));
    match op {
        TestOp::NewAxis => new_axis(lengths(first).map(|lengths| lengths.len()), second),
        TestOp::Shape => is_shape(first),
        TestOp::Splits => splits(first, second, third),
        TestOp::OrdersAxes => orders_axes(first, second),
        TestOp::Within => all_within(first, second, third),
        TestOp::Stretches => stretches(first, second),
        TestOp::Joins => match first {
            Operand::Sequence(items) => joins(items, second),
            _ => Tri::Maybe,
        },
        TestOp::Appends if third.is_none() => Tri::Yes,
        TestOp::Appends => joins(&[first.clone(), second.clone()], third),
        TestOp::Stacks => stacks(first, second),
        TestOp::Spans => spans(first, &args[1..]),
        _ => Tri::Maybe,
    }
}

fn new_axis(ndim: Option<usize>, axis: &Operand) -> Tri {
    match (ndim, axis) {
        (Some(ndim), Operand::Const(Const::Int(value))) => {
            Tri::known(super::operand::axis(*value, ndim + 1).is_some() && ndim < 32)
        }
        _ => Tri::Maybe,
    }
}

/// Whether it is a length, or several, of which none is negative, for an array that is not too big.
fn is_shape(shape: &Operand) -> Tri {
    let Some(lengths) = asked(shape).and_then(|lengths| lengths.into_iter().collect::<Option<Vec<i64>>>()) else {
        return Tri::Maybe;
    };
    let size = lengths.iter().try_fold(1_i64, |size, len| size.checked_mul((*len).max(1)));
    Tri::known(lengths.len() < 32 && lengths.iter().all(|len| *len >= 0) && size.is_some_and(|size| size < MANY))
}

fn splits(array: &Operand, sections: &Operand, axis: &Operand) -> Tri {
    let Some(lengths) = lengths(array) else { return Tri::Maybe };
    let Operand::Const(Const::Int(axis)) = axis else { return Tri::Maybe };
    let Some(axis) = super::operand::axis(*axis, lengths.len()) else { return Tri::No };
    match sections {
        Operand::Const(Const::Int(count)) => match (lengths[axis], u64::try_from(*count)) {
            (Some(len), Ok(count)) if count > 0 => Tri::known(len % count == 0),
            (None, Ok(count)) if count > 0 => Tri::known(count == 1).or(Tri::Maybe),
            _ => Tri::No,
        },
        Operand::Sequence(items) if items.iter().all(|item| item.int().is_some()) => Tri::Yes,
        _ => Tri::Maybe,
    }
}

fn orders_axes(array: &Operand, axes: &Operand) -> Tri {
    let Some(ndim) = lengths(array).map(|lengths| lengths.len()) else { return Tri::Maybe };
    match (unwrapped(axes), axes.axes(ndim)) {
        (absent, _) if absent.is_none() => Tri::Yes,
        (Operand::Sequence(items), Axes::These(mut axes)) if !items.is_empty() => {
            axes.sort_unstable();
            Tri::known(axes.into_iter().eq(0..ndim))
        }
        _ => Tri::Maybe,
    }
}

/// Whether indices, one or a list of them, are within an array along an axis, or within all of it.
fn all_within(array: &Operand, indices: &Operand, axis: &Operand) -> Tri {
    let Some(lengths) = lengths(array) else { return Tri::Maybe };
    let len = match axis {
        axis if axis.is_none() => product(lengths.into_iter()),
        axis => match has_axis(array, axis) {
            Tri::Yes => axis.axis_or(0, lengths.len()).and_then(|axis| lengths[axis]),
            other => return other,
        },
    };
    let one = |index: &Operand| match (index, len) {
        (Operand::Const(Const::Int(at)), Some(len)) => within(*at, len),
        _ => Tri::Maybe,
    };
    match indices {
        Operand::Sequence(items) => items.iter().fold(Tri::Yes, |all, item| all.and(one(item))),
        index => one(index),
    }
}

fn stretches(array: &Operand, shape: &Operand) -> Tri {
    let (Some(lengths), Some(asked)) = (lengths(array), asked(shape)) else { return Tri::Maybe };
    let Some(ones) = asked.len().checked_sub(lengths.len()) else { return Tri::No };
    let fits = lengths.iter().zip(&asked[ones..]).fold(Tri::Yes, |fits, pair| {
        fits.and(match pair {
            (Some(1), Some(_)) => Tri::Yes,
            (Some(have), Some(wanted)) => Tri::known(i64::try_from(*have) == Ok(*wanted)),
            _ => Tri::Maybe,
        })
    });
    fits.and(is_shape(shape))
}

/// Whether arrays can be joined along an axis that they have.
fn joins(items: &[Operand], axis: &Operand) -> Tri {
    let shapes: Option<Vec<_>> = items.iter().map(lengths).collect();
    let (Some(shapes), Operand::Const(Const::Int(axis))) = (shapes, axis) else { return Tri::Maybe };
    let Some(first) = shapes.first() else { return Tri::No };
    let Some(axis) = super::operand::axis(*axis, first.len()) else { return Tri::No };
    shapes.iter().fold(Tri::Yes, |fits, shape| {
        if shape.len() != first.len() {
            return Tri::No;
        }
        let others = shape.iter().zip(first).enumerate().filter(|(at, _)| *at != axis);
        others.fold(fits, |fits, (_, pair)| {
            fits.and(match pair {
                (Some(left), Some(right)) => Tri::known(left == right),
                _ => Tri::Maybe,
            })
        })
    })
}

/// Whether arrays of one shape can be stacked along a new axis.
fn stacks(arrays: &Operand, axis: &Operand) -> Tri {
    let Operand::Sequence(items) = arrays else { return Tri::Maybe };
    let known = |item: &Operand| lengths(item)?.into_iter().collect::<Option<Vec<u64>>>();
    let Some(shapes) = items.iter().map(known).collect::<Option<Vec<_>>>() else { return Tri::Maybe };
    let Some(first) = shapes.first() else { return Tri::No };
    Tri::known(shapes.iter().all(|shape| shape == first)).and(new_axis(Some(first.len()), axis))
}

/// Whether an array, or the one in a tuple, has itself the shape to which it and all the others broadcast.
fn spans(array: &Operand, others: &[Operand]) -> Tri {
    let array = only(array);
    let known = |one: &Operand| lengths(one)?.into_iter().collect::<Option<Vec<u64>>>();
    let Some(mine) = known(array) else { return Tri::Maybe };
    others.iter().filter(|other| !other.is_none()).fold(Tri::Yes, |fits, other| {
        let Some(theirs) = known(other) else { return fits.and(Tri::Maybe) };
        let Some(ones) = mine.len().checked_sub(theirs.len()) else { return Tri::No };
        let fit = theirs.iter().zip(&mine[ones..]).all(|(length, mine)| *length == 1 || length == mine);
        fits.and(Tri::known(fit))
    })
}

/// What a tuple of one holds, as `out=(a,)` does.
pub(super) fn only<'o, 'a>(operand: &'o Operand<'a>) -> &'o Operand<'a> {
    match operand {
        Operand::Sequence(items) if items.len() == 1 => &items[0],
        _ => operand,
    }
}
