//! What a run gives back.

use std::ops::AddAssign;
use std::time::Duration;

use crate::alias::unknown::Tally;
use crate::diagnostic::Diagnostic;
use crate::source::{Files, PathError};

/// The findings of a run and what they point into.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sorted by path, then position, then hazard.
    pub findings: Vec<Diagnostic>,
    /// The files that findings point into.
    pub files: Files,
    /// Files that could not be read.
    pub errors: Vec<PathError>,
    /// Number of files analysed.
    pub file_count: usize,
    /// Number of lines in them.
    pub line_count: usize,
    /// Number of findings that comments silenced.
    pub suppressed: usize,
    /// Number of findings at or above the severity that counts as a failure.
    pub failures: usize,
    /// Number of files on which ndalias itself failed.
    pub internal_errors: usize,
    /// How many bindings are unknown, and why; counted where the profile asks for it.
    pub tally: Tally,
    /// Time by stage, summed over threads.
    pub timings: Timings,
}

/// Time by stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Reading and decoding.
    pub reading: Duration,
    /// Parsing.
    pub parsing: Duration,
    /// Lowering.
    pub lowering: Duration,
    /// The abstract interpreter and the hazards.
    pub analysis: Duration,
    /// Comments, filters, sorting and printing.
    pub reporting: Duration,
}

impl AddAssign for Timings {
    fn add_assign(&mut self, other: Self) {
        self.reading += other.reading;
        self.parsing += other.parsing;
        self.lowering += other.lowering;
        self.analysis += other.analysis;
        self.reporting += other.reporting;
    }
}
