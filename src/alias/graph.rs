//! The binding graph: which name has its data from which, and how.
//!
//! A node is a *binding*: a name at one place where it is given an array. An edge goes from the binding that the data comes from to
//! the new one, and says how: **alias** (one object), **view** (another object, one memory) or **copy**.
//!
//! ```python
//! def f(x):
//!     y = x.reshape(-1)           # x -view-> y and x -copy-> y, both sometimes
//!     z = y                       # y -alias-> z, always
//!     return z[:2]                # z -view-> return, always
//! ```
//!
//! Edges are read off the events of the analysis and off what it remembers of how objects were made; which binding of a name is
//! meant at a point follows from control flow ([`reaching`]). Unnamed steps (`x.T` in `x.T[0]`) are *temporary* bindings; those that
//! only hand something on are left out.

mod build;
mod contract;
mod link;
mod reaching;
#[cfg(test)]
mod tests;
mod walk;

use petgraph::Directed;
use petgraph::stable_graph::{NodeIndex, StableGraph};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

use crate::ir::Module;
use crate::rules::RuleSet;
use crate::source::Span;

use super::AliasFacts;

/// What kind of name a binding is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BindingKind {
    /// A parameter.
    Parameter,
    /// A variable of a function.
    Local,
    /// An attribute of something.
    Attribute,
    /// An element of a container.
    Element,
    /// A step of an expression.
    Temporary,
    /// What a function returns or yields.
    Return,
    /// A variable of the module.
    Global,
}

impl BindingKind {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Local => "local",
            Self::Attribute => "attribute",
            Self::Element => "element",
            Self::Temporary => "temporary",
            Self::Return => "return",
            Self::Global => "global",
        }
    }
}

/// A name at one place where it is given an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The function, `<module>` at the top.
    pub scope: String,
    /// The name.
    pub name: String,
    /// What kind of name it is.
    pub kind: BindingKind,
    /// Where it is bound.
    pub span: Span,
}

/// How data comes from one binding to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkKind {
    /// One object.
    Alias,
    /// Another object over the same memory.
    View,
    /// Other memory.
    Copy,
}

impl LinkKind {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::View => "view",
            Self::Copy => "copy",
        }
    }
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How the data comes.
    pub kind: LinkKind,
    /// Whether on every run that gets there.
    pub always: bool,
    /// The qualified name of the API that makes it so.
    pub rule: Option<String>,
    /// When, in words, where it is so only sometimes.
    pub condition: Option<String>,
    /// Where it happens.
    pub span: Span,
}

/// By which construct a binding's data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WrittenBy {
    /// `a[...] = value`
    Subscript,
    /// `a op= value`
    Augmented,
    /// `a.sort()`
    Method,
    /// `out=a`
    Out,
    /// Any other call.
    Call,
}

impl WrittenBy {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscript => "subscript",
            Self::Augmented => "augmented",
            Self::Method => "method",
            Self::Out => "out",
            Self::Call => "call",
        }
    }
}

/// A write to the data of what a binding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataWrite {
    /// The binding; see [`BindingGraph::bindings`] for the order.
    pub binding: usize,
    /// Where.
    pub span: Span,
    /// By which construct.
    pub by: WrittenBy,
    /// Whether on every run that gets there.
    pub always: bool,
}

type Graph = StableGraph<Binding, Link, Directed, u32>;

/// The binding graph of a file.
#[derive(Clone, Debug, Default)]
pub struct BindingGraph {
    graph: Graph,
    order: Vec<NodeIndex>,
    writes: Vec<DataWrite>,
}

impl BindingGraph {
    /// The graph of a module.
    #[must_use]
    pub fn of(module: &Module, facts: &AliasFacts, rules: &RuleSet) -> Self {
        build::build(module, facts, rules)
    }

    /// Sorts the bindings by place, and numbers the writes after that order.
    fn finish(graph: Graph, writes: &[(NodeIndex, DataWrite)]) -> Self {
        let mut order: Vec<NodeIndex> = graph.node_indices().collect();
        order.sort_by_key(|node| (graph[*node].span, graph[*node].kind, node.index()));
        let position = |node: NodeIndex| order.iter().position(|other| *other == node);
        let mut writes: Vec<DataWrite> = writes
            .iter()
            .filter_map(|(node, write)| position(*node).map(|binding| DataWrite { binding, ..*write }))
            .collect();
        writes.sort_unstable();
        writes.dedup();
        Self { graph, order, writes }
    }

    /// The bindings, sorted by place.
    pub fn bindings(&self) -> impl Iterator<Item = &Binding> {
        self.order.iter().map(|node| &self.graph[*node])
    }

    /// The edges as (source, target, link), by the positions of their bindings, sorted.
    #[must_use]
    pub fn links(&self) -> Vec<(usize, usize, &Link)> {
        let mut position = vec![0; self.graph.node_indices().map(|node| node.index() + 1).max().unwrap_or(0)];
        for (at, node) in self.order.iter().enumerate() {
            position[node.index()] = at;
        }
        let mut links: Vec<(usize, usize, &Link)> = self
            .graph
            .edge_references()
            .map(|edge| (position[edge.source().index()], position[edge.target().index()], edge.weight()))
            .collect();
        links.sort_by(|left, right| {
            let key = |(from, to, link): &(usize, usize, &Link)| (link.span, *to, *from, link.kind);
            key(left).cmp(&key(right)).then_with(|| left.2.rule.cmp(&right.2.rule))
        });
        links
    }

    /// The writes, sorted by binding.
    #[must_use]
    pub fn writes(&self) -> &[DataWrite] {
        &self.writes
    }
}
