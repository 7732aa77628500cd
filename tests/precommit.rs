//! The hook in `.pre-commit-hooks.yaml`, run by the real pre-commit in a scratch repository: a commit that adds a hazard is
//! refused, and its repair goes through.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const HAZARD: &str = "\
import numpy as np


def swapped():
    table = np.array([[1, 1], [2, 2], [3, 3]])
    table[0], table[2] = table[2], table[0]
    return table
";

const REPAIR: &str = "\
import numpy as np


def swapped():
    table = np.array([[1, 1], [2, 2], [3, 3]])
    table[[0, 2]] = table[[2, 0]]
    return table
";

/// Runs a command in a folder; panics with one line where it cannot be started.
fn run(folder: &Path, program: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("PRE_COMMIT_HOME", target().join("pre-commit-home"));
    // The commit must not depend on who runs the test, nor on a repository around it.
    for (key, value) in [
        ("GIT_CONFIG_GLOBAL", ""),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "a"),
        ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ("GIT_COMMITTER_NAME", "a"),
        ("GIT_COMMITTER_EMAIL", "a@example.org"),
    ] {
        command.env(key, value);
    }
    for key in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(key);
    }
    command.output().unwrap_or_else(|error| panic!("`{}` cannot be run: {error}", program.display()))
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder").to_owned()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The folder with pre-commit's programs, made on first use.
fn pre_commit() -> PathBuf {
    let folder = target().join("venv").join("pre-commit");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if folder.join("complete").exists() {
        return programs;
    }
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let host = PathBuf::from(std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned()));
    let made = run(&target(), &host, &["-m", "venv", "--clear", &folder.to_string_lossy()]);
    assert!(made.status.success(), "no environment for pre-commit: `python3 -m venv` fails: {}", said(&made));
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pre-commit>=4,<5"];
    let made = run(&target(), &programs.join("python"), &install);
    assert!(made.status.success(), "no environment for pre-commit: `pip install pre-commit` fails: {}", said(&made));
    fs::write(folder.join("complete"), "").expect("the target folder can be written");
    programs
}

/// The hook of the manifest with the built binary in place of one that pre-commit would compile.
fn local_config() -> String {
    let manifest = include_str!("../.pre-commit-hooks.yaml");
    let hook = manifest.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let line = line.replace("language: rust", "language: system");
        let line =
            line.replace("entry: ndalias check", &format!("entry: \"'{}' check\"", env!("CARGO_BIN_EXE_ndalias")));
        format!("      {line}\n")
    });
    format!("repos:\n  - repo: local\n    hooks:\n{}", hook.collect::<String>())
}

#[test]
fn a_hazard_is_refused_and_its_repair_goes_through() {
    let programs = pre_commit();
    let pre_commit = programs.join("pre-commit");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let valid = run(&target(), &pre_commit, &["validate-manifest", &manifest.to_string_lossy()]);
    assert!(valid.status.success(), "{}", said(&valid));

    let scratch = tempfile::tempdir().expect("a temporary folder");
    let folder = scratch.path();
    let git = |arguments: &[&str]| run(folder, Path::new("git"), arguments);
    let commit = |text: &str| {
        fs::write(folder.join("swap.py"), text).expect("a file is written");
        assert!(git(&["add", "-A"]).status.success());
        git(&["commit", "-m", "a change"])
    };
    assert!(git(&["init", "--quiet"]).status.success());
    fs::write(folder.join(".pre-commit-config.yaml"), local_config()).expect("a file is written");
    let installed = run(folder, &pre_commit, &["install"]);
    assert!(installed.status.success(), "{}", said(&installed));

    let refused = commit(HAZARD);
    assert!(!refused.status.success(), "{}", said(&refused));
    assert!(said(&refused).contains("row-swap-tuple"), "{}", said(&refused));
    let accepted = commit(REPAIR);
    assert!(accepted.status.success(), "{}", said(&accepted));
    assert!(said(&accepted).contains("Passed"), "{}", said(&accepted));
}
