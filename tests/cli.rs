//! The contract of the command line: exit codes, one-line errors, JSON.

mod support;

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use support::scratch::{Run, Scratch};

#[test]
fn nothing_found_is_0_and_something_is_1() {
    let scratch = Scratch::new(&[("good.py", "a = 1\n"), ("bad.py", "a = = 1\n")]);
    assert_eq!(scratch.run(&["check", "good.py"]).code, 0);
    assert_eq!(scratch.run(&["check", "bad.py"]).code, 1);
    assert_eq!(scratch.run(&["check"]).code, 1);
    assert_eq!(scratch.run(&["check", "--exit-zero"]).code, 0);
    assert_eq!(scratch.run(&["check", "--ignore", "syntax-error"]).code, 0);
}

#[test]
fn what_cannot_be_done_is_2_and_one_line() {
    let scratch = Scratch::new(&[("a.py", "a = 1\n"), ("n.ipynb", "{\"cells\": []}")]);
    scratch.run(&["check", "--no-such-option"]).fails_with(&["--no-such-option"]);
    scratch.run(&["check", "--fix"]).fails_with(&["--fix"]);
    scratch.run(&["check", "none.py"]).fails_with(&["none.py", "check the path"]);
    scratch.run(&["check", "--level", "loud"]).fails_with(&["loud", "info, warning, error"]);
    scratch.run(&["check", "--select", "mutatoin"]).fails_with(&["did you mean `mutation`"]);
    scratch.run(&["check", "--config", "none.toml"]).fails_with(&["none.toml"]);
    scratch.run(&["check", "--rules", "none.toml"]).fails_with(&["none.toml"]);
    scratch.run(&["check", "--target", "numpy"]).fails_with(&["LIBRARY=MAJOR.MINOR"]);
    scratch.run(&["check", "-", "a.py"]).fails_with(&["`-` stands alone"]);
    scratch.run(&["check", "--stdin-filename", "a.py"]).fails_with(&["give `-`"]);
    scratch.run(&["check", "--output-file", "none/out.txt"]).fails_with(&["none/out.txt"]);
    scratch.run(&["inspect", "a.py"]).fails_with(&["FILE:LINE"]);
    scratch.run(&["inspect", "a.py:9"]).fails_with(&["1 lines"]);
    scratch.run(&["inspect", "n.ipynb:1"]).fails_with(&["CELL"]);
    scratch.run(&["graph", "none.py"]).fails_with(&["none.py"]);
    scratch.run(&["explain", "syntax-eror"]).fails_with(&["did you mean `syntax-error`?"]);
    scratch.run(&["rules", "check", "none.toml"]).fails_with(&["none.toml"]);
    scratch.run(&[]).fails_with(&["ndalias check"]);
}

