//! Forward dataflow over a body: one [`Analysis`] trait, one fixpoint.
//!
//! The states of an analysis form a join semilattice. [`fixpoint`] gives for each block the state at its head: the least
//! that holds on every path to it. Two laws make it end and make it right:
//!
//! * `join` is the least upper bound: it says `true` exactly when the left side grew;
//! * transfer is monotone: from a state that allows more, it gives one that allows at least as much.

use std::collections::BTreeSet;

use crate::ir::{BlockId, Body, Id, LoopId, Stmt, Table, Terminator};

/// A forward analysis of one body.
pub trait Analysis {
    /// What holds at a point.
    type State: Clone;
    /// What holds when the body is entered.
    fn entry(&mut self) -> Self::State;
    /// Takes in what holds on another path to the head of `block`; whether `into` grew.
    fn join(&mut self, into: &mut Self::State, from: &Self::State, block: BlockId) -> bool;
    /// `block` is about to be run, for the first time or once more from a state that grew.
    fn begin(&mut self, block: BlockId);
    /// The effect of the `index`th statement of `block`.
    fn statement(&mut self, state: &mut Self::State, block: BlockId, index: usize, stmt: &Stmt);
    /// The statements of `block` were run, and this is the state after them.
    fn leave(&mut self, state: &mut Self::State, block: BlockId);
    /// The effect of leaving `block` towards `to`; false if that way cannot be taken.
    fn edge(&mut self, state: &mut Self::State, block: BlockId, end: &Terminator, to: BlockId) -> bool;
    /// The effect of going back to the head of a loop: its next turn begins. `outside` is a state in which the loop was entered.
    fn next_turn(&mut self, state: &mut Self::State, of: LoopId, outside: Option<&Self::State>);
}

/// What [`fixpoint`] found.
#[derive(Clone, Debug)]
pub struct Results<S> {
    /// The state at the head of each block; `None` where control never comes.
    pub heads: Table<BlockId, Option<S>>,
    /// How many blocks were run, repetitions included.
    pub visits: u32,
    /// Whether the limit on visits cut the iteration short: the states are then not sound.
    pub cut_short: bool,
}

/// The blocks of a loop and of those inside it.
#[must_use]
pub fn loop_holds(body: &Body, of: LoopId, block: BlockId) -> bool {
    body.blocks[block].in_loop.is_some_and(|inner| loop_lies_in(body, inner, of))
}

/// Whether a loop is another, or inside it.
#[must_use]
pub fn loop_lies_in(body: &Body, inner: LoopId, of: LoopId) -> bool {
    let mut at = Some(inner);
    while let Some(inner) = at {
        if inner == of {
            return true;
        }
        at = body.loops[inner].parent;
    }
    false
}

/// The loops that an edge starts anew: those whose head is `to`, if `from` is inside.
fn turned(body: &Body, from: BlockId, to: BlockId) -> Option<LoopId> {
    let mut at = body.blocks[from].in_loop;
    while let Some(of) = at {
        if body.loops[of].header == to {
            return Some(of);
        }
        at = body.loops[of].parent;
    }
    None
}

/// Positions of the blocks in reverse postorder; unreachable ones come last.
#[must_use]
pub fn reverse_postorder(body: &Body) -> Table<BlockId, u32> {
    let count = body.blocks.len();
    let mut order = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    let mut stack = vec![(body.entry, successors(body, body.entry))];
    seen[body.entry.index()] = true;
    while let Some((block, rest)) = stack.last_mut() {
        if let Some(next) = rest.pop() {
            if !std::mem::replace(&mut seen[next.index()], true) {
                stack.push((next, successors(body, next)));
            }
        } else {
            order.push(*block);
            stack.pop();
        }
    }
    let mut positions = vec![u32::MAX; count];
    for (position, block) in (0..).zip(order.iter().rev()) {
        positions[block.index()] = position;
    }
    positions.into_iter().collect()
}

fn successors(body: &Body, block: BlockId) -> Vec<BlockId> {
    let block = &body.blocks[block];
    let mut all: Vec<BlockId> = block.end.kind.successors().collect();
    all.extend(block.handler);
    all
}

/// Runs an analysis until nothing changes.
pub fn fixpoint<A: Analysis>(analysis: &mut A, body: &Body) -> Results<A::State> {
    let order = reverse_postorder(body);
    let headers: Vec<Option<LoopId>> = {
        let mut of_block = vec![None; body.blocks.len()];
        for (id, one) in body.loops.iter_ids() {
            of_block[one.header.index()] = Some(id);
        }
        of_block
    };
    let mut outside: Vec<Option<A::State>> = body.loops.iter().map(|_| None).collect();
    let mut heads: Table<BlockId, Option<A::State>> = body.blocks.iter().map(|_| None).collect();
    let mut queue = BTreeSet::new();
    heads[body.entry] = Some(analysis.entry());
    queue.insert((order[body.entry], body.entry));
    let limit = u32::try_from(body.blocks.len()).unwrap_or(u32::MAX).saturating_mul(64).saturating_add(1024);
    let mut visits = 0;
    while let Some((_, block)) = queue.pop_first() {
        visits += 1;
        if visits > limit {
            return Results { heads, visits, cut_short: true };
        }
        let Some(mut state) = heads[block].clone() else { continue };
        let code = &body.blocks[block];
        let mut deliver = |analysis: &mut A, state: &mut A::State, to: BlockId| {
            if let Some(header) = headers[to.index()] {
                match turned(body, block, to) {
                    Some(of) => analysis.next_turn(state, of, outside[header.index()].as_ref()),
                    None => outside[header.index()] = Some(state.clone()),
                }
            }
            let grew = match &mut heads[to] {
                Some(head) => analysis.join(head, state, to),
                empty @ None => {
                    *empty = Some(state.clone());
                    true
                }
            };
            if grew {
                queue.insert((order[to], to));
            }
        };
        if let Some(handler) = code.handler {
            deliver(analysis, &mut state.clone(), handler);
        }
        analysis.begin(block);
        for (index, stmt) in code.stmts.iter().enumerate() {
            analysis.statement(&mut state, block, index, stmt);
        }
        analysis.leave(&mut state, block);
        if let Some(handler) = code.handler {
            deliver(analysis, &mut state.clone(), handler);
        }
        let targets: Vec<BlockId> = code.end.kind.successors().collect();
        for (position, &to) in targets.iter().enumerate() {
            if position + 1 == targets.len() {
                if analysis.edge(&mut state, block, &code.end, to) {
                    deliver(analysis, &mut state, to);
                }
                break;
            }
            let mut taken = state.clone();
            if analysis.edge(&mut taken, block, &code.end, to) {
                deliver(analysis, &mut taken, to);
            }
        }
    }
    Results { heads, visits, cut_short: false }
}
