//! From the text of a dtype to the dtype: `"<f8"`, `"int"`, `"numpy.float64"`, `"i4,f8"`.
//!
//! Sizes are those of 64-bit systems with a 64-bit C `long`.

use super::Dtype;

impl Dtype {
    /// The dtype that a text names: an argument of `dtype=`, or the qualified name of a scalar type.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.strip_prefix("numpy.").or_else(|| text.strip_prefix("builtins.")).unwrap_or(text);
        if text.contains(',') {
            return structured(text);
        }
        let (foreign, body) = match text.as_bytes().first() {
            Some(b'>') => (true, &text[1..]),
            Some(b'<' | b'=' | b'|') => (false, &text[1..]),
            _ => (false, text),
        };
        let dtype = named(body).or_else(|| coded(body)).unwrap_or_default();
        if foreign { swapped(dtype) } else { dtype }
    }
}

/// The type in the other byte order.
fn swapped(dtype: Dtype) -> Dtype {
    match &dtype {
        Dtype::Int(size) | Dtype::Uint(size) if *size == 1 => dtype,
        Dtype::Int(_) | Dtype::Uint(_) | Dtype::Float(_) | Dtype::Complex(_) => {
            let (kind, size) = (dtype.kind().unwrap_or('V'), dtype.itemsize().unwrap_or(0));
            Dtype::Other(format!(">{kind}{size}").into())
        }
        Dtype::Other(text) if text.starts_with(['U', 'M', 'm']) => Dtype::Other(format!(">{text}").into()),
        Dtype::Unknown | Dtype::Bool | Dtype::Object | Dtype::Other(_) | Dtype::Structured(_) => dtype,
    }
}

fn named(text: &str) -> Option<Dtype> {
    Some(match text {
        "bool" | "bool_" => Dtype::Bool,
        "int8" | "byte" => Dtype::Int(1),
        "int16" | "short" => Dtype::Int(2),
        "int32" | "intc" => Dtype::Int(4),
        "int" | "int_" | "int64" | "intp" | "long" | "longlong" => Dtype::Int(8),
        "uint8" | "ubyte" => Dtype::Uint(1),
        "uint16" | "ushort" => Dtype::Uint(2),
        "uint32" | "uintc" => Dtype::Uint(4),
        "uint" | "uint64" | "uintp" | "ulong" | "ulonglong" => Dtype::Uint(8),
        "float16" | "half" => Dtype::Float(2),
        "float32" | "single" => Dtype::Float(4),
        "float" | "float_" | "float64" | "double" => Dtype::Float(8),
        "float128" | "longdouble" | "longfloat" => Dtype::Float(16),
        "complex64" | "csingle" | "singlecomplex" => Dtype::Complex(8),
        "complex" | "complex_" | "complex128" | "cdouble" | "cfloat" => Dtype::Complex(16),
        "complex256" | "clongdouble" | "longcomplex" | "clongfloat" => Dtype::Complex(32),
        "object" | "object_" => Dtype::Object,
        "str" | "str_" | "unicode_" => Dtype::Other("U".into()),
        "bytes" | "bytes_" | "string_" => Dtype::Other("S".into()),
        "void" => Dtype::Other("V".into()),
        "datetime64" => Dtype::Other("M8".into()),
        "timedelta64" => Dtype::Other("m8".into()),
        _ => {
            let unit = |prefix: &str| text.strip_prefix(prefix).filter(|unit| unit.starts_with('['));
            let (code, unit) =
                unit("datetime64").map(|unit| ("M8", unit)).or_else(|| Some(("m8", unit("timedelta64")?)))?;
            Dtype::Other(format!("{code}{unit}").into())
        }
    })
}

