//! Which bindings are unknown, and why.
//!
//! A *binding* is a variable at one place where it is given a value: a parameter, an assignment, a loop's target. Functions,
//! classes and imports under their own names are left out. A binding is *known* if of everything that it may hold is known
//! whether it is an array, and of which memory; it comes *from outside* if it is a parameter, a global or an attribute of one, and
//! nothing says whether it is an array; in all other cases it is *unknown*.

use rustc_hash::FxHashMap;

use super::AliasFacts;
use super::domain::{Atom, Cause, Origin, Place, PlaceId, Reason, Slot, Via};
use super::event::EventKind;
use super::facts::Evidence;
use crate::ir::{
    Block, Body, BodyId, BodyKind, Id, Local, LocalKind, Module, ParamKind, Place as IrPlace, Rvalue, Stmt, StmtKind,
};
use crate::rules::RuleSet;
use crate::source::Span;

/// What kind of reason it is that a binding is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// What was not known when the value was made.
    Cause(&'static str),
    /// Memory that a rule says nothing about.
    Memory,
    /// Something imported that no rule tells of.
    Import,
    /// A parameter of which nothing says whether it is an array.
    Parameter,
    /// Anything else from outside the function, likewise.
    Outside,
}

impl Kind {
    /// One word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cause(kind) => kind,
            Self::Memory => "memory",
            Self::Import => "import",
            Self::Parameter => "parameter",
            Self::Outside => "outside",
        }
    }
}

/// Why a binding is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Why {
    /// The kind of reason.
    pub kind: Kind,
    /// What is not known, by name.
    pub what: Option<String>,
}

/// A binding of which not everything is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The function, or the module.
    pub body: BodyId,
    /// The variable.
    pub name: String,
    /// Where it is bound.
    pub span: Span,
    /// Whether nothing is known of any value that it may hold.
    pub always: bool,
    /// Why.
    pub why: Why,
    /// Where the function does what is not known, if it does.
    pub since: Option<Span>,
}

/// What was found of the bindings of a file.
#[derive(Clone, Debug, Default)]
pub struct Unknowns {
    /// Number of bindings.
    pub bindings: usize,
    /// Those that are not known, by place.
    pub unknown: Vec<Unknown>,
}

/// How many bindings of many files are unknown, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Number of bindings.
    pub bindings: usize,
    /// How many of them come from outside their function, with nothing that says what they are.
    pub outside: usize,
    /// How many are unknown for other reasons.
    pub unknown: usize,
    /// The reasons of the latter, and how many bindings have each.
    pub reasons: FxHashMap<Why, usize>,
}

impl Tally {
    /// Counts what was found in a file.
    pub fn add(&mut self, found: Unknowns) {
        self.bindings += found.bindings;
        for one in found.unknown {
            if matches!(one.why.kind, Kind::Parameter | Kind::Outside) {
                self.outside += 1;
            } else {
                self.unknown += 1;
                *self.reasons.entry(one.why).or_default() += 1;
            }
        }
    }

    /// Takes in another tally.
    pub fn merge(&mut self, other: Self) {
        self.bindings += other.bindings;
        self.outside += other.outside;
        self.unknown += other.unknown;
        for (why, count) in other.reasons {
            *self.reasons.entry(why).or_default() += count;
        }
    }

    /// The reasons, the most frequent first.
    #[must_use]
    pub fn by_count(&self) -> Vec<(&Why, usize)> {
        let mut all: Vec<(&Why, usize)> = self.reasons.iter().map(|(why, count)| (why, *count)).collect();
        all.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));
        all
    }
}

/// Finds the bindings of a module that are unknown.
#[must_use]
pub fn of_module(module: &Module, facts: &AliasFacts, rules: &RuleSet) -> Unknowns {
    let mut found = Unknowns::default();
    for (id, body) in module.bodies.iter_ids() {
        let search = Search { module, facts, rules, id, body };
        if facts.bodies[id].cut_short {
            search.cut_short(&mut found);
        } else if facts.bodies[id].heads.iter().any(Option::is_some) {
            search.parameters(&mut found);
            search.bindings(&mut found);
        }
    }
    found.unknown.sort_by(|left, right| (left.span, &left.name).cmp(&(right.span, &right.name)));
    found
}

/// The search in one body.
struct Search<'a> {
    module: &'a Module,
    facts: &'a AliasFacts,
    rules: &'a RuleSet,
    id: BodyId,
    body: &'a Body,
}

