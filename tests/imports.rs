//! `inspect` and `graph` read the files of the project that the asked file imports.

mod support;

use serde_json::Value;

use support::scratch::Scratch;

const TOOLS: &str = "
import numpy as np

__all__ = ['first', 'copied']
table = np.zeros(3)


def first(x):
    x.mean()
    return x


def copied(x):
    return np.array(x)


def left_out(x):
    return x
";

/// What `inspect` says of two names after the last line of a file.
fn possible(scratch: &Scratch, file: &str, one: &str, other: &str) -> Vec<String> {
    let text = std::fs::read_to_string(scratch.path().join(file)).expect("the file is there");
    let place = format!("{file}:{}", text.lines().count());
    let run = scratch.run(&["inspect", &place, "--output-format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let json: Value = serde_json::from_str(&run.out).expect("the output is JSON");
    let pairs = json["pairs"].as_array().expect("a list");
    let about = |pair: &&Value| {
        let names = [pair["a"].as_str(), pair["b"].as_str()];
        names.contains(&Some(one)) && names.contains(&Some(other))
    };
    let words = |pair: &Value| {
        let words = pair["possible"].as_array().expect("a list").iter();
        words.map(|word| word.as_str().expect("a word").to_owned()).collect()
    };
    pairs.iter().find(about).map_or_else(|| vec!["none".to_owned()], words)
}

/// A program that calls what it imports on a new array.
fn program(import: &str, call: &str) -> String {
    format!("import numpy as np\n{import}\n\na = np.zeros((3, 3))\nb = {call}\n")
}

#[test]
fn what_is_imported_is_followed() {
    let cases = [
        ("from pkg.tools import first, copied", "first(a)", "copied(a)"),
        ("from pkg import first as f, copied as c", "f(a)", "c(a)"),
        ("import pkg.tools", "pkg.tools.first(a)", "pkg.tools.copied(a)"),
        ("import pkg.tools as t", "t.first(a)", "t.copied(a)"),
        ("import pkg", "pkg.first(a)", "pkg.copied(a)"),
        ("from pkg import tools", "tools.first(a)", "tools.copied(a)"),
        ("from pkg.tools import *", "first(a)", "copied(a)"),
        ("from pkg import *", "first(a)", "copied(a)"),
        ("from pkg.again import *", "first(a)", "copied(a)"),
        ("from plain.inner import first, copied", "first(a)", "copied(a)"),
    ];
    let scratch = Scratch::new(&[
        ("pyproject.toml", ""),
        ("src/pkg/__init__.py", "from .tools import first, copied\nfrom . import tools\n"),
        ("src/pkg/tools.py", TOOLS),
        ("src/pkg/again.py", "from .tools import *\n"),
        ("plain/inner.py", TOOLS),
    ]);
    for (import, first, copied) in cases {
        scratch.write("scripts/use.py", program(import, first).as_bytes());
        assert_eq!(possible(&scratch, "scripts/use.py", "a", "b"), ["same"], "{import}; {first}");
        scratch.write("scripts/use.py", program(import, copied).as_bytes());
        assert_eq!(possible(&scratch, "scripts/use.py", "a", "b"), ["none"], "{import}; {copied}");
    }
}

#[test]
fn imports_within_a_package_are_followed() {
    let scratch = Scratch::new(&[
        ("pkg/__init__.py", ""),
        ("pkg/tools.py", TOOLS),
        ("pkg/sub/__init__.py", ""),
        ("pkg/sub/one.py", "from ..tools import first as begin\n\n\ndef both(x):\n    return begin(begin(x))\n"),
        ("pkg/sub/use.py", &program("from .one import both", "both(a)")),
    ]);
    assert_eq!(possible(&scratch, "pkg/sub/use.py", "a", "b"), ["same"]);
    let own = scratch.path().join("pkg/sub");
    let run = scratch.command(&["inspect", "use.py:5", "--output-format", "text"]).current_dir(own).output();
    let text = String::from_utf8(run.expect("ndalias starts").stdout).expect("UTF-8");
    assert!(text.contains("a and b: one object\n"), "{text}");
}

#[test]
fn what_a_name_meant_last_counts() {
    let cases = [
        ("def f(x):\n    return x\n\n\ndef f(x):\n    return x.copy()\n", "f(a)", "none"),
        ("from .tools import copied\nfrom .tools import first as f\nf = copied\n", "f(a)", "none"),
        ("from .tools import copied as f\nfrom .tools import first as f\n", "f(a)", "same"),
        ("import numpy as np\nf = np.zeros(3)\n", "f", "none"),
    ];
    for (init, call, expected) in cases {
        for import in ["from pkg import f", "import pkg"] {
            let call = if import == "import pkg" { format!("pkg.{call}") } else { call.to_owned() };
            let files = [("pkg/__init__.py", init), ("pkg/tools.py", TOOLS), ("use.py", &program(import, &call))];
            assert_eq!(possible(&Scratch::new(&files), "use.py", "a", "b"), [expected], "{init}; {import}");
        }
    }
}

#[test]
fn what_is_not_known_for_sure_is_unknown() {
    let all = ["same", "shares", "none"];
    let cases = [
        // What is not listed is not imported.
        ("", "from pkg.tools import *", "left_out(a)"),
        // What does not parse cannot be imported.
        ("def f(x):\n    return x\n\n\ndef g(:\n", "from pkg import f", "f(a)"),
    ];
    for (init, import, call) in cases {
        let scratch =
            Scratch::new(&[("pkg/__init__.py", init), ("pkg/tools.py", TOOLS), ("use.py", &program(import, call))]);
        let mut found = possible(&scratch, "use.py", "a", "b");
        found.sort_by_key(|word| all.iter().position(|one| one == word));
        assert_eq!(found, all, "{import}; {call}");
    }
}

const SHAPES: &str = "
import numpy as np


class Base:
    def whole(self):
        return self.data[...]


class Box(Base):
    def __init__(self, data, copy=False):
        self.data = data.copy() if copy else data
";

#[test]
fn classes_generators_and_variables_of_other_files_are_followed() {
    let more = "from .shapes import Base\nfrom . import shapes\n\n\nclass Own(Base):\n    def __init__(self, data):\n        self.data = data\n\n\nclass Other(shapes.Box):\n    pass\n\n\ndef each(x):\n    yield x[1:]\n\n\nkept = []\nlast = None\n\n\ndef keep(x):\n    global last\n    last = x\n    kept.append(x)\n";
    let cases = [
        ("from pkg.shapes import Box", "Box(a).data", "same"),
        ("from pkg.shapes import Box", "Box(a, copy=True).data", "none"),
        ("import pkg.shapes as s", "s.Box(a).whole()", "shares"),
        ("from pkg import Renamed", "Renamed(a).data", "same"),
        ("from pkg.more import Own", "Own(a).whole()", "shares"),
        ("from pkg.more import Other", "Other(a, True).whole()", "none"),
        ("from pkg.more import each", "next(each(a))", "shares"),
        ("from pkg import more", "(more.keep(a), more.last)[1]", "same"),
        ("from pkg import more", "(more.keep(a), more.kept[0])[1]", "same"),
        ("from pkg.more import *", "list(each(a))[0]", "shares"),
    ];
    let scratch = Scratch::new(&[
        ("pkg/__init__.py", "from .shapes import Box as Renamed\n"),
        ("pkg/shapes.py", SHAPES),
        ("pkg/more.py", more),
    ]);
    for (import, call, expected) in cases {
        scratch.write("use.py", program(import, call).as_bytes());
        assert_eq!(possible(&scratch, "use.py", "a", "b"), [expected], "{import}; {call}");
    }
    scratch.write(
        "use.py",
        b"import numpy as np\nfrom pkg import more\n\na = np.zeros(3)\nmore.last = a\nb = more.last\n",
    );
    assert_eq!(possible(&scratch, "use.py", "a", "b"), ["same"]);
    // A class of the file itself, with a base in another.
    let own = "import numpy as np\nfrom pkg.shapes import Box\n\n\nclass Mine(Box):\n    pass\n\n\na = np.zeros(3)\nb = Mine(a).data\n";
    scratch.write("use.py", own.as_bytes());
    assert_eq!(possible(&scratch, "use.py", "a", "b"), ["same"]);
}

#[test]
fn files_may_import_each_other() {
    let first = "from pkg import second\nfrom .second import twice\n\n\ndef once(x):\n    return x[1:]\n";
    let second = "from pkg import first\n\n\ndef twice(x):\n    return first.once(first.once(x))\n";
    let scratch = Scratch::new(&[
        ("pkg/__init__.py", ""),
        ("pkg/first.py", first),
        ("pkg/second.py", second),
        ("use.py", &program("from pkg.first import twice", "twice(a)")),
    ]);
    assert!(possible(&scratch, "use.py", "a", "b").contains(&"shares".to_owned()));
}

#[test]
fn a_graph_has_what_imported_functions_do() {
    let scratch = Scratch::new(&[("tools.py", TOOLS), ("use.py", &program("from tools import first", "first(a)"))]);
    let run = scratch.run(&["graph", "use.py", "--output-format", "json"]);
    let json: Value = serde_json::from_str(&run.out).expect("the output is JSON");
    assert_eq!(json["edges"][0]["kind"], "alias");
    assert_eq!(json["edges"][0]["rule"], "tools.first");
}

#[test]
fn reasons_go_through_imports() {
    let scratch = Scratch::new(&[("tools.py", TOOLS), ("use.py", &program("from tools import first", "first(a)"))]);
    let run = scratch.run(&["inspect", "use.py", "--explain-unknown", "--output-format", "text"]);
    assert_eq!(run.out, "use.py: 0 of 2 bindings are unknown\n");
}
