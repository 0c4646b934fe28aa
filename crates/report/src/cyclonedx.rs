//! What was scanned as a bill of materials: CycloneDX 1.6, JSON.
//!
//! The same inventories give the same bytes: a bill carries no time and no serial number.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::inventory::{Component, ComponentKind, Inventory, Need};

mod licence;

use licence::Licence;

const SCHEMA: &str = "http://cyclonedx.org/schema/bom-1.6.schema.json";

/// Writes the bill of everything that was looked at. A single thing is what the bill is about; of several, each is a
/// component.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(inventories: &[Inventory], tool_version: &str, out: &mut dyn Write) -> io::Result<()> {
    let subject = match inventories {
        [only] => Some(Part::of(&only.root)),
        _ => None,
    };
    let roots = inventories.iter().map(|inventory| &inventory.root).filter(|_| subject.is_none());
    let parts = inventories.iter().flat_map(|inventory| &inventory.components);
    let mut components: Vec<&Component> = roots.chain(parts).collect();
    components.sort_by(|one, other| one.reference.cmp(&other.reference));
    components.dedup_by(|one, other| one.reference == other.reference);
    let mut dependencies: Vec<Dependency<'_>> = inventories
        .iter()
        .flat_map(|inventory| std::iter::once(&inventory.root).chain(&inventory.components))
        .map(|part| Dependency { reference: &part.reference, depends_on: &part.depends_on })
        .collect();
    dependencies.sort_by(|one, other| {
        (one.reference, other.depends_on.len()).cmp(&(other.reference, one.depends_on.len()))
    });
    dependencies.dedup_by(|one, other| one.reference == other.reference);
    let mut whole: BTreeMap<&String, bool> = BTreeMap::new();
    for inventory in inventories {
        // What was looked at twice is whole when it was whole both times.
        *whole.entry(&inventory.root.reference).or_insert(true) &= inventory.is_complete;
    }
    let compositions = whole
        .into_iter()
        .map(|(root, is_whole)| Composition {
            aggregate: if is_whole { "complete" } else { "incomplete" },
            dependencies: [root],
        })
        .collect();
    let bill = Bill {
        schema: SCHEMA,
        format: "CycloneDX",
        spec_version: "1.6",
        version: 1,
        metadata: Metadata { tools: Tools { components: [Part::tool(tool_version)] }, component: subject },
        components: components.into_iter().map(Part::of).collect(),
        dependencies,
        compositions,
    };
    serde_json::to_writer_pretty(&mut *out, &bill)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Bill<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "bomFormat")]
    format: &'static str,
    #[serde(rename = "specVersion")]
    spec_version: &'static str,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Part<'a>>,
    dependencies: Vec<Dependency<'a>>,
    compositions: Vec<Composition<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    tools: Tools<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<Part<'a>>,
}

#[derive(Serialize)]
struct Tools<'a> {
    components: [Part<'a>; 1],
}

#[derive(Serialize)]
struct Part<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<Licence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<&'a str>,
    #[serde(rename = "externalReferences", skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Hash<'a> {
    alg: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct Reference<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Property<'a> {
    name: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Dependency<'a> {
    #[serde(rename = "ref")]
    reference: &'a str,
    #[serde(rename = "dependsOn", skip_serializing_if = "<[String]>::is_empty")]
    depends_on: &'a [String],
}

#[derive(Serialize)]
struct Composition<'a> {
    aggregate: &'static str,
    dependencies: [&'a String; 1],
}

impl<'a> Part<'a> {
    fn of(component: &'a Component) -> Self {
        let kind = match component.kind {
            ComponentKind::Application => "application",
            ComponentKind::Library => "library",
            ComponentKind::Container => "container",
            ComponentKind::File => "file",
        };
        let scope = match component.need {
            Need::Required => None,
            Need::Optional => Some("optional"),
            Need::Excluded => Some("excluded"),
        };
        let hashes = component.hashes.iter().map(|(alg, content)| Hash { alg, content });
        let reference = |kind, url: &'a Option<String>| Some(Reference { kind, url: url.as_deref()? });
        let property = |name, value: &'a Option<String>| Some(Property { name, value: value.as_deref()? });
        Self {
            kind,
            reference: Some(&component.reference),
            group: component.group.as_deref(),
            name: &component.name,
            version: component.version.as_deref(),
            scope,
            hashes: hashes.collect(),
            licenses: component.licence.as_deref().map(Licence::of).into_iter().collect(),
            purl: component.purl.as_deref(),
            references: [
                reference("vcs", &component.repository),
                reference("distribution", &component.address),
            ]
            .into_iter()
            .flatten()
            .collect(),
            properties: property("portcullis:requirement", &component.requirement).into_iter().collect(),
        }
    }

    fn tool(version: &'a str) -> Self {
        Self {
            kind: "application",
            reference: None,
            group: None,
            name: "portcullis",
            version: Some(version),
            scope: None,
            hashes: Vec::new(),
            licenses: Vec::new(),
            purl: None,
            references: Vec::new(),
            properties: Vec::new(),
        }
    }
}
