//! The bindings of all bodies, and what happens between them.

use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use rustc_hash::{FxHashMap, FxHashSet};

use super::contract::contract;
use super::reaching::{Made, Reaching, heads};
use super::walk::Walk;
use super::{Binding, BindingGraph, BindingKind, DataWrite, Graph, LinkKind};
use crate::alias::AliasFacts;
use crate::alias::domain::{Age, ArrayAtom, Atom, Const, MemoryId, ObjectId, Origin, PlaceId, ValueId, Vn};
use crate::alias::event::{Event, EventKind};
use crate::alias::facts::Evidence;
use crate::alias::state::Field;
use crate::ir::{
    BlockId, Body, BodyId, BodyKind, Id, Local, Module, Name, Operand, OperandKind, Place as IrPlace, Rvalue, StmtKind,
    Temp,
};
use crate::rules::RuleSet;
use crate::source::Span;

/// The graph of a module.
pub(super) fn build(module: &Module, facts: &AliasFacts, rules: &RuleSet) -> BindingGraph {
    let mut builder = Builder {
        module,
        facts,
        rules,
        graph: Graph::default(),
        writes: Vec::new(),
        values: FxHashMap::default(),
        params: FxHashMap::default(),
        variables: FxHashMap::default(),
        places: FxHashMap::default(),
        unsure: FxHashSet::default(),
    };
    let made: Vec<Vec<Made>> = module.bodies.ids().map(|id| builder.bindings_of(id)).collect();
    for (id, made) in module.bodies.ids().zip(&made) {
        builder.connect(id, made);
    }
    contract(&mut builder.graph, &mut builder.writes);
    builder.forget_strangers();
    BindingGraph::finish(builder.graph, &builder.writes)
}

/// The graph as it grows.
pub(super) struct Builder<'a> {
    pub(super) module: &'a Module,
    pub(super) facts: &'a AliasFacts,
    pub(super) rules: &'a RuleSet,
    pub(super) graph: Graph,
    pub(super) writes: Vec<(NodeIndex, DataWrite)>,
    /// What each binding holds.
    pub(super) values: FxHashMap<NodeIndex, ValueId>,
    /// The bindings of parameters.
    pub(super) params: FxHashMap<(BodyId, u32), NodeIndex>,
    /// All bindings of a variable.
    pub(super) variables: FxHashMap<(BodyId, Local), Vec<NodeIndex>>,
    places: FxHashMap<(BodyId, PlaceId), NodeIndex>,
    /// Bindings of what may be something else than an array.
    unsure: FxHashSet<NodeIndex>,
}

impl<'a> Builder<'a> {
    /// Makes the bindings of a body; gives what each of its events makes.
    fn bindings_of(&mut self, id: BodyId) -> Vec<Made> {
        let body = &self.module.bodies[id];
        for (position, param) in (0..).zip(&body.params) {
            let info = &body.locals[param.local];
            let name = info.name.map_or("", |name| self.facts.names.text(name)).to_owned();
            let node = self.add(id, name, BindingKind::Parameter, info.span, None);
            let entry = self.facts.bodies[id].heads.iter().nth(body.entry.index()).and_then(Option::as_ref);
            if let Some(slot) = entry.map(|head| head.locals[param.local.index()]) {
                self.values.insert(node, slot.value);
            }
            let sure = self.values.get(&node).is_some_and(|value| self.is_sure(*value));
            if !sure {
                self.unsure.insert(node);
            }
            self.params.insert((id, position), node);
            self.variables.entry((id, param.local)).or_default().push(node);
        }
        self.facts.bodies[id].events.iter().map(|event| self.binding_of(id, event)).collect()
    }

