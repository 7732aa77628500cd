//! API facts as data: the schema of `rules/**/*.toml`, loading, checking and lookup by qualified name.

pub mod schema;
mod set;

pub use schema::*;
pub use set::{RuleError, RuleSet, RuleText, Targets, check_rule_files};
