//! The memory picture after a line.

#[cfg(test)]
mod tests;

use super::domain::{ArrayAtom, Atom, Pool, Slot};
use super::driver;
use super::dtype::Dtype;
use super::event::Making;
use super::relation::{Possible, Relations};
use super::runs::At;
use super::state::State;
use super::{Tri, facts::Facts};
use crate::ir::{Block, BodyId, BodyKind, Id, LocalKind, Module, Name, NameTable, Stmt, TerminatorKind};
use crate::rules::{RuleSet, Targets};
use crate::source::Span;

/// Arrays of at least so many bytes are large.
pub const LARGE: u64 = 1 << 20;

/// What is known after a line.
#[derive(Debug)]
pub struct Picture {
    /// The function, by its qualified name.
    pub scope: String,
    /// Names that hold, or may hold, an array, sorted.
    pub arrays: Vec<NamedArray>,
    /// Pairs of names that may be related.
    pub pairs: Vec<(String, String, Possible)>,
}

/// What a name may hold.
#[derive(Debug)]
pub struct NamedArray {
    /// The name.
    pub name: String,
    /// What is known of it, over all possibilities.
    pub facts: Facts,
    /// Whether it is an array, whichever of the possibilities it is.
    pub only_arrays: bool,
    /// Names whose array may be its base.
    pub base: Vec<String>,
}

/// The picture after one line, which starts at `at` and ends at `limit`, as [`pictures`] gives it.
#[must_use]
pub fn picture(
    module: &Module,
    rules: &RuleSet,
    targets: &Targets,
    statements: &[Span],
    at: u32,
    limit: u32,
) -> Picture {
    let mut run = driver::run(module, rules, targets);
    after_line(&mut run, module, statements, (at, limit))
}

/// Where to look: the start of a line, and its end.
pub type Line = (u32, u32);

/// For each line the picture after the last of `statements` that begins before its end, in the innermost body that holds its start.
///
/// `statements` are the spans of the file's statements; of a compound one, its head.
#[must_use]
pub fn pictures(
    module: &Module,
    rules: &RuleSet,
    targets: &Targets,
    statements: &[Span],
    lines: &[Line],
) -> Vec<Picture> {
    let mut run = driver::run(module, rules, targets);
    lines.iter().map(|line| after_line(&mut run, module, statements, *line)).collect()
}

fn after_line(run: &mut driver::Analyzed<'_>, module: &Module, statements: &[Span], (at, limit): Line) -> Picture {
    let body = innermost(module, at);
    let scope = module.bodies[body].qualname.clone();
    let places = last_places(module, body, statements, limit);
    let states = run.engine.states_of_runs(body, &places).filter(|states| !states.is_empty());
    let states = states.unwrap_or_else(|| match places[..] {
        [] => vec![run.engine.state_at_start(body)],
        _ => places.iter().filter_map(|place| run.engine.state_at(&run.bodies[body], body, *place)).collect(),
    });
    let mut pictures = states.into_iter().map(|state| {
        let named = names_in_scope(module, &run.engine.names, body, &state);
        draw(scope.clone(), &run.engine.pool, &run.engine.makings, &named)
    });
    let first =
        pictures.next().unwrap_or_else(|| Picture { scope: scope.clone(), arrays: Vec::new(), pairs: Vec::new() });
    let mut picture = pictures.fold(first, Picture::or);
    picture.pairs.retain(|(_, _, possible)| possible.related());
    picture
}

impl Picture {
    /// What one of two runs may show. A name that holds an array on one of them alone may be none.
    fn or(mut self, other: Self) -> Self {
        let is_named = |one: &NamedArray| other.arrays.binary_search_by(|two| two.name.cmp(&one.name)).is_ok();
        for mine in &mut self.arrays {
            mine.only_arrays &= is_named(mine);
        }
        for theirs in other.arrays {
            match self.arrays.binary_search_by(|mine| mine.name.cmp(&theirs.name)) {
                Ok(at) => self.arrays[at].take_in(theirs),
                Err(at) => self.arrays.insert(at, NamedArray { only_arrays: false, ..theirs }),
            }
        }
        for (left, right, possible) in other.pairs {
            match self.pairs.binary_search_by(|(a, b, _)| (a, b).cmp(&(&left, &right))) {
                Ok(at) => self.pairs[at].2 = self.pairs[at].2.or(possible),
                Err(at) => self.pairs.insert(at, (left, right, possible)),
            }
        }
        self
    }
}

