//! Running a module: bodies in call order, summaries to a fixpoint, then the events of each.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::domain::{Atom, ContainerKind, ObjectId, Origin, Part, Place, Slot, ValueId, Vn};
use super::engine::{Engine, Frame};
use super::event::Event;
use super::evidence::{self, OfParameters};
use super::facts::Facts;
use super::frame::End;
use super::log::Log;
use super::namespace;
use super::runs::At;
use super::state::{Field, OUTER, State};
use super::summary::Summary;
use crate::flow::fixpoint;
use crate::ir::{BlockId, Body, BodyId, BodyKind, ClassId, Id, Module, ParamKind, Rvalue, StmtKind, Table};
use crate::project::{call_order, last_part};
use crate::rules::{RuleSet, Targets};

/// How often the bodies of a recursive group are run before their calls of each other count as unknown.
const MAX_ROUNDS: usize = 6;

/// What was found in one body.
#[derive(Clone, Debug, Default)]
pub struct BodyFacts {
    /// Events, block by block.
    pub events: Vec<Event>,
    /// The state at the head of each block; `None` where control never comes.
    pub heads: Table<BlockId, Option<State>>,
    /// Whether the analysis was cut short; then there are no events.
    pub cut_short: bool,
}

/// An analysis that has been run.
pub struct Analyzed<'a> {
    /// The engine, with everything interned.
    pub engine: Engine<'a>,
    /// What was found in each body.
    pub bodies: Table<BodyId, BodyFacts>,
}

/// Analyses a module.
pub fn run<'a>(module: &'a Module, rules: &'a RuleSet, targets: &'a Targets) -> Analyzed<'a> {
    let mut engine = Engine::new(module, rules, targets);
    engine.find_names();
    let mut bodies: Table<BodyId, BodyFacts> = module.bodies.iter().map(|_| BodyFacts::default()).collect();
    let order = call_order(module);
    for group in &order {
        engine.run_group(group, &mut bodies);
    }
    engine.is_first_round = false;
    engine.attrs = std::mem::take(&mut engine.learned);
    let mut again: FxHashSet<ClassId> = engine.attrs.keys().map(|(class, _)| *class).collect();
    for _ in 0..MAX_ROUNDS {
        if again.is_empty() {
            break;
        }
        engine.pool.place_facts.clear();
        for group in &order {
            let concerned = group.iter().any(|body| {
                let body = &module.bodies[*body];
                body.kind == BodyKind::Module || body.class.is_some_and(|class| again.contains(&class))
            });
            if concerned {
                engine.run_group(group, &mut bodies);
            }
        }
        again = engine.adopt_learned();
    }
    Analyzed { engine, bodies }
}

impl<'a> Engine<'a> {
    /// Runs the bodies of a group until their summaries no longer change.
    fn run_group(&mut self, group: &[BodyId], bodies: &mut Table<BodyId, BodyFacts>) {
        for &id in group {
            self.summaries[id] = Some(Rc::new(Summary::NEVER));
        }
        for round in 0.. {
            let mut changed = false;
            for &id in group {
                let (summary, facts) = self.run_body(id);
                changed |= self.summaries[id].as_deref() != Some(&summary);
                self.summaries[id] = Some(Rc::new(summary));
                bodies[id] = facts;
            }
            if !changed || group.len() == 1 && !self.calls_itself(group[0]) {
                for &id in group {
                    self.find_variants(id);
                }
                return;
            }
            if round == MAX_ROUNDS {
                for &id in group {
                    self.summaries[id] = Some(Rc::new(Summary { opaque: true, ..Summary::NEVER }));
                }
                // What they do beside calling each other is still known, and then also what one of them does to another's objects.
                let alone: Vec<Summary> = group.iter().map(|&id| self.run_body(id).0).collect();
                for (&id, summary) in group.iter().zip(alone) {
                    self.summaries[id] = Some(Rc::new(summary));
                }
                for &id in group {
                    let (summary, facts) = self.run_body(id);
                    self.summaries[id] = Some(Rc::new(summary));
                    bodies[id] = facts;
                }
                return;
            }
        }
    }

