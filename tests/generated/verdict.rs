//! What the analysis says of a program, against what NumPy did.

use std::fmt::Write as _;

use ndalias::alias::domain::{Atom, ValueId};
use ndalias::alias::event::{Callee, EventKind};
use ndalias::alias::facts::{ArrayClass, Facts};
use ndalias::alias::inspect::{NamedArray, Picture, picture};
use ndalias::alias::relation::Possible;
use ndalias::alias::{AliasFacts, Tri, analyze};
use ndalias::ir::Module;
use ndalias::rules::{RuleSet, Targets};
use ndalias::source::FileId;
use ndalias::{lower, syntax};

use crate::support::programs::{ArrayFacts, Element, Observed};

/// How many elements of a container are looked at.
const MOST_ELEMENTS: usize = 4;

/// How the answers of one program compare with NumPy.
#[derive(Default)]
pub struct Verdict {
    /// Everything in which they contradict it.
    pub contradictions: Vec<String>,
    /// Questions whether a result is, or shares memory with, an operand.
    pub answers: usize,
    /// Those answered with one possibility.
    pub single: usize,
}

/// A result: its name in the program, and what NumPy gave.
struct Named<'o> {
    name: String,
    element: &'o Element,
}

/// Runs the analysis on a program that NumPy ran without an error.
pub fn judge(setup: &str, call: &str, observed: &Observed, targets: &Targets) -> Verdict {
    let mut text = format!("import numpy as np\nimport copy, math\nfrom numpy.lib import stride_tricks\n{setup}\n");
    let start = u32::try_from(text.len()).expect("a short program");
    let is_statement = !syntax::parse(&format!("r = {call}")).errors.is_empty() || call.contains(" = ");
    let _ = if is_statement { writeln!(text, "{call}") } else { writeln!(text, "r = {call}") };
    let results = results(&mut text, observed, is_statement);
    let parsed = syntax::parse(&text);
    let mut verdict = Verdict::default();
    if !parsed.errors.is_empty() {
        return verdict;
    }
    let module = lower::lower(FileId(0), &parsed, &text);
    let statements = syntax::statements(&parsed);
    let end = u32::try_from(text.len()).expect("a short program");
    let picture = picture(&module, RuleSet::embedded(), targets, &statements, 0, end);
    for result in &results {
        verdict.relations(result, &picture, observed);
        verdict.facts(result, &picture);
    }
    if observed.variables.values().any(|variable| variable.written || variable.metadata_written) {
        verdict.writes(&module, targets, start, observed);
    }
    verdict
}

/// Names the results in the program: the value itself, or the elements of a container, for which lines are added.
fn results<'o>(text: &mut String, observed: &'o Observed, is_statement: bool) -> Vec<Named<'o>> {
    let elements = &observed.elements;
    match observed.container.as_deref() {
        _ if is_statement => Vec::new(),
        None => elements.iter().map(|element| Named { name: "r".to_owned(), element }).collect(),
        Some("list" | "tuple") if observed.flat && elements.len() <= MOST_ELEMENTS => {
            let named = |(at, element)| {
                let _ = writeln!(text, "r{at} = r[{at}]");
                Named { name: format!("r{at}"), element }
            };
            elements.iter().enumerate().map(named).collect()
        }
        Some(_) => Vec::new(),
    }
}

impl Verdict {
    fn say(&mut self, what: String) {
        self.contradictions.push(what);
    }

