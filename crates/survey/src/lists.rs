//! Lists in files, read into tables: what is read in which order, and what became of every record.

mod csv;
mod file;
mod markdown;
mod pages;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use portcullis_model::listing::{Listing, Moment, Observation};
use portcullis_store::Store;

use crate::SurveyError;
use crate::recipe::{Builder, FileRecipe, Format, Holds, Made, Recipe, built_in};
use crate::record::{day_in, moment};
use crate::table::{
    Change, Count, Rejected, Source, Writer, Written, listing_id, write_changes, write_counts,
    write_observations, write_source,
};

use file::Item;

/// One file, and how it is read.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called in the tables: its name, with the folder's in front of it.
    pub locator: String,
    /// When its content was seen.
    pub seen: Moment,
    recipe: FileRecipe,
    /// The place of its recipe among those of its folder: files of one day are read in this order.
    order: usize,
}

/// What became of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collected {
    /// What was read, with everything that was not understood. Empty for a file that holds nothing for a survey.
    pub source: Source,
    /// What its listings came to.
    pub listings: Written,
    /// Observations.
    pub observations: u64,
    /// Changes that it records.
    pub changes: u64,
    /// Records that count a whole registry.
    pub counts: u64,
    /// Why it was passed over: it was read before, or its recipe says that it holds nothing.
    pub passed_over: Option<String>,
}

impl Unit {
    /// Why there is nothing to read in it; none when there is.
    #[must_use]
    pub fn holds_nothing(&self) -> Option<&str> {
        (self.recipe.holds == Holds::Nothing).then_some(self.recipe.because.as_str())
    }
}

/// The files that `named` stands for: `FILE`, `FOLDER`, `FILE=RECIPE` or `FOLDER=RECIPE`, where a recipe is one that is built
/// in or a file. A folder without a recipe is looked through one level deep: its folders may have the names of recipes
/// that are built in, and its files may hold our own records. The files are in the order of their days.
///
/// # Errors
/// Nothing is there, nothing in it can be read, or the recipe is none.
pub fn units(named: &[String], now: Moment) -> Result<Vec<Unit>, SurveyError> {
    let mut units = Vec::new();
    for word in named {
        let before = units.len();
        // A name may itself have the sign in it.
        let (path, recipe) = match word.rsplit_once('=') {
            Some((path, recipe)) if !Path::new(word).exists() => (path, Some(recipe)),
            _ => (word.as_str(), None),
        };
        let path = Path::new(path);
        let recipe = recipe.map(chosen).transpose()?;
        let kind = std::fs::metadata(path)
            .map_err(|error| SurveyError::File(format!("`{}` can not be read: {error}", path.display())))?;
        if kind.is_dir() {
            folder(path, recipe.as_ref(), now, true, &mut units)?;
        } else {
            single(path, recipe.as_ref(), now, &mut units)?;
        }
        if units.len() == before {
            let message = format!(
                "nothing in `{}` can be read: name a file with our own records (.jsonl), or say how, as in `FILE=RECIPE`",
                path.display()
            );
            return Err(SurveyError::Usage(message));
        }
    }
    units.sort_by_key(|unit| (unit.seen, unit.order));
    Ok(units)
}

fn chosen(word: &str) -> Result<Recipe, SurveyError> {
    if let Some(text) = built_in(word) {
        return Recipe::read(text);
    }
    let text = std::fs::read_to_string(word).map_err(|error| {
        let known: Vec<&str> = crate::recipe::built_in_names().collect();
        let known = known.join(", ");
        SurveyError::Usage(format!("`{word}` is no recipe ({error}); those that are built in are {known}"))
    })?;
    Recipe::read(&text)
}

/// A file that was named itself.
fn single(
    path: &Path,
    recipe: Option<&Recipe>,
    now: Moment,
    units: &mut Vec<Unit>,
) -> Result<(), SurveyError> {
    let name = file_name(path);
    let of_folder = path.parent().map(file_name).and_then(|folder| built_in(&folder));
    let recipe = match (recipe, of_folder) {
        (Some(recipe), _) => Some(recipe.clone()),
        (None, Some(text)) if !is_records(&name) || Recipe::read(text)?.of(&name).is_some() => {
            Some(Recipe::read(text)?)
        }
        _ => None,
    };
    match recipe {
        // A recipe of one file is meant for it, whatever the file's name.
        Some(recipe) => {
            let part = recipe
                .of(&name)
                .or_else(|| recipe.file.iter().enumerate().next().filter(|_| recipe.file.len() == 1));
            units.extend(part.map(|(order, part)| unit(path, name.clone(), part, order, now)));
        }
        None => units.push(unit(path, name, &Recipe::records(), 0, now)),
    }
    Ok(())
}

