//! Files as one program: what a function does to its arguments is known where it is imported.

mod support;

use serde_json::Value;

use support::scratch::Scratch;

const VALIDATION: &str = r#"
import numpy as np


def checked(x, name=None):
    x = np.asarray(x, dtype=float)
    if x.ndim != 1:
        raise ValueError(name)
    return x


def copied(x):
    return np.array(x, dtype=float)


def passed_on(periods):
    if periods is not None and periods < 0:
        raise ValueError("periods")
    return periods
"#;

const FLAGS: &str = r#"
import numpy as np


def checked(x, copy=False, *, finite=True):
    x = np.array(x) if copy else np.asarray(x)
    if finite and not np.isfinite(x).all():
        raise ValueError("x")
    return x


def with_checks(x, **checks):
    return checked(x, **checks)
"#;

/// A function that changes what `call` gives in place, and returns it.
fn function(import: &str, call: &str) -> String {
    format!(
        "{import}


def centre(x):
    \"\"\"Subtract the mean.

    Parameters
    ----------
    x : array_like
    \"\"\"
    x = {call}
    x -= x.mean()
    return x
"
    )
}

/// The hazards of a file, and the lines.
fn found(scratch: &Scratch, file: &str) -> Vec<(String, u64)> {
    let json = scratch.json(&["."]);
    let findings = json["findings"].as_array().expect("a list");
    let of_file = findings.iter().filter(|finding| finding["path"].as_str().is_some_and(|path| path.ends_with(file)));
    let short = |finding: &Value| {
        let line = finding["range"]["start"]["line"].as_u64().expect("a line");
        (finding["hazard"].as_str().expect("a name").to_owned(), line)
    };
    of_file.map(short).collect()
}

#[test]
fn a_conversion_in_another_file_may_be_none() {
    let imports = [
        ("from pkg.validation import checked", "checked(x)"),
        ("from ..validation import checked as check", "check(x, 'x')"),
        ("from .. import checked", "checked(x)"),
        ("import pkg.validation", "pkg.validation.checked(x)"),
        ("import pkg.validation as v", "v.checked(name='x', x=x)"),
        ("from pkg import validation", "validation.checked(x)"),
        ("import pkg", "pkg.checked(x)"),
    ];
    for (import, call) in imports {
        let scratch = Scratch::new(&[
            ("src/pkg/__init__.py", "from .validation import checked\n"),
            ("src/pkg/validation.py", VALIDATION),
            ("src/pkg/sub/__init__.py", ""),
            ("src/pkg/sub/use.py", &function(import, call)),
        ]);
        let expected = [("mutate-after-maybe-copy".to_owned(), 12)];
        assert_eq!(found(&scratch, "use.py"), expected, "{import}; {call}");
    }
}

#[test]
fn what_is_copied_in_another_file_may_be_changed() {
    let copied = function("from pkg.validation import copied", "copied(x)");
    let another = function("from other.validation import checked", "checked(x)");
    let same_name = function("from validation import checked", "checked(x)");
    let scratch = Scratch::new(&[
        ("pkg/__init__.py", ""),
        ("pkg/validation.py", VALIDATION),
        ("pkg/copied.py", &copied),
        ("pkg/another.py", &another),
        ("pkg/same_name.py", &same_name),
    ]);
    for file in ["copied.py", "another.py", "same_name.py"] {
        assert_eq!(found(&scratch, file), [], "{file}");
    }
}

#[test]
fn what_is_only_passed_on_need_not_be_an_array() {
    let code = "
from pkg.validation import passed_on


def until(start, periods=None):
    periods = passed_on(periods)
    if periods is not None:
        periods += 1
    return range(start, periods)
";
    let scratch = Scratch::new(&[("pkg/__init__.py", ""), ("pkg/validation.py", VALIDATION), ("pkg/until.py", code)]);
    assert_eq!(found(&scratch, "until.py"), []);
}

#[test]
fn modules_may_import_each_other() {
    let first = format!("from pkg.second import twice\n{VALIDATION}");
    let second = format!(
        "{}\n\ndef twice(x):\n    return centre(centre(x))\n",
        function("from pkg.first import checked", "checked(x)")
    );
    let files = [("pkg/__init__.py", ""), ("pkg/first.py", &*first), ("pkg/second.py", &*second)];
    let scratch = Scratch::new(&files);
    let text = |threads: &str| scratch.run(&["check", "-j", threads, "--quiet"]).out;
    assert_eq!(text("1"), text("4"));
}

