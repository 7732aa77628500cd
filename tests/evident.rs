//! Calls on arrays whose dtype, rank and layout stand in the source: the answer is NumPy's, and a single one.
//!
//! Every name with a rule that returns an array is called, with the operands of its own cases exchanged for others or
//! changed in dtype, rank or layout; beside them stand subscripts, conversions, reshapes and other expressions on which
//! operand decides what comes back (`evident/forms.txt`). What raises on NumPy, or gives no array, is not counted. An
//! answer is how the result relates to every array of the program, and whether it owns its data; a call is exact when for
//! each array only what NumPy did is possible. Subclasses (masked arrays, matrices, records, `chararray`) are counted
//! apart: what comes back there depends on more than dtype, rank and layout, as on whether there is a mask. So are methods
//! and attributes of objects that are no arrays (`np.nditer`, `np.poly1d`): their operand has no dtype, rank or layout.
//! Left out and counted are the calls that dtype, rank and layout do not decide: with other numbers in the same arrays NumPy
//! itself answers otherwise (`np.roots` gives a view where all roots are real).
//!
//! `NDALIAS_EVIDENT_SEED=7` draws others, `NDALIAS_EVIDENT_SHOW=100` shows more of the vague ones.

#[path = "evident/generate.rs"]
mod generate;
#[path = "evident/operands.rs"]
mod operands;
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Write as _, stderr};

use generate::{Candidate, Random, by_form, by_name};
use ndalias::alias::Tri;
use ndalias::alias::facts::ArrayClass;
use support::analysed::{analysed, array_result, is_single, possible, program, relation, text};
use support::programs::{Element, Observed, Program, run_survivors};

const NUMPY: &str = "2.4.6";
const VERSION: (u16, u16) = (2, 4);

/// Programs kept of each name, and of each form.
const KEPT: usize = 2;

/// Candidates drawn for each; most names refuse most operands.
const TRIES: usize = 10;

const LEAST_CALLS: usize = 600;

/// What must be exact at least, in percent, of relations and of owndata.
const LEAST: [(&str, [usize; 2]); 3] =
    [("plain arrays", [98, 97]), ("subclasses", [80, 70]), ("objects that are no arrays", [90, 80])];

/// What a call came to.
#[derive(Default)]
struct Answer {
    /// What NumPy did and the analysis excludes.
    wrong: String,
    /// Arrays of which more than one relation is possible.
    relations: String,
    /// Whether `owndata` may be either.
    owndata: String,
}

/// A call with more than one possible answer.
struct Vague<'c> {
    candidate: &'c Candidate,
    observed: &'c Observed,
    kind: usize,
    program: String,
    answer: Answer,
}

/// Calls on one kind of operands.
#[derive(Default)]
struct Count {
    calls: usize,
    relations: usize,
    owndata: usize,
}

#[test]
fn evident_operands_get_the_exact_answer() {
    let seed = setting("NDALIAS_EVIDENT_SEED", 1);
    let mut random = Random(seed);
    let mut candidates = by_name(&mut random, VERSION, TRIES);
    candidates.extend(by_form(&mut random, TRIES));
    let programs: Vec<Program> = candidates.iter().enumerate().map(as_program).collect();
    let observed = run_survivors(NUMPY, &programs).unwrap_or_else(|missing| panic!("{missing}"));
    let mut kept = BTreeMap::<&str, usize>::new();
    let mut counts: [Count; 3] = Default::default();
    let mut unsound = String::new();
    let mut vague = Vec::new();
    for (candidate, observed) in candidates.iter().zip(&observed) {
        let Some((observed, result)) = observed.as_ref().and_then(|one| Some((one, array_result(one)?))) else {
            continue;
        };
        let taken = kept.entry(&candidate.topic).or_default();
        if *taken == KEPT {
            continue;
        }
        *taken += 1;
        let program = text(&candidate.setup, "result", &candidate.call);
        let answer = judged(&program, observed, result);
        let kind = kind(candidate, &program, result);
        if !answer.wrong.is_empty() {
            let _ = writeln!(unsound, "{program}{}", answer.wrong);
        } else if !answer.relations.is_empty() || !answer.owndata.is_empty() {
            vague.push(Vague { candidate, observed, kind, program, answer });
            continue;
        }
        let count = &mut counts[kind];
        count.calls += 1;
        count.relations += 1;
        count.owndata += 1;
    }
    let (decided_by_values, vague): (Vec<_>, Vec<_>) =
        with_other_values(vague).into_iter().partition(|(_, values_decide)| *values_decide);
    let mut shown = BTreeMap::<&str, Vec<String>>::new();
    for (Vague { candidate, kind, program, answer, .. }, _) in vague {
        let count = &mut counts[kind];
        count.calls += 1;
        count.relations += usize::from(answer.relations.is_empty());
        count.owndata += usize::from(answer.owndata.is_empty());
        shown.entry(&candidate.topic).or_default().push([program, answer.relations, answer.owndata].concat());
    }
    let calls: usize = counts.iter().map(|count| count.calls).sum();
    let _ = writeln!(stderr(), "\nseed {seed}: {calls} calls of {} names and forms", kept.len());
    let _ = writeln!(stderr(), "{} calls left out that the numbers in the arrays decide", decided_by_values.len());
    show(&shown, usize::try_from(setting("NDALIAS_EVIDENT_SHOW", 10)).expect("a small number"));
    let mut short = false;
    for (count, (kind, least)) in counts.iter().zip(LEAST) {
        let _ = writeln!(
            stderr(),
            "{kind}: {} calls, {} with exact relations, {} with exact owndata",
            count.calls,
            count.relations,
            count.owndata
        );
        short |= count.relations * 100 < count.calls * least[0] || count.owndata * 100 < count.calls * least[1];
    }
    assert!(unsound.is_empty(), "\n{unsound}");
    assert!(calls >= LEAST_CALLS, "only {calls} calls ran");
    assert!(!short, "less is exact than {LEAST:?} percent");
}

