//! Where things stand in the picture of how tools combine: three columns of tools, grouped by server.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::{Assessment, CapabilityClass};
use crate::order;

/// Tools drawn in one column; those on a chain come first.
const MOST_TOOLS: usize = 24;
/// Chains drawn; the shortest come first.
const MOST_CHAINS: usize = 120;

pub(super) const WIDTH: usize = 960;
pub(super) const COLUMN_WIDTH: usize = 264;
pub(super) const TOOL_HEIGHT: usize = 30;
const COLUMN_STEP: usize = (WIDTH - COLUMN_WIDTH) / 2;
const HEAD: usize = 58;
const SERVER_LABEL: usize = 26;
const TOOL_STEP: usize = TOOL_HEIGHT + 8;

/// What part a tool plays; smaller is graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// On the shortest chain.
    Shortest,
    /// On another chain.
    Chain,
    /// On none.
    Alone,
}

/// The picture. Lengths are in user units of the drawing.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) columns: Vec<Column<'a>>,
    pub(super) edges: Vec<Edge>,
    pub(super) height: usize,
}

#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) class: CapabilityClass,
    pub(super) x: usize,
    /// Tools of the class, drawn or not.
    pub(super) tools: usize,
    pub(super) labels: Vec<Label<'a>>,
    pub(super) boxes: Vec<ToolBox<'a>>,
    /// Where the number of tools that are not drawn stands, and the number.
    pub(super) more: Option<(usize, usize)>,
}

/// The name of a server above its tools.
#[derive(Debug)]
pub(super) struct Label<'a> {
    pub(super) server: &'a str,
    pub(super) y: usize,
}

#[derive(Debug)]
pub(super) struct ToolBox<'a> {
    pub(super) server: &'a str,
    pub(super) tool: &'a str,
    pub(super) y: usize,
    pub(super) part: Part,
}

/// A step from one tool to the next.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
    pub(super) shortest: bool,
}

/// A tool in a column.
type Key<'a> = (CapabilityClass, &'a str, &'a str);

impl<'a> Layout<'a> {
    pub(super) fn of(assessment: &'a Assessment) -> Self {
        let parts = parts(assessment);
        let columns: Vec<Column<'a>> = CapabilityClass::ALL
            .iter()
            .enumerate()
            .map(|(index, class)| Column::of(*class, index * COLUMN_STEP, &parts))
            .collect();
        let height = columns.iter().map(Column::bottom).max().unwrap_or(HEAD);
        let edges = edges(assessment, &columns);
        Self { columns, edges, height }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.iter().all(|column| column.tools == 0)
    }
}

/// Every tool that has a class, and the gravest part it plays.
fn parts(assessment: &Assessment) -> BTreeMap<Key<'_>, Part> {
    let mut parts = BTreeMap::new();
    for server in &assessment.servers {
        for tool in server.tools.iter().flatten() {
            for class in &tool.classes {
                parts.insert((*class, server.name.as_str(), tool.name.as_str()), Part::Alone);
            }
        }
    }
    let shortest = order::shortest_chain(assessment);
    for chain in &assessment.chains {
        let part = if shortest == Some(chain) { Part::Shortest } else { Part::Chain };
        for step in &chain.steps {
            let known = parts.entry((step.class, &step.server, &step.tool)).or_insert(part);
            *known = part.min(*known);
        }
    }
    parts
}

impl<'a> Column<'a> {
    fn of(class: CapabilityClass, x: usize, parts: &BTreeMap<Key<'a>, Part>) -> Self {
        let mut tools: Vec<(Part, &'a str, &'a str)> = parts
            .iter()
            .filter(|((of, _, _), _)| *of == class)
            .map(|((_, server, tool), part)| (*part, *server, *tool))
            .collect();
        let all = tools.len();
        tools.sort_unstable();
        tools.truncate(MOST_TOOLS);
        // A server stands as high as its gravest tool.
        let mut rank: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, (_, server, _)) in tools.iter().enumerate() {
            rank.entry(server).or_insert(index);
        }
        tools.sort_by_key(|(part, server, tool)| (rank.get(server).copied(), *part, *tool));
        let mut column = Self { class, x, tools: all, labels: Vec::new(), boxes: Vec::new(), more: None };
        let mut y = HEAD;
        for (part, server, tool) in tools {
            if column.labels.last().is_none_or(|label| label.server != server) {
                column.labels.push(Label { server, y: y + SERVER_LABEL - 9 });
                y += SERVER_LABEL;
            }
            column.boxes.push(ToolBox { server, tool, y, part });
            y += TOOL_STEP;
        }
        if all > MOST_TOOLS {
            column.more = Some((y + 16, all - MOST_TOOLS));
        }
        column
    }

    fn bottom(&self) -> usize {
        let last = self.boxes.last().map_or(HEAD + TOOL_STEP, |last| last.y + TOOL_STEP);
        self.more.map_or(last, |(y, _)| y + 12)
    }
}

