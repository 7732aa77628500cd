//! Mistakes between results, cases, entries and files.

use super::{COPY, assert_mistake, entry, mistakes};
use crate::rules::{RuleText, check_rule_files};

#[test]
fn a_result_that_no_call_reaches() {
    let cases = "cases = [{ call = \"f()\", gives = \"copy\" }, { call = \"f()\", gives = \"view of a\" }]";
    let text = entry(&format!("results = [{{ is = \"copy\" }}, {{ is = \"view\", of = \"a\" }}]\n{cases}"));
    let message = "no call reaches this result: one above it has no `when`";
    let help = "remove it, move it up, or give the result above a `when`";
    assert_mistake(&text, "{ is = \"view\", of = \"a\" }", message, help);
    let first = "{ is = \"copy\", when = \"true(a)\" }";
    let second = "{ is = \"view\", of = \"a\", when = \"true( a )\" }";
    let text = entry(&format!("results = [{first}, {second}, {{ is = \"copy\" }}]\n{cases}"));
    let message = "no call reaches this result: one above it has the same `when`";
    assert_mistake(&text, second, message, "remove one of the two, or change its `when`");
}

#[test]
fn nothing_for_other_calls() {
    let last = "{ is = \"view\", of = \"a\", when = \"true(a)\" }";
    let text = entry(&format!("results = [{last}]\ncases = [{{ call = \"f()\", gives = \"view of a\" }}]"));
    let message = "nothing is said for calls that meet no `when`";
    assert_mistake(&text, last, message, "add a last result without `when`, such as `{ is = \"copy\" }`");
}

#[test]
fn no_case() {
    let text = entry("results = [{ is = \"copy\" }]");
    let help = "add `cases = [{ setup = \"...\", call = \"...\", gives = \"...\" }]`";
    assert_mistake(&text, "\"t.f\"", "no case proves the entry of `t.f`", help);
}

#[test]
fn a_result_without_case() {
    let view = "{ is = \"view\", of = \"a\", when = \"true(a)\" }";
    let text =
        entry(&format!("results = [{view}, {{ is = \"copy\" }}]\ncases = [{{ call = \"f()\", gives = \"copy\" }}]"));
    let help = "add a case that gives it, or remove the result";
    assert_mistake(&text, view, "no case gives this result, a `view`", help);
    let list = "{ is = \"view\", of = \"a\", when = \"true(a)\", container = \"list\" }";
    let cases = "[{ call = \"f()\", gives = \"copy\" }, { call = \"f()\", gives = \"view of a\" }]";
    let text = entry(&format!("results = [{list}, {view}, {{ is = \"copy\" }}]\ncases = {cases}"));
    let found = mistakes(&text);
    assert_eq!(found[1].1, "no case gives this result, a list of `view`");
    assert_eq!(found[1].0, list);
}

#[test]
fn a_case_without_result() {
    let case = "{ call = \"f()\", gives = \"tuple of scalar\" }";
    let text =
        entry(&format!("results = [{{ is = \"copy\" }}]\ncases = [{{ call = \"f()\", gives = \"copy\" }}, {case}]"));
    let message = "no result of this entry is a tuple of `scalar`";
    assert_mistake(&text, case, message, "add the result to `results`, or correct `gives`");
}

#[test]
fn elements_may_differ() {
    let results = "results = [{ is = \"same\", each = \"a\", container = \"tuple\", when = \"exact(a)\" }, { is = \"view\", each = \"a\", container = \"tuple\" }]";
    let text = entry(&format!("{results}\ncases = [{{ call = \"f()\", gives = \"tuple (same as a; view of b)\" }}]"));
    assert_eq!(mistakes(&text), []);
    let case = "{ call = \"f()\", gives = \"tuple (same as a; view of b; copy)\" }";
    let text = entry(&format!("{results}\ncases = [{case}]"));
    let message = "no result of this entry is a tuple (`same`; `view`; `copy`)";
    assert_mistake(&text, case, message, "add the result to `results`, or correct `gives`");
    let items = "{ container = \"tuple\", items = [{ is = \"view\", of = \"a\" }, { is = \"scalar\" }] }";
    let text =
        entry(&format!("results = [{items}]\ncases = [{{ call = \"f()\", gives = \"tuple (view of a; scalar)\" }}]"));
    assert_eq!(mistakes(&text), []);
}

