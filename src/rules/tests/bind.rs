//! Binding arguments to parameters.

use super::rules;
use crate::rules::*;

fn bind(signature: &str, positional: usize, keywords: &[&str]) -> Binding {
    let text = format!("[[callable]]\nnames = [\"t.f\"]\nsignature = \"{signature}\"\nresults = [{{ is = \"copy\" }}]");
    let rules = rules(&text);
    rules.rule(rules.callable("t.f", &Targets::default()).unwrap()).bind(positional, keywords)
}

#[test]
fn positional_then_keywords() {
    let binding = bind("(a, b=1, *, c=2)", 1, &["c", "b"]);
    let expected = [ArgSource::Positional(0), ArgSource::Keyword(1), ArgSource::Keyword(0)];
    assert_eq!(binding.sources.as_slice(), expected);
    assert_eq!(binding.problem, None);
}

#[test]
fn rest_and_extra_keywords() {
    let binding = bind("(a, *args, key=None, **kw)", 3, &["x", "key", "y"]);
    let expected = [ArgSource::Positional(0), ArgSource::Rest(1), ArgSource::Keyword(1), ArgSource::ExtraKeywords];
    assert_eq!(binding.sources.as_slice(), expected);
    assert_eq!(binding.extra_keywords.as_slice(), [0, 2]);
    assert_eq!(binding.problem, None);
    assert_eq!(bind("(a, *args)", 1, &[]).source(1), ArgSource::Missing);
    assert_eq!(bind("(a, *args)", 1, &[]).problem, None);
}

#[test]
fn calls_that_cannot_work() {
    assert_eq!(bind("(a)", 2, &[]).problem, Some(BindProblem::TooManyPositional(1)));
    assert_eq!(bind("(*, a)", 1, &["a"]).problem, Some(BindProblem::TooManyPositional(0)));
    assert_eq!(bind("(a, /)", 0, &["a"]).problem, Some(BindProblem::UnknownKeyword(0)));
    assert_eq!(bind("(a)", 1, &["a"]).problem, Some(BindProblem::PassedTwice(0)));
    assert_eq!(bind("(a, b)", 1, &[]).problem, Some(BindProblem::MissingArgument(1)));
    assert_eq!(bind("(a, /, **kw)", 1, &["a"]).problem, None);
}
