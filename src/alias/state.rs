//! The abstract state at one point of a body: variables and heap.

use rustc_hash::FxHashMap;

use super::domain::{Age, Atom, Atoms, ConstId, ObjectId, Origin, Point, Pool, Slot, ValueId, Vn};
use super::facts::Facts;
use super::heap::{Cells, Heap};
use super::locals::Locals;
use crate::ir::{BlockId, BodyId, Id, Local, LoopId, Name};

/// A cell of an object in the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// An attribute.
    Attr(Name),
    /// The element at a literal position, from the start.
    Index(u32),
    /// The value under a constant key.
    Key(ConstId),
    /// Any other element.
    Rest,
    /// The number of elements, where known.
    Length,
    /// Of a dict on a run: a tuple of its keys, in the order in which they came.
    Keys,
    /// Of a dict on a run: what stands for views of it, such as its items.
    Views,
    /// The object that a bound method is bound to.
    Receiver,
    /// Of a shallow copy: what it is a copy of, for the attributes that neither has had stored yet.
    Original,
    /// A variable of an enclosing function (of the object [`OUTER`]).
    Free(BodyId, Local),
    /// A module-level name (of the object [`OUTER`]).
    Global(Name),
}

/// Variables and heap at one point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// What each variable holds.
    pub locals: Locals,
    /// What the cells of objects hold.
    pub heap: Heap,
}

impl State {
    /// What a cell holds.
    #[must_use]
    pub fn cell(&self, object: ObjectId, field: Field) -> Option<Slot> {
        self.heap.get(object, field)
    }

    /// Sets a cell: replaces what it holds if `object` is a single one, else adds to it.
    pub fn set_cell(&mut self, pool: &mut Pool, object: ObjectId, field: Field, slot: Slot) {
        let slot = if is_single(pool, object) {
            slot
        } else {
            match self.cell(object, field) {
                Some(old) => Slot { value: pool.join(old.value, slot.value), vn: Vn::None },
                None => Slot { vn: Vn::None, ..slot },
            }
        };
        self.put(object, field, slot);
    }

    /// Adds to what a cell may hold.
    pub fn add_to_cell(&mut self, pool: &mut Pool, object: ObjectId, field: Field, value: ValueId) {
        let slot = match self.cell(object, field) {
            Some(old) => Slot { value: pool.join(old.value, value), vn: Vn::None },
            None => Slot { value, vn: Vn::None },
        };
        self.put(object, field, slot);
    }

    fn put(&mut self, object: ObjectId, field: Field, slot: Slot) {
        self.heap.set(object, field, slot);
    }

    /// Removes a cell.
    pub fn remove_cell(&mut self, object: ObjectId, field: Field) {
        self.heap.remove(object, field);
    }

    /// Takes in what holds on another path to `block`; says whether anything was added.
    ///
    /// Variables that arrive with one number on each side are the same object whichever way control came, so they share a new
    /// number; a variable without a number on one side gets a number of its own.
    pub fn join(&mut self, pool: &mut Pool, other: &Self, body: BodyId, block: BlockId) -> bool {
        let mut partition: FxHashMap<(Vn, Vn), Vn> = FxHashMap::default();
        let changed = self.locals.join(&other.locals, |index, mine, theirs| {
            let fresh = Vn::Merge(body, id_u32(block.index()), id_u32(index));
            let vn = match (mine.vn, theirs.vn) {
                (left, right) if left == right => left,
                (Vn::None, _) | (_, Vn::None) => fresh,
                pair => *partition.entry(pair).or_insert(fresh),
            };
            Slot { value: pool.join(mine.value, theirs.value), vn }
        });
        changed | self.join_heap(pool, other)
    }

    /// Takes in what holds where something did not happen that may have, within a block.
    pub fn take_in(&mut self, pool: &mut Pool, other: &Self) {
        self.locals.join(&other.locals, |_, mine, theirs| join_slots(pool, mine, theirs));
        self.join_heap(pool, other);
    }

