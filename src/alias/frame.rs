//! The body that is being run.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::domain::{ArrayAtom, Point, Slot, ValueId};
use super::log::Log;
use super::state::{Renamed, State};
use super::summary::OuterWrite;
use crate::ir::{BlockId, Body, BodyId, Id, LoopId};
use crate::rules::Written;
use crate::source::Span;
/// The functions that hold writes, and where.
type Sites = SmallVec<[(BodyId, Span); 2]>;

/// The body that is being run.
pub struct Frame<'a> {
    /// Its id.
    pub id: BodyId,
    /// Its code.
    pub body: &'a Body,
    /// Temporaries.
    pub temps: Vec<Slot>,
    /// Number of the first statement of each block.
    pub first_point: Vec<u32>,
    /// What became of things at turns of loops.
    pub renamed: FxHashMap<LoopId, Renamed>,
    /// What is returned.
    pub result: ValueId,
    /// What is yielded.
    pub yields: Option<ValueId>,
    /// What is yielded on a run, in order.
    pub given: Vec<Slot>,
    /// The blocks in which the body ends, with what is returned there, and heap and variables.
    pub ends: Vec<End>,
    /// Heap and variables at the ends of the body, joined.
    pub exit: Option<State>,
    /// Writes to arrays from outside.
    pub writes: Vec<OuterWrite>,
    /// The same, to see what is there already.
    pub known_writes: FxHashMap<(ArrayAtom, Written, bool), Sites>,
    /// The flag, by its position, that is assumed to have a value.
    pub flag: Option<(u32, bool)>,
    /// What is recorded, while it is.
    pub log: Option<Log>,
    /// The statement that is being run.
    pub at: At,
    /// Values numbered so far at this point.
    pub parts: u32,
    /// Number of the first object of the operation that is run, where a statement runs several.
    pub base: u32,
    /// Which of several possibilities of an operand is being looked at: containers made for each are told apart.
    pub variant: u32,
    /// Which element of a result is being made, from 1; 0 for the result itself.
    pub element: u32,
}

/// An end of a body.
pub struct End {
    /// The block that ends there.
    pub block: BlockId,
    /// What is returned, of a body that returns something.
    pub result: Option<ValueId>,
    /// Heap and variables.
    pub state: State,
}

/// A statement that is being run.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// Its number.
    pub point: Point,
    /// Its block.
    pub block: BlockId,
    /// Its place in the source.
    pub span: Span,
    /// Whether its result is thrown away.
    pub discarded: bool,
}

impl<'a> Frame<'a> {
    /// A frame for a body.
    pub fn new(id: BodyId, body: &'a Body) -> Self {
        let mut first_point = Vec::with_capacity(body.blocks.len());
        let mut next = 0;
        for block in &body.blocks {
            first_point.push(next);
            next += u32::try_from(block.stmts.len()).expect("fewer than 2^32 statements") + 1;
        }
        Self {
            id,
            body,
            temps: vec![Slot::UNBOUND; body.temp_count as usize],
            first_point,
            renamed: FxHashMap::default(),
            result: ValueId::EMPTY,
            yields: None,
            given: Vec::new(),
            ends: Vec::new(),
            exit: None,
            writes: Vec::new(),
            known_writes: FxHashMap::default(),
            flag: None,
            log: None,
            at: At { point: Point { body: id, index: 0 }, block: body.entry, span: Span::default(), discarded: false },
            parts: 0,
            base: 0,
            variant: 0,
            element: 0,
        }
    }
    /// The number of a statement; that of the terminator follows those of the statements.
    pub fn point(&self, block: BlockId, index: usize) -> Point {
        let index = u32::try_from(index).expect("fewer than 2^32 statements");
        Point { body: self.id, index: self.first_point[block.index()] + index }
    }
}
