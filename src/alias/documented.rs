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

/// What an annotation says. `None`: it is something else.
pub(super) fn of_annotation(text: &str) -> Option<Evidence> {
    if text.contains("ndarray") || text.contains("NDArray") {
        let mixed = ["DataFrame", "Series", "Tensor", "Sequence", "list", "List", "ArrayLike"];
        return Some(if mixed.iter().any(|word| text.contains(word)) { Evidence::Use } else { Evidence::Declared });
    }
    if text.contains("ArrayLike") || text.trim_matches(['"', '\'']) == "Array" {
        return Some(Evidence::Use);
    }
    if text.contains("Any") || text.contains("object") || text.contains("TypeVar") {
        return Some(Evidence::None);
    }
    None
}

/// The line `name : type` of a NumPy-style docstring, `name (type):` of a Google-style one, `:type name: type` of a Sphinx one.
/// `None`: it is something else.
pub(super) fn of_docstring(text: &str, name: &str) -> Option<Evidence> {
    for line in text.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix(":type ").or_else(|| line.strip_prefix("@type ")) {
            match rest.split_once(':') {
                Some((of, kind)) if of.trim() == name => return of_kind(&kind.trim().to_ascii_lowercase()),
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
        return of_kind(&kind.to_ascii_lowercase());
    }
    Some(Evidence::None)
}

fn of_kind(kind: &str) -> Option<Evidence> {
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    let mixed =
        has(&[" or ", "list", "sequence", "dataframe", "series", "sparse", "tensor", "str", "callable", "|", "{"]);
    if ["list of", "tuple of", "dict", "sequence of", "iterable of", "generator"]
        .iter()
        .any(|word| kind.starts_with(word))
    {
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
            ("x : DataFrame", Evidence::None),
            ("x : instance of Raw", Evidence::None),
            ("y : ndarray", Evidence::None),
        ] {
            assert_eq!(of_docstring(text, "x"), Some(evidence), "{text}");
        }
        assert_eq!(of_docstring("x : int", "x"), None);
    }
}
