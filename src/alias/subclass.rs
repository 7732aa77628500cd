//! Operands of subclasses: what a rule says of plain arrays holds of them in part only.
//!
//! A masked array or a matrix may wrap what NumPy makes from it, keep axes that are reduced, and give an array where a plain
//! array gives a number. The rules of `numpy.ma` and of the methods of matrices say all that; other rules leave it open.

use smallvec::SmallVec;

use super::apply::Application;
use super::call::Arg;
use super::domain::{Atom, Cause, Const, ContainerKind, FactsId, Part, ValueId};
use super::dtype::Dtype;
use super::engine::Engine;
use super::facts::{ArrayClass, Evidence, Facts};
use super::geometry::Operand as Shape;
use super::state::State;
use crate::rules::{self, Counted, DtypeSpec, Outcome, Rule};

/// Lists in lists are looked into this far.
const DEPTH: u8 = 2;

/// What a rule says of the class where that of a subclass may be kept or not.
pub(super) const VARIES: &str = "varies";

/// Classes of which rules of plain arrays leave something open.
pub(super) const SUBCLASSES: [ArrayClass; 2] = [ArrayClass::Masked, ArrayClass::Matrix];

impl Engine<'_> {
    /// The class of a new array: what the rule says, else that of a method's receiver, else what the operands leave open.
    pub(super) fn class_of_copy(
        &self,
        state: &State,
        application: &Application<'_>,
        outcome: &Outcome,
        subject: Option<ArrayClass>,
    ) -> ArrayClass {
        let is_method = application.rule.params.first().is_some_and(|param| param.name == "self")
            && application.subject.is_some_and(|(param, _)| param == 0)
            && outcome.class.as_deref() != Some(VARIES);
        match (outcome.class.as_deref().and_then(|class| self.class_named(class)), subject) {
            (Some(class), _) => class,
            (None, Some(class)) if is_method && !class.is_no_array() => class,
            (None, _) if self.has_subclass(state, application) => ArrayClass::Any,
            (None, _) => ArrayClass::Ndarray,
        }
    }

    /// The class of a view: what the rule says, else that of the array that is viewed.
    pub(super) fn class_of_view(&self, outcome: &Outcome, of: ArrayClass) -> ArrayClass {
        match outcome.class.as_deref() {
            Some(VARIES) if of != ArrayClass::Ndarray => ArrayClass::Any,
            class => class.and_then(|class| self.class_named(class)).unwrap_or(of),
        }
    }

    /// Whether lists of an argument may be elements: each is one where the dtype has fields.
    pub(super) fn may_be_structured(&self, application: &Application<'_>, dtype: &Dtype) -> bool {
        let is_passed = || application.argument_named("dtype").is_some();
        let is_list =
            |arg: &Arg| self.pool.atoms(arg.slot.value).iter().any(|atom| matches!(atom, Atom::Container(..)));
        let may_have_fields = match dtype {
            Dtype::Structured(_) => true,
            Dtype::Unknown => is_passed(),
            _ => false,
        };
        may_have_fields && application.args.first().is_some_and(is_list)
    }

    /// Whether a rule's dtype holds of this call: objects decide for themselves, as does a `dtype` that the rule does not regard,
    /// and a masked array takes numbers for arrays.
    pub(super) fn says_dtype(&self, state: &State, application: &Application<'_>, spec: &DtypeSpec) -> bool {
        if matches!(spec, DtypeSpec::Arg(_)) {
            return true;
        }
        let mut arrays = self.arrays_in(state, application);
        let is_open = match spec {
            DtypeSpec::Like(_) | DtypeSpec::Arg(_) | DtypeSpec::Field(..) => false,
            // Strings and times have operations of their own.
            DtypeSpec::FirstOf(_) => arrays.any(|facts| matches!(facts.dtype, Dtype::Other(_))),
            _ => self.holds_objects(state, application),
        };
        let regards = match spec {
            DtypeSpec::FirstOf(all) => all.iter().any(|one| matches!(one, DtypeSpec::Arg(_))),
            spec => matches!(spec, DtypeSpec::Arg(_)),
        };
        let is_given = || application.argument_named("dtype").is_some();
        let keeps = |spec: &DtypeSpec| matches!(spec, DtypeSpec::Arg(_) | DtypeSpec::Like(_) | DtypeSpec::Field(..));
        let is_kept = match spec {
            DtypeSpec::FirstOf(all) => all.iter().all(keeps),
            spec => keeps(spec),
        };
        !is_open && (regards || !is_given()) && (is_kept || !self.is_strange(state, application, &SUBCLASSES))
    }

    /// Whether an operand is of a subclass, which may be that of the result.
    fn has_subclass(&self, state: &State, application: &Application<'_>) -> bool {
        self.arrays_in(state, application).any(|facts| facts.class != ArrayClass::Ndarray)
    }

    /// Whether an operand is of a subclass that the rule does not speak of, and which may wrap the results of functions.
    pub(super) fn is_wrapped(&self, state: &State, application: &Application<'_>) -> bool {
        self.arrays_in(state, application)
            .any(|facts| facts.class != ArrayClass::Ndarray && !is_theirs(application.rule, facts.class))
    }

    /// Whether an operand is of one of these classes, and the rule is not theirs: it says what becomes of plain arrays.
    pub(super) fn is_strange(&self, state: &State, application: &Application<'_>, classes: &[ArrayClass]) -> bool {
        self.arrays_in(state, application)
            .any(|facts| classes.contains(&facts.class) && !is_theirs(application.rule, facts.class))
    }

    /// A number, where a rule says so: of an array of objects it may be any of them, of a subclass another array.
    pub(super) fn scalar_result(&mut self, state: &State, application: &Application<'_>, outcome: &Outcome) -> ValueId {
        if !outcome.of.is_empty() && self.holds_objects(state, application) {
            return self.pool.unknown(Cause::Element);
        }
        if let Some(number) = self.counted(state, application, outcome) {
            return self.pool.constant(Const::Int(number));
        }
        let scalar = self.scalar();
        if !self.is_strange(state, application, &SUBCLASSES) {
            return scalar;
        }
        let array = self.fresh_array(Part::Result(self.frame.base + self.frame.element), Facts::default());
        let array = self.pool.single(array);
        self.pool.join(scalar, array)
    }

    /// A number that counts axes or elements of the first argument, where that is an array that was seen to be made.
    fn counted(&self, state: &State, application: &Application<'_>, outcome: &Outcome) -> Option<i64> {
        let counted = outcome.number?;
        let Shape::Array(facts) = self.shape_argument(state, application, &rules::Arg::Param(0)) else { return None };
        if facts.evidence != Evidence::Made {
            return None;
        }
        let shape = || facts.geometry.shape.as_ref()?.iter().copied().collect::<Option<Vec<u64>>>();
        match counted {
            Counted::Axes => facts.geometry.ndim.map(i64::from),
            Counted::Elements => i64::try_from(shape()?.into_iter().try_fold(1, u64::checked_mul)?).ok(),
        }
    }

    /// A value made from operands; matrices have operators of their own.
    pub(super) fn or_unknown_of_matrix(
        &mut self,
        state: &State,
        application: &Application<'_>,
        value: ValueId,
    ) -> ValueId {
        if !application.rule.is_operator() || !self.is_strange(state, application, &[ArrayClass::Matrix]) {
            return value;
        }
        let unknown = self.pool.unknown(Cause::Element);
        self.pool.join(value, unknown)
    }

    /// Whether an operand is an array of objects: they decide what comes of them.
    pub(super) fn holds_objects(&self, state: &State, application: &Application<'_>) -> bool {
        self.arrays_in(state, application).any(|facts| facts.dtype == Dtype::Object)
    }

    /// The arrays among the arguments, and in the lists and tuples that are arguments.
    fn arrays_in<'s>(
        &'s self,
        state: &State,
        application: &'s Application<'_>,
    ) -> impl Iterator<Item = &'s Facts> + use<'s> {
        let arrays = application.arrays.get_or_init(|| {
            let mut found = SmallVec::new();
            for arg in application.args {
                self.arrays_of(state, arg.slot.value, 0, &mut found);
            }
            found
        });
        arrays.iter().map(|facts| self.pool.facts.get(*facts))
    }

    fn arrays_of(&self, state: &State, value: ValueId, depth: u8, found: &mut SmallVec<[FactsId; 4]>) {
        for atom in self.pool.atoms(value) {
            match *atom {
                Atom::Array(array) if !found.contains(&array.facts) => found.push(array.facts),
                Atom::Container(object, ContainerKind::List | ContainerKind::Tuple) if depth < DEPTH => {
                    for slot in self.elements_in_order(state, object).unwrap_or_default() {
                        self.arrays_of(state, slot.value, depth + 1, found);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a rule is of a method of the class, or of a function beside it.
fn is_theirs(rule: &Rule, class: ArrayClass) -> bool {
    let path = class.name().unwrap_or_default();
    let module = path.rsplit_once('.').map_or("", |(module, _)| module);
    let lies_in =
        |outer: &str| rule.name.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    lies_in(path) || (module.contains('.') && lies_in(module))
}
