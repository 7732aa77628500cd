//! The pipeline: from files to findings.
//!
//! Each file goes through reading, parsing, lowering, the abstract interpreter and the hazards, in parallel with the
//! others. Its own configuration then decides what is kept, comments silence what people have looked at, and what is left
//! of all files is sorted. One file that makes ndalias fail becomes a finding, and the others are still analysed.

mod config;
mod contract;
mod exports;
mod named;
mod one_file;
mod outcome;
mod own;
mod pipeline;
mod profile;
mod requirement;
mod selection;
mod suggest;
mod suppression;
mod toml_config;

pub use config::{ConfigError, ConfigSource, Configs};
pub use named::{NamedFunction, NoFunction, find_function};
pub use one_file::{OneFile, Understood, used_rules};
pub use outcome::{Outcome, Timings};
pub use own::{BROKEN_CONTRACT, INTERNAL_ERROR, Own, SYNTAX_ERROR, UNUSED_SUPPRESSION};
pub use pipeline::{Input, Progress, Silent, analyze};
pub use profile::{Options, Profile};
pub use selection::{Selection, Selector, known_words};
pub use suggest::did_you_mean;
pub use toml_config::line_of;
