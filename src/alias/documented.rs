//! What annotations and docstrings say of a parameter: is it an array?
//!
//! ```python
//! def scale(x: np.ndarray): ...
//!
//! def scale(x):
//!     """Scale.
//!
//!     Parameters
//!     ----------
//!     x : array_like
//!     """
//! ```

use super::facts::Evidence;
use crate::ir::ParamKind;

/// Types that hold arrays, hand them out or take them, and are none.
const HOLDERS: &[&str] = &[
    "tuple",
    "list",
    "dict",
    "mapping",
    "mutablemapping",
    "defaultdict",
    "ordereddict",
    "sequence",
    "mutablesequence",
    "set",
    "frozenset",
    "deque",
    "collection",
    "iterable",
    "iterator",
    "generator",
    "callable",
    "type",
    "awaitable",
    "coroutine",
];

/// Types that say something about the one inside.
const WRAPPERS: &[&str] =
    &["optional", "union", "annotated", "final", "classvar", "initvar", "required", "notrequired"];

/// What an annotation says. `None`: it is something else.
pub(super) fn of_annotation(text: &str) -> Option<Evidence> {
    let parts = alternatives(text);
    let is_array = |part: &&str| part.contains("ndarray") || part.contains("NDArray");
    let (own, held): (Vec<&str>, Vec<&str>) = parts.into_iter().partition(|part| !is_holder(part));
    if own.iter().any(is_array) {
        let mixed = ["DataFrame", "Series", "Tensor", "ArrayLike"];
        let is_mixed = !held.is_empty() || own.iter().any(|part| mixed.iter().any(|word| part.contains(word)));
        return Some(if is_mixed { Evidence::Use } else { Evidence::Declared });
    }
    if own.iter().any(|part| part.contains("ArrayLike") || *part == "Array") {
        return Some(Evidence::Use);
    }
    if text.contains("Any") || text.contains("object") || text.contains("TypeVar") || held.iter().any(is_array) {
        return Some(Evidence::None);
    }
    None
}

/// The types that an annotation allows: `np.ndarray` and `None` of `Optional[np.ndarray]`.
fn alternatives(text: &str) -> Vec<&str> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let parts = split(text, '|');
    if parts.len() > 1 {
        return parts.into_iter().flat_map(alternatives).collect();
    }
    match text.split_once('[') {
        Some((head, rest)) if names(head, WRAPPERS) => {
            let inside = rest.strip_suffix(']').unwrap_or(rest);
            split(inside, ',').into_iter().flat_map(alternatives).collect()
        }
        _ => vec![text],
    }
}

/// Cuts a type at a separator that stands in no brackets.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0_i32;
    text.split(|letter: char| {
        depth += i32::from(matches!(letter, '[' | '(')) - i32::from(matches!(letter, ']' | ')'));
        depth == 0 && letter == separator
    })
    .collect()
}

fn is_holder(part: &str) -> bool {
    names(part.split('[').next().unwrap_or(part), HOLDERS)
}

