//! Random programs run on NumPy: whatever two names are seen to share, `ndalias inspect` allows for.
//!
//! The generator, the runner and the comparison are Python programs in `tests/differential`; each says at its top
//! how to use it by hand. `DIFFERENTIAL_SEED` and `DIFFERENTIAL_COUNT` ask for other programs, or more of them.
//! `python tests/differential/shrink.py PROGRAM --binary target/debug/ndalias` makes a program small that fails here.

mod support;

use std::ffi::OsStr;
use std::io::{Write as _, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use support::venv;

const NUMPY: &str = "2.4.6";
const SEED: &str = "20250607";
const COUNT: &str = "500";
/// Per cent of the related pairs of which exactly what is seen has to be said.
const LEAST_EXACT: &str = "96";

/// The environment that has the scripts, and the folder for the programs.
struct Laboratory {
    python: PathBuf,
    programs: PathBuf,
}

#[test]
fn inspect_allows_for_what_numpy_does() {
    Laboratory::new("random").compare_random(&[], COUNT, LEAST_EXACT);
}

/// Programs that import a package of their own, and per cent of the related pairs of which exactly what is seen has to be said.
const PACKAGES_COUNT: &str = "250";
const LEAST_EXACT_OF_PACKAGES: &str = "73";

#[test]
fn inspect_allows_for_what_imported_files_do() {
    Laboratory::new("packages").compare_random(&["--packages"], PACKAGES_COUNT, LEAST_EXACT_OF_PACKAGES);
}

/// Per cent of the related pairs of the programs in `tests/differential/language` of which exactly what is seen has to be said.
const LEAST_EXACT_OF_LANGUAGE: &str = "85";

#[test]
fn inspect_allows_for_what_the_language_does() {
    let laboratory = Laboratory::new("language");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/language");
    for entry in fs::read_dir(folder).expect("the programs are there") {
        let path = entry.expect("a program").path();
        let name = path.file_name().expect("a file has a name");
        fs::copy(&path, laboratory.programs.join(name)).expect("the program can be copied");
    }
    laboratory.run("run.py", &[], laboratory.programs.as_os_str());
    laboratory.compare(LEAST_EXACT_OF_LANGUAGE, &format!("NumPy {NUMPY}, programs about the language"));
}

impl Laboratory {
    /// Makes the environment, and an empty folder of this name for the programs.
    fn new(name: &str) -> Self {
        let python = venv::python(NUMPY).unwrap_or_else(|missing| panic!("{missing}"));
        let programs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential").join(name);
        if programs.exists() {
            fs::remove_dir_all(&programs).expect("the programs of the last run can be removed");
        }
        fs::create_dir_all(&programs).expect("a folder for the programs");
        Self { python, programs }
    }

    /// Makes random programs, runs them, and compares what is seen with what is said.
    fn compare_random(&self, options: &[&str], count: &str, least: &str) {
        let seed = env::var("DIFFERENTIAL_SEED").unwrap_or_else(|_| SEED.to_owned());
        let count = env::var("DIFFERENTIAL_COUNT").unwrap_or_else(|_| count.to_owned());
        let arguments = [options, &["--seed", &seed, "--count", &count, "--out"]].concat();
        let arguments: Vec<&OsStr> = arguments.into_iter().map(OsStr::new).collect();
        self.run("generate.py", &arguments, self.programs.as_os_str());
        self.run("run.py", &[], self.programs.as_os_str());
        self.compare(least, &format!("NumPy {NUMPY}, seed {seed}, count {count} {}", options.join(" ")));
    }

    /// Compares the programs, prints the figures, and fails on anything unsound.
    fn compare(&self, least: &str, heading: &str) {
        let binary = OsStr::new(env!("CARGO_BIN_EXE_ndalias"));
        let arguments = [OsStr::new("--least"), OsStr::new(least), OsStr::new("--binary"), binary, OsStr::new("--")];
        let comparison = self.output("compare.py", &arguments, self.programs.as_os_str());
        let text = String::from_utf8_lossy(&comparison.stdout);
        let heading = format!("{heading}, in {}", self.programs.display());
        // Straight to the handle: the figures are wanted from a test that passes, too.
        writeln!(stderr(), "\n{heading}\n{text}").expect("standard error is open");
        let reason = String::from_utf8_lossy(&comparison.stderr);
        assert!(comparison.status.success(), "{heading}\n{text}{reason}");
    }

    fn output(&self, script: &str, arguments: &[&OsStr], last: &OsStr) -> Output {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential");
        let mut command = Command::new(&self.python);
        command.env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONPATH");
        command.arg(scripts.join(script)).args(arguments).arg(last).output().expect("Python starts")
    }

    /// Runs a script that has to succeed.
    fn run(&self, script: &str, arguments: &[&OsStr], last: &OsStr) {
        let output = self.output(script, arguments, last);
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
