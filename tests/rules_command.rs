//! What the command line says about API rules: which hold for a project, which names they cover, what changed between versions.

mod support;

use serde_json::Value;

use support::scratch::Scratch;

#[test]
fn coverage_of_the_rules_is_a_table_by_module() {
    let run = Scratch::new(&[]).run(&["rules", "coverage"]);
    assert_eq!(run.code, 0);
    let row = |module: &str| -> Vec<usize> {
        let line = run.out.lines().find_map(|line| line.strip_prefix(&format!("{module} "))).expect("a row");
        line.split_whitespace().map(|number| number.parse().expect("a number")).collect()
    };
    let [names, described, cases] = row("numpy.linalg")[..] else { panic!("three numbers") };
    assert!(names > 30 && described == names && cases >= names, "{}", run.out);
    assert!(row("all of NumPy")[0] > names, "{}", run.out);
    let library = |name: &str| -> (usize, usize, String) {
        let line = run.out.lines().find_map(|line| line.strip_prefix(&format!("{name} "))).expect("a row");
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| words[at].parse().expect("a number");
        (number(0), number(1), words[2..].join(" "))
    };
    for name in ["python", "pandas", "scipy", "sklearn", "xarray", "h5py", "PIL", "numba", "array_api_compat"] {
        let (names, cases, runs) = library(name);
        assert!(names > 0 && cases > 0 && runs == "run", "{}", run.out);
    }
    for name in ["torch", "jax", "cupy", "cv2"] {
        let (names, cases, runs) = library(name);
        assert!(names > 0 && cases > 0 && runs == "not run", "{}", run.out);
    }
    assert!(!run.out.contains("no rule: "), "{}", run.out);
}

#[test]
fn the_projects_own_requirement_chooses_the_version() {
    const CODE: &str = "import numpy as np\n\na = np.arange(3)\nb = np.round(a)\n";
    let relation = |files: &[(&str, &str)], options: &[&str]| {
        let scratch = Scratch::new(files);
        let arguments: Vec<&str> =
            ["inspect", "src/a.py:4", "--output-format", "json"].iter().chain(options).copied().collect();
        let picture: Value = serde_json::from_str(&scratch.run(&arguments).out).expect("the output is JSON");
        picture["pairs"].to_string()
    };
    let of = |file: &str, text: &str| relation(&[("src/a.py", CODE), (file, text)], &[]);
    let new = relation(&[("src/a.py", CODE)], &["--target-numpy", "2.4"]);
    let old = relation(&[("src/a.py", CODE)], &["--target-numpy", "1.26"]);
    assert_ne!(new, old);
    assert_eq!(of("README", ""), new);
    assert_eq!(of("requirements.txt", "scipy\nnumpy>=1.20,<2  # until we move\n"), old);
    assert_eq!(of("requirements-dev.txt", "numpy==1.26.4\n"), old);
    assert_eq!(of("pyproject.toml", "[project]\ndependencies = ['numpy[x]>=1.20,<2']\n"), old);
    assert_eq!(of("pyproject.toml", "[tool.poetry.dependencies]\nnumpy = '^1.22'\n"), old);
    let both = [
        ("src/a.py", CODE),
        ("pyproject.toml", "[project]\ndependencies = ['numpy>=2']\n"),
        ("requirements.txt", "numpy<2"),
    ];
    assert_eq!(relation(&both, &[]), new);
    let configured =
        [("src/a.py", CODE), ("requirements.txt", "numpy<2"), ("ndalias.toml", "target = { numpy = '2.4' }\n")];
    assert_eq!(relation(&configured, &[]), new);
    assert_eq!(relation(&configured, &["--target", "numpy=1.26"]), old);
}

#[test]
fn versions_of_other_libraries_are_chosen_in_the_same_way() {
    // Since pandas 3 a table copies the array that it is made from.
    const CODE: &str = "import numpy as np\nimport pandas as pd\n\na = np.zeros((3, 2))\nv = pd.DataFrame(a).values\n";
    let shares = |files: &[(&str, &str)], options: &[&str]| {
        let scratch = Scratch::new(files);
        let arguments: Vec<&str> =
            ["inspect", "src/a.py:5", "--output-format", "json"].iter().chain(options).copied().collect();
        let picture: Value = serde_json::from_str(&scratch.run(&arguments).out).expect("the output is JSON");
        picture["pairs"].to_string().contains("shares")
    };
    assert!(!shares(&[("src/a.py", CODE)], &[]));
    assert!(shares(&[("src/a.py", CODE)], &["--target", "pandas=2.2"]));
    assert!(shares(&[("src/a.py", CODE), ("requirements.txt", "pandas>=1.5,<3\n")], &[]));
    assert!(!shares(&[("src/a.py", CODE), ("pyproject.toml", "[project]\ndependencies = ['pandas>=3']\n")], &[]));
}

