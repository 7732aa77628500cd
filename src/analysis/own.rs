//! Findings of the pipeline itself, about the file and not about its arrays.

use crate::diagnostic::Severity;

/// A function does not do what its contract says.
pub const BROKEN_CONTRACT: &str = "broken-contract";
/// The file, or a part of it, is not Python.
pub const SYNTAX_ERROR: &str = "syntax-error";
/// A comment silences nothing.
pub const UNUSED_SUPPRESSION: &str = "unused-suppression";
/// ndalias failed on the file.
pub const INTERNAL_ERROR: &str = "internal-error";

/// A kind of finding that the pipeline makes.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Its name.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What `explain` says.
    pub page: &'static str,
}

impl Own {
    /// All of them, sorted by name.
    pub const ALL: [Self; 4] = [
        Self {
            name: BROKEN_CONTRACT,
            severity: Severity::Warning,
            page: "# broken-contract: a function does not do what its contract says\n\nA contract is a line of the docstring, \
                   `ndalias: returns view of x or copy` or `ndalias: writes out` (`ndalias: writes nothing`), or a rule for the \
                   function in a rule file of your own. Callers rely on it; where the body is at hand it is checked, not trusted. A \
                   result is `same as x`, `view of x`, `copy`, `scalar`, `none` or `unknown`; several are joined by `or`. What a \
                   contract leaves out it leaves open. A parameter that the contract names as written draws no finding of \
                   `mutate-parameter`.\n",
        },
        Self {
            name: INTERNAL_ERROR,
            severity: Severity::Error,
            page: "# internal-error: ndalias failed on this file\n\nThis is a mistake in ndalias. Nothing is said about the \
                   file; the others are analysed, and the exit code is 2. It cannot be silenced.\n",
        },
        Self {
            name: SYNTAX_ERROR,
            severity: Severity::Error,
            page: "# syntax-error: this is not Python\n\nWhat could be parsed of the file is still analysed. Notebooks that \
                   are not valid JSON and bytes that are not text are reported under this name too.\n",
        },
        Self {
            name: UNUSED_SUPPRESSION,
            severity: Severity::Info,
            page: "# unused-suppression: a comment silences nothing\n\n`# ndalias: allow[name] reason` silences the hazards \
                   it names on its line, `# ndalias: allow-file[name] reason` in the whole file. One that silences nothing \
                   hides the next real finding: remove it, or correct the name in it.\n",
        },
    ];

    /// The one of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        const ALL: &[Own] = &Own::ALL;
        ALL.iter().find(|own| own.name == name)
    }
}
