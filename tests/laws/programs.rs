//! Random programs, what the analysis says of them, and that it says no less where more is possible.

use std::fmt::Write as _;

use ndalias::alias;
use ndalias::alias::relation::{Possible, Relations};
use ndalias::ir::{Id, TerminatorKind};
use ndalias::rules::{RuleSet, Targets};
use ndalias::source::FileId;
use ndalias::{lower, syntax};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The variables of a program.
pub const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// What `a` may hold at first: always something with the operators of arrays, for a program that raises says nothing.
const FIRST: [&str; 10] = [
    "np.zeros(4)",
    "np.zeros((2, 3))",
    "np.zeros((2, 3), order='F')",
    "np.arange(5).reshape(-1)",
    "np.asarray(other)",
    "b",
    "c[0]",
    "d[1:]",
    "other",
    "load(other)",
];

/// Statements about three variables; none of them asks for two shapes that go together.
const STATEMENTS: [&str; 27] = [
    "X = Y",
    "X = Y[1:]",
    "X = Y[:2]",
    "X = Y[0]",
    "X = Y[..., 0]",
    "X = Y.T",
    "X = Y.reshape(-1)",
    "X = Y.copy()",
    "X = Y + 1",
    "X = Y if flag else Z",
    "X = np.asarray(Y)",
    "X = np.ravel(Y)",
    "X = np.concatenate([Y, Y])",
    "X = [Y, Z]",
    "X = [Y, Z][0]",
    "X, Y = Y, X",
    "X = tail(Y)",
    "X = either(Y, Z)",
    "X = load(Y)",
    "X = list(Y)",
    "Y += 1",
    "Y[0] = Z",
    "Y.append(Z)",
    "if flag:\n    X = Y",
    "for _ in range(3):\n    X = X[1:]",
    "for X in Y:\n    Z = X",
    "X = Holder(Y).held",
];

/// What the functions of a program are called, and what they do.
pub const FUNCTIONS: [&str; 3] = [
    "def tail(array):\n    return array[1:]\n",
    "def either(first, second):\n    if len(first) > 3:\n        return first\n    return second\n",
    "class Holder:\n    def __init__(self, held):\n        self.held = held\n",
];

/// Statements, with their variables.
pub fn statements() -> impl Strategy<Value = Vec<String>> {
    let name = || select(NAMES.to_vec());
    let statement = (select(STATEMENTS.to_vec()), name(), name(), name())
        .prop_map(|(statement, x, y, z)| statement.replace('X', x).replace('Y', y).replace('Z', z));
    vec(statement, 0..9)
}

/// A program that begins with `a = first`.
pub fn program(first: &str, statements: &[String]) -> String {
    let mut text = "import numpy as np\nfrom files import load\n".to_owned();
    text.extend(FUNCTIONS);
    let _ = writeln!(text, "def run(flag, other):");
    let start = format!("b = np.ones(5)\nc = np.ones((3, 2))\nd = c.T\na = {first}\n");
    // At the end of the branch begins a block that has the last state at its head.
    for line in start.lines().chain(statements.iter().flat_map(|one| one.lines())).chain(["if flag:", "    pass"]) {
        let _ = writeln!(text, "    {line}");
    }
    text
}

/// How each two of the variables of the last function may relate at its end; `None` where one holds no array.
pub fn relations(text: &str, names: [&str; 4]) -> Vec<Option<Possible>> {
    let parsed = syntax::parse(text);
    assert!(parsed.errors.is_empty(), "{text}");
    let module = lower::lower(FileId(0), &parsed, text);
    let facts = alias::analyze(&module, RuleSet::embedded(), &Targets::default());
    let (id, body) = module.bodies.iter_ids().find(|(_, body)| body.qualname == "run").expect("it is there");
    let is_end = |kind: &TerminatorKind| matches!(kind, TerminatorKind::End | TerminatorKind::Return(None));
    let end = body.blocks.iter_ids().find(|(_, block)| is_end(&block.end.kind)).expect("it ends").0;
    let relations = Relations { pool: &facts.pool, makings: &facts.makings };
    // A program that raises on every run has no end.
    let Some(state) = &facts.bodies[id].heads[end] else { return Vec::new() };
    let slot = |name: &str| {
        let local = body.locals.iter_ids().find(|(_, info)| info.name.is_some_and(|it| module.names.text(it) == name));
        state.locals[local.expect("it is bound").0.index()]
    };
    let mut all = Vec::new();
    for (position, left) in names.iter().enumerate() {
        for right in &names[position + 1..] {
            all.push(relations.of_arrays_in(slot(left), slot(right)));
        }
    }
    all
}

fn is_within(less: Option<Possible>, more: Option<Possible>) -> bool {
    let Some(less) = less else { return true };
    more.is_some_and(|more| more.or(less) == more)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_possibilities_at_first_leave_no_fewer_at_last(
        first in select(FIRST.to_vec()),
        other in select(FIRST.to_vec()),
        statements in statements(),
    ) {
        let less = relations(&program(first, &statements), NAMES);
        let text = program(&format!("{first} if flag else {other}"), &statements);
        let more = relations(&text, NAMES);
        for (position, (less, more)) in less.into_iter().zip(more).enumerate() {
            prop_assert!(is_within(less, more), "pair {}: {:?} is not within {:?}\n{}", position, less, more, text);
        }
    }
}
