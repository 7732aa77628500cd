//! Facts of a result as its rule states them: geometry, layout, dtype, class.

use smallvec::SmallVec;

use super::Tri;
use super::apply::Application;
use super::bind::Bound;
use super::domain::{ArrayAtom, Atom, ContainerKind};
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::{ArrayClass, Facts};
use super::geometry::{self, Flow, Layout, Operand as Shape};
use super::state::State;
use crate::rules::{self, DtypeSpec, Geometry, GeometryOp, LayoutSpec, Outcome, ParamIdx, Relation, ResultFacts};

impl Engine<'_> {
    /// How many parts a split makes, where each of them can be told.
    pub(super) fn parts(&self, state: &State, application: &Application<'_>, outcome: &Outcome) -> Option<usize> {
        let spec = outcome.facts.geometry.as_ref()?;
        if !matches!(spec.op, GeometryOp::Split | GeometryOp::Nonzero) {
            return None;
        }
        let args: SmallVec<[Shape<'_>; 4]> =
            spec.args.iter().map(|arg| self.shape_argument(state, application, arg)).collect();
        if spec.op == GeometryOp::Nonzero { geometry::indices(&args) } else { geometry::parts(&args) }
    }

    pub(super) fn flow(
        &self,
        state: &State,
        application: &Application<'_>,
        facts: &ResultFacts,
        relation: Relation,
        dtype: &Dtype,
    ) -> Flow {
        let unknown = Geometry { op: GeometryOp::Unknown, args: Vec::new() };
        let is_made_of_lists = relation == Relation::Copy
            && facts.geometry.as_ref().is_some_and(|spec| spec.op != GeometryOp::Arg)
            && self.may_be_structured(application, dtype);
        let is_open = is_made_of_lists || self.is_strange(state, application, &[ArrayClass::Matrix]);
        let known = facts.geometry.as_ref().filter(|_| !is_open);
        let spec = known.unwrap_or(&unknown);
        let mut args: SmallVec<[Shape<'_>; 4]> =
            spec.args.iter().map(|arg| self.shape_argument(state, application, arg)).collect();
        if spec.op == GeometryOp::Split && geometry::parts(&args).is_some() {
            args.resize(3, Shape::Missing);
            args.push(Shape::Const(geometry::Const::Int(i64::from(self.frame.element) - 1)));
        }
        if matches!(spec.op, GeometryOp::Broadcast | GeometryOp::Grid)
            && let Some(rules::Arg::Param(param)) = spec.args.first()
            && application.subject.is_some_and(|(subject, _)| subject == *param)
            && application.rule.params[usize::from(*param)].kind == rules::ParamKind::VarPositional
        {
            // One of many: the shape is that of all of them.
            match self.each_slot(state, application, *param) {
                Some(slots) => args.extend(slots.iter().map(|slot| self.shape_of(state, slot.value))),
                None => return Flow::default(),
            }
        }
        if spec.op == GeometryOp::Rows && !self.is_given_tuple(application, spec.args.first()) {
            return Flow::default();
        }
        if relation == Relation::View {
            return geometry::view(spec.op, &args, dtype.itemsize());
        }
        // A masked array computes its elements in ways of its own.
        let is_masked = self.is_strange(state, application, &[ArrayClass::Masked]);
        let layout = if is_masked { Layout::Unknown } else { self.layout(state, application, facts.layout.as_ref()) };
        geometry::fresh(spec.op, &args, layout, dtype.itemsize())
    }

    /// Whether an argument is a tuple, and no list.
    fn is_given_tuple(&self, application: &Application<'_>, arg: Option<&rules::Arg>) -> bool {
        let Some(rules::Arg::Param(param)) = arg else { return false };
        let Bound::One(at) = application.bound[usize::from(*param)] else { return false };
        let atoms = self.pool.atoms(application.args[at].slot.value);
        matches!(atoms, [Atom::Container(_, ContainerKind::Tuple)])
    }

    fn layout<'s>(
        &'s self,
        state: &State,
        application: &'s Application<'_>,
        layout: Option<&LayoutSpec>,
    ) -> Layout<'s> {
        match layout {
            None => Layout::Unknown,
            Some(LayoutSpec::C) => Layout::C,
            Some(LayoutSpec::F) => Layout::F,
            Some(LayoutSpec::Fortran(param)) => {
                match self.shape_argument(state, application, &crate::rules::Arg::Param(*param)) {
                    Shape::Array(facts) => match (facts.f_contiguous, facts.c_contiguous) {
                        (Tri::Yes, Tri::No) => Layout::F,
                        (Tri::No, _) | (_, Tri::Yes) => Layout::C,
                        _ => Layout::Unknown,
                    },
                    Shape::Scalar | Shape::Const(_) | Shape::Sequence(_) | Shape::SequenceOfUnknownLength => Layout::C,
                    Shape::Missing | Shape::Index(_) | Shape::Unknown => Layout::Unknown,
                }
            }
            Some(LayoutSpec::Keep(params)) => self.keep(state, application, params),
            Some(LayoutSpec::Order(order, params)) => {
                let kept = if params.is_empty() { &[0] } else { params.as_slice() };
                match self.shape_argument(state, application, &crate::rules::Arg::Param(*order)) {
                    Shape::Const(geometry::Const::Str(text)) => match &*text {
                        "C" => Layout::C,
                        "F" => Layout::F,
                        "K" => self.keep(state, application, kept),
                        "A" => self.any_order(state, application, kept),
                        _ => Layout::Unknown,
                    },
                    Shape::Const(geometry::Const::None) | Shape::Missing => self.keep(state, application, kept),
                    _ => Layout::Unknown,
                }
            }
        }
    }

    /// The layout that what is computed from these operands has. What has no axes plays no part, and what is no array has
    /// none, and becomes C-contiguous.
    fn keep<'s>(&'s self, state: &State, application: &'s Application<'_>, params: &[ParamIdx]) -> Layout<'s> {
        let Some((arrays, lists)) = self.laid_out(state, application, params) else { return Layout::Unknown };
        let same_rank = arrays
            .windows(2)
            .all(|pair| pair[0].geometry.ndim == pair[1].geometry.ndim && pair[0].geometry.ndim.is_some());
        match arrays.as_slice() {
            [only] if !lists => Layout::KeepOf(only),
            all if all.iter().all(|facts| facts.c_contiguous == Tri::Yes) => Layout::C,
            all if !lists && same_rank && all.iter().all(|facts| facts.f_contiguous == Tri::Yes) => Layout::F,
            _ => Layout::Unknown,
        }
    }

    /// The layout of order `A`: Fortran's where all operands have it, of one operand where it has not C's as well.
    fn any_order<'s>(&'s self, state: &State, application: &'s Application<'_>, params: &[ParamIdx]) -> Layout<'s> {
        let Some((arrays, lists)) = self.laid_out(state, application, params) else { return Layout::Unknown };
        let flags = |facts: &Facts| (facts.f_contiguous, facts.c_contiguous);
        match arrays.as_slice() {
            [] => Layout::C,
            [only] if !lists => match flags(only) {
                (Tri::Yes, Tri::No) => Layout::F,
                (_, Tri::Yes) => Layout::C,
                // `np.array(a, dtype="f4", order="A")` keeps the order of the strides, where `a.astype("f4", order="A")` does not.
                _ => Layout::Unknown,
            },
            all if !lists && all.iter().all(|facts| flags(facts).0 == Tri::Yes) => Layout::F,
            all if all.iter().any(|facts| flags(facts).0 == Tri::No) => Layout::C,
            _ => Layout::Unknown,
        }
    }

    /// The arrays with axes among these operands, and whether there are lists that become C-contiguous; nothing where an
    /// operand is not known.
    fn laid_out<'s>(
        &'s self,
        state: &State,
        application: &'s Application<'_>,
        params: &[ParamIdx],
    ) -> Option<(SmallVec<[&'s Facts; 2]>, bool)> {
        let mut arrays = SmallVec::new();
        let mut lists = false;
        for param in params {
            match self.shape_argument(state, application, &crate::rules::Arg::Param(*param)) {
                Shape::Array(facts) if facts.geometry.ndim == Some(0) && params.len() > 1 => {}
                Shape::Array(facts) => arrays.push(facts),
                Shape::Sequence(items) if items.iter().all(becomes_c_contiguous) => lists = true,
                Shape::Scalar | Shape::Const(_) => {}
                Shape::Sequence(_)
                | Shape::SequenceOfUnknownLength
                | Shape::Missing
                | Shape::Index(_)
                | Shape::Unknown => return None,
            }
        }
        Some((arrays, lists))
    }

    pub(super) fn dtype(
        &self,
        state: &State,
        application: &Application<'_>,
        facts: &ResultFacts,
        base: Option<ArrayAtom>,
    ) -> Dtype {
        let _ = base;
        match &facts.dtype {
            Some(spec) if self.says_dtype(state, application, spec) => {
                self.dtype_of(state, application, spec).unwrap_or(Dtype::Unknown)
            }
            Some(_) | None => Dtype::Unknown,
        }
    }

    pub(super) fn dtype_of(&self, state: &State, application: &Application<'_>, spec: &DtypeSpec) -> Option<Dtype> {
        let shape = |param: &ParamIdx| self.shape_argument(state, application, &crate::rules::Arg::Param(*param));
        match spec {
            DtypeSpec::Literal(text) => Some(Dtype::parse(text)),
            DtypeSpec::Like(param) => Some(geometry::dtype_of_operand(&shape(param))),
            DtypeSpec::Arg(param) => match shape(param) {
                Shape::Missing
                | Shape::Const(geometry::Const::None | geometry::Const::Object | geometry::Const::Other) => None,
                given => Some(geometry::dtype_of_argument(&given)),
            },
            DtypeSpec::Promote(params) => {
                let operands: SmallVec<[Shape<'_>; 2]> = params.iter().map(shape).collect();
                Some(geometry::promote_operands(&operands))
            }
            DtypeSpec::Arithmetic(params) => {
                let operands: SmallVec<[Shape<'_>; 2]> = params.iter().map(shape).collect();
                // Booleans may become small integers, and an array without axes may count as a number.
                let is_open = |operand: &Shape<'_>| match operand {
                    Shape::Array(facts) => facts.geometry.ndim == Some(0),
                    _ => false,
                };
                let dtype = geometry::promote_operands(&operands);
                let is_number = !operands.iter().any(is_open) && !matches!(dtype, Dtype::Bool | Dtype::Other(_));
                Some(if is_number { dtype } else { Dtype::Unknown })
            }
            DtypeSpec::Inexact(params) => {
                let operands: SmallVec<[Shape<'_>; 2]> = params.iter().map(shape).collect();
                Some(geometry::inexact_operands(&operands))
            }
            DtypeSpec::Accumulate(param) => Some(geometry::dtype_of_operand(&shape(param)).accumulated()),
            DtypeSpec::Magnitude(param) | DtypeSpec::Real(param) => {
                Some(geometry::dtype_of_operand(&shape(param)).real())
            }
            DtypeSpec::Field(array, key) => match (shape(array), shape(key)) {
                (Shape::Array(facts), Shape::Index([geometry::IndexItem::Field(Some(name))])) => {
                    facts.dtype.field(name).map(|(_, dtype)| dtype)
                }
                (Shape::Array(facts), Shape::Index([geometry::IndexItem::Fields(Some(names))])) => {
                    Some(facts.dtype.fields(names))
                }
                _ => None,
            },
            DtypeSpec::FirstOf(all) => all.iter().find_map(|one| self.dtype_of(state, application, one)),
            DtypeSpec::Unknown => Some(Dtype::Unknown),
        }
    }
}

/// Whether an element of a list of arrays is C-contiguous, or becomes so when it is made an array.
fn becomes_c_contiguous(item: &Shape<'_>) -> bool {
    match item {
        Shape::Array(facts) => facts.c_contiguous == Tri::Yes,
        Shape::Scalar | Shape::Const(_) => true,
        Shape::Sequence(items) => items.iter().all(becomes_c_contiguous),
        Shape::SequenceOfUnknownLength | Shape::Missing | Shape::Index(_) | Shape::Unknown => false,
    }
}