#[test]
fn what_changed_between_versions_is_told_for_the_names_in_use() {
    let scratch = Scratch::new(&[
        ("src/a.py", "import numpy as np\n\na = np.arange(3)\nb = np.round(a)\nc = np.array(a, copy=False)\n"),
        ("src/b.py", "from numpy import round\n\nb = round([1.5])\n"),
    ]);
    let run = scratch.run(&["rules", "diff", "1.26", "2.4", "src"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let names: Vec<&str> = run.out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(names, ["numpy.array", "numpy.round"]);
    assert!(run.out.contains("used at src/a.py:4, src/b.py:3"), "{}", run.out);
    assert!(run.out.contains("  1.26: otherwise `a` itself"), "{}", run.out);
    assert!(run.out.contains("  2.4: ") && run.out.contains("raises ValueError"), "{}", run.out);
    let newest = scratch.run(&["rules", "diff", "2.4", "2.5"]);
    assert!(
        newest.out.contains("numpy.row_stack") && newest.out.contains("  2.5: not a public name"),
        "{}",
        newest.out
    );
    let same = scratch.run(&["rules", "diff", "2.4", "2.4", "src"]);
    assert_eq!((same.code, same.out.as_str()), (0, ""));
    let all = scratch.run(&["rules", "diff", "1.26", "2.4"]);
    assert!(all.out.lines().filter(|line| !line.starts_with(' ')).count() > 100);
    assert!(all.out.contains("numpy.cumulative_sum\n  1.26: not a public name"));
    scratch.run(&["rules", "diff", "1.26", "pandas=2.2"]).fails_with(&["two libraries"]);
    scratch.run(&["rules", "diff", "1.26", "new"]).fails_with(&["MAJOR.MINOR"]);
    scratch.run(&["rules", "diff", "1.26", "2.4", "nowhere"]).fails_with(&["nowhere"]);
}

#[test]
fn a_rule_is_explained_with_all_that_it_says() {
    let scratch = Scratch::new(&[("a.py", "")]);
    let explained = |name: &str| scratch.run(&["explain", name]).out;
    let answers = "`a` and `b` have memory in common where the answer is true, and none where it is false.";
    assert!(explained("numpy.shares_memory").contains(answers));
    assert!(explained("numpy.may_share_memory").contains("no memory in common where the answer is false"));
    assert!(explained("collections.deque").contains("Holds the very elements"));
    assert!(explained("list.append").contains("It keeps `object` alive."));
    assert!(explained("numpy.char.array").contains(", sometimes read-only"));
    assert!(explained("numpy.shape").contains("numpy.shape(a)"));
    assert!(explained("scipy.optimize.minimize").contains("Each array that the callback is handed is its own"));
}

#[test]
fn contracts_are_checked_against_bodies() {
    const CODE: &str = r#"
import numpy as np


def window(signal, width):
    """Cuts a window.

    ndalias: returns view of signal
    ndalias: writes nothing
    """
    return signal[:width]


def scaled(x, out):
    """Scales.

    ndalias: returns copy
    ndalias: writes nothing
    """
    out[:] = 0
    return np.asarray(x, dtype=float)


def misread(x):
    """ndalias: retruns copy"""
    return x


def misnamed(x):
    """ndalias: writes y"""
    return x


def kept(x):
    x[0] = 1
    return x
"#;
    const RULES: &str = r#"
library = "mine"

[[callable]]
names = ["mine.tools.kept"]
signature = "(x)"
results = [{ is = "copy" }]
"#;
    let scratch = Scratch::new(&[("src/mine/tools.py", CODE), ("mine.toml", RULES)]);
    let found = |options: &[&str]| {
        let arguments: Vec<&str> = ["src"].iter().chain(options).copied().collect();
        let json = scratch.json(&arguments);
        let of = |finding: &Value| {
            let message = finding["message"].as_str().expect("a message").to_owned();
            (finding["hazard"] == "broken-contract").then_some(message)
        };
        json["findings"].as_array().expect("a list").iter().filter_map(of).collect::<Vec<String>>()
    };
    let own = found(&[]);
    assert_eq!(own.len(), 5, "{own:#?}");
    assert_eq!(own[0], "`scaled` may return `x` itself, which its docstring does not allow");
    // Of an `np.matrix` it is a view.
    assert_eq!(own[1], "`scaled` may return a view of `x`, which its docstring does not allow");
    assert_eq!(own[2], "`scaled` writes `out`, which its docstring does not allow");
    assert!(own[3].starts_with("`ndalias: retruns copy` is no contract"), "{}", own[3]);
    assert_eq!(own[4], "the contract of `misnamed` names `y`, which is none of its parameters");
    let with_rules = found(&["--rules", "mine.toml"]);
    assert_eq!(with_rules[5..].len(), 2, "{with_rules:#?}");
    assert_eq!(with_rules[5], "`kept` may return `x` itself, which the rule `mine.tools.kept` does not allow");
    assert_eq!(with_rules[6], "`kept` writes `x`, which the rule `mine.tools.kept` does not allow");
    assert!(found(&["--ignore", "broken-contract"]).is_empty());
}

#[test]
fn the_contract_of_a_declared_function_is_what_it_does() {
    const CODE: &str = r#"
import numpy as np


def view(x):
    """ndalias: returns view of x"""


def copy(x):
    """ndalias: returns copy or none"""
    raise NotImplementedError


a = np.zeros(3)
b = view(a)
c = copy(a)
"#;
    let scratch = Scratch::new(&[("a.py", CODE)]);
    let picture: Value = serde_json::from_str(&scratch.run(&["inspect", "a.py:16", "--output-format", "json"]).out)
        .expect("the output is JSON");
    // A view of which no more is said may be empty.
    assert_eq!(picture["pairs"], serde_json::json!([{ "a": "a", "b": "b", "possible": ["shares", "none"] }]));
    assert_eq!(scratch.run(&["check", "a.py"]).code, 0);
}
