//! Applying a rule to a call: conditions, results, writes.
//!
//! The *subject* of a rule is the first parameter that a result is, views or copies. Each of its possibilities is tried on its
//! own: of `np.asarray(x)`, where `x` is a list or an array, the list gives a copy and the array itself.

use std::cell::OnceCell;

use smallvec::SmallVec;

use super::Tri;
use super::bind::{Bound, BoundArgs, Passed, Takes, bind};
use super::call::{Arg, Args};
use super::domain::{ArrayAtom, Atom, FactsId, ObjectId, Slot, ValueId, Vn};
use super::engine::Engine;
use super::event::{Callee, Making};
use super::facts::{Evidence, Facts};
use super::geometry::{self, IndexItem, Operand as Shape};
use super::state::State;
use crate::ir::{ArgKind, Operand};
use crate::rules::{self, Cond, Literal, Outcome, ParamIdx, ParamKind, Rule, RuleId, TestOp};
use crate::source::Span;

/// A rule and the arguments it is applied to.
pub(super) struct Application<'r> {
    pub(super) id: RuleId,
    pub(super) rule: &'r Rule,
    pub(super) args: &'r Args,
    pub(super) bound: BoundArgs,
    /// Facts of arguments that may be several arrays, joined.
    pub(super) joined: SmallVec<[Option<FactsId>; 4]>,
    /// The arrays among the arguments, and in the lists and tuples that are arguments; found when first asked for.
    pub(super) arrays: OnceCell<SmallVec<[FactsId; 4]>>,
    pub(super) subject: Option<(ParamIdx, Atom)>,
    pub(super) index: Option<&'r [IndexItem]>,
    pub(super) span: Span,
}

impl Application<'_> {
    /// The position of the argument bound to the parameter of this name.
    pub(super) fn argument_named(&self, name: &str) -> Option<usize> {
        let param = self.rule.params.iter().position(|param| param.name == name)?;
        if let Bound::One(at) = self.bound[param] { Some(at) } else { None }
    }

    /// Whether a condition asks for what `*` or `**` may or may not pass: `overwrite_input` in `np.percentile(a, q, **options)`.
    pub(super) fn depends_on_spread(&self, cond: &Cond) -> bool {
        match cond {
            Cond::Always | Cond::Sometimes => false,
            Cond::And(all) | Cond::Or(all) => all.iter().any(|one| self.depends_on_spread(one)),
            Cond::Not(one) => self.depends_on_spread(one),
            Cond::Test(test) => test.args.iter().any(|arg| match arg {
                rules::Arg::Param(param) => self.bound[usize::from(*param)] == Bound::Spread,
                rules::Arg::Literal(_) => false,
            }),
        }
    }
}

impl<'a> Engine<'a> {
    /// Applies a rule to arguments by position, receiver first.
    pub fn apply_rule(
        &mut self,
        state: &mut State,
        rule: RuleId,
        args: Vec<(Option<Operand>, Slot)>,
        span: Span,
    ) -> Slot {
        self.apply_rule_args(state, rule, &positional(args), None, span)
    }

    /// The same, with a subscript that is already taken apart.
    pub fn apply_rule_with_key(
        &mut self,
        state: &mut State,
        rule: RuleId,
        args: Vec<(Option<Operand>, Slot)>,
        key: &[IndexItem],
        span: Span,
    ) -> Slot {
        self.apply_rule_args(state, rule, &positional(args), Some(key), span)
    }

    /// Applies a rule to a call.
    pub fn apply_rule_args(
        &mut self,
        state: &mut State,
        id: RuleId,
        args: &Args,
        index: Option<&[IndexItem]>,
        span: Span,
    ) -> Slot {
        let rules: &'a rules::RuleSet = self.rules;
        let rule = rules.rule(id);
        if let Some(method) = rule.protocol.as_deref().and_then(|protocol| self.method_of_argument(protocol, args)) {
            return self.apply_rule_args(state, method, args, None, span);
        }
        if let Some(log) = &mut self.frame.log {
            log.apply(self.frame.at.block, id, span);
        }
        let key = self.key_of_call(id, args, index, span);
        let known = key.as_ref().and_then(|key| self.applied.get(key));
        let (value, kept) = match known {
            Some(known) if rule.writes.is_empty() => known,
            _ => {
                let mut application = self.application(id, args, index, span);
                let parts = self.frame.parts;
                let (value, kept) = known.unwrap_or_else(|| self.results_of(state, &mut application));
                if let Some(key) = key.filter(|_| known.is_none() && self.frame.parts == parts) {
                    self.remember_call(key, value, kept);
                }
                application.subject = None;
                self.rule_writes(state, &application);
                (value, kept)
            }
        };
        self.functions_may_run(state, args, span);
        let slot = match kept {
            Some(at) if args[at].slot.vn != Vn::None => Slot { value, vn: args[at].slot.vn },
            _ => self.fresh_slot(value),
        };
        if !rule.is_attribute && index.is_none() {
            self.record_call(Callee::Rule(id), args, slot.value, span);
        }
        slot
    }

