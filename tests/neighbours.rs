//! The analysis on the programs that prove the rules of libraries built on NumPy: what it says is what they do.
//!
//! As `cases` does for NumPy: the oracle proves the rule files, this that objects which hold arrays are followed as they are.

mod support;
#[path = "generated/verdict.rs"]
mod verdict;

use std::fmt::Write as _;
use std::io::{Write as _, stderr};

use ndalias::rules::{Case, Rule, RuleSet, Targets};
use support::programs::{Program, run_cases};
use support::venv::{NEIGHBOURS, Neighbours};
use verdict::judge;

#[test]
fn the_analysis_says_what_the_libraries_do() {
    let mut wrong = String::new();
    for environment in &NEIGHBOURS {
        let targets = targets(environment);
        let cases = cases(environment, &targets);
        let program = |(id, (_, case)): (usize, &(&Rule, &Case))| Program {
            id,
            setup: case.setup.clone(),
            call: case.call.clone(),
            ..Program::default()
        };
        let programs: Vec<Program> = cases.iter().enumerate().map(program).collect();
        let observed = run_cases(environment.name, &programs).unwrap_or_else(|missing| panic!("{missing}"));
        let (mut answers, mut single) = (0, 0);
        for ((rule, case), observed) in cases.iter().zip(&observed) {
            let verdict = judge(&case.setup, &case.call, observed, &targets);
            answers += verdict.answers;
            single += verdict.single;
            for contradiction in verdict.contradictions {
                let _ = writeln!(
                    wrong,
                    "{}, {}: `{}; r = {}`: {contradiction}",
                    environment.name, rule.name, case.setup, case.call
                );
            }
        }
        let name = environment.name;
        let _ = writeln!(stderr(), "\n{name}: {} cases, {answers} answers, {single} single ones", cases.len());
        assert!(answers > 100, "only {answers} answers about {name}");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn targets(environment: &Neighbours) -> Targets {
    let mut targets = Targets::default();
    let libraries = environment.libraries.iter().map(|(library, package)| {
        let version = package.split_once("==").map_or("", |(_, version)| version);
        (*library, version)
    });
    for (library, version) in libraries.chain([("numpy", environment.numpy)]) {
        let mut parts = version.split('.');
        let (major, minor) = (parts.next().unwrap_or("0"), parts.next().unwrap_or("0"));
        targets.set(&format!("{library}={major}.{minor}")).expect("a version");
    }
    targets
}

/// Cases of the rules for the libraries of an environment that come to an end without an error.
fn cases(environment: &Neighbours, targets: &Targets) -> Vec<(&'static Rule, &'static Case)> {
    let is_here = |rule: &&Rule| {
        let is_its = environment.libraries.iter().any(|(library, _)| *library == rule.library);
        is_its && rule.versions.contains(targets.version(&rule.library))
    };
    let rules = RuleSet::embedded().iter().map(|(_, rule)| rule).filter(is_here);
    let cases = rules.flat_map(|rule| rule.cases.iter().map(move |case| (rule, case)));
    let runs =
        |(rule, case): &(&Rule, &Case)| case.raises.is_none() && case.versions.contains(targets.version(&rule.library));
    cases.filter(runs).collect()
}
