//! How much memory a view keeps alive, and for how little.
//!
//! A view holds all of its base. That is a pity where the base is large, the view takes a few of its cells, and nobody
//! else needs the rest:
//!
//! ```python
//! noise = np.zeros(1_000_000)      # the base: 8 MB
//! opening = noise[:10]             # 80 bytes of it, and they hold the 8 MB
//! tail = noise[1:]                 # nearly all of it: nothing is wasted
//! ```

use rustc_hash::FxHashMap;

use super::Context;
use super::query::Scene;
use crate::alias::domain::{ArrayAtom, Atom, MemoryId, ObjectId, Origin, Part, ValueId};
use crate::alias::event::{EventKind, Making};
use crate::alias::facts::Facts;
use crate::alias::inspect::LARGE;
use crate::ir::{Body, Const, Index, IndexItem, Operand, OperandKind, Place, Rvalue, StmtKind, UnaryOp};
use crate::rules::Relation;

/// A literal bound up to this is taken for a small number of cells, where lengths are not known.
const FEW: i64 = 4096;

/// The array that owns a memory.
#[derive(Clone, Copy, Debug)]
pub struct Base {
    /// Its object.
    pub object: ObjectId,
    /// Its size in bytes, where known.
    pub bytes: Option<u64>,
}

impl Base {
    /// Whether it is known to be large.
    #[must_use]
    pub fn is_large(self) -> bool {
        self.bytes.is_some_and(|bytes| bytes >= LARGE)
    }

    /// Whether it is known to be small.
    #[must_use]
    pub fn is_small(self) -> bool {
        self.bytes.is_some_and(|bytes| bytes < LARGE)
    }
}

/// What the events of a body show of array objects.
pub struct Shown<'s, 'a> {
    scene: &'s Scene<'a>,
    facts: FxHashMap<ObjectId, &'a Facts>,
}

impl<'s, 'a> Shown<'s, 'a> {
    /// Collects it.
    #[must_use]
    pub fn in_scene(scene: &'s Scene<'a>) -> Self {
        let mut facts: FxHashMap<ObjectId, &'a Facts> = FxHashMap::default();
        let mut show = |value: ValueId| {
            for array in scene.cx.arrays(value) {
                facts.entry(array.object).or_insert_with(|| scene.cx.array_facts(array));
            }
        };
        for event in scene.events {
            match &event.kind {
                EventKind::Bind { slot, .. } | EventKind::Read { slot, .. } | EventKind::Return { slot, .. } => {
                    show(slot.value);
                }
                EventKind::Keep { value, .. } => show(*value),
                EventKind::Call(call) => show(call.result),
                EventKind::Write { .. } | EventKind::Delete { .. } | EventKind::DeleteAttr { .. } => {}
            }
        }
        Self { scene, facts }
    }

    /// The array that owns the memory of `array`, where it was made in this body.
    #[must_use]
    pub fn base(&self, array: ArrayAtom) -> Option<Base> {
        let cx = self.scene.cx;
        if !matches!(cx.facts.pool.memories.get(array.memory), Origin::Made { .. }) {
            return None;
        }
        let mut object = array.object;
        for _ in 0..32 {
            let Some(making) = cx.making(object).filter(|making| making.relation == Relation::View) else {
                let facts = self.facts.get(&object).copied();
                return Some(Base { object, bytes: facts.and_then(Facts::bytes) });
            };
            let [source] = making.sources.as_slice() else { return None };
            object = *source;
        }
        None
    }

    /// Whether a view takes a small part of its base: an eighth of its bytes, or where those are not known, one position
    /// of an axis or a few by literal bounds.
    #[must_use]
    pub fn is_small_part(&self, view: ArrayAtom, base: Base) -> bool {
        let cx = self.scene.cx;
        match (cx.array_facts(view).bytes(), base.bytes) {
            (Some(part), Some(whole)) => part <= whole / 8,
            _ => view.object != base.object && self.is_cut_out(view.object),
        }
    }

    /// Whether an index that takes few positions stands between an object and its base.
    fn is_cut_out(&self, object: ObjectId) -> bool {
        let cx = self.scene.cx;
        let mut at = object;
        for _ in 0..32 {
            let Some(making) = cx.making(at) else { return false };
            if making.relation != Relation::View {
                return false;
            }
            if making.is_index && !making.sometimes && takes_few(cx, at) {
                return true;
            }
            let [source] = making.sources.as_slice() else { return false };
            at = *source;
        }
        false
    }
}

