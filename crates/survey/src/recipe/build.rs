//! Records to listings, observations and changes.

use portcullis_model::Node;
use portcullis_model::listing::{
    ListedPackage, ListedRepository, Listing, Moment, Observation, ObservedStatus, Subject,
};
use portcullis_supply::launch::packages_of;

use super::path::Place;
use super::{ChangeRecipe, CountRecipe, Fields, FileRecipe, Holds, ObservationRecipe, PackageRecipe, Paths};
use crate::record::{self, Record, moment};
use crate::table::{Change, Count, Spoken, listing_id};

/// What became of one record.
#[derive(Debug)]
pub(crate) enum Made {
    /// A listing, since when it has been there where that is known, and whether it is the latest of its versions.
    Listing(Box<Listing>, Option<Moment>, bool),
    Observation(Observation),
    Change(Change),
    Counts(Vec<Count>),
    /// It says on purpose nothing: a word that the recipe leaves out.
    Nothing,
}

/// Makes something of the records of one file.
#[derive(Debug)]
pub(crate) struct Builder<'r> {
    recipe: &'r FileRecipe,
    seen: Moment,
}

impl Paths {
    fn first(&self, from: Place<'_>) -> Option<String> {
        self.0.iter().find_map(|path| path.texts(from).into_iter().next())
    }

    fn all(&self, from: Place<'_>) -> Vec<String> {
        self.0.iter().flat_map(|path| path.texts(from)).collect()
    }

    fn speaks(&self) -> bool {
        !self.0.is_empty()
    }
}

impl<'r> Builder<'r> {
    /// For a file whose content was seen then.
    pub(crate) const fn new(recipe: &'r FileRecipe, seen: Moment) -> Self {
        Self { recipe, seen }
    }

    /// What the file speaks of.
    pub(crate) fn spoken(&self) -> Spoken {
        if self.recipe.format == super::Format::Records {
            return Spoken::ALL;
        }
        let fields = &self.recipe.fields;
        Spoken {
            packages: !self.recipe.package.is_empty(),
            remotes: fields.remotes.speaks(),
            tools: fields.tools.speaks(),
            config: fields.config.speaks(),
            repository: fields.repository.speaks(),
            rest: false,
        }
    }

    /// Makes what the record is.
    ///
    /// # Errors
    /// Why it is nothing.
    pub(crate) fn make(&self, node: &Node, key: &str) -> Result<Made, String> {
        let place = Place { node, key };
        match self.recipe.holds {
            Holds::Listings => self.listing(place),
            Holds::Observations => match &self.recipe.observation {
                Some(recipe) => self.observation(recipe, place),
                None => Err(String::from("its recipe does not say where observations are")),
            },
            Holds::Changes => match &self.recipe.change {
                Some(recipe) => self.change(recipe, place),
                None => Err(String::from("its recipe does not say where changes are")),
            },
            Holds::Counts => match &self.recipe.counts {
                Some(recipe) => self.counts(recipe, place),
                None => Err(String::from("its recipe does not say where counts are")),
            },
            Holds::Nothing => Ok(Made::Nothing),
        }
    }

