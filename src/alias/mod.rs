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

pub mod account;
mod advanced;
mod apply;
mod argument;
mod attribute;
mod bind;
mod by_name;
mod call;
mod callback;
mod compared;
mod container;
mod dictionary;
mod documented;
pub mod domain;
mod driver;
pub mod dtype;
mod each;
mod effect;
mod engine;
mod enter;
pub mod event;
mod evidence;
pub mod export;
mod expression;
pub(crate) mod extent;
pub mod facts;
mod fits;
mod frame;
pub mod geometry;
pub mod graph;
mod guard;
pub mod heap;
mod holder;
mod inherit;
pub mod inspect;
mod instance;
mod instantiate;
mod iteration;
mod key;
mod language;
mod learn;
pub mod link;
pub mod locals;
mod log;
mod lookup;
mod mapping;
mod memo;
mod memory_guard;
mod metadata;
pub mod namesake;
mod namespace;
mod operator;
mod outcome;
mod picked;
mod plain;
mod pool;
mod promise;
#[cfg(test)]
mod proofs;
mod raising;
mod raising_language;
mod reason;
pub mod relation;
mod result_facts;
mod rule_writes;
mod runs;
mod sequence;
mod shape_argument;
mod shared;
pub mod shares;
mod special;
mod stand_in;
pub mod state;
mod statics;
mod store_attribute;
mod subclass;
mod subscript;
pub mod summary;
mod transfer;
mod tri;
pub mod unknown;
pub mod variant;
mod wide_index;

pub use driver::BodyFacts;
pub use tri::Tri;

use rustc_hash::FxHashMap;

use crate::ir::{BodyId, ClassId, Module, Name, NameTable, Table};
use crate::rules::{RuleId, RuleSet, Targets};
use crate::source::Span;
use domain::{ObjectId, Pool};

/// What is known about every array of a file.
#[derive(Debug)]
pub struct AliasFacts {
    /// Everything interned.
    pub pool: Pool,
    /// The module's names, and the dotted paths made from them.
    pub names: NameTable,
    /// What was found in each body.
    pub bodies: Table<BodyId, BodyFacts>,
    /// How objects came about.
    pub makings: FxHashMap<ObjectId, event::Making>,
    /// What a call of each body does.
    pub summaries: Table<BodyId, Option<std::rc::Rc<summary::Summary>>>,
    /// What calls of functions do that pass a flag, or leave its default.
    pub variants: FxHashMap<BodyId, Vec<variant::Variant>>,
    /// The rules that apply somewhere in the file, and where each does first.
    pub used_rules: FxHashMap<RuleId, Span>,
    /// Facts of attributes of the file's classes, over all methods.
    pub attributes: FxHashMap<(ClassId, Name), facts::Facts>,
}

/// Follows every array through a file.
#[must_use]
pub fn analyze(module: &Module, rules: &RuleSet, targets: &Targets) -> AliasFacts {
    let driver::Analyzed { engine, bodies } = driver::run(module, rules, targets);
    AliasFacts {
        pool: engine.pool,
        names: engine.names,
        bodies,
        makings: engine.makings,
        summaries: engine.summaries,
        variants: engine.variants,
        used_rules: engine.used_rules,
        attributes: engine.attrs,
    }
}
