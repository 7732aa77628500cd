//! What names and docstrings say of what a function means to do to its arguments.

use super::query::Scene;
use crate::ir::Local;
use crate::rules::Contract;

/// Beginnings of words in a docstring that announce a write to an argument.
const ANNOUNCED: &[&str] = &[
    "in place",
    "in-place",
    "inplace",
    "overwrit",
    "modify",
    "modifies",
    "modifying",
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

/// Those of them that a method does to its object.
const OF_OBJECTS: &[&str] = &["set", "store", "append", "insert", "load", "add"];

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

/// Words by which a docstring says that something does not happen.
const NEGATIONS: &[&str] =
    &["not", "never", "without", "no", "nor", "cannot", "avoid", "avoids", "prevent", "prevents"];

/// Words before "modified" by which it says what happens, other than in "a modified Bessel function".
const HAPPENS: &[&str] =
    &["is", "are", "be", "been", "being", "was", "were", "get", "gets", "directly", "also", "array", "input"];

impl Scene<'_> {
    /// Whether the function says by its docstring that it changes an argument, or lets the caller choose.
    #[must_use]
    pub fn announces_writes(&self) -> bool {
        let docstring = self.body.docstring.map(|text| self.cx.facts.names.text(text));
        docstring.is_some_and(docstring_announces) || self.has_flag()
    }

    /// Whether the function says by its name that it changes this argument: `update_weights(weights, gradient)` says so of
    /// `weights`, and `normalise_inplace(x, y)` of both.
    #[must_use]
    pub fn is_announced_by_name(&self, param: Local) -> bool {
        let params = self.body.params.iter().map(|one| one.local);
        let others: Vec<&str> = params.filter(|one| *one != param).filter_map(|one| self.name(one)).collect();
        let name = self.cx.facts.names.text(self.body.name);
        if self.receiver().is_some() && is_about_self(name) {
            return false;
        }
        name_announces(name, self.name(param).unwrap_or(""), &others)
    }

    /// Whether a parameter lets the caller choose between a copy and a write.
    #[must_use]
    pub fn has_flag(&self) -> bool {
        self.body.params.iter().any(|param| is_flag(self.name(param.local).unwrap_or("")))
    }

    /// Whether a parameter's name says that it is there to be written.
    #[must_use]
    pub fn is_output(&self, param: Local) -> bool {
        let name = self.name(param).unwrap_or("").to_ascii_lowercase();
        name.ends_with('_')
            || name.split('_').any(|word| OUTPUTS.contains(&word))
            || self.contract().is_some_and(|contract| contract.announces_write(self.name(param).unwrap_or("")))
    }

    /// What the docstring promises.
    fn contract(&self) -> Option<Contract> {
        let docstring = self.body.docstring.map(|text| self.cx.facts.names.text(text))?;
        Contract::of_docstring(docstring).ok().flatten()
    }

    /// Whether only code of this file is meant to call the function: a leading underscore, or it stands in another function.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        let is_nested = self.body.parent.is_some_and(|parent| {
            let parent = &self.cx.module.bodies[parent];
            matches!(parent.kind, crate::ir::BodyKind::Function | crate::ir::BodyKind::Lambda)
        });
        let is_dunder = |part: &str| part.starts_with("__") && part.ends_with("__");
        is_nested || self.body.qualname.split('.').any(|part| part.starts_with('_') && !is_dunder(part))
    }
}

/// Whether a parameter of this name says whether arguments may be written.
pub(super) fn is_flag(name: &str) -> bool {
    name.replace("in_place", "inplace").split('_').any(|word| FLAGS.contains(&word))
}

/// Whether a docstring says that an argument is changed.
fn docstring_announces(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let announced = ANNOUNCED.iter().any(|start| occurrences(&text, start).any(|at| !is_negated(&text[..at])));
    announced || occurrences(&text, "modified").any(|at| says_modified(&text[..at], &text[at + "modified".len()..]))
}

/// Where words that begin so stand in a text.
fn occurrences<'t>(text: &'t str, start: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(start)
        .map(|(at, _)| at)
        .filter(|at| !text[..*at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_'))
}

/// The last words of what stands before a word, within its sentence.
fn words_before(before: &str) -> impl Iterator<Item = &str> {
    let sentence = before.rsplit(['.', ';', ':']).next().unwrap_or("");
    sentence
        .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
        .rev()
        .filter(|word| !word.is_empty())
        .take(4)
}

fn is_negated(before: &str) -> bool {
    words_before(before).any(|word| NEGATIONS.contains(&word) || word.ends_with("n't"))
}

/// Whether "modified" between these two is said of what happens to something.
fn says_modified(before: &str, after: &str) -> bool {
    let ends_clause =
        after.trim_start_matches([' ', '\n']).starts_with(['.', ',', ')', ';']) || after.trim().is_empty();
    let happens = words_before(before).take(2).any(|word| HAPPENS.contains(&word));
    (happens || ends_clause) && !is_negated(before)
}

/// Whether a method's name says that it changes its object by what it is given: `set_data(data)`.
fn is_about_self(name: &str) -> bool {
    OF_OBJECTS.contains(&name.trim_start_matches('_').split('_').next().unwrap_or(""))
}

/// Whether a function's name says that it changes a parameter.
fn name_announces(name: &str, param: &str, others: &[&str]) -> bool {
    let lower = name.to_ascii_lowercase();
    let plain = lower.trim_start_matches('_');
    let words: Vec<&str> = plain.split('_').collect();
    let is_dunder = name.starts_with("__") && name.ends_with("__");
    if is_dunder {
        return false;
    }
    if lower.contains("inplace") || lower.contains("in_place") || name.ends_with('_') {
        return true;
    }
    let changes = ["update", "save"].iter().any(|verb| plain.starts_with(verb))
        || words.iter().any(|word| ["update", "swap"].contains(word))
        || CHANGING_VERBS.contains(&words[0]);
    let object = plain.split_once('_').map_or("", |(_, object)| object);
    let is_of_other = object != param && others.contains(&object);
    changes && !is_of_other
}

#[cfg(test)]
mod tests {
    use super::{docstring_announces, name_announces};

    #[test]
    fn names_that_announce_writes() {
        for name in
            ["zero_negatives_inplace", "clamp_", "updatepole", "_multiplicative_update_w", "_fill", "replace_in_place"]
        {
            assert!(name_announces(name, "x", &[]), "{name}");
        }
        for name in ["normalise", "__call__", "__init__", "mean", "filled"] {
            assert!(!name_announces(name, "x", &[]), "{name}");
        }
        assert!(name_announces("update_weights", "weights", &["gradient"]));
        assert!(name_announces("compare_and_swap", "array", &["old", "val"]));
        assert!(!name_announces("update_weights", "gradient", &["weights"]));
    }

    #[test]
    fn docstrings_that_announce_writes() {
        for text in [
            "Scale `x` in place.",
            "Modifies the weights.",
            "The array x is modified.",
            "x : ndarray, will be overwritten",
            "Centre x.\n\nx is not copied. It is modified.",
        ] {
            assert!(docstring_announces(text), "{text}");
        }
        for text in [
            "This array is not modified.",
            "Works without modifying its input in place.",
            "A random permutation.",
            "The modified Bessel function.",
            "The input stays unmodified",
            "A slightly modified version of the algorithm.",
        ] {
            assert!(!docstring_announces(text), "{text}");
        }
    }
}
