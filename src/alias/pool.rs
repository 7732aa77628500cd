//! Interning: every value of a module is one small number.

use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::domain::{
    ArrayAtom, Atom, Atoms, Cause, Const, ConstId, Extent, ExtentId, FactsId, MemoryId, ObjectId, Origin, Place,
    PlaceId, Reason, Slot, ValueId, Via, Vn,
};
use super::facts::Facts;
use super::state::Field;
/// Interned things of one kind.
#[derive(Debug)]
pub struct Interner<I, T> {
    entries: Vec<T>,
    /// A power of two of hashes of entries with the positions of these, counted from 1, each at the first free place from where its
    /// hash says; 0 where there is none. An entry is stored once, and not looked at where hashes differ.
    places: Vec<(u32, u32)>,
    ids: PhantomData<I>,
}

impl<I, T> Default for Interner<I, T> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: Vec::new(), ids: PhantomData }
    }
}

impl<I: Copy + From<usize> + Into<usize>, T: Eq + Hash> Interner<I, T> {
    /// The id of an entry.
    ///
    /// # Panics
    ///
    /// With 2^32 entries.
    pub fn intern(&mut self, entry: T) -> I {
        if self.entries.len() * 4 >= self.places.len() * 3 {
            self.grow();
        }
        let hash = hash_of(&entry);
        match self.place(hash, &entry) {
            Ok(found) => I::from(found),
            Err(free) => {
                self.entries.push(entry);
                self.places[free] = (hash, u32::try_from(self.entries.len()).expect("fewer than 2^32 entries"));
                I::from(self.entries.len() - 1)
            }
        }
    }
    /// The id of an entry that is interned already.
    pub fn find(&self, entry: &T) -> Option<I> {
        if self.places.is_empty() { None } else { self.place(hash_of(entry), entry).ok().map(I::from) }
    }
    /// The position of an entry, or the free place for it.
    fn place(&self, hash: u32, entry: &T) -> Result<usize, usize> {
        let mut at = hash as usize & (self.places.len() - 1);
        loop {
            match self.places[at] {
                (_, 0) => return Err(at),
                (other, position) if other == hash && self.entries[position as usize - 1] == *entry => {
                    return Ok(position as usize - 1);
                }
                _ => at = (at + 1) & (self.places.len() - 1),
            }
        }
    }
    fn grow(&mut self) {
        let length = (2 * self.places.len()).max(16);
        for (hash, position) in std::mem::replace(&mut self.places, vec![(0, 0); length]) {
            let mut at = hash as usize & (length - 1);
            while position > 0 && self.places[at].1 > 0 {
                at = (at + 1) & (length - 1);
            }
            if position > 0 {
                self.places[at] = (hash, position);
            }
        }
    }
    /// The entry of an id.
    pub fn get(&self, id: I) -> &T {
        &self.entries[id.into()]
    }
    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The lower half of a hash: there this hasher puts the bits that tell most apart.
fn hash_of(entry: &impl Hash) -> u32 {
    u32::try_from(FxBuildHasher.hash_one(entry) & u64::from(u32::MAX)).unwrap_or(0)
}

/// All interned things of a module.
#[derive(Debug)]
pub struct Pool {
    /// Objects.
    pub objects: Interner<ObjectId, Origin>,
    /// Memories.
    pub memories: Interner<MemoryId, Origin>,
    /// Facts.
    pub facts: Interner<FactsId, Facts>,
    /// Extents.
    pub extents: Interner<ExtentId, Extent>,
    /// Constants.
    pub consts: Interner<ConstId, Const>,
    /// Places.
    pub places: Interner<PlaceId, Place>,
    /// What is known of places, where anything is.
    pub place_facts: FxHashMap<PlaceId, FactsId>,
    /// The objects that methods are called on.
    pub receivers: FxHashSet<PlaceId>,
    values: Interner<ValueId, Atoms>,
    joins: FxHashMap<(ValueId, ValueId), ValueId>,
}

/// More possibilities than this, numbers and texts aside, are not told apart: the value becomes unknown.
const MAX_ATOMS: usize = 24;
/// More numbers and texts than this become "some scalar".
const MAX_CONSTS: usize = 6;
/// What has too many possibilities.
const NOT_TOLD_APART: Atom = Atom::Unknown(Reason { cause: Cause::Budget, via: Via::Itself });

impl Default for Pool {
    fn default() -> Self {
        let mut pool = Self {
            objects: Interner::default(),
            memories: Interner::default(),
            facts: Interner::default(),
            extents: Interner::default(),
            consts: Interner::default(),
            places: Interner::default(),
            place_facts: FxHashMap::default(),
            receivers: FxHashSet::default(),
            values: Interner::default(),
            joins: FxHashMap::default(),
        };
        pool.values.intern(Atoms::new());
        pool.extents.intern(Extent::Whole);
        pool.extents.intern(Extent::Part);
        pool.extents.intern(Extent::Every);
        pool
    }
}

impl Pool {
    /// The possibilities of a value.
    #[must_use]
    pub fn atoms(&self, value: ValueId) -> &[Atom] {
        self.values.get(value)
    }
    /// A copy of the possibilities of a value.
    #[must_use]
    pub fn all(&self, value: ValueId) -> Atoms {
        Atoms::from_slice(self.atoms(value))
    }
    /// The value with this one possibility.
    pub fn single(&mut self, atom: Atom) -> ValueId {
        self.values.intern(SmallVec::from_elem(atom, 1))
    }
    /// The value with these possibilities, in any order.
    pub fn value(&mut self, atoms: impl IntoIterator<Item = Atom>) -> ValueId {
        let mut set = Atoms::new();
        for atom in atoms {
            self.insert(&mut set, atom);
        }
        self.finish(set)
    }
    /// The value of a constant.
    pub fn constant(&mut self, constant: Const) -> ValueId {
        let id = self.consts.intern(constant);
        self.single(Atom::Const(id))
    }
    /// An unknown value.
    pub fn unknown(&mut self, reason: impl Into<Reason>) -> ValueId {
        self.single(Atom::Unknown(reason.into()))
    }
    /// What is in a place when a body starts.
    pub fn place_slot(&mut self, place: PlaceId) -> Slot {
        let facts = match self.place_facts.get(&place) {
            Some(&facts) => facts,
            None => self.facts.intern(Facts::default()),
        };
        let object = self.objects.intern(Origin::Place(place));
        let memory = self.memories.intern(Origin::Place(place));
        let value = self.single(Atom::Array(ArrayAtom { object, memory, extent: ExtentId::WHOLE, facts }));
        Slot { value, vn: Vn::Start(place) }
    }
    /// What a cell that nobody has written yet holds, where it belongs to a place from outside.
    pub fn initial_cell(&mut self, object: ObjectId, field: Field) -> Option<Slot> {
        let place = match (*self.objects.get(object), field) {
            (Origin::Place(of), Field::Attr(name)) => Place::Attr(of, name),
            (_, Field::Free(body, local)) => Place::Free(body, local),
            (_, Field::Global(name)) => Place::Global(name),
            _ => return None,
        };
        let place = self.places.intern(place);
        Some(self.place_slot(place))
    }
    /// How many attributes and elements deep a place is.
    #[must_use]
    pub fn place_depth(&self, place: PlaceId) -> u32 {
        match *self.places.get(place) {
            Place::Param(..) | Place::Global(_) | Place::Free(..) => 0,
            Place::Attr(of, _) | Place::Element(of) => 1 + self.place_depth(of),
        }
    }

