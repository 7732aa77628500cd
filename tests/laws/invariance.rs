//! What the answers must not depend on.

use std::path::{Path, PathBuf};

use ndalias::analysis::{ConfigSource, Configs, Input, Options, Outcome, Selector, Silent, analyze};
use ndalias::source::{Disk, FileSystem as _, discover};
use proptest::prelude::*;

use super::programs::{FUNCTIONS, NAMES, program, relations, statements};

/// Modules that import each other, two of them in a circle.
const PACKAGE: [(&str, &str); 4] = [
    ("pkg/__init__.py", "from .views import head\n"),
    (
        "pkg/views.py",
        "from . import more\ndef head(x):\n    return x[:2]\ndef both(x):\n    return more.twice(head(x))\n",
    ),
    ("pkg/more.py", "from .views import head\ndef twice(x):\n    return head(x)[:1]\n"),
    (
        "use.py",
        "import numpy as np\nfrom pkg import head\nfrom pkg.more import twice\n\n\ndef total():\n    rain = np.arange(9.0)\n    \
         first = head(rain)\n    first *= 2\n    wet = first.max()\n    second = twice(rain)\n    return wet, second, rain.sum()\n",
    ),
];

fn fixtures() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let found = discover(&Disk, &[root], &|_, _| false);
    let read = |path: PathBuf| {
        let bytes = Disk.read(&path).expect("it can be read");
        (path, bytes)
    };
    found.files.into_iter().map(read).collect()
}

fn check(files: &[(PathBuf, Vec<u8>)], threads: usize) -> Outcome {
    let everything = Some(vec!["all".parse::<Selector>().expect("a group")]);
    let options = Options { select: everything, statistics: true, ..Options::default() };
    let configs = Configs::new(&Disk, PathBuf::from("/"), ConfigSource::Isolated, options).expect("no configuration");
    let inputs: Vec<Input> = files
        .iter()
        .map(|(path, bytes)| Input {
            path: path.clone(),
            bytes: Some(bytes.clone()),
            profile: configs.profile(path).expect("no configuration"),
        })
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(64 << 20).build();
    pool.expect("threads can be started").install(|| analyze(&Disk, &inputs, &Silent))
}

/// The findings by file, with the line of code in place of its number.
fn findings(outcome: &Outcome) -> Vec<String> {
    let show = |finding: &ndalias::diagnostic::Diagnostic| {
        let place = |location: ndalias::diagnostic::Location| {
            let file = outcome.files.get(location.file);
            file.text_of(file.line_span(file.line_at(location.span.start))).trim().to_owned()
        };
        let steps: Vec<String> =
            finding.steps.iter().map(|step| format!("{}: {}", place(step.location), step.message)).collect();
        let path = &outcome.files.get(finding.location.file).path;
        format!(
            "{path} {} {} {}: {} {steps:?}",
            finding.hazard,
            finding.scope,
            place(finding.location),
            finding.message
        )
    };
    let mut all: Vec<String> = outcome.findings.iter().map(show).collect();
    all.sort_unstable();
    all
}

#[test]
fn neither_the_order_of_files_nor_the_threads_matter() {
    let mut files: Vec<(PathBuf, Vec<u8>)> = fixtures();
    files.extend(PACKAGE.map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())));
    let first = check(&files, 1);
    let found = findings(&first);
    assert!(found.len() > 100 && found.iter().any(|one| one.starts_with("use.py mutate-through-slice")), "{found:?}");
    for (step, threads) in [(1, 4), (7, 1), (11, 3)] {
        let mut others: Vec<(PathBuf, Vec<u8>)> = Vec::new();
        for start in 0..step {
            others.extend(files.iter().skip(start).step_by(step).cloned());
        }
        others.reverse();
        let other = check(&others, threads);
        assert_eq!(findings(&other), found);
        assert_eq!(other.tally, first.tally);
    }
}

/// A file as pieces: functions that stand beside each other, each with what leads up to it, and what else there is.
fn pieces(text: &str) -> Vec<(bool, String)> {
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let is_inside = line.starts_with([' ', ')', ']', '#']) || line.trim().is_empty();
        let decorates = |piece: &str| piece.lines().last().is_some_and(|last| last.starts_with('@'));
        match pieces.last_mut() {
            Some((_, piece)) if is_inside || decorates(piece) => piece.push_str(line),
            _ => pieces.push((line.starts_with("def "), line.to_owned())),
        }
    }
    pieces
}

/// The file with functions that stand beside each other the other way round. Names are bound when a module runs, so that nothing
/// else changes.
fn turned_round(text: &str) -> String {
    let pieces = pieces(text);
    let groups = pieces.chunk_by(|left, right| left.0 && right.0);
    groups.flat_map(|group| group.iter().rev().map(|(_, piece)| piece.as_str())).collect()
}

#[test]
fn the_order_of_functions_does_not_matter() {
    let mut turned = 0;
    for (path, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let names: Vec<String> = pieces(&text)
            .into_iter()
            .filter(|(is_function, _)| *is_function)
            .filter_map(|(_, piece)| piece.split('(').next().map(str::to_owned))
            .collect();
        let is_once = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
        let other = turned_round(&text);
        if path.extension().is_none_or(|extension| extension != "py") || !names.iter().all(is_once) || other == text {
            continue;
        }
        turned += 1;
        let (one, two) = (check(&[(path.clone(), bytes)], 1), check(&[(path, other.into_bytes())], 1));
        assert_eq!(findings(&one), findings(&two));
    }
    assert!(turned > 30, "only {turned} files have functions to turn round");
}

/// Other names for the variables and functions of a program, neither in its order nor in that of the alphabet.
const OTHER_NAMES: [(&str, &str); 6] =
    [("a", "zeta"), ("b", "alpha"), ("c", "mu"), ("d", "beta"), ("tail", "omega"), ("either", "aa")];

/// The program with each word replaced.
fn renamed(text: &str) -> String {
    let mut result = String::new();
    for part in text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let other = OTHER_NAMES.iter().find(|(name, _)| *name == word).map_or(word, |(_, other)| *other);
        result.push_str(other);
        result.push_str(&part[word.len()..]);
    }
    result
}

/// The program with other white space, comments and brackets.
fn laid_out(text: &str) -> String {
    let mut result = "# A comment.\n\n".to_owned();
    for line in text.lines() {
        let depth = line.chars().take_while(|c| *c == ' ').count();
        let line = line.trim_start();
        let line = match line.split_once(" = ") {
            Some((left, right)) if !left.contains('[') => format!("{left} =( {right} # and more\n)"),
            _ => line.replace(", ", " ,   "),
        };
        result.push_str(&"   ".repeat(depth / 4));
        result.push_str(&line);
        result.push_str("\r\n\r\n");
    }
    result
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_names_nor_layout_nor_order_matter(statements in statements()) {
        let text = program("other", &statements);
        let said = relations(&text, NAMES);
        prop_assert_eq!(&relations(&renamed(&text), ["zeta", "alpha", "mu", "beta"]), &said);
        prop_assert_eq!(&relations(&laid_out(&text), NAMES), &said);
        let turned = text.replacen(&FUNCTIONS.concat(), &[FUNCTIONS[2], FUNCTIONS[1], FUNCTIONS[0]].concat(), 1);
        prop_assert_ne!(&turned, &text);
        prop_assert_eq!(&relations(&turned, NAMES), &said);
    }
}
