//! From what is known about a file to what `graph` and `inspect` show.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::alias::Tri;
use crate::alias::inspect::{LARGE, NamedArray, Picture};
use crate::alias::relation::Possible;
use crate::alias::unknown::{Tally, Unknown};
use crate::analysis::{Outcome, Understood};
use crate::ir::Module;
use crate::report::json::Count;
use crate::report::unknown::{Bindings, Reason, ReasonCount, Since, Statistics, UnknownView};
use crate::report::view::{ArrayView, Binding, Edge, GraphView, InspectView, PairView, Write, range};
use crate::source::{SourceFile, Span};

/// Longer texts of unnamed steps are cut.
const MOST_CHARACTERS: usize = 40;

/// The binding graph of a file.
pub fn graph(file: &SourceFile, understood: &Understood) -> GraphView {
    let place = |span: Span| (file.position(span.start).cell, range(file, span));
    let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let certainty = |always: bool| if always { "always" } else { "sometimes" };
    let bindings = understood.graph.bindings().enumerate().map(|(id, binding)| {
        let (cell, range) = place(binding.span);
        let name = if binding.name.is_empty() { step(file, binding.span) } else { binding.name.clone() };
        Binding { id: number(id), scope: binding.scope.clone(), name, kind: binding.kind.name(), cell, range }
    });
    let edges = understood.graph.links().into_iter().map(|(from, to, link)| {
        let (cell, range) = place(link.span);
        Edge {
            from: number(from),
            to: number(to),
            kind: link.kind.name(),
            certainty: certainty(link.always),
            rule: link.rule.clone(),
            condition: link.condition.clone(),
            cell,
            range,
        }
    });
    let writes = understood.graph.writes().iter().map(|write| {
        let (cell, range) = place(write.span);
        let binding = number(write.binding);
        Write { binding, certainty: certainty(write.always), by: write.by.name(), cell, range }
    });
    GraphView {
        version: 1,
        path: file.path.clone(),
        bindings: bindings.collect(),
        edges: edges.collect(),
        writes: writes.collect(),
    }
}

/// The text of an unnamed step of an expression.
fn step(file: &SourceFile, span: Span) -> String {
    let text = file.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

/// The unknown bindings among those that `is_asked` for.
pub fn unknown(
    file: &SourceFile,
    module: &Module,
    unknown: &[Unknown],
    is_asked: impl Fn(&Unknown) -> bool,
) -> Vec<UnknownView> {
    let place = |span: Span| (file.position(span.start).cell, range(file, span));
    let view = |one: &Unknown| {
        let (cell, at) = place(one.span);
        UnknownView {
            scope: module.bodies[one.body].qualname.clone(),
            name: one.name.clone(),
            certainty: if one.always { "always" } else { "sometimes" },
            reason: Reason::new(one.why.kind.name(), one.why.what.clone()),
            cell,
            range: at,
            since: one.since.map(place).map(|(cell, range)| Since { cell, range }),
        }
    };
    unknown.iter().filter(|one| is_asked(one)).map(view).collect()
}

/// What was counted in a run.
pub fn statistics(outcome: &Outcome) -> Statistics<'_> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &outcome.findings {
        *counts.entry(finding.hazard).or_default() += 1;
    }
    let mut hazards: Vec<Count<'_>> = counts.into_iter().map(|(hazard, count)| Count { hazard, count }).collect();
    hazards.sort_by_key(|count| (Reverse(count.count), count.hazard));
    let Tally { bindings: total, outside, unknown, .. } = outcome.tally;
    let reasons = outcome.tally.by_count().into_iter();
    Statistics {
        hazards,
        bindings: Bindings { total, known: total - outside - unknown, outside, unknown },
        unknown: reasons
            .map(|(why, count)| ReasonCount { count, reason: Reason::new(why.kind.name(), why.what.clone()) })
            .collect(),
    }
}

/// A memory picture; `cell` and `line` are what was asked for.
pub fn inspect(file: &SourceFile, picture: Picture, cell: Option<u32>, line: u32) -> InspectView {
    InspectView {
        version: 1,
        path: file.path.clone(),
        cell,
        line,
        scope: picture.scope,
        arrays: picture.arrays.into_iter().map(array).collect(),
        pairs: picture.pairs.into_iter().map(|(a, b, possible)| PairView { a, b, possible: words(possible) }).collect(),
        unknown: None,
    }
}

fn array(named: NamedArray) -> ArrayView {
    let facts = named.facts;
    ArrayView {
        name: named.name,
        owndata: answer(facts.owndata),
        base: named.base,
        writeable: answer(facts.writeable),
        dtype: facts.dtype.name(),
        ndim: facts.geometry.ndim.map(u32::from),
        contiguous: match (facts.c_contiguous, facts.f_contiguous) {
            (Tri::Yes, Tri::Yes) => "both",
            (Tri::Yes, Tri::No) => "C",
            (Tri::No, Tri::Yes) => "F",
            (Tri::No, Tri::No) => "none",
            (Tri::Maybe, _) | (_, Tri::Maybe) => "unknown",
        },
        size: match facts.bytes() {
            Some(bytes) if bytes >= LARGE => "large",
            Some(_) => "small",
            None => "unknown",
        },
    }
}

fn answer(known: Tri) -> &'static str {
    match known {
        Tri::Yes => "yes",
        Tri::No => "no",
        Tri::Maybe => "maybe",
    }
}

fn words(possible: Possible) -> Vec<&'static str> {
    let all = [(possible.same, "same"), (possible.shares, "shares"), (possible.none, "none")];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect()
}
