//! An array's axes while an operation rearranges them, and the flags that follow.
//!
//! A length or a stride that is not a number may still be known relative to the operand: in a C-contiguous `(n, m)`
//! array of 8-byte items the strides are `8·m` and `8`. A [`Stride`] is such a product: a number times lengths of the
//! operand's axes. So `a[1:]` stays C-contiguous whatever `n` and `m` are.
//!
//! Offsets and strides are those of an array that has elements. NumPy resets some of them when there are none, where
//! nothing depends on them: an empty array is contiguous and shares nothing.

use smallvec::SmallVec;

use super::Flow;
use super::operand::Operand;
use super::overlap::self_overlap;
use super::shape::lengths;
use crate::alias::Tri;
use crate::alias::facts::{Facts, Geometry};

/// NumPy's limit on the number of axes.
pub(super) const MOST_AXES: usize = 64;

/// Lengths of axes, each as far as known.
pub(super) type Lengths = SmallVec<[Option<u64>; 4]>;

/// A stride in bytes: `factor` times the lengths of the operand's axes in the bit set `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stride {
    factor: i64,
    of: u64,
}

/// One axis of the result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Its length.
    pub len: Option<u64>,
    /// The operand's axis that has the same length.
    pub like: Option<u8>,
    /// Its stride.
    pub stride: Option<Stride>,
    /// Whether it is the axis `like`, with its stride too.
    pub intact: bool,
}

/// Everything about the operand that an operation does not change.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub c: Tri,
    pub f: Tri,
    pub overlaps: Tri,
    /// Lengths of its axes.
    pub lengths: Option<Lengths>,
}

/// An array on its way through an operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrangement {
    /// Its axes, where the rank is known.
    pub axes: Option<Vec<Axis>>,
    /// Offset of the first element; `None` also when strides are known only relatively.
    pub offset: Option<i64>,
    /// Item size, in the unit of the strides.
    pub item: Option<i64>,
    /// What it came from.
    pub origin: Origin,
    /// C-contiguity that the operation's own rule gives.
    pub c: Tri,
    /// F-contiguity that the operation's own rule gives.
    pub f: Tri,
    /// Whether an axis was stretched over one element.
    pub stretched: Option<Tri>,
}

impl Stride {
    pub(super) fn bytes(bytes: i64) -> Self {
        Self { factor: bytes, of: 0 }
    }
    /// The stride in bytes.
    pub(super) fn number(self) -> Option<i64> {
        (self.of == 0).then_some(self.factor)
    }
    pub(super) fn scaled(self, by: i64) -> Option<Self> {
        Some(Self { factor: self.factor.checked_mul(by)?, of: self.of })
    }
    /// The stride of the next axis outwards in a contiguous array.
    pub(super) fn over(self, axis: &Axis) -> Option<Self> {
        match (axis.len, axis.like) {
            (Some(len), _) => self.scaled(i64::try_from(len.max(1)).ok()?),
            (None, Some(like)) => {
                let bit = 1_u64.checked_shl(u32::from(like)).filter(|bit| self.of & bit == 0)?;
                Some(Self { factor: self.factor, of: self.of | bit })
            }
            (None, None) => None,
        }
    }
}

impl Axis {
    /// An axis of which only the length is known.
    pub(super) fn long(len: Option<u64>) -> Self {
        Self { len, like: None, stride: None, intact: false }
    }
    /// An axis of length 1 put in.
    pub(super) fn new(stride: i64) -> Self {
        Self { len: Some(1), like: None, stride: Some(Stride::bytes(stride)), intact: false }
    }
    /// Forgets the stride.
    pub(super) fn adrift(self) -> Self {
        Self { stride: None, intact: false, ..self }
    }
}

/// Which end of the axes is innermost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inner {
    /// C order.
    Last,
    /// Fortran order.
    First,
}

impl Arrangement {
    /// The array that an operand is, ready for an operation.
    pub(super) fn of(operand: &Operand, itemsize: Option<u32>) -> Self {
        match operand {
            Operand::Array(facts) => Self::of_facts(facts, itemsize),
            _ => Self::of_lengths(lengths(operand)),
        }
    }

