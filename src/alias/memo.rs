//! Results of rules that were applied before: a block is run again where a loop turns, for each value of a flag, and once more when
//! more is known of attributes, and most calls in it have the arguments they had.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::call::Args;
use super::domain::{Atom, Point, ValueId};
use super::engine::Engine;
use super::geometry::IndexItem;
use crate::ir::ArgKind;
use crate::rules::RuleId;
use crate::source::Span;

/// All that the results of a rule depend on, where no argument has anything in the heap.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CallKey {
    rule: RuleId,
    point: Point,
    span: Span,
    /// What tells apart the objects made at the point.
    numbers: [u32; 3],
    args: SmallVec<[(ArgKind, Option<Span>, ValueId); 3]>,
    index: Option<Box<[IndexItem]>>,
}

/// The results, and which argument each is, where it is one.
#[derive(Debug, Default)]
pub struct Applied {
    known: FxHashMap<CallKey, (ValueId, Option<usize>)>,
}

impl Applied {
    pub(super) fn get(&self, key: &CallKey) -> Option<(ValueId, Option<usize>)> {
        self.known.get(key).copied()
    }
}

impl Engine<'_> {
    /// What a call is known by; nothing where more than its arguments decides.
    pub(super) fn key_of_call(
        &self,
        rule: RuleId,
        args: &Args,
        index: Option<&[IndexItem]>,
        span: Span,
    ) -> Option<CallKey> {
        // On a run each step is another point.
        if self.on_a_run() || args.iter().any(|arg| !self.is_all_there(arg.slot.value)) {
            return None;
        }
        let frame = &self.frame;
        Some(CallKey {
            rule,
            point: frame.at.point,
            span,
            numbers: [frame.variant, frame.base, frame.element],
            args: args.iter().map(|arg| (arg.kind, arg.operand.map(|operand| operand.span), arg.slot.value)).collect(),
            index: index.map(Into::into),
        })
    }

    /// Keeps the results of a call, unless they put something into the heap.
    pub(super) fn remember_call(&mut self, key: CallKey, value: ValueId, kept: Option<usize>) {
        let rules = self.rules;
        let makes_containers = rules.rule(key.rule).results.iter().any(|outcome| outcome.container.is_some());
        if !makes_containers && self.is_all_there(value) {
            self.applied.known.insert(key, (value, kept));
        }
    }

    /// Whether nothing of a value is in the heap.
    fn is_all_there(&self, value: ValueId) -> bool {
        self.pool.atoms(value).iter().all(|atom| match atom {
            Atom::Array(_) | Atom::Const(_) | Atom::Scalar | Atom::Path(_) | Atom::Typed(_) | Atom::Unknown(_) => true,
            Atom::Container(..) | Atom::Instance(..) | Atom::Function(..) | Atom::Method(..) | Atom::Class(..) => false,
        })
    }
}
