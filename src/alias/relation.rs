//! How two values relate: one object, two objects over common memory, nothing in common.
//!
//! Identity is read first (one value number is one object), then the sets of possibilities, pair by pair.

use rustc_hash::FxHashMap;

use super::domain::{Age, ArrayAtom, Atom, ExtentId, MemoryId, ObjectId, Origin, Place, Pool, Slot, Vn};
use super::event::Making;
use super::facts::{ArrayClass, Evidence};
use super::{Tri, extent, shares};
use crate::rules::Relation;

/// What some run can show of two names that both hold arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Possible {
    /// `a is b`
    pub same: bool,
    /// Two objects with common memory.
    pub shares: bool,
    /// No common memory.
    pub none: bool,
}

impl Possible {
    /// Nothing is known.
    const ANY: Self = Self { same: true, shares: true, none: true };
    const SAME: Self = Self { same: true, shares: false, none: false };
    const NONE: Self = Self { same: false, shares: false, none: true };

    /// What one of two runs shows.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { same: self.same || other.same, shares: self.shares || other.shares, none: self.none || other.none }
    }
    /// Whether some run shows common memory.
    #[must_use]
    pub fn related(self) -> bool {
        self.same || self.shares
    }
}

/// What relations are read from.
#[derive(Clone, Copy)]
pub struct Relations<'a> {
    /// Everything interned.
    pub pool: &'a Pool,
    /// How objects came about.
    pub makings: &'a FxHashMap<ObjectId, Making>,
}

