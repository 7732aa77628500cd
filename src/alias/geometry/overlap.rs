//! Whether two elements of one array occupy the same memory.

use super::arrangement::{Axis, Stride};
use crate::alias::Tri;

/// Decided where strides allow it.
pub(super) fn self_overlap(axes: &[Axis], item: Option<i64>) -> Tri {
    if axes.iter().any(|axis| axis.len == Some(0)) {
        return Tri::No;
    }
    let steps: Option<Vec<(u64, i64)>> = axes.iter().map(|axis| Some((axis.len?, axis.stride?.number()?))).collect();
    let Some(mut steps) = steps else {
        let repeats =
            |axis: &Axis| axis.len.is_some_and(|len| len > 1) && axis.stride.and_then(Stride::number) == Some(0);
        let known = axes.iter().all(|axis| axis.len.is_some());
        return if known && axes.iter().any(repeats) { Tri::Yes } else { Tri::Maybe };
    };
    steps.retain(|(len, _)| *len > 1);
    if steps.iter().any(|(_, stride)| *stride == 0) {
        return Tri::Yes;
    }
    let Some(item) = item.and_then(|item| u64::try_from(item).ok()) else { return Tri::Maybe };
    if nested(&mut steps, item) {
        Tri::No
    } else if steps.iter().any(|(_, stride)| stride.unsigned_abs() < item) || meet(&steps) {
        Tri::Yes
    } else {
        Tri::Maybe
    }
}

/// Whether each stride steps over everything that smaller strides reach.
fn nested(steps: &mut [(u64, i64)], item: u64) -> bool {
    steps.sort_by_key(|(_, stride)| stride.unsigned_abs());
    let mut reach = u128::from(item);
    steps.iter().all(|(len, stride)| {
        let stride = u128::from(stride.unsigned_abs());
        let clear = stride >= reach;
        reach = reach.saturating_add(u128::from(len - 1).saturating_mul(stride));
        clear
    })
}

/// Whether two axes can reach one element: `k` steps of one equal `m` steps of the other.
fn meet(steps: &[(u64, i64)]) -> bool {
    steps.iter().enumerate().any(|(index, (len, stride))| {
        steps[..index].iter().any(|(other_len, other)| {
            let (left, right) = (stride.unsigned_abs(), other.unsigned_abs());
            let common = gcd(left, right);
            right / common < *len && left / common < *other_len
        })
    })
}

/// The greatest common divisor.
pub(in crate::alias) fn gcd(left: u64, right: u64) -> u64 {
    if right == 0 { left } else { gcd(right, left % right) }
}
