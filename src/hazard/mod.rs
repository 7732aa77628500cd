//! Hazards: one file for each, holding its page, its detection, its message and its fix.
//!
//! A hazard is the module `src/hazard/<name>.rs` and one line in the list below. The module's own doc comment is the page
//! that people read (see [`page`]); `META` says what kind of hazard it is; `check` adds a finding for each occurrence.
//! Nothing else in ndalias names a single hazard.

mod attribute;
mod backup;
mod base;
mod caller;
mod change;
mod conversion;
mod copying;
mod delegated;
mod double_use;
mod guarded;
mod handle;
mod history;
mod holder;
mod holding;
mod intent;
mod liveness;
mod meta;
mod page;
mod parameter_write;
mod path;
pub mod query;
mod reuse;
mod snapshot;
mod tables;
mod temporary;
mod trial;
mod turn;
mod usage;

pub use meta::{Group, Meta};
pub use page::{Page, Section};

use std::cell::OnceCell;

use self::tables::Tables;
use crate::alias::AliasFacts;
use crate::diagnostic::Diagnostic;
use crate::ir::{BodyId, Module, Table};
use crate::rules::RuleSet;
use crate::source::Cell;

/// Makes each listed file a hazard. The list is sorted by name.
macro_rules! hazards {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        static ALL: &[Hazard] = &[$(Hazard {
            meta: &$name::META,
            check: $name::check,
            file: include_str!(concat!(stringify!($name), ".rs")),
        }),*];
    };
}

hazards! {
    cached_array_mutated,
    chained_table_write,
    class_level_array_shared,
    del_base_does_not_free,
    discarded_copy_result,
    fancy_chained_write_lost,
    full_slice_as_copy,
    inplace_method_on_copy,
    inverted_copy_flag,
    list_multiply_array,
    live_buffer_to_callback,
    mutate_after_maybe_copy,
    mutate_parameter,
    mutate_through_slice,
    plain_assign_alias_mutated,
    retained_reused_buffer,
    returned_internal_view,
    row_swap_tuple,
    shallow_copy_shares_array,
    shared_default_mutated,
    small_view_keeps_base,
    stale_snapshot_alias,
    stored_argument_alias,
    write_to_broadcast_view,
    write_to_flatten,
    write_to_read_only,
}

/// What a check sees of one file.
pub struct Context<'a> {
    /// Its code.
    pub module: &'a Module,
    /// What is known about its arrays.
    pub facts: &'a AliasFacts,
    /// Its text.
    pub text: &'a str,
    /// The API rules.
    pub rules: &'a RuleSet,
    /// In a notebook, its code cells.
    pub cells: &'a [Cell],
    tables: Table<BodyId, OnceCell<Tables>>,
}

impl<'a> Context<'a> {
    /// A file as checks see it.
    #[must_use]
    pub fn new(
        module: &'a Module,
        facts: &'a AliasFacts,
        text: &'a str,
        rules: &'a RuleSet,
        cells: &'a [Cell],
    ) -> Self {
        let tables = module.bodies.iter().map(|_| OnceCell::new()).collect();
        Self { module, facts, text, rules, cells, tables }
    }
}

/// Adds the findings of one hazard in one file.
pub type Check = fn(&Context<'_>, &mut Vec<Diagnostic>);

/// A hazard.
#[derive(Clone, Copy, Debug)]
pub struct Hazard {
    /// What kind of hazard it is.
    pub meta: &'static Meta,
    /// Its detection.
    pub check: Check,
    file: &'static str,
}

impl Hazard {
    /// Its page.
    #[must_use]
    pub fn page(&self) -> Page {
        Page::of_module(self.file)
    }
}

/// All hazards, sorted by name.
#[must_use]
pub fn all() -> &'static [Hazard] {
    ALL
}

/// The hazard of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Hazard> {
    ALL.iter().find(|hazard| hazard.meta.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_pages_are_whole() {
        assert!(ALL.is_sorted_by(|a, b| a.meta.name < b.meta.name), "the list in src/hazard/mod.rs is not sorted");
        for hazard in all() {
            let page = hazard.page();
            assert_eq!(page.name, hazard.meta.name, "the page's first line is `# name: one line`");
            let titles: Vec<_> = page.sections.iter().map(|section| section.title.as_str()).collect();
            assert_eq!(titles, Page::SECTIONS, "sections of {}", hazard.meta.name);
        }
    }
}