    /// A cell that one side never wrote holds there what it held when the body started, if it belongs to a place from outside.
    fn join_heap(&mut self, pool: &mut Pool, other: &Self) -> bool {
        self.heap.join(&other.heap, |object, mine, theirs| {
            let mut joined: Vec<(Field, Slot)> = Vec::new();
            for &(field, slot) in theirs.as_slice() {
                let own = mine.get(field);
                let before = own.or_else(|| pool.initial_cell(object, field));
                let slot = match before {
                    Some(before) if before == slot => before,
                    Some(before) => join_slots(pool, before, slot),
                    None => slot,
                };
                if own != Some(slot) {
                    joined.push((field, slot));
                }
            }
            for &(field, own) in mine.as_slice() {
                if theirs.get(field).is_none()
                    && let Some(initial) = pool.initial_cell(object, field)
                {
                    let slot = join_slots(pool, own, initial);
                    if slot != own {
                        joined.push((field, slot));
                    }
                }
            }
            if joined.is_empty() {
                return None;
            }
            let mut cells = mine.clone();
            for (field, slot) in joined {
                cells.set(field, slot);
            }
            Some(cells)
        })
    }

    /// Changes what is known of an object, wherever it is. One that may be over several memories is so many possibilities, each
    /// with facts of its own.
    pub fn change_facts(&mut self, pool: &mut Pool, object: ObjectId, facts: impl Fn(&Facts) -> Facts) {
        let mut change = |slot: Slot| {
            let atoms = pool.all(slot.value);
            if !atoms.iter().any(|atom| matches!(atom, Atom::Array(array) if array.object == object)) {
                return slot;
            }
            let changed: Vec<Atom> = atoms
                .into_iter()
                .map(|atom| match atom {
                    Atom::Array(array) if array.object == object => {
                        let facts = facts(pool.facts.get(array.facts));
                        Atom::Array(super::domain::ArrayAtom { facts: pool.facts.intern(facts), ..array })
                    }
                    other => other,
                })
                .collect();
            Slot { value: pool.value(changed), ..slot }
        };
        self.locals.update(None, &mut change);
        self.heap.change(None, |_, cells| changed(cells, &mut change));
    }

    /// Makes what this turn of a loop made into what earlier turns made. `outside` is a state in which the loop was entered:
    /// what is one with it holds nothing that the loop made.
    pub fn rename(&mut self, pool: &mut Pool, renaming: &mut Renaming<'_>, outside: Option<&Self>) {
        self.locals.update(outside.map(|outside| &outside.locals), |slot| renaming.slot(pool, slot));
        let mut moved: Vec<(ObjectId, Cells)> = Vec::new();
        self.heap.change(outside.map(|outside| &outside.heap), |object, cells| {
            let renamed = changed(cells, |slot| renaming.slot(pool, slot));
            let now = renaming.object(pool, object);
            if now == object {
                return renamed;
            }
            moved.push((now, renamed.unwrap_or_else(|| cells.clone())));
            Some(Cells::default())
        });
        for (object, cells) in moved {
            for &(field, slot) in cells.as_slice() {
                let slot = match self.heap.get(object, field) {
                    Some(old) => Slot { vn: Vn::None, ..join_slots(pool, old, slot) },
                    None => slot,
                };
                self.heap.set(object, field, slot);
            }
        }
    }
}

fn changed(cells: &Cells, mut change: impl FnMut(Slot) -> Slot) -> Option<Cells> {
    let is_changed = cells.as_slice().iter().any(|(_, slot)| change(*slot) != *slot);
    is_changed.then(|| cells.as_slice().iter().map(|(field, slot)| (*field, change(*slot))).collect())
}

fn join_slots(pool: &mut Pool, left: Slot, right: Slot) -> Slot {
    Slot { value: pool.join(left.value, right.value), vn: if left.vn == right.vn { left.vn } else { Vn::None } }
}

/// The object that stands for the variables around a function.
pub const OUTER: Origin = Origin::Made {
    point: Point { body: BodyId(0), index: u32::MAX },
    age: Age::Recent,
    part: super::domain::Part::Deep,
};

fn id_u32(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 entries")
}

/// Whether an abstract object stands for one object at a time.
#[must_use]
pub fn is_single(pool: &Pool, object: ObjectId) -> bool {
    match *pool.objects.get(object) {
        Origin::Place(place) => !pool.is_of_element(place),
        Origin::Made { age, .. } => age == Age::Recent,
        Origin::Foreign(_) => false,
    }
}

/// What becomes of everything made in a loop when its next turn begins: the recent ones join the old ones.
pub struct Renaming<'a> {
    of: Option<LoopId>,
    is_within: &'a dyn Fn(LoopId) -> bool,
    made_in_turn: &'a dyn Fn(Point) -> bool,
    merged_in_turn: &'a dyn Fn(BodyId, u32) -> bool,
    known: &'a mut Renamed,
}

