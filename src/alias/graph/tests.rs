//! Programs and their graphs, an edge a line: `from -kind-> to`, with `?` where it is so only sometimes.

use super::{Binding, BindingGraph};
use crate::lower::lower;
use crate::rules::{RuleSet, Targets};
use crate::source::FileId;
use crate::{alias, syntax};

fn graph(text: &str) -> BindingGraph {
    let text = format!("import numpy as np\n{text}");
    let module = lower(FileId(0), &syntax::parse(&text), &text);
    let facts = alias::analyze(&module, RuleSet::embedded(), &Targets::default());
    BindingGraph::of(&module, &facts, RuleSet::embedded())
}

fn name(binding: &Binding) -> &str {
    if binding.name.is_empty() { "step" } else { &binding.name }
}

fn edges(text: &str) -> Vec<String> {
    let graph = graph(text);
    let bindings: Vec<&Binding> = graph.bindings().collect();
    let shown = |(from, to, link): (usize, usize, &super::Link)| {
        let sure = if link.always { "" } else { "?" };
        format!("{} -{}{sure}-> {}", name(bindings[from]), link.kind.name(), name(bindings[to]))
    };
    graph.links().into_iter().map(shown).collect()
}

fn writes(text: &str) -> Vec<String> {
    let graph = graph(text);
    let bindings: Vec<&Binding> = graph.bindings().collect();
    let shown = |write: &super::DataWrite| {
        let sure = if write.always { "" } else { "?" };
        format!("{} {}{sure}", name(bindings[write.binding]), write.by.name())
    };
    graph.writes().iter().map(shown).collect()
}

#[test]
fn names_views_and_copies() {
    let text = "a = np.zeros((3, 4))\nb = a\nc = a[1:]\nd = a.copy()\ne = a + 1\n";
    assert_eq!(edges(text), ["a -alias-> b", "a -view-> c", "a -copy-> d", "a -copy-> e"]);
}

#[test]
fn a_result_that_may_be_either_is_two_edges() {
    let text = "def f(x: np.ndarray):\n    y = x.reshape(-1)\n    return y\n";
    assert_eq!(edges(text), ["x -view?-> y", "x -copy?-> y", "y -alias-> return"]);
    let graph = graph(text);
    let links = graph.links();
    let rules: Vec<&str> = links.iter().filter_map(|(_, _, link)| link.rule.as_deref()).collect();
    assert_eq!(rules, ["numpy.ndarray.reshape"; 2]);
    let conditions: Vec<&str> = links.iter().filter_map(|(_, _, link)| link.condition.as_deref()).collect();
    assert_eq!(conditions, ["strides can express the new shape", "strides cannot express the new shape"]);
}

#[test]
fn control_flow_says_which_binding_is_meant() {
    let text = "a = np.zeros(3)\nb = a[:2]\nif a[0] > 0:\n    b = np.ones(2)\nc = b\n";
    assert_eq!(edges(text), ["a -view-> b", "b -alias?-> c", "b -alias?-> c"]);
    let text = "a = np.zeros(3)\nb = np.ones(3)\na, b = b, a\nc = a\n";
    assert_eq!(edges(text), ["b -alias-> a", "a -alias-> b", "a -alias-> c"]);
}

#[test]
fn unnamed_steps_are_kept_where_they_are_views_of_their_own() {
    let text = "a = np.zeros((3, 4))\nb = a.T[0]\nc = a if a.any() else b\n";
    assert_eq!(edges(text), ["step -view-> b", "a -view-> step", "a -alias?-> c", "b -alias?-> c"]);
}

#[test]
fn attributes_elements_and_loops() {
    let text = "class A:\n    def __init__(self, data):\n        self.data = data\n    def last(self):\n        return self.data[-1:]\n";
    assert_eq!(edges(text), ["data -alias-> self.data", "self.data -view-> return"]);
    let text = "a = np.zeros((3, 4))\nrows = []\nfor row in a:\n    rows.append(row)\nfor n, other in enumerate(a):\n    last = other\n";
    assert_eq!(edges(text), ["a -view-> row", "row -alias-> rows[...]", "a -view-> other", "other -alias-> last"]);
}

#[test]
fn calls_within_the_file() {
    let text = "def head(x, n):\n    return x[:n]\na = np.zeros(9)\nb = head(a, 2)\n";
    assert_eq!(edges(text), ["x -view-> return", "a -view-> b", "a -alias-> x"]);
    let text = "def same(x):\n    return x\na = np.zeros(9)\nb = same(a)\n";
    assert_eq!(edges(text), ["x -alias-> return", "a -alias-> b", "a -alias-> x"]);
}

#[test]
fn globals_are_bindings_of_the_module() {
    let text = "SCALE = np.ones(3)\ndef f():\n    s = SCALE\n    return s\n";
    assert_eq!(edges(text), ["SCALE -alias-> s", "s -alias-> return"]);
    let graph = graph(text);
    let kinds: Vec<(&str, &str)> = graph.bindings().map(|binding| (name(binding), binding.kind.name())).collect();
    assert_eq!(kinds, [("SCALE", "global"), ("s", "local"), ("return", "return")]);
}

#[test]
fn writes_name_their_binding_and_construct() {
    let text =
        "a = np.zeros(3)\nb = a[:2]\nb[0] = 1\na += 1\na.sort()\nnp.add(a, 1, out=b)\nnp.copyto(a, 2)\na.T[0] = 3\n";
    assert_eq!(writes(text), ["a augmented", "a method", "a call", "b subscript", "b out", "step subscript"]);
    let text = "def fill(x):\n    x[:] = 0\na = np.zeros(3)\nfill(a)\n";
    assert_eq!(writes(text), ["x subscript", "a call"]);
}

#[test]
fn what_is_no_array_has_no_binding() {
    assert_eq!(graph("def f(n):\n    m = n + 1\n    return 3\nk = 5\nwords = ['a']\n").bindings().count(), 0);
    assert_eq!(graph("").bindings().count(), 0);
}
