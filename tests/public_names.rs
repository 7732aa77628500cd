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
use support::venv::{self, NUMPY_VERSIONS};

#[test]
fn every_public_name_has_a_rule() {
    let list = list();
    let file = root().join("rules/numpy/names.txt");
    if env::var_os("UPDATE_NAMES").is_some() {
        fs::write(&file, &list).expect("the list is written");
    }
    let kept = fs::read_to_string(&file).expect("the list is there");
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (own, real) = (lines(&kept), lines(&list));
    let differing: Vec<&String> = own.symmetric_difference(&real).collect();
    let hint = "`UPDATE_NAMES=1 cargo test --test public_names` writes the list anew";
    assert!(kept == list, "{} is not what NumPy has: {differing:?}; {hint}", file.display());
    let missing: Vec<String> =
        coverage(RuleSet::embedded(), &public_names()).into_iter().flat_map(|coverage| coverage.missing).collect();
    assert!(missing.is_empty(), "{} public names without a rule:\n{}", missing.len(), missing.join("\n"));
}

/// The names by module, with the versions that have each.
fn list() -> String {
    let mut modules: BTreeMap<String, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    for numpy in NUMPY_VERSIONS {
        let (version, _) = numpy.rsplit_once('.').expect("a version of three parts");
        for (name, module) in names_of(numpy) {
            modules.entry(module).or_default().entry(name).or_default().push(version);
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
