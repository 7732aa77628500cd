//! From a builder to a body: temporaries that turned out to live across blocks become locals, blocks that only jump are
//! jumped over, and what is left is numbered in order.

use super::build::{Builder, OpenBlock};
use crate::ir::{
    Block, BlockId, Body, Id, Local, LocalInfo, LocalKind, OperandKind, Place, Table, Temp, Terminator, TerminatorKind,
};
use crate::source::Span;

/// Fills `body` with the code of `builder`.
pub(super) fn finish(mut builder: Builder, body: &mut Body) {
    promote_temps(&mut builder, body);
    let forward = forwards(&builder);
    let placed = renumber(&builder, &forward);
    let mut blocks = Table::default();
    for &id in &builder.order {
        if placed[id.index()].is_none() {
            continue;
        }
        let open = std::mem::take(&mut builder.blocks[id]);
        let to = |id: BlockId| placed[forward[id.index()].index()].unwrap_or(BlockId(0));
        let mut end = open.end.unwrap_or(Terminator { kind: TerminatorKind::End, span: Span::default() });
        end.kind.map_successors(&mut |id| to(id));
        blocks.push(Block { stmts: open.stmts, end, handler: open.handler.map(to), in_loop: open.in_loop });
    }
    for id in builder.loops.ids() {
        let header = &mut builder.loops[id].header;
        *header = placed[header.index()].unwrap_or(BlockId(0));
    }
    body.blocks = blocks;
    body.entry = BlockId(0);
    body.loops = builder.loops;
    body.temp_count = builder.temps;
    body.is_generator = builder.is_generator;
}

/// Makes locals of temporaries used outside the block that defines them, and numbers the others anew.
fn promote_temps(builder: &mut Builder, body: &mut Body) {
    let count = builder.temps as usize;
    let mut home: Vec<Option<(BlockId, Span)>> = vec![None; count];
    for &id in &builder.order {
        let block = &builder.blocks[id];
        for stmt in &block.stmts {
            stmt.kind.places(&mut |place| {
                if let Place::Temp(temp) = place {
                    home[temp.index()] = Some((id, stmt.span));
                }
            });
        }
    }
    let mut crosses = vec![false; count];
    for &id in &builder.order {
        if let Some(end) = &builder.blocks[id].end {
            end.kind.places(&mut |place| {
                if let Place::Temp(temp) = place {
                    crosses[temp.index()] = true;
                }
            });
        }
        each_operand(&builder.blocks[id], |kind| {
            if let OperandKind::Temp(temp) = kind
                && home[temp.index()].is_none_or(|(block, _)| block != id)
            {
                crosses[temp.index()] = true;
            }
        });
    }
    rename_temps(builder, body, &crosses);
}

fn each_operand(block: &OpenBlock, mut visit: impl FnMut(OperandKind)) {
    for stmt in &block.stmts {
        stmt.kind.operands(&mut |operand| visit(operand.kind));
    }
    if let Some(end) = &block.end {
        end.kind.operands(&mut |operand| visit(operand.kind));
    }
}

fn rename_temps(builder: &mut Builder, body: &mut Body, crosses: &[bool]) {
    let mut names: Vec<Option<Place>> = vec![None; crosses.len()];
    let mut next = 0;
    let mut rename = |temp: Temp, span: Span| {
        *names[temp.index()].get_or_insert_with(|| {
            if crosses[temp.index()] {
                let kind = LocalKind::Synthetic;
                let info = LocalInfo { name: None, kind, captured: false, annotation: None, span };
                return Place::Local(body.locals.push(info));
            }
            next += 1;
            Place::Temp(Temp(next - 1))
        })
    };
    for position in 0..builder.order.len() {
        let block = &mut builder.blocks[builder.order[position]];
        for stmt in &mut block.stmts {
            let span = stmt.span;
            stmt.kind.operands_mut(&mut |operand| operand.kind = renamed(operand.kind, span, &mut rename));
            stmt.kind.places_mut(&mut |place| {
                if let Place::Temp(temp) = *place {
                    *place = rename(temp, span);
                }
            });
        }
        if let Some(end) = &mut block.end {
            let span = end.span;
            end.kind.operands_mut(&mut |operand| operand.kind = renamed(operand.kind, span, &mut rename));
            end.kind.places_mut(&mut |place| {
                if let Place::Temp(temp) = *place {
                    *place = rename(temp, span);
                }
            });
        }
    }
    builder.temps = next;
}

fn renamed(kind: OperandKind, span: Span, rename: &mut impl FnMut(Temp, Span) -> Place) -> OperandKind {
    match kind {
        OperandKind::Temp(temp) => match rename(temp, span) {
            Place::Local(local) => OperandKind::Local(local),
            Place::Temp(temp) => OperandKind::Temp(temp),
        },
        OperandKind::Local(Local(_)) | OperandKind::Const(_) => kind,
    }
}

/// For each block the one that control gets to in its stead: blocks that only jump do nothing, heads of loops excepted.
fn forwards(builder: &Builder) -> Vec<BlockId> {
    let only_jumps = |id: BlockId| {
        let block = &builder.blocks[id];
        let is_header = block.in_loop.is_some_and(|in_loop| builder.loops[in_loop].header == id);
        match &block.end {
            Some(Terminator { kind: TerminatorKind::Goto(to), .. }) if block.stmts.is_empty() && !is_header => {
                Some(*to)
            }
            Some(_) | None => None,
        }
    };
    let mut forward: Vec<BlockId> = builder.blocks.ids().collect();
    let mut state = vec![State::New; forward.len()];
    let mut path = Vec::new();
    for start in builder.blocks.ids() {
        let mut id = start;
        while state[id.index()] == State::New {
            state[id.index()] = State::OnPath;
            path.push(id);
            match only_jumps(id) {
                Some(to) => id = to,
                None => break,
            }
        }
        // A cycle of jumps has a loop's head in it, so the path ends in a block that stays or in one already known.
        let end = if state[id.index()] == State::Known { forward[id.index()] } else { id };
        for id in path.drain(..) {
            forward[id.index()] = end;
            state[id.index()] = State::Known;
        }
    }
    forward
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    OnPath,
    Known,
}

/// The new number of each block that stays: the entry, and those begun that are not jumped over.
fn renumber(builder: &Builder, forward: &[BlockId]) -> Vec<Option<BlockId>> {
    let mut placed = vec![None; forward.len()];
    let mut next = 0;
    for (position, &id) in builder.order.iter().enumerate() {
        if position == 0 || forward[id.index()] == id {
            placed[id.index()] = Some(BlockId(next));
            next += 1;
        }
    }
    placed
}
