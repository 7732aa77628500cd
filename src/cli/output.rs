//! Where output goes: standard output, or a file.

use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

use super::Failure;
use super::args::When;
use crate::report::text::Color;
use crate::source::{Disk, FileSystem as _};

/// Writes through `print` to `file`, or to standard output. A reader that has gone is a normal end.
pub fn write(file: Option<&Path>, print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    if let Some(path) = file {
        let mut text = Vec::new();
        let written = print(&mut text).and_then(|()| Disk.write(path, &text));
        let wrong = |error: io::Error| format!("cannot write `{}`: {error}; check --output-file", path.display());
        return Ok(written.map_err(wrong)?);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match print(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("cannot write the output: {error}; is the disk full?").into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Whether people look at the output.
pub fn is_terminal(file: Option<&Path>) -> bool {
    file.is_none() && io::stdout().is_terminal()
}

/// Whether to colour: as asked, else on a terminal that has not said otherwise (`NO_COLOR`, `TERM=dumb`).
pub fn color(when: When, file: Option<&Path>) -> Color {
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match when {
        When::Always => Color::Always,
        When::Auto if is_terminal(file) && !is_plain => Color::Always,
        When::Auto | When::Never => Color::Never,
    }
}
