//! What a conversation learnt from lists: which server has which resource, and which arguments are mirrored.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use memchr::memmem;
use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::mirror::{self, Annotated};

/// Entries that are kept of each kind.
const KEPT: usize = 4096;

/// The mirrored arguments of each tool, by its server and its name.
type Mirrored = HashMap<(usize, Box<str>), Arc<[Annotated]>>;

/// What lists said.
#[derive(Debug, Default)]
pub(super) struct Routes {
    annotated: Mutex<Mirrored>,
    resources: Mutex<HashMap<Box<str>, Owner>>,
    tasks: Mutex<Tasks>,
}

/// Tasks that answers to this client named, and their servers; the oldest are forgotten first.
#[derive(Debug, Default)]
struct Tasks {
    servers: HashMap<Box<str>, usize>,
    order: VecDeque<Box<str>>,
}

impl Tasks {
    /// A task belongs to the server that named it first.
    fn learn(&mut self, task: &str, server: usize) {
        if self.servers.contains_key(task) {
            return;
        }
        if self.order.len() >= KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.servers.remove(&oldest);
        }
        self.order.push_back(task.into());
        self.servers.insert(task.into(), server);
    }
}

/// Who has a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// One server.
    One(usize),
    /// More than one, so that nobody can say which is meant.
    Several,
}

impl Routes {
    /// The mirrored arguments of a tool; nothing when its schema was not seen.
    pub(super) fn annotated(&self, server: usize, tool: &str) -> Option<Arc<[Annotated]>> {
        let annotated = self.annotated.lock().unwrap_or_else(PoisonError::into_inner);
        annotated.get(&(server, Box::from(tool))).cloned()
    }

    /// The server that works on a task of this client.
    pub(super) fn task(&self, task: &str) -> Option<usize> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).servers.get(task).copied()
    }

    /// Who has the resource, or the template that is spelt like this.
    pub(super) fn owner(&self, uri: &str) -> Option<Owner> {
        let resources = self.resources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(owner) = resources.get(uri) {
            return Some(*owner);
        }
        let mut found = None;
        for (template, owner) in resources.iter() {
            let Some((start, _)) = template.split_once('{') else { continue };
            if !start.is_empty() && uri.starts_with(start) {
                found = match found {
                    None => Some(*owner),
                    Some(before) if before == *owner => found,
                    Some(_) => Some(Owner::Several),
                };
            }
        }
        found
    }

    /// Learns from a judged answer to a list.
    pub(super) fn learn(&self, server: usize, method: &str, answer: &[u8]) {
        self.learn_task(server, answer);
        if !matches!(method, "tools/list" | "resources/list" | "resources/templates/list") {
            return;
        }
        if method == "tools/list" && memmem::find(answer, b"x-mcp-header").is_none() {
            return self.learn_plain(server);
        }
        let Ok(document) = json::read(answer, Dialect::Strict, &Limits::default()) else { return };
        let Some(result) = document.root.get("result") else { return };
        match method {
            "tools/list" => self.learn_tools(server, result),
            "resources/list" => self.learn_resources(server, result, "resources", "uri"),
            _ => self.learn_resources(server, result, "resourceTemplates", "uriTemplate"),
        }
    }

    /// A task that the answer names as its result.
    fn learn_task(&self, server: usize, answer: &[u8]) {
        if memmem::find(answer, b"\"taskId\"").is_none() {
            return;
        }
        let Ok(document) = json::read(answer, Dialect::Strict, &Limits::default()) else { return };
        let Some(result) = document.root.get("result") else { return };
        let listed = result.get("tasks").map(Node::items).unwrap_or_default();
        let named = [Some(result), result.get("task")].into_iter().flatten().chain(listed);
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        for task in named.filter_map(|task| task.get_text("taskId")) {
            tasks.learn(task, server);
        }
    }

    /// No tool of the list has mirrored arguments: those that had some have none any more.
    fn learn_plain(&self, server: usize) {
        let mut annotated = self.annotated.lock().unwrap_or_else(PoisonError::into_inner);
        annotated.retain(|(of, _), _| *of != server);
    }

    fn learn_tools(&self, server: usize, result: &Node) {
        let mut annotated = self.annotated.lock().unwrap_or_else(PoisonError::into_inner);
        for tool in result.get("tools").map(Node::items).unwrap_or_default() {
            let (Some(name), Some(schema)) = (tool.get_text("name"), tool.get("inputSchema")) else {
                continue;
            };
            if let Ok(found) = mirror::annotated(schema)
                && annotated.len() < KEPT
            {
                annotated.insert((server, name.into()), found.into());
            }
        }
    }

    fn learn_resources(&self, server: usize, result: &Node, list: &str, key: &str) {
        let mut resources = self.resources.lock().unwrap_or_else(PoisonError::into_inner);
        for resource in result.get(list).map(Node::items).unwrap_or_default() {
            let Some(uri) = resource.get_text(key) else { continue };
            match resources.get_mut(uri) {
                Some(owner) if *owner != Owner::One(server) => *owner = Owner::Several,
                Some(_) => {}
                None => {
                    if resources.len() < KEPT {
                        resources.insert(uri.into(), Owner::One(server));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_stays_with_the_server_that_named_it_first_and_the_oldest_are_forgotten() {
        let routes = Routes::default();
        let named = |task: usize| format!(r#"{{"id":1,"result":{{"taskId":"t{task}","status":"working"}}}}"#);
        routes.learn(0, "tools/call", named(0).as_bytes());
        routes.learn(1, "tools/call", named(0).as_bytes());
        assert_eq!(routes.task("t0"), Some(0));
        for task in 1..=KEPT {
            routes.learn(1, "tools/call", named(task).as_bytes());
        }
        assert_eq!(
            (routes.task("t0"), routes.task("t1"), routes.task(&format!("t{KEPT}"))),
            (None, Some(1), Some(1))
        );
    }
}
