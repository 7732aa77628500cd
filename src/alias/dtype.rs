//! Element types: parsing, item size, promotion.
//!
//! Every [`Dtype`] but [`Dtype::Other`] is in native byte order; a type in the other order is `Other(">i4")`. What is
//! not known stays [`Dtype::Unknown`], and no question about it gets an answer.

mod parse;
mod promote;

/// An element type as far as known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Dtype {
    /// Not known.
    #[default]
    Unknown,
    /// `bool`
    Bool,
    /// A signed integer of so many bytes.
    Int(u8),
    /// An unsigned integer of so many bytes.
    Uint(u8),
    /// A float of so many bytes.
    Float(u8),
    /// A complex number of so many bytes.
    Complex(u8),
    /// `object`
    Object,
    /// A string, bytes, void, datetime or timedelta dtype, or one in foreign byte order, by its short text (`S10`, `M8[ns]`, `>i4`).
    Other(Box<str>),
    /// A structured dtype; fields as (name, offset, dtype) where known.
    Structured(Option<Fields>),
}

/// Fields of a structured dtype: name, offset in bytes, dtype.
pub type Fields = Box<[(Box<str>, u32, Dtype)]>;

impl Dtype {
    /// Bytes of one element.
    #[must_use]
    pub fn itemsize(&self) -> Option<u32> {
        match self {
            Self::Unknown | Self::Structured(None) => None,
            Self::Bool => Some(1),
            Self::Int(size) | Self::Uint(size) | Self::Float(size) | Self::Complex(size) => Some(u32::from(*size)),
            Self::Object => Some(8),
            Self::Other(text) => size_of_other(text),
            Self::Structured(Some(fields)) => {
                let ends = fields.iter().map(|(_, offset, dtype)| offset.checked_add(dtype.itemsize()?));
                ends.reduce(|left, right| Some(left?.max(right?))).flatten()
            }
        }
    }

    /// NumPy's `dtype.kind`.
    #[must_use]
    pub fn kind(&self) -> Option<char> {
        match self {
            Self::Unknown => None,
            Self::Bool => Some('b'),
            Self::Int(_) => Some('i'),
            Self::Uint(_) => Some('u'),
            Self::Float(_) => Some('f'),
            Self::Complex(_) => Some('c'),
            Self::Object => Some('O'),
            Self::Other(text) => text.trim_start_matches('>').chars().next(),
            Self::Structured(_) => Some('V'),
        }
    }

