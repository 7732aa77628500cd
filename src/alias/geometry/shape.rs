//! Shapes of new arrays: from array data, from a shape argument, from several operands.

use smallvec::{SmallVec, smallvec};

use super::arrangement::{Lengths, known_lengths, product};
use super::operand::{Axes, Const, IndexItem, Operand, operand, unwrapped};
use crate::alias::Tri;

/// Shape of `np.asarray(operand)`: of an array its own, of nested lists what NumPy finds in them.
pub(in crate::alias) fn lengths(operand: &Operand) -> Option<Lengths> {
    match operand {
        Operand::Array(facts) => known_lengths(&facts.geometry),
        Operand::Const(Const::Object | Const::Other | Const::Dtype(_))
        | Operand::SequenceOfUnknownLength
        | Operand::Missing
        | Operand::Unknown => None,
        Operand::Const(_) | Operand::Scalar => Some(SmallVec::new()),
        Operand::Sequence(items) => {
            let mut inner: Option<Lengths> = None;
            for found in items.iter().filter_map(lengths) {
                inner = Some(match inner {
                    None => found,
                    Some(inner) => agreed(&inner, &found)?,
                });
            }
            let inner = if items.is_empty() { SmallVec::new() } else { inner? };
            let mut lengths: Lengths = smallvec![u64::try_from(items.len()).ok()];
            lengths.extend(inner);
            Some(lengths)
        }
        Operand::Index(items) => match items {
            [IndexItem::IntArray { shape }] => known_lengths(shape),
            _ => None,
        },
    }
}

/// Two descriptions of one shape; `None` when they cannot both hold.
fn agreed(left: &Lengths, right: &Lengths) -> Option<Lengths> {
    if left.len() != right.len() {
        return None;
    }
    left.iter()
        .zip(right)
        .map(|pair| match pair {
            (Some(left), Some(right)) => (left == right).then_some(Some(*left)),
            (known, None) | (None, known) => Some(*known),
        })
        .collect()
}

/// What a shape argument asks for: an integer or a sequence of them; -1 stays -1.
pub(super) fn asked(shape: &Operand) -> Option<SmallVec<[Option<i64>; 4]>> {
    match unwrapped(shape) {
        single @ Operand::Const(_) => Some(smallvec![Some(single.int()?)]),
        Operand::Scalar => Some(smallvec![None]),
        Operand::Sequence(items) => Some(items.iter().map(Operand::int).collect()),
        Operand::Array(facts) => {
            // An array used as a shape: its elements are the lengths.
            let lengths = known_lengths(&facts.geometry)?;
            match lengths.as_slice() {
                [] => Some(smallvec![None]),
                [Some(len @ 0..=64)] => Some(smallvec![None; usize::try_from(*len).ok()?]),
                _ => None,
            }
        }
        Operand::SequenceOfUnknownLength | Operand::Missing | Operand::Index(_) | Operand::Unknown => None,
    }
}

/// The value of a shape argument as lengths of a new array.
pub(super) fn arg(shape: &Operand) -> Option<Lengths> {
    Some(asked(shape)?.into_iter().map(|len| u64::try_from(len?).ok()).collect())
}

/// Several operands broadcast against each other.
pub(super) fn broadcast(operands: &[Operand]) -> Option<Lengths> {
    let shapes: Option<Vec<Lengths>> = operands.iter().filter(|operand| !operand.is_none()).map(lengths).collect();
    broadcast_lengths(&shapes?)
}

/// Several shapes broadcast against each other.
pub(super) fn broadcast_lengths(shapes: &[Lengths]) -> Option<Lengths> {
    let ndim = shapes.iter().map(SmallVec::len).max()?;
    let mut result: Lengths = smallvec![Some(1); ndim];
    for shape in shapes {
        for (len, other) in result.iter_mut().rev().zip(shape.iter().rev()) {
            *len = match (*len, *other) {
                (Some(1), len) | (len, Some(1)) => len,
                (Some(len), _) | (None, Some(len)) => Some(len),
                (None, None) => None,
            };
        }
    }
    Some(result)
}

/// `grid(x, indexing)` of several operands: an axis for each.
pub(super) fn grid(args: &[Operand]) -> Option<Lengths> {
    let (_, more) = args.split_first()?;
    let (indexing, operands) = more.split_first()?;
    let mut sizes: Lengths = operands.iter().map(|operand| product(lengths(operand)?.into_iter())).collect();
    match indexing {
        Operand::Const(Const::Str(text)) if &**text == "ij" => {}
        Operand::Const(Const::Str(text)) if &**text == "xy" => {
            if sizes.len() > 1 {
                sizes.swap(0, 1);
            }
        }
        _ => return None,
    }
    Some(sizes)
}

