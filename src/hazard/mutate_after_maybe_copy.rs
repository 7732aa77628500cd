//! # mutate-after-maybe-copy: converted "to be safe", then changed: an array of the right kind was not copied
//!
//! ## What
//!
//! A parameter goes through a function that copies only where it must (`asarray`, `ravel`, `astype(copy=False)`, `atleast_2d`),
//! or is copied on one branch only. The result is then changed in place.
//!
//! ## Why it hurts
//!
//! Lists and arrays of another dtype or layout are copied, and all is well. An array that fits already is handed through, and
//! the caller's data is destroyed. Tests with lists pass.
//!
//! ## Bad
//!
//! ```python
//! def centre(x):
//!     x = np.asarray(x, dtype=float)
//!     x -= x.mean()                   # the caller's array, if it is one of floats
//!     return x
//! ```
//!
//! ## Good
//!
//! ```python
//! def centre(x):
//!     x = np.array(x, dtype=float)    # always a copy
//!     x -= x.mean()
//!     return x
//! ```
//!
//! ## Limits
//!
//! Functions that say that they work in place, return nothing, or let the caller choose are left alone, and parameters named like
//! outputs. A copy made on one branch is reported only if the test looks at the array itself.

use super::conversion::Cause;
use super::parameter_write::ParameterWrite;
use super::{Context, Group, Meta};
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::rules::{Relation, RuleId};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "mutate-after-maybe-copy",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Safe),
};

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for write in scene.unexpected_parameter_writes() {
            if let Some(cause) = scene.cause(&write) {
                acc.push(finding(cx, scene.scope(), &write, &cause));
            }
        }
    }
}

/// Whether a call gives a table or a tensor, of which a copy is made in other ways.
fn makes_holder(cx: &Context<'_>, rule: RuleId) -> bool {
    let mut classes = cx.rules.rule(rule).results.iter().filter_map(|outcome| outcome.class.as_deref());
    classes.any(|class| cx.rules.holder(class).is_some())
}

fn finding(cx: &Context<'_>, scope: String, write: &ParameterWrite<'_>, cause: &Cause) -> Diagnostic {
    let (param, handle) = (&write.param, write.handle);
    let part = write.attribute.map_or(String::new(), |attribute| format!("{attribute} of the "));
    let function = scope.rsplit('.').next().unwrap_or(&scope).to_owned();
    let because = match cause {
        Cause::Call(_, Some(rule)) => cx
            .rules
            .rule(*rule)
            .results
            .iter()
            .find(|outcome| matches!(outcome.is, Relation::Same | Relation::View))
            .and_then(|outcome| outcome.because.as_deref()),
        Cause::Call(_, None) | Cause::Branch(_) => None,
    };
    let (made, what) = match cause {
        Cause::Call(span, _) => (*span, format!("converted here, but not copied{}", because.map_or(String::new(), |text| format!(" if {text}")))),
        Cause::Branch(span) => (*span, "copied here, but not on the other branch".to_owned()),
    };
    let mut steps = vec![cx.step(made, what), cx.step(write.write.span, format!("`{handle}` is changed here"))];
    if let Some(caller) = &write.caller {
        caller.tell(cx, &function, &mut steps);
    }
    let makes_array = match cause {
        Cause::Call(_, Some(rule)) => !makes_holder(cx, *rule),
        Cause::Call(_, None) => true,
        Cause::Branch(_) => false,
    };
    let fix = makes_array.then(|| Fix {
        title: "take a copy of the converted array".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit { location: cx.location(Span { start: made.end, end: made.end }), text: ".copy()".to_owned() }],
    });
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{function}` changes the {part}caller's array `{param}` if the conversion does not copy it, and leaves it alone otherwise"),
        location: cx.location(write.write.span),
        scope,
        steps,
        help: Some(format!("make `{handle}` private before it is changed: convert with a function that always copies, or add `.copy()`")),
        fix,
    }
}
