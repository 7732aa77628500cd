//! What `graph` and `inspect` show, as plain records: version 1 of their JSON, and their text.

use std::fmt::Write as _;

use serde::Serialize;

use super::unknown::UnknownView;
use crate::source::{SourceFile, Span};

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    /// Its first character.
    pub start: Point,
    /// One past its last character.
    pub end: Point,
}

/// A position in a file or in a code cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// 1-based.
    pub line: u32,
    /// 1-based, in Unicode scalar values.
    pub column: u32,
    /// In bytes of the file, or of the cell.
    pub offset: u32,
}

/// The range of a span.
#[must_use]
pub fn range(file: &SourceFile, span: Span) -> Range {
    let point = |at: u32| {
        let position = file.position(at);
        Point { line: position.line, column: position.column, offset: position.offset }
    };
    let start = point(span.start);
    // The end of a span that closes a cell lies in that cell, not at the top of the next.
    let cell_end = file.cell_at(span.start).map_or(u32::MAX, |cell| cell.span.end);
    let end = if span.end >= cell_end && span.end > span.start { past(point(cell_end - 1)) } else { point(span.end) };
    Range { start, end }
}

/// One past the line break at `point`.
fn past(point: Point) -> Point {
    Point { column: point.column + 1, offset: point.offset + 1, ..point }
}

/// The binding graph of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GraphView {
    /// Always 1.
    pub version: u32,
    /// The file.
    pub path: String,
    /// Its bindings; their `id` is their index.
    pub bindings: Vec<Binding>,
    /// How data comes from one to another.
    pub edges: Vec<Edge>,
    /// Which are written to.
    pub writes: Vec<Write>,
}

/// A name that holds an array.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// Its index.
    pub id: u32,
    /// The function, `<module>` at the top.
    pub scope: String,
    /// The name.
    pub name: String,
    /// `parameter`, `local`, `attribute`, `element`, `temporary`, `return` or `global`.
    pub kind: &'static str,
    /// The code cell, in a notebook.
    pub cell: Option<u32>,
    /// Where it is bound.
    pub range: Range,
}

/// A way that data takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The source.
    pub from: u32,
    /// The new binding.
    pub to: u32,
    /// `alias`, `view` or `copy`.
    pub kind: &'static str,
    /// `always` or `sometimes`.
    pub certainty: &'static str,
    /// The API that makes it.
    pub rule: Option<String>,
    /// When, in words.
    pub condition: Option<String>,
    /// The code cell, in a notebook.
    pub cell: Option<u32>,
    /// Where it happens.
    pub range: Range,
}

/// A write to an array's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Write {
    /// Through which binding.
    pub binding: u32,
    /// `always` or `sometimes`.
    pub certainty: &'static str,
    /// `subscript`, `augmented`, `method`, `out` or `call`.
    pub by: &'static str,
    /// The code cell, in a notebook.
    pub cell: Option<u32>,
    /// Where it happens.
    pub range: Range,
}

impl GraphView {
    /// The graph in Graphviz's language: solid lines are `always`, dashed ones `sometimes`; written bindings are bold.
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut dot = format!("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n", quoted(&self.path));
        for binding in &self.bindings {
            let label = format!("{}\n{}:{}", binding.name, binding.scope, binding.range.start.line);
            let is_written = self.writes.iter().any(|write| write.binding == binding.id);
            let style = if is_written { ", style=bold" } else { "" };
            let _ = writeln!(dot, "  b{} [label={}{style}];", binding.id, quoted(&label));
        }
        for edge in &self.edges {
            let label =
                edge.rule.as_ref().map_or_else(|| edge.kind.to_owned(), |rule| format!("{}\n{rule}", edge.kind));
            let style = if edge.certainty == "always" { "solid" } else { "dashed" };
            let _ = writeln!(dot, "  b{} -> b{} [label={}, style={style}];", edge.from, edge.to, quoted(&label));
        }
        dot.push_str("}\n");
        dot
    }
}

