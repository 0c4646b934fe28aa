//! Names that we assign: the server's, two underscores, its own. Server names hold no two underscores, so that a name
//! can be read in one way only.

use super::house::House;
use crate::settings::SEPARATOR;

/// The name under which clients of all servers know something of this server.
pub(super) fn qualified(house: &House, index: usize, own: &str) -> String {
    match house.plan.servers.get(index) {
        Some(server) => format!("{}{SEPARATOR}{own}", server.name),
        None => own.to_owned(),
    }
}

/// The server that a name means, and what that server calls it.
pub(super) fn split<'a>(house: &House, name: &'a str) -> Option<(usize, &'a str)> {
    let (server, own) = name.split_once(SEPARATOR)?;
    let index = house.find(server)?;
    (!own.is_empty()).then_some((index, own))
}
