//! `ndalias explain pkg.module.function`: what a function of the project does, with the lines that show it.

mod support;

use support::scratch::Scratch;

const TOOLS: &str = "import numpy as np

last = None


class Box:
    def __init__(self, data, copy=False):
        self.data = data.copy() if copy else data
        self.items = []

    def put(self, x):
        self.items.append(x)
        self.data[:] = x
        return self.data.T


def centre(x, out=None):
    global last
    if out is None:
        out = np.empty_like(x)
    out[:] = x - x.mean()
    last = out
    return out


def parts(x, copy=True):
    x = np.array(x) if copy else np.asarray(x)
    return x[:2]


def each(rows, callback):
    for row in rows:
        callback(row)
        yield row[:2]
";

fn project() -> Scratch {
    Scratch::new(&[
        ("pyproject.toml", ""),
        ("src/pkg/__init__.py", "from .tools import centre as middle\n"),
        ("src/pkg/tools.py", TOOLS),
    ])
}

fn explained(name: &str) -> String {
    let run = project().run(&["explain", name]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

#[test]
fn results_writes_and_stores_have_their_lines() {
    let text = "pkg.tools.centre(x, out=...)
src/pkg/tools.py:17

What comes back:
  `out` itself (src/pkg/tools.py:23)
  a new array, by `numpy.empty_like` (src/pkg/tools.py:20, src/pkg/tools.py:23)

What it writes:
  the data of `out`, on some runs (src/pkg/tools.py:21)

What it stores:
  in the module's `last`: `out` itself or a new array, by `numpy.empty_like` (src/pkg/tools.py:22)
";
    let found = explained("pkg.tools.centre");
    assert!(found.starts_with(text), "{found}");
    // A name that is imported stands for the function.
    assert_eq!(explained("pkg.middle"), found);
}

#[test]
fn flags_are_told_apart() {
    let text = explained("pkg.tools.parts");
    let with = |flag: &str| {
        let (_, rest) = text.split_once(&format!("With `copy={flag}`:\n")).expect("the flag is told");
        rest.split("\n\n").next().unwrap_or_default().to_owned()
    };
    assert!(!with("True").contains("a view of `x`"), "{text}");
    assert!(with("False").contains("a view of `x`"), "{text}");
}

#[test]
fn methods_generators_and_callbacks_are_told() {
    let put = explained("pkg.tools.Box.put");
    for sentence in [
        "a view of `self.data`, by `numpy.ndarray.T` (src/pkg/tools.py:14)",
        "the data of `self.data` (src/pkg/tools.py:13)",
        "in an element of `self.items`, if it holds objects: `x` itself (src/pkg/tools.py:12)",
    ] {
        assert!(put.contains(sentence), "{put}");
    }
    let each = explained("pkg.tools.each");
    for sentence in [
        "What it yields:\n  a view of `rows[...]`, by `numpy.ndarray.__getitem__` (src/pkg/tools.py:34)",
        "What it hands on:\n  to `callback`: `rows[...]` itself (src/pkg/tools.py:33)",
        "It writes and stores nothing that exists outside",
    ] {
        assert!(each.contains(sentence), "{each}");
    }
}

#[test]
fn what_is_not_there_is_said_in_one_line() {
    let scratch = project();
    scratch.run(&["explain", "pkg.tools.center"]).fails_with(&["did you mean `pkg.tools.centre`?"]);
    scratch.run(&["explain", "pkg.tools.nothing_like_it"]).fails_with(&["`Class.method`"]);
    scratch.run(&["explain", "other.tools.centre"]).fails_with(&["no function of a module here"]);
    assert_eq!(scratch.run(&["explain", "numpy.ravel"]).code, 0);
}
