//! `ndalias rules`.

use std::path::PathBuf;

use super::args::{RulesArguments, RulesCommand};
use super::{Ending, Failure, output, setup, words};
use crate::analysis::{Options, line_of};
use crate::rules::{RuleError, RuleText, check_rule_files};
use crate::source::{Disk, FileSystem as _, PathError};

/// Runs the command.
pub fn run(arguments: &RulesArguments) -> Result<Ending, Failure> {
    match &arguments.command {
        Some(RulesCommand::Check { files }) => check(files),
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
