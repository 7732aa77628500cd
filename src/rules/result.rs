//! Results of an entry, compiled from TOML: relations, conditions and facts.

use std::ops::Range;

use toml::de::DeTable;

use super::argument::Scope;
use super::case::{container_named, relation_named};
use super::condition::parse_condition;
use super::error::{Problem, suggestion};
use super::fact::{parse_dtype, parse_geometry, parse_layout};
use super::reader::{Reader, Text, Value};
use super::schema::{Cond, Container, Counted, Outcome, ParamIdx, Relation, ResultFacts};

/// Keys that state facts of a result, in an entry for all its results.
pub(super) const FACT_KEYS: [&str; 7] = ["shape", "dtype", "layout", "writeable", "overlaps", "owndata", "class"];
const RESULT_KEYS: [&str; 11] =
    ["is", "of", "when", "because", "container", "count", "each", "items", "passes_on", "stands_for", "number"];

/// What the entry says of all its results.
#[derive(Clone, Default)]
struct Shared {
    facts: ResultFacts,
    class: Option<String>,
}

impl Shared {
    fn compile(cx: &mut Reader<'_>, table: &DeTable<'_>, scope: Scope<'_>) -> Self {
        let class = cx.text_at(table, "class").map(|text| text.value.to_owned());
        Self { facts: compile_facts(cx, table, scope), class }
    }

    /// What holds for a result that says `self`, in an entry that says `outer`.
    fn within(self, outer: &Self, is: Relation) -> Self {
        match is {
            Relation::View | Relation::Copy => {
                Self { facts: merged(self.facts, &outer.facts), class: self.class.or_else(|| outer.class.clone()) }
            }
            Relation::Scalar => {
                let dtype = self.facts.dtype.or_else(|| outer.facts.dtype.clone());
                Self { facts: ResultFacts { dtype, ..self.facts }, ..self }
            }
            Relation::Value => Self { class: self.class.or_else(|| outer.class.clone()), ..self },
            // These have facts of their own: an object that was there before, or no array.
            Relation::Same | Relation::None | Relation::Unknown => self,
        }
    }
}

fn compile_facts(cx: &mut Reader<'_>, table: &DeTable<'_>, scope: Scope<'_>) -> ResultFacts {
    let shape = cx.text_at(table, "shape");
    let dtype = cx.text_at(table, "dtype");
    let layout = cx.text_at(table, "layout");
    ResultFacts {
        geometry: shape.and_then(|text| cx.parsed(&text, parse_geometry(text.value, scope))),
        dtype: dtype.and_then(|text| cx.parsed(&text, parse_dtype(text.value, scope))),
        layout: layout.and_then(|text| cx.parsed(&text, parse_layout(text.value, scope))),
        writeable: cx.stated_at(table, "writeable"),
        overlaps: cx.truth_at(table, "overlaps").unwrap_or(false),
        owndata: cx.stated_at(table, "owndata"),
    }
}

/// The results of an entry, each with its place.
pub(super) fn compile_results(
    cx: &mut Reader<'_>,
    table: &DeTable<'_>,
    scope: Scope<'_>,
    header: &Range<usize>,
) -> (Vec<Outcome>, Vec<Range<usize>>) {
    let shared = Shared::compile(cx, table, scope);
    let values = cx.list_at(table, "results");
    if values.is_empty() {
        cx.error(header.clone(), "this entry has no `results`", "say what comes back: `results = [{ is = \"none\" }]`");
    }
    values.iter().filter_map(|value| Some((compile_result(cx, value, scope, &shared)?, value.span()))).unzip()
}

