//! Every file under `fixtures/` against every hazard: what its comments announce is found, and nothing else.
//!
//! `# hazard: name` trails the first line of a finding's primary place, `# step: words` a line of its trace. In files named
//! `limits.py`, `# missing: name` marks a hazard that is not found yet and `# wrong: name` a finding that is not true: both
//! are asserted to be so still, so that an improvement has to move the line. A file without such comments is silent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ndalias::analysis::{ConfigSource, Configs, Input, Options, Selector, Silent, analyze};
use ndalias::diagnostic::Diagnostic;
use ndalias::source::{Disk, FileId, FileSystem as _, Files, SourceFile, comments, discover};

/// A line and the name of a hazard there.
type Mark = (usize, String);

/// What the comments of a file announce; lines count from 1, in a notebook over all its code cells.
#[derive(Default)]
struct Announced {
    hazards: BTreeSet<Mark>,
    steps: BTreeSet<usize>,
    missing: BTreeSet<Mark>,
    wrong: BTreeSet<Mark>,
    mistakes: Vec<String>,
}

impl Announced {
    fn in_file(file: &SourceFile) -> Self {
        let mut announced = Self::default();
        for comment in comments(&file.text) {
            let line = file.line_at(comment.span.start) + 1;
            for part in comment.text.split('#').map(str::trim) {
                let Some((kind, rest)) = part.split_once(':') else { continue };
                let marks = rest.split(',').map(|name| (line, name.trim().to_owned()));
                match kind {
                    "hazard" => announced.hazards.extend(marks),
                    "missing" => announced.missing.extend(marks),
                    "wrong" => announced.wrong.extend(marks),
                    "step" => {
                        announced.steps.insert(line);
                    }
                    _ => {}
                }
            }
        }
        let names = announced.hazards.iter().chain(&announced.missing).chain(&announced.wrong);
        let unknown = names.filter(|(_, name)| name.parse::<Selector>().is_err());
        announced.mistakes = unknown.map(|(line, name)| format!("{line}: `{name}` is no hazard")).collect();
        let has_limits = !announced.missing.is_empty() || !announced.wrong.is_empty();
        if has_limits && !file.path.ends_with("limits.py") {
            announced.mistakes.push("`# missing:` and `# wrong:` belong in files named limits.py".to_owned());
        }
        announced
    }

    /// How the findings differ from what was announced.
    fn compare(&self, found: &BTreeMap<Mark, String>, steps: &BTreeSet<usize>) -> Vec<String> {
        let mut complaints = self.mistakes.clone();
        for mark in self.hazards.difference(&found.keys().cloned().collect()) {
            complaints.push(format!("{}: `{}` is not found", mark.0, mark.1));
        }
        for mark in self.wrong.difference(&found.keys().cloned().collect()) {
            complaints.push(format!("{}: `{}` is not found any more: remove `# wrong`", mark.0, mark.1));
        }
        for (mark, message) in found {
            if self.missing.contains(mark) {
                complaints.push(format!("{}: `{}` is found now: write `# hazard`", mark.0, mark.1));
            } else if !self.hazards.contains(mark) && !self.wrong.contains(mark) {
                complaints.push(format!("{}: `{}` is not announced: {message}", mark.0, mark.1));
            }
        }
        complaints.extend(self.steps.difference(steps).map(|line| format!("{line}: no finding has a step here")));
        complaints
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every fixture.
fn fixtures() -> Vec<PathBuf> {
    let found = discover(&Disk, &[root().join("fixtures")], &|_, _| false);
    assert!(found.errors.is_empty(), "{:?}", found.errors);
    found.files
}

#[test]
fn fixtures_draw_the_findings_that_they_announce() {
    let options = Options { select: Some(vec![Selector::All]), ..Options::default() };
    let configs =
        Configs::new(&Disk, root().to_owned(), ConfigSource::Isolated, options).expect("the options are valid");
    let paths = fixtures();
    let profile = configs.profile(root()).expect("the options are valid");
    let input = |path: &PathBuf| Input { path: path.clone(), bytes: None, profile: profile.clone() };
    let inputs: Vec<Input> = paths.iter().map(input).collect();
    let outcome = analyze(&Disk, &inputs, &Silent);
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let mut complaints = Vec::new();
    for (path, id) in paths.iter().zip((0..).map(FileId)) {
        let bytes = Disk.read(path).expect("it was read before");
        let file = SourceFile::from_bytes(id, path, &bytes);
        let (found, steps) = places(&outcome.findings, &outcome.files, &file);
        let shown = path.strip_prefix(root()).unwrap_or(path).display();
        let differences = Announced::in_file(&file).compare(&found, &steps);
        complaints.extend(differences.into_iter().map(|difference| format!("{shown}:{difference}")));
    }
    assert!(complaints.is_empty(), "\n{}\n{} complaints", complaints.join("\n"), complaints.len());
}

/// The findings of a file by line and name, with their messages, and the lines of their steps.
fn places(findings: &[Diagnostic], files: &Files, file: &SourceFile) -> (BTreeMap<Mark, String>, BTreeSet<usize>) {
    let mut found = BTreeMap::new();
    let mut steps = BTreeSet::new();
    let is_here = |id: FileId| files.get(id).path == file.path;
    for finding in findings.iter().filter(|finding| is_here(finding.location.file)) {
        let line = file.line_at(finding.location.span.start) + 1;
        found.insert((line, finding.hazard.to_owned()), finding.message.clone());
        let here = finding.steps.iter().filter(|step| step.location.file == finding.location.file);
        steps.extend(here.map(|step| file.line_at(step.location.span.start) + 1));
    }
    (found, steps)
}

#[test]
fn comments_are_compared_with_findings() {
    let text = "a  # step: made\nb  # hazard: mutation, overlap\nc  # missing: mutation\nd  # wrong: all\n";
    let file = SourceFile::from_text(FileId(0), "fixtures/limits.py", text.to_owned());
    let announced = Announced::in_file(&file);
    let found = |marks: &[(usize, &str)]| -> BTreeMap<Mark, String> {
        marks.iter().map(|(line, name)| ((*line, (*name).to_owned()), String::new())).collect()
    };
    let as_announced = found(&[(2, "mutation"), (2, "overlap"), (4, "all")]);
    assert_eq!(announced.compare(&as_announced, &BTreeSet::from([1, 7])), Vec::<String>::new());
    let otherwise = announced.compare(&found(&[(2, "mutation"), (3, "mutation"), (9, "overlap")]), &BTreeSet::new());
    assert_eq!(otherwise.len(), 5, "{otherwise:?}");
    let elsewhere = SourceFile::from_text(FileId(0), "fixtures/ok.py", text.to_owned());
    assert_eq!(Announced::in_file(&elsewhere).mistakes.len(), 1);
}
