//! Summaries of functions as rules, for the files that import them.
//!
//! ```python
//! def checked(x, name):                   # pkg/validation.py
//!     x = np.asarray(x, dtype=float)
//!     if x.ndim != 1:
//!         raise ValueError(name)
//!     return x
//! ```
//!
//! becomes a rule for `pkg.validation.checked`: `x` itself, if it is an array, on some runs; otherwise a copy. A summary refers to
//! the interned values of its file; a rule refers to nothing, so that files can be analysed one after the other.

use rustc_hash::{FxHashMap, FxHashSet};

use super::AliasFacts;
use super::domain::{Atom, Const, ContainerKind, ObjectId, Origin, Place, ValueId};
use super::facts::Evidence;
use super::state::Field;
use super::summary::Summary;
use crate::ir::{self, Body, BodyId, BodyKind, Local, Module, Name, ParamDefault, Rvalue, StmtKind};
use crate::rules::{
    Arg, Cond, Container, Literal, Outcome, Param, ParamIdx, ParamKind, ProjectClass, Relation, ResultFacts, Rule,
    Test, TestOp, VersionRange, Write, Written,
};

/// The library of rules that are made from code.
const LIBRARY: &str = "code";

/// Results with more elements than this are not told apart.
const MOST_ITEMS: usize = 8;

/// The module-level names of a file that mean one thing for good, and those that do not.
pub struct Names {
    bound: FxHashMap<Local, Option<Bound>>,
}

/// What a name means.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    Function(BodyId),
    Class(ir::ClassId),
    Import(Name),
}

impl Names {
    /// The names of a module. One that is bound in two ways, by a function of the module among others, means what the last binding
    /// says when it is read, which is not known here.
    #[must_use]
    pub fn of(module: &Module) -> Self {
        let mut names = Self { bound: FxHashMap::default() };
        let top = &module.bodies[Module::TOP];
        for block in &top.blocks {
            for stmt in &block.stmts {
                match &stmt.kind {
                    StmtKind::Assign { place: ir::Place::Local(local), value, .. } => {
                        names.bind(
                            *local,
                            match value {
                                Rvalue::Import(path) => Some(Bound::Import(*path)),
                                Rvalue::MakeFunction { body, .. } => Some(Bound::Function(*body)),
                                Rvalue::MakeClass { class, .. } => Some(Bound::Class(*class)),
                                _ => None,
                            },
                        );
                    }
                    StmtKind::Unpack { targets, .. } => {
                        for target in targets {
                            names.bind_place(target.place);
                        }
                    }
                    StmtKind::DeleteLocal(local) => names.bind(*local, None),
                    _ => {}
                }
            }
            if let ir::TerminatorKind::ForNext { element, .. } = block.end.kind {
                names.bind_place(element);
            }
        }
        let stmts = module.bodies.iter().flat_map(|body| body.blocks.iter()).flat_map(|block| &block.stmts);
        let stored: FxHashSet<Name> = stmts
            .filter_map(|stmt| match stmt.kind {
                StmtKind::StoreGlobal { name, .. } | StmtKind::DeleteGlobal(name) => Some(name),
                _ => None,
            })
            .collect();
        for (local, info) in top.locals.iter_ids() {
            if info.name.is_some_and(|name| stored.contains(&name)) {
                names.bind(local, None);
            }
        }
        names
    }

    fn bind(&mut self, local: Local, bound: Option<Bound>) {
        let is_other = |known: &Option<Bound>| known.is_none() || *known != bound;
        self.bound
            .entry(local)
            .and_modify(|known| *known = if is_other(known) { None } else { *known })
            .or_insert(bound);
    }

    fn bind_place(&mut self, place: ir::Place) {
        if let ir::Place::Local(local) = place {
            self.bind(local, None);
        }
    }

    /// The names that mean one thing for good.
    fn sure<'m>(&'m self, module: &'m Module) -> impl Iterator<Item = (&'m str, Bound)> {
        let top = &module.bodies[Module::TOP];
        top.locals.iter_ids().filter_map(|(local, info)| {
            let bound = (*self.bound.get(&local)?)?;
            Some((module.names.text(info.name?), bound))
        })
    }
}