impl Relations<'_> {
    /// How what two slots hold may relate.
    #[must_use]
    pub fn between(self, left: Slot, right: Slot) -> Possible {
        self.of_arrays_in(left, right).unwrap_or(Possible::NONE)
    }

    /// How the arrays in two slots may relate; `None` where one of them holds none.
    #[must_use]
    pub fn of_arrays_in(self, left: Slot, right: Slot) -> Option<Possible> {
        let holds_array = |slot: Slot| {
            self.pool.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Array(_) | Atom::Unknown(_)))
        };
        (holds_array(left) && holds_array(right)).then(|| self.of_held(left, right))
    }

    fn of_held(self, left: Slot, right: Slot) -> Possible {
        if left.vn == right.vn && left.vn != Vn::None {
            return Possible::SAME;
        }
        let mut all = Possible::default();
        for &x in self.pool.atoms(left.value) {
            for &y in self.pool.atoms(right.value) {
                all = all.or(self.of_atoms(x, y, left, right));
            }
        }
        all
    }

    fn of_atoms(self, x: Atom, y: Atom, left: Slot, right: Slot) -> Possible {
        match (x, y) {
            (Atom::Array(x), Atom::Array(y)) => self.of_arrays(x, y, left, right),
            (Atom::Unknown(_), Atom::Array(_)) | (Atom::Array(_) | Atom::Unknown(_), Atom::Unknown(_)) => Possible::ANY,
            _ => Possible::default(),
        }
    }

    fn of_arrays(self, x: ArrayAtom, y: ArrayAtom, left: Slot, right: Slot) -> Possible {
        if x.memory != y.memory {
            if self.is_foreign(x.memory) || self.is_foreign(y.memory) {
                return Possible { same: self.may_be_any(x) || self.may_be_any(y), shares: true, none: true };
            }
            if self.may_expose(x, y) || self.may_expose(y, x) {
                return Possible { same: false, shares: true, none: true };
            }
            let one_header = x.object == y.object && self.is_single(x.object);
            let one_family =
                self.only_view_of(x.object, y.object, left) || self.only_view_of(y.object, x.object, right);
            return if one_header || one_family { Possible::default() } else { Possible::NONE };
        }
        if x.object == y.object && self.is_single(x.object) {
            return Possible::SAME;
        }
        // Of several headers made in turn, two may be one or not.
        let one = Possible { same: x.object == y.object, ..Possible::default() };
        one.or(match self.overlap(x, y) {
            Tri::Yes => Possible { same: false, shares: true, none: false },
            Tri::No => Possible::NONE,
            Tri::Maybe => Possible { same: false, shares: true, none: true },
        })
    }

    /// Whether two arrays over one memory have an element in common.
    #[must_use]
    pub fn overlap(self, x: ArrayAtom, y: ArrayAtom) -> Tri {
        if extent::overlap(self.pool, x.extent, y.extent) == Tri::No {
            return Tri::No;
        }
        let (left, right) = (self.pool.facts.get(x.facts), self.pool.facts.get(y.facts));
        if left.has_elements() == Tri::No || right.has_elements() == Tri::No {
            return Tri::No;
        }
        let known = shares::shares(left, right);
        let single = self.is_single_memory(x.memory) && !self.is_of_element(x.memory);
        match known {
            Tri::No => Tri::No,
            Tri::Yes if single => Tri::Yes,
            Tri::Maybe if single && (self.covers(x, y) || self.covers(y, x)) => Tri::Yes,
            Tri::Maybe if self.shows_part(x, y) || self.shows_part(y, x) => Tri::Yes,
            Tri::Yes | Tri::Maybe => Tri::Maybe,
        }
    }

    /// Whether `x` covers the whole memory, and `y` is a part of it that is not empty.
    fn covers(self, x: ArrayAtom, y: ArrayAtom) -> bool {
        let not_empty = |array: ArrayAtom| self.pool.facts.get(array.facts).has_elements() == Tri::Yes;
        matches!(self.pool.objects.get(x.object), Origin::Place(_)) && !self.indexed(y.object)
            || (not_empty(y) && is_whole(x))
    }

    /// Whether `y` has elements, and was made from `x` by views alone: each of them shows part of its source.
    fn shows_part(self, x: ArrayAtom, y: ArrayAtom) -> bool {
        if self.pool.facts.get(y.facts).has_elements() != Tri::Yes || !self.is_single(x.object) {
            return false;
        }
        let mut at = y.object;
        for _ in 0..16 {
            if !self.is_single(at) {
                return false;
            }
            let Some(making) = self.makings.get(&at) else { return false };
            if making.relation != Relation::View || making.sources.len() != 1 {
                return false;
            }
            at = making.sources[0];
            if at == x.object {
                return true;
            }
        }
        false
    }

    /// Whether an index stands between an array and its origin: then it may be empty.
    fn indexed(self, object: ObjectId) -> bool {
        let mut at = object;
        for _ in 0..16 {
            let Some(making) = self.makings.get(&at) else {
                return !matches!(self.pool.objects.get(at), Origin::Place(_));
            };
            if making.sources.len() != 1 || making.relation != Relation::View || making.is_index {
                return true;
            }
            at = making.sources[0];
        }
        true
    }

    /// Whether `view` is made from the object `of`, the only one in `slot`'s possibilities with that header, and from nothing else.
    fn only_view_of(self, of: ObjectId, view: ObjectId, slot: Slot) -> bool {
        if !self.is_single(of) || !self.is_single(view) {
            return false;
        }
        let all_one =
            self.pool.atoms(slot.value).iter().all(|atom| matches!(atom, Atom::Array(array) if array.object == of));
        let mut at = view;
        for _ in 0..16 {
            let Some(making) = self.makings.get(&at) else { return false };
            if making.relation != Relation::View || making.sources.len() != 1 || making.sometimes {
                return false;
            }
            at = making.sources[0];
            if at == of {
                return all_one;
            }
        }
        false
    }

    fn is_foreign(self, memory: MemoryId) -> bool {
        matches!(self.pool.memories.get(memory), Origin::Foreign(_))
    }

    /// Whether one array comes from an attribute or an element of the other, where nothing says that it is a plain array, or one at
    /// all: `masked.data` and `rows[0]` may be views.
    fn may_expose(self, whole: ArrayAtom, part: ArrayAtom) -> bool {
        let (Origin::Place(of), Origin::Place(mut at)) =
            (*self.pool.memories.get(whole.memory), *self.pool.memories.get(part.memory))
        else {
            return false;
        };
        let facts = self.pool.facts.get(whole.facts);
        let is_plain = facts.evidence == Evidence::None && self.pool.receivers.contains(&of);
        if is_plain || facts.class == ArrayClass::Ndarray {
            return false;
        }
        while let Place::Attr(inner, _) | Place::Element(inner) = *self.pool.places.get(at) {
            if inner == of {
                return true;
            }
            at = inner;
        }
        false
    }

    /// Whether an array may be any other object: something unknown was handed through.
    fn may_be_any(self, array: ArrayAtom) -> bool {
        let is_view = |making: &Making| making.relation == Relation::View && !making.sometimes;
        self.is_foreign(array.memory) && !self.makings.get(&array.object).is_some_and(is_view)
    }

    fn is_single(self, object: ObjectId) -> bool {
        super::state::is_single(self.pool, object)
    }

    fn is_of_element(self, memory: MemoryId) -> bool {
        matches!(*self.pool.memories.get(memory), Origin::Place(place) if self.pool.is_of_element(place))
    }

    /// Whether a memory id stands for one allocation at a time.
    #[must_use]
    pub fn is_single_memory(self, memory: MemoryId) -> bool {
        match *self.pool.memories.get(memory) {
            Origin::Place(_) => true,
            Origin::Made { age, .. } => age == Age::Recent,
            Origin::Foreign(_) => false,
        }
    }
}

/// Whether an array was found where it covers its memory.
fn is_whole(array: ArrayAtom) -> bool {
    matches!(array.extent, ExtentId::WHOLE | ExtentId::EVERY)
}
