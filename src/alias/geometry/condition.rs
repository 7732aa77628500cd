//! Tests of rule conditions that depend on facts of the arguments.

use super::arguments::{are_scalars, ends_with, holds, is_ellipsis, names_dtype, summed};
use super::arrangement::{Arrangement, product};
use super::data::{dtype_of_argument, dtype_of_operand};
use super::index::{is_advanced, is_basic, items};
use super::keys::{all, any, full_scalar, leads};
use super::operand::{Axes, Const, IndexItem, Operand, Order, operand};
use super::reshape::{ravels_as_view, reshapes_as_view};
use super::shape::{asked, lengths};
use crate::alias::Tri;
use crate::alias::dtype::Dtype;
use crate::alias::facts::{ArrayClass, Evidence};
use crate::rules::schema::{Compare, TestOp};

/// Evaluates a test. `Passed` is for the caller, who alone knows what was written; here it is answered for
/// [`Operand::Missing`] only.
///
/// An operand with any [`Evidence`] counts as an array; how strong it is decides the confidence of what follows.
#[must_use]
pub fn test(op: TestOp, args: &[Operand], compare: Option<(Compare, i64)>) -> Tri {
    let first = operand(args, 0);
    let second = operand(args, 1);
    match op {
        TestOp::Given => given(first),
        TestOp::Passed if matches!(first, Operand::Missing) => Tri::No,
        TestOp::HasAxis | TestOp::Broadcasts | TestOp::Fits | TestOp::Numeric => super::safety::test(op, args),
        TestOp::NewAxis
        | TestOp::Shape
        | TestOp::Splits
        | TestOp::OrdersAxes
        | TestOp::Within
        | TestOp::Stretches
        | TestOp::Joins
        | TestOp::Appends
        | TestOp::Stacks
        | TestOp::Spans => super::accepts::test(op, args),
        TestOp::True => boolean(first, true),
        TestOp::False => boolean(first, false),
        TestOp::NoneValue => given(first).negate(),
        TestOp::Ellipsis => is_ellipsis(first),
        TestOp::Equals => equals(first, second),
        TestOp::Array => is_array(first),
        TestOp::Exact => is_class(first, ArrayClass::Ndarray),
        TestOp::Masked => is_class(first, ArrayClass::Masked),
        TestOp::Matrix => is_class(first, ArrayClass::Matrix),
        TestOp::Sequence => is_sequence(first),
        TestOp::Scalar => is_scalar(first),
        TestOp::SameDtype => same_dtype(first, second),
        TestOp::LikeDtype => dtype_of_operand(first).same(&dtype_of_operand(second)),
        TestOp::Kind => kind(first, second),
        TestOp::Ndim => {
            let ndim = lengths(first).and_then(|lengths| i64::try_from(lengths.len()).ok());
            compared(ndim, compare)
        }
        TestOp::Size => size(first, compare),
        TestOp::Elements => compared(elements(first), compare),
        TestOp::Extent => compared(extent(first, second), compare),
        TestOp::CContiguous => array(first).origin.c,
        TestOp::FContiguous => array(first).origin.f,
        TestOp::Satisfies => satisfies(&array(first), second),
        TestOp::ReshapesAsView => reshapes_as_view(&array(first), second, operand(args, 2)),
        TestOp::RavelsAsView => ravels_as_view(&array(first), second),
        TestOp::Squeezes => squeezes(first, second),
        TestOp::SameShape => same_shape(first, second),
        TestOp::IdentityAxes => identity_axes(first, second),
        TestOp::Writeable => match super::accepts::only(first) {
            Operand::Array(facts) => facts.writeable,
            Operand::Const(Const::Bytes(_)) => Tri::No,
            _ => Tri::Maybe,
        },
        TestOp::Basic => all(&items(first), is_basic),
        TestOp::Leads => leads(&items(second), lengths(first).map(|lengths| lengths.len())),
        TestOp::Advanced => any(&items(first), is_advanced),
        TestOp::FullScalar => full_scalar(first, second),
        TestOp::Owndata => match first {
            Operand::Array(facts) => facts.owndata,
            _ => Tri::Maybe,
        },
        TestOp::KnownKind => Tri::known(kind(first, second) == Tri::Yes),
        TestOp::AllAxes => all_axes(first, second),
        TestOp::Buffer => is_buffer(first),
        TestOp::Holds => holds(first, second),
        TestOp::Permutes => summed(first).map_or(Tri::Maybe, |(terms, dropped, _)| Tri::known(terms == 1 && !dropped)),
        TestOp::Contracts => summed(first).map_or(Tri::Maybe, |(_, _, left)| Tri::known(left == 0)),
        TestOp::EndsWith => ends_with(first, second),
        TestOp::Scalars => are_scalars(first),
        TestOp::NamesDtype => names_dtype(first),
        TestOp::AddsAxes => adds_axes(first, second),
        TestOp::Field => any(&items(first), |item| matches!(item, IndexItem::Field(_))),
        TestOp::Passed | TestOp::Count | TestOp::EqualShapes | TestOp::FillsBroadcast => Tri::Maybe,
        TestOp::Fields => any(&items(first), |item| matches!(item, IndexItem::Fields(_))),
    }
}

