//! What calls what: the order in which function summaries are computed.

mod modules;
mod star;

pub use modules::{ModuleName, imports, module_names, resolve_imports, stages};
pub use star::{Public, Stars, expand_all_stars, public_names};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use crate::ir::{Body, BodyId, BodyKind, Id, Module, Name, Rvalue, StmtKind};

/// Bodies in groups, callees before callers; the bodies of one group call each other.
#[must_use]
pub fn call_order(module: &Module) -> Vec<Vec<BodyId>> {
    let by_name = functions_by_name(module);
    let mut graph: DiGraph<BodyId, ()> = DiGraph::with_capacity(module.bodies.len(), 0);
    for id in module.bodies.ids() {
        graph.add_node(id);
    }
    for (id, body) in module.bodies.iter_ids() {
        for callee in mentioned(module, body, &by_name) {
            graph.update_edge(NodeIndex::new(id.index()), NodeIndex::new(callee.index()), ());
        }
    }
    let mut groups: Vec<Vec<BodyId>> = tarjan_scc(&graph)
        .into_iter()
        .map(|group| group.into_iter().map(|node| graph[node]).collect::<Vec<_>>())
        .collect();
    for group in &mut groups {
        group.sort_unstable();
    }
    groups
}

/// A name without the module that it is from, where files are followed together: `f` of `tools.f`.
#[must_use]
pub fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Functions and classes' constructors by their own name; a class stands for its `__init__` and its body.
fn functions_by_name(module: &Module) -> FxHashMap<&str, Vec<BodyId>> {
    let mut by_name: FxHashMap<&str, Vec<BodyId>> = FxHashMap::default();
    let own = |name: Name| last_part(module.names.text(name));
    for (id, body) in module.bodies.iter_ids() {
        if matches!(body.kind, BodyKind::Function | BodyKind::Lambda) {
            by_name.entry(own(body.name)).or_default().push(id);
        }
    }
    let init = module.names.get("__init__");
    for class in &module.classes {
        let entry = by_name.entry(own(class.name)).or_default();
        entry.push(class.body);
        entry.extend(class.methods.iter().filter(|(name, _)| Some(*name) == init).map(|(_, body)| *body));
    }
    by_name
}

/// Every function whose name is mentioned: what may be called is among them.
fn mentioned(module: &Module, body: &Body, by_name: &FxHashMap<&str, Vec<BodyId>>) -> Vec<BodyId> {
    let mut found = Vec::new();
    let mut name = |name: Name| {
        let name = last_part(module.names.text(name));
        found.extend(by_name.get(name).into_iter().flatten().copied());
    };
    let mut direct = Vec::new();
    for block in &body.blocks {
        for stmt in &block.stmts {
            let (StmtKind::Assign { value, .. } | StmtKind::Eval { value }) = &stmt.kind else { continue };
            match value {
                Rvalue::Global(of) => name(*of),
                Rvalue::Attr { attr, .. } => name(*attr),
                Rvalue::CallMethod { method, .. } => name(*method),
                Rvalue::MakeFunction { body, .. } => direct.push(*body),
                Rvalue::MakeClass { class, .. } => direct.push(module.classes[*class].body),
                Rvalue::Call { function, .. } => {
                    if let crate::ir::OperandKind::Local(local) = function.kind
                        && let Some(of) = body.locals[local].name
                    {
                        name(of);
                    }
                }
                Rvalue::Free { body, local } => {
                    if let Some(of) = module.bodies[*body].locals[*local].name {
                        name(of);
                    }
                }
                _ => {}
            }
        }
    }
    found.extend(direct);
    found
}
