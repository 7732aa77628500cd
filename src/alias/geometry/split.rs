//! The parts that `split` and its like make of an array.

use super::arrangement::{Arrangement, Axis};
use super::index::slice;
use super::operand::{Bound, Const, Operand, axis, operand, unwrapped};
use super::shape::lengths;
use crate::alias::Tri;

/// More parts than this are not told apart.
const MOST_PARTS: usize = 32;

/// How many parts `split(a, sections, axis)` makes, where each of them can be told.
pub(in crate::alias) fn parts(args: &[Operand]) -> Option<usize> {
    let before = lengths(operand(args, 0))?;
    let at = operand(args, 2).int_or(0).and_then(|value| axis(value, before.len()))?;
    before[at]?;
    let count = match unwrapped(operand(args, 1)) {
        single @ Operand::Const(Const::Int(_)) => usize::try_from(single.int()?).ok()?,
        Operand::Sequence(places) if places.iter().all(|place| place.int().is_some()) => places.len() + 1,
        _ => return None,
    };
    (1..=MOST_PARTS).contains(&count).then_some(count)
}

/// How many arrays `nonzero(a)` makes: one for each axis.
pub(in crate::alias) fn indices(args: &[Operand]) -> Option<usize> {
    let ndim = lengths(operand(args, 0))?.len();
    (1..=MOST_PARTS).contains(&ndim).then_some(ndim)
}

/// `split(a, sections, axis, part)`: that part, or one of them.
pub(super) fn split(args: &[Operand], itemsize: Option<u32>) -> Arrangement {
    let mut whole = Arrangement::of(operand(args, 0), itemsize);
    let sections =
        operand(args, 1).int().and_then(|sections| u64::try_from(sections).ok()).filter(|sections| *sections > 0);
    if sections == Some(1) {
        whole.keep_flags();
        return whole;
    }
    let Some(axes) = &mut whole.axes else {
        whole.offset = None;
        if operand(args, 2).int_or(0) == Some(0) && whole.origin.c == Tri::Yes {
            whole.c = Tri::Yes;
        }
        return whole;
    };
    let Some(at) = operand(args, 2).int_or(0).and_then(|value| axis(value, axes.len())) else {
        let ndim = axes.len();
        whole.scramble(Some(ndim));
        return whole;
    };
    let part = operand(args, 3).int().and_then(|part| usize::try_from(part).ok());
    if let Some((lower, upper)) = part.zip(axes[at].len).and_then(|(part, len)| bounds(operand(args, 1), part, len)) {
        let (axis, shift) = slice(axes[at], lower, upper, Bound::Absent);
        axes[at] = axis;
        whole.shift(shift);
        return whole;
    }
    let part = &mut axes[at];
    let len =
        part.len.zip(sections).filter(|(len, sections)| len % sections == 0).map(|(len, sections)| len / sections);
    *part = Axis { len, like: None, intact: false, ..*part };
    whole.offset = None;
    whole
}

/// Where a part begins and ends: of equal sections the first ones take what is left over.
fn bounds(sections: &Operand, part: usize, len: u64) -> Option<(Bound, Bound)> {
    if let Operand::Sequence(places) = unwrapped(sections) {
        let place = |at: usize| places.get(at).map_or(Some(Bound::Absent), |place| place.int().map(Bound::Known));
        let lower = if part == 0 { Bound::Absent } else { place(part - 1)? };
        return Some((lower, place(part)?));
    }
    let (count, part) = (u64::try_from(sections.int()?).ok()?, u64::try_from(part).ok()?);
    let (each, longer) = (len.checked_div(count)?, len.checked_rem(count)?);
    let start = |part: u64| i64::try_from(part.checked_mul(each)? + part.min(longer)).ok().map(Bound::Known);
    Some((start(part)?, start(part + 1)?))
}
