//! Charts as SVG, drawn here so that a report loads nothing.

use std::fmt::Write as _;

use portcullis_report::neutral;

use super::{Month, grouped};

const WIDTH: i64 = 720;

/// Horizontal bars, each with its word and number; `tone` is a class of the style sheet.
pub(super) fn bars(title: &str, rows: &[(String, i64, &str)]) -> String {
    const LABEL: i64 = 220;
    const LINE: i64 = 24;
    let most = rows.iter().map(|(_, count, _)| *count).max().unwrap_or(0).max(1);
    let height = LINE * i64::try_from(rows.len()).unwrap_or(0) + 8;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">",
        neutral::html(title)
    );
    for (at, (word, count, tone)) in (0_i64..).zip(rows) {
        let y = at * LINE + 4;
        let width = (WIDTH - LABEL - 80) * count / most;
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{}\" class=\"word\">{}</text><rect class=\"{tone}\" x=\"{LABEL}\" y=\"{y}\" width=\"{}\" height=\"16\" rx=\"3\"/><text x=\"{}\" y=\"{}\" class=\"number\">{}</text>",
            LABEL - 10,
            y + 13,
            neutral::html(&short(word)),
            width.max(1),
            LABEL + width + 8,
            y + 13,
            grouped(*count)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Listings over the months.
pub(super) fn growth(months: &[Month]) -> String {
    let points: Vec<(String, i64)> = months.iter().map(|month| (month.month.clone(), month.all)).collect();
    curve("listings over time", &points)
}

/// Counts over time as an area.
pub(super) fn curve(title: &str, points: &[(String, i64)]) -> String {
    const HEIGHT: i64 = 220;
    const LEFT: i64 = 60;
    let most = points.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let steps = i64::try_from(points.len()).unwrap_or(1).max(2) - 1;
    let x = |at: i64| LEFT + (WIDTH - LEFT - 20) * at / steps;
    let y = |count: i64| HEIGHT - 30 - (HEIGHT - 50) * count / most;
    let mut line = String::new();
    for (at, (_, count)) in (0_i64..).zip(points) {
        let _ = write!(line, "{},{} ", x(at), y(*count));
    }
    let last = x(i64::try_from(points.len()).unwrap_or(1) - 1);
    let (first_word, last_word) = (
        points.first().map_or("", |(word, _)| word.as_str()),
        points.last().map_or("", |(word, _)| word.as_str()),
    );
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><polygon class=\"area\" points=\"{LEFT},{} {line}{last},{}\"/><polyline class=\"line\" points=\"{line}\"/><text x=\"{LEFT}\" y=\"{}\" class=\"number\">{}</text><text x=\"{last}\" y=\"{}\" class=\"word\">{}</text><text x=\"{last}\" y=\"14\" class=\"word\">{}</text></svg>",
        neutral::html(title),
        HEIGHT - 30,
        HEIGHT - 30,
        HEIGHT - 10,
        neutral::html(first_word),
        HEIGHT - 10,
        neutral::html(last_word),
        grouped(most)
    )
}

fn short(word: &str) -> String {
    const MOST: usize = 30;
    if word.chars().count() <= MOST {
        return word.to_owned();
    }
    word.chars().take(MOST - 1).chain(['…']).collect()
}
