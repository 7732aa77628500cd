//! Three-valued answers.

use crate::rules::Stated;

/// Yes, no, or not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Tri {
    /// On every run.
    Yes,
    /// On no run.
    No,
    /// Not known, or different from run to run.
    #[default]
    Maybe,
}

impl Tri {
    /// From what is known for sure.
    #[must_use]
    pub fn known(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// From what a rule says.
    #[must_use]
    pub fn stated(flag: Stated) -> Self {
        match flag {
            Stated::Yes => Self::Yes,
            Stated::No => Self::No,
            Stated::Varies => Self::Maybe,
        }
    }

    /// What holds of one of two possibilities.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        if self == other { self } else { Self::Maybe }
    }
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            (Self::Maybe, Self::Yes | Self::Maybe) | (Self::Yes, Self::Maybe) => Self::Maybe,
        }
    }
    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negate().and(other.negate()).negate()
    }
    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
        }
    }
}
