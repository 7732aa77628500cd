//! Running the stages over many files.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;

use super::contract;
use super::exports::Exports;
use super::own::{BROKEN_CONTRACT, INTERNAL_ERROR, SYNTAX_ERROR};
use super::suppression;
use super::{Outcome, Profile, Timings};
use crate::alias::unknown::{self, Tally};
use crate::diagnostic::{Confidence, Diagnostic, Location, Severity};
use crate::ir::Module;
use crate::project::{self, ModuleName};
use crate::rules::{ProjectRules, RuleSet};
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

/// Analyses files as one program, on the threads of the current rayon pool.
///
/// All files are parsed and lowered in parallel; then they are analysed in stages, in parallel within each: a file sees what
/// the functions of earlier stages do to their arguments, and those are all that it imports, but for imports that close a cycle.
pub fn analyze(system: &dyn FileSystem, inputs: &[Input], progress: &dyn Progress) -> Outcome {
    let mut prepared: Vec<Result<Prepared, PathError>> = inputs
        .par_iter()
        .enumerate()
        .map(|(index, input)| {
            let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            read_and_lower(system, &input.path, input.bytes.as_deref(), id)
        })
        .collect();
    let paths: Vec<&Path> = inputs.iter().map(|input| input.path.as_path()).collect();
    let names = project::module_names(&paths);
    prepared.par_iter_mut().zip(&names).for_each(|(prepared, name)| {
        if let Ok(Prepared { module: Some(module), .. }) = prepared {
            project::resolve_imports(module, name);
        }
    });
    let modules: Vec<Option<&Module>> =
        prepared.iter().map(|prepared| prepared.as_ref().ok().and_then(|prepared| prepared.module.as_ref())).collect();
    let stages = project::stages(&modules, &names);
    let mut modules: Vec<Option<&mut Module>> = prepared
        .iter_mut()
        .map(|prepared| prepared.as_mut().ok().and_then(|prepared| prepared.module.as_mut()))
        .collect();
    project::expand_all_stars(&mut modules, &names, &stages);
    let mut prepared: Vec<Option<Result<Prepared, PathError>>> = prepared.into_iter().map(Some).collect();
    let mut runs: Vec<Option<Result<Run, PathError>>> = inputs.iter().map(|_| None).collect();
    let mut known = Arc::new(ProjectRules::default());
    for stage in stages {
        let taken: Vec<(usize, Result<Prepared, PathError>)> =
            stage.into_iter().filter_map(|index| Some((index, prepared[index].take()?))).collect();
        let done: Vec<Done> = taken
            .into_par_iter()
            .map(|(index, prepared)| {
                let run = prepared.map(|prepared| run(prepared, &inputs[index].profile, &known, &names[index]));
                progress.file_done();
                (index, run)
            })
            .collect();
        let project = Arc::make_mut(&mut known);
        for (index, run) in done {
            runs[index] = Some(run.map(|(run, exports)| {
                exports.add_to(project);
                run
            }));
        }
    }
    let started = Instant::now();
    let mut outcome = merge(runs.into_iter().flatten().collect());
    outcome.timings.reporting += started.elapsed();
    outcome
}

/// A file that was read and lowered.
pub(super) struct Prepared {
    pub(super) file: SourceFile,
    /// Its code; nothing where ndalias failed on it.
    pub(super) module: Option<Module>,
    pub(super) findings: Vec<Diagnostic>,
    timings: Timings,
}

/// What one file gives.
struct Run {
    file: SourceFile,
    findings: Vec<Diagnostic>,
    suppressed: usize,
    failures: usize,
    tally: Tally,
    timings: Timings,
}

/// The number of a file, and what came of it.
type Done = (usize, Result<(Run, Exports), PathError>);

