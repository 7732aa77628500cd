//! # inverted-copy-flag: a flag that allows overwriting is handed on as one that asks for a copy, or the other way round
//!
//! ## What
//!
//! A function lets its caller choose by `copy=`, `overwrite_x=` or `inplace=`, and hands the choice on to a function whose parameter
//! means the opposite, without `not`: `np.array(b, copy=overwrite_b)`. Or it copies exactly where no copy was asked for.
//!
//! ## Why it hurts
//!
//! The caller who protects the array gets it overwritten, and the one who gives it away pays for a copy. The default is nearly always
//! the careful choice, so that plain calls destroy their argument. SciPy's `solve_banded` had this.
//!
//! ## Bad
//!
//! ```python
//! def solve(a, b, overwrite_b=False):
//!     x = np.array(b, copy=overwrite_b)       # no copy by default
//!     x /= a
//!     return x
//! ```
//!
//! ## Good
//!
//! ```python
//! def solve(a, b, overwrite_b=False):
//!     x = np.array(b, copy=not overwrite_b)
//!     x /= a
//!     return x
//! ```
//!
//! ## Limits
//!
//! Only keyword arguments whose names begin with `copy`, `overwrite` or `inplace` are compared. A private copy may be overwritten, so
//! `overwrite_x=copy` is reported only where the function does nothing else with its flag `copy`.

use super::query::Scene;
use super::{Context, Group, Meta};
use crate::alias::event::{Event, EventKind};
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::ir::{ArgKind, BlockId, CallArg, Local, Operand, OperandKind, Place, Rvalue, StmtKind, UnaryOp};
use crate::source::Span;

/// What kind of hazard this is.
pub const META: Meta = Meta {
    name: "inverted-copy-flag",
    group: Group::Mutation,
    severity: Severity::Warning,
    fix: Some(Applicability::Unsafe),
};

/// What a flag asks for where it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// The array is left alone.
    Copy,
    /// The array may be written.
    Write,
}

impl Asks {
    /// What a flag of this name asks for.
    fn of_name(name: &str) -> Option<Self> {
        let name = name.trim_start_matches('_');
        if !name.starts_with(['c', 'C', 'o', 'O', 'i', 'I']) {
            return None;
        }
        let name = name.to_ascii_lowercase().replace("in_place", "inplace");
        match name.split('_').next()? {
            "copy" => Some(Self::Copy),
            "overwrite" | "inplace" => Some(Self::Write),
            _ => None,
        }
    }

    fn inverted(self) -> Self {
        match self {
            Self::Copy => Self::Write,
            Self::Write => Self::Copy,
        }
    }
}

/// A flag as it is handed on.
struct Flag<'a> {
    name: &'a str,
    /// What it asks for here, `not` counted.
    asks: Asks,
    /// The variable, if it is none of an object.
    local: Option<Local>,
    /// The operand behind a `not`.
    negated: Option<Span>,
}

/// Adds the findings.
pub fn check(cx: &Context<'_>, acc: &mut Vec<Diagnostic>) {
    for scene in cx.scenes().filter(Scene::is_function) {
        for (id, block) in scene.body.blocks.iter_ids() {
            for stmt in &block.stmts {
                let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { continue };
                let (Rvalue::Call { args, .. } | Rvalue::CallMethod { args, .. }) = value else { continue };
                let found = args.iter().find_map(|arg| inverted(&scene, id, arg).map(|(keyword, flag)| (arg, keyword, flag)));
                if let Some((arg, keyword, flag)) = found {
                    acc.push(handed_on(&scene, arg, keyword, &flag));
                }
            }
        }
        for event in scene.events {
            if let Some((test, flag)) = copied_against(&scene, event) {
                acc.push(against(&scene, event, test, &flag));
            }
        }
    }
}

/// The keyword and the flag of an argument, where they mean the opposite.
fn inverted<'a>(scene: &Scene<'a>, block: BlockId, arg: &CallArg) -> Option<(&'a str, Flag<'a>)> {
    let ArgKind::Keyword(keyword) = arg.kind else { return None };
    let keyword = scene.cx.facts.names.text(keyword);
    let wanted = Asks::of_name(keyword)?;
    let flag = flag(scene, block, arg.value)?;
    let may_own = wanted == Asks::Write && flag.negated.is_none();
    (flag.asks != wanted && !(may_own && has_other_use(scene, &flag))).then_some((keyword, flag))
}

/// Whether a flag decides on anything else in the function: it may have been copied for it.
fn has_other_use(scene: &Scene<'_>, flag: &Flag<'_>) -> bool {
    flag.local.is_none_or(|local| scene.tables().uses(OperandKind::Local(local)).len() > 1)
}

