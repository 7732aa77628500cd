//! The compiled form of a rule: what `rules/**/*.toml` say, with names resolved to parameter indices.
//!
//! `rules/README.md` describes the text form. `alias` evaluates the closed vocabulary of conditions on its own facts.

use std::ops::Range;

pub use super::cond::{Compare, Cond, Test, TestOp};
use super::version::VersionRange;

/// Index of a rule in its [`super::RuleSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub u32);

/// Index of a parameter in [`Rule::params`].
pub type ParamIdx = u8;

/// One `[[callable]]` or `[[attribute]]` entry, for one of its names.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The qualified name, such as `numpy.ndarray.ravel`.
    pub name: String,
    /// Parameters in order; an attribute has `self` alone.
    pub params: Vec<Param>,
    /// Whether this is an `[[attribute]]`.
    pub is_attribute: bool,
    /// What assigning to an attribute writes.
    pub sets: Option<Written>,
    /// Results, tried from the top.
    pub results: Vec<Outcome>,
    /// Parameters written when called.
    pub writes: Vec<Write>,
    /// Parameters kept by the result or by another object.
    pub retains: Vec<ParamIdx>,
    /// When a call does not raise, of plain arrays of numbers and of constants.
    pub never_raises: Option<NeverRaises>,
    /// What it raises then, before it does anything else.
    pub raises: Vec<Raise>,
    /// Whether a call that discards the result does nothing.
    pub pure: bool,
    /// What the answer tells of the first two parameters.
    pub tells: Option<Told>,
    /// The class of which the callable itself is an object, where its methods are described: `numpy.ufunc`.
    pub object: Option<String>,
    /// Whether only objects of this method's class have a method of its name: a call says what the object is.
    pub is_distinctive: bool,
    /// The method that an argument of another class has for this call, where there is one: `__array_interface__`.
    pub protocol: Option<String>,
    /// One sentence for people.
    pub doc: String,
    /// Versions of the library for which the entry holds.
    pub versions: VersionRange,
    /// The library whose versions those are: `numpy`.
    pub library: String,
    /// Programs that prove the entry.
    pub cases: Vec<Case>,
    /// Where the entry stands: file name and byte range.
    pub source: (String, Range<usize>),
}

impl Rule {
    /// Whether this is a special method: an operator, a subscript.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        self.name.ends_with("__")
    }
}

/// A parameter of a callable.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// How arguments bind to it.
    pub kind: ParamKind,
    /// Its default where the signature gives one.
    pub default: Option<Literal>,
}

/// How arguments bind to a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Before `/`.
    PositionalOnly,
    /// The ordinary kind.
    Either,
    /// After `*`.
    KeywordOnly,
    /// `*args`.
    VarPositional,
    /// `**kwargs`.
    VarKeyword,
}

/// A constant in a signature or a condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Str(String),
    /// A default that is none of these (`<no value>`, a float, a tuple).
    Other,
}

/// One possible result.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The relation of the result to `of`.
    pub is: Relation,
    /// Parameters that the result is, or shares with.
    pub of: Vec<ParamIdx>,
    /// When this result comes back.
    pub when: Cond,
    /// The condition in words, for messages.
    pub because: Option<String>,
    /// Whether the result is wrapped in a container.
    pub container: Option<Container>,
    /// Length of the container where fixed.
    pub count: Option<u32>,
    /// A `*args` parameter of which the container has one element each.
    pub each: Option<ParamIdx>,
    /// The elements of a container whose elements differ (`items`); [`Self::is`] is unknown then.
    pub items: Vec<Outcome>,
    /// Whether `of` is passed on as it is, array or not, as `np.s_` does.
    pub passes_on: bool,
    /// The name of which a value is the meaning, where it always is one thing: `numpy`.
    pub stands_for: Option<String>,
    /// What a number counts, where it is one that follows from the shape.
    pub number: Option<Counted>,
    /// Qualified name of the class where it is none that `is` implies: `numpy.flatiter`.
    pub class: Option<String>,
    /// Facts of the result (of each element, in a container).
    pub facts: ResultFacts,
}

/// When a call does not raise.
#[derive(Clone, Debug)]
pub struct NeverRaises {
    /// What has to hold for sure.
    pub when: Cond,
    /// Whether plain arrays of any dtype and shape will do for that.
    pub takes_any: bool,
}

/// What of an array a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Its axes.
    Axes,
    /// Its elements.
    Elements,
}

/// The relation of a result to an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// The very object.
    Same,
    /// Another array object over the same memory.
    View,
    /// An array with memory of its own.
    Copy,
    /// An immutable number or string.
    Scalar,
    /// Another immutable Python object.
    Value,
    /// `None`.
    None,
    /// Nothing can be said.
    Unknown,
}

/// What wraps the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// A new list.
    List,
    /// A new tuple.
    Tuple,
    /// Something to iterate over once or more.
    Iterator,
}

