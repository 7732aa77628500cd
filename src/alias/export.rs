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

use super::AliasFacts;
use super::Tri;
use super::domain::{Atom, Const, ContainerKind, ObjectId, Origin, Place, ValueId};
use super::facts::{Evidence, Facts};
use super::namesake::{Bound, Names};
use super::state::Field;
use super::summary::Summary;
use crate::ir::{self, Body, BodyId, BodyKind, Module, ParamDefault};
use crate::rules::{
    Arg, Cond, Container, Literal, Outcome, Param, ParamIdx, ParamKind, Relation, ResultFacts, Rule, Stated, Test,
    TestOp, VersionRange, Write, Written,
};

/// The library of rules that are made from code.
const LIBRARY: &str = "code";

/// Results with more elements than this are not told apart.
const MOST_ITEMS: usize = 8;

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
        let facts = self.facts.pool.facts.get(array.facts);
        let evidence = facts.evidence;
        let when = match param {
            Some(param) if evidence >= Evidence::Made || relation == Relation::View => {
                Cond::Test(Test { op: TestOp::Array, args: vec![Arg::Param(param)], compare: None })
            }
            _ => Cond::Always,
        };
        let passes_on = relation == Relation::Same && when == Cond::Always;
        let facts = match relation {
            Relation::Copy => flags(facts),
            // A view can be written where its source can, unless it cannot for other reasons.
            Relation::View if facts.writeable == Tri::No => flags(&Facts { owndata: Tri::Yes, ..facts.clone() }),
            _ => ResultFacts::default(),
        };
        Outcome { of: param.into_iter().collect(), when, passes_on, facts, ..outcome(relation) }
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

/// The flags that a new array has unlike others: one made of another that is new does not own its memory.
fn flags(facts: &Facts) -> ResultFacts {
    let stated = |flag: Tri| match flag {
        Tri::Yes => None,
        Tri::No => Some(Stated::No),
        Tri::Maybe => Some(Stated::Varies),
    };
    ResultFacts { owndata: stated(facts.owndata), writeable: stated(facts.writeable), ..ResultFacts::default() }
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
