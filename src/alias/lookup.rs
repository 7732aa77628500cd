//! Rules by name, and names by their parts: each is looked up once in a file.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::domain::ArrayAtom;
use super::engine::Engine;
use super::evidence::{OfParameters, Words};
use super::facts::ArrayClass;
use crate::ir::{BodyId, Name};
use crate::rules::RuleId;

/// What was looked up.
#[derive(Debug, Default)]
pub struct Lookups {
    /// What parameters of bodies that were run are taken for.
    pub evidence: FxHashMap<BodyId, Rc<OfParameters>>,
    /// What attributes say of their objects.
    pub words: Words,
    /// The rules of methods of arrays, by class and name.
    methods: FxHashMap<ArrayClass, FxHashMap<Box<str>, Option<RuleId>>>,
    /// The rules of attributes of arrays.
    array_attributes: FxHashMap<(ArrayClass, Name), Option<RuleId>>,
    /// The rules of methods of what is called itself, by the dotted path of the method.
    methods_of_callables: FxHashMap<Name, Option<RuleId>>,
    paths: FxHashMap<(Name, Name), Name>,
    callables: FxHashMap<Name, Option<RuleId>>,
    attributes: FxHashMap<Name, Option<RuleId>>,
}

impl Engine<'_> {
    /// The rule of a callable by its dotted path.
    pub fn callable(&mut self, path: Name) -> Option<RuleId> {
        if let Some(&known) = self.lookups.callables.get(&path) {
            return known;
        }
        let found = self.rules.callable_ever(self.names.text(path), self.targets);
        self.lookups.callables.insert(path, found);
        found
    }

    /// The rule of an attribute by its dotted path.
    pub fn attribute(&mut self, path: Name) -> Option<RuleId> {
        if let Some(&known) = self.lookups.attributes.get(&path) {
            return known;
        }
        let found = self.rules.attribute_ever(self.names.text(path), self.targets);
        self.lookups.attributes.insert(path, found);
        found
    }

    /// The path `base.name`.
    pub fn join_path(&mut self, base: Name, name: Name) -> Name {
        if let Some(&known) = self.lookups.paths.get(&(base, name)) {
            return known;
        }
        let path = format!("{}.{}", self.names.text(base), self.names.text(name));
        let path = self.names.intern(&path);
        self.lookups.paths.insert((base, name), path);
        path
    }

    /// The rule of an attribute of an array.
    pub(super) fn array_attribute(&mut self, array: ArrayAtom, attr: Name) -> Option<RuleId> {
        let class = self.facts(array).class;
        if let Some(&known) = self.lookups.array_attributes.get(&(class, attr)) {
            return known;
        }
        let text = self.names.text(attr).to_owned();
        let found = self.of_array(class, &text, Self::attribute);
        self.lookups.array_attributes.insert((class, attr), found);
        found
    }

    /// The rule of a method of an array.
    pub fn array_method(&mut self, array: ArrayAtom, method: &str) -> Option<RuleId> {
        let class = self.facts(array).class;
        if let Some(&known) = self.lookups.methods.get(&class).and_then(|methods| methods.get(method)) {
            return known;
        }
        let found = self.of_array(class, method, Self::callable);
        self.lookups.methods.entry(class).or_default().insert(method.into(), found);
        found
    }

    /// The rule of what arrays of a class have under a name: their own, or that of plain arrays.
    fn of_array(
        &mut self,
        class: ArrayClass,
        name: &str,
        rule: fn(&mut Self, Name) -> Option<RuleId>,
    ) -> Option<RuleId> {
        let of_class = self.path_of_class(class).and_then(|path| {
            let path = self.names.intern(&format!("{path}.{name}"));
            rule(self, path)
        });
        if class.is_no_array() {
            return of_class;
        }
        of_class.or_else(|| {
            let path = self.names.intern(&format!("numpy.ndarray.{name}"));
            rule(self, path)
        })
    }

    /// Whether an attribute by this name says that its object is an array.
    pub fn only_arrays_have(&mut self, attr: Name) -> bool {
        let text = self.names.text(attr);
        self.lookups.words.of(attr, text, self.rules, self.targets).is_array_only
    }

    /// The rule of a method of something that is itself called: `np.add.reduce`.
    pub(super) fn method_of_callable(&mut self, path: Name) -> Option<RuleId> {
        if let Some(&known) = self.lookups.methods_of_callables.get(&path) {
            return known;
        }
        let (holder, method) = self.names.text(path).rsplit_once('.').unwrap_or_default();
        let holder = self.rules.callable(holder, self.targets).and_then(|rule| self.rules.rule(rule).object.as_ref());
        let method = holder.map(|class| format!("{class}.{method}"));
        let method = method.map(|method| self.names.intern(&method));
        let found = method.and_then(|method| self.callable(method));
        self.lookups.methods_of_callables.insert(path, found);
        found
    }
}
