//! Every public name of NumPy has a rule. The names come from NumPy itself, at run time.
//!
//! `UPDATE_NAMES=1 cargo test --test public_names` writes `rules/numpy/names.txt` anew, from which `ndalias rules coverage`
//! knows them.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use ndalias::rules::RuleSet;
use ndalias::rules::public::{coverage, public_names};
use support::venv::{self, NEWEST_NEEDS, NEWEST_NUMPY, numpy_versions};

#[test]
fn every_public_name_has_a_rule() {
    let list = list();
    let file = root().join("rules/numpy/names.txt");
    if env::var_os("UPDATE_NAMES").is_some() {
        assert!(numpy_versions().contains(&NEWEST_NUMPY), "the list has NumPy {NEWEST_NUMPY}, which {NEWEST_NEEDS}");
        fs::write(&file, &list).expect("the list is written");
    }
    let kept = on_versions_here(&fs::read_to_string(&file).expect("the list is there"));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (own, real) = (lines(&kept), lines(&list));
    let differing: Vec<&String> = own.symmetric_difference(&real).collect();
    let hint = "`UPDATE_NAMES=1 cargo test --test public_names` writes the list anew";
    assert!(kept == list, "{} is not what NumPy has: {differing:?}; {hint}", file.display());
    let missing: Vec<String> =
        coverage(RuleSet::embedded(), &public_names()).into_iter().flat_map(|coverage| coverage.missing).collect();
    assert!(missing.is_empty(), "{} public names without a rule:\n{}", missing.len(), missing.join("\n"));
}

/// The list without the versions that this machine cannot run.
fn on_versions_here(list: &str) -> String {
    let here: Vec<&str> = numpy_versions().into_iter().map(minor).collect();
    let lines = list.lines().filter_map(|line| {
        let Some((name, versions)) = line.strip_prefix("  ").and_then(|entry| entry.split_once(' ')) else {
            return Some(format!("{line}\n"));
        };
        let versions: Vec<&str> = versions.split(' ').filter(|version| here.contains(version)).collect();
        (!versions.is_empty()).then(|| format!("  {name} {}\n", versions.join(" ")))
    });
    lines.collect()
}

/// `2.4` of `2.4.6`.
fn minor(numpy: &str) -> &str {
    numpy.rsplit_once('.').expect("a version of three parts").0
}

/// The names by module, with the versions that have each.
fn list() -> String {
    let mut modules: BTreeMap<String, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    for numpy in numpy_versions() {
        for (name, module) in names_of(numpy) {
            modules.entry(module).or_default().entry(name).or_default().push(minor(numpy));
        }
    }
    let mut text = "# Public names of NumPy, written by `UPDATE_NAMES=1 cargo test --test public_names`.\n".to_owned();
    for (module, names) in modules {
        let _ = writeln!(text, "{module}");
        for (name, versions) in names {
            let _ = writeln!(text, "  {} {}", &name[module.len() + 1..], versions.join(" "));
        }
    }
    text
}

/// What `tests/oracle/names.py` finds in this version of NumPy: from name to module.
fn names_of(numpy: &str) -> BTreeMap<String, String> {
    let python = venv::python(numpy).unwrap_or_else(|missing| panic!("{missing}"));
    let output = Command::new(python).arg("-I").arg(root().join("tests/oracle/names.py")).output();
    let output = output.expect("Python starts");
    assert!(output.status.success(), "NumPy {numpy}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the names are JSON")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
