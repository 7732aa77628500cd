//! Subscripts: `a[key]`, read and written.

use smallvec::SmallVec;

use super::domain::{ArrayAtom, Atom, AxisRange, Const, ContainerKind, Extent, ExtentId, Position, Slot, ValueId, Vn};
use super::engine::Engine;
use super::event::{EventKind, Purpose, WriteHow};
use super::facts::Evidence;
use super::geometry::{Bound, IndexItem};
use super::state::{Field, State};
use crate::ir::{self, Operand};
use crate::rules::Written;
use crate::source::Span;

/// A subscript as far as it is known.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its items, a tuple taken apart.
    pub items: Vec<IndexItem>,
    /// Which positions of the leading axes it takes, where it is basic.
    pub axes: Option<SmallVec<[AxisRange; 2]>>,
    /// The only item's slot, where it is not written as a tuple or slice.
    pub single: Option<Slot>,
}

impl Engine<'_> {
    /// The value of `object[index]`.
    pub fn index(&mut self, state: &mut State, object: Operand, index: &ir::Index, span: Span) -> Slot {
        let slot = self.read(state, object, Purpose::Part);
        let key = self.key(state, index);
        let atoms = self.pool.atoms(slot.value).to_vec();
        if let [atom] = atoms[..] {
            return self.index_atom(state, atom, slot, object, &key, span);
        }
        let value = self.for_atoms(slot.value, |engine, atom| {
            let one = Slot { value: engine.pool.single(atom), vn: Vn::None };
            engine.index_atom(state, atom, one, object, &key, span).value
        });
        self.fresh_slot(value)
    }

    fn index_atom(&mut self, state: &mut State, atom: Atom, slot: Slot, object: Operand, key: &Key, span: Span) -> Slot {
        match atom {
            Atom::Array(array) => self.index_array(state, array, slot, object, key, span),
            Atom::Container(container, kind) => self.index_container(state, container, kind, key, object),
            Atom::Instance(_, class) => match self.names.get("__getitem__").and_then(|name| self.method(class, name)) {
                Some(body) => {
                    let arg = key.single.unwrap_or(Slot { value: self.scalar(), vn: Vn::None });
                    self.call_body(state, body, None, vec![(None, slot), (None, arg)], span)
                }
                None => self.unknown_element(),
            },
            Atom::Path(path) => {
                let name = format!("{}.__getitem__", self.names.text(path));
                let name = self.names.intern(&name);
                match self.callable(name) {
                    Some(rule) => {
                        let arg = key.single.unwrap_or(Slot { value: self.scalar(), vn: Vn::None });
                        self.apply_rule(state, rule, vec![(None, slot), (None, arg)], span)
                    }
                    None => self.unknown_element(),
                }
            }
            Atom::Typed(class) => {
                let name = self.names.intern("__getitem__");
                let name = self.join_path(class, name);
                let Some(rule) = self.callable(name) else { return self.unknown_element() };
                let arg = key.single.unwrap_or(Slot { value: self.scalar(), vn: Vn::None });
                self.apply_rule_with_key(state, rule, vec![(Some(object), slot), (None, arg)], &key.items, span)
            }
            Atom::Const(_) | Atom::Scalar => {
                let scalar = self.scalar();
                // A NumPy scalar, asked for an array of itself: `x[...]`, `x[None]`.
                let is_array = |item: &IndexItem| matches!(item, IndexItem::Ellipsis | IndexItem::NewAxis);
                if !key.items.iter().any(is_array) {
                    return self.fresh_slot(scalar);
                }
                let facts = super::facts::Facts { evidence: Evidence::Made, ..Default::default() };
                let array = self.fresh_array(super::domain::Part::Result(self.frame.base), facts);
                let value = self.pool.value([array, Atom::Scalar]);
                self.fresh_slot(value)
            }
            Atom::Function(..) | Atom::Method(..) | Atom::Class(..) | Atom::Unknown(_) => self.unknown_element(),
        }
    }

    fn index_array(
        &mut self,
        state: &mut State,
        array: ArrayAtom,
        slot: Slot,
        object: Operand,
        key: &Key,
        span: Span,
    ) -> Slot {
        let evidence = self.facts(array).evidence;
        if evidence == Evidence::None
            && let Some(place) = self.place_of(array)
        {
            let many_axes = key.items.len() > 1 && key.items.iter().any(|item| matches!(item, IndexItem::Slice { .. }));
            let one_element = key.items.iter().all(|item| matches!(item, IndexItem::Int(_) | IndexItem::Field(_)));
            let unknown = key.items.iter().any(|item| matches!(item, IndexItem::Unknown));
            if (one_element || unknown) && !many_axes {
                if let [IndexItem::Int(Some(position))] = key.items[..]
                    && let Ok(position) = u32::try_from(position)
                    && let Some(slot) = state.cell(array.object, Field::Index(position))
                {
                    return slot;
                }
                let mut value = self.place(super::domain::Place::Element(place)).value;
                if let Some(kept) = state.cell(array.object, Field::Rest) {
                    value = self.pool.join(value, kept.value);
                }
                if unknown && let Some(rule) = self.array_method(array, "__getitem__") {
                    // The subscript may be a slice or a mask as well.
                    let key_slot = key.single.unwrap_or(Slot { value: self.scalar(), vn: Vn::None });
                    let args = vec![(Some(object), slot), (None, key_slot)];
                    let part = self.apply_rule_with_key(state, rule, args, &key.items, span);
                    value = self.pool.join(value, part.value);
                }
                return self.fresh_slot(value);
            }
        }
        let Some(rule) = self.array_method(array, "__getitem__") else { return self.unknown_element() };
        let narrowed = self.is_certain_array_on_one_axis(array, key).then(|| {
            let items = vec![IndexItem::IntArray { shape: super::facts::Geometry::default() }];
            Key { items, ..key.clone() }
        });
        let key = narrowed.as_ref().unwrap_or(key);
        let key_slot = key.single.unwrap_or(Slot { value: self.scalar(), vn: Vn::None });
        let args = vec![(Some(object), slot), (None, key_slot)];
        let result = self.apply_rule_with_key(state, rule, args, &key.items, span);
        self.narrow(result, array, key)
    }

    /// Whether one array, made by NumPy, indexes an array with one axis: whatever it holds, what comes back is not a view.
    fn is_certain_array_on_one_axis(&self, base: ArrayAtom, key: &Key) -> bool {
        let Some(slot) = key.single.filter(|_| matches!(key.items[..], [IndexItem::Unknown])) else { return false };
        self.facts(base).geometry.ndim == Some(1)
            && slot.value != ValueId::EMPTY
            && self.pool.atoms(slot.value).iter().all(
                |atom| matches!(atom, Atom::Array(array) if self.facts(*array).evidence >= Evidence::Made),
            )
    }

    /// Gives views made by a basic index the extent that the index takes.
    fn narrow(&mut self, result: Slot, base: ArrayAtom, key: &Key) -> Slot {
        let extent = self.extent_of(base, key);
        let atoms = self.pool.atoms(result.value).to_vec();
        let value = self.pool.value(atoms.into_iter().map(|atom| match atom {
            Atom::Array(array) if array.memory == base.memory && array.object != base.object => {
                Atom::Array(ArrayAtom { extent, ..array })
            }
            other => other,
        }));
        Slot { value, vn: result.vn }
    }

    fn extent_of(&mut self, base: ArrayAtom, key: &Key) -> ExtentId {
        if let [IndexItem::Field(Some(name))] = &key.items[..]
            && base.extent == ExtentId::WHOLE
        {
            let name = self.names.intern(name);
            return self.pool.extents.intern(Extent::Field(name));
        }
        match (&key.axes, self.pool.extents.get(base.extent)) {
            (Some(axes), Extent::Whole) => self.pool.extents.intern(Extent::Index(axes.clone())),
            (_, Extent::Index(_) | Extent::Field(_) | Extent::Part | Extent::Whole) => {
                if base.extent == ExtentId::WHOLE { ExtentId::PART } else { base.extent }
            }
        }
    }

    /// What is known of a subscript. Reads of its parts are events.
    pub fn key(&mut self, state: &State, index: &ir::Index) -> Key {
        let mut items = Vec::with_capacity(index.items.len());
        let mut axes = SmallVec::new();
        let mut basic = true;
        let mut single = None;
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
        Key { items, axes: basic.then_some(axes), single }
    }

    fn bound(&mut self, state: &State, operand: Option<Operand>) -> Bound {
        let Some(operand) = operand else { return Bound::Absent };
        let slot = self.read(state, operand, Purpose::Data);
        if let Some(Const::None) = self.as_const(slot.value) {
            return Bound::Absent;
        }
        self.as_int(slot.value).map_or(Bound::Unknown, Bound::Known)
    }

    fn slice_range(&mut self, state: &State, lower: Option<Operand>, upper: Option<Operand>, step: &Bound) -> AxisRange {
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
    fn push_item(
        &mut self,
        state: &State,
        slot: Slot,
        items: &mut Vec<IndexItem>,
        axes: &mut SmallVec<[AxisRange; 2]>,
    ) -> bool {
        let mut atoms = self.pool.atoms(slot.value).to_vec();
        self.drop_numpy_bool(slot, &mut atoms);
        if let [Atom::Container(tuple, ContainerKind::Tuple)] = atoms[..] {
            let Some(elements) = self.elements_in_order(state, tuple) else {
                items.push(self.item_of_any(state, tuple));
                return false;
            };
            return elements.into_iter().all(|element| self.push_item(state, element, items, axes));
        }
        let item = self.item_of(state, &atoms);
        let counted = match &item {
            IndexItem::Int(Some(value)) => {
                axes.push(AxisRange::At(Position::Int(*value)));
                true
            }
            IndexItem::Int(None) => {
                axes.push(if slot.vn == Vn::None { AxisRange::Some } else { AxisRange::At(Position::Symbol(slot.vn, 0)) });
                true
            }
            IndexItem::NewAxis => true,
            IndexItem::Slice { .. }
            | IndexItem::Ellipsis
            | IndexItem::IntArray { .. }
            | IndexItem::Mask { .. }
            | IndexItem::Field(_)
            | IndexItem::Fields
            | IndexItem::Unknown => false,
        };
        items.push(item);
        counted
    }

    /// One operation that gives a boolean array gives a boolean number for operands without axes: both are masks.
    fn drop_numpy_bool(&self, slot: Slot, atoms: &mut Vec<Atom>) {
        use super::domain::Origin;
        let Vn::Point(at, _) = slot.vn else { return };
        let [Atom::Scalar, Atom::Array(array)] = atoms[..] else { return };
        let made_here = matches!(self.pool.objects.get(array.object), Origin::Made { point, .. } if *point == at);
        if made_here && self.facts(array).dtype == super::dtype::Dtype::Bool {
            atoms.remove(0);
        }
    }

    /// A tuple of unknown length as a subscript, such as `np.where(mask)`: advanced if each of its elements is.
    fn item_of_any(&self, state: &State, tuple: super::domain::ObjectId) -> IndexItem {
        let Some(slot) = state.cell(tuple, Field::Rest) else { return IndexItem::Unknown };
        let all = self.pool.atoms(slot.value);
        let advanced = |atom: &Atom| {
            matches!(self.item_of(state, std::slice::from_ref(atom)), IndexItem::IntArray { .. } | IndexItem::Mask { .. })
        };
        if !all.is_empty() && all.iter().all(advanced) {
            return IndexItem::IntArray { shape: super::facts::Geometry::default() };
        }
        IndexItem::Unknown
    }

    fn item_of(&self, state: &State, atoms: &[Atom]) -> IndexItem {
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
                Const::Float(_) | Const::Bytes | Const::Dtype(_) | Const::Slice => IndexItem::Unknown,
            },
            _ if all_numbers => IndexItem::Int(None),
            [Atom::Array(array)] => self.item_of_array(*array),
            [Atom::Container(list, ContainerKind::List)] => self.item_of_list(state, *list),
            _ => IndexItem::Unknown,
        }
    }

    fn item_of_array(&self, array: ArrayAtom) -> IndexItem {
        use super::dtype::Dtype;
        let facts = self.facts(array);
        match (&facts.dtype, facts.geometry.ndim) {
            (Dtype::Bool, ndim) => IndexItem::Mask { ndim },
            (_, Some(0)) => IndexItem::Int(None),
            (Dtype::Int(_) | Dtype::Uint(_), Some(_)) => IndexItem::IntArray { shape: facts.geometry.clone() },
            (_, Some(_)) if facts.evidence >= Evidence::Made => {
                IndexItem::IntArray { shape: super::facts::Geometry::default() }
            }
            _ => IndexItem::Unknown,
        }
    }

    fn item_of_list(&self, state: &State, list: super::domain::ObjectId) -> IndexItem {
        let is_text = |slot: &Slot| matches!(self.as_const(slot.value), Some(Const::Str(_)));
        let is_bool = |slot: &Slot| matches!(self.as_const(slot.value), Some(Const::Bool(_)));
        let Some(elements) = self.elements_in_order(state, list) else {
            return IndexItem::IntArray { shape: super::facts::Geometry::default() };
        };
        if elements.first().is_some_and(is_text) {
            return IndexItem::Fields;
        }
        if elements.first().is_some_and(is_bool) {
            return IndexItem::Mask { ndim: Some(1) };
        }
        let numbers = elements.iter().all(|slot| {
            self.pool.atoms(slot.value).iter().all(|atom| matches!(atom, Atom::Scalar | Atom::Const(_)))
        });
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

    /// `object[index] = value`
    pub fn store_index(
        &mut self,
        state: &mut State,
        object: Operand,
        index: &ir::Index,
        value: Operand,
        augmented: bool,
        span: Span,
    ) {
        let holder = self.read(state, object, Purpose::Target);
        let key = self.key(state, index);
        let is_array = self.arrays(holder.value).len() == self.pool.atoms(holder.value).len();
        let purpose = if is_array { Purpose::Data } else { Purpose::Alias };
        let slot = if augmented { self.slot(state, value) } else { self.read(state, value, purpose) };
        let atoms = self.pool.atoms(holder.value).to_vec();
        let certain = atoms.len() == 1;
        let mut written = Vec::new();
        for atom in atoms {
            match atom {
                Atom::Array(array) => {
                    written.push(atom);
                    if self.facts(array).evidence == Evidence::None && self.place_of(array).is_some() {
                        state.add_to_cell(&mut self.pool, array.object, Field::Rest, slot.value);
                    }
                }
                Atom::Container(container, kind) => {
                    self.keep_element(state, container, kind, &key, slot, certain);
                    if !augmented {
                        let field = self.field_of(&key).unwrap_or(Field::Rest);
                        let kept = EventKind::Keep {
                            object: holder.value,
                            holder: object,
                            field,
                            value: slot.value,
                            operand: value,
                        };
                        self.record(value.span, kept);
                    }
                }
                Atom::Instance(_, class) => {
                    if let Some(body) = self.names.get("__setitem__").and_then(|name| self.method(class, name)) {
                        let receiver = Slot { value: self.pool.single(atom), vn: Vn::None };
                        let arg = key.single.unwrap_or(Slot { value: self.scalar(), vn: Vn::None });
                        self.call_body(state, body, None, vec![(None, receiver), (None, arg), (None, slot)], span);
                    }
                }
                Atom::Const(_)
                | Atom::Scalar
                | Atom::Function(..)
                | Atom::Method(..)
                | Atom::Class(..)
                | Atom::Path(_)
                | Atom::Typed(_)
                | Atom::Unknown(_) => {}
            }
        }
        if !written.is_empty() {
            let target = self.pool.value(written);
            let how = if augmented { WriteHow::AugmentedSubscript } else { WriteHow::Subscript };
            self.write(object, target, Written::Data, how, certain, span);
        }
    }
}
