//! Array libraries that are handed over as `xp`, the name that the array API standard uses.
//!
//! ```python
//! def centred(x, xp):
//!     return x - xp.mean(xp.asarray(x))       # `xp` is NumPy, or something like it
//! ```
//!
//! They are read as NumPy: what memory other libraries share is theirs.

use crate::ir::{ArgKind, Body, Module, OperandKind, Place, Rvalue, StmtKind};
use crate::rules::{RuleSet, Targets};

/// Names that array libraries are handed over by. Arrays go by the first one, too: `interp(x, xp, fp)`.
const NAMES: [&str; 2] = ["xp", "np"];

/// Whether a parameter is used as an array library: a function of NumPy is called on it that is no method of arrays.
#[must_use]
pub(super) fn is_handed_over(module: &Module, body: &Body, index: usize, rules: &RuleSet, targets: &Targets) -> bool {
    let local = body.params[index].local;
    let Some(name) = body.locals[local].name else { return false };
    if !NAMES.contains(&module.names.text(name)) {
        return false;
    }
    let mut is_used = false;
    for stmt in body.blocks.iter().flat_map(|block| &block.stmts) {
        let value = match &stmt.kind {
            StmtKind::Assign { place: Place::Local(bound), .. } if *bound == local => return false,
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => value,
            _ => continue,
        };
        if let Rvalue::CallMethod { object, method, args, .. } = value
            && object.kind == OperandKind::Local(local)
            && args.first().is_some_and(|arg| arg.kind == ArgKind::Positional)
        {
            let method = module.names.text(*method);
            let knows = |path: &str| rules.callable(&format!("{path}.{method}"), targets).is_some();
            is_used |= knows("numpy") && !knows("numpy.ndarray");
        }
    }
    is_used
}

/// Whether objects keep array libraries in attributes of this name. `xp` may also be the places to interpolate from.
#[must_use]
pub(super) fn is_kept_as(name: &str) -> bool {
    name == "_xp"
}
