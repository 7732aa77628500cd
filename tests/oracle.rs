//! Runs every case of every rule on real NumPy, and on real libraries that are built on it: the rules say what they do, no less
//! and no more.

#[path = "oracle/entry.rs"]
mod entry;
#[path = "oracle/judge.rs"]
mod judge;
#[path = "oracle/report.rs"]
mod report;
mod support;
#[path = "oracle/wrong.rs"]
mod wrong;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Write as _, stderr};

use entry::{Run, judge_entry};
use judge::judge_case;
use ndalias::rules::{AliasKind, Case, LIBRARIES, Rule, RuleSet, Version, VersionRange, library_named};
use report::Report;
use support::programs::{Observed, Program, ProgramParam, run_cases};
use support::venv::{NEIGHBOURS, NEWEST_NEEDS, NEWEST_NUMPY, numpy_versions};

/// An entry of a rule file: its rules differ in their names, and in cases that hold the name.
struct Entry<'r> {
    rules: Vec<&'r Rule>,
    /// Each case once, with the rule for the name that it calls.
    cases: Vec<(&'r Rule, Case)>,
}

#[test]
fn rules_say_what_numpy_does() {
    if !numpy_versions().contains(&NEWEST_NUMPY) {
        let _ = writeln!(stderr(), "NumPy {NEWEST_NUMPY} is not run: it {NEWEST_NEEDS}");
    }
    differences(RuleSet::embedded().iter().map(|(_, rule)| rule)).finish();
}

/// What is wrong in these rules, by what their cases do on every version.
fn differences<'r>(rules: impl Iterator<Item = &'r Rule>) -> Report {
    let entries = entries(rules);
    let mut runs: Vec<Vec<Run<'_>>> = entries.iter().map(|_| Vec::new()).collect();
    let environments: Vec<&'static str> = environments().collect();
    let observed: Vec<_> = std::thread::scope(|scope| {
        let run = |environment: &&'static str| {
            let (environment, entries) = (*environment, &entries);
            scope.spawn(move || run_environment(environment, entries))
        };
        let threads: Vec<_> = environments.iter().map(run).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread that runs Python")).collect()
    });
    for (environment, observed) in environments.into_iter().zip(observed) {
        for (index, case, observed) in observed.unwrap_or_else(|missing| panic!("{missing}")) {
            runs[index].push(Run { environment, case, observed });
        }
    }
    let mut report = Report::default();
    for (entry, runs) in entries.iter().zip(&runs) {
        report_cases(&mut report, entry, runs);
        // What never ran would miss everything.
        let differences = if runs.is_empty() { BTreeSet::new() } else { judge_entry(entry.rules[0], runs) };
        for difference in differences {
            report.say(&entry.heading(), difference);
        }
        report_what_did_not_run(&mut report, entry, runs);
    }
    report
}

fn report_cases(report: &mut Report, entry: &Entry<'_>, runs: &[Run<'_>]) {
    for Run { environment, case, observed } in runs {
        for difference in judge_case(case, observed) {
            let after = if case.setup.is_empty() { String::new() } else { format!(" after `{}`", case.setup) };
            let says = case.raises.as_ref().unwrap_or(&case.gives);
            report.on(
                environment,
                &entry.heading(),
                format!("`{}`{after}, which says {says:?}: {difference}", case.call),
            );
        }
    }
}

fn report_what_did_not_run(report: &mut Report, entry: &Entry<'_>, runs: &[Run<'_>]) {
    let heading = entry.heading();
    let Rule { versions, library, .. } = entry.rules[0];
    let is_in_range = |environment: &&str| version_in(environment, library).is_some_and(|v| versions.contains(v));
    let in_range = || environments().filter(is_in_range);
    // The newest version may be one that this machine cannot run.
    let is_for_some = in_range().next().is_some() || is_in_range(&NEWEST_NUMPY);
    if !is_for_some && runs_here(library) {
        let all: Vec<&str> = environments().filter(|environment| version_in(environment, library).is_some()).collect();
        report.say(&heading, format!("none of {} is in its range", all.join(", ")));
    }
    for environment in in_range().filter(|environment| !runs.iter().any(|run| run.environment == *environment)) {
        report.on(environment, &heading, "no case runs".to_owned());
    }
    for rule in entry.rules_without_case() {
        report.say(&heading, format!("no case calls `{}`", rule.name));
    }
}

