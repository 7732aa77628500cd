//! Stand-in until the rule loader is merged.

use super::{Rule, RuleId};

/// Rules by qualified name.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

impl RuleSet {
    /// The embedded rules and those of user files.
    ///
    /// # Errors
    ///
    /// Mistakes in the files.
    pub fn load(_user: &[(String, String)]) -> Result<Self, Vec<RuleError>> {
        Ok(Self::default())
    }
    /// All rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
    /// The rule of an id.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }
}

/// One mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The file.
    pub file: String,
    /// The bytes in it.
    pub range: std::ops::Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Library versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    chosen: Vec<String>,
}

impl Targets {
    /// Sets one library.
    ///
    /// # Errors
    ///
    /// Where `text` is not `LIBRARY=X.Y`.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        self.chosen.push(text.to_owned());
        Ok(())
    }
}