    /// An array with known facts.
    pub(super) fn of_facts(facts: &Facts, itemsize: Option<u32>) -> Self {
        let mut new = Self::of_lengths(known_lengths(&facts.geometry));
        new.item = facts.dtype.itemsize().or(itemsize).map(i64::from);
        let axes = new.axes.as_deref_mut().unwrap_or_default();
        let strides = facts.geometry.strides.as_ref().filter(|strides| strides.len() == axes.len());
        if let Some(strides) = strides {
            for (axis, stride) in axes.iter_mut().zip(strides) {
                axis.stride = Some(Stride::bytes(*stride));
            }
            new.offset = Some(facts.geometry.offset);
        } else if facts.c_contiguous == Tri::Yes {
            new.lay_out(Inner::Last);
        } else if facts.f_contiguous == Tri::Yes {
            new.lay_out(Inner::First);
        }
        for (index, axis) in new.axes.iter_mut().flatten().enumerate() {
            axis.intact = true;
            axis.like = u8::try_from(index).ok();
        }
        (new.c, new.f) = (facts.c_contiguous, facts.f_contiguous);
        let (c, f) = new.flags();
        let contiguous = c.or(f) == Tri::Yes;
        let overlaps = if contiguous { Tri::No } else { facts.overlaps };
        new.origin = Origin { c, f, overlaps, lengths: new.origin.lengths };
        (new.c, new.f) = (Tri::Maybe, Tri::Maybe);
        new
    }

    /// An array of which only lengths are known.
    pub(super) fn of_lengths(lengths: Option<Lengths>) -> Self {
        let lengths = lengths.filter(|lengths| lengths.len() <= MOST_AXES);
        let axes = lengths.as_ref().map(|lengths| {
            lengths.iter().zip(0..=u8::MAX).map(|(len, like)| Axis { like: Some(like), ..Axis::long(*len) }).collect()
        });
        Self { axes, origin: Origin { lengths, ..Origin::default() }, ..Self::default() }
    }

    /// Number of axes.
    pub(super) fn ndim(&self) -> Option<usize> {
        self.axes.as_ref().map(Vec::len)
    }

    /// Lengths of the axes.
    pub(super) fn lengths(&self) -> Option<Lengths> {
        self.axes.as_ref().map(|axes| axes.iter().map(|axis| axis.len).collect())
    }

    /// Number of elements.
    pub(super) fn size(&self) -> Option<u64> {
        product(self.axes.as_ref()?.iter().map(|axis| axis.len))
    }

    /// Gives the axes the strides of a contiguous array; without an item size, in units of one item.
    pub(super) fn lay_out(&mut self, inner: Inner) {
        if self.item.is_none() {
            self.offset = None;
        }
        let item = *self.item.get_or_insert(1);
        self.lay_out_from(Stride::bytes(item), inner);
    }

    /// Gives the axes strides by which they run on into each other, the innermost one the given stride.
    pub(super) fn lay_out_from(&mut self, innermost: Stride, inner: Inner) {
        let Some(axes) = &mut self.axes else { return };
        // Lengths now refer to these axes.
        for (axis, like) in axes.iter_mut().zip(0..=u8::MAX) {
            *axis = Axis { like: Some(like), intact: false, ..*axis };
        }
        let mut next = Some(innermost);
        let mut place = |axis: &mut Axis| {
            axis.stride = next;
            next = next.and_then(|stride| stride.over(axis));
        };
        match inner {
            Inner::Last => axes.iter_mut().rev().for_each(&mut place),
            Inner::First => axes.iter_mut().for_each(&mut place),
        }
    }

    /// Forgets strides and offset, and which axes they were.
    pub(super) fn set_adrift(&mut self) {
        self.offset = None;
        for axis in self.axes.iter_mut().flatten() {
            *axis = axis.adrift();
        }
    }

    /// Says that items changed their size: axes keep length and stride, but no longer follow on from each other.
    pub(super) fn set_apart(&mut self) {
        for axis in self.axes.iter_mut().flatten() {
            axis.intact = false;
        }
    }

    /// Says that it has the flags of the operand, whatever its rank.
    pub(super) fn keep_flags(&mut self) {
        (self.c, self.f) = (self.origin.c, self.origin.f);
        self.stretched = Some(self.origin.overlaps);
    }

    /// Forgets which axis is which: only their number stays.
    pub(super) fn scramble(&mut self, ndim: Option<usize>) {
        self.offset = None;
        self.axes = ndim.map(|ndim| vec![Axis::long(None); ndim]);
    }

    /// Moves the first element.
    pub(super) fn shift(&mut self, bytes: Option<i64>) {
        self.offset = self.offset.and_then(|offset| offset.checked_add(bytes?));
    }

    /// Both contiguity flags.
    pub(super) fn flags(&self) -> (Tri, Tri) {
        let Some(axes) = &self.axes else { return (self.c, self.f) };
        let (kept_c, kept_f) = self.kept_flags(axes);
        let c = contiguous(&axes.iter().rev(), self.item);
        let f = contiguous(&axes.iter(), self.item);
        let (c, f) = (first_known([c, self.c, kept_c]), first_known([f, self.f, kept_f]));
        if axes.iter().filter(|axis| axis.len != Some(1)).count() <= 1 {
            (first_known([c, f, Tri::Maybe]), first_known([f, c, Tri::Maybe]))
        } else {
            (c, f)
        }
    }

