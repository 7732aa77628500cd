//! Differences between rules and NumPy, for people: by entry, with the versions on which they are so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::support::venv::NUMPY_VERSIONS;

/// What is wrong, by entry, then by difference.
#[derive(Default)]
pub struct Report {
    entries: BTreeMap<String, BTreeMap<String, BTreeSet<&'static str>>>,
}

impl Report {
    /// A difference of an entry on one version.
    pub fn on(&mut self, numpy: &'static str, entry: &str, difference: String) {
        self.entries.entry(entry.to_owned()).or_default().entry(difference).or_default().insert(numpy);
    }

    /// A difference of an entry as a whole.
    pub fn say(&mut self, entry: &str, difference: String) {
        self.entries.entry(entry.to_owned()).or_default().entry(difference).or_default();
    }

    /// Fails where there is any difference.
    pub fn finish(self) {
        let mut text = String::new();
        let mut count = 0;
        for (entry, differences) in &self.entries {
            let _ = writeln!(text, "\n{entry}");
            for (difference, versions) in differences {
                count += 1;
                let versions: Vec<&str> = versions.iter().copied().collect();
                let is_everywhere = versions.is_empty() || versions.len() == NUMPY_VERSIONS.len();
                let on = if is_everywhere { String::new() } else { format!(" [{}]", versions.join(", ")) };
                let _ = writeln!(text, "  - {difference}{on}");
            }
        }
        assert!(count == 0, "{count} differences from real NumPy\n{text}");
    }
}