pub(super) fn read_and_lower(
    system: &dyn FileSystem,
    path: &Path,
    bytes: Option<&[u8]>,
    id: FileId,
) -> Result<Prepared, PathError> {
    let started = Instant::now();
    let bytes = match bytes {
        Some(bytes) => Cow::Borrowed(bytes),
        None => Cow::Owned(system.read(path).map_err(|error| PathError::new(path, &error))?),
    };
    let file = SourceFile::from_bytes(id, path, &bytes);
    let mut timings = Timings { reading: started.elapsed(), ..Timings::default() };
    let mut findings = Vec::new();
    let lowered = catch_unwind(AssertUnwindSafe(|| lowered(&file, &mut findings, &mut timings)));
    let module = match lowered {
        Ok(module) => Some(module),
        Err(panic) => {
            findings = vec![internal_error(&file, panic.as_ref())];
            None
        }
    };
    Ok(Prepared { file, module, findings, timings })
}

fn lowered(file: &SourceFile, findings: &mut Vec<Diagnostic>, timings: &mut Timings) -> Module {
    let started = Instant::now();
    findings.extend(file.problems.iter().map(|problem| syntax_error(file, problem.span, &problem.message)));
    let parsed = syntax::parse(&file.text);
    findings.extend(parsed.errors.iter().map(|error| syntax_error(file, error.span, &error.message)));
    timings.parsing += started.elapsed();
    let started = Instant::now();
    let module = lower::lower(file.id, &parsed, &file.text);
    timings.lowering += started.elapsed();
    module
}

/// Analyses one file, with what is known of the files that it imports.
fn run(prepared: Prepared, profile: &Profile, known: &Arc<ProjectRules>, name: &ModuleName) -> (Run, Exports) {
    let Prepared { file, module, findings: mut found, mut timings } = prepared;
    let started = Instant::now();
    let (mut exports, mut tally) = (Exports::default(), Tally::default());
    if let Some(module) = module {
        let mut own = Vec::new();
        let guarded = catch_unwind(AssertUnwindSafe(|| {
            let rules = profile.rules.with_project(known);
            findings(&file, &module, profile, &rules, name, &mut own)
        }));
        match guarded {
            Ok(known) => {
                (exports, tally) = known;
                found.append(&mut own);
            }
            Err(panic) => found = vec![internal_error(&file, panic.as_ref())],
        }
    }
    found.retain(|finding| profile.selection.is_on(finding.hazard));
    timings.analysis += started.elapsed();
    let started = Instant::now();
    let mut kept = suppression::apply(&file, profile, found);
    kept.findings.retain(|finding| is_shown(finding, profile));
    kept.suppressed.retain(|finding| is_shown(finding, profile));
    let failures = kept.findings.iter().filter(|finding| finding.severity >= profile.fail_on).count();
    timings.reporting += started.elapsed();
    (Run { file, findings: kept.findings, suppressed: kept.suppressed.len(), failures, tally, timings }, exports)
}

/// Adds the findings of the hazards that are on; gives what the file has for those that import it.
fn findings(
    file: &SourceFile,
    module: &Module,
    profile: &Profile,
    rules: &RuleSet,
    name: &ModuleName,
    acc: &mut Vec<Diagnostic>,
) -> (Exports, Tally) {
    let facts = alias::analyze(module, rules, &profile.targets);
    let cx = hazard::Context::new(module, &facts, &file.text, rules, file.cells());
    if profile.selection.is_on(BROKEN_CONTRACT) {
        let targets = &profile.targets;
        contract::check(&contract::Analyzed { file, module, facts: &facts, rules, targets }, acc);
    }
    for hazard in hazard::all().iter().filter(|hazard| profile.selection.is_on(hazard.meta.name)) {
        (hazard.check)(&cx, acc);
    }
    let mut tally = Tally::default();
    if profile.statistics {
        tally.add(unknown::of_module(module, &facts, rules));
    }
    (Exports::of(module, &facts, name, &file.path), tally)
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
                outcome.tally.merge(run.tally);
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