fn folder(
    path: &Path,
    recipe: Option<&Recipe>,
    now: Moment,
    deeper: bool,
    units: &mut Vec<Unit>,
) -> Result<(), SurveyError> {
    let own = file_name(path);
    let of_name = built_in(&own).map(Recipe::read).transpose()?;
    let recipe = recipe.or(of_name.as_ref());
    let unread = |error| SurveyError::File(format!("`{}` can not be read: {error}", path.display()));
    let mut inside: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unread)? {
        inside.push(entry.map_err(unread)?.path());
    }
    inside.sort();
    for path in inside {
        let name = file_name(&path);
        let locator = format!("{own}/{name}");
        match recipe {
            Some(recipe) => {
                if let Some((order, part)) = recipe.of(&name) {
                    units.push(unit(&path, locator, part, order, now));
                }
            }
            None if path.is_dir() && deeper => folder(&path, None, now, false, units)?,
            None if deeper && is_records(&name) => {
                units.push(unit(&path, locator, &Recipe::records(), 0, now));
            }
            None => {}
        }
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_records(name: &str) -> bool {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.ends_with(".jsonl") || name.ends_with(".ndjson")
}

fn unit(path: &Path, locator: String, recipe: &FileRecipe, order: usize, now: Moment) -> Unit {
    let seen = day_in(&file_name(path)).or_else(|| recipe.seen.as_deref().and_then(moment)).unwrap_or(now);
    Unit { path: path.to_owned(), locator, seen, recipe: recipe.clone(), order }
}

/// Reads one file into the tables. `tell` hears now and then how many records were read.
///
/// # Errors
/// The store failed. What is wrong with the file is in the answer, and in the table `rejected`.
pub async fn read(
    store: &Store,
    unit: &Unit,
    tell: &mut (dyn FnMut(u64) + Send),
) -> Result<Collected, SurveyError> {
    if let Some(because) = unit.holds_nothing() {
        return Ok(Collected { passed_over: Some(because.to_owned()), ..Collected::default() });
    }
    let digest = file::digest(&unit.path)
        .map_err(|error| SurveyError::File(format!("`{}` can not be read: {error}", unit.path.display())))?;
    let source = Source {
        registry: unit.recipe.registry.clone(),
        locator: unit.locator.clone(),
        fetched: unit.seen,
        digest,
        ..Source::default()
    };
    let known = "SELECT COUNT(*) FROM source WHERE id = $1";
    if store.number(known, &[source.id().into()]).await? > 0 {
        let passed_over = Some(String::from("it was read before, and has not changed"));
        return Ok(Collected { passed_over, ..Collected::default() });
    }
    let builder = Builder::new(&unit.recipe, unit.seen);
    let mut run = Run {
        unit,
        builder: &builder,
        writer: Writer::new(store, source.id(), builder.spoken()),
        collected: Collected { source, ..Collected::default() },
        seen: HashMap::new(),
        versions: Vec::new(),
        observations: Vec::new(),
        changes: Vec::new(),
        counts: Vec::new(),
    };
    for item in file::items(unit) {
        run.take(store, item).await?;
        if run.collected.source.records.is_multiple_of(1000) {
            tell(run.collected.source.records);
        }
    }
    run.finish(store).await
}

/// A file while it is read.
struct Run<'r> {
    unit: &'r Unit,
    builder: &'r Builder<'r>,
    writer: Writer,
    collected: Collected,
    /// Where a name was met first, and the digest of what was said of it.
    seen: HashMap<i64, (u64, i64)>,
    /// The versions of names, of which one is kept each.
    versions: Vec<(Listing, Option<Moment>, bool, u64)>,
    observations: Vec<Observation>,
    changes: Vec<Change>,
    counts: Vec<Count>,
}

/// Observations and changes of one transaction.
const STEP: usize = 20_000;

