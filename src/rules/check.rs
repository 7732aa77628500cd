//! Checks of compiled entries: results that cannot be met, cases that prove nothing, entries that collide.

use std::collections::BTreeMap;
use std::ops::Range;

use super::case::{ResultKind, allow, parse_gives};
use super::entry::Entry;
use super::error::RuleError;
use super::reader::Reader;
use super::schema::{Case, Cond, Relation};
use super::version::VersionRange;
use super::version::{Version, overlap};

/// The results of one entry: each can be met, and one always is.
pub(super) fn check_results(cx: &mut Reader<'_>, entry: &Entry) {
    let results = &entry.rule.results;
    for (index, (result, range)) in results.iter().zip(&entry.results).enumerate() {
        let earlier = &results[..index];
        if earlier.iter().any(|other| other.when == Cond::Always) {
            let help = "remove it, move it up, or give the result above a `when`";
            cx.error(range.clone(), "no call reaches this result: one above it has no `when`", help);
        } else if earlier.iter().any(|other| other.when == result.when) {
            let help = "remove one of the two, or change its `when`";
            cx.error(range.clone(), "no call reaches this result: one above it has the same `when`", help);
        }
    }
    if let (Some(last), Some(range)) = (results.last(), entry.results.last())
        && results.iter().all(|result| result.when != Cond::Always)
    {
        let message = "nothing is said for calls that meet no `when`";
        let help = match last.is {
            Relation::Copy => "add a last result without `when`",
            _ => "add a last result without `when`, such as `{ is = \"copy\" }`",
        };
        cx.error(range.clone(), message, help);
    }
}

/// The cases of one entry: there are some, each fits a result, and each result and write is shown.
pub(super) fn check_cases(cx: &mut Reader<'_>, entry: &Entry) {
    let rule = &entry.rule;
    if rule.cases.is_empty() {
        let (name, range) = &entry.names[0];
        let help = "add `cases = [{ setup = \"...\", call = \"...\", gives = \"...\" }]`";
        cx.error(range.clone(), format!("no case proves the entry of `{name}`"), help);
        return;
    }
    for (case, range) in rule.cases.iter().zip(&entry.cases) {
        check_case(cx, entry, case, range);
    }
    // A callable that only ever raises has nothing to show.
    let given: Vec<_> = rule.cases.iter().filter_map(kind_shown).collect();
    for (result, range) in rule.results.iter().zip(&entry.results) {
        let kind = result.kind();
        let is_shown = given.is_empty() || given.iter().any(|shown| result.is_shown_by(shown));
        if !is_shown && !kind.is_unknown() {
            let help = "add a case that gives it, or remove the result";
            cx.error(range.clone(), format!("no case gives this result, a {kind}"), help);
        }
    }
    let is_shown = rule.cases.iter().any(|case| !case.writes.is_empty() || !case.writes_metadata.is_empty());
    if let Some(range) = entry.writes.clone().filter(|_| !is_shown) {
        let help = "add a case with `writes` or `writes_metadata`, or remove the declaration";
        cx.error(range, "no case shows the write that is declared here", help);
    }
}

fn check_case(cx: &mut Reader<'_>, entry: &Entry, case: &Case, range: &Range<usize>) {
    let rule = &entry.rule;
    if !overlap(case.versions, rule.versions) {
        let help = "change the versions of the case, or move it to the entry for those versions";
        cx.error(range.clone(), "this case never runs: its versions lie outside those of its entry", help);
    }
    let writes = !case.writes.is_empty() || !case.writes_metadata.is_empty();
    let sets_attribute = rule.is_attribute && rule.sets.is_some() && writes;
    if writes && entry.writes.is_none() {
        let message = "this case shows a write that the entry does not declare";
        cx.error(range.clone(), message, "add `writes` or `writes_metadata` to the entry (`sets` to an attribute)");
    }
    if let Some(shown) = kind_shown(case).filter(|shown| !shown.is_unknown() && !sets_attribute)
        && !allow(&rule.results, &shown)
    {
        let message = format!("no result of this entry is a {shown}");
        cx.error(range.clone(), message, "add the result to `results`, or correct `gives`");
    }
}

fn kind_shown(case: &Case) -> Option<ResultKind> {
    parse_gives(&case.gives).ok().map(|gives| gives.kind())
}

/// One name of one entry.
struct Claim<'e> {
    versions: VersionRange,
    file: &'e str,
    range: &'e Range<usize>,
}

/// Entries against each other: for one name their versions neither overlap nor leave a gap.
pub(super) fn check_overlaps(entries: &[Entry]) -> Vec<RuleError> {
    let mut claims: BTreeMap<&str, Vec<Claim<'_>>> = BTreeMap::new();
    for entry in entries {
        for (name, range) in &entry.names {
            let claim = Claim { versions: entry.rule.versions, file: &entry.rule.source.0, range };
            claims.entry(name).or_default().push(claim);
        }
    }
    claims.iter_mut().flat_map(|(name, claims)| check_claims(name, claims)).collect()
}

fn check_claims(name: &str, claims: &mut [Claim<'_>]) -> Vec<RuleError> {
    let mut errors = Vec::new();
    claims.sort_by_key(|claim| claim.versions.since);
    for pair in claims.windows(2) {
        let [earlier, later] = pair else { continue };
        let (message, help) = if overlap(earlier.versions, later.versions) {
            let message = format!("`{name}` has another entry for the same versions, in {}", earlier.file);
            (message, "remove one, or limit both, such as `numpy = \"<2.1\"` and `numpy = \">=2.1\"`")
        } else if let (Some(until), Some(since)) = (earlier.versions.until, later.versions.since)
            && until < since
        {
            let gap = format!("from {} up to {}", in_words(until), in_words(since));
            (format!("no entry of `{name}` holds {gap}"), "make the version ranges meet")
        } else {
            continue;
        };
        let (file, range) = (later.file.to_owned(), later.range.clone());
        errors.push(RuleError { file, range, message, help: help.to_owned() });
    }
    errors
}

fn in_words((major, minor): Version) -> String {
    format!("{major}.{minor}")
}
