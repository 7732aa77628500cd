//! Runs taken one by one: what a program does whose every choice is made.
//!
//! The fixpoint of [`super::driver`] joins what holds on different ways to a point, and so forgets which of two branches bound
//! two names, or what a callee did for this argument. Here a body is followed from its start to its end as Python would run it:
//! functions are entered with their arguments, loops are turned as often as their iterable has elements, and where the next step
//! is not known one way is chosen; the others are taken in runs of their own, which repeat the choices up to there.
//!
//! ```python
//! copy = "--copy" in sys.argv
//! b = a.copy() if copy else a
//! c = a if copy else a.copy()         # `b` and `c`: one is `a`, whichever; no run has both
//! ```
//!
//! Everything made on a run is numbered by the step that made it, so that it is a single thing. The number of runs and of steps
//! is limited: a program that needs more is left to the fixpoint, as is one that does what cannot be followed here. Nothing of
//! this is used in looking for hazards.

use rustc_hash::{FxHashMap, FxHashSet};

use super::domain::{Atom, ContainerKind, ObjectId, Point, Slot, Vn};
use super::engine::{Engine, Frame};
use super::heap::Heap;
use super::state::State;
use crate::flow::loop_holds;
use crate::ir::{BlockId, Body, BodyId, Id, Operand, Place as IrPlace, StmtKind, TerminatorKind};

/// Runs that are taken at most.
const MOST_RUNS: usize = 400;
/// Choices on one run.
const MOST_CHOICES: usize = 300;
/// Statements in all runs together.
const MOST_STEPS: u32 = 60_000;
/// Calls in calls.
pub(super) const MOST_DEPTH: usize = 24;
/// Numbers of steps start here: no body has so many statements.
const FIRST_STEP: u32 = 1 << 24;

/// The run that is being taken, and those that are left.
#[derive(Debug, Default)]
pub struct Runs {
    /// Choices that are set, then those made on this run, each with the number of possibilities.
    choices: Vec<(usize, usize)>,
    /// How many choices were made so far.
    made: usize,
    /// Beginnings of runs that are left.
    left: Vec<Vec<(usize, usize)>>,
    /// Statements so far, in all runs.
    steps: u32,
    /// Whether it was given up.
    pub(super) failed: bool,
    /// Truth of values on this run.
    truths: FxHashMap<Vn, bool>,
    /// Which possibility a value is on this run.
    picked: FxHashMap<Vn, Atom>,
    /// Values that are `True` or `False`.
    booleans: FxHashSet<Vn>,
    /// What the heap held when an exception was raised that is on its way out.
    raised: Option<Heap>,
    /// Bodies that are being run, with the objects that keep their variables.
    pub(super) entered: Vec<(BodyId, ObjectId)>,
}

/// How a body is left.
pub(super) enum Way {
    /// By `return` or at its end.
    Returned(Slot),
    /// By an exception, or because all was given up.
    Raised,
}

impl Runs {
    /// One of so many possibilities: as it was set, or the first while the others are left for later.
    fn choose(&mut self, count: usize) -> usize {
        if self.made == self.choices.len() {
            self.failed |= self.left.len() + count > MOST_RUNS || self.made > MOST_CHOICES;
            for other in (1..count).rev().filter(|_| !self.failed) {
                let mut beginning = self.choices.clone();
                beginning.push((other, count));
                self.left.push(beginning);
            }
            self.choices.push((0, count));
        }
        self.made += 1;
        let (choice, of) = self.choices[self.made - 1];
        // What was learned on another run may leave more or less to choose from here; then the runs are not all there are.
        self.failed |= of != count;
        choice.min(count - 1)
    }
}

/// A place in a body: a block, and how many of its statements are done.
pub type At = (BlockId, usize);

/// Keeps the state of a run that comes to one of the places.
fn note(seen: &mut Option<(&[At], &mut Vec<State>)>, at: At, state: &State) {
    if let Some((places, states)) = seen
        && places.contains(&at)
    {
        states.push(state.clone());
    }
}

impl<'a> Engine<'a> {
    /// The states of a body at some places, over all runs; `None` if they cannot all be taken.
    pub fn states_of_runs(&mut self, id: BodyId, places: &[At]) -> Option<Vec<State>> {
        self.runs = Some(Box::default());
        let mut states = Vec::new();
        let mut taken = 0;
        let mut next = Some(Vec::new());
        while let Some(choices) = next {
            taken += 1;
            let runs = self.runs.as_mut()?;
            **runs = Runs { choices, left: std::mem::take(&mut runs.left), steps: runs.steps, ..Runs::default() };
            self.frame = Frame::new(id, &self.module.bodies[id]);
            let mut state = self.entry_state();
            self.follow(&mut state, Some((places, &mut states)));
            let runs = self.runs.as_mut()?;
            runs.failed |= taken + runs.left.len() > MOST_RUNS;
            if runs.failed {
                self.runs = None;
                return None;
            }
            next = runs.left.pop();
        }
        self.runs = None;
        Some(states)
    }

