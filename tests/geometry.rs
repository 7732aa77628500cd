//! Shapes, strides, flags and shared memory as NumPy has them, on random chains of views.
//!
//! With everything known of an array, the answer must be NumPy's. With some of it erased, no answer may contradict
//! NumPy's. `NDALIAS_GEOMETRY_CASES=5000` runs more, `NDALIAS_GEOMETRY_SEED=7` others.

#[path = "geometry/case.rs"]
mod case;
mod support;

use std::path::Path;
use std::process::Command;

use case::{State, erased, geometry_op, list, operand, subscripts, test_op, vague, vague_item};
use ndalias::alias::Tri;
use ndalias::alias::dtype::Dtype;
use ndalias::alias::facts::Facts;
use ndalias::alias::geometry::{self, Flow, Layout, Operand, dtype_of_operand};
use ndalias::alias::shares::shares;
use serde_json::Value;
use support::venv::numpy_versions;

#[test]
fn as_numpy_has_it() {
    for numpy in numpy_versions() {
        match support::venv::python(numpy) {
            Ok(python) => check_all(&python, numpy),
            Err(reason) => panic!("{reason}"),
        }
    }
}

fn check_all(python: &Path, numpy: &str) {
    let setting = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/geometry/cases.py"))
        .args([setting("NDALIAS_GEOMETRY_SEED", "1"), setting("NDALIAS_GEOMETRY_CASES", "300")])
        .output()
        .expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let cases: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut wrong = Vec::new();
    for tree in list(&cases["trees"]) {
        check_tree(tree, &mut wrong);
    }
    for fresh in list(&cases["fresh"]) {
        check_fresh(fresh, &mut wrong);
    }
    let shown = wrong.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n\n");
    assert!(wrong.is_empty(), "NumPy {numpy}: {} wrong answers\n{shown}", wrong.len());
}

fn check_tree(tree: &Value, wrong: &mut Vec<String>) {
    let states: Vec<State> = list(&tree["states"]).iter().map(State::read).collect();
    let steps = list(&tree["steps"]);
    for (step, result) in steps.iter().zip(&states[1..]) {
        let source = &states[index(&step["from"])];
        for what in knowledge(step) {
            let facts = erased(&source.facts(), what);
            let flow = run(step, (&facts, &source.dtype), result, what);
            let mut note = |text: String| {
                let known = format!("of {source:?}\n  erased {what:#x}: {facts:?}");
                wrong.push(format!("{text}\n  {step}\n  {known}\n  gives {flow:?}"));
            };
            compare(&flow, result, what == 0 && exact(step), &mut note);
        }
    }
    for what in [0x1, 0x10, 0x20, 0x71, 0x7f, 0x170, 0x400, 0x810, 0x2000] {
        check_chain(&states, steps, what, wrong);
    }
    for question in list(&tree["tests"]) {
        check_test(question, &states[index(&question["of"])], wrong);
    }
    for pair in list(&tree["shares"]) {
        let (left, right) = (&states[index(&pair[0])], &states[index(&pair[1])]);
        let truth = pair[2].as_bool().expect("an answer");
        for what in [0, 0x1, 0x8, 0x10, 0x20, 0x70, 0x100] {
            let (left, right) = (erased(&left.facts(), what), erased(&right.facts(), what));
            let answer = shares(&left, &right);
            if answer == Tri::known(!truth) || what == 0 && answer == Tri::Maybe {
                wrong.push(format!("shares is {answer:?}, NumPy says {truth}\n  {left:?}\n  {right:?}"));
            }
        }
    }
}

/// All steps from one array of which something was not known.
fn check_chain(states: &[State], steps: &[Value], what: u32, wrong: &mut Vec<String>) {
    let mut known = vec![erased(&states[0].facts(), what)];
    for (step, result) in steps.iter().zip(&states[1..]) {
        let source = known[index(&step["from"])].clone();
        let flow = run(step, (&source, &states[index(&step["from"])].dtype), result, what);
        let mut note =
            |text: String| wrong.push(format!("in a chain: {text}\n  {step}\n  of {source:?}\n  gives {flow:?}"));
        compare(&flow, result, false, &mut note);
        known.push(Facts {
            dtype: if source.dtype.itemsize().is_some() { result.dtype.clone() } else { source.dtype.clone() },
            geometry: flow.geometry,
            c_contiguous: flow.c_contiguous,
            f_contiguous: flow.f_contiguous,
            overlaps: flow.overlaps,
            ..states[0].facts()
        });
    }
}

fn check_test(question: &Value, state: &State, wrong: &mut Vec<String>) {
    let truth = question["answer"].as_bool().expect("an answer");
    for what in knowledge(question) {
        let facts = erased(&state.facts(), what);
        let name = question["test"].as_str().expect("a test");
        let mut args = vec![Operand::Array(&facts)];
        args.extend(list(&question["args"]).iter().map(|arg| vague(operand(arg, &[], &[]), what)));
        let answer = geometry::test(test_op(name), &args, None);
        let undecided = what == 0 && answer == Tri::Maybe && name != "satisfies";
        if answer == Tri::known(!truth) || undecided {
            wrong.push(format!("{question}: {answer:?}\n  of {state:?}\n  erased {what:#x}"));
        }
    }
}

