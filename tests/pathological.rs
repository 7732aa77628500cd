//! Programs that are legal Python and contain a trap for an analyzer: values that hold themselves, values with more paths
//! than there are atoms, calls that never end. Every command comes to an end on them, and says nothing on standard error.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};

/// A name and the program.
fn programs() -> Vec<(&'static str, String)> {
    let mut programs: Vec<(&'static str, String)> = [
        ("a list in itself", "l = []\nl.append(l)\na = np.array([l, l, l], dtype=object)\nfor x in l:\n    x[0] += 1\n"),
        ("a dict in itself", "d = {}\nd['d'] = d\na = np.array(d['d']['d'])\nb = list(d.values())\n"),
        ("a list in itself by index", "l = [0, 1]\nl[0] = l\na = np.asarray(l)\nb, c = l\nd = [*l, *b]\ne = l + l\n"),
        ("a copy of a list in itself", "import copy\nl = [0]\nl[0] = l\nm = copy.deepcopy(l)\nn = copy.copy(l)\na = np.stack(m)\n"),
        ("a list in itself as index", "l = [0]\nl[0] = l\na = np.zeros(3)\nb = a[l]\na[(l, l)] = 1\nt = (l, 0)\nc = a[t]\n"),
        ("a list in itself as argument", "def f(x):\n    return f(x[0])\nl = [0]\nl[0] = l\na = f(l)\nb = np.zeros(l)\nc = np.zeros(3).reshape(l)\n"),
        ("an instance in itself", "class A:\n    def __init__(self):\n        self.a = self\n    def f(self):\n        self.a.a.a.x = np.zeros(3)\n        return self.a.f()\nA().f()\nb = A()\nb.a.x[0] = 1\n"),
        ("an array in itself", "a = np.empty(1, dtype=object)\na[0] = a\nb = a[0][0][0]\nb[0] = 1\n"),
        ("a function that returns itself", "def f():\n    return f\na = f()()()\nb = np.array(f)\n"),
        ("a closure in itself", "def f(x):\n    g = lambda: g\n    return g()\na = f(np.zeros(3))\n"),
        ("functions that call each other", "def f(x):\n    return g(x[1:])\ndef g(x):\n    return h(x.T)\ndef h(x):\n    return f(x) if len(x) else g(x)\na = f(np.zeros(3))\na[0] = 1\n"),
        ("a generator over itself", "def f(x):\n    yield x\n    yield from f([x])\nfor a in f(np.zeros(3)):\n    a[0] = 1\n"),
        ("a list that deepens in a loop", "l = [np.zeros(3)]\nwhile l:\n    l = [l, l]\na = np.array(l)\nl[0][0][0] = 1\n"),
        ("views that deepen in a loop", "a = np.zeros((3, 3))\nwhile True:\n    a = a[1:].T[None].reshape(-1)[::-1]\n    a[0] = 1\n"),
        ("a class that inherits itself", "class A(A):\n    x = np.zeros(3)\nA.x[0] = 1\nclass B(C):\n    pass\nclass C(B):\n    pass\nC().x[0] = 1\n"),
        ("names that mean each other", "global a, b\na = b\nb = a\na[0] = 1\n"),
        ("a star of itself", "def f(*args, **kwargs):\n    return f(*args, *args, **kwargs)\na = f(np.zeros(3), x=np.zeros(3))\n"),
        ("a module as its own attribute", "np.np = np\na = np.np.np.zeros(3)\na[0] = 1\n"),
        ("properties that read each other", "class M:\n    @property\n    def data(self):\n        self.data.seen = True\n        self.other.seen = self.data\n        return self._data\n    @data.setter\n    def data(self, value):\n        self.data.flat = value\n        self._data = value\n    @property\n    def other(self):\n        self.data.other = self.other\n        return self.data\nm = M()\nm.data = np.zeros(3)\nm.other.data = m.data\nm.data.other[0] = 1\n"),
        ("a method bound in a loop", "class A:\n    def f(self): return self.f\nx = A().f\nwhile x:\n    x = x()\n"),
    ]
    .into_iter()
    .map(|(name, program)| (name, format!("import numpy as np\n{program}")))
    .collect();
    let mut doubling = "import numpy as np\nl0 = [1, 2]\n".to_owned();
    for level in 1..60 {
        writeln!(doubling, "l{level} = [l{0}, l{0}]", level - 1).expect("a string takes text");
    }
    doubling.push_str(
        "a = np.array(l59)\nb = np.zeros(3)[l59]\nimport copy\nc = copy.deepcopy(l59)\nd = sorted(l59 + l58)\n",
    );
    programs.push(("a list that doubles", doubling));
    let mut doubling = "import numpy as np\ndef f0(x):\n    return x\n".to_owned();
    for level in 1..60 {
        writeln!(doubling, "def f{level}(x):\n    return f{0}(f{0}(x)), f{0}(x)", level - 1)
            .expect("a string takes text");
    }
    doubling.push_str("a = f59(np.zeros(3))\na[0][0] = 1\n");
    programs.push(("results that double", doubling));
    let mut doubling = "import numpy as np\nclass A: pass\na0 = A()\na0.x = np.zeros(3)\n".to_owned();
    for level in 1..60 {
        writeln!(doubling, "a{level} = A()\na{level}.l = a{0}\na{level}.r = a{0}", level - 1)
            .expect("a string takes text");
    }
    doubling.push_str("a59.l.r.l.x[0] = 1\nimport copy\nc = copy.deepcopy(a59)\nprint(a0.x)\n");
    programs.push(("instances that double", doubling));
    programs
}

#[test]
fn every_command_comes_to_an_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut broken = Vec::new();
    for (name, program) in programs() {
        fs::write(folder.path().join("program.py"), &program).expect("a file is written");
        let last = format!("program.py:{}", program.lines().count());
        for arguments in [
            vec!["check", "--quiet", "program.py"],
            vec!["check", "--quiet", "--confidence=possible", "program.py"],
            vec!["inspect", "--isolated", &last],
            vec!["graph", "--isolated", "program.py"],
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ndalias"));
            command.args(&arguments).current_dir(folder.path()).stdin(Stdio::null());
            let output = command.output().expect("ndalias starts");
            if !matches!(output.status.code(), Some(0 | 1)) || !output.stderr.is_empty() {
                let error = String::from_utf8_lossy(&output.stderr);
                broken.push(format!("{name}: {arguments:?} gives {}: {error}", output.status));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