    /// Whether what is in a place is an element of something, or part of one: any of them.
    #[must_use]
    pub fn is_of_element(&self, place: PlaceId) -> bool {
        match *self.places.get(place) {
            Place::Element(_) => true,
            Place::Attr(of, _) => self.is_of_element(of),
            Place::Param(..) | Place::Global(_) | Place::Free(..) => false,
        }
    }

    /// All possibilities of both.
    pub fn join(&mut self, left: ValueId, right: ValueId) -> ValueId {
        if left == right || right == ValueId::EMPTY {
            return left;
        }
        if left == ValueId::EMPTY {
            return right;
        }
        if let Some(&known) = self.joins.get(&(left, right)) {
            return known;
        }
        let mut set = self.values.get(left).clone();
        for atom in self.values.get(right).clone() {
            self.insert(&mut set, atom);
        }
        let joined = self.finish(set);
        self.joins.insert((left, right), joined);
        joined
    }
    /// Adds a possibility; two arrays with one header and one memory become one with what both know.
    fn insert(&mut self, set: &mut Atoms, atom: Atom) {
        if set.contains(&atom) {
            return;
        }
        if let Atom::Array(new) = atom
            && let Some(index) = set
                .iter()
                .position(|old| matches!(old, Atom::Array(old) if old.object == new.object && old.memory == new.memory))
            && let Atom::Array(old) = set[index]
        {
            let facts = self.facts.get(old.facts).join(self.facts.get(new.facts));
            let facts = self.facts.intern(facts);
            let extent = if old.extent == new.extent { old.extent } else { ExtentId::PART };
            set[index] = Atom::Array(ArrayAtom { extent, facts, ..old });
            return;
        }
        // One reason is enough; which one it is must not depend on the order.
        if let Atom::Unknown(new) = atom
            && let Some(Atom::Unknown(old)) = set.iter_mut().find(|old| matches!(old, Atom::Unknown(_)))
        {
            *old = new.min(*old);
            return;
        }
        set.push(atom);
    }
    /// The value of a set. So that the order of joins does not matter, a number or text of which nothing is known takes in all
    /// that are known, and what is not told apart takes in everything.
    fn finish(&mut self, mut set: Atoms) -> ValueId {
        let is_number = |atom: &Atom| matches!(atom, Atom::Const(id) if self.consts.get(*id).is_number_or_text());
        let numbers = set.iter().filter(|atom| is_number(atom)).count();
        let has_scalar = set.contains(&Atom::Scalar);
        let others = set.len() - numbers - usize::from(has_scalar);
        if others > MAX_ATOMS || set.contains(&NOT_TOLD_APART) {
            return self.single(NOT_TOLD_APART);
        }
        if numbers > MAX_CONSTS || has_scalar && numbers > 0 {
            set.retain(|atom| *atom != Atom::Scalar && !is_number(atom));
            set.push(Atom::Scalar);
        }
        set.sort_unstable();
        set.dedup();
        self.values.intern(set)
    }
}
