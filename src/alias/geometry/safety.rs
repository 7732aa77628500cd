//! What makes NumPy raise: a subscript out of range, shapes that do not fit, an axis that is not there.

use super::arrangement::product;
use super::index::{expanded, is_basic, takes};
use super::operand::{Bound, Const, IndexItem, Operand, operand};
use super::shape::{asked, lengths};
use crate::alias::Tri;
use crate::alias::dtype::Dtype;
use crate::rules::TestOp;

/// The tests that ask whether a call raises.
pub(super) fn test(op: TestOp, args: &[Operand]) -> Tri {
    let (first, second) = (operand(args, 0), operand(args, 1));
    match op {
        TestOp::HasAxis => has_axis(first, second),
        TestOp::Broadcasts => broadcasts(args),
        TestOp::Fits => fits(first, second),
        TestOp::Numeric => numeric(first),
        _ => Tri::Maybe,
    }
}

pub(super) fn has_axis(array: &Operand, axis: &Operand) -> Tri {
    let Some(ndim) = lengths(array).map(|lengths| lengths.len()) else { return Tri::Maybe };
    match axis {
        axis if axis.is_none() => Tri::Yes,
        Operand::Const(Const::Int(value)) => Tri::known(super::operand::axis(*value, ndim).is_some()),
        _ => Tri::Maybe,
    }
}

fn broadcasts(operands: &[Operand]) -> Tri {
    let mut shapes = Vec::new();
    // `*args` arrives as one sequence.
    let operands = match operands {
        [Operand::Sequence(items)] => items,
        _ => operands,
    };
    for operand in operands.iter().filter(|operand| !operand.is_none()) {
        let Some(lengths) = lengths(operand).and_then(|all| all.into_iter().collect::<Option<Vec<u64>>>()) else {
            return Tri::Maybe;
        };
        shapes.push(lengths);
    }
    let ndim = shapes.iter().map(Vec::len).max().unwrap_or(0);
    let fit = (0..ndim).all(|back| {
        let mut long = shapes.iter().filter_map(|shape| shape.iter().rev().nth(back)).filter(|len| **len != 1);
        let first = long.next();
        long.all(|len| Some(len) == first)
    });
    Tri::known(fit)
}

fn fits(array: &Operand, shape: &Operand) -> Tri {
    // Whatever its size, it fits into one axis that is left open, beside others of length 1.
    let is_open = |lengths: &[Option<i64>]| {
        lengths.iter().filter(|len| **len == Some(-1)).count() == 1
            && lengths.iter().all(|len| matches!(len, Some(-1 | 1)))
    };
    if lengths(array).is_some() && asked(shape).is_some_and(|lengths| is_open(&lengths)) {
        return Tri::Yes;
    }
    let known = || {
        let size = product(lengths(array)?.into_iter())?;
        let lengths = asked(shape)?.into_iter().collect::<Option<Vec<i64>>>()?;
        let open = lengths.iter().filter(|len| **len == -1).count();
        let given = lengths
            .iter()
            .filter(|len| **len != -1)
            .try_fold(1_u64, |product, len| product.checked_mul(u64::try_from(*len).ok()?))?;
        match open {
            0 => Some(given == size),
            // What an axis of no elements leaves open is not said.
            1 if given > 0 => Some(size % given == 0),
            _ => None,
        }
    };
    known().map_or(Tri::Maybe, Tri::known)
}

fn numeric(dtype: &Operand) -> Tri {
    let dtype = match dtype {
        absent if absent.is_none() => return Tri::Yes,
        Operand::Const(Const::Dtype(dtype)) => dtype.clone(),
        Operand::Const(Const::Str(text)) => Dtype::parse(text),
        _ => return Tri::Maybe,
    };
    let is_number = matches!(dtype, Dtype::Bool | Dtype::Int(_) | Dtype::Uint(_) | Dtype::Float(_) | Dtype::Complex(_));
    if is_number { Tri::Yes } else { Tri::Maybe }
}

/// Whether a subscript is within an array; where it is not, NumPy raises `IndexError`. `single` is the subscript, if it is one
/// value.
pub(in crate::alias) fn key_fits(array: &Operand, items: &[IndexItem], single: Option<&Operand>) -> Tri {
    let Some(lengths) = lengths(array) else { return Tri::Maybe };
    match (items, single, array) {
        ([IndexItem::Field(Some(name))], _, Operand::Array(facts)) => {
            return if facts.dtype.field(name).is_some() { Tri::Yes } else { Tri::Maybe };
        }
        ([IndexItem::IntArray { .. } | IndexItem::Mask { .. }], Some(single), _) => return picks(&lengths, single),
        _ => {}
    }
    let ellipses = items.iter().filter(|item| matches!(item, IndexItem::Ellipsis)).count();
    if !items.iter().all(is_basic) || ellipses > 1 {
        return Tri::Maybe;
    }
    let Some(explicit) = expanded(items, lengths.len()) else { return Tri::No };
    let mut axes = lengths.iter();
    let mut fit = Tri::Yes;
    for item in explicit {
        if takes(item) != Some(1) {
            continue;
        }
        let len = axes.next().copied().flatten();
        fit = fit.and(match (item, len) {
            (IndexItem::Int(Some(at)), Some(len)) => within(*at, len),
            (IndexItem::Slice { lower, upper, step }, _) => {
                let is_known = [lower, upper, step].iter().all(|bound| **bound != Bound::Unknown);
                if is_known && *step != Bound::Known(0) { Tri::Yes } else { return Tri::Maybe }
            }
            _ => return Tri::Maybe,
        });
    }
    fit
}

pub(super) fn within(at: i64, len: u64) -> Tri {
    i64::try_from(len).map_or(Tri::Maybe, |len| Tri::known((-len..len).contains(&at)))
}

/// Whether a list of integers, or a mask, fits an array.
fn picks(lengths: &[Option<u64>], key: &Operand) -> Tri {
    let Some(Some(first)) = lengths.first().copied() else { return Tri::Maybe };
    match key {
        Operand::Sequence(items) if items.iter().all(|item| matches!(item, Operand::Const(Const::Bool(_)))) => {
            Tri::known(items.is_empty() || items.len() as u64 == first)
        }
        Operand::Sequence(items) => items.iter().fold(Tri::Yes, |fit, item| match item {
            Operand::Const(Const::Int(at)) => fit.and(within(*at, first)),
            _ => fit.and(Tri::Maybe),
        }),
        Operand::Array(mask) if mask.dtype == Dtype::Bool => {
            let Some(shape) = super::arrangement::known_lengths(&mask.geometry) else { return Tri::Maybe };
            if shape.is_empty() || shape.len() > lengths.len() {
                return Tri::Maybe;
            }
            shape.iter().zip(lengths).fold(Tri::Yes, |fit, pair| match pair {
                (Some(mine), Some(theirs)) => fit.and(Tri::known(mine == theirs)),
                _ => fit.and(Tri::Maybe),
            })
        }
        _ => Tri::Maybe,
    }
}
