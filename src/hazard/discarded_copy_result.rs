//! # discarded-copy-result: a call that only returns a new array stands alone
//!
//! ## What
//!
//! `np.append(a, x)`, `np.sort(a)`, `a.astype(float)`, `a.reshape(2, 3)` as a statement: the call changes nothing and its result
//! is thrown away.
//!
//! ## Why it hurts
//!
//! The line looks as if it changed `a`, as `list.append` and `list.sort` do. Two published GAN repositories trained with an empty
//! replay buffer because of it.
//!
//! ## Bad
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([3, 1, 2])
//! np.append(a, 9)                      # a still has three elements
//! np.sort(a)                           # a is still [3, 1, 2]
//! a.astype(float)                      # a still holds integers
//! ```
//!
//! ## Good
//!
//! ```python
//! import numpy as np
//!
//! a = np.array([3, 1, 2])
//! a = np.append(a, 9)
//! a.sort()                             # the method sorts in place
//! a = a.astype(float)
//! ```
//!
//! ## Limits
//!
//! Silent in `try`, before a `raise`, in tests and checks, in timed code, inside `with pytest.raises(...)`, and for the last expression of a notebook
//! cell, which is shown. Calls that return numbers or
//! several arrays are not reported.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::Atom;
use crate::alias::event::{CallEvent, Callee, Event, EventKind};
use crate::alias::facts::Evidence;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{ArgKind, BodyKind, CallArg, Rvalue, StmtKind};
use crate::rules::{ParamKind, Rule};
use crate::source::Span;

/// What is known of the hazard.
pub const META: Meta = Meta {
    name: "discarded-copy-result",
    group: Group::LostWrite,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// Finds statements that are a pure call.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes() {
        for event in scene.events {
            let EventKind::Call(call) = &event.kind else { continue };
            let Callee::Rule(rule) = call.callee else { continue };
            let rule = cx.rules.rule(rule);
            if !call.discarded || !scene.is_all_pure(event) || !gives_array(cx, call) {
                continue;
            }
            let Some(StmtKind::Eval { value }) = scene.stmt(event).map(|stmt| &stmt.kind) else { continue };
            if !may_write(cx, rule, call, value)
                && scene.takes_array(event.block, event.point, value)
                && !scene.is_trial(event)
                && !is_shown(&scene, event)
                && !is_message(cx, event.span)
            {
                acc.push(finding(&scene, event, rule, call));
            }
        }
    }
}

/// Whether an argument is passed to a parameter that the rule writes: `out`, be it an array for all that is known or not. What is
/// no call at all (an operator) is another linter's.
fn may_write(cx: &Context<'_>, rule: &Rule, call: &CallEvent, value: &Rvalue) -> bool {
    let (Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. }) = value else { return true };
    let positional =
        args.iter().filter(|arg| arg.kind == ArgKind::Positional).count() + call.args.len().saturating_sub(args.len());
    rule.writes.iter().any(|write| {
        let param = &rule.params[usize::from(write.param)];
        let is_passed = |arg: &CallArg| match arg.kind {
            ArgKind::Positional => false,
            ArgKind::Keyword(name) => cx.facts.names.text(name) == param.name,
            ArgKind::Starred | ArgKind::DoubleStarred => true,
        };
        args.iter().any(is_passed) || (usize::from(write.param) < positional && param.kind != ParamKind::KeywordOnly)
    })
}

/// Whether the result is an array, or the number that comes back in place of an array without axes. Nobody takes a call that gives
/// several arrays for a change of its argument; `np.broadcast_arrays(a, b)` alone is a check.
fn gives_array(cx: &Context<'_>, call: &CallEvent) -> bool {
    let atoms = cx.atoms(call.result);
    let mut gives = false;
    let known = atoms.iter().all(|atom| match atom {
        Atom::Array(array) => {
            gives = true;
            cx.array_facts(*array).evidence >= Evidence::Use
        }
        Atom::Scalar => true,
        _ => false,
    });
    known && gives
}

impl Scene<'_> {
    /// Whether a statement does nothing but call what is pure: it writes nothing, and calls nothing else (`list.extend(array)`
    /// iterates over the array, and then fills the list).
    fn is_all_pure(&self, event: &Event) -> bool {
        self.events_at(event.point).all(|event| match &event.kind {
            EventKind::Call(call) => matches!(call.callee, Callee::Rule(rule) if self.cx.rules.rule(rule).pure),
            EventKind::Write { .. } | EventKind::Keep { .. } => false,
            EventKind::Bind { .. } | EventKind::Read { .. } | EventKind::Return { .. } | EventKind::Delete { .. } | EventKind::DeleteAttr { .. } => {
                true
            }
        })
    }
}

/// Whether this is the last expression of a notebook cell: its value is displayed.
fn is_shown(scene: &Scene<'_>, event: &Event) -> bool {
    if scene.body.kind != BodyKind::Module {
        return false;
    }
    let cells = scene.cx.cells;
    let Some(cell) = cells.iter().find(|cell| (cell.span.start..=cell.span.end).contains(&event.span.start)) else {
        return false;
    };
    let rest = scene.cx.source(Span { start: event.span.end, end: cell.span.end.max(event.span.end) });
    rest.lines()
        .all(|line| line.trim_start_matches([')', ';']).split('#').next().is_none_or(|code| code.trim().is_empty()))
}

/// Whether an expression is the message of an `assert`: no other expression that stands for itself follows a comma.
fn is_message(cx: &Context<'_>, span: Span) -> bool {
    let before = cx.text.get(..span.start as usize).unwrap_or("");
    before.trim_end().ends_with([',', '('])
}

fn finding(scene: &Scene<'_>, event: &Event, rule: &Rule, called: &CallEvent) -> Diagnostic {
    let cx = scene.cx;
    let call = cx.source(event.span);
    let shown = if call.contains('\n') { rule.name.rsplit('.').next().unwrap_or_default() } else { call };
    let subject = called.args.first().map(|(operand, _)| cx.source(operand.span)).filter(|text| is_name(text));
    let unchanged = subject.map_or_else(|| "its arguments are".to_owned(), |name| format!("`{name}` is"));
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{shown}` returns a new array that is thrown away: {unchanged} not changed"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps: vec![cx.step(event.span, "the result is made here, and nothing takes it")],
        help: Some(match subject {
            Some(name) => format!("take the result: `{name} = {shown}`"),
            None => "take the result, or remove the call".to_owned(),
        }),
        fix: subject.map(|name| Fix {
            title: format!("assign the result to `{name}`"),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                location: cx.location(Span { start: event.span.start, end: event.span.start }),
                text: format!("{name} = "),
            }],
        }),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|part| {
            part.chars().all(|c| c.is_alphanumeric() || c == '_') && !part.starts_with(|c: char| c.is_ascii_digit())
        })
}
