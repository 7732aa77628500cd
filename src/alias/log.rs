//! What is recorded while a body is run.
//!
//! The states at the heads of blocks grow until nothing changes, so the last run of a block is the one that counts; what earlier
//! runs of it recorded is left out.

use super::event::Event;
use crate::ir::{BlockId, Id};
use crate::rules::RuleId;
use crate::source::Span;

/// Entries that are kept before those that are out of date are looked for.
const FIRST_LIMIT: usize = 1024;

/// Events, and the rules that apply, in the order in which blocks are run.
#[derive(Debug)]
pub struct Log {
    events: Vec<Event>,
    rules: Vec<(BlockId, RuleId, Span)>,
    /// By block: how many events and rules there were when its last run began.
    starts: Vec<(usize, usize)>,
    /// With more events than this, those out of date are thrown away.
    limit: usize,
}

impl Log {
    /// An empty one, for a body of so many blocks.
    pub fn new(blocks: usize) -> Self {
        Self { events: Vec::new(), rules: Vec::new(), starts: vec![(0, 0); blocks], limit: FIRST_LIMIT }
    }
    /// A block is about to be run; what was recorded of it is out of date.
    pub fn begin(&mut self, block: BlockId) {
        if self.events.len().max(self.rules.len()) > self.limit {
            self.clean();
            self.limit = FIRST_LIMIT.max(2 * self.events.len().max(self.rules.len()));
        }
        self.starts[block.index()] = (self.events.len(), self.rules.len());
    }
    /// An event.
    pub fn push(&mut self, event: Event) {
        self.events.push(event);
    }
    /// A rule that applies.
    pub fn apply(&mut self, block: BlockId, rule: RuleId, span: Span) {
        self.rules.push((block, rule, span));
    }
    fn clean(&mut self) {
        let mut position = 0;
        self.events.retain(|event| {
            position += 1;
            position > self.starts[event.block.index()].0
        });
        position = 0;
        self.rules.retain(|(block, ..)| {
            position += 1;
            position > self.starts[block.index()].1
        });
        self.starts.fill((0, 0));
    }
    /// The events of the last run of each block, block by block, and the rules.
    pub fn finish(mut self) -> (Vec<Event>, impl Iterator<Item = (RuleId, Span)>) {
        self.clean();
        if !self.events.is_sorted_by_key(|event| event.block) {
            self.events.sort_by_key(|event| event.block);
        }
        self.events.shrink_to_fit();
        (self.events, self.rules.into_iter().map(|(_, rule, span)| (rule, span)))
    }
}
