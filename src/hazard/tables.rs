//! Where things are in a body: what the questions of hazards would otherwise search for again and again.
//!
//! A hazard asks about each write "which binding is behind this name", "which statement was that", "who reads this memory".
//! Answered by a search, each question costs the length of the body, and the hazard costs its square. The tables here are
//! made once for a body, on the first question, in time proportional to its events.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::base::Replacement;
use crate::alias::AliasFacts;
use crate::alias::domain::{Atom, MemoryId, ValueId};
use crate::alias::event::{Event, EventKind};
use crate::ir::{BlockId, Body, Id, Local, OperandKind, Place, Rvalue, Stmt, StmtKind, Temp};

/// Numbers of statements; most temporaries are used once.
type Uses = SmallVec<[u32; 2]>;

/// The tables of one body.
#[derive(Debug)]
pub(super) struct Tables {
    /// Number of the first statement of each block; a block's end has the number after its last statement.
    pub(super) firsts: Vec<u32>,
    /// Position in its block of the statement that defines each temporary.
    definitions: Vec<u32>,
    /// Range of the events of each block.
    events: Vec<Range<u32>>,
    /// Events that bind a variable, updates in place aside.
    bindings: Vec<Vec<u32>>,
    /// Events that bind or read a variable.
    touches: Vec<Vec<u32>>,
    /// Events that write a memory.
    writes: FxHashMap<MemoryId, Vec<u32>>,
    /// Statements and ends of blocks that a variable, or a temporary, is given to, as numbers.
    local_uses: Vec<Uses>,
    temp_uses: Vec<Uses>,
    /// See [`super::usage`].
    pub(super) data_reads: OnceCell<DataReads>,
    /// See [`super::base`].
    pub(super) overwrites: RefCell<FxHashMap<MemoryId, Rc<[Replacement]>>>,
    /// Blocks that control can come to from a block.
    pub(super) reach: RefCell<FxHashMap<BlockId, Rc<[bool]>>>,
    /// Marks of the blocks seen in a search, and the number of the search.
    pub(super) seen: RefCell<(u32, Vec<u32>)>,
}

/// Reads of elements in a body.
#[derive(Debug, Default)]
pub(super) struct DataReads {
    /// Positions of the events, in order.
    pub(super) all: Vec<u32>,
    /// Those of each memory.
    pub(super) of: FxHashMap<MemoryId, Vec<u32>>,
    /// Those of each memory from which data leaves it, as far as asked for.
    pub(super) leaving: RefCell<FxHashMap<MemoryId, Rc<[u32]>>>,
}

impl Tables {
    /// The tables of a body with these events.
    pub(super) fn new(body: &Body, events: &[Event], facts: &AliasFacts) -> Self {
        let mut tables = Self {
            firsts: Vec::with_capacity(body.blocks.len()),
            definitions: vec![u32::MAX; body.temp_count as usize],
            events: vec![0..0; body.blocks.len()],
            bindings: vec![Vec::new(); body.locals.len()],
            touches: vec![Vec::new(); body.locals.len()],
            writes: FxHashMap::default(),
            local_uses: vec![Uses::new(); body.locals.len()],
            temp_uses: vec![Uses::new(); body.temp_count as usize],
            data_reads: OnceCell::new(),
            overwrites: RefCell::default(),
            reach: RefCell::default(),
            seen: RefCell::new((0, vec![0; body.blocks.len()])),
        };
        tables.read_code(body);
        tables.read_events(body, events, facts);
        tables
    }

    fn read_code(&mut self, body: &Body) {
        let mut number = 0;
        for block in &body.blocks {
            self.firsts.push(number);
            for (position, stmt) in (0..).zip(&block.stmts) {
                if let StmtKind::Assign { place: Place::Temp(temp), .. } = &stmt.kind
                    && let Some(definition) = self.definitions.get_mut(temp.index())
                    && *definition == u32::MAX
                {
                    *definition = position;
                }
                stmt.kind.operands(&mut |operand| self.add_use(operand.kind, number));
                number += 1;
            }
            block.end.kind.operands(&mut |operand| self.add_use(operand.kind, number));
            number += 1;
        }
    }

