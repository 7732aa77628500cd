//! Compares an entry with all its cases as they ran: too much said, too little, on any version.

use std::collections::BTreeSet;

use ndalias::rules::{Case, Gives, Outcome, ParamIdx, Relation, ResultFacts, Rule, Stated, Told, Written};

use crate::judge::judge_result;
use crate::support::programs::{ArrayFacts, Observed, Variable};

/// A case as it ran on one version.
pub struct Run<'c> {
    /// Where it ran: a version of NumPy, or an environment with other libraries.
    pub environment: &'static str,
    /// The case.
    pub case: &'c Case,
    /// What it did.
    pub observed: Observed,
}

/// Everything in which the entry of `rule` and its runs differ, one line each.
pub fn judge_entry(rule: &Rule, runs: &[Run<'_>]) -> BTreeSet<String> {
    let mut entry = EntryJudge { rule, runs, differences: BTreeSet::new() };
    entry.sharing();
    entry.writes(Written::Data);
    entry.writes(Written::Metadata);
    entry.reached();
    entry.facts();
    entry.answers();
    entry.differences
}

struct EntryJudge<'e> {
    rule: &'e Rule,
    runs: &'e [Run<'e>],
    differences: BTreeSet<String>,
}

impl EntryJudge<'_> {
    /// Parameters with which results share, against `of`.
    fn sharing(&mut self) {
        let mut shown: BTreeSet<(Relation, ParamIdx)> = BTreeSet::new();
        let mut is_clear = true;
        for Run { case, observed, .. } in self.runs {
            let Ok(gives) = Gives::parse(&case.gives) else { continue };
            for (relation, variable) in sharing_of(&gives) {
                let Some(params) = self.params_of(observed, variable) else {
                    is_clear = false;
                    continue;
                };
                shown.extend(params.iter().map(|param| (relation, *param)));
                let says = |result: &Outcome| {
                    let shares = |param: &ParamIdx| result.of.contains(param) || result.each == Some(*param);
                    result.kind().is_unknown() || (result.is == relation && params.iter().any(shares))
                };
                if !params.is_empty() && !self.outcomes().any(says) {
                    let what = format!("{} of `{}`", in_words(relation), self.name(params[0]));
                    self.say(format!("`{}` gives {}, and no result is {what}", case.call, case.gives));
                }
            }
        }
        for result in self.rule.results.iter().flat_map(with_items) {
            let shares = matches!(result.is, Relation::Same | Relation::View);
            for param in result.of.iter().filter(|param| shares && is_clear && !shown.contains(&(result.is, **param))) {
                self.say(format!("no case gives {} of `{}`", in_words(result.is), self.name(*param)));
            }
        }
    }

    /// Writes that cases show, against those that the entry declares.
    fn writes(&mut self, what: Written) {
        let (kind, declared) = match what {
            Written::Data => ("data", self.declared(what)),
            Written::Metadata => ("shape, dtype, strides or flags", self.declared(what)),
        };
        let mut shown = BTreeSet::new();
        let mut is_clear = true;
        for Run { case, observed, .. } in self.runs {
            let variables = if what == Written::Data { &case.writes } else { &case.writes_metadata };
            for variable in variables {
                let params = self.params_written(observed, variable);
                is_clear &= !params.is_empty();
                if !params.is_empty() && params.iter().all(|param| !declared.contains(param)) {
                    self.say(format!("`{}` writes {kind} of `{variable}`, undeclared", case.call));
                }
                shown.extend(params);
            }
        }
        for param in declared.difference(&shown).filter(|_| is_clear) {
            self.say(format!("no case writes {kind} of `{}`, which is declared", self.name(*param)));
        }
    }

    fn declared(&self, what: Written) -> BTreeSet<ParamIdx> {
        let writes = self.rule.writes.iter().filter(|write| write.what == what).map(|write| write.param);
        writes.chain((self.rule.sets == Some(what)).then_some(0)).collect()
    }

    /// Results of which no case came true on any version.
    fn reached(&mut self) {
        let reached: Vec<Gives> = self.runs.iter().filter_map(came_true).collect();
        for result in self.rule.results.iter().filter(|result| !result.kind().is_unknown()) {
            if !reached.is_empty() && !reached.iter().any(|gives| result.is_shown_by(&gives.kind())) {
                self.say(format!("no case reached the result that is a {}", result.kind()));
            }
        }
    }

    /// `writeable`, `overlaps` and `owndata` of the results, against what came back.
    fn facts(&mut self) {
        for run in self.runs {
            let Some(gives) = came_true(run) else { continue };
            let Run { case, observed, .. } = run;
            let is_kind = |result: &&Outcome| result.kind() == gives.kind();
            let stated: Vec<&ResultFacts> =
                self.rule.results.iter().filter(is_kind).map(|result| &result.facts).collect();
            if stated.is_empty() || !matches!(gives.relation, Relation::View | Relation::Copy) {
                continue;
            }
            let sources: Vec<&Variable> = gives.of.iter().filter_map(|name| observed.variables.get(name)).collect();
            for array in observed.elements.iter().filter_map(|element| element.array.as_ref()) {
                for difference in fact_differences(gives.relation, array, &sources, &stated) {
                    self.say(format!("`{}` gives {difference}", case.call));
                }
            }
        }
    }

    /// What the answers tell of the first two arguments, against whether these have memory in common.
    fn answers(&mut self) {
        let Some(told) = self.rule.tells else { return };
        let (mut differences, mut shown) = (Vec::new(), BTreeSet::new());
        for Run { case, observed, .. } in self.runs.iter().filter(|run| run.observed.raised.is_none()) {
            let answer = observed.elements.first().and_then(|element| element.repr.as_deref());
            let (Some(share), Some(answer @ ("True" | "False"))) = (self.first_two_share(observed), answer) else {
                continue;
            };
            let is_true = answer == "True";
            shown.insert(is_true);
            if is_true != share && !(is_true && told == Told::MayShare) {
                let have = if share { "some" } else { "no" };
                differences
                    .push(format!("`{}` is {answer}, and its arguments have {have} memory in common", case.call));
            }
        }
        for answer in [true, false].iter().filter(|answer| !shown.contains(answer)) {
            differences.push(format!("no case answers {answer} for two variables, and `tells` is declared"));
        }
        self.differences.extend(differences);
    }

    /// Whether the variables that are the first two arguments have memory in common.
    fn first_two_share(&self, observed: &Observed) -> Option<bool> {
        let [first, second, ..] = &self.rule.params[..] else { return None };
        let bound = observed.bound.as_ref()?;
        let ([one], [other]) = (bound.get(&first.name)?.as_slice(), bound.get(&second.name)?.as_slice()) else {
            return None;
        };
        Some(one == other || observed.variables.get(one)?.shares.contains(other))
    }

    fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.rule.results.iter().flat_map(with_items)
    }

    /// The parameters whose arguments name `variable`; nothing where the call has another form.
    fn params_of(&self, observed: &Observed, variable: &String) -> Option<Vec<ParamIdx>> {
        let bound = observed.bound.as_ref()?;
        let names_it = |name: &String| bound.get(name).is_some_and(|names| names.contains(variable));
        Some(self.rule.params.iter().zip(0..).filter(|(param, _)| names_it(&param.name)).map(|(_, at)| at).collect())
    }

    /// The parameters through which `variable` was written: its own, or those of variables with common memory.
    fn params_written(&self, observed: &Observed, variable: &String) -> Vec<ParamIdx> {
        let own = self.params_of(observed, variable).unwrap_or_default();
        if !own.is_empty() {
            return own;
        }
        let others = observed.variables.get(variable).into_iter().flat_map(|variable| &variable.shares);
        others.filter_map(|other| self.params_of(observed, other)).flatten().collect()
    }

    fn name(&self, param: ParamIdx) -> &str {
        &self.rule.params[usize::from(param)].name
    }

    fn say(&mut self, difference: String) {
        self.differences.insert(difference);
    }
}

