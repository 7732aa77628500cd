//! `reshape` and `ravel`: when strides can express the new shape, and which strides.
//!
//! NumPy drops axes of length 1, pairs off runs of old and new axes with equal products, and needs the old axes of
//! each run to follow on from each other. A contiguous array is always reshaped in place in its own order; `ravel`
//! needs just that, since what it returns is contiguous.

use super::arrangement::{Arrangement, Axis, Inner, Stride, product};
use super::operand::{Operand, Order};
use super::shape::asked;
use crate::alias::Tri;

/// The shape asked for.
struct Target {
    axes: Vec<Axis>,
    /// Whether every length was given as a number.
    literal: bool,
}

/// `reshape(a, shape, order)` as a view.
pub(super) fn reshape(mut array: Arrangement, shape: &Operand, order: &Operand) -> Arrangement {
    let order = resolved(&array, order.order_or(Order::C));
    array.stretched = Some(array.origin.overlaps);
    let Some(target) = target(&array, shape) else {
        array.scramble(None);
        return array;
    };
    if target.literal && same_lengths(&array, &target) {
        return array;
    }
    let contiguous = [(Order::C, array.origin.c, Inner::Last), (Order::F, array.origin.f, Inner::First)];
    if let Some((.., inner)) = contiguous.into_iter().find(|(wanted, flag, _)| *wanted == order && *flag == Tri::Yes) {
        array.axes = Some(target.axes);
        array.lay_out(inner);
        return array;
    }
    let inner = match order {
        Order::C => Some(Inner::Last),
        Order::F => Some(Inner::First),
        Order::A | Order::K | Order::Unknown => None,
    };
    if let Some(Fit::View(strides)) = inner.map(|inner| fit(&array, &target, inner)) {
        let mut axes = target.axes;
        for (axis, stride) in axes.iter_mut().zip(strides) {
            axis.stride = Some(Stride::bytes(stride));
        }
        array.axes = Some(axes);
        return array;
    }
    if let Some(axes) = with_ones(&array, &target) {
        array.axes = Some(axes);
        fill_ones(&mut array);
        return array;
    }
    let single = single_axis(&array);
    array.axes = Some(target.axes);
    match (single, inner) {
        (Some(stride), Some(inner)) => array.lay_out_from(stride, inner),
        _ => array.set_adrift(),
    }
    array
}

/// Whether `reshape(a, shape, order)` needs no copy.
pub(super) fn reshapes_as_view(array: &Arrangement, shape: &Operand, order: &Operand) -> Tri {
    let order = resolved(array, order.order_or(Order::C));
    let (c, f) = (array.origin.c, array.origin.f);
    let long = array.axes.as_ref().map(|axes| axes.iter().filter(|axis| axis.len != Some(1)).count());
    if array.size() == Some(0) || long.is_some_and(|long| long <= 1) {
        return Tri::Yes;
    }
    let contiguous = match order {
        Order::C => c,
        Order::F => f,
        Order::A => c.or(f),
        Order::K | Order::Unknown => c.and(f),
    };
    if contiguous == Tri::Yes {
        return Tri::Yes;
    }
    let Some(target) = target(array, shape) else { return Tri::Maybe };
    if with_ones(array, &target).is_some() || only_splits(array, &target) {
        return Tri::Yes;
    }
    let by_strides = |inner| match fit(array, &target, inner) {
        Fit::View(_) => Tri::Yes,
        Fit::Copy => Tri::No,
        Fit::Unknown => Tri::Maybe,
    };
    match order {
        Order::C => by_strides(Inner::Last),
        Order::F => by_strides(Inner::First),
        Order::A | Order::K | Order::Unknown => by_strides(Inner::Last).join(by_strides(Inner::First)),
    }
}

/// `ravel(a)` as a view: the whole memory of a contiguous array.
pub(super) fn ravel(mut array: Arrangement) -> Arrangement {
    let flat = match array.axes.as_deref() {
        Some([only]) => *only,
        _ => Axis::long(array.size()),
    };
    array.axes = Some(vec![flat]);
    if array.item.is_none() {
        array.offset = None;
    }
    array.lay_out(Inner::Last);
    array
}

/// Whether `ravel(a, order)` needs no copy.
pub(super) fn ravels_as_view(array: &Arrangement, order: &Operand) -> Tri {
    let (c, f) = (array.origin.c, array.origin.f);
    let packed = || match (c.or(f), array.ndim()) {
        (Tri::No, Some(0..=2)) => Tri::No,
        (Tri::Yes, _) => Tri::Yes,
        (Tri::No | Tri::Maybe, _) => packed(array),
    };
    match order.order_or(Order::C) {
        Order::C => c,
        Order::F => f,
        Order::A => c.or(f),
        Order::K => packed(),
        // What is not raveled in place in order `K` is not in any.
        Order::Unknown => c.and(f).join(packed()),
    }
}

