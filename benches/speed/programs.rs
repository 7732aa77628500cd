//! Programs of any size, each with one kind of statement in the majority.

use std::fmt::Write as _;

/// A kind of program.
pub struct Shape {
    /// What there are n of.
    pub name: &'static str,
    /// The program with n of them.
    pub program: fn(usize) -> String,
}

/// All kinds.
pub const PROGRAMS: &[Shape] = &[
    Shape { name: "views, a name each", program: views },
    Shape { name: "views of views", program: views_of_views },
    Shape { name: "rebindings of one name", program: rebindings },
    Shape { name: "element writes", program: element_writes },
    Shape { name: "in-place changes of views", program: view_writes },
    Shape { name: "branches", program: branches },
    Shape { name: "branches, a name each", program: branches_with_names },
    Shape { name: "loops, three deep", program: loops },
    Shape { name: "statements in one loop", program: one_loop },
    Shape { name: "functions in a chain", program: call_chain },
    Shape { name: "calls of one function", program: calls },
    Shape { name: "methods over attributes", program: methods },
    Shape { name: "appends to one list", program: appends },
    Shape { name: "elements of one list", program: list_elements },
    Shape { name: "lines without arrays", program: without_arrays },
    Shape { name: "try statements", program: tries },
    Shape { name: "globals", program: globals },
];

/// `head`, then `line(index)` for each index.
fn lines(head: &str, count: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = format!("import numpy as np\n\n\n{head}");
    for index in 0..count {
        let _ = writeln!(text, "{}", line(index));
    }
    text
}

fn views(count: usize) -> String {
    lines("def f(a):\n", count, |index| format!("    v{index} = a[{index}:]"))
}

fn views_of_views(count: usize) -> String {
    lines("def f(v0):\n", count, |index| format!("    v{} = v{index}[1:]", index + 1)) + "    return v1\n"
}

fn rebindings(count: usize) -> String {
    lines("def f(a):\n", count, |index| format!("    a = a[{}:]", index % 7)) + "    return a\n"
}

fn element_writes(count: usize) -> String {
    let head = "def f(a):\n    b = np.zeros(100)\n    c = b[2:]\n";
    lines(head, count, |index| format!("    b[{index}] = a[{index}] + c[1]")) + "    return b\n"
}

fn view_writes(count: usize) -> String {
    let head = "def f():\n    a = np.loadtxt('a')\n";
    let change = |index| format!("    v{index} = a[{index}:{index}+5]\n    v{index} += 1");
    lines(head, count / 2, change) + "    return a\n"
}

fn branches(count: usize) -> String {
    let head = "def f(a, b, x):\n";
    lines(head, count / 4, |index| format!("    if x[{index}]:\n        a = a[1:]\n    else:\n        a = b.copy()"))
        + "    return a\n"
}

fn branches_with_names(count: usize) -> String {
    let head = "def f(a, x):\n";
    let branch =
        |index| format!("    if x > {index}:\n        v{index} = a[1:]\n    else:\n        v{index} = a.copy()");
    lines(head, count / 4, branch) + "    return a\n"
}

fn loops(count: usize) -> String {
    let nest = |index| {
        format!(
            "    for i{index} in range(9):\n        for j in range(9):\n            for row in a:\n                b = b[i{index}:]\n                row[j] = b[0]"
        )
    };
    lines("def f(a, b):\n", count / 5, nest) + "    return b\n"
}

fn one_loop(count: usize) -> String {
    let head = "def f(a):\n    v0 = a\n    for row in a:\n";
    lines(head, count, |index| format!("        v{} = v{}[{}:]", (index + 1) % 50, index % 50, index % 3))
}

fn call_chain(count: usize) -> String {
    let head = "def f0(a):\n    return a[1:]\n\n\n";
    let function = |index| format!("def f{}(a):\n    return f{index}(a)\n\n", index + 1);
    lines(head, count / 2, function)
}

fn calls(count: usize) -> String {
    let head = "def g(a, b):\n    a[0] = b[0]\n    return a[1:]\n\n\ndef f(a):\n    b = np.zeros(9)\n";
    lines(head, count, |index| format!("    v{index} = g(b, a)"))
}

fn methods(count: usize) -> String {
    let head = "class A:\n    def __init__(self, a):\n        self.a0 = a\n\n";
    let method = |index| {
        format!("    def m{index}(self):\n        self.a{} = self.a{index}[1:]\n        return self.a0\n", index + 1)
    };
    lines(head, count / 3, method)
}

fn appends(count: usize) -> String {
    let head = "def f(a):\n    kept = []\n";
    lines(head, count, |index| format!("    kept.append(a[{index}:])")) + "    return kept\n"
}

fn list_elements(count: usize) -> String {
    lines("def f(a):\n    kept = [\n", count, |index| format!("        a[{index}:],")) + "    ]\n    return kept\n"
}

fn without_arrays(count: usize) -> String {
    lines("def f(x):\n", count, |index| format!("    y{index} = len(x) + {index} * x.size if x else 'none'"))
}

fn tries(count: usize) -> String {
    let attempt = |index| format!("    try:\n        a = g(a, {index})\n    except ValueError:\n        a = a[1:]");
    lines("def f(a, g):\n", count / 4, attempt) + "    return a\n"
}

fn globals(count: usize) -> String {
    lines("a = np.zeros(9)\n", count / 2, |index| format!("g{index} = a[{index}:]\ng{index}[0] = 1"))
}
