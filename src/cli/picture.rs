//! `ndalias graph` and `ndalias inspect`.

use std::path::Path;

use serde::Serialize;

use super::args::{ConfigArguments, GraphArguments, GraphFormat, InspectArguments, InspectFormat};
use super::{Ending, Failure, fill, output, setup};
use crate::alias::inspect::innermost;
use crate::alias::unknown::{Unknown, Unknowns};
use crate::analysis::{OneFile, Options};
use crate::report::json::write_document;
use crate::report::unknown::UnknownsView;
use crate::source::{Disk, FileId, FileSystem as _, PathError, SourceFile};

/// Runs `graph`.
pub fn graph(arguments: &GraphArguments) -> Result<Ending, Failure> {
    let file = read(&arguments.file)?;
    let view = fill::graph(&file, &follow(&file, &arguments.config)?.understand());
    let to = arguments.output_file.as_deref();
    let default = if output::is_terminal(to) { GraphFormat::Dot } else { GraphFormat::Json };
    output::write(to, |out| match arguments.output_format.unwrap_or(default) {
        GraphFormat::Json => write_document(&view, out),
        GraphFormat::Dot => out.write_all(view.to_dot().as_bytes()),
    })?;
    Ok(Ending::Clean)
}

/// Runs `inspect`.
pub fn inspect(arguments: &InspectArguments) -> Result<Ending, Failure> {
    if arguments.explain_unknown && place(&arguments.place).is_err() {
        return explain_unknown(arguments);
    }
    let (path, cell, line) = place(&arguments.place)?;
    let file = read(Path::new(path))?;
    if file.is_notebook() && cell.is_none() {
        return Err(format!("`{path}` is a notebook; say which code cell: {path}:CELL:LINE, counted from 0").into());
    }
    let Some(offset) = file.line_start(cell, line) else {
        return Err(format!("`{}` names no line of the file; it has {}", arguments.place, size(&file)).into());
    };
    let one = follow(&file, &arguments.config)?;
    let limit = file.text[offset as usize..].find('\n').map_or(file.text.len(), |at| offset as usize + at);
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let mut view = fill::inspect(&file, one.picture(offset, limit), cell, line);
    if arguments.explain_unknown {
        let body = innermost(one.module(), offset);
        let is_asked = |one: &Unknown| one.body == body && one.span.start <= limit;
        view.unknown = Some(fill::unknown(&file, one.module(), &one.unknowns().unknown, is_asked));
    }
    show(arguments, &view, || view.to_text())
}

/// Runs `inspect FILE --explain-unknown`.
fn explain_unknown(arguments: &InspectArguments) -> Result<Ending, Failure> {
    let path = Path::new(&arguments.place);
    let file = read(path)?;
    let one = follow(&file, &arguments.config)?;
    let Unknowns { bindings, unknown } = one.unknowns();
    let unknown = fill::unknown(&file, one.module(), &unknown, |_| true);
    let view = UnknownsView { version: 1, path: file.path.clone(), bindings, unknown };
    show(arguments, &view, || view.to_text())
}

/// Writes what `inspect` found, as it was asked for.
fn show(arguments: &InspectArguments, view: &impl Serialize, text: impl Fn() -> String) -> Result<Ending, Failure> {
    let to = arguments.output_file.as_deref();
    let default = if output::is_terminal(to) { InspectFormat::Text } else { InspectFormat::Json };
    output::write(to, |out| match arguments.output_format.unwrap_or(default) {
        InspectFormat::Json => write_document(view, out),
        InspectFormat::Text => out.write_all(text().as_bytes()),
    })?;
    Ok(Ending::Clean)
}

fn read(path: &Path) -> Result<SourceFile, Failure> {
    let bytes = Disk.read(path).map_err(|error| PathError::new(path, &error))?;
    let file = SourceFile::from_bytes(FileId(0), path, &bytes);
    match file.problems.first() {
        Some(problem) if file.text.is_empty() => Err(format!("`{}`: {}", file.path, problem.message).into()),
        Some(_) | None => Ok(file),
    }
}

/// A file with those that it imports.
fn follow(file: &SourceFile, config: &ConfigArguments) -> Result<OneFile, Failure> {
    let configs = setup::configs(config, Options::default())?;
    let path = Path::new(&file.path);
    let whole = std::path::absolute(path).map_err(|error| PathError::new(path, &error))?;
    Ok(OneFile::read(&Disk, file, &whole, &*configs.profile(path)?))
}

/// Takes `FILE:LINE` or `NOTEBOOK.ipynb:CELL:LINE` apart.
fn place(text: &str) -> Result<(&str, Option<u32>, u32), Failure> {
    let wrong = || format!("`{text}` names no line; write FILE:LINE, in a notebook FILE:CELL:LINE");
    let (rest, line) = text.rsplit_once(':').ok_or_else(wrong)?;
    let line: u32 = line.parse().map_err(|_| wrong())?;
    if let Some((path, cell)) = rest.rsplit_once(':')
        && path.to_ascii_lowercase().ends_with(".ipynb")
        && let Ok(cell) = cell.trim_start_matches("cell ").parse()
    {
        return Ok((path, Some(cell), line));
    }
    Ok((rest, None, line))
}

fn size(file: &SourceFile) -> String {
    if file.is_notebook() {
        return format!("{} code cells, counted from 0", file.cells().len());
    }
    format!("{} lines", file.text.lines().count())
}
