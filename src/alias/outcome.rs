//! The values that one outcome of a rule gives.

use smallvec::SmallVec;

use super::Tri;
use super::apply::{Application, as_array, result_evidence};
use super::bind::Bound;
use super::domain::{ArrayAtom, Atom, Const, ContainerKind, ExtentId, ObjectId, Part, Slot, ValueId, Vn};
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::{ArrayClass, Evidence, Facts};
use super::state::State;
use super::subclass::{SUBCLASSES, VARIES};
use crate::rules::{Container, Geometry, GeometryOp, Outcome, Relation, Stated};

/// An outcome that is possible.
#[derive(Clone, Copy)]
struct Choice<'r> {
    outcome: &'r Outcome,
    /// Its position in the rule.
    position: usize,
    /// Whether it is one of several.
    sometimes: bool,
}

impl Engine<'_> {
    /// The value of one outcome.
    pub(super) fn outcome(
        &mut self,
        state: &mut State,
        application: &Application<'_>,
        position: usize,
        sometimes: bool,
    ) -> ValueId {
        let outcome = &application.rule.results[position];
        let Some(container) = outcome.container else {
            return self.bare(state, application, Choice { outcome, position, sometimes });
        };
        let kind = match container {
            Container::List => ContainerKind::List,
            Container::Tuple => ContainerKind::Tuple,
            Container::Iterator => ContainerKind::Iterator,
        };
        // Each outcome has a container of its own, where several are possible.
        let part = self.container_part(900 + 16 * u32::try_from(position).unwrap_or(0));
        if !outcome.items.is_empty() && kind != ContainerKind::Iterator {
            let mut elements = Vec::new();
            for (element, item) in (1..).zip(&outcome.items) {
                self.frame.element = element;
                let value = self.bare(state, application, Choice { outcome: item, position, sometimes });
                elements.push(self.fresh_slot(value));
            }
            self.frame.element = 0;
            return self.container_with(state, kind, part, &elements);
        }
        let count = outcome.count.map(|count| count as usize).or_else(|| self.parts(state, application, outcome));
        let mut elements = Vec::new();
        for element in 0..count.unwrap_or(1) {
            self.frame.element = 1 + u32::try_from(element).unwrap_or(0);
            let value = self.bare(state, application, Choice { outcome, position, sometimes });
            elements.push(self.fresh_slot(value));
        }
        self.frame.element = 0;
        match count {
            Some(_) if kind != ContainerKind::Iterator => self.container_with(state, kind, part, &elements),
            _ => {
                let object = self.make_object(part);
                for slot in elements {
                    // However many there are, each is one of its own.
                    let value = if count.is_none() { self.as_many(slot.value) } else { slot.value };
                    state.add_to_cell(&mut self.pool, object, super::state::Field::Rest, value);
                }
                self.pool.single(Atom::Container(object, kind))
            }
        }
    }

    /// The value of an outcome, its container left aside.
    pub(super) fn bare_outcome(
        &mut self,
        state: &mut State,
        application: &Application<'_>,
        position: usize,
        sometimes: bool,
    ) -> ValueId {
        let outcome = &application.rule.results[position];
        self.bare(state, application, Choice { outcome, position, sometimes })
    }

    /// The value of an outcome, or of one element of it.
    fn bare(&mut self, state: &mut State, application: &Application<'_>, choice: Choice<'_>) -> ValueId {
        let outcome = choice.outcome;
        if let Some(name) = &outcome.stands_for {
            let name = self.names.intern(name);
            return self.pool.single(Atom::Path(name));
        }
        if outcome.is == Relation::Value && outcome.facts.dtype.is_some() {
            let value = self.plain_value(state, application, outcome);
            if self.as_const(value).is_some() {
                return value;
            }
        }
        // Bytes of which nothing more is known: what is a view of them cannot be written.
        if outcome.is == Relation::Value && outcome.class.as_deref() == Some("builtins.bytes") {
            return self.pool.constant(Const::Bytes(None));
        }
        if let (Some(class), Relation::Copy | Relation::Value | Relation::Unknown) = (&outcome.class, outcome.is)
            && self.class_named(class).is_none()
            && class != VARIES
        {
            let class = self.names.intern(class);
            return self.pool.single(Atom::Typed(class));
        }
        match outcome.is {
            Relation::Scalar => self.scalar_result(state, application, outcome),
            Relation::Value => self.plain_value(state, application, outcome),
            Relation::None => self.none().value,
            Relation::Unknown if outcome.class.as_deref().is_some_and(|class| self.rules.holder(class).is_some()) => {
                let atom = self.foreign_result(state, application, outcome);
                self.pool.single(atom)
            }
            Relation::Unknown => {
                let name = self.names.intern(&application.rule.name);
                self.pool.unknown(super::domain::Cause::Rule(name))
            }
            Relation::Copy => {
                let subject = application.subject.map(|(_, atom)| atom).and_then(as_array);
                let atom = self.copy(state, application, choice, subject);
                let value = self.pool.single(atom);
                self.or_unknown_of_matrix(state, application, value)
            }
            Relation::Same | Relation::View => {
                let sources = self.sources(application, outcome);
                let mut value = ValueId::EMPTY;
                for source in sources {
                    let part = self.related(state, application, choice, source);
                    value = self.pool.join(value, part);
                }
                value
            }
        }
    }

    fn sources(&mut self, application: &Application<'_>, outcome: &Outcome) -> SmallVec<[Atom; 2]> {
        let mut all = SmallVec::new();
        for param in outcome.of.iter().chain(&outcome.each) {
            match application.subject {
                Some((subject, atom)) if subject == *param => all.push(atom),
                _ => match &application.bound[usize::from(*param)] {
                    Bound::One(at) => all.extend(self.pool.atoms(application.args[*at].slot.value).iter().copied()),
                    Bound::Many(many) => {
                        for at in many {
                            all.extend(self.pool.atoms(application.args[*at].slot.value).iter().copied());
                        }
                    }
                    Bound::Absent => {}
                    Bound::Spread => all.push(Atom::Unknown(super::domain::Cause::Element.into())),
                },
            }
        }
        all
    }

    /// The same object, or a view of it. What is not an array is converted to a fresh one first.
    fn related(
        &mut self,
        state: &mut State,
        application: &Application<'_>,
        choice: Choice<'_>,
        source: Atom,
    ) -> ValueId {
        let outcome = choice.outcome;
        if outcome.passes_on {
            return self.pool.single(source);
        }
        let atom = match source {
            Atom::Array(array) if outcome.is == Relation::Same && !self.is_guest(application.rule, array) => {
                let same = self.same(state, application, outcome, array);
                if self.is_strange(state, application, &SUBCLASSES) {
                    let view = self.view(state, application, choice, array);
                    return self.pool.value([same, view]);
                }
                same
            }
            Atom::Const(_) | Atom::Scalar | Atom::Container(_, ContainerKind::List) if outcome.is == Relation::Same => {
                source
            }
            Atom::Array(array) => self.view(state, application, choice, array),
            // `out=(a,)`: the result is what the tuple holds.
            Atom::Container(object, ContainerKind::Tuple) if outcome.is == Relation::Same => {
                let held = self.held(state, object);
                let atoms = self.pool.atoms(held).iter().copied();
                let held: Vec<Atom> = atoms.filter(|atom| matches!(atom, Atom::Array(_) | Atom::Unknown(_))).collect();
                return self.pool.value(held);
            }
            Atom::Const(_) | Atom::Scalar | Atom::Container(..) => self.copy(state, application, choice, None),
            Atom::Instance(..)
            | Atom::Function(..)
            | Atom::Method(..)
            | Atom::Class(..)
            | Atom::Path(_)
            | Atom::Typed(_)
            | Atom::Unknown(_) => self.foreign_result(state, application, outcome),
        };
        self.pool.single(atom)
    }

    /// An array, or what holds one, over memory of which nothing is known.
    fn foreign_result(&mut self, state: &State, application: &Application<'_>, outcome: &Outcome) -> Atom {
        let facts = Facts {
            evidence: result_evidence(application, None),
            class: self.class_of_view(outcome, ArrayClass::Any),
            dtype: self.dtype(state, application, &outcome.facts, None),
            writeable: outcome.facts.writeable.map_or(Tri::Maybe, Tri::stated),
            ..Facts::default()
        };
        self.foreign_array(Part::Result(self.frame.base + self.frame.element), facts)
    }

    fn same(&mut self, state: &State, application: &Application<'_>, outcome: &Outcome, array: ArrayAtom) -> Atom {
        let mut facts = self.facts(array).clone();
        facts.evidence = facts.evidence.max(result_evidence(application, Some(&facts)));
        if facts.dtype == Dtype::Unknown {
            facts.dtype = self.dtype(state, application, &outcome.facts, Some(array));
        }
        let facts = self.pool.facts.intern(facts);
        Atom::Array(ArrayAtom { facts, ..array })
    }

    fn view(&mut self, state: &State, application: &Application<'_>, choice: Choice<'_>, base: ArrayAtom) -> Atom {
        let outcome = choice.outcome;
        let old = self.facts(base).clone();
        let dtype = self.dtype(state, application, &outcome.facts, Some(base));
        let flow = self.flow(state, application, &outcome.facts, Relation::View, &dtype);
        let owndata_varies = outcome.facts.owndata == Some(Stated::Varies);
        let is_element = [".__getitem__", ".__iter__"].iter().any(|method| application.rule.name.ends_with(method));
        let facts = Facts {
            evidence: result_evidence(application, Some(&old)),
            class: match self.class_of_view(outcome, old.class) {
                ArrayClass::Holder(_) if outcome.class.is_none() && self.is_guest(application.rule, base) => {
                    ArrayClass::Any
                }
                // `out`, wrapped as another operand is.
                ArrayClass::Ndarray if self.is_strange(state, application, &SUBCLASSES) && outcome.class.is_none() => {
                    ArrayClass::Any
                }
                class => class,
            },
            dtype,
            filled: if keeps_elements(outcome) { old.has_elements() } else { Tri::Maybe },
            geometry: flow.geometry,
            c_contiguous: flow.c_contiguous,
            f_contiguous: flow.f_contiguous,
            // What may own its data is an array that was there before, with flags of its own.
            writeable: match outcome.facts.writeable {
                Some(writeable) => Tri::stated(writeable),
                None if owndata_varies => Tri::Maybe,
                None => old.writeable,
            },
            // `rows[0]` of a list of arrays is one of them.
            owndata: if owndata_varies || is_element && old.evidence <= Evidence::Use { Tri::Maybe } else { Tri::No },
            overlaps: if outcome.facts.overlaps { flow.overlaps.or(Tri::Maybe) } else { flow.overlaps },
        };
        let object = self.make_object(Part::Result(self.frame.base + self.frame.element));
        let facts = self.pool.facts.intern(facts);
        self.remember_outcome(
            application,
            choice.position,
            object,
            SmallVec::from_elem(base.object, 1),
            choice.sometimes,
        );
        let whole = matches!(base.extent, ExtentId::WHOLE | ExtentId::EVERY);
        let extent = if whole && keeps_every_byte(outcome) { ExtentId::EVERY } else { base.extent.part() };
        Atom::Array(ArrayAtom { object, memory: base.memory, extent, facts })
    }

    fn copy(
        &mut self,
        state: &State,
        application: &Application<'_>,
        choice: Choice<'_>,
        from: Option<ArrayAtom>,
    ) -> Atom {
        let outcome = choice.outcome;
        let dtype = self.dtype(state, application, &outcome.facts, from);
        let flow = self.flow(state, application, &outcome.facts, Relation::Copy, &dtype);
        let old = from.map(|array| self.facts(array).clone());
        let class = self.class_of_copy(state, application, outcome, old.as_ref().map(|facts| facts.class));
        let facts = Facts {
            evidence: result_evidence(application, old.as_ref()),
            class,
            dtype,
            geometry: flow.geometry,
            c_contiguous: flow.c_contiguous,
            f_contiguous: flow.f_contiguous,
            writeable: match outcome.facts.writeable {
                Some(writeable) => Tri::stated(writeable),
                None if self.is_strange(state, application, &SUBCLASSES) => Tri::Maybe,
                None => Tri::Yes,
            },
            // What is no array is made one first, and the result may be a view of that.
            owndata: if outcome.is == Relation::View || self.is_wrapped(state, application) {
                Tri::Maybe
            } else {
                outcome.facts.owndata.map_or(Tri::Yes, Tri::stated)
            },
            overlaps: if outcome.facts.overlaps { Tri::Maybe } else { Tri::No },
            filled: Tri::Maybe,
        };
        let part = Part::Result(self.frame.base + self.frame.element);
        let atom = self.fresh_array(part, facts);
        let object = self.make_object(part);
        let sources: SmallVec<[ObjectId; 1]> = from.iter().map(|array| array.object).collect();
        self.remember_outcome(application, choice.position, object, sources, choice.sometimes);
        atom
    }

    /// A value that is not an array: a shape is a tuple of integers, a dtype is known as one.
    fn plain_value(&mut self, state: &mut State, application: &Application<'_>, outcome: &Outcome) -> ValueId {
        let facts = &outcome.facts;
        if outcome.passes_on
            && let Some(param) = outcome.of.first()
            && let Bound::One(at) = application.bound[usize::from(*param)]
        {
            return application.args[at].slot.value;
        }
        if facts.dtype.is_some() {
            let dtype = self.dtype(state, application, facts, None);
            if dtype != Dtype::Unknown {
                return self.pool.constant(Const::Dtype(dtype));
            }
        }
        if facts.geometry.is_some() {
            let flow = self.flow(state, application, facts, Relation::Copy, &Dtype::Unknown);
            if let Some(shape) = flow.geometry.shape {
                let axes: Vec<Slot> = shape
                    .iter()
                    .map(|length| match length.and_then(|length| i64::try_from(length).ok()) {
                        Some(length) => self.const_value(Const::Int(length)),
                        None => Slot { value: self.scalar(), vn: Vn::None },
                    })
                    .collect();
                return self.container_with(state, ContainerKind::Tuple, self.container_part(901), &axes);
            }
            let object = self.make_object(self.container_part(901));
            let length = self.scalar();
            state.add_to_cell(&mut self.pool, object, super::state::Field::Rest, length);
            return self.pool.single(Atom::Container(object, ContainerKind::Tuple));
        }
        self.scalar()
    }
}

/// Whether a view has elements where, and only where, what it views has some.
fn keeps_elements(outcome: &Outcome) -> bool {
    use GeometryOp as Op;
    let is_part = |geometry: &Geometry| matches!(geometry.op, Op::Rearrange | Op::Real | Op::Imag);
    keeps_every_byte(outcome) || outcome.facts.geometry.as_ref().is_some_and(is_part)
}

/// Whether a view has all the memory of what it views, in whatever arrangement.
fn keeps_every_byte(outcome: &Outcome) -> bool {
    use GeometryOp as Op;
    outcome.facts.geometry.as_ref().is_some_and(|geometry| {
        matches!(
            geometry.op,
            Op::Like
                | Op::Reshape
                | Op::Ravel
                | Op::Transpose
                | Op::Swapaxes
                | Op::Moveaxis
                | Op::Rollaxis
                | Op::Flip
                | Op::Rot90
                | Op::ExpandDims
                | Op::Squeeze
                | Op::Atleast
                | Op::Ndmin
        )
    })
}
