//! Every fixture is a program that runs on NumPy, oldest and newest, without a warning, and its asserts hold.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::venv;

/// Runs the programs that it is given, each as the main one; prints a traceback for each that fails.
const RUN_ALL: &str = "
import contextlib, io, runpy, sys, traceback
failed = False
for path in sys.argv[1:]:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(path, run_name='__main__')
    except Exception:
        failed = True
        print(path, traceback.format_exc(), sep='\\n')
sys.exit(failed)
";

#[test]
fn hazard_fixtures_show_what_they_claim() {
    run_all("fixtures/hazards");
}

#[test]
fn quickstart_programs_run() {
    run_all("fixtures/quickstart");
}

#[test]
fn programs_with_other_libraries_run() {
    run_in(&["pandas-3"], "fixtures/libraries");
}

fn run_all(folder: &str) {
    run_in(&["1.26.4", "2.4.6"], folder);
}

fn run_in(environments: &[&str], folder: &str) {
    let mut programs = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut programs);
    programs.sort();
    assert!(!programs.is_empty(), "no program in {folder}");
    for environment in environments {
        let python = venv::python(environment).unwrap_or_else(|missing| panic!("{missing}"));
        let mut command = Command::new(&python);
        command.args(["-I", "-W", "error", "-c", RUN_ALL]).args(&programs);
        let output = command.output().expect("Python starts");
        let text = String::from_utf8_lossy(&output.stdout);
        let reason = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{environment}:\n{text}{reason}");
    }
}

fn collect(folder: &Path, programs: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of fixtures") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, programs);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            programs.push(path);
        }
    }
}