impl NamedArray {
    /// Takes in what the name may hold on another run.
    fn take_in(&mut self, other: Self) {
        self.facts = self.facts.join(&other.facts);
        self.only_arrays &= other.only_arrays;
        self.base.extend(other.base);
        self.base.sort_unstable();
        self.base.dedup();
    }
}

/// The innermost module, function or lambda around an offset.
#[must_use]
pub fn innermost(module: &Module, at: u32) -> BodyId {
    let mut found = Module::TOP;
    for (id, body) in module.bodies.iter_ids() {
        let holds = body.span.start <= at && at < body.span.end;
        if holds && matches!(body.kind, BodyKind::Function) {
            found = id;
        }
    }
    found
}

/// Where the last statement that begins before `limit` is done: in more than one place, if it belongs to a `finally`, which is run
/// on several ways.
fn last_places(module: &Module, body: BodyId, statements: &[Span], limit: u32) -> Vec<At> {
    let own = |span: &Span| {
        innermost(module, span.start) == body
            || module.bodies.iter().any(|inner| inner.span.start == span.start && inner.parent == Some(body))
    };
    let blocks = &module.bodies[body].blocks;
    let mut before: Vec<Span> = statements.iter().copied().filter(|span| span.start < limit && own(span)).collect();
    before.sort_unstable();
    while let Some(span) = before.pop() {
        // `return x` does nothing but leave. An `assert` leaves where its test fails; whoever asks, asks for where it holds.
        let is_jump = |kind: &TerminatorKind| matches!(kind, TerminatorKind::Return(_) | TerminatorKind::Goto(_));
        let leaves = |is_one: &dyn Fn(&TerminatorKind) -> bool| -> Vec<At> {
            let ends = blocks.iter_ids().filter(|(_, code)| code.end.span == span && is_one(&code.end.kind));
            ends.map(|(block, code)| (block, code.stmts.len())).collect()
        };
        let mut places = leaves(&is_jump);
        let is_within = |stmt: &&Stmt| span.start <= stmt.span.start && stmt.span.end <= span.end;
        let last = blocks.iter().flat_map(|code| &code.stmts).rfind(is_within).map(|stmt| stmt.span);
        if places.is_empty()
            && let Some(last) = last
        {
            let done = |code: &Block| code.stmts.iter().rposition(|stmt| stmt.span == last);
            places.extend(blocks.iter_ids().filter_map(|(block, code)| Some((block, done(code)? + 1))));
        }
        if places.is_empty() {
            places = leaves(&|kind| matches!(kind, TerminatorKind::Raise));
        }
        if !places.is_empty() {
            return places;
        }
    }
    Vec::new()
}

fn names_in_scope(module: &Module, names: &NameTable, body: BodyId, state: &State) -> Vec<(String, Slot)> {
    let mut in_scope: Vec<(String, Slot)> = module.bodies[body]
        .locals
        .iter_ids()
        .filter(|(_, info)| matches!(info.kind, LocalKind::Param | LocalKind::Named))
        .filter_map(|(local, info)| {
            info.name.map(|name: Name| (names.text(name).to_owned(), state.locals[local.index()]))
        })
        .collect();
    // Variables of other files have dotted names.
    in_scope.retain(|(name, _)| !name.contains('.'));
    in_scope.sort_by(|left, right| left.0.cmp(&right.0));
    in_scope
}

