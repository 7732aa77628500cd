//! Differences between rules and NumPy, for people: by entry, with the versions on which they are so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::support::venv::numpy_versions;

/// What is wrong, by entry, then by difference.
#[derive(Default)]
pub struct Report {
    entries: BTreeMap<String, BTreeMap<String, BTreeSet<&'static str>>>,
}

impl Report {
    /// A difference of an entry in one environment.
    pub fn on(&mut self, environment: &'static str, entry: &str, difference: String) {
        self.entries.entry(entry.to_owned()).or_default().entry(difference).or_default().insert(environment);
    }

    /// A difference of an entry as a whole.
    pub fn say(&mut self, entry: &str, difference: String) {
        self.entries.entry(entry.to_owned()).or_default().entry(difference).or_default();
    }

    /// The differences of each entry, with the versions on which they are so where that is not all.
    pub fn lines(&self) -> BTreeMap<&str, Vec<String>> {
        let lines = |differences: &BTreeMap<String, BTreeSet<&str>>| differences.iter().map(line).collect();
        self.entries.iter().map(|(entry, differences)| (entry.as_str(), lines(differences))).collect()
    }

    /// Fails where there is any difference.
    pub fn finish(self) {
        let mut text = String::new();
        for (entry, lines) in self.lines() {
            let _ = write!(text, "\n{entry}\n  - {}\n", lines.join("\n  - "));
        }
        assert!(text.is_empty(), "rules and what the libraries do differ\n{text}");
    }
}

fn line((difference, versions): (&String, &BTreeSet<&str>)) -> String {
    if versions.is_empty() || versions.len() == numpy_versions().len() {
        return difference.clone();
    }
    let versions: Vec<&str> = versions.iter().copied().collect();
    format!("{difference} [{}]", versions.join(", "))
}
