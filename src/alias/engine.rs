//! The state of an analysis of one module, shared by everything that evaluates.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::domain::{
    Age, ArrayAtom, Atom, Cause, Const, ExtentId, MemoryId, ObjectId, Origin, Part, Place, PlaceId, Point, Pool,
    Reason, Slot, ValueId, Vn,
};
use super::event::{Event, EventKind, Making};
use super::facts::Facts;
pub use super::frame::{At, Frame};
use super::state::State;
use super::summary::Summary;
use crate::ir::{BodyId, ClassId, Id, Local, Module, Name, NameTable, Operand, OperandKind, Place as IrPlace, Table};
use crate::rules::{RuleId, RuleSet, Targets};
use crate::source::Span;

/// Places deeper than this many attributes are unknown.
const MAX_DEPTH: u32 = 4;

/// Methods of classes.
pub type Methods = FxHashMap<(ClassId, Name), BodyId>;

/// An analysis of one module.
pub struct Engine<'a> {
    /// The module.
    pub module: &'a Module,
    /// The API rules.
    pub rules: &'a RuleSet,
    /// The library versions they are read for.
    pub targets: &'a Targets,
    /// Interned values.
    pub pool: Pool,
    /// The module's names and the dotted paths made from them.
    pub names: NameTable,
    /// Summaries so far.
    pub summaries: Table<BodyId, Option<Rc<Summary>>>,
    /// Summaries of functions for values of their flags.
    pub variants: FxHashMap<BodyId, Vec<super::variant::Variant>>,
    /// The rules that apply somewhere, and where each does first.
    pub used_rules: FxHashMap<RuleId, Span>,
    /// What is known of attributes of the module's classes.
    pub attrs: FxHashMap<(ClassId, Name), Facts>,
    /// What this round learns of them.
    pub learned: FxHashMap<(ClassId, Name), Facts>,
    /// Whether nothing is known of attributes yet.
    pub is_first_round: bool,
    /// How objects came about.
    pub makings: FxHashMap<ObjectId, Making>,
    /// Variables that are bound once, to a function or an import.
    pub statics: FxHashMap<(BodyId, Local), Slot>,
    /// Module-level variables by name.
    pub top_locals: FxHashMap<Name, Local>,
    /// Module-level classes by name.
    pub class_names: FxHashMap<Name, ClassId>,
    /// Methods of each class by name, without those that set or delete a property.
    pub methods: Methods,
    /// Setters of properties, by the names of the properties.
    pub setters: Methods,
    /// Class objects that were made.
    pub class_objects: FxHashMap<ClassId, ObjectId>,
    /// The body that is being run.
    pub frame: Frame<'a>,
    /// How many summaries are being applied, each for what the one before reads.
    pub within: u32,
    /// The runs that are followed, while they are.
    pub runs: Option<Box<super::runs::Runs>>,
    /// Rules of methods that classes have from bases in other files.
    pub inherited: FxHashMap<(ClassId, Name), Option<RuleId>>,
    /// What was looked up.
    pub lookups: super::lookup::Lookups,
    /// Results of rules, by call.
    pub applied: super::memo::Applied,
    /// The results that the conditions left where a rule was applied; see `proofs`.
    #[cfg(test)]
    pub left: std::cell::RefCell<std::collections::BTreeSet<(RuleId, SmallVec<[usize; 2]>)>>,
}

impl<'a> Engine<'a> {
    /// An engine that knows nothing yet.
    pub fn new(module: &'a Module, rules: &'a RuleSet, targets: &'a Targets) -> Self {
        Self {
            module,
            rules,
            targets,
            pool: Pool::default(),
            names: module.names.clone(),
            summaries: module.bodies.iter().map(|_| None).collect(),
            variants: FxHashMap::default(),
            used_rules: FxHashMap::default(),
            attrs: FxHashMap::default(),
            learned: FxHashMap::default(),
            is_first_round: true,
            makings: FxHashMap::default(),
            statics: FxHashMap::default(),
            top_locals: FxHashMap::default(),
            class_names: FxHashMap::default(),
            methods: Methods::default(),
            setters: Methods::default(),
            class_objects: FxHashMap::default(),
            frame: Frame::new(Module::TOP, &module.bodies[Module::TOP]),
            within: 0,
            runs: None,
            inherited: FxHashMap::default(),
            lookups: super::lookup::Lookups::default(),
            applied: super::memo::Applied::default(),
            #[cfg(test)]
            left: std::cell::RefCell::default(),
        }
    }