fn array(operand: &Operand) -> Arrangement {
    Arrangement::of(operand, None)
}

fn given(operand: &Operand) -> Tri {
    match operand {
        Operand::Missing | Operand::Const(Const::None) => Tri::No,
        Operand::Array(facts) if facts.evidence == Evidence::None => Tri::Maybe,
        Operand::Unknown | Operand::Const(Const::Other) => Tri::Maybe,
        Operand::Array(_)
        | Operand::Const(_)
        | Operand::Sequence(_)
        | Operand::SequenceOfUnknownLength
        | Operand::Scalar
        | Operand::Index(_) => Tri::Yes,
    }
}

/// Whether it is the constant `True` or `False`, or a number that stands for it.
fn boolean(operand: &Operand, wanted: bool) -> Tri {
    match operand {
        Operand::Const(Const::Bool(value)) => Tri::known(*value == wanted),
        Operand::Const(Const::Int(value)) => Tri::known((*value != 0) == wanted),
        Operand::Missing
        | Operand::Const(Const::None | Const::Str(_) | Const::Dtype(_) | Const::Ellipsis | Const::Object)
        | Operand::Sequence(_)
        | Operand::SequenceOfUnknownLength => Tri::No,
        Operand::Const(Const::Float(_) | Const::Complex | Const::Bytes(_) | Const::Other)
        | Operand::Scalar
        | Operand::Index(_)
        | Operand::Unknown
        | Operand::Array(_) => Tri::Maybe,
    }
}

fn equals(value: &Operand, literal: &Operand) -> Tri {
    let Operand::Const(wanted) = literal else { return Tri::Maybe };
    match (value, wanted) {
        (Operand::Const(Const::Other | Const::Float(_) | Const::Complex | Const::Bytes(_)), _) | (_, Const::Other) => {
            Tri::Maybe
        }
        (Operand::Const(Const::Bool(value)), Const::Int(wanted)) => Tri::known(i64::from(*value) == *wanted),
        // Orders and modes of one letter may be written in either case.
        (Operand::Const(Const::Str(value)), Const::Str(wanted)) if wanted.len() == 1 => {
            Tri::known(value.eq_ignore_ascii_case(wanted))
        }
        // A word of the function's own, such as `numeric`, is no dtype.
        (Operand::Const(Const::Dtype(value)), Const::Str(wanted)) => {
            let wanted = Dtype::parse(wanted);
            if wanted == Dtype::Unknown { Tri::No } else { value.same(&wanted) }
        }
        (Operand::Const(value), wanted) => Tri::known(value == wanted),
        (Operand::Missing, wanted) => Tri::known(*wanted == Const::None),
        (Operand::Sequence(_) | Operand::SequenceOfUnknownLength, _) => Tri::No,
        (Operand::Array(facts), _) if facts.evidence > Evidence::None => Tri::No,
        (Operand::Array(_) | Operand::Scalar | Operand::Index(_) | Operand::Unknown, _) => Tri::Maybe,
    }
}

fn is_array(operand: &Operand) -> Tri {
    match operand {
        // NumPy makes an array of it, which may be over its memory or not.
        Operand::Array(facts) if facts.class.is_no_array() => Tri::Maybe,
        Operand::Array(facts) if facts.evidence > Evidence::None => Tri::Yes,
        Operand::Array(_) | Operand::Index(_) | Operand::Unknown => Tri::Maybe,
        Operand::Const(_)
        | Operand::Sequence(_)
        | Operand::SequenceOfUnknownLength
        | Operand::Scalar
        | Operand::Missing => Tri::No,
    }
}