    fn relations(&mut self, result: &Named<'_>, picture: &Picture, observed: &Observed) {
        // Arrays without elements have no byte in common with anything, whatever they are made from.
        if result.element.array.as_ref().is_none_or(|array| array.shape.contains(&0)) {
            return;
        }
        for (variable, _) in observed.variables.iter().filter(|(_, variable)| variable.array && !variable.empty) {
            let possible = possible(picture, variable, &result.name);
            let holds = |names: &[String]| names.contains(variable);
            let (seen, is_allowed) = if holds(&result.element.same) {
                ("is", possible.same)
            } else if holds(&result.element.shares) {
                // A mask that is shared is no element, nor is an object that an array refers to.
                let is_beside = result.element.data.as_ref().is_some_and(|data| !data.contains(variable));
                ("shares memory with", possible.shares || (is_beside && possible.none))
            } else {
                ("shares no memory with", possible.none)
            };
            self.answers += 1;
            if !is_allowed {
                self.say(format!("{} {seen} {variable}, which is not among {possible:?}", result.name));
            } else if usize::from(possible.same) + usize::from(possible.shares) + usize::from(possible.none) == 1 {
                self.single += 1;
            }
        }
    }

    fn facts(&mut self, result: &Named<'_>, picture: &Picture) {
        let known = picture.arrays.iter().find(|array| array.name == result.name);
        match (&result.element.array, known) {
            (Some(array), Some(known)) => self.array(result, array, &known.facts),
            (Some(_), None) => self.say(format!("{} is an array, and no array is expected", result.name)),
            (None, Some(NamedArray { only_arrays: true, .. }))
                if result.element.kind != "array" && !result.element.class.ends_with("MaskedConstant") =>
            {
                self.say(format!("{} is a {}, and only arrays are expected", result.name, result.element.kind));
            }
            (None, _) => {}
        }
    }

    fn array(&mut self, result: &Named<'_>, seen: &ArrayFacts, known: &Facts) {
        let name = &result.name;
        let flags = [
            ("owndata", known.owndata, seen.owndata),
            ("writeable", known.writeable, seen.writeable),
            ("c_contiguous", known.c_contiguous, seen.c_contiguous),
            ("f_contiguous", known.f_contiguous, seen.f_contiguous),
        ];
        let is_empty = seen.shape.contains(&0);
        for (flag, expected, is) in flags {
            // Nobody reads or writes the elements of an array that has none.
            if is_empty && matches!(flag, "owndata" | "writeable") {
                continue;
            }
            if expected != Tri::Maybe && expected != Tri::known(is) {
                self.say(format!("{name}.flags.{flag} is {is}, not {expected:?}"));
            }
        }
        if known.overlaps == Tri::No && seen.overlaps {
            self.say(format!("elements of {name} share memory"));
        }
        if let Some(dtype) = known.dtype.name().filter(|dtype| *dtype != seen.dtype) {
            self.say(format!("{name}.dtype is {}, not {dtype}", seen.dtype));
        }
        if !class_fits(known.class, &result.element.class) {
            self.say(format!("{name} is a {}, not {:?}", result.element.class, known.class));
        }
        self.geometry(name, seen, known);
    }

    fn geometry(&mut self, name: &str, seen: &ArrayFacts, known: &Facts) {
        if let Some(ndim) = known.geometry.ndim.filter(|ndim| usize::from(*ndim) != seen.shape.len()) {
            self.say(format!("{name}.ndim is {}, not {ndim}", seen.shape.len()));
            return;
        }
        let Some(shape) = &known.geometry.shape else { return };
        let fits = |(known, seen): (&Option<u64>, &usize)| known.is_none_or(|known| known == *seen as u64);
        if !shape.iter().zip(&seen.shape).all(fits) {
            self.say(format!("{name}.shape is {:?}, not {shape:?}", seen.shape));
            return;
        }
        // Steps along axes of length 1 are never taken, and those of an array without elements mean nothing.
        let is_empty = seen.shape.contains(&0);
        if let Some(strides) = known.geometry.strides.as_ref().filter(|_| !is_empty) {
            let pairs = strides.iter().zip(&seen.strides).zip(&seen.shape);
            if pairs.into_iter().any(|((known, seen), length)| *length > 1 && i64::try_from(*seen) != Ok(*known)) {
                self.say(format!("{name}.strides is {:?}, not {strides:?}", seen.strides));
            }
        }
    }

