//! One `[[callable]]` or `[[attribute]]` entry, compiled from TOML.

use std::ops::Range;

use toml::de::DeTable;

use super::argument::Scope;
use super::case::parse_gives;
use super::condition::parse_condition;
use super::family::fill_in;
use super::reader::{Reader, Value};
use super::result::{FACT_KEYS, compile_results, compile_when, resolve};
use super::schema::{Case, Cond, NeverRaises, Param, ParamIdx, ParamKind, Raise, Rule, Told, Write, Written};
use super::signature::parse_signature;
use super::version::VersionRange;
use super::version::parse_range;

/// A compiled entry: a rule for its first name, every name, and where its parts stand.
pub(super) struct Entry {
    /// The rule; its name is the first.
    pub(super) rule: Rule,
    /// Each name with its place.
    pub(super) names: Vec<(String, Range<usize>)>,
    /// Where each result stands.
    pub(super) results: Vec<Range<usize>>,
    /// Where each case stands.
    pub(super) cases: Vec<Range<usize>>,
    /// Where the first write that is declared stands.
    pub(super) writes: Option<Range<usize>>,
}

/// What the file says of all its entries.
#[derive(Clone, Copy)]
pub(super) struct FileFacts<'f> {
    /// `library = "..."` where it is not the first part of each name.
    pub(super) library: Option<&'f str>,
}

const CALLABLE_KEYS: [&str; 17] = [
    "never_raises",
    "takes_any",
    "raises",
    "names",
    "signature",
    "results",
    "writes",
    "writes_metadata",
    "retains",
    "pure",
    "tells",
    "object",
    "distinctive",
    "protocol",
    "doc",
    "with",
    "cases",
];
const ATTRIBUTE_KEYS: [&str; 7] = ["raises", "names", "results", "sets", "doc", "with", "cases"];
const CASE_KEYS: [&str; 9] =
    ["setup", "call", "gives", "writes", "writes_metadata", "readonly", "overlaps", "owndata", "raises"];

/// Compiles one `[[callable]]`.
pub(super) fn compile_callable(cx: &mut Reader<'_>, value: &Value<'_>, facts: FileFacts<'_>) -> Option<Entry> {
    let table = cx.table(value)?;
    let header = header_range(value);
    let signature = cx.text_at(table, "signature");
    if signature.is_none() && !table.contains_key("signature") {
        cx.error(header, "this entry has no `signature`", "add `signature = \"(a, axis=None)\"`");
    }
    let params = signature.and_then(|text| cx.parsed(&text, parse_signature(text.value)));
    let mut entry = compile_common(cx, value, facts, &CALLABLE_KEYS, params?)?;
    let scope_params = entry.rule.params.clone();
    let scope = Scope(&scope_params);
    entry.rule.writes = compile_writes(cx, table, scope);
    entry.writes = ["writes", "writes_metadata"].iter().find_map(|key| table.get(*key)).map(Value::span);
    entry.rule.retains = compile_retains(cx, table, scope);
    entry.rule.pure = cx.truth_at(table, "pure").unwrap_or(false);
    if let Some(tells) = cx.text_at(table, "tells") {
        entry.rule.tells = match tells.value {
            "shares" => Some(Told::Shares),
            "may_share" => Some(Told::MayShare),
            other => {
                let help = "write \"shares\" or \"may_share\"";
                cx.error(tells.range.clone(), format!("`tells` cannot be `{other}`"), help);
                None
            }
        };
        if entry.rule.params.len() < 2 {
            let message = "`tells` is about two parameters, and there are fewer".to_owned();
            cx.error(tells.range.clone(), message, "leave it out");
        }
    }
    Some(entry)
}

/// Compiles one `[[attribute]]`.
pub(super) fn compile_attribute(cx: &mut Reader<'_>, value: &Value<'_>, facts: FileFacts<'_>) -> Option<Entry> {
    let table = cx.table(value)?;
    let params = vec![Param { name: "self".to_owned(), kind: ParamKind::PositionalOnly, default: None }];
    let mut entry = compile_common(cx, value, facts, &ATTRIBUTE_KEYS, params)?;
    entry.rule.is_attribute = true;
    if let Some(sets) = cx.text_at(table, "sets") {
        entry.rule.sets = match sets.value {
            "data" => Some(Written::Data),
            "metadata" => Some(Written::Metadata),
            other => {
                let help = "write \"data\" or \"metadata\"";
                cx.error(sets.range.clone(), format!("`sets` cannot be `{other}`"), help);
                None
            }
        };
        entry.writes = Some(sets.range);
    }
    Some(entry)
}

