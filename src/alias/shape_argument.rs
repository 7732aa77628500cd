//! Arguments of a rule as conditions and geometry see them.

use super::apply::{Application, constant};
use super::bind::Bound;
use super::domain::{Atom, Const, ContainerKind, ValueId};
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::ArrayClass;
use super::geometry::{self, Operand as Shape};
use super::state::State;
use crate::rules::{self, ParamKind};

/// How far a nested list is read: a list may hold itself, and `[x, x]` of `[x, x]` of ... has twice the leaves at each
/// level.
#[derive(Default)]
struct Reach {
    depth: usize,
    elements: usize,
}

impl Reach {
    /// Dimensions that an array may have (`NPY_MAXDIMS` of NumPy 2): what is nested deeper makes no array of numbers.
    const DEPTH: usize = 64;
    /// Elements of inner lists that a literal may sensibly have.
    const ELEMENTS: usize = 1 << 14;

    /// Whether a list of so many elements is read too; then the caller leaves it again.
    fn enter(&mut self, elements: usize) -> bool {
        if self.depth > 0 {
            self.elements = self.elements.saturating_add(elements);
        }
        let read = self.depth < Self::DEPTH && self.elements <= Self::ELEMENTS;
        self.depth += usize::from(read);
        read
    }
}

impl Engine<'_> {
    pub(super) fn shape_argument<'s>(
        &'s self,
        state: &State,
        application: &'s Application<'_>,
        arg: &rules::Arg,
    ) -> Shape<'s> {
        let param = match arg {
            rules::Arg::Literal(literal) => return Shape::Const(constant(literal)),
            rules::Arg::Param(param) => *param,
        };
        if let Some((subject, atom)) = application.subject
            && subject == param
        {
            return self.shape_of_atom(state, atom);
        }
        let info = &application.rule.params[usize::from(param)];
        if let Some(index) = application.index
            && info.name == "key"
        {
            return Shape::Index(index);
        }
        match &application.bound[usize::from(param)] {
            Bound::Absent => match &info.default {
                Some(literal) => Shape::Const(constant(literal)),
                None if info.kind == ParamKind::VarPositional => Shape::Sequence(Vec::new()),
                None => Shape::Missing,
            },
            Bound::One(at) => self.shape_of_argument(state, application, *at),
            // One argument in place of many may be the tuple of them: `a.reshape(shape)`.
            Bound::Many(all) if all.len() == 1 && self.may_be_tuple(application.args[all[0]].slot.value) => {
                Shape::Unknown
            }
            Bound::Many(all)
                if all.len() == 1
                    && matches!(self.shape_of_argument(state, application, all[0]), Shape::SequenceOfUnknownLength) =>
            {
                Shape::SequenceOfUnknownLength
            }
            Bound::Many(all) => {
                Shape::Sequence(all.iter().map(|at| self.shape_of_argument(state, application, *at)).collect())
            }
            Bound::Spread if info.kind == ParamKind::VarPositional => Shape::SequenceOfUnknownLength,
            Bound::Spread => Shape::Unknown,
        }
    }

    pub(super) fn may_be_tuple(&self, value: ValueId) -> bool {
        let atoms = self.pool.atoms(value);
        let holds = |kind: fn(&Atom) -> bool| atoms.iter().any(kind);
        holds(|atom| matches!(atom, Atom::Unknown(_)))
            || (atoms.len() > 1 && holds(|atom| matches!(atom, Atom::Container(..))))
            || holds(|atom| matches!(atom, Atom::Array(_)))
    }

    pub(super) fn shape_of_argument<'s>(
        &'s self,
        state: &State,
        application: &'s Application<'_>,
        at: usize,
    ) -> Shape<'s> {
        match application.joined[at] {
            Some(facts) => Shape::Array(self.pool.facts.get(facts)),
            None => self.shape_of(state, application.args[at].slot.value),
        }
    }

    /// A value as the geometry sees it.
    pub(super) fn shape_of(&self, state: &State, value: ValueId) -> Shape<'_> {
        self.shape_within(state, value, &mut Reach::default())
    }

    fn shape_within(&self, state: &State, value: ValueId, reach: &mut Reach) -> Shape<'_> {
        let atoms = self.pool.atoms(value);
        match atoms {
            [atom] => self.shape_of_atom_within(state, *atom, reach),
            _ if !atoms.is_empty() && atoms.iter().all(|atom| self.is_number(*atom)) => Shape::Scalar,
            _ => Shape::Unknown,
        }
    }

    pub(super) fn is_number(&self, atom: Atom) -> bool {
        match atom {
            Atom::Scalar => true,
            Atom::Const(id) => {
                matches!(self.pool.consts.get(id), Const::Int(_) | Const::Bool(_) | Const::Float(_) | Const::Complex)
            }
            _ => false,
        }
    }

    pub(super) fn shape_of_atom(&self, state: &State, atom: Atom) -> Shape<'_> {
        self.shape_of_atom_within(state, atom, &mut Reach::default())
    }

    fn shape_of_atom_within(&self, state: &State, atom: Atom, reach: &mut Reach) -> Shape<'_> {
        match atom {
            Atom::Array(array) if matches!(self.facts(array).class, ArrayClass::Holder(_)) => Shape::Unknown,
            Atom::Array(array) => Shape::Array(self.facts(array)),
            Atom::Scalar => Shape::Scalar,
            Atom::Const(id) => Shape::Const(match self.pool.consts.get(id) {
                Const::None => geometry::Const::None,
                Const::Bool(value) => geometry::Const::Bool(*value),
                Const::Int(value) => geometry::Const::Int(*value),
                Const::Float(bits) => geometry::Const::Float(f64::from_bits(*bits)),
                Const::Str(text) => geometry::Const::Str(self.names.text(*text).into()),
                Const::Dtype(dtype) => geometry::Const::Dtype(dtype.clone()),
                Const::Ellipsis => geometry::Const::Ellipsis,
                Const::Complex => geometry::Const::Complex,
                Const::Bytes(length) => geometry::Const::Bytes(*length),
                Const::Slice(_) => geometry::Const::Object,
            }),
            Atom::Container(object, ContainerKind::List | ContainerKind::Tuple) => {
                match self.elements_in_order(state, object) {
                    Some(elements) if reach.enter(elements.len()) => {
                        let shapes = elements.iter().map(|slot| self.shape_within(state, slot.value, reach)).collect();
                        reach.depth -= 1;
                        Shape::Sequence(shapes)
                    }
                    _ => Shape::SequenceOfUnknownLength,
                }
            }
            // `a.view(np.matrix)`: a class of arrays asks for no dtype.
            Atom::Path(path) if ArrayClass::named(self.names.text(path)).is_some() => {
                Shape::Const(geometry::Const::Object)
            }
            Atom::Path(path) => match Dtype::parse(self.names.text(path)) {
                Dtype::Unknown => Shape::Unknown,
                dtype => Shape::Const(geometry::Const::Dtype(dtype)),
            },
            Atom::Container(..)
            | Atom::Instance(..)
            | Atom::Function(..)
            | Atom::Method(..)
            | Atom::Class(..)
            | Atom::Typed(_)
            | Atom::Unknown(_) => Shape::Unknown,
        }
    }
}