    /// What an operand holds, without an event.
    pub fn slot(&mut self, state: &State, operand: Operand) -> Slot {
        match operand.kind {
            OperandKind::Local(local) => match state.locals[local.index()] {
                Slot::UNBOUND => {
                    let name = self.frame.body.locals[local].name;
                    let reason = name.map_or(Cause::Construct("an unbound variable"), Cause::Name);
                    Slot { value: self.pool.unknown(reason), vn: Vn::None }
                }
                slot => slot,
            },
            OperandKind::Temp(temp) => self.frame.temps[temp.index()],
            OperandKind::Const(constant) => self.const_slot(constant),
        }
    }

    /// The slot of a constant of the program.
    pub fn const_slot(&mut self, constant: crate::ir::Const) -> Slot {
        use crate::ir::Const as Ir;
        let constant = match constant {
            Ir::None => Const::None,
            Ir::Bool(value) => Const::Bool(value),
            Ir::Int(value) => Const::Int(value),
            Ir::Float(value) => Const::Float(value.to_bits()),
            Ir::Imaginary => Const::Complex,
            Ir::Number => return Slot { value: self.pool.single(Atom::Scalar), vn: Vn::None },
            Ir::Str(text) => Const::Str(text),
            Ir::Bytes(length) => Const::Bytes(Some(length)),
            Ir::Ellipsis => Const::Ellipsis,
        };
        self.const_value(constant)
    }

    /// The slot of a constant.
    pub fn const_value(&mut self, constant: Const) -> Slot {
        let numbered = !matches!(constant, Const::Float(_) | Const::Complex | Const::Bytes(_) | Const::Slice(_));
        let id = self.pool.consts.intern(constant);
        Slot { value: self.pool.single(Atom::Const(id)), vn: if numbered { Vn::Const(id) } else { Vn::None } }
    }

    /// `None`
    pub fn none(&mut self) -> Slot {
        self.const_value(Const::None)
    }

    /// A number or string of which nothing more is known.
    pub fn scalar(&mut self) -> ValueId {
        self.pool.single(Atom::Scalar)
    }

    /// A slot for something new at this point.
    pub fn fresh_slot(&mut self, value: ValueId) -> Slot {
        let part = self.frame.parts;
        self.frame.parts += 1;
        Slot { value, vn: Vn::Point(self.frame.at.point, part) }
    }

    /// A slot for an unknown value.
    pub fn unknown(&mut self, reason: impl Into<Reason>) -> Slot {
        let value = self.pool.unknown(reason);
        self.fresh_slot(value)
    }

    /// An object made at this point.
    pub fn make_object(&mut self, part: Part) -> ObjectId {
        self.pool.objects.intern(Origin::Made { point: self.frame.at.point, age: Age::Recent, part })
    }

    /// Memory allocated at this point.
    pub fn make_memory(&mut self, part: Part) -> MemoryId {
        self.pool.memories.intern(Origin::Made { point: self.frame.at.point, age: Age::Recent, part })
    }

    /// An array with memory of its own.
    pub fn fresh_array(&mut self, part: Part, facts: Facts) -> Atom {
        let object = self.make_object(part);
        let memory = self.make_memory(part);
        let facts = self.pool.facts.intern(facts);
        Atom::Array(ArrayAtom { object, memory, extent: ExtentId::WHOLE, facts })
    }

    /// An array over memory of which nothing is known.
    pub fn foreign_array(&mut self, part: Part, facts: Facts) -> Atom {
        let object = self.make_object(part);
        let memory = self.pool.memories.intern(Origin::Foreign(self.frame.at.point));
        let facts = self.pool.facts.intern(facts);
        Atom::Array(ArrayAtom { object, memory, extent: ExtentId::PART, facts })
    }

    /// What is in a place from outside; too deep a place is unknown.
    pub fn place(&mut self, place: Place) -> Slot {
        let id = self.pool.places.intern(place);
        if self.pool.place_depth(id) > MAX_DEPTH {
            return self.unknown(Cause::Depth);
        }
        self.learn_place(id, place);
        self.pool.place_slot(id)
    }

    /// Attributes of `self` have the facts that the class's methods store there.
    fn learn_place(&mut self, id: PlaceId, place: Place) {
        if self.pool.place_facts.contains_key(&id) {
            return;
        }
        if let Place::Attr(of, name) = place
            && let Some(class) = self.class_of_place(of)
            && let Some(facts) = self.attrs.get(&(class, name))
        {
            let facts = self.pool.facts.intern(facts.clone());
            self.pool.place_facts.insert(id, facts);
        }
    }

