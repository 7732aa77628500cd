//! Arguments of geometry operations and tests, and reading integers, axes and orders from them.

use crate::alias::Tri;
use crate::alias::dtype::Dtype;
use crate::alias::facts::{Facts, Geometry};

/// An argument of a geometry operation or test, resolved by the interpreter.
#[derive(Clone, Debug)]
pub enum Operand<'a> {
    /// An array, or something that may be one: see [`Facts::evidence`].
    Array(&'a Facts),
    /// A known constant.
    Const(Const),
    /// A list or tuple of known length: a shape, arrays to join, nested lists as array data.
    Sequence(Vec<Operand<'a>>),
    /// Some other list or tuple.
    SequenceOfUnknownLength,
    /// Some scalar; its value is not known.
    Scalar,
    /// Not passed, and no default.
    Missing,
    /// A subscript.
    Index(&'a [IndexItem]),
    /// Anything.
    Unknown,
}

/// A constant of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A complex number; its value plays no part.
    Complex,
    /// A string.
    Str(Box<str>),
    /// A dtype, or a type that stands for one.
    Dtype(Dtype),
    /// `...`
    Ellipsis,
    /// A byte string, and its length where it stands in the source.
    Bytes(Option<u32>),
    /// An object that is no number, text, sequence or array: a slice, a class of arrays.
    Object,
    /// Something else, such as NumPy's `<no value>`.
    Other,
}

/// One item of a subscript.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IndexItem {
    /// An integer, where known its value.
    Int(Option<i64>),
    /// `lower:upper:step`
    #[allow(missing_docs, reason = "the parts of a slice")]
    Slice { lower: Bound, upper: Bound, step: Bound },
    /// `...`
    Ellipsis,
    /// `None`
    NewAxis,
    /// A list or array of integers.
    #[allow(missing_docs, reason = "its shape")]
    IntArray { shape: Geometry },
    /// A boolean array of so many axes.
    #[allow(missing_docs, reason = "its rank")]
    Mask { ndim: Option<u8> },
    /// A field name, where known.
    Field(Option<Box<str>>),
    /// A list of field names, where known.
    Fields(Option<Box<[Box<str>]>>),
    /// Anything.
    Unknown,
}

/// One part of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// Not written, or `None`.
    Absent,
    /// A known integer.
    Known(i64),
    /// Some integer or `None`.
    Unknown,
}

/// Axes named by an argument.
pub(super) enum Axes {
    /// `None`, or not passed.
    All,
    /// These, in order, each below the rank.
    These(Vec<usize>),
    /// So many, not known which.
    Some(usize),
    /// Not known.
    Unknown,
}

/// A memory order asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    C,
    F,
    A,
    K,
    Unknown,
}

pub(super) fn operand<'o, 'a>(args: &'o [Operand<'a>], index: usize) -> &'o Operand<'a> {
    args.get(index).unwrap_or(&Operand::Missing)
}

impl Operand<'_> {
    /// Whether it is absent or `None`. A default that is no plain constant (`<no value>`, the `(0, 1)` of `rot90`) says
    /// the same as being absent.
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::Missing | Self::Const(Const::None | Const::Other))
    }

    /// Its value as an integer.
    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Self::Const(Const::Int(value)) => Some(*value),
            Self::Const(Const::Bool(value)) => Some(i64::from(*value)),
            _ => None,
        }
    }

    /// Its value as an integer, or `default` when it is not given.
    pub(super) fn int_or(&self, default: i64) -> Option<i64> {
        if self.is_none() { Some(default) } else { self.int() }
    }

    /// Its value as a number.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Const(Const::Float(value)) => Some(*value),
            #[allow(clippy::cast_precision_loss, reason = "NumPy computes with the same loss")]
            _ => self.int().map(|value| value as f64),
        }
    }

    /// Its truth, where it is a flag.
    pub(super) fn truth(&self) -> Tri {
        match self {
            Self::Const(Const::Bool(value)) => Tri::known(*value),
            Self::Const(Const::Int(value)) => Tri::known(*value != 0),
            absent if absent.is_none() => Tri::No,
            _ => Tri::Maybe,
        }
    }

    /// The axes that it names in an array of this rank.
    pub(super) fn axes(&self, ndim: usize) -> Axes {
        if self.is_none() {
            return Axes::All;
        }
        match unwrapped(self) {
            Self::Sequence(items) => {
                let axes: Option<Vec<usize>> = items.iter().map(|item| axis(item.int()?, ndim)).collect();
                axes.map_or(Axes::Some(items.len()), Axes::These)
            }
            Self::Scalar => Axes::Some(1),
            single @ Self::Const(_) => match single.int().and_then(|value| axis(value, ndim)) {
                Some(axis) => Axes::These(vec![axis]),
                None => Axes::Unknown,
            },
            _ => Axes::Unknown,
        }
    }

    /// The single axis that it names, or `default` when it is not given.
    pub(super) fn axis_or(&self, default: i64, ndim: usize) -> Option<usize> {
        axis(self.int_or(default)?, ndim)
    }

    /// The order that it asks for, or `default` when it is not given.
    pub(super) fn order_or(&self, default: Order) -> Order {
        match self {
            absent if absent.is_none() => default,
            Self::Const(Const::Str(text)) => match &**text {
                "C" | "c" => Order::C,
                "F" | "f" => Order::F,
                "A" | "a" => Order::A,
                "K" | "k" => Order::K,
                _ => Order::Unknown,
            },
            _ => Order::Unknown,
        }
    }
}

/// `*shape` arrives as a sequence of one sequence when the caller passed a tuple.
pub(super) fn unwrapped<'o, 'a>(operand: &'o Operand<'a>) -> &'o Operand<'a> {
    match operand {
        Operand::Sequence(items) => match items.as_slice() {
            [
                inner
                @ (Operand::Sequence(_) | Operand::SequenceOfUnknownLength | Operand::Unknown | Operand::Array(_)),
            ] => inner,
            _ => operand,
        },
        _ => operand,
    }
}

/// A Python axis, counted from the end when negative.
pub(super) fn axis(value: i64, ndim: usize) -> Option<usize> {
    let ndim = i64::try_from(ndim).ok()?;
    let value = if value < 0 { value.checked_add(ndim)? } else { value };
    usize::try_from(value).ok().filter(|_| value < ndim)
}
