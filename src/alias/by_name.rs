//! `getattr`: attributes by their names.

use super::call::Args;
use super::domain::{Const, Slot};
use super::engine::Engine;
use super::event::Callee;
use super::state::State;
use crate::ir::{ArgKind, Name};
use crate::source::Span;

impl Engine<'_> {
    /// `getattr(x, "name")`, `getattr(x, "name", default)`
    pub(super) fn attribute_by_name(&mut self, state: &mut State, path: Name, args: &Args, span: Span) -> Option<Slot> {
        let (object, name, default) = match args.as_slice() {
            [object, name] => (object, name, None),
            [object, name, default] => (object, name, Some(default)),
            _ => return None,
        };
        if args.iter().any(|arg| arg.kind != ArgKind::Positional) {
            return None;
        }
        let Some(&Const::Str(name)) = self.as_const(name.slot.value) else { return None };
        let mut slot = self.attribute_of(state, object.slot, name, object.operand, span);
        if let Some(default) = default {
            let value = self.pool.join(slot.value, default.slot.value);
            slot = self.fresh_slot(value);
        }
        self.record_call(Callee::Path(path), args, slot.value, span);
        Some(slot)
    }
}