    fn binding_of(&mut self, id: BodyId, event: &Event) -> Made {
        let body = &self.module.bodies[id];
        let holds = |value: ValueId| self.arrays(value).next().is_some();
        match event.kind {
            EventKind::Bind { local, before, slot, .. } => {
                if !holds(slot.value) {
                    return Made::Nothing;
                }
                if before.vn == slot.vn
                    && slot.vn != Vn::None
                    && body.locals[local].name.is_some()
                    && is_in_place(body, event, local)
                {
                    return Made::Kept;
                }
                let (name, kind) = self.variable(body, local);
                let node = self.add(id, name, kind, event.span, Some(slot.value));
                self.variables.entry((id, local)).or_default().push(node);
                Made::Binding(node)
            }
            EventKind::Keep { holder, field, value, .. } if holds(value) => {
                let (name, kind) = self.kept(body, event.block, holder, field);
                let node = self.add(id, name, kind, event.span, Some(value));
                match field {
                    Field::Free(of, local) => self.variables.entry((of, local)).or_default().push(node),
                    Field::Global(name) => {
                        if let Some(local) = self.top_local(name) {
                            self.variables.entry((Module::TOP, local)).or_default().push(node);
                        }
                    }
                    Field::Attr(_)
                    | Field::Index(_)
                    | Field::Key(_)
                    | Field::Rest
                    | Field::Length
                    | Field::Keys
                    | Field::Views
                    | Field::Receiver
                    | Field::Original => {}
                }
                Made::Binding(node)
            }
            EventKind::Return { operand, slot, is_yield } => {
                let is_display = displayed(body, event.block, operand).is_some();
                if !holds(slot.value) && !is_display {
                    return Made::Nothing;
                }
                let name = if is_yield { "yield" } else { "return" };
                let node = self.add(id, name.to_owned(), BindingKind::Return, event.span, Some(slot.value));
                self.unsure.insert(node);
                Made::Binding(node)
            }
            EventKind::Keep { .. } | EventKind::Delete { .. } | EventKind::DeleteAttr { .. } => Made::Nothing,
            EventKind::Read { .. } | EventKind::Write { .. } | EventKind::Call(_) => Made::Kept,
        }
    }

    fn variable(&self, body: &Body, local: Local) -> (String, BindingKind) {
        let Some(name) = body.locals[local].name else { return (String::new(), BindingKind::Temporary) };
        let kind = match body.kind {
            BodyKind::Module => BindingKind::Global,
            BodyKind::Class => BindingKind::Attribute,
            BodyKind::Function | BodyKind::Lambda => BindingKind::Local,
        };
        (self.facts.names.text(name).to_owned(), kind)
    }

    fn kept(&self, body: &Body, block: BlockId, holder: Operand, field: Field) -> (String, BindingKind) {
        let text = |name: Name| self.facts.names.text(name);
        let path = self.path(body, block, holder);
        match field {
            Field::Attr(name) => (format!("{path}.{}", text(name)), BindingKind::Attribute),
            Field::Index(position) => (format!("{path}[{position}]"), BindingKind::Element),
            Field::Key(key) => match self.facts.pool.consts.get(key) {
                Const::Str(key) => (format!("{path}[\"{}\"]", text(*key)), BindingKind::Element),
                _ => (format!("{path}[...]"), BindingKind::Element),
            },
            Field::Rest | Field::Length | Field::Keys | Field::Views | Field::Receiver | Field::Original => {
                (format!("{path}[...]"), BindingKind::Element)
            }
            Field::Global(name) => (text(name).to_owned(), BindingKind::Global),
            Field::Free(of, local) => {
                let name = self.module.bodies[of].locals[local].name;
                (name.map_or_else(String::new, |name| text(name).to_owned()), BindingKind::Local)
            }
        }
    }

    /// An operand as people write it: `self.history`.
    fn path(&self, body: &Body, block: BlockId, operand: Operand) -> String {
        let defined = |temp: Temp| {
            body.blocks[block].stmts.iter().rev().find_map(|stmt| match &stmt.kind {
                StmtKind::Assign { place: IrPlace::Temp(defined), value, .. } if *defined == temp => Some(value),
                _ => None,
            })
        };
        match operand.kind {
            OperandKind::Local(local) => {
                body.locals[local].name.map_or_else(|| "...".to_owned(), |name| self.facts.names.text(name).to_owned())
            }
            OperandKind::Temp(temp) => match defined(temp) {
                Some(Rvalue::Attr { object, attr }) => {
                    format!("{}.{}", self.path(body, block, *object), self.facts.names.text(*attr))
                }
                Some(Rvalue::Index { object, .. }) => format!("{}[...]", self.path(body, block, *object)),
                Some(Rvalue::Global(name)) => self.facts.names.text(*name).to_owned(),
                _ => "...".to_owned(),
            },
            OperandKind::Const(_) => "...".to_owned(),
        }
    }

