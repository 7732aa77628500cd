//! Text for people: the lines of the program with what happens at each, through codespan-reporting.

use std::io::{self, Write};
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label, Severity as Level};
use codespan_reporting::files::{Error, Files as CodespanFiles};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{Config, Styles, StylesWriter, emit_to_write_style};

use super::Report;
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::source::{FileId, Files, SourceFile, Span};

/// Whether the text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// With ANSI colours.
    Always,
    /// Plain.
    Never,
}

/// Writes a report.
///
/// # Errors
///
/// What the writer says.
pub fn write(report: &Report<'_>, color: Color, out: &mut dyn Write) -> io::Result<()> {
    match color {
        Color::Always => write_all(report, &mut Ansi::new(out)),
        Color::Never => write_all(report, &mut NoColor::new(out)),
    }
}

fn write_all(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let config = Config::default();
    let styles = Styles::default();
    let view = View { files: report.files };
    for finding in report.findings {
        let mut writer = StylesWriter::new(&mut *out, &styles);
        match emit_to_write_style(&mut writer, &config, &view, &shown(report.files, finding)) {
            Ok(()) => {}
            Err(Error::Io(error)) => return Err(error),
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    Ok(())
}

/// A finding in codespan's words. A step at the primary place lends it its words.
fn shown(files: &Files, finding: &Diagnostic) -> Shown<Piece> {
    let level = match finding.severity {
        Severity::Info => Level::Note,
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    };
    let label = |location: Location, is_primary: bool| {
        let (piece, range) = Piece::of(files, location);
        if is_primary { Label::primary(piece, range) } else { Label::secondary(piece, range) }
    };
    let here = finding.steps.iter().find(|step| step.location == finding.location);
    let mut labels = vec![label(finding.location, true).with_message(here.map_or("", |step| &step.message))];
    let others = finding.steps.iter().filter(|step| step.location != finding.location);
    labels.extend(others.map(|step| label(step.location, false).with_message(&step.message)));
    let notes = finding.help.iter().map(|help| format!("help: {help}")).collect();
    Shown::new(level).with_code(finding.hazard).with_message(&finding.message).with_labels(labels).with_notes(notes)
}

/// What codespan takes for a file: a script, or one cell of a notebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    file: FileId,
    cell: Option<u32>,
}

impl Piece {
    /// The piece that holds a location, and the place in it. A range that runs past its cell is cut.
    fn of(files: &Files, location: Location) -> (Self, Range<usize>) {
        let file = files.get(location.file);
        let cell = file.cell_at(location.span.start);
        let whole = Self::span(file, cell.map(|cell| cell.index));
        let start = location.span.start.clamp(whole.start, whole.end) - whole.start;
        let end = location.span.end.clamp(whole.start, whole.end) - whole.start;
        let piece = Self { file: location.file, cell: cell.map(|cell| cell.index) };
        (piece, start as usize..end.max(start) as usize)
    }

    fn span(file: &SourceFile, cell: Option<u32>) -> Span {
        let whole = Span { start: 0, end: u32::try_from(file.text.len()).unwrap_or(u32::MAX) };
        let of_cell = |index| file.cells().iter().find(|cell| cell.index == index).map(|cell| cell.span);
        cell.and_then(of_cell).unwrap_or(whole)
    }
}

/// The files as codespan asks for them.
struct View<'a> {
    files: &'a Files,
}

impl<'a> CodespanFiles<'a> for View<'a> {
    type FileId = Piece;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, piece: Piece) -> Result<String, Error> {
        let path = &self.files.get(piece.file).path;
        Ok(piece.cell.map_or_else(|| path.clone(), |cell| format!("{path}:cell {cell}")))
    }

    fn source(&'a self, piece: Piece) -> Result<&'a str, Error> {
        let file = self.files.get(piece.file);
        Ok(file.text_of(Piece::span(file, piece.cell)))
    }

    fn line_index(&'a self, piece: Piece, at: usize) -> Result<usize, Error> {
        let file = self.files.get(piece.file);
        let start = Piece::span(file, piece.cell).start;
        let at = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(start);
        Ok(file.line_at(at) - file.line_at(start))
    }

    fn line_range(&'a self, piece: Piece, line: usize) -> Result<Range<usize>, Error> {
        let file = self.files.get(piece.file);
        let start = Piece::span(file, piece.cell).start;
        let span = file.line_span(line + file.line_at(start));
        Ok((span.start - start) as usize..(span.end - start) as usize)
    }
}
