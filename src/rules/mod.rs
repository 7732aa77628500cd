//! API facts as data: the schema of `rules/**/*.toml`, loading, checking and lookup by qualified name.

pub mod schema;

pub use schema::*;
