//! What is known of the files of a project that were analysed before: rules made from their code, names, classes.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::schema::{Rule, RuleId};
use super::set::{ALIAS_DEPTH, RuleSet};
use super::version::Targets;

/// Bases that have no methods of their own but those of every object.
const PLAIN: &[&str] = &["object", "abc.ABC", "typing.Generic", "typing.Protocol"];

/// No class has more bases than this, those of its bases included.
const MOST_BASES: u32 = 64;

/// Rules that were made from the code of a project, and the names under which its modules pass things on.
#[derive(Clone, Debug, Default)]
pub struct ProjectRules {
    pub(super) rules: Vec<Arc<Rule>>,
    pub(super) by_name: FxHashMap<Arc<str>, u32>,
    pub(super) names: FxHashMap<Arc<str>, Arc<str>>,
    classes: FxHashMap<Arc<str>, Arc<ProjectClass>>,
    values: FxHashSet<Arc<str>>,
}

/// A class of a project, as far as it says whose methods its objects have.
#[derive(Clone, Debug, Default)]
pub struct ProjectClass {
    /// Qualified names of its bases, in order; `None` for one that is not a dotted name.
    pub bases: Vec<Option<String>>,
    /// The names that it defines itself: methods, attributes.
    pub own: Vec<String>,
}

impl ProjectRules {
    /// Adds a rule for a function of the project; of two with one name the first stays.
    pub fn add(&mut self, rule: Rule) {
        let id = u32::try_from(self.rules.len()).unwrap_or(u32::MAX);
        if let Entry::Vacant(entry) = self.by_name.entry(rule.name.as_str().into()) {
            entry.insert(id);
            self.rules.push(Arc::new(rule));
        }
    }

    /// Says that one name stands for another: `pkg.f` for `pkg.sub.f`, where `pkg` imports it from there.
    pub fn add_name(&mut self, name: &str, target: &str) {
        self.names.entry(name.into()).or_insert_with(|| target.into());
    }

    /// Says that a module-level name holds, or may hold, a value: neither always one function, nor one class, nor a module.
    pub fn add_value(&mut self, name: &str) {
        self.values.insert(name.into());
    }

    /// Adds a class of the project; of two with one name the first stays.
    pub fn add_class(&mut self, name: &str, class: ProjectClass) {
        self.classes.entry(name.into()).or_insert_with(|| Arc::new(class));
    }
}

/// What a class has under a name.
enum Found {
    /// A method with a rule.
    Rule(RuleId),
    /// Something of which nothing is known.
    Other,
    /// Nothing, as far as is known.
    Nothing,
}

impl RuleSet {
    /// Whether a name is a module-level variable of the project: an array, perhaps, of which nothing is known.
    #[must_use]
    pub fn is_value(&self, qualified: &str) -> bool {
        if self.project.values.is_empty() {
            return false;
        }
        let mut name = qualified.to_owned();
        for _ in 0..ALIAS_DEPTH {
            if self.project.values.contains(name.as_str()) {
                return true;
            }
            let Some(other) = self.other_name(&name) else { break };
            name = other;
        }
        false
    }

    /// The rule of the method that a class has from its bases, which are searched in order and in depth, as Python does where no
    /// class is reached on two ways.
    ///
    /// A base about which nothing is known may have a method of that name. It is taken to have none only where the rule found after
    /// it is one of its own library: the author of that rule knew it.
    #[must_use]
    pub fn inherited(&self, bases: &[Option<String>], method: &str, targets: &Targets) -> Option<RuleId> {
        let mut search = Search { rules: self, method, targets, strangers: Vec::new(), left: MOST_BASES };
        match search.in_bases(bases) {
            Found::Rule(rule) => Some(rule),
            Found::Other | Found::Nothing => None,
        }
    }
}

struct Search<'s> {
    rules: &'s RuleSet,
    method: &'s str,
    targets: &'s Targets,
    /// Libraries of the classes passed by, of which nothing is known.
    strangers: Vec<String>,
    left: u32,
}

impl Search<'_> {
    fn in_bases(&mut self, bases: &[Option<String>]) -> Found {
        for base in bases {
            let Some(base) = base else { return Found::Other };
            match self.in_class(base) {
                Found::Nothing => {}
                found => return found,
            }
        }
        Found::Nothing
    }

    fn in_class(&mut self, path: &str) -> Found {
        let Some(left) = self.left.checked_sub(1) else { return Found::Other };
        self.left = left;
        let rules = self.rules;
        if let Some(id) = rules.callable_ever(&format!("{path}.{}", self.method), self.targets) {
            let library = library_of(&rules.rule(id).name);
            let is_known = self.strangers.iter().all(|stranger| stranger == library);
            return if is_known { Found::Rule(id) } else { Found::Other };
        }
        let mut name = path.to_owned();
        for _ in 0..ALIAS_DEPTH {
            if let Some(class) = rules.project.classes.get(name.as_str()) {
                let is_own = class.own.iter().any(|own| own == self.method);
                return if is_own { Found::Other } else { self.in_bases(&class.bases) };
            }
            let Some(other) = rules.other_name(&name) else { break };
            name = other;
        }
        if !PLAIN.contains(&name.as_str()) {
            self.strangers.push(library_of(&name).to_owned());
        }
        Found::Nothing
    }
}

fn library_of(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}
