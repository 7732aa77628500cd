//! Subscripts: views by basic indexing and fields, shapes by advanced indexing.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::arrangement::{Arrangement, Axis, Lengths};
use super::operand::{Bound, Const, IndexItem, Operand, operand};
use crate::alias::Tri;
use crate::alias::dtype::Dtype;

/// The slice `:`.
static FULL: IndexItem = IndexItem::Slice { lower: Bound::Absent, upper: Bound::Absent, step: Bound::Absent };

/// The items of a subscript.
pub(super) fn items<'o>(key: &'o Operand<'_>) -> Cow<'o, [IndexItem]> {
    let one = match key {
        Operand::Index(items) => return Cow::Borrowed(items),
        Operand::Const(Const::Int(value)) => IndexItem::Int(Some(*value)),
        Operand::Const(Const::None) => IndexItem::NewAxis,
        Operand::Const(Const::Ellipsis) => IndexItem::Ellipsis,
        Operand::Const(Const::Bool(_)) => IndexItem::Mask { ndim: Some(0) },
        Operand::Const(Const::Str(name)) => IndexItem::Field(Some(name.clone())),
        Operand::Array(facts) => match facts.dtype {
            Dtype::Bool => IndexItem::Mask { ndim: facts.geometry.ndim },
            // An integer array without axes indexes like an integer.
            Dtype::Int(_) | Dtype::Uint(_) if facts.geometry.ndim.is_some_and(|ndim| ndim > 0) => {
                IndexItem::IntArray { shape: facts.geometry.clone() }
            }
            _ => IndexItem::Unknown,
        },
        _ => IndexItem::Unknown,
    };
    Cow::Owned(vec![one])
}

/// `index(a, key)` as a view.
pub(super) fn view(args: &[Operand], itemsize: Option<u32>) -> Arrangement {
    let base = operand(args, 0);
    let items = items(operand(args, 1));
    match &*items {
        [IndexItem::Field(name)] => field(base, name.as_deref()),
        [IndexItem::Fields(_)] => {
            let mut array = Arrangement::of(base, None);
            array.keep_flags();
            array
        }
        items => basic(Arrangement::of(base, itemsize), items),
    }
}

/// The shape of `index(a, key)`, whether or not it is a copy.
pub(super) fn lengths(args: &[Operand]) -> Option<Lengths> {
    let items = items(operand(args, 1));
    if items.iter().any(is_advanced) {
        super::picked::picked(&Arrangement::of(operand(args, 0), None), &items, None)?.lengths()
    } else {
        view(args, None).lengths()
    }
}

/// The copy that `index(a, key)` makes, where it makes one.
pub(super) fn copied(args: &[Operand], itemsize: Option<u32>) -> Option<Arrangement> {
    let items = items(operand(args, 1));
    let is_copy = items.iter().any(is_advanced) && matches!(operand(args, 0), Operand::Array(_));
    super::picked::picked(&Arrangement::of(operand(args, 0), itemsize), &items, itemsize).filter(|_| is_copy)
}

/// Whether an item asks for advanced indexing.
pub(super) fn is_advanced(item: &IndexItem) -> bool {
    match item {
        IndexItem::IntArray { .. } | IndexItem::Mask { .. } => true,
        IndexItem::Int(_)
        | IndexItem::Slice { .. }
        | IndexItem::Ellipsis
        | IndexItem::NewAxis
        | IndexItem::Field(_)
        | IndexItem::Fields(_)
        | IndexItem::Unknown => false,
    }
}

/// Whether an item is of basic indexing.
pub(super) fn is_basic(item: &IndexItem) -> bool {
    match item {
        IndexItem::Int(_) | IndexItem::Slice { .. } | IndexItem::Ellipsis | IndexItem::NewAxis => true,
        IndexItem::IntArray { .. }
        | IndexItem::Mask { .. }
        | IndexItem::Field(_)
        | IndexItem::Fields(_)
        | IndexItem::Unknown => false,
    }
}

