//! The trade-off as a picture: attacks stopped over honest conversations hurt.

use std::fmt::Write;

use portcullis_flow::Weights;

use super::Label;
use super::replay::{Outcome, Until};
use crate::markdown::Share;

const WIDE: f64 = 640.0;
const HIGH: f64 = 400.0;
const EDGE: f64 = 50.0;
/// The right end of the axis, in percent of honest conversations.
const MOST_HURT: f64 = 40.0;

/// The picture.
pub(super) fn draw(outcomes: &[Outcome]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {HIGH}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDE}\" height=\"{HIGH}\" fill=\"white\"/>\n"
    );
    for step in 0..=4 {
        let (hurt, stopped) = (MOST_HURT * f64::from(step) / 4.0, 25.0 * f64::from(step));
        let ((x, _), (_, y)) = (place(hurt, 0.0), place(0.0, stopped));
        let _ = writeln!(
            svg,
            "<line x1=\"{EDGE}\" x2=\"{}\" y1=\"{y:.0}\" y2=\"{y:.0}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{stopped:.0} %</text>\
             <text x=\"{x:.0}\" y=\"{}\" text-anchor=\"middle\">{hurt:.0} %</text>",
            WIDE - EDGE,
            EDGE - 6.0,
            y + 4.0,
            HIGH - EDGE + 18.0,
        );
    }
    for (until, colour, name) in [
        (Until::Harm, "#1b7837", "before the harm"),
        (Until::Sensitive, "#2166ac", "before the first sensitive call"),
        (Until::Injected, "#b2182b", "before any injected call"),
    ] {
        line(&mut svg, outcomes, until, colour, name);
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">honest conversations hurt; attacks stopped upwards; \
         the dot is what the program does</text>\n</svg>",
        WIDE / 2.0,
        HIGH - 12.0,
    );
    svg
}

fn line(svg: &mut String, outcomes: &[Outcome], until: Until, colour: &str, name: &str) {
    let at = |threshold: i32| {
        let share = |label: Label| {
            let of = outcomes.iter().filter(|one| one.label == label && (one.is_attack() || one.recorded));
            Share::of(of, |one| one.score(until, |call| &call.alone) >= threshold).percent()
        };
        place(share(Label::Honest), share(Label::Attack))
    };
    let points: Vec<String> = (10..=200).step_by(5).map(at).map(|(x, y)| format!("{x:.0},{y:.0}")).collect();
    let (x, y) = at(Weights::shipped().ask);
    let row = match until {
        Until::Harm => 0.0,
        Until::Sensitive => 16.0,
        Until::Injected => 32.0,
    };
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\
         <circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"4\" fill=\"{colour}\"/>\
         <text x=\"{}\" y=\"{}\" fill=\"{colour}\">{name}</text>",
        points.join(" "),
        WIDE - EDGE - 190.0,
        HIGH - EDGE - 44.0 + row,
    );
}

fn place(hurt: f64, stopped: f64) -> (f64, f64) {
    let x = EDGE + (WIDE - 2.0 * EDGE) * (hurt / MOST_HURT).min(1.0);
    let y = HIGH - EDGE - (HIGH - 2.0 * EDGE) * stopped / 100.0;
    (x, y)
}
