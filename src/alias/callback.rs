//! Functions that are handed to code that is not known: it may call them, now or later, and what they do may be done.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::call::Args;
use super::domain::{Atom, Cause, ObjectId, Slot, ValueId, Vn};
use super::engine::Engine;
use super::instantiate::{Call, Stored};
use super::state::{Field, OUTER, State};
use crate::source::Span;

/// How often each function is run: what one has stored, another may hand on.
const ROUNDS: usize = 2;

impl Engine<'_> {
    /// What the functions among the arguments of a call may do, where the callee may call them.
    pub(super) fn functions_may_run(&mut self, state: &mut State, args: &Args, span: Span) {
        let may_be_one = |atom: &Atom| matches!(atom, Atom::Function(..) | Atom::Method(..) | Atom::Container(..));
        if !args.iter().any(|arg| self.pool.atoms(arg.slot.value).iter().any(may_be_one)) {
            return;
        }
        let mut functions: SmallVec<[Atom; 2]> = SmallVec::new();
        for arg in args {
            self.functions_in(arg.slot.value, &mut functions);
            for atom in self.pool.all(arg.slot.value) {
                if let Atom::Container(object, _) = atom
                    && self.holds_functions(state, object)
                {
                    let held = self.held(state, object);
                    self.functions_in(held, &mut functions);
                }
            }
        }
        if functions.is_empty() {
            return;
        }
        // That they may write is no news of this call: it is told where they stand.
        let log = self.frame.log.take();
        for _ in 0..ROUNDS {
            for function in &functions {
                self.may_run(state, *function, span);
            }
        }
        self.frame.log = log;
    }

    /// Whether something that a container holds may be a function.
    fn holds_functions(&self, state: &State, object: ObjectId) -> bool {
        state.heap.cells(object).iter().any(|(_, slot)| {
            self.pool.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Function(..) | Atom::Method(..)))
        })
    }

    fn functions_in(&self, value: ValueId, functions: &mut SmallVec<[Atom; 2]>) {
        let all = self.pool.atoms(value).iter();
        functions.extend(all.filter(|atom| matches!(atom, Atom::Function(..) | Atom::Method(..))).copied());
    }

    fn may_run(&mut self, state: &mut State, function: Atom, span: Span) {
        let (Atom::Function(object, body) | Atom::Method(object, body)) = function else { return };
        let Some(summary) = self.summaries[body].clone().filter(|summary| !summary.opaque) else { return };
        let unknown = self.unknown(Cause::Construct("what a callback is handed"));
        let mut params = vec![unknown; self.module.bodies[body].params.len()];
        if let (Atom::Method(..), Some(first)) = (function, params.first_mut()) {
            *first = state.cell(object, Field::Receiver).unwrap_or(unknown);
        }
        let mut call = Call {
            body,
            operands: vec![None; params.len()],
            params,
            summary: &summary,
            places: FxHashMap::default(),
            values: FxHashMap::default(),
            made: Vec::new(),
            span,
        };
        let stores = self.stores_at_call(state, &mut call);
        self.writes_at_call(state, &mut call);
        for (place, slot, _) in stores {
            self.may_store(state, place, slot.value);
        }
        self.made_at_call(state, &mut call);
    }

    /// A store that may be done or not.
    fn may_store(&mut self, state: &mut State, place: Stored, value: ValueId) {
        let outer = self.pool.objects.intern(OUTER);
        let old = match place {
            Stored::Local(local) => state.locals[local].value,
            Stored::Cell(object, Field::Free(body, local)) if object == outer => self.free(state, body, local).value,
            Stored::Cell(object, Field::Global(name)) if object == outer => self.global(state, name).value,
            Stored::Cell(object, field) => {
                if field == Field::Rest {
                    self.forget_positions(state, object);
                }
                match state.cell(object, field) {
                    Some(slot) => slot.value,
                    None if field == Field::Rest => ValueId::EMPTY,
                    None => self.unknown(Cause::Construct("what a callback may set")).value,
                }
            }
        };
        let slot = Slot { value: self.pool.join(old, value), vn: Vn::None };
        match place {
            Stored::Local(local) => {
                let slot = self.fresh_slot(slot.value);
                state.locals.set(local, slot);
            }
            Stored::Cell(object, field) => state.set_cell(&mut self.pool, object, field, slot),
        }
    }
}
