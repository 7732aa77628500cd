//! Programs and what may be said of pairs of names after the line that ends in `# here`.

use super::{Picture, picture};
use crate::lower::lower;
use crate::rules::{RuleSet, Targets};
use crate::source::FileId;
use crate::syntax;

fn seen(text: &str) -> Picture {
    let text = format!("import numpy as np\n{text}");
    let parsed = syntax::parse(&text);
    let module = lower(FileId(0), &parsed, &text);
    let statements = syntax::statements(&parsed);
    let limit = text.find("# here").expect("a place to look at");
    let at = text[..limit].rfind('\n').map_or(0, |end| end + 1);
    let offset = |at: usize| u32::try_from(at).expect("a short program");
    picture(&module, RuleSet::embedded(), &Targets::default(), &statements, offset(at), offset(limit))
}

/// The relation of two names in one word for each: `same shares none`.
fn relation(text: &str, left: &str, right: &str) -> String {
    let picture = seen(text);
    let found = picture.pairs.iter().find(|(a, b, _)| a == left && b == right);
    let Some((_, _, possible)) = found else { return "none".to_owned() };
    let words = [(possible.same, "same"), (possible.shares, "shares"), (possible.none, "none")];
    words.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_return_is_looked_at_where_it_stands() {
    let text = "def f(x, c):\n    y = np.zeros(3)\n    if c:\n        y = x\n    return y  # here\n";
    assert_eq!(relation(text, "x", "y"), "same none");
    let text = "a = np.zeros(3)\nb = a\nif unknown():\n    b = a.copy()\npass  # here\n";
    assert_eq!(relation(text, "a", "b"), "same none");
    let text =
        "a = np.zeros(3)\nfor b in [a, a[1:]]:\n    if unknown():\n        b = a.copy()\n        continue  # here\n";
    assert_eq!(relation(text, "a", "b"), "none");
}

#[test]
fn a_finally_is_looked_at_on_all_ways() {
    let text = "def f(x):\n    y = x\n    try:\n        if unknown():\n            y = x.copy()\n            return y\n        y = x[:]\n    finally:\n        z = y  # here\n";
    assert_eq!(relation(text, "x", "z"), "same shares none");
}

#[test]
fn an_assert_is_looked_at_where_it_holds() {
    let text = "a = np.zeros(3)\nb = a[1:]\nassert a.base is None and b.base is a, b  # here\n";
    assert_eq!(relation(text, "a", "b"), "shares");
}

#[test]
fn what_a_test_tells_holds_in_its_branch() {
    let made = "x = np.zeros(3)\ny = x if unknown() else np.ones(3)\n";
    let test = |test: &str| relation(&format!("{made}if {test}:\n    pass  # here\n"), "x", "y");
    assert_eq!(test("np.shares_memory(x, y)"), "same");
    assert_eq!(test("not np.may_share_memory(x, y)"), "none");
    assert_eq!(test("y is x"), "same");
    assert_eq!(test("np.may_share_memory(x, y)"), "same none");
    let views = "x = np.zeros(3)\ny = x[1:] if unknown() else np.ones(3)\n";
    let test = |test: &str| relation(&format!("{views}if {test}:\n    pass  # here\n"), "x", "y");
    assert_eq!(test("y.base is None"), "none");
    assert_eq!(test("y.base is not None"), "shares");
    assert_eq!(test("y.flags.owndata"), "none");
}

#[test]
fn patterns_are_decided_where_the_subject_is_known() {
    let text = "a, b = np.zeros(3), np.ones(3)\nmatch [a, b]:\n    case [c]:\n        d = c\n    case [c, d]:\n        pass\nend = 1  # here\n";
    assert_eq!(relation(text, "b", "d"), "same");
    let text = "a, b = np.zeros(3), np.ones(3)\nmatch a:\n    case [c, *_]:\n        d = b\n    case np.ndarray() as d:\n        pass\nend = 1  # here\n";
    assert_eq!((relation(text, "a", "d"), relation(text, "b", "d")), ("same".to_owned(), "none".to_owned()));
}

#[test]
fn an_ellipsis_for_out_asks_for_an_array() {
    let text = "def f(a, b):\n    c = np.multiply(a, b, out=...)\n    return c  # here\n";
    let picture = seen(text);
    assert!(picture.arrays.iter().any(|array| array.name == "c" && array.only_arrays));
    assert_eq!(relation(text, "a", "c"), "none");
}

#[test]
fn a_star_among_arguments_leaves_their_number_open() {
    let text = "def f(a: np.ndarray, shape):\n    b = a.reshape(3, *shape[1:])\n    return b  # here\n";
    let picture = seen(text);
    assert_eq!(picture.arrays.iter().find(|array| array.name == "b").expect("an array").facts.geometry.ndim, None);
}

#[test]
fn a_method_that_does_nothing_is_there_for_subclasses() {
    let body = |body: &str| {
        format!(
            "class Basis:\n    def add(self, x):\n        {body}\n    def f(self, x):\n        y = self.add(x)\n        return y  # here\n"
        )
    };
    for stub in ["pass", "...", "raise NotImplementedError"] {
        assert_eq!(relation(&body(stub), "x", "y"), "same shares none", "{stub}");
    }
    assert_eq!(relation(&body("return x"), "x", "y"), "same");
}

#[test]
fn an_attribute_of_an_array_may_be_a_view_of_it() {
    let text = "class Masked(np.ndarray):\n    def f(self):\n        data = self._data\n        return data  # here\n";
    assert_eq!(relation(text, "data", "self"), "shares none");
    let text = "class Table:\n    def f(self):\n        data = self._data\n        return data  # here\n";
    assert_eq!(relation(text, "data", "self"), "none");
}

#[test]
fn what_is_unknown_stays_so_when_it_is_converted() {
    let text = "def f(a):\n    b = unknown()\n    c = np.asarray(b)\n    d = np.asarray(b).T\n    return c  # here\n";
    assert_eq!(relation(text, "a", "c"), "same shares none");
    assert_eq!(relation(text, "a", "d"), "shares none");
}

#[test]
fn elements_from_outside_are_several() {
    let text = "def f(pair):\n    a, b = pair\n    return a  # here\n";
    assert_eq!(relation(text, "a", "b"), "same shares none");
    let text = "def f(pair):\n    a, b = pair\n    b = a\n    return a  # here\n";
    assert_eq!(relation(text, "a", "b"), "same");
    let text = "def f(x):\n    a, b = np.unique(x, return_inverse=True)\n    return a  # here\n";
    assert_eq!(relation(text, "a", "b"), "same shares none");
}

#[test]
fn an_array_library_may_be_handed_over() {
    let text = "def f(x: np.ndarray, xp):\n    a = xp.reshape(x, (-1, 1))\n    b = xp.asarray(x)\n    c = x + 1\n    return a  # here\n";
    assert_eq!(relation(text, "a", "x"), "shares none");
    assert_eq!(relation(text, "b", "x"), "same shares");
    assert_eq!(relation(text, "a", "c"), "none");
    let text = "def f(x, xp, fp):\n    a = xp.reshape(-1)\n    return a  # here\n";
    assert_eq!(relation(text, "a", "xp"), "shares none");
}

#[test]
fn elements_that_are_moved_about_are_no_longer_where_they_were() {
    let head = "import collections, heapq, random\na = np.zeros(3)\nb = np.ones(3)\n";
    for change in [
        "l = sorted([a, b], key=np.sum, reverse=True)",
        "l = [a, b]\nl.sort(key=np.sum, reverse=True)",
        "l = [a, b]\nrandom.shuffle(l)",
        "l = [a, b]\nnp.random.shuffle(l)",
        "l = collections.deque([a, b])\nl.rotate(1)",
        "l = collections.deque([a, b], 1)",
        "l = collections.deque(maxlen=1)\nl.append(a)\nl.append(b)",
        "l = collections.deque([a])\nl.extendleft([b])",
        "l = [a, b]\nl.__delitem__(0)",
        "l = [next(iter([a] * unknown()), b)]",
    ] {
        let found = relation(&format!("{head}{change}\nr = l[0]  # here\n"), "b", "r");
        assert!(found.contains("same"), "{change}: {found}");
    }
}

#[test]
fn unknown_code_may_call_what_it_is_handed() {
    let program = |setup: &str, effect: &str, call: &str, read: &str| {
        let head = "from elsewhere import solve\nclass K:\n    pass\n";
        let body = format!(
            "    {setup}\n    def back(x):\n        {effect}\n    k = K()\n    k.v = a\n    {call}\n    r = {read}  # here\n"
        );
        relation(&format!("{head}def f(a, b):\n{body}"), "b", "r")
    };
    for (setup, effect, read) in [
        ("kept = [a]", "kept[:] = [b]", "kept[0]"),
        ("kept = [a]", "kept[0] = b", "kept[0]"),
        ("kept = [a]", "kept.insert(0, b)", "kept[0]"),
        ("n = a", "nonlocal n; n = b", "n"),
        ("n = a", "k.v = b", "k.v"),
    ] {
        for call in ["solve(back)", "solve(1, key=[back])", "map(back, solve())", "np.vectorize(back)"] {
            let found = program(setup, effect, call, read);
            assert!(found.contains("same"), "{effect}, {call}: {found}");
        }
    }
}

#[test]
fn a_generator_gives_its_first_element() {
    let text = "a, b = np.zeros(3), np.ones(3)\nc = next(x for x in [a, b])\nend = 1  # here\n";
    assert_eq!((relation(text, "a", "c"), relation(text, "b", "c")), ("same".to_owned(), "none".to_owned()));
}

#[test]
fn a_dict_knows_what_is_under_which_key() {
    let text = "a, b = np.zeros(3), np.ones(3)\nd = {i: x for i, x in enumerate([a, b])}\nc = d[1]  # here\n";
    assert_eq!((relation(text, "a", "c"), relation(text, "b", "c")), ("none".to_owned(), "same".to_owned()));
    // `True` is the key `1`.
    let text = "a, b = np.zeros(3), np.ones(3)\nd = {1: a, True: b}\nc = d[1]  # here\n";
    assert_eq!((relation(text, "a", "c"), relation(text, "b", "c")), ("none".to_owned(), "same".to_owned()));
    let text = "a, b = np.zeros(3), np.ones(3)\nd = {1: a}\ndel d[1]\nc = d.get(1, b)  # here\n";
    assert_eq!((relation(text, "a", "c"), relation(text, "b", "c")), ("none".to_owned(), "same".to_owned()));
}

#[test]
fn a_dict_is_gone_over_in_the_order_in_which_its_keys_came() {
    let made = "a, b = np.zeros(3), np.ones(3)\nd = {'q': a}\nd['p'] = b\n";
    let last = |rest: &str| relation(&format!("{made}{rest}end = 1  # here\n"), "b", "c");
    assert_eq!(last("for key, c in d.items():\n    pass\n"), "same");
    assert_eq!(last("for key in d:\n    c = d[key]\n"), "same");
    assert_eq!(last("c = list(d.values())[0]\n"), "none");
    assert_eq!(last("del d['q']\nd['q'] = a\nc = [*d.values()][-1]\n"), "none");
    // A view of a dict shows what comes later.
    let text = "v = d.values()\nd['q'] = b\nc = list(v)[0]\n";
    assert!(last(text).contains("same"));
}

#[test]
fn rank_and_size_of_an_array_are_numbers() {
    let text = "a = np.zeros((2, 3))\nb = a\nif a.ndim > 1:\n    b = a.copy()\nend = 1  # here\n";
    assert_eq!(relation(text, "a", "b"), "none");
    let text = "a = np.zeros((2, 3))\nb = a\nif a.size == 6:\n    b = a.copy()\nend = 1  # here\n";
    assert_eq!(relation(text, "a", "b"), "none");
}

#[test]
fn a_function_is_true() {
    let text = "a = np.zeros(3)\nf = lambda: a\nb = a[1:] if f else a.copy()  # here\n";
    assert_eq!(relation(text, "a", "b"), "shares");
}

#[test]
fn a_list_of_all_fields_is_a_view_of_all_bytes() {
    let text = "a = np.zeros(3, dtype=[('x', float), ('y', int)])\nb = a[['x', 'y']]\nc = a['y'][1:]  # here\n";
    assert_eq!(relation(text, "b", "c"), "shares");
}

#[test]
fn an_object_is_asked_for_a_slice() {
    let text = "class Box:\n    def __init__(self, data):\n        self.data = data\n    def __getitem__(self, key):\n        return self.data[key]\na = np.zeros(3)\nb = Box(a)[1:]  # here\n";
    assert_eq!(relation(text, "a", "b"), "shares");
}

#[test]
fn what_does_not_raise_is_known() {
    let tried = |call: &str| {
        let text = format!(
            "a, b = np.zeros((2, 3)), np.ones((2, 3))\nc = a\ntry:\n    c = {call}\nexcept ValueError:\n    pass\nend = 1  # here\n"
        );
        relation(&text, "a", "c")
    };
    let never = [
        "np.add(a, b, out=b)",
        "np.concatenate([a, b])",
        "np.transpose(a, (1, 0)).copy()",
        "[*a.copy()][0]",
        "np.lib.stride_tricks.sliding_window_view(a.copy(), 1, axis=0)",
        "np.split(a.copy(), 2)[0]",
        "np.take(a, [0, -1], axis=1)",
        "-a",
    ];
    for call in never {
        assert_eq!(tried(call), "none", "{call}");
    }
    let perhaps = ["np.add(a, b, out=b[0])", "np.concatenate([a, b[:, 1:]])", "np.split(a.copy(), 3)[0]"];
    for call in perhaps {
        assert!(tried(call).contains("same"), "{call}");
    }
}

#[test]
fn a_class_makes_an_object_by_a_method_of_its_own() {
    let class = "class Box:\n    shared = np.zeros(3)\n    def __init__(self, data, copy=False):\n        self.data = data.copy() if copy else data\n    @classmethod\n    def of(cls, data):\n        return cls(data[1:])\nclass Sub(Box):\n    pass\na = np.zeros(3)\n";
    let after = |rest: &str| relation(&format!("{class}{rest}end = 1  # here\n"), "a", "b");
    assert_eq!(after("b = Sub.of(a).data\n"), "shares");
    assert_eq!(after("make = Box.of\nb = make(a).data\n"), "shares");
    assert_eq!(after("b = Sub(a).shared\n"), "none");
    assert_eq!(after("box = Box(np.ones(3))\nsetattr(box, 'data', a)\nb = box.data\n"), "same");
}

#[test]
fn the_first_of_the_greatest_is_known_by_its_size() {
    let text = "a, c = np.zeros(3), np.zeros(5)\nb = max([a, c, c[:]], key=np.size)  # here\n";
    assert_eq!((relation(text, "a", "b"), relation(text, "b", "c")), ("none".to_owned(), "same".to_owned()));
}
