//! Operators: the rules of special methods, and Python's own arithmetic.

use super::domain::{Atom, Cause, Const, ContainerKind, Reason, Slot, ValueId, Via, Vn};
use super::engine::Engine;
use super::event::WriteHow;
use super::facts::Evidence;
use super::state::State;
use super::tri::Tri;
use crate::ir::Operand;
use crate::rules;
use crate::source::Span;
impl Engine<'_> {
    /// An operator: the rule of the special method of the first operand that is an array.
    pub fn operator(&mut self, state: &mut State, method: &str, args: &[(Operand, Slot)], span: Span) -> Slot {
        if let Some(slot) = self.special_operator(state, method, args, span) {
            return slot;
        }
        let is_array =
            |engine: &Self, slot: Slot| engine.pool.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Array(_)));
        let holder = args.iter().position(|(_, slot)| self.arrays(slot.value).iter().any(|array| self.holds(*array)));
        let Some(position) = holder.or_else(|| args.iter().position(|(_, slot)| is_array(self, *slot))) else {
            let plain = args.iter().all(|(_, slot)| {
                self.pool.atoms(slot.value).iter().all(|atom| matches!(atom, Atom::Scalar | Atom::Const(_)))
            });
            // What is compared with a string or `None` is no array.
            let compared = matches!(method, "__eq__" | "__ne__")
                && args.iter().any(|(_, slot)| matches!(self.as_const(slot.value), Some(Const::Str(_) | Const::None)));
            if plain || compared {
                let value = self.scalar();
                return self.fresh_slot(value);
            }
            let reason = self.reason_in(args);
            return self.unknown(reason);
        };
        let arrays = self.arrays(args[position].1.value);
        let Some(rule) = arrays.first().and_then(|array| self.array_method(*array, method)) else {
            let reason = self.reason_in(args);
            return self.unknown(reason);
        };
        let mut ordered: Vec<(Option<Operand>, Slot)> = vec![(Some(args[position].0), args[position].1)];
        ordered.extend(
            args.iter().enumerate().filter(|(at, _)| *at != position).map(|(_, (op, slot))| (Some(*op), *slot)),
        );
        let mut result = self.apply_rule(state, rule, ordered, span);
        // What is unknown may have an operator of its own, unless the other operand is an array for sure.
        if let Some(reason) = self.own_operator(args) {
            let unknown = self.pool.unknown(reason);
            result.value = self.pool.join(result.value, unknown);
        }
        let unsure = arrays.iter().all(|array| self.facts(*array).evidence == Evidence::None);
        if !unsure {
            return result;
        }
        let scalar = self.scalar();
        let value = self.pool.join(result.value, scalar);
        Slot { value, vn: result.vn }
    }

    /// Why an operator's result is unknown: because an operand is, or because of the operator.
    fn reason_in(&self, args: &[(Operand, Slot)]) -> Reason {
        let mut atoms = args.iter().flat_map(|(_, slot)| self.pool.atoms(slot.value));
        let of_operand =
            |atom: &Atom| if let Atom::Unknown(reason) = atom { Some(reason.then(Via::Call)) } else { None };
        atoms.find_map(of_operand).unwrap_or(Cause::Construct("an operator").into())
    }

    /// Why an operator may be none of arrays: an operand is unknown on some runs, and none is an array on all.
    fn own_operator(&self, args: &[(Operand, Slot)]) -> Option<Reason> {
        let is_array = |slot: Slot| self.pool.atoms(slot.value).iter().all(|atom| matches!(atom, Atom::Array(_)));
        let is_unknown = |slot: Slot| self.pool.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Unknown(_)));
        let own = args.iter().any(|(_, slot)| is_unknown(*slot)) && !args.iter().any(|(_, slot)| is_array(*slot));
        own.then(|| self.reason_in(args))
    }

    /// `target op= value`
    pub fn in_place(
        &mut self,
        state: &mut State,
        op: crate::ir::BinaryOp,
        target: Operand,
        value: Operand,
        span: Span,
    ) -> Slot {
        let slot = self.read(state, target, super::event::Purpose::Target);
        let other = self.read(state, value, super::event::Purpose::Data);
        // In a loop a number would go through all its values; a run goes through them anyway.
        if self.on_a_run()
            && let Some(folded) = self.fold(op, slot.value, other.value)
        {
            return self.const_value(Const::Int(folded));
        }
        let mut result = ValueId::EMPTY;
        let atoms = self.pool.all(slot.value);
        let mut kept = true;
        let is_one = atoms.len() == 1;
        let mut written = Vec::new();
        for atom in atoms {
            match atom {
                Atom::Array(array) if self.holds(array) => {
                    let writes = self.holder_writes(array, &format!("__i{}__", op.stem()));
                    kept &= writes == Tri::Yes;
                    written.extend((writes != Tri::No).then_some(atom));
                    let one = self.pool.single(atom);
                    let unknown = self.pool.unknown(Cause::Construct("an operator"));
                    result = self.pool.join(result, if writes == Tri::Yes { one } else { unknown });
                }
                Atom::Array(array) => {
                    let zero_d = self.facts(array).geometry.ndim == Some(0);
                    if !zero_d || self.facts(array).evidence == Evidence::Made {
                        written.push(atom);
                    }
                    let one = self.pool.single(atom);
                    result = self.pool.join(result, one);
                    if self.facts(array).evidence == Evidence::None {
                        kept = false;
                        let scalar = self.scalar();
                        result = self.pool.join(result, scalar);
                    }
                }
                Atom::Container(object, ContainerKind::List) if op == crate::ir::BinaryOp::Add => {
                    let one = self.pool.single(atom);
                    if self.extend_on_run(state, object, other, value) {
                        result = self.pool.join(result, one);
                        continue;
                    }
                    self.forget_positions(state, object);
                    let more = self.all_elements(state, other.value, value);
                    state.add_to_cell(&mut self.pool, object, super::state::Field::Rest, more);
                    self.record_kept(one, target, more, value);
                    result = self.pool.join(result, one);
                }
                Atom::Container(object, ContainerKind::Dict) if op == crate::ir::BinaryOp::BitOr => {
                    self.update_dict(state, object, is_one, (value, other));
                    let one = self.pool.single(atom);
                    result = self.pool.join(result, one);
                }
                Atom::Const(_) | Atom::Scalar | Atom::Container(..) => {
                    kept = false;
                    let one = Slot { value: self.pool.single(atom), vn: Vn::None };
                    let name = format!("__{}__", op.stem());
                    let args = [(target, one), (value, other)];
                    let part = match self.sequence_operator(state, op, &args) {
                        Some(slot) => slot,
                        None => self.operator(state, &name, &args, span),
                    };
                    result = self.pool.join(result, part.value);
                }
                Atom::Instance(..) => {
                    kept = false;
                    let one = Slot { value: self.pool.single(atom), vn: Vn::None };
                    let part = self.special_in_place(state, op.stem(), (target, one), (value, other), span);
                    result = self.pool.join(result, part);
                }
                Atom::Function(..)
                | Atom::Method(..)
                | Atom::Class(..)
                | Atom::Path(_)
                | Atom::Typed(_)
                | Atom::Unknown(_) => {
                    kept = false;
                    let one = Slot { value: self.pool.single(atom), vn: Vn::None };
                    let reason = self.reason_in(&[(target, one), (value, other)]);
                    let unknown = self.pool.unknown(reason);
                    result = self.pool.join(result, unknown);
                }
            }
        }
        if !written.is_empty() {
            let certain = kept && written.len() == 1;
            let target_value = self.pool.value(written);
            self.write(target, target_value, rules::Written::Data, WriteHow::Augmented, certain, span);
        }
        if kept { Slot { value: result, vn: slot.vn } } else { self.fresh_slot(result) }
    }
}
