//! The effect of each statement on the state.

use super::Tri;
use super::domain::{Atom, Cause, ContainerKind, Slot, ValueId};
use super::engine::{At, Engine};
use super::event::{EventKind, Purpose, WriteHow};
use super::frame::End;
use super::state::{Field, OUTER, State, is_single};
use crate::flow::{Analysis, loop_holds, loop_lies_in};
use crate::ir::{
    BlockId, Id, LoopId, Name, Operand, OperandKind, Place as IrPlace, Rvalue, Stmt, StmtKind, Terminator,
    TerminatorKind,
};
use crate::rules::Written;
use crate::source::Span;

impl Analysis for Engine<'_> {
    type State = State;

    fn entry(&mut self) -> State {
        self.entry_state()
    }

    fn join(&mut self, into: &mut State, from: &State, block: BlockId) -> bool {
        into.join(&mut self.pool, from, self.frame.id, block)
    }

    fn statement(&mut self, state: &mut State, block: BlockId, index: usize, stmt: &Stmt) {
        self.arrive(block, index, stmt.span);
        match &stmt.kind {
            StmtKind::Assign { place, target, value } => {
                let slot = self.evaluate(state, value, stmt.span);
                let from = if let Rvalue::Use(operand) = value { Some(*operand) } else { None };
                self.assign(state, *place, *target, slot, from);
            }
            StmtKind::Eval { value } => {
                self.frame.at.discarded = true;
                self.evaluate(state, value, stmt.span);
            }
            StmtKind::StoreAttr { object, attr, value, augmented } => {
                self.store_attr(state, *object, *attr, *value, *augmented);
            }
            StmtKind::StoreIndex { object, index, value, augmented } => {
                self.store_index(state, *object, index, *value, augmented.is_some(), stmt.span);
            }
            StmtKind::StoreGlobal { name, value } => self.store_outer(state, Field::Global(*name), *value),
            StmtKind::StoreFree { body, local, value } => self.store_outer(state, Field::Free(*body, *local), *value),
            StmtKind::Unpack { value, targets } => self.unpack(state, *value, targets),
            StmtKind::DeleteLocal(local) => {
                let slot = state.locals.set(local.index(), Slot::UNBOUND);
                self.record(stmt.span, EventKind::Delete { local: *local, slot });
            }
            StmtKind::DeleteAttr { object, attr } => {
                self.read(state, *object, Purpose::Target);
                self.delete_cell(state, *object, Field::Attr(*attr));
                self.record(stmt.span, EventKind::DeleteAttr { holder: *object, attr: *attr });
            }
            StmtKind::DeleteIndex { object, index } => self.delete_index(state, *object, index),
            StmtKind::Exit(operand) => {
                let slot = self.read(state, *operand, Purpose::Data);
                self.exited(state, slot, stmt.span);
            }
            StmtKind::DeleteGlobal(_) | StmtKind::ImportStar(_) => {}
        }
    }

    fn begin(&mut self, block: BlockId) {
        if let Some(log) = &mut self.frame.log {
            log.begin(block);
        }
    }

    /// What is read at the end of a block, and how the body is left there, if it is.
    fn leave(&mut self, state: &mut State, block: BlockId) {
        let end = &self.frame.body.blocks[block].end;
        self.arrive(block, self.frame.body.blocks[block].stmts.len(), end.span);
        let result = match &end.kind {
            TerminatorKind::Return(Some(operand)) => {
                let slot = self.read(state, *operand, Purpose::Data);
                self.record(operand.span, EventKind::Return { operand: *operand, slot, is_yield: false });
                Some(slot.value)
            }
            TerminatorKind::Return(None) => Some(self.none().value),
            TerminatorKind::End if self.frame.body.kind == crate::ir::BodyKind::Function => Some(self.none().value),
            TerminatorKind::End => None,
            TerminatorKind::Branch { cond, .. } => {
                self.read(state, *cond, Purpose::Data);
                return;
            }
            TerminatorKind::Goto(_) | TerminatorKind::ForNext { .. } | TerminatorKind::Raise => return,
        };
        self.frame.ends.retain(|end| end.block != block);
        self.frame.ends.push(End { block, result, state: state.clone() });
    }

    fn edge(&mut self, state: &mut State, block: BlockId, end: &Terminator, to: BlockId) -> bool {
        let index = self.frame.body.blocks[block].stmts.len();
        self.arrive(block, index, end.span);
        match &end.kind {
            TerminatorKind::Branch { cond, then_to, else_to } => {
                // The condition was read where the block was left.
                let log = self.frame.log.take();
                let is_taken = then_to == else_to || self.assume(state, block, *cond, to == *then_to);
                self.frame.log = log;
                is_taken
            }
            TerminatorKind::ForNext { iter, element, body, exit } => {
                if to == *body && body != exit {
                    self.next_element(state, *iter, *element, end.span);
                }
                true
            }
            TerminatorKind::Goto(_) | TerminatorKind::Return(_) | TerminatorKind::Raise | TerminatorKind::End => true,
        }
    }

    fn next_turn(&mut self, state: &mut State, of: LoopId, outside: Option<&State>) {
        let (id, body) = (self.frame.id, self.frame.body);
        let first = std::mem::take(&mut self.frame.first_point);
        let block_of = |index: u32| BlockId::from_index(first.partition_point(|&start| start <= index) - 1);
        let made = |point: super::domain::Point| point.body == id && loop_holds(body, of, block_of(point.index));
        let merged = |at: crate::ir::BodyId, block: u32| at == id && loop_holds(body, of, BlockId(block));
        let is_within = |one: LoopId| loop_lies_in(body, one, of);
        let mut known = self.frame.renamed.remove(&of).unwrap_or_default();
        let mut renaming = super::state::Renaming::new(of, &is_within, &made, &merged, &mut known);
        state.rename(&mut self.pool, &mut renaming, outside);
        self.frame.renamed.insert(of, known);
        self.frame.first_point = first;
    }
}

