//! The abstract interpreter.

pub mod dtype;
pub mod facts;
mod tri;

pub use tri::Tri;
