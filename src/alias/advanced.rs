//! Subscripts that copy on every run, though what they hold is not all known.
//!
//! ```python
//! line[~(line < limit)]        # a mask, or one boolean: a copy either way
//! line[np.where(line > 1)]     # a tuple of any number of index arrays
//! ```

use super::domain::{ArrayAtom, Atom, Atoms, ObjectId, Origin, Slot, Vn};
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::{Evidence, Geometry};
use super::geometry::IndexItem;
use super::state::{Field, State};
use super::subscript::Key;

impl Engine<'_> {
    /// Whether one array, made by NumPy, indexes an array with one axis: whatever it holds, what comes back is not a view.
    pub(super) fn is_certain_array_on_one_axis(&self, base: ArrayAtom, key: &Key) -> bool {
        let Some(slot) = key.single.filter(|_| matches!(key.items[..], [IndexItem::Unknown])) else { return false };
        self.facts(base).geometry.ndim == Some(1)
            && !self.pool.atoms(slot.value).is_empty()
            && self
                .pool
                .atoms(slot.value)
                .iter()
                .all(|atom| matches!(atom, Atom::Array(array) if self.facts(*array).evidence >= Evidence::Made))
    }

    /// One operation that gives a boolean array gives a boolean number for operands without axes: both are masks.
    pub(super) fn drop_numpy_bool(&self, slot: Slot, atoms: &mut Atoms) {
        let Vn::Point(at, _) = slot.vn else { return };
        let [Atom::Scalar, Atom::Array(array)] = atoms[..] else { return };
        let made_here = matches!(self.pool.objects.get(array.object), Origin::Made { point, .. } if *point == at);
        if made_here && self.facts(array).dtype == Dtype::Bool {
            atoms.remove(0);
        }
    }

    /// A tuple of unknown length as a subscript, such as `np.where(mask)`: advanced if each of its elements is.
    pub(super) fn item_of_any(&self, state: &State, tuple: ObjectId) -> IndexItem {
        let Some(slot) = state.cell(tuple, Field::Rest) else { return IndexItem::Unknown };
        let all = self.pool.atoms(slot.value);
        let advanced = |atom: &Atom| {
            matches!(
                self.item_of(state, std::slice::from_ref(atom)),
                IndexItem::IntArray { .. } | IndexItem::Mask { .. }
            )
        };
        if !all.is_empty() && all.iter().all(advanced) {
            return IndexItem::IntArray { shape: Geometry::default() };
        }
        IndexItem::Unknown
    }
}
