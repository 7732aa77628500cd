//! `ndalias explain`.

use super::args::ExplainArguments;
use super::{Ending, Failure, output, setup, words};
use crate::analysis::{Options, Own, did_you_mean};
use crate::hazard;
use crate::rules::{Rule, RuleSet};

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
    if rules.is_empty() {
        let hazards = hazard::all().iter().map(|hazard| hazard.meta.name);
        let known = hazards.chain(Own::ALL.iter().map(|own| own.name));
        let known = known.chain(profile.rules.iter().map(|(_, rule)| rule.name.as_str()));
        let hint = did_you_mean(name, known);
        let hint = if hint.is_empty() { "; `ndalias rules` lists the API names".to_owned() } else { hint };
        return Err(format!("`{name}` is neither a hazard nor an API name with a rule{hint}").into());
    }
    let text: Vec<String> = rules.into_iter().map(words::explanation).collect();
    output::write(None, |out| out.write_all(text.join("\n").as_bytes()))?;
    Ok(Ending::Clean)
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