#[test]
fn an_unreadable_path_does_not_hide_the_findings_of_others() {
    let scratch = Scratch::new(&[("bad.py", "a = = 1\n")]);
    let run = scratch.run(&["check", "--output-format", "concise", "none.py", "bad.py"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("bad.py:1:"), "{}", run.out);
}

#[test]
fn a_wrong_configuration_is_pointed_at() {
    let scratch = Scratch::new(&[("pyproject.toml", "[tool.ndalias]\nlevel = 'info'\nselct = []\n"), ("a.py", "")]);
    scratch.run(&["check"]).fails_with(&["pyproject.toml:3", "unknown key `selct`", "did you mean `select`?"]);
    assert_eq!(scratch.run(&["check", "--isolated"]).code, 0);
    scratch.write("pyproject.toml", b"[tool.ndalias]\nselect = [\n  'nothing-such',\n]\n");
    scratch.run(&["check"]).fails_with(&["pyproject.toml:3", "`nothing-such`"]);
    scratch.write("pyproject.toml", b"[tool.ndalias\n");
    scratch.run(&["check"]).fails_with(&["pyproject.toml:1"]);
}

#[test]
fn the_nearest_configuration_wins() {
    let broken = "a = = 1\n";
    let scratch = Scratch::new(&[
        ("pyproject.toml", "[tool.ndalias]\nignore = ['syntax-error']\nextend-exclude = ['vendored/']\n"),
        ("a.py", broken),
        ("vendored/b.py", broken),
        ("inner/ndalias.toml", ""),
        ("inner/c.py", broken),
        ("other/pyproject.toml", "[project]\nname = 'x'\n"),
        ("other/d.py", broken),
    ]);
    let paths = |value: &Value| -> Vec<String> {
        let findings = value["findings"].as_array().expect("a list").iter();
        let mut paths: Vec<_> = findings.map(|it| it["path"].as_str().expect("a string").to_owned()).collect();
        paths.dedup();
        paths
    };
    let value = scratch.json(&[]);
    assert_eq!(paths(&value), ["inner/c.py"]);
    assert_eq!(value["summary"]["files"], 3);
    assert_eq!(
        paths(&scratch.json(&["--isolated", "--extend-exclude", "inner"])),
        ["a.py", "other/d.py", "vendored/b.py"]
    );
    assert_eq!(paths(&scratch.json(&["vendored/b.py", "--select", "all"])), ["vendored/b.py"]);
}

#[test]
fn json_has_the_fields_of_version_1() {
    let scratch = Scratch::new(&[("src/a.py", "é = 'é𝒳'; a = = 1\n")]);
    let value = scratch.json(&["src"]);
    assert_eq!(value["version"], 1);
    assert_eq!(value["tool"]["name"], "ndalias");
    assert_eq!(value["tool"]["version"], env!("CARGO_PKG_VERSION"));
    let finding = &value["findings"][0];
    let keys: Vec<&str> = finding.as_object().expect("an object").keys().map(String::as_str).collect();
    for key in ["hazard", "severity", "confidence", "message", "path", "cell", "scope", "range", "steps", "help", "fix"]
    {
        assert!(keys.contains(&key), "`{key}` is missing");
    }
    assert_eq!(finding["hazard"], "syntax-error");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["path"], "src/a.py");
    assert_eq!(finding["cell"], Value::Null);
    // Columns count characters, offsets bytes: é has two of them, 𝒳 four.
    let column = finding["range"]["start"]["column"].as_u64().expect("a number");
    assert_eq!(finding["range"]["start"]["line"], 1);
    assert_eq!(finding["range"]["start"]["offset"].as_u64(), Some(column - 1 + 1 + 1 + 3));
    assert_eq!(finding["fingerprint"].as_str().map(str::len), Some(16));
    assert_eq!(value["summary"]["findings"].as_u64(), value["findings"].as_array().map(|all| all.len() as u64));
    assert!(value["summary"]["seconds"].is_number() && value["summary"]["suppressed"] == 0);
}

#[test]
fn fingerprints_outlive_edits_elsewhere() {
    let scratch = Scratch::new(&[("a.py", "a = = 1\n\nb = = 2\n")]);
    let prints = || -> Vec<Value> {
        let value = scratch.json(&[]);
        value["findings"].as_array().expect("a list").iter().map(|it| it["fingerprint"].clone()).collect()
    };
    let before = prints();
    scratch.write("a.py", b"import os\n\n\na =  = 1\n\nb = = 2\n");
    assert_eq!(prints(), before);
    assert_eq!(before.iter().map(Value::to_string).collect::<std::collections::BTreeSet<_>>().len(), before.len());
}