/// Facts of a result.
#[derive(Clone, Debug, Default)]
pub struct ResultFacts {
    /// How the shape (and, of a view, strides and offset) comes about.
    pub geometry: Option<Geometry>,
    /// How the dtype comes about.
    pub dtype: Option<DtypeSpec>,
    /// Layout of a copy.
    pub layout: Option<LayoutSpec>,
    /// Whether it can be written; absent: a new array can, a view where its source can.
    pub writeable: Option<Stated>,
    /// Whether elements of the result may share memory with each other.
    pub overlaps: bool,
    /// Whether it owns its memory; absent: a new array does, a view does not. A new array that does not is a view of an
    /// anonymous base.
    pub owndata: Option<Stated>,
}

/// What a rule says of a flag of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// It is set.
    Yes,
    /// It is not.
    No,
    /// Sometimes it is, sometimes not (`"unknown"`).
    Varies,
}

/// A geometry operation: `op(args)` over parameters and literals.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// The operation.
    pub op: GeometryOp,
    /// Its arguments.
    pub args: Vec<Arg>,
}

/// An argument of a test or a geometry operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A parameter of the rule.
    Param(ParamIdx),
    /// A literal.
    Literal(Literal),
}

/// The closed vocabulary of geometry; see `rules/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named after the operation in rules/README.md")]
pub enum GeometryOp {
    Like,
    Arg,
    Transpose,
    Reshape,
    Ravel,
    Squeeze,
    ExpandDims,
    Swapaxes,
    Moveaxis,
    Rollaxis,
    Flip,
    Rot90,
    Diagonal,
    Index,
    BroadcastTo,
    Broadcast,
    Reduce,
    Arange,
    Length,
    Square,
    Concatenate,
    Stack,
    Atleast,
    Iterate,
    Split,
    Real,
    Imag,
    Rearrange,
    Windows,
    Ndmin,
    Diag,
    Grid,
    Take,
    Repeated,
    Padded,
    Tiled,
    Appended,
    Deleted,
    Rows,
    Nonzero,
    Unknown,
}

/// How a dtype comes about. Alternatives are tried in order: `arg(dtype) or like(a)`.
#[derive(Clone, Debug, PartialEq)]
pub enum DtypeSpec {
    /// A literal dtype name.
    Literal(String),
    /// That of a parameter.
    Like(ParamIdx),
    /// The value of a dtype parameter, where given.
    Arg(ParamIdx),
    /// NumPy promotion of several.
    Promote(Vec<ParamIdx>),
    /// The promotion of numbers; of booleans, strings and times not known.
    Arithmetic(Vec<ParamIdx>),
    /// The floating or complex type that true division or `sqrt` gives.
    Inexact(Vec<ParamIdx>),
    /// What `sum` gives: small integers and booleans become the default integer.
    Accumulate(ParamIdx),
    /// What `abs` gives: of a complex type its real type.
    Magnitude(ParamIdx),
    /// The type of the real part.
    Real(ParamIdx),
    /// The type of the field that a subscript names.
    Field(ParamIdx, ParamIdx),
    /// The first that applies.
    FirstOf(Vec<DtypeSpec>),
    /// Not known.
    Unknown,
}

/// Layout of a copy.
#[derive(Clone, Debug, PartialEq)]
pub enum LayoutSpec {
    /// C-contiguous.
    C,
    /// Fortran-contiguous.
    F,
    /// As the `order` argument says; `K` and `A` look at these operands, or at the first parameter.
    Order(ParamIdx, Vec<ParamIdx>),
    /// As these parameters are laid out.
    Keep(Vec<ParamIdx>),
    /// Fortran's where the parameter has it and not C's as well, else C's.
    Fortran(ParamIdx),
}

/// An exception that a call raises.
#[derive(Clone, Debug)]
pub struct Raise {
    /// Its built-in class.
    pub class: String,
    /// When.
    pub when: Cond,
}

/// A parameter that a call writes.
#[derive(Clone, Debug)]
pub struct Write {
    /// Which.
    pub param: ParamIdx,
    /// Data or metadata.
    pub what: Written,
    /// When.
    pub when: Cond,
    /// The parameter that says whether the array is writeable from here on, where nothing else about it changes.
    pub writeable: Option<ParamIdx>,
}

/// What a write changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Written {
    /// The elements.
    Data,
    /// Shape, dtype, strides or flags of the object.
    Metadata,
}

/// What a true or a false answer tells of two arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// Whether they have an element in common.
    Shares,
    /// False: they have no element in common. True: they may.
    MayShare,
}

/// A program that proves a rule.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are the keys of a case in rules/README.md")]
pub struct Case {
    pub setup: String,
    pub call: String,
    pub gives: String,
    pub writes: Vec<String>,
    pub writes_metadata: Vec<String>,
    pub readonly: Option<bool>,
    pub overlaps: Option<bool>,
    pub owndata: Option<bool>,
    pub raises: Option<String>,
    pub versions: VersionRange,
}
