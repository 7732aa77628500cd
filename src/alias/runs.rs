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
use super::raising::Raising;
use super::state::State;
use crate::flow::{Analysis, loop_holds};
use crate::ir::{BlockId, Body, BodyId, Operand, Place as IrPlace, TerminatorKind};

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
    pub(super) picked: FxHashMap<Vn, Atom>,
    /// Values that are `True` or `False`.
    booleans: FxHashSet<Vn>,
    /// What the heap held when an exception was raised that is on its way out, and its class, where that is known.
    pub(super) raised: Option<(Heap, Option<&'static str>)>,
    /// The class of the exception that was caught last, where that is known.
    pub(super) caught: Option<&'static str>,
    /// Statements so far that may have raised, and nobody chose.
    pub(super) doubts: u32,
    /// Blocks around the one that is run, in all bodies, that have a handler.
    pub(super) watched: u32,
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
    /// Whether a value is `True` or `False`.
    pub(super) fn is_boolean(&self, slot: Slot) -> bool {
        self.booleans.contains(&slot.vn)
    }

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
        let body: &'a Body = self.frame.body;
        let mut block = body.entry;
        let mut turns: FxHashMap<BlockId, u32> = FxHashMap::default();
        loop {
            let code = &body.blocks[block];
            let mut raised = self.statements(state, block, &mut seen).err();
            if self.runs.as_ref().is_none_or(|runs| runs.failed) {
                return Way::Raised;
            }
            let is_raised = raised.is_some();
            let to = if is_raised {
                None
            } else {
                match code.end.kind {
                    TerminatorKind::Return(Some(operand)) => return Way::Returned(self.slot(state, operand)),
                    TerminatorKind::Return(None) | TerminatorKind::End => return Way::Returned(self.none()),
                    TerminatorKind::Raise => {
                        raised = Some(self.raised_class(code.stmts.last().map(|stmt| &stmt.kind)));
                        None
                    }
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
            if let (Some(class), Some(runs)) = (raised, &mut self.runs) {
                runs.caught = class;
                if code.handler.is_none() {
                    runs.raised = Some((state.heap.clone(), class));
                    return Way::Raised;
                }
            }
            let Some(to) = to.or(code.handler) else { return Way::Raised };
            if body.loops.iter().any(|one| one.header == to) && !is_inside(body, to, block) {
                turns.remove(&to);
            }
            block = to;
        }
    }

    /// Runs the statements of a block; what is raised, if something is: its class, where that is known.
    fn statements(
        &mut self,
        state: &mut State,
        block: BlockId,
        seen: &mut Option<(&[At], &mut Vec<State>)>,
    ) -> Result<(), Option<&'static str>> {
        let body: &'a Body = self.frame.body;
        let code = &body.blocks[block];
        let mut raised: Option<Option<&'static str>> = None;
        // What may hold where a handler takes over.
        let mut ways: Vec<State> = Vec::new();
        note(seen, (block, 0), state);
        for (index, stmt) in code.stmts.iter().enumerate() {
            let before = state.clone();
            let doubts = self.watch(code.handler.is_some());
            let raising = match doubts {
                Some(_) => self.raising(state, &stmt.kind),
                None => Raising::Never,
            };
            if let Raising::Always(class) = raising {
                self.unwatch(code.handler.is_some());
                raised = Some(Some(class));
                break;
            }
            self.statement(state, block, index, stmt);
            let is_doubtful = self.is_doubtful(raising, doubts, code.handler.is_some());
            self.unwatch(code.handler.is_some());
            if let Some((heap, class)) = self.runs.as_mut().and_then(|runs| runs.raised.take()) {
                *state = State { locals: before.locals, heap };
                raised = Some(class);
                break;
            }
            if is_doubtful {
                // Nothing is bound yet; what else it does may be done or not.
                let done = State { locals: before.locals.clone(), heap: state.heap.clone() };
                for way in [before, done] {
                    if !ways.contains(&way) {
                        ways.push(way);
                    }
                }
            }
            self.pick(state, &stmt.kind);
            note(seen, (block, index + 1), state);
        }
        if self.runs.as_ref().is_none_or(|runs| runs.failed) {
            return raised.map_or(Ok(()), Err);
        }
        if !ways.is_empty() {
            // What is raised before is not what is raised in the end.
            if raised.is_some() {
                ways.push(state.clone());
            }
            let way = self.choose(ways.len() + usize::from(raised.is_none()));
            let last = if raised.is_some() { ways.len() - 1 } else { usize::MAX };
            match way {
                0 if raised.is_none() => {}
                way if way == last => {}
                way => {
                    *state = ways.swap_remove(way - usize::from(raised.is_none()));
                    raised = Some(None);
                }
            }
        }
        raised.map_or(Ok(()), Err)
    }

    pub(super) fn choose(&mut self, count: usize) -> usize {
        self.runs.as_mut().map_or(0, |runs| runs.choose(count))
    }

    /// Whether a value is true on this run.
    pub(super) fn decide(&mut self, slot: Slot) -> bool {
        if let Some(known) = self.truth(slot.value) {
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

    /// Takes the next element of a `for` loop; says whether there is one.
    fn next_of(&mut self, state: &mut State, iter: Operand, element: IrPlace, turn: &mut u32) -> bool {
        let iterable = self.slot(state, iter);
        let span = iter.span;
        let position = *turn;
        *turn += 1;
        let keys = match *self.pool.atoms(iterable.value) {
            [Atom::Container(object, ContainerKind::Dict)] => self.keys(state, object),
            _ => None,
        };
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
            [Atom::Container(_, ContainerKind::Dict)] if keys.is_some() => {
                match keys.and_then(|keys| keys.get(position as usize).copied()) {
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
}

/// Whether a block belongs to the loop with this head.
fn is_inside(body: &Body, header: BlockId, block: BlockId) -> bool {
    body.loops.iter_ids().any(|(id, one)| one.header == header && loop_holds(body, id, block))
}
