//! Other names for what entries describe: `[aliases]` in a rule file.

use std::ops::Range;

use rustc_hash::FxHashMap;
use toml::de::DeTable;

use super::error::{RuleError, suggestion};
use super::reader::Reader;
use super::set::RuleSet;

/// What an alias stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasKind {
    /// One name.
    Name,
    /// Every name under a prefix.
    Prefix,
}

/// One line of `[aliases]`.
pub(super) struct Alias {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: AliasKind,
    pub(super) file: String,
    pub(super) range: Range<usize>,
}

/// The aliases of files, for looking names up.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases {
    /// From one name to another.
    names: FxHashMap<String, String>,
    /// From one prefix, without `.*`, to another.
    prefixes: FxHashMap<String, String>,
}

impl Aliases {
    pub(super) fn add(&mut self, alias: &Alias) {
        let table = match alias.kind {
            AliasKind::Name => &mut self.names,
            AliasKind::Prefix => &mut self.prefixes,
        };
        table.insert(alias.from.clone(), alias.to.clone());
    }

    /// What the whole name stands for.
    pub(super) fn of_name(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    /// What the prefix stands for.
    pub(super) fn of_prefix(&self, prefix: &str) -> Option<&str> {
        self.prefixes.get(prefix).map(String::as_str)
    }

    /// Every name or prefix with what it stands for.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str, AliasKind)> {
        let names = self.names.iter().map(|(from, to)| (from.as_str(), to.as_str(), AliasKind::Name));
        names.chain(self.prefixes.iter().map(|(from, to)| (from.as_str(), to.as_str(), AliasKind::Prefix)))
    }
}

impl RuleSet {
    pub(super) fn check_alias(&self, alias: &Alias) -> Option<RuleError> {
        if alias.kind == AliasKind::Prefix || self.describes(&self.canonical(&alias.from)) {
            return None;
        }
        let message = format!("no entry describes `{}`", alias.to);
        let help = suggestion(&alias.to, self.similar_names(&alias.to));
        Some(RuleError { file: alias.file.clone(), range: alias.range.clone(), message, help })
    }
}

/// The table in a rule file.
pub(super) fn compile_aliases(cx: &mut Reader<'_>, table: &DeTable<'_>, aliases: &mut Vec<Alias>) {
    for (key, value) in table {
        let Some(to) = cx.text(value) else { continue };
        let (from, file, range) = (key.get_ref(), cx.file.to_owned(), to.range.clone());
        let alias = |from: &str, to: &str, kind| Alias { from: from.to_owned(), to: to.to_owned(), kind, file, range };
        match (from.strip_suffix(".*"), to.value.strip_suffix(".*")) {
            (Some(from), Some(to)) => aliases.push(alias(from, to, AliasKind::Prefix)),
            (None, None) => aliases.push(alias(from, to.value, AliasKind::Name)),
            _ => {
                let message = "only one side of this alias ends in `.*`";
                cx.error(key.span().start..to.range.end, message, "write `.*` on both sides or on none");
            }
        }
    }
}
