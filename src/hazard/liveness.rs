//! What variables hold at an event, and what of it is still needed afterwards.

use super::query::Scene;
use crate::alias::domain::{MemoryId, Slot};
use crate::alias::event::{Event, EventKind};
use crate::ir::{BlockId, BodyKind, Id, Local, TerminatorKind};

/// Why a variable is still needed.
#[derive(Clone, Copy, Debug)]
pub enum Needed<'a> {
    /// It is read there.
    Read(&'a Event),
    /// It is there when the module or notebook ends.
    AtEnd,
}

impl<'a> Scene<'a> {
    /// What each variable holds just before an event.
    #[must_use]
    pub fn locals_at(&self, event: &Event) -> Vec<Slot> {
        let heads = &self.cx.facts.bodies[self.id].heads;
        let Some(Some(head)) = heads.iter().nth(event.block.index()) else { return Vec::new() };
        let mut locals = head.locals.clone();
        for earlier in self.events_in(event.block) {
            if std::ptr::eq(earlier, event) {
                break;
            }
            match earlier.kind {
                EventKind::Bind { local, slot, .. } => {
                    locals.set(local.index(), slot);
                }
                EventKind::Delete { local, .. } => {
                    locals.set(local.index(), Slot::UNBOUND);
                }
                _ => {}
            }
        }
        (0..self.body.locals.len()).map(|index| locals[index]).collect()
    }

    /// Whether, and where, a variable that holds `memory` is needed after an event.
    #[must_use]
    pub fn needed_after(&self, event: &Event, local: Local, memory: MemoryId) -> Option<Needed<'a>> {
        let reads = self.touches(local).filter(|later| match later.kind {
            EventKind::Read { slot, .. } => {
                self.cx.arrays(slot.value).any(|array| array.memory == memory) && self.reaches(event, later)
            }
            _ => false,
        });
        let at = |later: &&Event| (later.block != event.block || later.point < event.point, later.point);
        if let Some(read) = reads.min_by_key(at) {
            return Some(Needed::Read(read));
        }
        let lasts = self.body.kind == BodyKind::Module && self.lasts_from(event, local);
        lasts.then_some(Needed::AtEnd)
    }

    /// Whether a variable keeps its value from an event to the end of the body on some path.
    fn lasts_from(&self, event: &Event, local: Local) -> bool {
        let ends = |event: &Event| match event.kind {
            EventKind::Bind { local: bound, .. } | EventKind::Delete { local: bound, .. } => bound == local,
            _ => false,
        };
        let mut seen = vec![false; self.body.blocks.len()];
        let mut stack: Vec<(BlockId, bool)> = vec![(event.block, false)];
        while let Some((block, whole)) = stack.pop() {
            let mut inside = self.events_in(block).iter().filter(|other| whole || other.point > event.point);
            if inside.any(ends) {
                continue;
            }
            let code = &self.body.blocks[block];
            if matches!(code.end.kind, TerminatorKind::End) {
                return true;
            }
            for next in code.end.kind.successors() {
                if !std::mem::replace(&mut seen[next.index()], true) {
                    stack.push((next, true));
                }
            }
        }
        false
    }
}