fn check_fresh(case: &Value, wrong: &mut Vec<String>) {
    let result = State::read(&case["result"]);
    let operands: Vec<State> = list(&case["operands"]).iter().map(State::read).collect();
    let args = list(&case["args"]);
    let items = subscripts(args);
    let keeps = case["op"] == "keep";
    let op = geometry_op(if keeps { "like" } else { case["op"].as_str().expect("an operation") });
    for what in [0, 0x1, 0x7, 0x10, 0x20, 0x40, 0x50, 0x71, 0x77, 0x100, 0x2000] {
        let facts: Vec<Facts> = operands.iter().map(|state| erased(&state.facts(), what)).collect();
        let arguments: Vec<Operand> =
            args.iter().zip(&items).map(|(arg, items)| vague(operand(arg, items, &facts), what)).collect();
        let masked = case["args"].to_string().contains("mask");
        let mut note = |text: String| wrong.push(format!("{text}\n  {case}\n  erased {what:#x}"));
        let known = what == 0 && !masked;
        if keeps {
            let flow = geometry::fresh(op, &arguments, Layout::KeepOf(&facts[0]), result.dtype.itemsize());
            compare(&flow, &result, false, &mut note);
            continue;
        }
        for (layout, order) in [(Layout::C, "c"), (Layout::F, "f")] {
            let flow = geometry::fresh(op, &arguments, layout, Some(8));
            let small = result.shape.iter().filter(|len| **len != 1).count() <= 1 || result.is_empty();
            let laid_out = State {
                strides: case::numbers(&case[order]),
                c: order == "c" || small,
                f: order == "f" || small,
                overlaps: Some(false),
                ..result.clone()
            };
            compare(&flow, &laid_out, known, &mut note);
        }
        let flow = geometry::fresh(op, &arguments, Layout::Unknown, Some(8));
        compare(&State { overlaps: None, ..result.clone() }.stripped(&flow), &result, false, &mut note);
        if known && case["op"] == "like" && dtype_of_operand(&arguments[0]) != result.dtype {
            note(format!("dtype {:?}", dtype_of_operand(&arguments[0])));
        }
    }
}

impl State {
    /// A flow with no more than its shape: a layout that is not known may be any.
    fn stripped(&self, flow: &Flow) -> Flow {
        assert!(self.overlaps.is_none());
        Flow { c_contiguous: Tri::Maybe, f_contiguous: Tri::Maybe, ..flow.clone() }
    }
}

/// What to erase: nothing, single things, and a selection that differs from case to case.
fn knowledge(case: &Value) -> Vec<u32> {
    let salt = case.to_string().bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let mut all = vec![0, 0x1, 0x7, 0x8, 0x9, 0x10, 0x20, 0x11, 0x21, 0x41, 0x71, 0x77, 0x7f, 0x81, 0x100, 0x187];
    all.extend([
        0x400, 0x800, 0x4000, 0x8000, 0xcc00, 0x1000, 0x2000, 0x471, 0xc11, 0x4c77, 0x9000, 0x1070, 0x2070, 0x2107,
    ]);
    all.extend((0..12).map(|turn| (salt >> turn) & 0xecff));
    all
}

/// Whether the answer can be told in full from the facts: not where any row or part may be meant.
fn exact(step: &Value) -> bool {
    let sections = step["args"][0].as_i64();
    step["op"] != "iterate" && (step["op"] != "split" || sections == Some(1))
}

/// Runs a step on what is known of an array; its dtype comes along, since a new one is then written in the program.
fn run(step: &Value, (facts, dtype): (&Facts, &Dtype), result: &State, what: u32) -> Flow {
    let args = list(&step["args"]);
    let mut items = subscripts(args);
    for item in items.iter_mut().flatten() {
        *item = vague_item(item.clone(), what);
    }
    let mut arguments = vec![Operand::Array(facts)];
    arguments.extend(args.iter().zip(&items).map(|(arg, items)| vague(operand(arg, items, &[]), what)));
    let new = step["op"] == "like" && *dtype != result.dtype;
    let itemsize = if new { result.dtype.itemsize() } else { facts.dtype.itemsize().and(result.dtype.itemsize()) };
    geometry::view(geometry_op(step["op"].as_str().expect("an operation")), &arguments, itemsize)
}

fn index(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("an index")).expect("small")
}

/// Notes every answer that is not NumPy's; with `complete`, also those that are missing.
fn compare(flow: &Flow, truth: &State, complete: bool, note: &mut impl FnMut(String)) {
    let geometry = &flow.geometry;
    if let Some(ndim) = geometry.ndim
        && usize::from(ndim) != truth.shape.len()
    {
        return note(format!("rank {ndim}, NumPy has {:?}", truth.shape));
    }
    let lengths: Vec<Option<u64>> = geometry.shape.iter().flatten().copied().collect();
    if lengths.iter().zip(&truth.shape).any(|(len, truth)| len.is_some_and(|len| len != *truth)) {
        note(format!("shape {lengths:?}, NumPy has {:?}", truth.shape));
    }
    if complete && (lengths.len() != truth.shape.len() || lengths.contains(&None)) {
        note(format!("shape {lengths:?} is not complete, NumPy has {:?}", truth.shape));
    }
    match &geometry.strides {
        Some(strides) if !truth.is_empty() => {
            let differ = |axis: usize| strides[axis] != truth.strides[axis] && (complete || truth.shape[axis] != 1);
            if strides.len() != truth.strides.len() || (0..strides.len()).any(differ) || geometry.offset != truth.offset
            {
                note(format!(
                    "strides {strides:?} at {}, NumPy has {:?} at {}",
                    geometry.offset, truth.strides, truth.offset
                ));
            }
        }
        None if complete => note("no strides".to_owned()),
        Some(_) | None => {}
    }
    let flags = [
        ("C", flow.c_contiguous, Some(truth.c)),
        ("F", flow.f_contiguous, Some(truth.f)),
        ("overlaps", flow.overlaps, truth.overlaps),
    ];
    for (name, answer, truth) in flags {
        let Some(truth) = truth else { continue };
        if answer == Tri::known(!truth) || complete && answer == Tri::Maybe {
            note(format!("{name} {answer:?}, NumPy has {truth}"));
        }
    }
}
