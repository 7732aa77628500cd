//! Shapes of copies with more elements, or fewer: what is picked by position, repeated, padded, appended, left out.

use smallvec::{SmallVec, smallvec};

use super::arrangement::{Lengths, product};
use super::operand::{Operand, operand};
use super::shape::{concatenate, lengths};

/// `take(a, indices, axis)`
pub(super) fn take(args: &[Operand]) -> Option<Lengths> {
    let indices = lengths(operand(args, 1))?;
    if operand(args, 2).is_none() {
        return Some(indices);
    }
    let mut result = lengths(operand(args, 0))?;
    let at = operand(args, 2).axis_or(0, result.len())?;
    result.remove(at);
    result.insert_many(at, indices);
    Some(result)
}

/// The lengths of an array whose axes are one.
pub(super) fn flat(args: &[Operand]) -> Option<Lengths> {
    Some(smallvec![product(lengths(operand(args, 0))?.into_iter())])
}

/// The lengths along with the axis that an argument names; without it, all axes are one.
fn along(args: &[Operand], axis: &Operand) -> Option<(Lengths, usize)> {
    if axis.is_none() {
        return Some((flat(args)?, 0));
    }
    let lengths = lengths(operand(args, 0))?;
    let at = axis.axis_or(0, lengths.len())?;
    Some((lengths, at))
}

/// `repeated(a, repeats, axis)`
pub(super) fn repeated(args: &[Operand]) -> Option<Lengths> {
    let (mut result, at) = along(args, operand(args, 2))?;
    let times = |repeats: &Operand| u64::try_from(repeats.int()?).ok();
    result[at] = match operand(args, 1) {
        Operand::Sequence(items) => match items.as_slice() {
            [only] => result[at].zip(times(only)).and_then(|(len, times)| len.checked_mul(times)),
            all => all.iter().try_fold(0_u64, |sum, one| sum.checked_add(times(one)?)),
        },
        single => result[at].zip(times(single)).and_then(|(len, times)| len.checked_mul(times)),
    };
    Some(result)
}

/// `padded(a, pad_width)`
pub(super) fn padded(args: &[Operand]) -> Option<Lengths> {
    let before = lengths(operand(args, 0))?;
    let pair = |width: &Operand| -> Option<u64> {
        let sum = match width {
            Operand::Sequence(ends) => match ends.as_slice() {
                [both] => both.int()?.checked_mul(2)?,
                [first, last] => first.int()?.checked_add(last.int()?)?,
                _ => return None,
            },
            both => both.int()?.checked_mul(2)?,
        };
        u64::try_from(sum).ok()
    };
    let width = operand(args, 1);
    let one_each = match width {
        Operand::Sequence(items) if items.iter().all(|item| matches!(item, Operand::Sequence(_))) => {
            match items.as_slice() {
                [only] => Err(pair(only)),
                all if all.len() == before.len() => Ok(all),
                _ => Err(None),
            }
        }
        all => Err(pair(all)),
    };
    let added = |at: usize| match one_each {
        Ok(items) => pair(&items[at]),
        Err(same) => same,
    };
    Some(
        before
            .iter()
            .enumerate()
            .map(|(at, len)| len.zip(added(at)).and_then(|(len, more)| len.checked_add(more)))
            .collect(),
    )
}

/// `tiled(a, reps)`
pub(super) fn tiled(args: &[Operand]) -> Option<Lengths> {
    let mut result = lengths(operand(args, 0))?;
    let times: SmallVec<[Option<u64>; 4]> = match operand(args, 1) {
        Operand::Sequence(items) => items.iter().map(|item| u64::try_from(item.int()?).ok()).collect(),
        single => smallvec![Some(u64::try_from(single.int()?).ok()?)],
    };
    let missing = times.len().saturating_sub(result.len());
    result.insert_many(0, std::iter::repeat_n(Some(1), missing));
    for (len, times) in result.iter_mut().rev().zip(times.iter().rev()) {
        *len = len.zip(*times).and_then(|(len, times)| len.checked_mul(times));
    }
    Some(result)
}

/// `appended(a, values, axis)`
pub(super) fn appended(args: &[Operand]) -> Option<Lengths> {
    let (left, right) = (operand(args, 0), operand(args, 1));
    if operand(args, 2).is_none() {
        let sizes = [left, right].map(|part| product(lengths(part)?.into_iter()));
        return Some(smallvec![sizes[0].zip(sizes[1]).and_then(|(left, right)| left.checked_add(right))]);
    }
    concatenate(&[Operand::Sequence(vec![left.clone(), right.clone()]), operand(args, 2).clone()])
}

/// `rows(parts)`: joined along the first axis, where all have equally many.
pub(super) fn rows(args: &[Operand]) -> Option<Lengths> {
    let Operand::Sequence(parts) = operand(args, 0) else { return None };
    let ndim = lengths(parts.first()?)?.len();
    let alike = parts.iter().all(|part| lengths(part).is_some_and(|lengths| lengths.len() == ndim));
    if !alike || ndim == 0 {
        return None;
    }
    concatenate(&args[..1])
}

/// `deleted(a, places, axis)`
pub(super) fn deleted(args: &[Operand]) -> Option<Lengths> {
    let (mut result, at) = along(args, operand(args, 2))?;
    let whole = result[at];
    let place = |one: &Operand| {
        let len = i64::try_from(whole?).ok()?;
        let place = one.int()?;
        Some(if place < 0 { place + len } else { place })
    };
    let left_out = match operand(args, 1) {
        Operand::Sequence(items) if items.iter().any(|item| matches!(item, Operand::Const(super::Const::Bool(_)))) => {
            None
        }
        Operand::Sequence(items) => items.iter().map(place).collect::<Option<Vec<i64>>>().map(|mut places| {
            places.sort_unstable();
            places.dedup();
            places.len() as u64
        }),
        Operand::Const(super::Const::Int(_)) => Some(1),
        _ => None,
    };
    result[at] = whole.zip(left_out).and_then(|(whole, less)| whole.checked_sub(less));
    Some(result)
}
