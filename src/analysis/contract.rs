//! Contracts of functions against what their bodies do.

use crate::alias::AliasFacts;
use crate::alias::domain::{ArrayAtom, Atom, Const, Origin, Place, PlaceId};
use crate::alias::summary::{OuterWrite, Summary};
use crate::diagnostic::{Confidence, Diagnostic, Location, Severity, Step};
use crate::ir::{Body, BodyId, BodyKind, Module};
use crate::rules::{Contract, Relation, RuleSet, Targets, Written};
use crate::source::{SourceFile, Span};

use super::own::BROKEN_CONTRACT;

/// One file, with what is known about it.
pub struct Analyzed<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Its code.
    pub module: &'a Module,
    /// What is known about its arrays.
    pub facts: &'a AliasFacts,
    /// The rules in force.
    pub rules: &'a RuleSet,
    /// The library versions.
    pub targets: &'a Targets,
}

/// Where a contract stands.
enum Source {
    Docstring,
    Rule(String),
}

/// Adds a finding for each contract that the body of its function breaks, or that cannot be read.
pub fn check(analyzed: &Analyzed<'_>, acc: &mut Vec<Diagnostic>) {
    for (id, body) in analyzed.module.bodies.iter_ids().filter(|(_, body)| body.kind == BodyKind::Function) {
        let docstring = body.docstring.map(|text| analyzed.facts.names.text(text)).unwrap_or_default();
        match Contract::of_docstring(docstring) {
            Ok(Some(contract)) => analyzed.compare(id, body, &contract, &Source::Docstring, acc),
            Ok(None) => {}
            Err(message) => acc.push(analyzed.finding(body, body.name_span, message, Vec::new())),
        }
        if analyzed.rules.has_user_rules()
            && let Some((name, contract)) = analyzed.contract_of_rule(body)
        {
            analyzed.compare(id, body, &contract, &Source::Rule(name), acc);
        }
    }
}

impl Analyzed<'_> {
    /// The contract of a rule for this very function; the rule's name ends in those of the file and the function.
    fn contract_of_rule(&self, body: &Body) -> Option<(String, Contract)> {
        let path = self.file.path.strip_suffix(".py")?.replace(['/', '\\'], ".");
        let path = path.strip_suffix(".__init__").unwrap_or(&path);
        let full = format!("{}.{}", path.trim_start_matches('.'), body.qualname);
        let starts = std::iter::once(0).chain(full.match_indices('.').map(|(dot, _)| dot + 1));
        let longest_first = starts.map(|start| &full[start..]).filter(|name| name.len() > body.qualname.len());
        longest_first.into_iter().find_map(|name| {
            let id = self.rules.callable(name, self.targets).filter(|id| self.rules.is_from_user(*id))?;
            let rule = self.rules.rule(id);
            Some((rule.name.clone(), Contract::of_rule(rule)))
        })
    }

    fn compare(&self, id: BodyId, body: &Body, contract: &Contract, source: &Source, acc: &mut Vec<Diagnostic>) {
        let params: Vec<&str> = body
            .params
            .iter()
            .map(|param| body.locals[param.local].name.map_or("", |name| self.facts.names.text(name)))
            .collect();
        let unknown =
            contract.params().find(|name| !params.contains(name)).filter(|_| matches!(source, Source::Docstring));
        if let Some(name) = unknown {
            let message =
                format!("the contract of `{}` names `{name}`, which is none of its parameters", body.qualname);
            acc.push(self.finding(body, body.name_span, message, Vec::new()));
            return;
        }
        let is_compared = |summary: &&Summary| !summary.opaque && !body.is_stub();
        let Some(summary) = self.facts.summaries[id].as_deref().filter(is_compared) else { return };
        let said = match source {
            Source::Docstring => "its docstring".to_owned(),
            Source::Rule(name) => format!("the rule `{name}`"),
        };
        for what in self.broken_results(id, &params, contract, summary) {
            let message = format!("`{}` may return {what}, which {said} does not allow", body.qualname);
            acc.push(self.finding(body, body.name_span, message, Vec::new()));
        }
        let mut told: Vec<&str> = Vec::new();
        for write in summary.writes.iter().filter(|write| write.what == Written::Data) {
            let Some(param) = self.param(id, &params, self.facts.pool.memories.get(write.array.memory)) else {
                continue;
            };
            if contract.allows_write(param) || told.contains(&param) {
                continue;
            }
            told.push(param);
            let message = format!("`{}` writes `{param}`, which {said} does not allow", body.qualname);
            acc.push(self.finding(body, body.name_span, message, self.steps(id, write)));
        }
    }

    /// What may come back and is not promised, in words, each once.
    fn broken_results(&self, id: BodyId, params: &[&str], contract: &Contract, summary: &Summary) -> Vec<String> {
        let mut broken: Vec<String> = Vec::new();
        for atom in self.facts.pool.atoms(summary.result) {
            let what = match *atom {
                Atom::Array(array) => self.broken_array(id, params, contract, array),
                Atom::Const(constant) if *self.facts.pool.consts.get(constant) == Const::None => {
                    (!contract.allows(Relation::None, None)).then(|| "`None`".to_owned())
                }
                _ => None,
            };
            broken.extend(what.filter(|what| !broken.contains(what)));
        }
        broken
    }

    fn broken_array(&self, id: BodyId, params: &[&str], contract: &Contract, array: ArrayAtom) -> Option<String> {
        let (object, memory) = (self.facts.pool.objects.get(array.object), self.facts.pool.memories.get(array.memory));
        let (relation, param) = match (self.param(id, params, object), self.param(id, params, memory)) {
            (Some(param), _) => (Relation::Same, param),
            (None, Some(param)) => (Relation::View, param),
            (None, None) => {
                let is_own = matches!(memory, Origin::Made { .. });
                let is_kept = matches!(memory, Origin::Place(_));
                let is_broken = is_own && !contract.allows(Relation::Copy, None)
                    || is_kept && !contract.allows(Relation::Unknown, None);
                let what = if is_own { "an array with memory of its own" } else { "an array that is kept elsewhere" };
                return is_broken.then(|| what.to_owned());
            }
        };
        let word = if relation == Relation::Same { "`{}` itself" } else { "a view of `{}`" };
        (!contract.allows(relation, Some(param))).then(|| word.replace("{}", param))
    }

    /// The parameter of a body that something comes from as it was passed.
    fn param<'n>(&self, id: BodyId, params: &[&'n str], origin: &Origin) -> Option<&'n str> {
        let Origin::Place(place) = *origin else { return None };
        let place: PlaceId = place;
        match *self.facts.pool.places.get(place) {
            Place::Param(body, position) if body == id => params.get(position as usize).copied(),
            _ => None,
        }
    }

    fn steps(&self, id: BodyId, write: &OuterWrite) -> Vec<Step> {
        let words = if write.body == id { "written here" } else { "written here, by a function that is called" };
        vec![Step { location: Location { file: self.file.id, span: write.span }, message: words.to_owned() }]
    }

    fn finding(&self, body: &Body, span: Span, message: String, steps: Vec<Step>) -> Diagnostic {
        Diagnostic {
            hazard: BROKEN_CONTRACT,
            severity: Severity::Warning,
            confidence: Confidence::Likely,
            message,
            location: Location { file: self.file.id, span },
            scope: body.qualname.clone(),
            steps,
            help: Some("change the function or its contract, so that both say the same".to_owned()),
            fix: None,
        }
    }
}
