//! `ndalias rules diff`: what changed between two versions of a library, for the names that some files use.
//!
//! Of two rules for one name the lines that only the one has are shown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::args::ConfigArguments;
use super::{Ending, Failure, output, say, setup, words};
use crate::analysis::{Configs, Options, Profile, used_rules};
use crate::rules::{Rule, RuleSet, Targets};
use crate::source::{Disk, FileId, FileSystem as _, PathError, SourceFile, discover};

/// Places named for each name.
const MOST_PLACES: usize = 5;

/// A name with a rule: callable or attribute.
type Name = (String, bool);

/// A name whose rule is not the same in both versions.
struct Change {
    name: Name,
    /// What holds in each version; nothing where it has no such name.
    facts: [Option<Vec<String>>; 2],
}

/// Runs the command.
pub fn run(old: &str, new: &str, paths: &[PathBuf], config: &ConfigArguments) -> Result<Ending, Failure> {
    let (library, targets) = versions(old, new)?;
    let configs = setup::configs(config, Options::default())?;
    let profile = configs.profile("ndalias.toml".as_ref())?;
    let all = changes(&profile.rules, &library, &targets);
    if paths.is_empty() {
        print(&all, &BTreeMap::new(), [old, new])?;
        return Ok(Ending::Clean);
    }
    let found = discover(&Disk, paths, &|path, is_folder| configs.is_excluded(path, is_folder));
    let uses: Vec<Result<Vec<(Name, String)>, Failure>> =
        found.files.par_iter().map(|path| uses(path, &configs, &targets)).collect();
    let mut places: BTreeMap<Name, BTreeSet<String>> = BTreeMap::new();
    let mut failures: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
    for file in uses {
        match file {
            Ok(uses) => uses.into_iter().for_each(|(name, place)| {
                places.entry(name).or_default().insert(place);
            }),
            Err(Failure(reasons)) => failures.extend(reasons),
        }
    }
    let shown: Vec<Change> = all.into_iter().filter(|change| places.contains_key(&change.name)).collect();
    print(&shown, &places, [old, new])?;
    if !failures.is_empty() {
        return Err(Failure(failures));
    }
    let (count, files) = (shown.len(), found.files.len());
    say(&format!("ndalias: {count} of the {} names used in {files} files change", places.len()));
    Ok(Ending::Clean)
}

/// The library, and its two versions as targets: `1.26` is one of NumPy, `pandas=2.2` names another library.
fn versions(old: &str, new: &str) -> Result<(String, [Targets; 2]), Failure> {
    let split = |text: &str| {
        text.split_once('=')
            .map_or_else(|| ("numpy".to_owned(), text.to_owned()), |(a, b)| (a.to_owned(), b.to_owned()))
    };
    let ((library, old), (other, new)) = (split(old), split(new));
    if library != other {
        return Err(format!("`{library}` and `{other}` are two libraries; compare two versions of one").into());
    }
    let mut targets = [Targets::default(), Targets::default()];
    for (targets, version) in targets.iter_mut().zip([old, new]) {
        targets.set(&format!("{library}={version}"))?;
    }
    Ok((library, targets))
}

fn changes(rules: &RuleSet, library: &str, targets: &[Targets; 2]) -> Vec<Change> {
    let names: BTreeSet<Name> =
        rules.iter().filter(|(_, rule)| rule.library == library).map(|(_, rule)| name_of(rule)).collect();
    let facts = |(name, is_attribute): &Name, targets: &Targets| {
        let id = if *is_attribute { rules.attribute(name, targets) } else { rules.callable(name, targets) };
        id.map(|id| words::facts(rules.rule(id), targets.version(library)))
    };
    let change = |name: Name| Change { facts: [0, 1].map(|at| facts(&name, &targets[at])), name };
    names.into_iter().map(change).filter(|change| change.facts[0] != change.facts[1]).collect()
}

fn name_of(rule: &Rule) -> Name {
    (rule.name.clone(), rule.is_attribute)
}

/// The names that a file uses, in the one version or the other, each with the place of its first use.
fn uses(path: &Path, configs: &Configs<'_>, targets: &[Targets; 2]) -> Result<Vec<(Name, String)>, Failure> {
    let bytes = Disk.read(path).map_err(|error| PathError::new(path, &error))?;
    let file = SourceFile::from_bytes(FileId(0), path, &bytes);
    let profile: Arc<Profile> = configs.profile(path)?;
    let mut uses = Vec::new();
    for targets in targets {
        let profile = Profile { targets: targets.clone(), ..Profile::clone(&profile) };
        for (id, span) in used_rules(&file, &profile) {
            let place = format!("{}:{}", file.path, file.line_at(span.start) + 1);
            uses.push((name_of(profile.rules.rule(id)), place));
        }
    }
    Ok(uses)
}

fn print(changes: &[Change], places: &BTreeMap<Name, BTreeSet<String>>, versions: [&str; 2]) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for change in changes {
        lines.push(change.name.0.clone());
        if let Some(places) = places.get(&change.name) {
            let shown: Vec<&str> = places.iter().take(MOST_PLACES).map(String::as_str).collect();
            let more = places.len() - shown.len();
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            lines.push(format!("  used at {}{more}", shown.join(", ")));
        }
        for (at, version) in versions.into_iter().enumerate() {
            let Some(own) = &change.facts[at] else {
                lines.push(format!("  {version}: not a public name"));
                continue;
            };
            let other = change.facts[1 - at].as_deref().unwrap_or_default();
            let differs: Vec<&String> = own.iter().filter(|fact| !other.contains(fact)).collect();
            if differs.is_empty() {
                lines.push(format!("  {version}: the same without these"));
            }
            lines.extend(differs.into_iter().map(|fact| format!("  {version}: {fact}")));
        }
    }
    output::write(None, |out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(())
}
