//! Tests of lowering: small programs and the text of what they become.

use crate::ir::{Module, verify, write_module};
use crate::source::FileId;
use crate::syntax::parse;

mod stdlib;

fn lowered(text: &str) -> Module {
    let module = super::lower(FileId(0), &parse(text), text);
    assert_eq!(verify(&module), Vec::<String>::new(), "{}", write_module(&module));
    module
}
