//! Servers that are described as containers, in the words of the command that would start them: what is said
//! about `docker run` then holds for them too.

use portcullis_model::Launch;
use portcullis_model::config::Located;

use crate::cursor::Cursor;
use crate::reading::Draft;

/// A word that the file does not spell, with the place that it follows from.
pub(crate) fn made(word: &str, from: &Cursor<'_>) -> Located {
    from.located_as(word)
}

/// The launch of a service of a compose file, or of an entry of a catalogue, which share their names for
/// things.
pub(crate) fn container(draft: &mut Draft<'_>, service: &Cursor<'_>) -> Launch {
    let Some(image) = service.any(&["image", "build"]) else { return Launch::Unknown };
    let mut args = vec![made("run", &image)];
    if let Some(privileged) = service.member("privileged").filter(Cursor::is_true) {
        args.push(made("--privileged", &privileged));
    }
    for (member, option) in
        [("network_mode", "--network"), ("pid", "--pid"), ("ipc", "--ipc"), ("user", "--user")]
    {
        let value = service.member(member);
        args.extend(value.iter().filter_map(|value| Some([made(option, value), value.located()?])).flatten());
    }
    for (member, option) in [
        ("volumes", "--volume"),
        ("ports", "--publish"),
        ("cap_add", "--cap-add"),
        ("security_opt", "--security-opt"),
        ("devices", "--device"),
        ("extra_hosts", "--add-host"),
    ] {
        for value in service.member(member).iter().flat_map(Cursor::elements) {
            args.extend(mount(&value).map(|mount| [made(option, &value), mount]).into_iter().flatten());
        }
    }
    let entrypoint = service.member("entrypoint").map(|words| words_of(&words)).unwrap_or_default();
    if let Some(first) = entrypoint.first() {
        args.push(Located { text: "--entrypoint".to_owned(), ..first.clone() });
        args.push(first.clone());
    }
    args.push(image.located().unwrap_or_else(|| image.located_as("(built here)")));
    args.extend(entrypoint.into_iter().skip(1));
    args.extend(service.member("command").map(|words| words_of(&words)).unwrap_or_default());
    let variables = service.any(&["environment", "env"]);
    let env = variables.map(|variables| draft.variables(&variables)).unwrap_or_default();
    Launch::Stdio { command: made("docker", &image), args, env, cwd: None }
}

/// A mount or a port as one word, also where it is written as an object.
fn mount(value: &Cursor<'_>) -> Option<Located> {
    if let Some(text) = value.located() {
        return Some(text);
    }
    let source = value.any(&["source", "published"])?;
    let target = value.member("target")?;
    Some(source.located_as(format!("{}:{}", source.spelled()?, target.spelled()?)))
}

fn words_of(words: &Cursor<'_>) -> Vec<Located> {
    match words.located() {
        Some(line) => vec![line],
        None => words.elements().filter_map(|word| word.located()).collect(),
    }
}
