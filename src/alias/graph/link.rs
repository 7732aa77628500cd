//! Where the data of a binding comes from.

use petgraph::stable_graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::build::{Builder, displayed};
use super::contract::add_link;
use super::reaching::Made;
use super::walk::{Seen, Walk};
use super::{BindingKind, DataWrite, Link, LinkKind, WrittenBy};
use crate::alias::domain::{ArrayAtom, Atom, ObjectId, Origin, ValueId};
use crate::alias::event::{CallEvent, Callee, Event, EventKind, Making, WriteHow};
use crate::alias::facts::Evidence;
use crate::ir::{ArgKind, BodyId, CallArg, Module, Operand, OperandKind, Rvalue};
use crate::rules::{ParamIdx, Relation, Rule, RuleId, Written};
use crate::source::Span;

/// One way in which a possibility of a value comes from a binding.
struct Way {
    from: NodeIndex,
    /// Whether no other binding can be meant.
    is_only: bool,
    kind: LinkKind,
    always: bool,
    rule: Option<String>,
    condition: Option<String>,
}

impl<'a> Builder<'a> {
    /// Takes in one event.
    pub(super) fn event(&mut self, walk: &mut Walk<'a>, event: &Event, made: Made) {
        match (&event.kind, made) {
            (EventKind::Bind { from: Some(operand), .. }, Made::Binding(node)) => {
                self.hand_on(walk, *operand, node, event.span);
            }
            (EventKind::Bind { slot, from: None, .. }, Made::Binding(node)) => {
                let point = event.point.index;
                match walk.rvalue(point) {
                    Some(rvalue) => self.link_rvalue(walk, node, rvalue, slot.value, point, event.span),
                    None => self.link_value(walk, node, slot.value, point, event.span),
                }
            }
            (EventKind::Keep { operand, .. } | EventKind::Return { operand, .. }, Made::Binding(node)) => {
                for part in Self::parts(walk, *operand) {
                    self.hand_on(walk, part, node, event.span);
                }
            }
            (EventKind::Write { through, what: Written::Data, how, always, .. }, _) => {
                self.write(walk, *through, *how, *always, event);
            }
            (EventKind::Call(call), _) => self.pass_arguments(walk, call, event),
            _ => {}
        }
    }

    /// The operands that an operand stands for: the elements of a display, else itself.
    fn parts(walk: &Walk<'a>, operand: Operand) -> Vec<Operand> {
        match displayed(walk.body, walk.block, operand) {
            Some(elements) => elements.into_iter().flat_map(|element| Self::parts(walk, element)).collect(),
            None => vec![operand],
        }
    }

    /// The same object under another name.
    fn hand_on(&mut self, walk: &mut Walk<'a>, operand: Operand, to: NodeIndex, span: Span) {
        let sources = self.sources(walk, operand);
        let always = sources.len() == 1;
        for from in sources.into_iter().filter(|from| *from != to) {
            add_link(
                &mut self.graph,
                from,
                to,
                Link { kind: LinkKind::Alias, always, rule: None, condition: None, span },
            );
        }
    }

    /// The bindings that an operand may be read from.
    fn sources(&mut self, walk: &mut Walk<'a>, operand: Operand) -> Vec<NodeIndex> {
        match operand.kind {
            OperandKind::Local(local) => walk.state.of((local, None)).collect(),
            OperandKind::Const(_) => Vec::new(),
            OperandKind::Temp(temp) => {
                if let Some(known) = walk.temps.get(&temp) {
                    return known.iter().copied().collect();
                }
                walk.temps.insert(temp, None);
                let Some((point, rvalue, span)) = walk.definition(temp) else { return Vec::new() };
                let read = walk.events.iter().find_map(|event| match event.kind {
                    EventKind::Read { operand: read, slot, .. } if read.kind == operand.kind => Some(slot.value),
                    _ => None,
                });
                let Some(value) = read.filter(|value| self.arrays(*value).next().is_some()) else { return Vec::new() };
                let node = self.add(walk.id, String::new(), BindingKind::Temporary, span, Some(value));
                walk.temps.insert(temp, Some(node));
                self.link_rvalue(walk, node, rvalue, value, point, span);
                vec![node]
            }
        }
    }

