//! # plain-assign-alias-mutated: a second name is taken for a copy, and one name's change shows under the other
//!
//! ## What
//!
//! `b = a` gives the same array a second name. `b` is changed in place and used, while `a` is still read as if it had kept its
//! values.
//!
//! ## Why it hurts
//!
//! Assignment never copies. There is one array, and both names show every change.
//!
//! ## Bad
//!
//! ```python
//! start = np.zeros(3)
//! position = start
//! position += velocity
//! print(np.abs(position - start))     # always zero
//! ```
//!
//! ## Good
//!
//! ```python
//! start = np.zeros(3)
//! position = start + velocity
//! print(np.abs(position - start))
//! ```
//!
//! ## Limits
//!
//! A name that only serves to write into the array is left alone, as is a local named like the attribute it stands for
//! (`weights = self.weights`), and one made outside the loop that writes it.

use super::double_use::{DoubleUse, Kind};
use super::{Context, Group, Meta};
use crate::alias::event::EventKind;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "plain-assign-alias-mutated",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for one in scene.double_uses().into_iter().filter(|one| one.kind == Kind::Alias) {
            let value = scene.events.iter().find_map(|event| match event.kind {
                EventKind::Bind { from: Some(from), .. } if event.span == one.made => Some(from.span),
                _ => None,
            });
            acc.push(finding(cx, &scene.scope(), &one, value));
        }
    }
}

fn finding(cx: &Context<'_>, scope: &str, one: &DoubleUse<'_>, value: Option<Span>) -> Diagnostic {
    let (handle, base) = (one.handle, &one.base);
    let fix = value.map(|value| Fix {
        title: "take a copy".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            location: cx.location(Span { start: value.end, end: value.end }),
            text: ".copy()".to_owned(),
        }],
    });
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: one.confidence,
        message: format!("`{handle}` and `{base}` are one array: changing `{handle}` in place changes `{base}`, which is read afterwards"),
        location: cx.location(one.write.span),
        scope: scope.to_owned(),
        steps: vec![
            cx.step(one.made, format!("`{handle}` becomes a second name for `{base}`; nothing is copied")),
            cx.step(one.write.span, format!("`{handle}` is changed in place")),
            cx.step(one.read, format!("`{base}` is read here, after the change")),
        ],
        help: Some(format!("take a copy: `{handle} = {base}.copy()`")),
        fix,
    }
}
