//! What is wrong in a rule file, and where.

use std::fmt;
use std::ops::Range;

/// One mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The file, as named by whoever gave its text.
    pub file: String,
    /// The bytes in it.
    pub range: Range<usize>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it, in one line.
    pub help: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file, self.message, self.help)
    }
}

impl std::error::Error for RuleError {}

/// A mistake inside one string of a rule file; the range counts in that string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

impl Problem {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: help.into() }
    }
}

/// What parsing a string of a rule file gives.
pub(super) type Parsed<T> = Result<T, Problem>;

/// "did you mean `x`?" where something similar exists, else the list of what there is.
pub(super) fn suggestion<'n>(word: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(word.len()) / 3)
        .min();
    match nearest {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "there is none here".to_owned(),
        None if known.len() > 16 => "rules/README.md lists what there is".to_owned(),
        None => format!("there is `{}`", known.join("`, `")),
    }
}
