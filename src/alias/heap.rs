//! The heap of a state: what the cells of objects hold.

use std::rc::Rc;

use super::domain::{ObjectId, Slot};
use super::shared::Shared;
use super::state::Field;

/// The cells of one object, sorted by field.
#[derive(Clone, Debug, Default)]
pub struct Cells(Option<Rc<Vec<(Field, Slot)>>>);

impl Cells {
    /// The cells in the order of their fields.
    #[must_use]
    pub fn as_slice(&self) -> &[(Field, Slot)] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
    fn position(&self, field: Field) -> Result<usize, usize> {
        self.as_slice().binary_search_by_key(&field, |(field, _)| *field)
    }
    /// What a cell holds.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<Slot> {
        self.position(field).ok().map(|at| self.as_slice()[at].1)
    }
    /// Sets a cell.
    pub fn set(&mut self, field: Field, slot: Slot) {
        let position = self.position(field);
        let cells = Rc::make_mut(self.0.get_or_insert_default());
        match position {
            Ok(at) => cells[at].1 = slot,
            Err(at) => cells.insert(at, (field, slot)),
        }
    }
    fn remove(&mut self, field: Field) {
        if let (Ok(at), Some(cells)) = (self.position(field), &mut self.0) {
            Rc::make_mut(cells).remove(at);
        }
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(mine), Some(theirs)) if Rc::ptr_eq(mine, theirs) => true,
            _ => self.as_slice() == other.as_slice(),
        }
    }
}

impl FromIterator<(Field, Slot)> for Cells {
    fn from_iter<C: IntoIterator<Item = (Field, Slot)>>(cells: C) -> Self {
        let mut cells: Vec<(Field, Slot)> = cells.into_iter().collect();
        cells.sort_unstable_by_key(|(field, _)| *field);
        Self(Some(Rc::new(cells)))
    }
}

/// Cells and what they hold; clones share what they agree in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heap {
    objects: Shared<Cells, 8>,
}

impl Heap {
    /// The cells of an object.
    #[must_use]
    pub fn cells(&self, object: ObjectId) -> &[(Field, Slot)] {
        self.objects.get(object.into()).map_or(&[], Cells::as_slice)
    }
    /// What a cell holds.
    #[must_use]
    pub fn get(&self, object: ObjectId, field: Field) -> Option<Slot> {
        self.objects.get(object.into())?.get(field)
    }
    /// Sets a cell.
    pub fn set(&mut self, object: ObjectId, field: Field, slot: Slot) {
        if self.get(object, field) != Some(slot) {
            self.objects.entry(object.into()).set(field, slot);
        }
    }
    /// Removes a cell.
    pub fn remove(&mut self, object: ObjectId, field: Field) {
        if self.get(object, field).is_some() {
            self.objects.entry(object.into()).remove(field);
        }
    }
    /// The objects that have cells.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectId, &[(Field, Slot)])> {
        let objects = self.objects.entries().map(|(index, cells)| (ObjectId::from(index), cells.as_slice()));
        objects.filter(|(_, cells)| !cells.is_empty())
    }
    /// Replaces the cells of each object in which two heaps differ by what `join` makes of the object, the own cells and the
    /// others (`None`: as before); says whether any changed.
    pub fn join(&mut self, other: &Self, mut join: impl FnMut(ObjectId, &Cells, &Cells) -> Option<Cells>) -> bool {
        self.objects.join(&other.objects, |index, mine, theirs| join(ObjectId::from(index), mine, theirs))
    }
    /// Replaces the cells of each object by what `change` makes of them (`None`: as before), except where all around them is one
    /// with `done`.
    pub fn change(&mut self, done: Option<&Self>, mut change: impl FnMut(ObjectId, &Cells) -> Option<Cells>) {
        self.objects.change(done.map(|done| &done.objects), |index, cells| {
            if cells.as_slice().is_empty() { None } else { change(ObjectId::from(index), cells) }
        });
    }
}
