//! Mistakes inside one entry.

use super::{COPY, assert_mistake, entry, mistakes};

#[test]
fn a_complete_entry_has_no_mistake() {
    assert_eq!(mistakes(&entry(COPY)), []);
}

#[test]
fn toml_syntax() {
    let found = mistakes("[[callable]]\nnames = [\"t.f\"\nsignature = \"()\"\n");
    assert!(found[0].1.starts_with("not valid TOML: "), "{found:?}");
}

#[test]
fn unknown_keys() {
    assert_mistake("[[calable]]\n", "calable", "unknown key `calable` in a rule file", "did you mean `callable`?");
    let text = entry(&format!("{COPY}\nwritez = []"));
    assert_mistake(&text, "writez", "unknown key `writez` in an entry", "did you mean `writes`?");
    let text = entry("results = [{ is = \"copy\", wen = \"\" }]\ncases = [{ call = \"f()\", gives = \"copy\" }]");
    assert_mistake(&text, "wen", "unknown key `wen` in a result", "did you mean `when`?");
    let text = entry("results = [{ is = \"copy\" }]\ncases = [{ call = \"f()\", give = \"copy\", gives = \"copy\" }]");
    assert_mistake(&text, "give", "unknown key `give` in a case", "did you mean `gives`?");
    let text = entry(&format!("{COPY}\nretains = [{{ arg = \"a\", bi = \"result\" }}]"));
    assert_mistake(&text, "bi", "unknown key `bi` in an argument", "there is `arg`, `by`");
}

#[test]
fn unknown_parameters() {
    let message = "the signature has no parameter `oder`";
    let help = "did you mean `order`?";
    let result = |keys: &str| {
        entry(&format!("results = [{{ is = \"copy\", {keys} }}]\ncases = [{{ call = \"f()\", gives = \"copy\" }}]"))
    };
    assert_mistake(&result("of = \"oder\""), "oder", message, help);
    assert_mistake(&result("of = [\"a\", \"oder\"]"), "oder", message, help);
    assert_mistake(&result("each = \"oder\""), "oder", message, help);
    assert_mistake(&result("when = \"ndim(a) == 1 and true(oder)\""), "oder", message, help);
    assert_mistake(&result("shape = \"ravel(a, oder)\""), "oder", message, help);
    assert_mistake(&result("dtype = \"arg(oder) or float64\""), "oder", message, help);
    assert_mistake(&result("dtype = \"promote(a, oder)\""), "oder", message, help);
    assert_mistake(&result("layout = \"order(oder)\""), "oder", message, help);
    for key in ["writes", "writes_metadata", "retains"] {
        assert_mistake(&entry(&format!("{COPY}\n{key} = [\"oder\"]")), "oder", message, help);
    }
    let text = entry(&format!("{COPY}\nwrites = [{{ arg = \"out\", when = \"given(oder)\" }}]"));
    assert_mistake(&text, "oder", message, help);
}

#[test]
fn the_range_counts_escapes() {
    let text = entry("results = [{ is = \"copy\", when = \"order == \\\"F\\\" or tru(a)\" }]");
    assert_mistake(&text, "tru", "unknown test `tru`", "did you mean `true`?");
    let text = entry("results = [{ is = \"copy\", when = '''\norder == \"F\" or tru(a)''' }]");
    assert_mistake(&text, "tru", "unknown test `tru`", "did you mean `true`?");
    let text = entry("results = [{ is = \"copy\", when = 'order == \"\\u00e9\" or tru(a)' }]");
    assert_mistake(&text, "tru", "unknown test `tru`", "did you mean `true`?");
}

#[track_caller]
fn assert_wrong_condition(condition: &str, place: &str, message: &str, help: &str) {
    assert_mistake(&entry(&format!("results = [{{ is = \"copy\", when = '{condition}' }}]")), place, message, help);
}

#[test]
fn wrong_conditions() {
    let help = "`order` is a parameter: write `true(order)` or `given(order)`";
    assert_wrong_condition("order", "order", "unknown test `order`", help);
    let message = "`same_dtype` takes 2 arguments, not 1";
    assert_wrong_condition("same_dtype(a)", "same_dtype(a)", message, "write `same_dtype(p, d)`");
    let message = "`squeezes` takes 1 to 2 arguments, not 0";
    assert_wrong_condition("not squeezes()", "squeezes()", message, "write `squeezes(p, axis?)`");
    let message = "`ndim(...)` is a number, not a condition";
    assert_wrong_condition("ndim(a) and true(a)", "and", message, "compare it: `ndim(...) == 1`");
    let message = "`x` stands where an integer is expected";
    assert_wrong_condition("ndim(a) == x", "x", message, "write an integer here");
    let message = "a literal stands where a parameter is expected";
    assert_wrong_condition("given(1)", "1", message, "name a parameter here");
    let message = "the end stands where `)` is expected";
    assert_wrong_condition("(true(a)", "", message, "write `)` here");
    let message = "`,` stands where the end is expected";
    assert_wrong_condition("true(a), true(a)", ",", message, "write the end here");
    let message = "this string has no end";
    assert_wrong_condition("kind(a, \"iu)", "\"iu)", message, "close it with \"");
    let message = "a name stands where a string is expected";
    assert_wrong_condition("kind(a, order)", "order", message, "write a string such as \"iu\"");
}

