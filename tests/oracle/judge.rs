//! Compares what a case says with what real NumPy did.

use std::collections::BTreeSet;

use ndalias::rules::{Case, Container, Gives, Relation};

use crate::support::programs::{Element, Observed};

/// Everything in which `case` and what was observed differ, one line each.
pub fn judge_case(case: &Case, observed: &Observed) -> Vec<String> {
    if let Some(error) = &observed.setup_error {
        return vec![format!("the setup raises {error}")];
    }
    if case.raises.is_none() && observed.raised.is_some() {
        return vec![format!("raises {}", message(observed))];
    }
    let mut differences = judge_writes(case, observed);
    match (&case.raises, &observed.raised) {
        (Some(wanted), None) => differences.push(format!("does not raise {wanted}")),
        (Some(wanted), Some(classes)) if !classes.contains(wanted) => {
            differences.push(format!("raises {} instead of {wanted}", message(observed)));
        }
        (Some(_), Some(_)) => {}
        (None, _) => match Gives::parse(&case.gives) {
            Ok(gives) => {
                differences.extend(judge_result(&gives, observed));
                differences.extend(judge_facts(case, observed));
            }
            Err(error) => differences.push(error),
        },
    }
    differences
}

fn message(observed: &Observed) -> &str {
    observed.message.as_deref().unwrap_or_default()
}

/// How what came back differs from `gives`.
pub fn judge_result(gives: &Gives, observed: &Observed) -> Option<String> {
    if gives.kind().is_unknown() {
        return None;
    }
    let container = gives.container.map(container_name);
    if !gives.items.is_empty() {
        let is_so = observed.container.as_deref() == container
            && observed.elements.len() == gives.items.len()
            && gives
                .items
                .iter()
                .zip(&observed.elements)
                .all(|(item, element)| relation_holds(item, element, observed));
        return if is_so { None } else { Some(format!("gives {}", found(observed))) };
    }
    let is_plain = |element: &Element| element.kind != "array";
    // A tuple of integers is a value.
    let is_value = gives.relation == Relation::Value
        && container.is_none()
        && observed.container.is_some()
        && observed.elements.iter().all(is_plain);
    if is_value {
        return None;
    }
    if observed.container.as_deref() != container {
        return Some(format!("gives {}", found(observed)));
    }
    // Scalars beside arrays in a container say nothing: `lstsq` gives arrays and a rank.
    let wants_arrays = matches!(gives.relation, Relation::Same | Relation::View | Relation::Copy);
    let judged: Vec<&Element> =
        observed.elements.iter().filter(|element| container.is_none() || !wants_arrays || !is_plain(element)).collect();
    let is_found =
        |name: &String| judged.iter().any(|element| element.shares.contains(name) || element.same.contains(name));
    let matches = if judged.is_empty() {
        observed.elements.is_empty()
    } else {
        judged.iter().all(|element| relation_holds(gives, element, observed)) && gives.of.iter().all(is_found)
    };
    if matches { None } else { Some(format!("gives {}", found(observed))) }
}

fn relation_holds(gives: &Gives, element: &Element, observed: &Observed) -> bool {
    match gives.relation {
        Relation::Same => gives.of.iter().any(|name| element.same.contains(name)),
        Relation::View => {
            element.kind == "array"
                && element.same.is_empty()
                && !element.shares.is_empty()
                && element.shares.iter().all(|name| explained(name, &gives.of, observed))
        }
        Relation::Copy => element.kind == "array" && element.same.is_empty() && element.shares.is_empty(),
        Relation::Scalar => matches!(element.kind.as_str(), "scalar" | "text"),
        Relation::Value => {
            matches!(element.kind.as_str(), "value" | "text") || (gives.container.is_some() && element.kind == "scalar")
        }
        Relation::None => element.kind == "none",
        Relation::Unknown => true,
    }
}

/// Whether a variable is listed, or had common memory with one that is before the call.
fn explained(name: &String, listed: &[String], observed: &Observed) -> bool {
    listed.contains(name)
        || observed
            .variables
            .get(name)
            .is_some_and(|variable| variable.shares.iter().any(|other| listed.contains(other)))
}

fn judge_writes(case: &Case, observed: &Observed) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, variable) in &observed.variables {
        let is_listed = case.writes.contains(name);
        if variable.written && !is_listed && !explained(name, &case.writes, observed) {
            differences.push(format!("writes `{name}`, which `writes` does not list"));
        } else if variable.written_around && !variable.written && !explained(name, &case.writes, observed) {
            differences.push(format!("writes memory around `{name}`, which `writes` does not list"));
        } else if is_listed && !variable.written {
            differences.push(format!("does not write `{name}`"));
        }
        let is_listed = case.writes_metadata.contains(name);
        if variable.metadata_written && !is_listed {
            differences.push(format!("changes shape, dtype, strides or flags of `{name}`"));
        } else if is_listed && !variable.metadata_written {
            differences.push(format!("does not change shape, dtype, strides or flags of `{name}`"));
        }
    }
    let unknown =
        case.writes.iter().chain(&case.writes_metadata).filter(|name| !observed.variables.contains_key(*name));
    differences.extend(unknown.map(|name| format!("`{name}` is no variable of the setup")));
    differences
}

/// Facts that the case states; those that it does not are judged with the entry.
fn judge_facts(case: &Case, observed: &Observed) -> Vec<String> {
    let mut differences = BTreeSet::new();
    for array in observed.elements.iter().filter_map(|element| element.array.as_ref()) {
        let facts = [
            ("readonly", case.readonly, !array.writeable),
            ("overlaps", case.overlaps, array.overlaps),
            ("owndata", case.owndata, array.owndata),
        ];
        let wrong = facts.into_iter().filter(|(_, stated, actual)| stated.is_some_and(|stated| stated != *actual));
        differences.extend(wrong.map(|(name, _, actual)| format!("gives `{name} = {actual}`")));
    }
    differences.into_iter().collect()
}

/// What came back, in the words of `gives`.
pub fn found(observed: &Observed) -> String {
    let elements: BTreeSet<String> = observed.elements.iter().map(element_in_words).collect();
    let elements: Vec<String> = elements.into_iter().collect();
    let elements = if elements.is_empty() { "nothing".to_owned() } else { elements.join(" and ") };
    match &observed.container {
        Some(container) => format!("{container} of {elements}"),
        None => elements,
    }
}

fn element_in_words(element: &Element) -> String {
    match (element.kind.as_str(), element.same.is_empty(), element.shares.is_empty()) {
        ("array", false, _) => format!("same as {}", element.same.join(", ")),
        ("array", true, false) => format!("view of {}", element.shares.join(", ")),
        ("array", true, true) => "copy".to_owned(),
        (kind, false, _) => format!("same as {} ({kind})", element.same.join(", ")),
        (kind, true, _) => format!("{kind} ({})", element.class),
    }
}

fn container_name(container: Container) -> &'static str {
    match container {
        Container::List => "list",
        Container::Tuple => "tuple",
        Container::Iterator => "iterator",
    }
}
