//! What entries become, and how they are found.

use super::{COPY, entry, rules};
use crate::rules::*;

const RAVEL: &str = r#"
[[callable]]
names = ["t.ravel", "t.array.ravel"]
signature = "(a, order='C', *, out=None)"
results = [
  { is = "same", of = "a", when = "ndim(a) == 1 and exact(a)" },
  { is = "view", of = "a", when = "ravels_as_view(a, order)", because = "when contiguous", writeable = "no" },
  { is = "copy", container = "list", count = 2, dtype = "like(out)" },
]
shape = "ravel(a)"
dtype = "float64"
writes = ["a", { arg = "out", when = "given(out)" }]
writes_metadata = ["a"]
retains = [{ arg = "a", by = "result" }]
pure = true
doc = "Flattens."

[[attribute]]
names = ["t.array.shape"]
results = [{ is = "value" }]
sets = "metadata"

[aliases]
"t.core.flatten" = "t.ravel"
"t.core.*" = "t.*"
"t.old.*" = "t.core.*"
"#;

#[test]
fn an_entry_compiles() {
    let rules = rules(RAVEL);
    let rule = rules.rule(rules.callable("t.array.ravel", &Targets::default()).unwrap());
    assert_eq!(rule.name, "t.array.ravel");
    assert_eq!(rule.library, "t");
    assert!(rule.pure && !rule.is_attribute && rule.sets.is_none());
    assert_eq!(rule.doc, "Flattens.");
    let [same, view, copy] = rule.results.as_slice() else { panic!("{:?}", rule.results) };
    assert_eq!((same.is, same.of.as_slice()), (Relation::Same, [0].as_slice()));
    assert_eq!(same.facts.geometry, None, "facts of the entry are not facts of an argument that comes back");
    assert_eq!(view.because.as_deref(), Some("when contiguous"));
    assert_eq!(view.facts.writeable, Some(Stated::No));
    assert_eq!(view.facts.geometry.as_ref().map(|geometry| geometry.op), Some(GeometryOp::Ravel));
    assert_eq!(view.facts.dtype, Some(DtypeSpec::Literal("float64".to_owned())));
    assert_eq!((copy.container, copy.count), (Some(Container::List), Some(2)));
    assert_eq!(copy.facts.dtype, Some(DtypeSpec::Like(2)), "a result overrides its entry");
    assert_eq!(copy.when, Cond::Always);
    let writes: Vec<_> = rule.writes.iter().map(|write| (write.param, write.what)).collect();
    assert_eq!(writes, [(0, Written::Data), (2, Written::Data), (0, Written::Metadata)]);
    assert_ne!(rule.writes[1].when, Cond::Always);
    assert_eq!(rule.retains, [0]);
    let (file, range) = &rule.source;
    assert_eq!(file, "t.toml");
    assert!(RAVEL[range.clone()].starts_with("[[callable]]"));
    assert!(RAVEL[range.clone()].ends_with("doc = \"Flattens.\""));
}

#[test]
fn cases_stand_for_every_name() {
    let text = "[[callable]]\nnames = [\"t.add\", \"t.x.sub\"]\nsignature = \"(a, b)\"\nresults = [{ is = \"copy\" }]\ncases = [{ setup = \"f = t.{name}\", call = \"t.{name}(a, b)\", gives = \"copy\" }]";
    let rules = rules(text);
    let rule = rules.rule(rules.callable("t.x.sub", &Targets::default()).unwrap());
    assert_eq!((rule.cases[0].setup.as_str(), rule.cases[0].call.as_str()), ("f = t.sub", "t.sub(a, b)"));
}

#[test]
fn callables_and_attributes_are_found_apart() {
    let rules = rules(RAVEL);
    let targets = Targets::default();
    let shape = rules.attribute("t.array.shape", &targets).unwrap();
    assert_eq!(rules.rule(shape).sets, Some(Written::Metadata));
    assert_eq!(rules.callable("t.array.shape", &targets), None);
    assert_eq!(rules.attribute("t.ravel", &targets), None);
}

#[test]
fn aliases_lead_to_rules() {
    let rules = rules(RAVEL);
    let targets = Targets::default();
    let ravel = rules.callable("t.ravel", &targets);
    assert!(ravel.is_some());
    for name in ["t.core.flatten", "t.core.ravel", "t.old.ravel", "t.old.flatten"] {
        assert_eq!(rules.callable(name, &targets), ravel, "{name}");
        assert_eq!(rules.canonical(name), "t.ravel");
    }
    assert_eq!(rules.callable("t.core.unknown", &targets), None);
    assert_eq!(rules.canonical("t.core.unknown"), "t.core.unknown");
}

#[test]
fn versions_choose_the_entry() {
    let old = entry("t = \"<2.1\"\nresults = [{ is = \"copy\" }]");
    let new = entry("t = \">=2.1\"\nresults = [{ is = \"view\", of = \"a\" }]");
    let rules = rules(&(old + &new));
    let found = |target: &str| {
        let mut targets = Targets::default();
        targets.set(target).unwrap();
        rules.rule(rules.callable("t.f", &targets).unwrap()).results[0].is
    };
    assert_eq!(found("t=2.0"), Relation::Copy);
    assert_eq!(found("t=2.1"), Relation::View);
    assert_eq!(found("other=1.0"), Relation::View, "the newest by default");
}

#[test]
fn a_library_names_its_versions() {
    let text = "library = \"python\"\n\n[[callable]]\nnames = [\"tomllib.loads\"]\npython = \"<3.13\"\nsignature = \"(x)\"\nresults = [{ is = \"copy\" }]";
    let rules = rules(text);
    let mut targets = Targets::default();
    assert_eq!(rules.callable("tomllib.loads", &targets), None);
    targets.set("python=3.12").unwrap();
    assert!(rules.callable("tomllib.loads", &targets).is_some());
}

#[test]
fn user_files_win() {
    let mut rules = rules(&entry(COPY));
    let first = rules.callable("t.f", &Targets::default());
    let view = entry("results = [{ is = \"view\", of = \"a\" }]");
    assert_eq!(rules.add_layer_for_tests(&view), []);
    let second = rules.callable("t.f", &Targets::default());
    assert_ne!(first, second);
    assert_eq!(rules.rule(second.unwrap()).results[0].is, Relation::View);
}

#[test]
fn embedded_rules_have_no_mistake() {
    let errors = RuleSet::check_embedded();
    assert!(errors.is_empty(), "\n{}", errors.join("\n"));
}
