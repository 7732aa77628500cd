//! Conditions over arguments, with names resolved to parameter indices.

use super::schema::Arg;

/// A condition over arguments, three-valued when evaluated.
#[derive(Clone, Debug, PartialEq)]
pub enum Cond {
    /// Always met.
    Always,
    /// Met on some runs, one cannot say on which: `sometimes`, and in rules that are made from the code of a function.
    Sometimes,
    /// All of them.
    And(Vec<Cond>),
    /// Any of them.
    Or(Vec<Cond>),
    /// The opposite.
    Not(Box<Cond>),
    /// One test.
    Test(Test),
}

/// One test: `op(args)`, with a comparison for `ndim` and `size`.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Which test.
    pub op: TestOp,
    /// Its arguments.
    pub args: Vec<Arg>,
    /// `ndim(p) == 1`, `size(p)`, `count(p)`: operator and right side.
    pub compare: Option<(Compare, i64)>,
}

/// The closed vocabulary of tests; see `rules/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named after the test in rules/README.md")]
pub enum TestOp {
    Given,
    Passed,
    True,
    False,
    NoneValue,
    Ellipsis,
    /// `p == literal`: two arguments.
    Equals,
    Array,
    Exact,
    Masked,
    Matrix,
    Sequence,
    Scalar,
    SameDtype,
    LikeDtype,
    Kind,
    Ndim,
    Size,
    /// The number of elements of an array of a shape.
    Elements,
    /// The length along an axis.
    Extent,
    CContiguous,
    FContiguous,
    Satisfies,
    ReshapesAsView,
    RavelsAsView,
    Squeezes,
    SameShape,
    IdentityAxes,
    Writeable,
    Basic,
    Advanced,
    Leads,
    FullScalar,
    Field,
    Fields,
    Owndata,
    KnownKind,
    AllAxes,
    Buffer,
    EndsWith,
    Scalars,
    NamesDtype,
    AddsAxes,
    Permutes,
    Contracts,
    HasAxis,
    Broadcasts,
    Fits,
    Numeric,
    NewAxis,
    Shape,
    Splits,
    OrdersAxes,
    Within,
    Stretches,
    Joins,
    Appends,
    Stacks,
    Spans,
    Holds,
    Count,
    EqualShapes,
    FillsBroadcast,
}

/// Comparison operators of `ndim` and `size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}
