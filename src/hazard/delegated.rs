//! Writes that a function called here does to its argument: are they done at this call?
//!
//! ```python
//! def _prepare(x, copy):
//!     if copy:
//!         x = x.copy()
//!     x = np.atleast_2d(x)
//!     x -= x.mean()
//!     return x
//!
//! def resample(x):
//!     return _prepare(x, False)       # here they are
//! ```

use super::intent::is_flag;
use super::query::Scene;
use crate::alias::domain::Atom;
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::ir::{ArgKind, CallArg, Const, OperandKind, ParamDefault, Rvalue, StmtKind};

impl Scene<'_> {
    /// Whether a write that a callee does is one that it protects its argument from, as far as its flags and branches tell.
    #[must_use]
    pub fn is_spared_by_callee(&self, write: &Event) -> bool {
        let EventKind::Write { how: WriteHow::Callee(body, span), always, .. } = write.kind else { return false };
        let callee = self.cx.scene(body);
        let is_protected = callee.events.iter().enumerate().any(|(position, event)| {
            let is_it = event.span == span && matches!(event.kind, EventKind::Write { .. });
            is_it
                && match callee.parameter_write(position) {
                    Some(one) => one.is_maybe && callee.cause(&one).is_none(),
                    // One of several that a list holds, perhaps another one.
                    None => !always && callee.is_through_container(position),
                }
        });
        is_protected || callee.has_flag() && !self.flags_ask_for_write(write, &callee)
    }

    /// Whether a write goes through an element of a list or the like.
    fn is_through_container(&self, position: usize) -> bool {
        let event = &self.events[position];
        let EventKind::Write { through, .. } = event.kind else { return false };
        let slot = self.root(event.block, through).and_then(|local| self.slot_before(position, local));
        slot.is_some_and(|slot| self.cx.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Container(..))))
    }

    /// Whether all flags of a callee are passed, or left, so that it writes: `copy=False`, `overwrite_x=True`.
    fn flags_ask_for_write(&self, write: &Event, callee: &Scene<'_>) -> bool {
        let Some(args) = self.arguments(write) else { return false };
        let receivers = usize::from(callee.receiver().is_some());
        callee.body.params.iter().enumerate().all(|(position, param)| {
            let name = callee.name(param.local).unwrap_or("");
            if !is_flag(name) {
                return true;
            }
            let by_name = args.iter().find(|arg| match arg.kind {
                ArgKind::Keyword(keyword) => self.cx.facts.names.text(keyword) == name,
                ArgKind::Positional | ArgKind::Starred | ArgKind::DoubleStarred => false,
            });
            let by_position = || {
                let at = position.checked_sub(receivers)?;
                args.get(at).filter(|arg| arg.kind == ArgKind::Positional)
            };
            let value = match (by_name.or_else(by_position), &param.default) {
                (Some(arg), _) => match arg.value.kind {
                    OperandKind::Const(value) => Some(value),
                    OperandKind::Local(_) | OperandKind::Temp(_) => None,
                },
                (None, ParamDefault::Const(value)) => Some(*value),
                (None, _) => None,
            };
            match value {
                Some(Const::Bool(value)) => value != name.contains("copy"),
                _ => false,
            }
        })
    }

    /// The arguments of the call at an event, as written.
    pub(super) fn arguments(&self, event: &Event) -> Option<&[CallArg]> {
        match &self.stmt(event)?.kind {
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => match value {
                Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. } => Some(args),
                _ => None,
            },
            _ => None,
        }
    }
}
