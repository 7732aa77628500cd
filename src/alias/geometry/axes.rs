//! Views that permute, reverse, add or remove axes.

use super::arrangement::{Arrangement, Axis, Lengths, Stride};
use super::operand::{Axes, Operand, axis, operand};
use super::reshape::fill_ones;
use crate::alias::Tri;
use crate::alias::dtype::Dtype;

/// `transpose(a, axes)`
pub(super) fn transpose(mut array: Arrangement, axes: &Operand) -> Arrangement {
    let Some(ndim) = array.ndim() else {
        if axes.is_none() {
            (array.c, array.f) = (array.origin.f, array.origin.c);
            array.stretched = Some(array.origin.overlaps);
        }
        return array;
    };
    let reversed = axes.is_none()
        || matches!(axes, Operand::Sequence(items) if matches!(items.as_slice(), [only] if only.is_none()))
        || matches!(axes, Operand::Sequence(items) if items.is_empty() && ndim > 0);
    let order = if reversed { Axes::These((0..ndim).rev().collect()) } else { axes.axes(ndim) };
    match order {
        Axes::These(order) => permute(&mut array, &order),
        Axes::All | Axes::Some(_) | Axes::Unknown => array.scramble(Some(ndim)),
    }
    array
}

/// Puts the axes in another order; anything that is not one leaves only the rank.
pub(super) fn permute(array: &mut Arrangement, order: &[usize]) {
    let Some(axes) = &array.axes else { return };
    let mut seen = vec![false; axes.len()];
    for axis in order {
        if let Some(seen) = seen.get_mut(*axis) {
            *seen = true;
        }
    }
    if order.len() == axes.len() && seen.iter().all(|seen| *seen) {
        array.axes = Some(order.iter().map(|axis| axes[*axis]).collect());
    } else {
        array.scramble(Some(seen.len()));
    }
}

/// `swapaxes(a, axis1, axis2)`
pub(super) fn swapaxes(mut array: Arrangement, args: &[Operand]) -> Arrangement {
    let Some(axes) = &mut array.axes else { return array };
    let ndim = axes.len();
    let at = |index: usize| operand(args, index).int().and_then(|value| axis(value, ndim));
    match (at(1), at(2)) {
        (Some(left), Some(right)) => axes.swap(left, right),
        _ => array.scramble(Some(ndim)),
    }
    array
}

/// `moveaxis(a, source, destination)`
pub(super) fn moveaxis(mut array: Arrangement, args: &[Operand]) -> Arrangement {
    let Some(ndim) = array.ndim() else { return array };
    match (operand(args, 1).axes(ndim), operand(args, 2).axes(ndim)) {
        (Axes::These(from), Axes::These(to)) if from.len() == to.len() => {
            let mut order: Vec<usize> = (0..ndim).filter(|axis| !from.contains(axis)).collect();
            let mut moves: Vec<(usize, usize)> = to.into_iter().zip(from).collect();
            moves.sort_unstable();
            for (to, from) in moves {
                order.insert(to.min(order.len()), from);
            }
            permute(&mut array, &order);
        }
        _ => array.scramble(Some(ndim)),
    }
    array
}

/// `rollaxis(a, axis, start)`
pub(super) fn rollaxis(mut array: Arrangement, args: &[Operand]) -> Arrangement {
    let Some(ndim) = array.ndim() else { return array };
    let from = operand(args, 1).int().and_then(|value| axis(value, ndim));
    let start = operand(args, 2).int_or(0).and_then(|value| axis(value, ndim).or((value >= 0).then_some(ndim)));
    match from.zip(start) {
        Some((from, start)) => {
            let mut order: Vec<usize> = (0..ndim).filter(|axis| *axis != from).collect();
            let start = if from < start { start - 1 } else { start };
            order.insert(start.min(order.len()), from);
            permute(&mut array, &order);
        }
        None => array.scramble(Some(ndim)),
    }
    array
}

/// `squeeze(a, axis)`
pub(super) fn squeeze(mut array: Arrangement, axis: &Operand) -> Arrangement {
    array.keep_flags();
    let Some(axes) = &mut array.axes else { return array };
    match axis.axes(axes.len()) {
        Axes::All if axes.iter().all(|axis| axis.len.is_some()) => axes.retain(|axis| axis.len != Some(1)),
        Axes::These(gone) => {
            // NumPy refuses to remove any other axis, so these have length 1.
            let lengths = array.origin.lengths.iter_mut().flatten().enumerate();
            lengths.filter(|(axis, _)| gone.contains(axis)).for_each(|(_, len)| *len = Some(1));
            let mut index = 0..;
            axes.retain(|_| index.next().is_none_or(|axis| !gone.contains(&axis)));
        }
        Axes::Some(count) => {
            let left = axes.len().checked_sub(count);
            array.scramble(left);
        }
        Axes::All | Axes::Unknown => array.scramble(None),
    }
    array
}

