#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]
//! Prints what is found in a folder: for working on the interpreter.
use std::sync::Arc;
fn walk(root: &std::path::Path, at: &std::path::Path, files: &mut Vec<portcullis_model::BundleFile>) {
    for entry in std::fs::read_dir(at).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with(".git") {
                walk(root, &path, files);
            }
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else { continue };
        files.push(portcullis_model::BundleFile {
            path: path.strip_prefix(root).unwrap().to_string_lossy().into_owned(),
            bytes: Arc::from(bytes),
            executable: false,
        });
    }
}
fn main() {
    let verbose = std::env::var("V").is_ok();
    for root in std::env::args().skip(1) {
        let root = std::path::PathBuf::from(root);
        let mut files = Vec::new();
        walk(&root, &root, &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let bundle =
            portcullis_model::Bundle { locator: root.display().to_string(), files, unread: Vec::new() };
        let analysis = portcullis_source::analyse(&bundle);
        println!("== {}", root.display());
        for unread in &analysis.unread {
            println!("  unread {} {}", unread.path, unread.reason);
        }
        if !analysis.gave_up.is_empty() {
            println!("  gave up {:?}", analysis.gave_up);
        }
        println!("  serving {:?}", {
            let mut s = analysis.serving.clone();
            if !verbose {
                s.named_texts.clear();
            }
            s
        });
        if verbose {
            for o in &analysis.offers {
                println!("{:#?}", o.effects)
            }
        }
        println!("  texts {:?}\n  payloads {:?}", analysis.hidden_texts, analysis.payloads);
        for effect in analysis.on_load.iter().chain(analysis.offers.iter().flat_map(|o| &o.effects)) {
            if !effect.sends.is_empty()
                || !effect.when.is_empty()
                || effect.address.as_ref().is_some_and(|a| a.encoded)
            {
                println!(
                    "  EFFECT {:?} {} {:?} sends {:?} when {:?}",
                    effect.kind,
                    effect.function,
                    effect.address,
                    effect.sends.iter().map(|s| (s.kind, &s.name)).collect::<Vec<_>>(),
                    effect.when
                );
            }
        }
        for offer in &analysis.offers {
            println!(
                "  {:?} {} handler {:?} effects {:?}",
                offer.kind,
                offer.name,
                offer.handler.as_ref().map(|s| &s.path),
                offer
                    .effects
                    .iter()
                    .map(|e| (e.kind, e.detail.clone(), e.function.clone()))
                    .collect::<Vec<_>>()
            );
        }
        for flow in &analysis.flows {
            let line = |spot: &portcullis_source::analysis::Spot| {
                let text = bundle
                    .file(&spot.path)
                    .map(|f| String::from_utf8_lossy(&f.bytes).into_owned())
                    .unwrap_or_default();
                text.get(..spot.at.start as usize).unwrap_or_default().matches('\n').count() + 1
            };
            println!(
                "  FLOW {:?} {} -> {} guard {:?} whole {} [{}]",
                flow.sink,
                flow.source.name,
                flow.function,
                flow.guard.as_ref().map(|g| (g.kind, line(&g.spot))),
                flow.whole,
                flow.steps.last().map(|s| format!("{}:{}", s.spot.path, line(&s.spot))).unwrap_or_default()
            );
            if verbose {
                for step in &flow.steps {
                    println!("      {}:{} {}", step.spot.path, line(&step.spot), step.what);
                }
            }
        }
    }
}