/// The functions of a module as rules, under the module's name.
#[must_use]
pub fn rules_of(module: &Module, facts: &AliasFacts, names: &Names, name: &str, path: &str) -> Vec<Rule> {
    let exporter = Exporter { module, facts };
    let functions = names.sure(module).filter_map(|(own, bound)| {
        let Bound::Function(id) = bound else { return None };
        let body = &module.bodies[id];
        let is_plain = body.kind == BodyKind::Function && body.decorators.is_empty();
        let is_plain = is_plain && !body.is_generator && !body.is_async && module.names.text(body.name) == own;
        is_plain.then_some((id, body))
    });
    functions.filter_map(|(id, body)| exporter.rule(id, body, name, path)).collect()
}

/// Other names that a module gives to what it imports, as (its own, what is imported).
#[must_use]
pub fn names_of(module: &Module, names: &Names, name: &str) -> Vec<(String, String)> {
    let imports = names.sure(module).filter_map(|(own, bound)| {
        let Bound::Import(target) = bound else { return None };
        Some((format!("{name}.{own}"), module.names.text(target).to_owned()))
    });
    imports.filter(|(own, target)| own != target).collect()
}

/// The module-level variables of a module, under its name: what they hold is not known elsewhere.
#[must_use]
pub fn values_of(module: &Module, names: &Names, name: &str) -> Vec<String> {
    let top = &module.bodies[Module::TOP];
    let values = top.locals.iter_ids().filter_map(|(local, info)| {
        let own = info.name.filter(|_| info.kind == ir::LocalKind::Named && names.bound.get(&local) == Some(&None));
        Some(format!("{name}.{}", module.names.text(own?)))
    });
    values.collect()
}

/// The classes of a module, under its name.
#[must_use]
pub fn classes_of(module: &Module, names: &Names, name: &str) -> Vec<(String, ProjectClass)> {
    let text = |id| module.names.text(id);
    // A base is known by the name that it has in this module, which may be one that it imports.
    let base = |base: &Option<ir::Name>| {
        base.map(|base| match text(base) {
            "object" => "object".to_owned(),
            base => format!("{name}.{base}"),
        })
    };
    let class = |class: &ir::Class| {
        let own = module.bodies[class.body].locals.iter().filter_map(|local| local.name);
        let own = own.map(|own| text(own).to_owned()).collect();
        (format!("{name}.{}", text(class.name)), ProjectClass { bases: class.bases.iter().map(base).collect(), own })
    };
    let classes = names.sure(module).filter_map(|(_, bound)| match bound {
        Bound::Class(id) => Some(class(&module.classes[id])),
        Bound::Function(_) | Bound::Import(_) => None,
    });
    classes.collect()
}

struct Exporter<'a> {
    module: &'a Module,
    facts: &'a AliasFacts,
}