#[test]
fn a_place_in_a_notebook_is_a_cell_and_a_line_in_it() {
    let notebook = r##"{"nbformat": 4, "metadata": {}, "cells": [
        {"cell_type": "markdown", "source": ["# text"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "a = 1\n"]},
        {"cell_type": "code", "source": ["!ls\n", "é = 2\n", "b = = 3"]}]}"##;
    let scratch = Scratch::new(&[("n.ipynb", notebook), ("broken.ipynb", "{")]);
    let finding = &scratch.json(&["n.ipynb"])["findings"][0];
    assert_eq!((&finding["cell"], &finding["range"]["start"]["line"]), (&Value::from(1), &Value::from(3)));
    assert_eq!(finding["range"]["start"]["offset"].as_u64(), Some(4 + 7 + 4));
    let run = scratch.run(&["check", "--output-format", "concise", "n.ipynb"]);
    assert!(run.out.starts_with("n.ipynb:cell 1:3:5: error[syntax-error] "), "{}", run.out);
    let text = scratch.run(&["check", "n.ipynb", "--color", "never"]).out;
    assert!(text.contains("n.ipynb:cell 1:3:5") && text.contains("3 │ b = = 3"), "{text}");
    let run = scratch.run(&["check", "--output-format", "concise", "broken.ipynb"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("not valid JSON"), "{}", run.out);
}

#[test]
fn standard_input_is_a_file_like_others() {
    let scratch = Scratch::new(&[("src/ndalias.toml", "ignore = ['syntax-error']\n")]);
    let feed = |arguments: &[&str]| {
        let mut command = scratch.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(b"a = = 1\n").expect("it reads");
        Run::of(&child.wait_with_output().expect("it ends"))
    };
    let run = feed(&["check", "-", "--output-format", "concise"]);
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("<stdin>:1:5:"), "{}", run.out);
    let run = feed(&["check", "-", "--stdin-filename", "b.py", "--output-format", "concise"]);
    assert!(run.out.starts_with("b.py:1:5:"), "{}", run.out);
    assert_eq!(feed(&["check", "-", "--stdin-filename", "src/b.py"]).code, 0);
}

#[test]
fn comments_silence_and_idle_ones_are_reported() {
    let scratch = Scratch::new(&[
        ("line.py", "a = = 1  # ndalias: allow[syntax-error] on purpose\n"),
        ("file.py", "# ndalias: allow-file[syntax-error] on purpose\na = = 1\n\nb = = 1\n"),
        ("idle.py", "s = '# ndalias: allow[all]'\na = 1  # ndalias: allow[syntax-error]\n"),
        ("wrong.py", "a = 1  # ndalias: allow[syntax-eror]\nb = 1  # ndalias: alow\n"),
    ]);
    for name in ["line.py", "file.py"] {
        let value = scratch.json(&[name]);
        assert_eq!(value["summary"]["findings"], 0, "{name}: {value}");
        assert_ne!(value["summary"]["suppressed"], 0, "{name}");
    }
    let run = scratch.run(&["check", "idle.py", "wrong.py", "--output-format", "concise"]);
    assert_eq!(run.code, 0, "information does not fail");
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.out);
    assert!(
        lines[0].starts_with("idle.py:2:8: info[unused-suppression] `syntax-error` silences nothing"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("wrong.py:1:8: info[unused-suppression]") && lines[1].contains("did you mean"));
    assert!(lines[2].starts_with("wrong.py:2:8: info[unused-suppression]"), "{}", lines[2]);
    assert_eq!(scratch.run(&["check", "idle.py", "--fail-on", "info"]).code, 1);
    assert_eq!(scratch.run(&["check", "idle.py", "--level", "warning", "--output-format", "concise"]).out, "");
}

