//! Attributes of `self`: what the methods of a class store in them.

use super::Context;
use crate::alias::domain::{Atom, MemoryId, ObjectId, Origin, Place, PlaceId, ValueId};
use crate::alias::event::{Event, EventKind};
use crate::alias::facts::Evidence;
use crate::alias::state::Field;
use crate::ir::{BodyId, ClassId, Name};

/// A store to an attribute of `self`.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    /// The method.
    pub body: BodyId,
    /// The event.
    pub event: &'a Event,
    /// The attribute.
    pub attr: Name,
    /// What is stored.
    pub value: ValueId,
}

impl<'a> Context<'a> {
    /// The attribute of `self`, and the class, whose first value this memory is.
    #[must_use]
    pub fn attribute_of_self(&self, memory: MemoryId) -> Option<(ClassId, Name)> {
        match *self.facts.pool.memories.get(memory) {
            Origin::Place(place) => self.self_attribute(place),
            Origin::Made { .. } | Origin::Foreign(_) => None,
        }
    }

    /// The class and the attribute of its `self` that a place is.
    #[must_use]
    pub fn self_attribute(&self, place: PlaceId) -> Option<(ClassId, Name)> {
        let Place::Attr(of, name) = *self.facts.pool.places.get(place) else { return None };
        self.self_class(of).map(|class| (class, name))
    }

    /// The class of the `self` that a place is.
    fn self_class(&self, place: PlaceId) -> Option<ClassId> {
        let Place::Param(body, 0) = *self.facts.pool.places.get(place) else { return None };
        let body = &self.module.bodies[body];
        let is_static = body.decorators.iter().any(|name| self.facts.names.text(*name) == "staticmethod");
        if is_static { None } else { body.class }
    }

    /// The class of the `self` that is this value and nothing else.
    #[must_use]
    pub fn class_of_self(&self, value: ValueId) -> Option<ClassId> {
        let [Atom::Array(array)] = *self.atoms(value) else { return None };
        self.place_of(array.object).and_then(|place| self.self_class(place))
    }

    /// The place that an object was found in.
    #[must_use]
    pub fn place_of(&self, object: ObjectId) -> Option<PlaceId> {
        match *self.facts.pool.objects.get(object) {
            Origin::Place(place) => Some(place),
            Origin::Made { .. } | Origin::Foreign(_) => None,
        }
    }

    /// Whether a place is an element of something: such a place stands for many things.
    #[must_use]
    pub fn is_of_element(&self, place: PlaceId) -> bool {
        match *self.facts.pool.places.get(place) {
            Place::Element(_) => true,
            Place::Attr(of, _) => self.is_of_element(of),
            Place::Param(..) | Place::Global(_) | Place::Free(..) => false,
        }
    }

    /// All stores of a class's methods to attributes of `self`.
    #[must_use]
    pub fn stores(&self, class: ClassId) -> Vec<Stored<'a>> {
        let mut stores = Vec::new();
        for (id, body) in self.module.bodies.iter_ids() {
            if body.class != Some(class) {
                continue;
            }
            for event in &self.facts.bodies[id].events {
                if let EventKind::Keep { object, field: Field::Attr(attr), value, .. } = event.kind
                    && self.class_of_self(object) == Some(class)
                {
                    stores.push(Stored { body: id, event, attr, value });
                }
            }
        }
        stores
    }

    /// Whether what a class's methods store in an attribute are new lists, dictionaries and the like, and perhaps the array that
    /// becomes of one in the end: nothing is appended to that.
    #[must_use]
    pub fn holds_containers(&self, class: ClassId, attr: Name) -> bool {
        let stores: Vec<Stored<'a>> = self.stores(class).into_iter().filter(|stored| stored.attr == attr).collect();
        stores.iter().any(|stored| self.is_container(stored.value))
            && stores
                .iter()
                .all(|stored| self.is_container(stored.value) || self.is_array(stored.value, Evidence::Made))
    }
}
