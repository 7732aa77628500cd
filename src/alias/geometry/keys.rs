//! Tests of rule conditions on subscripts.

use super::index::{is_advanced, items};
use super::operand::{Bound, IndexItem, Operand};
use super::shape::lengths;
use crate::alias::Tri;
use crate::alias::facts::ArrayClass;

/// Whether the axes of an advanced subscript come first in what NumPy makes, so that nothing has to be moved: only integers
/// stand before its first list, array or mask, or its lists, arrays, masks and integers are not side by side.
pub(super) fn leads(items: &[IndexItem], ndim: Option<usize>) -> Tri {
    if items.iter().any(|item| matches!(item, IndexItem::Unknown | IndexItem::Field(_) | IndexItem::Fields(_))) {
        return Tri::Maybe;
    }
    let is_counted = !items.contains(&IndexItem::Mask { ndim: None });
    if let (Some(ndim), true, true) = (ndim, is_counted, items.contains(&IndexItem::Ellipsis)) {
        return leads(&spelled_out(items, ndim), None);
    }
    // `...` may stand for no axis at all.
    if items.iter().any(|item| matches!(item, IndexItem::Ellipsis)) {
        let without: Vec<IndexItem> =
            items.iter().filter(|item| !matches!(item, IndexItem::Ellipsis)).cloned().collect();
        let with: Vec<IndexItem> = items
            .iter()
            .map(|item| {
                if matches!(item, IndexItem::Ellipsis) {
                    IndexItem::Slice { lower: Bound::Absent, upper: Bound::Absent, step: Bound::Absent }
                } else {
                    item.clone()
                }
            })
            .collect();
        return leads(&without, None).join(leads(&with, None));
    }
    let takes = |item: &IndexItem| is_advanced(item) || matches!(item, IndexItem::Int(_));
    let Some(first) = items.iter().position(is_advanced) else { return Tri::Maybe };
    if items[..first].iter().all(|item| matches!(item, IndexItem::Int(_))) {
        return Tri::Yes;
    }
    let begin = items.iter().position(takes).unwrap_or(first);
    let end = items.iter().rposition(takes).unwrap_or(first);
    Tri::known(!items[begin..=end].iter().all(takes))
}

/// Whether some part of a subscript is of a kind.
pub(super) fn any(items: &[IndexItem], wanted: impl Fn(&IndexItem) -> bool) -> Tri {
    if items.iter().any(wanted) {
        Tri::Yes
    } else if items.contains(&IndexItem::Unknown) {
        Tri::Maybe
    } else {
        Tri::No
    }
}

/// Whether every part of a subscript is of a kind.
pub(super) fn all(items: &[IndexItem], wanted: impl Fn(&IndexItem) -> bool) -> Tri {
    any(items, |item| !wanted(item) && *item != IndexItem::Unknown).negate()
}

/// Whether a subscript has an integer for every axis.
pub(super) fn full_scalar(array: &Operand, key: &Operand) -> Tri {
    let items = items(key);
    // An array of one integer counts as it.
    let ints = all(&items, |item| match item {
        IndexItem::Int(_) => true,
        IndexItem::IntArray { shape } => shape.ndim == Some(0),
        _ => false,
    });
    let is_flat = matches!(array, Operand::Array(facts) if facts.class == ArrayClass::Flatiter);
    let ndim = if is_flat { Some(1) } else { lengths(array).map(|lengths| lengths.len()) };
    let enough = ndim.map_or(Tri::Maybe, |ndim| Tri::known(items.len() >= ndim));
    ints.and(enough)
}

/// A subscript of an array of this rank with slices in place of `...`.
fn spelled_out(items: &[IndexItem], ndim: usize) -> Vec<IndexItem> {
    let taken: usize = items
        .iter()
        .map(|item| match item {
            IndexItem::Ellipsis | IndexItem::NewAxis => 0,
            // A mask takes as many axes as it has.
            IndexItem::Mask { ndim } => ndim.map_or(1, usize::from),
            _ => 1,
        })
        .sum();
    let slice = IndexItem::Slice { lower: Bound::Absent, upper: Bound::Absent, step: Bound::Absent };
    let mut spelled = Vec::with_capacity(ndim);
    for item in items {
        if *item == IndexItem::Ellipsis {
            spelled.extend(std::iter::repeat_n(slice.clone(), ndim.saturating_sub(taken)));
        } else {
            spelled.push(item.clone());
        }
    }
    spelled
}
