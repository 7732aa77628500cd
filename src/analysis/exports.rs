//! What a file has for those that import it.

use crate::alias::{AliasFacts, export, namesake};
use crate::ir::Module;
use crate::project::ModuleName;
use crate::rules::{ProjectClass, ProjectRules, Rule};

/// What a file has for those that import it.
#[derive(Default)]
pub(super) struct Exports {
    rules: Vec<Rule>,
    names: Vec<(String, String)>,
    values: Vec<String>,
    classes: Vec<(String, ProjectClass)>,
}

impl Exports {
    /// Those of a file that was analysed.
    pub(super) fn of(module: &Module, facts: &AliasFacts, name: &ModuleName, path: &str) -> Self {
        let exported = namesake::Names::of(module);
        Self {
            rules: export::rules_of(module, facts, &exported, &name.text, path),
            names: namesake::names_of(module, &exported, &name.text),
            values: namesake::values_of(module, &exported, &name.text),
            classes: namesake::classes_of(module, &exported, &name.text),
        }
    }

    /// Adds them to what is known of the project.
    pub(super) fn add_to(self, project: &mut ProjectRules) {
        self.rules.into_iter().for_each(|rule| project.add(rule));
        self.names.iter().for_each(|(name, target)| project.add_name(name, target));
        self.values.iter().for_each(|name| project.add_value(name));
        self.classes.into_iter().for_each(|(name, class)| project.add_class(&name, class));
    }
}
