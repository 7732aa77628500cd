//! Calls that rules describe, and whether they raise.

use std::cell::OnceCell;

use super::apply::{Application, takes};
use super::bind::{Bound, Takes};
use super::call::{Arg, Args};
use super::domain::ArrayAtom;
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::{ArrayClass, Evidence};
use super::geometry::{self, IndexItem, Operand as Shape};
use super::raising::{Raising, built_in};
use super::state::State;
use super::tri::Tri;
use crate::ir::ArgKind;
use crate::rules::{Param, RuleId, RuleSet};
use crate::source::Span;

impl Application<'_> {
    /// Whether each argument has a parameter, and each parameter that needs one an argument.
    fn takes_all(&self) -> bool {
        let count = self.bound.iter().map(|bound| match bound {
            Bound::Absent => 0,
            Bound::One(_) => 1,
            Bound::Many(all) => all.len(),
            Bound::Spread => self.args.len() + 1,
        });
        let is_given = |(param, bound): (&Param, &Bound)| {
            *bound != Bound::Absent
                || param.default.is_some()
                || !matches!(takes(param.kind), Takes::Position | Takes::Either | Takes::Keyword)
        };
        count.sum::<usize>() == self.args.len() && self.rule.params.iter().zip(&self.bound).all(is_given)
    }
}

impl<'a> Engine<'a> {
    /// A call that a rule describes, with its arguments bound.
    pub(super) fn application<'r>(
        &mut self,
        id: RuleId,
        args: &'r Args,
        index: Option<&'r [IndexItem]>,
        span: Span,
    ) -> Application<'r>
    where
        'a: 'r,
    {
        let rules: &'a RuleSet = self.rules;
        let rule = rules.rule(id);
        let bound = self.bind_rule(rule, args);
        let joined = args.iter().map(|arg| self.joined_facts(arg.slot.value)).collect();
        Application { id, rule, args, bound, joined, arrays: OnceCell::new(), subject: None, index, span }
    }
}

impl Engine<'_> {
    /// A call that a rule describes.
    pub(super) fn raising_rule(&mut self, state: &State, id: RuleId, args: &Args) -> Raising {
        let rules = self.rules;
        let rule = rules.rule(id);
        let takes_any = rule.never_raises.as_ref().is_some_and(|never| never.takes_any);
        let says_something = rule.never_raises.is_some() || !rule.raises.is_empty();
        if !says_something || !args.iter().all(|arg| self.is_plain(state, arg, takes_any)) {
            return Raising::Perhaps;
        }
        let application = self.application(id, args, None, self.frame.at.span);
        let certain = rule.raises.iter().find(|raise| self.met(state, &application, &raise.when) == Tri::Yes);
        if let Some(class) = certain.and_then(|raise| built_in(&raise.class)) {
            return Raising::Always(class);
        }
        let never = rule.never_raises.as_ref().filter(|_| application.takes_all());
        match never {
            Some(never) if self.met(state, &application, &never.when) == Tri::Yes => Raising::Never,
            _ => Raising::Perhaps,
        }
    }

    /// Whether an argument is a number, a constant, a plain array of numbers whose rank is known, or a list of such.
    fn is_plain(&self, state: &State, arg: &Arg, takes_any: bool) -> bool {
        if matches!(arg.kind, ArgKind::Starred | ArgKind::DoubleStarred) {
            return false;
        }
        match self.shape_of(state, arg.slot.value) {
            Shape::Array(facts) if takes_any => facts.evidence == Evidence::Made && facts.class == ArrayClass::Ndarray,
            shape => is_plain_operand(&shape),
        }
    }

    pub(super) fn is_plain_array(&self, array: ArrayAtom) -> bool {
        is_plain_operand(&Shape::Array(self.facts(array)))
    }
}

/// Small and unsigned integers are left aside: a number beside them may not fit into them.
fn is_plain_operand(shape: &Shape<'_>) -> bool {
    match shape {
        Shape::Array(facts) => {
            facts.evidence == Evidence::Made
                && facts.class == ArrayClass::Ndarray
                && matches!(facts.dtype, Dtype::Bool | Dtype::Int(8) | Dtype::Float(_) | Dtype::Complex(_))
                && facts.geometry.ndim.is_some()
        }
        Shape::Const(constant) => !matches!(constant, geometry::Const::Other | geometry::Const::Object),
        Shape::Sequence(items) => items.iter().all(is_plain_operand),
        Shape::Scalar | Shape::SequenceOfUnknownLength | Shape::Missing | Shape::Index(_) | Shape::Unknown => false,
    }
}