fn compile_result(cx: &mut Reader<'_>, value: &Value<'_>, scope: Scope<'_>, shared: &Shared) -> Option<Outcome> {
    let table = cx.table(value)?;
    let known: Vec<&str> = RESULT_KEYS.iter().chain(&FACT_KEYS).copied().collect();
    cx.reject_unknown_keys(table, &known, "a result");
    let own = Shared::compile(cx, table, scope);
    let items = compile_items(cx, table, scope, &own.clone().within(shared, Relation::Copy));
    let has_items = table.contains_key("items");
    let is = if has_items { Relation::Unknown } else { compile_relation(cx, value, table)? };
    let of: Vec<ParamIdx> = cx.one_or_more_at(table, "of").iter().filter_map(|text| resolve(cx, text, scope)).collect();
    let each = cx.text_at(table, "each").and_then(|text| resolve(cx, &text, scope));
    if matches!(is, Relation::Same | Relation::View) && of.is_empty() && each.is_none() && !table.contains_key("of") {
        let message = "this result does not say what it shares memory with";
        cx.error(value.span(), message, "add `of = \"a\"`");
    }
    let container = compile_container(cx, table);
    if container.is_none() && has_items && !table.contains_key("container") {
        cx.error(value.span(), "this result has `items` and no container", "add `container = \"tuple\"`");
    }
    let Shared { facts, class } = own.within(shared, is);
    Some(Outcome {
        passes_on: cx.truth_at(table, "passes_on").unwrap_or(false),
        is,
        of,
        when: compile_when(cx, table, scope),
        because: cx.text_at(table, "because").map(|text| text.value.to_owned()),
        container,
        count: cx.number_at(table, "count").or_else(|| u32::try_from(items.len()).ok().filter(|_| has_items)),
        each,
        items,
        stands_for: cx.text_at(table, "stands_for").map(|text| text.value.to_owned()),
        number: cx.text_at(table, "number").and_then(|text| {
            let known = match text.value {
                "ndim" => Ok(Counted::Axes),
                "size" => Ok(Counted::Elements),
                other => Err(Problem::new(0..other.len(), "this number is not known", "write `ndim` or `size`")),
            };
            cx.parsed(&text, known)
        }),
        class,
        facts,
    })
}

fn compile_items(cx: &mut Reader<'_>, table: &DeTable<'_>, scope: Scope<'_>, shared: &Shared) -> Vec<Outcome> {
    let values = cx.list_at(table, "items");
    values.iter().filter_map(|value| compile_result(cx, value, scope, shared)).collect()
}

fn compile_container(cx: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Container> {
    let text = cx.text_at(table, "container")?;
    let container = container_named(text.value);
    if container.is_none() {
        let help = suggestion(text.value, ["list", "tuple", "iterator"]);
        cx.error(text.range, format!("unknown container `{}`", text.value), help);
    }
    container
}

fn compile_relation(cx: &mut Reader<'_>, value: &Value<'_>, table: &DeTable<'_>) -> Option<Relation> {
    let words = ["same", "view", "copy", "scalar", "value", "none", "unknown"];
    let Some(text) = cx.text_at(table, "is") else {
        if !table.contains_key("is") {
            cx.error(value.span(), "this result has no `is`", format!("add `is` with one of {}", words.join(", ")));
        }
        return None;
    };
    let relation = relation_named(text.value);
    if relation.is_none() {
        cx.error(text.range, format!("unknown result `{}`", text.value), suggestion(text.value, words));
    }
    relation
}

/// The facts of a result, with those of the entry where it has none of its own.
fn merged(own: ResultFacts, shared: &ResultFacts) -> ResultFacts {
    ResultFacts {
        geometry: own.geometry.or_else(|| shared.geometry.clone()),
        dtype: own.dtype.or_else(|| shared.dtype.clone()),
        layout: own.layout.or_else(|| shared.layout.clone()),
        writeable: own.writeable.or(shared.writeable),
        overlaps: own.overlaps || shared.overlaps,
        owndata: own.owndata.or(shared.owndata),
    }
}

/// The parameter that `text` names.
pub(super) fn resolve(cx: &mut Reader<'_>, text: &Text<'_>, scope: Scope<'_>) -> Option<ParamIdx> {
    cx.parsed(text, scope.resolve(text.value, 0..text.value.len()))
}

/// The condition under `when`.
pub(super) fn compile_when(cx: &mut Reader<'_>, table: &DeTable<'_>, scope: Scope<'_>) -> Cond {
    let text = cx.text_at(table, "when");
    text.and_then(|text| cx.parsed(&text, parse_condition(text.value, scope))).unwrap_or(Cond::Always)
}
