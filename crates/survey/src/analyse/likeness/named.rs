//! A name with what decides whether it imitates another: who stands behind it, when it was there first, how much it is used and
//! what it is for (arXiv 2502.20528).

use std::collections::{BTreeSet, HashMap};

use portcullis_model::listing::is_address;
use portcullis_store::{Row, Store};
use portcullis_supply::Ecosystem;
use portcullis_supply::name::NameForms;
use portcullis_supply::ownership::host_of;

use crate::SurveyError;
use crate::identity::{Place, called};
use crate::record::moment;

/// Names that came within this time of each other came together, in seconds.
const TOGETHER: i64 = 86_400;
/// So many times the use of the other tells the known name of two.
const MUCH_MORE: i64 = 10;

/// The columns of a listing `l` that [`Named::read`] takes; the last two are what all listings of its server say together.
pub(super) const COLUMNS: &str =
    "l.id, l.registry, l.name, l.title, l.server, l.publisher, l.repository, l.page, l.description, l.first_seen,
    COALESCE((SELECT MIN(s.published) FROM listing AS s WHERE s.server = NULLIF(l.server, 0)), l.published),
    COALESCE((SELECT MAX(s.reach) FROM listing AS s WHERE s.server = NULLIF(l.server, 0)), l.reach)";

/// A name in one registry.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) id: i64,
    pub(super) registry: String,
    /// What people call it.
    pub(super) name: String,
    /// The list has no name for it but a title: that says what it is for, not who it is.
    pub(super) is_title: bool,
    pub(super) server: i64,
    publisher: Option<String>,
    place: Option<Place>,
    /// The registered domain of a link that is no forge's.
    site: Option<String>,
    description: Option<String>,
    /// When this registry was first seen to list it.
    first: i64,
    /// When it was made, as its registries or its forge say.
    born: Option<i64>,
    reach: Option<i64>,
}

/// What forges said of repositories: whose fork it is, when it was made.
pub(super) struct Forges {
    parents: HashMap<i64, String>,
    made: HashMap<i64, i64>,
}

impl Forges {
    /// Everything that was observed.
    pub(super) async fn read(store: &Store) -> Result<Self, SurveyError> {
        let sql = "SELECT r.listing, o.facts FROM relies AS r JOIN observation AS o ON o.subject = r.subject
            WHERE r.role = 'repository' AND (o.facts LIKE '%\"parent\"%' OR o.facts LIKE '%\"created\"%')
            ORDER BY r.listing, o.seen";
        let mut forges = Self { parents: HashMap::new(), made: HashMap::new() };
        let take = |row: Row| {
            for (fact, value) in crate::record::facts_from_json(row.text(1)) {
                match fact.as_str() {
                    "parent" => drop(forges.parents.insert(row.integer(0), value.to_lowercase())),
                    "created" => {
                        if let Some(at) = moment(&value) {
                            forges.made.entry(row.integer(0)).or_insert(at.0);
                        }
                    }
                    _ => {}
                }
            }
            true
        };
        store.each(sql, &[], take).await?;
        Ok(forges)
    }

    fn parent(&self, named: &Named) -> Option<&str> {
        self.parents.get(&named.id).map(String::as_str)
    }

    /// True when one is a fork of the other, or both are of the same.
    fn are_forks(&self, one: &Named, other: &Named) -> bool {
        let is =
            |parent: Option<&str>, named: &Named| parent.is_some() && parent == named.full_name().as_deref();
        let (first, second) = (self.parent(one), self.parent(other));
        is(first, other) || is(second, one) || (first.is_some() && first == second)
    }
}

impl Named {
    /// The name of a row that begins, at `from`, with [`COLUMNS`].
    pub(super) fn read(row: &Row, from: usize, forges: &Forges) -> Self {
        let text = |column: usize| row.some_text(from + column).map(str::to_owned);
        let id = row.integer(from);
        let link = text(6).or_else(|| text(7));
        // A module of Go is named by its repository: the forge is nobody's own domain.
        let named = Place::read(row.text(from + 2));
        let place = link.as_deref().and_then(Place::read);
        let site = match (&place, &link) {
            (None, Some(link)) => host_of(link).map(|host| host.registered),
            _ if named.is_some() => None,
            _ => host_of(row.text(from + 2)).map(|host| host.registered),
        };
        let place = place.or(named);
        let born = [row.some_integer(from + 10), forges.made.get(&id).copied()];
        Self {
            id,
            registry: row.text(from + 1).to_owned(),
            name: called(row.text(from + 2), row.some_text(from + 3)).into_owned(),
            is_title: is_address(row.text(from + 2)) && row.some_text(from + 3).is_some(),
            server: row.integer(from + 4),
            publisher: text(5),
            place,
            site,
            description: text(8),
            first: row.integer(from + 9),
            born: born.into_iter().flatten().min(),
            reach: row.some_integer(from + 11),
        }
    }