/// Numbers that are put into an array `x` of a program to see whether they decide.
const VALUES: [&str; 3] = ["0", "1", "np.arange(x.size).reshape(x.shape)"];

/// How often drawn numbers are put into the arrays beside these.
const DRAWN: usize = 8;

/// Runs calls again with other numbers in the arrays of their programs, and tells of each whether NumPy then answers otherwise.
fn with_other_values(vague: Vec<Vague<'_>>) -> Vec<(Vague<'_>, bool)> {
    let mut programs = Vec::new();
    for one in &vague {
        for turn in 0..VALUES.len() + DRAWN {
            let values = VALUES.get(turn).unwrap_or(&"np.random.randint(-1, 2, x.shape)");
            let mut program = as_program((programs.len(), one.candidate));
            let _ = write!(
                program.setup,
                "\nnp.random.seed({turn})\n\
                 [np.copyto(x, {values}, casting='unsafe') for x in list(globals().values()) \
                 if type(x) is np.ndarray and x.flags.writeable and x.dtype.kind in 'biufc']"
            );
            programs.push(program);
        }
    }
    let observed = run_survivors(NUMPY, &programs).unwrap_or_else(|missing| panic!("{missing}"));
    let answered = |observed: &Observed| {
        let result = array_result(observed)?;
        Some((result.array.as_ref()?.owndata, result.same.clone(), result.shares.clone()))
    };
    let others = observed.chunks(VALUES.len() + DRAWN);
    vague
        .into_iter()
        .zip(others)
        .map(|(one, others)| {
            let first = answered(one.observed);
            let values_decide = others.iter().flatten().filter_map(answered).any(|other| Some(other) != first);
            (one, values_decide)
        })
        .collect()
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn as_program((id, candidate): (usize, &Candidate)) -> Program {
    match candidate.rule {
        Some(rule) => program(id, rule, &candidate.setup, &candidate.call),
        None => Program { id, setup: candidate.setup.clone(), call: candidate.call.clone(), ..Program::default() },
    }
}

/// The kind of operand, by its position in [`LEAST`].
fn kind(candidate: &Candidate, program: &str, result: &Element) -> usize {
    let is_of_object = candidate.rule.is_some_and(|rule| {
        let is_method = rule.is_attribute || rule.params.first().is_some_and(|param| param.name == "self");
        let class = rule.name.rsplit_once('.').map_or("", |(class, _)| class);
        is_method && ArrayClass::named(class).is_none_or(ArrayClass::is_no_array)
    });
    match (is_of_object, has_subclass(program, result)) {
        (true, _) => 2,
        (false, subclass) => usize::from(subclass),
    }
}

/// Whether a program is about a subclass of arrays.
fn has_subclass(program: &str, result: &Element) -> bool {
    const SUBCLASSES: [&str; 8] =
        [".ma.", "matrix", "np.bmat", "chararray", "np.char.", "np.rec", "mrecords", "memmap"];
    result.class != "numpy.ndarray" || SUBCLASSES.iter().any(|word| program.contains(word))
}

/// What the analysis says of a program, beside what NumPy did.
fn judged(program: &str, observed: &Observed, result: &Element) -> Answer {
    let mut answer = Answer::default();
    let Some(picture) = analysed(program) else {
        answer.wrong.push_str("# cannot be read\n");
        return answer;
    };
    for (name, variable) in observed.variables.iter().filter(|(_, variable)| variable.array) {
        let seen = relation(result, name, variable);
        let possible = possible(&picture, name, "result");
        if !seen.is_allowed(possible) {
            let _ = writeln!(answer.wrong, "# {name} and result: {seen:?} is not in {possible:?}");
        } else if !is_single(possible) {
            let _ = writeln!(answer.relations, "# {name} and result: {seen:?} in {possible:?}");
        }
    }
    let owndata = result.array.as_ref().is_some_and(|array| array.owndata);
    match picture.arrays.iter().find(|array| array.name == "result").map(|array| array.facts.owndata) {
        Some(Tri::Maybe) => answer.owndata.push_str("# owndata may be either\n"),
        Some(said) if said == Tri::known(owndata) => {}
        Some(_) => {
            let _ = writeln!(answer.wrong, "# owndata is {owndata}");
        }
        None => answer.wrong += "# result is an array\n",
    }
    answer
}

/// The names and forms with the most vague answers.
fn show(vague: &BTreeMap<&str, Vec<String>>, most: usize) {
    let mut vague: Vec<_> = vague.iter().collect();
    vague.sort_by_key(|(topic, programs)| (std::cmp::Reverse(programs.len()), **topic));
    for (topic, programs) in vague.into_iter().take(most) {
        let _ = writeln!(stderr(), "  {} vague: {topic}", programs.len());
        for program in programs {
            let lines = program.lines().filter(|line| !line.starts_with("import"));
            let _ = writeln!(stderr(), "    {}", lines.collect::<Vec<_>>().join("\n    "));
        }
    }
}
