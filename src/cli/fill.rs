//! From what is known about a file to what `graph` and `inspect` show.

use crate::alias::Tri;
use crate::alias::inspect::{LARGE, NamedArray, Picture};
use crate::alias::relation::Possible;
use crate::analysis::Understood;
use crate::report::view::{ArrayView, GraphView, InspectView, PairView};
use crate::source::SourceFile;

/// The binding graph of a file.
pub fn graph(file: &SourceFile, _understood: &Understood) -> GraphView {
    GraphView { version: 1, path: file.path.clone(), bindings: Vec::new(), edges: Vec::new(), writes: Vec::new() }
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
