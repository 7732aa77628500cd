//! What is not known: for each binding of a file, and counted over many files.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::json::Count;
use super::view::Range;

/// So many reasons are shown to people.
const MOST_REASONS: usize = 20;

/// The bindings of a file that are unknown: `inspect --explain-unknown`, version 1 of its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownsView {
    /// Always 1.
    pub version: u32,
    /// The file.
    pub path: String,
    /// Number of bindings in it, known and unknown.
    pub bindings: usize,
    /// Those that are unknown, by place.
    pub unknown: Vec<UnknownView>,
}

/// A binding that is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownView {
    /// The function, `<module>` at the top.
    pub scope: String,
    /// The variable.
    pub name: String,
    /// `always`, or `sometimes` where other values that it may hold are known.
    pub certainty: &'static str,
    /// What it is unknown for.
    pub reason: Reason,
    /// The code cell, in a notebook.
    pub cell: Option<u32>,
    /// Where it is bound.
    pub range: Range,
    /// Where its function does what is not known.
    pub since: Option<Since>,
}

/// A place in the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Since {
    /// The code cell, in a notebook.
    pub cell: Option<u32>,
    /// Where.
    pub range: Range,
}

/// Why something is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// `call`, `method`, `rule`, `attribute`, `element`, `name`, `construct`, `limit`, `memory`, `import`, `parameter` or
    /// `outside`.
    pub kind: &'static str,
    /// The name of what is not known, where it has one.
    pub what: Option<String>,
    /// Both in words.
    pub message: String,
}

impl Reason {
    /// The reason of a kind, with its words.
    #[must_use]
    pub fn new(kind: &'static str, what: Option<String>) -> Self {
        let message = words(kind, what.as_deref());
        Self { kind, what, message }
    }
}

fn words(kind: &str, what: Option<&str>) -> String {
    // Python's own names are known by their last part.
    let Some(what) = what.map(|what| what.strip_prefix("builtins.").unwrap_or(what)) else {
        return match kind {
            "element" => "an element of something that is not known to have any".to_owned(),
            "memory" => "it lies in memory that is not followed".to_owned(),
            _ => "a call of something that is not known".to_owned(),
        };
    };
    match kind {
        "method" => format!("a call of the method `{what}` of an object whose class is not known"),
        "rule" => format!("a call of `{what}`, of which is not known what it gives"),
        "attribute" => format!("the attribute `{what}` of an object whose class is not known"),
        "name" => format!("`{what}` is not bound here"),
        "construct" => format!("{what} is not followed"),
        "limit" => format!("given up: {what}"),
        "memory" => format!("`{what}` gives memory that is not followed"),
        "import" => format!("`{what}` is imported, and no rule tells of it"),
        "parameter" => format!("nothing says whether the parameter `{what}` is an array"),
        "outside" => format!("nothing says whether `{what}`, from outside, is an array"),
        _ => format!("a call of `{what}`, which has no rule"),
    }
}

impl UnknownsView {
    /// A line for each binding.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}: {} of {} bindings are unknown\n", self.path, self.unknown.len(), self.bindings);
        text.extend(self.unknown.iter().map(UnknownView::to_line));
        text
    }
}

impl UnknownView {
    /// The binding and its reason, as an indented line.
    #[must_use]
    pub fn to_line(&self) -> String {
        let cell = self.cell.map_or_else(String::new, |cell| format!("cell {cell}:"));
        let start = self.range.start;
        let sometimes = if self.certainty == "sometimes" { "sometimes " } else { "" };
        let mut line = format!("  {cell}{}:{} {sometimes}`{}`", start.line, start.column, self.name);
        if self.scope != "<module>" {
            let _ = write!(line, " in {}", self.scope);
        }
        let _ = write!(line, ": {}", self.reason.message);
        if let Some(since) = self.since.filter(|since| (since.cell, since.range.start.line) != (self.cell, start.line))
        {
            let cell = since.cell.map_or_else(String::new, |cell| format!("cell {cell}, "));
            let _ = write!(line, " ({cell}line {})", since.range.start.line);
        }
        line.push('\n');
        line
    }
}

/// What `check --statistics` counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statistics<'a> {
    /// Findings of each hazard, the most frequent first.
    pub hazards: Vec<Count<'a>>,
    /// How many bindings are known.
    pub bindings: Bindings,
    /// Why the others are not, the most frequent reason first.
    pub unknown: Vec<ReasonCount>,
}

/// How many bindings are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bindings {
    /// All.
    pub total: usize,
    /// Those of which is known whether they are arrays, and over which memory.
    pub known: usize,
    /// Parameters and the like, of which nothing says whether they are arrays.
    pub outside: usize,
    /// The others; each has one reason.
    pub unknown: usize,
}

/// How many bindings are unknown for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// Number of bindings.
    pub count: usize,
    /// The reason.
    #[serde(flatten)]
    pub reason: Reason,
}

impl Statistics<'_> {
    /// Writes a line for each hazard, then what is known, then the most frequent reasons.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for Count { hazard, count } in &self.hazards {
            writeln!(out, "{count:>8}  {hazard}")?;
        }
        let Bindings { total, known, outside, unknown } = self.bindings;
        if total == 0 {
            return Ok(());
        }
        if !self.hazards.is_empty() {
            writeln!(out)?;
        }
        writeln!(out, "{total:>8}  bindings of variables")?;
        for (count, what) in [
            (known, "known"),
            (outside, "from outside the function, and nothing says whether they are arrays"),
            (unknown, "unknown"),
        ] {
            writeln!(out, "{count:>8}  {:>4}  {what}", percent(count, total))?;
        }
        for ReasonCount { count, reason } in self.unknown.iter().take(MOST_REASONS) {
            writeln!(out, "{count:>8}  {:>4}    {}", percent(*count, total), reason.message)?;
        }
        let others: usize = self.unknown.iter().skip(MOST_REASONS).map(|reason| reason.count).sum();
        if others > 0 {
            writeln!(out, "{others:>8}  {:>4}    other reasons", percent(others, total))?;
        }
        Ok(())
    }
}

/// A share in whole percent.
fn percent(part: usize, whole: usize) -> String {
    format!("{} %", (200 * part + whole) / (2 * whole))
}
