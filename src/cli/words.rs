//! An API rule in plain sentences.

use std::fmt::Write as _;

use crate::rules::{
    Arg, Case, Compare, Cond, Container, Literal, Outcome, Param, ParamIdx, ParamKind, Relation, Rule, Stated, Test,
    TestOp, Told, Version, VersionRange, Written, library_named,
};

/// The name with its parameters, as Python writes them.
pub fn heading(rule: &Rule) -> String {
    if rule.is_attribute {
        return rule.name.clone();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut has_star = false;
    for (at, param) in rule.params.iter().enumerate() {
        if param.kind == ParamKind::KeywordOnly && !has_star {
            parts.push("*".to_owned());
        }
        has_star |= matches!(param.kind, ParamKind::KeywordOnly | ParamKind::VarPositional);
        parts.push(parameter(param));
        let next = rule.params.get(at + 1);
        let ends_positional = next.is_none_or(|next| next.kind != ParamKind::PositionalOnly);
        if param.kind == ParamKind::PositionalOnly && ends_positional {
            parts.push("/".to_owned());
        }
    }
    format!("{}({})", rule.name, parts.join(", "))
}

fn parameter(param: &Param) -> String {
    let name = &param.name;
    match (param.kind, &param.default) {
        (ParamKind::VarPositional, _) => format!("*{name}"),
        (ParamKind::VarKeyword, _) => format!("**{name}"),
        (ParamKind::PositionalOnly | ParamKind::Either | ParamKind::KeywordOnly, None) => name.clone(),
        (ParamKind::PositionalOnly | ParamKind::Either | ParamKind::KeywordOnly, Some(default)) => {
            format!("{name}={}", literal(default))
        }
    }
}

/// All that the rule says, and the cases that prove it.
pub fn explanation(rule: &Rule) -> String {
    let mut text = format!("{}\n", heading(rule));
    if !rule.doc.is_empty() {
        let _ = writeln!(text, "{}", rule.doc);
    }
    if let Some(versions) = versions(rule.versions) {
        let _ = writeln!(text, "This holds for {} {versions}.", rule.library);
    }
    text.push_str("\nWhat comes back:\n");
    for result in results(rule) {
        let _ = writeln!(text, "  {result}");
    }
    for effect in effects(rule) {
        let _ = writeln!(text, "{effect}");
    }
    if !rule.cases.is_empty() {
        let runs = library_named(&rule.library).is_none_or(|library| library.runs);
        text.push_str(if runs { "\nProved by:\n" } else { "\nCases, which the tests do not run:\n" });
    }
    for case in &rule.cases {
        let _ = writeln!(text, "  {}", proof(case));
    }
    text
}

/// All that users of a name may notice, a line each: how it is called, what comes back, what is done, what is refused.
pub fn facts(rule: &Rule, version: Version) -> Vec<String> {
    let is_refusal = |case: &&Case| case.raises.is_some() && case.versions.contains(version);
    let refusals = rule.cases.iter().filter(is_refusal).map(proof);
    let doc = (!rule.doc.is_empty()).then(|| rule.doc.clone());
    let all = std::iter::once(heading(rule)).chain(doc).chain(results(rule)).chain(effects(rule));
    all.chain(refusals).collect()
}

fn results(rule: &Rule) -> Vec<String> {
    let words = Words { rule };
    rule.results.iter().enumerate().map(|(at, outcome)| words.outcome(outcome, at == 0)).collect()
}

fn effects(rule: &Rule) -> Vec<String> {
    let words = Words { rule };
    let mut effects = Vec::new();
    for write in &rule.writes {
        let what = written(write.what);
        let when = words.when(&write.when).map_or_else(String::new, |when| format!(", if {when}"));
        effects.push(format!("It writes the {what} of {}{when}.", words.param(write.param)));
    }
    if let Some(sets) = rule.sets {
        effects.push(format!("Assigning to it writes the {} of the array.", written(sets)));
    }
    let keeper = if rule.results.iter().all(|result| result.is == Relation::None) { "It" } else { "The result" };
    effects.extend(rule.retains.iter().map(|param| format!("{keeper} keeps {} alive.", words.param(*param))));
    effects.extend(rule.tells.map(|told| words.tells(told)));
    if rule.pure {
        effects.push("A call whose result is not used does nothing.".to_owned());
    }
    effects
}

fn versions(range: VersionRange) -> Option<String> {
    let name = |(major, minor): (u16, u16)| format!("{major}.{minor}");
    match (range.since.map(name), range.until.map(name)) {
        (Some(since), Some(until)) => Some(format!("from {since} on, before {until}")),
        (Some(since), None) => Some(format!("from {since} on")),
        (None, Some(until)) => Some(format!("before {until}")),
        (None, None) => None,
    }
}

fn written(what: Written) -> &'static str {
    match what {
        Written::Data => "data",
        Written::Metadata => "shape, dtype or flags",
    }
}