/// What became of values and objects at a turn of one loop: the same becomes of them at the next.
#[derive(Debug, Default)]
pub struct Renamed {
    values: FxHashMap<ValueId, ValueId>,
    objects: FxHashMap<ObjectId, ObjectId>,
}

impl<'a> Renaming<'a> {
    /// Ages what was made at points, and numbered at blocks, that belong to the loop `of`; `is_within` tells which loops are this
    /// one or inside it.
    pub fn new(
        of: LoopId,
        is_within: &'a dyn Fn(LoopId) -> bool,
        made_in_turn: &'a dyn Fn(Point) -> bool,
        merged_in_turn: &'a dyn Fn(BodyId, u32) -> bool,
        known: &'a mut Renamed,
    ) -> Self {
        Self { of: Some(of), is_within, made_in_turn, merged_in_turn, known }
    }
    /// Ages what was made at points, outside of any loop.
    pub fn of_objects(made_in_turn: &'a dyn Fn(Point) -> bool, known: &'a mut Renamed) -> Self {
        Self { of: None, is_within: &|_| false, made_in_turn, merged_in_turn: &|_, _| false, known }
    }
    fn origin(&self, origin: Origin) -> Origin {
        match origin {
            Origin::Made { point, age: Age::Recent, part } if (self.made_in_turn)(point) => {
                Origin::Made { point, age: Age::Old, part }
            }
            Origin::Place(_) | Origin::Made { .. } | Origin::Foreign(_) => origin,
        }
    }
    fn object(&mut self, pool: &mut Pool, object: ObjectId) -> ObjectId {
        if let Some(&known) = self.known.objects.get(&object) {
            return known;
        }
        let origin = self.origin(*pool.objects.get(object));
        let renamed = pool.objects.intern(origin);
        self.known.objects.insert(object, renamed);
        renamed
    }
    fn slot(&mut self, pool: &mut Pool, slot: Slot) -> Slot {
        Slot { value: self.value(pool, slot.value), vn: self.number(slot.vn) }
    }
    /// Numbers of this turn become those of the turn before; those of the turn before are forgotten, as are those of turns of
    /// inner loops. Those of the turn before of an outer loop stand as long as its turn lasts.
    fn number(&self, vn: Vn) -> Vn {
        match vn {
            Vn::Point(point, part) if (self.made_in_turn)(point) => match self.of {
                Some(of) => Vn::Old(point, part, of),
                None => Vn::None,
            },
            Vn::Old(point, _, of) if (self.made_in_turn)(point) && (self.is_within)(of) => Vn::None,
            Vn::Merge(body, block, _) if (self.merged_in_turn)(body, block) => Vn::None,
            Vn::Point(..) | Vn::Old(..) | Vn::Merge(..) | Vn::Start(_) | Vn::Const(_) | Vn::Path(_) | Vn::None => vn,
        }
    }
    /// The value with everything made in the turn aged.
    pub fn value(&mut self, pool: &mut Pool, value: ValueId) -> ValueId {
        if let Some(&known) = self.known.values.get(&value) {
            return known;
        }
        let atoms = pool.all(value);
        let aged: Atoms = atoms.iter().map(|atom| self.atom(pool, *atom)).collect();
        // What is aged one by one may fall together; what stays is a value already.
        let renamed = if aged == atoms { value } else { pool.value(aged) };
        self.known.values.insert(value, renamed);
        renamed
    }
    fn atom(&mut self, pool: &mut Pool, atom: Atom) -> Atom {
        match atom {
            Atom::Array(mut array) => {
                array.object = self.object(pool, array.object);
                let memory = self.origin(*pool.memories.get(array.memory));
                array.memory = pool.memories.intern(memory);
                array.extent = super::extent::forget_turn(pool, array.extent, self.made_in_turn);
                Atom::Array(array)
            }
            Atom::Container(object, kind) => Atom::Container(self.object(pool, object), kind),
            Atom::Instance(object, class) => Atom::Instance(self.object(pool, object), class),
            Atom::Function(object, body) => Atom::Function(self.object(pool, object), body),
            Atom::Method(object, body) => Atom::Method(self.object(pool, object), body),
            Atom::Class(object, class) => Atom::Class(self.object(pool, object), class),
            Atom::Const(_) | Atom::Scalar | Atom::Path(_) | Atom::Typed(_) | Atom::Unknown(_) => atom,
        }
    }
}
