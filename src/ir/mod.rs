//! The intermediate form: Python with its scopes resolved, its expressions taken apart and its control flow made explicit.
//!
//! A [`Module`] holds one [`Body`] for the file itself and one for every function, lambda and class. A body is a control
//! flow graph of [`Block`]s. Every operation that can make, alias, read or write an array is one [`Stmt`].
//!
//! Two kinds of variables keep states small. A [`Local`] is a Python variable, or a value that lives across blocks; the
//! abstract state has a slot for each. A [`Temp`] is defined once and used only in the block that defines it.
//!
//! ```python
//! y = x[1:] * 2
//! ```
//! lowers to
//! ```text
//! %0 = index x[1:_]
//! %1 = binary Mul %0, 2
//! y = use %1
//! ```
//!
//! Comprehensions are inlined as loops with variables of their own. `a and b`, `a if c else b` become branches that assign
//! one synthetic local. `x += y` becomes an [`Rvalue::InPlace`] followed by the store that Python does.

mod body;
mod ids;
mod names;
mod operator;
mod stmt;
mod text;
mod verify;
mod visit;

pub use body::*;
pub use ids::*;
pub use names::NameTable;
pub use operator::*;
pub use stmt::*;
pub use text::{write_body, write_module};
pub use verify::verify;