fn proof(case: &Case) -> String {
    let gives = case.raises.as_ref().map_or_else(|| case.gives.clone(), |error| format!("raises {error}"));
    let setup = if case.setup.is_empty() { String::new() } else { format!("{}; ", case.setup) };
    let wrote = match case.writes.as_slice() {
        [] => String::new(),
        names => format!(", writes {}", names.join(", ")),
    };
    format!("{setup}{}  # {gives}{wrote}", case.call).replace('\n', "; ")
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::None => "None".to_owned(),
        Literal::Bool(true) => "True".to_owned(),
        Literal::Bool(false) => "False".to_owned(),
        Literal::Int(number) => number.to_string(),
        Literal::Str(text) => format!("'{text}'"),
        Literal::Other => "...".to_owned(),
    }
}

/// Turns parts of one rule into words.
struct Words<'r> {
    rule: &'r Rule,
}

impl Words<'_> {
    fn param(&self, index: ParamIdx) -> String {
        self.rule.params.get(usize::from(index)).map_or_else(|| "?".to_owned(), |param| format!("`{}`", param.name))
    }

    fn tells(&self, told: Told) -> String {
        let both = format!("{} and {}", self.param(0), self.param(1));
        match told {
            Told::Shares => {
                format!("{both} have memory in common where the answer is true, and none where it is false.")
            }
            Told::MayShare => {
                format!(
                    "{both} have no memory in common where the answer is false; where it is true, they may have some."
                )
            }
        }
    }

    fn outcome(&self, outcome: &Outcome, is_first: bool) -> String {
        let of: Vec<String> = outcome.of.iter().chain(&outcome.each).map(|param| self.param(*param)).collect();
        let of = of.join(" and ");
        let what = match outcome.is {
            Relation::Same => format!("{of} itself"),
            Relation::View => format!("a view of {of}"),
            Relation::Copy => "a copy, with memory of its own".to_owned(),
            Relation::Scalar => "a scalar".to_owned(),
            Relation::Value => "a value that shares no memory".to_owned(),
            Relation::None => "None".to_owned(),
            Relation::Unknown => "something of which nothing is known".to_owned(),
        };
        let what = match outcome.container {
            Some(Container::List) => format!("a list, each element of which is {what}"),
            Some(Container::Tuple) => format!("a tuple, each element of which is {what}"),
            Some(Container::Iterator) => format!("an iterator, each element of which is {what}"),
            None => what,
        };
        let read_only = match outcome.facts.writeable {
            Some(Stated::No) => ", read-only",
            Some(Stated::Varies) => ", sometimes read-only",
            Some(Stated::Yes) | None => "",
        };
        let condition = self.when(&outcome.when).map_or_else(String::new, |when| format!(", if {when}"));
        let because = outcome.because.as_ref().map_or_else(String::new, |because| format!(" ({because})"));
        format!("{}{what}{read_only}{condition}{because}", if is_first { "" } else { "otherwise " })
    }

    /// A condition in words; nothing where there is none.
    fn when(&self, cond: &Cond) -> Option<String> {
        (*cond != Cond::Always).then(|| self.cond(cond))
    }

    fn cond(&self, cond: &Cond) -> String {
        let joined = |conds: &[Cond], word: &str| {
            let parts: Vec<String> = conds.iter().map(|cond| self.part(cond)).collect();
            parts.join(word)
        };
        match cond {
            Cond::Always => "always".to_owned(),
            Cond::Sometimes => "its code decides so".to_owned(),
            Cond::And(conds) => joined(conds, " and "),
            Cond::Or(conds) => joined(conds, " or "),
            Cond::Not(inner) => match &**inner {
                Cond::Test(test) => negated(&self.test(test)),
                inner @ (Cond::Always | Cond::Sometimes | Cond::And(_) | Cond::Or(_) | Cond::Not(_)) => {
                    format!("it is not so that ({})", self.cond(inner))
                }
            },
            Cond::Test(test) => self.test(test),
        }
    }

    /// A condition inside another.
    fn part(&self, cond: &Cond) -> String {
        match cond {
            Cond::And(_) | Cond::Or(_) => format!("({})", self.cond(cond)),
            Cond::Always | Cond::Sometimes | Cond::Not(_) | Cond::Test(_) => self.cond(cond),
        }
    }

    fn arg(&self, test: &Test, at: usize) -> String {
        match test.args.get(at) {
            Some(Arg::Param(param)) => self.param(*param),
            Some(Arg::Literal(value)) => literal(value),
            None => "it".to_owned(),
        }
    }

    /// A test in words; each has a verb that [`negated`] finds.
    fn test(&self, test: &Test) -> String {
        let (a, b) = (self.arg(test, 0), self.arg(test, 1));
        match test.op {
            TestOp::Given => format!("{a} is given"),
            TestOp::Passed => format!("{a} is passed"),
            TestOp::True => format!("{a} is true"),
            TestOp::False => format!("{a} is false"),
            TestOp::NoneValue => format!("{a} is None"),
            TestOp::Equals => format!("{a} is {b}"),
            TestOp::Array => format!("{a} is an array"),
            TestOp::Exact => format!("{a} is exactly an ndarray"),
            TestOp::Masked => format!("{a} is a masked array"),
            TestOp::Matrix => format!("{a} is a matrix"),
            TestOp::Sequence => format!("{a} is a list or tuple"),
            TestOp::Scalar => format!("{a} is a scalar"),
            TestOp::SameDtype => format!("{b} is absent or the dtype that {a} already has"),
            TestOp::LikeDtype => format!("the dtype of {a} is that of {b}"),
            TestOp::Kind => format!("the dtype kind of {a} is one of {b}"),
            TestOp::KnownKind => format!("the dtype kind of {a} is known to be one of {b}"),
            TestOp::AllAxes => format!("{b} is absent or every axis of {a}"),
            TestOp::Ndim => format!("the number of dimensions of {a} is {}", comparison(test)),
            TestOp::Size => format!("the number of elements of {a} is {}", comparison(test)),
            TestOp::Elements => format!("the number of elements that the shape {a} stands for is {}", comparison(test)),
            TestOp::Extent => format!("the length of {a} along axis {b} is {}", comparison(test)),
            TestOp::Buffer => format!("{a} is an object that exposes its memory and is no array"),
            TestOp::Permutes => format!("{a} gives every axis of one operand, and sums over none"),
            TestOp::Holds => format!("{b} stands in {a}"),
            TestOp::HasAxis => format!("{b} is an axis of {a}"),
            TestOp::Broadcasts => format!("{a} is of a shape that broadcasts with the others"),
            TestOp::Fits => format!("{b} is a shape for the elements of {a}"),
            TestOp::Numeric => format!("{a} is absent or a dtype of numbers"),
            TestOp::NewAxis => format!("{b} is a place for another axis of {a}"),
            TestOp::Shape => format!("{a} is a shape"),
            TestOp::Splits => format!("{a} is such that {b} divides it"),
            TestOp::OrdersAxes => format!("{b} is absent or an order of the axes of {a}"),
            TestOp::Within => format!("{b} is within {a}"),
            TestOp::Stretches => format!("{b} is a shape to which {a} broadcasts"),
            TestOp::Joins => format!("{a} is a list of arrays that fit end to end"),
            TestOp::Appends => format!("{b} is of a shape that fits at the end of {a}"),
            TestOp::Stacks => format!("{a} is a list of arrays of one shape"),
            TestOp::Spans => format!("the shape of {a} is that to which all broadcast"),
            TestOp::Contracts => format!("{a} leaves no axis"),
            TestOp::AddsAxes => format!("{a} has fewer dimensions than {b}"),
            TestOp::NamesDtype => format!("{a} is a dtype"),
            TestOp::Scalars => format!("the elements of {a} are scalars"),
            TestOp::EndsWith => format!("{a} is a string that ends in {b}"),
            TestOp::Count => format!("the number of arguments in {a} is {}", comparison(test)),
            TestOp::EqualShapes => format!("the shape of all of {a} is the same"),
            TestOp::FillsBroadcast => format!("the shape of an element of {a} is the common shape of all"),
            TestOp::Ellipsis => format!("{a} is `...`"),
            TestOp::Owndata => format!("{a} is the owner of its data"),
            TestOp::CContiguous => format!("{a} is C-contiguous"),
            TestOp::FContiguous => format!("{a} is Fortran-contiguous"),
            TestOp::Satisfies => format!("the layout of {a} is what {b} asks for"),
            TestOp::ReshapesAsView => format!("strides can express {b} over the memory of {a}"),
            TestOp::RavelsAsView => format!("{a} can be flattened in that order without moving data"),
            TestOp::Squeezes => format!("an axis of length 1 is removed from {a}"),
            TestOp::SameShape => format!("the shape of {a} is {b} already"),
            TestOp::IdentityAxes => "the order of the axes is unchanged".to_owned(),
            TestOp::Writeable => format!("{a} is writeable"),
            TestOp::Basic => format!("{a} is basic (integers, slices, `...`, `None`)"),
            TestOp::Leads => format!("{b} is advanced from its first axis on, or in places that are apart"),
            TestOp::Advanced => format!("{a} is advanced (a list, an integer array or a mask)"),
            TestOp::FullScalar => format!("{b} is an integer for every axis of {a}"),
            TestOp::Field => format!("{a} is a field name"),
            TestOp::Fields => format!("{a} is a list of field names"),
        }
    }
}

fn comparison(test: &Test) -> String {
    let Some((compare, number)) = test.compare else { return "anything".to_owned() };
    let word = match compare {
        Compare::Eq => "",
        Compare::Ne => "other than ",
        Compare::Lt => "below ",
        Compare::Le => "at most ",
        Compare::Gt => "above ",
        Compare::Ge => "at least ",
    };
    format!("{word}{number}")
}

/// The opposite of a test's sentence.
fn negated(sentence: &str) -> String {
    match sentence.find(" is ") {
        Some(at) => format!("{} is not {}", &sentence[..at], &sentence[at + 4..]),
        None => sentence.replacen(" can ", " cannot ", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_negated() {
        assert_eq!(negated("`a` is an array"), "`a` is not an array");
        assert_eq!(negated("strides can express it"), "strides cannot express it");
    }
}
