//! Files as modules: their names, what they import, and the order in which they are analysed.

use std::collections::BTreeSet;
use std::path::Path;

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{DfsEvent, depth_first_search};
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
            let (StmtKind::Assign { value: Rvalue::Import(path), .. }
            | StmtKind::Eval { value: Rvalue::Import(path) }
            | StmtKind::ImportStar(path)) = &mut stmt.kind
            else {
                continue;
            };
            if let Some(whole) = absolute(names.text(*path), name) {
                *path = names.intern(&whole);
            }
        }
    }
}

/// What a module imports, and all that stands above it: for `pkg.a.f` also `pkg.a` and `pkg`.
#[must_use]
pub fn imports(module: &Module) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for stmt in module.bodies.iter().flat_map(|body| body.blocks.iter()).flat_map(|block| &block.stmts) {
        let (StmtKind::Assign { value: Rvalue::Import(path), .. }
        | StmtKind::Eval { value: Rvalue::Import(path) }
        | StmtKind::ImportStar(path)) = &stmt.kind
        else {
            continue;
        };
        let mut next = Some(module.names.text(*path));
        while let Some(path) = next {
            found.insert(path);
            next = path.rsplit_once('.').map(|(above, _)| above);
        }
    }
    found
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
    Some(if rest.is_empty() { package.to_owned() } else { format!("{package}.{rest}") })
}

/// The files in stages: those of one stage import only from earlier ones. Where modules import each other, one of the imports is
/// left out, the same in whatever order the files are given.
#[must_use]
pub fn stages(modules: &[Option<&Module>], names: &[ModuleName]) -> Vec<Vec<usize>> {
    let mut by_name: FxHashMap<&str, Option<usize>> = FxHashMap::default();
    for (index, name) in names.iter().enumerate() {
        // Two files of one name, such as `conftest` of two folders: which is meant cannot be said.
        by_name.entry(&name.text).and_modify(|known| *known = None).or_insert(Some(index));
    }
    let mut imports: Vec<BTreeSet<usize>> =
        modules.iter().map(|module| module.map_or_else(BTreeSet::new, |module| imported(module, &by_name))).collect();
    open_cycles(&mut imports, names);
    let stage_of = levels(&imports);
    let mut stages: Vec<Vec<usize>> = vec![Vec::new(); stage_of.iter().max().map_or(0, |last| last + 1)];
    for (index, stage) in stage_of.into_iter().enumerate() {
        stages[stage].push(index);
    }
    stages
}

/// The files that a module imports, or imports something from.
fn imported(module: &Module, by_name: &FxHashMap<&str, Option<usize>>) -> BTreeSet<usize> {
    imports(module).into_iter().filter_map(|path| *by_name.get(path)?).collect()
}

/// Leaves out the edges that close a cycle, on ways that start at the first name of those in it.
fn open_cycles(edges: &mut [BTreeSet<usize>], names: &[ModuleName]) {
    let mut by_name: Vec<usize> = (0..edges.len()).collect();
    by_name.sort_by(|a, b| names[*a].text.cmp(&names[*b].text));
    let mut place = vec![0; edges.len()];
    for (at, node) in by_name.iter().enumerate() {
        place[*node] = at;
    }
    let targets = |at: usize| edges[by_name[at]].iter().map(|to| place[*to]).collect::<BTreeSet<usize>>();
    let mut graph = graph_of((0..edges.len()).map(targets));
    let mut group_of = vec![0; edges.len()];
    for (number, group) in tarjan_scc(&graph).iter().enumerate() {
        for node in group {
            group_of[node.index()] = number;
        }
    }
    // Where a way enters a cycle from outside must not matter.
    graph.retain_edges(|graph, edge| {
        graph.edge_endpoints(edge).is_some_and(|(from, to)| group_of[from.index()] == group_of[to.index()])
    });
    depth_first_search(&graph, graph.node_indices(), |event| {
        if let DfsEvent::BackEdge(from, to) = event {
            edges[by_name[from.index()]].remove(&by_name[to.index()]);
        }
    });
}

fn graph_of(edges: impl Iterator<Item = BTreeSet<usize>>) -> DiGraph<(), (), usize> {
    let edges: Vec<BTreeSet<usize>> = edges.collect();
    let mut graph = DiGraph::with_capacity(edges.len(), 0);
    for _ in &edges {
        graph.add_node(());
    }
    for (from, targets) in edges.iter().enumerate() {
        for to in targets {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(*to), ());
        }
    }
    graph
}

/// For each node of a graph without cycles the length of the longest way to a node without edges.
fn levels(edges: &[BTreeSet<usize>]) -> Vec<usize> {
    let graph = graph_of(edges.iter().cloned());
    let mut level = vec![0; edges.len()];
    // Sorted, an edge leads on; what a node leads to is done before it.
    for node in toposort(&graph, None).unwrap_or_default().into_iter().rev() {
        let node = node.index();
        level[node] = edges[node].iter().map(|next| level[*next] + 1).max().unwrap_or(0);
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
        let mut edges = [[1, 2].into(), [2].into(), BTreeSet::new(), [0, 4].into(), [3].into(), [5].into()];
        let names = ["e", "d", "c", "b", "a", "f"].map(|text| ModuleName { text: text.to_owned(), is_package: false });
        open_cycles(&mut edges, &names);
        assert_eq!(levels(&edges), [2, 1, 0, 3, 4, 0]);
    }
}
