//! A summary at a call: places become arguments, what the callee made is made here.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::call::Args;
use super::domain::{
    Age, ArrayAtom, Atom, Cause, ContainerKind, MemoryId, ObjectId, Origin, Part, Place, PlaceId, Slot, ValueId, Vn,
};
use super::dtype::Dtype;
use super::engine::Engine;
use super::event::Making;
use super::facts::{Evidence, Facts};
use super::state::{Field, OUTER, State};
use super::summary::Summary;
use crate::ir::{BodyId, Const, Id, Module, Operand, OperandKind};
use crate::rules::Relation;
use crate::source::Span;

/// Calls nested deeper than this are not told apart.
const MAX_NESTING: u32 = 3;
/// Summaries applied while a summary is: more of them are not known.
const MAX_WITHIN: u32 = 3;

/// One call of one body.
pub(super) struct Call<'c> {
    pub(super) body: BodyId,
    pub(super) params: Vec<Slot>,
    pub(super) operands: Vec<Option<Operand>>,
    pub(super) summary: &'c Summary,
    pub(super) places: FxHashMap<PlaceId, Slot>,
    pub(super) values: FxHashMap<ValueId, ValueId>,
    pub(super) made: Vec<(ObjectId, ObjectId)>,
    pub(super) span: Span,
}

/// Where a callee stores what outlives it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stored {
    /// A cell of an object.
    Cell(ObjectId, Field),
    /// A variable of the caller, which the callee captures.
    Local(usize),
}