fn compile_common(
    cx: &mut Reader<'_>,
    value: &Value<'_>,
    facts: FileFacts<'_>,
    keys: &[&str],
    params: Vec<Param>,
) -> Option<Entry> {
    let table = cx.table(value)?;
    let header = header_range(value);
    let names = compile_names(cx, table, &header);
    let first = names.first()?.0.clone();
    let library = facts.library.unwrap_or_else(|| first.split('.').next().unwrap_or_default()).to_owned();
    let known: Vec<&str> = keys.iter().chain(&FACT_KEYS).copied().chain([library.as_str()]).collect();
    cx.reject_unknown_keys(table, &known, "an entry");
    let scope = Scope(&params);
    let (results, result_ranges) = compile_results(cx, table, scope, &header);
    let (mut cases, case_ranges) = compile_cases(cx, table, &library);
    fill_in(cx, table, &mut cases);
    let rule = Rule {
        name: first,
        is_attribute: false,
        sets: None,
        results,
        writes: Vec::new(),
        retains: Vec::new(),
        never_raises: cx.text_at(table, "never_raises").and_then(|text| {
            let cond = if text.value == "always" { Ok(Cond::Always) } else { parse_condition(text.value, scope) };
            let takes_any = cx.truth_at(table, "takes_any").unwrap_or(false);
            cx.parsed(&text, cond).map(|when| NeverRaises { when, takes_any })
        }),
        raises: compile_raises(cx, table, scope),
        pure: false,
        tells: None,
        object: cx.text_at(table, "object").map(|text| text.value.to_owned()),
        is_distinctive: cx.truth_at(table, "distinctive").unwrap_or(false),
        protocol: cx.text_at(table, "protocol").map(|text| text.value.to_owned()),
        doc: cx.text_at(table, "doc").map(|text| text.value.to_owned()).unwrap_or_default(),
        versions: compile_versions(cx, table, &library),
        cases,
        source: (cx.file.to_owned(), entry_range(value)),
        library,
        params,
    };
    Some(Entry { rule, names, results: result_ranges, cases: case_ranges, writes: None })
}

fn compile_names(cx: &mut Reader<'_>, table: &DeTable<'_>, header: &Range<usize>) -> Vec<(String, Range<usize>)> {
    let mut names: Vec<(String, Range<usize>)> = Vec::new();
    for text in cx.texts_at(table, "names") {
        let is_path = text.value.split('.').all(|part| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        });
        if !is_path {
            let message = format!("`{}` is not a qualified name", text.value);
            cx.error(text.range, message, "write the import path with dots, such as `numpy.zeros`");
        } else if names.iter().any(|(name, _)| name == text.value) {
            cx.error(text.range, format!("`{}` stands twice in `names`", text.value), "remove one");
        } else {
            names.push((text.value.to_owned(), text.range));
        }
    }
    if names.is_empty() {
        cx.error(header.clone(), "this entry has no `names`", "add `names = [\"numpy.zeros\"]`");
    }
    names
}

fn compile_versions(cx: &mut Reader<'_>, table: &DeTable<'_>, library: &str) -> VersionRange {
    let text = cx.text_at(table, library);
    text.and_then(|text| cx.parsed(&text, parse_range(text.value))).unwrap_or_default()
}

fn compile_writes(cx: &mut Reader<'_>, table: &DeTable<'_>, scope: Scope<'_>) -> Vec<Write> {
    let mut writes = Vec::new();
    for (key, what) in [("writes", Written::Data), ("writes_metadata", Written::Metadata)] {
        for value in cx.list_at(table, key) {
            if let Some((param, when)) = compile_argument(cx, value, scope, &["arg", "when", "writeable"]) {
                let flag = value.get_ref().as_table().and_then(|table| cx.text_at(table, "writeable"));
                let writeable = flag.and_then(|text| resolve(cx, &text, scope));
                writes.push(Write { param, what, when, writeable });
            }
        }
    }
    writes
}

