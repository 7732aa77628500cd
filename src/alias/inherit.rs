//! Methods that a class of this file has from bases in other files, or in libraries.
//!
//! ```python
//! class Scaler(TransformerMixin, BaseEstimator):          # both from `sklearn.base`
//!     def transform(self, X):
//!         X = self._validate_data(X)                      # `sklearn.base.BaseEstimator._validate_data`
//! ```

use super::call::{Args, with_receiver};
use super::domain::{ArrayAtom, Atom, Cause, Slot};
use super::engine::Engine;
use super::event::Callee;
use super::state::State;
use crate::ir::{ClassId, Module, Name, Operand};
use crate::rules::RuleId;
use crate::source::Span;

/// Bases of bases in the same file are followed this far.
const DEPTH: u32 = 8;

impl Engine<'_> {
    /// The rule of a method that no class of this file defines for this one.
    pub(super) fn inherited(&mut self, class: ClassId, method: Name) -> Option<RuleId> {
        if self.module.classes[class].bases.is_empty() {
            return None;
        }
        if let Some(&known) = self.inherited.get(&(class, method)) {
            return known;
        }
        let mut bases = Vec::new();
        self.push_bases(class, &mut bases, DEPTH);
        let found = self.rules.inherited(&bases, self.names.text(method), self.targets);
        self.inherited.insert((class, method), found);
        found
    }

    /// The bases of a class in order, those in this file replaced by their own.
    fn push_bases(&self, class: ClassId, bases: &mut Vec<Option<String>>, depth: u32) {
        for base in &self.module.classes[class].bases {
            match base.and_then(|base| self.class_names.get(&base)) {
                Some(own) if depth > 0 && *own != class => self.push_bases(*own, bases, depth - 1),
                _ => bases.push(base.and_then(|base| self.path_of_base(base))),
            }
        }
    }

    /// What a base is called where it is defined.
    fn path_of_base(&self, base: Name) -> Option<String> {
        let text = self.names.text(base);
        if text == "object" {
            return Some(text.to_owned());
        }
        let (first, rest) = text.find('.').map_or((text, ""), |dot| text.split_at(dot));
        let local = self.top_locals.get(&self.names.get(first)?)?;
        match *self.pool.atoms(self.statics.get(&(Module::TOP, *local))?.value) {
            [Atom::Path(path)] => Some(format!("{}{rest}", self.names.text(path))),
            _ => None,
        }
    }

    /// A call of a method that the class of an instance has from elsewhere, if it has one.
    #[allow(clippy::too_many_arguments, reason = "what a method call consists of")]
    pub(super) fn call_inherited(
        &mut self,
        state: &mut State,
        class: ClassId,
        object: Operand,
        receiver: Slot,
        method: Name,
        args: Args,
        span: Span,
    ) -> Slot {
        match self.inherited(class, method) {
            Some(rule) => {
                let args = with_receiver(Some(object), receiver, args);
                self.apply_rule_args(state, rule, &args, None, span)
            }
            None => self.unknown_call(state, Callee::Method(method), Cause::Method(method), &args, span),
        }
    }

    /// The rule of a method of what may be an array: of the class of `self`, of arrays, or one that its name alone tells.
    pub(super) fn method_rule(&mut self, array: ArrayAtom, method: Name) -> Option<RuleId> {
        let class = self.place_of(array).and_then(|place| self.class_of_place(place));
        if let Some(rule) = class.and_then(|class| self.inherited(class, method)) {
            return Some(rule);
        }
        let text = self.names.text(method).to_owned();
        let found = self.array_method(array, &text);
        found.or_else(|| self.rules.distinctive(&text).filter(|_| class.is_none() && !self.holds(array)))
    }

    /// Whether a method by this name is one of arrays, or of what is followed like them.
    pub(super) fn tells_array(&mut self, method: Name) -> bool {
        self.only_arrays_have(method) || self.rules.distinctive(self.names.text(method)).is_some()
    }
}
