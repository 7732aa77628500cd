//! Classes of objects that are no arrays and keep their elements in memory that arrays can share: tables, tensors.
//!
//! A rule file lists them: `holders = ["pandas.DataFrame"]`. Those listed under `buffers` also hand their memory to whoever asks.

use toml::de::DeTable;

use super::reader::Reader;
use super::set::RuleSet;

/// A class of holders in a [`RuleSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HolderId(u16);

/// One class that a rule file calls a holder.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    class: String,
    is_buffer: bool,
}

/// The classes that the rules in force call holders.
#[derive(Clone, Debug, Default)]
pub(super) struct Holders(Vec<Holder>);

impl Holders {
    pub(super) fn add(&mut self, class: Holder) {
        if self.0.iter().all(|known| known.class != class.class) {
            self.0.push(class);
        }
    }
}

impl RuleSet {
    /// The class by its qualified name, if objects of it are holders.
    #[must_use]
    pub fn holder(&self, class: &str) -> Option<HolderId> {
        let at = self.holders().0.iter().position(|holder| holder.class == class)?;
        u16::try_from(at).ok().map(HolderId)
    }

    /// The qualified name of the class.
    #[must_use]
    pub fn holder_name(&self, id: HolderId) -> &str {
        self.holders().0.get(usize::from(id.0)).map_or("", |holder| &holder.class)
    }

    /// Whether its objects expose their memory (PEP 3118): NumPy makes arrays over it.
    #[must_use]
    pub fn is_buffer(&self, id: HolderId) -> bool {
        self.holders().0.get(usize::from(id.0)).is_some_and(|holder| holder.is_buffer)
    }
}

/// The lists in a rule file.
pub(super) fn compile_holders(cx: &mut Reader<'_>, document: &DeTable<'_>) -> Vec<Holder> {
    let mut all = Vec::new();
    for (key, is_buffer) in [("holders", false), ("buffers", true)] {
        all.extend(cx.texts_at(document, key).iter().map(|text| Holder { class: text.value.to_owned(), is_buffer }));
    }
    all
}