fn draw(
    scope: String,
    pool: &Pool,
    makings: &rustc_hash::FxHashMap<super::domain::ObjectId, Making>,
    named: &[(String, Slot)],
) -> Picture {
    let relations = Relations { pool, makings };
    let arrays_of = |slot: Slot| -> Vec<ArrayAtom> {
        pool.atoms(slot.value)
            .iter()
            .filter_map(|atom| if let Atom::Array(array) = atom { Some(*array) } else { None })
            .filter(|array| !pool.facts.get(array.facts).class.is_no_array())
            .collect()
    };
    // What holds an array is none.
    let named: Vec<(String, Slot)> = named.iter().filter(|(_, slot)| !only_holders(pool, *slot)).cloned().collect();
    let named = named.as_slice();
    let mut arrays = Vec::new();
    for (name, slot) in named {
        let own = arrays_of(*slot);
        let unknown = pool.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Unknown(_)));
        let Some((first, rest)) = own.split_first() else {
            if unknown {
                arrays.push(NamedArray {
                    name: name.clone(),
                    facts: Facts::default(),
                    only_arrays: false,
                    base: others(named, name, pool),
                });
            }
            continue;
        };
        let facts =
            rest.iter().fold(pool.facts.get(first.facts).clone(), |facts, one| facts.join(pool.facts.get(one.facts)));
        let views: Vec<ArrayAtom> =
            own.iter().copied().filter(|one| pool.facts.get(one.facts).owndata != Tri::Yes).collect();
        let is_base = |other: &ArrayAtom| {
            let facts = pool.facts.get(other.facts);
            // Broadcast and windowed arrays are kept as bases themselves, and so is the array of a structured scalar: what is
            // below it is no array.
            let over_scalar =
                facts.geometry.ndim == Some(0) && matches!(facts.dtype, Dtype::Unknown | Dtype::Structured(_));
            (facts.owndata != Tri::No || facts.overlaps != Tri::No || over_scalar)
                && views.iter().any(|view| view.memory == other.memory && view.object != other.object)
        };
        let foreign = own.iter().any(|one| matches!(pool.memories.get(one.memory), super::domain::Origin::Foreign(_)));
        if unknown || foreign {
            let facts = facts.join(&Facts { evidence: facts.evidence, ..Facts::default() });
            let base = others(named, name, pool);
            arrays.push(NamedArray { name: name.clone(), facts, only_arrays: false, base });
            continue;
        }
        // A name of which nothing is known may hold the base, if this array has one.
        let is_any = |atom: &Atom| match atom {
            Atom::Unknown(_) => true,
            Atom::Array(other) => matches!(pool.memories.get(other.memory), super::domain::Origin::Foreign(_)),
            _ => false,
        };
        let may_be_any = |slot: Slot| !views.is_empty() && pool.atoms(slot.value).iter().any(is_any);
        let base = named
            .iter()
            .filter(|(other, slot)| other != name && (may_be_any(*slot) || arrays_of(*slot).iter().any(is_base)))
            .map(|(other, _)| other.clone())
            .collect();
        let only_arrays = pool.atoms(slot.value).len() == own.len();
        arrays.push(NamedArray { name: name.clone(), facts, only_arrays, base });
    }
    let mut pairs = Vec::new();
    for (position, (left_name, left)) in named.iter().enumerate() {
        for (right_name, right) in &named[position + 1..] {
            if let Some(possible) = relations.of_arrays_in(*left, *right) {
                pairs.push((left_name.clone(), right_name.clone(), possible));
            }
        }
    }
    Picture { scope, arrays, pairs }
}

/// Whether all that a name holds are objects that only hold arrays.
fn only_holders(pool: &Pool, slot: Slot) -> bool {
    let atoms = pool.atoms(slot.value);
    let holds = |atom: &Atom| matches!(atom, Atom::Array(array) if pool.facts.get(array.facts).class.is_no_array());
    !atoms.is_empty() && atoms.iter().all(holds)
}

/// Names that hold arrays: any of them may be the base of something unknown.
fn others(named: &[(String, Slot)], name: &str, pool: &Pool) -> Vec<String> {
    let holds_array =
        |slot: &Slot| pool.atoms(slot.value).iter().any(|atom| matches!(atom, Atom::Array(_) | Atom::Unknown(_)));
    named.iter().filter(|(other, slot)| other != name && holds_array(slot)).map(|(other, _)| other.clone()).collect()
}

impl Facts {
    /// Size in bytes, where shape and item size are known.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        let item = u64::from(self.dtype.itemsize()?);
        let shape = self.geometry.shape.as_ref()?;
        shape.iter().try_fold(item, |bytes, length| bytes.checked_mul((*length)?))
    }
}
