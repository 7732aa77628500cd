//! Reading from disk or from memory.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};

use super::discover::{Discovered, PathError};

/// Where files come from. Everything that ndalias reads passes through here.
pub trait FileSystem: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Whether the path is a folder.
    ///
    /// # Errors
    ///
    /// Where there is nothing at the path.
    fn is_folder(&self, path: &Path) -> io::Result<bool>;

    /// The files under a folder, in no particular order, that git would see and `is_wanted` takes. Folders for which
    /// `is_wanted` says no are not entered; its second argument says whether the path is a folder.
    fn walk(&self, folder: &Path, is_wanted: &(dyn Fn(&Path, bool) -> bool + Sync)) -> Discovered;

    /// The files that lie directly in a folder, in no particular order.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    fn files(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Replaces a file.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
}

/// The disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn is_folder(&self, path: &Path) -> io::Result<bool> {
        fs::metadata(path).map(|metadata| metadata.is_dir())
    }

    /// Honours `.gitignore`, `.ignore` and git's own excludes, does not follow links, does not enter `.git`. A folder that
    /// is itself wholly ignored was asked for by name, so it is walked all the same.
    fn walk(&self, folder: &Path, is_wanted: &(dyn Fn(&Path, bool) -> bool + Sync)) -> Discovered {
        let found = walk_disk(folder, is_wanted, true);
        if found.files.is_empty() && found.errors.is_empty() {
            return walk_disk(folder, is_wanted, false);
        }
        found
    }

    fn files(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }
}

fn walk_disk(folder: &Path, is_wanted: &(dyn Fn(&Path, bool) -> bool + Sync), parents: bool) -> Discovered {
    let found = Mutex::new(Discovered::default());
    let walk = WalkBuilder::new(folder).hidden(false).parents(parents).require_git(false).build_parallel();
    walk.run(|| {
        Box::new(|entry| {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    found.errors.push(PathError::new(folder, &error));
                    return WalkState::Continue;
                }
            };
            let Some(kind) = entry.file_type() else { return WalkState::Continue };
            if kind.is_file() && is_wanted(entry.path(), false) {
                found.files.push(entry.into_path());
            } else if kind.is_dir()
                && (entry.file_name() == ".git" || (entry.depth() > 0 && !is_wanted(entry.path(), true)))
            {
                return WalkState::Skip;
            }
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Files in memory, for tests and editors.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    /// Adds a file.
    pub fn insert(&mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }
}

impl FileSystem for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn is_folder(&self, path: &Path) -> io::Result<bool> {
        if self.files.contains_key(path) {
            return Ok(false);
        }
        let is_parent = path == Path::new(".") || self.files.keys().any(|file| file.starts_with(path));
        if is_parent { Ok(true) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn walk(&self, folder: &Path, is_wanted: &(dyn Fn(&Path, bool) -> bool + Sync)) -> Discovered {
        let is_under = |file: &&PathBuf| folder == Path::new(".") || file.starts_with(folder);
        let is_reached = |file: &&PathBuf| {
            let mut above = file.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty() && *above != folder);
            above.all(|above| is_wanted(above, true)) && is_wanted(file, false)
        };
        let files = self.files.keys().filter(is_under).filter(is_reached).cloned().collect();
        Discovered { files, errors: Vec::new() }
    }

    fn files(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        Ok(self.files.keys().filter(|file| file.parent() == Some(folder)).cloned().collect())
    }

    fn write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
}
