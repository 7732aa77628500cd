//! Real functions, watched while they run: whatever two of their local names are seen to share, `inspect` allows for.
//!
//! `tests/traced/trace.py` runs the examples in the docstrings of packages under a tracer and writes down, at each `return`, which
//! local names share memory. By default the package is NumPy. `TRACED=sklearn,scipy cargo test --test traced` takes others, of the
//! environment with what is built on NumPy; that takes minutes.

mod support;

use std::collections::BTreeMap;
use std::io::{Write as _, stderr};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use ndalias::alias::Tri;
use ndalias::alias::inspect::{NamedArray, Picture, pictures};
use ndalias::alias::relation::Possible;
use ndalias::rules::{RuleSet, Targets};
use ndalias::source::{FileId, SourceFile};
use ndalias::{lower, syntax};
use rayon::prelude::*;
use serde::Deserialize;
use support::venv;

/// What was seen at one `return`.
#[derive(Deserialize)]
struct Return {
    file: String,
    line: u32,
    function: String,
    pairs: BTreeMap<String, Vec<String>>,
    arrays: BTreeMap<String, Seen>,
}

/// What was seen of the arrays that one name held.
#[derive(Deserialize)]
struct Seen {
    owndata: Vec<String>,
    writeable: Vec<String>,
    dtype: Vec<String>,
    ndim: Vec<u8>,
}

#[derive(Deserialize)]
struct Trace {
    docstrings: usize,
    returns: Vec<Return>,
}

/// Counts, and what is wrong.
#[derive(Default)]
struct Verdict {
    pairs: usize,
    settled: usize,
    names: usize,
    wrong: Vec<String>,
}

#[test]
fn inspect_allows_for_what_real_functions_do() {
    let asked = env::var("TRACED").ok();
    let packages: Vec<&str> = asked.as_deref().unwrap_or("numpy").split(',').collect();
    let trace = traced(if asked.is_some() { "pandas-3" } else { "2.4.6" }, &packages);
    let mut by_file: BTreeMap<&str, Vec<&Return>> = BTreeMap::new();
    for one in &trace.returns {
        by_file.entry(&one.file).or_default().push(one);
    }
    let by_file: Vec<_> = by_file.into_iter().collect();
    let verdicts: Vec<Verdict> = by_file.par_iter().map(|(file, returns)| judge(file, returns)).collect();
    let mut all = Verdict::default();
    for one in verdicts {
        all.add(one);
    }
    let text = format!(
        "\n{}: {} docstrings, {} files, {} returns\nnames of arrays: {}, pairs: {}\nonly one relation is possible: {} pairs ({} %)\nwrong: {}\n",
        packages.join(", "),
        trace.docstrings,
        by_file.len(),
        trace.returns.len(),
        all.names,
        all.pairs,
        all.settled,
        100 * all.settled / all.pairs.max(1),
        all.wrong.len(),
    );
    // Straight to the handle: the figures are wanted from a test that passes, too.
    writeln!(stderr(), "{text}").expect("standard error is open");
    assert!(all.settled > 0, "nothing was traced");
    assert!(all.wrong.is_empty(), "{text}{}", all.wrong.join("\n"));
}

/// Runs the tracer.
fn traced(environment: &str, packages: &[&str]) -> Trace {
    let python = venv::python(environment).unwrap_or_else(|missing| panic!("{missing}"));
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("traced-{}.json", packages.join("-")));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traced/trace.py");
    let output = Command::new(python).arg(script).arg(&out).args(packages).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&fs::read(&out).expect("what the tracer wrote")).expect("valid JSON")
}

/// Compares what was seen in a file with what the analysis allows for.
fn judge(path: &str, returns: &[&Return]) -> Verdict {
    let bytes = fs::read(path).expect("a file that Python has read");
    let file = SourceFile::from_bytes(FileId(0), Path::new(path), &bytes);
    let parsed = syntax::parse(&file.text);
    let module = lower::lower(FileId(0), &parsed, &file.text);
    let statements = syntax::statements(&parsed);
    let line = |one: &&Return| {
        let start = file.line_start(None, one.line).expect("a line of the file");
        let length = file.text[start as usize..].find('\n').unwrap_or(file.text.len() - start as usize);
        (start, start + u32::try_from(length).expect("a file of less than 4 GB"))
    };
    let lines: Vec<_> = returns.iter().map(line).collect();
    let found = pictures(&module, RuleSet::embedded(), &Targets::default(), &statements, &lines);
    let mut verdict = Verdict::default();
    for (one, picture) in returns.iter().zip(&found) {
        verdict.take(one, picture);
    }
    verdict
}

impl Verdict {
    fn add(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.settled += other.settled;
        self.names += other.names;
        self.wrong.extend(other.wrong);
    }

    /// Compares one `return`.
    fn take(&mut self, one: &Return, picture: &Picture) {
        let place = format!("{}:{} {}", one.file, one.line, one.function);
        for (pair, seen) in &one.pairs {
            let (left, right) = pair.split_once('|').expect("two names");
            let about = |(a, b, _): &&(String, String, Possible)| a == left && b == right;
            let none = Possible { same: false, shares: false, none: true };
            let possible = picture.pairs.iter().find(about).map_or(none, |(_, _, possible)| *possible);
            let has = |what: &str| seen.iter().any(|one| one == what);
            let observed = Possible { same: has("same"), shares: has("shares"), none: has("none") };
            self.pairs += 1;
            let relations = [possible.same, possible.shares, possible.none].into_iter().filter(|one| *one).count();
            self.settled += usize::from(relations == 1);
            if observed.or(possible) != possible {
                self.wrong.push(format!("{place}: {left} and {right} were seen as {seen:?}, said is {possible:?}"));
            }
        }
        for (name, seen) in &one.arrays {
            self.names += 1;
            match picture.arrays.iter().find(|array| array.name == *name) {
                None => self.wrong.push(format!("{place}: {name} was seen to hold an array")),
                Some(array) => self.wrong.extend(contradictions(array, seen).map(|what| format!("{place}: {what}"))),
            }
        }
    }
}

/// Facts that are said of an array and were seen to be otherwise.
fn contradictions<'a>(array: &'a NamedArray, seen: &'a Seen) -> impl Iterator<Item = String> + 'a {
    let flag = |said: Tri, seen: &[String]| match said {
        Tri::Yes => seen.iter().any(|one| one == "no"),
        Tri::No => seen.iter().any(|one| one == "yes"),
        Tri::Maybe => false,
    };
    let dtype = array.facts.dtype.name();
    let wrong = [
        ("owndata", flag(array.facts.owndata, &seen.owndata)),
        ("writeable", flag(array.facts.writeable, &seen.writeable)),
        ("dtype", dtype.is_some_and(|said| seen.dtype.iter().any(|one| *one != said))),
        ("ndim", array.facts.geometry.ndim.is_some_and(|said| seen.ndim.iter().any(|one| *one != said))),
    ];
    wrong.into_iter().filter(|(_, wrong)| *wrong).map(|(fact, _)| {
        format!(
            "{fact} of {} is said otherwise: seen {:?} {:?} {:?} {:?}, said {:?}",
            array.name, seen.owndata, seen.writeable, seen.dtype, seen.ndim, array.facts
        )
    })
}
