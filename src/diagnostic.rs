//! What is reported, as plain data: the record that text, JSON, SARIF and the editor all render.

use crate::source::{FileId, Span};

/// How bad a finding is if it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Very likely not what was meant.
    Warning,
    /// Wrong or crashing whenever it runs.
    Error,
}

/// How sure the analysis is that the finding is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Rests on weak evidence.
    Possible,
    /// Rests on good evidence.
    Likely,
    /// Proved on every path.
    Certain,
}

/// Names of the variants of a scale, in the order of the scale.
macro_rules! named {
    ($type:ident, $what:literal, $($variant:ident = $name:literal),+) => {
        impl $type {
            /// Names from the lowest to the highest.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name that people write and read.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(format!("`{text}` is not a {}; it is one of {}", $what, Self::NAMES.join(", "))),
                }
            }
        }
    };
}

named!(Severity, "severity", Info = "info", Warning = "warning", Error = "error");
named!(Confidence, "confidence", Possible = "possible", Likely = "likely", Certain = "certain");

/// One place in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A place that explains the finding, in the order in which things happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub location: Location,
    /// What happens there.
    pub message: String,
}

/// Whether a fix may be applied without review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applicability {
    /// Changes nothing but the hazard.
    Safe,
    /// May change what the program does.
    Unsafe,
}

/// A replacement of bytes in the file of the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; an empty span inserts.
    pub location: Location,
    /// The new text.
    pub text: String,
}

/// A change that removes the hazard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it is safe.
    pub applicability: Applicability,
    /// The replacements.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kebab-case name of the hazard.
    pub hazard: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// One sentence that names the arrays and the harm.
    pub message: String,
    /// The primary place.
    pub location: Location,
    /// Qualified name of the enclosing function, `<module>` at the top.
    pub scope: String,
    /// The places in order: made, written, read.
    pub steps: Vec<Step>,
    /// What to do.
    pub help: Option<String>,
    /// A change that does it.
    pub fix: Option<Fix>,
}
