//! What a call that a rule describes writes.

use smallvec::SmallVec;

use super::Tri;
use super::apply::Application;
use super::bind::Bound;
use super::domain::{Atom, ContainerKind, ValueId};
use super::engine::Engine;
use super::event::WriteHow;
use super::state::{Field, State};

impl Engine<'_> {
    /// Events of what the call writes.
    pub(super) fn rule_writes(&mut self, state: &mut State, application: &Application<'_>) {
        for write in &application.rule.writes {
            let met = self.met(state, application, &write.when);
            if met == Tri::No || (met == Tri::Maybe && application.depends_on_spread(&write.when)) {
                continue;
            }
            let written: SmallVec<[usize; 2]> = match &application.bound[usize::from(write.param)] {
                Bound::One(at) => SmallVec::from_elem(*at, 1),
                Bound::Many(all) => all.clone(),
                Bound::Absent | Bound::Spread => continue,
            };
            for at in written {
                let arg = application.args[at];
                self.container_is_written(state, application, arg.slot.value);
                let (Some(operand), target) = (arg.operand, self.targets_of(state, arg.slot.value)) else { continue };
                if target == ValueId::EMPTY {
                    continue;
                }
                let how = WriteHow::Call(application.id);
                self.write(operand, target, write.what, how, met == Tri::Yes, application.span);
                let arrays = self.arrays(target);
                self.written_by_call(state, application, write, &arrays);
            }
        }
    }

    /// Lists and the like that a call writes hold what they held, in whatever order, and what the call keeps.
    fn container_is_written(&mut self, state: &mut State, application: &Application<'_>, value: ValueId) {
        for atom in self.pool.all(value) {
            let Atom::Container(object, ContainerKind::List | ContainerKind::Dict | ContainerKind::Set) = atom else {
                continue;
            };
            self.forget_positions(state, object);
            for param in &application.rule.retains {
                if let Bound::One(at) = application.bound[usize::from(*param)] {
                    state.add_to_cell(&mut self.pool, object, Field::Rest, application.args[at].slot.value);
                }
            }
        }
    }

    /// The arrays that an argument is, or holds if it is a tuple (`out=(a,)`).
    fn targets_of(&mut self, state: &State, value: ValueId) -> ValueId {
        let mut arrays = Vec::new();
        for atom in self.pool.all(value) {
            match atom {
                Atom::Array(_) => arrays.push(atom),
                Atom::Container(object, ContainerKind::Tuple) => {
                    let held = self.held(state, object);
                    arrays.extend(self.pool.atoms(held).iter().filter(|atom| matches!(atom, Atom::Array(_))));
                }
                _ => {}
            }
        }
        self.pool.value(arrays)
    }
}
