//! API facts as data: the schema of `rules/**/*.toml`, loading, checking and lookup by qualified name.
//!
//! Text becomes a [`RuleSet`] in three steps: `reader` walks the TOML and keeps places, `entry` compiles each entry
//! (with `signature`, `condition` and `fact` for the small languages inside strings), `check` finds what is wrong
//! between results, cases and entries.

mod alias;
mod argument;
mod bind;
mod case;
mod check;
mod cond;
mod condition;
mod contract;
mod entry;
mod error;
mod fact;
mod family;
mod holder;
mod lexer;
mod library;
mod project;
pub mod public;
mod reader;
mod result;
pub mod schema;
mod set;
mod signature;
mod version;

#[cfg(test)]
mod tests;

pub use alias::AliasKind;
pub use bind::{ArgSource, BindProblem, Binding};
pub use case::{Gives, ResultKind};
pub use contract::Contract;
pub use error::RuleError;
pub use holder::HolderId;
pub use library::{LIBRARIES, Library, library_named, library_of_package, releases};
pub use project::{ProjectClass, ProjectRules};
pub use schema::*;
pub use set::{RuleSet, RuleText, check_rule_files};
pub use version::{Targets, Version, VersionRange};
