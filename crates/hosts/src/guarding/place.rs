//! Where an entry writes the program that is started, and its arguments.

use portcullis_model::{Entry, Located, Node, Pointer, Value};

use crate::servers::{ARGUMENTS, COMMAND, PROGRAM};

/// How an entry writes its command.
pub(super) struct Place<'a> {
    /// The mapping that holds it.
    pub(super) map: &'a Node,
    /// The mapping's place.
    pub(super) pointer: Pointer,
    /// The member that holds the program: a text, or a list that starts with it.
    pub(super) program: &'a Entry,
    /// The member that holds the arguments, when there is one beside a program that is a text.
    pub(super) arguments: Option<&'a Entry>,
}

impl<'a> Place<'a> {
    /// Finds the place of a command in its document.
    pub(super) fn of(root: &'a Node, command: &Located) -> Result<Self, String> {
        let described =
            || "it is described in other words than a command; guard it where it is started".to_owned();
        let spelled = root.at(&command.pointer).ok_or_else(described)?;
        if spelled.text() != Some(&command.text) {
            return Err(described());
        }
        let holder = command.pointer.parent();
        let is_list = root.at(&holder).is_some_and(Node::is_list);
        let member = if is_list { holder } else { command.pointer.clone() };
        let pointer = member.parent();
        let map = root.at(&pointer).ok_or_else(described)?;
        let key = member.segments().last().unwrap_or_default();
        if !COMMAND.contains(&&*key) && !PROGRAM.contains(&&*key) {
            return Err(described());
        }
        let program = map.entry(&key).ok_or_else(described)?;
        let arguments = ARGUMENTS.iter().find_map(|key| map.entry(key)).filter(|_| !is_list);
        Ok(Self { map, pointer, program, arguments })
    }

    /// The list that holds the guard's words: the command itself, or the arguments.
    pub(super) fn list(&self) -> Option<&'a Entry> {
        if self.is_list() { Some(self.program) } else { self.arguments }
    }

    /// True when program and arguments are one list.
    pub(super) fn is_list(&self) -> bool {
        self.program.node.is_list()
    }

    /// Why this command cannot go behind the guard, if so.
    pub(super) fn obstacle(&self, command: &Located, args: &[Located]) -> Option<String> {
        if command.text.trim().is_empty() {
            return Some("its command is empty; complete the entry".to_owned());
        }
        if let Some(arguments) = self.arguments.filter(|entry| !entry.node.is_list()) {
            let written = arguments.node.kind();
            return Some(format!("its `{}` are {written}, not a list; write a list of texts", arguments.key));
        }
        // Some hosts split such a line into words and others do not: the guard cannot know.
        let is_line = args.is_empty() && command.text.contains(char::is_whitespace);
        if is_line && !std::path::Path::new(&command.text).is_file() {
            let reason = "its command is a whole line in one text; write the program and its arguments apart";
            return Some(reason.to_owned());
        }
        let holds_other = self.list().is_some_and(|list| {
            list.node.items().iter().any(|item| matches!(item.value, Value::List(_) | Value::Map(_)))
        });
        holds_other.then(|| "its arguments hold more than texts; write a list of texts".to_owned())
    }
}
