//! `ndalias rules`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::args::{RulesArguments, RulesCommand};
use super::{Ending, Failure, diff, output, setup, words};
use crate::analysis::{Options, line_of};
use crate::rules::public::{Coverage, coverage, public_names};
use crate::rules::{LIBRARIES, RuleError, RuleSet, RuleText, check_rule_files};
use crate::source::{Disk, FileSystem as _, PathError};

/// Runs the command.
pub fn run(arguments: &RulesArguments) -> Result<Ending, Failure> {
    match &arguments.command {
        Some(RulesCommand::Check { files }) => check(files),
        Some(RulesCommand::Diff { old, new, paths }) => diff::run(old, new, paths, &arguments.config),
        Some(RulesCommand::Coverage) => print_coverage(),
        None => list(arguments),
    }
}

/// Lists the rules in force by name.
fn list(arguments: &RulesArguments) -> Result<Ending, Failure> {
    let configs = setup::configs(&arguments.config, Options::default())?;
    let profile = configs.profile("ndalias.toml".as_ref())?;
    let mut lines: Vec<String> = profile.rules.iter().map(|(_, rule)| words::heading(rule)).collect();
    lines.sort();
    lines.dedup();
    output::write(None, |out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(Ending::Clean)
}

/// Prints a table of the public names of NumPy by module, then one of all libraries, then the names of NumPy without a rule.
fn print_coverage() -> Result<Ending, Failure> {
    let rules = RuleSet::embedded();
    let all = coverage(rules, &public_names());
    let width = all.iter().map(|one| one.module.len()).max().unwrap_or_default();
    let line = |name: &str, names: usize, described: usize, cases: usize| {
        format!("{name:width$} {names:>6} {described:>9} {cases:>6}")
    };
    let mut lines = vec![format!("{:width$} {:>6} {:>9} {:>6}", "module or class", "names", "with rule", "cases")];
    lines.extend(all.iter().map(|one| line(&one.module, one.names, one.described, one.cases)));
    let sum = |field: fn(&Coverage) -> usize| all.iter().map(field).sum();
    lines.push(line("all of NumPy", sum(|one| one.names), sum(|one| one.described), sum(|one| one.cases)));
    lines.push(String::new());
    lines.extend(libraries(rules, width));
    let missing = all.iter().flat_map(|one| &one.missing);
    lines.extend(missing.map(|name| format!("no rule: {name}")));
    output::write(None, |out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(Ending::Clean)
}

/// A table of the libraries: names with a rule, cases, and whether the tests run these.
fn libraries(rules: &RuleSet, width: usize) -> Vec<String> {
    let mut lines = vec![format!("{:width$} {:>6} {:>9} {:>6}  run by the tests", "library", "", "with rule", "cases")];
    for library in LIBRARIES {
        let own = || rules.iter().map(|(_, rule)| rule).filter(|rule| rule.library == library.name);
        let names: BTreeSet<&str> = own().map(|rule| rule.name.as_str()).collect();
        let cases: usize = own().map(|rule| rule.cases.len()).sum();
        let runs = if library.runs { "run" } else { "not run" };
        lines.push(format!("{:width$} {:>6} {:>9} {cases:>6}  {runs}", library.name, "", names.len()));
    }
    lines
}

/// Compiles rule files; each mistake is a line that points at it.
fn check(files: &[PathBuf]) -> Result<Ending, Failure> {
    let mut texts = Vec::new();
    for path in files {
        let bytes = Disk.read(path).map_err(|error| PathError::new(path, &error))?;
        texts.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    let inputs: Vec<_> = texts.iter().map(|(file, text)| RuleText { file, text }).collect();
    let mut errors = check_rule_files(&inputs);
    errors.sort_by(|a, b| (&a.file, a.range.start).cmp(&(&b.file, b.range.start)));
    if errors.is_empty() {
        return Ok(Ending::Clean);
    }
    Err(Failure(errors.iter().map(|error| described(error, &texts)).collect()))
}

fn described(error: &RuleError, texts: &[(String, String)]) -> String {
    let text = texts.iter().find(|(file, _)| *file == error.file).map_or("", |(_, text)| text.as_str());
    let line_start = text.get(..error.range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let column = text.get(line_start..error.range.start).map_or(0, |before| before.chars().count()) + 1;
    let line = line_of(text, error.range.start);
    format!("{}:{line}:{column}: {}; {}", error.file, error.message, error.help)
}
