//! Small programs that end in `r = <call>`: what NumPy did beside what the analysis says.

use ndalias::alias::inspect::{Picture, picture};
use ndalias::alias::relation::Possible;
use ndalias::rules::{Param, Rule, RuleSet, Targets};
use ndalias::source::FileId;
use ndalias::{lower, syntax};

use super::programs::{Element, Observed, Program, ProgramParam, Variable};

/// How a result relates to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The very object.
    Same,
    /// Another object with common memory.
    Shares,
    /// Another object with a common mask, or references to the same objects: no element is common.
    Beside,
    /// Nothing in common.
    None,
}

impl Seen {
    /// Whether some run may show it.
    pub fn is_allowed(self, possible: Possible) -> bool {
        match self {
            Self::Same => possible.same,
            Self::Shares => possible.shares,
            Self::Beside => possible.shares || possible.none,
            Self::None => possible.none,
        }
    }
}

/// Whether only one relation is possible.
pub fn is_single(possible: Possible) -> bool {
    usize::from(possible.same) + usize::from(possible.shares) + usize::from(possible.none) == 1
}

/// The program of a case of a rule.
pub fn program(id: usize, rule: &Rule, setup: &str, call: &str) -> Program {
    let param = |param: &Param| ProgramParam { name: param.name.clone(), kind: format!("{:?}", param.kind) };
    Program {
        id,
        setup: setup.to_owned(),
        call: call.to_owned(),
        name: rule.name.clone(),
        names: Vec::new(),
        params: rule.params.iter().map(param).collect(),
    }
}

/// The result, where it is one array.
pub fn array_result(observed: &Observed) -> Option<&Element> {
    let [result] = observed.elements.as_slice() else { return None };
    let failed = observed.setup_error.is_some() || observed.raised.is_some() || observed.container.is_some();
    (!failed && result.kind == "array" && result.array.is_some()).then_some(result)
}

/// How the result relates to the variable of this name. The programs count arrays without elements over one memory as
/// sharing it; there is nothing to share.
pub fn relation(result: &Element, name: &str, variable: &Variable) -> Seen {
    let holds = |names: &[String]| names.iter().any(|one| one == name);
    let is_empty = variable.empty || result.array.as_ref().is_some_and(|array| array.shape.contains(&0));
    if holds(&result.same) {
        Seen::Same
    } else if holds(&result.shares) && !is_empty {
        let is_beside = result.data.as_ref().is_some_and(|data| !data.iter().any(|one| one == name));
        if is_beside { Seen::Beside } else { Seen::Shares }
    } else {
        Seen::None
    }
}

/// The program as a file.
pub fn text(setup: &str, result: &str, call: &str) -> String {
    format!("import numpy as np\nimport copy, math\nfrom numpy.lib import stride_tricks\n{setup}\n{result} = {call}\n")
}

/// The picture after a program; `None` where it is no Python, such as a call that is a statement.
pub fn analysed(text: &str) -> Option<Picture> {
    let parsed = syntax::parse(text);
    if !parsed.errors.is_empty() {
        return None;
    }
    let module = lower::lower(FileId(0), &parsed, text);
    let statements = syntax::statements(&parsed);
    let end = u32::try_from(text.len()).expect("a short program");
    Some(picture(&module, RuleSet::embedded(), &Targets::default(), &statements, 0, end))
}

/// How two names may relate.
pub fn possible(picture: &Picture, one: &str, other: &str) -> Possible {
    let about = |(left, right, _): &&(String, String, Possible)| {
        (left == one && right == other) || (left == other && right == one)
    };
    let none = Possible { same: false, shares: false, none: true };
    picture.pairs.iter().find(about).map_or(none, |(_, _, possible)| *possible)
}