/// Whether the axes, sorted by stride, fill one run of memory.
fn packed(array: &Arrangement) -> Tri {
    let Some((mut axes, mut expected)) = numbers(array).zip(array.item) else { return Tri::Maybe };
    axes.retain(|(len, _)| *len != 1);
    axes.sort_by_key(|(_, stride)| stride.unsigned_abs());
    for (len, stride) in axes {
        if stride != expected {
            return Tri::No;
        }
        let Some(next) = i64::try_from(len).ok().and_then(|len| expected.checked_mul(len)) else { return Tri::Maybe };
        expected = next;
    }
    Tri::Yes
}

/// Gives axes of length 1 the strides that a reshape gives them: as if the axis after them ran on.
pub(super) fn fill_ones(array: &mut Arrangement) {
    let item = array.item;
    let Some(axes) = &mut array.axes else { return };
    let last = axes.iter().rfind(|axis| axis.len != Some(1));
    let mut next = last.map_or(item.map(Stride::bytes), |axis| axis.stride);
    for axis in axes.iter_mut().rev() {
        if axis.len == Some(1) {
            *axis = Axis { stride: next, ..Axis::long(Some(1)) };
        } else {
            next = axis.stride.and_then(|stride| stride.over(axis));
        }
    }
}

/// Order `A` is Fortran for an array that is that and not C.
fn resolved(array: &Arrangement, order: Order) -> Order {
    match (order, array.origin.c, array.origin.f) {
        (Order::A, Tri::Yes, _) | (Order::A, _, Tri::No) => Order::C,
        (Order::A, Tri::No, Tri::Yes) => Order::F,
        _ => order,
    }
}

/// The axes of the new shape; one length that is not a number follows from the others.
fn target(array: &Arrangement, shape: &Operand) -> Option<Target> {
    let asked = asked(shape)?;
    let mut axes: Vec<Axis> = asked.iter().map(|len| Axis::long(len.and_then(|len| u64::try_from(len).ok()))).collect();
    let holes = axes.iter().filter(|axis| axis.len.is_none()).count();
    if holes == 1 {
        let given = product(axes.iter().map(|axis| axis.len.or(Some(1)))).filter(|given| *given > 0);
        let found = given.and_then(|given| rest(array, given));
        if let (Some(found), Some(hole)) = (found, axes.iter_mut().find(|axis| axis.len.is_none())) {
            *hole = found;
        }
    }
    Some(Target { axes, literal: holes == 0 })
}

/// The axis that is left when the others have so many elements.
fn rest(array: &Arrangement, given: u64) -> Option<Axis> {
    if let Some(size) = array.size() {
        return (size % given == 0).then(|| Axis::long(Some(size / given)));
    }
    let axes = array.axes.as_ref()?;
    let mut unknown = axes.iter().filter(|axis| axis.len.is_none());
    let (only, None) = (unknown.next()?, unknown.next()) else { return None };
    let known = product(axes.iter().map(|axis| axis.len.or(Some(1))))?;
    (known == given).then_some(Axis { like: only.like, ..Axis::long(None) })
}

fn same_length(left: &Axis, right: &Axis) -> bool {
    match (left.len, right.len) {
        (Some(left), Some(right)) => left == right,
        (None, None) => left.like.is_some() && left.like == right.like,
        _ => false,
    }
}

fn same_lengths(array: &Arrangement, target: &Target) -> bool {
    array.axes.as_ref().is_some_and(|axes| {
        axes.len() == target.axes.len() && axes.iter().zip(&target.axes).all(|(left, right)| same_length(left, right))
    })
}

/// The old axes in the new shape, where only axes of length 1 come or go.
fn with_ones(array: &Arrangement, target: &Target) -> Option<Vec<Axis>> {
    let mut old = array.axes.as_ref()?.iter().filter(|axis| axis.len != Some(1));
    let axes: Option<Vec<Axis>> = target
        .axes
        .iter()
        .map(|new| {
            if new.len == Some(1) {
                return Some(Axis::long(Some(1)));
            }
            old.next().filter(|old| same_length(old, new)).copied()
        })
        .collect();
    axes.filter(|_| old.next().is_none())
}

/// The stride of the only axis that is longer than 1.
fn single_axis(array: &Arrangement) -> Option<Stride> {
    let mut long = array.axes.as_ref()?.iter().filter(|axis| axis.len != Some(1));
    let (only, None) = (long.next()?, long.next()) else { return None };
    only.stride
}

