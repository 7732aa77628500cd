//! NumPy's type promotion.

use super::Dtype;

/// What a set of numeric types asks of the type that holds them all.
#[derive(Default)]
struct Need {
    int: u8,
    uint: u8,
    float: u8,
    complex: bool,
}

impl Dtype {
    /// The type that holds them all, as `numpy.result_type` says of arrays of these types.
    ///
    /// Python numbers promote weakly; see `geometry::promote_operands` for those.
    #[must_use]
    pub fn promote(dtypes: &[&Self]) -> Self {
        let natives: Vec<Self> = dtypes.iter().map(|dtype| dtype.native()).collect();
        let Some(first) = natives.first() else { return Self::Unknown };
        if natives.contains(&Self::Unknown) {
            return Self::Unknown;
        }
        if natives.iter().all(|dtype| dtype == first) {
            return first.clone();
        }
        if natives.contains(&Self::Object) {
            let structured = natives.iter().any(|dtype| matches!(dtype, Self::Structured(_)));
            return if structured { Self::Unknown } else { Self::Object };
        }
        let mut need = Need::default();
        for dtype in &natives {
            match *dtype {
                Self::Bool => {}
                Self::Int(size) => need.int = need.int.max(size),
                Self::Uint(size) => need.uint = need.uint.max(size),
                Self::Float(size) => need.float = need.float.max(size),
                Self::Complex(size) => {
                    need.float = need.float.max(size / 2);
                    need.complex = true;
                }
                Self::Unknown | Self::Object | Self::Other(_) | Self::Structured(_) => return Self::Unknown,
            }
        }
        need.dtype()
    }

    /// What true division and functions such as `sqrt` give. Small integers are left unknown: division makes `float64`
    /// of them, `sqrt` makes `float16`.
    #[must_use]
    pub fn inexact(dtypes: &[&Self]) -> Self {
        match Self::promote(dtypes) {
            Self::Int(4 | 8) | Self::Uint(4 | 8) => Self::Float(8),
            dtype @ (Self::Float(_) | Self::Complex(_) | Self::Object) => dtype,
            Self::Unknown | Self::Bool | Self::Int(_) | Self::Uint(_) | Self::Other(_) | Self::Structured(_) => {
                Self::Unknown
            }
        }
    }

    /// What `sum` and `prod` give: small integers and booleans become the default integer.
    #[must_use]
    pub fn accumulated(&self) -> Self {
        match self.native() {
            Self::Bool | Self::Int(_) => Self::Int(8),
            Self::Uint(_) => Self::Uint(8),
            same => same,
        }
    }

    /// The type of the real part, which is also what `abs` gives.
    #[must_use]
    pub fn real(&self) -> Self {
        match self {
            Self::Complex(size) => Self::Float(size / 2),
            same => same.clone(),
        }
    }

    /// The same type in native byte order: what arithmetic gives.
    #[must_use]
    pub fn native(&self) -> Self {
        match self {
            Self::Other(text) => match text.strip_prefix('>') {
                Some(native) => Self::parse(native),
                None => self.clone(),
            },
            _ => self.clone(),
        }
    }
}

impl Need {
    fn dtype(&self) -> Dtype {
        if self.float > 0 {
            let size = self.float.max(float_for(self.int)).max(float_for(self.uint));
            return if self.complex { Dtype::Complex(size * 2) } else { Dtype::Float(size) };
        }
        match (self.int, self.uint) {
            (0, 0) => Dtype::Bool,
            (int, 0) => Dtype::Int(int),
            (0, uint) => Dtype::Uint(uint),
            (int, uint) if uint < int => Dtype::Int(int),
            (_, 8..) => Dtype::Float(8),
            (_, uint) => Dtype::Int(uint * 2),
        }
    }
}

/// The smallest float that takes integers of so many bytes; complex numbers have no half precision.
fn float_for(integer: u8) -> u8 {
    match integer {
        0 => 0,
        1 => 2,
        2 => 4,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promote(names: &[&str]) -> Dtype {
        let dtypes: Vec<Dtype> = names.iter().map(|name| Dtype::parse(name)).collect();
        Dtype::promote(&dtypes.iter().collect::<Vec<_>>())
    }

    #[test]
    fn numpys_table() {
        for (names, result) in [
            (&["i4", "i8"][..], "i8"),
            (&["u4", "i4"], "i8"),
            (&["u8", "i1"], "f8"),
            (&["u1", "i8"], "i8"),
            (&["i4", "f4"], "f8"),
            (&["i2", "f4"], "f4"),
            (&["i1", "f2"], "f2"),
            (&["i2", "u2", "f4"], "f4"),
            (&["c8", "f8"], "c16"),
            (&["c8", "i8"], "c16"),
            (&["bool", "bool"], "bool"),
            (&["bool", "u1"], "u1"),
            (&["O", "i8"], "O"),
            (&[">i4", ">i4"], "i4"),
            (&["S3", "S3"], "S3"),
            (&["S3", "i4"], "unknown"),
            (&[], "unknown"),
        ] {
            assert_eq!(promote(names), Dtype::parse(result), "{names:?}");
        }
    }

    #[test]
    fn division() {
        let inexact = |names: &[&str]| {
            let dtypes: Vec<Dtype> = names.iter().map(|name| Dtype::parse(name)).collect();
            Dtype::inexact(&dtypes.iter().collect::<Vec<_>>())
        };
        assert_eq!(inexact(&["i8", "i4"]), Dtype::Float(8));
        assert_eq!(inexact(&["f4"]), Dtype::Float(4));
        assert_eq!(inexact(&["i1"]), Dtype::Unknown);
    }
}