/// Every library has cases that run in some environment, or is declared as one that has none: that is nothing a case can say.
#[test]
fn libraries_run_in_the_environments_or_say_that_they_do_not() {
    for library in LIBRARIES {
        let runs = environments().any(|environment| version_in(environment, library.name).is_some());
        assert_eq!(runs, library.runs, "{} and tests/support/venv.rs", library.name);
        // What not every machine can run is not what the rules are looked up for where nothing is said.
        let everywhere = environments().filter(|environment| *environment != NEWEST_NUMPY);
        let newest = everywhere.filter_map(|environment| version_in(environment, library.name)).max();
        if let (Some(newest), Some(known)) = (newest, library.releases.last()) {
            assert_eq!(newest, *known, "the newest release of {} is the one that is tested", library.name);
        }
    }
}

/// Another name for what an entry describes is one of the very object.
#[test]
fn aliases_are_of_one_object() {
    let described: BTreeSet<&str> = RuleSet::embedded().iter().map(|(_, rule)| rule.name.as_str()).collect();
    let mut pairs: BTreeSet<(String, &str)> = BTreeSet::new();
    for (from, to, kind) in RuleSet::embedded().aliases() {
        match kind {
            AliasKind::Name => _ = pairs.insert((from.to_owned(), to)),
            AliasKind::Prefix => pairs.extend(described.iter().filter_map(|name| {
                let rest = name.strip_prefix(to)?.strip_prefix('.')?;
                let other = format!("{from}.{rest}");
                // An entry of its own, or an alias that is nearer, comes first.
                let is_meant = RuleSet::embedded().canonical(&other) == *name && !described.contains(other.as_str());
                is_meant.then_some((other, *name))
            })),
        }
    }
    let call = |(name, other): &(String, &str)| format!("one_object({name:?}, {other:?})");
    let programs: Vec<Program> = pairs.iter().map(|pair| Program { call: call(pair), ..Program::default() }).collect();
    let mut report = Report::default();
    let mut shown = BTreeSet::new();
    for environment in environments() {
        let observed = run_cases(environment, &programs).unwrap_or_else(|missing| panic!("{missing}"));
        for ((name, other), observed) in pairs.iter().zip(&observed) {
            match observed.elements.first().and_then(|element| element.repr.as_deref()) {
                Some("True") => _ = shown.insert(name),
                Some("False") => report.on(environment, &format!("alias {name}"), format!("is not {other}")),
                Some(_) | None => {}
            }
        }
    }
    for (from, to, kind) in RuleSet::embedded().aliases() {
        let is_of = |name: &str| name.strip_prefix(from).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if !shown.iter().any(|name| is_of(name)) {
            report.say(&format!("alias {from}"), format!("nothing shows that it is {to} ({kind:?})"));
        }
    }
    report.finish();
}

/// A name exists on the versions for which it has an entry, and on no other.
#[test]
fn version_ranges_are_those_of_the_library() {
    let mut names: BTreeMap<(&str, bool), (&Rule, Vec<VersionRange>)> = BTreeMap::new();
    for (_, rule) in RuleSet::embedded().iter() {
        names.entry((&rule.name, rule.is_attribute)).or_insert((rule, Vec::new())).1.push(rule.versions);
    }
    let mut report = Report::default();
    for environment in environments() {
        let here = || {
            names.iter().filter_map(|((name, _), (rule, ranges))| {
                Some((name, rule, ranges, version_in(environment, &rule.library)?))
            })
        };
        let call = |name: &str| Program { call: format!("exists({name:?})"), ..Program::default() };
        let programs: Vec<Program> = here().map(|(name, ..)| call(name)).collect();
        let observed = run_cases(environment, &programs).unwrap_or_else(|missing| panic!("{missing}"));
        for ((name, rule, ranges, version), observed) in here().zip(observed) {
            let exists = observed.elements.first().and_then(|element| element.repr.as_deref());
            let has_entry = ranges.iter().any(|range| range.contains(version));
            let heading = format!("rules/{}: {name}", rule.source.0);
            match (has_entry, exists) {
                (true, Some("False")) => {
                    report.on(environment, &heading, "does not exist: limit the entry".to_owned());
                }
                (false, Some("True")) => {
                    report.on(environment, &heading, "exists, and no entry says what it does".to_owned());
                }
                _ => {}
            }
        }
    }
    report.finish();
}

impl<'r> Entry<'r> {
    fn new(rules: Vec<&'r Rule>) -> Self {
        let mut cases: Vec<(&Rule, Case)> = Vec::new();
        let program = |case: &Case| (case.setup.clone(), case.call.clone(), case.versions);
        for case in rules.iter().flat_map(|rule| &rule.cases) {
            if !cases.iter().any(|(_, other)| program(other) == program(case)) {
                let called = rules.iter().find(|rule| mentions(&case.call, last_part(&rule.name)));
                cases.push((called.unwrap_or(&rules[0]), case.clone()));
            }
        }
        let mut entry = Self { rules, cases };
        entry.extend_to_all_names();
        entry
    }