fn is_class(operand: &Operand, class: ArrayClass) -> Tri {
    let Operand::Array(facts) = operand else { return is_array(operand) };
    if facts.class == class {
        is_array(operand)
    } else if facts.class == ArrayClass::Any {
        Tri::Maybe
    } else {
        Tri::No
    }
}

fn is_sequence(operand: &Operand) -> Tri {
    match operand {
        Operand::Sequence(_) | Operand::SequenceOfUnknownLength => Tri::Yes,
        Operand::Array(facts) if facts.evidence > Evidence::None => Tri::No,
        Operand::Array(_) | Operand::Index(_) | Operand::Unknown | Operand::Const(Const::Other) => Tri::Maybe,
        Operand::Const(_) | Operand::Scalar | Operand::Missing => Tri::No,
    }
}

pub(super) fn is_scalar(operand: &Operand) -> Tri {
    match operand {
        Operand::Scalar
        | Operand::Const(
            Const::Bool(_) | Const::Int(_) | Const::Float(_) | Const::Complex | Const::Str(_) | Const::Bytes(_),
        ) => Tri::Yes,
        Operand::Array(facts) if facts.evidence > Evidence::None => Tri::No,
        Operand::Array(_) | Operand::Index(_) | Operand::Unknown | Operand::Const(Const::Other) => Tri::Maybe,
        Operand::Const(Const::None | Const::Dtype(_) | Const::Ellipsis | Const::Object)
        | Operand::Sequence(_)
        | Operand::SequenceOfUnknownLength
        | Operand::Missing => Tri::No,
    }
}

/// Whether it exposes memory without being an array. Constant bytes arrive as [`Const::Other`].
fn is_buffer(operand: &Operand) -> Tri {
    match operand {
        Operand::Array(facts) if matches!(facts.class, ArrayClass::Buffer(_)) => Tri::Yes,
        Operand::Const(Const::Bytes(_)) => Tri::Yes,
        Operand::Array(facts) if facts.evidence > Evidence::None => Tri::No,
        Operand::Array(_) | Operand::Index(_) | Operand::Unknown | Operand::Const(Const::Other) => Tri::Maybe,
        Operand::Const(_)
        | Operand::Sequence(_)
        | Operand::SequenceOfUnknownLength
        | Operand::Scalar
        | Operand::Missing => Tri::No,
    }
}

/// Whether an operand has fewer axes than are asked for.
fn adds_axes(operand: &Operand, wanted: &Operand) -> Tri {
    let ndim = lengths(operand).and_then(|lengths| i64::try_from(lengths.len()).ok());
    match wanted.int_or(0) {
        Some(0) => Tri::No,
        Some(wanted) => ndim.map_or(Tri::Maybe, |ndim| Tri::known(ndim < wanted)),
        None => Tri::Maybe,
    }
}

fn same_dtype(array: &Operand, wanted: &Operand) -> Tri {
    if wanted.is_none() {
        return Tri::Yes;
    }
    let Operand::Array(facts) = array else { return Tri::Maybe };
    facts.dtype.same(&dtype_of_argument(wanted))
}

fn kind(array: &Operand, letters: &Operand) -> Tri {
    match (dtype_of_operand(array).kind(), letters) {
        (Some(kind), Operand::Const(Const::Str(letters))) => Tri::known(letters.contains(kind)),
        _ => Tri::Maybe,
    }
}

/// A comparison of a number that may be known.
pub(in crate::alias) fn compared(value: Option<i64>, compare: Option<(Compare, i64)>) -> Tri {
    let (Some(value), Some((compare, right))) = (value, compare) else { return Tri::Maybe };
    Tri::known(match compare {
        Compare::Eq => value == right,
        Compare::Ne => value != right,
        Compare::Lt => value < right,
        Compare::Le => value <= right,
        Compare::Gt => value > right,
        Compare::Ge => value >= right,
    })
}

fn size(operand: &Operand, compare: Option<(Compare, i64)>) -> Tri {
    let size = lengths(operand).and_then(|lengths| product(lengths.into_iter()));
    match (size.map(i64::try_from), compare) {
        (Some(Ok(size)), _) => compared(Some(size), compare),
        // Whatever it is, it is not negative.
        (_, Some((Compare::Ge, right))) if right <= 0 => Tri::Yes,
        (_, Some((Compare::Lt, right))) if right <= 0 => Tri::No,
        _ => Tri::Maybe,
    }
}

