//! The laws that the analysis rests on, on random values, states and programs.
//!
//! * `join` is the least upper bound: commutative, associative, idempotent, and above both sides (`laws/lattice.rs`);
//! * transfer is monotone: who starts with more possibilities ends with no fewer (`laws/programs.rs`);
//! * nothing depends on how variables are called, on the layout of the source, on the order of functions that do not depend on
//!   each other, on the order of the files, or on the number of threads (`laws/invariance.rs`).
//!
//! `PROPTEST_CASES=2000` runs more; what fails shrinks to the smallest case.

#[path = "laws/invariance.rs"]
mod invariance;
#[path = "laws/lattice.rs"]
mod lattice;
#[path = "laws/programs.rs"]
mod programs;