/// One-letter codes, and letters with a size.
fn coded(text: &str) -> Option<Dtype> {
    let mut chars = text.chars();
    let letter = chars.next()?;
    let size = chars.as_str();
    if size.is_empty() {
        return letter_code(letter);
    }
    if matches!(letter, 'M' | 'm') && (size == "8" || size.starts_with("8[") || size.starts_with('[')) {
        return Some(Dtype::Other(format!("{letter}8{}", size.trim_start_matches('8')).into()));
    }
    let bytes: u32 = size.parse().ok()?;
    let small = u8::try_from(bytes).ok();
    match (letter, small) {
        ('b', Some(1)) => Some(Dtype::Bool),
        ('i', Some(small @ (1 | 2 | 4 | 8))) => Some(Dtype::Int(small)),
        ('u', Some(small @ (1 | 2 | 4 | 8))) => Some(Dtype::Uint(small)),
        ('f', Some(small @ (2 | 4 | 8 | 16))) => Some(Dtype::Float(small)),
        ('c', Some(small @ (8 | 16 | 32))) => Some(Dtype::Complex(small)),
        ('O', Some(8)) => Some(Dtype::Object),
        ('S' | 'U' | 'V', _) => {
            Some(Dtype::Other(if bytes == 0 { letter.to_string() } else { format!("{letter}{bytes}") }.into()))
        }
        ('a', _) => Some(Dtype::Other(format!("S{bytes}").into())),
        _ => None,
    }
}

fn letter_code(letter: char) -> Option<Dtype> {
    Some(match letter {
        '?' => Dtype::Bool,
        'b' => Dtype::Int(1),
        'B' => Dtype::Uint(1),
        'h' => Dtype::Int(2),
        'H' => Dtype::Uint(2),
        'i' => Dtype::Int(4),
        'I' => Dtype::Uint(4),
        'l' | 'q' | 'p' | 'n' => Dtype::Int(8),
        'L' | 'Q' | 'P' | 'N' => Dtype::Uint(8),
        'e' => Dtype::Float(2),
        'f' => Dtype::Float(4),
        'd' => Dtype::Float(8),
        'g' => Dtype::Float(16),
        'F' => Dtype::Complex(8),
        'D' => Dtype::Complex(16),
        'G' => Dtype::Complex(32),
        'O' => Dtype::Object,
        'S' | 'U' | 'V' | 'T' => Dtype::Other(letter.to_string().into()),
        'M' | 'm' => Dtype::Other(format!("{letter}8").into()),
        'c' => Dtype::Other("S1".into()),
        _ => return None,
    })
}

/// `"i4,f8"`: fields `f0`, `f1`, ... without padding. A subarray (`"3f4"`) leaves the fields unknown.
fn structured(text: &str) -> Dtype {
    if text.contains(['(', ')']) {
        return Dtype::Structured(None);
    }
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    Dtype::packed(parts.enumerate().map(|(index, part)| (format!("f{index}").into(), Dtype::parse(part))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for (text, dtype) in [
            ("float64", Dtype::Float(8)),
            ("<f8", Dtype::Float(8)),
            ("|u1", Dtype::Uint(1)),
            (">u1", Dtype::Uint(1)),
            ("=i2", Dtype::Int(2)),
            (" bool ", Dtype::Bool),
            ("b", Dtype::Int(1)),
            ("b1", Dtype::Bool),
            ("?", Dtype::Bool),
            ("numpy.longdouble", Dtype::Float(16)),
            ("builtins.complex", Dtype::Complex(16)),
            ("M8[us]", Dtype::Other("M8[us]".into())),
            ("timedelta64[s]", Dtype::Other("m8[s]".into())),
            (">U4", Dtype::Other(">U4".into())),
            ("c", Dtype::Other("S1".into())),
            ("", Dtype::Unknown),
            (">", Dtype::Unknown),
            ("f3", Dtype::Unknown),
            ("é8", Dtype::Unknown),
            ("3f4,i4", Dtype::Structured(None)),
            ("(2,3)f4", Dtype::Structured(None)),
        ] {
            assert_eq!(Dtype::parse(text), dtype, "{text}");
        }
    }
}
