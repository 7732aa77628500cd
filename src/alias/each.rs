//! Rules that make one result for each of several arguments: `np.atleast_1d(a, b)`, `np.broadcast_arrays(a, b)`.
//!
//! The conditions of such a rule are about one argument at a time; `count` and the tests of shapes look at all.

use super::Tri;
use super::apply::Application;
use super::bind::Bound;
use super::domain::{Atom, Cause, ContainerKind, Slot, ValueId, Vn};
use super::engine::Engine;
use super::geometry::{self, Operand as Shape, compared};
use super::state::{Field, State};
use crate::rules::{Arg, Container, ParamIdx, Test, TestOp};

impl Engine<'_> {
    /// The results for each argument of `param`, wrapped where the rule says so.
    pub(super) fn for_each(
        &mut self,
        state: &mut State,
        application: &mut Application<'_>,
        param: ParamIdx,
    ) -> ValueId {
        let slots = self.each_slot(state, application, param);
        let known = slots.is_some();
        let unknown = Slot { value: self.pool.unknown(Cause::Element), vn: Vn::None };
        let mut elements = Vec::new();
        let mut container = None;
        for (position, slot) in (0..).zip(slots.unwrap_or_else(|| vec![unknown])) {
            self.frame.element = position;
            let mut value = ValueId::EMPTY;
            let mut kept = true;
            let before = self.frame.variant;
            for (variant, atom) in (1..).zip(self.pool.all(slot.value)) {
                self.frame.variant = before * 32 + variant;
                application.subject = Some((param, atom));
                let (part, wrap) = self.outcomes_of_element(state, application);
                kept &= same_objects(self, part, atom);
                value = self.pool.join(value, part);
                container = container.or(wrap);
            }
            self.frame.variant = before;
            elements.push(if kept { Slot { value, vn: slot.vn } } else { self.fresh_slot(value) });
        }
        self.frame.element = 0;
        application.subject = None;
        let Some(container) = container else {
            return elements.first().map_or(ValueId::EMPTY, |slot| slot.value);
        };
        let kind = match container {
            Container::List => ContainerKind::List,
            Container::Tuple => ContainerKind::Tuple,
            Container::Iterator => ContainerKind::Iterator,
        };
        let part = self.container_part(900);
        if known {
            return self.container_with(state, kind, part, &elements);
        }
        let object = self.make_object(part);
        for slot in elements {
            state.add_to_cell(&mut self.pool, object, Field::Rest, slot.value);
        }
        self.pool.single(Atom::Container(object, kind))
    }

    /// The arguments of a `*args` parameter, or the elements of the list or tuple passed; `None` where they are not known.
    pub(super) fn each_slot(&self, state: &State, application: &Application<'_>, param: ParamIdx) -> Option<Vec<Slot>> {
        match &application.bound[usize::from(param)] {
            Bound::Many(all) => Some(all.iter().map(|at| application.args[*at].slot).collect()),
            Bound::One(at) => match *self.pool.atoms(application.args[*at].slot.value) {
                [Atom::Container(object, _)] => self.elements_in_order(state, object),
                _ => None,
            },
            Bound::Absent => Some(Vec::new()),
            Bound::Spread => None,
        }
    }

    /// Tests that look at all arguments of a parameter at once; `None` for any other test.
    pub(super) fn test_of_all(&self, state: &State, application: &Application<'_>, test: &Test) -> Option<Tri> {
        if !matches!(test.op, TestOp::Count | TestOp::EqualShapes | TestOp::FillsBroadcast) {
            return None;
        }
        let Some(Arg::Param(param)) = test.args.first() else { return Some(Tri::Maybe) };
        let Some(slots) = self.each_slot(state, application, *param) else { return Some(Tri::Maybe) };
        if test.op == TestOp::Count {
            return Some(compared(i64::try_from(slots.len()).ok(), test.compare));
        }
        let shapes: Option<Vec<Vec<u64>>> = slots.iter().map(|slot| self.known_shape(state, *slot)).collect();
        let Some(shapes) = shapes else { return Some(Tri::Maybe) };
        if test.op == TestOp::EqualShapes {
            return Some(Tri::known(shapes.windows(2).all(|pair| pair[0] == pair[1])));
        }
        let Some((_, atom)) = application.subject else { return Some(Tri::Maybe) };
        let own = lengths(&self.shape_of_atom(state, atom));
        Some(own.map_or(Tri::Maybe, |own| Tri::known(own == broadcast(&shapes))))
    }

    fn known_shape(&self, state: &State, slot: Slot) -> Option<Vec<u64>> {
        lengths(&self.shape_of(state, slot.value))
    }
}

/// The shape of an operand, where every length is known.
fn lengths(shape: &Shape<'_>) -> Option<Vec<u64>> {
    geometry::lengths(shape)?.into_iter().collect()
}

fn broadcast(shapes: &[Vec<u64>]) -> Vec<u64> {
    let ndim = shapes.iter().map(Vec::len).max().unwrap_or(0);
    let mut common = vec![1; ndim];
    for shape in shapes {
        for (length, own) in common[ndim - shape.len()..].iter_mut().zip(shape) {
            if *own != 1 {
                *length = *own;
            }
        }
    }
    common
}

fn same_objects(engine: &Engine<'_>, value: ValueId, atom: Atom) -> bool {
    match (engine.pool.atoms(value), atom) {
        ([Atom::Array(left)], Atom::Array(right)) => left.object == right.object && left.memory == right.memory,
        _ => false,
    }
}
