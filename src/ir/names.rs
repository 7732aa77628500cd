//! Interned names of one module.

use rustc_hash::FxHashMap;

use super::{Id, Name};

/// Strings of one module and their ids.
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    strings: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, Name>,
}

impl NameTable {
    /// The id of `text`, interned if it is new.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(&name) = self.ids.get(text) {
            return name;
        }
        let name = Name::from_index(self.strings.len());
        self.strings.push(text.into());
        self.ids.insert(text.into(), name);
        name
    }
    /// The id of `text` where it has one.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Name> {
        self.ids.get(text).copied()
    }
    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        &self.strings[name.index()]
    }
}