    /// The same where it is called otherwise: a listing's package in a package registry.
    pub(super) fn under(self, registry: &str, name: &str) -> Self {
        Self { registry: registry.to_owned(), name: name.to_owned(), is_title: false, ..self }
    }

    pub(super) fn forms(&self) -> NameForms {
        NameForms::new(Ecosystem::of_listing(&self.registry, &self.name), &self.name)
    }

    /// True where people install things by their names.
    pub(super) fn is_installed(&self) -> bool {
        Ecosystem::of_listing(&self.registry, &self.name) != Ecosystem::Git
    }

    /// The account or group that the repository belongs to.
    pub(super) fn owner(&self) -> Option<(&str, &str)> {
        self.place.as_ref().map(|place| (place.forge.as_str(), place.owner.as_str()))
    }

    fn full_name(&self) -> Option<String> {
        self.place.as_ref().map(|place| format!("{}/{}", place.owner, place.name))
    }

    /// Whether it came after another; none when nobody knows.
    pub(super) fn is_later(&self, other: &Self) -> Option<bool> {
        let (one, two) = match (self.born, other.born) {
            (Some(one), Some(two)) => (one, two),
            _ if self.registry == other.registry => (self.first, other.first),
            _ => return None,
        };
        ((one - two).abs() >= TOGETHER).then_some(one > two)
    }

    /// True when it is used much more than another.
    fn is_known_beside(&self, other: &Self) -> bool {
        let (one, two) = (self.reach.unwrap_or(0), other.reach.unwrap_or(0));
        one >= MUCH_MORE && one / MUCH_MORE >= two && other.reach.is_some()
    }
}

/// Which of two imitates: the later one; of two that came together, the less used one. The answer names the imitation, the known
/// one, and whether that order is known at all.
pub(super) fn order<'n>(one: &'n Named, other: &'n Named) -> (&'n Named, &'n Named, bool) {
    match one.is_later(other) {
        Some(true) => (one, other, true),
        Some(false) => (other, one, true),
        None if one.is_known_beside(other) => (other, one, true),
        None if other.is_known_beside(one) => (one, other, true),
        None => {
            let rank = |named: &Named| (named.born.unwrap_or(named.first), named.id);
            if rank(one) > rank(other) { (one, other, false) } else { (other, one, false) }
        }
    }
}

/// Why a name that looks like another is no squat.
pub(super) fn benign(asked: &Named, known: &Named, forges: &Forges) -> Option<&'static str> {
    let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    if asked.server != 0 && asked.server == known.server {
        return Some("the same server");
    }
    if same(&asked.publisher, &known.publisher)
        || same(&asked.site, &known.site)
        || (asked.place.is_some() && asked.owner() == known.owner())
    {
        return Some("the same maintainer");
    }
    if forges.are_forks(asked, known) {
        return Some("a fork");
    }
    if asked.is_known_beside(known) {
        return Some("more used");
    }
    let purposes = (purpose(asked.description.as_deref()), purpose(known.description.as_deref()));
    match purposes {
        (Some(one), Some(other)) if one.is_disjoint(&other) => Some("another purpose"),
        _ => None,
    }
}

/// The telling words of a description; none when it has too few of them.
fn purpose(description: Option<&str>) -> Option<BTreeSet<String>> {
    const COMMON: &[&str] =
        &["server", "that", "with", "from", "your", "this", "tools", "model", "context", "protocol", "using"];
    let words = description?.split(|letter: char| !letter.is_alphanumeric());
    let telling: BTreeSet<String> = words
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 3 && !COMMON.contains(&word.as_str()))
        .collect();
    (telling.len() >= 4).then_some(telling)
}
