//! Variables that are meant to keep an earlier state of an array, and follow it.
//!
//! ```python
//! x_old = x                       # the same array
//! x += step
//! change = norm(x - x_old)        # always zero
//! ```

use super::query::Scene;
use super::reuse::only_array;
use crate::alias::domain::{Atom, Const, ObjectId, ValueId};
use crate::alias::event::{Event, EventKind, Purpose, WriteHow};
use crate::ir::{Local, Operand, OperandKind, Rvalue, StmtKind};
use crate::rules::Written;
use crate::source::Span;

/// Words by which a name says that it keeps an earlier state.
const EARLIER: &[&str] = &[
    "old", "prior", "prev", "previous", "last", "best", "initial", "before", "backup", "saved", "snapshot", "orig",
    "original",
];

/// Whether a name says that it keeps an earlier state.
pub(super) fn says_earlier(name: &str) -> bool {
    name.to_ascii_lowercase().split('_').any(|word| EARLIER.contains(&word))
}

/// A variable that was meant to keep an earlier state.
pub(super) struct Follower<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// What it is a second name for.
    pub(super) base: &'a str,
    /// Where that stands.
    pub(super) value: Span,
    /// The change in place.
    pub(super) write: &'a Event,
    /// Where the variable is read.
    pub(super) read: Span,
}

impl<'a> Scene<'a> {
    /// The variables named like earlier states that are read after the array that they are has been changed under another name.
    pub(super) fn followers(&self) -> Vec<Follower<'a>> {
        let mut found: Vec<Follower<'a>> = Vec::new();
        for event in self.events {
            let EventKind::Bind { local, slot, .. } = event.kind else { continue };
            let Some(name) = self.name(local).filter(|name| says_earlier(name)) else { continue };
            let Some(array) = only_array(self.cx, slot.value) else { continue };
            let Some((base, value)) = self.followed(event).filter(|(base, _)| !says_earlier(base)) else { continue };
            if found.iter().any(|one| one.name == name) {
                continue;
            }
            let seen = self.writes_of(array.memory).find_map(|write| {
                let read = self.read_after_change(event, local, base, write, array.object)?;
                Some((write, read))
            });
            if let Some((write, read)) = seen {
                found.push(Follower { name, base, value, write, read });
            }
        }
        found
    }

    /// What a variable was given as it is, `x` or `self.x`, and where that stands.
    fn followed(&self, bind: &Event) -> Option<(&'a str, Span)> {
        let stmt = self.stmt(bind)?;
        let StmtKind::Assign { value, .. } = &stmt.kind else { return None };
        match value {
            Rvalue::Use(Operand { kind: OperandKind::Local(_), span }) => Some((self.cx.source(*span), *span)),
            Rvalue::Attr { object: Operand { kind: OperandKind::Local(object), .. }, .. } => {
                (Some(*object) == self.receiver()).then(|| (self.cx.source(stmt.span), stmt.span))
            }
            _ => None,
        }
    }

    /// Where the variable is read after a write, if that changes the array under its other name while the variable holds it.
    fn read_after_change(
        &self,
        bind: &Event,
        local: Local,
        base: &str,
        write: &Event,
        object: ObjectId,
    ) -> Option<Span> {
        let EventKind::Write { through, target, what: Written::Data, how, .. } = write.kind else { return None };
        let is_direct =
            matches!(how, WriteHow::Augmented | WriteHow::AugmentedSubscript | WriteHow::Subscript | WriteHow::Call(_));
        let is_it = |value| self.is_none_or_object(value, object);
        let is_same_name = self.cx.source(through.span) == base;
        if !is_direct || !is_same_name || !is_it(target) {
            return None;
        }
        let stops: Vec<u32> = self.bindings(local).map(|bind| bind.point.index).collect();
        if !self.reaches_without(bind, write, &stops) {
            return None;
        }
        let reads = self.tables().touches(local).iter().map(|position| &self.events[*position as usize]);
        let returns = self.events.iter().filter(|event| matches!(event.kind, EventKind::Return { .. }));
        reads.chain(returns).find_map(|read| {
            let (EventKind::Read { operand, slot, purpose: Purpose::Data }
            | EventKind::Return { operand, slot, is_yield: false }) = read.kind
            else {
                return None;
            };
            let is_read = operand.kind == OperandKind::Local(local)
                && is_it(slot.value)
                && self.reaches_without(write, read, &stops);
            is_read.then_some(operand.span)
        })
    }

    /// Whether a value is an object, or `None` until it is.
    fn is_none_or_object(&self, value: ValueId, object: ObjectId) -> bool {
        let is_none = |id| *self.cx.facts.pool.consts.get(id) == Const::None;
        self.cx.arrays(value).next().is_some()
            && self.cx.atoms(value).iter().all(|atom| match atom {
                Atom::Array(array) => array.object == object,
                Atom::Const(id) => is_none(*id),
                _ => false,
            })
    }
}
