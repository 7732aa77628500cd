//! Objects that are no arrays and hold the memory of one: tables, tensors, sparse matrices.
//!
//! They are followed like arrays, as an object over a memory, and only the rules of their class say what becomes of them. To
//! NumPy they are as good as unknown: what it makes of one may be over its memory or not. Only of a buffer NumPy takes the memory
//! as it is, so that conditions see what is known of it.

use super::Tri;
use super::domain::ArrayAtom;
use super::engine::Engine;
use super::facts::ArrayClass;
use crate::rules::{Cond, Rule};

/// The first part of a qualified name: its library.
fn root_of(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}

impl<'a> Engine<'a> {
    /// Whether this is no array and holds one.
    pub(super) fn holds(&self, array: ArrayAtom) -> bool {
        self.facts(array).class.is_no_array()
    }

    /// The class by this name, if its objects are arrays or hold one.
    pub(super) fn class_named(&self, class: &str) -> Option<ArrayClass> {
        ArrayClass::named(class).or_else(|| {
            let id = self.rules.holder(class)?;
            Some(if self.rules.is_buffer(id) { ArrayClass::Buffer(id) } else { ArrayClass::Holder(id) })
        })
    }

    /// Where the rules of a class stand, if it has any of its own.
    pub(super) fn path_of_class(&self, class: ArrayClass) -> Option<&'a str> {
        let rules = self.rules;
        match class {
            ArrayClass::Holder(id) | ArrayClass::Buffer(id) => Some(rules.holder_name(id)),
            class => class.name(),
        }
    }

    /// Whether an array is held by an object of another library than that of the rule, which then speaks of plain arrays.
    pub(super) fn is_guest(&self, rule: &Rule, array: ArrayAtom) -> bool {
        match self.facts(array).class {
            ArrayClass::Holder(id) => root_of(self.rules.holder_name(id)) != root_of(&rule.name),
            _ => false,
        }
    }

    /// Whether a special method writes the memory that an object holds: `table[0] = 1` may as well put other memory in its place.
    pub(super) fn holder_writes(&mut self, array: ArrayAtom, method: &str) -> Tri {
        let Some(id) = self.array_method(array, method) else { return Tri::No };
        let writes = self.rules.rule(id).writes.iter().find(|write| write.param == 0);
        match writes.map(|write| &write.when) {
            None => Tri::No,
            Some(Cond::Always) => Tri::Yes,
            Some(_) => Tri::Maybe,
        }
    }
}
