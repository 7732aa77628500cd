//! From the paths on a command line to the files to read.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use super::FileSystem;

/// The files to read, and the paths that could not be.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Sorted by path, each once.
    pub files: Vec<PathBuf>,
    /// What went wrong on the way.
    pub errors: Vec<PathError>,
}

/// A path that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathError {
    /// The path.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

impl PathError {
    /// An error about `path`, in one line.
    pub fn new(path: &Path, reason: &impl fmt::Display) -> Self {
        let reason = reason.to_string();
        let reason = reason.split(" (os error").next().unwrap_or_default().replace('\n', " ");
        Self { path: path.to_owned(), reason }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read `{}`: {}; check the path and its permissions", self.path.display(), self.reason)
    }
}

/// Finds the files that `paths` stand for. A file that is named is always taken; a folder gives its `.py` and `.ipynb`
/// files, as far as git sees them and `is_excluded` (path, whether it is a folder) lets them pass.
pub fn discover(
    system: &dyn FileSystem,
    paths: &[PathBuf],
    is_excluded: &(dyn Fn(&Path, bool) -> bool + Sync),
) -> Discovered {
    let mut files = BTreeSet::new();
    let mut errors = Vec::new();
    for path in paths.iter().map(|path| without_dots(path)) {
        match system.is_folder(&path) {
            Ok(true) => {
                let wanted = |path: &Path, is_folder: bool| {
                    (is_folder || is_python(path)) && !is_excluded(&without_dots(path), is_folder)
                };
                let found = system.walk(&path, &wanted);
                files.extend(found.files.into_iter().map(|file| without_dots(&file)));
                errors.extend(found.errors);
            }
            Ok(false) => {
                files.insert(path);
            }
            Err(error) => errors.push(PathError::new(&path, &error)),
        }
    }
    errors.sort();
    Discovered { files: files.into_iter().collect(), errors }
}

fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py" || extension == "ipynb")
}

/// The path without `.` components, so that `./a/./b.py` and `a/b.py` are one file; `.` itself stays.
fn without_dots(path: &Path) -> PathBuf {
    let short: PathBuf = path.components().filter(|component| *component != Component::CurDir).collect();
    if short.as_os_str().is_empty() { path.to_owned() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Disk, Memory};

    fn names(found: &Discovered) -> Vec<String> {
        found.files.iter().map(|path| path.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn folders_give_python_and_notebooks_and_named_files_are_always_taken() {
        let mut memory = Memory::default();
        for path in ["src/b.py", "src/a.py", "src/t.pyi", "src/n.ipynb", "src/skip/c.py", "script", "other.py"] {
            memory.insert(path, "");
        }
        let excluded = |path: &Path, _: bool| path.ends_with("skip");
        let paths = ["src".into(), "./src/a.py".into(), "script".into(), "none".into()];
        let found = discover(&memory, &paths, &excluded);
        assert_eq!(names(&found), ["script", "src/a.py", "src/b.py", "src/n.ipynb"]);
        assert_eq!(found.errors.len(), 1);
        assert!(found.errors[0].to_string().contains("`none`"));
    }

    #[test]
    fn folders_are_walked_as_git_sees_them() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders are made");
            std::fs::write(path, text).expect("a file is written");
        };
        write(".gitignore", "build/\n*_gen.py\n");
        for path in ["a.py", "build/b.py", "c_gen.py", ".hidden/d.py", ".git/e.py", "f.txt"] {
            write(path, "");
        }
        let found = discover(&Disk, &[folder.path().to_owned()], &|_, _| false);
        let names: Vec<_> = found.files.iter().filter_map(|path| path.strip_prefix(folder.path()).ok()).collect();
        assert_eq!(names, [Path::new(".hidden/d.py"), Path::new("a.py")]);
        let ignored = discover(&Disk, &[folder.path().join("build")], &|_, _| false);
        assert_eq!(ignored.files.len(), 1);
    }
}
