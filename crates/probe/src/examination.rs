//! One server from beginning to end: read by the first client, then compared with what others are told.

use portcullis_model::{Coverage, ItemKind, Node, Surface, Unread};
use portcullis_wire::revision::Revision;

use crate::authentication::Challenge;
use crate::bodies;
use crate::clock::Clock;
use crate::compare::{Side, compare};
use crate::http::Web;
use crate::identity::ClientIdentity;
use crate::inventory::{Inventory, Listing};
use crate::link::Failure;
use crate::message::add;
use crate::opening::{Known, Opened, Opener, Unopened};
use crate::options::Options;
use crate::outcome::{Outcome, Problem, View};
use crate::plan::{LaunchPlan, Way};
use crate::session::Session;

/// A server that is being looked at.
pub(crate) struct Examination<'a> {
    plan: &'a LaunchPlan,
    options: &'a Options,
    clock: Clock,
    outcome: Outcome,
}

/// What the first session brought, with which the others are compared.
struct Base {
    surface: Surface,
    revision: Revision,
    known: Known,
    /// Lists that were not read to their end: they cannot be compared.
    partial: Vec<ItemKind>,
}

impl<'a> Examination<'a> {
    pub(crate) fn of(plan: &'a LaunchPlan, options: &'a Options) -> Self {
        let outcome = Outcome { server: plan.server.clone(), ..Outcome::default() };
        Self { plan, options, clock: Clock::start(options.deadlines), outcome }
    }

    pub(crate) async fn run(mut self) -> Outcome {
        let usual = ClientIdentity::usual();
        let identities = match self.options.identities.as_slice() {
            [] => usual.get(..1).unwrap_or_default(),
            chosen => chosen,
        };
        if let Some((first, others)) = identities.split_first()
            && let Some(mut base) = self.first_session(first).await
        {
            for other in others {
                self.other_session(first, other, &mut base).await;
            }
            self.outcome.surface = Some(base.surface);
        }
        self.outcome
    }

    /// The whole surface, as the first client sees it.
    async fn first_session(&mut self, identity: &ClientIdentity) -> Option<Base> {
        let Opened { mut session, opening, said, known } = match self.open(identity, None).await {
            Ok(opened) => opened,
            Err(unopened) => {
                self.not_opened(unopened).await;
                return None;
            }
        };
        self.outcome.revision = Some(said);
        self.outcome.transport = Some(session.link().transport());
        let revision = session.revision().unwrap_or(Revision::NEWEST_LEGACY);
        let kinds = [ItemKind::Prompt, ItemKind::Resource];
        let inventory = self.inventory(&mut session, &opening, &kinds).await;
        let second = self.list_again(&mut session, &inventory).await;
        let changed = self.end(session).await;
        let partial = inventory.partial();
        let mut surface = self.accept(inventory.surface(&self.plan.server))?;
        if let Some(second) = second {
            let partial = second.partial();
            let second = self.accept(second.surface(&self.plan.server))?;
            surface = self.settle(surface, second, revision, &changed, &partial);
        }
        Some(Base { surface, revision, known, partial })
    }

    /// Everything that is listed, and bodies of these kinds.
    async fn inventory(&self, session: &mut Session, opening: &Node, kinds: &[ItemKind]) -> Inventory {
        let limits = &self.options.limits;
        let mut inventory = Inventory::read(session, opening, &self.clock, limits).await;
        let mut left = limits.all_bodies;
        for kind in kinds.iter().filter(|_| self.options.bodies) {
            bodies::read(session, &mut inventory, *kind, &self.clock, limits, &mut left).await;
        }
        inventory
    }

    /// Lists everything a second time in the same session.
    async fn list_again(&self, session: &mut Session, first: &Inventory) -> Option<Inventory> {
        if !self.options.ask_twice || self.clock.is_over() {
            return None;
        }
        let mut again = Inventory { listings: Vec::new(), bodies: Coverage::default(), ..first.clone() };
        for listing in &first.listings {
            let is_whole = listing.unread.is_empty();
            again.listings.push(if is_whole {
                Listing::read(session, listing.kind, true, self.clock.phase(), &self.options.limits).await
            } else {
                listing.clone()
            });
        }
        Some(again)
    }

    /// Compares the two listings of a session. When the server announced the change, the second one counts: servers
    /// that list more once they know their client do so.
    fn settle(
        &mut self,
        first: Surface,
        second: Surface,
        revision: Revision,
        changed: &[ItemKind],
        partial: &[ItemKind],
    ) -> Surface {
        const BETWEEN: &str = "first and second listing";
        let mut first = first;
        let before = |unread: &&Unread| !unread.expected && !first.coverage.unread.contains(unread);
        if let Some(lost) = second.coverage.unread.iter().find(before) {
            let reason = format!("{}: {}", lost.part, lost.reason);
            let part = format!("comparison of {BETWEEN}");
            first.coverage.unread.push(Unread { part, reason, expected: false });
        }
        let side = |surface| Side { surface, revision };
        let mut differences = compare(side(&first), side(&second), BETWEEN, changed);
        differences.retain(|difference| !partial.contains(&difference.item));
        if differences.is_empty() {
            return first;
        }
        let is_announced = differences.iter().all(|difference| difference.announced);
        self.outcome.differences.extend(differences);
        if !is_announced {
            self.outcome.views.push(View { seen_by: "second listing".to_owned(), surface: second });
            return first;
        }
        let mut kept = second;
        adopt_bodies(&mut kept, &first);
        kept.coverage = first.coverage.clone();
        kept.coverage.read.push("every list again, after the server announced a change".to_owned());
        self.outcome.views.push(View { seen_by: "first listing".to_owned(), surface: first });
        kept
    }

