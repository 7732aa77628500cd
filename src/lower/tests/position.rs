//! Spans, heads of definitions, and programs that are large or deep.

use super::lowered;
use crate::ir::{LocalKind, Module, StmtKind, TerminatorKind};
use crate::source::Span;

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

#[test]
fn statements_know_value_and_target() {
    let text = "x = (f(a)[1:])\nx += 1\nx.y = 2\na = b = 3\nfor q in x: pass";
    let module = lowered(text);
    let mut seen = Vec::new();
    for block in &module.bodies[Module::TOP].blocks {
        for stmt in &block.stmts {
            let target = if let StmtKind::Assign { target, .. } = &stmt.kind { slice(text, *target) } else { "" };
            seen.push((target, slice(text, stmt.span)));
        }
        seen.push(("end", slice(text, block.end.span)));
    }
    let expected = [
        ("f", "f"),
        ("a", "a"),
        ("f(a)", "f(a)"),
        ("x", "f(a)[1:]"),
        ("x", "x += 1"),
        ("", "x.y"),
        ("a", "3"),
        ("b", "3"),
        ("x", "x"),
        ("end", "for q in x: pass"),
        ("end", "q in x"),
        ("", "pass"),
        ("end", "for q in x: pass"),
        ("end", ""),
    ];
    // `a` is bound below, so it is read as a variable and makes no statement of its own.
    let expected: Vec<_> = expected.into_iter().filter(|(target, value)| (*target, *value) != ("a", "a")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn heads_of_definitions_are_read() {
    let text = "'''Mod\\n.'''\n@d(1)\ndef f(a: 'int', b=-1):\n    r\"\"\"Does \\f.\"\"\"\n    c: float = 1";
    let module = lowered(text);
    let [top, f] = [0, 1].map(|index| module.bodies.iter().nth(index).expect("two bodies"));
    let name = |name: Option<crate::ir::Name>| name.map(|name| module.names.text(name));
    assert_eq!(name(top.docstring), Some("Mod\\n."));
    assert_eq!(name(f.docstring), Some("Does \\f."));
    assert_eq!(slice(text, f.name_span), "f");
    assert!(slice(text, f.span).starts_with("@d(1)"));
    assert_eq!(name(f.params[0].annotation), Some("int"));
    let kinds: Vec<_> = f.locals.iter().map(|info| (name(info.name), info.kind, name(info.annotation))).collect();
    let (param, named) = (LocalKind::Param, LocalKind::Named);
    assert_eq!(kinds, [(Some("a"), param, Some("int")), (Some("b"), param, None), (Some("c"), named, Some("float"))]);
}

#[test]
fn nested_finally_bodies_stay_small() {
    let depth = 40;
    let indent = |level: usize| " ".repeat(level);
    let levels: Vec<_> = (1..=depth).map(|level| format!("{0}try: g()\n{0}finally:\n", indent(level))).collect();
    let text = format!("def f():\n{}{}return 1\n", levels.concat(), indent(depth + 1));
    let module = lowered(&text);
    assert!(module.bodies.iter().map(|body| body.blocks.len()).sum::<usize>() < 40 * depth);
}

#[test]
fn deep_and_long_programs_lower() {
    for text in [
        "x = ".to_owned() + &"a + ".repeat(2500) + "a",
        "x = ".to_owned() + &"not ".repeat(2500) + "a",
        "x = a".to_owned() + &".b()".repeat(1200),
        "x = ".to_owned() + &"lambda: ".repeat(1500) + "0",
        "x = ".to_owned() + &"0 if a else ".repeat(1500) + "0",
        "x = ".to_owned() + &"[".repeat(150) + &"]".repeat(150),
        "if a: b\n".to_owned() + &"elif c: d\n".repeat(5000),
        "x = [".to_owned() + &"(a, 1),".repeat(50_000) + "]",
        (1..90).map(|level| " ".repeat(level - 1) + "if a:\n").collect::<String>() + &" ".repeat(90) + "pass",
        (1..90).map(|level| " ".repeat(level - 1) + "def f():\n").collect::<String>() + &" ".repeat(90) + "return f",
    ] {
        assert!(!lowered(&text).bodies[Module::TOP].blocks.is_empty());
    }
}

#[test]
fn what_is_not_too_deep_for_a_small_stack_is_lowered_on_it() {
    let texts = [
        "x = ".to_owned() + &"(".repeat(50) + "a" + &")".repeat(50),
        "x = ".to_owned() + &"f(".repeat(28) + &")".repeat(28),
    ];
    let run = move || texts.iter().all(|text| lowered(text).bodies[Module::TOP].blocks.len() == 1);
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread");
    assert!(thread.join().expect("no panic"));
}

#[test]
fn loops_know_the_loop_around_them() {
    let module = lowered("for a in b:\n    while a:\n        [c for c in d]\nelse:\n    while e: pass");
    let body = &module.bodies[Module::TOP];
    let parents: Vec<_> = body.loops.iter().map(|info| info.parent.map(|parent| parent.0)).collect();
    assert_eq!(parents, [None, Some(0), Some(1), None]);
    assert!(body.blocks.iter().any(|block| matches!(block.end.kind, TerminatorKind::End) && block.in_loop.is_none()));
}
