//! Our own labelled texts: `fixtures/text/*.tsv`, one text a line: class, role, language, tool, text.
//! Whether it is an attack, the name of the file says.

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
    /// What is asked for, or what makes an honest text look dangerous.
    pub(crate) class: String,
    /// The tool that it describes or that returned it.
    pub(crate) tool: String,
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
    let [class, role, language, tool, text] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err(String::from("not five columns: class, role, language, tool, text"));
    };
    let surface = match role {
        "description" | "schema" => "description",
        "result" | "resource" => "result",
        "argument" | "prompt" | "instructions" => role,
        _ => return Err(format!("`{role}` is no role that `portcullis judge` knows")),
    };
    let attack = match (file.contains("attacks"), file.contains("honest")) {
        (true, false) => true,
        (false, true) => false,
        _ => return Err(String::from("the name of the file says neither `attacks` nor `honest`")),
    };
    Ok(Example {
        id: format!("{file}:{number}"),
        file: file.to_owned(),
        attack,
        class: class.to_owned(),
        surface: surface.to_owned(),
        language: language.to_owned(),
        tool: if tool == "-" { String::new() } else { tool.to_owned() },
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
