//! Element types: parsing, item size, promotion.

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
    /// A string, bytes, void, datetime or timedelta dtype, by its text.
    Other(Box<str>),
    /// A structured dtype; fields as (name, offset, dtype) where known.
    Structured(Option<Box<[(Box<str>, u32, Dtype)]>>),
}