/// The length of an operand along one axis.
fn extent(operand: &Operand, axis: &Operand) -> Option<i64> {
    let lengths = lengths(operand)?;
    let axis = axis.axis_or(0, lengths.len())?;
    i64::try_from(lengths[axis]?).ok()
}

/// How many elements an array of this shape has.
fn elements(shape: &Operand) -> Option<i64> {
    asked(shape)?.into_iter().try_fold(1, |product: i64, length| product.checked_mul(length?))
}

/// What `asarray` and `astype` agree on: they differ on order `A` for an array in neither order.
fn satisfies(array: &Arrangement, order: &Operand) -> Tri {
    let (c, f) = (array.origin.c, array.origin.f);
    match order.order_or(Order::K) {
        Order::C => c,
        Order::F => f,
        Order::A if c.or(f) == Tri::Yes => Tri::Yes,
        Order::K => Tri::Yes,
        Order::Unknown if c.and(f) == Tri::Yes => Tri::Yes,
        Order::A | Order::Unknown => Tri::Maybe,
    }
}

fn squeezes(array: &Operand, axis: &Operand) -> Tri {
    let Some(lengths) = lengths(array) else { return Tri::Maybe };
    if lengths.is_empty() {
        return Tri::No;
    }
    match axis.axes(lengths.len()) {
        Axes::All if lengths.contains(&Some(1)) => Tri::Yes,
        Axes::All if lengths.contains(&None) => Tri::Maybe,
        Axes::All => Tri::No,
        // NumPy raises unless they have length 1.
        Axes::These(axes) => Tri::known(!axes.is_empty()),
        Axes::Some(count) => Tri::known(count > 0),
        Axes::Unknown => Tri::Maybe,
    }
}

fn all_axes(array: &Operand, axis: &Operand) -> Tri {
    if axis.is_none() {
        return Tri::Yes;
    }
    let Some(ndim) = lengths(array).map(|lengths| lengths.len()) else { return Tri::Maybe };
    match axis.axes(ndim) {
        Axes::All => Tri::Yes,
        Axes::These(axes) => Tri::known((0..ndim).all(|axis| axes.contains(&axis))),
        Axes::Some(count) => Tri::known(count == ndim),
        Axes::Unknown => Tri::Maybe,
    }
}

fn same_shape(array: &Operand, shape: &Operand) -> Tri {
    let (Some(lengths), Some(asked)) = (lengths(array), asked(shape)) else { return Tri::Maybe };
    if lengths.len() != asked.len() {
        return Tri::No;
    }
    let asked = asked.into_iter().map(|len| u64::try_from(len?).ok());
    lengths.iter().copied().zip(asked).fold(Tri::Yes, |same, pair| {
        same.and(match pair {
            (Some(left), Some(right)) => Tri::known(left == right),
            _ => Tri::Maybe,
        })
    })
}

fn identity_axes(array: &Operand, axes: &Operand) -> Tri {
    let ndim = lengths(array).map(|lengths| lengths.len());
    if axes.is_none() {
        return ndim.map_or(Tri::Maybe, |ndim| Tri::known(ndim <= 1));
    }
    match (super::operand::unwrapped(axes), ndim) {
        (Operand::Sequence(items), None) => {
            // As many axes as the array has, or NumPy raises.
            let axes: Option<Vec<i64>> = items.iter().map(Operand::int).collect();
            let counted = |axes: &Vec<i64>| axes.iter().zip(0_i64..).all(|(axis, index)| *axis == index);
            let positive = |axes: &Vec<i64>| axes.iter().all(|axis| *axis >= 0);
            match axes.filter(positive) {
                Some(axes) if !axes.is_empty() => Tri::known(counted(&axes)),
                _ => Tri::Maybe,
            }
        }
        (Operand::Sequence(items), Some(ndim)) if items.is_empty() => Tri::known(ndim <= 1),
        (axes, Some(ndim)) => match axes.axes(ndim) {
            Axes::These(axes) if axes.len() == ndim => Tri::known(axes.into_iter().eq(0..ndim)),
            Axes::These(_) | Axes::All | Axes::Some(_) | Axes::Unknown if ndim <= 1 => Tri::Yes,
            Axes::These(_) | Axes::All | Axes::Some(_) | Axes::Unknown => Tri::Maybe,
        },
        _ => Tri::Maybe,
    }
}