    /// What the results of a rule give, and which argument it is, where it is one.
    fn results_of(&mut self, state: &mut State, application: &mut Application<'_>) -> (ValueId, Option<usize>) {
        let (rule, args) = (application.rule, application.args);
        let subject = rule.results.iter().flat_map(|outcome| outcome.of.iter().copied()).next();
        let subject = subject.filter(|param| matches!(application.bound[usize::from(*param)], Bound::One(_)));
        let mut value = ValueId::EMPTY;
        let mut kept_at = None;
        // What has a result for each of its arguments, and no arguments, has the other results.
        let is_bound = |param: &ParamIdx| match application.bound[usize::from(*param)] {
            Bound::Absent => false,
            // `out=...`, `out=None`
            Bound::One(at) => self.as_const(args[at].slot.value).is_none(),
            Bound::Many(_) | Bound::Spread => true,
        };
        let has_others = rule.results.iter().any(|outcome| outcome.each.is_none());
        let each = rule.results.iter().find_map(|outcome| outcome.each).filter(|param| is_bound(param) || !has_others);
        match subject {
            _ if each.is_some() => {
                if let Some(param) = each {
                    value = self.for_each(state, application, param);
                }
            }
            None => value = self.outcomes(state, application),
            Some(param) => {
                let Bound::One(at) = application.bound[usize::from(param)] else { unreachable!("filtered above") };
                let slot = args[at].slot;
                let mut kept = true;
                let before = self.frame.variant;
                for (variant, atom) in (1..).zip(self.pool.all(slot.value)) {
                    self.frame.variant = before * 32 + variant;
                    application.subject = Some((param, atom));
                    let part = self.outcomes(state, application);
                    kept &= same_header(&self.pool, part, atom);
                    value = self.pool.join(value, part);
                }
                self.frame.variant = before;
                kept_at = kept.then_some(at);
            }
        }
        (value, kept_at)
    }

    /// The rule of the method by which the first argument answers a call, where its class has one.
    fn method_of_argument(&mut self, protocol: &str, args: &Args) -> Option<RuleId> {
        let [Atom::Typed(class)] = *self.pool.atoms(args.first()?.slot.value) else { return None };
        let method = self.names.intern(protocol);
        let path = self.join_path(class, method);
        self.callable(path)
    }