    /// Whether a single run is being followed.
    pub fn on_a_run(&self) -> bool {
        self.runs.is_some()
    }

    /// On a run, sets what is made from here on apart from what the statement made before.
    pub(super) fn step_on(&mut self) {
        if let Some(point) = self.next_step() {
            self.frame.at.point = point;
        }
    }

    /// The number of a statement that a run comes to.
    pub(super) fn next_step(&mut self) -> Option<Point> {
        let runs = self.runs.as_mut()?;
        runs.steps += 1;
        runs.failed |= runs.steps > MOST_STEPS;
        Some(Point { body: self.frame.id, index: FIRST_STEP + runs.steps })
    }

    /// Runs the body of the frame from its start.
    pub(super) fn follow(&mut self, state: &mut State, mut seen: Option<(&[At], &mut Vec<State>)>) -> Way {
        use crate::flow::Analysis;
        let body: &'a Body = self.frame.body;
        let mut block = body.entry;
        let mut turns: FxHashMap<BlockId, u32> = FxHashMap::default();
        loop {
            let code = &body.blocks[block];
            let before = state.clone();
            let mut raised = false;
            let mut may_raise = false;
            note(&mut seen, (block, 0), state);
            for (index, stmt) in code.stmts.iter().enumerate() {
                let locals = state.locals.clone();
                self.statement(state, block, index, stmt);
                if let Some(heap) = self.runs.as_mut().and_then(|runs| runs.raised.take()) {
                    state.locals = locals;
                    state.heap = heap;
                    raised = true;
                    break;
                }
                may_raise |= code.handler.is_some() && can_raise(&stmt.kind);
                self.pick(state, &stmt.kind);
                note(&mut seen, (block, index + 1), state);
            }
            if self.runs.as_ref().is_none_or(|runs| runs.failed) {
                return Way::Raised;
            }
            if may_raise && !raised {
                match self.choose(if before == *state { 2 } else { 3 }) {
                    0 => {}
                    1 => raised = true,
                    _ => (raised, *state) = (true, before),
                }
            }
            let to = if raised {
                None
            } else {
                match code.end.kind {
                    TerminatorKind::Return(Some(operand)) => return Way::Returned(self.slot(state, operand)),
                    TerminatorKind::Return(None) | TerminatorKind::End => return Way::Returned(self.none()),
                    TerminatorKind::Raise => None,
                    TerminatorKind::Goto(to) => Some(to),
                    TerminatorKind::Branch { cond, then_to, else_to } => {
                        match self.branch(state, block, cond, [then_to, else_to]) {
                            Some(to) => Some(to),
                            None => return Way::Raised,
                        }
                    }
                    TerminatorKind::ForNext { iter, element, body, exit } => {
                        self.arrive(block, code.stmts.len(), code.end.span);
                        let turn = turns.entry(block).or_default();
                        let goes_on = self.next_of(state, iter, element, turn);
                        Some(if goes_on { body } else { exit })
                    }
                }
            };
            let Some(to) = to.or(code.handler) else {
                if let Some(runs) = &mut self.runs {
                    runs.raised = Some(state.heap.clone());
                }
                return Way::Raised;
            };
            if body.loops.iter().any(|one| one.header == to) && !is_inside(body, to, block) {
                turns.remove(&to);
            }
            block = to;
        }
    }

    fn choose(&mut self, count: usize) -> usize {
        self.runs.as_mut().map_or(0, |runs| runs.choose(count))
    }

    /// Whether a value is true on this run.
    pub(super) fn decide(&mut self, slot: Slot) -> bool {
        if let Some(known) = self.as_const(slot.value).and_then(|known| self.const_truth(known)) {
            return known;
        }
        let known = self.runs.as_ref().and_then(|runs| runs.truths.get(&slot.vn).copied());
        known.unwrap_or_else(|| {
            let truth = self.choose(2) == 0;
            if let Some(runs) = &mut self.runs
                && slot.vn != Vn::None
            {
                runs.truths.insert(slot.vn, truth);
            }
            truth
        })
    }

    /// Notes that a value is `True` or `False`.
    pub(super) fn note_boolean(&mut self, slot: Slot) {
        let is_scalar = *self.pool.atoms(slot.value) == [Atom::Scalar];
        if let Some(runs) = &mut self.runs
            && is_scalar
        {
            runs.booleans.insert(slot.vn);
        }
    }

    /// `True` or `False`, if a value is one of them: which, is decided here.
    pub(super) fn decided_boolean(&mut self, slot: Slot) -> Option<bool> {
        let is_boolean = self.runs.as_ref().is_some_and(|runs| runs.booleans.contains(&slot.vn));
        is_boolean.then(|| self.decide(slot))
    }

