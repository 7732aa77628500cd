//! Tests of arguments that are no arrays: strings, and lists of them.

use super::condition::is_scalar;
use super::operand::{Const, Operand};
use crate::alias::Tri;
use crate::alias::facts::Evidence;

/// What the subscripts of `einsum` say: how many operands there are, whether an axis is summed over, and how many are left.
pub(super) fn summed(subscripts: &Operand) -> Option<(usize, bool, usize)> {
    let Operand::Const(Const::Str(text)) = subscripts else { return None };
    let text: String = text.replace("...", ".").split_whitespace().collect();
    let (inputs, output) = text.split_once("->").map_or((&*text, None), |(inputs, output)| (inputs, Some(output)));
    let axes: Vec<char> = inputs.chars().filter(|letter| *letter != ',').collect();
    let once = |letter: &char| *letter == '.' || axes.iter().filter(|other| *other == letter).count() == 1;
    // Without an output, what stands there twice is summed over.
    let left: Vec<char> = match output {
        Some(output) => output.chars().collect(),
        None => axes.iter().copied().filter(once).collect(),
    };
    let dropped = axes.iter().any(|letter| !left.contains(letter));
    Some((inputs.split(',').count(), dropped, left.len()))
}

/// Whether a string, or one in a list of them, begins with this letter: of several letters in one string, whether it is there.
pub(super) fn holds(list: &Operand, letter: &Operand) -> Tri {
    let Operand::Const(Const::Str(letter)) = letter else { return Tri::Maybe };
    let letter = letter.to_ascii_uppercase();
    match list {
        absent if absent.is_none() => Tri::No,
        Operand::Const(Const::Str(text)) => Tri::known(text.to_ascii_uppercase().contains(&letter)),
        Operand::Sequence(items) => items.iter().fold(Tri::No, |held, item| {
            held.or(match item {
                Operand::Const(Const::Str(text)) => Tri::known(text.to_ascii_uppercase().starts_with(&letter)),
                _ => Tri::Maybe,
            })
        }),
        _ => Tri::Maybe,
    }
}

/// Whether an argument is a dtype, and not a class of arrays as `view` takes either.
pub(super) fn names_dtype(operand: &Operand) -> Tri {
    match operand {
        Operand::Const(Const::Str(_) | Const::Dtype(_)) => Tri::Yes,
        Operand::Const(Const::Object) => Tri::No,
        absent if absent.is_none() => Tri::No,
        _ => Tri::Maybe,
    }
}

/// Whether the elements of a list or tuple are scalars: an array without axes is none.
pub(super) fn are_scalars(operand: &Operand) -> Tri {
    match operand {
        Operand::Sequence(items) => items.iter().map(is_scalar).fold(Tri::Yes, Tri::and),
        Operand::SequenceOfUnknownLength | Operand::Unknown => Tri::Maybe,
        _ => Tri::No,
    }
}

/// Whether a string ends so.
pub(super) fn ends_with(operand: &Operand, end: &Operand) -> Tri {
    match (operand, end) {
        (Operand::Const(Const::Str(text)), Operand::Const(Const::Str(end))) => Tri::known(text.ends_with(&**end)),
        (Operand::Array(facts), _) if facts.evidence > Evidence::None => Tri::No,
        (
            Operand::Array(_)
            | Operand::Index(_)
            | Operand::Unknown
            | Operand::Scalar
            | Operand::Const(Const::Other | Const::Str(_)),
            _,
        ) => Tri::Maybe,
        (Operand::Const(_) | Operand::Sequence(_) | Operand::SequenceOfUnknownLength | Operand::Missing, _) => Tri::No,
    }
}

/// Whether it is `...`.
pub(super) fn is_ellipsis(operand: &Operand) -> Tri {
    match operand {
        Operand::Const(Const::Ellipsis) => Tri::Yes,
        Operand::Unknown | Operand::Const(Const::Other) => Tri::Maybe,
        Operand::Array(facts) if facts.evidence == Evidence::None => Tri::Maybe,
        Operand::Missing
        | Operand::Array(_)
        | Operand::Const(_)
        | Operand::Sequence(_)
        | Operand::SequenceOfUnknownLength
        | Operand::Scalar
        | Operand::Index(_) => Tri::No,
    }
}