/// `raises = [{ is = "ValueError", when = "not fits(self, shape)" }]`
fn compile_raises(cx: &mut Reader<'_>, table: &DeTable<'_>, scope: Scope<'_>) -> Vec<Raise> {
    let mut raises = Vec::new();
    for value in cx.list_at(table, "raises") {
        let Some(table) = cx.table(value) else { continue };
        cx.reject_unknown_keys(table, &["is", "when"], "an exception");
        let (Some(class), Some(when)) = (cx.text_at(table, "is"), cx.text_at(table, "when")) else {
            cx.error(value.span(), "this does not say what is raised, and when", "add `is` and `when`");
            continue;
        };
        if let Some(when) = cx.parsed(&when, parse_condition(when.value, scope)) {
            raises.push(Raise { class: class.value.to_owned(), when });
        }
    }
    raises
}

fn compile_retains(cx: &mut Reader<'_>, table: &DeTable<'_>, scope: Scope<'_>) -> Vec<ParamIdx> {
    let values = cx.list_at(table, "retains");
    values
        .iter()
        .filter_map(|value| compile_argument(cx, value, scope, &["arg", "by"]))
        .map(|(param, _)| param)
        .collect()
}

/// `"out"` or `{ arg = "out", when = "..." }`.
fn compile_argument(
    cx: &mut Reader<'_>,
    value: &Value<'_>,
    scope: Scope<'_>,
    keys: &[&str],
) -> Option<(ParamIdx, Cond)> {
    if value.get_ref().is_str() {
        let text = cx.text(value)?;
        return Some((resolve(cx, &text, scope)?, Cond::Always));
    }
    let table = cx.table(value)?;
    cx.reject_unknown_keys(table, keys, "an argument");
    let Some(text) = cx.text_at(table, "arg") else {
        cx.error(value.span(), "this does not say which argument", "add `arg = \"out\"`");
        return None;
    };
    Some((resolve(cx, &text, scope)?, compile_when(cx, table, scope)))
}

fn compile_cases(cx: &mut Reader<'_>, table: &DeTable<'_>, library: &str) -> (Vec<Case>, Vec<Range<usize>>) {
    let values = cx.list_at(table, "cases");
    values.iter().filter_map(|value| Some((compile_case(cx, value, library)?, value.span()))).unzip()
}

fn compile_case(cx: &mut Reader<'_>, value: &Value<'_>, library: &str) -> Option<Case> {
    let table = cx.table(value)?;
    let known: Vec<&str> = CASE_KEYS.iter().copied().chain([library]).collect();
    cx.reject_unknown_keys(table, &known, "a case");
    let mut string = |key| cx.text_at(table, key).map(|text| text.value.to_owned());
    let (setup, call, raises) = (string("setup").unwrap_or_default(), string("call"), string("raises"));
    let gives = cx.text_at(table, "gives");
    if let Some(gives) = &gives {
        cx.parsed(gives, parse_gives(gives.value));
    } else if raises.is_none() {
        cx.error(
            value.span(),
            "this case does not say what comes back",
            "add `gives = \"copy\"` or `raises = \"ValueError\"`",
        );
    }
    if call.is_none() {
        cx.error(value.span(), "this case has no `call`", "add `call = \"np.zeros(3)\"`");
    }
    let mut strings = |key| cx.texts_at(table, key).iter().map(|text| text.value.to_owned()).collect();
    let (writes, writes_metadata) = (strings("writes"), strings("writes_metadata"));
    Some(Case {
        setup,
        call: call?,
        gives: gives.map(|text| text.value.to_owned()).unwrap_or_default(),
        writes,
        writes_metadata,
        readonly: cx.truth_at(table, "readonly"),
        overlaps: cx.truth_at(table, "overlaps"),
        owndata: cx.truth_at(table, "owndata"),
        raises,
        versions: compile_versions(cx, table, library),
    })
}

/// The header line of an entry.
fn header_range(value: &Value<'_>) -> Range<usize> {
    value.span()
}

/// The whole entry: its header and every value.
fn entry_range(value: &Value<'_>) -> Range<usize> {
    let header = header_range(value);
    let values = value.get_ref().as_table().into_iter().flatten().map(|(_, value)| value.span().end);
    header.start..values.fold(header.end, usize::max)
}