/// `reduce(a, axis, keepdims)`
pub(super) fn reduce(args: &[Operand]) -> Option<Lengths> {
    let keep = operand(args, 2).truth();
    let before = lengths(operand(args, 0));
    if before.as_ref().is_some_and(SmallVec::is_empty) {
        // Here NumPy takes axis 0 and -1 too.
        return before;
    }
    let axes = operand(args, 1).axes(before.as_ref().map_or(0, SmallVec::len));
    match (keep, axes) {
        (Tri::No, Axes::All) => Some(SmallVec::new()),
        (Tri::Yes, Axes::All) => Some(smallvec![Some(1); before?.len()]),
        (Tri::No, Axes::These(axes)) => {
            Some(before?.into_iter().enumerate().filter(|(axis, _)| !axes.contains(axis)).map(|(_, len)| len).collect())
        }
        (Tri::Yes, Axes::These(axes)) => Some(
            before?
                .into_iter()
                .enumerate()
                .map(|(axis, len)| if axes.contains(&axis) { Some(1) } else { len })
                .collect(),
        ),
        (Tri::No, Axes::Some(count)) => Some(smallvec![None; before?.len().checked_sub(count)?]),
        (Tri::Yes, Axes::Some(_) | Axes::Unknown) => Some(smallvec![None; before?.len()]),
        (Tri::No, Axes::Unknown) | (Tri::Maybe, _) => None,
    }
}

/// `arange(start, stop, step)`
pub(super) fn arange(args: &[Operand]) -> Lengths {
    let (start, stop) = if operand(args, 1).is_none() {
        (Some(0), operand(args, 0))
    } else {
        (operand(args, 0).int_or(0), operand(args, 1))
    };
    let len = || {
        let (start, stop) = (i128::from(start?), i128::from(stop.int()?));
        let step = i128::from(operand(args, 2).int_or(1)?);
        if step == 0 {
            return None;
        }
        let (span, step) = if step < 0 { (start - stop, -step) } else { (stop - start, step) };
        u64::try_from((span.max(0) + step - 1) / step).ok()
    };
    smallvec![len().or_else(|| arange_of_floats(args))]
}

/// The same with floats among the numbers: their difference over the step, rounded up, as NumPy computes it.
fn arange_of_floats(args: &[Operand]) -> Option<u64> {
    let (start, stop) = match operand(args, 1) {
        absent if absent.is_none() => (0., operand(args, 0).number()?),
        stop => (if operand(args, 0).is_none() { 0. } else { operand(args, 0).number()? }, stop.number()?),
    };
    let step = if operand(args, 2).is_none() { 1. } else { operand(args, 2).number()? };
    let len = ((stop - start) / step).ceil();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number in range")]
    (len.abs() < 1e15).then(|| len.max(0.) as u64)
}

/// `length(n)`
pub(super) fn length(n: &Operand) -> Lengths {
    smallvec![n.int().and_then(|len| u64::try_from(len).ok())]
}

/// `square(n, m)`
pub(super) fn square(args: &[Operand]) -> Lengths {
    let rows = length(operand(args, 0));
    let columns = if operand(args, 1).is_none() { rows.clone() } else { length(operand(args, 1)) };
    smallvec![rows[0], columns[0]]
}

/// The shapes of arrays to be joined, and how many there are.
fn joined(arrays: &Operand) -> Option<(Option<u64>, Vec<Option<Lengths>>)> {
    match arrays {
        Operand::Sequence(items) => Some((u64::try_from(items.len()).ok(), items.iter().map(lengths).collect())),
        // An array of arrays: its first axis counts them.
        Operand::Array(facts) => {
            let lengths = known_lengths(&facts.geometry)?;
            let (count, inner) = lengths.split_first()?;
            let copies = count.filter(|count| *count <= 64).and_then(|count| usize::try_from(count).ok());
            let parts = vec![Some(inner.iter().copied().collect()); copies.unwrap_or(1)];
            Some((*count, parts))
        }
        _ => None,
    }
}

/// `concatenate(arrays, axis)`
pub(super) fn concatenate(args: &[Operand]) -> Option<Lengths> {
    let at = operand(args, 1);
    if matches!(at, Operand::Const(Const::None)) {
        let (count, parts) = joined(operand(args, 0)).unwrap_or_default();
        let complete = count.is_some() && count == u64::try_from(parts.len()).ok();
        let sizes = parts.iter().map(|part| product(part.as_ref()?.iter().copied()));
        return Some(smallvec![sum(sizes).filter(|_| complete)]);
    }
    let (count, parts) = joined(operand(args, 0))?;
    let ndim = parts.iter().flatten().map(SmallVec::len).next()?;
    let Some(at) = at.axis_or(0, ndim) else { return Some(smallvec![None; ndim]) };
    let mut result: Lengths = smallvec![None; ndim];
    for part in parts.iter().flatten() {
        if part.len() != ndim {
            return None;
        }
        for (len, other) in result.iter_mut().zip(part) {
            *len = len.or(*other);
        }
    }
    let complete = count.is_some() && count == u64::try_from(parts.len()).ok();
    result[at] = sum(parts.iter().map(|part| part.as_ref()?[at])).filter(|_| complete);
    Some(result)
}

fn sum(mut lengths: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    lengths.try_fold(0_u64, |sum, len| sum.checked_add(len?))
}

/// `stack(arrays, axis)`
pub(super) fn stack(args: &[Operand]) -> Option<Lengths> {
    let (count, parts) = joined(operand(args, 0))?;
    let mut result: Option<Lengths> = None;
    for part in parts.into_iter().flatten() {
        result = Some(match result {
            None => part,
            Some(result) => agreed(&result, &part)?,
        });
    }
    let mut result = result?;
    match operand(args, 1).axis_or(0, result.len() + 1) {
        Some(at) => result.insert(at, count),
        None => result = smallvec![None; result.len() + 1],
    }
    Some(result)
}
