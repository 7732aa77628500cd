//! Where the elements of arrays are looked at, and where what was read goes.
//!
//! ```python
//! recent = prices[-2:]
//! recent /= recent.max()          # read, and written back into `recent`: the data stays where it was
//! print(recent.sum())             # read, and shown: the data leaves
//! return prices                   # handed out as it is: nothing is read
//! prices                          # at the end of a notebook's cell: shown
//! ```

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::query::Scene;
use super::tables::{DataReads, memories};
use crate::alias::domain::{Atom, MemoryId, Origin, Point, ValueId};
use crate::alias::event::{CallEvent, Callee, Event, EventKind, Purpose, WriteHow};
use crate::ir::{BlockId, BodyKind, Local, Operand, OperandKind, Place, Rvalue, Stmt, StmtKind, Temp, TerminatorKind};
use crate::rules::Relation;

/// Last words of functions that look at an object, not at its elements.
const LOOKS_AT_OBJECT: &[&str] = &[
    "len",
    "isinstance",
    "type",
    "id",
    "hasattr",
    "getattr",
    "callable",
    "issubclass",
    "setattr",
    "shape",
    "ndim",
    "size",
    "dtype",
    "nbytes",
    "shares_memory",
    "may_share_memory",
    "result_type",
    "iscomplexobj",
    "isrealobj",
    "empty_like",
    "zeros_like",
    "ones_like",
    "full_like",
];

/// Elements of an array are looked at.
#[derive(Clone, Copy, Debug)]
pub struct DataRead<'a> {
    /// The event.
    pub event: &'a Event,
    /// Through which operand.
    pub operand: Operand,
    /// What it holds.
    pub value: ValueId,
}

/// What holds a value on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Carrier {
    Local(Local),
    Temp(Temp),
}

impl Carrier {
    fn of(place: Place) -> Self {
        match place {
            Place::Local(local) => Self::Local(local),
            Place::Temp(temp) => Self::Temp(temp),
        }
    }
    fn of_operand(kind: OperandKind) -> Option<Self> {
        match kind {
            OperandKind::Local(local) => Some(Self::Local(local)),
            OperandKind::Temp(temp) => Some(Self::Temp(temp)),
            OperandKind::Const(_) => None,
        }
    }
    fn operand(self) -> OperandKind {
        match self {
            Self::Local(local) => OperandKind::Local(local),
            Self::Temp(temp) => OperandKind::Temp(temp),
        }
    }
}

/// What a statement does with a value that it is given.
enum Passes {
    On(Vec<Carrier>),
    Out,
}

impl<'a> Scene<'a> {
    /// All reads of elements of arrays. To return an array as it is, is none.
    pub fn data_reads(&self) -> impl Iterator<Item = DataRead<'a>> + use<'a> {
        self.reads_at(&self.data_read_tables().all)
    }

    /// The reads of elements of arrays that may be over this memory.
    pub fn data_reads_of(&self, memory: MemoryId) -> impl Iterator<Item = DataRead<'a>> + use<'a> {
        self.reads_at(self.data_read_tables().of.get(&memory).map_or(&[], Vec::as_slice))
    }

    /// Those after which what was read goes anywhere but back into the memory.
    pub fn leaving_reads_of(&self, memory: MemoryId) -> impl Iterator<Item = DataRead<'a>> + use<'a> {
        let tables = self.data_read_tables();
        let known = tables.leaving.borrow().get(&memory).cloned();
        let positions = known.unwrap_or_else(|| {
            let positions = tables.of.get(&memory).map_or(&[][..], Vec::as_slice).iter().copied();
            let leaves = |position: &u32| {
                let event = &self.events[*position as usize];
                !self.writes_at(event.point.index, memory)
                    && self.read_at(*position).is_some_and(|read| self.data_leaves(read, memory))
            };
            let positions: Rc<[u32]> = positions.filter(leaves).collect();
            tables.leaving.borrow_mut().insert(memory, Rc::clone(&positions));
            positions
        });
        let events = self.events;
        (0..positions.len()).filter_map(move |at| data_read(&events[positions[at] as usize]))
    }

