//! Why a value is unknown.
//!
//! The first thing that was not known is kept through all that follows from it: of `x = load(); y = x.data[0].copy()` it is the
//! call of `load` that `y` is unknown for. So the reasons, counted, say which rule is worth writing next.

use crate::ir::{Name, NameTable};

/// Why something is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reason {
    /// What was not known first.
    pub cause: Cause,
    /// What was done since.
    pub via: Via,
}

/// What is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// A set of possibilities that grew too large. First, so that it stays where it meets other causes.
    Budget,
    /// A call of something without a rule, whose body is not seen.
    Call(Option<Name>),
    /// A call of a method of something whose class is not known.
    Method(Name),
    /// A call of something whose rule does not say what comes back.
    Rule(Name),
    /// An attribute of something whose class is not known.
    Attribute(Name),
    /// An element of something that is not known to have any.
    Element,
    /// A name that is bound nowhere.
    Name(Name),
    /// A construct that is not modelled.
    Construct(&'static str),
    /// An attribute of an attribute of an attribute..., too many deep.
    Depth,
}

/// What was done to something unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Via {
    /// Nothing.
    Itself,
    /// Something was taken out of it, or computed from it.
    Part,
    /// It, or a method of it, was called.
    Call,
}

impl From<Cause> for Reason {
    fn from(cause: Cause) -> Self {
        Self { cause, via: Via::Itself }
    }
}

impl Reason {
    /// The reason of what follows from something unknown.
    #[must_use]
    pub fn then(self, via: Via) -> Self {
        Self { via, ..self }
    }

    /// Whether it is what a call gave.
    #[must_use]
    pub fn is_result(self) -> bool {
        match self.via {
            Via::Itself => matches!(self.cause, Cause::Call(_) | Cause::Method(_) | Cause::Rule(_)),
            Via::Part => false,
            Via::Call => true,
        }
    }
}

impl Cause {
    /// One word for the kind.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Method(_) => "method",
            Self::Rule(_) => "rule",
            Self::Attribute(_) => "attribute",
            Self::Element => "element",
            Self::Name(_) => "name",
            Self::Construct(_) => "construct",
            Self::Budget | Self::Depth => "limit",
        }
    }

    /// The name or construct that it is about.
    #[must_use]
    pub fn what(self, names: &NameTable) -> Option<&str> {
        match self {
            Self::Call(name) => name.map(|name| names.text(name)),
            Self::Method(name) | Self::Rule(name) | Self::Attribute(name) | Self::Name(name) => Some(names.text(name)),
            Self::Construct(what) => Some(what),
            Self::Budget => Some("too many possibilities"),
            Self::Depth => Some("too many attributes deep"),
            Self::Element => None,
        }
    }
}