    /// What another client sees, compared with the first.
    async fn other_session(&mut self, first: &ClientIdentity, other: &ClientIdentity, base: &mut Base) {
        let between = format!("{} and {}", first.describe(), other.describe());
        let mut missing = |reason: String, expected| {
            let part = format!("comparison of {between}");
            base.surface.coverage.unread.push(Unread { part, reason, expected });
        };
        if self.clock.is_over() {
            return missing("no time was left".to_owned(), false);
        }
        let Opened { mut session, opening, .. } = match self.open(other, Some(base.known)).await {
            Ok(opened) => opened,
            Err(Unopened { problem, session, failure }) => {
                // A server need not speak the older revision that this client insists on.
                let is_refused = matches!(failure, Some(Failure::Answered(..) | Failure::Status(..)));
                missing(problem.message, other.revision.is_some() && is_refused);
                if let Some(session) = session {
                    self.end(*session).await;
                }
                return;
            }
        };
        let revision = session.revision().unwrap_or(Revision::NEWEST_LEGACY);
        let inventory = self.inventory(&mut session, &opening, &[ItemKind::Prompt]).await;
        let changed = self.end(session).await;
        let unequal: Vec<ItemKind> =
            inventory.partial().into_iter().filter(|kind| !base.partial.contains(kind)).collect();
        if let Some(kind) = unequal.first() {
            missing(format!("the list of {kind}s was not read to its end"), false);
        }
        let Some(surface) = self.accept(inventory.surface(&self.plan.server)) else { return };
        let sides =
            (Side { surface: &base.surface, revision: base.revision }, Side { surface: &surface, revision });
        let mut differences = compare(sides.0, sides.1, &between, &changed);
        differences.retain(|difference| {
            !unequal.contains(&difference.item) && !base.partial.contains(&difference.item)
        });
        if !differences.is_empty() {
            self.outcome.differences.extend(differences);
            self.outcome.views.push(View { seen_by: other.describe(), surface });
        }
    }

    async fn open(&self, identity: &ClientIdentity, known: Option<Known>) -> Result<Opened, Unopened> {
        Opener { options: self.options, clock: self.clock }.open(&self.plan.way, identity, known).await
    }

    async fn not_opened(&mut self, unopened: Unopened) {
        let Unopened { failure, problem, session } = unopened;
        self.outcome.problems.push(problem);
        if let Some(session) = session {
            self.end(*session).await;
        }
        if let Some(Failure::Unauthenticated(challenge)) = failure {
            self.ask_for_credentials(&challenge).await;
        }
    }

    /// Finds out how the user gets the credentials that a server wants.
    async fn ask_for_credentials(&mut self, challenge: &Challenge) {
        let Way::Contact(contact) = &self.plan.way else { return };
        if self.outcome.authentication.is_some() {
            return;
        }
        let proxy = self.options.proxy.as_deref();
        // Without the configured headers: they are not meant for the metadata.
        let Ok(web) = Web::new(&contact.url, &[], "portcullis", proxy, self.options.limits.message) else {
            return;
        };
        let needed = challenge.answer(&self.plan.server, &web, self.clock.document()).await;
        self.outcome.authentication = Some(needed);
    }

    /// Ends a session and keeps what was noticed in it; the lists that it said have changed.
    async fn end(&mut self, session: Session) -> Vec<ItemKind> {
        let (notes, farewell) = session.close(self.clock.farewell()).await;
        for problem in notes.problems.into_iter().chain(farewell.problem) {
            if !self.outcome.problems.contains(&problem) {
                self.outcome.problems.push(problem);
            }
        }
        for evidence in notes.evidence {
            if !self.outcome.evidence.contains(&evidence) {
                self.outcome.evidence.push(evidence);
            }
        }
        if self.outcome.stderr_tail.is_empty() {
            self.outcome.stderr_tail = farewell.stderr_tail;
        }
        if let Some(challenge) = notes.challenge {
            self.ask_for_credentials(&challenge).await;
        }
        notes.changed
    }

    fn accept(&mut self, surface: Result<Surface, Problem>) -> Option<Surface> {
        surface.map_err(|problem| self.outcome.problems.push(problem)).ok()
    }
}

/// Gives the items of a second listing the bodies that were read after the first.
fn adopt_bodies(second: &mut Surface, first: &Surface) {
    for item in &mut second.items {
        let Some(earlier) =
            first.items.iter().find(|earlier| earlier.kind == item.kind && earlier.name == item.name)
        else {
            continue;
        };
        for body in ["messages", "contents", "result"] {
            if let (Some(node), None) = (earlier.node.get(body), item.node.get(body)) {
                let node = node.clone();
                add(&mut item.node, body, node);
            }
        }
    }
}