    fn data_read_tables(&self) -> &'a DataReads {
        self.tables().data_reads.get_or_init(|| {
            let mut reads = DataReads::default();
            for (position, event) in (0..).zip(self.events) {
                let EventKind::Read { operand, slot, purpose } = event.kind else { continue };
                if self.cx.arrays(slot.value).next().is_none() || !self.reads_elements(event, operand, purpose) {
                    continue;
                }
                reads.all.push(position);
                for memory in memories(self.cx.facts, slot.value) {
                    reads.of.entry(memory).or_default().push(position);
                }
            }
            reads
        })
    }

    fn reads_at(&self, positions: &'a [u32]) -> impl Iterator<Item = DataRead<'a>> + use<'a> {
        let events = self.events;
        positions.iter().filter_map(move |position| data_read(&events[*position as usize]))
    }

    fn read_at(&self, position: u32) -> Option<DataRead<'a>> {
        data_read(&self.events[position as usize])
    }

    fn reads_elements(&self, event: &Event, operand: Operand, purpose: Purpose) -> bool {
        let stmt = self.stmt(event);
        match purpose {
            Purpose::Target => false,
            Purpose::Alias => match stmt.map(|stmt| &stmt.kind) {
                Some(StmtKind::Eval { value: Rvalue::Use(_) }) => true,
                Some(StmtKind::Assign {
                    place: Place::Temp(temp), value: Rvalue::Tuple(_) | Rvalue::List(_), ..
                }) => self.display_is_read(event, OperandKind::Temp(*temp)),
                _ => false,
            },
            Purpose::Data => match stmt.map(|stmt| &stmt.kind) {
                None
                | Some(StmtKind::Assign { value: Rvalue::Yield(_) | Rvalue::Enter(_), .. } | StmtKind::Exit(_)) => {
                    false
                }
                Some(_) => self.calls_at(event, operand).is_none_or(|call| self.call_reads_elements(call)),
            },
            Purpose::Part => match stmt.map(|stmt| &stmt.kind) {
                Some(
                    StmtKind::Assign { value: Rvalue::CallMethod { object, .. }, .. }
                    | StmtKind::Eval { value: Rvalue::CallMethod { object, .. } },
                ) => {
                    object.kind == operand.kind
                        && self.calls_at(event, operand).is_some_and(|call| self.call_reads_elements(call))
                }
                Some(StmtKind::Assign { place, value: Rvalue::Index { object, index }, .. }) => {
                    let is_slice = index.items.iter().any(|item| matches!(item, crate::ir::IndexItem::Slice { .. }));
                    let is_handed_on = self.is_written_through(event, *place) || self.is_view(event, *place);
                    object.kind == operand.kind && !is_slice && !is_handed_on
                }
                _ => false,
            },
        }
    }

    /// Whether a display, such as that of `np.concatenate((a, b))`, goes into a call that looks at elements.
    fn display_is_read(&self, event: &Event, display: OperandKind) -> bool {
        let first = self.events.partition_point(|other| other.point <= event.point);
        self.events[first..].iter().take_while(|other| other.block == event.block).any(|other| match &other.kind {
            EventKind::Call(call) => {
                call.args.iter().any(|(arg, _)| arg.kind == display) && self.call_reads_elements(call)
            }
            _ => false,
        })
    }

    /// The call at the statement of an event that takes this operand.
    fn calls_at(&self, event: &Event, operand: Operand) -> Option<&'a CallEvent> {
        self.events_at(event.point).find_map(|other| match &other.kind {
            EventKind::Call(call) if call.args.iter().any(|(arg, _)| arg.kind == operand.kind) => Some(&**call),
            _ => None,
        })
    }

    /// Whether a call looks at elements, or only gives another array over them or facts about the array.
    fn call_reads_elements(&self, call: &CallEvent) -> bool {
        match &call.callee {
            Callee::Rule(rule) => {
                let rule = self.cx.rules.rule(*rule);
                let gives_more = rule.results.iter().any(|outcome| match outcome.is {
                    Relation::Copy | Relation::Scalar | Relation::None | Relation::Unknown => true,
                    Relation::Value => !rule.pure,
                    Relation::Same | Relation::View => false,
                });
                !looks_at_object(&rule.name) && (gives_more || rule.results.is_empty())
            }
            Callee::Path(path) => !looks_at_object(self.cx.facts.names.text(*path)),
            Callee::Bodies(_) | Callee::Method(_) | Callee::Unknown => true,
        }
    }

    /// Whether what a subscript gives is only there to be written: `a[i][j] = x`.
    fn is_written_through(&self, event: &Event, place: Place) -> bool {
        let Place::Temp(temp) = place else { return false };
        let is_it = |operand: &Operand| operand.kind == OperandKind::Temp(temp);
        let uses = self.tables().uses(OperandKind::Temp(temp));
        debug_assert!(uses.iter().all(|number| self.tables().block(*number) == event.block));
        uses.iter().filter_map(|number| self.tables().stmt(self.body, *number)).any(|stmt| match &stmt.kind {
            StmtKind::StoreIndex { object, .. } => is_it(object),
            StmtKind::Assign { value: Rvalue::InPlace { target, .. }, .. } => is_it(target),
            _ => false,
        })
    }

    /// Whether what a subscript gives is a view for sure: its own reads count.
    fn is_view(&self, event: &Event, place: Place) -> bool {
        let all_arrays = |value: ValueId| self.cx.atoms(value).iter().all(|atom| matches!(atom, Atom::Array(_)));
        match place {
            Place::Local(bound) => self.events_at(event.point).any(|other| match other.kind {
                EventKind::Bind { local, slot, .. } => local == bound && all_arrays(slot.value),
                _ => false,
            }),
            Place::Temp(temp) => self.tables().uses(OperandKind::Temp(temp)).iter().any(|index| {
                self.events_at(Point { body: self.id, index: *index }).any(|other| match other.kind {
                    EventKind::Read { operand, slot, .. } => {
                        operand.kind == OperandKind::Temp(temp) && all_arrays(slot.value)
                    }
                    _ => false,
                })
            }),
        }
    }

    /// Whether a write only masks elements: `a[condition] = masked`. The data stays as it is.
    #[must_use]
    pub fn only_masks(&self, write: &Event) -> bool {
        let value = match (&write.kind, self.stmt(write).map(|stmt| &stmt.kind)) {
            (EventKind::Write { how: WriteHow::Callee(_, span), .. }, _) => {
                let rest = self.cx.text.get(span.end as usize..).unwrap_or("");
                rest.lines().next().unwrap_or("")
            }
            (_, Some(StmtKind::StoreIndex { value, .. })) => self.cx.source(value.span),
            _ => return false,
        };
        value.trim().rsplit(['.', ' ', '=']).next() == Some("masked")
    }

    /// Whether elements of a memory are written at a statement.
    #[must_use]
    pub fn writes_at(&self, index: u32, memory: MemoryId) -> bool {
        let writes = self.tables().writes(memory);
        let at = |write: &u32| self.events[*write as usize].point.index;
        writes.get(writes.partition_point(|write| at(write) < index)).is_some_and(|write| at(write) == index)
    }

    /// Whether what was read goes anywhere but back into the memory it came from.
    #[must_use]
    pub fn data_leaves(&self, read: DataRead<'_>, memory: MemoryId) -> bool {
        let Some(stmt) = self.stmt(read.event) else { return false };
        let mut carriers: FxHashSet<Carrier> = FxHashSet::default();
        let mut queue = match self.passes(stmt, read.event.point.index, memory) {
            Passes::Out => return true,
            Passes::On(on) => on,
        };
        let tables = self.tables();
        while let Some(carrier) = queue.pop() {
            if !carriers.insert(carrier) {
                continue;
            }
            for index in tables.uses(carrier.operand()) {
                if let Some(stmt) = tables.stmt(self.body, *index) {
                    match self.passes(stmt, *index, memory) {
                        Passes::Out => return true,
                        Passes::On(on) => queue.extend(on),
                    }
                    continue;
                }
                let id = tables.block(*index);
                match &self.body.blocks[id].end.kind {
                    TerminatorKind::Return(Some(_)) => return true,
                    TerminatorKind::ForNext { element, .. } => queue.push(Carrier::of(*element)),
                    TerminatorKind::Branch { .. } if !self.decides_only_writes(id, memory) => return true,
                    _ => {}
                }
            }
        }
        false
    }

    /// Whether a test only decides on further writes to the memory.
    fn decides_only_writes(&self, block: BlockId, memory: MemoryId) -> bool {
        let writes = self.tables().writes(memory);
        self.body.blocks[block].end.kind.successors().any(|next| {
            let range = self.tables().events_in(next);
            let first = writes.partition_point(|write| (*write as usize) < range.start);
            writes.get(first).is_some_and(|write| (*write as usize) < range.end)
        })
    }

    fn passes(&self, stmt: &Stmt, index: u32, memory: MemoryId) -> Passes {
        if self.writes_at(index, memory) {
            return Passes::On(Vec::new());
        }
        match &stmt.kind {
            StmtKind::Assign { value: Rvalue::Yield(_) | Rvalue::YieldFrom(_), .. } => Passes::Out,
            StmtKind::Assign { value: Rvalue::InPlace { .. }, .. } if self.writes_outside(index) => Passes::Out,
            StmtKind::Assign { place, value, .. } => {
                if let Place::Local(local) = place {
                    let info = &self.body.locals[*local];
                    let is_global = self.body.kind == BodyKind::Module && info.name.is_some();
                    if info.captured || is_global {
                        return Passes::Out;
                    }
                }
                let mut on = vec![Carrier::of(*place)];
                if let Rvalue::Append { container, .. } = value {
                    on.extend(Carrier::of_operand(container.kind));
                }
                Passes::On(on)
            }
            StmtKind::Eval { value: Rvalue::Append { container, .. } } => {
                Passes::On(Carrier::of_operand(container.kind).into_iter().collect())
            }
            StmtKind::Unpack { targets, .. } => {
                Passes::On(targets.iter().map(|target| Carrier::of(target.place)).collect())
            }
            StmtKind::Eval { .. }
            | StmtKind::StoreAttr { .. }
            | StmtKind::StoreIndex { .. }
            | StmtKind::StoreGlobal { .. }
            | StmtKind::StoreFree { .. } => Passes::Out,
            StmtKind::DeleteLocal(_)
            | StmtKind::DeleteGlobal(_)
            | StmtKind::DeleteAttr { .. }
            | StmtKind::DeleteIndex { .. }
            | StmtKind::Exit(_)
            | StmtKind::ImportStar(_) => Passes::On(Vec::new()),
        }
    }

    /// Whether an array from outside is written at a statement.
    fn writes_outside(&self, index: u32) -> bool {
        self.events_at(Point { body: self.id, index }).any(|event| match event.kind {
            EventKind::Write { target, .. } => self.cx.atoms(target).iter().any(|atom| match atom {
                Atom::Array(array) => matches!(self.cx.facts.pool.memories.get(array.memory), Origin::Place(_)),
                _ => false,
            }),
            _ => false,
        })
    }
}

fn looks_at_object(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|name| LOOKS_AT_OBJECT.contains(&name))
}

fn data_read(event: &Event) -> Option<DataRead<'_>> {
    match event.kind {
        EventKind::Read { operand, slot, .. } => Some(DataRead { event, operand, value: slot.value }),
        _ => None,
    }
}