#[test]
fn flags_that_are_passed_decide() {
    let is_found = |call: &str| {
        let apart = function("from pkg.flags import checked, with_checks", call);
        let together = format!("{FLAGS}\n{}", function("", call));
        let scratch = Scratch::new(&[
            ("pkg/__init__.py", ""),
            ("pkg/flags.py", FLAGS),
            ("pkg/apart.py", &apart),
            ("pkg/together.py", &together),
        ]);
        ["apart.py", "together.py"].map(|file| !found(&scratch, file).is_empty())
    };
    assert_eq!(is_found("checked(x)"), [true, true]);
    assert_eq!(is_found("checked(x, False)"), [true, true]);
    assert_eq!(is_found("checked(x, finite=False)"), [true, true]);
    assert_eq!(is_found("checked(x, copy=True)"), [false, false]);
    assert_eq!(is_found("checked(x, True)"), [false, false]);
    assert_eq!(is_found("with_checks(x)"), [true, true]);
    assert_eq!(is_found("with_checks(x, copy=True)"), [false, false]);
}

/// An estimator of which the method `fit` changes what its validation gives.
fn estimator(imports: &str, class: &str) -> String {
    format!(
        "{imports}


class {class}:
    def fit(self, X):
        X = self._validate_data(X, dtype=float)
        X -= X.mean(axis=0)
        self.result_ = X.sum()
        return self
"
    )
}

const SKLEARN: &str = "from sklearn.base import BaseEstimator, ClusterMixin";

#[test]
fn methods_come_from_bases_in_libraries() {
    let is_found = |imports: &str, class: &str| {
        let scratch = Scratch::new(&[("one.py", &estimator(imports, class))]);
        !found(&scratch, "one.py").is_empty()
    };
    assert!(is_found(SKLEARN, "Own(BaseEstimator)"));
    assert!(is_found(SKLEARN, "Own(ClusterMixin, BaseEstimator)"));
    assert!(is_found("import sklearn.base", "Own(sklearn.base.BaseEstimator)"));
    assert!(is_found(&format!("{SKLEARN}\n\n\nclass First(BaseEstimator):\n    pass"), "Own(First)"));
    // The other one may have a method of that name, and comes first.
    assert!(!is_found(&format!("from other import Checks\n{SKLEARN}"), "Own(Checks, BaseEstimator)"));
    assert!(!is_found(&format!("{SKLEARN}\nBases = [ClusterMixin]"), "Own(Bases[0], BaseEstimator)"));
    let own = format!(
        "{SKLEARN}\n\n\nclass First(BaseEstimator):\n    def _validate_data(self, X, dtype):\n        return X + 1.0"
    );
    assert!(!is_found(&own, "Own(First)"));
}

#[test]
fn methods_come_from_bases_in_other_files() {
    let is_found = |base: &str, class: &str| {
        let scratch = Scratch::new(&[
            ("pkg/__init__.py", ""),
            ("pkg/base.py", &format!("{SKLEARN}\n\n\n{base}")),
            ("pkg/again.py", "from .base import First as Renamed"),
            ("pkg/one.py", &estimator("from .again import Renamed\nfrom . import base", class)),
        ]);
        !found(&scratch, "one.py").is_empty()
    };
    let plain = "class First(ClusterMixin, BaseEstimator):\n    pass";
    assert!(is_found(plain, "Own(Renamed)"));
    assert!(is_found(plain, "Own(base.First)"));
    assert!(is_found(&format!("class Mixin:\n    pass\n\n\n{plain}"), "Own(base.Mixin, base.First)"));
    let own = "class First(BaseEstimator):\n    def _validate_data(self, X, dtype):\n        return X + 1.0";
    assert!(!is_found(own, "Own(Renamed)"));
    let attribute = "class First(BaseEstimator):\n    _validate_data = staticmethod(abs)";
    assert!(!is_found(attribute, "Own(base.First)"));
}

#[test]
fn names_that_newer_versions_lack_are_those_of_older_ones() {
    let scratch = Scratch::new(&[("one.py", &function("import numpy as np", "np.asfarray(x)"))]);
    let centred = [("mutate-after-maybe-copy".to_owned(), 12)];
    assert_eq!(found(&scratch, "one.py"), centred);
}
