//! Reading the TOML of one rule file: typed access that records every mistake with its place and goes on.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Parsed, Problem, RuleError, suggestion};
use super::schema::Stated;

/// A TOML value with its place.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// A string of the file with its place, quotes included.
#[derive(Clone, Debug)]
pub(super) struct Text<'t> {
    pub(super) value: &'t str,
    pub(super) range: Range<usize>,
}

/// One file that is being read, and what was found wrong in it.
pub(super) struct Reader<'f> {
    pub(super) file: &'f str,
    pub(super) source: &'f str,
    pub(super) errors: Vec<RuleError>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(file: &'f str, source: &'f str) -> Self {
        Self { file, source, errors: Vec::new() }
    }

    /// Records a mistake.
    pub(super) fn error(&mut self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let file = self.file.to_owned();
        self.errors.push(RuleError { file, range, message: message.into(), help: help.into() });
    }

    /// The parsed value, or nothing and a recorded mistake inside `text`.
    pub(super) fn parsed<T>(&mut self, text: &Text<'_>, parsed: Parsed<T>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(Problem { range, message, help }) => {
                let range = place_in_file(self.source, text, range);
                self.error(range, message, help);
                None
            }
        }
    }

    /// Records every key of `table` that is not known.
    pub(super) fn reject_unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str], what: &str) {
        for (key, _) in table {
            let name = key.get_ref();
            if !known.contains(&name.as_ref()) {
                let help = suggestion(name, known.iter().copied());
                self.error(key.span(), format!("unknown key `{name}` in {what}"), help);
            }
        }
    }

    /// A string.
    pub(super) fn text<'t>(&mut self, value: &'t Value<'_>) -> Option<Text<'t>> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.mismatch(value, "a string");
        }
        text.map(|text| Text { value: text, range: value.span() })
    }

    /// The string under `key`, where there is one.
    pub(super) fn text_at<'t>(&mut self, table: &'t DeTable<'_>, key: &str) -> Option<Text<'t>> {
        table.get(key).and_then(|value| self.text(value))
    }

    /// A table.
    pub(super) fn table<'t>(&mut self, value: &'t Value<'t>) -> Option<&'t DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.mismatch(value, "a table");
        }
        table
    }

    /// The values of the list under `key`; nothing where the key is absent.
    pub(super) fn list_at<'t>(&mut self, table: &'t DeTable<'t>, key: &str) -> &'t [Value<'t>] {
        let Some(value) = table.get(key) else { return &[] };
        let list = value.get_ref().as_array();
        if list.is_none() {
            self.mismatch(value, "a list");
        }
        list.map_or(&[], |list| list)
    }

    /// The strings of the list under `key`.
    pub(super) fn texts_at<'t>(&mut self, table: &'t DeTable<'t>, key: &str) -> Vec<Text<'t>> {
        self.list_at(table, key).iter().filter_map(|value| self.text(value)).collect()
    }

    /// The string, or the strings of the list, under `key`.
    pub(super) fn one_or_more_at<'t>(&mut self, table: &'t DeTable<'t>, key: &str) -> Vec<Text<'t>> {
        match table.get(key).map(Spanned::get_ref) {
            Some(DeValue::String(_)) => self.text_at(table, key).into_iter().collect(),
            _ => self.texts_at(table, key),
        }
    }

    /// The truth value under `key`: `true`, `false`, `"yes"` or `"no"`; nothing for `"unknown"`.
    pub(super) fn truth_at(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => return Some(*truth),
            DeValue::String(text) if text == "yes" => return Some(true),
            DeValue::String(text) if text == "no" => return Some(false),
            _ => self.mismatch(value, "true or false"),
        }
        None
    }

    /// What is stated of a flag under `key`.
    pub(super) fn stated_at(&mut self, table: &DeTable<'_>, key: &str) -> Option<Stated> {
        let value = table.get(key)?;
        if value.get_ref().as_str() == Some("unknown") {
            return Some(Stated::Varies);
        }
        self.truth_at(table, key).map(|truth| if truth { Stated::Yes } else { Stated::No })
    }

    /// The number under `key`.
    pub(super) fn number_at(&mut self, table: &DeTable<'_>, key: &str) -> Option<u32> {
        let value = table.get(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        if number.is_none() {
            self.mismatch(value, "a number that is not negative");
        }
        number
    }

    fn mismatch(&mut self, value: &Value<'_>, wanted: &str) {
        let message = format!("{} stands where {wanted} is expected", with_article(value.get_ref().type_str()));
        self.error(value.span(), message, format!("write {wanted}"));
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// Where `inner`, a range in the value of `text`, stands in the file: escapes are longer there than in the value.
pub(super) fn place_in_file(source: &str, text: &Text<'_>, inner: Range<usize>) -> Range<usize> {
    let raw = &source[text.range.clone()];
    let quote = raw.chars().next().unwrap_or('"');
    let opening = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let body = raw.get(opening..).unwrap_or_default();
    let newline =
        if opening == 3 { body.len() - body.trim_start_matches('\r').trim_start_matches('\n').len() } else { 0 };
    let base = text.range.start + opening + newline.min(2);
    if quote == '\'' || !raw.contains('\\') {
        return base + inner.start..base + inner.end;
    }
    let body = &source[base..text.range.end];
    base + raw_offset(body, inner.start)..base + raw_offset(body, inner.end)
}

/// The offset in `body`, which has escapes, of byte `wanted` of its value.
fn raw_offset(body: &str, wanted: usize) -> usize {
    let (mut raw, mut decoded) = (0, 0);
    while decoded < wanted {
        let rest = &body[raw..];
        let Some(first) = rest.chars().next() else { return raw };
        if first != '\\' {
            raw += first.len_utf8();
            decoded += first.len_utf8();
            continue;
        }
        let digits = match rest.as_bytes().get(1) {
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(b'\n' | b'\r' | b' ' | b'\t') => {
                raw += 1 + rest[1..].len() - rest[1..].trim_start().len();
                continue;
            }
            _ => 0,
        };
        let code = rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        decoded += code.and_then(char::from_u32).map_or(1, char::len_utf8);
        raw += 2 + digits;
    }
    raw.min(body.len())
}