/// A field: the same axes, further on in memory. One that may be a subarray may have more axes.
fn field(base: &Operand, name: Option<&str>) -> Arrangement {
    let Operand::Array(facts) = base else { return Arrangement::default() };
    let mut array = Arrangement::of(base, None);
    let found = name.and_then(|name| facts.dtype.field(name)).filter(|(_, dtype)| *dtype != Dtype::Unknown);
    let Some((offset, dtype)) = found else {
        array.scramble(None);
        return array;
    };
    array.item = dtype.itemsize().map(i64::from);
    array.shift(Some(i64::from(offset)));
    let relative = facts.dtype.itemsize().is_none() && facts.geometry.strides.is_none();
    array.set_apart();
    if relative {
        array.set_adrift();
    }
    array
}

/// Basic indexing.
fn basic(mut array: Arrangement, items: &[IndexItem]) -> Arrangement {
    if !items.iter().all(is_basic) {
        array.scramble(None);
        return array;
    }
    let Some(axes) = array.axes.take() else { return without_rank(array, items) };
    let Some(items) = expanded(items, axes.len()) else {
        array.scramble(None);
        return array;
    };
    let mut axes = axes.into_iter();
    let mut result = Vec::with_capacity(items.len());
    for item in items {
        if matches!(item, IndexItem::NewAxis) {
            result.push(Axis::new(0));
            continue;
        }
        let Some(axis) = axes.next() else { continue };
        match item {
            IndexItem::Int(index) => array.shift(position(&axis, *index)),
            IndexItem::Slice { lower, upper, step } => {
                let (axis, shift) = slice(axis, *lower, *upper, *step);
                array.shift(shift);
                result.push(axis);
            }
            // Expansion left no ellipsis, and the others are not basic.
            IndexItem::Ellipsis
            | IndexItem::NewAxis
            | IndexItem::IntArray { .. }
            | IndexItem::Mask { .. }
            | IndexItem::Field(_)
            | IndexItem::Fields(_)
            | IndexItem::Unknown => {}
        }
    }
    array.axes = Some(result);
    array
}

/// What stays of contiguity when the rank is not known.
fn without_rank(mut array: Arrangement, items: &[IndexItem]) -> Arrangement {
    array.offset = None;
    let whole = |item: &&IndexItem| matches!(item, IndexItem::Ellipsis | IndexItem::NewAxis) || **item == FULL;
    if items.iter().all(|item| whole(&item)) {
        array.keep_flags();
        return array;
    }
    let run = |item: &&IndexItem| match item {
        IndexItem::Slice { step: Bound::Absent | Bound::Known(1), .. } => true,
        item => whole(item),
    };
    let int = |item: &&IndexItem| matches!(item, IndexItem::Int(_) | IndexItem::NewAxis);
    // Integers on the outer axes, one run, all of the inner axes: `a[0, 1:, :]`.
    let mut outer_first = items.iter().skip_while(int);
    if array.origin.c == Tri::Yes
        && outer_first.next().is_none_or(|item| run(&item))
        && outer_first.all(|item| whole(&item))
    {
        array.c = Tri::Yes;
    }
    let ends = matches!(items.first(), Some(IndexItem::Ellipsis));
    let mut outer_first = items.iter().rev().skip_while(int);
    if array.origin.f == Tri::Yes
        && ends
        && outer_first.next().is_none_or(|item| run(&item))
        && outer_first.all(|item| whole(&item))
    {
        array.f = Tri::Yes;
    }
    array
}

/// How many axes an item takes; `None` when not known.
pub(super) fn takes(item: &IndexItem) -> Option<usize> {
    match item {
        IndexItem::Int(_) | IndexItem::Slice { .. } | IndexItem::IntArray { .. } => Some(1),
        IndexItem::Ellipsis | IndexItem::NewAxis => Some(0),
        IndexItem::Mask { ndim } => ndim.map(usize::from),
        IndexItem::Field(_) | IndexItem::Fields(_) | IndexItem::Unknown => None,
    }
}

/// The subscript with full slices in place of the ellipsis; `None` when it does not fit the rank.
pub(super) fn expanded(items: &[IndexItem], ndim: usize) -> Option<SmallVec<[&IndexItem; 4]>> {
    let taken = items.iter().map(takes).sum::<Option<usize>>()?;
    let missing = ndim.checked_sub(taken)?;
    let full = || std::iter::repeat_n(&FULL, missing);
    let mut result = SmallVec::new();
    let mut open = true;
    for item in items {
        if matches!(item, IndexItem::Ellipsis) {
            result.extend(full().filter(|_| open));
            open = false;
        } else {
            result.push(item);
        }
    }
    if open {
        result.extend(full());
    }
    Some(result)
}

