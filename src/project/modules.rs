//! Files as modules: their names, what they import, and the order in which they are analysed.

use std::collections::BTreeSet;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{Module, Rvalue, StmtKind};

/// The name of a file as a module: `pkg.sub.mod`, of an `__init__.py` that of its package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleName {
    /// The dotted name.
    pub text: String,
    /// Whether the file is an `__init__.py`.
    pub is_package: bool,
}

/// The names of files as modules. A folder with an `__init__.py` among the files is a package; the folder above the outermost one
/// is where imports start.
#[must_use]
pub fn module_names(paths: &[&Path]) -> Vec<ModuleName> {
    let is_init = |path: &Path| path.file_stem().is_some_and(|stem| stem == "__init__");
    let packages: FxHashSet<&Path> =
        paths.iter().filter(|path| is_init(path)).filter_map(|path| path.parent()).collect();
    let name = |path: &&Path| {
        let is_package = is_init(path);
        let mut parts: Vec<String> = Vec::new();
        if !is_package {
            parts.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
        let mut folder = path.parent();
        while let Some(at) = folder.filter(|at| packages.contains(at)) {
            parts.extend(at.file_name().map(|name| name.to_string_lossy().into_owned()));
            folder = at.parent();
        }
        parts.reverse();
        ModuleName { text: parts.join("."), is_package }
    };
    paths.iter().map(name).collect()
}

/// Gives relative imports the names they mean: in `pkg.a.b`, `.c.f` is `pkg.a.c.f` and `..d` is `pkg.d`.
pub fn resolve_imports(module: &mut Module, name: &ModuleName) {
    let Module { names, bodies, .. } = module;
    for body in bodies {
        for stmt in body.blocks.iter_mut().flat_map(|block| &mut block.stmts) {
            let (StmtKind::Assign { value: Rvalue::Import(path), .. } | StmtKind::Eval { value: Rvalue::Import(path) }) =
                &mut stmt.kind
            else {
                continue;
            };
            if let Some(whole) = absolute(names.text(*path), name) {
                *path = names.intern(&whole);
            }
        }
    }
}

fn absolute(path: &str, name: &ModuleName) -> Option<String> {
    let rest = path.trim_start_matches('.');
    let dots = path.len() - rest.len();
    let up = dots.checked_sub(usize::from(name.is_package))?;
    if dots == 0 {
        return None;
    }
    let mut package = name.text.as_str();
    for _ in 0..up {
        package = package.rsplit_once('.')?.0;
    }
    Some(format!("{package}.{rest}"))
}

/// The files in stages: those of one stage import only from earlier ones. Where modules import each other, one of the imports is
/// left out, the same at every run.
#[must_use]
pub fn stages(modules: &[Option<&Module>], names: &[ModuleName]) -> Vec<Vec<usize>> {
    let mut by_name: FxHashMap<&str, Option<usize>> = FxHashMap::default();
    for (index, name) in names.iter().enumerate() {
        // Two files of one name, such as `conftest` of two folders: which is meant cannot be said.
        by_name.entry(&name.text).and_modify(|known| *known = None).or_insert(Some(index));
    }
    let imports: Vec<BTreeSet<usize>> =
        modules.iter().map(|module| module.map_or_else(BTreeSet::new, |module| imported(module, &by_name))).collect();
    let stage_of = levels(&imports);
    let mut stages: Vec<Vec<usize>> = vec![Vec::new(); stage_of.iter().max().map_or(0, |last| last + 1)];
    for (index, stage) in stage_of.into_iter().enumerate() {
        stages[stage].push(index);
    }
    stages
}

/// The files that a module imports, or imports something from.
fn imported(module: &Module, by_name: &FxHashMap<&str, Option<usize>>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for body in &module.bodies {
        for stmt in body.blocks.iter().flat_map(|block| &block.stmts) {
            let (StmtKind::Assign { value: Rvalue::Import(path), .. } | StmtKind::Eval { value: Rvalue::Import(path) }) =
                &stmt.kind
            else {
                continue;
            };
            let mut path = module.names.text(*path);
            loop {
                if let Some(Some(index)) = by_name.get(path) {
                    found.insert(*index);
                }
                let Some((above, _)) = path.rsplit_once('.') else { break };
                path = above;
            }
        }
    }
    found
}

/// For each node the length of the longest way to a node without edges, edges that close a cycle left out.
fn levels(edges: &[BTreeSet<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    const OPEN: usize = usize::MAX - 1;
    let mut level = vec![NEW; edges.len()];
    for start in 0..edges.len() {
        if level[start] != NEW {
            continue;
        }
        let mut stack = vec![(start, edges[start].iter(), 0)];
        level[start] = OPEN;
        while let Some((node, rest, own)) = stack.last_mut() {
            match rest.next() {
                Some(&next) if level[next] == NEW => {
                    level[next] = OPEN;
                    stack.push((next, edges[next].iter(), 0));
                }
                Some(&next) if level[next] != OPEN => *own = (*own).max(level[next] + 1),
                Some(_) => {}
                None => {
                    let (node, own) = (*node, *own);
                    level[node] = own;
                    stack.pop();
                    if let Some((_, _, above)) = stack.last_mut() {
                        *above = (*above).max(own + 1);
                    }
                }
            }
        }
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_names() {
        let paths = ["src/pkg/__init__.py", "src/pkg/a/__init__.py", "src/pkg/a/b.py", "tools/run.py"].map(Path::new);
        let names: Vec<String> = module_names(&paths).into_iter().map(|name| name.text).collect();
        assert_eq!(names, ["pkg", "pkg.a", "pkg.a.b", "run"]);
    }

    #[test]
    fn relative_names_become_absolute() {
        let name = |text: &str, is_package| ModuleName { text: text.to_owned(), is_package };
        let of = |path: &str, name: &ModuleName| absolute(path, name).unwrap_or_default();
        assert_eq!(of(".c.f", &name("pkg.a.b", false)), "pkg.a.c.f");
        assert_eq!(of("..d", &name("pkg.a.b", false)), "pkg.d");
        assert_eq!(of(".c", &name("pkg.a", true)), "pkg.a.c");
        assert_eq!(of("..c", &name("pkg.a", true)), "pkg.c");
        assert_eq!(of("...c", &name("pkg.a.b", false)), "");
        assert_eq!(of("numpy.zeros", &name("pkg.a.b", false)), "");
        assert_eq!(of(".c", &name("run", false)), "");
    }

    #[test]
    fn what_is_imported_comes_first() {
        let edges = [[1, 2].into(), [2].into(), BTreeSet::new(), [0, 4].into(), [3].into()];
        assert_eq!(levels(&edges), [2, 1, 0, 3, 0]);
    }
}