/// The steps of the chains between tools that are drawn, each once; those of the shortest chain last, on top.
fn edges(assessment: &Assessment, columns: &[Column<'_>]) -> Vec<Edge> {
    let places: BTreeMap<Key<'_>, (usize, usize)> = columns
        .iter()
        .flat_map(|column| {
            column
                .boxes
                .iter()
                .map(|one| ((column.class, one.server, one.tool), (column.x, one.y + TOOL_HEIGHT / 2)))
        })
        .collect();
    let shortest = order::shortest_chain(assessment);
    let mut chains: Vec<_> = assessment.chains.iter().collect();
    chains.sort_by_key(|chain| chain.steps.len());
    let mut marked = BTreeSet::new();
    let mut others = BTreeSet::new();
    for chain in chains.into_iter().take(MOST_CHAINS) {
        let steps = chain.steps.iter().zip(chain.steps.iter().skip(1));
        for (from, to) in steps {
            let place = |step: &'_ crate::assessment::ChainStep| {
                places.get(&(step.class, step.server.as_str(), step.tool.as_str())).copied()
            };
            let (Some(from), Some(to)) = (place(from), place(to)) else { continue };
            let edge = ((from.0 + COLUMN_WIDTH, from.1), to);
            // Only ways to the right can be drawn.
            if edge.0.0 < to.0 {
                if shortest == Some(chain) {
                    marked.insert(edge)
                } else {
                    others.insert(edge)
                };
            }
        }
    }
    let plain = others.difference(&marked).map(|(from, to)| Edge { from: *from, to: *to, shortest: false });
    let strong = marked.iter().map(|(from, to)| Edge { from: *from, to: *to, shortest: true });
    plain.chain(strong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::{ChainStep, ServerSummary, ToolChain, ToolSummary};

    fn with_tools(count: usize) -> Assessment {
        let tool = |index: usize| ToolSummary {
            name: format!("tool_{index}"),
            classes: CapabilityClass::ALL.get(index % 3).copied().into_iter().collect(),
        };
        let step = |index: usize| ChainStep {
            server: "s".to_owned(),
            tool: format!("tool_{index}"),
            class: CapabilityClass::ALL[index % 3],
        };
        let server = ServerSummary {
            name: "s".to_owned(),
            tools: Some((0..count).map(tool).collect()),
            ..ServerSummary::default()
        };
        let mut chains = Vec::new();
        if count >= 6 {
            chains.push(ToolChain { steps: vec![step(count - 3), step(1), step(2)] });
        }
        Assessment { servers: vec![server], chains, ..Assessment::default() }
    }

    #[test]
    fn any_number_of_tools_has_a_picture_of_bounded_height() {
        for count in [0, 1, 2, 7, 72, 200, 2_001] {
            let assessment = with_tools(count);
            let layout = Layout::of(&assessment);
            assert_eq!(layout.is_empty(), count == 0);
            assert_eq!(layout.columns.iter().map(|column| column.tools).sum::<usize>(), count);
            assert!(layout.height < 1_200, "{count} tools: {}", layout.height);
            assert!(layout.columns.iter().all(|column| column.boxes.len() <= MOST_TOOLS));
        }
    }

    #[test]
    fn the_tools_of_a_chain_are_drawn_however_many_others_there_are() {
        let assessment = with_tools(201);
        let layout = Layout::of(&assessment);
        assert_eq!(layout.edges.len(), 2);
        assert!(layout.edges.iter().all(|edge| edge.shortest));
        assert_eq!(layout.columns[0].boxes[0].tool, "tool_198");
        assert_eq!(layout.columns[0].boxes[0].part, Part::Shortest);
    }
}