/// Whether the index that made an object, here or in a function that was called, takes few positions of an axis.
fn takes_few(cx: &Context<'_>, object: ObjectId) -> bool {
    let Some(making) = cx.making(object) else { return false };
    if let Some(Rvalue::Index { index, .. }) = cx.made_by(making) {
        return is_few(&cx.module.bodies[making.point.body], index);
    }
    match *cx.facts.pool.objects.get(object) {
        Origin::Made { part: Part::Object(inner), .. } => takes_few(cx, inner),
        Origin::Place(_) | Origin::Made { .. } | Origin::Foreign(_) => false,
    }
}

fn is_few(body: &Body, index: &Index) -> bool {
    index.items.iter().any(|item| match item {
        IndexItem::Slice { lower, upper, step } => {
            let literal = |bound: &Option<Operand>| bound.and_then(|bound| integer(body, bound));
            let ends = match (literal(lower), literal(upper)) {
                (None, Some(upper)) if lower.is_none() => (0..=FEW).contains(&upper),
                (Some(lower), Some(upper)) => (lower < 0) == (upper < 0) && upper.saturating_sub(lower) <= FEW,
                (Some(lower), None) if upper.is_none() => (-FEW..0).contains(&lower),
                _ => false,
            };
            ends || literal(step).is_some_and(|step| step.abs() >= 8)
        }
        IndexItem::Value(value) => match value.kind {
            OperandKind::Const(constant) => matches!(constant, Const::Int(_)),
            OperandKind::Local(_) | OperandKind::Temp(_) => integer(body, *value).is_some() || index.items.len() == 1,
        },
        IndexItem::Starred(_) => false,
    })
}

/// The integer that an operand is written as.
fn integer(body: &Body, operand: Operand) -> Option<i64> {
    match operand.kind {
        OperandKind::Const(Const::Int(value)) => Some(value),
        OperandKind::Const(_) | OperandKind::Local(_) => None,
        OperandKind::Temp(temp) => {
            body.blocks.iter().flat_map(|block| &block.stmts).find_map(|stmt| match &stmt.kind {
                StmtKind::Assign {
                    place: Place::Temp(defined),
                    value: Rvalue::Unary { op: UnaryOp::Neg, operand },
                    ..
                } if *defined == temp => integer(body, *operand).map(|value| -value),
                _ => None,
            })
        }
    }
}

impl Context<'_> {
    /// The single array over memory made by the program that a value is; beside it there may be numbers and `None`.
    #[must_use]
    pub fn made_array(&self, value: ValueId) -> Option<ArrayAtom> {
        let mut found = None;
        for atom in self.atoms(value) {
            match atom {
                Atom::Array(array) if found.is_none() => found = Some(*array),
                Atom::Const(_) | Atom::Scalar => {}
                _ => return None,
            }
        }
        let array: ArrayAtom = found?;
        self.relations().is_single_memory(array.memory).then_some(array).filter(|array| self.is_made(array.memory))
    }

    /// How an object came about, in the function that really made it.
    #[must_use]
    pub fn innermost_making(&self, object: ObjectId) -> Option<&Making> {
        match *self.facts.pool.objects.get(object) {
            Origin::Made { part: Part::Object(inner), .. } => self.innermost_making(inner),
            Origin::Place(_) | Origin::Made { .. } | Origin::Foreign(_) => self.making(object),
        }
    }

    /// Whether a memory was allocated by the program where the analysis saw it.
    #[must_use]
    pub fn is_made(&self, memory: MemoryId) -> bool {
        matches!(self.facts.pool.memories.get(memory), Origin::Made { .. })
    }
}

/// A number of bytes as people write it.
#[must_use]
pub fn human(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => (1, "bytes"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = bytes.saturating_mul(10) / unit;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    if tenth == 0 || whole >= 100 { format!("{whole} {name}") } else { format!("{whole}.{tenth} {name}") }
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn bytes_read_well() {
        assert_eq!(human(800), "800 bytes");
        assert_eq!(human(800_000_000), "800 MB");
        assert_eq!(human(8_388_608), "8.3 MB");
        assert_eq!(human(16_000_000_000), "16 GB");
    }
}
