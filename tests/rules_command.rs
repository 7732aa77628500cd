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
    assert!(row("all of NumPy")[0] > names && row("python").len() == 3, "{}", run.out);
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
    let same = scratch.run(&["rules", "diff", "2.4", "2.4", "src"]);
    assert_eq!((same.code, same.out.as_str()), (0, ""));
    let all = scratch.run(&["rules", "diff", "1.26", "2.4"]);
    assert!(all.out.lines().filter(|line| !line.starts_with(' ')).count() > 100);
    assert!(all.out.contains("numpy.cumulative_sum\n  1.26: not a public name"));
    scratch.run(&["rules", "diff", "1.26", "pandas=2.2"]).fails_with(&["two libraries"]);
    scratch.run(&["rules", "diff", "1.26", "new"]).fails_with(&["MAJOR.MINOR"]);
    scratch.run(&["rules", "diff", "1.26", "2.4", "nowhere"]).fails_with(&["nowhere"]);
}
