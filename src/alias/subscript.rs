//! Subscripts: `a[key]`, read and written.

use super::domain::{ArrayAtom, Atom, Extent, ExtentId, Slot, Via, Vn};
use super::engine::Engine;
use super::event::{EventKind, Purpose, WriteHow};
use super::facts::Evidence;
use super::geometry::IndexItem;
pub use super::key::Key;
use super::state::{Field, State};
use super::tri::Tri;
use crate::ir::{self, Operand};
use crate::rules::Written;
use crate::source::Span;

impl Engine<'_> {
    /// The value of `object[index]`.
    pub fn index(&mut self, state: &mut State, object: Operand, index: &ir::Index, span: Span) -> Slot {
        let slot = self.read(state, object, Purpose::Part);
        let key = self.key(state, index);
        let atoms = self.pool.all(slot.value);
        if let [atom] = atoms[..] {
            return self.index_atom(state, atom, slot, object, &key, span);
        }
        let value = self.for_atoms(slot.value, |engine, atom| {
            let one = Slot { value: engine.pool.single(atom), vn: Vn::None };
            if matches!(atom, Atom::Instance(..)) {
                return engine
                    .perhaps(state, |engine, state| engine.index_atom(state, atom, one, object, &key, span).value);
            }
            engine.index_atom(state, atom, one, object, &key, span).value
        });
        self.fresh_slot(value)
    }

    fn index_atom(
        &mut self,
        state: &mut State,
        atom: Atom,
        slot: Slot,
        object: Operand,
        key: &Key,
        span: Span,
    ) -> Slot {
        match atom {
            Atom::Array(array) => self.index_array(state, array, slot, object, key, span),
            Atom::Container(container, kind) => self.index_container(state, container, kind, key, object),
            Atom::Instance(_, class) => match self.special(class, "__getitem__") {
                Some(body) => {
                    let arg = self.key_slot(state, key);
                    self.call_body(state, body, None, vec![(None, slot), (None, arg)], span)
                }
                None => self.unknown_element(),
            },
            Atom::Path(path) => {
                let name = format!("{}.__getitem__", self.names.text(path));
                let name = self.names.intern(&name);
                match self.callable(name) {
                    Some(rule) => {
                        let arg = self.key_slot(state, key);
                        self.apply_rule(state, rule, vec![(None, slot), (None, arg)], span)
                    }
                    None => self.unknown_element(),
                }
            }
            Atom::Typed(class) => {
                let name = self.names.intern("__getitem__");
                let name = self.join_path(class, name);
                let Some(rule) = self.callable(name) else { return self.unknown_element() };
                let arg = self.key_slot(state, key);
                self.apply_rule_with_key(state, rule, vec![(Some(object), slot), (None, arg)], &key.items, span)
            }
            Atom::Const(_) | Atom::Scalar => {
                let scalar = self.scalar();
                // A NumPy scalar, asked for an array of itself: `x[...]`, `x[None]`.
                let is_array = |item: &IndexItem| matches!(item, IndexItem::Ellipsis | IndexItem::NewAxis);
                // Its truth picks it, or nothing: `x[x > 0]`.
                let is_mask = key.single.is_some_and(|one| self.runs.as_ref().is_some_and(|runs| runs.is_boolean(one)));
                if !is_mask && !key.items.iter().any(is_array) {
                    return self.fresh_slot(scalar);
                }
                let facts = super::facts::Facts { evidence: Evidence::Made, ..Default::default() };
                let array = self.fresh_array(super::domain::Part::Result(self.frame.base), facts);
                let value = self.pool.value([array, Atom::Scalar]);
                self.fresh_slot(value)
            }
            Atom::Function(..) | Atom::Method(..) | Atom::Class(..) => self.unknown_element(),
            Atom::Unknown(reason) => self.unknown(reason.then(Via::Part)),
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
        let (array, slot) = self.seen_as_array(array, slot, key);
        let masked = self.only_mask_fits(array, key);
        let key = masked.as_ref().unwrap_or(key);
        let Some(rule) = self.array_method(array, "__getitem__") else { return self.unknown_element() };
        let narrowed = self.is_certain_array_on_one_axis(array, key).then(|| {
            let items = vec![IndexItem::IntArray { shape: super::facts::Geometry::default() }];
            Key { items, ..key.clone() }
        });
        let key = narrowed.as_ref().unwrap_or(key);
        let key_slot = key.single.unwrap_or(Slot { value: self.scalar(), vn: Vn::None });
        let args = vec![(Some(object), slot), (None, key_slot)];
        let result = self.apply_rule_with_key(state, rule, args, &key.items, span);
        // Where a table has its columns is its own business.
        if self.holds(array) { result } else { self.narrow(result, array, key) }
    }

    /// What is found in an attribute or an element is taken for an array where it is asked for several axes: `mesh.triangles[:, 0]`.
    /// Parameters have been looked at as a whole.
    fn seen_as_array(&mut self, array: ArrayAtom, slot: Slot, key: &Key) -> (ArrayAtom, Slot) {
        let is_part = self.place_of(array).is_some_and(|place| {
            use super::domain::Place;
            matches!(self.pool.places.get(place), Place::Attr(..) | Place::Element(_))
        });
        let is_wide = |item: &IndexItem| matches!(item, IndexItem::Slice { .. } | IndexItem::Ellipsis);
        if !is_part || key.items.len() < 2 || !key.items.iter().any(is_wide) {
            return (array, slot);
        }
        let array = self.with_evidence(array, Evidence::Use);
        (array, Slot { value: self.pool.single(Atom::Array(array)), vn: slot.vn })
    }

    /// Gives views made by a basic index the extent that the index takes.
    fn narrow(&mut self, result: Slot, base: ArrayAtom, key: &Key) -> Slot {
        let extent = self.extent_of(base, key);
        let taken = key.axes.as_ref().map(|axes| self.pool.extents.intern(Extent::Index(axes.clone())));
        let atoms = self.pool.all(result.value);
        for atom in &atoms {
            if let Atom::Array(array) = atom
                && array.object != base.object
                && let Some(making) = self.makings.get_mut(&array.object)
            {
                making.taken = taken;
            }
        }
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
            (_, Extent::Index(_) | Extent::Field(_) | Extent::Part | Extent::Whole | Extent::Every) => {
                base.extent.part()
            }
        }
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
        let atoms = self.pool.all(holder.value);
        let mut certain = atoms.len() == 1;
        let mut written = Vec::new();
        for atom in atoms {
            match atom {
                Atom::Array(array) if self.holds(array) => {
                    let writes = self.holder_writes(array, "__setitem__");
                    certain &= writes == Tri::Yes;
                    written.extend((writes != Tri::No).then_some(atom));
                }
                Atom::Array(array) => {
                    let (array, _) = self.seen_as_array(array, holder, &key);
                    written.push(Atom::Array(array));
                    if self.facts(array).evidence == Evidence::None && self.place_of(array).is_some() {
                        let value = self.stored_under(state, &key, slot.value);
                        state.add_to_cell(&mut self.pool, array.object, Field::Rest, value);
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
                    if let Some(body) = self.special(class, "__setitem__") {
                        let receiver = Slot { value: self.pool.single(atom), vn: Vn::None };
                        let arg = self.key_slot(state, &key);
                        let args = vec![(None, receiver), (None, arg), (None, slot)];
                        if certain {
                            self.call_body(state, body, None, args, span);
                        } else {
                            self.perhaps(state, |engine, state| engine.call_body(state, body, None, args, span));
                        }
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
