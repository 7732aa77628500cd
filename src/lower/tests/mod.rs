//! Tests of lowering: small programs and the text of what they become.

use crate::ir::{Module, verify, write_module};
use crate::source::FileId;
use crate::syntax::parse;

mod assign;
mod broken;
mod comprehension;
mod context;
mod control;
mod expr;
mod pattern;
mod position;
mod protect;
mod scope;
mod stdlib;

fn lowered(text: &str) -> Module {
    let module = super::lower(FileId(0), &parse(text), text);
    assert_eq!(verify(&module), Vec::<String>::new(), "{}", write_module(&module));
    module
}

/// Asserts that `program` lowers to `expected`.
fn check(program: &str, expected: &str) {
    let actual = write_module(&lowered(program.trim_matches('\n')));
    assert!(actual.trim_end() == expected.trim_matches('\n'), "lowers to\n{actual}");
}