impl Run<'_> {
    fn reject(&mut self, position: u64, reason: String, excerpt: String) {
        self.collected.source.rejected.push(Rejected { position, reason, excerpt });
    }

    async fn take(&mut self, store: &Store, item: Item) -> Result<(), SurveyError> {
        let (position, made, excerpt) = match item {
            Item::Record(position, node, key) => {
                let made = self.builder.make(&node, &key);
                let excerpt = if made.is_err() { portcullis_wire::json::write(&node) } else { String::new() };
                (position, made, excerpt)
            }
            Item::Line(position, bytes) => {
                let made = Builder::record(&bytes);
                let excerpt = if made.is_err() { excerpt(&bytes) } else { String::new() };
                (position, made, excerpt)
            }
            Item::Broken(position, reason, excerpt) => (position, Err(reason), excerpt),
            Item::Says(number, found) => {
                self.reject(
                    0,
                    format!("it says that it holds {number} records; it holds {found}"),
                    String::new(),
                );
                return Ok(());
            }
        };
        if position > 0 {
            self.collected.source.records += 1;
        }
        match made {
            Err(reason) => self.reject(position, reason, excerpt),
            Ok(Made::Nothing) => {}
            Ok(Made::Observation(observation)) => {
                self.collected.observations += 1;
                self.observations.push(observation);
            }
            Ok(Made::Change(change)) => {
                self.collected.changes += 1;
                self.changes.push(change);
            }
            Ok(Made::Counts(counts)) => {
                self.collected.counts += 1;
                self.counts.extend(counts);
            }
            Ok(Made::Listing(listing, first, latest)) if self.unit.recipe.versions => {
                self.versions.push((*listing, first, latest, position));
            }
            Ok(Made::Listing(listing, first, _)) => self.listing(*listing, first, position).await?,
        }
        if self.observations.len() + self.changes.len() + self.counts.len() >= STEP {
            self.flush(store).await?;
        }
        Ok(())
    }

    async fn listing(
        &mut self,
        mut listing: Listing,
        first: Option<Moment>,
        position: u64,
    ) -> Result<(), SurveyError> {
        let key = |listing: &Listing| match self.unit.recipe.format {
            // Our own records may tell a history.
            Format::Records => listing_id(&listing.registry, &format!("{} {}", listing.name, listing.seen.0)),
            _ => listing_id(&listing.registry, &listing.name),
        };
        let digest = crate::table::digest_of(&listing);
        if let Some((earlier, known)) = self.seen.get(&key(&listing)).copied() {
            if known == digest {
                self.reject(position, format!("it says the same as record {earlier}"), listing.name);
                return Ok(());
            }
            if !self.unit.recipe.names_repeat {
                let reason =
                    format!("it has the name of record {earlier}, which is kept, and says something else");
                self.reject(position, reason, listing.name);
                return Ok(());
            }
            let address = listing.repository.as_ref().map(|repository| repository.url.clone());
            let address = address.or_else(|| listing.page.clone()).unwrap_or_default();
            listing.title.get_or_insert_with(|| listing.name.clone());
            listing.name = format!("{} <{address}>", listing.name);
            if let Some((earlier, _)) = self.seen.get(&key(&listing)).copied() {
                self.reject(
                    position,
                    format!("it has the name and the address of record {earlier}"),
                    listing.name,
                );
                return Ok(());
            }
        }
        self.seen.insert(key(&listing), (position, digest));
        let first = first.unwrap_or(listing.seen);
        if let Some(rejected) = self.writer.take_since(listing, first, position).await? {
            self.collected.source.rejected.push(rejected);
        }
        Ok(())
    }

    async fn flush(&mut self, store: &Store) -> Result<(), SurveyError> {
        let mut transaction = store.begin().await?;
        write_observations(&mut transaction, &self.observations).await?;
        write_changes(&mut transaction, &self.changes).await?;
        write_counts(&mut transaction, &self.counts).await?;
        transaction.commit().await?;
        self.observations.clear();
        self.changes.clear();
        self.counts.clear();
        Ok(())
    }

    async fn finish(mut self, store: &Store) -> Result<Collected, SurveyError> {
        // Of the versions of a name: the one that says it is the latest, else the last one.
        let mut versions = std::mem::take(&mut self.versions);
        versions.sort_by(|one, other| (&one.0.name, one.2, one.3).cmp(&(&other.0.name, other.2, other.3)));
        let mut versions = versions.into_iter().peekable();
        while let Some((listing, first, _, position)) = versions.next() {
            if versions.peek().is_none_or(|next| next.0.name != listing.name) {
                self.listing(listing, first, position).await?;
            }
        }
        self.flush(store).await?;
        let Self { writer, mut collected, .. } = self;
        collected.listings = writer.finish().await?;
        let source = &mut collected.source;
        source.kept =
            collected.listings.all() + collected.observations + collected.changes + collected.counts;
        write_source(store, source).await?;
        Ok(collected)
    }
}

/// How a line begins, whatever its bytes are.
fn excerpt(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..200.min(bytes.len())).unwrap_or_default()).into_owned()
}