    /// Connects the bindings of a body.
    fn connect(&mut self, id: BodyId, made: &[Made]) {
        let body = &self.module.bodies[id];
        let events = &self.facts.bodies[id].events;
        let mut entry = Reaching::default();
        for (position, param) in (0..).zip(&body.params) {
            entry.bind((param.local, None), self.params.get(&(id, position)).copied());
        }
        let heads = heads(body, entry, events, made);
        let mut walk = Walk::new(id, body, events);
        let mut at = 0;
        while at < events.len() {
            let point = events[at].point;
            let end = at + events[at..].iter().take_while(|event| event.point == point).count();
            if at == 0 || events[at - 1].block != events[at].block {
                walk.block = events[at].block;
                walk.state = heads[walk.block.index()].clone().unwrap_or_default();
            }
            for position in at..end {
                self.event(&mut walk, &events[position], made[position]);
            }
            for position in at..end {
                walk.state.pass(&events[position], made[position]);
            }
            at = end;
        }
    }

    /// Adds a binding.
    pub(super) fn add(
        &mut self,
        id: BodyId,
        name: String,
        kind: BindingKind,
        span: Span,
        value: Option<ValueId>,
    ) -> NodeIndex {
        let scope = self.module.bodies[id].qualname.clone();
        let node = self.graph.add_node(Binding { scope, name, kind, span });
        if let Some(value) = value {
            self.values.insert(node, value);
            if !self.is_sure(value) {
                self.unsure.insert(node);
            }
        }
        node
    }

    /// The binding of what was in a place before a body ran.
    pub(super) fn place(&mut self, id: BodyId, place: PlaceId, span: Span) -> Option<NodeIndex> {
        use crate::alias::domain::Place;
        let (name, kind) = match *self.facts.pool.places.get(place) {
            Place::Param(body, position) => return self.params.get(&(body, position)).copied(),
            Place::Global(_) | Place::Free(..) => return None,
            Place::Attr(..) => (self.place_text(place), BindingKind::Attribute),
            Place::Element(_) => (self.place_text(place), BindingKind::Element),
        };
        if let Some(node) = self.places.get(&(id, place)) {
            return Some(*node);
        }
        let node = self.add(id, name, kind, span, None);
        self.unsure.insert(node);
        self.places.insert((id, place), node);
        Some(node)
    }

    fn place_text(&self, place: PlaceId) -> String {
        use crate::alias::domain::Place;
        let text =
            |name: Option<Name>| name.map_or_else(|| "...".to_owned(), |name| self.facts.names.text(name).to_owned());
        match *self.facts.pool.places.get(place) {
            Place::Param(body, position) => {
                let body = &self.module.bodies[body];
                text(body.params.get(position as usize).and_then(|param| body.locals[param.local].name))
            }
            Place::Global(name) => text(Some(name)),
            Place::Free(body, local) => text(self.module.bodies[body].locals[local].name),
            Place::Attr(of, name) => format!("{}.{}", self.place_text(of), self.facts.names.text(name)),
            Place::Element(of) => format!("{}[...]", self.place_text(of)),
        }
    }

    /// The module-level variable of a name.
    pub(super) fn top_local(&self, name: Name) -> Option<Local> {
        let mut locals = self.module.bodies[Module::TOP].locals.iter_ids();
        locals.find(|(_, info)| info.name == Some(name)).map(|(local, _)| local)
    }