#[test]
fn a_reader_that_goes_is_a_normal_end() {
    let scratch = Scratch::new(&[("a.py", &"a = = 1\n".repeat(4000))]);
    for format in ["text", "concise", "json"] {
        let mut command = scratch.command(&["check", "-q", "--output-format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let run = Run::of(&child.wait_with_output().expect("it ends"));
        assert_eq!((run.code, run.err.as_str()), (1, ""), "{format}");
    }
}

#[test]
fn two_runs_print_the_same_bytes() {
    let files: Vec<(String, String)> =
        (0..40).map(|n| (format!("d{}/f{n}.py", n % 3), "a = = 1\n".repeat(n))).collect();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let scratch = Scratch::new(&borrowed);
    let one = scratch.run(&["check", "--output-format", "concise", "-j", "1"]).out;
    let four = scratch.run(&["check", "--output-format", "concise", "-j", "4", "./d0", "d1", "d2", "d0/f3.py"]).out;
    assert!(!one.is_empty());
    assert_eq!(one, four);
    let mut paths: Vec<&str> = one.lines().filter_map(|line| line.split(':').next()).collect();
    paths.dedup();
    assert!(paths.is_sorted(), "{paths:?}");
}

#[test]
fn statistics_output_files_and_quiet() {
    let scratch = Scratch::new(&[("a.py", "a = = 1\n")]);
    let run = scratch.run(&["check", "--statistics", "-q"]);
    assert_eq!((run.out.lines().next(), run.err.as_str()), (Some("       1  syntax-error"), ""));
    let run = scratch.run(&["check", "--output-file", "out.json", "--output-format", "json", "-v"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("parsing") && run.err.contains("1 finding in 1 file"), "{}", run.err);
    let text = fs::read_to_string(scratch.path().join("out.json")).expect("the file is written");
    assert!(serde_json::from_str::<Value>(&text).is_ok());
}

#[test]
fn graph_and_inspect_print_their_json() {
    let scratch = Scratch::new(&[("a.py", "import numpy as np\na = np.zeros(3)\nb = a[1:]\nb[0] = 1\n")]);
    let graph: Value = serde_json::from_str(&scratch.run(&["graph", "a.py"]).out).expect("it is JSON");
    assert_eq!((&graph["version"], &graph["path"]), (&Value::from(1), &Value::from("a.py")));
    assert_eq!(
        (&graph["bindings"][1]["name"], &graph["bindings"][1]["kind"]),
        (&Value::from("b"), &Value::from("global"))
    );
    let edge = &graph["edges"][0];
    assert_eq!((&edge["from"], &edge["to"], &edge["kind"]), (&Value::from(0), &Value::from(1), &Value::from("view")));
    assert_eq!(
        (&edge["certainty"], &edge["rule"]),
        (&Value::from("always"), &Value::from("numpy.ndarray.__getitem__"))
    );
    assert_eq!(
        (&graph["writes"][0]["binding"], &graph["writes"][0]["by"]),
        (&Value::from(1), &Value::from("subscript"))
    );
    let picture: Value = serde_json::from_str(&scratch.run(&["inspect", "a.py:2"]).out).expect("it is JSON");
    assert_eq!((&picture["line"], &picture["scope"]), (&Value::from(2), &Value::from("<module>")));
    assert!(picture["arrays"].is_array() && picture["pairs"].is_array());
    assert!(scratch.run(&["graph", "a.py", "--output-format", "dot"]).out.starts_with("digraph \"a.py\" {"));
}

/// A program with one unknown for each of the usual reasons.
const UNKNOWNS: &str = "\
import numpy as np
from settings import DATA, load

table = DATA

class Model:
    def fit(self, x, rows):
        a = load(x)
        b = a.data[0].copy()
        c = b if rows else np.zeros(3)
        d = self.weights
        e = np.zeros(3)
        f = e.shape
        g = b + 1
        return x.ravel()
";

#[test]
fn an_unknown_is_explained_by_what_was_not_known_first() {
    let scratch = Scratch::new(&[("a.py", UNKNOWNS)]);
    let text = scratch.run(&["inspect", "a.py", "--explain-unknown", "--output-format", "text"]).out;
    assert_eq!(
        text,
        "a.py: 7 of 10 bindings are unknown
  4:1 `table`: `settings.DATA` is imported, and no rule tells of it
  7:22 `rows` in Model.fit: nothing says whether the parameter `rows` is an array
  8:9 `a` in Model.fit: a call of `settings.load`, which has no rule
  9:9 `b` in Model.fit: a call of `settings.load`, which has no rule (line 8)
  10:9 sometimes `c` in Model.fit: a call of `settings.load`, which has no rule (line 8)
  11:9 `d` in Model.fit: nothing says whether `self.weights`, from outside, is an array
  14:9 `g` in Model.fit: a call of `settings.load`, which has no rule (line 8)
"
    );
    let json = scratch.run(&["inspect", "a.py", "--explain-unknown"]).out;
    let value: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((&value["version"], &value["path"], &value["bindings"]), (&1.into(), &"a.py".into(), &10.into()));
    let c = &value["unknown"][4];
    assert_eq!((&c["name"], &c["scope"]), (&"c".into(), &"Model.fit".into()));
    assert_eq!((&c["certainty"], &c["cell"]), (&"sometimes".into(), &Value::Null));
    assert_eq!((&c["reason"]["kind"], &c["reason"]["what"]), (&"call".into(), &"settings.load".into()));
    assert_eq!((&c["range"]["start"]["line"], &c["since"]["range"]["start"]["line"]), (&10.into(), &8.into()));
}

#[test]
fn with_a_line_the_unknowns_up_to_it_are_explained() {
    let scratch = Scratch::new(&[("a.py", UNKNOWNS)]);
    let names = |arguments: &[&str]| -> Option<Vec<String>> {
        let value: Value = serde_json::from_str(&scratch.run(arguments).out).expect("it is JSON");
        let unknown = value["unknown"].as_array()?.iter();
        Some(unknown.map(|one| one["name"].as_str().expect("a string").to_owned()).collect())
    };
    assert_eq!(names(&["inspect", "a.py:9", "--explain-unknown"]).expect("a list"), ["rows", "a", "b"]);
    assert_eq!(names(&["inspect", "a.py:4", "--explain-unknown"]).expect("a list"), ["table"]);
    assert_eq!(names(&["inspect", "a.py:9"]), None);
    scratch.run(&["inspect", "a.py"]).fails_with(&["FILE:LINE"]);
    scratch.run(&["inspect", "none.py", "--explain-unknown"]).fails_with(&["none.py"]);
}

#[test]
fn statistics_count_why_bindings_are_unknown() {
    let scratch = Scratch::new(&[("a.py", UNKNOWNS), ("b.py", "import settings\nq = settings.load(1)\nr = 1\n")]);
    let statistics = &scratch.json(&["--statistics"])["statistics"];
    let counts = &statistics["bindings"];
    assert_eq!((&counts["total"], &counts["known"]), (&12.into(), &4.into()));
    assert_eq!((&counts["outside"], &counts["unknown"]), (&2.into(), &6.into()));
    let first = &statistics["unknown"][0];
    assert_eq!((&first["kind"], &first["what"], &first["count"]), (&"call".into(), &"settings.load".into(), &5.into()));
    let all = statistics["unknown"].as_array().expect("a list").iter();
    assert_eq!(all.map(|one| one["count"].as_u64().expect("a number")).sum::<u64>(), 6);
    assert!(statistics["hazards"].is_array() && scratch.json(&[])["statistics"].is_null());
    let text = scratch.run(&["check", "--statistics", "-q"]).out;
    assert!(text.contains("      12  bindings of variables\n"), "{text}");
    assert!(text.contains("       5  42 %    a call of `settings.load`, which has no rule\n"), "{text}");
    let alone = scratch.run(&["check", "--statistics", "-q", "-j", "1", "b.py", "a.py"]).out;
    assert_eq!(alone, text);
}

#[cfg(unix)]
#[test]
fn paths_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt as _;
    let scratch = Scratch::new(&[]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.py");
    if fs::write(scratch.path().join(name), "a = = 1\n").is_ok() {
        let value = scratch.json(&[]);
        assert_eq!(value["findings"][0]["path"], "caf\u{fffd}.py");
    }
}

#[test]
fn bytes_that_are_not_text_are_a_finding() {
    let scratch = Scratch::new(&[]);
    scratch.write("a.py", b"s = '\xff'\nb = = 2\n");
    let run = scratch.run(&["check", "--output-format", "concise"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("a.py:1:6: error[syntax-error] byte 0xff"), "{}", run.out);
    assert!(run.out.contains("a.py:2:5:"), "the rest is still read: {}", run.out);
}
