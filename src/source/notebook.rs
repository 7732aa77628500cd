//! Notebooks: the code cells of an `.ipynb` file (nbformat 3 and 4) as one Python text.
//!
//! IPython's own lines are not Python. `%magic`, `!shell` and `help?` lines become `_`, IPython's name for the last result
//! and unknown to the analysis, padded with blanks: lines and offsets stay where they were, and a block that holds nothing
//! else stays a block. `files = !ls` becomes `files = _`. A cell in another language (`%%bash`) becomes blank.

use serde_json::Value;

use super::lines::offset;
use super::scan::Scanner;
use super::{Cell, Problem, Span};

/// Cell magics after whose first line Python follows.
const PYTHON_CELL_MAGICS: [&str; 7] = ["time", "timeit", "capture", "prun", "python", "python3", "mprun"];

/// What a notebook holds.
#[derive(Debug, Default)]
pub struct Notebook {
    /// The code cells, each ending in a line break.
    pub text: String,
    /// Their places.
    pub cells: Vec<Cell>,
    /// Why nothing could be read.
    pub problem: Option<Problem>,
}

/// Reads a notebook. A notebook of another language has no cells.
pub fn read(bytes: &[u8]) -> Notebook {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let root: Value = match serde_json::from_slice(bytes) {
        Ok(root) => root,
        Err(error) => return broken(format!("the notebook is not valid JSON: {error}")),
    };
    let Some(cells) = cells(&root) else {
        return broken("the notebook has no list of cells (nbformat 3 and 4 are read)".to_owned());
    };
    let mut notebook = Notebook::default();
    if !is_python(&root) {
        return notebook;
    }
    let mut index = 0;
    for cell in cells {
        if cell.get("cell_type").and_then(Value::as_str) != Some("code") {
            continue;
        }
        let source = cell.get("source").or_else(|| cell.get("input")).map(source_text).unwrap_or_default();
        let start = offset(notebook.text.len());
        let language = cell.get("language").and_then(Value::as_str).unwrap_or("python");
        notebook.text.push_str(&python_text(&source, language));
        if !notebook.text.ends_with('\n') {
            notebook.text.push('\n');
        }
        notebook.cells.push(Cell { index, span: Span { start, end: offset(notebook.text.len()) } });
        index += 1;
    }
    notebook
}

fn broken(message: String) -> Notebook {
    Notebook { problem: Some(Problem { span: Span::default(), message }), ..Notebook::default() }
}

/// The cells: at the top in nbformat 4, in worksheets in nbformat 3.
fn cells(root: &Value) -> Option<Vec<&Value>> {
    if let Some(cells) = root.get("cells").and_then(Value::as_array) {
        return Some(cells.iter().collect());
    }
    let sheets = root.get("worksheets")?.as_array()?;
    Some(sheets.iter().filter_map(|sheet| sheet.get("cells")?.as_array()).flatten().collect())
}

fn is_python(root: &Value) -> bool {
    let named = |key: &str, field: &str| root.get("metadata")?.get(key)?.get(field)?.as_str().map(str::to_lowercase);
    named("language_info", "name")
        .or_else(|| named("kernelspec", "language"))
        .is_none_or(|language| language.contains("python"))
}

/// A cell's source: one string or a list of lines.
fn source_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}

/// The Python of a cell: the same number of bytes and the same line breaks.
fn python_text(source: &str, language: &str) -> String {
    let magic = source.trim_start().strip_prefix("%%");
    let is_foreign = magic.is_some_and(|rest| {
        let name: &str = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        !PYTHON_CELL_MAGICS.contains(&name)
    });
    if is_foreign || !language.to_lowercase().contains("python") {
        return blank(source);
    }
    let mut text = String::with_capacity(source.len());
    let mut scanner = Scanner::default();
    let mut in_magic = false;
    for line in source.split_inclusive('\n') {
        let kept = if in_magic {
            Some(0)
        } else if scanner.is_at_statement() {
            magic_start(line)
        } else {
            None
        };
        let Some(start) = kept else {
            scanner.scan(line);
            text.push_str(line);
            continue;
        };
        let hidden = blank(&line[start..]);
        text.push_str(&line[..start]);
        text.push_str(if in_magic { " " } else { "_" });
        text.push_str(hidden.get(1..).unwrap_or_default());
        in_magic = line.trim_end_matches(['\n', '\r']).ends_with('\\');
    }
    text
}

/// Where IPython's own syntax starts in a line that starts a statement.
fn magic_start(line: &str) -> Option<usize> {
    let code = line.trim();
    let indent = line.len() - line.trim_start().len();
    if code.starts_with(['%', '!', '?']) {
        return Some(indent);
    }
    if let Some(name) = code.strip_suffix('?') {
        let name = name.strip_suffix('?').unwrap_or(name);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '*' | '[' | ']');
        return (!name.is_empty() && name.chars().all(is_name)).then_some(indent);
    }
    let (target, value) = line.split_once('=')?;
    let is_target = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ',' | ' ' | '\t');
    let value_start = line.len() - value.trim_start().len();
    (value.trim_start().starts_with(['%', '!']) && target.chars().all(is_target)).then_some(value_start)
}

/// Blanks of the same length, byte for byte, with the line breaks kept.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magics_are_blanked_in_place() {
        let source =
            "%matplotlib inline\nfor f in x:\n    !ls é\nfiles = !ls\nnp.zeros?\ny = a % b\n# why?\nz = (a\n%b)\n";
        let text = python_text(source, "python");
        assert_eq!(text.len(), source.len());
        let lines: Vec<_> = text.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["_", "for f in x:", "    _", "files = _", "_", "y = a % b", "# why?", "z = (a", "%b)"]);
    }

    #[test]
    fn cells_keep_their_index_and_other_languages_are_blank() {
        let json = br#"{"nbformat": 4, "cells": [
            {"cell_type": "markdown", "source": ["text"]},
            {"cell_type": "code", "source": ["a = 1\n", "b = 2"]},
            {"cell_type": "code", "source": "%%bash\nrm x"},
            {"cell_type": "code", "source": "%%time\nc = 3\n"}]}"#;
        let notebook = read(json);
        assert_eq!(notebook.text, "a = 1\nb = 2\n      \n    \n_     \nc = 3\n");
        assert_eq!(notebook.cells.iter().map(|cell| cell.index).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(notebook.cells[2].span, Span { start: 24, end: 37 });
    }

    #[test]
    fn nbformat_3_and_broken_files() {
        let json = br#"{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": ["a = 1"]}]}]}"#;
        assert_eq!(read(json).text, "a = 1\n");
        assert!(read(b"{\"cells\": [").problem.is_some());
        assert!(read(b"[]").problem.is_some());
    }
}
