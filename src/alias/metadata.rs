//! Writes to what an array object is, not to its elements: shape, dtype, strides, flags.

use super::Tri;
use super::apply::Application;
use super::domain::{ArrayAtom, Atom, Const, Slot};
use super::engine::Engine;
use super::event::WriteHow;
use super::facts::Facts;
use super::geometry::{self, Operand as Shape};
use super::state::{State, is_single};
use crate::ir::{Name, Operand};
use crate::rules::{Arg, GeometryOp, RuleId, Write, Written};

impl Engine<'_> {
    /// `array.flags.writeable = value`: the flags object was taken from the array just before.
    pub(super) fn store_flag(&mut self, state: &mut State, flags: Operand, attr: Name, value: Slot) {
        let Some(crate::ir::Rvalue::Attr { object, .. }) = self.definition(self.frame.at.block, flags) else { return };
        let object = *object;
        let owner = self.slot(state, object);
        let arrays = self.arrays(owner.value);
        if arrays.is_empty() {
            return;
        }
        let target = self.pool.value(arrays.iter().map(|array| Atom::Array(*array)));
        let what = Written::Metadata;
        self.write(object, target, what, WriteHow::Attribute(attr), arrays.len() == 1, object.span);
        let known = match self.as_const(value.value) {
            Some(Const::Bool(value)) if arrays.len() == 1 => Tri::known(*value),
            _ => Tri::Maybe,
        };
        for array in arrays {
            let change = |facts: &Facts| Facts { writeable: known, ..facts.clone() };
            state.change_facts(&mut self.pool, array.object, change);
        }
    }

    /// After a write to its shape, dtype or strides, nothing of them is known.
    pub fn forget_geometry(&mut self, state: &mut State, array: ArrayAtom, what: Written) {
        if what == Written::Data {
            return;
        }
        state.change_facts(&mut self.pool, array.object, without_geometry);
    }

    /// `array.attr = value` of an attribute that sets something of the array, where it is certain that it is this array.
    ///
    /// An attribute that reads as the lengths gives the array those that are assigned; NumPy does so without a copy, or raises.
    pub(super) fn set_metadata(&mut self, state: &mut State, array: ArrayAtom, rule: RuleId, value: Option<Slot>) {
        let rules = self.rules;
        let rule = rules.rule(rule);
        let Some(what) = rule.sets else { return };
        let is_shape = rule.results.iter().any(|one| {
            one.is == crate::rules::Relation::Value
                && one.facts.geometry.as_ref().is_some_and(|geometry| geometry.op == GeometryOp::Like)
        });
        let Some(value) = value.filter(|_| is_shape && is_single(&self.pool, array.object)) else {
            self.forget_geometry(state, array, what);
            return;
        };
        let old = self.facts(array).clone();
        let shape = self.shape_of(state, value.value);
        let flow = geometry::view(GeometryOp::Reshape, &[Shape::Array(&old), shape], old.dtype.itemsize());
        let facts = Facts {
            geometry: flow.geometry,
            c_contiguous: flow.c_contiguous,
            f_contiguous: flow.f_contiguous,
            // What is kept as a base itself, see `inspect`, stays so.
            overlaps: if old.overlaps == Tri::No { Tri::No } else { flow.overlaps.or(old.overlaps) },
            ..old.clone()
        };
        let change = |before: &Facts| if *before == old { facts.clone() } else { without_geometry(before) };
        state.change_facts(&mut self.pool, array.object, change);
    }

    /// What a call that writes arrays leaves of what is known of them.
    pub(super) fn written_by_call(
        &mut self,
        state: &mut State,
        application: &Application<'_>,
        write: &Write,
        arrays: &[ArrayAtom],
    ) {
        let Some(flag) = write.writeable else {
            for array in arrays {
                self.forget_geometry(state, *array, write.what);
            }
            return;
        };
        let given = match self.shape_argument(state, application, &Arg::Param(flag)) {
            Shape::Const(geometry::Const::Bool(false)) => Some(Tri::No),
            Shape::Missing | Shape::Const(geometry::Const::None) => None,
            // Who makes an array writeable has thought of it: writes are not looked at as if it always had been.
            _ => Some(Tri::Maybe),
        };
        for array in arrays {
            let Some(given) = given else { continue };
            let is_this = arrays.len() == 1 && is_single(&self.pool, array.object);
            let change = |old: &Facts| {
                let writeable = if is_this || given == old.writeable { given } else { Tri::Maybe };
                Facts { writeable, ..old.clone() }
            };
            state.change_facts(&mut self.pool, array.object, change);
        }
    }
}

/// What is known of an array whose shape, dtype or strides may be others now.
fn without_geometry(old: &Facts) -> Facts {
    Facts { evidence: old.evidence, class: old.class, owndata: old.owndata, ..Facts::default() }
}
