//! The page of a hazard, read from the doc comment of its file.
//!
//! ```text
//! //! # name: what happens, in one line
//! //!
//! //! ## What
//! //! ## Why it hurts
//! //! ## Bad
//! //! ## Good
//! //! ## Limits
//! ```

/// What people read about a hazard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The hazard's name.
    pub name: String,
    /// What happens, in one line.
    pub summary: String,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// The whole page as Markdown.
    pub markdown: String,
}

/// One section of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its Markdown.
    pub body: String,
}

impl Page {
    /// The sections that every page has, in order.
    pub const SECTIONS: [&'static str; 5] = ["What", "Why it hurts", "Bad", "Good", "Limits"];

    /// The page in the module doc comment that starts `file`.
    #[must_use]
    pub fn of_module(file: &str) -> Self {
        let lines = file.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let head = lines.first().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        let (name, summary) = head.split_once(": ").unwrap_or((head, ""));
        let mut sections: Vec<Section> = Vec::new();
        let mut is_code = false;
        for line in lines.iter().skip(1) {
            is_code ^= line.starts_with("```");
            match (line.strip_prefix("## "), sections.last_mut()) {
                (Some(title), _) if !is_code => {
                    sections.push(Section { title: title.trim().to_owned(), body: String::new() });
                }
                (_, Some(section)) => {
                    section.body.push_str(line);
                    section.body.push('\n');
                }
                (_, None) => {}
            }
        }
        for section in &mut sections {
            section.body = section.body.trim().to_owned();
        }
        let markdown = format!("{}\n", lines.join("\n").trim_end());
        Self { name: name.to_owned(), summary: summary.to_owned(), sections, markdown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let file = "//! # bad-thing: it hurts\n//!\n//! ## What\n//!\n//! ```python\n//! ## not a heading\n//! ```\n//!\n//! ## Limits\n//! None.\n\nuse x;\n";
        let page = Page::of_module(file);
        assert_eq!((page.name.as_str(), page.summary.as_str()), ("bad-thing", "it hurts"));
        assert_eq!(page.sections.len(), 2);
        assert_eq!(page.sections[0].body, "```python\n## not a heading\n```");
        assert_eq!(page.sections[1].body, "None.");
        assert!(page.markdown.ends_with("## Limits\nNone.\n"));
    }
}
