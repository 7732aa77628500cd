//! What holds for one file: its configuration with the command line's options laid over it.

use std::sync::Arc;

use super::selection::{Selection, Selector};
use crate::diagnostic::{Confidence, Severity};
use crate::rules::{RuleSet, Targets};

/// Options that win over every configuration file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Hazards to take in; replaces both `select` and `ignore` of the configuration.
    pub select: Option<Vec<Selector>>,
    /// Hazards to take out.
    pub ignore: Option<Vec<Selector>>,
    /// Lowest severity shown.
    pub level: Option<Severity>,
    /// Lowest severity that counts as a failure.
    pub fail_on: Option<Severity>,
    /// Lowest confidence shown.
    pub confidence: Option<Confidence>,
    /// Library versions as `LIBRARY=X.Y`.
    pub targets: Vec<String>,
    /// Files with more API rules.
    pub rules: Vec<std::path::PathBuf>,
    /// Patterns of paths not to enter, as in `.gitignore`.
    pub extend_exclude: Vec<String>,
    /// Whether to count the bindings that are unknown.
    pub statistics: bool,
}

/// What holds for one file.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Which hazards are on.
    pub selection: Selection,
    /// Lowest severity shown.
    pub level: Severity,
    /// Lowest severity that counts as a failure.
    pub fail_on: Severity,
    /// Lowest confidence shown.
    pub confidence: Confidence,
    /// The API rules.
    pub rules: Arc<RuleSet>,
    /// The library versions that the code is meant for.
    pub targets: Targets,
    /// Whether to count the bindings that are unknown.
    pub statistics: bool,
}
