//! Line by line through the quickstart's programs: `ndalias inspect` answers as NumPy itself does.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use support::venv;

const NUMPY: &str = "2.4.6";

/// What `tests/quickstart/answers.py` prints.
#[derive(Deserialize)]
struct Answers {
    lines: Vec<Moment>,
}

/// NumPy's answers after one statement.
#[derive(Deserialize)]
struct Moment {
    cell: Option<u32>,
    line: u32,
    arrays: Vec<Array>,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Array {
    name: String,
    owndata: bool,
    base: Vec<String>,
}

#[derive(Deserialize)]
struct Pair {
    a: String,
    b: String,
    is: bool,
    shares: bool,
}

/// What `ndalias inspect` prints.
#[derive(Deserialize)]
struct Inspected {
    arrays: Vec<InspectedArray>,
    pairs: Vec<InspectedPair>,
}

#[derive(Deserialize)]
struct InspectedArray {
    name: String,
    owndata: String,
    base: Vec<String>,
}

#[derive(Deserialize)]
struct InspectedPair {
    a: String,
    b: String,
    possible: Vec<String>,
}

#[test]
fn inspect_answers_as_numpy_does() {
    let python = venv::python(NUMPY).unwrap_or_else(|missing| panic!("{missing}"));
    let programs = programs();
    assert!(programs.len() >= 8, "the quickstart's programs are in fixtures/quickstart");
    let mut differences = Vec::new();
    for program in programs {
        let answers = answers(&python, &program);
        assert!(!answers.lines.is_empty(), "{} has no statement", program.display());
        for line in &answers.lines {
            let place = match line.cell {
                Some(cell) => format!("{}:{cell}:{}", program.display(), line.line),
                None => format!("{}:{}", program.display(), line.line),
            };
            let found = sentences_of_inspect(&inspect(&place));
            let wanted = sentences_of_numpy(line);
            differences.extend(wanted.difference(&found).map(|sentence| format!("{place}: not said: {sentence}")));
            differences.extend(found.difference(&wanted).map(|sentence| format!("{place}: not so: {sentence}")));
        }
    }
    let first = differences[..differences.len().min(40)].join("\n");
    assert!(differences.is_empty(), "{} differences\n{first}", differences.len());
}

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/quickstart");
    let entries = fs::read_dir(folder).expect("the folder of the quickstart's programs");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py" || extension == "ipynb"));
    paths.sort();
    paths
}

fn answers(python: &Path, program: &Path) -> Answers {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quickstart/answers.py");
    let output = Command::new(python).arg("-I").arg(script).arg(program).output().expect("Python starts");
    assert!(output.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the answers are JSON")
}

fn inspect(place: &str) -> Inspected {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ndalias"));
    let output = command.args(["inspect", place, "--output-format", "json"]).output().expect("ndalias starts");
    assert!(output.status.success(), "{place}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the output is JSON")
}

fn sentences_of_numpy(moment: &Moment) -> BTreeSet<String> {
    let arrays = moment.arrays.iter().flat_map(|array| {
        let owns = sentence_on_owndata(&array.name, if array.owndata { "yes" } else { "no" });
        array.base.iter().map(|base| sentence_on_base(&array.name, base)).chain([owns])
    });
    let pairs = moment.pairs.iter().filter(|pair| pair.is || pair.shares).map(|pair| {
        let relation = if pair.is { "same" } else { "shares" };
        sentence_on_pair(&pair.a, &pair.b, relation)
    });
    arrays.chain(pairs).collect()
}

fn sentences_of_inspect(inspected: &Inspected) -> BTreeSet<String> {
    let arrays = inspected.arrays.iter().flat_map(|array| {
        let owns = sentence_on_owndata(&array.name, &array.owndata);
        array.base.iter().map(|base| sentence_on_base(&array.name, base)).chain([owns])
    });
    let pairs = inspected.pairs.iter().map(|pair| sentence_on_pair(&pair.a, &pair.b, &pair.possible.join(" or ")));
    arrays.chain(pairs).collect()
}

fn sentence_on_owndata(name: &str, owndata: &str) -> String {
    format!("`{name}.flags.owndata`: {owndata}")
}

fn sentence_on_base(name: &str, base: &str) -> String {
    format!("`{name}.base is {base}`")
}

fn sentence_on_pair(a: &str, b: &str, relation: &str) -> String {
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    format!("`{a}` and `{b}`: {relation}")
}