    /// NumPy's `dtype.name` for numbers and objects, the short text for others: `float64`, `S10`, `datetime64[ns]`.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Unknown | Self::Structured(_) => None,
            Self::Bool => Some("bool".to_owned()),
            Self::Int(size) => Some(format!("int{}", u32::from(*size) * 8)),
            Self::Uint(size) => Some(format!("uint{}", u32::from(*size) * 8)),
            Self::Float(size) => Some(format!("float{}", u32::from(*size) * 8)),
            Self::Complex(size) => Some(format!("complex{}", u32::from(*size) * 8)),
            Self::Object => Some("object".to_owned()),
            Self::Other(text) => Some(match text.split_at_checked(2) {
                Some(("M8", unit)) => format!("datetime64{unit}"),
                Some(("m8", unit)) => format!("timedelta64{unit}"),
                // As NumPy writes them, with the byte order: of text it is this machine's, of bytes there is none.
                Some((kind, _)) if kind.starts_with('U') => format!("<{text}"),
                Some((kind, _)) if kind.starts_with('S') => format!("|{text}"),
                Some(_) | None => text.to_string(),
            }),
        }
    }

    /// Offset in bytes and dtype of a field of a structured dtype.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<(u32, Self)> {
        let Self::Structured(Some(fields)) = self else { return None };
        fields.iter().find(|(field, ..)| **field == *name).map(|(_, offset, dtype)| (*offset, dtype.clone()))
    }

    /// The type with these fields only, each where it is, if that is as long: a field that is left out at the end leaves a
    /// gap, and nothing is said.
    #[must_use]
    pub fn fields(&self, names: &[Box<str>]) -> Self {
        let of_name = |name: &str| self.field(name).map(|(offset, dtype)| (name.into(), offset, dtype));
        let some = Self::Structured(names.iter().map(|name| of_name(name)).collect());
        if some.itemsize() == self.itemsize() { some } else { Self::Structured(None) }
    }

    /// A packed structured dtype of these fields; its fields are not known when a size is not.
    #[must_use]
    pub fn packed(fields: impl IntoIterator<Item = (Box<str>, Self)>) -> Self {
        let mut next = Some(0_u32);
        let mut known = Vec::new();
        for (name, dtype) in fields {
            let Some(offset) = next else { return Self::Structured(None) };
            next = dtype.itemsize().and_then(|size| offset.checked_add(size));
            known.push((name, offset, dtype));
        }
        Self::Structured(next.map(|_| known.into()))
    }

    /// Whether both are one type. NumPy sees a flexible type (`S`, no length) as any length of it, so that is not decided.
    #[must_use]
    pub fn same(&self, other: &Self) -> super::Tri {
        use super::Tri;
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Tri::Maybe,
            (Self::Structured(left), Self::Structured(right)) if left.is_none() || right.is_none() => Tri::Maybe,
            (Self::Other(left), Self::Other(right)) if left != right && self.kind() == other.kind() => {
                let flexible = self.itemsize().is_none() || other.itemsize().is_none();
                let generic = [left, right].iter().any(|text| matches!(&***text, "M8" | "m8"));
                if flexible || generic { Tri::Maybe } else { Tri::No }
            }
            _ => Tri::known(self == other),
        }
    }
}

fn size_of_other(text: &str) -> Option<u32> {
    let text = text.trim_start_matches('>');
    let mut chars = text.chars();
    let kind = chars.next()?;
    let digits: &str = chars.as_str();
    let count = || digits.parse::<u32>().ok().filter(|count| *count > 0);
    match kind {
        'M' | 'm' => Some(8),
        'T' => Some(16),
        'U' => count()?.checked_mul(4),
        _ => count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alias::Tri;

    #[test]
    fn sizes_kinds_names() {
        for (text, size, kind, name) in [
            ("f8", Some(8), Some('f'), Some("float64")),
            ("numpy.complex64", Some(8), Some('c'), Some("complex64")),
            ("builtins.int", Some(8), Some('i'), Some("int64")),
            ("O", Some(8), Some('O'), Some("object")),
            ("S10", Some(10), Some('S'), Some("|S10")),
            ("<U3", Some(12), Some('U'), Some("<U3")),
            (">i4", Some(4), Some('i'), Some(">i4")),
            ("datetime64[ns]", Some(8), Some('M'), Some("datetime64[ns]")),
            ("str", None, Some('U'), Some("U")),
            ("i4,f8", Some(12), Some('V'), None),
            ("nonsense", None, None, None),
        ] {
            let dtype = Dtype::parse(text);
            assert_eq!((dtype.itemsize(), dtype.kind(), dtype.name().as_deref()), (size, kind, name), "{text}");
        }
    }

    #[test]
    fn fields() {
        let dtype = Dtype::parse("i4,f8");
        assert_eq!(dtype.field("f1"), Some((4, Dtype::Float(8))));
        assert_eq!(dtype.field("f2"), None);
        assert_eq!(Dtype::parse("i4,(2,)f8").field("f0"), None);
    }

    #[test]
    fn sameness() {
        let same = |left: &str, right: &str| Dtype::parse(left).same(&Dtype::parse(right));
        assert_eq!(same("f8", "float"), Tri::Yes);
        assert_eq!(same("f8", ">f8"), Tri::No);
        assert_eq!(same("S", "S3"), Tri::Maybe);
        assert_eq!(same("S4", "S3"), Tri::No);
        assert_eq!(same("f8", "what"), Tri::Maybe);
    }
}
