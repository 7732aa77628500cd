//! The public names of NumPy, and how many of them the rules describe.
//!
//! `rules/numpy/names.txt` lists them; a test compares that list with NumPy itself and writes it anew when asked.

use super::schema::Rule;
use super::set::RuleSet;
use super::version::{Targets, Version, parse_version};

/// The list, as it stands in the repository.
const LIST: &str = include_str!("../../rules/numpy/names.txt");

/// A public name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicName<'t> {
    /// The qualified name.
    pub name: String,
    /// The module or class where it stands.
    pub module: &'t str,
    /// The versions of NumPy that have it, of those that were looked at.
    pub versions: Vec<Version>,
}

/// How many names of one module or class have a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The module or class.
    pub module: String,
    /// Its names, on any version.
    pub names: usize,
    /// Those that have a rule on every version that has them.
    pub described: usize,
    /// Cases of their rules.
    pub cases: usize,
    /// The names without a rule on some version.
    pub missing: Vec<String>,
}

/// Every public name of NumPy on the versions that the rules are proved on.
#[must_use]
pub fn public_names() -> Vec<PublicName<'static>> {
    let mut module = "";
    let mut names = Vec::new();
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        if let Some(entry) = line.strip_prefix("  ") {
            let mut words = entry.split(' ');
            let name = format!("{module}.{}", words.next().unwrap_or_default());
            names.push(PublicName { name, module, versions: words.filter_map(parse_version).collect() });
        } else {
            module = line;
        }
    }
    names
}

/// What `rules` describe of these names, module by module in their order.
#[must_use]
pub fn coverage(rules: &RuleSet, names: &[PublicName<'_>]) -> Vec<Coverage> {
    let mut all: Vec<Coverage> = Vec::new();
    for public in names {
        let at = all.iter().position(|coverage| coverage.module == public.module).unwrap_or_else(|| {
            all.push(Coverage { module: public.module.to_owned(), ..Coverage::default() });
            all.len() - 1
        });
        let coverage = &mut all[at];
        coverage.names += 1;
        let found: Vec<Option<&Rule>> =
            public.versions.iter().map(|version| rule_of(rules, &public.name, *version)).collect();
        if found.iter().all(Option::is_some) {
            coverage.described += 1;
        } else {
            coverage.missing.push(public.name.clone());
        }
        coverage.cases += found.into_iter().flatten().next_back().map_or(0, |rule| rule.cases.len());
    }
    all
}

/// The rule for calling, reading or indexing a name in one version of NumPy.
fn rule_of<'r>(rules: &'r RuleSet, name: &str, (major, minor): Version) -> Option<&'r Rule> {
    let mut targets = Targets::default();
    targets.set(&format!("numpy={major}.{minor}")).ok()?;
    let indexed = || rules.callable(&format!("{name}.__getitem__"), &targets);
    let id = rules.callable(name, &targets).or_else(|| rules.attribute(name, &targets)).or_else(indexed)?;
    Some(rules.rule(id))
}
