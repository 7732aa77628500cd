//! Where the elements of arrays are looked at, and where what was read goes.
//!
//! ```python
//! recent = prices[-2:]
//! recent /= recent.max()          # read, and written back into `recent`: the data stays where it was
//! print(recent.sum())             # read, and shown: the data leaves
//! return prices                   # handed out as it is: nothing is read
//! prices                          # at the end of a notebook's cell: shown
//! ```

use rustc_hash::FxHashSet;

use super::query::Scene;
use crate::alias::domain::{Atom, MemoryId, Origin, Point, ValueId};
use crate::alias::event::{CallEvent, Callee, Event, EventKind, Purpose, WriteHow};
use crate::ir::{BlockId, BodyKind, Id, Operand, OperandKind, Place, Rvalue, Stmt, StmtKind, TerminatorKind};
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
    Local(u32),
    Temp(u32),
}

/// What a statement does with a value that it is given.
enum Passes {
    On(Vec<Carrier>),
    Out,
}

impl<'a> Scene<'a> {
    /// All reads of elements of arrays. To return an array as it is, is none.
    #[must_use]
    pub fn data_reads(&self) -> Vec<DataRead<'a>> {
        let reads = self.events.iter().filter_map(|event| {
            let EventKind::Read { operand, slot, purpose } = event.kind else { return None };
            let is_data = self.cx.arrays(slot.value).next().is_some() && self.reads_elements(event, operand, purpose);
            is_data.then_some(DataRead { event, operand, value: slot.value })
        });
        reads.collect()
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
        self.body.blocks[event.block].stmts.iter().any(|stmt| match &stmt.kind {
            StmtKind::StoreIndex { object, .. } => is_it(object),
            StmtKind::Assign { value: Rvalue::InPlace { target, .. }, .. } => is_it(target),
            _ => false,
        })
    }

    /// Whether what a subscript gives is a view for sure: its own reads count.
    fn is_view(&self, event: &Event, place: Place) -> bool {
        let all_arrays = |value: ValueId| self.cx.atoms(value).iter().all(|atom| matches!(atom, Atom::Array(_)));
        let later =
            self.events.iter().filter(|other| other.block == event.block && other.point.index >= event.point.index);
        later.into_iter().any(|other| match (other.kind.clone(), place) {
            (EventKind::Read { operand, slot, .. }, Place::Temp(temp)) => {
                operand.kind == OperandKind::Temp(temp) && all_arrays(slot.value)
            }
            (EventKind::Bind { local, slot, .. }, Place::Local(bound)) => {
                local == bound && other.point == event.point && all_arrays(slot.value)
            }
            _ => false,
        })
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
        self.events_at(Point { body: self.id, index }).any(|event| match event.kind {
            EventKind::Write { target, .. } => self.cx.arrays(target).any(|array| array.memory == memory),
            _ => false,
        })
    }

    /// Whether what was read goes anywhere but back into the memory it came from.
    #[must_use]
    pub fn data_leaves(&self, read: DataRead<'_>, memory: MemoryId) -> bool {
        let Some(stmt) = self.stmt(read.event) else { return false };
        let mut carriers: FxHashSet<Carrier> = FxHashSet::default();
        match self.passes(stmt, read.event.point.index, memory) {
            Passes::Out => return true,
            Passes::On(on) => carriers.extend(on),
        }
        loop {
            let before = carriers.len();
            let mut index = 0;
            for (id, block) in self.body.blocks.iter_ids() {
                for stmt in &block.stmts {
                    let mut is_given = false;
                    stmt.kind.operands(&mut |operand| is_given |= carries(&carriers, operand.kind));
                    if is_given {
                        match self.passes(stmt, index, memory) {
                            Passes::Out => return true,
                            Passes::On(on) => carriers.extend(on),
                        }
                    }
                    index += 1;
                }
                index += 1;
                match &block.end.kind {
                    TerminatorKind::Return(Some(operand)) if carries(&carriers, operand.kind) => return true,
                    TerminatorKind::ForNext { iter, element, .. } if carries(&carriers, iter.kind) => {
                        carriers.insert(carrier(*element));
                    }
                    TerminatorKind::Branch { cond, .. }
                        if carries(&carriers, cond.kind) && !self.decides_only_writes(id, memory) =>
                    {
                        return true;
                    }
                    _ => {}
                }
            }
            if carriers.len() == before {
                return false;
            }
        }
    }

    /// Whether a test only decides on further writes to the memory.
    fn decides_only_writes(&self, block: BlockId, memory: MemoryId) -> bool {
        self.body.blocks[block].end.kind.successors().any(|next| {
            let mut events = self.events.iter().filter(|event| event.block == next);
            events.any(|event| self.writes_at(event.point.index, memory))
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
                let mut on = vec![carrier(*place)];
                if let Rvalue::Append { container, .. } = value {
                    on.extend(operand_carrier(container.kind));
                }
                Passes::On(on)
            }
            StmtKind::Eval { value: Rvalue::Append { container, .. } } => {
                Passes::On(operand_carrier(container.kind).into_iter().collect())
            }
            StmtKind::Unpack { targets, .. } => {
                Passes::On(targets.iter().map(|target| carrier(target.place)).collect())
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

    /// Whether control can come from one event to another without passing one of the statements in `stops` (points).
    #[must_use]
    pub fn reaches_without(&self, from: &Event, to: &Event, stops: &[u32]) -> bool {
        let mut firsts = Vec::with_capacity(self.body.blocks.len());
        let mut next = 0;
        for block in &self.body.blocks {
            firsts.push(next);
            next += u32::try_from(block.stmts.len()).unwrap_or(u32::MAX) + 1;
        }
        let mut seen = vec![false; self.body.blocks.len()];
        let mut stack = vec![(from.block, from.point.index + 1)];
        while let Some((id, start)) = stack.pop() {
            let block = &self.body.blocks[id];
            let end = firsts[id.index()] + u32::try_from(block.stmts.len()).unwrap_or(u32::MAX);
            let stop = stops.iter().copied().filter(|stop| (start..=end).contains(stop)).min();
            if to.block == id && to.point.index >= start && stop.is_none_or(|stop| to.point.index <= stop) {
                return true;
            }
            let blocked = match (stop, &block.end.kind) {
                (None, _) => None,
                (Some(stop), TerminatorKind::ForNext { body, .. }) if stop == end => Some(*body),
                (Some(_), _) => {
                    push_unseen(&mut stack, &mut seen, &firsts, block.handler);
                    continue;
                }
            };
            let successors = block.end.kind.successors().filter(|next| Some(*next) != blocked);
            push_unseen(&mut stack, &mut seen, &firsts, successors.chain(block.handler));
        }
        false
    }
}

fn looks_at_object(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|name| LOOKS_AT_OBJECT.contains(&name))
}

fn push_unseen(
    stack: &mut Vec<(BlockId, u32)>,
    seen: &mut [bool],
    firsts: &[u32],
    blocks: impl IntoIterator<Item = BlockId>,
) {
    for block in blocks {
        if !std::mem::replace(&mut seen[block.index()], true) {
            stack.push((block, firsts[block.index()]));
        }
    }
}

fn carrier(place: Place) -> Carrier {
    match place {
        Place::Local(local) => Carrier::Local(id_u32(local.index())),
        Place::Temp(temp) => Carrier::Temp(id_u32(temp.index())),
    }
}

fn operand_carrier(kind: OperandKind) -> Option<Carrier> {
    match kind {
        OperandKind::Local(local) => Some(carrier(Place::Local(local))),
        OperandKind::Temp(temp) => Some(carrier(Place::Temp(temp))),
        OperandKind::Const(_) => None,
    }
}

fn carries(carriers: &FxHashSet<Carrier>, kind: OperandKind) -> bool {
    operand_carrier(kind).is_some_and(|carrier| carriers.contains(&carrier))
}

fn id_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