    fn heading(&self) -> String {
        let names: Vec<&str> = self.rules.iter().map(|rule| rule.name.as_str()).collect();
        format!("rules/{}: {}", self.rules[0].source.0, names.join(", "))
    }

    /// Rules whose name stands in no case; an operator method needs none, its case holds the operator.
    fn rules_without_case(&self) -> Vec<&'r Rule> {
        let is_called = |rule: &Rule| {
            let name = last_part(&rule.name);
            let uses = |(_, case): &(_, Case)| mentions(&case.call, name) || mentions(&case.setup, name);
            name.starts_with("__") || self.cases.iter().any(uses)
        };
        self.rules.iter().filter(|rule| !is_called(rule)).copied().collect()
    }

    /// Adds the cases of the other names for each name that has none: what shares an entry behaves alike.
    fn extend_to_all_names(&mut self) {
        let mut added = Vec::new();
        for rule in self.rules_without_case() {
            for (other, case) in &self.cases {
                let (from, to) = (last_part(&other.name), last_part(&rule.name));
                if mentions(&case.call, from) {
                    added.push((rule, Case { call: renamed(&case.call, from, to), ..case.clone() }));
                }
            }
        }
        self.cases.extend(added);
    }

    fn program(&self, rule: &Rule, case: &Case) -> Program {
        let param = |param: &ndalias::rules::Param| {
            let kind = format!("{:?}", param.kind);
            ProgramParam { name: param.name.clone(), kind }
        };
        Program {
            id: 0,
            setup: case.setup.clone(),
            call: case.call.clone(),
            name: rule.name.clone(),
            names: self.rules.iter().map(|rule| last_part(&rule.name).to_owned()).collect(),
            params: rule.params.iter().map(param).collect(),
        }
    }
}

/// Runs the cases that hold in one environment; each comes back with the index of its entry.
fn run_environment<'e>(name: &str, entries: &'e [Entry<'_>]) -> Result<Vec<(usize, &'e Case, Observed)>, String> {
    let mut wanted = Vec::new();
    let mut programs = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        for (rule, case) in &entry.cases {
            let Some(version) = version_in(name, &rule.library) else { continue };
            if rule.versions.contains(version) && case.versions.contains(version) {
                wanted.push((index, case));
                programs.push(entry.program(rule, case));
            }
        }
    }
    if programs.is_empty() {
        return Ok(Vec::new());
    }
    let observed = run_cases(name, &programs)?;
    Ok(wanted.into_iter().zip(observed).map(|((index, case), observed)| (index, case, observed)).collect())
}

fn entries<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Entry<'r>> {
    let mut by_place: BTreeMap<(&str, usize), Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        let (file, range) = &rule.source;
        assert_runs_in_the_environments(rule);
        by_place.entry((file, range.start)).or_default().push(rule);
    }
    by_place.into_values().map(Entry::new).collect()
}

/// The environments of `tests/support/venv.rs`: of each version of NumPy, then of the libraries beside it.
fn environments() -> impl Iterator<Item = &'static str> {
    numpy_versions().into_iter().chain(NEIGHBOURS.iter().map(|environment| environment.name))
}

/// The version of a library for which an environment proves the rules. That of Python is not regarded.
fn version_in(environment: &str, library: &str) -> Option<Version> {
    match NEIGHBOURS.iter().find(|neighbours| neighbours.name == environment) {
        Some(neighbours) => {
            let (_, package) = neighbours.libraries.iter().find(|(name, _)| *name == library)?;
            package.split_once("==").map(|(_, version)| major_minor(version))
        }
        None if library == "numpy" => Some(major_minor(environment)),
        None => (library == "python").then_some((3, 11)),
    }
}

fn runs_here(library: &str) -> bool {
    library_named(library).is_none_or(|library| library.runs)
}

/// There is one Python with its standard library.
fn assert_runs_in_the_environments(rule: &Rule) {
    let file = &rule.source.0;
    assert!(library_named(&rule.library).is_some(), "{file}: src/rules/library.rs does not know {}", rule.library);
    let is_limited =
        rule.cases.iter().map(|case| case.versions).chain([rule.versions]).any(|v| v != VersionRange::default());
    assert!(rule.library != "python" || !is_limited, "{file}: `{}` is limited to versions of Python", rule.name);
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn mentions(code: &str, name: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

fn renamed(code: &str, from: &str, to: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut result = String::new();
    for piece in code.split_inclusive(|c| !is_word(c)) {
        let word = piece.trim_end_matches(|c| !is_word(c));
        result += if word == from { to } else { word };
        result += &piece[word.len()..];
    }
    result
}

fn major_minor(numpy: &str) -> (u16, u16) {
    let mut parts = numpy.split('.').map(|part| part.parse().expect("a version"));
    (parts.next().expect("a major version"), parts.next().expect("a minor version"))
}
