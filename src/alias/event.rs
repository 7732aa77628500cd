//! What happens to arrays in a body: the record that hazards and the binding graph are read from.
//!
//! Events carry the values as they are at that point, so "is the base read after the write" is a question about two
//! events: the second is reachable from the first, and the value it reads still holds the memory that was written.

use smallvec::SmallVec;

use super::domain::{ExtentId, ObjectId, Point, Slot, ValueId};
use super::state::Field;
use crate::ir::{BlockId, BodyId, Local, Name, Operand};
use crate::rules::{Relation, RuleId, Written};
use crate::source::Span;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// At which statement.
    pub point: Point,
    /// In which block.
    pub block: BlockId,
    /// Where in the source.
    pub span: Span,
    /// What happens.
    pub kind: EventKind,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A variable is bound.
    Bind {
        /// The variable.
        local: Local,
        /// What it held before.
        before: Slot,
        /// What it holds now.
        slot: Slot,
        /// The operand, where the statement only gives another name to something.
        from: Option<Operand>,
    },
    /// A value is read.
    Read {
        /// Through which operand.
        operand: Operand,
        /// What it holds.
        slot: Slot,
        /// For what.
        purpose: Purpose,
    },
    /// Elements or metadata of arrays are written.
    Write {
        /// Through which operand.
        through: Operand,
        /// The arrays written, as the operand holds them.
        target: ValueId,
        /// What of them.
        what: Written,
        /// By which construct.
        how: WriteHow,
        /// Whether the condition under which the construct writes is met for sure.
        always: bool,
    },
    /// A value is put where it outlives the statement: an attribute, an element of a container.
    Keep {
        /// The object that keeps it.
        object: ValueId,
        /// Through which operand that is reached.
        holder: Operand,
        /// Under which field.
        field: Field,
        /// What is kept.
        value: ValueId,
        /// Through which operand.
        operand: Operand,
    },
    /// A call.
    Call(Box<CallEvent>),
    /// A value leaves the function.
    Return {
        /// Through which operand.
        operand: Operand,
        /// The value.
        slot: Slot,
        /// Whether by `yield`.
        is_yield: bool,
    },
    /// `del object.attr`.
    DeleteAttr {
        /// Through which operand the object is reached.
        holder: Operand,
        /// The attribute.
        attr: Name,
    },
    /// `del name`.
    Delete {
        /// The variable.
        local: Local,
        /// What it held.
        slot: Slot,
    },
}

/// A call.
#[derive(Clone, Debug)]
pub struct CallEvent {
    /// What is called.
    pub callee: Callee,
    /// Receiver first, then the arguments, with their values.
    pub args: Vec<(Operand, Slot)>,
    /// What comes back.
    pub result: ValueId,
    /// Whether the result is thrown away.
    pub discarded: bool,
}

/// What is called.
#[derive(Clone, Debug, PartialEq)]
pub enum Callee {
    /// Something with a rule.
    Rule(RuleId),
    /// Functions of this module.
    Bodies(SmallVec<[BodyId; 1]>),
    /// Something by its dotted path, without a rule.
    Path(Name),
    /// A method of something, without a rule.
    Method(Name),
    /// Anything else.
    Unknown,
}

/// For what a value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Its elements, or anything that may depend on them.
    Data,
    /// To give it another name.
    Alias,
    /// To take a view, an element or an attribute of it.
    Part,
    /// To write into it.
    Target,
}

/// By which construct an array is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteHow {
    /// `a[...] = value`
    Subscript,
    /// `a[...] op= value`
    AugmentedSubscript,
    /// `a op= value`
    Augmented,
    /// A call that says so, such as `a.sort()` or `out=a`.
    Call(RuleId),
    /// A function of this module that does one of these to its argument; where it does.
    Callee(BodyId, Span),
    /// `a.shape = ...`
    Attribute(Name),
}

/// How an object came about.
#[derive(Clone, Debug)]
pub struct Making {
    /// The relation to the sources.
    pub relation: Relation,
    /// The objects it is a view or a copy of.
    pub sources: SmallVec<[ObjectId; 1]>,
    /// The operand that held them, where there is one.
    pub operand: Option<Operand>,
    /// The rule that says so.
    pub rule: Option<RuleId>,
    /// Position of the outcome in the rule, for its condition.
    pub outcome: u8,
    /// All outcomes of the rule that were possible here, a bit for each position.
    pub outcomes: u64,
    /// Whether other outcomes are possible.
    pub sometimes: bool,
    /// Whether it is made by a subscript or by iteration.
    pub is_index: bool,
    /// Which part of its source a basic subscript takes.
    pub taken: Option<ExtentId>,
    /// The expression.
    pub span: Span,
    /// Where.
    pub point: Point,
}

impl Making {
    /// Whether the outcome of the rule at this position was possible.
    #[must_use]
    pub fn had_outcome(&self, position: usize) -> bool {
        u32::try_from(position)
            .ok()
            .and_then(|position| self.outcomes.checked_shr(position))
            .is_some_and(|bits| bits & 1 == 1)
    }
}