    pub(super) fn bind_rule(&self, rule: &Rule, args: &Args) -> BoundArgs {
        let params: SmallVec<[(&str, Takes); 12]> =
            rule.params.iter().map(|param| (param.name.as_str(), takes(param.kind))).collect();
        let passed: SmallVec<[Passed<'_>; 6]> = args
            .iter()
            .map(|arg| match arg.kind {
                ArgKind::Positional => Passed::Position,
                ArgKind::Keyword(name) => Passed::Keyword(self.names.text(name)),
                ArgKind::Starred => Passed::Star,
                ArgKind::DoubleStarred => Passed::DoubleStar,
            })
            .collect();
        bind(&params, &passed)
    }

    pub(super) fn joined_facts(&mut self, value: ValueId) -> Option<FactsId> {
        let arrays = self.arrays(value);
        if arrays.len() < 2
            || arrays.iter().any(|array| self.holds(*array))
            || arrays.len() != self.pool.atoms(value).len()
        {
            return None;
        }
        let mut facts = self.facts(arrays[0]).clone();
        for array in &arrays[1..] {
            facts = facts.join(self.facts(*array));
        }
        Some(self.pool.facts.intern(facts))
    }

    /// All results that the conditions leave.
    fn outcomes(&mut self, state: &mut State, application: &Application<'_>) -> ValueId {
        let kept = self.possible_outcomes(state, application);
        let sometimes = kept.len() > 1;
        let mut value = ValueId::EMPTY;
        for position in kept {
            let part = self.outcome(state, application, position, sometimes);
            value = self.pool.join(value, part);
        }
        value
    }

    /// The same for one of several arguments, without the container, which is given beside it.
    pub(super) fn outcomes_of_element(
        &mut self,
        state: &mut State,
        application: &Application<'_>,
    ) -> (ValueId, Option<rules::Container>) {
        let kept = self.possible_outcomes(state, application);
        let sometimes = kept.len() > 1;
        let mut value = ValueId::EMPTY;
        let mut container = None;
        for position in kept {
            let part = self.bare_outcome(state, application, position, sometimes);
            value = self.pool.join(value, part);
            container = application.rule.results[position].container;
        }
        (value, container)
    }

    /// Positions of the results that the conditions leave.
    fn possible_outcomes(&self, state: &State, application: &Application<'_>) -> SmallVec<[usize; 2]> {
        let mut kept: SmallVec<[usize; 2]> = SmallVec::new();
        for (position, outcome) in application.rule.results.iter().enumerate() {
            let met = self.met(state, application, &outcome.when);
            if met != Tri::No {
                kept.push(position);
            }
            if met == Tri::Yes {
                break;
            }
        }
        #[cfg(test)]
        self.left.borrow_mut().insert((application.id, kept.clone()));
        kept
    }

    /// Whether a condition is met by the arguments.
    pub(super) fn met(&self, state: &State, application: &Application<'_>, cond: &Cond) -> Tri {
        match cond {
            Cond::Always => Tri::Yes,
            Cond::Sometimes => Tri::Maybe,
            Cond::And(all) => {
                let mut met = Tri::Yes;
                for one in all {
                    met = met.and(self.met(state, application, one));
                    if met == Tri::No {
                        break;
                    }
                }
                met
            }
            Cond::Or(any) => {
                let mut met = Tri::No;
                for one in any {
                    met = met.or(self.met(state, application, one));
                    if met == Tri::Yes {
                        break;
                    }
                }
                met
            }
            Cond::Not(one) => self.met(state, application, one).negate(),
            Cond::Test(test) if test.op == TestOp::Passed => match test.args.first() {
                Some(rules::Arg::Param(param)) => match application.bound[usize::from(*param)] {
                    Bound::Absent => Tri::No,
                    Bound::One(_) | Bound::Many(_) => Tri::Yes,
                    Bound::Spread => Tri::Maybe,
                },
                _ => Tri::Maybe,
            },
            Cond::Test(test) => {
                if let Some(met) = self.test_of_all(state, application, test) {
                    return met;
                }
                let shape = |arg| self.shape_argument(state, application, arg);
                match test.args.as_slice() {
                    [one] => geometry::test(test.op, &[shape(one)], test.compare),
                    [one, two] => geometry::test(test.op, &[shape(one), shape(two)], test.compare),
                    all => {
                        let args: Vec<Shape<'_>> = all.iter().map(shape).collect();
                        geometry::test(test.op, &args, test.compare)
                    }
                }
            }
        }
    }

    /// Remembers that `object` is `outcome` of its sources.
    pub(super) fn remember_outcome(
        &mut self,
        application: &Application<'_>,
        position: usize,
        object: ObjectId,
        sources: SmallVec<[ObjectId; 1]>,
        sometimes: bool,
    ) {
        let outcome: &Outcome = &application.rule.results[position];
        let operand = application.subject.and_then(|(param, _)| match application.bound[usize::from(param)] {
            Bound::One(at) => application.args[at].operand,
            Bound::Absent | Bound::Many(_) | Bound::Spread => None,
        });
        let making = Making {
            relation: outcome.is,
            sources,
            operand,
            rule: Some(application.id),
            outcome: u8::try_from(position).unwrap_or(u8::MAX),
            outcomes: u32::try_from(position).ok().and_then(|position| 1_u64.checked_shl(position)).unwrap_or(0),
            sometimes,
            is_index: application.rule.name.ends_with(".__getitem__") || application.rule.name.ends_with(".__iter__"),
            taken: None,
            span: application.span,
            point: self.frame.at.point,
        };
        self.remember(object, making);
    }
}

fn same_header(pool: &super::domain::Pool, value: ValueId, atom: Atom) -> bool {
    match (pool.atoms(value), atom) {
        ([Atom::Array(left)], Atom::Array(right)) => left.object == right.object && left.memory == right.memory,
        _ => false,
    }
}

fn positional(args: Vec<(Option<Operand>, Slot)>) -> Args {
    args.into_iter().map(|(operand, slot)| Arg { kind: ArgKind::Positional, operand, slot }).collect()
}

pub(super) fn takes(kind: ParamKind) -> Takes {
    match kind {
        ParamKind::PositionalOnly => Takes::Position,
        ParamKind::Either => Takes::Either,
        ParamKind::KeywordOnly => Takes::Keyword,
        ParamKind::VarPositional => Takes::Positions,
        ParamKind::VarKeyword => Takes::Keywords,
    }
}

pub(super) fn constant(literal: &Literal) -> geometry::Const {
    match literal {
        Literal::None => geometry::Const::None,
        Literal::Bool(value) => geometry::Const::Bool(*value),
        Literal::Int(value) => geometry::Const::Int(*value),
        Literal::Str(text) => geometry::Const::Str(text.as_str().into()),
        Literal::Other => geometry::Const::Other,
    }
}

/// The array atom that a view or a copy is made from, if the possibility is one.
pub(super) fn as_array(atom: Atom) -> Option<ArrayAtom> {
    if let Atom::Array(array) = atom { Some(array) } else { None }
}

/// Evidence that a result has: that of a method's receiver where it comes from that, and certainty for functions of NumPy.
pub(super) fn result_evidence(application: &Application<'_>, subject: Option<&Facts>) -> Evidence {
    let rule = application.rule;
    let is_method = rule.is_attribute || rule.params.first().is_some_and(|param| param.name == "self");
    let is_of_receiver = application.subject.is_none_or(|(param, _)| param == 0);
    match subject {
        Some(facts) if is_method && is_of_receiver => facts.evidence,
        _ => Evidence::Made,
    }
}
