//! Comparisons on a run, where both sides are known.

use super::domain::{Atom, Const, ObjectId, Origin, Slot, ValueId, Vn};
use super::engine::Engine;

impl Engine<'_> {
    /// Whether two values are one object, where that is certain on this run.
    pub(super) fn identity_on_run(&self, left: Slot, right: Slot) -> Option<bool> {
        if left.vn == right.vn && left.vn != Vn::None {
            return Some(true);
        }
        match (self.pool.atoms(left.value), self.pool.atoms(right.value)) {
            ([Atom::Array(left)], [Atom::Array(right)]) => {
                if left.object == right.object {
                    return Some(left.memory == right.memory);
                }
                // What is in two places from outside may be one object.
                let is_made = |object: ObjectId| {
                    matches!(self.pool.objects.get(object), Origin::Made { .. } | Origin::Foreign(_))
                };
                (is_made(left.object) || is_made(right.object)).then_some(false)
            }
            ([Atom::Array(array)], [other]) | ([other], [Atom::Array(array)]) => {
                let is_constant = matches!(other, Atom::Const(_));
                let is_made = matches!(self.pool.objects.get(array.object), Origin::Made { .. });
                (is_constant && is_made).then_some(false)
            }
            ([Atom::Const(left)], [Atom::Const(right)]) => {
                let single = |id| matches!(self.pool.consts.get(id), Const::None | Const::Bool(_) | Const::Ellipsis);
                (single(*left) || single(*right)).then_some(left == right)
            }
            ([Atom::Const(constant)], [other]) | ([other], [Atom::Const(constant)]) => {
                let is_none = *self.pool.consts.get(*constant) == Const::None;
                let is_something = matches!(
                    other,
                    Atom::Container(..) | Atom::Instance(..) | Atom::Function(..) | Atom::Method(..) | Atom::Class(..)
                );
                (is_none && is_something).then_some(false)
            }
            _ => None,
        }
    }

    /// What a comparison gives, where both sides are known.
    pub(super) fn compared_on_run(&self, stem: &str, left: ValueId, right: ValueId) -> Option<bool> {
        if let (Some(left), Some(right)) = (self.as_int(left), self.as_int(right)) {
            return match stem {
                "__eq__" => Some(left == right),
                "__ne__" => Some(left != right),
                "__lt__" => Some(left < right),
                "__le__" => Some(left <= right),
                "__gt__" => Some(left > right),
                "__ge__" => Some(left >= right),
                _ => None,
            };
        }
        match (stem, self.as_const(left)?, self.as_const(right)?) {
            ("__eq__", Const::Str(left), Const::Str(right)) => Some(left == right),
            ("__ne__", Const::Str(left), Const::Str(right)) => Some(left != right),
            _ => None,
        }
    }
}
