//! # mutate-parameter: a function changes its array argument in place, though it looks as if it only computed something
//!
//! ## What
//!
//! A function writes into an array it was given (`x -= x.mean()`, `x.sort()`, `x[mask] = 0`) and returns a value computed from
//! it. Neither its name nor its docstring says that the argument changes.
//!
//! ## Why it hurts
//!
//! The caller's data is destroyed at a distance: the second call sees other numbers than the first, and nothing at the call shows it.
//!
//! ## Bad
//!
//! ```python
//! def normalise(x):
//!     x -= x.mean()
//!     return x / x.std()
//! ```
//!
//! ## Good
//!
//! ```python
//! def normalise(x):
//!     x = x - x.mean()                # a new array
//!     return x / x.std()
//! ```
//!
//! ## Limits
//!
//! A function that returns nothing, or whose name or docstring says that it works in place, is left alone; so are parameters named
//! like outputs (`out`, `buffer`), and functions that let the caller choose (`copy=`, `overwrite_x=`). A function with a leading
//! underscore is reported only where a call in the same file reads the array afterwards.

use std::collections::BTreeSet;

use super::parameter_write::ParameterWrite;
use super::{Context, Group, Meta};
use crate::alias::event::{EventKind, WriteHow};
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{BodyId, Rvalue, StmtKind};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "mutate-parameter",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    let mut reported: BTreeSet<(BodyId, Span)> = BTreeSet::new();
    let mut through_callees = Vec::new();
    for scene in cx.scenes() {
        let writes = scene.unexpected_parameter_writes();
        if writes.is_empty() {
            continue;
        }
        let elsewhere = scene.double_uses();
        for write in writes {
            let is_told = elsewhere.iter().any(|one| one.memory == write.memory);
            if write.is_maybe || is_told || scene.cause(&write).is_some() {
                reported.insert((scene.id, write.write.span));
                continue;
            }
            let updated = match scene.stmt(write.write).map(|stmt| &stmt.kind) {
                Some(StmtKind::Assign { value: Rvalue::InPlace { target, .. }, .. }) => Some(target.span),
                _ => None,
            };
            let updated = updated.filter(|_| write.handle == write.param);
            if let EventKind::Write { how: WriteHow::Callee(body, span), .. } = write.write.kind {
                through_callees.push((scene.scope(), write, (body, span)));
            } else {
                reported.insert((scene.id, write.write.span));
                acc.push(finding(cx, scene.scope(), &write, updated));
            }
        }
    }
    for (scope, write, cause) in through_callees {
        if !reported.contains(&cause) {
            acc.push(finding(cx, scope, &write, None));
        }
    }
}

fn finding(cx: &Context<'_>, scope: String, write: &ParameterWrite<'_>, target: Option<Span>) -> Diagnostic {
    let param = &write.param;
    let function = scope.rsplit('.').next().unwrap_or(&scope).to_owned();
    let mut steps = Vec::new();
    if let Some(made) = write.made {
        steps.push(cx.step(made, format!("`{}` is, or is a view of, the caller's `{param}`", write.handle)));
    }
    let what = write.attribute.map_or(String::new(), |attribute| format!("{attribute} of the "));
    steps.push(cx.step(write.write.span, format!("the {what}caller's `{param}` is changed here")));
    if let EventKind::Write { how: WriteHow::Callee(_, span), .. } = write.write.kind {
        steps.push(cx.step(span, "this is what changes it".to_owned()));
    }
    if let Some(caller) = &write.caller {
        caller.tell(cx, &function, &mut steps);
    }
    let operation = target.and_then(|target| rewritten(cx, target, write.write.span));
    let help = match &operation {
        Some((_, text)) => format!("make a new array: `{text}`; or say in the docstring that `{param}` is changed in place"),
        None => format!("work on a copy (`{param} = {param}.copy()`), or say in the docstring that `{param}` is changed in place"),
    };
    let fix = operation.map(|(span, text)| Fix {
        title: "make a new array instead of changing the argument".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { location: cx.location(span), text }],
    });
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{function}` changes the {what}caller's array `{param}`, and does not say so"),
        location: cx.location(write.write.span),
        scope,
        steps,
        help: Some(help),
        fix,
    }
}

/// `x -= y` as `x = x - (y)`, with the bytes it replaces.
fn rewritten(cx: &Context<'_>, target: Span, whole: Span) -> Option<(Span, String)> {
    let rest = cx.source(Span { start: target.end, end: whole.end });
    let (operator, value) = rest.split_once('=')?;
    let (name, operator, value) = (cx.source(target), operator.trim(), value.trim());
    let is_simple = value.chars().all(|letter| letter.is_alphanumeric() || "_.()[]".contains(letter));
    let value = if is_simple { value.to_owned() } else { format!("({value})") };
    Some((whole, format!("{name} = {name} {operator} {value}")))
}