    /// Connects a binding to what its right-hand side reads.
    fn link_rvalue(
        &mut self,
        walk: &mut Walk<'a>,
        node: NodeIndex,
        rvalue: &Rvalue,
        value: ValueId,
        point: u32,
        span: Span,
    ) {
        let named: Vec<NodeIndex> = match rvalue {
            Rvalue::Use(operand) | Rvalue::Iter { operand, .. } => {
                self.hand_on(walk, *operand, node, span);
                return;
            }
            Rvalue::Attr { object: Operand { kind: OperandKind::Local(local), .. }, attr } => {
                walk.state.of((*local, Some(*attr))).collect()
            }
            Rvalue::Global(name) => {
                let local = self.top_local(*name);
                local.and_then(|local| self.variables.get(&(Module::TOP, local))).cloned().unwrap_or_default()
            }
            Rvalue::Free { body, local } => self.variables.get(&(*body, *local)).cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        let named: Vec<NodeIndex> = named.into_iter().filter(|from| *from != node).collect();
        if named.is_empty() {
            self.link_value(walk, node, value, point, span);
        }
        let always = named.len() == 1;
        for from in named {
            add_link(
                &mut self.graph,
                from,
                node,
                Link { kind: LinkKind::Alias, always, rule: None, condition: None, span },
            );
        }
    }

    /// Connects a binding to where each possibility of its value comes from.
    fn link_value(&mut self, walk: &mut Walk<'a>, node: NodeIndex, value: ValueId, point: u32, span: Span) {
        let atoms = self.facts.pool.atoms(value);
        let count = atoms.iter().filter(|atom| matches!(atom, Atom::Array(_) | Atom::Unknown(_))).count();
        let mut by_source: FxHashMap<NodeIndex, Vec<Way>> = FxHashMap::default();
        let mut order = Vec::new();
        for array in self.arrays(value).collect::<Vec<_>>() {
            for way in self.ways(walk, array, point, span) {
                if way.from != node {
                    order.push(way.from);
                    by_source.entry(way.from).or_default().push(way);
                }
            }
        }
        for from in order {
            let Some(ways) = by_source.remove(&from) else { continue };
            let is_one = ways.iter().all(|way| way.kind == ways[0].kind && way.always && way.is_only);
            let always = is_one && ways.len() >= count;
            for way in ways {
                let condition = way.condition.filter(|_| !always);
                add_link(&mut self.graph, from, node, Link { kind: way.kind, always, rule: way.rule, condition, span });
            }
        }
    }

    /// The ways in which an array comes from bindings.
    fn ways(&mut self, walk: &mut Walk<'a>, array: ArrayAtom, point: u32, span: Span) -> Vec<Way> {
        let object = self.recent(array.object);
        let seen: Vec<Seen> = walk
            .at(point)
            .filter_map(|event| {
                if let EventKind::Read { operand, slot, .. } = event.kind { Some((operand, slot)) } else { None }
            })
            .collect();
        let making = self.facts.makings.get(&object).filter(|making| making.point.body == walk.id).cloned();
        let is_made_here = making.as_ref().is_some_and(|making| making.point.index == point);
        let mut same = self.through_operands(walk, &seen, object);
        if same.is_empty() && !is_made_here {
            same = self.through_names(walk, object, span);
        }
        if !same.is_empty() {
            let rule = rule_at(walk, point);
            let outcome =
                rule.and_then(|rule| self.rules.rule(rule).results.iter().find(|outcome| outcome.is == Relation::Same));
            let condition = outcome.and_then(|outcome| outcome.because.clone());
            let rule = outcome.and(rule).map(|rule| self.rules.rule(rule).name.clone());
            return same
                .into_iter()
                .map(|(from, is_only)| Way {
                    from,
                    is_only,
                    kind: LinkKind::Alias,
                    always: true,
                    rule: rule.clone(),
                    condition: condition.clone(),
                })
                .collect();
        }
        let Some(making) = making else { return Vec::new() };
        let rule: Option<&Rule> = making.rule.map(|rule| self.rules.rule(rule));
        let mut ways = Vec::new();
        for source in &making.sources {
            let source = self.recent(*source);
            for (from, is_only) in self.found(walk, &seen, source, span) {
                let kind = if self.shares(from, array) { LinkKind::View } else { LinkKind::Copy };
                let condition = rule.and_then(|rule| because(rule, &making, kind));
                ways.push(Way {
                    from,
                    is_only,
                    kind,
                    always: !making.sometimes,
                    rule: rule.map(|rule| rule.name.clone()),
                    condition,
                });
            }
        }
        ways
    }

    /// Whether what a binding holds may be over the memory of an array.
    fn shares(&self, node: NodeIndex, array: ArrayAtom) -> bool {
        let memory = self.recent_memory(array.memory);
        match self.values.get(&node) {
            Some(value) => self.arrays(*value).any(|held| self.recent_memory(held.memory) == memory),
            None => matches!(self.facts.pool.memories.get(memory), Origin::Place(_)),
        }
    }

    /// The bindings through which an object is reached at a statement, and whether no other is meant.
    fn found(&mut self, walk: &mut Walk<'a>, seen: &[Seen], object: ObjectId, span: Span) -> Vec<(NodeIndex, bool)> {
        let found = self.through_operands(walk, seen, object);
        if found.is_empty() { self.through_names(walk, object, span) } else { found }
    }

    /// Those of the statement's operands that hold the object.
    fn through_operands(&mut self, walk: &mut Walk<'a>, seen: &[Seen], object: ObjectId) -> Vec<(NodeIndex, bool)> {
        let mut found = Vec::new();
        for (operand, slot) in seen {
            if self.may_be(slot.value, object) {
                let sources = self.sources(walk, *operand);
                let is_only = sources.len() == 1;
                found.extend(sources.into_iter().map(|source| (source, is_only)));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The place that the object was found in, or else the names that hold it. A name that is bound further down holds what an
    /// earlier turn of a loop made.
    fn through_names(&mut self, walk: &Walk<'a>, object: ObjectId, span: Span) -> Vec<(NodeIndex, bool)> {
        if let Origin::Place(place) = *self.facts.pool.objects.get(object)
            && let Some(node) = self.place(walk.id, place, span)
        {
            return vec![(node, true)];
        }
        let holders: Vec<NodeIndex> = walk
            .state
            .all()
            .filter(|node| self.values.get(node).is_some_and(|value| self.may_be(*value, object)))
            .filter(|node| {
                self.graph[*node].kind != BindingKind::Temporary && self.graph[*node].span.start < span.start
            })
            .collect();
        let is_only = holders.len() == 1;
        holders.into_iter().map(|holder| (holder, is_only)).collect()
    }

    fn write(&mut self, walk: &mut Walk<'a>, through: Operand, how: WriteHow, always: bool, event: &Event) {
        let by = match how {
            WriteHow::Subscript | WriteHow::AugmentedSubscript => WrittenBy::Subscript,
            WriteHow::Augmented => WrittenBy::Augmented,
            WriteHow::Call(rule) => self.written_by_call(walk, rule, through, event.point.index),
            WriteHow::Callee(..) | WriteHow::Attribute(_) => WrittenBy::Call,
        };
        let is_surely_array = match how {
            WriteHow::Subscript | WriteHow::AugmentedSubscript | WriteHow::Augmented => {
                self.is_array_at(walk, event, through)
            }
            WriteHow::Call(_) | WriteHow::Callee(..) | WriteHow::Attribute(_) => false,
        };
        let sources = self.sources(walk, through);
        let always = (always || is_surely_array) && sources.len() == 1;
        self.writes
            .extend(sources.into_iter().map(|node| (node, DataWrite { binding: 0, span: event.span, by, always })));
    }

    /// Whether an operand is an array of one kind or another wherever an event happens: then a write to it writes.
    fn is_array_at(&self, walk: &Walk<'a>, event: &Event, operand: Operand) -> bool {
        walk.at(event.point.index).any(|other| match other.kind {
            EventKind::Read { operand: read, slot, .. } if read.kind == operand.kind => {
                self.facts.pool.atoms(slot.value).iter().all(|atom| match atom {
                    Atom::Array(array) => self.facts.pool.facts.get(array.facts).evidence > Evidence::None,
                    _ => false,
                })
            }
            _ => false,
        })
    }

    fn written_by_call(&self, walk: &Walk<'a>, rule: RuleId, through: Operand, point: u32) -> WrittenBy {
        let rule = self.rules.rule(rule);
        let args: &[CallArg] = match walk.rvalue(point) {
            Some(Rvalue::CallMethod { object, .. }) if object.kind == through.kind && object.span == through.span => {
                return WrittenBy::Method;
            }
            Some(Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. }) => args,
            _ => return WrittenBy::Call,
        };
        let is_method = rule.params.first().is_some_and(|param| param.name == "self");
        let position = args.iter().position(|arg| arg.value.kind == through.kind && arg.value.span == through.span);
        let name = position.and_then(|position| match args[position].kind {
            ArgKind::Keyword(name) => Some(self.facts.names.text(name)),
            ArgKind::Positional => rule.params.get(position + usize::from(is_method)).map(|param| param.name.as_str()),
            ArgKind::Starred | ArgKind::DoubleStarred => None,
        });
        let is_output = |name: &str| {
            name == "out" || rule.params.iter().position(|param| param.name == name).is_some_and(|at| is_out(rule, at))
        };
        if name.is_some_and(is_output) { WrittenBy::Out } else { WrittenBy::Call }
    }

    /// Arguments are what the parameters of a function of this module are.
    fn pass_arguments(&mut self, walk: &mut Walk<'a>, call: &CallEvent, event: &Event) {
        let Callee::Bodies(bodies) = &call.callee else { return };
        let args: &[CallArg] = match walk.rvalue(event.point.index) {
            Some(Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. }) => args,
            _ => return,
        };
        for &body in bodies {
            for (position, arg) in args.iter().enumerate() {
                if let Some(param) = self.parameter(body, position, arg) {
                    self.hand_on(walk, arg.value, param, arg.value.span);
                }
            }
        }
    }

    /// The parameter that takes an argument.
    fn parameter(&self, id: BodyId, position: usize, arg: &CallArg) -> Option<NodeIndex> {
        let body = &self.module.bodies[id];
        let is_static = body.decorators.iter().any(|name| self.facts.names.text(*name) == "staticmethod");
        let receiver = usize::from(body.class.is_some() && !is_static);
        let position = match arg.kind {
            ArgKind::Positional => position + receiver,
            ArgKind::Keyword(name) => {
                body.params.iter().position(|param| body.locals[param.local].name == Some(name))?
            }
            ArgKind::Starred | ArgKind::DoubleStarred => return None,
        };
        let plain = body.params.get(position).is_some_and(|param| {
            !matches!(param.kind, crate::ir::ParamKind::VarPositional | crate::ir::ParamKind::VarKeyword)
        });
        if plain { self.params.get(&(id, u32::try_from(position).ok()?)).copied() } else { None }
    }
}

/// Whether a parameter is where a call puts its result: it is written, and comes back.
fn is_out(rule: &Rule, position: usize) -> bool {
    let is_it = |param: &ParamIdx| usize::from(*param) == position;
    rule.writes.iter().any(|write| is_it(&write.param))
        && rule.results.iter().any(|outcome| outcome.is == Relation::Same && outcome.of.iter().any(is_it))
}

/// The rule of the call at a point.
fn rule_at(walk: &Walk<'_>, point: u32) -> Option<RuleId> {
    walk.at(point).find_map(|event| match &event.kind {
        EventKind::Call(call) => match call.callee {
            Callee::Rule(rule) => Some(rule),
            Callee::Bodies(_) | Callee::Path(_) | Callee::Method(_) | Callee::Unknown => None,
        },
        _ => None,
    })
}

/// When a rule gives this relation: the first of the outcomes that were possible.
fn because(rule: &Rule, making: &Making, kind: LinkKind) -> Option<String> {
    let relation = match kind {
        LinkKind::Alias => Relation::Same,
        LinkKind::View => Relation::View,
        LinkKind::Copy => Relation::Copy,
    };
    let mut outcomes = rule.results.iter().enumerate();
    let outcome = outcomes.find(|(position, outcome)| outcome.is == relation && making.had_outcome(*position));
    outcome.and_then(|(_, outcome)| outcome.because.clone())
}
