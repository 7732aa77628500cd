//! Calls that nobody wrote: the cases of every rule with other operands, run on real NumPy, against what the analysis says.
//!
//! The oracle proves that a rule is right for its cases; this proves that it is right beside them. An operand of a case is put
//! through changes of rank, layout, type, class and flags, or another takes its place; arguments are added. What NumPy
//! then does must be among what the analysis allows for, and every fact that it states must be so. A call that
//! contradicts is printed, ready to paste.
//!
//! `GENERATED_SEED` asks for other calls, `GENERATED_TIMES=5` for five times as many, `GENERATED_NAME=numpy.ma` for those of some names.

#[path = "generated/operand.rs"]
mod operand;
#[path = "generated/raising.rs"]
mod raising;
#[path = "generated/random.rs"]
mod random;
mod support;
#[path = "generated/vary.rs"]
mod vary;
#[path = "generated/verdict.rs"]
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::io::{Write as _, stderr};

use ndalias::rules::{Rule, RuleSet, Targets};
use raising::judge_raising;
use random::Random;
use rayon::prelude::*;
use support::programs::{Observed, Program, run_survivors};
use support::venv::numpy_versions;
use verdict::{Verdict, judge};

const SEED: u64 = 20_261_123;
const LEAST_CALLS: usize = 20_000;
/// Programs tried for a rule, and for one whose result depends on conditions.
const TRIES: usize = 17;
const TRIES_WITH_CONDITIONS: usize = 52;

/// Calls that read or write memory which is not theirs when their arguments do not fit each other.
const UNSAFE: [&str; 4] = ["as_strided", "as_array", "ctypes", "ndarray"];

/// What is left out, by a part of the name and what stands in the program: what breaks NumPy itself, and what the analysis
/// takes for something else.
const LEFT_OUT: [(&str, [&str; 2]); 8] = [
    // An element of a structured array counts as an array over its memory.
    ("__getitem__", ["i4,f8", "a = a[0]"]),
    // A masked array becomes a list with None in it.
    ("", ["np.ma.", "tolist"]),
    // A matrix in a masked array is neither.
    ("", ["matrix", "np.ma."]),
    // The sum of a matrix of objects is one of them, and NumPy sets its shape.
    ("", ["matrix", "dtype=object"]),
    // `np.uint8` writes beyond the axes of a matrix that has three.
    ("", ["matrix", "[..., None]"]),
    // An array without elements is put to for ever.
    ("put", ["'wrap'", ""]),
    // NumPy 1.26 writes beyond such an array.
    ("put", ["'clip'", ""]),
    // NumPy 2.0 forgets to count a reference.
    ("__array__", ["copy", ""]),
];

/// Programs that show what the analysis takes for something else, with their last expression.
const STILL_WRONG: [(&str, &str); 4] = [
    ("a = np.zeros(3, dtype='i4,f8')\na = a[0]", "a[0]"),
    ("a = np.ma.masked_array(np.zeros(2), mask=True)\na = a.tolist()", "np.logical_or(a, 3.)"),
    ("a = np.asmatrix(np.array(1.5))\na = np.ma.array(a)", "np.cumsum(a)"),
    ("b = np.ones(2)\na = np.matrix(np.array([b, None], dtype=object)[:1])", "a.sum()"),
];

/// What one version of NumPy did.
#[derive(Default)]
struct Tally {
    calls: usize,
    answers: usize,
    single: usize,
    /// By rule and contradiction, the first program.
    contradictions: BTreeMap<String, (usize, String)>,
}

