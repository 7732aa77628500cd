//! Questions that hazards ask of the events of a body.
//!
//! A hazard is a pattern of events over one memory: made, written, read. *Later* means: reachable along the control flow
//! graph, and the value read still holds the memory (so a base that was rebound in between is not read).

use super::Context;
use super::tables::Tables;
use crate::alias::domain::{
    ArrayAtom, Atom, Const, MemoryId, ObjectId, Origin, Part, Place as OuterPlace, Point, Slot, ValueId,
};
use crate::alias::event::{Event, EventKind, Making, Purpose};
use crate::alias::facts::{Evidence, Facts};
use crate::alias::relation::Relations;
use crate::diagnostic::{Location, Step};
use crate::ir::{BlockId, Body, BodyId, BodyKind, Local, Operand, OperandKind, Rvalue, Stmt, StmtKind};
use crate::rules::Rule;
use crate::source::Span;

/// One body under the eyes of a hazard.
pub struct Scene<'a> {
    /// The file.
    pub cx: &'a Context<'a>,
    /// Its id.
    pub id: BodyId,
    /// Its code.
    pub body: &'a Body,
    /// Its events, block by block, in the order of the statements of each.
    pub events: &'a [Event],
}

impl<'a> Context<'a> {
    /// All bodies with their events.
    pub fn scenes(&'a self) -> impl Iterator<Item = Scene<'a>> {
        self.module.bodies.iter_ids().map(|(id, _)| self.scene(id))
    }

    /// One body with its events.
    #[must_use]
    pub fn scene(&'a self, id: BodyId) -> Scene<'a> {
        Scene { cx: self, id, body: &self.module.bodies[id], events: &self.facts.bodies[id].events }
    }

    /// Where things are in a body.
    pub(super) fn tables(&self, id: BodyId) -> &Tables {
        self.tables[id].get_or_init(|| Tables::new(&self.module.bodies[id], &self.facts.bodies[id].events, self.facts))
    }

    /// The text of a span.
    #[must_use]
    pub fn source(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// A place in this file.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        Location { file: self.module.file, span }
    }

    /// A step of a trace.
    #[must_use]
    pub fn step(&self, span: Span, message: impl Into<String>) -> Step {
        Step { location: self.location(span), message: message.into() }
    }

    /// The possibilities of a value.
    #[must_use]
    pub fn atoms(&self, value: ValueId) -> &'a [Atom] {
        self.facts.pool.atoms(value)
    }

    /// The arrays among them.
    pub fn arrays(&self, value: ValueId) -> impl Iterator<Item = ArrayAtom> + use<'a> {
        self.atoms(value).iter().filter_map(|atom| if let Atom::Array(array) = atom { Some(*array) } else { None })
    }

    /// What is known of an array.
    #[must_use]
    pub fn array_facts(&self, array: ArrayAtom) -> &'a Facts {
        self.facts.pool.facts.get(array.facts)
    }

    /// How an array object came about, where it was made in view of the analysis.
    #[must_use]
    pub fn making(&self, object: ObjectId) -> Option<&'a Making> {
        let object = self.recent(object);
        self.facts.makings.get(&object)
    }

    /// Where a function that was called made an array object that it gave back.
    #[must_use]
    pub fn made_by_callee(&self, object: ObjectId) -> Option<Span> {
        let mut at = self.recent(object);
        while let Origin::Made { part: Part::Object(inner), .. } = *self.facts.pool.objects.get(at) {
            at = self.recent(inner);
        }
        (at != self.recent(object)).then(|| self.making(at).map(|making| making.span)).flatten()
    }

    /// The object of the current turn for one of earlier turns: both came about in one way.
    fn recent(&self, object: ObjectId) -> ObjectId {
        use crate::alias::domain::Age;
        match *self.facts.pool.objects.get(object) {
            Origin::Made { point, age: Age::Old, part } => {
                self.facts.pool.objects.find(&Origin::Made { point, age: Age::Recent, part }).unwrap_or(object)
            }
            _ => object,
        }
    }

    /// The rule by which an array object came about.
    #[must_use]
    pub fn making_rule(&self, making: &Making) -> Option<&'a Rule> {
        making.rule.map(|rule| self.rules.rule(rule))
    }

    /// The right-hand side that made an array object, in the body in which it was made.
    #[must_use]
    pub fn made_by(&self, making: &Making) -> Option<&'a Rvalue> {
        let body = &self.module.bodies[making.point.body];
        match &self.tables(making.point.body).stmt(body, making.point.index)?.kind {
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => Some(value),
            _ => None,
        }
    }

    /// The relations between arrays.
    #[must_use]
    pub fn relations(&self) -> Relations<'a> {
        Relations { pool: &self.facts.pool, makings: &self.facts.makings }
    }

    /// The place from outside that a memory belongs to.
    #[must_use]
    pub fn outer_place(&self, memory: MemoryId) -> Option<OuterPlace> {
        match *self.facts.pool.memories.get(memory) {
            Origin::Place(place) => Some(*self.facts.pool.places.get(place)),
            Origin::Made { .. } | Origin::Foreign(_) => None,
        }
    }

    /// The parameter (of which body, at which position) whose own memory this is; attributes and elements of it don't count.
    #[must_use]
    pub fn parameter(&self, memory: MemoryId) -> Option<(BodyId, u32)> {
        match self.outer_place(memory)? {
            OuterPlace::Param(body, position) => Some((body, position)),
            OuterPlace::Global(_) | OuterPlace::Free(..) | OuterPlace::Attr(..) | OuterPlace::Element(_) => None,
        }
    }

    /// Whether a value is `None` and nothing else.
    #[must_use]
    pub fn is_none(&self, value: ValueId) -> bool {
        let is_none = |atom: &Atom| matches!(atom, Atom::Const(id) if *self.facts.pool.consts.get(*id) == Const::None);
        let atoms = self.atoms(value);
        !atoms.is_empty() && atoms.iter().all(is_none)
    }

    /// Whether a value is a list, a tuple or the like, on every path.
    #[must_use]
    pub fn is_container(&self, value: ValueId) -> bool {
        let atoms = self.atoms(value);
        !atoms.is_empty() && atoms.iter().all(|atom| matches!(atom, Atom::Container(..)))
    }

    /// Whether every possibility of a value is an array, for at least this reason.
    #[must_use]
    pub fn is_array(&self, value: ValueId, evidence: Evidence) -> bool {
        let atoms = self.atoms(value);
        !atoms.is_empty()
            && atoms
                .iter()
                .all(|atom| matches!(atom, Atom::Array(array) if self.array_facts(*array).evidence >= evidence))
    }
}