    fn calls_itself(&self, id: BodyId) -> bool {
        let own = self.names.text(self.module.bodies[id].name);
        let is_own = |name| last_part(self.names.text(name)) == own;
        self.module.bodies[id].blocks.iter().flat_map(|block| &block.stmts).any(|stmt| {
            let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { return false };
            match value {
                Rvalue::Global(of) | Rvalue::Attr { attr: of, .. } | Rvalue::CallMethod { method: of, .. } => {
                    is_own(*of)
                }
                Rvalue::Free { body, local } => self.module.bodies[*body].locals[*local].name.is_some_and(is_own),
                _ => false,
            }
        })
    }

    fn run_body(&mut self, id: BodyId) -> (Summary, BodyFacts) {
        let module: &'a Module = self.module;
        let body = &module.bodies[id];
        self.frame = Frame::new(id, body);
        self.frame.log = Some(Log::new(body.blocks.len()));
        let results = fixpoint(self, body);
        let log = self.frame.log.take();
        if results.cut_short {
            let opaque = Summary { opaque: true, ..Summary::NEVER };
            return (opaque, BodyFacts { cut_short: true, heads: results.heads, events: Vec::new() });
        }
        let events = log.map_or_else(Vec::new, |log| self.recorded(log));
        let own = self.summarize(body);
        // A method that does nothing is there for subclasses to do something in its place.
        let own = if body.class.is_some() && body.is_stub() { Summary { opaque: true, ..Summary::NEVER } } else { own };
        let summary = self.promised(id, body).unwrap_or(own);
        self.learn_attributes(body, &summary);
        (summary, BodyFacts { events, heads: results.heads, cut_short: false })
    }

    /// The events of a body that has been run.
    fn recorded(&mut self, log: Log) -> Vec<Event> {
        let (events, rules) = log.finish();
        for (rule, span) in rules {
            let first = self.used_rules.entry(rule).or_insert(span);
            *first = span.min(*first);
        }
        events
    }

    /// What the parameters of a body are taken for.
    fn evidence_of(&mut self, id: BodyId) -> Rc<OfParameters> {
        if let Some(known) = self.lookups.evidence.get(&id) {
            return Rc::clone(known);
        }
        let body = &self.module.bodies[id];
        let words = &mut self.lookups.words;
        let found = Rc::new(evidence::of_parameters(self.module, body, self.rules, self.targets, words));
        self.lookups.evidence.insert(id, Rc::clone(&found));
        found
    }

    /// The state when a body is entered.
    pub fn entry_state(&mut self) -> State {
        let module: &'a Module = self.module;
        let (id, body) = (self.frame.id, self.frame.body);
        let mut state = State::default();
        let evidence = self.evidence_of(id);
        for (position, param) in (0..).zip(&body.params) {
            let place = self.pool.places.intern(Place::Param(id, position));
            let held = self.pool.places.intern(Place::Element(place));
            let of_held = evidence.elements[position as usize];
            for (place, evidence) in [(place, evidence.own[position as usize]), (held, of_held)] {
                let facts = self.pool.facts.intern(Facts { evidence, ..Facts::default() });
                self.pool.place_facts.insert(place, facts);
            }
            let is_receiver = || body.class.is_some_and(|class| !evidence::extends_array(module, class, 8));
            if position == 0 && is_receiver() {
                self.pool.receivers.insert(place);
            }
            let slot = match param.kind {
                ParamKind::VarPositional | ParamKind::VarKeyword => {
                    let kind =
                        if param.kind == ParamKind::VarPositional { ContainerKind::Tuple } else { ContainerKind::Dict };
                    let object = self.make_object(Part::Result(800 + position));
                    let element = self.place(Place::Element(place));
                    state.set_cell(&mut self.pool, object, Field::Rest, Slot { vn: Vn::None, ..element });
                    let value = self.pool.single(Atom::Container(object, kind));
                    Slot { value, vn: Vn::Start(place) }
                }
                ParamKind::PositionalOnly | ParamKind::Either | ParamKind::KeywordOnly => {
                    let number = param.annotation.is_some_and(|text| {
                        matches!(module.names.text(text), "int" | "float" | "bool" | "str" | "complex")
                    });
                    let class = body.class.filter(|_| position == 0 && self.has_decorator(id, "classmethod"));
                    if let Some(class) = class {
                        let object = self.pool.objects.intern(Origin::Place(place));
                        Slot { value: self.pool.single(Atom::Class(object, class)), vn: Vn::Start(place) }
                    } else if number {
                        Slot { value: self.scalar(), vn: Vn::Start(place) }
                    } else if namespace::is_handed_over(module, body, position as usize, self.rules, self.targets) {
                        let numpy = self.names.intern("numpy");
                        Slot { value: self.pool.single(Atom::Path(numpy)), vn: Vn::Path(numpy) }
                    } else if let Some(slot) = self.assumed(position) {
                        slot
                    } else {
                        self.pool.place_slot(place)
                    }
                }
            };
            state.locals.set(param.local.index(), slot);
        }
        state
    }