#[test]
fn generated_calls_do_what_the_rules_say() {
    let seed = env::var("GENERATED_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(SEED);
    let results: Vec<(&str, Tally)> = numpy_versions().into_par_iter().map(|numpy| (numpy, run(numpy, seed))).collect();
    let mut text = String::new();
    for (numpy, tally) in &results {
        let Tally { calls, answers, single, contradictions } = tally;
        let _ = writeln!(
            stderr(),
            "\nNumPy {numpy}, seed {seed}: {calls} calls, {answers} answers, {single} single ones, {} contradictions",
            contradictions.len()
        );
        for (heading, (count, program)) in contradictions {
            let _ = write!(text, "\nNumPy {numpy}, {heading} ({count} times), first in\n{program}\n");
        }
    }
    assert!(text.is_empty(), "rules and NumPy differ\n{text}");
    let is_part = env::var_os("GENERATED_NAME").is_some();
    for (numpy, tally) in results {
        assert!(is_part || tally.calls >= LEAST_CALLS, "only {} calls on NumPy {numpy}", tally.calls);
    }
}

/// What is left out because the analysis is wrong must be wrong, or has no reason to be left out.
#[test]
fn what_is_left_out_is_still_wrong() {
    let as_program = |(id, (setup, call)): (usize, &(&str, &str))| Program {
        id,
        setup: (*setup).to_owned(),
        call: (*call).to_owned(),
        ..Program::default()
    };
    let programs: Vec<Program> = STILL_WRONG.iter().enumerate().map(as_program).collect();
    let observed = run_survivors("2.4.6", &programs).unwrap_or_else(|missing| panic!("{missing}"));
    for (program, observed) in programs.iter().zip(observed) {
        let observed = observed.expect("a program that ends");
        let verdict = judge(&program.setup, &program.call, &observed, &Targets::default());
        assert!(!verdict.contradictions.is_empty(), "`{}` is right now: do not leave it out", program.call);
    }
}

fn run(numpy: &str, seed: u64) -> Tally {
    let (version, _) = numpy.rsplit_once('.').expect("a version of three parts");
    let mut targets = Targets::default();
    targets.set(&format!("numpy={version}")).expect("a version");
    let programs = programs(version, seed);
    let asked: Vec<Program> = programs.iter().map(|(_, program)| program.clone()).collect();
    // What ends NumPy itself says nothing.
    let observed = run_survivors(numpy, &asked).unwrap_or_else(|missing| panic!("{missing}"));
    let observed: Vec<(&(&Rule, Program), Observed)> =
        programs.iter().zip(observed).filter_map(|(program, observed)| Some((program, observed?))).collect();
    let raised: Vec<(&Rule, &Program)> = observed
        .iter()
        .filter(|(_, observed)| observed.setup_error.is_none() && observed.raised.is_some())
        .map(|((rule, program), _)| (*rule, program))
        .collect();
    let denied: Vec<Option<String>> =
        raised.par_iter().map(|(_, program)| judge_raising(&program.setup, &program.call, &targets)).collect();
    let ran: Vec<(&Rule, &Program, Observed)> = observed
        .into_iter()
        .filter(|(_, observed)| observed.setup_error.is_none() && observed.raised.is_none())
        // `np.ma.masked` is an array and a number at once.
        .filter(|(_, observed)| observed.variables.values().all(|variable| variable.array || !variable.masked))
        .map(|((rule, program), observed)| (*rule, program, observed))
        .collect();
    let verdicts: Vec<Verdict> =
        ran.par_iter().map(|(_, program, observed)| judge(&program.setup, &program.call, observed, &targets)).collect();
    let mut tally = Tally { calls: ran.len(), ..Tally::default() };
    let denied = raised.iter().zip(denied).map(|((rule, program), denied)| {
        let verdict = Verdict { contradictions: denied.into_iter().collect(), ..Verdict::default() };
        ((*rule, *program), verdict)
    });
    let ran = ran.iter().map(|(rule, program, _)| (*rule, *program)).zip(verdicts);
    for ((rule, program), verdict) in ran.chain(denied) {
        tally.answers += verdict.answers;
        tally.single += verdict.single;
        for contradiction in verdict.contradictions {
            let heading = format!("rules/{}, {}: {contradiction}", rule.source.0, rule.name);
            let text = || format!("    {}\n    r = {}", program.setup.trim().replace('\n', "\n    "), program.call);
            tally.contradictions.entry(heading).or_insert_with(|| (0, text())).0 += 1;
        }
    }
    tally
}

/// Programs for a version of NumPy, each once, with the rule that they are made for.
fn programs(version: &str, seed: u64) -> Vec<(&'static Rule, Program)> {
    let mut random = Random::new(seed);
    let (major, minor) = version.split_once('.').expect("a version of two parts");
    let version = (major.parse().expect("a number"), minor.parse().expect("a number"));
    let times: usize = env::var("GENERATED_TIMES").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let wanted = env::var("GENERATED_NAME").unwrap_or_default();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    let mut all = Vec::new();
    let is_wanted = |rule: &&Rule| {
        let last = rule.name.rsplit('.').next().unwrap_or_default();
        ["numpy", "python"].contains(&rule.library.as_str())
            && rule.versions.contains(version)
            && !UNSAFE.contains(&last)
            && rule.name.starts_with(&wanted)
    };
    for rule in RuleSet::embedded().iter().map(|(_, rule)| rule).filter(is_wanted) {
        let cases: Vec<_> = rule.cases.iter().filter(|case| case.versions.contains(version)).collect();
        let cases: Vec<_> = cases.into_iter().filter(|case| case.raises.is_none()).collect();
        let tries = if rule.results.len() > 1 { TRIES_WITH_CONDITIONS } else { TRIES };
        for _ in 0..if cases.is_empty() { 0 } else { tries * times } {
            let case = *random.one_of(&cases);
            let Some((setup, call)) = vary::vary(&mut random, rule, case) else { continue };
            let has = |part: &&str| setup.contains(*part) || call.contains(*part);
            let breaks = |(name, parts): &(&str, [&str; 2])| rule.name.contains(name) && parts.iter().all(&has);
            if LEFT_OUT.iter().any(breaks) {
                continue;
            }
            if known.insert((setup.clone(), call.clone())) {
                all.push((rule, Program { id: all.len(), setup, call, ..Program::default() }));
            }
        }
    }
    all
}
