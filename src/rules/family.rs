//! Families: what many entries have in common, stated once under `[families.<name>]` of a file.
//!
//! An entry with `family = "<name>"` has every key of the family that it does not have itself, and the cases of the
//! family before its own, but for those that are for other versions. `with` gives the texts that stand for `{key}` in cases.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::error::suggestion;
use super::reader::{Reader, Value};
use super::schema::Case;
use super::version::{overlap, parse_range};

/// The entry with what its family says, if it is of one.
pub(super) fn with_family<'t>(
    cx: &mut Reader<'_>,
    families: Option<&'t DeTable<'t>>,
    value: &'t Value<'t>,
) -> Option<Value<'t>> {
    let table = value.get_ref().as_table()?;
    let name = cx.text_at(table, "family")?;
    let known = families.into_iter().flatten().map(|(key, _)| key.get_ref().as_ref());
    let Some(family) = families.and_then(|families| families.get(name.value)) else {
        let help = suggestion(name.value, known);
        cx.error(name.range, format!("this file has no family `{}`", name.value), help);
        return None;
    };
    let mut merged = cx.table(family)?.clone();
    let own_cases = table.get("cases").and_then(|cases| cases.get_ref().as_array());
    let shared = merged.get("cases").map(|cases| (cases.span(), cases.get_ref().clone()));
    for (key, value) in table {
        if key.get_ref() != "family" {
            merged.insert(key.clone(), value.clone());
        }
    }
    if let Some((span, DeValue::Array(shared))) = shared {
        let mut cases = DeArray::new();
        let fitting = shared.iter().filter(|case| holds_for(table, case.get_ref()));
        fitting.chain(own_cases.into_iter().flat_map(|own| own.iter())).for_each(|case| cases.push(case.clone()));
        merged.insert(Spanned::new(span.clone(), "cases".into()), Spanned::new(span, DeValue::Array(cases)));
    }
    Some(Spanned::new(value.span(), DeValue::Table(merged)))
}

/// Whether there is a version for which both an entry and a case of its family hold.
fn holds_for(entry: &DeTable<'_>, case: &DeValue<'_>) -> bool {
    let range = |value: &DeValue<'_>| value.as_str().and_then(|text| parse_range(text).ok());
    let is_apart = |(key, value): (&_, &Value<'_>)| {
        let both = entry.get(key).and_then(|own| range(own.get_ref())).zip(range(value.get_ref()));
        both.is_some_and(|(own, other)| !overlap(own, other))
    };
    !case.as_table().into_iter().flatten().any(is_apart)
}

/// Puts the texts of `with` in the place of their keys.
pub(super) fn fill_in(cx: &mut Reader<'_>, table: &DeTable<'_>, cases: &mut [Case]) {
    let Some(texts) = table.get("with").and_then(|value| cx.table(value)) else { return };
    for (key, value) in texts {
        let Some(text) = cx.text(value) else { continue };
        let place = format!("{{{}}}", key.get_ref());
        let mut is_used = false;
        for code in cases.iter_mut().flat_map(|case| [&mut case.setup, &mut case.call]) {
            if code.contains(&place) {
                *code = code.replace(&place, text.value);
                is_used = true;
            }
        }
        if !is_used {
            cx.error(key.span(), format!("no case has `{place}`"), "remove it, or write it in a case");
        }
    }
}