    fn branch(&mut self, state: &mut State, block: BlockId, cond: Operand, to: [BlockId; 2]) -> Option<BlockId> {
        let slot = self.slot(state, cond);
        if to[0] == to[1] {
            return Some(to[0]);
        }
        let mut taken = state.clone();
        let (yes, no) = (self.assume(&mut taken, block, cond, true), self.assume(state, block, cond, false));
        let truth = match (yes, no) {
            (true, true) => self.decide(slot),
            (yes, no) if yes || no => yes,
            _ => return None,
        };
        if truth {
            *state = taken;
        }
        Some(if truth { to[0] } else { to[1] })
    }

    /// Makes what a statement has bound one thing, where it may be one of several.
    fn pick(&mut self, state: &mut State, stmt: &StmtKind) {
        match stmt {
            StmtKind::Assign { place, .. } => self.pick_at(state, *place),
            StmtKind::Unpack { targets, .. } => {
                for target in targets {
                    self.pick_at(state, target.place);
                }
            }
            _ => {}
        }
    }

    fn pick_at(&mut self, state: &mut State, place: IrPlace) {
        let slot = match place {
            IrPlace::Local(local) => state.locals[local.index()],
            IrPlace::Temp(temp) => self.frame.temps[temp.index()],
        };
        if self.pool.atoms(slot.value).len() < 2 {
            return;
        }
        let slot = self.picked(slot);
        match place {
            IrPlace::Local(local) => {
                state.locals.set(local.index(), slot);
            }
            IrPlace::Temp(temp) => self.frame.temps[temp.index()] = slot,
        }
    }

    /// One possibility of a value, the same at each time on this run.
    fn picked(&mut self, slot: Slot) -> Slot {
        let atoms = self.pool.atoms(slot.value).to_vec();
        let known = self.runs.as_ref().and_then(|runs| runs.picked.get(&slot.vn).copied());
        let atom = match known.filter(|known| atoms.contains(known)) {
            Some(known) => known,
            None => atoms[self.choose(atoms.len())],
        };
        if let Some(runs) = &mut self.runs
            && slot.vn != Vn::None
        {
            runs.picked.insert(slot.vn, atom);
        }
        Slot { value: self.pool.single(atom), vn: slot.vn }
    }

    /// Takes the next element of a `for` loop; says whether there is one.
    fn next_of(&mut self, state: &mut State, iter: Operand, element: IrPlace, turn: &mut u32) -> bool {
        let iterable = self.slot(state, iter);
        let span = iter.span;
        let position = *turn;
        *turn += 1;
        let slot = match *self.pool.atoms(iterable.value) {
            [Atom::Container(object, ContainerKind::Iterator)] if self.length(state, object).is_some() => {
                match self.take_first(state, object) {
                    Some(slot) => slot,
                    None => return false,
                }
            }
            [Atom::Container(object, kind)] if kind != ContainerKind::Dict && self.length(state, object).is_some() => {
                match self.element_at(state, object, position) {
                    Some(slot) => slot,
                    None => return false,
                }
            }
            [Atom::Array(array)] if self.first_length(array).is_some() => {
                if u64::from(position) >= self.first_length(array).unwrap_or(0) {
                    return false;
                }
                self.part_at(state, iterable.value, position as usize, iter)
            }
            _ => {
                // How often is not known: one turn more, or no more.
                if self.choose(2) == 0 {
                    return false;
                }
                self.element_of(state, iterable.value, iter)
            }
        };
        self.assign(state, element, span, slot, None);
        self.pick_at(state, element);
        true
    }

    /// Length of the first axis of an array, where it is known to be one.
    pub(super) fn first_length(&self, array: super::domain::ArrayAtom) -> Option<u64> {
        *self.facts(array).geometry.shape.as_ref()?.first()?
    }

    /// Lets an exception out of a call.
    pub(super) fn raise_from(&mut self, state: &State) {
        if let Some(runs) = &mut self.runs {
            runs.raised.get_or_insert_with(|| state.heap.clone());
        }
    }
}

/// Whether a block belongs to the loop with this head.
fn is_inside(body: &Body, header: BlockId, block: BlockId) -> bool {
    body.loops.iter_ids().any(|(id, one)| one.header == header && loop_holds(body, id, block))
}

/// Whether a statement may raise: all that does more than pass values on.
fn can_raise(stmt: &StmtKind) -> bool {
    use crate::ir::Rvalue;
    match stmt {
        StmtKind::Assign { value, .. } | StmtKind::Eval { value } => !matches!(
            value,
            Rvalue::Use(_)
                | Rvalue::Global(_)
                | Rvalue::Builtin(_)
                | Rvalue::Free { .. }
                | Rvalue::List(_)
                | Rvalue::Tuple(_)
                | Rvalue::MakeFunction { .. }
                | Rvalue::Caught
                | Rvalue::Matches { .. }
        ),
        _ => true,
    }
}