/// Bytes from the start of an axis to an element.
fn position(axis: &Axis, index: Option<i64>) -> Option<i64> {
    let index = index?;
    let index = if index < 0 { index.checked_add(signed(axis.len)?)? } else { index };
    if index == 0 { Some(0) } else { axis.stride?.number()?.checked_mul(index) }
}

fn signed(len: Option<u64>) -> Option<i64> {
    i64::try_from(len?).ok()
}

/// A slice of an axis, and how far its first element moves.
pub(super) fn slice(axis: Axis, lower: Bound, upper: Bound, step: Bound) -> (Axis, Option<i64>) {
    let Some(step) = (match step {
        Bound::Absent => Some(1),
        Bound::Known(step) => (step != 0).then_some(step),
        Bound::Unknown => None,
    }) else {
        let len = axis.len.filter(|len| *len == 0);
        return (Axis::long(len), None);
    };
    if axis.len.is_none() && upper == Bound::Absent {
        if step == 1 && matches!(lower, Bound::Absent | Bound::Known(0)) {
            return (axis, Some(0));
        }
        if step == -1 && lower == Bound::Absent {
            return (Axis { stride: axis.stride.and_then(|stride| stride.scaled(-1)), intact: false, ..axis }, None);
        }
    }
    let start = start(axis.len, lower, step);
    let len = signed(axis.len).zip(start).and_then(|(len, start)| count(len, start, upper, step));
    let len = if axis.len == Some(0) { Some(0) } else { len };
    if len == Some(0) {
        // NumPy leaves stride and start of an empty slice alone.
        return (Axis { len, like: None, intact: false, ..axis }, Some(0));
    }
    if len.is_some() && len == axis.len && step == 1 {
        return (axis, Some(0));
    }
    let stride = axis.stride.and_then(|stride| stride.scaled(step));
    (Axis { len, like: None, stride, intact: false }, position(&Axis { len: None, ..axis }, start))
}

/// The positions that a slice takes of so many elements.
pub(in crate::alias) fn positions(len: usize, lower: Bound, upper: Bound, step: Bound) -> Option<Vec<usize>> {
    let step = match step {
        Bound::Absent => 1,
        Bound::Known(step) if step != 0 => step,
        Bound::Known(_) | Bound::Unknown => return None,
    };
    let start = start(u64::try_from(len).ok(), lower, step)?;
    let count = i64::try_from(count(i64::try_from(len).ok()?, start, upper, step)?).ok()?;
    (0..count).map(|index| usize::try_from(start + index * step).ok().filter(|position| *position < len)).collect()
}

/// Where a slice begins, clipped as Python does; of an axis of unknown length, where it begins if it has elements.
fn start(len: Option<u64>, lower: Bound, step: i64) -> Option<i64> {
    let len = signed(len);
    let last = |len: i64| if step < 0 { len - 1 } else { len };
    match lower {
        Bound::Absent if step > 0 => Some(0),
        Bound::Absent => len.map(|len| len - 1),
        Bound::Known(lower) if lower >= 0 => match len {
            Some(len) => Some(lower.min(last(len))),
            None if step > 0 => Some(lower),
            None => None,
        },
        Bound::Known(lower) => len.map(|len| lower.saturating_add(len).max(if step < 0 { -1 } else { 0 })),
        Bound::Unknown => None,
    }
}

/// Number of elements from `start`.
fn count(len: i64, start: i64, upper: Bound, step: i64) -> Option<u64> {
    let stop = match upper {
        Bound::Absent => {
            if step > 0 {
                len
            } else {
                -1
            }
        }
        Bound::Known(upper) if upper >= 0 => upper.min(if step < 0 { len - 1 } else { len }),
        Bound::Known(upper) => upper.saturating_add(len).max(if step < 0 { -1 } else { 0 }),
        Bound::Unknown => return None,
    };
    let (span, step) = (i128::from(stop) - i128::from(start), i128::from(step));
    let (span, step) = if step < 0 { (-span, -step) } else { (span, step) };
    u64::try_from((span.max(0) + step - 1) / step).ok()
}
