//! Which part of a memory an array covers, where two slices can be told apart without knowing shapes.
//!
//! ```python
//! left, right = a[:n], a[n:]      # Range(None, n) and Range(n, None): never overlap, if `n` is one value
//! ```

use smallvec::SmallVec;

use super::Tri;
use super::domain::{AxisRange, Extent, ExtentId, Point, Pool, Position, Vn};

/// Whether two extents of one memory have an element in common.
pub fn overlap(pool: &Pool, left: ExtentId, right: ExtentId) -> Tri {
    match (pool.extents.get(left), pool.extents.get(right)) {
        (Extent::Index(left), Extent::Index(right)) => {
            if left.iter().zip(right).any(|(left, right)| axis_disjoint(*left, *right)) { Tri::No } else { Tri::Maybe }
        }
        (Extent::Field(left), Extent::Field(right)) if left != right => Tri::No,
        (Extent::Whole | Extent::Index(_) | Extent::Field(_) | Extent::Part | Extent::Every, _) => Tri::Maybe,
    }
}

/// Whether each takes one position of an axis, which may be another one: columns of a table, say, found by their names.
#[must_use]
pub fn pick_apart(pool: &Pool, left: ExtentId, right: ExtentId) -> bool {
    let (Extent::Index(left), Extent::Index(right)) = (pool.extents.get(left), pool.extents.get(right)) else {
        return false;
    };
    let is_one = |axis: AxisRange| matches!(axis, AxisRange::At(_) | AxisRange::One);
    left.iter().zip(right).any(|(left, right)| {
        let is_same = left == right && *left != AxisRange::One;
        is_one(*left) && is_one(*right) && !is_same
    })
}

fn axis_disjoint(left: AxisRange, right: AxisRange) -> bool {
    match (left, right) {
        (AxisRange::At(left), AxisRange::At(right)) => differ(left, right),
        (AxisRange::Range(lower, upper), AxisRange::At(at)) | (AxisRange::At(at), AxisRange::Range(lower, upper)) => {
            upper.is_some_and(|upper| not_below(at, upper)) || lower.is_some_and(|lower| below(at, lower))
        }
        (AxisRange::Range(lower, upper), AxisRange::Range(other_lower, other_upper)) => {
            ends_before(upper, other_lower) || ends_before(other_upper, lower)
        }
        (AxisRange::All | AxisRange::One | AxisRange::Some, _)
        | (_, AxisRange::All | AxisRange::One | AxisRange::Some) => false,
    }
}

fn ends_before(upper: Option<Position>, lower: Option<Position>) -> bool {
    matches!((upper, lower), (Some(upper), Some(lower)) if not_below(lower, upper))
}

/// `left != right`, for sure.
fn differ(left: Position, right: Position) -> bool {
    below(left, right) || below(right, left)
}

/// `left >= right`, for sure, both counted from the same end.
fn not_below(left: Position, right: Position) -> bool {
    match (left, right) {
        (Position::Int(left), Position::Int(right)) => left >= right && (left < 0) == (right < 0),
        (Position::Symbol(left, plus), Position::Symbol(right, other)) => left == right && plus == other,
        (Position::Int(_), Position::Symbol(..)) | (Position::Symbol(..), Position::Int(_)) => false,
    }
}

/// `left < right`, for sure, both counted from the same end.
fn below(left: Position, right: Position) -> bool {
    match (left, right) {
        (Position::Int(left), Position::Int(right)) => left < right && (left < 0) == (right < 0),
        (Position::Symbol(..) | Position::Int(_), Position::Symbol(..) | Position::Int(_)) => false,
    }
}

/// The same extent in the next turn of a loop, in which symbols of this turn have other values.
pub fn forget_turn(pool: &mut Pool, extent: ExtentId, made_in_turn: &dyn Fn(Point) -> bool) -> ExtentId {
    let Extent::Index(axes) = pool.extents.get(extent) else { return extent };
    let stale = |position: &Position| match *position {
        Position::Symbol(Vn::Point(point, _) | Vn::Old(point, ..), _) => made_in_turn(point),
        Position::Symbol(Vn::Merge(..) | Vn::None, _) => true,
        Position::Symbol(Vn::Start(_) | Vn::Const(_) | Vn::Path(_), _) | Position::Int(_) => false,
    };
    let forgotten: SmallVec<[AxisRange; 2]> = axes
        .iter()
        .map(|axis| match axis {
            AxisRange::At(at) if stale(at) => AxisRange::One,
            AxisRange::Range(lower, upper) if lower.iter().chain(upper).any(stale) => AxisRange::Some,
            AxisRange::All | AxisRange::At(_) | AxisRange::Range(..) | AxisRange::One | AxisRange::Some => *axis,
        })
        .collect();
    if forgotten == *axes { extent } else { pool.extents.intern(Extent::Index(forgotten)) }
}
