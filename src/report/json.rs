//! JSON of `check`, version 1. Names and meanings of the fields are a contract with editors and CI systems.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::fingerprints;
use super::unknown::Statistics;
use super::view::{Range, range};
use super::{Report, Summary};
use crate::diagnostic::{Applicability, Diagnostic, Location};
use crate::source::Files;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    findings: Vec<Finding<'a>>,
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Statistics<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Finding<'a> {
    hazard: &'a str,
    severity: &'a str,
    confidence: &'a str,
    message: &'a str,
    path: &'a str,
    cell: Option<u32>,
    scope: &'a str,
    range: Range,
    steps: Vec<Step<'a>>,
    help: Option<&'a str>,
    fix: Option<Fix<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct Step<'a> {
    message: &'a str,
    path: &'a str,
    cell: Option<u32>,
    range: Range,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    path: &'a str,
    cell: Option<u32>,
    range: Range,
    text: &'a str,
}

/// How often a hazard was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Count<'a> {
    /// The hazard.
    pub hazard: &'a str,
    /// Number of findings.
    pub count: usize,
}

/// Writes a report; `statistics` is added where given.
///
/// # Errors
///
/// What the writer says.
pub fn write(report: &Report<'_>, statistics: Option<Statistics<'_>>, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.findings.iter().zip(fingerprints(report));
    let findings = findings.map(|(finding, fingerprint)| view(report.files, finding, fingerprint)).collect();
    let tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    let document = Document { version: 1, tool, findings, summary: report.summary, statistics };
    write_document(&document, out)
}

/// Writes any view as indented JSON with a line break at the end.
///
/// # Errors
///
/// What the writer says.
pub fn write_document(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document).map_err(io::Error::from)?;
    writeln!(out)
}

fn view<'a>(files: &'a Files, finding: &'a Diagnostic, fingerprint: String) -> Finding<'a> {
    let (path, cell, range) = place(files, finding.location);
    let steps = finding.steps.iter().map(|step| {
        let (path, cell, range) = place(files, step.location);
        Step { message: &step.message, path, cell, range }
    });
    let fix = finding.fix.as_ref().map(|fix| Fix {
        title: &fix.title,
        applicability: match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        },
        edits: fix
            .edits
            .iter()
            .map(|edit| {
                let (path, cell, range) = place(files, edit.location);
                Edit { path, cell, range, text: &edit.text }
            })
            .collect(),
    });
    Finding {
        hazard: finding.hazard,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        message: &finding.message,
        path,
        cell,
        scope: &finding.scope,
        range,
        steps: steps.collect(),
        help: finding.help.as_deref(),
        fix,
        fingerprint,
    }
}

fn place(files: &Files, location: Location) -> (&str, Option<u32>, Range) {
    let file = files.get(location.file);
    (&file.path, file.position(location.span.start).cell, range(file, location.span))
}
