//! The abstract interpreter: what every name may hold, what shares memory with what, and what is written, read and kept.
//!
//! Definitions. An array *object* is a header; a *memory* is where elements are. Two arrays are *the same* if they are one
//! object, and *share* if they are two objects and have a byte in common. All sets of possibilities are *may* information: what
//! is not in them happens on no run. *Must* is read off one-element sets and off value numbers.
//!
//! ```python
//! def f(x):                       # x: object O(x) over memory P(x), if it is an array at all
//!     y = np.asarray(x)           # y: O(x) over P(x), or a fresh array
//!     y[0] = 1                    # written: P(x) sometimes
//!     return y.T                  # another object, over P(x) or the fresh memory
//! ```

mod apply;
mod attribute;
mod bind;
mod call;
mod container;
pub mod domain;
mod driver;
pub mod dtype;
mod engine;
pub mod event;
mod evidence;
mod expression;
mod extent;
pub mod facts;
pub mod geometry;
mod guard;
mod instantiate;
mod language;
mod outcome;
mod state;
mod subscript;
mod summary;
mod transfer;
mod tri;

pub use tri::Tri;