    /// Joins the ends of the body that was run, in the order of their blocks.
    fn join_ends(&mut self) {
        let mut ends = std::mem::take(&mut self.frame.ends);
        ends.sort_unstable_by_key(|end| end.block);
        for End { block, result, state } in ends {
            self.frame.result = self.pool.join(self.frame.result, result.unwrap_or(ValueId::EMPTY));
            match &mut self.frame.exit {
                None => self.frame.exit = Some(state),
                Some(exit) => {
                    exit.join(&mut self.pool, &state, self.frame.id, block);
                }
            }
        }
    }

    pub(super) fn summarize(&mut self, body: &Body) -> Summary {
        self.join_ends();
        let result = self.frame.result;
        let Some(exit) = self.frame.exit.take() else {
            return Summary {
                result,
                yields: self.frame.yields,
                writes: std::mem::take(&mut self.frame.writes),
                ..Summary::NEVER
            };
        };
        let outer = self.pool.objects.intern(OUTER);
        let mut cells: FxHashMap<(ObjectId, Field), Slot> = FxHashMap::default();
        if body.kind == BodyKind::Class {
            for (local, info) in body.locals.iter_ids() {
                if let Some(name) = info.name {
                    cells.insert((outer, Field::Attr(name)), exit.locals[local.index()]);
                }
            }
        }
        let mut queue: Vec<ObjectId> = exit
            .heap
            .objects()
            .map(|(object, _)| object)
            .filter(|object| *object == outer || matches!(self.pool.objects.get(*object), Origin::Place(_)))
            .collect();
        let mut roots: Vec<ValueId> = vec![result];
        roots.extend(self.frame.yields);
        roots.extend(cells.values().map(|slot| slot.value));
        for value in roots {
            queue.extend(self.objects_in(value));
        }
        let mut seen: FxHashSet<ObjectId> = FxHashSet::default();
        while let Some(object) = queue.pop() {
            if !seen.insert(object) {
                continue;
            }
            for (field, slot) in exit.heap.cells(object) {
                cells.insert((object, *field), *slot);
                queue.extend(self.objects_in(slot.value));
            }
        }
        let mut cells: Vec<((ObjectId, Field), Slot)> = cells.into_iter().collect();
        cells.sort_unstable_by_key(|(key, _)| *key);
        let writes = std::mem::take(&mut self.frame.writes);
        Summary { result, yields: self.frame.yields, cells, writes, opaque: false }
    }

    fn objects_in(&self, value: ValueId) -> Vec<ObjectId> {
        self.pool
            .atoms(value)
            .iter()
            .filter_map(|atom| match atom {
                Atom::Container(object, _)
                | Atom::Instance(object, _)
                | Atom::Function(object, _)
                | Atom::Method(object, _)
                | Atom::Class(object, _) => Some(*object),
                Atom::Array(array) => Some(array.object),
                Atom::Const(_) | Atom::Scalar | Atom::Path(_) | Atom::Typed(_) | Atom::Unknown(_) => None,
            })
            .collect()
    }
}

impl Engine<'_> {
    /// What holds at a place of a body; `None` if control never gets there.
    pub fn state_at(&mut self, facts: &BodyFacts, id: BodyId, (block, done): At) -> Option<State> {
        use crate::flow::Analysis;
        let body = &self.module.bodies[id];
        self.frame = Frame::new(id, body);
        let mut state = facts.heads.iter().nth(block.index())?.clone()?;
        for (position, stmt) in body.blocks[block].stmts.iter().enumerate().take(done) {
            self.statement(&mut state, block, position, stmt);
        }
        Some(state)
    }

    /// The state before the first statement of a body.
    pub fn state_at_start(&mut self, id: BodyId) -> State {
        let body = &self.module.bodies[id];
        self.frame = Frame::new(id, body);
        self.entry_state()
    }
}