/// A string in Graphviz's quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// The memory picture after a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InspectView {
    /// Always 1.
    pub version: u32,
    /// The file.
    pub path: String,
    /// The code cell, in a notebook.
    pub cell: Option<u32>,
    /// The line that was asked for.
    pub line: u32,
    /// The function that holds it, `<module>` at the top.
    pub scope: String,
    /// Every name in scope that holds, or may hold, an array.
    pub arrays: Vec<ArrayView>,
    /// Names that may share memory.
    pub pairs: Vec<PairView>,
    /// What is unknown in the function up to the line; left out where nobody asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Vec<UnknownView>>,
}

/// What is known of the array under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArrayView {
    /// The name.
    pub name: String,
    /// `yes`, `no` or `maybe`.
    pub owndata: &'static str,
    /// Names of arrays that may be its base.
    pub base: Vec<String>,
    /// `yes`, `no` or `maybe`.
    pub writeable: &'static str,
    /// Its dtype, where known.
    pub dtype: Option<String>,
    /// Its rank, where known.
    pub ndim: Option<u32>,
    /// `C`, `F`, `both`, `none` or `unknown`.
    pub contiguous: &'static str,
    /// `large`, `small` or `unknown`.
    pub size: &'static str,
}

/// How two names relate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PairView {
    /// One name.
    pub a: String,
    /// The other.
    pub b: String,
    /// What some run can show: `same`, `shares`, `none`.
    pub possible: Vec<&'static str>,
}

impl InspectView {
    /// The picture in words, a line for each array and each pair.
    #[must_use]
    pub fn to_text(&self) -> String {
        let cell = self.cell.map_or_else(String::new, |cell| format!("cell {cell}:"));
        let mut text = format!("{}:{cell}{} in {}\n", self.path, self.line, self.scope);
        if self.arrays.is_empty() {
            text.push_str("  no arrays are known here\n");
        }
        let width = self.arrays.iter().map(|array| array.name.chars().count()).max().unwrap_or(0);
        for array in &self.arrays {
            let _ = writeln!(text, "  {:width$}  {}", array.name, array.to_words());
        }
        for pair in &self.pairs {
            let _ = writeln!(text, "  {} and {}: {}", pair.a, pair.b, pair.to_words());
        }
        if let Some(unknown) = &self.unknown {
            text.push_str(if unknown.is_empty() { "nothing is unknown\n" } else { "unknown:\n" });
            text.extend(unknown.iter().map(UnknownView::to_line));
        }
        text
    }
}

impl ArrayView {
    fn to_words(&self) -> String {
        let mut words = vec![match self.owndata {
            "yes" => "owns its data".to_owned(),
            "no" if self.base.is_empty() => "does not own its data".to_owned(),
            "no" => format!("is a view of {}", self.base.join(" or ")),
            _ if self.base.is_empty() => "may own its data".to_owned(),
            _ => format!("owns its data or is a view of {}", self.base.join(" or ")),
        }];
        match self.writeable {
            "no" => words.push("read-only".to_owned()),
            "maybe" => words.push("perhaps read-only".to_owned()),
            _ => {}
        }
        words.extend(self.dtype.clone());
        words.extend(self.ndim.map(|ndim| format!("{ndim}-d")));
        match self.contiguous {
            "C" | "F" => words.push(format!("{}-contiguous", self.contiguous)),
            "both" => words.push("C- and F-contiguous".to_owned()),
            "none" => words.push("not contiguous".to_owned()),
            _ => {}
        }
        if self.size == "large" {
            words.push("large".to_owned());
        }
        words.join(", ")
    }
}

impl PairView {
    fn to_words(&self) -> String {
        let word = |possible: &&'static str| match *possible {
            "same" => "one object",
            "shares" => "two objects over common memory",
            _ => "nothing in common",
        };
        self.possible.iter().map(word).collect::<Vec<_>>().join(", or ")
    }
}
