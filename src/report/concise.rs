//! One line for each finding: `path:line:column: severity[hazard] message`, in a notebook `path:cell N:line:column: …`.

use std::io::{self, Write};

use super::Report;

/// Writes a report.
///
/// # Errors
///
/// What the writer says.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings {
        let file = report.files.get(finding.location.file);
        let at = file.position(finding.location.span.start);
        write!(out, "{}:", file.path)?;
        if let Some(cell) = at.cell {
            write!(out, "cell {cell}:")?;
        }
        let (severity, hazard, message) = (finding.severity.name(), finding.hazard, &finding.message);
        writeln!(out, "{}:{}: {severity}[{hazard}] {message}", at.line, at.column)?;
    }
    Ok(())
}
