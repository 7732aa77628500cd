//! What names and docstrings say of what a function means to do to its arguments.

use super::query::Scene;
use crate::ir::Local;

/// Words in a docstring that announce a write to an argument.
const ANNOUNCED: &[&str] = &[
    "in place",
    "in-place",
    "inplace",
    "overwrit",
    "modif",
    "destroy",
    "mutat",
    "updated",
    "side effect",
    "side-effect",
    "output array",
    "clobber",
    "altered",
    "gets filled",
    "is filled",
    "scribbl",
    "storage",
    "on exit",
    "on output",
    "on return",
    "workspace",
    "work array",
    "scratch",
    "stored in",
];

/// First words of functions whose business it is to change what they are given.
const CHANGING_VERBS: &[&str] = &[
    "update",
    "fill",
    "set",
    "reset",
    "put",
    "store",
    "write",
    "assign",
    "swap",
    "accumulate",
    "overwrite",
    "init",
    "initialize",
    "initialise",
    "populate",
    "increment",
    "append",
    "patch",
    "restore",
    "mutate",
    "insert",
    "delete",
    "zero",
    "clear",
    "add",
    "apply",
    "shuffle",
    "inplace",
    "permute",
    "impute",
    "copyto",
    "load",
    "read",
    "save",
];

/// Parameters that exist to be written.
const OUTPUTS: &[&str] = &[
    "out",
    "output",
    "outputs",
    "result",
    "results",
    "res",
    "ret",
    "dest",
    "dst",
    "destination",
    "buffer",
    "buf",
    "work",
    "workspace",
    "tmp",
    "temp",
    "scratch",
    "acc",
    "accum",
    "accumulator",
    "into",
    "cache",
    "storage",
    "rv",
    "retval",
];

/// Parameters by which a caller says whether an argument may be written.
const FLAGS: &[&str] = &["copy", "overwrite", "inplace"];

impl Scene<'_> {
    /// Whether the function says, by its name or docstring, that it changes an argument, or lets the caller choose.
    #[must_use]
    pub fn announces_writes(&self) -> bool {
        let names = &self.cx.facts.names;
        let announced = self.body.docstring.is_some_and(|text| {
            let text = names.text(text).to_ascii_lowercase();
            ANNOUNCED.iter().any(|word| text.contains(word))
        });
        announced || name_announces(names.text(self.body.name)) || self.has_flag()
    }

    /// Whether a parameter lets the caller choose between a copy and a write.
    #[must_use]
    pub fn has_flag(&self) -> bool {
        self.body.params.iter().any(|param| {
            let name = self.name(param.local).unwrap_or("").replace("in_place", "inplace");
            name.split('_').any(|word| FLAGS.contains(&word))
        })
    }

    /// Whether a parameter's name says that it is there to be written.
    #[must_use]
    pub fn is_output(&self, param: Local) -> bool {
        let name = self.name(param).unwrap_or("").to_ascii_lowercase();
        name.ends_with('_') || name.split('_').any(|word| OUTPUTS.contains(&word))
    }

    /// Whether only code of this file is meant to call the function: a leading underscore, or it stands in another function.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        let is_nested = self.body.parent.is_some_and(|parent| {
            let parent = &self.cx.module.bodies[parent];
            matches!(parent.kind, crate::ir::BodyKind::Function | crate::ir::BodyKind::Lambda)
        });
        let is_call = self.cx.facts.names.text(self.body.name) == "__call__";
        is_nested
            || self
                .body
                .qualname
                .split('.')
                .enumerate()
                .any(|(depth, part)| part.starts_with('_') && !(is_call && depth > 0))
    }
}

/// Whether a function's name says that it changes what it is given.
fn name_announces(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let plain = lower.trim_start_matches('_');
    let first = plain.split('_').next().unwrap_or("");
    let is_dunder = name.starts_with("__") && name.ends_with("__");
    lower.contains("inplace")
        || lower.contains("in_place")
        || name.ends_with('_') && !is_dunder
        || ["update", "save"].iter().any(|verb| plain.starts_with(verb))
        || plain.split('_').any(|word| word == "update")
        || CHANGING_VERBS.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::name_announces;

    #[test]
    fn names_that_announce_writes() {
        for name in
            ["zero_negatives_inplace", "clamp_", "updatepole", "_multiplicative_update_w", "_fill", "replace_in_place"]
        {
            assert!(name_announces(name), "{name}");
        }
        for name in ["normalise", "__call__", "mean", "filled"] {
            assert!(!name_announces(name), "{name}");
        }
    }
}
