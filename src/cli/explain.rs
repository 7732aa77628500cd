//! `ndalias explain`.

use std::fmt::Write as _;

use super::args::ExplainArguments;
use super::{Ending, Failure, output, setup, words};
use crate::alias::account::Sentence;
use crate::analysis::{NamedFunction, NoFunction, Options, Own, did_you_mean, find_function};
use crate::hazard;
use crate::rules::{Rule, RuleSet};
use crate::source::{Disk, Span};

/// Runs the command.
pub fn run(arguments: &ExplainArguments) -> Result<Ending, Failure> {
    let name = arguments.name.as_str();
    if let Some(page) = page(name) {
        output::write(None, |out| out.write_all(page.as_bytes()))?;
        return Ok(Ending::Clean);
    }
    let configs = setup::configs(&arguments.config, Options::default())?;
    let profile = configs.profile("ndalias.toml".as_ref())?;
    let rules = rules_named(&profile.rules, name);
    let is_exact = rules.iter().any(|rule| rule.name == name);
    if !is_exact && name.contains('.') {
        let folder = std::env::current_dir().map_err(|error| format!("the current folder cannot be found: {error}"))?;
        match find_function(&Disk, &folder, &configs, name) {
            Ok(function) => {
                output::write(None, |out| out.write_all(account(&function).as_bytes()))?;
                return Ok(Ending::Clean);
            }
            Err(NoFunction::NoModule) => {}
            Err(NoFunction::NotInModule(_)) if !rules.is_empty() => {}
            Err(NoFunction::NotInModule(reason)) => return Err(reason.into()),
            Err(NoFunction::Unreadable(error)) => return Err(error.into()),
            Err(NoFunction::Config(error)) => return Err(error.into()),
        }
    }
    if rules.is_empty() {
        let hazards = hazard::all().iter().map(|hazard| hazard.meta.name);
        let known = hazards.chain(Own::ALL.iter().map(|own| own.name));
        let known = known.chain(profile.rules.iter().map(|(_, rule)| rule.name.as_str()));
        let hint = did_you_mean(name, known);
        let hint = if hint.is_empty() { "; `ndalias rules` lists the API names".to_owned() } else { hint };
        return Err(
            format!("`{name}` is no hazard, no API name with a rule, and no function of a module here{hint}").into()
        );
    }
    let text: Vec<String> = rules.into_iter().map(words::explanation).collect();
    output::write(None, |out| out.write_all(text.join("\n").as_bytes()))?;
    Ok(Ending::Clean)
}

/// What a function of the project does, each sentence with the lines that show it.
fn account(function: &NamedFunction) -> String {
    let NamedFunction { heading, file, span, account } = function;
    let place = |span: &Span| format!("{}:{}", file.path, file.line_at(span.start) + 1);
    let mut text = format!("{heading}\n{}\n", place(span));
    if account.is_unknown {
        text.push_str("\nNothing is known of what it does: it is only declared, or too much to follow.\n");
        return text;
    }
    let mut section = |title: &str, sentences: &[Sentence]| {
        if sentences.is_empty() {
            return;
        }
        let _ = writeln!(text, "\n{title}:");
        for sentence in sentences {
            let mut places: Vec<String> = sentence.spans.iter().map(place).collect();
            places.dedup();
            let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
            let _ = writeln!(text, "  {}{places}", sentence.text);
        }
    };
    section("What comes back", &account.results);
    for (flag, results) in &account.with_flags {
        section(&format!("With `{flag}`"), results);
    }
    section("What it yields", &account.yields);
    section("What it writes", &account.writes);
    section("What it stores", &account.stores);
    section("What it hands on", &account.hands);
    if account.writes.is_empty() && account.stores.is_empty() {
        text.push_str("\nIt writes and stores nothing that exists outside, as far as is known.\n");
    }
    text
}

/// The page of a hazard, or of a finding of the pipeline itself.
fn page(name: &str) -> Option<String> {
    let hazard = hazard::find(name).map(|hazard| hazard.page().markdown);
    hazard.or_else(|| Own::find(name).map(|own| own.page.to_owned()))
}

/// The rules of a name, or of what it is another name for; of a bare name such as `ravel`, those of every name that ends in it.
fn rules_named<'r>(rules: &'r RuleSet, name: &str) -> Vec<&'r Rule> {
    let all = || rules.iter().map(|(_, rule)| rule);
    let canonical = rules.canonical(name);
    let exact: Vec<&Rule> = all().filter(|rule| rule.name == canonical).collect();
    if !exact.is_empty() {
        return exact;
    }
    all().filter(|rule| rule.name.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))).collect()
}
