//! What is known of a hazard before any code is read.

use std::str::FromStr;

use crate::diagnostic::{Applicability, Severity};

/// A hazard's identity.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// Kebab-case name of the bad pattern; also its file, its fixture folder, and what follows `allow`.
    pub name: &'static str,
    /// What it harms.
    pub group: Group,
    /// How bad it is.
    pub severity: Severity,
    /// How safe its fix is, where it has one.
    pub fix: Option<Applicability>,
}

/// What a hazard harms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Data changes under someone who did not expect it.
    Mutation,
    /// A write never reaches the array it was meant for.
    LostWrite,
    /// A write to memory that must not be written.
    ReadOnly,
    /// Input and output, or elements of one array, share memory.
    Overlap,
    /// Memory lives longer or shorter than it should.
    Lifetime,
    /// The meaning depends on the library's version.
    Version,
    /// A copy that nobody needs.
    NeedlessCopy,
    /// Memory shared between threads or processes.
    Concurrency,
}

impl Group {
    /// All groups.
    pub const ALL: [Self; 8] = [
        Self::Mutation,
        Self::LostWrite,
        Self::ReadOnly,
        Self::Overlap,
        Self::Lifetime,
        Self::Version,
        Self::NeedlessCopy,
        Self::Concurrency,
    ];

    /// The name that people write and read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mutation => "mutation",
            Self::LostWrite => "lost-write",
            Self::ReadOnly => "read-only",
            Self::Overlap => "overlap",
            Self::Lifetime => "lifetime",
            Self::Version => "version",
            Self::NeedlessCopy => "needless-copy",
            Self::Concurrency => "concurrency",
        }
    }

    /// Whether its hazards are reported unless asked not to.
    #[must_use]
    pub fn is_on_by_default(self) -> bool {
        self != Self::NeedlessCopy
    }
}

impl FromStr for Group {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|group| group.name() == text).ok_or(())
    }
}
