//! Strides of fresh arrays.

use crate::alias::Tri;
use crate::alias::facts::Facts;

use super::arrangement::{Arrangement, Axis, Inner, Lengths, Stride};
use super::reshape::numbers;

/// How a fresh array is laid out.
#[derive(Clone, Copy, Debug)]
pub enum Layout<'a> {
    /// C-contiguous.
    C,
    /// Fortran-contiguous.
    F,
    /// Not known.
    Unknown,
    /// As near to this array's layout as a contiguous array of the same shape comes: order `K`.
    KeepOf(&'a Facts),
}

/// A fresh array of these lengths.
pub(super) fn fresh(lengths: Option<Lengths>, layout: Layout, itemsize: Option<u32>) -> Arrangement {
    let mut array = Arrangement::of_lengths(lengths);
    array.item = itemsize.map(i64::from);
    array.stretched = Some(Tri::No);
    match layout {
        Layout::C => lay_out(&mut array, Inner::Last),
        Layout::F => lay_out(&mut array, Inner::First),
        Layout::Unknown => {}
        Layout::KeepOf(facts) => keep(&mut array, &Arrangement::of_facts(facts, None)),
    }
    array
}

fn lay_out(array: &mut Arrangement, inner: Inner) {
    array.offset = array.item.map(|_| 0);
    array.lay_out(inner);
    match inner {
        Inner::Last => array.c = Tri::Yes,
        Inner::First => array.f = Tri::Yes,
    }
}

fn keep(array: &mut Arrangement, model: &Arrangement) {
    let ones = array.ndim().zip(model.ndim()).and_then(|(left, right)| left.checked_sub(right)).unwrap_or(0);
    let led = |lengths: &Lengths| ones > 0 && lengths[..ones].iter().all(|len| *len == Some(1));
    if array.lengths().zip(model.lengths()).is_some_and(|(left, right)| led(&left) && left[ones..] == right[..]) {
        // Axes of length 1 before the others have no part in the layout.
        match (model.origin.c, model.origin.f) {
            (Tri::Yes, _) => lay_out(array, Inner::Last),
            (Tri::No, Tri::Yes) => lay_out(array, Inner::First),
            _ => {}
        }
        return;
    }
    let same_rank = array.ndim().zip(model.ndim()).is_some_and(|(left, right)| left == right);
    let lengths = array.lengths().zip(model.lengths());
    let same = lengths
        .is_some_and(|(left, right)| left.iter().zip(&right).all(|(left, right)| left == right || right.is_none()));
    let rankless = array.axes.is_none() && model.axes.is_none();
    let fits = rankless || same_rank && same;
    if !fits {
        return;
    }
    match (model.origin.c, model.origin.f) {
        (Tri::Yes, _) => lay_out(array, Inner::Last),
        (Tri::No, Tri::Yes) => lay_out(array, Inner::First),
        // In both orders then, or in Fortran's: in that either way.
        (Tri::Maybe, Tri::Yes) => array.f = Tri::Yes,
        (Tri::No | Tri::Maybe, Tri::No | Tri::Maybe) if array.ndim() == Some(1) => lay_out(array, Inner::Last),
        (Tri::No | Tri::Maybe, Tri::No | Tri::Maybe) => keep_order(array, model),
    }
}

/// Packs the axes in the order of the model's strides, where that order is beyond doubt.
fn keep_order(array: &mut Arrangement, model: &Arrangement) {
    let Some(axes) = numbers(model) else { return };
    if axes.iter().any(|(len, _)| *len <= 1) {
        return;
    }
    let mut order: Vec<usize> = (0..axes.len()).collect();
    let size = |axis: &usize| axes[*axis].1.unsigned_abs();
    order.sort_by_key(size);
    if order.first().is_some_and(|axis| size(axis) == 0)
        || order.windows(2).any(|pair| size(&pair[0]) == size(&pair[1]))
    {
        return;
    }
    let known = array.item.is_some();
    let mut next = Some(Stride::bytes(*array.item.get_or_insert(1)));
    let Some(fresh) = &mut array.axes else { return };
    for axis in order {
        fresh[axis] = Axis { stride: next, ..fresh[axis] };
        next = next.and_then(|stride| stride.over(&fresh[axis]));
    }
    array.offset = known.then_some(0);
}