/// The flag that an operand is, or is the negation of.
fn flag<'a>(scene: &Scene<'a>, block: BlockId, operand: Operand) -> Option<Flag<'a>> {
    match operand.kind {
        OperandKind::Local(local) => {
            let name = scene.name(local)?;
            let asks = Asks::of_name(name).filter(|_| keeps_meaning(scene, local))?;
            Some(Flag { name, asks, local: Some(local), negated: None })
        }
        OperandKind::Temp(_) => match scene.definition(block, operand)? {
            Rvalue::Attr { attr, .. } => {
                let name = scene.cx.facts.names.text(*attr);
                Some(Flag { name, asks: Asks::of_name(name)?, local: None, negated: None })
            }
            Rvalue::Unary { op: UnaryOp::Not, operand } => {
                let inner = flag(scene, block, *operand).filter(|inner| inner.negated.is_none())?;
                Some(Flag { asks: inner.asks.inverted(), negated: Some(operand.span), ..inner })
            }
            _ => None,
        },
        OperandKind::Const(_) => None,
    }
}

/// Whether a variable is a parameter, given nothing that turns it round: `copy = not copy`.
fn keeps_meaning(scene: &Scene<'_>, local: Local) -> bool {
    let is_param = scene.body.params.iter().any(|param| param.local == local);
    let turns = |event: &Event| {
        let text = scene.cx.source(scene.stmt(event).map_or(event.span, |stmt| stmt.span));
        let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.any(|word| matches!(word, "not" | "True" | "False"))
    };
    is_param && !scene.bindings(local).any(turns)
}

/// `if not copy: x = x.copy()`: the test and the flag, where nothing else is done to the name before.
fn copied_against<'a>(scene: &Scene<'a>, event: &Event) -> Option<(Operand, Flag<'a>)> {
    let EventKind::Bind { local, .. } = event.kind else { return None };
    let stmt = scene.stmt(event)?;
    let StmtKind::Assign { place: Place::Local(_), value: Rvalue::CallMethod { object, method, args, .. }, .. } = &stmt.kind
    else {
        return None;
    };
    let is_copy = scene.cx.facts.names.text(*method) == "copy" && args.is_empty();
    if !is_copy || object.kind != OperandKind::Local(local) || scene.bindings(local).any(|bind| is_copying(scene, bind, event)) {
        return None;
    }
    let guards = scene.guards(event.block);
    let [guard] = guards.as_slice() else { return None };
    let flag = flag(scene, guard.block, guard.cond)?;
    flag.local?;
    let asks = if guard.truth { flag.asks } else { flag.asks.inverted() };
    (asks == Asks::Write).then_some((guard.cond, flag))
}

/// Whether another binding of a name may be a copy, too.
fn is_copying(scene: &Scene<'_>, bind: &Event, other: &Event) -> bool {
    bind.point != other.point && scene.cx.source(scene.stmt(bind).map_or(bind.span, |stmt| stmt.span)).contains("copy")
}

fn handed_on(scene: &Scene<'_>, arg: &CallArg, keyword: &str, flag: &Flag<'_>) -> Diagnostic {
    let cx = scene.cx;
    let written = cx.source(arg.value.span);
    let turned = match flag.negated {
        Some(inner) => cx.source(inner).to_owned(),
        None => format!("not {written}"),
    };
    let (means, wants) = match flag.asks {
        Asks::Copy => ("asks for a copy", "allows the array to be overwritten"),
        Asks::Write => ("allows the array to be overwritten", "asks for a copy"),
    };
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("`{keyword}={written}` turns the caller's choice round: copied where it may be overwritten, and not where it may not"),
        location: cx.location(arg.value.span),
        scope: scene.scope(),
        steps: vec![cx.step(arg.value.span, format!("`{written}` {means}, and `{keyword}` {wants}"))],
        help: Some(format!("write `{keyword}={turned}`")),
        fix: Some(Fix {
            title: "hand on the opposite".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![Edit { location: cx.location(arg.value.span), text: turned }],
        }),
    }
}

fn against(scene: &Scene<'_>, event: &Event, test: Operand, flag: &Flag<'_>) -> Diagnostic {
    let cx = scene.cx;
    Diagnostic {
        hazard: META.name,
        severity: META.severity,
        confidence: Confidence::Likely,
        message: format!("the copy is made where `{}` says that none is needed, and not where it is", flag.name),
        location: cx.location(event.span),
        scope: scene.scope(),
        steps: vec![cx.step(test.span, "this decides on the copy"), cx.step(event.span, "copied here")],
        help: Some("turn the test round".to_owned()),
        fix: None,
    }
}

#[cfg(test)]
mod tests {
    use super::Asks;

    #[test]
    fn what_names_ask_for() {
        for name in ["copy", "copy_X", "_copy"] {
            assert_eq!(Asks::of_name(name), Some(Asks::Copy), "{name}");
        }
        for name in ["overwrite_b", "inplace", "in_place"] {
            assert_eq!(Asks::of_name(name), Some(Asks::Write), "{name}");
        }
        for name in ["no_copy", "copyright", "dtype"] {
            assert_eq!(Asks::of_name(name), None, "{name}");
        }
    }
}
