//! Classes of objects that hold arrays.

use super::rules;

const TEXT: &str = r#"
holders = ["t.Frame", "t.Column"]
buffers = ["t.Bytes"]

[[callable]]
names = ["t.Frame"]
signature = "(data)"
results = [{ is = "view", of = "data", class = "t.Frame" }]
cases = [{ setup = "a = np.zeros(3)", call = "t.Frame(a)", gives = "view of a" }]
"#;

#[test]
fn a_file_lists_the_classes_that_hold_arrays() {
    let rules = rules(TEXT);
    let column = rules.holder("t.Column").expect("it is listed");
    assert_eq!(rules.holder_name(column), "t.Column");
    assert_ne!(rules.holder("t.Frame"), Some(column));
    assert_eq!(rules.holder("t.Row"), None);
    let bytes = rules.holder("t.Bytes").expect("it is listed");
    assert!(rules.is_buffer(bytes) && !rules.is_buffer(column));
    assert_eq!(rules.holder("numpy.ndarray"), None);
}