impl<'a> Scene<'a> {
    /// The name of a scope, as findings show it.
    #[must_use]
    pub fn scope(&self) -> String {
        self.body.qualname.clone()
    }

    /// Whether this is a function (or lambda).
    #[must_use]
    pub fn is_function(&self) -> bool {
        matches!(self.body.kind, BodyKind::Function | BodyKind::Lambda)
    }

    /// The Python name of a variable.
    #[must_use]
    pub fn name(&self, local: Local) -> Option<&'a str> {
        self.body.locals[local].name.map(|name| self.cx.facts.names.text(name))
    }

    /// The name behind an operand: the variable itself, or what a chain of temporaries (`x.T[0]`, `self.x`) starts from.
    #[must_use]
    pub fn root(&self, block: BlockId, operand: Operand) -> Option<Local> {
        let mut at = operand;
        for _ in 0..32 {
            match at.kind {
                OperandKind::Local(local) => return Some(local),
                OperandKind::Const(_) => return None,
                OperandKind::Temp(_) => {
                    at = match self.definition(block, at)? {
                        Rvalue::Use(inner) => *inner,
                        Rvalue::Attr { object, .. }
                        | Rvalue::Index { object, .. }
                        | Rvalue::CallMethod { object, .. } => *object,
                        _ => return None,
                    };
                }
            }
        }
        None
    }

    /// The right-hand side that defines a temporary.
    #[must_use]
    pub fn definition(&self, block: BlockId, operand: Operand) -> Option<&'a Rvalue> {
        self.defined(block, operand).map(|(value, _, _)| value)
    }

    /// Where things are in the body.
    pub(super) fn tables(&self) -> &'a Tables {
        self.cx.tables(self.id)
    }

    /// The events of a block.
    #[must_use]
    pub fn events_in(&self, block: BlockId) -> &'a [Event] {
        &self.events[self.tables().events_in(block)]
    }

    /// The events that write a memory.
    pub fn writes_of(&self, memory: MemoryId) -> impl Iterator<Item = &'a Event> + use<'a> {
        let events = self.events;
        self.tables().writes(memory).iter().map(move |position| &events[*position as usize])
    }

    /// The statement of an event, where it is no terminator.
    #[must_use]
    pub fn stmt(&self, event: &Event) -> Option<&'a Stmt> {
        self.tables().stmt(self.body, event.point.index)
    }

    /// The values that an operand hands on at an event: of a display (`a, b` or `{"a": a}`) its elements, else itself.
    #[must_use]
    pub fn parts(&self, event: &Event, operand: Operand, value: ValueId) -> Vec<(Operand, ValueId)> {
        let mut parts = Vec::new();
        self.push_parts(event.block, operand, value, 0, &mut parts);
        parts
    }

    fn push_parts(
        &self,
        block: BlockId,
        operand: Operand,
        value: ValueId,
        depth: u32,
        parts: &mut Vec<(Operand, ValueId)>,
    ) {
        let defined = self.defined(block, operand).filter(|_| depth < 4);
        let (elements, point): (Vec<Operand>, Point) = match defined {
            Some((Rvalue::Tuple(elements) | Rvalue::List(elements) | Rvalue::Set(elements), _, point)) => {
                (elements.iter().filter(|element| !element.starred).map(|element| element.value).collect(), point)
            }
            Some((Rvalue::Dict(items), _, point)) => {
                (items.iter().filter(|(key, _)| key.is_some()).map(|(_, value)| *value).collect(), point)
            }
            _ => {
                parts.push((operand, value));
                return;
            }
        };
        for element in elements {
            let read = self.events_at(point).find_map(|event| match event.kind {
                EventKind::Read { operand: read, slot, .. } => {
                    (read.kind == element.kind && read.span == element.span).then_some(slot.value)
                }
                _ => None,
            });
            if let Some(value) = read {
                self.push_parts(block, element, value, depth + 1, parts);
            }
        }
    }

    /// Events later than `from` that read, as data, an array over `memory`, as (event, operand, slot).
    pub fn data_reads_after<'s>(
        &'s self,
        from: &'s Event,
        memory: MemoryId,
    ) -> impl Iterator<Item = (&'a Event, Operand, Slot)> + use<'a, 's> {
        self.events.iter().filter_map(move |event| {
            let EventKind::Read { operand, slot, purpose: Purpose::Data } = event.kind else { return None };
            let holds = self.cx.arrays(slot.value).any(|array| array.memory == memory);
            (holds && self.reaches(from, event)).then_some((event, operand, slot))
        })
    }
}
