//! Element types of operands: of constants, of nested lists, of a `dtype=` argument, of arithmetic between them.

use super::operand::{Const, Operand};
use crate::alias::dtype::Dtype;

impl Dtype {
    /// The type that NumPy gives an array made of this constant.
    #[must_use]
    pub fn of_const(value: &Const) -> Self {
        match value {
            Const::Bool(_) => Self::Bool,
            Const::Int(_) => Self::Int(8),
            Const::Float(_) => Self::Float(8),
            Const::Complex => Self::Complex(16),
            Const::Str(text) => Self::Other(format!("U{}", text.chars().count().max(1)).into()),
            Const::Bytes(Some(length)) => Self::Other(format!("S{}", (*length).max(1)).into()),
            Const::None | Const::Ellipsis => Self::Object,
            Const::Dtype(_) | Const::Bytes(None) | Const::Object | Const::Other => Self::Unknown,
        }
    }
}

/// The type of `np.asarray(operand)`.
#[must_use]
pub fn dtype_of_operand(operand: &Operand) -> Dtype {
    match operand {
        Operand::Array(facts) => facts.dtype.clone(),
        Operand::Const(value) => Dtype::of_const(value),
        Operand::Sequence(items) if items.is_empty() => Dtype::Float(8),
        Operand::Sequence(items) => {
            let dtypes: Vec<Dtype> = items.iter().map(dtype_of_operand).collect();
            strings(&dtypes).unwrap_or_else(|| Dtype::promote(&dtypes.iter().collect::<Vec<_>>()))
        }
        Operand::SequenceOfUnknownLength
        | Operand::Scalar
        | Operand::Missing
        | Operand::Index(_)
        | Operand::Unknown => Dtype::Unknown,
    }
}

/// The longest of several types of text, or of several types of bytes.
fn strings(dtypes: &[Dtype]) -> Option<Dtype> {
    let of_letter = |letter: char| {
        let mut longest = 1;
        for dtype in dtypes {
            let Dtype::Other(text) = dtype else { return None };
            longest = longest.max(text.strip_prefix(letter)?.parse::<u32>().ok()?);
        }
        Some(Dtype::Other(format!("{letter}{longest}").into()))
    };
    ['U', 'S'].into_iter().find_map(of_letter)
}

/// The type that a `dtype=` argument asks for: a type, a text, a list of fields.
#[must_use]
pub fn dtype_of_argument(operand: &Operand) -> Dtype {
    match operand {
        Operand::Const(Const::Dtype(dtype)) => dtype.clone(),
        Operand::Const(Const::Str(text)) => Dtype::parse(text),
        Operand::Sequence(fields) => {
            let known: Option<Vec<(Box<str>, Dtype)>> = fields
                .iter()
                .map(|field| match field {
                    Operand::Sequence(parts) => match parts.as_slice() {
                        [Operand::Const(Const::Str(name)), dtype] => Some((name.clone(), dtype_of_argument(dtype))),
                        _ => None,
                    },
                    _ => None,
                })
                .collect();
            known.map_or(Dtype::Structured(None), Dtype::packed)
        }
        _ => Dtype::Unknown,
    }
}

/// What a Python number asks of the other operands: at least this category, no particular size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weak {
    None,
    Int,
    Float,
    Complex,
}

/// The type of arithmetic between operands, those that are `None` left out. Python numbers are weak, as since NumPy 2: `float32 + 1.0` is `float32`.
#[must_use]
pub fn promote_operands(operands: &[Operand]) -> Dtype {
    let mut weak = Weak::None;
    let mut strong = Vec::new();
    for operand in operands.iter().filter(|operand| !operand.is_none()) {
        match operand {
            Operand::Const(Const::Int(_)) => weak = weak.max(Weak::Int),
            Operand::Const(Const::Float(_)) => weak = weak.max(Weak::Float),
            Operand::Const(Const::Complex) => weak = weak.max(Weak::Complex),
            // An operand that is not given asks for nothing.
            Operand::Missing | Operand::Const(Const::None) => {}
            _ => strong.push(dtype_of_operand(operand)),
        }
    }
    let default = match weak {
        Weak::None => None,
        Weak::Int => Some(Dtype::Int(8)),
        Weak::Float => Some(Dtype::Float(8)),
        Weak::Complex => Some(Dtype::Complex(16)),
    };
    if strong.is_empty() {
        return default.unwrap_or_default();
    }
    let strong = Dtype::promote(&strong.iter().collect::<Vec<_>>());
    let covers = match strong {
        Dtype::Bool => Weak::None,
        Dtype::Int(_) | Dtype::Uint(_) => Weak::Int,
        // `float32 + 1j` is `complex64`.
        Dtype::Float(size) if weak == Weak::Complex => return Dtype::Complex(size.max(4) * 2),
        Dtype::Float(_) => Weak::Float,
        Dtype::Complex(_) | Dtype::Object => Weak::Complex,
        Dtype::Unknown | Dtype::Other(_) | Dtype::Structured(_) => {
            return if weak == Weak::None { strong } else { Dtype::Unknown };
        }
    };
    match default {
        Some(default) if weak > covers => default,
        Some(_) | None => strong,
    }
}

/// The type of true division between operands, with weak Python numbers.
#[must_use]
pub fn inexact_operands(operands: &[Operand]) -> Dtype {
    Dtype::inexact(&[&promote_operands(operands)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alias::facts::Facts;

    #[test]
    fn nested_lists() {
        let row = |items: Vec<Const>| Operand::Sequence(items.into_iter().map(Operand::Const).collect());
        let data = Operand::Sequence(vec![
            row(vec![Const::Int(1), Const::Int(2)]),
            row(vec![Const::Int(3), Const::Float(1.5)]),
        ]);
        assert_eq!(dtype_of_operand(&data), Dtype::Float(8));
        let words = row(vec![Const::Str("ab".into()), Const::Str("abc".into())]);
        assert_eq!(dtype_of_operand(&words), Dtype::Other("U3".into()));
        assert_eq!(dtype_of_operand(&row(vec![Const::Int(1), Const::None])), Dtype::Object);
        assert_eq!(dtype_of_operand(&Operand::Sequence(vec![])), Dtype::Float(8));
    }

    #[test]
    fn dtype_arguments() {
        let field = |name: &str, dtype: &str| {
            Operand::Sequence(vec![Operand::Const(Const::Str(name.into())), Operand::Const(Const::Str(dtype.into()))])
        };
        let dtype = dtype_of_argument(&Operand::Sequence(vec![field("x", "i4"), field("y", "f8")]));
        assert_eq!(dtype.field("y"), Some((4, Dtype::Float(8))));
    }

    #[test]
    fn weak_numbers() {
        let of = |text: &str, number: Const| {
            let facts = Facts { dtype: Dtype::parse(text), ..Facts::default() };
            promote_operands(&[Operand::Array(&facts), Operand::Const(number)])
        };
        assert_eq!(of("f4", Const::Float(1.5)), Dtype::Float(4));
        assert_eq!(of("i2", Const::Int(7)), Dtype::Int(2));
        assert_eq!(of("i2", Const::Float(1.5)), Dtype::Float(8));
        assert_eq!(of("bool", Const::Int(7)), Dtype::Int(8));
        assert_eq!(of("bool", Const::Bool(true)), Dtype::Bool);
        assert_eq!(of("c8", Const::Float(1.5)), Dtype::Complex(8));
    }
}
