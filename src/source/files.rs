//! The table of files that findings point into.

use rustc_hash::FxHashMap;

use super::{FileId, SourceFile};

/// Files by id. Only those that something points into need to be kept.
#[derive(Clone, Debug, Default)]
pub struct Files {
    by_id: FxHashMap<FileId, SourceFile>,
}

impl Files {
    /// Adds a file, in place of one with the same id.
    pub fn insert(&mut self, file: SourceFile) {
        self.by_id.insert(file.id, file);
    }

    /// The file with this id.
    ///
    /// # Panics
    ///
    /// Where it was not kept: a finding always keeps the files it points into.
    #[must_use]
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.by_id[&id]
    }
}

impl FromIterator<SourceFile> for Files {
    fn from_iter<I: IntoIterator<Item = SourceFile>>(files: I) -> Self {
        Self { by_id: files.into_iter().map(|file| (file.id, file)).collect() }
    }
}
