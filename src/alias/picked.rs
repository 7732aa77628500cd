//! Choices on a run that are made where a value is bound, and what may have been raised until then.

use super::domain::{Slot, Vn};
use super::engine::Engine;
use super::raising::Raising;
use super::state::State;
use crate::ir::{Id, Place as IrPlace, StmtKind};

impl Engine<'_> {
    /// Makes what a statement has bound one thing, where it may be one of several.
    pub(super) fn pick(&mut self, state: &mut State, stmt: &StmtKind) {
        match stmt {
            StmtKind::Assign { place, .. } => self.pick_at(state, *place),
            StmtKind::Unpack { targets, .. } => {
                for target in targets {
                    self.pick_at(state, target.place);
                }
            }
            _ => {}
        }
    }

    pub(super) fn pick_at(&mut self, state: &mut State, place: IrPlace) {
        let slot = match place {
            IrPlace::Local(local) => state.locals[local.index()],
            IrPlace::Temp(temp) => self.frame.temps[temp.index()],
        };
        if self.pool.atoms(slot.value).len() < 2 {
            return;
        }
        let slot = self.picked(slot);
        match place {
            IrPlace::Local(local) => {
                state.locals.set(local.index(), slot);
            }
            IrPlace::Temp(temp) => self.frame.temps[temp.index()] = slot,
        }
    }

    /// One possibility of a value, the same at each time on this run.
    fn picked(&mut self, slot: Slot) -> Slot {
        let atoms = self.pool.all(slot.value);
        let known = self.runs.as_ref().and_then(|runs| runs.picked.get(&slot.vn).copied());
        let atom = match known.filter(|known| atoms.contains(known)) {
            Some(known) => known,
            None => atoms[self.choose(atoms.len())],
        };
        if let Some(runs) = &mut self.runs
            && slot.vn != Vn::None
        {
            runs.picked.insert(slot.vn, atom);
        }
        Slot { value: self.pool.single(atom), vn: slot.vn }
    }

    /// Lets an exception out of a call: of what was raised inside.
    pub(super) fn raise_from(&mut self, state: &State) {
        if let Some(runs) = &mut self.runs {
            let class = runs.caught;
            runs.raised.get_or_insert_with(|| (state.heap.clone(), class));
        }
    }

    /// Begins a statement; the number of doubts so far, if somebody around it handles exceptions.
    pub(super) fn watch(&mut self, is_handled: bool) -> Option<u32> {
        let runs = self.runs.as_mut()?;
        runs.watched += u32::from(is_handled);
        (runs.watched > 0).then_some(runs.doubts)
    }

    /// Ends a statement.
    pub(super) fn unwatch(&mut self, is_handled: bool) {
        if let Some(runs) = &mut self.runs {
            runs.watched -= u32::from(is_handled);
        }
    }

    /// Whether a statement may have raised, for the handler around it; without one, that is noted for those further out.
    pub(super) fn is_doubtful(&mut self, raising: Raising, doubts: Option<u32>, is_handled: bool) -> bool {
        let (Some(runs), Some(doubts)) = (&mut self.runs, doubts) else { return false };
        let is_doubtful = match raising {
            Raising::Never | Raising::Always(_) => false,
            Raising::Within => runs.doubts > doubts,
            Raising::Perhaps => true,
        };
        if is_handled {
            runs.doubts = doubts;
        } else if raising == Raising::Perhaps {
            runs.doubts += 1;
        }
        is_doubtful && is_handled
    }
}
