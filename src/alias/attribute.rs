//! `object.attr`, read and written.

use super::domain::{ArrayAtom, Atom, Cause, Origin, Part, Place, Slot, Via, Vn};
use super::engine::{Engine, Methods};
use super::facts::Evidence;
use super::namespace;
use super::state::{Field, State};
use crate::ir::{BodyId, ClassId, Name, Operand};
use crate::source::Span;

impl Engine<'_> {
    /// The value of `object.attr`.
    pub fn attribute_of(
        &mut self,
        state: &mut State,
        object: Slot,
        attr: Name,
        operand: Option<Operand>,
        span: Span,
    ) -> Slot {
        let atoms = self.pool.all(object.value);
        if atoms.len() == 1 {
            return self.attribute_of_atom(state, atoms[0], object, attr, operand, span);
        }
        let value = self.for_atoms(object.value, |engine, atom| {
            let one = Slot { value: engine.pool.single(atom), vn: Vn::None };
            engine.attribute_of_atom(state, atom, one, attr, operand, span).value
        });
        self.fresh_slot(value)
    }

    fn attribute_of_atom(
        &mut self,
        state: &mut State,
        atom: Atom,
        slot: Slot,
        attr: Name,
        operand: Option<Operand>,
        span: Span,
    ) -> Slot {
        match atom {
            // `self._xp.asarray(x)`: an array library, kept where it was handed over.
            Atom::Array(_) | Atom::Instance(..) if namespace::is_kept_as(self.names.text(attr)) => {
                let numpy = self.names.intern("numpy");
                self.path_slot(numpy)
            }
            Atom::Array(array) => self.attribute_of_array(state, array, slot, attr, operand, span),
            Atom::Instance(object, class) => self.attribute_of_instance(state, object, class, attr, span),
            Atom::Class(object, class) => {
                let known = self.method(class, attr);
                match state.cell(object, Field::Attr(attr)) {
                    Some(slot) if !self.is_function_of(slot, known) => slot,
                    own => match known {
                        Some(body) if self.has_decorator(body, "classmethod") => {
                            let bound = self.make_object(Part::Result(1));
                            state.set_cell(&mut self.pool, bound, Field::Receiver, slot);
                            let value = self.pool.single(Atom::Method(bound, body));
                            self.fresh_slot(value)
                        }
                        Some(body) => own.unwrap_or_else(|| self.function_slot(body)),
                        None => self.class_cell(state, class, attr).unwrap_or_else(|| self.unknown_attr(attr)),
                    },
                }
            }
            Atom::Path(path) => {
                let path = self.join_path(path, attr);
                if let Some(slot) = self.linked(state, path) {
                    return slot;
                }
                match self.attribute(path) {
                    Some(rule) => self.apply_rule(state, rule, Vec::new(), span),
                    None => self.imported(path),
                }
            }
            Atom::Typed(class) => {
                let path = self.join_path(class, attr);
                match self.attribute(path) {
                    Some(rule) => self.apply_rule(state, rule, vec![(operand, slot)], span),
                    None => self.unknown_attr(attr),
                }
            }
            Atom::Scalar | Atom::Const(_) => {
                let value = self.scalar();
                let class = self.names.intern("numpy.generic");
                let path = self.join_path(class, attr);
                match self.attribute(path).filter(|_| atom == Atom::Scalar) {
                    // It may be a NumPy scalar, or a number or text of Python.
                    Some(rule) => {
                        let result = self.apply_rule(state, rule, vec![(operand, slot)], span);
                        let value = self.pool.join(result.value, value);
                        self.fresh_slot(value)
                    }
                    None => self.fresh_slot(value),
                }
            }
            Atom::Container(..) | Atom::Function(..) | Atom::Method(..) => self.unknown_attr(attr),
            Atom::Unknown(reason) => self.unknown(reason.then(Via::Part)),
        }
    }

    fn attribute_of_array(
        &mut self,
        state: &mut State,
        array: ArrayAtom,
        slot: Slot,
        attr: Name,
        operand: Option<Operand>,
        span: Span,
    ) -> Slot {
        if let Some(slot) = state.cell(array.object, Field::Attr(attr)) {
            return slot;
        }
        let place = self.place_of(array);
        if let Some(place) = place
            && let Some(class) = self.class_of_place(place)
        {
            return self.attribute_of_self(state, place, class, slot, attr, span);
        }
        let array_like = self.facts(array).evidence >= Evidence::Use || self.only_arrays_have(attr);
        if array_like && let Some(rule) = self.array_attribute(array, attr) {
            let array = self.with_evidence(array, Evidence::Use);
            let value = self.pool.single(Atom::Array(array));
            return self.apply_rule(state, rule, vec![(operand, Slot { value, vn: slot.vn })], span);
        }
        match place {
            Some(place) => self.place(Place::Attr(place, attr)),
            None => self.unknown_attr(attr),
        }
    }

    fn attribute_of_self(
        &mut self,
        state: &mut State,
        place: super::domain::PlaceId,
        class: ClassId,
        slot: Slot,
        attr: Name,
        span: Span,
    ) -> Slot {
        match self.method(class, attr) {
            Some(body) if self.is_property(body) => self.call_body(state, body, None, vec![(None, slot)], span),
            Some(_) => self.unknown_attr(attr),
            None => self.place(Place::Attr(place, attr)),
        }
    }

    fn attribute_of_instance(
        &mut self,
        state: &mut State,
        object: super::domain::ObjectId,
        class: ClassId,
        attr: Name,
        span: Span,
    ) -> Slot {
        if self.is_dict(attr) || self.is_exposed(state, object) {
            return self.exposed(state, object);
        }
        if let Some(slot) = state.cell(object, Field::Attr(attr)) {
            return slot;
        }
        let receiver = self.pool.single(Atom::Instance(object, class));
        let receiver = Slot { value: receiver, vn: Vn::None };
        match self.method(class, attr) {
            Some(body) if self.is_property(body) => self.call_body(state, body, None, vec![(None, receiver)], span),
            Some(body) => {
                let bound = self.make_object(Part::Result(1));
                state.set_cell(&mut self.pool, bound, Field::Receiver, receiver);
                let value = self.pool.single(Atom::Method(bound, body));
                self.fresh_slot(value)
            }
            None => match self.original_attr(state, object, attr).or_else(|| self.class_cell(state, class, attr)) {
                Some(slot) => slot,
                None => self.unknown_attr(attr),
            },
        }
    }

    /// The attribute of the object of which this one is a shallow copy: what was in it at the start.
    fn original_attr(&mut self, state: &State, object: super::domain::ObjectId, attr: Name) -> Option<Slot> {
        let original = state.cell(object, Field::Original)?;
        let [Atom::Array(array)] = *self.pool.atoms(original.value) else { return None };
        let place = self.place_of(array)?;
        Some(self.place(Place::Attr(place, attr)))
    }

    /// A class attribute, from the class objects that are in the heap.
    fn class_cell(&mut self, state: &State, class: ClassId, attr: Name) -> Option<Slot> {
        self.class_cell_from(state, class, attr, 0)
    }

    fn class_cell_from(&mut self, state: &State, class: ClassId, attr: Name, depth: u32) -> Option<Slot> {
        let own = self.class_objects.get(&class).and_then(|object| state.cell(*object, Field::Attr(attr)));
        if own.is_some() || depth > 8 {
            return own;
        }
        // The first base that is not known may have it.
        for base in &self.module.classes[class].bases {
            let base = *self.class_names.get(&(*base)?)?;
            if let Some(slot) = self.class_cell_from(state, base, attr, depth + 1) {
                return Some(slot);
            }
        }
        None
    }

    /// Whether a value is this function, as the class body made it.
    pub(super) fn is_function_of(&self, slot: Slot, body: Option<BodyId>) -> bool {
        matches!(*self.pool.atoms(slot.value), [Atom::Function(_, of)] if Some(of) == body)
    }

    /// The place that an array was found in.
    pub fn place_of(&self, array: ArrayAtom) -> Option<super::domain::PlaceId> {
        match *self.pool.objects.get(array.object) {
            Origin::Place(place) => Some(place),
            Origin::Made { .. } | Origin::Foreign(_) => None,
        }
    }

    /// The array, known to be one for at least this reason.
    pub fn with_evidence(&mut self, array: ArrayAtom, evidence: Evidence) -> ArrayAtom {
        let facts = self.facts(array);
        if facts.evidence >= evidence {
            return array;
        }
        let facts = super::facts::Facts { evidence, ..facts.clone() };
        ArrayAtom { facts: self.pool.facts.intern(facts), ..array }
    }

    /// The method of a class by name, its bases in this module included.
    pub fn method(&self, class: ClassId, name: Name) -> Option<BodyId> {
        self.method_from(&self.methods, class, name, 0)
    }

    /// What a call of an instance runs.
    pub(super) fn call_of(&self, class: ClassId) -> Option<BodyId> {
        self.names.get("__call__").and_then(|name| self.method(class, name))
    }

    /// The setter of a property, likewise.
    pub(super) fn setter_of(&self, class: ClassId, property: Name) -> Option<BodyId> {
        self.method_from(&self.setters, class, property, 0)
    }

    fn method_from(&self, own: &Methods, class: ClassId, name: Name, depth: u32) -> Option<BodyId> {
        if let Some(body) = own.get(&(class, name)) {
            return Some(*body);
        }
        if depth > 8 {
            return None;
        }
        self.module.classes[class].bases.iter().flatten().find_map(|base| {
            let base = self.class_names.get(base)?;
            self.method_from(own, *base, name, depth + 1)
        })
    }

    fn is_property(&self, body: BodyId) -> bool {
        self.module.bodies[body]
            .decorators
            .iter()
            .any(|name| matches!(self.names.text(*name), "property" | "cached_property" | "functools.cached_property"))
    }

    /// A function of this module, without its defaults.
    pub fn function_slot(&mut self, body: BodyId) -> Slot {
        let object = self.make_object(Part::Result(2));
        let value = self.pool.single(Atom::Function(object, body));
        self.fresh_slot(value)
    }

    /// An unknown element of something unknown.
    pub fn unknown_element(&mut self) -> Slot {
        self.unknown(Cause::Element)
    }
}
