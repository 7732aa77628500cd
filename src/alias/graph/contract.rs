//! Leaving out steps that only hand something on: `x = a if c else b` goes through an unnamed variable that nobody wrote down.

use super::{BindingKind, DataWrite, Graph, Link, LinkKind};
use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::EdgeRef;

/// Removes temporaries that only pass an object on. What is written through one is written through where it came from.
pub(super) fn contract(graph: &mut Graph, writes: &mut Vec<(NodeIndex, DataWrite)>) {
    let temporaries: Vec<NodeIndex> =
        graph.node_indices().filter(|node| graph[*node].kind == BindingKind::Temporary).collect();
    for node in temporaries {
        let passes =
            |direction| graph.edges_directed(node, direction).all(|edge| edge.weight().kind == LinkKind::Alias);
        let sources: Vec<NodeIndex> = graph.neighbors_directed(node, Direction::Incoming).collect();
        let is_written = writes.iter().any(|(written, _)| *written == node);
        if is_written && (sources.is_empty() || !passes(Direction::Incoming)) {
            continue;
        }
        if passes(Direction::Outgoing) || passes(Direction::Incoming) {
            let moved: Vec<DataWrite> = writes.iter().filter(|(at, _)| *at == node).map(|(_, write)| *write).collect();
            writes.retain(|(at, _)| *at != node);
            for write in moved {
                let always = write.always && sources.len() == 1;
                writes.extend(sources.iter().map(|source| (*source, DataWrite { always, ..write })));
            }
            bypass(graph, node);
        }
    }
}

/// Connects what comes into a node with what leaves it, and removes it.
fn bypass(graph: &mut Graph, node: NodeIndex) {
    let collect = |direction| -> Vec<(NodeIndex, Link)> {
        let other = |edge: petgraph::stable_graph::EdgeReference<'_, Link, u32>| match direction {
            Direction::Incoming => edge.source(),
            Direction::Outgoing => edge.target(),
        };
        graph.edges_directed(node, direction).map(|edge| (other(edge), edge.weight().clone())).collect()
    };
    let (incoming, outgoing) = (collect(Direction::Incoming), collect(Direction::Outgoing));
    graph.remove_node(node);
    for (from, into) in &incoming {
        for (to, out) in &outgoing {
            if *from != node && *to != node {
                add_link(graph, *from, *to, joined(into, out));
            }
        }
    }
}

/// Two links one after the other, of which one is an alias.
fn joined(first: &Link, second: &Link) -> Link {
    let tells = if first.kind == LinkKind::Alias { second } else { first };
    Link {
        kind: first.kind.max(second.kind),
        always: first.always && second.always,
        rule: tells.rule.clone(),
        condition: tells.condition.clone().or_else(|| first.condition.clone()).or_else(|| second.condition.clone()),
        span: tells.span,
    }
}

/// Adds a link unless the same is there already; if the two differ in certainty only, the weaker one stays.
pub(super) fn add_link(graph: &mut Graph, from: NodeIndex, to: NodeIndex, link: Link) {
    let known = graph.edges_connecting(from, to).find(|edge| {
        let old = edge.weight();
        old.kind == link.kind && old.rule == link.rule && old.span == link.span
    });
    match known.map(|edge| edge.id()) {
        Some(edge) => graph[edge].always &= link.always,
        None => {
            graph.add_edge(from, to, link);
        }
    }
}
