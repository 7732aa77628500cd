//! Running the stages over many files.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::contract;
use super::own::{BROKEN_CONTRACT, INTERNAL_ERROR, SYNTAX_ERROR};
use super::suppression;
use super::{Outcome, Profile, Timings};
use crate::alias::AliasFacts;
use crate::alias::graph::BindingGraph;
use crate::diagnostic::{Confidence, Diagnostic, Location, Severity};
use crate::ir::Module;
use crate::rules::RuleId;
use crate::source::{FileId, FileSystem, Files, PathError, SourceFile, Span};
use crate::{alias, hazard, lower, syntax};

/// A file to analyse.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its path.
    pub path: PathBuf,
    /// Its bytes, where they do not come from the file system (standard input, an editor).
    pub bytes: Option<Vec<u8>>,
    /// What holds for it.
    pub profile: Arc<Profile>,
}

/// Told how far a run is.
pub trait Progress: Sync {
    /// One more file is done.
    fn file_done(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn file_done(&self) {}
}

/// Analyses files in parallel, on the threads of the current rayon pool.
pub fn analyze(system: &dyn FileSystem, inputs: &[Input], progress: &dyn Progress) -> Outcome {
    let runs: Vec<_> = inputs
        .par_iter()
        .enumerate()
        .map(|(index, input)| {
            let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            let run = read_and_run(system, input, id);
            progress.file_done();
            run
        })
        .collect();
    let started = Instant::now();
    let mut outcome = merge(runs);
    outcome.timings.reporting += started.elapsed();
    outcome
}

/// What one file gives.
struct Run {
    file: SourceFile,
    findings: Vec<Diagnostic>,
    suppressed: usize,
    failures: usize,
    timings: Timings,
}

fn read_and_run(system: &dyn FileSystem, input: &Input, id: FileId) -> Result<Run, PathError> {
    let started = Instant::now();
    let bytes = if let Some(bytes) = &input.bytes {
        Cow::Borrowed(bytes.as_slice())
    } else {
        Cow::Owned(system.read(&input.path).map_err(|error| PathError::new(&input.path, &error))?)
    };
    let file = SourceFile::from_bytes(id, &input.path, &bytes);
    let timings = Timings { reading: started.elapsed(), ..Timings::default() };
    Ok(run(file, &input.profile, timings))
}

/// Runs all stages over one file.
fn run(file: SourceFile, profile: &Profile, mut timings: Timings) -> Run {
    let guarded = catch_unwind(AssertUnwindSafe(|| findings(&file, profile, &mut timings)));
    let found = guarded.unwrap_or_else(|panic| vec![internal_error(&file, panic.as_ref())]);
    let started = Instant::now();
    let mut kept = suppression::apply(&file, profile, found);
    kept.findings.retain(|finding| is_shown(finding, profile));
    kept.suppressed.retain(|finding| is_shown(finding, profile));
    let failures = kept.findings.iter().filter(|finding| finding.severity >= profile.fail_on).count();
    timings.reporting += started.elapsed();
    Run { file, findings: kept.findings, suppressed: kept.suppressed.len(), failures, timings }
}

/// The findings of the hazards that are on.
fn findings(file: &SourceFile, profile: &Profile, timings: &mut Timings) -> Vec<Diagnostic> {
    let mut watch = Instant::now();
    let mut lap = || {
        let now = Instant::now();
        let elapsed: Duration = now - std::mem::replace(&mut watch, now);
        elapsed
    };
    let mut acc: Vec<Diagnostic> =
        file.problems.iter().map(|problem| syntax_error(file, problem.span, &problem.message)).collect();
    let parsed = syntax::parse(&file.text);
    acc.extend(parsed.errors.iter().map(|error| syntax_error(file, error.span, &error.message)));
    timings.parsing += lap();
    let module = lower::lower(file.id, &parsed, &file.text);
    timings.lowering += lap();
    let facts = alias::analyze(&module, &profile.rules, &profile.targets);
    let cx = hazard::Context::new(&module, &facts, &file.text, &profile.rules, file.cells());
    if profile.selection.is_on(BROKEN_CONTRACT) {
        let (rules, targets) = (&profile.rules, &profile.targets);
        contract::check(&contract::Analyzed { file, module: &module, facts: &facts, rules, targets }, &mut acc);
    }
    for hazard in hazard::all().iter().filter(|hazard| profile.selection.is_on(hazard.meta.name)) {
        (hazard.check)(&cx, &mut acc);
    }
    timings.analysis += lap();
    acc.retain(|finding| profile.selection.is_on(finding.hazard));
    acc
}

/// What is known of one file, for `graph`.
pub struct Understood {
    /// Its code.
    pub module: Module,
    /// What is known about its arrays.
    pub facts: AliasFacts,
    /// Which name has its data from which.
    pub graph: BindingGraph,
}

/// The memory picture after the line that starts at `at` and ends at `limit`.
#[must_use]
pub fn picture(file: &SourceFile, profile: &Profile, at: u32, limit: u32) -> alias::inspect::Picture {
    let parsed = syntax::parse(&file.text);
    let module = lower::lower(file.id, &parsed, &file.text);
    let statements = syntax::statements(&parsed);
    alias::inspect::picture(&module, &profile.rules, &profile.targets, &statements, at, limit)
}

/// Follows the arrays of one file without looking for hazards.
#[must_use]
pub fn understand(file: &SourceFile, profile: &Profile) -> Understood {
    let parsed = syntax::parse(&file.text);
    let module = lower::lower(file.id, &parsed, &file.text);
    let facts = alias::analyze(&module, &profile.rules, &profile.targets);
    let graph = BindingGraph::of(&module, &facts, &profile.rules);
    Understood { module, facts, graph }
}

/// The rules that apply in a file, each with the place where it does first, by place.
#[must_use]
pub fn used_rules(file: &SourceFile, profile: &Profile) -> Vec<(RuleId, Span)> {
    let parsed = syntax::parse(&file.text);
    let module = lower::lower(file.id, &parsed, &file.text);
    let facts = alias::analyze(&module, &profile.rules, &profile.targets);
    let mut used: Vec<(RuleId, Span)> = facts.used_rules.into_iter().collect();
    used.sort_unstable_by_key(|(id, span)| (*span, *id));
    used
}

fn is_shown(finding: &Diagnostic, profile: &Profile) -> bool {
    finding.severity >= profile.level && finding.confidence >= profile.confidence
}

fn syntax_error(file: &SourceFile, span: Span, message: &str) -> Diagnostic {
    own_finding(file, SYNTAX_ERROR, span, message.to_owned())
}

fn internal_error(file: &SourceFile, panic: &(dyn std::any::Any + Send)) -> Diagnostic {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    let message = format!("ndalias failed on this file, please report it: {}", text.replace('\n', " "));
    own_finding(file, INTERNAL_ERROR, Span::default(), message)
}

fn own_finding(file: &SourceFile, hazard: &'static str, span: Span, message: String) -> Diagnostic {
    Diagnostic {
        hazard,
        severity: Severity::Error,
        confidence: Confidence::Certain,
        message,
        location: Location { file: file.id, span },
        scope: "<module>".to_owned(),
        steps: Vec::new(),
        help: None,
        fix: None,
    }
}

/// Puts the files' findings into one order, and keeps the texts that they need.
fn merge(runs: Vec<Result<Run, PathError>>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut texts = Vec::new();
    for run in runs {
        match run {
            Ok(run) => {
                outcome.file_count += 1;
                outcome.line_count += run.file.text.lines().count();
                outcome.suppressed += run.suppressed;
                outcome.failures += run.failures;
                outcome.timings += run.timings;
                outcome.internal_errors += run.findings.iter().filter(|it| it.hazard == INTERNAL_ERROR).count();
                if !run.findings.is_empty() {
                    texts.push(run.file);
                    outcome.findings.extend(run.findings);
                }
            }
            Err(error) => outcome.errors.push(error),
        }
    }
    outcome.files = texts.into_iter().collect();
    outcome.findings.sort_by(|a, b| in_order(&outcome.files, a, b));
    outcome.findings.dedup();
    outcome
}

/// By path, then position, then hazard, then message.
fn in_order(files: &Files, a: &Diagnostic, b: &Diagnostic) -> Ordering {
    let path = |finding: &Diagnostic| -> &Path { Path::new(files.get(finding.location.file).path.as_str()) };
    let by_path = || path(a).as_os_str().cmp(path(b).as_os_str());
    let by_place = || a.location.cmp(&b.location);
    by_path().then_with(by_place).then_with(|| a.hazard.cmp(b.hazard)).then_with(|| a.message.cmp(&b.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_becomes_a_finding() {
        let file = SourceFile::from_text(FileId(0), "a.py", String::new());
        let panic = catch_unwind(|| panic!("index {} is\nout of range", 7)).expect_err("it panics");
        let finding = internal_error(&file, panic.as_ref());
        assert_eq!(finding.hazard, INTERNAL_ERROR);
        assert!(finding.message.ends_with("index 7 is out of range"), "{}", finding.message);
    }
}
