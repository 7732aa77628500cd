//! # write-to-flatten: a store into the fresh result of a call
//!
//! ## What
//!
//! `a.flatten()[i] = v`, `a.astype(t)[...] = v`, `np.sort(a)[0] = v`: the call makes a new array, the store goes into it, and
//! nothing holds it afterwards.
//!
//! ## Why it hurts
//!
//! Nothing is raised, and `a` is not changed. `a.ravel()[i] = v` looks the same and works for a contiguous array.
//!
//! ## Bad
//!
//! ```python
//! import numpy as np
//!
//! a = np.zeros((2, 2))
//! a.flatten()[0] = 5                   # a is still all zeros
//! np.tril(a)[0, 0] = 9                 # so it is here
//! ```
//!
//! ## Good
//!
//! ```python
//! import numpy as np
//!
//! a = np.zeros((2, 2))
//! a.flat[0] = 5                        # writes through
//! low = np.tril(a)
//! low[0, 0] = 9                        # a copy with a name, to be used
//! ```
//!
//! ## Limits
//!
//! Silent where the call may return a view on some run, where it is a method of a class of the program, and where it takes no
//! array.

use super::query::Scene;
use super::temporary::Temporary;
use super::{Context, Group, Meta};
use crate::alias::event::{Callee, Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::Rvalue;
use crate::source::Span;

/// What is known of the hazard.
pub const META: Meta = Meta {
    name: "write-to-flatten",
    group: Group::LostWrite,
    severity: Severity::Error,
    fix: Some(Applicability::Safe),
};

/// Methods that have a twin which writes through.
const TWINS: &[(&str, &str)] = &[("numpy.ndarray.flatten", "flat")];

/// Finds stores into a copy that a call made.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for event in scene.events {
            let EventKind::Write { through, how: WriteHow::Subscript | WriteHow::AugmentedSubscript, .. } = event.kind
            else {
                continue;
            };
            let Some(copy) = scene.temporary(event, through) else { continue };
            let is_call = matches!(copy.value, Rvalue::Call { .. } | Rvalue::CallMethod { .. });
            if is_call && scene.takes_array(event.block, copy.point, copy.value) && !scene.is_expected_to_fail(event) {
                acc.push(finding(&scene, event, &copy));
            }
        }
    }
}

fn finding(scene: &Scene<'_>, event: &Event, copy: &Temporary<'_>) -> Diagnostic {
    let cx = scene.cx;
    let call = cx.source(copy.span);
    let twin = twin(scene, copy);
    let help = match twin {
        Some((name, object, _)) => format!("write through: `{}.{name}[...] = ...`", cx.source(object)),
        None => format!("give the copy a name and use it, or write to the array that `{call}` is made from"),
    };
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: if copy.evidence >= Evidence::Declared { Confidence::Certain } else { Confidence::Likely },
        message: format!("the write is lost: `{call}` is a new array that nothing holds"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps: vec![
            cx.step(copy.span, format!("`{call}` makes a new array")),
            cx.step(event.span, "the write goes into it, and then it is gone"),
        ],
        help: Some(help),
        fix: twin.filter(|_| copy.is_direct).map(|(name, object, call)| Fix {
            title: format!("write through `.{name}`"),
            applicability: Applicability::Safe,
            edits: vec![Edit {
                location: cx.location(Span { start: object.end, end: call.end }),
                text: format!(".{name}"),
            }],
        }),
    }
}

/// The attribute that writes through where the method copies, with the places of the receiver and of the call.
fn twin(scene: &Scene<'_>, copy: &Temporary<'_>) -> Option<(&'static str, Span, Span)> {
    let Rvalue::CallMethod { object, args, .. } = copy.value else { return None };
    let Callee::Rule(rule) = scene.call_at(copy.point)?.callee else { return None };
    let name = &scene.cx.rules.rule(rule).name;
    let (_, twin) = TWINS.iter().find(|(method, _)| method == name)?;
    args.is_empty().then_some((*twin, object.span, copy.span))
}
