//! Abstract values.
//!
//! NumPy has two identities, and both are kept. An *object* is a header: `b = a` is the same object, `b = a[:]` another.
//! A *memory* is where the elements are: `a` and `a[:]` have one memory, `a.copy()` another. A [`Value`] is the set of what
//! a name may hold; one possibility means *always*, several mean *sometimes*. Sets are *may* information: what is not in
//! the set never happens. What holds on every run is read off sets of one element, and off value numbers ([`Vn`]).
//!
//! ```python
//! x = a if flag else a.copy()     # x: {object a over memory a, object 1 over memory 1}
//! y = x                           # y: the same set, and the same value number: `x is y` on every run
//! ```
//!
//! Sets, objects, memories, facts and constants are interned for the whole module: a value is one `u32`.

use smallvec::SmallVec;

use crate::ir::{BodyId, ClassId, Local, LoopId, Name};

macro_rules! interned_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                Self(u32::try_from(index).expect("fewer than 2^32 entries"))
            }
        }

        impl From<$name> for usize {
            fn from(id: $name) -> usize {
                id.0 as usize
            }
        }
    )*};
}

interned_ids! {
    /// An array header, a container, an instance, a function or a class.
    ObjectId
    /// The memory that elements of arrays live in.
    MemoryId
    /// Interned [`Facts`].
    FactsId
    /// Interned [`Extent`].
    ExtentId
    /// Interned [`Value`].
    ValueId
    /// Interned [`Const`].
    ConstId
    /// Interned [`Place`].
    PlaceId
}

/// A statement or terminator of a body, numbered through the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// The body.
    pub body: BodyId,
    /// Position in it.
    pub index: u32,
}

/// Which of the objects that one point makes in a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Age {
    /// The one made in the current turn of the innermost loop: a single object.
    Recent,
    /// Any of those made in earlier turns.
    Old,
}

/// Where an object or a memory comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// Found in a place that exists before the body runs.
    Place(PlaceId),
    /// Made at a point; `part` tells apart several things made there.
    Made {
        /// Where.
        point: Point,
        /// In which turn.
        age: Age,
        /// Which.
        part: Part,
    },
    /// Memory of which nothing is known: it may be that of anything which is not tracked.
    Foreign(Point),
}

/// Tells apart the things made at one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The result itself, or the `n`th element of the result.
    Result(u32),
    /// What a callee made, seen from the call.
    Object(ObjectId),
    /// Memory that a callee allocated, seen from the call.
    Memory(MemoryId),
    /// Anything made by a recursive call too deep to tell apart.
    Deep,
}

/// A place that exists before a body runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The `n`th parameter of a body.
    Param(BodyId, u32),
    /// A module-level name.
    Global(Name),
    /// A variable of an enclosing function.
    Free(BodyId, Local),
    /// An attribute of what is in another place.
    Attr(PlaceId, Name),
    /// An element of what is in another place.
    Element(PlaceId),
}

/// One possibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Atom {
    /// A constant.
    Const(ConstId),
    /// An immutable number, string or the like: nothing can be shared with it.
    Scalar,
    /// An array, or something from outside that may be one.
    Array(ArrayAtom),
    /// A list, tuple, dict, set or iterator; its elements are in the heap.
    Container(ObjectId, ContainerKind),
    /// An instance of a class of this module.
    Instance(ObjectId, ClassId),
    /// A function of this module, with its defaults in the heap.
    Function(ObjectId, BodyId),
    /// A method of this module bound to what is in the heap under `Field::Receiver`.
    Method(ObjectId, BodyId),
    /// A class of this module; class attributes are in the heap.
    Class(ObjectId, ClassId),
    /// A module, or anything in one, by its dotted path.
    Path(Name),
    /// An instance of a library's class, by the class's dotted path; it has no memory that arrays share.
    Typed(Name),
    /// Nothing is known, and why.
    Unknown(Reason),
}

/// A possible array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArrayAtom {
    /// Its header.
    pub object: ObjectId,
    /// Its memory.
    pub memory: MemoryId,
    /// Which part of the memory.
    pub extent: ExtentId,
    /// What is known of it.
    pub facts: FactsId,
}

/// Kinds of containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "Python's own types")]
pub enum ContainerKind {
    List,
    Tuple,
    Dict,
    Set,
    Iterator,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "Python's own constants")]
pub enum Const {
    None,
    Bool(bool),
    Int(i64),
    /// Its bits.
    Float(u64),
    /// A complex number.
    Complex,
    Str(Name),
    Bytes(Option<u32>),
    Ellipsis,
    /// A dtype.
    Dtype(super::dtype::Dtype),
    /// `slice(lower, upper, step)`
    Slice([super::geometry::Bound; 3]),
}

/// A value number: two names with one number hold one and the same object on every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Vn {
    /// The value assigned at a point (`part`: which, where a point binds several).
    Point(Point, u32),
    /// The same, of the turn just before of a loop.
    Old(Point, u32, LoopId),
    /// Whatever arrives at the head of a block, told apart by the first variable that holds it.
    Merge(BodyId, u32, u32),
    /// The value at the start of the body, of a parameter or place.
    Start(PlaceId),
    /// A constant.
    Const(ConstId),
    /// An API object.
    Path(Name),
    /// Nothing can be said.
    None,
}

/// Which part of its memory an array covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All of what the origin covers.
    Whole,
    /// A basic index of an array that covers the whole: one entry for each leading axis.
    Index(SmallVec<[AxisRange; 2]>),
    /// A field of a structured array.
    Field(Name),
    /// Some part.
    Part,
    /// All of it, with the axes in another arrangement.
    Every,
}

/// Which positions of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AxisRange {
    /// All.
    All,
    /// One position.
    At(Position),
    /// `lower:upper` with step 1.
    Range(Option<Position>, Option<Position>),
    /// One position, of which nothing is known.
    One,
    /// Some.
    Some,
}

/// A position on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// A literal, possibly negative.
    Int(i64),
    /// The integer that has this value number, plus a literal.
    Symbol(Vn, i64),
}

/// What a variable or a heap cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The possibilities. Empty: not bound.
    pub value: ValueId,
    /// Identity.
    pub vn: Vn,
}

/// The possibilities of a value, sorted; [`ValueId::EMPTY`] is none.
pub type Atoms = SmallVec<[Atom; 2]>;

impl ValueId {
    /// Not bound on any path.
    pub const EMPTY: Self = Self(0);
}

impl Const {
    /// Whether it is a number or a text, of which a set keeps only a few.
    #[must_use]
    pub fn is_number_or_text(&self) -> bool {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Complex | Self::Str(_) | Self::Bytes(_) => true,
            Self::None | Self::Ellipsis | Self::Dtype(_) | Self::Slice(_) => false,
        }
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self::UNBOUND
    }
}

impl Slot {
    /// Not bound.
    pub const UNBOUND: Self = Self { value: ValueId::EMPTY, vn: Vn::None };
}

impl ExtentId {
    /// [`Extent::Whole`]
    pub const WHOLE: Self = Self(0);
    /// [`Extent::Part`]
    pub const PART: Self = Self(1);
    /// [`Extent::Every`]
    pub const EVERY: Self = Self(2);

    /// The extent of some part of this one.
    #[must_use]
    pub fn part(self) -> Self {
        if self == Self::WHOLE || self == Self::EVERY { Self::PART } else { self }
    }
}

pub use super::pool::{Interner, Pool};
pub use super::reason::{Cause, Reason, Via};
