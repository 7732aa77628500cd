//! Calls that raise on NumPy, and are not said never to.

use ndalias::alias::inspect::picture;
use ndalias::rules::{RuleSet, Targets};
use ndalias::source::FileId;
use ndalias::{lower, syntax};

/// What the analysis says of a call that raised: that it does not, if it takes `r` for an array whatever happens.
pub fn judge_raising(setup: &str, call: &str, targets: &Targets) -> Option<String> {
    let head = "import numpy as np\nimport copy, math\nfrom numpy.lib import stride_tricks";
    let text = format!("{head}\n{setup}\nr = None\ntry:\n    r = {call}\nexcept Exception:\n    pass\ndone = True\n");
    let parsed = syntax::parse(&text);
    if !parsed.errors.is_empty() {
        return None;
    }
    let module = lower::lower(FileId(0), &parsed, &text);
    let end = u32::try_from(text.len()).expect("a short program");
    let picture = picture(&module, RuleSet::embedded(), targets, &syntax::statements(&parsed), 0, end);
    let is_sure = picture.arrays.iter().any(|array| array.name == "r" && array.only_arrays);
    is_sure.then(|| "it raises, and is not said to".to_owned())
}
