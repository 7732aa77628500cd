//! # inplace-method-on-copy: an in-place method or function works on a temporary copy
//!
//! ## What
//!
//! `a[mask].sort()`, `a[rows].fill(0)`, `np.copyto(a[mask], v)`, `np.add(x, 1, out=a[mask])`: the argument that is written is a
//! copy made on the spot, and nothing holds it afterwards.
//!
//! ## Why it hurts
//!
//! Nothing is raised, and `a` is not changed. With a slice (`a[:3].sort()`) the same line works.
//!
//! ## Bad
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([3, 1, 2, 9])
//! a[[0, 1, 2]].sort()                  # sorts a copy
//! a[a > 5].fill(0)                     # fills a copy
//! np.add(a[a < 3], 10, out=a[a < 3])   # writes to a copy
//! ```
//!
//! ## Good
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([3, 1, 2, 9])
//! a[[0, 1, 2]] = np.sort(a[[0, 1, 2]])
//! a[a > 5] = 0
//! np.add(a, 10, out=a, where=a < 3)
//! ```
//!
//! ## Limits
//!
//! Silent where the argument may be a view on some run, where what the call returns is used, and where the copy is fresh memory
//! that takes nothing from another array (`np.empty(3)`).

use super::query::Scene;
use super::temporary::Temporary;
use super::{Context, Group, Meta};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::ir::{Operand, Rvalue};
use crate::rules::{RuleId, Written};

/// What is known of the hazard.
pub const META: Meta =
    Meta { name: "inplace-method-on-copy", group: Group::LostWrite, severity: Severity::Warning, fix: None };

/// Finds calls that write to a temporary copy, and whose result is thrown away.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for event in scene.events {
            let EventKind::Write { through, how: WriteHow::Call(rule), what: Written::Data, .. } = event.kind else {
                continue;
            };
            if !scene.call_at(event.point).is_some_and(|call| call.discarded) {
                continue;
            }
            let Some(copy) = scene.temporary(event, through) else { continue };
            if copies_array(&scene, event, &copy) && !scene.is_expected_to_fail(event) {
                acc.push(finding(&scene, event, through, rule, &copy));
            }
        }
    }
}

/// Whether the elements of the copy come from an array: it is an advanced index, or a call that copies from an argument.
fn copies_array(scene: &Scene<'_>, event: &Event, copy: &Temporary<'_>) -> bool {
    match copy.value {
        Rvalue::Index { .. } => true,
        Rvalue::Call { .. } | Rvalue::CallMethod { .. } => {
            scene.takes_array(event.block, copy.point, copy.value) && scene.copies_from_argument(copy)
        }
        _ => false,
    }
}

impl Scene<'_> {
    /// Whether the call that made a copy says from which argument: `np.empty_like(a)` takes nothing from `a`.
    fn copies_from_argument(&self, copy: &Temporary<'_>) -> bool {
        use crate::alias::event::Callee;
        match self.call_at(copy.point).map(|call| &call.callee) {
            Some(Callee::Rule(rule)) => self.cx.rules.rule(*rule).results.iter().any(|outcome| !outcome.of.is_empty()),
            Some(Callee::Bodies(_)) => true,
            Some(Callee::Path(_) | Callee::Method(_) | Callee::Unknown) | None => false,
        }
    }
}

fn finding(scene: &Scene<'_>, event: &Event, through: Operand, rule: RuleId, copy: &Temporary<'_>) -> Diagnostic {
    let cx = scene.cx;
    let name = cx.rules.rule(rule).name.rsplit('.').next().unwrap_or_default();
    let (target, made) = (cx.source(through.span), cx.source(copy.span));
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: if copy.evidence >= Evidence::Declared { Confidence::Certain } else { Confidence::Likely },
        message: format!("`{name}` works in place on `{target}`, a temporary copy: the result is lost"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(copy.span, format!("`{made}` is a copy that nothing else holds")),
            cx.step(event.span, format!("`{name}` writes to it, and then it is gone")),
        ],
        help: Some(match copy.value {
            Rvalue::Index { object, index } => {
                let (base, key) = (cx.source(object.span), cx.source(index.span));
                format!("assign the result back: `{base}[{key}] = ...`")
            }
            _ => "give the copy a name and use it, or work on the array itself".to_owned(),
        }),
        fix: None,
    }
}