impl Engine<'_> {
    /// What a call of a function of this module does and gives.
    pub fn apply_summary(
        &mut self,
        state: &mut State,
        body: BodyId,
        function: Option<ObjectId>,
        args: &Args,
        span: Span,
    ) -> Slot {
        let Some(summary) = self.summaries[body].clone() else {
            return self.unknown(Cause::Call(Some(self.module.bodies[body].name)));
        };
        if summary.opaque || self.module.bodies[body].is_async {
            return self.unknown(Cause::Call(Some(self.module.bodies[body].name)));
        }
        let (params, operands) = self.bind_params(state, body, function, args);
        if self.on_a_run() && !self.module.bodies[body].is_stub() {
            return self.enter(state, body, &params);
        }
        // What the callee reads of its arguments may run properties, and those may read the same property again.
        if self.within >= MAX_WITHIN {
            return self.unknown(Cause::Call(Some(self.module.bodies[body].name)));
        }
        self.within += 1;
        let slot = self.summary_at_call(state, body, summary, params, operands, span);
        self.within -= 1;
        slot
    }

    fn summary_at_call(
        &mut self,
        state: &mut State,
        body: BodyId,
        summary: Rc<Summary>,
        params: Vec<Slot>,
        operands: Vec<Option<Operand>>,
        span: Span,
    ) -> Slot {
        let summary = self.summary_for(body, &params).unwrap_or(summary);
        let mut call = Call {
            body,
            params,
            operands,
            summary: &summary,
            places: FxHashMap::default(),
            values: FxHashMap::default(),
            made: Vec::new(),
            span,
        };
        let result = self.result_at_call(state, &mut call);
        let stores = self.stores_at_call(state, &mut call);
        self.writes_at_call(state, &mut call);
        for (place, slot, certain) in stores {
            match place {
                Stored::Local(local) => _ = state.locals.set(local, slot),
                Stored::Cell(object, field) if certain => state.set_cell(&mut self.pool, object, field, slot),
                Stored::Cell(object, field) => state.add_to_cell(&mut self.pool, object, field, slot.value),
            }
        }
        self.made_at_call(state, &mut call);
        result
    }

    fn result_at_call(&mut self, state: &mut State, call: &mut Call<'_>) -> Slot {
        if let Some(yields) = call.summary.yields {
            let held = self.value_at_call(state, call, yields);
            let held = self.as_many(held);
            let object = self.make_object(Part::Result(600));
            state.set_cell(&mut self.pool, object, Field::Rest, Slot { value: held, vn: Vn::None });
            let value = self.pool.single(Atom::Container(object, ContainerKind::Iterator));
            return self.fresh_slot(value);
        }
        let result = call.summary.result;
        if let Some(slot) = self.identity(state, call, result) {
            return slot;
        }
        let value = self.value_at_call(state, call, result);
        self.fresh_slot(value)
    }

    /// The very slot of a place, where a value is what is in that place and nothing else.
    pub(super) fn identity(&mut self, state: &mut State, call: &mut Call<'_>, value: ValueId) -> Option<Slot> {
        match *self.pool.atoms(value) {
            [Atom::Array(array)] => {
                let place = self.place_of(array)?;
                let slot = self.place_at_call(state, call, place);
                let mapped = self.value_at_call(state, call, value);
                let same_size = self.pool.atoms(mapped).len() == self.pool.atoms(slot.value).len();
                Some(Slot { value: mapped, vn: if same_size { slot.vn } else { Vn::None } })
            }
            [Atom::Const(id)] => Some(Slot { value, vn: Vn::Const(id) }),
            _ => None,
        }
    }

    pub(super) fn place_at_call(&mut self, state: &mut State, call: &mut Call<'_>, place: PlaceId) -> Slot {
        if let Some(&slot) = call.places.get(&place) {
            return slot;
        }
        let slot = match *self.pool.places.get(place) {
            Place::Param(body, position) if body == call.body => {
                call.params.get(position as usize).copied().unwrap_or(Slot::UNBOUND)
            }
            Place::Param(..) => self.pool.place_slot(place),
            Place::Global(name) => match self.top_locals.get(&name) {
                Some(&local) if self.frame.id == Module::TOP => state.locals[local.index()],
                _ => self.global(state, name),
            },
            Place::Free(body, local) if body == self.frame.id => state.locals[local.index()],
            Place::Free(body, local) => self.free(state, body, local),
            Place::Attr(of, name) => {
                let object = self.place_at_call(state, call, of);
                self.attribute_of(state, object, name, None, call.span)
            }
            Place::Element(of) => {
                let object = self.place_at_call(state, call, of);
                let nothing = Operand { kind: OperandKind::Const(Const::None), span: call.span };
                self.element_of(state, object.value, nothing)
            }
        };
        call.places.insert(place, slot);
        slot
    }

    pub(super) fn value_at_call(&mut self, state: &mut State, call: &mut Call<'_>, value: ValueId) -> ValueId {
        if let Some(&known) = call.values.get(&value) {
            return known;
        }
        let mut mapped = Vec::new();
        for atom in self.pool.all(value) {
            self.atom_at_call(state, call, atom, &mut mapped);
        }
        let mapped = self.pool.value(mapped);
        call.values.insert(value, mapped);
        mapped
    }

    fn atom_at_call(&mut self, state: &mut State, call: &mut Call<'_>, atom: Atom, mapped: &mut Vec<Atom>) {
        match atom {
            Atom::Array(array) => self.array_at_call(state, call, array, mapped),
            Atom::Container(object, kind) => mapped.push(Atom::Container(self.object_at_call(call, object), kind)),
            Atom::Instance(object, class) => mapped.push(Atom::Instance(self.object_at_call(call, object), class)),
            Atom::Function(object, body) => mapped.push(Atom::Function(self.object_at_call(call, object), body)),
            Atom::Method(object, body) => mapped.push(Atom::Method(self.object_at_call(call, object), body)),
            Atom::Class(object, class) => match *self.pool.objects.get(object) {
                Origin::Place(place) => {
                    let actual = self.place_at_call(state, call, place);
                    mapped.extend_from_slice(self.pool.atoms(actual.value));
                }
                Origin::Made { .. } | Origin::Foreign(_) => {
                    mapped.push(Atom::Class(self.object_at_call(call, object), class));
                }
            },
            Atom::Const(_) | Atom::Scalar | Atom::Path(_) | Atom::Typed(_) | Atom::Unknown(_) => mapped.push(atom),
        }
    }

    pub(super) fn array_at_call(
        &mut self,
        state: &mut State,
        call: &mut Call<'_>,
        array: ArrayAtom,
        mapped: &mut Vec<Atom>,
    ) {
        let seen = self.facts(array).clone();
        if let Some(place) = self.place_of(array) {
            let actual = self.place_at_call(state, call, place);
            for atom in self.pool.all(actual.value) {
                match atom {
                    Atom::Array(found) if compatible(self.facts(found), &seen) => {
                        mapped.push(Atom::Array(self.with_evidence(found, seen.evidence)));
                    }
                    Atom::Unknown(_) | Atom::Instance(..) => mapped.push(atom),
                    _ if seen.evidence < Evidence::Made => mapped.push(atom),
                    _ => {}
                }
            }
            return;
        }
        let object = self.object_at_call(call, array.object);
        match *self.pool.memories.get(array.memory) {
            Origin::Place(place) => self.view_at_call(state, call, array, object, place, mapped),
            Origin::Made { age, .. } => {
                let memory = self.memory_at_call(array.memory, age);
                mapped.push(Atom::Array(ArrayAtom { object, memory, ..array }));
                self.explain(object, array.object, &[], call.span);
            }
            Origin::Foreign(_) => {
                let memory = self.pool.memories.intern(Origin::Foreign(self.frame.at.point));
                mapped.push(Atom::Array(ArrayAtom { object, memory, ..array }));
            }
        }
    }

    /// A header that the callee made over memory that it was given.
    fn view_at_call(
        &mut self,
        state: &mut State,
        call: &mut Call<'_>,
        array: ArrayAtom,
        object: ObjectId,
        place: PlaceId,
        mapped: &mut Vec<Atom>,
    ) {
        let actual = self.place_at_call(state, call, place);
        let seen = self.facts(array).clone();
        for atom in self.pool.all(actual.value) {
            match atom {
                Atom::Array(found) => {
                    let of = self.facts(found);
                    let mut facts = Facts { evidence: seen.evidence.max(of.evidence), ..seen.clone() };
                    facts.geometry.strides = None;
                    facts.geometry.offset = 0;
                    if facts.writeable == super::Tri::Maybe {
                        facts.writeable = of.writeable;
                    }
                    let facts = self.pool.facts.intern(facts);
                    let extent = found.extent.part();
                    mapped.push(Atom::Array(ArrayAtom { object, memory: found.memory, extent, facts }));
                    self.explain(object, array.object, &[found.object], call.span);
                }
                Atom::Unknown(_) | Atom::Instance(..) => mapped.push(atom),
                _ if seen.evidence == Evidence::None => {
                    mapped.push(Atom::Unknown(Cause::Construct("a part of something that is no array").into()));
                }
                _ => {}
            }
        }
    }

    fn explain(&mut self, object: ObjectId, made_as: ObjectId, sources: &[ObjectId], span: Span) {
        let inner = self.makings.get(&made_as);
        let making = Making {
            relation: inner
                .map_or(if sources.is_empty() { Relation::Copy } else { Relation::View }, |one| one.relation),
            sources: SmallVec::from_slice(sources),
            operand: None,
            rule: inner.and_then(|one| one.rule),
            outcome: inner.map_or(0, |one| one.outcome),
            outcomes: inner.map_or(0, |one| one.outcomes),
            sometimes: inner.is_some_and(|one| one.sometimes),
            is_index: inner.is_none_or(|one| one.is_index),
            taken: None,
            span,
            point: self.frame.at.point,
        };
        self.remember(object, making);
    }

    fn object_at_call(&mut self, call: &mut Call<'_>, object: ObjectId) -> ObjectId {
        let age = match *self.pool.objects.get(object) {
            Origin::Place(_) => return object,
            Origin::Made { age, .. } => age,
            Origin::Foreign(_) => Age::Old,
        };
        let (part, age) =
            if self.nesting(object) >= MAX_NESTING { (Part::Deep, Age::Old) } else { (Part::Object(object), age) };
        let mapped = self.pool.objects.intern(Origin::Made { point: self.frame.at.point, age, part });
        if !call.made.contains(&(object, mapped)) {
            call.made.push((object, mapped));
        }
        mapped
    }

    fn memory_at_call(&mut self, memory: MemoryId, age: Age) -> MemoryId {
        let mut depth = 0;
        let mut at = memory;
        while let Origin::Made { part: Part::Memory(inner), .. } = *self.pool.memories.get(at) {
            depth += 1;
            at = inner;
        }
        let (part, age) = if depth >= MAX_NESTING { (Part::Deep, Age::Old) } else { (Part::Memory(memory), age) };
        self.pool.memories.intern(Origin::Made { point: self.frame.at.point, age, part })
    }

    fn nesting(&self, object: ObjectId) -> u32 {
        let mut depth = 0;
        let mut at = object;
        while let Origin::Made { part: Part::Object(inner), .. } = *self.pool.objects.get(at) {
            depth += 1;
            at = inner;
        }
        depth
    }

    /// What the callee stored outside itself: where, the value, and whether for sure.
    pub(super) fn stores_at_call(&mut self, state: &mut State, call: &mut Call<'_>) -> Vec<(Stored, Slot, bool)> {
        let outer = self.pool.objects.intern(OUTER);
        let mut stores = Vec::new();
        for &((object, field), slot) in &call.summary.cells {
            let from_outside = matches!(*self.pool.objects.get(object), Origin::Place(_)) || object == outer;
            if !from_outside || (object == outer && matches!(field, Field::Attr(_))) {
                continue;
            }
            let slot = match self.identity(state, call, slot.value) {
                Some(slot) => slot,
                None => Slot { value: self.value_at_call(state, call, slot.value), vn: Vn::None },
            };
            match (*self.pool.objects.get(object), field) {
                (Origin::Place(place), _) => {
                    let holders = self.place_at_call(state, call, place);
                    let atoms = self.pool.all(holders.value);
                    let certain = atoms.len() == 1;
                    for atom in atoms {
                        match atom {
                            Atom::Instance(holder, _) | Atom::Class(holder, _) => {
                                stores.push((Stored::Cell(holder, field), slot, certain));
                            }
                            Atom::Array(array) if self.place_of(array).is_some() => {
                                stores.push((Stored::Cell(array.object, field), slot, certain));
                            }
                            Atom::Container(holder, _) => stores.push((Stored::Cell(holder, Field::Rest), slot, false)),
                            _ => {}
                        }
                    }
                }
                (_, Field::Free(body, local)) if body == self.frame.id => {
                    let old = state.locals[local.index()];
                    let value = self.pool.join(old.value, slot.value);
                    let slot = if value == slot.value { slot } else { self.fresh_slot(slot.value) };
                    stores.push((Stored::Local(local.index()), slot, true));
                }
                (_, Field::Global(name)) if self.frame.id == Module::TOP => {
                    if let Some(&local) = self.top_locals.get(&name) {
                        let slot = self.fresh_slot(slot.value);
                        stores.push((Stored::Local(local.index()), slot, true));
                    }
                }
                _ => stores.push((Stored::Cell(outer, field), slot, true)),
            }
        }
        stores
    }
}

/// Whether one array can be both: what is known of it here, and what the callee knows of it where it did this.
fn compatible(actual: &Facts, seen: &Facts) -> bool {
    let dtype = actual.dtype == Dtype::Unknown || seen.dtype == Dtype::Unknown || actual.dtype == seen.dtype;
    let ndim = match (actual.geometry.ndim, seen.geometry.ndim) {
        (Some(actual), Some(seen)) => actual == seen,
        _ => true,
    };
    dtype && ndim
}
