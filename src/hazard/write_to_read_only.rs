//! # write-to-read-only: an array over memory that cannot be changed is written
//!
//! ## What
//!
//! A write into an array that is read-only on every path: over bytes (`np.frombuffer(data)`), over the pixels of an image
//! (`np.asarray(image)`), a diagonal, a file mapped for reading, the labels of a pandas table (`table.columns.values`). Or a try to set the flag of one over memory that nobody may write.
//!
//! ## Why it hurts
//!
//! NumPy raises `ValueError: assignment destination is read-only`. Often only some inputs come this way, so that the error is met
//! by users and not by tests. Setting the flag does not help: over bytes NumPy refuses it. Labels of tables are read-only since pandas 3; before,
//! a write changes an index that pandas takes to be constant, and that other tables share.
//!
//! ## Bad
//!
//! ```python
//! pixels = np.frombuffer(b"\x00\x01\x02", dtype=np.uint8)
//! pixels[0] = 255                     # ValueError: assignment destination is read-only
//! ```
//!
//! ## Good
//!
//! ```python
//! pixels = np.frombuffer(b"\x00\x01\x02", dtype=np.uint8).copy()
//! pixels[0] = 255
//! ```
//!
//! ## Limits
//!
//! Only arrays that are read-only on every path are reported, and not where the code asks for the flag or expects the error.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::domain::{ArrayAtom, ObjectId};
use crate::alias::event::{Event, EventKind, Making, WriteHow};
use crate::alias::{Tri, facts::ArrayClass, facts::Evidence};
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity};
use crate::ir::{BlockId, Const, Operand, OperandKind, Place, Rvalue, Stmt, StmtKind};
use crate::source::Span;
use crate::rules::schema::Outcome;
use crate::rules::{Relation, Stated, Written};

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "write-to-read-only",
    group: Group::ReadOnly,
    severity: Severity::Error,
    fix: Some(Applicability::Safe),
};

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    let has_tables = cx.imports("pandas");
    for scene in cx.scenes() {
        if has_tables {
            check_labels(&scene, acc);
        }
        let mut told = Vec::new();
        for event in scene.events {
            let EventKind::Write { through, target, what, how, always } = event.kind else { continue };
            let is_flagged = what == Written::Metadata && scene.sets_flag(event);
            let is_element = matches!(how, WriteHow::Subscript | WriteHow::AugmentedSubscript | WriteHow::Augmented);
            let is_written = what == Written::Data
                && (always
                    || is_element && scene.slot_at(event.point, through).is_some_and(|slot| slot.value == target));
            if !is_flagged && !is_written || !cx.is_array(target, Evidence::Use) {
                continue;
            }
            let mut made = cx.arrays(target).map(|array| locked(cx, array, is_flagged));
            let Some(Some(first)) = made.next() else { continue };
            if made.all(|making| making.is_some()) && !scene.is_ready_for_error(event) && !told.contains(&first.point) {
                told.push(first.point);
                acc.push(finding(&scene, event, through, first, is_flagged));
            }
        }
    }
}

/// Adds the first write into what `table.columns.values` or `table.index.values` gives.
fn check_labels(scene: &Scene<'_>, acc: &mut Vec<Diagnostic>) {
    for (id, block) in scene.body.blocks.iter_ids() {
        for (position, stmt) in block.stmts.iter().enumerate() {
            let StmtKind::StoreIndex { object, .. } = stmt.kind else { continue };
            let Some(labels) = labels(scene, id, position, object) else { continue };
            if block.handler.is_some() || scene.is_statement_expected_to_fail(id, stmt) {
                continue;
            }
            let cx = scene.cx;
            let text = cx.source(labels);
            acc.push(Diagnostic {
                hazard: META.name,
                severity: META.severity,
                confidence: Confidence::Likely,
                message: format!("`{text}` are labels of a table, which must not be written"),
                location: cx.location(stmt.span),
                scope: scene.scope(),
                steps: vec![
                    cx.step(labels, "the array behind an index, read-only since pandas 3"),
                    cx.step(stmt.span, "written here"),
                ],
                help: Some(format!("write into a copy, and give it to the table: `{text}.copy()`")),
                fix: Some(cx.copy_fix(labels, "copy the labels", Applicability::Safe)),
            });
            return;
        }
    }
}

/// Where the labels of a table were taken, if an operand is what was taken, directly or in the same block under a name.
fn labels(scene: &Scene<'_>, block: BlockId, position: usize, operand: Operand) -> Option<Span> {
    let names = &scene.cx.facts.names;
    let (value, span) = if let OperandKind::Local(local) = operand.kind {
        let binds = |stmt: &&Stmt| matches!(stmt.kind, StmtKind::Assign { place: Place::Local(to), .. } if to == local);
        let stmt = scene.body.blocks[block].stmts[..position].iter().rev().find(binds)?;
        let StmtKind::Assign { value, .. } = &stmt.kind else { return None };
        (value, stmt.span)
    } else {
        let (value, span, _) = scene.defined(block, operand)?;
        (value, span)
    };
    let Rvalue::Attr { object, attr } = value else { return None };
    let Rvalue::Attr { attr: of, .. } = scene.definition(block, *object)? else { return None };
    let is_labels = names.text(*attr) == "values" && matches!(names.text(*of), "columns" | "index");
    is_labels.then_some(span)
}