impl Search<'_> {
    /// All that is assigned in a body that was too much to follow.
    fn cut_short(&self, found: &mut Unknowns) {
        for stmt in self.body.blocks.iter().flat_map(|block| &block.stmts) {
            if let StmtKind::Assign { place: IrPlace::Local(local), target, value } = &stmt.kind
                && !is_definition(value)
                && let Some(name) = self.name(*local)
            {
                found.bindings += 1;
                let what = Some("a function too long to follow".to_owned());
                let why = Why { kind: Kind::Cause("limit"), what };
                found.unknown.push(Unknown { body: self.id, name, span: *target, always: true, why, since: None });
            }
        }
    }

    /// The parameters of which nothing says what they are. The object of a method is an instance of its class.
    fn parameters(&self, found: &mut Unknowns) {
        let entry = &self.facts.bodies[self.id].heads[self.body.entry];
        let is_static = self.body.decorators.iter().any(|name| self.text(*name) == "staticmethod");
        let has_object = self.body.class.is_some() && self.body.kind == BodyKind::Function && !is_static;
        for param in self.body.params.iter().skip(usize::from(has_object)) {
            let (Some(state), Some(name)) = (entry, self.name(param.local)) else { continue };
            if matches!(param.kind, ParamKind::VarPositional | ParamKind::VarKeyword) {
                continue;
            }
            found.bindings += 1;
            let span = self.body.locals[param.local].span;
            if let Some((why, always)) = self.why(state.locals[param.local.index()]) {
                found.unknown.push(Unknown { body: self.id, name, span, always, why: why.0, since: None });
            }
        }
    }

    fn bindings(&self, found: &mut Unknowns) {
        let (origins, firsts) = (self.origins(), self.firsts());
        let mut seen: FxHashMap<(Local, Span), Option<usize>> = FxHashMap::default();
        for event in &self.facts.bodies[self.id].events {
            let EventKind::Bind { local, slot, .. } = event.kind else { continue };
            let Some(name) = self.name(local) else { continue };
            let at = event.point.index.saturating_sub(firsts[event.block.index()]) as usize;
            let stmt = self.body.blocks[event.block].stmts.get(at);
            if self.is_definition(stmt, slot) {
                continue;
            }
            let why = self.why(slot);
            // A statement of a `finally` stands in the body once for each way into it.
            let known = seen.entry((local, event.span)).or_insert_with(|| {
                found.bindings += 1;
                None
            });
            if let (None, Some(((why, cause), always))) = (&known, why) {
                *known = Some(found.unknown.len());
                let since = cause.and_then(|cause| {
                    let limit = stmt.map_or(event.span.end, |stmt| stmt.span.end.max(event.span.end));
                    nearest(origins.get(&cause)?, limit)
                });
                found.unknown.push(Unknown { body: self.id, name, span: event.span, always, why, since });
            }
        }
    }

    /// The number of the first statement of each block.
    fn firsts(&self) -> Vec<u32> {
        let count = |block: &Block| u32::try_from(block.stmts.len()).unwrap_or(u32::MAX - 1) + 1;
        let first = |next: &mut u32, block: &Block| {
            let first = *next;
            *next += count(block);
            Some(first)
        };
        self.body.blocks.iter().scan(0, first).collect()
    }

    /// Where the body does what is not known, for each cause in the order of the source.
    fn origins(&self) -> FxHashMap<Cause, Vec<Span>> {
        let mut all: FxHashMap<Cause, Vec<Span>> = FxHashMap::default();
        for event in &self.facts.bodies[self.id].events {
            if let EventKind::Call(call) = &event.kind {
                for atom in self.facts.pool.atoms(call.result) {
                    // What a result has by way of something else was not known before.
                    if let Atom::Unknown(Reason { cause, via: Via::Itself }) = atom {
                        all.entry(*cause).or_default().push(event.span);
                    }
                }
            }
        }
        for stmt in self.body.blocks.iter().flat_map(|block| &block.stmts) {
            if let StmtKind::Assign { value: Rvalue::Attr { attr, .. }, .. } = &stmt.kind {
                all.entry(Cause::Attribute(*attr)).or_default().push(stmt.span);
            }
        }
        for spans in all.values_mut() {
            spans.sort_unstable();
        }
        all
    }

    /// Why a value is unknown, and whether all of it is; the cause where there is one.
    fn why(&self, slot: Slot) -> Option<((Why, Option<Cause>), bool)> {
        let atoms = self.facts.pool.atoms(slot.value);
        let reasons: Vec<(Why, Option<Cause>)> = atoms.iter().filter_map(|atom| self.why_atom(*atom)).collect();
        let always = reasons.len() == atoms.len();
        let first = reasons.into_iter().min_by(|left, right| left.0.cmp(&right.0))?;
        Some((first, always))
    }

    fn why_atom(&self, atom: Atom) -> Option<(Why, Option<Cause>)> {
        match atom {
            Atom::Unknown(reason) => {
                let what = reason.cause.what(&self.facts.names).map(str::to_owned);
                Some((Why { kind: Kind::Cause(reason.cause.kind()), what }, Some(reason.cause)))
            }
            Atom::Array(array) => {
                let pool = &self.facts.pool;
                if matches!(pool.memories.get(array.memory), Origin::Foreign(_)) {
                    let rule = self.facts.makings.get(&array.object).and_then(|making| making.rule);
                    let what = rule.map(|rule| self.rules.rule(rule).name.clone());
                    return Some((Why { kind: Kind::Memory, what }, None));
                }
                let Origin::Place(place) = *pool.objects.get(array.object) else { return None };
                if pool.facts.get(array.facts).evidence > Evidence::None {
                    return None;
                }
                let is_parameter = matches!(pool.places.get(place), Place::Param(..));
                let kind = if is_parameter { Kind::Parameter } else { Kind::Outside };
                Some((Why { kind, what: Some(self.path(place)) }, None))
            }
            Atom::Path(path) => {
                let path = self.text(path);
                let library = path.split('.').next().unwrap_or_default();
                let is_known = library == "builtins" || crate::rules::library_named(library).is_some();
                (!is_known).then(|| (Why { kind: Kind::Import, what: Some(path.to_owned()) }, None))
            }
            Atom::Const(_)
            | Atom::Scalar
            | Atom::Container(..)
            | Atom::Instance(..)
            | Atom::Function(..)
            | Atom::Method(..)
            | Atom::Class(..)
            | Atom::Typed(_) => None,
        }
    }

    /// A place as Python would write it.
    fn path(&self, place: PlaceId) -> String {
        path_of_place(self.module, self.facts, place)
    }

    /// Whether a function, a class or an import is bound under its own name.
    fn is_definition(&self, stmt: Option<&Stmt>, slot: Slot) -> bool {
        let atoms = self.facts.pool.atoms(slot.value);
        atoms.iter().all(|atom| matches!(atom, Atom::Function(..) | Atom::Class(..)))
            || stmt.is_some_and(|stmt| matches!(&stmt.kind, StmtKind::Assign { value, .. } if is_definition(value)))
    }

    /// The name of a variable that the source has.
    fn name(&self, local: Local) -> Option<String> {
        let info = &self.body.locals[local];
        let name = info.name.filter(|_| matches!(info.kind, LocalKind::Param | LocalKind::Named));
        name.map(|name| self.text(name).to_owned())
    }

    fn text(&self, name: crate::ir::Name) -> &str {
        self.facts.names.text(name)
    }
}

/// A place as Python would write it.
pub(super) fn path_of_place(module: &Module, facts: &AliasFacts, place: PlaceId) -> String {
    let named = |body: BodyId, local: Local| {
        let name = module.bodies[body].locals[local].name;
        name.map_or_else(|| "?".to_owned(), |name| facts.names.text(name).to_owned())
    };
    match *facts.pool.places.get(place) {
        Place::Param(body, position) => named(body, module.bodies[body].params[position as usize].local),
        Place::Global(name) => facts.names.text(name).to_owned(),
        Place::Free(body, local) => named(body, local),
        Place::Attr(of, name) => format!("{}.{}", path_of_place(module, facts, of), facts.names.text(name)),
        Place::Element(of) => format!("{}[...]", path_of_place(module, facts, of)),
    }
}

fn is_definition(value: &Rvalue) -> bool {
    matches!(value, Rvalue::Import(_) | Rvalue::MakeFunction { .. } | Rvalue::MakeClass { .. })
}

/// The last of the places before the end of a binding; of those after it, in a loop, the first.
fn nearest(origins: &[Span], limit: u32) -> Option<Span> {
    let after = origins.partition_point(|span| span.start < limit);
    origins[..after].last().or(origins.get(after)).copied()
}
