//! Showing: one record, many forms. Nothing here decides what is found.

pub mod concise;
mod fingerprint;
pub mod json;
pub mod text;
pub mod unknown;
pub mod view;

use crate::diagnostic::Diagnostic;
use crate::source::Files;

/// What is shown of a run.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Findings in order.
    pub findings: &'a [Diagnostic],
    /// The files that they point into.
    pub files: &'a Files,
    /// Figures of the run.
    pub summary: Summary,
}

/// Figures of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Summary {
    /// Number of files analysed.
    pub files: usize,
    /// Number of findings shown.
    pub findings: usize,
    /// Number of findings that comments silenced.
    pub suppressed: usize,
    /// How long it took.
    pub seconds: f64,
}