    /// Variables whose memory was written, though no event of the call writes it.
    fn writes(&mut self, module: &Module, targets: &Targets, start: u32, observed: &Observed) {
        let facts = analyze(module, RuleSet::embedded(), targets);
        let written = |metadata: bool| -> Vec<ValueId> {
            let events = facts.bodies.iter().flat_map(|body| &body.events).filter(|event| event.span.start >= start);
            let target = |kind: &EventKind| match kind {
                EventKind::Write { target, what, .. } => {
                    ((*what == ndalias::rules::Written::Metadata) == metadata).then_some(*target)
                }
                _ => None,
            };
            events.filter_map(|event| target(&event.kind)).collect()
        };
        let is_known = |kind: &EventKind| match kind {
            EventKind::Call(call) => matches!(call.callee, Callee::Rule(_)),
            _ => true,
        };
        // What is not known is taken to write nothing.
        if facts
            .bodies
            .iter()
            .flat_map(|body| &body.events)
            .any(|event| event.span.start >= start && !is_known(&event.kind))
        {
            return;
        }
        let (data, metadata) = (written(false), written(true));
        for (name, variable) in observed.variables.iter().filter(|(_, variable)| variable.array) {
            let Some(value) = last_value(module, &facts, name, start) else { continue };
            if variable.written && !reaches(&facts, &data, value) && !reaches(&facts, &metadata, value) {
                self.say(format!("{name} is written, which is not expected"));
            }
            // A masked array gets a mask where it had none, an array of objects other arrays as elements.
            if variable.metadata_written && !variable.masked && !variable.objects && !reaches(&facts, &metadata, value)
            {
                self.say(format!("shape, dtype, strides or flags of {name} change, which is not expected"));
            }
        }
    }
}

/// What a variable of the module holds before an offset.
fn last_value(module: &Module, facts: &AliasFacts, name: &str, start: u32) -> Option<ValueId> {
    let body = &module.bodies[Module::TOP];
    let events = facts.bodies[Module::TOP].events.iter().filter(|event| event.span.start < start);
    let binds = events.filter_map(|event| match event.kind {
        EventKind::Bind { local, slot, .. } => Some((local, slot.value)),
        _ => None,
    });
    let is_it = |local| body.locals[local].name.is_some_and(|known| facts.names.text(known) == name);
    binds.rev().find(|(local, _)| is_it(*local)).map(|(_, value)| value)
}

/// Whether what is written may lie in the memory of `value`.
fn reaches(facts: &AliasFacts, written: &[ValueId], value: ValueId) -> bool {
    let own = facts.pool.atoms(value);
    let all_arrays = own.iter().all(|atom| matches!(atom, Atom::Array(_)));
    let is_own = |atom: &Atom| match atom {
        Atom::Array(array) => own.iter().any(|own| matches!(own, Atom::Array(own) if own.memory == array.memory)),
        Atom::Unknown(_) => true,
        _ => false,
    };
    !all_arrays || written.iter().any(|target| facts.pool.atoms(*target).iter().any(is_own))
}

fn class_fits(known: ArrayClass, seen: &str) -> bool {
    let is_masked = seen.starts_with("numpy.ma.");
    match known {
        ArrayClass::Any | ArrayClass::Holder(_) => true,
        ArrayClass::Ndarray => seen == "numpy.ndarray",
        ArrayClass::Masked => is_masked,
        ArrayClass::Matrix => seen.ends_with("matrix"),
        ArrayClass::Recarray => seen.ends_with("recarray"),
        ArrayClass::Memmap => seen.ends_with("memmap"),
        ArrayClass::Chararray => seen.ends_with("chararray"),
        ArrayClass::Flatiter | ArrayClass::Buffer(_) => false,
    }
}

fn possible(picture: &Picture, left: &str, right: &str) -> Possible {
    let is_it = |(one, other, _): &&(String, String, Possible)| {
        (one == left && other == right) || (one == right && other == left)
    };
    let none = Possible { same: false, shares: false, none: true };
    picture.pairs.iter().find(is_it).map_or(none, |(_, _, possible)| *possible)
}
