//! What a function does, in sentences, each with the places in the source that show it.
//!
//! ```python
//! def centre(x, out=None):
//!     out = np.empty_like(x) if out is None else out
//!     out[:] = x - x.mean()           # it writes the data of `out`
//!     return out                      # `out` itself, or a new array
//! ```

use std::collections::BTreeMap;

use super::AliasFacts;
use super::domain::{ArrayAtom, Atom, Const, ContainerKind, ObjectId, Origin, PlaceId, ValueId};
use super::event::{Event, EventKind};
use super::facts::Evidence;
use super::state::{Field, OUTER};
use super::summary::{OuterWrite, Summary};
use super::unknown::path_of_place;
use crate::ir::{Body, BodyId, Local, Module, OperandKind, Rvalue, StmtKind};
use crate::rules::{RuleSet, Written};
use crate::source::Span;

/// Containers in containers are described so deep.
const DEPTH: u32 = 2;

/// A sentence, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What is said.
    pub text: String,
    /// Where, in order.
    pub spans: Vec<Span>,
}

/// What a function does.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Whether nothing is known: it is only declared, asynchronous, or too much to follow.
    pub is_unknown: bool,
    /// What may come back, one possibility each.
    pub results: Vec<Sentence>,
    /// What comes back with a flag, such as `copy=True`.
    pub with_flags: Vec<(String, Vec<Sentence>)>,
    /// What it yields.
    pub yields: Vec<Sentence>,
    /// What it writes of the arrays that it is given, or finds elsewhere.
    pub writes: Vec<Sentence>,
    /// What it stores where.
    pub stores: Vec<Sentence>,
    /// What it hands to functions that it is given.
    pub hands: Vec<Sentence>,
}

/// The account of a function of a module.
#[must_use]
pub fn of_function(module: &Module, facts: &AliasFacts, rules: &RuleSet, id: BodyId) -> Account {
    let teller = Teller { module, facts, rules, id, body: &module.bodies[id] };
    let Some(summary) = facts.summaries[id].as_deref().filter(|summary| !summary.opaque) else {
        return Account { is_unknown: true, ..Account::default() };
    };
    let mut results = teller.returned(summary, false);
    let ends =
        teller.body.blocks.iter().filter(|block| matches!(block.end.kind, crate::ir::TerminatorKind::Return(None)));
    let is_none = |atom: &Atom| matches!(atom, Atom::Const(id) if *facts.pool.consts.get(*id) == Const::None);
    let says_none = results.iter().any(|sentence| sentence.text == "`None`");
    if !says_none && !teller.body.is_generator && facts.pool.atoms(summary.result).iter().any(is_none) {
        let spans = ends.map(|block| Span { end: block.end.span.start, ..block.end.span }).collect();
        results.push(Sentence { text: "`None`".to_owned(), spans });
    }
    let variants = facts.variants.get(&id).map_or(&[][..], Vec::as_slice);
    let with_flags = variants.iter().map(|variant| {
        let name = teller.param(variant.param);
        let value = if variant.value { "True" } else { "False" };
        (format!("{name}={value}"), teller.possibilities(&variant.summary, variant.summary.result, &[]))
    });
    Account {
        is_unknown: false,
        results,
        with_flags: with_flags.collect(),
        yields: teller.returned(summary, true),
        writes: teller.writes(summary),
        stores: teller.stores(summary),
        hands: teller.hands(summary),
    }
}

struct Teller<'a> {
    module: &'a Module,
    facts: &'a AliasFacts,
    rules: &'a RuleSet,
    id: BodyId,
    body: &'a Body,
}

