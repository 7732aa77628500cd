//! Arrays that are changed while what was meant as their copy is kept: `backup = state[:]`, then `state *= 0`.

use super::double_use::{DoubleUse, Kind};
use super::query::Scene;
use super::usage::DataRead;
use crate::alias::domain::{ArrayAtom, Atom};
use crate::alias::event::{Event, EventKind, Making};
use crate::alias::facts::Evidence;
use crate::diagnostic::Confidence;
use crate::ir::Local;
use crate::rules::{Relation, Written};

impl<'a> Scene<'a> {
    /// Arrays that are changed while what was meant as their copy is kept: `backup = state[:]`, then `state *= 0`.
    pub(super) fn changed_under_full_slices(&self, found: &mut Vec<DoubleUse<'a>>) {
        for bind in self.events {
            let EventKind::Bind { local: backup, slot, .. } = bind.kind else { continue };
            let [Atom::Array(view)] = *self.cx.atoms(slot.value) else { continue };
            let Some(making) = self.cx.making(view.object).filter(|making| making.point == bind.point) else {
                continue;
            };
            if making.relation == Relation::View && self.is_full_slice(making) {
                found.extend(self.changed_under(bind, backup, view, making));
            }
        }
    }

    pub(super) fn changed_under(
        &self,
        bind: &'a Event,
        backup: Local,
        view: ArrayAtom,
        making: &'a Making,
    ) -> Option<DoubleUse<'a>> {
        let stops: Vec<u32> = self.bindings(backup).map(|bind| bind.point.index).collect();
        self.tables().writes(view.memory).iter().find_map(|position| {
            let position = *position as usize;
            let write = &self.events[position];
            let EventKind::Write { through, target, what: Written::Data, how, .. } = write.kind else { return None };
            let local = self.root(write.block, through).filter(|local| *local != backup)?;
            let slot = self.slot_before(position, local)?;
            let writes_source = self
                .cx
                .arrays(slot.value)
                .chain(self.cx.arrays(target))
                .all(|array| array.memory == view.memory && making.sources.contains(&array.object));
            if !writes_source
                || !self.is_array_when_written(slot.value, how)
                || self.cx.array_facts(view).evidence < Evidence::Use
                || !self.cx.relations().is_single_memory(view.memory)
                || !self.reaches_without(bind, write, &stops)
            {
                return None;
            }
            let is_backup = |read: &DataRead<'_>| self.root(read.event.block, read.operand) == Some(backup);
            let leaves = |read: &DataRead<'a>| self.data_leaves(*read, view.memory);
            let read = self
                .data_reads_of(view.memory)
                .filter(is_backup)
                .find(|read| self.reaches_without(write, read.event, &stops) && leaves(read))?;
            let is_used = self.data_reads().any(|one| {
                self.root(one.event.block, one.operand) == Some(local) && self.reaches(write, one.event) && leaves(&one)
            });
            is_used.then(|| DoubleUse {
                kind: Kind::FullSlice,
                handle: self.name(local).unwrap_or(""),
                base: self.name(backup).unwrap_or("").to_owned(),
                made: making.span,
                making: Some(making),
                write,
                read: read.operand.span,
                sibling: None,
                memory: view.memory,
                confidence: Confidence::Likely,
            })
        })
    }
}