#[test]
fn wrong_facts() {
    let fact = |fact: &str| entry(&format!("{COPY}\n{fact}"));
    let text = fact("shape = \"revel(a)\"");
    assert_mistake(&text, "revel", "unknown geometry `revel`", "did you mean `ravel`?");
    let text = fact("shape = \"atleast(a)\"");
    assert_mistake(&text, "atleast(a)", "`atleast` takes 2 arguments, not 1", "write `atleast(a, n)`");
    let text = fact("dtype = \"flaot64\"");
    assert_mistake(&text, "flaot64", "unknown dtype `flaot64`", "did you mean `float64`?");
    let text = fact("layout = \"K\"");
    assert_mistake(&text, "K", "unknown layout `K`", "there is `C`, `F`, `order`, `keep`, `fortran`");
    let text = fact("writeable = \"never\"");
    assert_mistake(&text, "\"never\"", "a string stands where true or false is expected", "write true or false");
    let text = fact("writes = \"out\"");
    assert_mistake(&text, "\"out\"", "a string stands where a list is expected", "write a list");
}

#[test]
fn wrong_signatures() {
    let signature = |signature: &str| format!("[[callable]]\nnames = [\"t.f\"]\nsignature = \"{signature}\"\n{COPY}");
    let message = "parameter `a` stands twice in the signature";
    assert_mistake(&signature("(a, b, a)"), "a", message, "rename or remove one");
    assert_mistake(&signature("(a b)"), "b", "`b` stands where `,` is expected", "write `,` here");
    assert_mistake(&signature("(a"), "", "the end stands where `,` is expected", "write `,` here");
    let text = format!("[[callable]]\nnames = [\"t.f\"]\n{COPY}");
    let help = "add `signature = \"(a, axis=None)\"`";
    assert_mistake(&text, "[[callable]]", "this entry has no `signature`", help);
}

#[test]
fn wrong_names() {
    let names = |names: &str| format!("[[callable]]\nnames = {names}\nsignature = \"()\"\n{COPY}");
    let message = "`t.f` stands twice in `names`";
    assert_mistake(&names("[\"t.f\", \"t.f\"]"), "\"t.f\"", message, "remove one");
    let help = "write the import path with dots, such as `numpy.zeros`";
    assert_mistake(&names("[\"t.f\", \"t f\"]"), "\"t f\"", "`t f` is not a qualified name", help);
    assert_mistake(&names("[]"), "[[callable]]", "this entry has no `names`", "add `names = [\"numpy.zeros\"]`");
}

#[test]
fn wrong_versions() {
    let help = "write \">=A.B\", \"<A.B\" or \">=A.B,<C.D\"";
    let version = |version: &str| entry(&format!("t = \"{version}\"\n{COPY}"));
    assert_mistake(&version("==2.1"), "==2.1", "`==2.1` is not a version bound", help);
    assert_mistake(&version(">=2.x"), ">=2.x", "`2.x` is not a version", help);
    assert_mistake(&version("<2,<3"), "<2,<3", "`<2,<3` bounds one side twice", help);
    assert_mistake(&version(">=2.1,<2"), ">=2.1,<2", "no version is in `>=2.1,<2`", "swap the bounds or widen them");
}

#[test]
fn incomplete_results() {
    let message = "this entry has no `results`";
    assert_mistake(&entry(""), "[[callable]]", message, "say what comes back: `results = [{ is = \"none\" }]`");
    let text = entry("results = [{ is = \"coppy\" }]");
    assert_eq!(mistakes(&text)[0].1, "unknown result `coppy`");
    assert_eq!(mistakes(&text)[0].0, "\"coppy\"");
    let text = entry("results = [{ is = \"view\" }]");
    let message = "this result does not say what it shares memory with";
    assert_mistake(&text, "{ is = \"view\" }", message, "add `of = \"a\"`");
    let text = entry("results = [{ is = \"copy\", container = \"lst\" }]");
    assert_mistake(&text, "\"lst\"", "unknown container `lst`", "did you mean `list`?");
}

#[test]
fn attributes() {
    let text = "[[attribute]]\nnames = [\"t.A.shape\"]\nresults = [{ is = \"value\" }]\nsets = \"shape\"\ncases = [{ call = \"a.shape\", gives = \"value\" }]\n";
    assert_mistake(text, "\"shape\"", "`sets` cannot be `shape`", "write \"data\" or \"metadata\"");
    let text = "[[attribute]]\nnames = [\"t.A.T\"]\nsignature = \"(self)\"\nresults = [{ is = \"view\", of = \"self\" }]\ncases = [{ call = \"a.T\", gives = \"view of a\" }]\n";
    assert_eq!(mistakes(text)[0].1, "unknown key `signature` in an entry");
}

#[test]
fn what_an_answer_tells() {
    let text = entry("results = [{ is = \"scalar\" }]\ntells = \"share\"");
    assert_mistake(&text, "\"share\"", "`tells` cannot be `share`", "write \"shares\" or \"may_share\"");
    let text = "[[callable]]\nnames = [\"t.f\"]\nsignature = \"(a)\"\nresults = [{ is = \"scalar\" }]\ntells = \"shares\"\ncases = [{ call = \"f(a)\", gives = \"scalar\" }]\n";
    assert_mistake(text, "\"shares\"", "`tells` is about two parameters, and there are fewer", "leave it out");
}

#[test]
fn every_mistake_is_reported_at_once() {
    let text = entry("results = [{ is = \"view\", of = \"b\", when = \"tru(a)\" }]\nwritez = []");
    assert_eq!(mistakes(&text).len(), 3);
}
