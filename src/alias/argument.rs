//! What each parameter of a function of this module gets at a call.

use super::bind::{Bound, Passed, Takes, bind};
use super::call::Args;
use super::domain::{Cause, ContainerKind, ObjectId, Part, Slot, Vn};
use super::engine::Engine;
use super::state::{Field, State};
use crate::ir::{ArgKind, BodyId, Operand, ParamDefault, ParamKind};
impl Engine<'_> {
    pub(super) fn bind_params(
        &mut self,
        state: &mut State,
        body: BodyId,
        function: Option<ObjectId>,
        args: &Args,
    ) -> (Vec<Slot>, Vec<Option<Operand>>) {
        let declared = &self.module.bodies[body];
        let bound = {
            let params: Vec<(&str, Takes)> = declared
                .params
                .iter()
                .map(|param| {
                    let name = declared.locals[param.local].name.map_or("", |name| self.names.text(name));
                    (name, takes(param.kind))
                })
                .collect();
            let passed: Vec<Passed<'_>> = args
                .iter()
                .map(|arg| match arg.kind {
                    ArgKind::Positional => Passed::Position,
                    ArgKind::Keyword(name) => Passed::Keyword(self.names.text(name)),
                    ArgKind::Starred => Passed::Star,
                    ArgKind::DoubleStarred => Passed::DoubleStar,
                })
                .collect();
            bind(&params, &passed)
        };
        let mut slots = Vec::with_capacity(bound.len());
        let mut operands = Vec::with_capacity(bound.len());
        for (position, (bound, param)) in (0..).zip(bound.into_iter().zip(&declared.params)) {
            let (slot, operand) = match bound {
                Bound::One(at) => (args[at].slot, args[at].operand),
                Bound::Many(all) if param.kind == ParamKind::VarPositional => {
                    let slots: Vec<Slot> = all.iter().map(|at| args[*at].slot).collect();
                    let part = Part::Result(700 + position);
                    let value = self.container_with(state, ContainerKind::Tuple, part, &slots);
                    (Slot { value, vn: Vn::None }, None)
                }
                Bound::Absent => (self.default_of(state, function, position, &param.default, param.kind), None),
                Bound::Many(_) | Bound::Spread => (self.unknown(Cause::Construct("spread arguments")), None),
            };
            slots.push(slot);
            operands.push(operand);
        }
        (slots, operands)
    }

    pub(super) fn default_of(
        &mut self,
        state: &mut State,
        function: Option<ObjectId>,
        position: u32,
        default: &ParamDefault,
        kind: ParamKind,
    ) -> Slot {
        match (default, kind) {
            (_, ParamKind::VarPositional) => {
                let value = self.container_with(state, ContainerKind::Tuple, Part::Result(700 + position), &[]);
                Slot { value, vn: Vn::None }
            }
            (_, ParamKind::VarKeyword) => {
                let value = self.container_with(state, ContainerKind::Dict, Part::Result(700 + position), &[]);
                Slot { value, vn: Vn::None }
            }
            (ParamDefault::Const(constant), _) => self.const_slot(*constant),
            (ParamDefault::Value | ParamDefault::Required, _) => {
                match function.and_then(|function| state.cell(function, Field::Index(position))) {
                    Some(slot) => slot,
                    None => self.unknown(Cause::Construct("a default that is not known")),
                }
            }
        }
    }
}

fn takes(kind: ParamKind) -> Takes {
    match kind {
        ParamKind::PositionalOnly => Takes::Position,
        ParamKind::Either => Takes::Either,
        ParamKind::KeywordOnly => Takes::Keyword,
        ParamKind::VarPositional => Takes::Positions,
        ParamKind::VarKeyword => Takes::Keywords,
    }
}