/// `expand_dims(a, axis)`, which NumPy does by `reshape`.
pub(super) fn expand_dims(mut array: Arrangement, axis: &Operand) -> Arrangement {
    array.keep_flags();
    let Some(ndim) = array.ndim() else { return array };
    let count = match axis {
        Operand::Sequence(items) => items.len(),
        Operand::Const(_) | Operand::Scalar => 1,
        _ => return scrambled(array, None),
    };
    let total = ndim + count;
    match axis.axes(total) {
        Axes::These(new) => {
            let mut old = array.axes.take().unwrap_or_default().into_iter();
            let axes = (0..total).map(|axis| if new.contains(&axis) { Some(Axis::long(Some(1))) } else { old.next() });
            array.axes = axes.collect::<Option<Vec<Axis>>>().filter(|_| new.len() == count);
            fill_ones(&mut array);
            array
        }
        Axes::All | Axes::Some(_) | Axes::Unknown => scrambled(array, Some(total)),
    }
}

pub(super) fn scrambled(mut array: Arrangement, ndim: Option<usize>) -> Arrangement {
    array.scramble(ndim);
    array
}

/// `flip(a, axis)`
pub(super) fn flip(mut array: Arrangement, axis: &Operand) -> Arrangement {
    let Some(ndim) = array.ndim() else { return array };
    match axis.axes(ndim) {
        Axes::All => (0..ndim).for_each(|axis| reverse(&mut array, axis)),
        Axes::These(axes) => axes.into_iter().for_each(|axis| reverse(&mut array, axis)),
        Axes::Some(_) | Axes::Unknown => array.set_adrift(),
    }
    array
}

/// `[::-1]` along one axis.
pub(super) fn reverse(array: &mut Arrangement, axis: usize) {
    let Some(axis) = array.axes.as_mut().and_then(|axes| axes.get_mut(axis)) else { return };
    axis.intact = false;
    if axis.len == Some(0) {
        return;
    }
    let steps = axis.len.and_then(|len| i64::try_from(len).ok()).map(|len| len - 1);
    let distance =
        axis.stride.and_then(Stride::number).zip(steps).and_then(|(stride, steps)| stride.checked_mul(steps));
    axis.stride = axis.stride.and_then(|stride| stride.scaled(-1));
    array.shift(distance);
}

/// `rot90(a, k, axes)`
pub(super) fn rot90(mut array: Arrangement, args: &[Operand]) -> Arrangement {
    let Some(ndim) = array.ndim() else { return array };
    let plane = match operand(args, 2).axes(ndim) {
        Axes::All if ndim >= 2 => Some((0, 1)),
        Axes::These(axes) => match axes.as_slice() {
            [first, second] if first != second => Some((*first, *second)),
            _ => None,
        },
        Axes::All | Axes::Some(_) | Axes::Unknown => None,
    };
    let turns = operand(args, 1).int_or(1).map(|turns| turns.rem_euclid(4));
    let (Some((first, second)), Some(turns)) = (plane, turns) else { return scrambled(array, Some(ndim)) };
    let swap = |array: &mut Arrangement| array.axes.iter_mut().for_each(|axes| axes.swap(first, second));
    match turns {
        0 => {}
        1 => {
            reverse(&mut array, second);
            swap(&mut array);
        }
        2 => {
            reverse(&mut array, first);
            reverse(&mut array, second);
        }
        _ => {
            swap(&mut array);
            reverse(&mut array, second);
        }
    }
    array
}

/// `diagonal(a, offset, axis1, axis2)`
pub(super) fn diagonal(mut array: Arrangement, args: &[Operand]) -> Arrangement {
    let Some(ndim) = array.ndim() else { return array };
    let (first, second) = (operand(args, 2).axis_or(0, ndim), operand(args, 3).axis_or(1, ndim));
    let (Some(first), Some(second)) = (first, second) else { return scrambled(array, ndim.checked_sub(1)) };
    if first == second {
        return scrambled(array, None);
    }
    let Some(axes) = &mut array.axes else { return array };
    let (rows, columns) = (axes[first], axes[second]);
    let mut index = 0..;
    axes.retain(|_| index.next().is_none_or(|axis| axis != first && axis != second));
    let number = |axis: Axis| axis.stride.and_then(Stride::number);
    let stride = number(rows).zip(number(columns)).and_then(|(rows, columns)| rows.checked_add(columns));
    let offset = operand(args, 1).int_or(0);
    let len = rows.len.zip(columns.len).zip(offset).map(|((rows, columns), offset)| {
        let cut = offset.unsigned_abs();
        if offset >= 0 { rows.min(columns.saturating_sub(cut)) } else { columns.min(rows.saturating_sub(cut)) }
    });
    axes.push(Axis { stride: stride.map(Stride::bytes), ..Axis::long(len) });
    match offset {
        Some(0) => {}
        Some(offset) => {
            let step = number(if offset > 0 { columns } else { rows });
            array.shift(step.and_then(|step| step.checked_mul(offset.checked_abs()?)));
        }
        None => array.offset = None,
    }
    array
}

