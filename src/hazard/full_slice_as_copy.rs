//! # full-slice-as-copy: `a[:]` copies a list; of an array it is a view of everything
//!
//! ## What
//!
//! `b = a[:]` (or `a[...]`, `a[:, :]`) of an array, then one of the two is changed in place while the other is still used.
//!
//! ## Why it hurts
//!
//! `[:]` is the idiom to copy a list. For an array it makes a second array over the same memory: there is no copy, and what is done
//! to one is done to both.
//!
//! ## Bad
//!
//! ```python
//! original = np.array([3, 1, 2])
//! work = original[:]
//! work.sort()
//! print(original)                     # sorted as well
//! ```
//!
//! ## Good
//!
//! ```python
//! original = np.array([3, 1, 2])
//! work = original.copy()
//! work.sort()
//! print(original)
//! ```
//!
//! ## Limits
//!
//! What is not known to be an array is left alone: `[:]` of a list is right. So is an array that is only handed out afterwards.

use super::double_use::{DoubleUse, Kind};
use super::{Context, Group, Meta};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::ir::Rvalue;
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "full-slice-as-copy",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for one in scene.double_uses().into_iter().filter(|one| one.kind == Kind::FullSlice) {
            acc.push(finding(cx, &scene.scope(), &one));
        }
    }
}

fn finding(cx: &Context<'_>, scope: &str, one: &DoubleUse<'_>) -> Diagnostic {
    let (handle, base) = (one.handle, &one.base);
    let object = match one.making.and_then(|making| cx.made_by(making)) {
        Some(Rvalue::Index { object, .. }) => Some(object.span),
        _ => None,
    };
    let fix = object.filter(|object| object.end < one.made.end).map(|object| Fix {
        title: "take a real copy".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            location: cx.location(Span { start: object.end, end: one.made.end }),
            text: ".copy()".to_owned(),
        }],
    });
    let source = object.map_or(base.as_str(), |object| cx.source(object));
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: one.confidence,
        message: format!("`{}` is a view, not a copy: changing `{handle}` also changes `{base}`", cx.source(one.made)),
        location: cx.location(one.write.span),
        scope: scope.to_owned(),
        steps: vec![
            cx.step(one.made, "this is a view of the whole array".to_owned()),
            cx.step(one.write.span, format!("`{handle}` is changed in place")),
            cx.step(one.read, format!("`{base}` is read here, after the change")),
        ],
        help: Some(format!("take a real copy: `{source}.copy()`")),
        fix,
    }
}
