//! Classes of objects that are no arrays and keep their elements in memory that arrays can share: tables, tensors.
//!
//! A rule file lists them: `holders = ["pandas.DataFrame"]`.

use toml::de::DeTable;

use super::reader::Reader;
use super::set::RuleSet;

/// A class of holders in a [`RuleSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HolderId(u16);

/// The classes that the rules in force call holders.
#[derive(Clone, Debug, Default)]
pub(super) struct Holders(Vec<String>);

impl Holders {
    pub(super) fn add(&mut self, class: String) {
        if !self.0.contains(&class) {
            self.0.push(class);
        }
    }
}

impl RuleSet {
    /// The class by its qualified name, if objects of it are holders.
    #[must_use]
    pub fn holder(&self, class: &str) -> Option<HolderId> {
        let at = self.holders().0.iter().position(|holder| holder == class)?;
        u16::try_from(at).ok().map(HolderId)
    }

    /// The qualified name of the class.
    #[must_use]
    pub fn holder_name(&self, id: HolderId) -> &str {
        self.holders().0.get(usize::from(id.0)).map_or("", String::as_str)
    }
}

/// The list in a rule file.
pub(super) fn compile_holders(cx: &mut Reader<'_>, document: &DeTable<'_>) -> Vec<String> {
    cx.texts_at(document, "holders").iter().map(|text| text.value.to_owned()).collect()
}
