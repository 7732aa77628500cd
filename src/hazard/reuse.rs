//! Arrays that are given away at every turn of a loop and overwritten at the next.

use super::Context;
use super::query::Scene;
use super::turn::{Carrier, Varies};
use crate::alias::Tri;
use crate::alias::domain::{ArrayAtom, Atom, ExtentId, MemoryId, ValueId};
use crate::alias::event::{Event, Making, WriteHow};
use crate::alias::facts::Evidence;
use crate::ir::{Index, IndexItem, LoopId, Rvalue, StmtKind};
use crate::rules::Relation;

/// The one array that a value is, on every path.
pub(super) fn only_array(cx: &Context<'_>, value: ValueId) -> Option<ArrayAtom> {
    match *cx.atoms(value) {
        [Atom::Array(array)] => Some(array).filter(|array| cx.array_facts(*array).evidence >= Evidence::Use),
        _ => None,
    }
}

/// Whether an array is the same part of its memory at every turn.
pub(super) fn is_same_part(scene: &Scene<'_>, array: ArrayAtom, of: LoopId) -> bool {
    let cx = scene.cx;
    let mut object = array.object;
    for _ in 0..16 {
        if scene.is_from_before(*cx.facts.pool.objects.get(object), of) {
            return true;
        }
        let Some(making) = cx.making(object) else { return false };
        let [source] = making.sources.as_slice() else { return false };
        if making.relation != Relation::View || !is_same_view(scene, making, of) {
            return false;
        }
        object = *source;
    }
    false
}

/// Whether the operation that made a view takes the same part at every turn.
fn is_same_view(scene: &Scene<'_>, making: &Making, of: LoopId) -> bool {
    let block = scene.block_of(making.point.index);
    match scene.cx.made_by(making) {
        Some(Rvalue::Index { index, .. }) => scene.index_varies(of, block, index) == Varies::No,
        Some(Rvalue::Attr { .. }) => true,
        Some(Rvalue::CallMethod { args, .. } | Rvalue::Call { args, .. }) => {
            !making.is_index && args.iter().skip(1).all(|arg| scene.varies(of, block, arg.value) == Varies::No)
        }
        _ => false,
    }
}

/// Whether a write changes what `kept` covers: for a part of the memory this has to be certain.
pub(super) fn overwrites(scene: &Scene<'_>, event: &Event, target: ValueId, how: WriteHow, kept: ArrayAtom) -> bool {
    let cx = scene.cx;
    let is_whole = kept.extent == ExtentId::WHOLE;
    cx.arrays(target).any(|written| {
        if written.memory != kept.memory || cx.array_facts(written).evidence < Evidence::Use {
            return false;
        }
        match how {
            _ if is_whole => true,
            WriteHow::Subscript | WriteHow::AugmentedSubscript => {
                let Some(StmtKind::StoreIndex { index, .. }) = scene.stmt(event).map(|stmt| &stmt.kind) else {
                    return false;
                };
                is_everything(index) && cx.relations().overlap(written, kept) != Tri::No
            }
            WriteHow::Augmented | WriteHow::Call(_) => {
                written.extent == ExtentId::WHOLE || cx.relations().overlap(written, kept) == Tri::Yes
            }
            WriteHow::Callee(..) | WriteHow::Attribute(_) => false,
        }
    })
}

fn is_everything(index: &Index) -> bool {
    index.items.iter().all(|item| match item {
        IndexItem::Slice { lower: None, upper: None, step: None } => true,
        IndexItem::Value(value) => value.kind == crate::ir::OperandKind::Const(crate::ir::Const::Ellipsis),
        IndexItem::Slice { .. } | IndexItem::Starred(_) => false,
    })
}

/// Whether the array that one event gives away is there at the other, and in the next turn the other way round, through the
/// variables by which they reach it.
pub(super) fn meet_again(
    scene: &Scene<'_>,
    of: LoopId,
    (kept, keeper): (&Event, Option<Carrier>),
    (change, writer): (&Event, Option<Carrier>),
    memory: MemoryId,
) -> bool {
    let stops = |event: &Event, carrier| match carrier {
        Some(carrier) => scene.replaces(event, carrier, memory),
        None => false,
    };
    scene.meets(of, kept, change, &|event| stops(event, writer))
        && scene.meets(of, change, kept, &|event| stops(event, keeper))
}
