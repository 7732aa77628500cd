//! Instances of the file's own classes.

use super::call::{Args, with_receiver};
use super::domain::{Atom, Cause, Part, Slot};
use super::engine::Engine;
use super::event::Callee;
use super::state::State;
use crate::ir::ClassId;
use crate::source::Span;

impl Engine<'_> {
    /// `Class(args)`
    pub(super) fn instantiate_class(&mut self, state: &mut State, class: ClassId, args: Args, span: Span) -> Slot {
        let class_data = &self.module.classes[class];
        let plain_bases = class_data.bases.iter().all(|base| {
            base.is_some_and(|base| self.class_names.contains_key(&base) || self.names.text(base) == "object")
        });
        let init = self.names.get("__init__").and_then(|name| self.method(class, name));
        // What `__new__` gives may be anything.
        let has_new = self.special(class, "__new__").is_some();
        if !plain_bases || (init.is_none() && !args.is_empty()) || !class_data.decorators.is_empty() || has_new {
            return self.unknown_call(state, Callee::Unknown, Cause::Call(Some(class_data.name)), &args, span);
        }
        let instance = self.make_object(Part::Result(0));
        let value = self.pool.single(Atom::Instance(instance, class));
        let receiver = self.fresh_slot(value);
        if let Some(body) = init {
            let args = with_receiver(None, receiver, args);
            self.call_function(state, body, None, &args, span);
        }
        receiver
    }
}