/// What a case says came back, where it did.
fn came_true(run: &Run<'_>) -> Option<Gives> {
    let gives = Gives::parse(&run.case.gives).ok()?;
    (run.observed.raised.is_none() && judge_result(&gives, &run.observed).is_none()).then_some(gives)
}

/// A result, and the items that it consists of.
fn with_items(result: &Outcome) -> impl Iterator<Item = &Outcome> {
    std::iter::once(result).chain(&result.items)
}

/// The variables that a case says are shared, with the relation.
fn sharing_of(gives: &Gives) -> impl Iterator<Item = (Relation, &String)> {
    let all = std::iter::once(gives).chain(&gives.items);
    all.flat_map(|gives| gives.of.iter().map(|variable| (gives.relation, variable)))
}

/// Several results of one kind cannot be told apart by what came back, so one of them suffices.
fn fact_differences(
    relation: Relation,
    array: &ArrayFacts,
    sources: &[&Variable],
    stated: &[&ResultFacts],
) -> Vec<&'static str> {
    let mut differences = Vec::new();
    let inherits_readonly = sources.iter().any(|variable| variable.readonly);
    if !array.writeable
        && !inherits_readonly
        && stated.iter().all(|facts| matches!(facts.writeable, None | Some(Stated::Yes)))
    {
        differences.push("a read-only array, and `writeable = \"no\"` is not declared");
    }
    if array.writeable && stated.iter().all(|facts| facts.writeable == Some(Stated::No)) {
        differences.push("a writeable array, against `writeable = \"no\"`");
    }
    let inherits_overlaps = sources.iter().any(|variable| variable.overlaps);
    if array.overlaps && !inherits_overlaps && stated.iter().all(|facts| !facts.overlaps) {
        differences.push("elements that share memory, and `overlaps = true` is not declared");
    }
    let usual = relation == Relation::Copy;
    let says = |facts: &ResultFacts, owndata| match facts.owndata {
        Some(Stated::Varies) => true,
        Some(stated) => (stated == Stated::Yes) == owndata,
        None => usual == owndata,
    };
    if !stated.iter().any(|facts| says(facts, array.owndata)) {
        differences.push(if array.owndata {
            "an array that owns its data, and `owndata = \"yes\"` is not declared"
        } else {
            "an array that does not own its data, and `owndata = \"no\"` is not declared"
        });
    }
    differences
}

fn in_words(relation: Relation) -> &'static str {
    match relation {
        Relation::Same => "the same object",
        Relation::View => "a view",
        Relation::Copy => "a copy",
        Relation::Scalar => "a scalar",
        Relation::Value => "a value",
        Relation::None => "none",
        Relation::Unknown => "unknown",
    }
}
