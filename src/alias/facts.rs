//! What is known of one array: kind, dtype, geometry, flags. Everything may be unknown.
//!
//! Facts form a lattice by "knows less": [`Facts::join`] keeps what both sides agree on.

use smallvec::SmallVec;

use super::Tri;
use super::dtype::Dtype;
use crate::rules::HolderId;

/// Why a value is taken to be an array, from weakest to strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Evidence {
    /// Nothing says so: it may be anything.
    #[default]
    None,
    /// It is used as only arrays (and things like them) are: `x.shape`, `x[:, 0]`.
    Use,
    /// An annotation or the docstring says so.
    Declared,
    /// It was made by a NumPy call.
    Made,
}

/// Class of an array object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ArrayClass {
    /// Exactly `numpy.ndarray`.
    Ndarray,
    /// `numpy.ma.MaskedArray`
    Masked,
    /// `numpy.matrix`
    Matrix,
    /// `numpy.recarray`
    Recarray,
    /// `numpy.memmap`
    Memmap,
    /// `numpy.char.chararray`
    Chararray,
    /// `numpy.flatiter`: no array, but over the memory of one.
    Flatiter,
    /// No array, but its memory is there for every array that is made of it: `memoryview`, `bytearray`.
    Buffer(HolderId),
    /// No array: an object of a library that keeps its elements in memory that arrays can share.
    Holder(HolderId),
    /// `ndarray` or any subclass.
    #[default]
    Any,
}

impl ArrayClass {
    /// Every class but the two that stand for many, by its qualified name.
    const NAMED: [(&'static str, Self); 7] = [
        ("numpy.ndarray", Self::Ndarray),
        ("numpy.ma.MaskedArray", Self::Masked),
        ("numpy.matrix", Self::Matrix),
        ("numpy.recarray", Self::Recarray),
        ("numpy.memmap", Self::Memmap),
        ("numpy.char.chararray", Self::Chararray),
        ("numpy.flatiter", Self::Flatiter),
    ];

    /// The class of arrays that rules call by this qualified name, if it is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == "unknown" {
            return Some(Self::Any);
        }
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }

    /// Whether a class of arrays goes by this name in its module: `ndarray`, `MaskedArray`.
    #[must_use]
    pub fn is_array_named(last: &str) -> bool {
        let is_it = |(name, class): &(&str, Self)| !class.is_no_array() && name.rsplit('.').next() == Some(last);
        Self::NAMED.iter().any(is_it)
    }

    /// Its qualified name.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Self::NAMED.iter().find(|(_, class)| *class == self).map(|(name, _)| *name)
    }

    /// Whether it is known to be a subclass of `ndarray`.
    #[must_use]
    pub fn is_subclass(self) -> bool {
        matches!(self, Self::Masked | Self::Matrix | Self::Recarray | Self::Memmap | Self::Chararray)
    }

    /// Whether it is no `ndarray`, though it gives access to the memory of one.
    #[must_use]
    pub fn is_no_array(self) -> bool {
        matches!(self, Self::Flatiter | Self::Buffer(_) | Self::Holder(_))
    }
}

/// Everything known of one array.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Facts {
    /// Why it is taken to be an array.
    pub evidence: Evidence,
    /// Its class, if it is an array.
    pub class: ArrayClass,
    /// Element type.
    pub dtype: Dtype,
    /// Shape and strides.
    pub geometry: Geometry,
    /// `flags.c_contiguous`
    pub c_contiguous: Tri,
    /// `flags.f_contiguous`
    pub f_contiguous: Tri,
    /// `flags.writeable`
    pub writeable: Tri,
    /// `flags.owndata`
    pub owndata: Tri,
    /// Whether two elements may occupy the same memory.
    pub overlaps: Tri,
    /// Whether it has elements, where the shape is not known and does not say.
    pub filled: Tri,
}

/// Shape, strides and offset, each as far as known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Geometry {
    /// Number of axes.
    pub ndim: Option<u8>,
    /// Lengths of the axes; `None` for one that is not known. Present only with `ndim`.
    pub shape: Option<SmallVec<[Option<u64>; 4]>>,
    /// Strides in bytes, where all of them and the origin are known. A length may still be unknown: the strides of
    /// `np.zeros((n, 3))` are 24 and 8. Those of an array without elements are not to be relied on.
    pub strides: Option<SmallVec<[i64; 4]>>,
    /// Offset in bytes of the first element from the start of the memory; known whenever strides are.
    pub offset: i64,
}

impl Facts {
    /// Whether there is at least one element.
    #[must_use]
    pub fn has_elements(&self) -> Tri {
        if self.geometry.ndim == Some(0) {
            return Tri::Yes;
        }
        match &self.geometry.shape {
            Some(shape) if shape.contains(&Some(0)) => Tri::No,
            Some(shape) if shape.iter().all(Option::is_some) => Tri::Yes,
            Some(_) | None => self.filled,
        }
    }

    /// What holds whichever of the two it is.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        Self {
            evidence: self.evidence.min(other.evidence),
            class: if self.class == other.class { self.class } else { ArrayClass::Any },
            dtype: if self.dtype == other.dtype { self.dtype.clone() } else { Dtype::Unknown },
            geometry: self.geometry.join(&other.geometry),
            c_contiguous: self.c_contiguous.join(other.c_contiguous),
            f_contiguous: self.f_contiguous.join(other.f_contiguous),
            writeable: self.writeable.join(other.writeable),
            owndata: self.owndata.join(other.owndata),
            overlaps: self.overlaps.join(other.overlaps),
            filled: self.has_elements().join(other.has_elements()),
        }
    }
}

impl Geometry {
    /// What holds whichever of the two it is.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        let ndim = if self.ndim == other.ndim { self.ndim } else { None };
        let shape = match (ndim, &self.shape, &other.shape) {
            (Some(_), Some(left), Some(right)) => {
                Some(left.iter().zip(right).map(|(l, r)| if l == r { *l } else { None }).collect())
            }
            _ => None,
        };
        Self { ndim, shape, strides: None, offset: 0 }
    }
}
