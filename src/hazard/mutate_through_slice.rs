//! # mutate-through-slice: a view is changed in place, and the array under it is read afterwards
//!
//! ## What
//!
//! A name is bound to a view (a slice, a row or column, a field, `.T`, `.real`, a reshape) of another array. The view is
//! changed in place and used for its own sake; then the other array is read, too.
//!
//! ## Why it hurts
//!
//! Basic slices of NumPy arrays share memory with the array they are taken from, unlike slices of lists. `recent *= 1.1` changes
//! `prices`, and everything computed from `prices` afterwards is wrong, silently.
//!
//! ## Bad
//!
//! ```python
//! prices = np.array([10., 20., 30., 40.])
//! recent = prices[-2:]
//! recent *= 1.1
//! print(recent.sum(), prices.sum())   # prices has changed
//! ```
//!
//! ## Good
//!
//! ```python
//! prices = np.array([10., 20., 30., 40.])
//! recent = prices[-2:] * 1.1          # a new array
//! print(recent.sum(), prices.sum())
//! ```
//!
//! ## Limits
//!
//! A view whose name only serves to write into its base is left alone (`block = a[i:j]; block[:] = 0; return a`). So is a
//! view of an array made blank, of one that is written by other means as well, and one made outside the loop that writes it. In a
//! script, where nothing is returned, the fill of a slice is reported when the array is shown afterwards.

use super::double_use::{DoubleUse, Kind};
use super::{Context, Group, Meta};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Location, Severity};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "mutate-through-slice",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for one in scene.double_uses().into_iter().filter(|one| one.kind == Kind::View) {
            acc.push(finding(cx, &scene.scope(), &one));
        }
    }
}

fn finding(cx: &Context<'_>, scope: &str, one: &DoubleUse<'_>) -> Diagnostic {
    let (handle, base) = (one.handle, &one.base);
    let is_here = one.making.is_some_and(|making| making.point.body == one.write.point.body && !cx.source(one.made).contains(" in "));
    let fix = is_here.then(|| Fix {
        title: "take a copy of the slice".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            location: Location { file: cx.module.file, span: Span { start: one.made.end, end: one.made.end } },
            text: ".copy()".to_owned(),
        }],
    });
    let help = if is_here {
        format!("if `{handle}` is meant to be an array of its own, take a copy: `{handle} = {}.copy()`", cx.source(one.made))
    } else {
        format!("if `{handle}` is meant to be an array of its own, take a copy of it before it is changed")
    };
    let mut steps = vec![
        cx.step(one.made, format!("`{handle}` is a view of `{base}`, made here")),
        cx.step(one.write.span, format!("`{handle}` is changed in place")),
        cx.step(one.read, format!("`{base}` is read here, after the change")),
    ];
    if let Some(sibling) = one.sibling {
        steps[0].message = format!("`{handle}` is a view, made here");
        steps.insert(1, cx.step(sibling, "this view shares the same memory"));
    }
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: one.confidence,
        message: format!("changing `{handle}` in place also changes `{base}`, which is read afterwards"),
        location: cx.location(one.write.span),
        scope: scope.to_owned(),
        steps,
        help: Some(help),
        fix,
    }
}
