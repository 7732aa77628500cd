//! The text of a configuration file: its keys, and errors that point at them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::requirement::{self, Requirements};
use super::selection::Selector;
use super::suggest::did_you_mean;
use crate::diagnostic::{Confidence, Severity};

/// The keys of `[tool.ndalias]` and of `ndalias.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Table {
    /// Hazards and groups to take in.
    pub select: Option<Words>,
    /// Hazards and groups to take out.
    pub ignore: Words,
    /// Patterns of paths not to read, as in `.gitignore`.
    pub extend_exclude: Vec<String>,
    /// Lowest severity shown.
    #[serde(deserialize_with = "scale")]
    pub level: Option<Severity>,
    /// Lowest severity that counts as a failure.
    #[serde(deserialize_with = "scale")]
    pub fail_on: Option<Severity>,
    /// Lowest confidence shown.
    #[serde(deserialize_with = "scale")]
    pub confidence: Option<Confidence>,
    /// Library versions: `target = { numpy = "1.26" }`.
    pub target: BTreeMap<String, String>,
    /// Files with more API rules, relative to this file.
    pub rules: Vec<PathBuf>,
}

/// A list of words that select hazards, each with its place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Words(Vec<Spanned<String>>);

impl Words {
    /// The selectors; `read` has seen to it that every word is one.
    pub fn selectors(&self) -> Vec<Selector> {
        self.0.iter().filter_map(|word| word.get_ref().parse().ok()).collect()
    }

    /// The first word that is no selector: its place and what is wrong.
    fn mistake(&self) -> Option<(usize, String)> {
        let wrong =
            |word: &Spanned<String>| word.get_ref().parse::<Selector>().err().map(|why| (word.span().start, why));
        self.0.iter().find_map(wrong)
    }
}

/// Names of the keys, for suggestions.
const KEYS: [&str; 8] = ["select", "ignore", "extend-exclude", "level", "fail-on", "confidence", "target", "rules"];

/// What a file says.
#[derive(Debug, Default)]
pub struct Read {
    /// The configuration, where there is one.
    pub table: Option<Table>,
    /// What the project asks for.
    pub requirements: Requirements,
}

#[derive(Debug, Deserialize)]
struct PyProject {
    tool: Option<Tools>,
    project: Option<toml::Value>,
}

#[derive(Debug, Default, Deserialize)]
struct Tools {
    ndalias: Option<Table>,
    poetry: Option<toml::Value>,
}

/// Reads a configuration file.
///
/// # Errors
///
/// The 1-based line and one line of text.
pub fn read(text: &str, is_project: bool) -> Result<Read, (Option<usize>, String)> {
    let wrong = |error: toml::de::Error| {
        let line = error.span().map(|span| line_of(text, span.start));
        let message = error.message().lines().next().unwrap_or("cannot be read").to_owned();
        (line, reworded(&message))
    };
    let read = if is_project {
        let project: PyProject = toml::from_str(text).map_err(wrong)?;
        let tool = project.tool.unwrap_or_default();
        let requirements = requirement::of_project(project.project.as_ref(), tool.poetry.as_ref());
        Read { table: tool.ndalias, requirements }
    } else {
        Read { table: Some(toml::from_str(text).map_err(wrong)?), requirements: Requirements::new() }
    };
    let lists = read.table.iter().flat_map(|table| table.select.iter().chain([&table.ignore]));
    match lists.filter_map(Words::mistake).min() {
        Some((at, message)) => Err((Some(line_of(text, at)), message)),
        None => Ok(read),
    }
}

/// The 1-based line that holds a byte offset.
#[must_use]
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

/// `unknown field` in the words of people who write configuration files.
fn reworded(message: &str) -> String {
    let Some(key) = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) else {
        return message.to_owned();
    };
    let hint = did_you_mean(key, KEYS);
    let hint = if hint.is_empty() { format!("; the keys are {}", KEYS.join(", ")) } else { hint };
    format!("unknown key `{key}`{hint}")
}

fn scale<'de, D: Deserializer<'de>, T: std::str::FromStr<Err = String>>(from: D) -> Result<Option<T>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read() {
        let text = "select = ['mutation']\nlevel = 'warning'\ntarget = { numpy = '1.26' }\nextend-exclude = ['docs']\n";
        let table = read(text, false).expect("it is valid").table.expect("there is one");
        assert_eq!(table.level, Some(Severity::Warning));
        assert_eq!(table.target["numpy"], "1.26");
    }

    #[test]
    fn an_unknown_key_is_pointed_at() {
        let text = "[project]\nname = 'x'\n[tool.ndalias]\nselect = []\nselct = []\n";
        let (line, message) = read(text, true).expect_err("the key is unknown");
        assert_eq!((line, message.as_str()), (Some(5), "unknown key `selct`; did you mean `select`?"));
    }

    #[test]
    fn a_wrong_value_is_pointed_at() {
        let (line, message) = read("\nlevel = 'loud'\n", false).expect_err("the value is wrong");
        assert_eq!(line, Some(2));
        assert!(message.contains("`loud` is not a severity"), "{message}");
        let (line, message) = read("ignore = [\n  'mutatoin',\n]\n", false).expect_err("the value is wrong");
        assert_eq!(line, Some(2), "{message}");
    }

    #[test]
    fn a_project_may_say_which_numpy_it_wants() {
        let text = "[project]\ndependencies = ['numpydoc', 'numpy >=1.22,<2 ; python_version > \"3\"']\n";
        assert_eq!(read(text, true).expect("it is valid").requirements["numpy"], ">=1.22,<2");
    }
}
