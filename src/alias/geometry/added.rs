//! Axes that an operation adds: windows, leading axes, the matrix with a diagonal.

use super::arrangement::{Arrangement, Axis};
use super::axes::scrambled;
use super::operand::{Axes, Operand, operand};

/// `windows(a, window_shape, axis)`: an axis of windows in place of each axis that they slide along, and their own axes last.
pub(super) fn windows(mut array: Arrangement, args: &[Operand]) -> Arrangement {
    let Some(ndim) = array.ndim() else { return array };
    let sizes = super::shape::arg(operand(args, 1));
    let along = match operand(args, 2).axes(ndim) {
        Axes::All => Some((0..ndim).collect()),
        Axes::These(along) => Some(along),
        Axes::Some(_) | Axes::Unknown => None,
    };
    let (Some(sizes), Some(along)) = (sizes, along) else { return scrambled(array, None) };
    if sizes.len() != along.len() {
        return scrambled(array, None);
    }
    let Some(axes) = &mut array.axes else { return array };
    for (size, at) in sizes.into_iter().zip(along) {
        let whole = axes[at];
        let left = whole.len.zip(size).and_then(|(len, size)| len.checked_add(1)?.checked_sub(size));
        axes[at] = Axis { stride: whole.stride, ..Axis::long(left) };
        axes.push(Axis { stride: whole.stride, ..Axis::long(size) });
    }
    array
}

/// `ndmin(a, n)`: axes of length 1 before the others until there are `n`.
pub(super) fn ndmin(mut array: Arrangement, least: &Operand) -> Arrangement {
    array.keep_flags();
    let least = least.int().and_then(|least| usize::try_from(least).ok());
    let Some(least) = least.filter(|least| *least <= super::arrangement::MOST_AXES) else {
        return scrambled(array, None);
    };
    if let Some(axes) = &mut array.axes {
        let missing = least.saturating_sub(axes.len());
        axes.splice(0..0, std::iter::repeat_n(Axis::new(0), missing));
    }
    array
}

/// `diag(v, k)`: the lengths of the matrix with this diagonal.
pub(super) fn diag(array: &Arrangement, offset: &Operand) -> Arrangement {
    let size = array.size().zip(offset.int_or(0)).and_then(|(size, offset)| size.checked_add(offset.unsigned_abs()));
    Arrangement::of_lengths(Some([size, size].into_iter().collect()))
}
