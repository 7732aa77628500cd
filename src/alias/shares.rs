//! Whether two arrays over one memory have a byte in common, as `np.shares_memory` decides it.
//!
//! An element of an array starts at `offset + stride1·i1 + stride2·i2 + …` with each index from 0 to a length less one.
//! Two arrays share a byte when such sums, each plus a byte within the item, are equal: one linear equation with
//! bounds on every unknown. It is solved by trying the largest coefficient first, within what the others can still
//! reach. For slices, rows, columns and tiles of one array that takes a handful of steps; after many it is given up.
//!
//! An axis of unknown length may be of any length; that there is no solution is then still certain, a solution is not.

use super::Tri;
use super::facts::{Facts, Geometry};
use super::geometry::gcd;

/// Steps after which the search is given up.
const BUDGET: u32 = 20_000;

/// The bound for an axis of unknown length.
const ANY: i128 = 1 << 44;

/// `coefficient · x` with `0 <= x <= most`.
struct Term {
    coefficient: i128,
    most: i128,
}

/// Whether two arrays over one memory (the same origin) have a byte in common.
#[must_use]
pub fn shares(left: &Facts, right: &Facts) -> Tri {
    let empty = |facts: &Facts| facts.geometry.shape.as_ref().is_some_and(|shape| shape.contains(&Some(0)));
    if empty(left) || empty(right) {
        return Tri::No;
    }
    let Some((terms, target)) = equation(left, right) else { return Tri::Maybe };
    let mut budget = BUDGET;
    match solvable(&terms, target, &mut budget) {
        Some(false) => Tri::No,
        Some(true) if complete(&left.geometry) && complete(&right.geometry) => Tri::Yes,
        Some(true) | None => Tri::Maybe,
    }
}

fn complete(geometry: &Geometry) -> bool {
    geometry.shape.as_ref().is_some_and(|shape| !shape.contains(&None))
}

/// Terms with falling positive coefficients, and what they must add up to.
fn equation(left: &Facts, right: &Facts) -> Option<(Vec<Term>, i128)> {
    let mut terms = Vec::new();
    let mut target = i128::from(right.geometry.offset) - i128::from(left.geometry.offset);
    for (facts, sign) in [(left, 1), (right, -1)] {
        let strides = facts.geometry.strides.as_ref()?;
        let shape = facts.geometry.shape.as_ref().filter(|shape| shape.len() == strides.len())?;
        let axes = strides
            .iter()
            .map(|stride| i128::from(*stride))
            .zip(shape.iter().map(|len| len.map_or(ANY, |len| i128::from(len) - 1)));
        let item = i128::from(facts.dtype.itemsize()?);
        for (stride, most) in axes.chain([(1, item - 1)]) {
            let coefficient = sign * stride;
            // A negative coefficient counts from the other end.
            if coefficient < 0 {
                target = target.checked_sub(coefficient.checked_mul(most)?)?;
            }
            if coefficient != 0 && most > 0 {
                terms.push(Term { coefficient: coefficient.abs(), most });
            }
        }
        if item == 0 {
            return None;
        }
    }
    terms.sort_by_key(|term| std::cmp::Reverse(term.coefficient));
    terms.dedup_by(|term, kept| {
        let same = term.coefficient == kept.coefficient;
        if same {
            kept.most += term.most;
        }
        same
    });
    Some((terms, target))
}

/// Whether the terms can add up to `target`; `None` when the budget ran out.
fn solvable(terms: &[Term], target: i128, budget: &mut u32) -> Option<bool> {
    let Some((first, rest)) = terms.split_first() else { return Some(target == 0) };
    *budget = budget.checked_sub(1)?;
    let reach = rest.iter().try_fold(0_i128, |sum, term| sum.checked_add(term.coefficient.checked_mul(term.most)?))?;
    let common = terms.iter().fold(0_u64, |common, term| gcd(common, u64::try_from(term.coefficient).unwrap_or(1)));
    if target < 0 || common > 1 && target % i128::from(common) != 0 {
        return Some(false);
    }
    let least = (target - reach).saturating_add(first.coefficient - 1).div_euclid(first.coefficient).max(0);
    let most = target.div_euclid(first.coefficient).min(first.most);
    let mut times = most;
    while times >= least {
        if solvable(rest, target - times * first.coefficient, budget)? {
            return Some(true);
        }
        times -= 1;
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use smallvec::SmallVec;

    use super::*;
    use crate::alias::dtype::Dtype;

    fn array(shape: &[Option<u64>], strides: &[i64], offset: i64) -> Facts {
        let geometry = Geometry {
            ndim: u8::try_from(shape.len()).ok(),
            shape: Some(SmallVec::from_slice(shape)),
            strides: Some(SmallVec::from_slice(strides)),
            offset,
        };
        Facts { dtype: Dtype::Float(8), geometry, ..Facts::default() }
    }

    #[test]
    fn halves_and_columns() {
        let million = Some(1_000_000);
        assert_eq!(shares(&array(&[million], &[8], 0), &array(&[million], &[8], 8_000_000)), Tri::No);
        assert_eq!(shares(&array(&[million], &[8], 0), &array(&[million], &[8], 7_999_992)), Tri::Yes);
        assert_eq!(shares(&array(&[million], &[16], 0), &array(&[million], &[16], 8)), Tri::No);
        let (left, right) =
            (array(&[million, Some(500)], &[8000, 8], 0), array(&[million, Some(500)], &[8000, 8], 4000));
        assert_eq!(shares(&left, &right), Tri::No);
        assert_eq!(shares(&left, &left), Tri::Yes);
    }

    #[test]
    fn reversed() {
        let (whole, back) = (array(&[Some(4)], &[8], 0), array(&[Some(4)], &[-8], 24));
        assert_eq!(shares(&whole, &back), Tri::Yes);
        assert_eq!(shares(&array(&[Some(2)], &[-8], 8), &array(&[Some(2)], &[-8], 24)), Tri::No);
    }

    #[test]
    fn unknown_lengths() {
        assert_eq!(shares(&array(&[None], &[24], 0), &array(&[None], &[24], 8)), Tri::No);
        assert_eq!(shares(&array(&[None], &[24], 0), &array(&[None], &[24], 48)), Tri::Maybe);
        assert_eq!(shares(&array(&[Some(3)], &[8], 0), &array(&[None], &[8], 24)), Tri::No);
    }

    #[test]
    fn empty_or_vague() {
        assert_eq!(shares(&array(&[Some(0)], &[8], 0), &Facts::default()), Tri::No);
        assert_eq!(shares(&Facts::default(), &Facts::default()), Tri::Maybe);
        let huge = array(&[Some(u64::MAX), Some(u64::MAX)], &[i64::MAX, i64::MIN], i64::MIN);
        assert_eq!(shares(&huge, &huge), Tri::Maybe);
    }
}
