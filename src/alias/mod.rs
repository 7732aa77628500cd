//! The abstract interpreter.

pub mod dtype;
pub mod facts;
pub mod geometry;
pub mod shares;
mod tri;

pub use tri::Tri;