/// Whether old axes are at most cut into several, never joined.
fn only_splits(array: &Arrangement, target: &Target) -> bool {
    let old: Option<Vec<u64>> = array.axes.iter().flatten().map(|axis| axis.len).collect();
    let new: Option<Vec<u64>> = target.axes.iter().map(|axis| axis.len).collect();
    let Some((old, new)) = old.zip(new).filter(|(old, new)| !old.is_empty() && equal_products(old, new)) else {
        return false;
    };
    let unit: Vec<(u64, i64)> = old.into_iter().map(|len| (len, 0)).collect();
    runs(&unit, &new).is_some_and(|runs| runs.iter().all(|run| run.old.len() == 1))
}

fn equal_products(old: &[u64], new: &[u64]) -> bool {
    let total = product(old.iter().copied().map(Some));
    total.is_some_and(|total| total > 0) && total == product(new.iter().copied().map(Some))
}

/// Lengths and strides, where all are numbers.
pub(super) fn numbers(array: &Arrangement) -> Option<Vec<(u64, i64)>> {
    array.axes.as_ref()?.iter().map(|axis| Some((axis.len?, axis.stride?.number()?))).collect()
}

/// Whether strides can express a new shape.
enum Fit {
    /// These strides do.
    View(Vec<i64>),
    /// None do.
    Copy,
    /// Not enough is known.
    Unknown,
}

fn fit(array: &Arrangement, target: &Target, inner: Inner) -> Fit {
    let new: Option<Vec<u64>> = target.axes.iter().map(|axis| axis.len).collect();
    let (Some(old), Some(new), Some(item)) = (numbers(array), new, array.item) else { return Fit::Unknown };
    let lengths: Vec<u64> = old.iter().map(|(len, _)| *len).collect();
    if !equal_products(&lengths, &new) {
        return Fit::Unknown;
    }
    attempt_nocopy(&old, &new, item, inner).map_or(Fit::Copy, Fit::View)
}

/// A run of old axes and the new axes that take their place.
struct Run {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

/// Pairs off old axes (longer than 1) and new ones; products are equal and not zero.
fn runs(old: &[(u64, i64)], new: &[u64]) -> Option<Vec<Run>> {
    let old: Vec<u64> = old.iter().map(|(len, _)| *len).filter(|len| *len != 1).collect();
    let mut runs = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    while from_old < old.len() && from_new < new.len() {
        let (mut to_old, mut to_new) = (from_old + 1, from_new + 1);
        let (mut left, mut right) = (old[from_old], new[from_new]);
        while left != right {
            if right < left {
                right = right.checked_mul(*new.get(to_new)?)?;
                to_new += 1;
            } else {
                left = left.checked_mul(*old.get(to_old)?)?;
                to_old += 1;
            }
        }
        runs.push(Run { old: from_old..to_old, new: from_new..to_new });
        (from_old, from_new) = (to_old, to_new);
    }
    Some(runs)
}

/// NumPy's `_attempt_nocopy_reshape`.
fn attempt_nocopy(axes: &[(u64, i64)], new: &[u64], item: i64, inner: Inner) -> Option<Vec<i64>> {
    let old: Vec<(u64, i64)> = axes.iter().copied().filter(|(len, _)| *len != 1).collect();
    let mut strides = vec![0_i64; new.len()];
    let over = |stride: i64, len: u64| i64::try_from(len).ok().and_then(|len| stride.checked_mul(len));
    let mut placed = 0;
    for run in runs(&old, new)? {
        let joined = old[run.old.clone()].windows(2).all(|pair| match inner {
            Inner::Last => Some(pair[0].1) == over(pair[1].1, pair[1].0),
            Inner::First => Some(pair[1].1) == over(pair[0].1, pair[0].0),
        });
        if !joined {
            return None;
        }
        placed = run.new.end;
        match inner {
            Inner::Last => {
                let mut next = old[run.old.end - 1].1;
                for index in run.new.rev() {
                    strides[index] = next;
                    next = over(next, new[index])?;
                }
            }
            Inner::First => {
                let mut next = old[run.old.start].1;
                for index in run.new {
                    strides[index] = next;
                    next = over(next, new[index])?;
                }
            }
        }
    }
    let mut trailing = if placed > 0 { strides[placed - 1] } else { item };
    if inner == Inner::First && placed > 0 {
        trailing = over(trailing, new[placed - 1])?;
    }
    strides[placed..].fill(trailing);
    Some(strides)
}