impl Teller<'_> {
    fn events(&self) -> &[Event] {
        &self.facts.bodies[self.id].events
    }

    fn param(&self, position: u32) -> String {
        let local = self.body.params[position as usize].local;
        self.local(self.id, local)
    }

    fn local(&self, body: BodyId, local: Local) -> String {
        let name = self.module.bodies[body].locals[local].name;
        name.map_or_else(|| "?".to_owned(), |name| self.module.names.text(name).to_owned())
    }

    fn place(&self, place: PlaceId) -> String {
        path_of_place(self.module, self.facts, place)
    }

    /// What is returned, or yielded, with the places where it is.
    fn returned(&self, summary: &Summary, yields: bool) -> Vec<Sentence> {
        let mut all = Vec::new();
        for event in self.events() {
            if let EventKind::Return { slot, is_yield, .. } = &event.kind
                && *is_yield == yields
            {
                all.extend(self.possibilities(summary, slot.value, &[event.span]));
            }
        }
        merged(all)
    }

    /// A sentence for each possibility of a value.
    fn possibilities(&self, summary: &Summary, value: ValueId, spans: &[Span]) -> Vec<Sentence> {
        let sentence = |atom: &Atom| {
            let mut spans = spans.to_vec();
            spans.extend(self.made_at(*atom));
            Sentence { text: self.atom(summary, *atom, DEPTH), spans }
        };
        merged(self.facts.pool.atoms(value).iter().map(sentence).collect())
    }

    /// Where in this body an array was made, if it was.
    fn made_at(&self, atom: Atom) -> Option<Span> {
        let Atom::Array(array) = atom else { return None };
        let making = self.facts.makings.get(&array.object)?;
        (making.point.body == self.id).then_some(making.span)
    }

    /// A value in words: all that it may be.
    fn value(&self, summary: &Summary, value: ValueId, depth: u32) -> String {
        let mut words: Vec<String> = Vec::new();
        for atom in self.facts.pool.atoms(value) {
            let one = self.atom(summary, *atom, depth);
            if !words.contains(&one) {
                words.push(one);
            }
        }
        words.join(" or ")
    }

    fn atom(&self, summary: &Summary, atom: Atom, depth: u32) -> String {
        let body_name = |body: BodyId| self.module.bodies[body].qualname.clone();
        match atom {
            Atom::Array(array) => self.array(array),
            Atom::Container(object, kind) => self.container(summary, object, kind, depth),
            Atom::Const(id) if *self.facts.pool.consts.get(id) == Const::None => "`None`".to_owned(),
            Atom::Const(_) => "a constant".to_owned(),
            Atom::Scalar => "a number or text".to_owned(),
            Atom::Instance(_, class) => format!("an instance of `{}`", self.module.classes[class].qualname),
            Atom::Function(_, body) => format!("the function `{}`", body_name(body)),
            Atom::Method(_, body) => format!("the bound method `{}`", body_name(body)),
            Atom::Class(_, class) => format!("the class `{}`", self.module.classes[class].qualname),
            Atom::Path(path) => format!("`{}`", self.facts.names.text(path)),
            Atom::Typed(class) => format!("an instance of `{}`", self.facts.names.text(class)),
            Atom::Unknown(reason) => match reason.cause.what(&self.facts.names) {
                Some(what) => format!("something unknown, because of `{what}`"),
                None => "something unknown".to_owned(),
            },
        }
    }

    fn array(&self, array: ArrayAtom) -> String {
        let pool = &self.facts.pool;
        let facts = pool.facts.get(array.facts);
        let rule = self.facts.makings.get(&array.object).and_then(|making| making.rule);
        let by = rule.map_or_else(String::new, |rule| format!(", by `{}`", self.rules.rule(rule).name));
        match (*pool.objects.get(array.object), *pool.memories.get(array.memory)) {
            (Origin::Place(place), _) => {
                let what = match facts.dtype.name() {
                    Some(dtype) => format!(", if it is an array of {dtype}"),
                    None if facts.evidence >= Evidence::Made => ", if it is an array".to_owned(),
                    None => String::new(),
                };
                format!("`{}` itself{what}", self.place(place))
            }
            (_, Origin::Place(place)) => format!("a view of `{}`{by}", self.place(place)),
            (_, Origin::Made { .. }) => format!("a new array{by}"),
            (_, Origin::Foreign(_)) => format!("an array over memory that is not followed{by}"),
        }
    }

    fn container(&self, summary: &Summary, object: ObjectId, kind: ContainerKind, depth: u32) -> String {
        let name = match kind {
            ContainerKind::List => "a list",
            ContainerKind::Tuple => "a tuple",
            ContainerKind::Dict => "a dictionary",
            ContainerKind::Set => "a set",
            ContainerKind::Iterator => "an iterator",
        };
        let Some(depth) = depth.checked_sub(1) else { return name.to_owned() };
        let held = summary.cells.iter().filter(|((holder, _), _)| *holder == object);
        let held = held.filter(|((_, field), _)| matches!(field, Field::Index(_) | Field::Key(_) | Field::Rest));
        let mut words: Vec<String> = held.map(|(_, slot)| self.value(summary, slot.value, depth)).collect();
        if kind != ContainerKind::Tuple {
            words.sort();
            words.dedup();
        }
        if words.is_empty() { name.to_owned() } else { format!("{name} with {}", words.join("; ")) }
    }

    fn writes(&self, summary: &Summary) -> Vec<Sentence> {
        let sentence = |write: &OuterWrite| {
            let Origin::Place(place) = *self.facts.pool.memories.get(write.array.memory) else { return None };
            let what = match write.what {
                Written::Data => "the data",
                Written::Metadata => "the shape, dtype or flags",
            };
            let when = if write.always { "" } else { ", on some runs" };
            let by = if write.body == self.id {
                String::new()
            } else {
                format!(", in `{}`", self.module.bodies[write.body].qualname)
            };
            Some(Sentence { text: format!("{what} of `{}`{when}{by}", self.place(place)), spans: vec![write.span] })
        };
        merged(summary.writes.iter().filter_map(sentence).collect())
    }

    fn stores(&self, summary: &Summary) -> Vec<Sentence> {
        let mut all = Vec::new();
        for ((object, field), slot) in &summary.cells {
            let origin = *self.facts.pool.objects.get(*object);
            let whereto = match (origin, *field) {
                (_, Field::Global(name)) if origin == OUTER => {
                    format!("the module's `{}`", self.module.names.text(name))
                }
                (_, Field::Free(body, local)) if origin == OUTER => {
                    let owner = &self.module.bodies[body].qualname;
                    format!("`{}` of `{owner}`", self.local(body, local))
                }
                (Origin::Place(place), Field::Attr(name)) => {
                    format!("`{}.{}`", self.place(place), self.module.names.text(name))
                }
                (Origin::Place(place), Field::Index(_) | Field::Key(_) | Field::Rest) => {
                    format!("an element of `{}`, if it holds objects", self.place(place))
                }
                _ => continue,
            };
            let value = self.value(summary, slot.value, DEPTH);
            // What was there before is joined to what is stored on some runs.
            if value == format!("{whereto} itself") || value.is_empty() {
                continue;
            }
            all.push(Sentence { text: format!("in {whereto}: {value}"), spans: self.stored_at(*object, *field) });
        }
        merged(all)
    }

    /// Where the body stores something in a cell.
    fn stored_at(&self, cell: ObjectId, cell_field: Field) -> Vec<Span> {
        let holds = |value: ValueId| {
            self.facts.pool.atoms(value).iter().any(|atom| match atom {
                Atom::Array(array) => array.object == cell,
                Atom::Container(object, _) | Atom::Instance(object, _) | Atom::Class(object, _) => *object == cell,
                _ => false,
            })
        };
        let kept = self.events().iter().filter_map(|event| match &event.kind {
            EventKind::Keep { object, field, .. } if *field == cell_field && holds(*object) => Some(event.span),
            _ => None,
        });
        let stmts = self.body.blocks.iter().flat_map(|block| &block.stmts);
        let bound = stmts.filter(|stmt| match (&stmt.kind, cell_field) {
            (StmtKind::StoreGlobal { name, .. }, Field::Global(global)) => *name == global,
            (StmtKind::StoreFree { body, local, .. }, Field::Free(owner, free)) => (*body, *local) == (owner, free),
            _ => false,
        });
        kept.chain(bound.map(|stmt| stmt.span)).collect()
    }

    /// Calls of parameters, with the arrays that they are given.
    fn hands(&self, summary: &Summary) -> Vec<Sentence> {
        let calls: BTreeMap<Span, &Event> = self
            .events()
            .iter()
            .filter(|event| matches!(event.kind, EventKind::Call(_)))
            .map(|event| (event.span, event))
            .collect();
        let mut all = Vec::new();
        for stmt in self.body.blocks.iter().flat_map(|block| &block.stmts) {
            let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { continue };
            let Rvalue::Call { function, .. } = value else { continue };
            let OperandKind::Local(local) = function.kind else { continue };
            let is_param = self.body.params.iter().any(|param| param.local == local);
            let Some(EventKind::Call(call)) = calls.get(&stmt.span).map(|event| &event.kind).filter(|_| is_param)
            else {
                continue;
            };
            let is_array = |atom: &Atom| matches!(atom, Atom::Array(_) | Atom::Container(..));
            let arrays = call.args.iter().filter(|(_, slot)| self.facts.pool.atoms(slot.value).iter().any(is_array));
            let arrays: Vec<String> = arrays.map(|(_, slot)| self.value(summary, slot.value, 1)).collect();
            if !arrays.is_empty() {
                let text = format!("to `{}`: {}", self.local(self.id, local), arrays.join("; "));
                all.push(Sentence { text, spans: vec![stmt.span] });
            }
        }
        merged(all)
    }
}

/// One sentence for each text, with all that shows it.
fn merged(all: Vec<Sentence>) -> Vec<Sentence> {
    let mut kept: Vec<Sentence> = Vec::new();
    for mut sentence in all {
        match kept.iter_mut().find(|one| one.text == sentence.text) {
            Some(one) => one.spans.append(&mut sentence.spans),
            None => kept.push(sentence),
        }
    }
    for one in &mut kept {
        one.spans.sort_unstable();
        one.spans.dedup();
    }
    kept
}