impl Engine<'_> {
    pub(super) fn arrive(&mut self, block: BlockId, index: usize, span: Span) {
        let point = self.next_step().unwrap_or_else(|| self.frame.point(block, index));
        self.frame.at = At { point, block, span, discarded: false };
        self.frame.parts = 0;
        self.frame.base = 0;
        self.frame.element = 0;
    }

    /// What an operand holds; the read is an event if it may be an array or hold one.
    pub fn read(&mut self, state: &State, operand: Operand, purpose: Purpose) -> Slot {
        let slot = self.slot(state, operand);
        if self.frame.log.is_some() && self.may_hold_array(slot.value) {
            self.record(operand.span, EventKind::Read { operand, slot, purpose });
        }
        slot
    }

    fn may_hold_array(&self, value: ValueId) -> bool {
        self.pool
            .atoms(value)
            .iter()
            .any(|atom| matches!(atom, Atom::Array(_) | Atom::Container(..) | Atom::Instance(..) | Atom::Method(..)))
    }

    /// Records a write through an operand, and keeps it for the summary where it concerns an array from outside.
    pub fn write(&mut self, through: Operand, target: ValueId, what: Written, how: WriteHow, always: bool, span: Span) {
        let target = if what == Written::Data { self.with_elements(target) } else { target };
        if target == ValueId::EMPTY {
            return;
        }
        self.record(span, EventKind::Write { through, target, what, how, always });
        let arrays = self.arrays(target);
        let certain = always && arrays.len() == 1;
        let (body, span) = match how {
            WriteHow::Callee(body, span) => (body, span),
            WriteHow::Subscript
            | WriteHow::AugmentedSubscript
            | WriteHow::Augmented
            | WriteHow::Call(_)
            | WriteHow::Attribute(_) => (self.frame.id, span),
        };
        for array in arrays {
            if matches!(self.pool.memories.get(array.memory), super::domain::Origin::Place(_)) {
                let write = super::summary::OuterWrite { array, what, always: certain, body, span };
                let known = self.frame.known_writes.entry((array, what, certain)).or_default();
                if known.len() < super::summary::MOST_WRITES && !known.contains(&(body, span)) {
                    known.push((body, span));
                    self.frame.writes.push(write);
                }
            }
        }
    }

    /// What is left without arrays that have no element to be written. NumPy refuses to write to read-only ones all the same.
    fn with_elements(&mut self, target: ValueId) -> ValueId {
        let is_nothing = |engine: &Self, atom: &Atom| {
            let Atom::Array(array) = atom else { return false };
            let facts = engine.facts(*array);
            facts.writeable != Tri::No && facts.has_elements() == Tri::No
        };
        if !self.pool.atoms(target).iter().any(|atom| is_nothing(self, atom)) {
            return target;
        }
        let left: Vec<Atom> = self.pool.atoms(target).iter().copied().filter(|atom| !is_nothing(self, atom)).collect();
        self.pool.value(left)
    }

    fn store_outer(&mut self, state: &mut State, field: Field, value: Operand) {
        let slot = self.read(state, value, Purpose::Alias);
        let outer = self.pool.objects.intern(OUTER);
        state.set_cell(&mut self.pool, outer, field, slot);
        self.record(
            value.span,
            EventKind::Keep { object: ValueId::EMPTY, holder: value, field, value: slot.value, operand: value },
        );
    }

    fn delete_cell(&mut self, state: &mut State, object: Operand, field: Field) {
        let slot = self.slot(state, object);
        if let [Atom::Instance(object, _) | Atom::Container(object, _)] = *self.pool.atoms(slot.value) {
            state.remove_cell(object, field);
        }
    }

    fn delete_index(&mut self, state: &mut State, object: Operand, index: &crate::ir::Index) {
        let slot = self.slot(state, object);
        let key = match index.items.as_slice() {
            [crate::ir::IndexItem::Value(key)] => Some(self.slot(state, *key).value),
            _ => None,
        };
        let atoms = self.pool.atoms(slot.value).to_vec();
        for atom in &atoms {
            let Atom::Container(container, kind) = *atom else { continue };
            if kind == ContainerKind::Dict {
                match key.and_then(|key| self.cell_of_key(key)) {
                    Some(field) if atoms.len() == 1 && is_single(&self.pool, container) => {
                        self.drop_key(state, container, field);
                    }
                    _ => self.forget_keys(state, container),
                }
                continue;
            }
            if let Some(at) = key.and_then(|key| self.as_int(key))
                && atoms.len() == 1
                && self.on_a_run()
                && self.delete_on_run(state, container, at)
            {
                continue;
            }
            self.forget_positions(state, container);
        }
    }

    fn unpack(&mut self, state: &mut State, value: Operand, targets: &[crate::ir::UnpackTarget]) {
        let slot = self.read(state, value, Purpose::Part);
        let count = targets.len();
        let starred = targets.iter().position(|target| target.starred);
        let mut parts = Vec::with_capacity(count);
        for (position, target) in targets.iter().enumerate() {
            self.frame.base = 1000 * (1 + u32::try_from(position).unwrap_or(0));
            let part = if target.starred {
                self.rest_of(state, slot.value, position, count - 1 - position)
            } else if starred.is_some_and(|star| position > star) {
                self.part_from_end(state, slot.value, count - position, value)
            } else {
                self.part_at(state, slot.value, position, value)
            };
            parts.push(part);
        }
        for (target, part) in targets.iter().zip(parts) {
            self.assign(state, target.place, target.span, part, None);
        }
    }

    fn next_element(&mut self, state: &mut State, iter: Operand, element: IrPlace, span: Span) {
        let slot = self.read(state, iter, Purpose::Part);
        let part = self.element_of(state, slot.value, iter);
        self.assign(state, element, span, part, None);
    }

    /// An unknown value because of an attribute.
    pub fn unknown_attr(&mut self, name: Name) -> Slot {
        self.unknown(Cause::Attribute(name))
    }

    /// The defining right-hand side of a temporary, where it stands in the same block.
    pub fn definition(&self, block: BlockId, operand: Operand) -> Option<&Rvalue> {
        let OperandKind::Temp(temp) = operand.kind else { return None };
        self.frame.body.blocks[block].stmts.iter().rev().find_map(|stmt| match &stmt.kind {
            StmtKind::Assign { place: IrPlace::Temp(defined), value, .. } if *defined == temp => Some(value),
            _ => None,
        })
    }
}
