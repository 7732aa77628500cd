//! Tests of the parser's door.

use super::{DEEPEST, SHALLOW, nesting, parse};

fn messages(text: &str) -> Vec<String> {
    parse(text).errors.iter().map(|error| error.message.clone()).collect()
}

#[test]
fn newest_syntax_is_no_error() {
    for text in [
        "f'{x['a']}'",
        "def f[T = int](): ...",
        "t'{x}'",
        "try: pass\nexcept A, B: pass",
        "match x:\n    case [1, *_]: pass",
    ] {
        assert_eq!(messages(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_parses_is_kept_beside_an_error() {
    let parsed = parse("a = 1\nb = = 2\nc = 3\n");
    assert!(!parsed.errors.is_empty());
    assert!(parsed.module.body.len() >= 3);
}

#[test]
fn nesting_is_bounded() {
    let deep = |open: &str, close: &str, count: usize| open.repeat(count) + "0" + &close.repeat(count);
    for text in [
        deep("(", ")", 100_000),
        deep("[", "", 100_000),
        deep("not ", "", 100_000),
        deep("-", "", 100_000),
        deep("2**", "", 100_000),
        deep("lambda a, b: ", "", 100_000),
        deep("0 if 1 else ", "", 100_000),
        deep("await ", "", 100_000),
        deep("a + ", "", 100_000),
        "a".to_owned() + &".b".repeat(100_000),
        "a".to_owned() + &"()".repeat(100_000),
        "a".to_owned() + &"[0]".repeat(100_000),
        deep("f'{", "}'", 100_000),
        deep("{f'{", "}'}", 100_000),
        (0..5000).map(|level| " ".repeat(level) + "if x:\n").collect(),
        "lf'{'\r'\\\r\n'".to_owned() + &"(".repeat(100_000),
        "# (\r".to_owned() + &"(".repeat(100_000),
        "(\n".to_owned() + &(1..5000).map(|level| " ".repeat(level) + "if x:\n").collect::<String>(),
    ] {
        assert_eq!(parse(&text).errors.len(), 1, "{}", &text[..40]);
    }
}

#[test]
fn deep_but_sane_code_parses() {
    let count = DEEPEST.0 as usize / 2 - 10;
    for text in [
        "a + ".repeat(count) + "a",
        "not ".repeat(count) + "a",
        "-".repeat(count) + "a",
        "a".to_owned() + &".b".repeat(count),
        "a".to_owned() + &".b()".repeat(count / 2),
        "lambda: ".repeat(count / 2) + "0",
        "0 if 1 else ".repeat(count / 2) + "0",
        "(".repeat(190) + &")".repeat(190),
        "{f'{".repeat(60) + "0" + &"}'}".repeat(60),
    ] {
        let parsed = parse(&text);
        assert!(
            parsed.errors.iter().all(|error| !error.message.contains("nested")),
            "{}: {:?}",
            &text[..20],
            parsed.errors
        );
        assert!(!parsed.module.body.is_empty());
    }
}

#[test]
fn flat_code_is_shallow() {
    for text in [
        "x = [".to_owned() + &"(1, a.b, -2),\n".repeat(10_000) + "]",
        "x = [".to_owned() + &"lambda a, b: a + b, ".repeat(10_000) + "]",
        "x = {".to_owned() + &"'a((((': {'b': f'{c:{d}}}}'}, ".repeat(10_000) + "}",
        "if x:\n    y = (a +\n        b)\n".repeat(10_000),
        "x = '''\n((((\n'''\n".repeat(1000),
    ] {
        let depth = nesting::measure(&text).expect("shallow");
        assert!(depth < SHALLOW, "{depth:?} {}", &text[..30]);
    }
}

#[test]
fn shallow_code_needs_little_stack() {
    let texts =
        ["(".repeat(55) + &")".repeat(55), "not ".repeat(55) + "a", "[".repeat(55), "lambda: ".repeat(27) + "0"];
    let run = move || {
        texts
            .iter()
            .all(|text| nesting::measure(text).is_ok_and(|depth| depth <= SHALLOW) && parse(text).errors.len() < 99)
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread");
    assert!(thread.join().expect("no panic"));
}
