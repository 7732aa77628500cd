//! The analysis on the programs that prove the rules: what it says of `r = <call>` is what NumPy does.
//!
//! The oracle proves the rule files; this proves that the conditions are evaluated as NumPy evaluates them. A relation that
//! NumPy shows must be possible, and where the analysis says that only one is, it is that one. How many of the answers are
//! single ones is printed: the operands of these programs are all known.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Write as _, stderr};

use ndalias::rules::{Case, Rule, RuleSet};
use support::analysed::{analysed, array_result, is_single, possible, program, relation, text};
use support::programs::{Program, run_cases};

const NUMPY: &str = "2.4.6";
const VERSION: (u16, u16) = (2, 4);

/// Answers that may be several things, of all answers about arrays: more of them, and the analysis has become vague.
const MAX_VAGUE_PERCENT: usize = 12;

#[test]
fn the_analysis_says_what_numpy_does() {
    let cases = cases();
    let programs: Vec<Program> =
        cases.iter().enumerate().map(|(id, (rule, case))| program(id, rule, &case.setup, &case.call)).collect();
    let observed = run_cases(NUMPY, &programs).unwrap_or_else(|missing| panic!("{missing}"));
    let (mut wrong, mut vague) = (String::new(), BTreeMap::<&str, usize>::new());
    let (mut answers, mut single) = (0, 0);
    for ((rule, case), observed) in cases.iter().zip(&observed) {
        let Some(result) = array_result(observed) else { continue };
        let Some(picture) = analysed(&text(&case.setup, "r", &case.call)) else { continue };
        for (name, variable) in observed.variables.iter().filter(|(_, variable)| variable.array) {
            let seen = relation(result, name, variable);
            let possible = possible(&picture, name, "r");
            answers += 1;
            if !seen.is_allowed(possible) {
                let _ = writeln!(wrong, "{}: `{}; r = {}`: {name} and r: {seen:?}", rule.name, case.setup, case.call);
            } else if is_single(possible) {
                single += 1;
            } else {
                *vague.entry(&rule.name).or_default() += 1;
            }
        }
    }
    let _ = writeln!(stderr(), "\ncases: {}, answers: {answers}, single ones: {single}", cases.len());
    let mut vague: Vec<(&str, usize)> = vague.into_iter().collect();
    vague.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    for (name, count) in vague.iter().take(15) {
        let _ = writeln!(stderr(), "  {count} vague: {name}");
    }
    assert!(wrong.is_empty(), "\n{wrong}{} wrong", wrong.lines().count());
    assert!((answers - single) * 100 <= answers * MAX_VAGUE_PERCENT, "{} of {answers} are vague", answers - single);
}

/// Cases of the rules for this version, each program once.
fn cases() -> Vec<(&'static Rule, &'static Case)> {
    let mut all: BTreeMap<(&str, &str), (&Rule, &Case)> = BTreeMap::new();
    for (_, rule) in RuleSet::embedded().iter().filter(|(_, rule)| rule.versions.contains(VERSION)) {
        for case in rule.cases.iter().filter(|case| case.versions.contains(VERSION) && case.raises.is_none()) {
            all.entry((case.setup.as_str(), case.call.as_str())).or_insert((rule, case));
        }
    }
    all.into_values().collect()
}