    /// The arrays among the possibilities of a value.
    pub(super) fn arrays(&self, value: ValueId) -> impl Iterator<Item = ArrayAtom> + use<'a> {
        let atoms = self.facts.pool.atoms(value);
        atoms.iter().filter_map(|atom| if let Atom::Array(array) = atom { Some(*array) } else { None })
    }

    fn is_sure(&self, value: ValueId) -> bool {
        self.arrays(value).any(|array| self.facts.pool.facts.get(array.facts).evidence > Evidence::None)
    }

    /// The object of the current turn of a loop, for one of any turn.
    pub(super) fn recent(&self, object: ObjectId) -> ObjectId {
        match *self.facts.pool.objects.get(object) {
            Origin::Made { point, age: Age::Old, part } => {
                self.facts.pool.objects.find(&Origin::Made { point, age: Age::Recent, part }).unwrap_or(object)
            }
            Origin::Place(_) | Origin::Made { .. } | Origin::Foreign(_) => object,
        }
    }

    /// The memory of the current turn of a loop, for one of any turn.
    pub(super) fn recent_memory(&self, memory: MemoryId) -> MemoryId {
        match *self.facts.pool.memories.get(memory) {
            Origin::Made { point, age: Age::Old, part } => {
                self.facts.pool.memories.find(&Origin::Made { point, age: Age::Recent, part }).unwrap_or(memory)
            }
            Origin::Place(_) | Origin::Made { .. } | Origin::Foreign(_) => memory,
        }
    }

    /// Whether a value may be this object.
    pub(super) fn may_be(&self, value: ValueId, object: ObjectId) -> bool {
        self.arrays(value).any(|array| self.recent(array.object) == object)
    }

    /// Removes names that have to do with no array, as far as anything shows: `m = n + 1` of whatever `n` is.
    fn forget_strangers(&mut self) {
        let unsure =
            |graph: &Graph, node: NodeIndex| self.unsure.contains(&node) || graph[node].kind == BindingKind::Temporary;
        self.graph.retain_edges(|graph, edge| {
            let ends = graph.edge_endpoints(edge);
            graph[edge].kind != LinkKind::Copy
                || ends.is_none_or(|(from, to)| !unsure(&graph, from) || !unsure(&graph, to))
        });
        let mut known: Vec<NodeIndex> = self.writes.iter().map(|(node, _)| *node).collect();
        known.extend(self.graph.node_indices().filter(|node| !unsure(&self.graph, *node)));
        let views = self.graph.edge_references().filter(|edge| edge.weight().kind == LinkKind::View);
        known.extend(views.map(|edge| edge.source()));
        let mut attributes: FxHashMap<(&str, &str), Vec<NodeIndex>> = FxHashMap::default();
        for node in self.graph.node_indices() {
            attributes.entry(attribute(&self.graph[node])).or_default().push(node);
        }
        let mut reached: FxHashSet<NodeIndex> = FxHashSet::default();
        while let Some(node) = known.pop() {
            if reached.insert(node) {
                known.extend(self.graph.neighbors_undirected(node));
                if self.graph[node].kind == BindingKind::Attribute {
                    known.extend(attributes.get(&attribute(&self.graph[node])).into_iter().flatten());
                }
            }
        }
        self.graph.retain_nodes(|_, node| reached.contains(&node));
    }
}

/// What the methods of a class have in common: the class, and the attribute's name.
fn attribute(binding: &Binding) -> (&str, &str) {
    (binding.scope.rsplit_once('.').map_or("", |(class, _)| class), &binding.name)
}

/// Whether a name is bound anew by an augmented assignment that wrote in place: `a += 1` of an array.
fn is_in_place(body: &Body, event: &Event, local: Local) -> bool {
    body.blocks[event.block].stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Assign { place: IrPlace::Local(bound), target, value: Rvalue::InPlace { .. } } => {
            *bound == local && *target == event.span
        }
        _ => false,
    })
}

/// The elements of a display that an operand is.
pub(super) fn displayed(body: &Body, block: BlockId, operand: Operand) -> Option<Vec<Operand>> {
    let OperandKind::Temp(temp) = operand.kind else { return None };
    body.blocks[block].stmts.iter().rev().find_map(|stmt| match &stmt.kind {
        StmtKind::Assign { place: IrPlace::Temp(defined), value, .. } if *defined == temp => match value {
            Rvalue::Tuple(items) | Rvalue::List(items) | Rvalue::Set(items) => {
                Some(items.iter().map(|item| item.value).collect())
            }
            Rvalue::Dict(items) => Some(items.iter().map(|(_, value)| *value).collect()),
            _ => None,
        },
        _ => None,
    })
}
