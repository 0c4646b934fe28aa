//! Our own labelled texts: `fixtures/text/*.tsv`, one text a line: label, surface, language, text.

use std::fs;
use std::path::Path;

/// One text.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    /// The file and its line.
    pub(crate) id: String,
    pub(crate) file: String,
    pub(crate) attack: bool,
    /// A surface of `portcullis judge`.
    pub(crate) surface: String,
    pub(crate) language: String,
    pub(crate) text: String,
}

/// Every text, files in the order of their names.
pub(crate) fn texts(root: &Path) -> Result<Vec<Example>, String> {
    let Ok(folder) = fs::read_dir(root.join("fixtures/text")) else { return Ok(Vec::new()) };
    let mut paths: Vec<_> = folder.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "tsv"));
    paths.sort();
    let mut examples = Vec::new();
    for path in paths {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = fs::read_to_string(&path).map_err(|error| format!("fixtures/text/{file}: {error}"))?;
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let example = read(&file, index + 1, line)
                .map_err(|why| format!("fixtures/text/{file}:{}: {why}", index + 1))?;
            examples.push(example);
        }
    }
    Ok(examples)
}

fn read(file: &str, number: usize, line: &str) -> Result<Example, String> {
    let [label, surface, language, text] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err(String::from("not four columns: label, surface, language, text"));
    };
    let attack = match label {
        "attack" => true,
        "honest" => false,
        _ => return Err(format!("the label `{label}` is neither `attack` nor `honest`")),
    };
    if !["description", "result", "argument", "prompt", "instructions"].contains(&surface) {
        return Err(format!("`{surface}` is no surface of `portcullis judge`"));
    }
    Ok(Example {
        id: format!("{file}:{number}"),
        file: file.to_owned(),
        attack,
        surface: surface.to_owned(),
        language: language.to_owned(),
        text: text.replace("\\n", "\n").replace("\\t", "\t"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixture_reads_and_no_text_stands_twice() {
        let examples = texts(&crate::root()).unwrap();
        let mut seen = std::collections::BTreeMap::new();
        for example in examples {
            let before = seen.insert(example.text.clone(), example.id.clone());
            assert!(before.is_none(), "{} is {} again", example.id, before.unwrap_or_default());
        }
    }
}
