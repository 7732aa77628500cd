//! Stand-in until the rule loader is merged.

use super::{Rule, RuleId};

/// The text of one rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleText<'t> {
    /// What messages call the file.
    pub file: &'t str,
    /// Its content.
    pub text: &'t str,
}

/// Rules by qualified name.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

static EMBEDDED: RuleSet = RuleSet { rules: Vec::new() };

impl RuleSet {
    /// The rules that come with ndalias.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }
    /// The embedded rules and those of user files.
    ///
    /// # Errors
    ///
    /// Mistakes in the files.
    pub fn with_user_files(_files: &[RuleText<'_>]) -> Result<Self, Vec<RuleError>> {
        Ok(Self::default())
    }
    /// Every rule.
    pub fn iter(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules.iter().zip(0..).map(|(rule, index)| (RuleId(index), rule))
    }
}

/// Everything that is wrong in rule files.
#[must_use]
pub fn check_rule_files(_files: &[RuleText<'_>]) -> Vec<RuleError> {
    Vec::new()
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
