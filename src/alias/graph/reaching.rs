//! Which bindings of a name reach a point: a forward analysis over the blocks of one body.
//!
//! ```python
//! b = a[:2]                       # binding 1 of b
//! if flag:
//!     b = b.copy()                # reads binding 1; binding 2
//! print(b)                        # reached by 1 and 2
//! ```

use std::collections::{BTreeMap, BTreeSet};

use petgraph::stable_graph::NodeIndex;

use crate::alias::event::{Event, EventKind};
use crate::alias::state::Field;
use crate::ir::{BlockId, Body, Id, Local, Name, OperandKind};

/// Something that can be bound: a variable, or an attribute of one.
pub(super) type Key = (Local, Option<Name>);

/// The bindings that each key may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reaching {
    bound: BTreeMap<Key, BTreeSet<NodeIndex>>,
}

impl Reaching {
    /// The bindings of a key.
    pub(super) fn of(&self, key: Key) -> impl Iterator<Item = NodeIndex> {
        self.bound.get(&key).into_iter().flatten().copied()
    }

    /// All bindings.
    pub(super) fn all(&self) -> impl Iterator<Item = NodeIndex> {
        self.bound.values().flatten().copied()
    }

    /// Binds a key to something new, or to nothing of interest.
    pub(super) fn bind(&mut self, key: Key, node: Option<NodeIndex>) {
        if key.1.is_none() {
            self.bound.retain(|(local, _), _| *local != key.0);
        }
        self.bound.insert(key, node.into_iter().collect());
    }

    fn join(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (key, nodes) in &other.bound {
            let mine = self.bound.entry(*key).or_insert_with(|| {
                changed = true;
                BTreeSet::new()
            });
            let before = mine.len();
            mine.extend(nodes);
            changed |= mine.len() != before;
        }
        changed
    }

    /// Takes in what an event does.
    pub(super) fn pass(&mut self, event: &Event, made: Made) {
        match (key_of(event), made) {
            (Some(key), Made::Binding(node)) => self.bind(key, Some(node)),
            (Some(key), Made::Nothing) => self.bind(key, None),
            (_, Made::Kept) | (None, _) => {}
        }
    }
}

/// What an event means for the name that it binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A binding.
    Binding(NodeIndex),
    /// The name holds no array from here on.
    Nothing,
    /// The name keeps the object that it has: `a += 1` of an array.
    Kept,
}

/// What an event binds or unbinds.
pub(super) fn key_of(event: &Event) -> Option<Key> {
    match event.kind {
        EventKind::Bind { local, .. } | EventKind::Delete { local, .. } => Some((local, None)),
        EventKind::Keep { holder, field: Field::Attr(attr), .. } => match holder.kind {
            OperandKind::Local(local) => Some((local, Some(attr))),
            OperandKind::Temp(_) | OperandKind::Const(_) => None,
        },
        EventKind::DeleteAttr { holder, attr } => match holder.kind {
            OperandKind::Local(local) => Some((local, Some(attr))),
            OperandKind::Temp(_) | OperandKind::Const(_) => None,
        },
        EventKind::Keep { .. }
        | EventKind::Read { .. }
        | EventKind::Write { .. }
        | EventKind::Call(_)
        | EventKind::Return { .. } => None,
    }
}

/// What reaches the head of each block. `made` is what the events make, by position.
pub(super) fn heads(body: &Body, entry: Reaching, events: &[Event], made: &[Made]) -> Vec<Option<Reaching>> {
    let mut by_block: Vec<Vec<usize>> = vec![Vec::new(); body.blocks.len()];
    for (position, event) in events.iter().enumerate() {
        by_block[event.block.index()].push(position);
    }
    let mut heads: Vec<Option<Reaching>> = vec![None; body.blocks.len()];
    heads[body.entry.index()] = Some(entry);
    let mut queue: BTreeSet<BlockId> = BTreeSet::from([body.entry]);
    while let Some(block) = queue.pop_first() {
        let Some(mut state) = heads[block.index()].clone() else { continue };
        let code = &body.blocks[block];
        let mut deliver = |state: &Reaching, to: BlockId| {
            let grew = match &mut heads[to.index()] {
                Some(head) => head.join(state),
                empty @ None => {
                    *empty = Some(state.clone());
                    true
                }
            };
            if grew {
                queue.insert(to);
            }
        };
        if let Some(handler) = code.handler {
            deliver(&state, handler);
        }
        for &position in &by_block[block.index()] {
            state.pass(&events[position], made[position]);
        }
        for next in code.end.kind.successors().chain(code.handler) {
            deliver(&state, next);
        }
    }
    heads
}