#[test]
fn incomplete_cases() {
    let case = |case: &str| entry(&format!("results = [{{ is = \"copy\" }}]\ncases = [{case}]"));
    let text = case("{ call = \"f()\" }");
    let help = "add `gives = \"copy\"` or `raises = \"ValueError\"`";
    assert_mistake(&text, "{ call = \"f()\" }", "this case does not say what comes back", help);
    let text = case("{ gives = \"copy\" }");
    assert_mistake(&text, "{ gives = \"copy\" }", "this case has no `call`", "add `call = \"np.zeros(3)\"`");
    let text = case("{ call = \"f()\", gives = \"a copy\" }");
    let help = "write `same as a`, `view of a`, `copy`, `scalar`, `value`, `none` or `unknown`, or `list of ...`";
    assert_mistake(&text, "a", "`a` is no result", help);
    let text = case("{ call = \"f()\", gives = \"view a\" }");
    assert_mistake(&text, "a", "`a` stands where `of` is expected", "write `of` here");
}

#[test]
fn writes_and_cases_agree() {
    let text = entry(&format!("{COPY}\nwrites = [\"out\"]"));
    let help = "add a case with `writes` or `writes_metadata`, or remove the declaration";
    assert_mistake(&text, "[\"out\"]", "no case shows the write that is declared here", help);
    let case = "{ call = \"f()\", gives = \"copy\", writes = [\"a\"] }";
    let text = entry(&format!("results = [{{ is = \"copy\" }}]\ncases = [{case}]"));
    let help = "add `writes` or `writes_metadata` to the entry (`sets` to an attribute)";
    assert_mistake(&text, case, "this case shows a write that the entry does not declare", help);
}

#[test]
fn a_case_that_never_runs() {
    let case = "{ call = \"f()\", gives = \"copy\", t = \"<2\" }";
    let text = entry(&format!("t = \">=2.0\"\nresults = [{{ is = \"copy\" }}]\ncases = [{case}]"));
    let message = "this case never runs: its versions lie outside those of its entry";
    let help = "change the versions of the case, or move it to the entry for those versions";
    assert_mistake(&text, case, message, help);
}

#[test]
fn entries_that_overlap() {
    let message = "`t.f` has another entry for the same versions, in t.toml";
    let help = "remove one, or limit both, such as `numpy = \"<2.1\"` and `numpy = \">=2.1\"`";
    assert_mistake(&(entry(COPY) + &entry(COPY)), "\"t.f\"", message, help);
    let one = entry(&format!("t = \"<2.1\"\n{COPY}"));
    assert_mistake(&(one.clone() + &entry(&format!("t = \">=2.0\"\n{COPY}"))), "\"t.f\"", message, help);
    assert_eq!(mistakes(&(one + &entry(&format!("t = \">=2.1\"\n{COPY}")))), []);
}

#[test]
fn entries_in_two_files_that_overlap() {
    let text = entry(COPY);
    let files = [RuleText { file: "a.toml", text: &text }, RuleText { file: "b.toml", text: &text }];
    let errors = check_rule_files(&files);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].file, "b.toml");
    assert_eq!(errors[0].message, "`t.f` has another entry for the same versions, in a.toml");
}

#[test]
fn versions_that_no_entry_covers() {
    let text = entry(&format!("t = \"<2.0\"\n{COPY}")) + &entry(&format!("t = \">=2.1\"\n{COPY}"));
    let message = "no entry of `t.f` holds from 2.0 up to 2.1";
    assert_mistake(&text, "\"t.f\"", message, "make the version ranges meet");
}

#[test]
fn aliases() {
    let aliases = |lines: &str| format!("{}[aliases]\n{lines}\n", entry(COPY));
    let text = aliases("\"t.core.f\" = \"t.ff\"");
    assert_mistake(&text, "\"t.ff\"", "no entry describes `t.ff`", "did you mean `t.f`?");
    let text = aliases("\"t.core.*\" = \"t\"");
    let message = "only one side of this alias ends in `.*`";
    assert_mistake(&text, "\"t.core.*\" = \"t\"", message, "write `.*` on both sides or on none");
    assert_eq!(mistakes(&aliases("\"t.g\" = \"t.h\"\n\"t.h\" = \"t.g\"")).len(), 2);
}