/// `atleast(a, n)`
pub(super) fn atleast(mut array: Arrangement, least: &Operand) -> Arrangement {
    array.keep_flags();
    let least = least.int();
    let item = array.item.filter(|_| array.offset.is_some());
    let Some(axes) = &mut array.axes else { return array };
    let Some(least) = least else { return scrambled(array, None) };
    let scalar = || Axis { stride: item.map(Stride::bytes), ..Axis::long(Some(1)) };
    match (least, axes.len()) {
        (1..=3, 0) => axes.extend((0..least).map(|_| scalar())),
        (2 | 3, 1) => {
            axes.insert(0, Axis::new(0));
            if least == 3 {
                axes.push(Axis::new(0));
            }
        }
        (3, 2) => axes.push(Axis::new(0)),
        _ => {}
    }
    array
}

/// `broadcast_to(a, shape)`, with the shape already resolved.
pub(super) fn broadcast_to(mut array: Arrangement, shape: Option<Lengths>) -> Arrangement {
    (array.c, array.f) = (Tri::Maybe, Tri::Maybe);
    let known = array.axes.take().zip(shape.as_ref()).filter(|(axes, shape)| axes.len() <= shape.len());
    let Some((axes, shape)) = known else {
        array.offset = None;
        array.stretched = Some(Tri::Maybe);
        array.axes = shape.map(|shape| shape.into_iter().map(Axis::long).collect());
        return array;
    };
    let mut stretched = Tri::No;
    let new = shape.len() - axes.len();
    let padded = (0..new).map(|_| Axis::new(0)).chain(axes);
    let axes = padded.zip(shape.iter().copied()).map(|(axis, wanted)| {
        let stretches = match (axis.len, wanted) {
            (_, Some(0 | 1)) | (Some(0 | 2..), _) => Tri::No,
            (Some(1), Some(_)) => Tri::Yes,
            (None | Some(1), _) => Tri::Maybe,
        };
        stretched = stretched.or(stretches);
        match (axis.len, wanted) {
            (Some(1), len) | (_, len @ Some(1)) => Axis { len, ..Axis::new(0) },
            (Some(len), _) => Axis { len: Some(len), ..axis },
            (None, len) => Axis::long(len),
        }
    });
    array.axes = Some(axes.collect());
    let inherited = if array.origin.overlaps == Tri::No { Tri::No } else { Tri::Maybe };
    array.stretched = Some(match stretched {
        Tri::No => inherited,
        // Without elements nothing overlaps.
        Tri::Yes if array.lengths().is_some_and(|lengths| lengths.contains(&None)) => Tri::Maybe,
        Tri::Yes | Tri::Maybe => stretched,
    });
    array
}

/// `iterate(a)`: some element along the first axis.
pub(super) fn iterate(mut array: Arrangement) -> Arrangement {
    array.offset = None;
    match &mut array.axes {
        Some(axes) if !axes.is_empty() => {
            axes.remove(0);
        }
        Some(_) => array.axes = None,
        None if array.origin.c == Tri::Yes => array.c = Tri::Yes,
        None => {}
    }
    array
}

/// `like(a)`: the same axes. A view with another item size (`a.view(dtype)`) cuts or joins items along the last axis.
pub(super) fn like(operand: &Operand, itemsize: Option<u32>) -> Arrangement {
    let mut array = Arrangement::of(operand, None);
    let before = known_itemsize(operand);
    if before == itemsize {
        array.keep_flags();
        return array;
    }
    array.c = if array.origin.c == Tri::Yes { Tri::Yes } else { Tri::Maybe };
    let sizes = before.zip(itemsize).filter(|(_, new)| *new > 0).map(|(old, new)| (u64::from(old), u64::from(new)));
    if sizes.is_some() {
        array.item = itemsize.map(i64::from);
        array.set_apart();
    } else {
        array.item = None;
        array.set_adrift();
    }
    if let Some(last) = array.axes.as_mut().and_then(|axes| axes.last_mut()) {
        let bytes = last.len.zip(sizes).and_then(|(len, (old, new))| Some((len.checked_mul(old)?, new)));
        let len = bytes.filter(|(bytes, new)| bytes % new == 0).map(|(bytes, new)| bytes / new);
        let stride = array.item.filter(|_| sizes.is_some()).map(Stride::bytes);
        *last = Axis { stride, ..Axis::long(len) };
    }
    array
}

/// `real(a)` and `imag(a)`: the parts of each complex number.
pub(super) fn part(operand: &Operand, which: Part) -> Arrangement {
    let mut array = Arrangement::of(operand, None);
    match operand {
        Operand::Array(facts) => match (&facts.dtype, which) {
            (Dtype::Complex(size), _) => {
                let half = i64::from(size / 2);
                array.item = Some(half);
                array.set_apart();
                array.shift(Some(if which == Part::Imag { half } else { 0 }));
            }
            (Dtype::Unknown, _) => {
                array.item = None;
                array.set_adrift();
            }
            (_, Part::Real) => array.keep_flags(),
            // A fresh array of zeros.
            (_, Part::Imag) => array.set_adrift(),
        },
        _ => array.set_adrift(),
    }
    array
}

/// One half of a complex number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Real,
    Imag,
}

fn known_itemsize(operand: &Operand) -> Option<u32> {
    match operand {
        Operand::Array(facts) => facts.dtype.itemsize(),
        _ => None,
    }
}
