//! Patterns of paths, written as in `.gitignore`.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A list of patterns; one with a slash in it counts from the folder that the list was made for.
#[derive(Clone, Debug)]
pub struct Patterns {
    matcher: Gitignore,
}

impl Default for Patterns {
    fn default() -> Self {
        Self { matcher: Gitignore::empty() }
    }
}

impl Patterns {
    /// Patterns that count from `folder`.
    ///
    /// # Errors
    ///
    /// One line about the first pattern that cannot be read.
    pub fn new(folder: &Path, patterns: &[String]) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new(folder);
        for pattern in patterns {
            builder.add_line(None, pattern).map_err(|error| format!("`{pattern}` is not a pattern: {error}"))?;
        }
        builder.build().map(|matcher| Self { matcher }).map_err(|error| error.to_string())
    }

    /// Whether a pattern matches the path.
    #[must_use]
    pub fn matches(&self, path: &Path, is_folder: bool) -> bool {
        self.matcher.matched(path, is_folder).is_ignore()
    }
}