/// Whether the last part of a dotted name is one of these words.
fn names(head: &str, words: &[&str]) -> bool {
    let last = head.rsplit('.').next().unwrap_or(head).trim();
    words.iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// What the docstring says. `None`: it is something else.
pub(super) fn of_docstring(kind: Option<&str>) -> Option<Evidence> {
    kind.map_or(Some(Evidence::None), of_kind)
}

/// What the docstring says of the things that a parameter holds: `masks : list of ndarray`.
pub(super) fn of_documented_elements(kind: Option<&str>) -> Evidence {
    const HELD: &[&str] = &["list of ", "tuple of ", "sequence of ", "iterable of ", "list(", "list["];
    let Some(kind) = kind else { return Evidence::None };
    let held = HELD.iter().find_map(|start| kind.strip_prefix(start)).map(|held| held.replace("arrays", "array"));
    held.and_then(|held| of_kind(held.trim_end_matches([')', ']']))).unwrap_or_default()
}

/// What an annotation says of the things that a parameter holds: `masks: list[np.ndarray]`, `*masks: np.ndarray`.
pub(super) fn of_annotated_elements(text: &str, kind: ParamKind) -> Evidence {
    if matches!(kind, ParamKind::VarPositional | ParamKind::VarKeyword) {
        return of_annotation(text).unwrap_or_default();
    }
    let held = alternatives(text).into_iter().filter(|part| is_holder(part)).filter_map(|part| {
        let inside = part.split_once('[')?.1.strip_suffix(']')?;
        split(inside, ',').into_iter().rfind(|one| one.trim() != "...").and_then(of_annotation)
    });
    held.min().unwrap_or_default()
}

/// The line `name : type` of a NumPy-style docstring, `name (type):` of a Google-style one, `:type name: type` of a Sphinx one.
pub(super) fn documented_kind(text: &str, name: &str) -> Option<String> {
    let mut done = 0;
    for (at, _) in text.match_indices(name) {
        // Only lines that hold the name can be it.
        if at < done {
            continue;
        }
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        done = end;
        let line = text[start..end].trim();
        if let Some(rest) = line.strip_prefix(":type ").or_else(|| line.strip_prefix("@type ")) {
            match rest.split_once(':') {
                Some((of, kind)) if of.trim() == name => return Some(kind.trim().to_ascii_lowercase()),
                _ => continue,
            }
        }
        let Some((names, kind)) = line.split_once(':').map(|(left, right)| (left.trim(), right.trim())) else {
            continue;
        };
        let kind = if let Some((before, inside)) = names.split_once('(') {
            if before.trim() != name {
                continue;
            }
            inside.trim_end_matches(')')
        } else if names.split(',').any(|one| one.trim().trim_start_matches('*') == name) {
            kind
        } else {
            continue;
        };
        return Some(kind.to_ascii_lowercase());
    }
    None
}

fn of_kind(kind: &str) -> Option<Evidence> {
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    let mixed =
        has(&[" or ", "list", "sequence", "dataframe", "series", "sparse", "tensor", "str", "callable", "|", "{"]);
    let holders = ["list of", "tuple of", "dict", "sequence of", "iterable of", "generator"];
    if holders.iter().any(|word| kind.starts_with(word)) || kind.contains('[') && is_holder(kind) {
        return Some(Evidence::None);
    }
    if has(&["array_like", "array-like", "arraylike", "array like"]) {
        return Some(Evidence::Use);
    }
    let mut words = kind.split(|letter: char| !letter.is_alphanumeric());
    if has(&["ndarray"]) || words.any(|word| word == "array") {
        return Some(if mixed { Evidence::Use } else { Evidence::Declared });
    }
    if has(&["dataframe", "sparse", "tensor", "series", "callable", "dict"]) {
        return Some(Evidence::None);
    }
    let other = ["int", "float", "bool", "str", "list", "tuple", "object", "none", "scalar", "number"];
    if other.iter().any(|word| kind.starts_with(word)) { None } else { Some(Evidence::None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_parameters_in_docstrings() {
        for (text, evidence) in [
            ("x : ndarray of shape (n, 3)", Evidence::Declared),
            ("x : n-d array", Evidence::Declared),
            ("x (np.array): the image", Evidence::Declared),
            (":type x: numpy.ndarray", Evidence::Declared),
            ("x : array_like", Evidence::Use),
            ("x : {ndarray, sparse matrix}", Evidence::Use),
            ("x : list of arrays", Evidence::None),
            ("x : Tuple[ndarray, ...]", Evidence::None),
            ("x : DataFrame", Evidence::None),
            ("x : instance of Raw", Evidence::None),
            ("y : ndarray", Evidence::None),
        ] {
            assert_eq!(of_docstring(documented_kind(text, "x").as_deref()), Some(evidence), "{text}");
        }
        assert_eq!(of_docstring(documented_kind("x : int", "x").as_deref()), None);
    }

    #[test]
    fn what_holds_arrays_is_none() {
        for (text, evidence) in [
            ("np.ndarray", Evidence::Declared),
            ("'np.ndarray'", Evidence::Declared),
            ("Optional[npt.NDArray[np.float64]]", Evidence::Declared),
            ("np.ndarray | None", Evidence::Declared),
            ("Union[np.ndarray, List[float]]", Evidence::Use),
            ("npt.ArrayLike", Evidence::Use),
            ("Tuple[np.ndarray, ...]", Evidence::None),
            ("dict[str, np.ndarray]", Evidence::None),
            ("Optional[list[np.ndarray]]", Evidence::None),
            ("typing.Callable[[np.ndarray], np.ndarray]", Evidence::None),
        ] {
            assert_eq!(of_annotation(text), Some(evidence), "{text}");
        }
        assert_eq!(of_annotation("list[int]"), None);
        assert_eq!(of_annotation("int"), None);
    }
}
