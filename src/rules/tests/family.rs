//! Families: what entries have from them.

use super::{assert_mistake, rules};
use crate::rules::*;

const FAMILY: &str = r#"
[families.maker]
signature = "(x, /)"
pure = true
object = "t.ufunc"
results = [{ is = "copy" }]
dtype = "float64"
cases = [{ setup = "a = {x}", call = "{path}(a)", gives = "copy" }]
"#;

#[test]
fn an_entry_has_what_its_family_says_and_it_does_not() {
    let text = r#"
[[callable]]
names = ["t.m.f", "t.m.g"]
family = "maker"
with = { x = "[1, 2]" }
dtype = "bool"
cases = [{ call = "{name}(3)", gives = "copy" }]
"#;
    let rules = rules(&format!("{FAMILY}{text}"));
    let rule = rules.rule(rules.callable("t.m.g", &Targets::default()).unwrap());
    assert!(rule.pure);
    assert_eq!(rule.object.as_deref(), Some("t.ufunc"));
    assert_eq!(rule.results[0].facts.dtype, Some(DtypeSpec::Literal("bool".to_owned())));
    let cases: Vec<(&str, &str)> = rule.cases.iter().map(|case| (case.setup.as_str(), case.call.as_str())).collect();
    assert_eq!(cases, [("a = [1, 2]", "t.m.g(a)"), ("", "g(3)")]);
}

#[test]
fn a_case_of_the_family_for_other_versions_is_left_out() {
    let family = "[families.maker]\nsignature = \"()\"\nresults = [{ is = \"copy\" }]\n\
        cases = [{ call = \"f(0)\", gives = \"copy\" }, { call = \"f(1)\", gives = \"copy\", t = \">=2.3\" }]\n";
    let entry = |range: &str| format!("[[callable]]\nnames = [\"t.f\"]\nt = \"{range}\"\nfamily = \"maker\"\n");
    let rules = rules(&format!("{family}{}{}", entry("<2.1"), entry(">=2.1")));
    let calls = |version: &str| {
        let mut targets = Targets::default();
        targets.set(&format!("t={version}")).unwrap();
        let rule = rules.rule(rules.callable("t.f", &targets).unwrap());
        rule.cases.iter().map(|case| case.call.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((calls("2.0"), calls("2.1")), (vec!["f(0)"], vec!["f(0)", "f(1)"]));
}

#[test]
fn mistakes() {
    let entry = |keys: &str| format!("{FAMILY}\n[[callable]]\nnames = [\"t.f\"]\n{keys}\n");
    assert_mistake(&entry("family = \"makr\""), "\"makr\"", "this file has no family `makr`", "did you mean `maker`?");
    let text = entry("family = \"maker\"\nwith = { x = \"1\", y = \"2\" }");
    assert_mistake(&text, "y", "no case has `{y}`", "remove it, or write it in a case");
    let unknown =
        "[families.odd]\nwritez = []\n[[callable]]\nnames = [\"t.f\"]\nfamily = \"odd\"\nsignature = \"()\"\n";
    let text = format!("{unknown}results = [{{ is = \"none\" }}]\ncases = [{{ call = \"f()\", gives = \"none\" }}]");
    assert_mistake(&text, "writez", "unknown key `writez` in an entry", "did you mean `writes`?");
}