impl Exporter<'_> {
    fn rule(&self, id: BodyId, body: &Body, module: &str, path: &str) -> Option<Rule> {
        let summary = self.facts.summaries[id].as_deref().filter(|summary| !summary.opaque)?;
        let params: Vec<Param> = body.params.iter().map(|param| self.param(body, param)).collect();
        if params.len() > usize::from(ParamIdx::MAX) {
            return None;
        }
        // What is written on some paths only is left to those who read the function: callers would hear of it again and again.
        let written = |write: &super::summary::OuterWrite| {
            let param = self.param_of(id, self.facts.pool.memories.get(write.array.memory))?;
            write.always.then_some(Write { param, what: write.what, when: Cond::Always, writeable: None })
        };
        let mut writes: Vec<Write> = summary.writes.iter().filter_map(written).collect();
        writes.sort_by_key(|write| (write.param, write.what == Written::Metadata));
        writes.dedup_by_key(|write| (write.param, write.what == Written::Metadata));
        Some(Rule {
            name: format!("{module}.{}", self.module.names.text(body.name)),
            params,
            is_attribute: false,
            sets: None,
            results: self.all_results(id, summary),
            writes,
            retains: Vec::new(),
            never_raises: None,
            raises: Vec::new(),
            pure: false,
            tells: None,
            object: None,
            is_distinctive: false,
            protocol: None,
            doc: String::new(),
            versions: VersionRange::default(),
            library: LIBRARY.to_owned(),
            cases: Vec::new(),
            source: (path.to_owned(), body.name_span.start as usize..body.name_span.end as usize),
        })
    }

    fn param(&self, body: &Body, param: &ir::Param) -> Param {
        let text = |name| self.module.names.text(name);
        let kind = match param.kind {
            ir::ParamKind::PositionalOnly => ParamKind::PositionalOnly,
            ir::ParamKind::Either => ParamKind::Either,
            ir::ParamKind::KeywordOnly => ParamKind::KeywordOnly,
            ir::ParamKind::VarPositional => ParamKind::VarPositional,
            ir::ParamKind::VarKeyword => ParamKind::VarKeyword,
        };
        let default = match param.default {
            ParamDefault::Required => None,
            ParamDefault::Const(ir::Const::None) => Some(Literal::None),
            ParamDefault::Const(ir::Const::Bool(value)) => Some(Literal::Bool(value)),
            ParamDefault::Const(ir::Const::Int(value)) => Some(Literal::Int(value)),
            ParamDefault::Const(ir::Const::Str(value)) => Some(Literal::Str(text(value).to_owned())),
            ParamDefault::Const(_) | ParamDefault::Value => Some(Literal::Other),
        };
        Param {
            name: body.locals[param.local].name.map_or_else(String::new, |name| text(name).to_owned()),
            kind,
            default,
        }
    }

    /// The results for each value of a flag, then those for any.
    fn all_results(&self, id: BodyId, summary: &Summary) -> Vec<Outcome> {
        let variants = self.facts.variants.get(&id).map_or(&[][..], Vec::as_slice);
        let of_variants =
            variants.iter().filter_map(|variant| Some((ParamIdx::try_from(variant.param).ok()?, variant)));
        let mut all: Vec<Outcome> = of_variants
            .flat_map(|(param, variant)| {
                let op = if variant.value { TestOp::True } else { TestOp::False };
                let has_value = Cond::Test(Test { op, args: vec![Arg::Param(param)], compare: None });
                let mut results = self.results(id, &variant.summary);
                for result in &mut results {
                    let when = std::mem::replace(&mut result.when, Cond::Always);
                    result.when = both(when, has_value.clone());
                }
                results
            })
            .collect();
        all.extend(self.results(id, summary));
        all
    }

    fn results(&self, id: BodyId, summary: &Summary) -> Vec<Outcome> {
        let atoms = self.facts.pool.atoms(summary.result);
        if atoms.is_empty() {
            return vec![outcome(Relation::None)];
        }
        let mut results: Vec<Outcome> = atoms.iter().flat_map(|atom| self.of_atom(id, summary, *atom)).collect();
        // What is a parameter comes first: the condition that it is an array can be seen at a call.
        results.sort_by_key(|result| (result.of.is_empty(), result.is == Relation::Unknown));
        let last = results.len() - 1;
        for (at, result) in results.iter_mut().enumerate() {
            let may_be_another = at < last || last > 0 && !result.of.is_empty();
            if may_be_another {
                result.when = both(std::mem::replace(&mut result.when, Cond::Always), Cond::Sometimes);
            }
        }
        if results.last().is_some_and(|last| last.when != Cond::Always) {
            results.push(outcome(Relation::Unknown));
        }
        results
    }

    fn of_atom(&self, id: BodyId, summary: &Summary, atom: Atom) -> Vec<Outcome> {
        match atom {
            Atom::Container(object, ContainerKind::Tuple) => {
                self.of_tuple(id, summary, object).unwrap_or_else(|| vec![outcome(Relation::Unknown)])
            }
            _ => vec![self.of_plain(id, atom)],
        }
    }

    fn of_plain(&self, id: BodyId, atom: Atom) -> Outcome {
        let Atom::Array(array) = atom else {
            return outcome(match atom {
                Atom::Const(id) if *self.facts.pool.consts.get(id) == Const::None => Relation::None,
                Atom::Const(_) => Relation::Value,
                Atom::Scalar => Relation::Scalar,
                _ => Relation::Unknown,
            });
        };
        if self.facts.pool.facts.get(array.facts).class.is_no_array() {
            return outcome(Relation::Unknown);
        }
        let (object, memory) = (self.facts.pool.objects.get(array.object), self.facts.pool.memories.get(array.memory));
        let (relation, param) = match (self.param_of(id, object), self.param_of(id, memory), memory) {
            (Some(param), _, _) => (Relation::Same, Some(param)),
            (None, Some(param), _) => (Relation::View, Some(param)),
            (None, None, Origin::Made { .. }) => (Relation::Copy, None),
            (None, None, Origin::Place(_) | Origin::Foreign(_)) => (Relation::Unknown, None),
        };
        let evidence = self.facts.pool.facts.get(array.facts).evidence;
        let when = match param {
            Some(param) if evidence >= Evidence::Made || relation == Relation::View => {
                Cond::Test(Test { op: TestOp::Array, args: vec![Arg::Param(param)], compare: None })
            }
            _ => Cond::Always,
        };
        let passes_on = relation == Relation::Same && when == Cond::Always;
        Outcome { of: param.into_iter().collect(), when, passes_on, ..outcome(relation) }
    }

    /// The results for a tuple of known length: one for each way in which its elements may come, so that each element has all
    /// its possibilities in one of them.
    fn of_tuple(&self, id: BodyId, summary: &Summary, object: ObjectId) -> Option<Vec<Outcome>> {
        let cell = |field: Field| {
            let at = summary.cells.binary_search_by_key(&(object, field), |(key, _)| *key).ok()?;
            Some(summary.cells[at].1.value)
        };
        if cell(Field::Rest).is_some() {
            return None;
        }
        let elements: Vec<ValueId> = (0..).map_while(|position| cell(Field::Index(position))).collect();
        if elements.is_empty() || elements.len() > MOST_ITEMS {
            return None;
        }
        let items: Vec<Vec<Outcome>> = elements
            .iter()
            .map(|value| {
                let atoms = self.facts.pool.atoms(*value);
                let items: Vec<Outcome> = atoms.iter().map(|atom| self.of_plain(id, *atom)).collect();
                if items.is_empty() { vec![outcome(Relation::Unknown)] } else { items }
            })
            .collect();
        let ways = items.iter().map(Vec::len).max()?;
        let way = |way: usize| {
            let items =
                items.iter().map(|item| Outcome { when: Cond::Always, ..item[way.min(item.len() - 1)].clone() });
            Outcome { container: Some(Container::Tuple), items: items.collect(), ..outcome(Relation::Unknown) }
        };
        Some((0..ways).map(way).collect())
    }

    /// The parameter that something comes from as it was passed.
    fn param_of(&self, id: BodyId, origin: &Origin) -> Option<ParamIdx> {
        let Origin::Place(place) = *origin else { return None };
        match *self.facts.pool.places.get(place) {
            Place::Param(body, position) if body == id => ParamIdx::try_from(position).ok(),
            _ => None,
        }
    }
}

fn both(one: Cond, other: Cond) -> Cond {
    if one == Cond::Always { other } else { Cond::And(vec![one, other]) }
}

fn outcome(is: Relation) -> Outcome {
    Outcome {
        is,
        of: Vec::new(),
        when: Cond::Always,
        because: None,
        container: None,
        count: None,
        each: None,
        items: Vec::new(),
        passes_on: false,
        stands_for: None,
        number: None,
        class: None,
        facts: ResultFacts::default(),
    }
}