    /// The operand's flags, where axes of length 1 are all that came or went, or all axes were reversed.
    fn kept_flags(&self, axes: &[Axis]) -> (Tri, Tri) {
        let unknown = (Tri::Maybe, Tri::Maybe);
        let Some(before) = &self.origin.lengths else { return unknown };
        let before: Vec<u8> =
            before.iter().zip(0..=u8::MAX).filter(|(len, _)| **len != Some(1)).map(|(_, axis)| axis).collect();
        let after = axes.iter().filter(|axis| axis.len != Some(1));
        let after: Option<Vec<u8>> = after.map(|axis| axis.like.filter(|_| axis.intact)).collect();
        match after {
            Some(after) if after == before => (self.origin.c, self.origin.f),
            Some(after) if after.iter().rev().eq(&before) => (self.origin.f, self.origin.c),
            Some(_) | None => unknown,
        }
    }

    /// The result for the interpreter.
    pub(super) fn flow(&self) -> Flow {
        let (c_contiguous, f_contiguous) = self.flags();
        Flow {
            geometry: self.geometry(),
            c_contiguous,
            f_contiguous,
            overlaps: self.overlaps(c_contiguous.or(f_contiguous)),
        }
    }

    fn geometry(&self) -> Geometry {
        let Some(axes) = &self.axes else { return Geometry::default() };
        let Ok(ndim) = u8::try_from(axes.len()) else { return Geometry::default() };
        let strides = axes.iter().map(|axis| axis.stride?.number()).collect::<Option<SmallVec<_>>>();
        let strides = strides.filter(|_| self.offset.is_some());
        let offset = self.offset.filter(|_| strides.is_some()).unwrap_or(0);
        Geometry { ndim: Some(ndim), shape: self.lengths(), strides, offset }
    }

    fn overlaps(&self, contiguous: Tri) -> Tri {
        if contiguous == Tri::Yes {
            return Tri::No;
        }
        let exact = self.axes.as_ref().map_or(Tri::Maybe, |axes| self_overlap(axes, self.item));
        let same = self.axes.as_ref().is_some_and(|axes| {
            axes.iter().all(|axis| axis.intact) && Some(axes.len()) == self.origin.lengths.as_ref().map(SmallVec::len)
        });
        let inherited = if same || self.origin.overlaps == Tri::No { self.origin.overlaps } else { Tri::Maybe };
        first_known([exact, self.stretched.unwrap_or(inherited), Tri::Maybe])
    }
}

/// Lengths of the axes of a geometry, where the rank is known.
pub(super) fn known_lengths(geometry: &Geometry) -> Option<Lengths> {
    let ndim = usize::from(geometry.ndim?);
    let shape = geometry.shape.as_ref().filter(|shape| shape.len() == ndim);
    Some(shape.map_or_else(|| smallvec::smallvec![None; ndim], Clone::clone))
}

/// The product of lengths; zero wins over what is not known.
pub(super) fn product(lengths: impl Iterator<Item = Option<u64>> + Clone) -> Option<u64> {
    if lengths.clone().any(|len| len == Some(0)) {
        return Some(0);
    }
    lengths.into_iter().try_fold(1_u64, |product, len| product.checked_mul(len?))
}

/// The first answer that is one.
pub(super) fn first_known<const N: usize>(answers: [Tri; N]) -> Tri {
    answers.into_iter().find(|answer| *answer != Tri::Maybe).unwrap_or(Tri::Maybe)
}

/// NumPy's contiguity flag: axes of length 1 don't count, and an array without elements is contiguous.
fn contiguous<'a>(inner_first: &(impl Iterator<Item = &'a Axis> + Clone), item: Option<i64>) -> Tri {
    if inner_first.clone().any(|axis| axis.len == Some(0)) {
        return Tri::Yes;
    }
    let mut expected = item.map(Stride::bytes);
    let mut certain = true;
    for axis in inner_first.clone().filter(|axis| axis.len != Some(1)) {
        match (axis.stride, expected) {
            (Some(stride), Some(wanted)) if stride == wanted => expected = wanted.over(axis),
            (Some(stride), Some(wanted)) if axis.len.is_some() && stride.of == 0 && wanted.of == 0 => {
                let has_elements = inner_first.clone().all(|axis| axis.len.is_some());
                return if has_elements { Tri::No } else { Tri::Maybe };
            }
            _ => (certain, expected) = (false, None),
        }
    }
    if certain { Tri::Yes } else { Tri::Maybe }
}