/// What made an array read-only, if it cannot be written; `for_good`, if its flag cannot be set either.
fn locked<'a>(cx: &Context<'a>, array: ArrayAtom, for_good: bool) -> Option<&'a Making> {
    let facts = cx.array_facts(array);
    // A masked array may keep its data apart from what it was made of.
    if facts.writeable != Tri::No || facts.class == ArrayClass::Masked || facts.class.is_no_array() {
        return None;
    }
    let (making, outcome) = source(cx, array.object)?;
    let is_own_hazard = outcome.facts.overlaps;
    // Memory that this very call brought, and that is not the array's own, belongs to something that cannot change.
    let is_for_good = outcome.is == Relation::Copy && outcome.facts.owndata == Some(Stated::No) || making.sources.is_empty();
    (!is_own_hazard && (!for_good || is_for_good)).then_some(making)
}

/// The step on the way from an array's base to it that gave a read-only array.
fn source<'a>(cx: &Context<'a>, object: ObjectId) -> Option<(&'a Making, &'a Outcome)> {
    let mut at = object;
    for _ in 0..16 {
        let making = cx.making(at)?;
        let outcome = cx.making_rule(making)?.results.get(usize::from(making.outcome))?;
        if outcome.facts.writeable == Some(Stated::No) {
            return Some((making, outcome));
        }
        match (making.relation, making.sources.as_slice()) {
            (Relation::View, [source]) => at = *source,
            _ => return None,
        }
    }
    None
}

impl Scene<'_> {
    /// Whether an event sets the flag by which an array may be written: `a.setflags(write=True)`, `a.flags.writeable = True`.
    fn sets_flag(&self, event: &Event) -> bool {
        let names = &self.cx.facts.names;
        let is_true = |operand: Operand| match operand.kind {
            OperandKind::Const(Const::Bool(value)) => value,
            OperandKind::Const(Const::Int(value)) => value == 1,
            _ => false,
        };
        match self.stmt(event).map(|stmt| &stmt.kind) {
            Some(
                StmtKind::Eval { value: Rvalue::CallMethod { method, args, .. } }
                | StmtKind::Assign { value: Rvalue::CallMethod { method, args, .. }, .. },
            ) => {
                use crate::ir::ArgKind;
                let is_write = |kind: ArgKind| match kind {
                    ArgKind::Positional => true,
                    ArgKind::Keyword(name) => names.text(name) == "write",
                    ArgKind::Starred | ArgKind::DoubleStarred => false,
                };
                names.text(*method) == "setflags"
                    && args.first().is_some_and(|arg| is_write(arg.kind) && is_true(arg.value))
            }
            Some(StmtKind::StoreAttr { attr, value, .. }) => {
                matches!(names.text(*attr), "writeable" | "write") && is_true(*value)
            }
            _ => false,
        }
    }

    /// Whether an event stands where the error is awaited, or under a question about the flag.
    fn is_ready_for_error(&self, event: &Event) -> bool {
        let is_ready_inside = match event.kind {
            EventKind::Write { how: WriteHow::Callee(body, span), .. } if body != self.id => {
                let callee = self.cx.scene(body);
                callee.events.iter().filter(|inner| inner.span == span).any(|inner| callee.is_ready_for_error(inner))
            }
            _ => false,
        };
        is_ready_inside
            || self.is_expected_to_fail(event)
            || self.body.blocks[event.block].handler.is_some()
            || self.guards(event.block).iter().any(|guard| {
                let text = self.cx.source(guard.cond.span);
                text.contains("flags") || text.contains("writ")
            })
    }
}

fn finding(scene: &Scene<'_>, event: &Event, through: Operand, making: &Making, is_flagged: bool) -> Diagnostic {
    let cx = scene.cx;
    let name = cx.label(through.span, "this array");
    let is_direct = making.point.body == scene.id;
    let (what, step) = if is_flagged {
        ("is over memory that cannot be written: setting its flag raises `ValueError`", "its flag is set here")
    } else {
        ("is read-only: this write raises `ValueError`", "written here")
    };
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: if is_direct { Confidence::Certain } else { Confidence::Likely },
        message: format!("{name} {what}"),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps: vec![cx.step(making.span, "a read-only array comes from here"), cx.step(event.span, step)],
        help: Some(format!("copy before writing: `{}`", cx.copy_text(making.span))),
        fix: Some(cx.copy_fix(making.span, "copy the read-only array", Applicability::Safe)),
    }
}