    fn add_use(&mut self, kind: OperandKind, number: u32) {
        let uses = match kind {
            OperandKind::Local(local) => &mut self.local_uses[local.index()],
            OperandKind::Temp(temp) => &mut self.temp_uses[temp.index()],
            OperandKind::Const(_) => return,
        };
        if uses.last() != Some(&number) {
            uses.push(number);
        }
    }

    fn read_events(&mut self, body: &Body, events: &[Event], facts: &AliasFacts) {
        for (position, event) in (0..).zip(events) {
            let range = &mut self.events[event.block.index()];
            if range.end == 0 {
                range.start = position;
            }
            range.end = position + 1;
            match event.kind {
                EventKind::Bind { local, .. } => {
                    self.touches[local.index()].push(position);
                    let stmt = self.stmt(body, event.point.index).map(|stmt| &stmt.kind);
                    if !matches!(stmt, Some(StmtKind::Assign { value: Rvalue::InPlace { .. }, .. })) {
                        self.bindings[local.index()].push(position);
                    }
                }
                EventKind::Read { operand, .. } => {
                    if let OperandKind::Local(local) = operand.kind {
                        self.touches[local.index()].push(position);
                    }
                }
                EventKind::Write { target, .. } => {
                    for memory in memories(facts, target) {
                        let writes = self.writes.entry(memory).or_default();
                        if writes.last() != Some(&position) {
                            writes.push(position);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The block that holds a statement or end of this number.
    pub(super) fn block(&self, number: u32) -> BlockId {
        BlockId::from_index(self.firsts.partition_point(|first| *first <= number).saturating_sub(1))
    }

    /// The statement of this number, where it is not the end of a block.
    pub(super) fn stmt<'b>(&self, body: &'b Body, number: u32) -> Option<&'b Stmt> {
        let block = self.block(number);
        body.blocks[block].stmts.get((number - self.firsts[block.index()]) as usize)
    }

    /// The statement that defines a temporary in a block, and its number.
    pub(super) fn definition<'b>(&self, body: &'b Body, block: BlockId, temp: Temp) -> Option<(&'b Stmt, u32)> {
        let position = *self.definitions.get(temp.index())?;
        let stmt = body.blocks[block].stmts.get(position as usize)?;
        let defines = matches!(stmt.kind, StmtKind::Assign { place: Place::Temp(defined), .. } if defined == temp);
        defines.then(|| (stmt, self.firsts[block.index()] + position))
    }

    /// Positions of the events of a block.
    pub(super) fn events_in(&self, block: BlockId) -> Range<usize> {
        let range = &self.events[block.index()];
        range.start as usize..range.end as usize
    }

    /// Positions of the events that bind a variable, updates in place aside.
    pub(super) fn bindings(&self, local: Local) -> &[u32] {
        self.bindings.get(local.index()).map_or(&[], Vec::as_slice)
    }

    /// Positions of the events that bind or read a variable.
    pub(super) fn touches(&self, local: Local) -> &[u32] {
        self.touches.get(local.index()).map_or(&[], Vec::as_slice)
    }

    /// Positions of the events that write a memory.
    pub(super) fn writes(&self, memory: MemoryId) -> &[u32] {
        self.writes.get(&memory).map_or(&[], Vec::as_slice)
    }

    /// Numbers of the statements and ends of blocks that a variable or temporary is given to.
    pub(super) fn uses(&self, kind: OperandKind) -> &[u32] {
        match kind {
            OperandKind::Local(local) => self.local_uses.get(local.index()).map_or(&[], Uses::as_slice),
            OperandKind::Temp(temp) => self.temp_uses.get(temp.index()).map_or(&[], Uses::as_slice),
            OperandKind::Const(_) => &[],
        }
    }
}

/// The memories of the arrays that a value may be, each once.
pub(super) fn memories(facts: &AliasFacts, value: ValueId) -> impl Iterator<Item = MemoryId> {
    let atoms = facts.pool.atoms(value);
    let memory = |atom: &Atom| if let Atom::Array(array) = atom { Some(array.memory) } else { None };
    atoms.iter().enumerate().filter_map(move |(position, atom)| {
        let own = memory(atom)?;
        (!atoms[..position].iter().any(|earlier| memory(earlier) == Some(own))).then_some(own)
    })
}
