//! Every result of a rule has a case that leaves it alone: of the results of the entry, it is the only one possible there.
//!
//! Of a result that no case leaves alone nothing is proved. Either its condition is never decided, though the operands of a case
//! are all known, or nothing comes to it: then it may as well say something else, and all other tests would pass.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::driver;
use crate::lower::lower;
use crate::rules::{Case, Cond, Outcome, Relation, Rule, RuleSet, Targets, releases};
use crate::source::FileId;
use crate::syntax;

/// An entry of a rule file; its rules differ in their names alone.
struct Entry {
    rule: &'static Rule,
    /// What its cases leave: positions of results, each time with the first case.
    left: BTreeMap<Vec<usize>, &'static Case>,
}

impl Entry {
    /// The results that no case leaves alone, each with the cases that leave it beside others.
    fn complaints(&self) -> Vec<String> {
        let Rule { name, results, source: (file, range), .. } = self.rule;
        let line = RuleSet::line(file, range.start);
        let missing = (0..results.len()).filter(|at| !self.left.contains_key(&vec![*at]) && self.needs_proof(*at));
        missing
            .map(|at| {
                let mut text = format!("rules/{file}:{line}: `{name}`, result {}, a {}", at + 1, results[at].kind());
                let beside: Vec<_> = self.left.iter().filter(|(left, _)| left.contains(&at)).collect();
                if beside.is_empty() {
                    text.push_str("\n    no case comes to it");
                }
                for (left, Case { setup, call, .. }) in beside {
                    let left: Vec<String> = left.iter().map(|at| (at + 1).to_string()).collect();
                    let _ = write!(text, "\n    `{setup}; {call}` leaves {}", left.join(", "));
                }
                text
            })
            .collect()
    }

    /// Whether a result is one of several and says something.
    fn needs_proof(&self, at: usize) -> bool {
        let results = &self.rule.results;
        results.len() > 1 && results[at].is != Relation::Unknown && !is_open(&results[at])
    }
}

#[test]
fn every_result_is_left_alone_by_a_case() {
    let rules = RuleSet::embedded();
    let mut entries: BTreeMap<(&str, usize), Entry> = BTreeMap::new();
    let key = |rule: &'static Rule| (rule.source.0.as_str(), rule.source.1.start);
    for (_, rule) in rules.iter() {
        let entry = entries.entry(key(rule)).or_insert(Entry { rule, left: BTreeMap::new() });
        for case in rule.cases.iter().filter(|case| case.raises.is_none()) {
            let Some(targets) = targets(rule, case) else { continue };
            let text = program(case);
            let parsed = syntax::parse(&text);
            let module = lower(FileId(0), &parsed, &text);
            let run = driver::run(&module, rules, &targets);
            for (id, left) in run.engine.left.borrow().iter() {
                if key(rules.rule(*id)) == key(rule) {
                    // Beside a result that may always be, another one is as good as alone.
                    let decided = left.iter().copied().filter(|at| !is_open(&rule.results[*at])).collect();
                    entry.left.entry(decided).or_insert(case);
                }
            }
        }
    }
    let complaints: Vec<String> = entries.values().flat_map(Entry::complaints).collect();
    let all = complaints.join("\n");
    assert!(complaints.is_empty(), "{} results that no case leaves alone:\n{all}", complaints.len());
}

/// Whether nothing decides the condition of a result, unless it is ruled out: `sometimes`, or `sometimes and given(p)`.
fn is_open(outcome: &Outcome) -> bool {
    match &outcome.when {
        Cond::Sometimes => true,
        Cond::And(all) => all.contains(&Cond::Sometimes),
        Cond::Always | Cond::Or(_) | Cond::Not(_) | Cond::Test(_) => false,
    }
}

/// A case as a module.
fn program(case: &Case) -> String {
    let head = "import numpy as np\nimport copy, math\nfrom numpy.lib import stride_tricks";
    let Case { setup, call, .. } = case;
    let is_expression = syntax::parse(&format!("r = ({call})")).errors.is_empty();
    let value = if is_expression { "r = " } else { "" };
    format!("{head}\n{setup}\n{value}{call}\n")
}

/// A version for which both the rule and the case hold, the newest release where that is one; none where there is no such version.
fn targets(rule: &Rule, case: &Case) -> Option<Targets> {
    let mut targets = Targets::default();
    let Some(releases) = releases(&rule.library) else { return Some(targets) };
    let ranges = [rule.versions, case.versions];
    let first = ranges.iter().filter_map(|range| range.since);
    let last = ranges.iter().filter_map(|range| range.until).map(|(major, minor)| (major, minor.saturating_sub(1)));
    let mut candidates = releases.iter().rev().copied().chain(first).chain(last);
    let (major, minor) = candidates.find(|version| ranges.iter().all(|range| range.contains(*version)))?;
    targets.set(&format!("{}={major}.{minor}", rule.library)).ok()?;
    Some(targets)
}
