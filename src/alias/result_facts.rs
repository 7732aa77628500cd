//! Facts of what a rule gives: geometry, layout and dtype, from what is known of the arguments.

use super::Tri;
use super::apply::Application;
use super::domain::ArrayAtom;
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::ArrayClass;
use super::geometry::{self, Flow, Layout, Operand as Shape};
use super::state::State;
use crate::rules::{DtypeSpec, Geometry, GeometryOp, LayoutSpec, ParamIdx, Relation, ResultFacts};

impl Engine<'_> {
    pub(super) fn flow(
        &self,
        state: &State,
        application: &Application<'_>,
        facts: &ResultFacts,
        relation: Relation,
        dtype: &Dtype,
    ) -> Flow {
        let unknown = Geometry { op: GeometryOp::Unknown, args: Vec::new() };
        let is_open = self.is_strange(state, application, &[ArrayClass::Matrix])
            || (relation == Relation::Copy && self.may_be_structured(application, dtype));
        let known = facts.geometry.as_ref().filter(|_| !is_open);
        let spec = known.unwrap_or(&unknown);
        let args: Vec<Shape<'_>> = spec.args.iter().map(|arg| self.shape_argument(state, application, arg)).collect();
        if relation == Relation::View {
            return geometry::view(spec.op, &args, dtype.itemsize());
        }
        let layout = self.layout(state, application, facts.layout.as_ref());
        geometry::fresh(spec.op, &args, layout, dtype.itemsize())
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
            Some(LayoutSpec::Keep(param)) => self.keep(state, application, *param),
            Some(LayoutSpec::Order(param)) => {
                match self.shape_argument(state, application, &crate::rules::Arg::Param(*param)) {
                    Shape::Const(geometry::Const::Str(text)) => match &*text {
                        "C" => Layout::C,
                        "F" => Layout::F,
                        "K" => self.keep(state, application, 0),
                        "A" => match self.keep(state, application, 0) {
                            Layout::KeepOf(facts) => match (facts.f_contiguous, facts.c_contiguous) {
                                (Tri::Yes, Tri::No) => Layout::F,
                                (Tri::No, _) | (_, Tri::Yes) => Layout::C,
                                _ => Layout::Unknown,
                            },
                            other => other,
                        },
                        _ => Layout::Unknown,
                    },
                    Shape::Const(geometry::Const::None) | Shape::Missing => self.keep(state, application, 0),
                    _ => Layout::Unknown,
                }
            }
        }
    }

    /// The layout of a parameter: what is not an array has none, and becomes C-contiguous.
    fn keep<'s>(&'s self, state: &State, application: &'s Application<'_>, param: ParamIdx) -> Layout<'s> {
        match self.shape_argument(state, application, &crate::rules::Arg::Param(param)) {
            Shape::Array(facts) => Layout::KeepOf(facts),
            // What is joined from several arrays has their common layout.
            Shape::Sequence(items) if !items.iter().all(is_c_contiguous) => Layout::Unknown,
            Shape::Sequence(_) | Shape::SequenceOfUnknownLength | Shape::Scalar | Shape::Const(_) => Layout::C,
            Shape::Missing | Shape::Index(_) | Shape::Unknown => Layout::Unknown,
        }
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

    fn dtype_of(&self, state: &State, application: &Application<'_>, spec: &DtypeSpec) -> Option<Dtype> {
        let shape = |param: &ParamIdx| self.shape_argument(state, application, &crate::rules::Arg::Param(*param));
        match spec {
            DtypeSpec::Literal(text) => Some(Dtype::parse(text)),
            DtypeSpec::Like(param) => Some(geometry::dtype_of_operand(&shape(param))),
            DtypeSpec::Arg(param) => match shape(param) {
                Shape::Missing | Shape::Const(geometry::Const::None | geometry::Const::Other) => None,
                given => Some(geometry::dtype_of_argument(&given)),
            },
            DtypeSpec::Promote(params) => {
                let operands: Vec<Shape<'_>> = params.iter().map(shape).collect();
                Some(geometry::promote_operands(&operands))
            }
            DtypeSpec::Arithmetic(params) => {
                let operands: Vec<Shape<'_>> = params.iter().map(shape).collect();
                // Booleans may become small integers, and an array without axes may count as a number.
                let is_open = |operand: &Shape<'_>| match operand {
                    Shape::Array(facts) => facts.dtype == Dtype::Bool || facts.geometry.ndim == Some(0),
                    _ => false,
                };
                let dtype = geometry::promote_operands(&operands);
                let is_number = !operands.iter().any(is_open) && !matches!(dtype, Dtype::Bool | Dtype::Other(_));
                Some(if is_number { dtype } else { Dtype::Unknown })
            }
            DtypeSpec::Inexact(params) => {
                let operands: Vec<Shape<'_>> = params.iter().map(shape).collect();
                Some(geometry::inexact_operands(&operands))
            }
            DtypeSpec::Accumulate(param) => Some(geometry::dtype_of_operand(&shape(param)).accumulated()),
            DtypeSpec::Magnitude(param) | DtypeSpec::Real(param) => {
                Some(geometry::dtype_of_operand(&shape(param)).real())
            }
            DtypeSpec::FirstOf(all) => all.iter().find_map(|one| self.dtype_of(state, application, one)),
            DtypeSpec::Unknown => Some(Dtype::Unknown),
        }
    }
}

/// Whether an operand is an array in C order, or becomes one.
fn is_c_contiguous(shape: &Shape<'_>) -> bool {
    match shape {
        Shape::Array(facts) => facts.c_contiguous == Tri::Yes,
        Shape::Sequence(items) => items.iter().all(is_c_contiguous),
        Shape::Scalar | Shape::Const(_) => true,
        _ => false,
    }
}
