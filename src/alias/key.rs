//! Subscripts, as far as they are known.

use smallvec::SmallVec;

use super::domain::{ArrayAtom, Atom, AxisRange, Const, ContainerKind, Position, Slot, Vn};
use super::engine::Engine;
use super::event::Purpose;
use super::facts::Evidence;
use super::geometry::{Bound, IndexItem};
use super::state::State;
use crate::ir::{self, Operand};
/// A subscript as far as it is known.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its items, a tuple taken apart.
    pub items: Vec<IndexItem>,
    /// Which positions of the leading axes it takes, where it is basic.
    pub axes: Option<SmallVec<[AxisRange; 2]>>,
    /// The only item's slot, where it is not written as a tuple or slice.
    pub single: Option<Slot>,
    /// The slots of its items, where it is a tuple of which none is a slice.
    pub slots: Vec<Slot>,
    /// Whether it is written as a tuple: `a[1:,]` is one as well.
    pub is_tuple: bool,
}

impl Engine<'_> {
    /// What is known of a subscript. Reads of its parts are events.
    pub fn key(&mut self, state: &State, index: &ir::Index) -> Key {
        let mut items = Vec::with_capacity(index.items.len());
        let mut axes = SmallVec::new();
        let mut basic = true;
        let mut single = None;
        let mut slots = Vec::new();
        for item in &index.items {
            match item {
                ir::IndexItem::Slice { lower, upper, step } => {
                    let mut bound = |operand: &Option<Operand>| self.bound(state, *operand);
                    let (lower_bound, upper_bound, step_bound) = (bound(lower), bound(upper), bound(step));
                    axes.push(self.slice_range(state, *lower, *upper, &step_bound));
                    items.push(IndexItem::Slice { lower: lower_bound, upper: upper_bound, step: step_bound });
                }
                ir::IndexItem::Value(operand) => {
                    let slot = self.read(state, *operand, Purpose::Data);
                    slots.push(slot);
                    if !index.is_tuple {
                        single = Some(slot);
                    }
                    basic &= self.push_item(state, slot, &mut items, &mut axes);
                }
                ir::IndexItem::Starred(_) => {
                    basic = false;
                    items.push(IndexItem::Unknown);
                }
            }
        }
        if slots.len() != index.items.len() || !index.is_tuple {
            slots.clear();
        }
        Key { items, axes: basic.then_some(axes), single, slots, is_tuple: index.is_tuple }
    }

    /// The subscript as a value: what `__getitem__` is given.
    pub(super) fn key_slot(&mut self, state: &mut State, key: &Key) -> Slot {
        if let Some(slot) = key.single {
            return slot;
        }
        if !key.slots.is_empty() {
            let part = super::domain::Part::Result(902);
            let value = self.container_with(state, ContainerKind::Tuple, part, &key.slots);
            return self.fresh_slot(value);
        }
        let slots: Vec<Slot> = key
            .items
            .iter()
            .map(|item| match item {
                IndexItem::Int(Some(value)) => self.const_value(Const::Int(*value)),
                IndexItem::Slice { lower, upper, step } => self.const_value(Const::Slice([*lower, *upper, *step])),
                IndexItem::Ellipsis => self.const_value(Const::Ellipsis),
                IndexItem::NewAxis => self.none(),
                _ => self.unknown(super::domain::Cause::Element),
            })
            .collect();
        match slots.as_slice() {
            [only] if !key.is_tuple => *only,
            _ => {
                let part = super::domain::Part::Result(902);
                let value = self.container_with(state, ContainerKind::Tuple, part, &slots);
                self.fresh_slot(value)
            }
        }
    }

    /// `a[a > 0]` of an array without axes: what is compared is a number, and no integer would do.
    pub(super) fn only_mask_fits(&self, array: ArrayAtom, key: &Key) -> Option<Key> {
        let without_axes = self.facts(array).geometry.ndim == Some(0);
        (without_axes && matches!(key.items[..], [IndexItem::Int(None)])).then(|| Key {
            items: vec![IndexItem::Mask { ndim: Some(0) }],
            axes: None,
            single: key.single,
            slots: key.slots.clone(),
            is_tuple: key.is_tuple,
        })
    }

    pub(super) fn bound(&mut self, state: &State, operand: Option<Operand>) -> Bound {
        let Some(operand) = operand else { return Bound::Absent };
        let slot = self.read(state, operand, Purpose::Data);
        if let Some(Const::None) = self.as_const(slot.value) {
            return Bound::Absent;
        }
        self.as_int(slot.value).map_or(Bound::Unknown, Bound::Known)
    }

    pub(super) fn slice_range(
        &mut self,
        state: &State,
        lower: Option<Operand>,
        upper: Option<Operand>,
        step: &Bound,
    ) -> AxisRange {
        if !matches!(step, Bound::Absent | Bound::Known(1)) {
            return AxisRange::Some;
        }
        let mut known = true;
        let mut position = |operand: Option<Operand>| {
            let slot = self.slot(state, operand?);
            if matches!(self.as_const(slot.value), Some(Const::None)) {
                return None;
            }
            match (self.as_int(slot.value), slot.vn) {
                (Some(value), _) => Some(Position::Int(value)),
                (None, Vn::None) => {
                    known = false;
                    None
                }
                (None, vn) => Some(Position::Symbol(vn, 0)),
            }
        };
        let (lower, upper) = (position(lower), position(upper));
        match (lower, upper) {
            _ if !known => AxisRange::Some,
            (None, None) => AxisRange::All,
            (lower, upper) => AxisRange::Range(lower, upper),
        }
    }

    /// Adds what a subscript item is; says whether the axes that follow can still be counted.
    pub(super) fn push_item(
        &mut self,
        state: &State,
        slot: Slot,
        items: &mut Vec<IndexItem>,
        axes: &mut SmallVec<[AxisRange; 2]>,
    ) -> bool {
        let mut atoms = self.pool.all(slot.value);
        self.drop_numpy_bool(slot, &mut atoms);
        if let [Atom::Container(tuple, ContainerKind::Tuple)] = atoms[..] {
            let Some(elements) = self.elements_in_order(state, tuple) else {
                items.push(self.item_of_any(state, tuple));
                return false;
            };
            // Every item counts, also behind a list or a mask.
            let counted: Vec<bool> =
                elements.into_iter().map(|element| self.push_item(state, element, items, axes)).collect();
            return counted.into_iter().all(|one| one);
        }
        let item = self.item_of(state, &atoms);
        let counted = match &item {
            IndexItem::Int(Some(value)) => {
                axes.push(AxisRange::At(Position::Int(*value)));
                true
            }
            IndexItem::Int(None) => {
                axes.push(if slot.vn == Vn::None {
                    AxisRange::One
                } else {
                    AxisRange::At(Position::Symbol(slot.vn, 0))
                });
                true
            }
            IndexItem::NewAxis => true,
            IndexItem::Slice { .. } => {
                axes.push(AxisRange::Some);
                true
            }
            IndexItem::Ellipsis
            | IndexItem::IntArray { .. }
            | IndexItem::Mask { .. }
            | IndexItem::Field(_)
            | IndexItem::Fields(_)
            | IndexItem::Unknown => false,
        };
        items.push(item);
        counted
    }

    pub(super) fn item_of(&self, state: &State, atoms: &[Atom]) -> IndexItem {
        let all_numbers = !atoms.is_empty()
            && atoms.iter().all(|atom| match atom {
                Atom::Scalar => true,
                Atom::Const(id) => matches!(self.pool.consts.get(*id), Const::Int(_)),
                _ => false,
            });
        match atoms {
            [Atom::Const(id)] => match self.pool.consts.get(*id) {
                Const::Int(value) => IndexItem::Int(Some(*value)),
                Const::None => IndexItem::NewAxis,
                Const::Ellipsis => IndexItem::Ellipsis,
                Const::Str(text) => IndexItem::Field(Some(self.names.text(*text).into())),
                Const::Bool(_) => IndexItem::Mask { ndim: Some(0) },
                Const::Slice([lower, upper, step]) => IndexItem::Slice { lower: *lower, upper: *upper, step: *step },
                Const::Float(_) | Const::Complex | Const::Bytes(_) | Const::Dtype(_) => IndexItem::Unknown,
            },
            _ if all_numbers => IndexItem::Int(None),
            [Atom::Array(array)] => self.item_of_array(*array),
            [Atom::Container(list, ContainerKind::List)] => self.item_of_list(state, *list),
            _ => IndexItem::Unknown,
        }
    }

    pub(super) fn item_of_array(&self, array: ArrayAtom) -> IndexItem {
        use super::dtype::Dtype;
        let facts = self.facts(array);
        match (&facts.dtype, facts.geometry.ndim) {
            (Dtype::Bool, ndim) => IndexItem::Mask { ndim },
            // An array without axes gives a scalar of an array with one axis, and a copy of any other: never a view.
            (Dtype::Int(_) | Dtype::Uint(_), Some(_)) => IndexItem::IntArray { shape: facts.geometry.clone() },
            (_, Some(0)) => IndexItem::Unknown,
            (Dtype::Int(_) | Dtype::Uint(_), None) | (_, Some(_)) if facts.evidence >= Evidence::Made => {
                IndexItem::IntArray { shape: super::facts::Geometry::default() }
            }
            _ => IndexItem::Unknown,
        }
    }

    pub(super) fn item_of_list(&self, state: &State, list: super::domain::ObjectId) -> IndexItem {
        let is_text = |slot: &Slot| matches!(self.as_const(slot.value), Some(Const::Str(_)));
        let is_bool = |slot: &Slot| matches!(self.as_const(slot.value), Some(Const::Bool(_)));
        let Some(elements) = self.elements_in_order(state, list) else {
            return IndexItem::IntArray { shape: super::facts::Geometry::default() };
        };
        if elements.first().is_some_and(is_text) {
            let names = elements.iter().map(|slot| match self.as_const(slot.value) {
                Some(Const::Str(name)) => Some(self.names.text(*name).into()),
                _ => None,
            });
            return IndexItem::Fields(names.collect());
        }
        if elements.first().is_some_and(is_bool) {
            // Which of them are true decides how many are picked, as integers would.
            let truths = elements.iter().map(|slot| match self.as_const(slot.value) {
                Some(Const::Bool(truth)) => Some(usize::from(*truth)),
                _ => None,
            });
            let Some(count) = truths.sum::<Option<usize>>() else { return IndexItem::Mask { ndim: Some(1) } };
            let shape = Some(SmallVec::from_elem(Some(count as u64), 1));
            let shape = super::facts::Geometry { ndim: Some(1), shape, ..Default::default() };
            return IndexItem::IntArray { shape };
        }
        let numbers = elements
            .iter()
            .all(|slot| self.pool.atoms(slot.value).iter().all(|atom| matches!(atom, Atom::Scalar | Atom::Const(_))));
        let shape = if numbers {
            super::facts::Geometry {
                ndim: Some(1),
                shape: Some(SmallVec::from_elem(Some(elements.len() as u64), 1)),
                ..Default::default()
            }
        } else {
            super::facts::Geometry::default()
        };
        IndexItem::IntArray { shape }
    }
}
