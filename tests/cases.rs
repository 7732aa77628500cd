//! The analysis on the programs that prove the rules: what it says of `r = <call>` is what NumPy does.
//!
//! The oracle proves the rule files; this proves that the conditions are evaluated as NumPy evaluates them. A relation that
//! NumPy shows must be possible, and where the analysis says that only one is, it is that one. How many of the answers are
//! single ones is printed: the operands of these programs are all known.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Write as _, stderr};

use ndalias::alias::inspect::{Picture, picture};
use ndalias::alias::relation::Possible;
use ndalias::rules::{Case, Rule, RuleSet, Targets};
use ndalias::source::FileId;
use ndalias::{lower, syntax};
use support::programs::{Element, Observed, Program, ProgramParam, run_cases};

const NUMPY: &str = "2.4.6";
const VERSION: (u16, u16) = (2, 4);

/// Answers that may be several things, of all answers about arrays: more of them, and the analysis has become vague.
const MAX_VAGUE_PERCENT: usize = 12;

#[test]
fn the_analysis_says_what_numpy_does() {
    let cases = cases();
    let programs: Vec<Program> = cases.iter().enumerate().map(|(id, (rule, case))| program(id, rule, case)).collect();
    let observed = run_cases(NUMPY, &programs).unwrap_or_else(|missing| panic!("{missing}"));
    let (mut wrong, mut vague) = (String::new(), BTreeMap::<&str, usize>::new());
    let (mut answers, mut single) = (0, 0);
    for ((rule, case), observed) in cases.iter().zip(&observed) {
        let Some(result) = array_result(observed) else { continue };
        let Some(picture) = analysed(case) else { continue };
        for (name, variable) in observed.variables.iter().filter(|(_, variable)| variable.array) {
            let seen = relation(result, name);
            let possible = possible(&picture, name);
            answers += 1;
            let allowed = (seen == SAME && possible.same)
                || (seen == SHARES && possible.shares)
                || (seen == NONE && possible.none);
            let count = usize::from(possible.same) + usize::from(possible.shares) + usize::from(possible.none);
            if !allowed {
                let _ = writeln!(wrong, "{}: `{}; r = {}`: {name} and r: {seen}", rule.name, case.setup, case.call);
            } else if count == 1 {
                single += 1;
            } else {
                *vague.entry(&rule.name).or_default() += 1;
            }
            let _ = variable;
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

const SAME: &str = "same";
const SHARES: &str = "shares";
const NONE: &str = "none";

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

fn program(id: usize, rule: &Rule, case: &Case) -> Program {
    let param =
        |param: &ndalias::rules::Param| ProgramParam { name: param.name.clone(), kind: format!("{:?}", param.kind) };
    Program {
        id,
        setup: case.setup.clone(),
        call: case.call.clone(),
        name: rule.name.clone(),
        names: Vec::new(),
        params: rule.params.iter().map(param).collect(),
    }
}

/// The result, where it is one array.
fn array_result(observed: &Observed) -> Option<&Element> {
    let [result] = observed.elements.as_slice() else { return None };
    let failed = observed.setup_error.is_some() || observed.raised.is_some() || observed.container.is_some();
    (!failed && result.array.is_some()).then_some(result)
}

fn relation(result: &Element, name: &str) -> &'static str {
    let holds = |names: &[String]| names.iter().any(|one| one == name);
    if holds(&result.same) {
        SAME
    } else if holds(&result.shares) {
        SHARES
    } else {
        NONE
    }
}

/// The picture after the program; `None` where the call is a statement.
fn analysed(case: &Case) -> Option<Picture> {
    let text = format!(
        "import numpy as np\nimport copy, math\nfrom numpy.lib import stride_tricks\n{}\nr = {}\n",
        case.setup, case.call
    );
    let parsed = syntax::parse(&text);
    if !parsed.errors.is_empty() {
        return None;
    }
    let module = lower::lower(FileId(0), &parsed, &text);
    let statements = syntax::statements(&parsed);
    let end = u32::try_from(text.len()).expect("a short program");
    Some(picture(&module, RuleSet::embedded(), &Targets::default(), &statements, 0, end))
}

fn possible(picture: &Picture, name: &str) -> Possible {
    let about = |(left, right, _): &&(String, String, Possible)| {
        (left == name && right == "r") || (left == "r" && right == name)
    };
    let none = Possible { same: false, shares: false, none: true };
    picture.pairs.iter().find(about).map_or(none, |(_, _, possible)| *possible)
}