    /// Makes what a line of our own records is.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn record(line: &[u8]) -> Result<Made, String> {
        Ok(match record::read(line)? {
            Record::Listing(listing) => Made::Listing(listing, None, true),
            Record::Observation(observation) => Made::Observation(observation),
        })
    }

    fn listing(&self, place: Place<'_>) -> Result<Made, String> {
        let Fields { name, title, description, page, repository, repository_id, subfolder, .. } =
            &self.recipe.fields;
        let Fields { publisher, config, status, version, published, updated, language, .. } =
            &self.recipe.fields;
        let Fields { reach, seen, first_seen, remotes, tools, .. } = &self.recipe.fields;
        let time = |paths: &Paths| paths.first(place).and_then(|text| moment(&text));
        let repository = repository.first(place).map(|url| ListedRepository {
            url,
            id: repository_id.first(place),
            subfolder: subfolder.first(place),
        });
        let latest = self.recipe.latest.as_ref();
        let latest =
            latest.is_none_or(|path| path.texts(place).iter().any(|word| word == "true" || word == "1"));
        let listing = Listing {
            registry: self.recipe.registry.clone(),
            name: name.first(place).ok_or("it has no name")?,
            title: title.first(place),
            description: description.first(place),
            page: page.first(place),
            repository,
            packages: self.packages(place),
            remotes: remotes.all(place),
            publisher: publisher.first(place),
            config: config.first(place),
            tools: tools.all(place),
            status: status.first(place),
            version: version.first(place),
            published: time(published),
            updated: time(updated),
            language: language.first(place),
            reach: reach.first(place).and_then(|text| whole(&text)),
            seen: time(seen).unwrap_or(self.seen),
        };
        Ok(Made::Listing(Box::new(listing), time(first_seen), latest))
    }

    fn packages(&self, place: Place<'_>) -> Vec<ListedPackage> {
        let mut packages = Vec::new();
        for recipe in &self.recipe.package {
            let places = recipe.each.as_ref().map_or_else(|| vec![place], |each| each.places(place));
            for place in places {
                if recipe.command.speaks() {
                    packages.extend(started(recipe, place));
                } else {
                    packages.extend(named(recipe, place));
                }
            }
        }
        packages
    }

    fn observation(&self, recipe: &ObservationRecipe, place: Place<'_>) -> Result<Made, String> {
        let subject = recipe.subject.first(place).ok_or("it names no subject")?;
        let Some(word) = recipe.status.first(place) else { return Ok(Made::Nothing) };
        let Some(status) = recipe.statuses.get(&word) else { return Ok(Made::Nothing) };
        let status = ObservedStatus::read(status).ok_or_else(|| format!("`{status}` is no status"))?;
        let facts = recipe.facts.iter();
        let facts = facts.filter_map(|(name, paths)| Some((name.clone(), paths.first(place)?))).collect();
        let subject = Subject::read(&format!("{}{}", recipe.prefix, subject.to_lowercase()));
        Ok(Made::Observation(Observation { subject, seen: self.seen, status, facts }))
    }

    fn change(&self, recipe: &ChangeRecipe, place: Place<'_>) -> Result<Made, String> {
        let word = recipe.registry.first(place);
        let registry = match &word {
            Some(word) => {
                recipe.registries.get(word).ok_or_else(|| format!("`{word}` is no list that is known"))?
            }
            None => &self.recipe.registry,
        };
        let name = recipe.name.first(place).ok_or("it does not say what has changed")?;
        let at = recipe.at.first(place).and_then(|text| moment(&text)).ok_or("it does not say when")?;
        let field = recipe.field.first(place).ok_or("it does not say which field")?;
        let field = recipe.fields.get(&field).cloned().unwrap_or(field);
        let (before, after) = (recipe.before.first(place), recipe.after.first(place));
        if field.is_empty() || before == after {
            return Ok(Made::Nothing);
        }
        Ok(Made::Change(Change { listing: listing_id(registry, &name), at, field, before, after }))
    }
}

impl Builder<'_> {
    fn counts(&self, recipe: &CountRecipe, place: Place<'_>) -> Result<Made, String> {
        let at = recipe.at.first(place).and_then(|text| moment(&text)).ok_or("it does not say when")?;
        let mut counts = Vec::new();
        for (what, path) in &recipe.numbers {
            let text = path.first(place).ok_or_else(|| format!("it does not say how many {what}"))?;
            let number = whole(&text).and_then(|number| i64::try_from(number).ok());
            let number = number.ok_or_else(|| format!("`{text}` is no number of {what}"))?;
            counts.push(Count { registry: self.recipe.registry.clone(), what: what.clone(), at, number });
        }
        Ok(Made::Counts(counts))
    }
}

/// A number that may be written with separators of thousands.
fn whole(text: &str) -> Option<u64> {
    text.replace([',', ' ', '_'], "").parse().ok()
}

fn named(recipe: &PackageRecipe, place: Place<'_>) -> Option<ListedPackage> {
    let kind = recipe.kind.first(place)?;
    let kind = recipe.kinds.get(&kind).cloned().unwrap_or(kind);
    let name = recipe.name.first(place)?;
    (!kind.is_empty()).then(|| ListedPackage {
        kind,
        name,
        version: recipe.version.first(place),
        digest: recipe.digest.first(place),
    })
}

/// The packages that a command would fetch.
fn started(recipe: &PackageRecipe, place: Place<'_>) -> Vec<ListedPackage> {
    let arguments = recipe.arguments.all(place);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let commands = recipe.command.all(place);
    // A command without arguments beside it is a whole line, as one would type it.
    let uses = commands.iter().flat_map(|command| match recipe.arguments.speaks() {
        true => packages_of(command, &arguments),
        false => packages_of("sh", &["-c", command]),
    });
    uses.filter(|found| found.ecosystem.is_fetched())
        .map(|found| ListedPackage {
            kind: found.ecosystem.as_str().to_owned(),
            name: found.name.clone(),
            version: found.version.text().map(str::to_owned),
            digest: None,
        })
        .collect()
}
