//! Advanced indexing: the shape of what is picked out, and how the copy is laid out.

use smallvec::{SmallVec, smallvec};

use super::arrangement::{Arrangement, Axis, Lengths, Stride, known_lengths};
use super::index::{expanded, is_advanced, slice, takes};
use super::operand::{Bound, IndexItem, Operand, operand};
use super::shape::broadcast_lengths;
use crate::alias::Tri;
use crate::alias::facts::Geometry;

/// What advanced indexing of an array gives: a copy.
///
/// NumPy packs what the lists, arrays and masks pick one after the other, in C order. Inside of each come the axes that are
/// sliced, the one with the longest step in the array first, and new axes last. Then the picked axes are moved to where they
/// stand in the subscript.
pub(super) fn picked(base: &Arrangement, items: &[IndexItem], itemsize: Option<u32>) -> Option<Arrangement> {
    let axes = base.axes.as_deref()?;
    let explicit = expanded(items, axes.len())?;
    let mut shapes: Vec<Lengths> = Vec::new();
    let mut is_packed = true;
    let mut rest: Vec<Axis> = Vec::new();
    let mut at = None;
    let mut axis = 0;
    for item in explicit {
        match item {
            IndexItem::NewAxis => rest.push(Axis::new(0)),
            IndexItem::Slice { lower, upper, step } => {
                let (sliced, _) = slice(*axes.get(axis)?, *lower, *upper, *step);
                // A slice of no elements leaves the step alone, and one step more or less makes no difference.
                rest.push(sliced);
            }
            IndexItem::Int(_) => {
                at = at.or(Some(rest.len()));
            }
            IndexItem::IntArray { shape } => {
                at = at.or(Some(rest.len()));
                is_packed &= is_in_c_order(shape);
                shapes.push(known_lengths(shape)?);
            }
            IndexItem::Mask { ndim } => {
                is_packed &= *ndim != Some(0) || items.len() == 1;
                at = at.or(Some(rest.len()));
                shapes.push(smallvec![None]);
            }
            IndexItem::Ellipsis | IndexItem::Field(_) | IndexItem::Fields(_) | IndexItem::Unknown => return None,
        }
        axis += takes(item)?;
    }
    let at = if together(items) { at? } else { 0 };
    let mut outer: Vec<Axis> = broadcast_lengths(&shapes)?.into_iter().map(Axis::long).collect();
    let order = order(base, &rest);
    let mut result = Arrangement { item: itemsize.map(i64::from), stretched: Some(Tri::No), ..Arrangement::default() };
    for axis in &mut rest {
        *axis = Axis::long(axis.len);
    }
    if let Some(order) = order.filter(|_| is_packed) {
        result.offset = result.item.map(|_| 0);
        let mut next = Some(Stride::bytes(*result.item.get_or_insert(1)));
        let mut place = |axis: &mut Axis| {
            axis.stride = next;
            next = next.and_then(|stride| stride.over(axis));
        };
        order.iter().rev().for_each(|index| place(&mut rest[*index]));
        outer.iter_mut().rev().for_each(place);
        // Lengths may be missing, and still all of it is one stretch.
        if at == 0 && order.is_sorted() {
            result.c = Tri::Yes;
        }
    }
    rest.splice(at..at, outer);
    result.axes = Some(rest);
    Some(result)
}

/// What `delete(a, places, axis)` leaves: a copy, which is picked out by a mask, or filled part by part where one place or a
/// slice is left out.
pub(super) fn deleted(args: &[Operand], itemsize: Option<u32>) -> Option<Arrangement> {
    const FULL: IndexItem = IndexItem::Slice { lower: Bound::Absent, upper: Bound::Absent, step: Bound::Absent };
    let lengths = super::grown::deleted(args)?;
    let base = match operand(args, 2) {
        axis if axis.is_none() => super::fresh::fresh(super::grown::flat(args), super::Layout::C, itemsize),
        _ => Arrangement::of(operand(args, 0), itemsize),
    };
    let at = operand(args, 2).axis_or(0, base.ndim()?)?;
    if !matches!(operand(args, 1), Operand::Sequence(places) if places.len() != 1) {
        return Some(super::fresh::fresh(Some(lengths), super::Layout::Unknown, itemsize));
    }
    let mut items = vec![FULL; at];
    items.push(IndexItem::Mask { ndim: Some(1) });
    let mut result = picked(&base, &items, itemsize)?;
    let axes = result.axes.as_mut()?;
    axes[at].len = lengths[at];
    Some(result)
}

/// The axes that are sliced from the outermost to the innermost in the copy, where that is beyond doubt.
fn order(base: &Arrangement, rest: &[Axis]) -> Option<SmallVec<[usize; 4]>> {
    let mut order: SmallVec<[usize; 4]> = (0..rest.len()).collect();
    if rest.len() < 2 {
        return Some(order);
    }
    let steps: Option<SmallVec<[u64; 4]>> =
        rest.iter().map(|axis| Some(axis.stride?.number()?.unsigned_abs())).collect();
    match steps {
        Some(steps) => order.sort_by_key(|index| std::cmp::Reverse(steps[*index])),
        None if base.origin.c == Tri::Yes && rest.iter().all(|axis| axis.like.is_some()) => {}
        None => return None,
    }
    Some(order)
}

/// Whether an array of integers is C-contiguous, or has one axis: those that it picks follow each other as it has them.
fn is_in_c_order(integers: &Geometry) -> bool {
    if integers.ndim.is_some_and(|ndim| ndim < 2) {
        return true;
    }
    let (Some(shape), Some(strides)) = (&integers.shape, &integers.strides) else { return false };
    let axes = shape.iter().zip(strides).filter(|(len, _)| **len != Some(1));
    let mut inner: Option<i64> = None;
    axes.rev().all(|(len, stride)| {
        let fits = inner.is_none_or(|inner| inner == *stride);
        inner = len.and_then(|len| stride.checked_mul(i64::try_from(len).ok()?));
        fits && inner.is_some() && *stride > 0
    })
}

/// Whether the items that advanced indexing takes together stand side by side, integers included.
fn together(items: &[IndexItem]) -> bool {
    let takes_part = |item: &IndexItem| is_advanced(item) || matches!(item, IndexItem::Int(_));
    let rest = items.iter().skip_while(|item| !takes_part(item)).skip_while(|item| takes_part(item));
    rest.into_iter().all(|item| !takes_part(item))
}
