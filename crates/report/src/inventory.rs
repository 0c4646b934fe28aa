//! What is in the things that were scanned: packages, what they depend on, and what servers are launched from.

/// What is in one thing that was scanned.
#[derive(Debug, Clone)]
pub struct Inventory {
    /// The thing itself.
    pub root: Component,
    /// Everything that it depends on, directly or not, as far as it says so.
    pub components: Vec<Component>,
    /// True when it was read whole and every version that it depends on is settled.
    pub is_complete: bool,
}

/// One package, or what launches packages. Texts carry no secrets.
#[derive(Debug, Clone)]
pub struct Component {
    /// What it is called within one bill: unique.
    pub reference: String,
    /// What it is.
    pub kind: ComponentKind,
    /// Its scope or namespace, such as `@scope`.
    pub group: Option<String>,
    /// Its name without the scope.
    pub name: String,
    /// Its version, where one is settled.
    pub version: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
    /// Digests of its archive: the algorithm as CycloneDX calls it (`SHA-512`), and lower-case hexadecimal.
    pub hashes: Vec<(&'static str, String)>,
    /// Its licence, as it is spelt.
    pub licence: Option<String>,
    /// Where its source is said to be.
    pub repository: Option<String>,
    /// The address of its archive.
    pub address: Option<String>,
    /// Whether running needs it.
    pub need: Need,
    /// The range that is asked for, where no version is settled.
    pub requirement: Option<String>,
    /// References of what it depends on, sorted, each once.
    pub depends_on: Vec<String>,
}

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// Something that is started.
    Application,
    /// Something that others use.
    Library,
    /// An image.
    Container,
    /// A file, such as a host configuration.
    File,
}

/// Whether running needs a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// It does.
    Required,
    /// Where it can be had or was asked for.
    Optional,
    /// It does not: for building or testing.
    Excluded,
}
