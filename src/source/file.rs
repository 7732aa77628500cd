//! One file: its text, and the way from a byte offset to what people call a position.

use std::path::Path;

use super::decode::{self, Encoding};
use super::lines::{LineIndex, offset};
use super::{FileId, Span, notebook};

/// A Python file or notebook as the analysis sees it: one Python text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its index.
    pub id: FileId,
    /// Its path as given, with forward slashes.
    pub path: String,
    /// The Python text: of a notebook, its code cells one after the other with IPython's own lines blanked.
    pub text: String,
    /// What was wrong with the file before any Python was read.
    pub problems: Vec<Problem>,
    lines: LineIndex,
    encoding: Encoding,
    cells: Vec<Cell>,
    is_notebook: bool,
}

/// Something wrong with a file: bytes that are not text, a notebook that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the text; empty at the start where nothing could be read.
    pub span: Span,
    /// What is wrong and what to do.
    pub message: String,
}

/// A code cell of a notebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its 0-based index among the code cells.
    pub index: u32,
    /// Its place in the text of the file.
    pub span: Span,
}

/// A place as people and editors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// In a notebook the 0-based index of the code cell.
    pub cell: Option<u32>,
    /// 1-based line, in a notebook within the cell.
    pub line: u32,
    /// 1-based column in Unicode scalar values.
    pub column: u32,
    /// 0-based offset in bytes of the file as it lies on disk; in a notebook in bytes of the cell's source.
    pub offset: u32,
}

impl SourceFile {
    /// A file of Python text.
    #[must_use]
    pub fn from_text(id: FileId, path: &str, text: String) -> Self {
        let lines = LineIndex::new(&text);
        let encoding = Encoding::Utf8 { bom: false };
        let path = path.to_owned();
        Self { id, path, text, problems: Vec::new(), lines, encoding, cells: Vec::new(), is_notebook: false }
    }

    /// The file that `bytes` make: a notebook where the path ends in `.ipynb`. Never fails; what is wrong is in `problems`.
    #[must_use]
    pub fn from_bytes(id: FileId, path: &Path, bytes: &[u8]) -> Self {
        let name = display_path(path);
        if offset(bytes.len()) == u32::MAX {
            let problem = Problem { span: Span::default(), message: "the file is larger than 4 GiB".to_owned() };
            return Self { problems: vec![problem], ..Self::from_text(id, &name, String::new()) };
        }
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ipynb")) {
            let read = notebook::read(bytes);
            let problems = read.problem.into_iter().collect();
            return Self { problems, cells: read.cells, is_notebook: true, ..Self::from_text(id, &name, read.text) };
        }
        let decoded = decode::decode(bytes);
        let problems = decoded.problem.into_iter().collect();
        Self { problems, encoding: decoded.encoding, ..Self::from_text(id, &name, decoded.text) }
    }

    /// Whether the file is a notebook.
    #[must_use]
    pub fn is_notebook(&self) -> bool {
        self.is_notebook
    }

    /// The code cells; none in a script.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The code cell that holds `offset`. The end of the text belongs to the last cell.
    #[must_use]
    pub fn cell_at(&self, offset: u32) -> Option<Cell> {
        let after = self.cells.partition_point(|cell| cell.span.start <= offset);
        self.cells.get(after.checked_sub(1)?).copied()
    }

    /// The position of a byte offset into the text; one past the end is taken as the end.
    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let at = self.floor_char_boundary(at);
        let line = self.lines.line_at(at);
        let start = self.lines.start(line, &self.text);
        let column = offset(self.slice(start, at).chars().count()) + 1;
        let cell = self.cell_at(at);
        let first = cell.map_or(0, |cell| self.lines.line_at(cell.span.start));
        Position {
            cell: cell.map(|cell| cell.index),
            line: offset(line - first) + 1,
            column,
            offset: cell.map_or_else(|| self.encoding.offset_on_disk(&self.text, at), |cell| at - cell.span.start),
        }
    }

    /// The offset of the start of a 1-based line, in a notebook of that line within code cell `cell`.
    #[must_use]
    pub fn line_start(&self, cell: Option<u32>, line: u32) -> Option<u32> {
        let (first, end) = match cell {
            Some(index) => {
                let cell = self.cells.iter().find(|cell| cell.index == index)?;
                (self.lines.line_at(cell.span.start), cell.span.end)
            }
            None => (0, offset(self.text.len())),
        };
        let line = first + usize::try_from(line.checked_sub(1)?).ok()?;
        let start = self.lines.start(line, &self.text);
        (line < self.lines.len() && start <= end).then_some(start)
    }

    /// Number of lines in the text.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The 0-based line of the text that holds `offset`, cells not considered.
    #[must_use]
    pub fn line_at(&self, offset: u32) -> usize {
        self.lines.line_at(offset)
    }

    /// The bytes of a 0-based line of the text, its line break included.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Span {
        Span { start: self.lines.start(line, &self.text), end: self.lines.start(line + 1, &self.text) }
    }

    /// The text of `span`, cut to what there is.
    #[must_use]
    pub fn text_of(&self, span: Span) -> &str {
        self.slice(self.floor_char_boundary(span.start), self.floor_char_boundary(span.end))
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    fn floor_char_boundary(&self, at: u32) -> u32 {
        offset(self.text.floor_char_boundary(at as usize))
    }
}

/// A path as it is shown: with forward slashes and without a leading `./`.
fn display_path(path: &Path) -> String {
    let shown = path.to_string_lossy();
    let shown = if cfg!(windows) { shown.replace('\\', "/") } else { shown.into_owned() };
    shown.strip_prefix("./").map_or_else(|| shown.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> SourceFile {
        SourceFile::from_bytes(FileId(0), Path::new("./a.py"), bytes)
    }

    fn place(file: &SourceFile, needle: &str) -> (u32, u32, u32) {
        let position = file.position(offset(file.text.find(needle).expect("the needle is in the text")));
        (position.line, position.column, position.offset)
    }

    #[test]
    fn columns_count_scalar_values_and_offsets_count_bytes() {
        let file = file("é = 1\r\n\r\nnom = 'é𝒳'; b = 2\n".as_bytes());
        assert_eq!(file.path, "a.py");
        assert_eq!(place(&file, "b = 2"), (3, 13, 26));
    }

    #[test]
    fn a_byte_order_mark_counts_as_bytes_but_not_as_a_column() {
        assert_eq!(place(&file(b"\xef\xbb\xbfa = 1\n"), "a"), (1, 1, 3));
    }

    #[test]
    fn latin_1_is_read_by_its_cookie() {
        let file = file(b"# -*- coding: latin-1 -*-\ns = '\xe9'; b = 2\n");
        assert!(file.problems.is_empty());
        assert!(file.text.contains('é'));
        assert_eq!(place(&file, "b = 2"), (2, 10, 35));
    }

    #[test]
    fn bytes_that_are_not_text_are_a_problem_and_the_rest_is_read() {
        let file = file(b"s = '\xff\xfe'\nb = 2\n");
        assert_eq!(file.problems.len(), 1);
        assert_eq!(place(&file, "b = 2"), (2, 1, 9));
    }

    #[test]
    fn offsets_past_the_end_are_the_end() {
        let file = file(b"a = 1\n");
        assert_eq!(file.position(99), file.position(6));
        assert_eq!(file.line_start(None, 3), None);
        assert_eq!(file.line_start(None, 1), Some(0));
    }
}
