//! Tests of rule files: what is compiled, what is found, which mistakes are reported and where.

mod bind;
mod compile;
mod family;
mod holder;
mod mistakes;
mod mistakes_between;
mod parse;

use super::{RuleError, RuleSet, RuleText, check_rule_files};

/// A complete entry with this line in place of, or beside, its results.
fn entry(lines: &str) -> String {
    format!("[[callable]]\nnames = [\"t.f\"]\nsignature = \"(a, order='C', *, out=None)\"\n{lines}\n")
}

/// What an entry needs that is about something else.
const COPY: &str = "results = [{ is = \"copy\" }]\ncases = [{ call = \"np.f()\", gives = \"copy\" }]";

/// The rules of this text.
fn rules(text: &str) -> RuleSet {
    RuleSet::with_user_files(&[RuleText { file: "t.toml", text }]).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The mistakes in this text, each as (text at its range, message, help).
fn mistakes(text: &str) -> Vec<(String, String, String)> {
    let shown = |error: RuleError| {
        assert_eq!(error.file, "t.toml");
        (text[error.range].to_owned(), error.message, error.help)
    };
    check_rule_files(&[RuleText { file: "t.toml", text }]).into_iter().map(shown).collect()
}

/// The text has exactly one mistake, at this place.
#[track_caller]
fn assert_mistake(text: &str, place: &str, message: &str, help: &str) {
    assert_eq!(mistakes(text), [(place.to_owned(), message.to_owned(), help.to_owned())]);
}