    /// The class of which a place holds an instance: that of a method, for its first parameter.
    pub fn class_of_place(&self, place: PlaceId) -> Option<ClassId> {
        let Place::Param(body, 0) = *self.pool.places.get(place) else { return None };
        let body = &self.module.bodies[body];
        let is_static = body.decorators.iter().any(|name| self.names.text(*name) == "staticmethod");
        if is_static { None } else { body.class }
    }

    /// Facts of a possible array.
    pub fn facts(&self, array: ArrayAtom) -> &Facts {
        self.pool.facts.get(array.facts)
    }

    /// Records an event, if events are recorded.
    pub fn record(&mut self, span: Span, kind: EventKind) {
        let at = self.frame.at;
        if let Some(log) = &mut self.frame.log {
            log.push(Event { point: at.point, block: at.block, span, kind });
        }
    }

    /// Remembers how an object came about.
    pub fn remember(&mut self, object: ObjectId, making: Making) {
        match self.makings.entry(object) {
            std::collections::hash_map::Entry::Occupied(mut old) => {
                let old = old.get_mut();
                let mut sources = old.sources.clone();
                sources.extend(making.sources.iter().copied());
                sources.sort_unstable();
                sources.dedup();
                let (making_rule, making_outcomes) = (making.rule, making.outcomes);
                let sometimes = old.sometimes || making.sometimes || old.relation != making.relation;
                // A header that is a view on one path and a copy on another is explained as the view.
                let kept = if old.relation < making.relation { old.clone() } else { making };
                let outcomes = if old.rule == making_rule { old.outcomes | making_outcomes } else { kept.outcomes };
                *old = Making { sources, outcomes, sometimes, ..kept };
            }
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(making);
            }
        }
    }

    /// Puts a value where it goes.
    pub fn assign(&mut self, state: &mut State, place: IrPlace, target: Span, slot: Slot, from: Option<Operand>) {
        match place {
            IrPlace::Temp(temp) => self.frame.temps[temp.index()] = slot,
            IrPlace::Local(local) => self.bind(state, local, target, slot, from),
        }
    }

    /// Binds a variable.
    pub fn bind(&mut self, state: &mut State, local: Local, span: Span, slot: Slot, from: Option<Operand>) {
        let before = state.locals.set(local.index(), slot);
        self.record(span, EventKind::Bind { local, before, slot, from });
    }

    /// The integer that a value is, if it is one.
    pub fn as_int(&self, value: ValueId) -> Option<i64> {
        match self.as_const(value)? {
            Const::Int(value) => Some(*value),
            Const::Bool(value) => Some(i64::from(*value)),
            Const::None
            | Const::Float(_)
            | Const::Complex
            | Const::Str(_)
            | Const::Bytes(_)
            | Const::Ellipsis
            | Const::Dtype(_)
            | Const::Slice(_) => None,
        }
    }

    /// The constant that a value is, if it is one.
    pub fn as_const(&self, value: ValueId) -> Option<&Const> {
        match self.pool.atoms(value) {
            [Atom::Const(id)] => Some(self.pool.consts.get(*id)),
            _ => None,
        }
    }

    /// Runs `work` for each possibility of a value, and joins what comes back.
    pub fn for_atoms(&mut self, value: ValueId, mut work: impl FnMut(&mut Self, Atom) -> ValueId) -> ValueId {
        let before = self.frame.variant;
        let mut all = ValueId::EMPTY;
        for (position, atom) in (1..).zip(self.pool.all(value)) {
            self.frame.variant = before * 32 + position;
            let part = work(self, atom);
            all = self.pool.join(all, part);
        }
        self.frame.variant = before;
        all
    }

    /// The part of a container made for the possibility that is being looked at.
    pub fn container_part(&self, kind: u32) -> Part {
        Part::Result(self.frame.base + kind + 1_000_000 * (self.frame.variant % 4000))
    }

    /// A value of which there are many: each object made at this point stands for any number of them.
    pub fn as_many(&mut self, value: ValueId) -> ValueId {
        let point = self.frame.at.point;
        let made = move |at: Point| at == point;
        let mut known = super::state::Renamed::default();
        let mut renaming = super::state::Renaming::of_objects(&made, &mut known);
        renaming.value(&mut self.pool, value)
    }

    /// The arrays among the possibilities.
    pub fn arrays(&self, value: ValueId) -> SmallVec<[ArrayAtom; 2]> {
        self.pool
            .atoms(value)
            .iter()
            .filter_map(|atom| if let Atom::Array(array) = atom { Some(*array) } else { None })
            .collect()
    }
}
